"""Shell code in YAML: which scalars hold commands, and which of their bytes are the code. Knows no shell.

Works on the parser's events, so aliases give nothing and each scalar counts once. A file that is no YAML (a template) has
no regions. Left out: other languages in a step (`shell: python`), scalars whose bytes do not spell their value.
"""

from __future__ import annotations

from v2migrate.hosts.marks import masks, merged
from v2migrate.hosts.yaml_scalar import BOM, Scalar, spell
from v2migrate.records import dataclass, field
from v2migrate.regex import regex
from v2migrate.source import Region, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_SIZE = 2_000_000
_MAX_DEPTH = 100  # deeper than any config; the parser's time grows with the square of it
_COMMANDS = frozenset(
    ["run", "command", "script", "before_script", "after_script", "commands", "pre", "post", "override"]
)
_STEPS = frozenset(["pre", "post", "override", "commands"])
_PROSE = frozenset(["name", "description", "title", "summary", "key"])
_CALL = regex(rb"\b(?:curl|wget)\b|\bhttps?[ \t]")
_OTHER_SHELL = regex(r"python|pwsh|powershell|\bcmd\b|node|perl|ruby")
# One byte, one character, so that the parser's marks are byte offsets. Line breaks of Unicode are none in a shell.
_ASCII = bytes(c if 32 <= c < 127 or c in (9, 10, 13) else ord("x") for c in range(256))

_BRACKETS = regex(rb"[\[\]{}]")
_MAX_OPEN = 1000


@dataclass(slots=True)
class _Level:
    """A mapping or a list that is open. `key` is the key whose value comes next; None: a key comes next."""

    mapping: bool
    name: str
    flow: bool
    key: str | None = None
    found: list[Scalar] = field(default_factory=list)
    foreign: bool = False


def nests(data: bytes) -> bool:
    """Are more brackets open than anybody writes? PyYAML looks at each of them again at each word."""
    depth = 0
    for sign in _BRACKETS.findall(data):
        depth = depth + 1 if sign in b"[{" else max(depth - 1, 0)
        if depth > _MAX_OPEN:
            return True
    return False


def regions(source: Source) -> tuple[Region, ...]:
    """The shell regions of a YAML file, in order; none where it does not parse."""
    import yaml

    data = source.data
    base = len(BOM) if data.startswith(BOM) else 0
    if len(data) > _MAX_SIZE or nests(data):
        return ()
    text = data[base:].translate(_ASCII).decode("ascii")
    try:
        scalars = _scalars(yaml.parse(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, OverflowError):  # the last two: an escape such as \UFFFFFFFF
        return ()
    out: list[Region] = []
    for scalar in sorted(scalars, key=lambda s: s.start):
        spelt = spell(text, scalar)
        ranges = merged([(start + base, end + base) for start, end in spelt.ranges]) if spelt is not None else ()
        if spelt is not None and ranges:
            swaps = tuple((start + base, end + base, value.encode()) for start, end, value in spelt.swaps)
            out.append(Region("shell", "yaml", ranges, _apart(masks(source, ranges), swaps), spelt.indent, spelt.writable,
                              spelt.forbidden, swaps, spelt.escapes))
    return tuple(out)


def _apart(marks: tuple[tuple[int, int], ...], swaps: tuple[tuple[int, int, bytes], ...]) -> tuple[tuple[int, int], ...]:
    """The masks that hold no escape: `{{ index \\"x\\" }}` is left to the shell's parser."""
    return tuple(m for m in marks if not any(m[0] < end and start < m[1] for start, end, _ in swaps)) if swaps else marks


def _scalars(events: Any) -> list[Scalar]:
    """The scalars that are, or look like, commands."""
    out: list[Scalar] = []
    levels: list[_Level] = []
    for event in events:
        kind = type(event).__name__
        top = levels[-1] if levels else None
        if kind in ("MappingStartEvent", "SequenceStartEvent"):
            mapping = kind == "MappingStartEvent"
            name = "" if top is None else (top.key or "") if top.mapping else top.name
            flow = bool(event.flow_style) or (top is not None and top.flow)
            # A list hands the name of its key on; a mapping in a list keeps it for `- some command: {timeout: 9}`.
            levels.append(_Level(mapping, name, flow))
            if len(levels) > _MAX_DEPTH:
                return []
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            level = levels.pop()
            if not level.foreign:
                if levels and not level.mapping:
                    levels[-1].found += level.found
                else:
                    out += level.found
            _value_done(levels[-1] if levels else None)
        elif kind == "AliasEvent":
            if top is not None and top.mapping and top.key is None:
                top.key = ""
            else:
                _value_done(top)
        elif kind == "ScalarEvent" and top is not None:
            scalar = Scalar(event.start_mark.index, event.end_mark.index, event.style or "", event.value,
                            top.flow, bool(event.anchor or event.tag))  # fmt: skip
            if top.mapping and top.key is None:
                top.key = event.value
                if top.name in _STEPS and len(levels) > 1 and not levels[-2].mapping and _is_call(event.value):
                    top.found.append(scalar)
                continue
            name = (top.key if top.mapping else top.name) or ""
            if top.mapping and name == "shell" and _OTHER_SHELL.search(event.value):
                top.foreign = True
            if name in _COMMANDS or (name not in _PROSE and _is_call(event.value)):
                top.found.append(scalar)
            _value_done(top)
    return out


def _value_done(level: _Level | None) -> None:
    if level is not None and level.mapping:
        level.key = None


def _is_call(value: str) -> bool:
    return "/api/v" in value and _CALL.search(value.encode()) is not None

"""Shell code in makefiles: recipe lines and `$(shell …)`. Knows no shell.

Left out: `.RECIPEPREFIX`, recipes behind `target: ;`, `define`. What make expands (`$(X)`) is masked, with what it stands
for if that is set once in the file; of `$$` the shell sees one `$`, and gets two for each new one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from v2migrate.hosts.lines import Line, continued, lines
from v2migrate.hosts.marks import merged
from v2migrate.regex import regex
from v2migrate.source import Region, Source

_MAX_SIZE = 8_000  # bytes of one logical line
_MAX_DEPTH = 8
_PREFIX = regex(rb"[ \t]*[@+-][@+\- \t]*|[ \t]*")
_SHELL = regex(rb"\$[({]shell[ \t]+")
_CLOSING = {b"(": b")", b"{": b"}"}
_REFERENCE = regex(rb"\$\(([\w.-]+)\)|\$\{([\w.-]+)\}")
_CLIENT = regex(rb"\b(?:curl|wget|https?|xhs?)[ \t]|\bcircleci[ \t]+api\b")
_SETTING = regex(rb"^(?:override[ \t]+|export[ \t]+)*([\w.-]+)[ \t]*(::?=|\?=|\+=|!=|=)[ \t]*([^\n#]*)", re.MULTILINE)
_MAX_NAMES = 30
_BRACKETS = {kind: re.compile(b"[" + re.escape(kind + close) + b"]") for kind, close in _CLOSING.items()}


def regions(source: Source) -> tuple[Region, ...]:
    """The shell regions of a makefile, in order."""
    out: list[Region] = []
    todo = lines(source.data)
    at = 0
    while at < len(todo):
        group = [todo[at]]
        while continued(group[-1].text) and at + len(group) < len(todo):
            group.append(todo[at + len(group)])
        at += len(group)
        if group[-1].stop - group[0].start > _MAX_SIZE:
            continue
        if group[0].text.startswith(b"\t"):
            out += _recipe(source, group)
        elif not group[0].text.lstrip().startswith(b"#"):
            out += _calls(source, group[0].start, group[-1].stop, 0)
    return tuple(out)


def _recipe(source: Source, group: list[Line]) -> list[Region]:
    """A recipe line with its continuation lines, each without the tab."""
    ranges: list[tuple[int, int]] = []
    for number, line in enumerate(group):
        start = line.start + line.text.startswith(b"\t")
        if number == 0 and (found := _PREFIX.match(source.data, start, line.stop)):
            start = found.end()
        ranges += [(start, line.stop), line.newline]
    ranges = list(merged(ranges))
    return [] if not ranges else _region(source, ranges, 0)


def _calls(source: Source, start: int, end: int, depth: int) -> list[Region]:
    """`$(shell …)` between two offsets, outermost ones first."""
    out: list[Region] = []
    while depth < _MAX_DEPTH and (found := _SHELL.search(source.data, start, end)):
        close = _close(source.data, found.start() + 1, end)
        if close < 0:
            return out
        out += _region(source, [(found.end(), close)], depth + 1)
        start = close
    return out


def _region(source: Source, ranges: list[tuple[int, int]], depth: int) -> list[Region]:
    """The region of these ranges, then those of the calls inside."""
    code: list[tuple[int, int]] = []
    masks: list[tuple[int, int]] = []
    swaps: list[tuple[int, int, bytes]] = []
    inner: list[Region] = []
    done = 0
    limit = ranges[-1][1]
    for start, end in ranges:
        at = max(start, done)
        while (dollar := source.data.find(b"$", at, end)) >= 0:
            follow = source.data[dollar + 1 : dollar + 2]
            code.append((at, dollar))
            if follow == b"$":
                swaps.append((dollar, dollar + 2, b"$"))
                code.append((dollar, dollar + 2))
                at = dollar + 2
                continue
            close = _close(source.data, dollar + 1, limit) + 1 if follow in _CLOSING else dollar + 2
            if close <= 0 or not follow.strip():
                close = dollar + 1
            elif close > end:
                return inner  # what make fills in goes over lines: the bytes between them are no code
            else:
                masks.append((dollar, close))
                inner += _calls(source, dollar, close, depth)
            code.append((dollar, close))
            at = close
        code.append((at, end))
        done = max(done, at)
    forbidden = (b"\n", b"#") if depth else (b"\n",)  # in an assignment, a comment begins there
    region = Region("shell", "makefile", merged(code), tuple(masks), b"\t", True, forbidden,
                    tuple(swaps), ((b"$", b"$$"),), _names(source, masks) if _calls_something(source, code) else ())  # fmt: skip
    return [region, *inner] if region.ranges else inner


def _calls_something(source: Source, code: list[tuple[int, int]]) -> bool:
    return bool(code) and _CLIENT.search(source.data, code[0][0], code[-1][1]) is not None


def _names(source: Source, masks: list[tuple[int, int]]) -> tuple[tuple[str, tuple[int, int], bool], ...]:
    """What the variables among `masks`, and those in their values, stand for: those that are set once, on one line."""
    out: dict[str, tuple[str, tuple[int, int], bool]] = {}
    todo = [source.data[start:end] for start, end in masks]
    while todo and len(out) < _MAX_NAMES:
        raw = todo.pop()
        found = _REFERENCE.fullmatch(raw)
        if found is None or raw.decode() in out:
            continue
        set_by = _settings(source.data).get(found.group(1) or found.group(2), ())
        if len(set_by) != 1 or set_by[0].group(2) in (b"+=", b"!="):
            continue
        start = set_by[0].start(3)
        value = set_by[0].group(3).rstrip()
        if not value or value.endswith(b"\\") or b"$(shell" in value:
            continue
        out[raw.decode()] = (raw.decode(), (start, start + len(value)), set_by[0].group(2) == b"?=")
        todo += [found.group() for found in _REFERENCE.finditer(value)]
    return tuple(out.values())


@lru_cache(maxsize=2)
def _settings(data: bytes) -> dict[bytes, list[re.Match[bytes]]]:
    """The lines of a makefile that set a variable, by its name: many recipes ask for them."""
    out: dict[bytes, list[re.Match[bytes]]] = {}
    for found in _SETTING.finditer(data):
        out.setdefault(found.group(1), []).append(found)
    return out


def _close(data: bytes, at: int, end: int) -> int:
    """Where the bracket that opens at `at` is closed; -1: nowhere."""
    depth = 0
    for found in _BRACKETS[data[at : at + 1]].finditer(data, at, end):
        depth += 1 if found.group() in _CLOSING else -1
        if depth == 0:
            return found.start()
    return -1

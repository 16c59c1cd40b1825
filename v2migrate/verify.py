"""Does a changed file still parse, and does its host still read the code as it was meant? Knows languages, no rules."""

from __future__ import annotations

import bisect
import re
import warnings
from collections.abc import Iterable, Sequence

from v2migrate import hosts
from v2migrate.compiled import symbols
from v2migrate.ranges import Ranges
from v2migrate.source import Edit, Region, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.languages.shell.code import Code


def still_parses(before: Source, after: Source, edits: Iterable[Edit] = ()) -> bool:
    """True where `after` parses, or `before` did not either. Regions of code in a host are counted and parsed too.

    With the `edits` that led from one to the other: also whether the host gives each piece of code as they meant it.
    """
    return _parses(before, after) and _as_meant(before, after, tuple(set(edits)))


def problem(source: Source) -> str:
    """Why a Python or YAML file cannot be read as such; empty where it can. Shell code says so call by call."""
    kind = hosts.language_of(source.path, source.data)
    if kind == "python" and not _python(source.data):
        return "does not parse as Python 3; its calls are reported, and left as they are"
    if kind == "yaml" and not _yaml(source.data):
        return "does not parse as YAML; its calls are reported, and left as they are"
    return ""


def _parses(before: Source, after: Source) -> bool:
    kind = hosts.language_of(before.path, before.data)
    if kind == "python":
        return _python(after.data) or not _python(before.data)
    if kind == "yaml" and _yaml(before.data) and not _yaml(after.data):
        return False
    old, new = _shell_errors(before), _shell_errors(after)
    return len(old) == len(new) and all(n <= o for o, n in zip(old, new, strict=True))


def _python(data: bytes) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are the user's, and not news
        # The symbol table costs half of the tree; it refuses some that does parse (`return` outside of a function).
        for parse in (symbols, _tree):
            try:
                parse(data)
                return True
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass
    # Syntax newer than this interpreter: libcst has a parser of its own. It calls itself for each level, without a limit.
    from v2migrate.languages.python.tree import nests

    if nests(data):
        return False
    import libcst

    try:
        libcst.parse_module(data)
    except (libcst.ParserSyntaxError, UnicodeDecodeError, RecursionError, SyntaxError):
        return False
    return True


def _tree(data: bytes) -> None:
    import ast

    ast.parse(data)


def _yaml(data: bytes) -> bool:
    import yaml

    from v2migrate.hosts.yaml_host import nests

    if nests(data):
        return False
    try:
        list(yaml.parse(data, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, OverflowError):  # the last two: an escape such as \UFFFFFFFF
        return False
    return True


def _shell_errors(source: Source) -> list[bool]:
    shell = [region for region in hosts.regions(source) if region.language == "shell"]
    if not shell:
        return []
    from v2migrate.languages.shell import code

    return [code.parse(code.make(source, region)).has_error for region in shell]


# --- code in a host -------------------------------------------------------------------------------------------------


def _as_meant(before: Source, after: Source, edits: tuple[Edit, ...]) -> bool:
    """The code of each region, with what the edits mean put in, against what the host reads from the result."""
    old, new = hosts.regions(before), hosts.regions(after)
    if not edits or all(region.host == "file" for region in old):
        return True
    if len(old) != len(new):
        return False
    edits = tuple(sorted(edits))
    starts = [edit.start for edit in edits]
    for region, now in zip(old, new, strict=True):
        first, last = region.ranges[0][0], region.ranges[-1][1]
        own = edits[bisect.bisect_left(starts, first) : bisect.bisect_right(starts, last)]
        meant = _meant(before, region, [edit for edit in own if edit.end <= last])
        if meant and meant != _read(after, now):
            return False
    return True


def _meant(source: Source, region: Region, edits: Sequence[Edit]) -> list[bytes]:
    """The lines of a region's code with its edits, in order, put in; none where that cannot be said."""
    from v2migrate.languages.shell import code as codes
    from v2migrate.languages.shell.masked import references

    code = codes.make(source, region)
    known = {*references(code), *(source.data[a:b] for a, b in region.masks)}
    filled = re.compile(b"(" + b"|".join(map(re.escape, sorted(known, key=len, reverse=True))) + b")") if known else None
    masks = Ranges([(a, b - 1) for a, b in region.masks])
    out, at = [], 0
    for edit in edits:
        for a, b in (region.masks[i] for i in masks.holding(edit.start)):
            if a < edit.start or (edit.end <= b and edit.old):
                if edit.end <= b and len(edit.old) < b - a:
                    return []  # what the host fills in is changed: the region of the call inside of it shows that
                break
        out += [_marked(code, at, _place(code, edit.start)), _plain(edit.new, region, filled)]
        at = _place(code, edit.end)
    return _lines(b"".join([*out, _marked(code, at, len(code.text))]))


def _place(code: Code, offset: int) -> int:
    """How many bytes of the code stand in front of a file offset."""
    i = bisect.bisect_right(code.files, offset) - 1
    if i < 0:
        return 0
    at = code.spots[i]
    if at not in code.wide:
        end = code.spots[i + 1] if i + 1 < len(code.spots) else len(code.text)
        return min(at + offset - code.files[i], end)
    # All bytes of what the file spells in another way begin at one place.
    return at + 1 if code.wide[at] <= offset else code.spots[bisect.bisect_left(code.files, code.files[i])]


def _plain(new: bytes, region: Region, filled: re.Pattern[bytes] | None) -> bytes:
    """What the host makes of new text; what it fills in (`filled`) is marked."""
    new = new.replace(b"\r\n", b"\n").replace(b"\n" + region.indent, b"\n")
    back = {spelt: plain for plain, spelt in region.escapes}
    cut = filled.split(new) if filled is not None else [new]
    for i, part in enumerate(cut):
        if i % 2:
            cut[i] = b"\0" + part + b"\0"
        elif back:
            cut[i] = re.sub(b"|".join(map(re.escape, back)), lambda found: back[found[0]], part)
    return b"".join(cut)


def _marked(code: Code, start: int, end: int) -> bytes:
    """A stretch of code; what the host fills in stands between marks."""
    out, at = [], start
    for mask in code.masked(start, end):
        stop = code.masks[mask]
        if stop <= end:
            out += [code.text[at:mask], b"\0", code.file[code.place(mask) : code.behind(stop - 1)], b"\0"]
            at = stop
    return b"".join([*out, code.text[at:end]])


def _read(source: Source, region: Region) -> list[bytes]:
    from v2migrate.languages.shell import code as codes

    code = codes.make(source, region)
    return _lines(_marked(code, 0, len(code.text)))


def _lines(code: bytes) -> list[bytes]:
    return [line.rstrip() for line in code.rstrip().split(b"\n")]

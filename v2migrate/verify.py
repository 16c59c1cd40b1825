"""Does a changed file still parse, and does its host still read the code as it was meant? Knows languages, no rules."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable

from v2migrate import hosts
from v2migrate.compiled import symbols
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
    meant = [_meant(before, region, edits) for region in old]
    return all(not m or m == _read(after, region) for m, region in zip(meant, new, strict=True))


def _meant(source: Source, region: Region, edits: tuple[Edit, ...]) -> list[bytes]:
    from v2migrate.languages.shell import code as codes
    from v2migrate.languages.shell.masked import references

    code = codes.make(source, region)
    sizes = [b - a for a, b in zip(code.spots, [*code.spots[1:], len(code.text)], strict=True)]
    pieces = list(zip(code.files, sizes, code.spots, strict=True))
    known = {*references(code), *(source.data[a:b] for a, b in region.masks)}

    def place(offset: int) -> int:
        """How many bytes of the code stand in front of a file offset."""
        return sum((size if code.wide.get(at, offset + 1) <= offset else 0) if at in code.wide
                   else min(max(offset - start, 0), size) for start, size, at in pieces)  # fmt: skip

    out, at = [], 0
    for edit in sorted(edits):
        if not region.ranges[0][0] <= edit.start or not edit.end <= region.ranges[-1][1]:
            continue
        hidden = [(a, b) for a, b in region.masks if a < edit.start < b or (a == edit.start and edit.end <= b and edit.old)]
        if hidden and edit.end <= hidden[0][1] and len(edit.old) < hidden[0][1] - hidden[0][0]:
            return []  # what the host fills in is changed: the region of the call inside of it shows that
        out += [_marked(code, at, place(edit.start)), _plain(edit.new, region, known)]
        at = place(edit.end)
    return _lines(b"".join([*out, _marked(code, at, len(code.text))]))


def _plain(new: bytes, region: Region, known: set[bytes]) -> bytes:
    """What the host makes of new text; what it fills in is marked."""
    new = new.replace(b"\r\n", b"\n").replace(b"\n" + region.indent, b"\n")
    back = {spelt: plain for plain, spelt in region.escapes}
    cut = re.split(b"(" + b"|".join(map(re.escape, sorted(known, key=len, reverse=True))) + b")", new) if known else [new]
    for i, part in enumerate(cut):
        if i % 2:
            cut[i] = b"\0" + part + b"\0"
        elif back:
            cut[i] = re.sub(b"|".join(map(re.escape, back)), lambda found: back[found[0]], part)
    return b"".join(cut)


def _marked(code: Code, start: int, end: int) -> bytes:
    """A stretch of code; what the host fills in stands between marks."""
    out, at = [], start
    for mask, stop in sorted(code.masks.items()):
        if start <= mask and stop <= end:
            out += [code.text[at:mask], b"\0", code.file[code.place(mask) : code.behind(stop - 1)], b"\0"]
            at = stop
    return b"".join([*out, code.text[at:end]])


def _read(source: Source, region: Region) -> list[bytes]:
    from v2migrate.languages.shell import code as codes

    code = codes.make(source, region)
    return _lines(_marked(code, 0, len(code.text)))


def _lines(code: bytes) -> list[bytes]:
    return [line.rstrip() for line in code.rstrip().split(b"\n")]

"""Where the functions and classes of a file's own level begin and end, told without a parse. Knows lines, quotes and brackets.

The syntax tree of a file takes as long as what is asked of it, and most of a long file is code that nobody asks for. Lines
tell where a definition may stand, and Python's own symbol table, which is made of the file anyway, that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from v2migrate.compiled import symbols
from v2migrate.languages.python import tree
from v2migrate.records import dataclass
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LINE = regex(rb"^[^\s#]", re.M)
_DEFINITION = regex(rb"(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_]\w*)")
_NAMELESS = frozenset({"lambda", "genexpr", "listcomp", "setcomp", "dictcomp"})
"""What the tables of all else are called, which may begin right behind a string."""
_CLOSING = b")]}"
_LITERAL = regex(
    rb'"""(?:[^"\\]++|\\.|"(?!""))*+"""|' + rb"'''(?:[^'\\]++|\\.|'(?!''))*+'''|"
    + rb'"(?:[^"\\\n]++|\\.)*+"|' + rb"'(?:[^'\\\n]++|\\.)*+'|#[^\n]*+", re.S,
)  # fmt: skip
"""A string or a comment, seen from where none has begun."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A `def` or `class` without decorators: its first byte and line, its name, and the first byte of what follows it."""

    start: int
    end: int
    line: int
    name: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The definitions of a file that can be told from all else, and those at whose first line this relies on one to begin."""

    definitions: tuple[Definition, ...] = ()
    begun: tuple[tuple[int, str], ...] = ()


def outline(data: bytes) -> Outline:
    """The outline of a Python file as its lines have it: true only where `tables` says so."""
    if b"\x0c" in data or data.count(b"\r") != data.count(b"\r\n") or tree.encoding(data) != "utf-8":
        return Outline()  # lines are not what they seem
    starts = [found.start() for found in _LINE.finditer(data)]
    heads = [_DEFINITION.match(data, at) for at in starts]
    out: list[Definition] = []
    begun: list[tuple[int, str]] = []
    line, at, decorated = 1, 0, False
    for number, (start, head) in enumerate(zip(starts, heads, strict=True)):
        line, at = line + data.count(b"\n", at, start), start
        if head is None:
            decorated = decorated or data[start : start + 1] == b"@"
            continue
        name = head[1].decode()
        begun.append((line, name))
        end = None if decorated or not number or _goes_on(data, start) else _end(data, start, starts, heads, number + 1)
        decorated = False
        if end is not None:
            out.append(Definition(start, end, line, name))
    return Outline(tuple(out), tuple(begun))


def _end(data: bytes, start: int, starts: Sequence[int], heads: Sequence[object], number: int) -> int | None:
    """Where the definition at `start` ends: at the next line that begins a statement; None where that is not clear."""
    for at, head in zip(starts[number:], heads[number:], strict=True):
        if head is not None:
            return at
        if data[at] in _CLOSING:
            continue  # no statement begins so
        return at if not _goes_on(data, at) and _closed(data[start:at]) else None
    return len(data)


def _goes_on(data: bytes, start: int) -> bool:
    """Is the line at `start` joined to the one before it by a backslash?"""
    return data.endswith((b"\\\n", b"\\\r\n"), 0, start)


def _closed(code: bytes) -> bool:
    """Does no string and no bracket reach beyond the end of this code, which begins outside of any?"""
    rest = _LITERAL.sub(b"", code)
    opened, closed = (sum(map(rest.count, signs)) for signs in ((b"(", b"[", b"{"), (b")", b"]", b"}")))
    return opened == closed and b'"' not in rest and b"'" not in rest


def tables(data: bytes, found: Outline) -> Mapping[int, Any] | None:
    """The symbol tables of the definitions in the outline of `data`, by line; None where it is wrong, or `data` no Python."""
    try:
        top = symbols(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if top is None:
        return None
    known = {(table.lineno, table.name): table for table in top.children}
    # What looks like a definition may stand in a string; then Python sees none of that name begin in that line.
    if not all(mark in known and mark[1] not in _NAMELESS for mark in found.begun):
        return None
    return {line: known[line, name] for line, name in found.begun}


def given(table: Any) -> Iterator[str]:
    """The names of the functions and classes in a definition, itself included, and those that the classes bind."""
    from _symtable import DEF_BOUND, TYPE_CLASS  # type: ignore[import-not-found, unused-ignore]

    todo = [table]
    while todo:
        at = todo.pop()
        todo += at.children
        if at.name not in _NAMELESS:
            yield at.name
        for name, flags in at.symbols.items() if at.type == TYPE_CLASS else ():
            if flags & DEF_BOUND:
                yield name
                if name[:1] == "_" != name[1:2] and "__" in name:
                    yield name[name.index("__") :]  # `_Class__name`

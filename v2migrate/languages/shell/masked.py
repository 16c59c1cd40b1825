"""What the host's own variables stand for (`$(API)` in make), where the file says so. Knows no host, no shell variables."""

from __future__ import annotations

import re
from functools import lru_cache

from v2migrate.languages.shell.code import Code
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.source import Span
from v2migrate.template import Hole, Piece, Template, Text

_REFERENCE = regex(rb"\$\$|\$\([\w.-]+\)|\$\{[\w.-]+\}")
Values = tuple[tuple[int, int, str], ...]
_USE = regex(rb"\$(?:\([\w.-]+\)|\{[\w.-]+\})")
_EXPORT = regex(rb"^[ \t]*export[ \t]+(.*)", re.MULTILINE)
_NAME = regex(rb"([\w.-]+)(?:[ \t]+)?")
_ODD = regex(rb"[\"'\\`]|\$\([^)]*[ \t]")
_CLIENT = regex(rb"\b(?:curl|wget|https?[ \t]|xhs?[ \t])")
_MAX_DEPTH = 6


def named(code: Code, text: str, depth: int = 0) -> tuple[Template | None, bool]:
    """The value of a masked text with its places in the file, and whether it may be set elsewhere; None: not known."""
    found = code.names.get(text)
    if found is None or depth > _MAX_DEPTH:
        return None, False
    start, end, elsewhere = found
    value = code.file[start:end]
    if _ODD.search(value) or not value.isascii():
        return None, False
    pieces: list[Piece] = []
    at = 0
    for reference in _REFERENCE.finditer(value):
        _text(code, start + at, start + reference.start(), pieces)
        at = reference.end()
        raw, span = reference[0].decode(), Span(code.path, start + reference.start(), start + at)
        inner, more = named(code, raw, depth + 1) if raw != "$$" else (None, False)
        elsewhere = elsewhere or more
        pieces += inner.pieces if inner is not None else [Text("$", span, False) if raw == "$$" else Hole(raw, span)]
    _text(code, start + at, end, pieces)
    return Template(tuple(pieces)), elsewhere


def _text(code: Code, start: int, end: int, out: list[Piece]) -> None:
    if start < end:
        out.append(Text(code.file[start:end].decode(), Span(code.path, start, end)))


def references(code: Code) -> tuple[bytes, ...]:
    """The host's variables in the values of others: in new code they stay as they are."""
    return tuple({found[0] for start, end, _ in code.names.values() for found in _REFERENCE.finditer(code.file, start, end)
                  if found[0] != b"$$"})  # fmt: skip


def hold(code: Code, found: list[Request]) -> list[Request]:
    """The requests with the places that use a part of their URL outside of a client's command."""
    if not code.names:
        return found
    values = tuple(sorted((start, end, text[2:-1]) for text, (start, end, _) in code.names.items()))
    out = []
    for request in found:
        spans = [s for s in request.url.spans if s.path == code.path]
        used = {name for start, end, name in values if any(start <= s.start and s.end <= end for s in spans)}
        held = {span for name in used for span in _uses(code.path, code.file).of(name, values)}
        out.append(replace(request, holds=tuple(sorted({*request.holds, *held}))) if held else request)
    return out


@lru_cache(maxsize=1)  # the pieces of code of one file ask one after the other
def _uses(path: str, file: bytes) -> _Uses:
    return _Uses(path, file)


class _Uses:
    """Where the host's file uses its variables, besides in a client's command."""

    def __init__(self, path: str, file: bytes) -> None:
        self._path, self._file = path, file
        self._places: dict[str, list[tuple[int, int]]] = {}
        self._exported: dict[str, list[tuple[int, int]]] = {}
        self._known: dict[tuple[str, Values], tuple[Span, ...]] = {}
        for line in _EXPORT.finditer(file):
            self._export(*line.span(1))
        for found in _USE.finditer(file):
            self._places.setdefault(found[0][2:-1].decode(), []).append(found.span())

    def of(self, name: str, values: Values) -> tuple[Span, ...]:
        """The places that use a variable, besides in these values: start and end of each, and whose it is."""
        if (name, values) not in self._known:
            exported = self._exported.get(name, [])  # programs that make starts see it
            used = [(start, end) for start, end in self._places.get(name, ())
                    if not any(first <= start < last for first, last, _ in values) and not self._called(start, end)]  # fmt: skip
            self._known[name, values] = tuple(Span(self._path, start, end) for start, end in exported + used)
        return self._known[name, values]

    def _export(self, at: int, end: int) -> None:
        seen: set[str] = set()
        while (word := _NAME.match(self._file, at, end)) is not None:
            name = word[1].decode()
            if name not in seen:
                self._exported.setdefault(name, []).append(word.span(1))
            seen.add(name)
            at = word.end()
            if word.end() == word.end(1):
                break

    def _called(self, start: int, end: int) -> bool:
        """Is a place in a client's command, on one line or more?"""
        file = self._file
        first = file.rfind(b"\n", 0, start) + 1
        while first > 1 and _continued(file, first):
            first = file.rfind(b"\n", 0, first - 1) + 1
        last = end
        while (last := file.find(b"\n", last)) > 0 and file[max(last - 2, 0) : last].rstrip(b"\r").endswith(b"\\"):
            last += 1
        return _CLIENT.search(file, first, last if last > 0 else len(file)) is not None


def _continued(file: bytes, first: int) -> bool:
    """Does what stands before the line that begins at `first` go on in it?"""
    while first and file[first - 1 : first] in (b"\r", b"\n"):
        first -= 1
    return file[first - 1 : first] == b"\\"

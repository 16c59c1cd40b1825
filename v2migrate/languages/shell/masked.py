"""What the host's own variables stand for (`$(API)` in make), where the file says so. Knows no host, no shell variables."""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Iterator, Sequence

from v2migrate.languages.shell.code import Code
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.source import Span
from v2migrate.template import Hole, Piece, Template, Text

_REFERENCE = regex(rb"\$\$|\$\([\w.-]+\)|\$\{[\w.-]+\}")
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
    uses = _Uses(code)
    out = []
    for request in found:
        used = {name for s in request.url.spans if s.path == code.path for name in uses.names(s)}
        held = {span for name in used for span in uses.of(name)}
        out.append(replace(request, holds=tuple(sorted({*request.holds, *held}))) if held else request)
    return out


class _Uses:
    """Where the host's file uses its variables, besides in a client's command and in the values of others."""

    def __init__(self, code: Code) -> None:
        self._code = code
        self._values = sorted((start, end, text[2:-1]) for text, (start, end, _) in code.names.items())
        self._spans: dict[str, list[Span]] = {}
        for line in _EXPORT.finditer(code.file):
            self._export(*line.span(1))
        for found in _USE.finditer(code.file):
            self._use(found.start(), found.end())

    def names(self, span: Span) -> set[str]:
        """The variables whose value holds a piece of the file."""
        at = bisect.bisect_right(self._values, (span.start, sys.maxsize)) - 1
        row = self._values[at] if at >= 0 else (0, -1, "")
        return {name for _, _, name in self._alike(at)} if span.end <= row[1] else set()

    def of(self, name: str) -> Sequence[Span]:
        """The places that use a variable."""
        return self._spans.get(name, ())

    def _alike(self, at: int) -> Iterator[tuple[int, int, str]]:
        """The values that stand where the value with this number does: `$(X)` and `${X}` are one variable."""
        last = self._values[at]
        while at >= 0 and self._values[at][:2] == last[:2]:
            yield self._values[at]
            at -= 1

    def _export(self, at: int, end: int) -> None:
        """Programs that make starts see what it exports."""
        seen: set[str] = set()
        while (word := _NAME.match(self._code.file, at, end)) is not None:
            name = word[1].decode()
            if name not in seen:
                self._spans.setdefault(name, []).append(Span(self._code.path, *word.span(1)))
            seen.add(name)
            at = word.end()
            if word.end() == word.end(1):
                break

    def _use(self, start: int, end: int) -> None:
        file = self._code.file
        at = bisect.bisect_right(self._values, (start, sys.maxsize)) - 1
        if at >= 0 and start < self._values[at][1]:
            return
        first = file.rfind(b"\n", 0, start) + 1
        while first > 1 and _continued(file, first):
            first = file.rfind(b"\n", 0, first - 1) + 1
        last = end
        while (last := file.find(b"\n", last)) > 0 and file[max(last - 2, 0) : last].rstrip(b"\r").endswith(b"\\"):
            last += 1
        if not _CLIENT.search(file, first, last if last > 0 else len(file)):
            self._spans.setdefault(file[start + 2 : end - 1].decode(), []).append(Span(self._code.path, start, end))


def _continued(file: bytes, first: int) -> bool:
    """Does what stands before the line that begins at `first` go on in it?"""
    while first and file[first - 1 : first] in (b"\r", b"\n"):
        first -= 1
    return file[first - 1 : first] == b"\\"

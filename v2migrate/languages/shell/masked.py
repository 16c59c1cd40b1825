"""What the host's own variables stand for (`$(API)` in make), where the file says so. Knows no host, no shell variables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v2migrate.languages.shell.code import Code
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.source import Span
from v2migrate.template import Hole, Piece, Template, Text

_REFERENCE = regex(rb"\$\$|\$\([\w.-]+\)|\$\{[\w.-]+\}")
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
    out = []
    for request in found:
        used = {text for text, (start, end, _) in code.names.items()
                if any(s.path == code.path and start <= s.start and s.end <= end for s in request.url.spans)}  # fmt: skip
        held = {span for text in used for span in _elsewhere(code, text)}
        out.append(replace(request, holds=tuple(sorted({*request.holds, *held}))) if held else request)
    return out


def _elsewhere(code: Code, text: str) -> Iterator[Span]:
    known = [(start, end) for start, end, _ in code.names.values()]
    name = re.escape(text[2:-1].encode())
    for exported in re.finditer(rb"^[ \t]*export[ \t]+(?:[\w.-]+[ \t]+)*?(" + name + rb")(?![\w.-])", code.file, re.MULTILINE):
        yield Span(code.path, exported.start(1), exported.end(1))  # programs that make starts see it
    for found in re.finditer(rb"\$(?:\(" + name + rb"\)|\{" + name + rb"\})", code.file):
        if any(start <= found.start() < end for start, end in known):
            continue
        first = code.file.rfind(b"\n", 0, found.start()) + 1
        while first > 1 and code.file[:first].rstrip(b"\r\n").endswith(b"\\"):
            first = code.file.rfind(b"\n", 0, first - 1) + 1
        last = found.end()
        while (last := code.file.find(b"\n", last)) > 0 and code.file[:last].rstrip(b"\r").endswith(b"\\"):
            last += 1
        if not _CLIENT.search(code.file, first, last if last > 0 else len(code.file)):
            yield Span(code.path, found.start(), found.end())

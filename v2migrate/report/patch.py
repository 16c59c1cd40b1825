"""A fix as a few printed lines: what goes, what comes, one line around it. Knows edits; knows nothing of findings."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from itertools import groupby

from v2migrate.diff import blocks, lines
from v2migrate.errors import EditConflict
from v2migrate.finding import Fix
from v2migrate.report.frame import Sources, gutter
from v2migrate.report.printable import show, shown_path
from v2migrate.report.rows import Row
from v2migrate.source import Edit, Source, apply_edits

_MAX_ROWS = 30
_MAX_FOLDS = 5
_LEFT_OUT = "..."
_DIGITS = "0123456789"


def patch(fix: Fix, home: str, sources: Sources, size: int, limit: int) -> Iterator[Row]:
    """The lines that a fix changes, file by file, that at `home` first; lines are folded at `limit` columns."""
    for (style, text), *rest in _whole(fix, home, sources, limit):
        digits = len(text) - len(text.lstrip(_DIGITS))
        yield ((style, text if text == _LEFT_OUT else " " * (size - digits) + text), *rest)


@functools.lru_cache(maxsize=64)  # calls on one base URL have one fix, which is shown at each of them
def _whole(fix: Fix, home: str, sources: Sources, limit: int) -> tuple[Row, ...]:
    """The rows, with nothing in front of the numbers."""
    return tuple(_patch(fix.edits, home, sources, limit))


def _patch(edits: Sequence[Edit], home: str, sources: Sources, limit: int) -> Iterator[Row]:
    for path, group in groupby(sorted(edits, key=lambda e: (e.path != home, e)), key=lambda e: e.path):
        if path != home:
            yield (("gutter", ":::"), ("", " "), ("path", shown_path(path)))
        source = sources(path)
        own = list(group)
        try:
            rows = list(_hunks(source, own, limit)) if source is not None else list(_bare(own, limit))
        except EditConflict:
            rows = list(_bare(own, limit))  # the file changed while we looked
        yield from rows[:_MAX_ROWS]
        if len(rows) > _MAX_ROWS:
            yield (("gutter", _LEFT_OUT), ("dim", f" {len(rows) - _MAX_ROWS} more lines"))


def _hunks(source: Source, edits: Sequence[Edit], limit: int) -> Iterator[Row]:
    changes = list(_changes(source, edits))
    last = source.position(len(source.data))[0] - source.data.endswith(b"\n")
    printed = 0
    for index, (number, old, new) in enumerate(changes):
        if number - 1 > printed:
            if 0 < printed < number - 2:
                yield (("gutter", _LEFT_OUT),)
            yield from _rows(number - 1, " ", source.line(number - 1), limit)
        first = (old[0] if old else "", new[0] if new else "")
        for offset, text in enumerate(old):
            yield from _rows(number + offset, "-", text, limit, first)
        for text in new:
            yield from _rows("", "+", text, limit, first)
        printed = number + len(old) - 1
        below = printed + 1
        if below <= last and (index + 1 == len(changes) or changes[index + 1][0] != below):
            yield from _rows(below, " ", source.line(below), limit)
            printed = below


def _changes(source: Source, edits: Sequence[Edit]) -> Iterator[tuple[int, list[str], list[str]]]:
    """Every run of changed lines: the number of the first, the lines that go, the lines that come."""
    for start, end, own in _areas(source.data, edits):
        old = source.data[start:end]
        new = apply_edits(old, [Edit(e.path, e.start - start, e.old, e.new) for e in own])
        before, after = lines(old), lines(new)
        number = source.position(start)[0]
        for a, b, c, d in blocks(before, after):
            yield number + a, [_text(line) for line in before[a:b]], [_text(line) for line in after[c:d]]


def _areas(data: bytes, edits: Sequence[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """Whole lines around the edits, with the edits in them; edits in one line or in neighbouring ones go together."""
    start = end = -1
    own: list[Edit] = []
    for edit in sorted(set(edits)):
        first = data.rfind(b"\n", 0, edit.start) + 1
        last = data.find(b"\n", edit.end) + 1 or len(data)
        if own and first <= end:
            end = max(end, last)
        else:
            if own:
                yield start, end, own
            start, end, own = first, last, []
        own.append(edit)
    if own:
        yield start, end, own


def _bare(edits: Sequence[Edit], limit: int) -> Iterator[Row]:
    for edit in edits:
        for sign, text in (("-", edit.old), ("+", edit.new)):
            for line in lines(text):
                yield from _rows("", sign, _text(line), limit)


def _differ(before: str, after: str) -> int:
    """The first character in which a changed line differs from what it becomes: that part of a long line is shown."""
    pairs = enumerate(zip(before, after, strict=False))
    return next((i for i, (x, y) in pairs if x != y), min(len(before), len(after)))


def _rows(number: int | str, sign: str, text: str, limit: int, first: tuple[str, str] = ("", "")) -> Iterator[Row]:
    """A line of the patch. A changed line is shown whole, folded, unless it is a giant: people judge the fix by it.

    `first` is the first line that goes, with the one that comes for it: of a giant, where they differ is shown.
    """
    style = {"-": "drop", "+": "add"}.get(sign, "dim")
    line = show(text)
    room = limit - 3  # the sign and the blanks beside it
    whole = sign != " " and line.columns[-1] <= _MAX_FOLDS * room
    pieces = line.fold(room) if whole else [line.crop(room, line.column(_differ(*first)))[0]]
    for index, piece in enumerate(pieces):
        yield (*gutter("" if index else number, 0), (style, f" {' ' if index else sign} {piece}"))


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")

"""Code frames: source lines with numbers, the place in question underlined. Knows spans; knows nothing of findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from v2migrate.records import dataclass
from v2migrate.report.printable import Shown, show, shown_path
from v2migrate.report.rows import Row
from v2migrate.source import Source, Span

Sources = Callable[[str], Source | None]

_MAX_LINES = 8
_HEAD = 6


@dataclass(frozen=True, slots=True)
class Mark:
    """A place to underline. `style` colours it; `label` stands behind the line under a secondary place."""

    span: Span
    style: str
    label: str = ""
    primary: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """A mark in lines and characters, all from 0 but `first` and `last`; `end` is exclusive on the last line."""

    mark: Mark
    first: int
    start: int
    last: int
    end: int


def gutter(number: int | str, size: int) -> Row:
    """What stands left of a line: its number, or blanks, and the bar."""
    return (("gutter", f"{number:>{size}} |"),)


def frame(marks: Sequence[Mark], sources: Sources, size: int, limit: int) -> Iterator[Row]:
    """The lines of all `marks` file by file, that of the first mark in front.

    `size` is the width of the line numbers, `limit` that of the code. A file that cannot be had is left out.
    """
    home = marks[0].span.path
    for path in dict.fromkeys(mark.span.path for mark in marks):
        source = sources(path)
        if source is None:
            continue
        places = sorted((_locate(m, source) for m in marks if m.span.path == path), key=lambda p: (p.first, p.start))
        if path != home:
            first = places[0]
            where = f"{shown_path(path)}:{first.first}:{first.start + 1}"
            yield (("gutter", " " * size + ":::"), ("", " "), ("path", where))
        yield gutter("", size)
        yield from _file(source, places, size, limit)


def number_width(marks: Sequence[Mark], sources: Sources) -> int:
    """How many digits the line numbers of these marks need."""
    highest = 1
    for mark in marks:
        if (source := sources(mark.span.path)) is not None:
            highest = max(highest, source.position(max(mark.span.start, mark.span.end - 1))[0])
    return len(str(highest))


def _locate(mark: Mark, source: Source) -> _Place:
    size = len(source.data)
    start = min(mark.span.start, size)
    end = min(max(mark.span.end, start), size)
    while end > start and source.data[end - 1 : end] in (b"\n", b"\r"):
        end -= 1
    first, column = source.position(start)
    last, end_column = source.position(end)
    return _Place(mark, first, column - 1, last, end_column - 1)


def _file(source: Source, places: Sequence[_Place], size: int, limit: int) -> Iterator[Row]:
    tall = next((p for p in places if p.mark.primary and p.first != p.last), None)
    cut = range(0)
    shown: set[int] = {p.first for p in places}
    if tall is not None:
        if tall.last - tall.first >= _MAX_LINES:
            cut = range(tall.first + _HEAD, tall.last)
        shown.update(number for number in range(tall.first, tall.last + 1) if number not in cut)
    before = 0
    for number in sorted(shown):
        inside = tall is not None and tall.first < number <= tall.last
        if before and number > before + 1:
            yield (("gutter", "..."), (tall.mark.style, " " * (size - 1) + "|") if inside and tall else ("", ""))
        before = number
        yield from _line(source, number, [p for p in places if p.first == number], tall, size, limit)


def _line(
    source: Source, number: int, here: Sequence[_Place], tall: _Place | None, size: int, limit: int
) -> Iterator[Row]:
    text = source.line(number)
    line = show(text)
    # A place that runs over several lines has a rail at the left; it starts beside the line where nothing is before it.
    opens = tall is not None and tall.first == number
    beside = opens and tall is not None and not text[: tall.start].strip()
    inside = tall is not None and tall.first < number <= tall.last
    style = tall.mark.style if tall is not None else ""
    focus = max((line.column(p.end if p.first == p.last else p.start) for p in here if p is not tall), default=0)
    if here and all(p is not tall for p in here):
        focus = min(focus, line.column(here[0].start) + limit // 3)
    code, moved = line.crop(limit, focus)
    room = min(line.columns[-1] - moved, limit)  # columns, where a wide character takes two; not characters
    rail = ((style, " /" if beside else " |" if inside else "  "),) if tall is not None else ()
    yield (*gutter(number, size), *rail, ("", " " + code))
    if opens and tall is not None and not beside:
        reach = min(line.column(tall.start) - moved, room)
        yield (*gutter("", size), (style, "  " + "_" * (reach + 1) + "^"))
    for place in here:
        if place is tall:
            continue
        left, right = _reach(line, place, moved, room)
        sign = "^" if place.mark.primary else "-"
        under = (place.mark.style, " " * (left + 1) + sign * (right - left))
        bar = ((style, " |" if inside or (opens and not place.mark.primary) else "  "),) if tall is not None else ()
        label = ((place.mark.style, " " + place.mark.label),) if place.mark.label else ()
        yield (*gutter("", size), *bar, under, *label)
    if tall is not None and tall.last == number:
        reach = min(max(line.column(tall.end) - moved - 1, 0), room)
        yield (*gutter("", size), (style, " |" + "_" * (reach + 1) + "^"))


def _reach(line: Shown, place: _Place, moved: int, width: int) -> tuple[int, int]:
    left = min(max(line.column(place.start) - moved, 0), width)
    end = line.columns[-1] if place.first != place.last else line.column(place.end)
    return left, max(min(end - moved, width), left + 1)

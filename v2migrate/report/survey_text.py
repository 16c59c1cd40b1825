"""Merged runs for people at a terminal: which repository, which owner, by when, and how it went down. Knows no commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from v2migrate.report import words
from v2migrate.report.rows import Row, painter, wrapped
from v2migrate.report.survey import Survey, count

_BAR = 30


def render(found: Survey, *, color: bool = False, width: int = 0) -> str:
    """The whole report as one text."""
    paint = painter(color)
    return "".join(paint(row) for row in _rows(found, width))


def _rows(found: Survey, width: int) -> Iterator[Row]:
    items = found.items
    where = words.number(len(found.scans), "repository", "repositories")
    if not items:
        yield (("safe", "No calls to CircleCI's old API"), ("", f" in {where}"))
    else:
        classes = ", ".join(f"{n} {'by hand' if c == 'manual' else c}" for c, n in words.by_class(items).items() if n)
        ends = ", ".join(words.ends(items, found.today))
        yield (("label", f"Found {len(items)} in {where}"), ("", f" ({classes})"), ("sunset", f"; {ends}" if ends else ""))
    yield ()
    yield from _repositories(found)
    owned = [owner for item in items for owner in item.owners]
    if owned:
        yield ()
        yield from _table([("OWNER", "FINDINGS"), *((name, str(number)) for name, number in count(owned))])
    if items:
        yield ()
        yield from _table([("RULE", "FINDINGS"), *((name, str(number)) for name, number in count(i.rule for i in items))])
    if found.history:
        yield ()
        yield from _burn_down(found)
    unread = sum(len(scan.problems) for scan in found.scans)
    if unread:
        yield ()
        yield (("manual", f"{words.number(unread, 'file')} could not be read or parsed:"),)
        for scan in found.scans:
            for path, message in scan.problems:
                yield from wrapped((("", "  "), ("path", f"{scan.repository}/{path}"), ("", ": ")), message, width)


def _repositories(found: Survey) -> Iterator[Row]:
    rows: list[tuple[str, ...]] = [("REPOSITORY", "FINDINGS", "GONE", "SUNSET", "WRONG", "LEGACY", "SAFE", "RUN OF")]
    for scan in sorted(found.scans, key=lambda s: (-len(s.items), s.repository)):
        status, classes = words.by_status(scan.items), words.by_class(scan.items)
        numbers = [len(scan.items), *(status[name] for name in ("gone", "sunset", "wrong", "legacy")), classes["safe"]]
        rows.append((scan.repository, *map(str, numbers), scan.date.isoformat() if scan.date != date.min else "-"))
    yield from _table(rows)


def _burn_down(found: Survey) -> Iterator[Row]:
    most = max((point.total for point in found.history), default=0)
    size = len(str(most))
    for point in found.history:
        bar = "#" * round(_BAR * point.total / max(most, 1))
        repositories = words.number(point.repositories, "repository", "repositories")
        yield (("label", point.date.isoformat()), ("", f"  {point.total:>{size}}  "), ("sunset", f"{bar:<{_BAR}}"),
               ("dim", f"  {repositories}"))  # fmt: skip


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[Row]:
    """Columns: the first to the left, the others to the right; the first row is the head."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = [f"{cell:<{w}}" if i == 0 else f"{cell:>{w}}" for i, (cell, w) in enumerate(zip(row, widths, strict=True))]
        yield (("dim" if number == 0 else "", "  ".join(cells)),)

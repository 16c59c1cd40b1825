"""The report for people: a greppable line for each finding, the code, the fix, what to do. Knows no commands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from v2migrate.finding import SAFE, Finding, Run
from v2migrate.report import words
from v2migrate.report.frame import Sources, frame, number_width
from v2migrate.report.patch import patch
from v2migrate.report.printable import shown_path, visible
from v2migrate.report.rows import Row, painter, wrapped
from v2migrate.report.snippet import marks
from v2migrate.report.summary import summary

_WIDEST = 160
_NARROWEST = 40


def render(
    run: Run, sources: Sources, *, color: bool = False, width: int = 0,
    fixed: Mapping[str, tuple[int, int]] | None = None, command: str = "check", concise: bool = False,
) -> str:  # fmt: skip
    """The whole report as one text; see `report` for the arguments."""
    parts = report(run, sources, color=color, width=width, concise=concise)
    return "".join((*parts, summarize(run, color=color, width=width, fixed=fixed, command=command)))


def report(
    run: Run, sources: Sources, *, color: bool = False, width: int = 0, concise: bool = False, part: slice = slice(None),
) -> Iterator[str]:  # fmt: skip
    """Each finding of `run`, or of a `part` of them, as text, one after the other.

    `sources` gives the file at a path as it is described by the run (None: it cannot be had). `width` is the terminal's
    (0: no terminal; notes are not wrapped then). `concise` leaves out all but the first line.
    """
    paint = painter(color)
    for finding in run.findings[part]:
        rows = [_head(finding, sources)]
        if not concise:
            rows += [*_body(finding, run, sources, width), ()]
        yield "".join(map(paint, rows))


def summarize(
    run: Run, *, color: bool = False, width: int = 0, fixed: Mapping[str, tuple[int, int]] | None = None,
    command: str = "check",
) -> str:  # fmt: skip
    """The end of the report. `fixed` are the lines that came and went in each rewritten file; `command` says which
    command ran: check, fix, or diff (a fix that was not written)."""
    paint = painter(color)
    return "".join(paint(row) for row in summary(run, width=width, fixed=fixed or {}, command=command))


def _head(finding: Finding, sources: Sources) -> Row:
    source = sources(finding.span.path)
    line, column = source.position(finding.span.start) if source is not None else (1, 1)
    mark = "" if finding.fix is None else " [*]" if finding.klass == SAFE else " [!]"
    return (
        ("path", shown_path(finding.span.path)), ("dim", f":{line}:{column}:"), ("", " "),
        (finding.status, finding.rule), ("", " " + visible(finding.message)), ("mark", mark),
    )  # fmt: skip


def _body(finding: Finding, run: Run, sources: Sources, width: int) -> Iterator[Row]:
    shown = marks(finding, sources)
    size = number_width(shown, sources)
    limit = min(max(width, _NARROWEST), _WIDEST) - size - 5 if width else _WIDEST
    if sources(finding.span.path) is not None:
        yield from frame(shown, sources, size, limit)
        yield (("gutter", f"{'':{size}} |"),)
    edge = ("gutter", f"{'':{size}} = ")
    said = [("status", words.status_words(finding, run.today))]
    if finding.url and (len(shown) > 1 or not _literal(finding, sources)):
        said.append(("request", f"{finding.method or 'any method'} {finding.url}"))
    said.append(("class", _class(finding)))
    if finding.withheld:
        said.append(("not rewritten", finding.withheld))
    if finding.candidates:
        said.append(("could be", ", ".join(finding.candidates)))
    said += [("note", note) for note in finding.notes]
    for label, text in said:
        head: Row = (edge, ("label", label + ":"), ("", " "))
        text, *block = text.split("\n")
        rows = wrapped(head, visible(text), width)
        rows += [(("", f"{'':{size + 5}}{visible(line)}"),) for line in block]
        if label == "status":
            rows[0] = (*rows[0][:-1], (finding.status, rows[0][-1][1]))
        yield from rows
    if finding.fix is not None and finding.fix.edits:
        yield (edge, ("fix", "fix:"), ("", " " + _how(finding)))
        yield from patch(finding.fix, finding.span.path, sources, size, limit)
    if finding.link:
        yield (edge, ("label", "see:"), ("", " "), ("link", visible(finding.link)))


def _literal(finding: Finding, sources: Sources) -> bool:
    """True where the code shows the whole URL at the call, so that it need not be said again."""
    source = sources(finding.span.path)
    return source is not None and finding.url in source.text(finding.span)


def _class(finding: Finding) -> str:
    text = finding.klass
    if finding.assumes:
        text += ", assumes " + ", ".join(finding.assumes)
    if finding.granted:
        text += ", granted " + ", ".join(finding.granted)
    return text


def _how(finding: Finding) -> str:
    if finding.klass == SAFE:
        return "v2migrate fix"
    return "v2migrate fix --unsafe-fixes"

"""A finding's code and its fix as plain text, for reports that are no terminal. Knows findings, frames and patches."""

from __future__ import annotations

from v2migrate.finding import Finding
from v2migrate.report.frame import Mark, Sources, frame, number_width
from v2migrate.report.patch import patch
from v2migrate.report.rows import plain

_MAX_TRAIL = 4
_WIDEST = 400


def marks(finding: Finding, sources: Sources) -> list[Mark]:
    """The call, and the places its URL comes from where those are not inside the call."""
    found = [Mark(finding.span, finding.status, primary=True)]
    if finding.call is not None and sources(finding.call.path) is not None:
        found.append(Mark(finding.call, "second", "the call is here"))
    came = len(found)
    for span in dict.fromkeys(finding.trail):
        if span not in finding.span and sources(span.path) is not None:
            label = "the URL comes from here" if len(found) == came else "and from here"
            found.append(Mark(span, "second", label))
    return found[: 1 + _MAX_TRAIL]


def frame_text(finding: Finding, sources: Sources) -> str:
    """The lines in question with the call underlined; empty where the file cannot be had."""
    if sources(finding.span.path) is None:
        return ""
    found = marks(finding, sources)
    return "".join(plain(row) for row in frame(found, sources, number_width(found, sources), _WIDEST))


def patch_text(finding: Finding, sources: Sources) -> str:
    """What the fix would change, line by line; empty where there is no fix."""
    if finding.fix is None or not finding.fix.edits:
        return ""
    size = number_width(marks(finding, sources), sources)
    return "".join(plain(row) for row in patch(finding.fix, finding.span.path, sources, size, _WIDEST))

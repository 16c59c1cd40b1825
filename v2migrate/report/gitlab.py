"""The code quality report that GitLab shows in a merge request. Knows findings; knows no other service."""

from __future__ import annotations

from v2migrate.finding import Finding, Run
from v2migrate.report import words
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.identity import fingerprints
from v2migrate.report.printable import json_text, visible

_SEVERITY = {words.ERROR: "critical", words.WARNING: "major", words.NOTE: "minor"}


def render(run: Run, sources: Sources, about: Context) -> str:
    """A JSON list with the keys that GitLab reads: `blocker` for what is dead already, then by severity."""
    rows = []
    for finding, fingerprint in zip(run.findings, fingerprints(run.findings, sources, about), strict=True):
        source = sources(finding.span.path)
        size = len(source.data) if source is not None else 0
        first, last = ((source.position(min(at, size))[0] for at in (finding.span.start, finding.span.end))
                       if source is not None else (1, 1))  # fmt: skip
        said = (visible(finding.message), words.status_words(finding, run.today))
        rows.append(
            {
                "description": " - ".join(said),
                "check_name": finding.rule,
                "fingerprint": fingerprint,
                "severity": _severity(finding, run),
                "location": {"path": about.path(finding.span.path), "lines": {"begin": first, "end": last}},
            }
        )
    return json_text(rows)


def _severity(finding: Finding, run: Run) -> str:
    if words.urgency(finding, run.today)[0] == 0:
        return "blocker"
    return _SEVERITY[words.severity(finding, run.today)]

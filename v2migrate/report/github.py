"""Workflow commands that GitHub Actions turns into annotations. Knows findings; knows no other service."""

from __future__ import annotations

from v2migrate.finding import SAFE, Finding, Run
from v2migrate.report import words
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.printable import lines, visible

_COMMANDS = {words.ERROR: "error", words.WARNING: "warning", words.NOTE: "notice"}


def render(run: Run, sources: Sources, about: Context) -> str:
    """One line for each finding, what dies first on top: GitHub shows about ten of a kind for a step."""
    found = sorted(run.findings, key=lambda f: words.urgency(f, run.today))
    lines = [_annotation(finding, run, sources, about) for finding in found]
    lines += [
        f"::warning title=v2migrate,file={_property(about.path(r.path))}::{_message(visible(r.problem))}"
        for r in run.results
        if r.problem
    ]
    return "".join(line + "\n" for line in lines)


def _annotation(finding: Finding, run: Run, sources: Sources, about: Context) -> str:
    source = sources(finding.span.path)
    where = {"title": f"v2migrate ({finding.rule})", "file": about.path(finding.span.path)}
    if source is not None:
        line, column = source.position(min(finding.span.start, len(source.data)))
        end, end_column = source.position(min(finding.span.end, len(source.data)))
        where |= {"line": str(line), "endLine": str(end)}
        if line == end:  # GitHub drops columns of a range over several lines
            where |= {"col": str(column), "endColumn": str(end_column)}
    said = [finding.message, words.status_words(finding, run.today), *finding.notes]
    if finding.fix is not None:
        said.append("fix: v2migrate fix" + ("" if finding.klass == SAFE else " --unsafe-fixes"))
    command = _COMMANDS[words.severity(finding, run.today)]
    properties = ",".join(f"{name}={_property(value)}" for name, value in where.items())
    return f"::{command} {properties}::{_message(chr(10).join(map(lines, said)))}"


def _message(text: str) -> str:
    """What would end the line, or begin an escape of its own, escaped as the runner wants it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(visible(text)).replace(":", "%3A").replace(",", "%2C")

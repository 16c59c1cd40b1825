"""The report for programs: one JSON object, the same whatever the terminal. Knows no command line."""

from __future__ import annotations

from datetime import date
from typing import Any

from v2migrate.finding import MANY_EDITS, Finding, Run
from v2migrate.report import words
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.mask import mask
from v2migrate.report.printable import json_text, place
from v2migrate.report.snippet import frame_text, patch_text
from v2migrate.source import Edit, Span

VERSION = 1
"""Grows when a key changes its meaning or goes; new keys may come at any time."""


def render(run: Run, sources: Sources, about: Context | None = None) -> str:
    """The report (`as_data`) as JSON in ASCII, with a newline at the end."""
    return json_text(as_data(run, sources, about or Context()))


def as_data(run: Run, sources: Sources, about: Context) -> dict[str, Any]:
    """The report as dicts and lists.

    Lines and columns count from 1 and in characters, `end_column` is exclusive; `start` and `end` of an edit are bytes
    of the file. Bytes that are no UTF-8 come as lone surrogates (`\\udcXX`). Tokens are masked; an edit that holds one
    says `"masked": true` and must not be applied as it stands here. A fix of very many edits is written out at the first of
    the findings that it is for; at the others `edits` is empty, and `same_as` is the fingerprint of the first.
    """
    first: dict[int, str] = {}
    return {
        "version": VERSION,
        "tool": {"name": "v2migrate", "version": about.version},
        "repository": about.repository or None,
        "date": run.today.isoformat() if run.today != date.min else None,
        "findings": [_finding(finding, run, sources, about, first) for finding in run.findings],
        "problems": [{"path": place(r.path), "message": mask(r.problem)} for r in run.results if r.problem],
        "summary": _summary(run),
    }


def _finding(finding: Finding, run: Run, sources: Sources, about: Context, first: dict[int, str]) -> dict[str, Any]:
    line, column = _position(finding.span.path, finding.span.start, sources)
    end_line, end_column = _position(finding.span.path, finding.span.end, sources)
    return {
        "rule": finding.rule,
        "status": finding.status,
        "path": place(finding.span.path),
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "message": mask(finding.message),
        "notes": [mask(note) for note in finding.notes],
        "deadline": finding.deadline.isoformat() if finding.deadline is not None else None,
        "days_left": words.days_left(finding, run.today),
        "class": finding.klass,
        "assumes": list(finding.assumes),
        "candidates": list(finding.candidates),
        "withheld": mask(finding.withheld) or None,
        "request": {"method": finding.method, "url": mask(finding.url)},
        "endpoint": finding.endpoint or None,
        "trail": [_place(span, sources) for span in ((finding.call,) if finding.call else ()) + finding.trail],
        "fingerprint": finding.fingerprint,
        "fix": _fix(finding, first),
        "severity": words.severity(finding, run.today),
        "owners": [mask(name) for name in about.owners(about.path(finding.span.path))],
        "link": finding.link or None,
        "frame": frame_text(finding, sources),
        "diff": patch_text(finding, sources),
    }


def _fix(finding: Finding, first: dict[int, str]) -> dict[str, Any] | None:
    """The fix; `first` keeps the fingerprints of the findings at which those of many edits were written out."""
    fix = finding.fix
    if fix is None:
        return None
    if len(fix.edits) > MANY_EDITS:
        if id(fix) in first:
            return {"edits": [], "same_as": first[id(fix)]}
        first[id(fix)] = finding.fingerprint
    return {"edits": [_edit(edit) for edit in fix.edits]}


def _place(span: Span, sources: Sources) -> dict[str, Any]:
    line, column = _position(span.path, span.start, sources)
    return {"path": place(span.path), "line": line, "column": column}


def _position(path: str, offset: int, sources: Sources) -> tuple[int, int]:
    source = sources(path)
    return source.position(min(offset, len(source.data))) if source is not None else (1, 1)


def _edit(edit: Edit) -> dict[str, Any]:
    old, new = (part.decode("utf-8", "surrogateescape") for part in (edit.old, edit.new))
    shown = {"path": place(edit.path), "start": edit.start, "end": edit.end, "old": mask(old), "new": mask(new)}
    return shown if (shown["old"], shown["new"]) == (old, new) else {**shown, "masked": True}


def _summary(run: Run) -> dict[str, Any]:
    findings = run.findings
    return {
        "findings": len(findings),
        "status": words.by_status(findings),
        "class": words.by_class(findings),
        "fixed": len(run.fixed),
        "files_scanned": run.scanned,
        "files_with_findings": len({f.span.path for f in findings}),
        "files_changed": [place(path) for path in run.changed],
        "problems": sum(bool(r.problem) for r in run.results),
        "assumptions": words.open_assumptions(run),
        "tokens": list(words.tokens(run)),
        "suppressed": len(run.suppressed),
        "baselined": len(run.baselined),
    }

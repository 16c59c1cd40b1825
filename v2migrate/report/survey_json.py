"""Merged runs for programs: one JSON object with the findings of all repositories. Knows no command line."""

from __future__ import annotations

from datetime import date
from typing import Any

from v2migrate.report import words
from v2migrate.report.json import VERSION
from v2migrate.report.printable import json_text
from v2migrate.report.survey import Item, Scan, Survey, count


def render(found: Survey, version: str = "") -> str:
    """The survey as JSON in ASCII. A finding has the keys that it has in a run's report, less its edits, and `repository`."""
    items = found.items
    report = {
        "version": VERSION,
        "tool": {"name": "v2migrate", "version": version},
        "date": _day(found.today),
        "repositories": [_repository(scan) for scan in found.scans],
        "findings": [_finding(item, found) for item in items],
        "problems": [
            {"repository": scan.repository, "path": path, "message": message}
            for scan in found.scans
            for path, message in scan.problems
        ],
        "summary": {
            "findings": len(items),
            "status": words.by_status(items),
            "class": words.by_class(items),
            "owners": dict(count(owner for item in items for owner in item.owners)),
            "files_scanned": found.scanned,
        },
        "burn_down": [
            {"date": _day(p.date), "repositories": p.repositories, "findings": p.total, "status": dict(p.status)}
            for p in found.history
        ],
    }
    return json_text(report)


def _repository(scan: Scan) -> dict[str, Any]:
    return {
        "repository": scan.repository,
        "date": _day(scan.date),
        "findings": len(scan.items),
        "status": words.by_status(scan.items),
        "class": words.by_class(scan.items),
        "files_scanned": scan.scanned,
        "problems": len(scan.problems),
    }


def _finding(item: Item, found: Survey) -> dict[str, Any]:
    return {
        "repository": item.repository,
        "rule": item.rule,
        "status": item.status,
        "path": item.path,
        "line": item.line,
        "column": item.column,
        "message": item.message,
        "notes": list(item.notes),
        "deadline": item.deadline.isoformat() if item.deadline is not None else None,
        "days_left": words.days_left(item, found.today),
        "class": item.klass,
        "assumes": list(item.assumes),
        "candidates": list(item.candidates),
        "withheld": item.withheld or None,
        "request": {"method": item.method or None, "url": item.url},
        "fingerprint": item.fingerprint,
        "fixable": item.fixable,
        "severity": words.severity(item, found.today),
        "owners": list(item.owners),
        "link": item.link or None,
        "frame": item.frame,
        "diff": item.diff,
    }


def _day(day: date) -> str | None:
    return day.isoformat() if day != date.min else None

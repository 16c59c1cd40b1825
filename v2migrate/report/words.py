"""What all reports say in the same words: deadlines, statuses, numbers. Knows no layout."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from v2migrate.compiled import date
from v2migrate.finding import MANUAL, SAFE, UNSAFE, Run

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Found(Protocol):
        """What these words need of a finding, whether it was just made or read from a report."""

        @property
        def status(self) -> str: ...
        @property
        def klass(self) -> str: ...
        @property
        def deadline(self) -> date | None: ...

STATUSES = ("gone", "sunset", "legacy", "wrong")
CLASSES = (SAFE, UNSAFE, MANUAL)


def days_left(finding: Found, today: date) -> int | None:
    """Days until the deadline (negative: since), or None where there is none or today is not known."""
    return (finding.deadline - today).days if finding.deadline is not None and today != date.min else None


ERROR, WARNING, NOTE = "error", "warning", "note"
SOON = 30
"""Days before its deadline from which a call is an error."""


def severity(finding: Found, today: date) -> str:
    """`error`, `warning` or `note`; the one place where this is decided, for all reports.

    What does not work counts as error: calls that are gone, calls whose day has come or comes within 30 days, and slips
    on v2. A later day is a warning. What keeps working with no end in sight is a note.
    """
    days = days_left(finding, today)
    if finding.status in ("gone", "wrong") or (days is not None and days <= SOON):
        return ERROR
    return WARNING if finding.status == "sunset" or finding.deadline is not None else NOTE


def urgency(finding: Found, today: date) -> tuple[int, int]:
    """A key to sort by: what is dead, then by the day of its end, then slips, then what has no end date."""
    days = days_left(finding, today)
    if finding.status == "gone" or (days is not None and days <= 0):
        return 0, days or 0
    if days is not None or finding.deadline is not None:
        return 1, days or 0
    return {"sunset": 2, "wrong": 3}.get(finding.status, 4), 0


def status_words(finding: Found, today: date) -> str:
    """What is, or will be, with the endpoint, in one clause that starts with the status."""
    days = days_left(finding, today)
    if finding.deadline is not None:
        when = finding.deadline.isoformat()
        if days is None:
            text = f"stops answering on {when}"
        elif days > 0:
            text = f"stops answering on {when}, {number(days, 'day')} left"
        elif days == 0:
            text = f"stops answering today ({when})"
        else:
            text = f"stopped answering on {when}, {number(-days, 'day')} ago"
    else:
        text = {
            "gone": "no longer answers",
            "legacy": "still answers; no end date is known",
            "wrong": "today's v2 does not work this way",
        }.get(finding.status, "")
    return f"{finding.status}: {text}" if text else finding.status


def number(count: int, noun: str, plural: str = "") -> str:
    """`1 day`, `2 days`, `3 repositories`."""
    return f"{count} {noun}" if count == 1 else f"{count} {plural or noun + 's'}"


def by_status(findings: Iterable[Found]) -> dict[str, int]:
    """How many findings have each status; the known ones first and always there."""
    counted = Counter(f.status for f in findings)
    return {name: counted.pop(name, 0) for name in STATUSES} | dict(sorted(counted.items()))


def by_class(findings: Iterable[Found]) -> dict[str, int]:
    """How many findings have each class."""
    counted = Counter(f.klass for f in findings)
    return {name: counted.pop(name, 0) for name in CLASSES} | dict(sorted(counted.items()))


def by_days(run: Run) -> list[str]:
    """`ends` of all findings of a run."""
    return ends(run.findings, run.today)


def ends(findings: Iterable[Found], today: date) -> list[str]:
    """`3 stop answering in 72 days`, for each day on which something ends, soonest first."""
    counted = Counter(days for f in findings if (days := days_left(f, today)) is not None)
    out = []
    for days, count in sorted(counted.items()):
        verb = "stops" if count == 1 else "stop"
        if days < 0:
            out.append(f"{count} stopped answering {number(-days, 'day')} ago")
        elif days == 0:
            out.append(f"{count} {verb} answering today")
        else:
            out.append(f"{count} {verb} answering in {number(days, 'day')}")
    return out


def tokens(run: Run) -> tuple[str, ...]:
    """The names of the tokens that must be personal ones once the fixes are made, in order of appearance."""
    fixes = (*run.fixed, *(f for f in run.findings if f.fix is not None))
    return tuple(dict.fromkeys(name for finding in fixes for name in finding.tokens))


def open_assumptions(run: Run) -> dict[str, int]:
    """The assumptions that fixes still rest on, with the number of fixes; the most frequent first."""
    counted = Counter(name for f in run.findings if f.fix is not None for name in f.assumes)
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))

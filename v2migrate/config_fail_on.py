"""Which findings make a run fail: `--fail-on deadline`. Knows findings and dates, no command line."""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.compiled import date
from v2migrate.errors import UsageError
from v2migrate.finding import Finding
from v2migrate.records import dataclass
from v2migrate.regex import regex

LEVELS = ("gone", "deadline", "legacy", "any")
"""Each takes in those before it: what no longer answers, what ends on a known day, what is old, all else."""

_DAYS = regex(r"deadline\s*<\s*(\d{1,5})\s*d")


@dataclass(frozen=True, slots=True)
class FailOn:
    """A level, or (`days`) what is gone or ends in fewer days than that."""

    level: str = "any"
    days: int | None = None

    @classmethod
    def parse(cls, text: str) -> FailOn:
        """The threshold that `text` names. Raises UsageError."""
        found = _DAYS.fullmatch(text.strip())
        if found is not None:
            return cls("deadline", int(found[1]))
        if text not in LEVELS:
            raise UsageError(f"{text!r} is no level; write gone, deadline, legacy, any, or deadline<30d")
        return cls(text)

    def fails(self, finding: Finding, today: date) -> bool:
        """Does the finding make the run fail?"""
        if self.days is not None:
            soon = finding.deadline is not None and (finding.deadline - today).days < self.days
            return soon or _level(finding, today) == "gone"
        return LEVELS.index(_level(finding, today)) <= LEVELS.index(self.level)

    def any(self, findings: Iterable[Finding], today: date) -> bool:
        """Does one of the findings make the run fail?"""
        return any(self.fails(f, today) for f in findings)


def _level(finding: Finding, today: date) -> str:
    """The lowest level that takes the finding in: what had a day to end on is gone after it."""
    if finding.status == "gone" or (finding.deadline is not None and finding.deadline <= today):
        return "gone"
    if finding.deadline is not None:
        return "deadline"
    return "legacy" if finding.status == "legacy" else "any"

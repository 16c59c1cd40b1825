"""A rewrite in the making: what it changes, what it assumes, and why there is none. Knows no rule and no language."""

from __future__ import annotations

from v2migrate.compiled import date
from v2migrate.finding import SAFE
from v2migrate.records import dataclass, field
from v2migrate.request import Change


@dataclass(slots=True)
class Draft:
    """A rewrite in the making; `problem` says why there is none (in words that complete "not rewritten: …")."""

    change: Change | None = None
    floor: str = SAFE
    assumes: list[str] = field(default_factory=list)
    doubted: list[str] = field(default_factory=list)
    """Assumptions that this call gives reason to doubt: the default grant does not cover them."""
    notes: list[str] = field(default_factory=list)
    deadline: date | None = None
    """A day of its own that a field has which the code reads."""
    problem: str = ""
    manual: bool = False
    tokens: list[str] = field(default_factory=list)
    otherwise: str = ""
    """What is to be said, and done by people, where the change cannot be written (empty: it is withheld)."""

    def open(self, granted: frozenset[str], default: frozenset[str]) -> tuple[str, ...]:
        """The assumptions that neither the user nor, without reason to doubt, the default grants."""
        return tuple(a for a in self.assumes if a not in granted and (a not in default or a in self.doubted))

    def doubt(self, name: str) -> None:
        """Take an assumption out of the default grant."""
        if name not in self.doubted:
            self.doubted.append(name)

    def assume(self, name: str, note: str = "") -> None:
        """Rest the rewrite on an assumption."""
        if name not in self.assumes:
            self.assumes.append(name)
        self.say(note)

    def say(self, note: str) -> None:
        """Add a note once."""
        if note and note not in self.notes:
            self.notes.append(note)

    def refuse(self, why: str, *, manual: bool = True) -> None:
        """No rewrite: a decision for people (`manual`), or a place that cannot be written."""
        self.manual = self.manual or manual
        self.problem = self.problem or why

    def leave(self, why: str) -> None:
        """The change cannot be written after all: people have to do what `otherwise` says."""
        self.problem, self.manual, self.change = self.otherwise, True, None
        self.assumes.clear()
        self.notes[:] = [f"not rewritten to several calls: {why}"]

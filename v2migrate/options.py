"""What the user asked of a run, as plain data. Knows no command line and no settings file."""

from __future__ import annotations

import os

from v2migrate.compiled import date
from v2migrate.errors import UsageError
from v2migrate.records import dataclass, field
from v2migrate.rule import DEFAULT_ASSUMED
from v2migrate.scope import Pattern, Scope


def today() -> date:
    """The day that deadlines are counted from; `V2MIGRATE_TODAY=YYYY-MM-DD` sets it. Raises UsageError."""
    given = os.environ.get("V2MIGRATE_TODAY")
    if not given:
        return date.today()
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise UsageError(f"V2MIGRATE_TODAY is {given!r}; write a day as YYYY-MM-DD") from None


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for. `assume` are names granted on top of the default ones less `no_assume`.

    `select` and `ignore` name rules (`extend`: these too), `fixable` (empty: all) less `unfixable` those whose fixes are
    made, `per_file` those that are ignored in the files that a pattern means. `hosts` are CircleCI Servers of one's own.
    `definition_id`: triggers become `pipeline/run` with this pipeline definition (empty: `pipeline`).
    `platform`: what is called, cloud, server or both.
    `wrappers`: functions of one's own that send a request to their first argument, with their verbs.
    `jobs`: so many processes look at files; 0: as many as there are cores and work for.
    `root` is the folder that fingerprints are relative to (empty: the paths are taken as they are).
    """

    unsafe: bool = False
    assume: frozenset[str] = frozenset()
    no_assume: frozenset[str] = frozenset()
    today: date = field(default_factory=today)
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    rules: str | None = None
    extend: frozenset[str] = frozenset()
    fixable: frozenset[str] = frozenset()
    unfixable: frozenset[str] = frozenset()
    per_file: tuple[tuple[Pattern, frozenset[str]], ...] = ()
    hosts: frozenset[str] = frozenset()
    scope: Scope = field(default_factory=Scope)
    root: str = ""
    definition_id: str = ""
    platform: str = "both"
    wrappers: tuple[tuple[str, str], ...] = ()
    jobs: int = 1

    @property
    def default(self) -> frozenset[str]:
        """Assumptions granted without asking."""
        return DEFAULT_ASSUMED - self.no_assume

    @property
    def named(self) -> frozenset[str]:
        """All rules that are named somewhere."""
        listed = self.select | self.ignore | self.extend | self.fixable | self.unfixable
        return listed.union(*(rules for _, rules in self.per_file))

    def runs(self, rule: str, on: bool = True) -> bool:
        """Is the rule looked for? `on`: it is where nothing is selected."""
        return (rule in self.select if self.select else on) or rule in self.extend

    def leaves_out(self, rule: str, path: str) -> bool:
        """Are findings of the rule, which is on by default or runs, not reported in this file?"""
        if rule in self.ignore or not self.runs(rule):
            return True
        return any(rule in rules and p.matches(path) for p, rules in self.per_file)

    def may_fix(self, rule: str) -> bool:
        """May fixes of the rule be made?"""
        return (not self.fixable or rule in self.fixable) and rule not in self.unfixable

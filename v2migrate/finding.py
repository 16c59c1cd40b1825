"""What is reported: findings with their fix, and the result of each file."""

from __future__ import annotations

from v2migrate.compiled import date
from v2migrate.records import dataclass
from v2migrate.source import Edit, Span

SAFE, UNSAFE, MANUAL = "safe", "unsafe", "manual"

MANY_EDITS = 100
"""Edits of one fix beyond which it is not written out again for each of its findings: a thousand calls on one base would
make a report of a million edits."""


@dataclass(frozen=True, slots=True, eq=False)
class Fix:
    """Byte edits that belong together: all are made or none. All findings that are fixed by them hold this one value."""

    edits: tuple[Edit, ...]

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Fix) and self.edits == other.edits)

    def __hash__(self) -> int:
        return hash((len(self.edits), self.edits[:1]))  # of all of them it would take too long for many findings


@dataclass(frozen=True, slots=True)
class Finding:
    """One call site that needs attention.

    `klass` is safe, unsafe or manual (JSON: `class`). `assumes` are the named assumptions that are still open, `granted`
    those the fix uses and the user has granted. `candidates` are other rules that could be meant. `withheld` says what
    holds the fix back (empty where there is a fix, or where the rule itself has none). `trail` are the places the URL
    comes from. `tokens` are the names of tokens that must be personal ones. `ordinal` tells equal calls in one file apart.
    """

    rule: str
    status: str
    span: Span
    message: str
    notes: tuple[str, ...] = ()
    deadline: date | None = None
    klass: str = MANUAL
    assumes: tuple[str, ...] = ()
    granted: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    withheld: str = ""
    fix: Fix | None = None
    method: str | None = None
    url: str = ""
    endpoint: str = ""
    """The rule of the endpoint that is called, where the finding's own rule is that of the library which calls it."""
    trail: tuple[Span, ...] = ()
    call: Span | None = None
    """The call, where the finding stands at its URL instead."""
    tokens: tuple[str, ...] = ()
    link: str = ""
    comment: bool = False
    """The call stands in a comment."""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class FileResult:
    """What came of one file. `problem`: why it could not be read or parsed (its findings are then text-level ones)."""

    path: str
    findings: tuple[Finding, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """The outcome of a whole run, for the reporters. `files` counts candidate files looked into, `scanned` all files.

    After fixing, `results` are what is left, `changed` the files that were rewritten and `fixed` the findings that went.
    """

    results: tuple[FileResult, ...]
    scanned: int = 0
    today: date = date.min
    changed: tuple[str, ...] = ()
    fixed: tuple[Finding, ...] = ()
    skipped: tuple[str, ...] = ()
    """Folders left out for their name (vendor, node_modules, build …)."""
    suppressed: tuple[Finding, ...] = ()
    """Findings that a comment keeps quiet; not among `results`."""
    baselined: tuple[Finding, ...] = ()
    """Findings that the baseline knows; not among `results`."""
    excluded: tuple[str, ...] = ()
    """Files and folders that a pattern leaves out."""
    looked: tuple[str, ...] = ()
    """All files that were looked into."""
    candidates: tuple[str, ...] = ()
    """Those of them that could hold a call, and were parsed."""
    failed: tuple[str, ...] = ()
    """Files that were not looked into though they could be read: by a mistake of ours, or since a process was ended."""
    unmarked: tuple[Finding, ...] = ()
    """Findings that were to get a comment, and for which there is no place for one."""
    unwritten: tuple[str, ...] = ()
    """After fixing: a line for each file that could not be written, which names it, and the remedy."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, by file and place."""
        return tuple(f for r in self.results for f in r.findings)

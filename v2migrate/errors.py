"""What can go wrong in a way the user must act on. A file's failure is a value (`FileResult.problem`), not one of these."""

from __future__ import annotations

FAILED, INTERRUPTED, CLOSED_PIPE = 2, 130, 141
"""How a run ends that cannot be finished; a command itself returns 0, or 1 where findings are left."""


class V2migrateError(Exception):
    """One clear line for the user: what, where, and the remedy. The command exits with 2."""


class UsageError(V2migrateError):
    """A command line, or a named path, that cannot be followed."""


class RuleError(V2migrateError):
    """A rule file that cannot be used; the message names the file, the key and the remedy."""

    def __init__(self, file: str, key: str, remedy: str) -> None:
        super().__init__(f"{file}: {key}: {remedy}")
        self.file, self.key, self.remedy = file, key, remedy


class EditConflict(V2migrateError):
    """Edits that overlap, or that expect other bytes than the file holds. Nothing is written."""

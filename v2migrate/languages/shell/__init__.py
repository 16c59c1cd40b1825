"""The shell front-end: HTTP calls in shell code as Requests, and changes to them as edits. Knows no endpoint."""

from __future__ import annotations

from v2migrate.languages.shell.lowering import lower
from v2migrate.languages.shell.write import write

__all__ = ["lower", "write"]

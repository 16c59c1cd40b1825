"""What a run says that has nothing to report. For the summary, and for runs that end before anything else is loaded."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SHOWN = 4
SKIPPED = "Not looked into (name them to have them checked): "
"""What stands in front of the folders that were left out for their name."""


def nothing(scanned: int, quiet: bool = False) -> tuple[tuple[str, str], ...]:
    """The line as (style, text). `quiet`: there are calls, but comments or the baseline keep them back."""
    what = "No other calls" if quiet else "No calls"
    return (("safe", f"{what} to CircleCI's old API"), ("", f" in {scanned} {'file' if scanned == 1 else 'files'}"))


def skipped(folders: Sequence[str]) -> str:
    """The folders that were left out for their name, the first ones of many."""
    return ", ".join(folders[:_SHOWN]) + (" …" if len(folders) > _SHOWN else "")

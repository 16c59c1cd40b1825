"""Edits of one file that fit together, taken one fix after the other. Knows bytes and edits, no finding."""

from __future__ import annotations

import bisect
from collections.abc import Iterable

from v2migrate.source import Edit, Source


class Fitting:
    """The edits of `source` that were taken: no two of them overlap, and each finds in the file what it replaces."""

    def __init__(self, source: Source) -> None:
        self._data = source.data
        self.edits: list[Edit] = []

    def take(self, more: Iterable[Edit]) -> list[Edit] | None:
        """Take all of `more`, or none of them and give None. Gives those that were not there yet."""
        taken: list[Edit] = []
        for edit in more:
            # What is there is in order and apart, so that only the neighbours can be in the way.
            at = bisect.bisect_left(self.edits, edit)
            if at < len(self.edits) and self.edits[at] == edit:
                continue
            free = (at == 0 or self.edits[at - 1].end <= edit.start) and (
                at == len(self.edits) or edit.end <= self.edits[at].start
            )
            if not free or self._data[edit.start : edit.end] != edit.old:
                self.leave(taken)
                return None
            self.edits.insert(at, edit)
            taken.append(edit)
        return taken

    def leave(self, taken: Iterable[Edit]) -> None:
        """Do without edits that were taken."""
        for edit in taken:
            del self.edits[bisect.bisect_left(self.edits, edit)]

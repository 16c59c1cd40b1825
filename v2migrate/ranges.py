"""Ranges of numbers, for many questions which of them hold one. Knows no file."""

from __future__ import annotations

import bisect
from collections.abc import Sequence


class Ranges:
    """Ranges from a first to a last number, both inside; they may overlap."""

    def __init__(self, ranges: Sequence[tuple[int, int]]) -> None:
        self._order = sorted(range(len(ranges)), key=lambda i: ranges[i])
        self._starts = [ranges[i][0] for i in self._order]
        self._ends = [ranges[i][1] for i in self._order]
        self._reach: list[int] = []  # how far those up to here reach
        for end in self._ends:
            self._reach.append(max(self._reach[-1], end) if self._reach else end)

    def holding(self, number: int) -> list[int]:
        """The places, in what was given, of the ranges that hold a number, in order."""
        found = []
        at = bisect.bisect_right(self._starts, number) - 1
        while at >= 0 and self._reach[at] >= number:
            if self._ends[at] >= number:
                found.append(self._order[at])
            at -= 1
        return sorted(found)

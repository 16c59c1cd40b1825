"""Many files read by a few processes, each of which takes the next share of them when it is done with one. Knows not what
for, and imports next to nothing."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from v2migrate.reading import Reader

    Found = tuple[list[int], dict[str, bytes | None], dict[str, int]]
    """What a process gives: the numbers of the shares it has read, the files that it keeps, and what is odd."""

_FORK = 400
"""Files from which on a process more helps."""
_MOST = 4
"""Processes; all share one disk."""
_SHARES = 250
"""How many shares there are at most: a byte holds the number of each."""
_LEAST = 50
"""Files in a share: to search for what few hold takes as long as for what many do."""


def read(reader: Reader, names: Sequence[str], flags: int) -> None:
    """Have the files read; the reader has then what all processes have found."""
    if len(names) < _FORK:
        reader.read(names, flags)
        return
    from v2migrate.contains import fast  # takes longer to load than a few files take to read

    reader.contains = fast()
    count = _processes(len(names))
    if count < 2:
        reader.read(names, flags)
        return
    from v2migrate.forked import Forked

    size = max(_LEAST, -(-len(names) // _SHARES))
    shares = [names[start : start + size] for start in range(0, len(names), size)]
    left = set(range(len(shares)))
    turns = _Turns(len(shares))
    helpers = [Forked(lambda: _take(reader, shares, turns, flags)) for _ in range(1, count)]
    try:
        for number in turns:
            reader.read(shares[number], flags)
            left.discard(number)
        for helper in helpers:
            found: Found | None = helper.found()
            if found is not None:
                left.difference_update(found[0])
                reader.kept.update(found[1])
                reader.odd.update(found[2])
        for number in sorted(left):  # those of one that did not get through: it was killed, or had no memory
            reader.read(shares[number], flags)
    finally:
        for helper in helpers:
            helper.end()
        turns.end()


def _processes(files: int) -> int:
    """How many processes shall look into so many files."""
    from v2migrate.forked import processes

    return processes(min(_MOST, files // _FORK + 1))


def _take(reader: Reader, shares: Sequence[Sequence[str]], turns: _Turns, flags: int) -> Found:
    """Read one share after the other, in a process of its own."""
    reader.kept, reader.odd, done = {}, {}, []
    for number in turns:
        reader.read(shares[number], flags)
        done.append(number)
    return done, reader.kept, reader.odd


class _Turns:
    """Numbers from 0, each of which one process gets."""

    def __init__(self, count: int) -> None:
        self._pipe, end = os.pipe()
        os.write(end, bytes(range(count)))
        os.close(end)

    def __iter__(self) -> Iterator[int]:
        while number := os.read(self._pipe, 1):
            yield number[0]

    def end(self) -> None:
        """Nobody asks any more."""
        os.close(self._pipe)

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
_PART = 1 << 20


def read(reader: Reader, names: Sequence[str], flags: int) -> None:
    """Have the files read; the reader has then what all processes have found."""
    if len(names) >= _FORK:
        from v2migrate.contains import fast

        reader.contains = fast()
    count = _processes(len(names))
    if count < 2:
        reader.read(names, flags)
        return
    size = max(_LEAST, -(-len(names) // _SHARES))
    shares = [names[start : start + size] for start in range(0, len(names), size)]
    left = set(range(len(shares)))
    turns = _Turns(len(shares))
    helpers = [_Helper(reader, shares, turns, flags) for _ in range(1, count)]
    try:
        for number in turns:
            reader.read(shares[number], flags)
            left.discard(number)
        for helper in helpers:
            done, kept, odd = helper.found()
            left.difference_update(done)
            reader.kept.update(kept)
            reader.odd.update(odd)
        for number in sorted(left):  # those of one that did not get through: it was killed, or had no memory
            reader.read(shares[number], flags)
    finally:
        for helper in helpers:
            helper.end()
        turns.end()


def _processes(files: int) -> int:
    """How many processes shall look into so many files: no more than there are processors, and one where a thread would be
    cut off by a fork."""
    if files < _FORK or not hasattr(os, "fork"):
        return 1
    import sys

    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST, files // _FORK + 1) if alone else 1


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


class _Helper:
    """A process that reads shares of the files."""

    def __init__(self, reader: Reader, shares: Sequence[Sequence[str]], turns: _Turns, flags: int) -> None:
        import marshal

        self._pid = 0
        self._pipe, end = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:  # no room for one more process
            os.close(end)
            return
        if self._pid == 0:
            code = 1
            try:
                reader.kept, reader.odd, done = {}, {}, []
                for number in turns:
                    reader.read(shares[number], flags)
                    done.append(number)
                with os.fdopen(end, "wb") as stream:
                    marshal.dump((done, reader.kept, reader.odd), stream)
                code = 0
            finally:
                os._exit(code)
        os.close(end)

    def found(self) -> Found:
        """What the process has found; nothing where it did not get so far."""
        nothing: Found = ([], {}, {})
        if not self._pid:
            return nothing
        import marshal

        parts = []
        while part := os.read(self._pipe, _PART):
            parts.append(part)
        found: Found = marshal.loads(b"".join(parts)) if self.end() == 0 else nothing
        return found

    def end(self) -> int:
        """Wait for the process; how it ended."""
        pid, self._pid = self._pid, 0
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        return os.waitpid(pid, 0)[1] if pid else 1

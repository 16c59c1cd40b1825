"""Many files looked at: here or in other processes, and not again where nothing that was read has changed. Knows no plan."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from v2migrate.files import Files
from v2migrate.forked import alone, cores
from v2migrate.looked import Looked, Task, look_at
from v2migrate.rule import Rule
from v2migrate.source import Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.packed import Packed

_SHARE = {"fork": 40_000, "spawn": 400_000}
"""Bytes of source for which a process more is worth its start: one that is spawned imports everything anew."""

Progress = Callable[[int, int], None]


class Looks:
    """Looks at files for one run. `jobs`: so many processes at most; 0: as many as there are cores and work for.

    `again`: there may be another round over the same files with some of them changed, so what is found is kept, as bytes:
    planning changes the cases.
    """

    def __init__(self, task: Task, jobs: int = 1, *, again: bool = False) -> None:
        self._task, self._jobs, self._again = task, jobs, again
        self._kept: dict[str, tuple[tuple[bytes | None, ...], Packed]] = {}

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are looked for."""
        return self._task.rules

    def at(self, paths: Sequence[str], files: Files, progress: Progress | None = None) -> dict[str, Looked]:
        """What is found in each of `paths`, in their order; those that cannot be read are left out."""
        sources = [source for path in paths if (source := files.source(path)) is not None]
        new = [source for source in sources if not self._still(source.path, files)]
        found = dict(zip((source.path for source in new), self._all(new, files, progress), strict=True))
        if len(new) == len(sources):
            return found
        from v2migrate.packed import unpack

        return {s.path: found[s.path] if s.path in found else unpack(self._kept[s.path][1], self._task) for s in sources}

    def _all(self, sources: Sequence[Source], files: Files, progress: Progress | None) -> list[Looked]:
        method = start_method()
        count = _processes(self._jobs, sources, method)
        if count > 1:
            from v2migrate import workers
            from v2migrate.packed import unpack

            found: dict[int, Looked] = {}

            def take(number: int, packed: Packed) -> None:
                self._keep(sources[number].path, packed, files)
                found[number] = unpack(packed, self._task)  # the others are still at work

            workers.look(sources, files, self._task, count, take, progress, method)
            return [found[number] for number in range(len(sources))]
        out = []
        for number, source in enumerate(sources):
            if progress is not None:
                progress(number, len(sources))
            out.append(look_at(source, files, self._task))
            if self._again:
                from v2migrate.packed import pack

                self._keep(source.path, pack(out[-1], self._task), files)
        return out

    def _keep(self, path: str, packed: Packed, files: Files) -> None:
        if self._again:
            self._kept[path] = (_state((path, *packed.read), files), packed)

    def _still(self, path: str, files: Files) -> bool:
        """Is what was found in the file before true of the files as they are now?"""
        if path not in self._kept:
            return False
        state, packed = self._kept[path]
        return state == _state((path, *packed.read), files)


def start_method() -> str:
    """How processes are started: fork where that is safe, on Linux from a program without threads."""
    return "fork" if sys.platform == "linux" and alone() else "spawn"


def _processes(jobs: int, sources: Sequence[Source], method: str) -> int:
    """How many processes look at `sources`: `jobs`; where that is 0, as many as there are cores and work for."""
    if jobs:
        return min(jobs, len(sources))
    return min(cores(), len(sources) // 2, sum(len(source.data) for source in sources) // _SHARE[method])


def _state(paths: Sequence[str], files: Files) -> tuple[bytes | None, ...]:
    """What is laid over each file; what stands on the disk is taken to stay."""
    return tuple(files.overlay.get(path) for path in paths)

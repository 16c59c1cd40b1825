"""Other processes that look at files: names and bytes go there, packed cases come back. Knows no rule and no plan.

A process that ends takes with it the file that it was looking at, and no other.
"""

from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import connection, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from v2migrate.files import Files
from v2migrate.looked import Looked, Task, look_at
from v2migrate.packed import Packed, pack
from v2migrate.source import Source

_CHUNK = 32_000
"""Bytes of source that a process is given at a time; less towards the end, so that all have done at about the same time."""

_open: set[Connection] = set()
"""Our ends of all pipes: a forked process closes those, or the others would not see us end."""


def look(
    sources: Sequence[Source], files: Files, task: Task, count: int, take: Callable[[int, Packed], None],
    progress: Callable[[int, int], None] | None = None, method: str = "fork",
) -> None:  # fmt: skip
    """Look at `sources` by `count` processes that are started by `method`, fork or spawn.

    `take` gets what is found in each, with the number of the source, as soon as it is there.
    """
    crew = _Crew(sources, files, task, method, take)
    try:
        crew.run(count, progress)
    finally:
        crew.dismiss()


class _Worker:
    """One process, our end of its pipe, and the numbers of the files it was given and has not answered for."""

    def __init__(self, method: str, files: Files, task: Task) -> None:
        context = get_context(method)
        self.pipe, theirs = context.Pipe()
        self.todo: deque[int] = deque()
        _open.add(self.pipe)
        # To one that is spawned they are sent once it asks for work: what it is started with goes through a pipe that takes
        # 64 kB, and Python waits for ever where nobody is left to read the rest.
        self.given = None if method == "fork" else (Files(files.overlay), task)
        arguments = theirs, (files, task) if method == "fork" else None
        self.process: BaseProcess = context.Process(target=_work, args=arguments, daemon=True)  # type: ignore[attr-defined]
        try:
            with _safe_path():
                self.process.start()
        except OSError:
            self.leave()
            raise
        finally:
            theirs.close()

    def leave(self) -> None:
        """Give it nothing more: it ends when it sees that the pipe is closed."""
        self.pipe.close()
        _open.discard(self.pipe)

    def end(self) -> str:
        """Make sure that it has ended; how it did, in words."""
        self.leave()
        self.process.join(0.5)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        code = self.process.exitcode or 0
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


class _Crew:
    """The processes at work, and how much they have done so far."""

    def __init__(
        self, sources: Sequence[Source], files: Files, task: Task, method: str, take: Callable[[int, Packed], None]
    ) -> None:
        self.sources, self.files, self.task, self.method = sources, files, task, method
        self.take = take
        self.done = 0
        self.left = sum(len(source.data) for source in sources)
        self.waiting = deque(range(len(sources)))
        self.working: dict[Connection, _Worker] = {}
        self.leaving: list[_Worker] = []

    def run(self, count: int, progress: Callable[[int, int], None] | None) -> None:
        """Start `count` processes and wait until all is looked at."""
        for _ in range(count):
            self.hire()
        while self.working:
            for pipe in connection.wait(list(self.working)):
                self.hear(self.working[pipe])  # type: ignore[index]
            if progress is not None:
                progress(self.done, len(self.sources))
        for number in self.waiting:  # no process got as far as to ask for work
            self.have(number, pack(look_at(self.sources[number], self.files, self.task), self.task))

    def hire(self) -> None:
        """Start one more process; where there is no room for one, others do its work."""
        try:
            worker = _Worker(self.method, self.files, self.task)
        except OSError:
            return
        self.working[worker.pipe] = worker

    def hear(self, worker: _Worker) -> None:
        """Take what a process says, and give it more to do where it has done all it was given."""
        try:
            said: Packed | None = pickle.loads(worker.pipe.recv_bytes())
            if said is None and worker.given is not None:
                worker.pipe.send(worker.given)
            number = worker.todo.popleft() if said is not None else None
            if not worker.todo:
                self.give(worker)
        except (EOFError, OSError):
            self.lose(worker)
            return
        if said is not None and number is not None:
            self.have(number, said)

    def have(self, number: int, found: Packed) -> None:
        """Pass on what was found in the source of that number."""
        self.done += 1
        self.take(number, found)

    def give(self, worker: _Worker) -> None:
        """The next files for a process; where there are none it may go."""
        size = 0
        sent: list[tuple[str, bytes]] = []
        most = min(_CHUNK, self.left // (2 * len(self.working)))
        while self.waiting and (not sent or size < most):
            source = self.sources[self.waiting[0]]
            size += len(source.data)
            worker.todo.append(self.waiting.popleft())
            sent.append((source.path, source.data))
        self.left -= size
        if sent:
            worker.pipe.send(sent)
        else:
            del self.working[worker.pipe]
            worker.leave()
            self.leaving.append(worker)

    def lose(self, worker: _Worker) -> None:
        """A process has ended by itself: the file it was looking at is lost, others take over the rest."""
        del self.working[worker.pipe]
        how = worker.end()
        if not worker.todo:
            return  # another one would end as well, before it has done anything
        problem = f"was not looked at: the process that looked at it {how}"
        self.have(worker.todo.popleft(), pack(Looked([], problem, failed=True), self.task))
        self.waiting.extendleft(reversed(worker.todo))
        if self.waiting:
            self.hire()

    def dismiss(self) -> None:
        """End what is still there."""
        for worker in self.working.values():
            worker.process.kill()
        for worker in (*self.working.values(), *self.leaving):
            worker.end()


@contextlib.contextmanager
def _safe_path() -> Iterator[None]:
    """Keeps Python, where it is started anew, from importing what lies in the working directory: that is what we look at."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


# --- the other side -------------------------------------------------------------------------------------------------


def _work(pipe: Connection, given: tuple[Files, Task] | None) -> None:
    """What a process does: ask for files, answer for each, until nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who started us
    gc.freeze()  # what is there already stays: no search for garbage need look at it, or copy its memory
    for other in _open:
        other.close()
    try:
        pipe.send(None)
        files, task = given or pipe.recv()
        while True:
            for path, data in pipe.recv():
                pipe.send(_packed(Source(path, data), files, task))
    except (EOFError, OSError):
        return


def _packed(source: Source, files: Files, task: Task) -> Packed:
    found = look_at(source, files, task)
    try:
        return pack(found, task)
    except RecursionError:
        return pack(Looked([], "was not looked at: it is nested too deep", failed=True), task)

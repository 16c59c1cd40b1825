"""A share of the work that a forked process does beside us. Knows no work, and imports next to nothing."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_CHUNK = 1 << 20


def processes(most: int) -> int:
    """How many processes shall share some work, `most` at most: no more than there are processors, and one where a thread
    would be cut off by a fork."""
    return min(cores(), most) if most > 1 and hasattr(os, "fork") and alone() else 1


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def alone() -> bool:
    """Has this process no thread but the one that asks? A fork has that one alone, whatever the others hold."""
    threading = sys.modules.get("threading")  # without it there is but one
    return threading is None or threading.active_count() == 1


class Forked:
    """A process that does `work`, whose result is something that marshal can write."""

    def __init__(self, work: Callable[[], Any]) -> None:
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
            os.close(self._pipe)
            try:
                with os.fdopen(end, "wb") as stream:
                    marshal.dump(work(), stream)
                code = 0
            finally:
                os._exit(code)
        os.close(end)

    def found(self) -> Any:
        """What the work gave; None where the process did not get so far."""
        if not self._pid:
            return None
        import marshal

        parts = []
        while part := os.read(self._pipe, _CHUNK):
            parts.append(part)
        return marshal.loads(b"".join(parts)) if self._wait() == 0 else None

    def end(self) -> None:
        """Nobody asks any more for what the process finds: it need not go on."""
        if self._pid:
            import signal

            os.kill(self._pid, signal.SIGKILL)  # it may wait for ever to be read from: others have our end of its pipe as well
        self._wait()

    def _wait(self) -> int:
        """Wait for the process; how it ended."""
        pid, self._pid = self._pid, 0
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        return os.waitpid(pid, 0)[1] if pid else 1

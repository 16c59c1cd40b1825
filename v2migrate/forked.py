"""A share of the work that a forked process does beside us. Knows no work, and imports next to nothing."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_CHUNK = 1 << 20


def processes(most: int) -> int:
    """How many processes shall share some work, `most` at most: no more than there are processors, and one where a thread
    would be cut off by a fork."""
    if most < 2 or not hasattr(os, "fork"):
        return 1
    import sys

    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, most) if alone else 1


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

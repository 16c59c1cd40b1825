"""Where output goes: colours or none, how wide, how far the run is. Knows nothing of findings."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

_FIRST_AFTER, _AGAIN_AFTER = 1.0, 0.1
UNATTENDED = ("CI", "GITHUB_ACTIONS", "CIRCLECI", "GITLAB_CI", "PRE_COMMIT")
"""Variables that say that nobody sits at the terminal, though there may be one."""


def wants_color(choice: str, stream: IO[str], environment: Mapping[str, str] = os.environ) -> bool:
    """Whether to write colours to `stream`. `choice` is always, never or auto; auto asks NO_COLOR, then FORCE_COLOR
    and CLICOLOR_FORCE (0 is no), then whether the stream is a terminal that can do more than TERM=dumb."""
    if choice != "auto":
        return choice == "always"
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    return environment.get("TERM") != "dumb" and stream.isatty()


def width(stream: IO[str]) -> int:
    """The columns of the terminal behind `stream`; 0 where there is none and nothing needs to be wrapped."""
    if not stream.isatty() and not os.environ.get("COLUMNS", "").isdigit():
        return 0
    import shutil

    # A hook's terminal may have no size at all.
    return shutil.get_terminal_size((80, 24)).columns or 80


class Progress:
    """`done/total` on stderr, once the run takes longer than a second and somebody is there to see it."""

    def __init__(self, quiet: bool, stream: IO[str] | None = None, now: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream if stream is not None else sys.stderr
        self._now = now
        self._next = now() + _FIRST_AFTER
        self._shown = False
        self._on = not quiet and self._stream.isatty() and os.environ.get("TERM") != "dumb"
        self._on = self._on and not any(os.environ.get(name) for name in UNATTENDED)

    def __call__(self, done: int, total: int) -> None:
        """Say how far the run is; called for every file, writes seldom."""
        if self._on and (now := self._now()) >= self._next:
            self._next = now + _AGAIN_AFTER
            self._shown = True
            self._stream.write(f"\r\x1b[Kchecking {done:,} of {total:,} files")
            self._stream.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

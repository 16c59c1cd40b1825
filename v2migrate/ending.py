"""How each run ends: the exit code, and one line for what went wrong. Knows no command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from v2migrate.errors import CLOSED_PIPE, FAILED, INTERRUPTED, V2migrateError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO


def ended(run: Callable[[], int]) -> int:
    """What the run returns, or the exit code for what it raises. With V2MIGRATE_DEBUG set, errors are raised."""
    for stream in (sys.stdout, sys.stderr):
        _tolerate(stream)
    try:
        code = run()
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _hang_up()
        return CLOSED_PIPE
    except V2migrateError as error:
        return _fail(str(error), error)
    except OSError as error:
        return _fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part), error)
    except Exception as error:  # the last line of defence: whatever went wrong, people get one line and the code 2
        said = f"{type(error).__name__}: {error}"
        return _fail(f"internal error: {said} (please report it; V2MIGRATE_DEBUG=1 shows where it happened)", error)


def _tolerate(stream: IO[str] | None) -> None:
    """What the stream's encoding cannot hold is written as `\\uXXXX` instead of ending the run."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")


def _fail(message: str, error: Exception) -> int:
    if os.environ.get("V2MIGRATE_DEBUG"):
        raise error
    print(f"v2migrate: error: {one_line(message)}", file=sys.stderr)
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        _hang_up()  # a full disk: it was said above, Python need not say it again
    return FAILED


def one_line(message: str) -> str:
    """A message on one line, without anything in it that could steer a terminal."""
    return "".join(c if c.isprintable() else " " if c == "\n" else ascii(c)[1:-1] for c in message)


def _hang_up() -> None:
    """Point stdout at nothing, so that Python's own flush at exit does not fail once more."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return  # a stdout that is no file

"""What `v2migrate check` does, once it is known what was asked for. Knows no parser of the command line."""

from __future__ import annotations

from v2migrate.commands import running
from v2migrate.commands.asked import Asked
from v2migrate.commands.resolve import resolve
from v2migrate.scan import Scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def check(asked: Asked, done: Scan | None = None) -> int:
    """Report what is found, and change nothing; the exit code. `done` is what was read already of all the paths."""
    running.usable(asked)
    wanted = resolve(asked)
    if running.shows(asked, wanted):
        return 0
    from v2migrate import engine
    from v2migrate.commands.terminal import Progress

    given = running.given(asked)
    more: dict[str, Any] = {} if done is None else {"done": done}
    by_git = running.asked_ahead(asked, wanted, done)
    try:
        with Progress(asked.quiet) as progress:
            run = (
                engine.check(running.paths(asked), wanted.options, progress, **more)
                if given is None
                else engine.check((), wanted.options, progress, given=given)
            )
        run = running.known(run, wanted, asked.quiet)
        running.publish(asked, run, wanted, given=given, by_git=by_git)
    finally:
        if by_git is not None:
            by_git.stop()
    return running.exit_code(asked, run, wanted)

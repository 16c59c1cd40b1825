"""`v2migrate check`: report, change nothing."""

from __future__ import annotations

from typing import Any

import click

from v2migrate.commands import running
from v2migrate.commands.options import Asked, Rare, shared
from v2migrate.commands.resolve import resolve


@click.command(
    "check",
    short_help="Report calls to the old API; change nothing.",
    epilog="\b\nExamples:\n"
    "  v2migrate check\n"
    "  v2migrate check --assume all-workflows scripts/ .circleci/config.yml\n"
    "  v2migrate check --output-format json > report.json\n",
)
@shared
@click.option("--fix", cls=Rare, is_flag=True, help="The same as `v2migrate fix`.")
def command(asked: Asked, fix: bool) -> int:
    """Report the calls to CircleCI's old API in PATHS (default: this folder).

    Each finding says what to call instead, by when, and whether `fix` can do it: [*] safely, [!] under assumptions
    that it names.
    """
    if fix:
        from v2migrate.commands.fix import run as run_fix

        return run_fix(asked)
    running.usable(asked)
    wanted = resolve(asked)
    if running.shows(asked, wanted):
        return 0
    from v2migrate import engine
    from v2migrate.commands.terminal import Progress

    given = running.given(asked)
    more: dict[str, Any] = {} if (done := running.scanned()) is None else {"done": done}
    with Progress(asked.quiet) as progress:
        run = (
            engine.check(running.paths(asked), wanted.options, progress, **more)
            if given is None
            else engine.check((), wanted.options, progress, given=given)
        )
    run = running.known(run, wanted, asked.quiet)
    running.publish(asked, run, wanted, given=given)
    return running.exit_code(asked, run, wanted)

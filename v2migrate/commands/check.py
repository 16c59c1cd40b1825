"""`v2migrate check`: report, change nothing."""

from __future__ import annotations

import click

from v2migrate.commands import checking, running
from v2migrate.commands.asked import Asked
from v2migrate.commands.options import Rare, shared


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
    return checking.check(asked, running.scanned())

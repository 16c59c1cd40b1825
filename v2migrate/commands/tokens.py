"""`v2migrate tokens`: which tokens the calls to CircleCI take, and how to learn whether each is a personal one."""

from __future__ import annotations

import click


@click.command(
    "tokens",
    short_help="List the tokens that calls to CircleCI take, and how to check each.",
    epilog="\b\nExamples:\n"
    "  v2migrate tokens\n"
    "  v2migrate tokens scripts/ .circleci/config.yml\n"
    "  v2migrate tokens ci/client.py\n",
)
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
def command(paths: tuple[str, ...]) -> int:
    """List the names of the tokens in calls to CircleCI in PATHS (default: this folder), and where each is used.

    For each there is the call that tells its kind: v2 takes personal tokens only. Nothing is sent, and no value is read.
    """
    from v2migrate.commands.asked import Asked
    from v2migrate.commands.resolve import resolve
    from v2migrate.files import Files
    from v2migrate.rehearse.calls import token_uses
    from v2migrate.rehearse.tokens import render

    hosts = resolve(Asked(paths=paths)).options.hosts
    click.echo(render(token_uses(paths or (".",), Files(), hosts)), nl=False)
    return 0

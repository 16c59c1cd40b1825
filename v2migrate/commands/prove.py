"""`v2migrate prove`: a file as it was and as it is on v2, both run against the emulated CircleCI and compared."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command(
    "prove",
    short_help="Run a file before and after its fix; say whether it does the same.",
    context_settings={"allow_interspersed_args": True},
    epilog="\b\nExamples:\n"
    "  v2migrate prove scripts/deploy.sh\n"
    "  v2migrate prove --assume all-workflows ci/client.py -- python ci/client.py trigger main\n"
    "  v2migrate prove --before HEAD~3 deploy.sh -- ./deploy.sh staging\n"
    "\b\n"
    "Exit codes: 0 the same, 1 they differ, 2 it could not be told.",
)
@click.argument("file", metavar="FILE")
@click.argument("command", nargs=-1, metavar="[-- CMD...]")
@click.option("--before", metavar="REV|FILE", help="The old version: a revision, or a file (git's HEAD).")
@click.option("--assume", multiple=True, metavar="NAME", help="Grant an assumption; can be repeated.")
@click.option("--keep-v1", is_flag=True, help="Let what has no end date on v1.1 answer the new version too.")
@click.option("--account", type=click.Path(path_type=Path), metavar="FILE", help="What the account holds, in TOML.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=600.0, metavar="SECONDS", help="Longest run (600).")
@click.option("--uncontained", is_flag=True, help="Run also where the network cannot be shut. Real calls may get out.")
def command(
    file: str, command: tuple[str, ...], before: str | None, assume: tuple[str, ...], keep_v1: bool,
    account: Path | None, timeout: float, uncontained: bool,
) -> int:  # fmt: skip
    """Run FILE as it was, with the old API, and as it is on v2 alone, and compare what comes of it.

    Compared are effects on the account, exit status, and output (answers printed whole are masked). A file that was not
    rewritten yet is run as `fix --unsafe-fixes` would leave it. Both run as `rehearse` runs commands.
    """
    from v2migrate.rehearse.run import require

    require()
    from v2migrate.commands.options import Asked
    from v2migrate.commands.resolve import resolve
    from v2migrate.rehearse import proof, prose, run

    path = run.script(file)
    options = resolve(Asked(paths=(file,), assume=assume)).options
    argv = command or run.interpreter(path)
    old, new, origin = proof.versions(path, before, options)
    plan = run.Plan(argv, account=account, contained=not uncontained, timeout=timeout)
    result = proof.prove(plan, old, new, origin, options, keep_v1)
    sys.stdout.write(prose.render(file, result, options.assume | options.default))
    return result.code

"""`v2migrate rehearse`: a command of the user's, run as on the day after the sunset, with CircleCI's API emulated."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path

import click


@click.command(
    "rehearse",
    short_help="Run a command as on the day of the sunset; say what will break.",
    context_settings={"ignore_unknown_options": False, "allow_interspersed_args": False},
    epilog="\b\nExamples:\n"
    "  v2migrate rehearse -- ./deploy.sh staging\n"
    "  v2migrate rehearse --brownout -- pytest tests/ci\n"
    "  v2migrate rehearse --on 2026-12-07 --account ours.toml -- make release\n"
    "\b\n"
    "Exit codes: 0 nothing that was seen will break, 1 something will, 2 it could not be told.",
)
@click.argument("command", nargs=-1, required=True, metavar="-- CMD...")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="The day to rehearse (the sunset's).")
@click.option("--brownout", is_flag=True, help="The endpoints that go answer 410, as in a brownout before the day.")
@click.option("--account", type=click.Path(path_type=Path), metavar="FILE", help="What the account holds, in TOML.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=600.0, metavar="SECONDS", help="Longest run (600).")
@click.option("--uncontained", is_flag=True, help="Run also where the network cannot be shut. Real calls may get out.")
@click.option("--output-format", type=click.Choice(["text", "json"]), default="text", metavar="FORMAT", help="text or json.")
def command(
    command: tuple[str, ...], day: datetime | None, brownout: bool, account: Path | None, timeout: float,
    uncontained: bool, output_format: str,
) -> int:  # fmt: skip
    """Run CMD with CircleCI's API emulated, and list each request with its outcome, its rule and its source line.

    CMD runs in a copy of the work tree (tracked and new files), with an empty HOME, without credentials, and without a
    network. It gets the emulator's own token for CircleCI. Its output goes to stderr, the report to stdout.
    """
    from v2migrate.rehearse.run import require

    require()
    from v2migrate import catalogue, engine
    from v2migrate.commands.asked import Asked
    from v2migrate.commands.output import sources
    from v2migrate.commands.resolve import resolve
    from v2migrate.emulator.api import SUNSET
    from v2migrate.rehearse import report, run
    from v2migrate.rehearse.calls import token_names
    from v2migrate.rehearse.tree import root_of
    from v2migrate.rehearse.verdict import judge

    root = os.path.relpath(root_of(Path.cwd()))
    options = resolve(Asked(paths=(root,))).options
    on: date = day.date() if day is not None else options.today if brownout else max(SUNSET, options.today)
    plan = run.Plan(
        command,
        on=on,
        settings={"brownout": brownout, "any_parameter": account is None},
        account=account,
        tokens=token_names([root], servers=options.hosts),
        servers=options.hosts,
        contained=not uncontained,
        timeout=timeout,
    )
    outcome = run.run(plan, echo=_echo)
    verdict = judge(outcome, catalogue.load(options.rules), engine.check([root], options).findings, sources(), command)
    sys.stdout.write((report.as_json if output_format == "json" else report.render)(plan, outcome, verdict))
    return verdict.code


def _echo(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()

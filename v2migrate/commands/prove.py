"""`v2migrate prove`: files as they were and as they are on v2, both run against the emulated CircleCI and compared."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path

import click


class _BehindDashes(click.Command):
    """What stands behind `--` is the command; click alone would take it for more files."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        at = args.index("--") if "--" in args else len(args)
        left = super().parse_args(ctx, args[:at])
        ctx.params["command"] = tuple(args[at + 1 :])
        return left


@click.command(
    "prove",
    cls=_BehindDashes,
    short_help="Run files before and after their fix; say whether they do the same.",
    context_settings={"allow_interspersed_args": True},
    options_metavar="[OPTIONS]",
    epilog="\b\nExamples:\n"
    "  v2migrate prove scripts/deploy.sh\n"
    "  v2migrate prove --assume all-workflows ci/client.py -- python ci/client.py trigger main\n"
    "  v2migrate prove --before HEAD~3 deploy.sh -- ./deploy.sh staging\n"
    "  v2migrate prove scripts/ ci/client.py\n"
    "\b\n"
    "Exit codes: 0 the same, 1 one differs, 2 it could not be told.",
)
@click.argument("files", nargs=-1, required=True, metavar="FILE... [-- CMD...]")
@click.option("--before", metavar="REV|FILE", help="The old version: a revision, or a file (git's HEAD).")
@click.option("--assume", multiple=True, metavar="NAME", help="Grant an assumption; can be repeated.")
@click.option("--keep-v1", is_flag=True, help="Let what has no end date on v1.1 answer the new version too.")
@click.option("--account", type=click.Path(path_type=Path), metavar="FILE", help="What the account holds, in TOML.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=600.0, metavar="SECONDS", help="Longest run (600).")
@click.option("--uncontained", is_flag=True, help="Run also where the network cannot be shut. Real calls may get out.")
def command(
    files: tuple[str, ...], command: tuple[str, ...], before: str | None, assume: tuple[str, ...], keep_v1: bool,
    account: Path | None, timeout: float, uncontained: bool,
) -> int:  # fmt: skip
    """Run FILE as it was, with the old API, and as it is on v2 alone, and compare what comes of it.

    Compared are effects on the account, exit status, and output (answers printed whole are masked). A file that was not
    rewritten yet is run as `fix --unsafe-fixes` would leave it. Both run as `rehearse` runs commands. Several files and
    folders change together; with CMD that is run once, else each script by itself.
    """
    from v2migrate.rehearse.run import require

    require()
    from v2migrate.commands.asked import Asked
    from v2migrate.commands.resolve import resolve
    from v2migrate.errors import UsageError
    from v2migrate.rehearse import proof, prose, run

    named, below = run.scripts(files)
    if before is not None and len(named) + len(below) != 1 and Path(before).is_file():
        raise UsageError(f"--before {before}: is one file, and several are to be proved; name a revision")
    options = resolve(Asked(paths=files, assume=assume)).options
    todo, untold = [(" ".join(files), command)] if command else [], dict[str, str]()
    alone = len(named) + len(below) == 1
    # How a script is run is asked first: where that is not known, what becomes of it is no help.
    for path in [] if command else [*named, *below]:
        name = os.path.relpath(path)
        try:
            todo.append((name, run.interpreter(path)))
        except UsageError as error:
            if alone:
                raise
            untold[name] = str(error)
    old, new, origin = proof.versions([*named, *below], before, options)
    moved = {os.path.relpath(path) for path in (*named, *new)}
    if not command:
        todo = [(name, argv) for name, argv in todo if name in moved]
    untold = {name: why for name, why in untold.items() if name in moved}
    plan = run.Plan(command, account=account, servers=options.hosts, contained=not uncontained, timeout=timeout)
    world = proof.AFTER_SUNSET if keep_v1 else proof.ONLY_V2
    proofs = []
    for name, argv in todo:
        how = replace(plan, command=argv)
        proofs.append((name, proof.prove(how, old, new, origin, options, world)))
    sys.stdout.write(prose.render(proofs, untold, options.assume | options.default))
    codes = {each.code for _, each in proofs}
    return 1 if 1 in codes else 2 if untold or codes != {0} else 0

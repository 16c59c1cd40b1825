"""`v2migrate baseline`: write, prune or show the file of findings that are known. Fixes nothing."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable

import click

from v2migrate import baseline
from v2migrate.commands import running
from v2migrate.commands.asked import Asked
from v2migrate.commands.options import checking
from v2migrate.commands.resolve import Wanted, resolve
from v2migrate.errors import UsageError
from v2migrate.finding import Run

USUAL = ".v2migrate-baseline.json"


@click.group(
    "baseline",
    short_help="Findings that are known: write, prune or show them.",
    epilog="\b\nExamples:\n"
    "  v2migrate baseline write                  all that is there now is known\n"
    "  v2migrate check --baseline .v2migrate-baseline.json\n"
    "  v2migrate baseline prune                  take out what is gone\n",
)
def command() -> None:
    """Keep a file of findings that are known, so that `check --baseline FILE` reports only what is new.

    A finding is known by its rule, its file and the text of the call, not by its line. Comments that suppress findings
    come first: what they cover is in no baseline.
    """


def _file(function: Callable[..., int]) -> Callable[..., int]:
    return click.option("--file", metavar="FILE", help=f"The baseline ({USUAL}, or what the settings say).")(function)


@command.command("write", short_help="Make all findings known.")
@_file
@click.option("--accept-new", is_flag=True, help="Take in findings that an existing baseline does not know.")
@checking
def write(asked: Asked, file: str | None, accept_new: bool) -> int:
    """Write the findings in PATHS (default: this folder) to the baseline.

    Over an existing baseline only what is gone is taken out; new findings need --accept-new, and end with 1 without it.
    Entries of files outside PATHS stay.
    """
    wanted = resolve(asked)
    name = _name(file, wanted)
    run = _check(asked, wanted)
    root = wanted.options.root
    now = baseline.count(run.findings, root)
    old = baseline.read(name) if os.path.lexists(name) else None
    if old is None:
        baseline.write(name, now)
        click.echo(f"{name}: {_findings(now)}")
        return 0
    new = now - old
    if new and not accept_new:
        for entry, times in sorted(new.items()):
            click.echo(f"{entry.path}: {entry.rule}{f' ({times} times)' if times > 1 else ''}")
        print(f"v2migrate: {name} was not written: {_findings(new)} that it does not know; --accept-new takes "
              f"{'them' if new.total() > 1 else 'it'} in", file=sys.stderr)  # fmt: skip
        return 1
    gone = _stale(old, run, wanted)
    baseline.write(name, (old | now) - gone)
    click.echo(f"{name}: {_findings((old | now) - gone)}, {new.total()} new, {gone.total()} taken out")
    return 0


@command.command("prune", short_help="Take out what is no longer there.")
@_file
@checking
def prune(asked: Asked, file: str | None) -> int:
    """Take out of the baseline what is no longer found in PATHS (default: this folder), and files that are gone."""
    wanted = resolve(asked)
    name = _name(file, wanted)
    old = baseline.read(name)
    gone = _stale(old, _check(asked, wanted), wanted)
    if gone:
        baseline.write(name, old - gone)
    click.echo(f"{name}: {_findings(old - gone)}, {gone.total()} taken out")
    return 0


@command.command("show", short_help="List what is known, and what of it is gone.")
@_file
@checking
def show(asked: Asked, file: str | None) -> int:
    """List what the baseline knows; `gone` stands behind what is no longer found in PATHS (default: this folder)."""
    wanted = resolve(asked)
    name = _name(file, wanted)
    old = baseline.read(name)
    gone = _stale(old, _check(asked, wanted), wanted)
    for entry, times in sorted(old.items()):
        left = times - gone[entry]
        parts = [f"{times} times"] if times > 1 else []
        if gone[entry]:
            parts.append(f"{gone[entry]} gone" if left else "gone")
        said = ", ".join(parts)
        click.echo(f"{entry.path}: {entry.rule}" + (f" ({said})" if said else ""))
    click.echo(f"{name}: {_findings(old)}, {gone.total()} gone")
    return 0


def _name(file: str | None, wanted: Wanted) -> str:
    if file == "":
        raise UsageError("--file: name a file")
    return file or wanted.baseline or USUAL


def _check(asked: Asked, wanted: Wanted) -> Run:
    from v2migrate import engine
    from v2migrate.commands.terminal import Progress

    if asked.stdin:
        raise UsageError("a baseline is made of files: leave out - and --stdin-filename")
    with Progress(asked.quiet) as progress:
        return engine.check(running.paths(asked), wanted.options, progress)


def _stale(old: Counter[baseline.Known], run: Run, wanted: Wanted) -> Counter[baseline.Known]:
    return baseline.stale(old, run, wanted.options.root, wanted.options, running.Ran(wanted.options))


def _findings(counts: Counter[baseline.Known]) -> str:
    total = counts.total()
    return f"{total} finding{'' if total == 1 else 's'}"

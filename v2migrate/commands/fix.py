"""`v2migrate fix`: rewrite what can be shown right, report what is left."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping
from typing import Any

import click

from v2migrate.commands import running
from v2migrate.commands.asked import Asked
from v2migrate.commands.options import Rare, shared
from v2migrate.commands.resolve import resolve
from v2migrate.errors import UsageError


@click.command(
    "fix",
    short_help="Rewrite what can safely be rewritten.",
    epilog="\b\nExamples:\n"
    "  v2migrate fix --diff | git apply\n"
    "  v2migrate fix scripts/\n"
    "  v2migrate fix --assume all-workflows .circleci/config.yml\n",
)
@click.option("--unsafe-fixes", "unsafe", is_flag=True, help="Make the fixes too that rest on open assumptions.")
@click.option("--diff", is_flag=True, help="Write nothing; print a patch for git apply.")
@click.option("-i", "--interactive", is_flag=True, help="Show each fix and ask before it is made.")
@click.option("--todo", is_flag=True, help="Leave a comment at what is left to you.")
@click.option("--exit-non-zero-on-fix", "exit_on_fix", cls=Rare, is_flag=True, help="Exit with 1 also when a file was changed.")
@shared
def command(asked: Asked, unsafe: bool, diff: bool, interactive: bool, todo: bool, exit_on_fix: bool) -> int:
    """Rewrite the calls to CircleCI's old API in PATHS (default: this folder) that can safely be rewritten.

    What is left is reported as `check` does. Nothing else in a file changes, and a file is written whole or not at all.
    """
    return run(asked, unsafe=unsafe, diff=diff, interactive=interactive, todo=todo, exit_on_fix=exit_on_fix)


def run(
    asked: Asked, *, unsafe: bool = False, diff: bool = False, interactive: bool = False, todo: bool = False,
    exit_on_fix: bool = False,
) -> int:  # fmt: skip
    """The command, for `check --fix` too; its exit code. Raises UsageError for options that do not go together."""
    if diff and (asked.output_format or asked.statistics):
        raise UsageError("--diff prints a patch and nothing else: leave out --output-format and --statistics")
    if interactive and (diff or asked.stdin):
        raise UsageError("--interactive asks on the terminal and writes files: leave out --diff and -")
    running.usable(asked)
    wanted = resolve(asked, unsafe=unsafe)
    if running.shows(asked, wanted):
        return 0
    from v2migrate import engine
    from v2migrate.commands.terminal import Progress

    more: dict[str, Any] = {}
    if interactive:
        from v2migrate.commands.interactive import start

        more["wanted"], options = start(running.paths(asked), wanted.options, asked.color)
    else:
        options = wanted.options
    given = running.given(asked)
    if given is not None:
        more["given"] = given
    elif (done := running.scanned()) is not None:
        more["done"] = done
    if todo:
        more["known"] = lambda run: running.known(run, wanted, True)
    with Progress(asked.quiet or interactive) as progress:
        left, rewritten = engine.fix(
            () if given is not None else running.paths(asked), options, write=not diff and given is None,
            progress=progress, **more,
        )  # fmt: skip
    left = running.known(left, wanted, asked.quiet)
    if diff:
        from v2migrate.commands.output import write_patch

        write_patch(left, rewritten, color=asked.color, quiet=asked.quiet)
        running.left_out(asked, left, wanted)
    elif given is not None:
        _to_stdout(given, rewritten)
        with contextlib.redirect_stdout(sys.stderr):
            running.publish(asked, left, wanted, rewritten=rewritten, given=given, command="fix")
    else:
        running.publish(asked, left, wanted, rewritten=rewritten, command="fix")
    return running.exit_code(asked, left, wanted, bool((diff or exit_on_fix) and rewritten))


def _to_stdout(given: Mapping[str, bytes], rewritten: Mapping[str, tuple[bytes, bytes]]) -> None:
    """The text from stdin as fixed, byte for byte."""
    (name, data), = given.items()
    sys.stdout.flush()
    sys.stdout.buffer.write(rewritten[name][1] if name in rewritten else data)
    sys.stdout.flush()



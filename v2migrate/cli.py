"""The command line: which commands there are. What a command does is in `commands`, how each run ends in `ending`."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from v2migrate.ending import ended, one_line
from v2migrate.errors import FAILED, INTERRUPTED
from v2migrate.scan import Scan
from v2migrate.version import VERSION

COMPLETE = "_V2MIGRATE_COMPLETE"
"""The variable by which a shell asks for completions (click's protocol): `bash_source` prints what to put in .bashrc."""

COMMANDS = {
    "check": "Report calls to the old API; change nothing.",
    "fix": "Rewrite what can safely be rewritten.",
    "baseline": "Findings that are known: write, prune or show them.",
    "rules": "List the rules: old call, new call, status, days left.",
    "explain": "Explain a rule: why, before and after, assumptions, sources.",
    "report": "Merge the JSON reports of many repositories or days.",
    "rehearse": "Run a command as on the day of the sunset; say what will break.",
    "prove": "Run files before and after their fix; say whether they do the same.",
    "tokens": "List the tokens that calls to CircleCI take, and how to check each.",
}
"""Each command with what help says of it. `commands` has a module for each, with it as `command`, imported when it is
called for: help alone needs none of them."""


class _Commands(click.Group):
    """Finds commands by the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"v2migrate.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        # `v2migrate src/` is what people type first.
        if args and args[0] not in COMMANDS and not args[0].startswith("-") and os.path.exists(args[0]):
            ctx.fail(f"no such command {args[0]!r}; did you mean `v2migrate check {args[0]}`?")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    click.echo(f"v2migrate {VERSION}")
    ctx.exit()


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nExamples:\n"
    "  v2migrate check                what is old here, and what ends when\n"
    "  v2migrate fix --diff           what would be rewritten, as a patch\n"
    "  v2migrate fix scripts/ ci.py   rewrite what is safe to rewrite\n"
    "\b\n"
    "Exit codes: 0 nothing to report, 1 findings, 2 the run itself failed.\n"
    "Completion: eval \"$(_V2MIGRATE_COMPLETE=bash_source v2migrate)\" (zsh_, fish_)",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
def cli() -> None:
    """Find calls to CircleCI's API v1, v1.1 and 2019 preview in Python, shell and CI files, and move them to v2."""


def main(arguments: Sequence[str] | None = None, done: Scan | None = None) -> int:
    """Run the command line (default: this process's); the exit code. With V2MIGRATE_DEBUG set, errors are raised.

    `done` is what was read already of all that the arguments name.
    """
    return ended(lambda: _invoke(sys.argv[1:] if arguments is None else arguments, done))


def _invoke(arguments: Sequence[str], done: Scan | None) -> int:
    """What the command returns. Not `cli.main`: that would end a closed pipe with 1, which is our code for findings."""
    if instruction := os.environ.get(COMPLETE):
        from click.shell_completion import shell_complete

        return shell_complete(cli, {}, "v2migrate", COMPLETE, instruction)
    try:
        with cli.make_context("v2migrate", list(arguments), obj=done) as context:
            code = cli.invoke(context)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return FAILED
    except click.ClickException as error:
        _complain(error)
        return FAILED
    except click.Abort:
        return INTERRUPTED
    return code if isinstance(code, int) else 0


def _complain(error: click.ClickException) -> None:
    usage = error.ctx if isinstance(error, click.UsageError) else None
    hint = f" (see `{usage.command_path} --help`)" if usage is not None else ""
    print(f"v2migrate: error: {one_line(error.format_message().rstrip('.'))}{hint}", file=sys.stderr)

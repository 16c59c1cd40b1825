"""The options that commands share, as click reads them. Knows no settings file, no report and no engine."""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any

import click

from v2migrate.commands.asked import Asked
from v2migrate.commands.format_option import ReportType, checked
from v2migrate.commands.formats import FORMATS


class Rare(click.Option):
    """An option that `--help` leaves out and `--help-all` shows, so that help fits a screen."""

    def __init__(self, param_decls: Sequence[str] | None = None, **more: Any) -> None:
        more["hidden"] = True
        super().__init__(param_decls, **more)


def _help_all(context: click.Context, param: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    command = copy.copy(context.command)  # the same command may be asked for its help again
    command.params = [copy.copy(one) for one in command.params]
    for one in command.params:
        if isinstance(one, Rare):
            one.hidden = False
    click.echo(command.get_help(context))
    context.exit()


def _option(*names: str, rare: bool = False, **more: Any) -> Callable[[Any], Any]:
    return click.option(*names, cls=Rare if rare else click.Option, **more)


_RULES = (
    click.argument("paths", nargs=-1, metavar="[PATHS]..."),
    _option("--assume", multiple=True, metavar="NAME", help="Grant an assumption; can be repeated."),
    _option("--no-assume", multiple=True, metavar="NAME", help="Take back a grant, such as personal-token."),
    _option("--select", multiple=True, metavar="RULE", help="Only this rule; can be repeated."),
    _option("--extend-select", multiple=True, metavar="RULE", rare=True, help="This rule too, though it is off by default."),
    _option("--ignore", multiple=True, metavar="RULE", help="Not this rule; can be repeated."),
    _option("--fixable", multiple=True, metavar="RULE", rare=True, help="Make fixes of this rule only; can be repeated."),
    _option("--unfixable", multiple=True, metavar="RULE", rare=True, help="Make no fixes of this rule; can be repeated."),
    _option("--rules", metavar="DIR", rare=True, help="Rules of your own: a folder of TOML files."),
)
_FILES = (
    _option("--exclude", multiple=True, metavar="PATTERN", rare=True,
            help="Leave out these files or folders, and look into vendor, build … as well; can be repeated."),
    _option("--extend-exclude", multiple=True, metavar="PATTERN", rare=True,
            help="Leave out these files or folders as well; can be repeated."),
    _option("--respect-gitignore/--no-respect-gitignore", default=None, rare=True,
            help="Leave out what git ignores (the default), or not."),
    _option("--force-exclude/--no-force-exclude", default=None, rare=True,
            help="Leave out what is excluded also where it is named (the default), or not."),
    _option("-j", "--jobs", type=click.IntRange(0), metavar="N", rare=True,
            help="Processes that look at files (0, the default: as many as there are cores and work for)."),
    _option("--stdin-filename", metavar="NAME", rare=True, help="The name of the file on stdin (with - for PATHS)."),
    _option("--config", metavar="FILE", envvar="V2MIGRATE_CONFIG",
            help="Settings file (the nearest)."),
    _option("--isolated", is_flag=True, rare=True, help="Read no settings file."),
    _option("--show-settings", is_flag=True, rare=True, help="Show the settings and where they come from, and end."),
    _option("--show-files", is_flag=True, rare=True, help="Show which files are looked into, and why others are not."),
)  # fmt: skip
_OUTPUT = (
    _option("--fail-on", metavar="LEVEL",
            help="Exit with 1 from: gone, deadline, legacy, any, deadline<30d."),
    _option("--baseline", metavar="FILE", help="Leave out what FILE knows (v2migrate baseline)."),
    _option("--no-baseline", is_flag=True, rare=True, help="Use no baseline, whatever the settings say."),
    _option("--output-format", "output_format", type=ReportType(FORMATS), multiple=True, metavar="FORMAT[=FILE]",
            callback=checked, help="text, concise, json, sarif, junit, github, gitlab, markdown or html; can be repeated."),
    _option("--statistics", is_flag=True, help="Count findings by rule, list none."),
    _option("--repository", metavar="NAME", rare=True, help="The repository's name in reports (from git, or the folder)."),
    _option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", metavar="WHEN",
            help="auto, always, or never."),
    _option("--exit-zero", is_flag=True, help="Exit with 0 also when there are findings."),
    _option("-q", "--quiet", is_flag=True, help="Findings only: no summary, no progress."),
    _option("-v", "--verbose", is_flag=True, rare=True, help="Say on stderr what was left out."),
    click.option("--help-all", is_flag=True, is_eager=True, expose_value=False, callback=_help_all,
                 help="Show all options."),
)  # fmt: skip


def shared(function: Callable[..., int]) -> Callable[..., int]:
    """Give a command the arguments and options that check, fix and baseline have in common, as one `Asked`."""
    return _with(function, (*_RULES, *_FILES, *_OUTPUT))


def checking(function: Callable[..., int]) -> Callable[..., int]:
    """The same for a command that looks for findings, but reports none."""
    return _with(function, (*_RULES, *_FILES, *_OUTPUT[-3:]))


def _with(function: Callable[..., int], options: Sequence[Callable[[Any], Any]]) -> Callable[..., int]:
    @functools.wraps(function)
    def run(**given: Any) -> int:
        asked = Asked(**{f.name: given.pop(f.name) for f in fields(Asked) if f.name in given})
        return function(asked, **given)

    command: Callable[..., int] = run
    for option in reversed(options):
        command = option(command)
    return command

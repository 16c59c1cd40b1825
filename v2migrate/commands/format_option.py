"""`--output-format FORMAT[=FILE]` as click reads it. Knows nothing of the reports' contents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from v2migrate.commands.formats import Report, check_targets


class ReportType(click.ParamType):  # type: ignore[type-arg]  # only some versions of click know a type here
    """One of `formats`, alone or followed by `=FILE` (`-` is stdout)."""

    name = "report"

    def __init__(self, formats: Sequence[str]) -> None:
        self.formats = tuple(formats)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Report:
        if isinstance(value, Report):
            return value
        name, equals, file = str(value).partition("=")
        if name not in self.formats:
            self.fail(f"{name!r} is not one of {', '.join(map(repr, self.formats))}", param, ctx)
        if equals and not file:
            self.fail(f"{value!r} names no file; write {name}=FILE, or {name} alone for stdout", param, ctx)
        return Report(name, "" if file == "-" else file)


def checked(ctx: click.Context, param: click.Parameter, value: tuple[Report, ...]) -> tuple[Report, ...]:
    """A callback for the option: see `check_targets`."""
    if not ctx.resilient_parsing:
        check_targets(value)
    return value

"""The table of front-ends. Each lowers code to Requests and writes Changes back; none of them knows a rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module

from v2migrate.request import Change, Lowered, Request, Written
from v2migrate.source import Region, Source

_LOWER = {"python": "v2migrate.languages.python.lower", "shell": "v2migrate.languages.shell.lowering"}
_WRITE = {"python": "v2migrate.languages.python.write", "shell": "v2migrate.languages.shell.write"}

Reader = Callable[[str], bytes | None]
"""Gives the bytes of another file of the project (path as in `Source.path`), None where there is none."""


def lower(source: Source, region: Region, read: Reader, own: Mapping[str, str] | None = None) -> Lowered:
    """The HTTP calls in a region; empty for a language without a front-end.

    `own` are Python functions that send a request to their first argument, with their verbs.
    """
    if region.language not in _LOWER:
        return Lowered()
    # Imported on first use: a run over Python files alone never loads the shell grammar.
    front = import_module(_LOWER[region.language])
    lowered: Lowered = front.lower(source, region, read, *([own] if own and region.language == "python" else []))
    return lowered


def write(source: Source, region: Region, request: Request, change: Change) -> Written:
    """`change` as steps on files, in the language of the request."""
    written: Written = import_module(_WRITE[region.language]).write(source, region, request, change)
    return written

"""The Python front-end: calls to a web API in Python source as `Request`s, and changes to them as steps on the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from v2migrate.request import Change, Lowered, Request, Written
from v2migrate.source import Region, Source


def lower(source: Source, region: Region, read: Callable[[str], bytes | None], own: Mapping[str, str] | None = None) -> Lowered:
    """The API calls in the part of `source` that is Python.

    `read` gives the bytes of another file of the project (its path as `Source.path` is written), None where there is none.
    `own` are functions that send a request to their first argument, as they are called, with their verbs.
    Never raises for what stands in the file; what stopped the look is `Lowered.problem`.
    """
    from v2migrate.languages.python.lower import lower as run

    return run(source, region, read, own)


def write(source: Source, region: Region, request: Request, change: Change) -> Written:
    """`change` to `request` as steps on its files, or the reason why it cannot be written."""
    from v2migrate.languages.python.write import write as run

    return run(source, region, request, change)

"""One file looked at: its cases, without what nobody asks for any more. Knows no process."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from v2migrate.files import Files
from v2migrate.look import look
from v2migrate.plan import Case
from v2migrate.records import dataclass, field, replace
from v2migrate.request import Answer, Request
from v2migrate.rule import Rule
from v2migrate.source import Source

_NOTHING = Answer()


@dataclass(frozen=True, slots=True)
class Task:
    """What is the same for all files: the rules, CircleCI Servers and functions of one's own, as in `look`."""

    rules: tuple[Rule, ...]
    hosts: frozenset[str] = frozenset()
    own: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Looked:
    """One file's cases, why it could not be parsed, and the other files that were read for it.

    `failed`: it was not looked at, since we made a mistake or the process was ended.
    """

    cases: list[Case]
    problem: str = ""
    read: tuple[str, ...] = ()
    failed: bool = False


def look_at(source: Source, files: Files, task: Task) -> Looked:
    """What is found in one file. Never raises for what stands in it, unless V2MIGRATE_DEBUG is set."""
    read: dict[str, None] = {}

    def reader(path: str) -> bytes | None:
        read[path] = None
        return files.bytes(path)

    try:
        cases, problem = look(source, reader, task.rules, task.hosts, task.own)
    except Exception as error:  # a mistake of ours costs the findings of one file, not those of all
        if os.environ.get("V2MIGRATE_DEBUG"):
            raise
        return Looked([], f"was not looked at: internal error: {type(error).__name__}: {error} (please report it)", failed=True)
    _lighten(cases)
    return Looked(cases, problem, tuple(read))


def _lighten(cases: Sequence[Case]) -> None:
    """Let go of what only matching and rewriting ask for: a tree has many cases, and they all are kept to the end.

    Calls that may be written once more, together with a config, stay whole.
    """
    whole = {id(case.request) for case in cases if case.match is not None and case.match.rule.config is not None}
    light: dict[int, Request] = {}
    for case in cases:
        old = case.request
        if id(old) in whole:
            continue
        if id(old) not in light:
            light[id(old)] = replace(old, params=(), headers=(), user=None, body=None, answer=_NOTHING, slots=())
        case.request, case.region = light[id(old)], None
        if case.draft is not None:
            case.draft.change = None

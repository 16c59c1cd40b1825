"""One file looked at as a value that can be sent and kept: cases as bytes, in which rules are numbers. Knows no process."""

from __future__ import annotations

import dataclasses
import io
import os
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from v2migrate.files import Files
from v2migrate.look import look
from v2migrate.plan import Case
from v2migrate.records import dataclass, field
from v2migrate.request import Answer, Request
from v2migrate.rule import Rule
from v2migrate.source import Source


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


@dataclass(frozen=True, slots=True)
class Packed:
    """A `Looked` whose cases are bytes."""

    cases: bytes
    problem: str
    read: tuple[str, ...]
    failed: bool


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
            light[id(old)] = dataclasses.replace(old, params=(), headers=(), user=None, body=None, answer=Answer(), slots=())
        case.request, case.region = light[id(old)], None
        if case.draft is not None:
            case.draft.change = None


def pack(looked: Looked, task: Task) -> Packed:
    """The value with its cases as bytes. Raises RecursionError where they are nested too deep for that."""
    stream = io.BytesIO()
    _Pickler(stream, task.rules).dump(looked.cases)
    return Packed(stream.getvalue(), looked.problem, looked.read, looked.failed)


def unpack(packed: Packed, task: Task) -> Looked:
    """The value as it was packed: new cases each time."""
    cases = _Unpickler(io.BytesIO(packed.cases), task.rules).load()
    return Looked(cases, packed.problem, packed.read, packed.failed)


class _Pickler(pickle.Pickler):
    def __init__(self, stream: io.BytesIO, rules: Sequence[Rule]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self._numbers = {id(rule): number for number, rule in enumerate(rules)}

    def persistent_id(self, value: Any) -> int | None:
        return self._numbers.get(id(value)) if type(value) is Rule else None


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, rules: Sequence[Rule]) -> None:
        super().__init__(stream)
        self._rules = rules

    def persistent_load(self, number: Any) -> Rule:
        assert isinstance(number, int)
        return self._rules[number]

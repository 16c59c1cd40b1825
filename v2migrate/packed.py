"""What was found in a file as a value that can be sent and kept: cases as bytes, in which rules are numbers. Knows no process."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from typing import Any

from v2migrate.looked import Looked, Task
from v2migrate.records import dataclass
from v2migrate.rule import Rule


@dataclass(frozen=True, slots=True)
class Packed:
    """A `Looked` whose cases are bytes."""

    cases: bytes
    problem: str
    read: tuple[str, ...]
    failed: bool


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

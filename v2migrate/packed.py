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
        numbers = {id(rule): number for number, rule in enumerate(rules)}

        def reduced(rule: Rule) -> Any:
            number = numbers.get(id(rule))
            return rule.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if number is None else (_numbered, (number,))

        # By type, and not by `persistent_id`: that is asked for each string.
        self.dispatch_table = {Rule: reduced}


class _Unpickler(pickle.Unpickler):
    def __init__(self, stream: io.BytesIO, rules: Sequence[Rule]) -> None:
        super().__init__(stream)
        self._rules = rules

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _found:
            _found[module, name] = super().find_class(module, name)
        found = _found[module, name]
        return self._rules.__getitem__ if found is _numbered else found


_found: dict[tuple[str, str], Any] = {}
"""What pickles name: each has the same few classes."""


def _numbered(number: int) -> Rule:
    """Stands in what is packed for the rule of that number."""
    raise LookupError(number)

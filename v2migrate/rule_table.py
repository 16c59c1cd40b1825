"""Our rules as they are after reading, in one file that loads at once. Knows rules as data, and no TOML.

The rules are TOML, one file each, and nothing else is their source: the table is made when the package is built
(`.ci/hatch_build.py`). It holds the very bytes that it was made of, the code that read them included, and counts for nothing
where one of them is another today: then the rules are read from TOML, which takes ten times as long and gives the same.
"""

from __future__ import annotations

import functools
import marshal
import os

from v2migrate.compiled import date
from v2migrate.rule import (
    AnswerMap,
    Caveat,
    Config,
    Example,
    FactSource,
    LibraryMap,
    LibraryMove,
    Route,
    Rule,
    Run,
)
from v2migrate.rule_several import Several

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

_HERE = os.path.dirname(__file__)
FILE = os.path.join(_HERE, "rule_table.bin")

CODE = ("catalogue.py", "compiled.py", "errors.py", "operations.py", "operations.toml", "records.py", "regex.py", "rule.py",
        "rule_reader.py", "rule_several.py", "rule_table.py")  # fmt: skip
"""What decides, besides the rule files, what the rules are."""


def folder() -> str:
    """Where our rules lie: in the package (wheel), else beside it (checkout), so that an edit is seen at once."""
    packed = os.path.join(_HERE, "rules")
    return packed if os.path.isdir(packed) else os.path.join(os.path.dirname(_HERE), "rules")


@functools.cache
def rules() -> tuple[Rule, ...] | None:
    """The rules as a run needs them (`catalogue.load`); None where there is no table that still holds."""
    table = _table()
    return None if table is None else table[0]


@functools.cache
def operations() -> Mapping[str, Mapping[str, Any]] | None:
    """Today's operations of v2 (`operations.operations`); None where there is no table that still holds."""
    table = _table()
    return None if table is None else table[1]


@functools.cache
def _table() -> tuple[tuple[Rule, ...], Mapping[str, Mapping[str, Any]]] | None:
    return read(FILE, folder())


def read(file: str, folder: str) -> tuple[tuple[Rule, ...], Mapping[str, Mapping[str, Any]]] | None:
    """The rules and the operations in the table `file`; None where it cannot be read, or was made of something else than
    what is in `folder` and in the code today."""
    try:
        made_of, ours, today = marshal.loads(_bytes(file))
        if made_of != _sources(folder):
            return None
    except (OSError, EOFError, ValueError, TypeError):  # not there, or made by another Python: both are no table
        return None
    return _unpacked(ours), today


def write(rules: Sequence[Rule], operations: Mapping[str, Mapping[str, Any]], file: str = FILE) -> None:
    """Write the table for the rules and operations, which were read from what is there now."""
    with open(file, "wb") as stream:
        # A format that every Python since 3.4 can read.
        stream.write(marshal.dumps((_sources(folder()), _packed(tuple(rules)), dict(operations)), 4))


def _sources(folder: str) -> dict[str, bytes]:
    """What the rules are made of, by name."""
    found = {name: _bytes(os.path.join(_HERE, name)) for name in CODE}
    for name in os.listdir(folder):
        if name.endswith(".toml"):
            found[f"rules/{name}"] = _bytes(os.path.join(folder, name))
    return found


def _bytes(path: str) -> bytes:
    with open(path, "rb", 0) as stream:
        return stream.read()


# --- records as lists, which rules have none of -----------------------------------------------------------------------

_CLASSES: Mapping[str, Any] = {cls.__name__: cls for cls in (
    AnswerMap, Caveat, Config, date, Example, FactSource, LibraryMap, LibraryMove, Route, Rule, Run, Several,
)}  # fmt: skip
"""What rules consist of, besides text, numbers, tuples and tables by name."""


def _packed(value: Any) -> Any:
    """The value without any record: a list of a name and of what makes it takes its place. Raises TypeError for others."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, tuple):
        items = tuple(map(_packed, value))
        return ["tuple", *items] if list in map(type, items) else items
    if isinstance(value, dict):
        items = tuple(map(_packed, value.values()))
        return ["dict", tuple(value), *items] if list in map(type, items) else dict(zip(value, items, strict=True))
    if _CLASSES.get(type(value).__name__) is not type(value):
        raise TypeError(f"a rule holds {value!r}, which its table has no form for")
    if type(value).__name__ == "date":
        return ["date", value.year, value.month, value.day]
    return [type(value).__name__, *(_packed(getattr(value, name)) for name in type(value).__match_args__)]


def _unpacked(value: Any) -> Any:
    kind, *rest = value
    parts = [_unpacked(part) if type(part) is list else part for part in rest]
    return _MAKE[kind](*parts)


_MAKE: Mapping[str, Callable[..., Any]] = {
    **_CLASSES,
    "tuple": lambda *items: items,
    "dict": lambda names, *items: dict(zip(names, items, strict=True)),
}

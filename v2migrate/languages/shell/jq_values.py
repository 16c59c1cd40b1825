"""What a jq filter may have in hand: paths into its input, and values made of them. Knows no function of jq."""

from __future__ import annotations

from v2migrate.records import dataclass
from v2migrate.request import Read


@dataclass(frozen=True, slots=True)
class Path:
    """A place in the input. `marks` are the reads of its named steps.

    `run` is the offset where the plain names `.a.b` at its end stop, `run_start` where they begin (-1: there are none).
    """

    steps: tuple[str, ...] = ()
    marks: tuple[Read, ...] = ()
    run: int = -1
    run_start: int = -1

    @property
    def whole(self) -> bool:
        """True for the input itself and for its elements: no name was asked for yet."""
        return not self.marks


@dataclass(frozen=True, slots=True)
class Const:
    """A known string."""

    value: str


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, a text made of something, a value from the shell: nothing of the answer can be read on in it."""

    number: bool = False


@dataclass(frozen=True, slots=True)
class Opaque:
    """A value that may hold parts of the answer which are not followed."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list made by the filter; `items` are what an element may be. `size` counts what is inside, at every depth."""

    items: tuple[Value, ...]
    size: int = 0


@dataclass(frozen=True, slots=True)
class Made:
    """An object made by the filter. `rest` is what stands under keys that are not known."""

    entries: tuple[tuple[str, tuple[Value, ...]], ...]
    rest: tuple[Value, ...] = ()
    size: int = 0


Value = Path | Const | Plain | Opaque | Many | Made
Values = tuple[Value, ...]

PLAIN: Values = (Plain(),)
NUMBER: Values = (Plain(True),)


def many(items: Values) -> Many:
    """A list of these."""
    return Many(items, _size(items))


def made(entries: list[tuple[str, Values]], rest: Values = ()) -> Made:
    """An object of these."""
    return Made(tuple(entries), rest, _size(rest) + sum(_size(values) for _, values in entries))


def _size(values: Values) -> int:
    return sum(1 + v.size if isinstance(v, Many | Made) else 1 for v in values)


def apart(values: Values) -> Values:
    """The same values, with names that follow no longer a part of their run of plain names."""
    return tuple(_apart(v) for v in values)


def _apart(value: Value) -> Value:
    if isinstance(value, Path):
        return Path(value.steps, value.marks)
    if isinstance(value, Many):
        return Many(apart(value.items), value.size)
    if isinstance(value, Made):
        return Made(tuple((key, apart(inner)) for key, inner in value.entries), apart(value.rest), value.size)
    return value


def constants(values: Values) -> tuple[str, ...]:
    """The known strings among values and in lists of them."""
    out: list[str] = []
    for value in values:
        if isinstance(value, Const):
            out.append(value.value)
        elif isinstance(value, Many):
            out += constants(value.items)
    return tuple(out)

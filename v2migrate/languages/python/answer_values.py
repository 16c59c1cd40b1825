"""What an expression can hold of an HTTP answer, as plain values. Knows neither syntax nor where a value stands."""

from __future__ import annotations

from v2migrate.records import dataclass, replace
from v2migrate.source import Span

_DEEPEST = 12


@dataclass(frozen=True, slots=True)
class Response:
    """The client's response object."""


@dataclass(frozen=True, slots=True)
class Raw:
    """The body as text or bytes."""


@dataclass(frozen=True, slots=True)
class Status:
    """The status code."""


@dataclass(frozen=True, slots=True)
class Data:
    """A decoded value at `path`. `origin` is the expression that read the last name of the path, `key` that name's text."""

    path: tuple[str, ...] = ()
    origin: Span | None = None
    key: Span | None = None

    @property
    def whole(self) -> bool:
        """True for the answer itself or an element of it, no field."""
        return all(step == "[]" for step in self.path)

    def field(self, name: str, origin: Span, key: Span | None) -> Data:
        """The field `name` of this value."""
        return Data((*self.path, name), origin, key)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The decoded answer, handed out together with other values: what reads it is where it begins to be read."""


@dataclass(frozen=True, slots=True)
class Many:
    """Something whose elements (by iteration or by any index) are `element`."""

    element: Value


@dataclass(frozen=True, slots=True)
class Mapping:
    """A dict of the program's own whose values are `element`."""

    element: Value


@dataclass(frozen=True, slots=True)
class Group:
    """A tuple; None for members that hold nothing of the answer."""

    members: tuple[Value | None, ...]


@dataclass(frozen=True, slots=True)
class Rendered:
    """Text made of the whole answer for people (`str(data)`, an f-string)."""


Value = Response | Raw | Status | Decoded | Data | Many | Mapping | Group | Rendered


def element(value: Value, index: int | None = None) -> tuple[Value, ...]:
    """What iterating over `value`, or its element number `index`, may give."""
    if isinstance(value, Data):
        return (replace(value, path=(*value.path, "[]")),) if len(value.path) < _DEEPEST else ()
    if isinstance(value, Many):
        return (value.element,)
    if isinstance(value, Group):
        if index is not None and -len(value.members) <= index < len(value.members):
            return tuple(m for m in (value.members[index],) if m is not None)
        return tuple(m for m in value.members if m is not None)
    return (Raw(),) if isinstance(value, Response | Raw) else ()


def members(value: Value) -> tuple[Value, ...]:
    """The innermost values that `value` holds."""
    if isinstance(value, Many | Mapping):
        return members(value.element)
    if isinstance(value, Group):
        return tuple(inner for m in value.members if m is not None for inner in members(m))
    return (value,)


def depth(value: Value) -> int:
    """How many containers are around the innermost value."""
    if isinstance(value, Many | Mapping):
        return 1 + depth(value.element)
    if isinstance(value, Group):
        return 1 + max((depth(m) for m in value.members if m is not None), default=0)
    return 0

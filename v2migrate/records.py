"""Data classes that cost next to nothing until they are used. Knows none of the records.

`dataclasses` writes and compiles some six functions for each class, used or not: for all of ours that took longer than
a run over one file. Here a function is made when it has been called some times, and a slower one, which need not be
compiled, does as well until then. To the type checker, and to
`dataclasses.fields`, `replace` and `asdict`, these are data classes as any other. What differs as they run: all have
slots, none has a base class, and that `frozen` ones do not change is left to the type checker.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from dataclasses import dataclass, field, replace
    from typing import Any

__all__ = ["dataclass", "field", "replace"]

_NONE: Any = object()
_SELDOM = 20
"""Calls that take no longer by the slow function than it takes to compile the fast one."""
_ORDER = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}


class _Field:
    """What is known of a field besides its name."""

    __slots__ = ("compare", "default", "factory", "init", "kw_only", "repr")

    def __init__(
        self, default: Any, factory: Any = _NONE, init: bool = True, kw_only: bool = False, compare: bool = True,
        repr: bool = True,
    ) -> None:  # fmt: skip
        self.default, self.factory, self.init, self.kw_only = default, factory, init, kw_only
        self.compare, self.repr = compare, repr

    def written(self, name: str) -> str:
        """The field as a parameter."""
        return name if self.default is self.factory else f"{name}=NONE" if self.default is _NONE else f"{name}=old_{name}"

    def value(self, name: str) -> str:
        """What is put into the field; empty where nothing is."""
        if self.factory is _NONE:
            return name if self.init else ""
        return f"new_{name}() if {name} is NONE else {name}" if self.init else f"new_{name}()"


_PLAIN = _Field(_NONE)


def _field(*, default: Any = _NONE, default_factory: Any = _NONE, **more: bool) -> Any:
    return _Field(default, default_factory, **more)


def _dataclass(*, frozen: bool = False, eq: bool = True, order: bool = False, slots: bool) -> Callable[[type], type]:
    assert slots
    return lambda cls: _record(cls, frozen, eq, order)


def _replace(record: Any, /, **changes: Any) -> Any:
    cls = type(record)
    for name in cls.__initial__:
        if name not in changes:
            changes[name] = getattr(record, name)
    return cls(**changes)


def _record(cls: type, frozen: bool, eq: bool, order: bool) -> Any:
    space: dict[str, Any] = dict(cls.__dict__)
    del space["__dict__"], space["__weakref__"]
    fields: dict[str, _Field] = {}
    for name in space.get("__annotations__", ()):
        given = space.pop(name, _NONE)
        fields[name] = _PLAIN if given is _NONE else given if type(given) is _Field else _Field(given)
    space["__slots__"] = tuple(fields)
    space["__match_args__"] = tuple(name for name, given in fields.items() if given.init and not given.kw_only)
    space["__initial__"] = tuple(name for name, given in fields.items() if given.init)
    space["__dataclass_fields__"] = _Fields(fields)
    made: Any = type(cls)(cls.__name__, cls.__bases__, space)
    made.__qualname__ = cls.__qualname__
    more = "__post_init__" in space
    _later(made, "__init__", lambda: _init(fields, more), _plain_init(fields, more))
    if frozen and not more and space["__match_args__"] == space["__slots__"]:
        # A pickle of the values alone takes half of the time and the bytes of one that has their names as well.
        _later(made, "__reduce_ex__", lambda: _reduce(made), lambda self, _: (made, _read(self, made.__slots__)))
    if "__repr__" not in space:
        made.__repr__ = _repr([name for name, given in fields.items() if given.repr])
    if eq:
        names = [name for name, given in fields.items() if given.compare]
        if "__eq__" not in space:
            _later(made, "__eq__", lambda: _compare("__eq__", "==", names), _plain_compare("__eq__", names))
        if "__hash__" not in space:
            if frozen:
                _later(made, "__hash__", lambda: _hash(names), lambda self: hash(_read(self, names)))
            else:
                made.__hash__ = None
        for name in _ORDER if order else ():
            _later(made, name, lambda name=name: _compare(name, _ORDER[name], names), _plain_compare(name, names))  # type: ignore[misc]
    return made


def _later(cls: type, name: str, make: Callable[[], Any], plain: Callable[..., Any]) -> None:
    """Give the class a method that does as `plain` does, and puts the one that is made in its own place once it is called
    often, or where `plain` has no answer (`_NONE`)."""
    left = _SELDOM

    def method(self: object, /, *values: Any, **named: Any) -> Any:
        nonlocal left
        left -= 1
        if left >= 0 and (answer := plain(self, *values, **named)) is not _NONE:
            return answer
        made = make()
        setattr(cls, name, made)
        return made(self, *values, **named)

    setattr(cls, name, method)


def _init(fields: Mapping[str, _Field], more: bool) -> Any:
    known: dict[str, Any] = {"NONE": _NONE}
    for name, given in fields.items():
        known[f"old_{name}"], known[f"new_{name}"] = given.default, given.factory
    first = [given.written(name) for name, given in fields.items() if given.init and not given.kw_only]
    last = [given.written(name) for name, given in fields.items() if given.init and given.kw_only]
    lines = [f"self.{name} = {value}" for name, given in fields.items() if (value := given.value(name))]
    if more:
        lines.append("self.__post_init__()")
    return _compiled("__init__", ", ".join(["self", *first, *(["*", *last] if last else ())]), lines or ["pass"], known)


def _plain_init(fields: Mapping[str, _Field], more: bool) -> Any:
    first = [name for name, given in fields.items() if given.init and not given.kw_only]

    def init(self: Any, /, *values: Any, **named: Any) -> Any:
        if len(values) > len(first) or any(name in named for name in first[: len(values)]):
            return _NONE  # the compiled one says what is wrong
        named.update(zip(first, values, strict=False))
        for name, given in fields.items():
            value = named.pop(name, _NONE) if given.init else _NONE
            if value is _NONE:
                if given.factory is not _NONE:
                    value = given.factory()
                elif not given.init:
                    continue
                elif (value := given.default) is _NONE:
                    return _NONE
            setattr(self, name, value)
        if named:
            return _NONE
        if more:
            self.__post_init__()
        return None

    return init


def _hash(names: Sequence[str]) -> Any:
    return _compiled("__hash__", "self", [f"return hash({_values('self', names)})"], {})


def _reduce(cls: Any) -> Any:
    return _compiled("__reduce_ex__", "self, protocol", [f"return cls, {_values('self', cls.__slots__)}"], {"cls": cls})


def _plain_compare(name: str, names: Sequence[str]) -> Any:
    def compare(self: object, other: object) -> Any:
        same = other.__class__ is self.__class__
        return getattr(_read(self, names), name)(_read(other, names)) if same else NotImplemented

    return compare


def _read(record: object, names: Sequence[str]) -> tuple[Any, ...]:
    return tuple([getattr(record, name) for name in names])


def _compare(name: str, sign: str, names: Sequence[str]) -> Any:
    same = f"return {_values('self', names)} {sign} {_values('other', names)}"
    return _compiled(name, "self, other", ["if other.__class__ is self.__class__:", f" {same}", "return NotImplemented"], {})


def _values(of: str, names: Sequence[str]) -> str:
    return "(" + "".join(f"{of}.{name}, " for name in names) + ")"


def _compiled(name: str, parameters: str, lines: Sequence[str], known: dict[str, Any]) -> Any:
    body = "\n ".join(lines)
    exec(f"def {name}({parameters}):\n {body}", known)
    return known[name]


def _repr(names: Sequence[str]) -> Any:
    return lambda self: f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


class _Fields:
    """The fields as `dataclasses` has them, for its functions; made when one asks."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, _Field]) -> None:
        self._fields = fields

    def __get__(self, record: object, cls: Any) -> object:
        import dataclasses

        space: dict[str, Any] = {"__doc__": "fields", "__annotations__": dict.fromkeys(self._fields, "object")}
        for name, given in self._fields.items():
            known = {"default": given.default, "default_factory": given.factory}
            more: Any = {key: value for key, value in known.items() if value is not _NONE}
            space[name] = dataclasses.field(
                init=given.init, kw_only=given.kw_only, compare=given.compare, repr=given.repr, **more
            )
        twin: Any = dataclasses.dataclass(init=False, repr=False, eq=False)(type(cls.__name__, (), space))
        cls.__dataclass_fields__ = twin.__dataclass_fields__
        return twin.__dataclass_fields__


if not TYPE_CHECKING:
    dataclass, field, replace = _dataclass, _field, _replace

"""What the call sites of a function in its own module hand to a parameter; other modules' call sites are not seen."""

from __future__ import annotations

from collections.abc import Iterator

from v2migrate.languages.python import calling
from v2migrate.languages.python.scopes import Function
from v2migrate.languages.python.values import Bound, Frame, Given, Instance, Known, Nothing, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_MAX_SITES = 6


def sites(ev: Evaluator, function: Function, name: str) -> Iterator[tuple[Node, Given]]:
    """The calls of `function` in its module, with what each gives the parameter `name`."""
    module = function.module
    for call in module.call_sites(function)[:_MAX_SITES]:
        around = module.function_of(call)
        frame = frame_of(ev, around) if around is not None else ev.top(module)
        receiver: Value | None = Instance(function.cls) if function.cls is not None else None
        bound = calling.bind(ev, function, call, frame, receiver)
        for given in bound.given.get(name, ()):
            if given.node is not None:
                yield call, given


def frame_of(ev: Evaluator, function: Function) -> Frame:
    """An unbound frame for `function`, its outer functions included."""
    outer = function.scope.parent.enclosing() if function.scope.parent is not None else None
    return Frame(function.module, function, outer=frame_of(ev, outer) if outer is not None else None)


def objects(ev: Evaluator, function: Function, name: str) -> tuple[Value, ...]:
    """The objects (no strings) that call sites give the parameter: a client, a session, a function."""
    key = (id(function), hash(name))
    if key in ev.active or ev.depth > 20:
        return ()
    known = ev.handed.get(key)
    if known is not None:
        return known
    ev.active.add(key)
    try:
        out: list[Value] = []
        for _, given in sites(ev, function, name):
            if (
                given.node is not None
                and not given.default
                and given.node.type in ("identifier", "attribute", "call", "lambda")
            ):
                out += [v for v in ev.values(given.node, given.frame) if not isinstance(v, Known | Nothing)]
    finally:
        ev.active.discard(key)
    found = _once(out)
    ev.handed[key] = found
    return found


def _once(values: list[Value]) -> tuple[Value, ...]:
    """Objects of one class, and equal library names, once."""
    seen: dict[object, Value] = {}
    for value in values:
        mark: object = id(value)
        if isinstance(value, Instance):
            mark = id(value.cls)
        elif isinstance(value, Bound):
            mark = id(value.function)
        elif hasattr(value, "name"):
            mark = (type(value).__name__, value.name)
        seen.setdefault(mark, value)
    return tuple(seen.values())[:4]

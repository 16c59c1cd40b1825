"""Names that come from other modules of the project: imports, and what a module's name is worth at its end."""

from __future__ import annotations

from v2migrate.languages.python import bindings, order
from v2migrate.languages.python.alternatives import DEPTH, MAX
from v2migrate.languages.python.scopes import Binding, Module
from v2migrate.languages.python.values import (
    External,
    ModuleRef,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.languages.python.evaluate import Evaluator


def imported(ev: Evaluator, binding: Binding, module: Module) -> tuple[Value, ...]:
    assert binding.origin is not None
    level, dotted, symbol = binding.origin
    if not symbol:
        found = ev.project.find(module, 0, dotted)
        return (ModuleRef(found),) if found is not None else (External(dotted),)
    found = ev.project.find(module, level, dotted)
    if found is not None and found is not module:
        values = export(ev, found, symbol)
        if values:
            return values
    inner = ev.project.find(module, level, f"{dotted}.{symbol}" if dotted else symbol)
    if inner is not None:
        return (ModuleRef(inner),)
    return (External(f"{dotted}.{symbol}"),)


def export(ev: Evaluator, module: Module, name: str) -> tuple[Value, ...]:
    """What the module's `name` is worth at its end; nothing where it has none."""
    if name in module.scope.bindings:
        key = (id(module), hash(name))
        if key in ev.active:
            return ()
        ev.active.add(key)
        try:
            return _end(ev, module, name)
        finally:
            ev.active.discard(key)
    for level, dotted in module.stars:
        found = ev.project.find(module, level, dotted)
        if found is not None and found is not module and ev.depth < DEPTH:
            ev.depth += 1
            try:
                values = export(ev, found, name)
            finally:
                ev.depth -= 1
            if values:
                return values
    return ()


def _end(ev: Evaluator, module: Module, name: str) -> tuple[Value, ...]:
    frame = ev.top(module)
    out: list[Value] = []
    for binding in order.at_end(module, module.scope, name):
        values = bindings.binding(ev, binding, frame, binding.node)
        ev.carry(binding, values)
        out += values
    return tuple(out[:MAX])

"""Attributes: of objects, classes, modules and libraries, through base classes and what methods put on `self`."""

from __future__ import annotations

from collections.abc import Iterator

from v2migrate.languages.python import bindings, declared, exports, tree
from v2migrate.languages.python.alternatives import MAX, concat, default
from v2migrate.languages.python.scopes import Binding, Class, Function
from v2migrate.languages.python.values import (
    Bound,
    ClassRef,
    External,
    Frame,
    Instance,
    Known,
    Made,
    Method,
    ModuleRef,
    Value,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_MAX_CLASSES = 30


def member(ev: Evaluator, value: Value, name: str, node: Node, frame: Frame) -> tuple[Value, ...]:
    """What `value.name` is worth; `node` is where it stands."""
    if isinstance(value, Instance):
        return _of_instance(ev, value, name, node, frame) or (ev.unknown(node, frame),)
    if isinstance(value, ClassRef):
        return _of_class(ev, value.cls, value, name, node, frame) or (ev.unknown(node, frame),)
    if isinstance(value, ModuleRef):
        found = exports.export(ev, value.module, name)
        if not found:
            package = value.module.source.path.endswith("__init__.py")
            inner = ev.project.find(value.module, 1, name) if package else None
            return (ModuleRef(inner),) if inner is not None else (ev.unknown(node, frame),)
        return found
    if isinstance(value, External):
        dotted = f"{value.name}.{name}"
        inner = ev.project.find(frame.module, 0, dotted)
        return (ModuleRef(inner),) if inner is not None else (External(dotted),)
    if isinstance(value, Made):
        given = declared.parsed(ev, value.name, name, value.frame)
        known = tuple(default(v) for v in given if isinstance(v, Known) and "/" in v.template.flat)
        return known or (Method(value, name),)
    return (ev.unknown(node, frame),)


def lineage(ev: Evaluator, cls: Class) -> Iterator[Class]:
    """The class and its base classes as far as the project has them, nearest first."""
    todo = [cls]
    seen: set[int] = set()
    while todo and len(seen) < _MAX_CLASSES:
        at = todo.pop(0)
        if id(at) in seen:
            continue
        seen.add(id(at))
        yield at
        for node in at.bases:
            todo += [v.cls for v in ev.values(node, ev.top(at.module)) if isinstance(v, ClassRef)]


def method(ev: Evaluator, cls: Class, name: str) -> Function | None:
    """The method of that name, the class's own or inherited."""
    for at in lineage(ev, cls):
        if name in at.methods:
            return at.methods[name][-1]
    return None


def _of_instance(ev: Evaluator, value: Instance, name: str, node: Node, frame: Frame) -> tuple[Value, ...]:
    for at in lineage(ev, value.cls):
        own = at.instance.get(name, [])
        if own:
            values = _assigned(ev, value, own, node, frame)
            in_constructor = any(_function(b) is not None and _named(b) == "__init__" for b in own)
            if values:
                return values if in_constructor else (*values, *_of_class(ev, at, value, name, node, frame))[:MAX]
        if at.dataclass and name in at.scope.bindings and name not in at.methods:
            values = _field(ev, value, at, name, node, frame)
            if values:
                return values
        if name in at.scope.bindings:
            return _of_class(ev, at, value, name, node, frame)
    return _of_subclasses(ev, value, name, node, frame)


def _assigned(ev: Evaluator, value: Instance, own: list[Binding], node: Node, frame: Frame) -> tuple[Value, ...]:
    """The values that methods give `self.name`; one given earlier in the same method wins over all others."""
    reader = frame.function if frame.function is not None else None
    mine = [b for b in own if reader is not None and _function(b) is reader and b.node.start_byte < node.start_byte]
    module = own[0].scope.module
    around = {a.id for a in module.ancestors(node)} if mine else set()
    sure = [b for b in mine if (s := module.parent(module.statement(b.node))) is not None and s.id in around]
    chosen = mine[mine.index(sure[-1]) :] if sure else own
    if sure and sure[-1].kind == "augment":
        chosen = own
    out: list[Value] = []
    for binding in chosen[:MAX]:
        key = (id(binding), id(value.frame))
        if key in ev.active:
            continue
        ev.active.add(key)
        try:
            home = _home(value, binding)
            if binding.kind == "augment" and binding.value is not None:
                before = ev.as_texts(tuple(out), binding.node, home) if out else ()
                out = list(concat([before, ev.texts(binding.value, home)])) if before else out
                continue
            values = bindings.binding(ev, binding, home, binding.node)
            ev.carry(binding, values)
            out += values
        finally:
            ev.active.discard(key)
    return tuple(out[:MAX])


def _home(value: Instance, binding: Binding) -> Frame:
    function = _function(binding)
    if value.frame is not None and value.frame.function is function:
        return value.frame
    return Frame(binding.scope.module, function, receiver=value)


def _function(binding: Binding) -> Function | None:
    return binding.scope.enclosing()


def _named(binding: Binding) -> str:
    function = _function(binding)
    return function.name if function is not None else ""


def _field(ev: Evaluator, value: Instance, cls: Class, name: str, node: Node, frame: Frame) -> tuple[Value, ...]:
    """A dataclass field: the constructor's argument, else its default (which others can replace)."""
    binding = cls.scope.bindings[name][-1]
    statement = binding.statement
    if statement is None or tree.field(statement, "type") is None:
        return ()
    made = value.frame
    if made is not None and name in made.given:
        return bindings.argument_values(ev, made.given[name], node, frame)
    if binding.value is None:
        return (ev.unknown(node, frame),)
    values = bindings.binding(ev, binding, ev.top(cls.module), binding.node)
    ev.carry(binding, values)
    if made is not None:
        return values
    return tuple(default(v) if isinstance(v, Known) else v for v in values)


def _of_class(ev: Evaluator, cls: Class, receiver: Value, name: str, node: Node, frame: Frame) -> tuple[Value, ...]:
    for at in lineage(ev, cls):
        if name in at.methods:
            function = at.methods[name][-1]
            if function.property and not isinstance(receiver, ClassRef):
                from v2migrate.languages.python import calling

                return calling.run(ev, Bound(function, receiver), None, node, frame)
            if function.property:
                return ()
            bound = None if isinstance(receiver, ClassRef) and "classmethod" not in function.decorators else receiver
            return (Bound(function, bound),)
        if name in at.scope.bindings:
            out: list[Value] = []
            for binding in at.scope.bindings[name]:
                if binding.kind in ("annotate", "delete"):
                    continue
                key = (id(binding), id(at))
                if key in ev.active:
                    continue
                ev.active.add(key)
                try:
                    values = bindings.binding(ev, binding, ev.top(at.module), binding.node)
                finally:
                    ev.active.discard(key)
                ev.carry(binding, values)
                out += values
            if out:
                return tuple(out[:MAX])
        if isinstance(receiver, ClassRef) and name in at.instance:
            return tuple(v for b in at.instance[name] for v in bindings.binding(ev, b, _home(Instance(at), b), b.node))[
                :MAX
            ]
    return ()


def _of_subclasses(ev: Evaluator, value: Instance, name: str, node: Node, frame: Frame) -> tuple[Value, ...]:
    """An attribute that only classes below this one have, in its own module."""
    out: list[Value] = []
    for cls in value.cls.module.classes:
        if cls is value.cls or (name not in cls.scope.bindings and name not in cls.instance):
            continue
        if any(at is value.cls for at in lineage(ev, cls)):
            out += _of_instance(ev, Instance(cls, None), name, node, frame)
    return tuple(out[:MAX])

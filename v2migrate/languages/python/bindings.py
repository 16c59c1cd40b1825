"""What one binding gives its name: assignments, loops, parameters with their arguments, and `self`."""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.languages.python import declared, exports, order, tree
from v2migrate.languages.python.alternatives import MAX, concat, default, telling
from v2migrate.languages.python.scopes import Binding, Class, Function, Parameter
from v2migrate.languages.python.values import (
    Bound,
    ClassRef,
    Display,
    Frame,
    Given,
    Instance,
    Known,
    Nothing,
    Pack,
    Value,
)
from v2migrate.records import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def binding(ev: Evaluator, binding: Binding, frame: Frame, at: Node) -> tuple[Value, ...]:
    """What one binding gives its name."""
    kind = binding.kind
    if kind == "param":
        return _param(ev, binding, frame)
    if kind == "import" and binding.origin is not None:
        return exports.imported(ev, binding, frame.module)
    if isinstance(binding.target, Function):
        return (Bound(binding.target, None, frame),)
    if isinstance(binding.target, Class):
        return (ClassRef(binding.target),)
    if binding.value is None:
        return (ev.unknown(binding.node, frame),)
    if kind == "augment" and binding.statement is not None:
        before = ev.as_texts(ev.bound(binding.scope, binding.name, binding.statement, frame), binding.node, frame)
        return concat([before, ev.texts(binding.value, frame)])
    if kind == "for":
        return _element(ev, binding, frame)
    values = ev.values(binding.value, frame)
    for index in binding.path:
        values = _index(ev, values, index, binding, frame)
    return values


def _index(ev: Evaluator, values: tuple[Value, ...], index: int, binding: Binding, frame: Frame) -> tuple[Value, ...]:
    out: list[Value] = []
    for value in values:
        if isinstance(value, Display) and value.node.type in ("tuple", "list", "expression_list"):
            items = tree.named(value.node)
            if index < len(items):
                out += ev.values(items[index], value.frame)
                continue
        out.append(ev.unknown(binding.node, frame))
    return tuple(out[:MAX])


def _element(ev: Evaluator, binding: Binding, frame: Frame) -> tuple[Value, ...]:
    assert binding.value is not None
    iterable, path, part = _iterated(binding.value, binding.path, frame)
    out: list[Value] = []
    for value in ev.values(iterable, frame):
        if isinstance(value, Display) and value.node.type in _COMPREHENSIONS and part == "":
            body = tree.field(value.node, "body")
            inner = ev.values(body, value.frame) if body is not None else ()
            for index in path:
                inner = _index(ev, inner, index, binding, frame)
            out += inner
        elif isinstance(value, Display) and value.node.type == "dictionary" and part in ("key", "value"):
            found = [tree.field(pair, part) for pair in tree.named(value.node)[:MAX]]
            out += [v for n in found if n is not None for v in ev.values(n, value.frame)]
        elif isinstance(value, Display) and value.node.type in ("tuple", "list", "set") and not _spread(value.node):
            for item in tree.named(value.node)[:MAX]:
                inner = ev.values(item, value.frame)
                for index in path:
                    inner = _index(ev, inner, index, binding, frame)
                out += inner
        else:
            out.append(ev.unknown(binding.node, frame))
    if iterable.type == "identifier":  # the list's other reads are reads of these texts too
        name, module = frame.module.text(iterable), frame.module
        owner = module.scope_of(iterable).owner(name)
        for source in order.visible(module, owner, name, iterable) if owner is not None else ():
            ev.carry(source, out)
    return tuple(out[:MAX])


_COMPREHENSIONS = frozenset({"list_comprehension", "set_comprehension", "generator_expression"})
_SAME_ITEMS = frozenset({"list", "tuple", "sorted", "reversed", "set", "iter", "tqdm"})


def _iterated(value: Node, path: tuple[int, ...], frame: Frame) -> tuple[Node, tuple[int, ...], str]:
    """What a loop really runs over, the indexes into each element, and for a dict which part of its pairs."""
    value = tree.bare(value)
    callee = tree.field(value, "function") if value.type == "call" else None
    if callee is None:
        return value, path, ""
    name, given = frame.module.text(callee), tree.positional(value)
    if name in _SAME_ITEMS and given:
        return _iterated(given[0], path, frame)
    if name == "enumerate" and given and path[:1] == (1,):
        return _iterated(given[0], path[1:], frame)
    receiver = tree.field(callee, "object") if callee.type == "attribute" else None
    if receiver is not None and name.endswith((".values", ".keys")) and not path:
        return receiver, path, "value" if name.endswith(".values") else "key"
    if receiver is not None and name.endswith(".items") and len(path) == 1:
        return receiver, (), "value" if path == (1,) else "key"
    return value, path, ""


def _param(ev: Evaluator, binding: Binding, frame: Frame) -> tuple[Value, ...]:
    function = frame.function
    if function is None or function.scope is not binding.scope:
        function = binding.scope.enclosing()
    if function is None:
        return (ev.unknown(binding.node, frame),)
    if not function.static and function.parameters and function.parameters[0].name == binding.name:
        return _receiver(ev, function, frame)
    given = frame.given.get(binding.name)
    if given is not None:
        return argument_values(ev, given, binding.node, frame)
    key = f"{function.id}.{binding.name}"
    ev.params[key] = (function, binding.name)
    if key in ev.overrides:
        handed = argument_values(ev, ev.overrides[key], binding.node, frame)
        return tuple(default(v) if isinstance(v, Known) else v for v in handed)
    hole = ev.unknown(binding.node, frame, key)
    out: list[Value] = [hole]
    if binding.value is not None and not frame.bound:
        for value in ev.values(binding.value, ev.top(frame.module)):
            if not isinstance(value, Known):
                out += [value] if not isinstance(value, Nothing) else []
            elif telling(value):
                out.insert(0, default(value))
    if not frame.bound:
        top = ev.top(frame.module)
        own = binding.value
        stated = declared.option(ev, function, binding.name) if own is None else declared.typed(ev, own, top)
        out = [default(v) for v in stated if isinstance(v, Known) and telling(v)] + out
    from v2migrate.languages.python import callers, clients

    parameter = binding.target
    if isinstance(parameter, Parameter) and parameter.annotation is not None:
        made = clients.annotated(ev, parameter.annotation, ev.top(frame.module))
        if made is not None:
            return (made,)
    objects = callers.objects(ev, function, binding.name)
    return tuple(out[:MAX]) if not objects else tuple([*objects, *out][:MAX])


def argument_values(ev: Evaluator, given: Iterable[Given], node: Node, frame: Frame) -> tuple[Value, ...]:
    """What an argument is worth."""
    out: list[Value] = []
    for one in given:
        if one.node is None:
            out.append(Pack(one))
            continue
        values = ev.values(one.node, one.frame)
        for value in ev.as_texts(values, one.node, one.frame) if _all_text(values) else values:
            out.append(replace(value, brought=not one.default) if isinstance(value, Known) else value)
    return tuple(out[:MAX])


def _receiver(ev: Evaluator, function: Function, frame: Frame) -> tuple[Value, ...]:
    if "classmethod" in function.decorators or function.name == "__new__":
        receiver = frame.receiver
        cls = receiver.cls if isinstance(receiver, ClassRef | Instance) else function.cls
        return (ClassRef(cls),) if cls is not None else ()
    if frame.receiver is not None and frame.function is function:
        return (frame.receiver,)
    return (Instance(function.cls),) if function.cls is not None else ()


def _all_text(values: tuple[Value, ...]) -> bool:
    return all(isinstance(v, Known) for v in values)


def _spread(node: Node) -> bool:
    return any(c.type == "list_splat" for c in node.named_children)

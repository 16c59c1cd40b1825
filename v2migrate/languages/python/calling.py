"""Calls and subscripts: project functions are looked into, what is known of libraries is applied, the rest is a hole."""

from __future__ import annotations

from v2migrate.languages.python import builtin_calls, members, tree
from v2migrate.languages.python import strings as literals
from v2migrate.languages.python.alternatives import MAX, unique
from v2migrate.languages.python.scopes import Function
from v2migrate.languages.python.values import (
    Bound,
    ClassRef,
    Display,
    External,
    Frame,
    Given,
    Instance,
    Known,
    Made,
    Method,
    Nothing,
    Pack,
    Partial,
    Value,
    plain,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_CALL_DEPTH = 12


def call(ev: Evaluator, node: Node, frame: Frame) -> tuple[Value, ...]:
    """What the call at `node` gives."""
    callee = tree.field(node, "function")
    if callee is None:
        return (ev.unknown(node, frame),)
    if callee.type == "attribute":
        found = builtin_calls.string_method(ev, node, callee, frame)
        if found is not None:
            return found
    out: list[Value] = []
    for value in ev.values(callee, frame):
        out += _apply(ev, value, node, frame)
    return tuple(out[:MAX])


def _apply(ev: Evaluator, value: Value, node: Node, frame: Frame) -> tuple[Value, ...]:
    if isinstance(value, Bound):
        return run(ev, value, node, node, frame)
    if isinstance(value, ClassRef):
        return (construct(ev, value, node, frame),)
    if isinstance(value, External):
        return builtin_calls.library(ev, plain(value.name), node, frame)
    if isinstance(value, Partial):
        return _apply(ev, value.target, value.call, value.frame)
    if isinstance(value, Method):
        known = builtin_calls.expanded(ev, value, node, frame)
        return known or (Made(f"{plain(value.owner.name)}().{value.name}", node, frame),)
    return (ev.unknown(node, frame),)


def bind(ev: Evaluator, function: Function, node: Node | None, frame: Frame, receiver: Value | None) -> Frame:
    """The frame of `function` when called by `node`; parameters without an argument have their default."""
    inner = Frame(function.module, function, bound=True, receiver=receiver, depth=frame.depth + 1)
    outer = function.scope.parent.enclosing() if function.scope.parent is not None else None
    inner.outer = frame.of(outer) if outer is not None else None
    parameters = list(function.parameters)
    if (not function.static and parameters and "staticmethod" not in function.decorators and receiver is not None) or (
        not function.static and parameters and function.name == "__init__"
    ):
        parameters = parameters[1:]
    values, named, open_ended = arguments(ev, node, frame) if node is not None else ([], {}, False)
    for parameter in parameters:
        if parameter.kind == "args":
            inner.given[parameter.name] = (Given(None, frame, several=tuple(values)),)
            values = []
        elif parameter.kind == "kwargs":
            inner.given[parameter.name] = (Given(None, frame, named=dict(named), open=open_ended),)
        elif parameter.kind == "plain" and values:
            inner.given[parameter.name] = (values.pop(0),)
        elif parameter.name in named:
            inner.given[parameter.name] = (named.pop(parameter.name),)
        elif parameter.default is not None and not open_ended:
            inner.given[parameter.name] = (Given(parameter.default, ev.top(function.module), default=True),)
    return inner


def arguments(ev: Evaluator, node: Node, frame: Frame) -> tuple[list[Given], dict[str, Given], bool]:
    """The positional and the named arguments of a call, `*` and `**` opened where they are seen (else: open-ended)."""
    values: list[Given] = []
    named: dict[str, Given] = {}
    open_ended = False
    for argument in tree.arguments(node):
        if argument.type == "keyword_argument":
            name, inner = tree.field(argument, "name"), tree.field(argument, "value")
            if name is not None and inner is not None:
                named[frame.module.text(name)] = Given(inner, frame)
        elif argument.type in ("list_splat", "dictionary_splat"):
            spread = tree.named(argument)
            for value in ev.values(spread[0], frame) if spread else ():
                if isinstance(value, Pack) and value.given.several is not None:
                    values += value.given.several
                elif isinstance(value, Pack) and value.given.named is not None:
                    named.update(value.given.named)
                    open_ended = open_ended or value.given.open
                elif isinstance(value, Display) and value.node.type in ("list", "tuple"):
                    values += [Given(n, value.frame) for n in tree.named(value.node)]
                elif isinstance(value, Display) and value.node.type == "dictionary":
                    open_ended = _named_pairs(value, named) or open_ended
                elif not isinstance(value, Nothing):
                    open_ended = True
                break
        else:
            values.append(Given(argument, frame))
    return values, named, open_ended


def _named_pairs(value: Display, named: dict[str, Given]) -> bool:
    open_ended = False
    for pair in tree.named(value.node):
        key, inner = tree.field(pair, "key"), tree.field(pair, "value")
        text = literals.constant(value.frame.module, key) if key is not None else None
        if text is None or inner is None:
            open_ended = True
        else:
            named[text] = Given(inner, value.frame)
    return open_ended


def run(ev: Evaluator, bound: Bound, call_node: Node | None, node: Node, frame: Frame) -> tuple[Value, ...]:
    """What the function returns to the call at `node`."""
    function = bound.function
    key = (id(function), -1)
    if function.generator or frame.depth > _CALL_DEPTH or key in ev.active or not function.returns:
        return (ev.unknown(node, frame),)
    inner = bind(ev, function, call_node, frame, bound.receiver)
    if inner.outer is None and bound.outer is not None:
        inner.outer = bound.outer
    ev.active.add(key)
    try:
        out: list[Value] = []
        for returned in function.returns[:MAX]:
            for value in ev.values(returned, inner):
                if isinstance(value, Known) and value.hole is not None:
                    out.append(ev.unknown(node, frame, value.hole.param))
                elif not isinstance(value, Nothing):
                    out.append(value)
    finally:
        ev.active.discard(key)
    return unique_values(out) or (ev.unknown(node, frame),)


def unique_values(values: list[Value]) -> tuple[Value, ...]:
    """Equal texts once, objects as they are."""
    texts_only = [v for v in values if isinstance(v, Known)]
    return tuple([*unique(texts_only), *(v for v in values if not isinstance(v, Known))][:MAX])


def construct(ev: Evaluator, ref: ClassRef, node: Node, frame: Frame) -> Value:
    """The object that `Class(…)` makes."""
    base = library_base(ev, ref)
    if base is not None:
        return Made(base, node, frame)
    instance = Instance(ref.cls)
    init = members.method(ev, ref.cls, "__init__")
    if init is not None and frame.depth <= _CALL_DEPTH:
        instance.frame = bind(ev, init, node, frame, instance)
    elif ref.cls.dataclass:
        made = Frame(ref.cls.module, None, bound=True, depth=frame.depth + 1)
        values, named, _ = arguments(ev, node, frame)
        fields = [
            n
            for n, bs in ref.cls.scope.bindings.items()
            if bs[-1].statement is not None and tree.field(bs[-1].statement, "type") is not None
        ]
        made.given = {n: (g,) for n, g in [*zip(fields, values, strict=False), *named.items()]}
        instance.frame = made
    return instance


def library_base(ev: Evaluator, ref: ClassRef) -> str | None:
    """The library class below a project class that has no constructor of its own (`class R(urllib.request.Request)`)."""
    for at in members.lineage(ev, ref.cls):
        if "__init__" in at.methods:
            return None
        for base in at.bases:
            for value in ev.values(base, ev.top(at.module)):
                if isinstance(value, External) and plain(value.name).rsplit(".", 1)[-1] in ("Request", "Session"):
                    return plain(value.name)
    return None

"""Items of lists and dicts written out, and variables and attributes asked for by name (`**locals()`, `self.__dict__`)."""

from __future__ import annotations

from v2migrate.languages.python import bindings, members, tree
from v2migrate.languages.python.alternatives import MAX, unique
from v2migrate.languages.python.builtin_calls import constant
from v2migrate.languages.python.values import (
    Display,
    Frame,
    Known,
    Pack,
    Value,
)
from v2migrate.records import replace
from v2migrate.source import Span
from v2migrate.template import Hole, Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def subscript(ev: Evaluator, node: Node, frame: Frame) -> tuple[Value, ...]:
    """`DICT["key"]` and `LIST[0]` of displays; all values where the key is not known."""
    value_node = tree.field(node, "value")
    keys = node.children_by_field_name("subscript")
    if value_node is None or len(keys) != 1 or keys[0].type == "slice":
        return (ev.unknown(node, frame),)
    out: list[Value] = []
    for value in ev.values(value_node, frame):
        if isinstance(value, Display):
            out += _item(ev, value, keys[0], frame)
        elif isinstance(value, Pack):
            out += _pack_item(ev, value, keys[0], node, frame)
        else:
            out.append(ev.unknown(node, frame))
    return tuple(out[:MAX]) or (ev.unknown(node, frame),)


def _pack_item(ev: Evaluator, value: Pack, key: Node, node: Node, frame: Frame) -> tuple[Value, ...]:
    name = constant(ev, key, frame)
    given = value.given
    if given.named is not None and name in given.named:
        return bindings.argument_values(ev, (given.named[name],), node, frame)
    if given.several is not None and name is not None and name.isdigit() and int(name) < len(given.several):
        return bindings.argument_values(ev, (given.several[int(name)],), node, frame)
    return (ev.unknown(node, frame),)


def _item(ev: Evaluator, value: Display, key: Node, frame: Frame) -> tuple[Value, ...]:
    keys = [k for k in ev.texts(key, frame) if k.template.constant]
    if value.node.type == "dictionary":
        from v2migrate.languages.python import fields

        pairs = [p for p in tree.named(value.node) if p.type == "pair"]
        found = [p for k in keys for p in [fields.entry(value, k.template.flat)] if p is not None]
        if keys and not found:
            return ()
        inner = [v for p in found or pairs for v in [tree.field(p, "value")] if v is not None]
    else:
        items = tree.named(value.node)
        inner = [
            items[int(k.template.flat)] for k in keys if k.template.flat.isdigit() and int(k.template.flat) < len(items)
        ]
        inner = inner or ([] if keys else items)
    return ev.several(inner[:MAX], value.frame)


def by_name(ev: Evaluator, name: str, node: Node, frame: Frame, span: Span | None) -> tuple[Known, ...]:
    """The value of the variable `name` as seen at `node` (`.format(**locals())`)."""
    owner = frame.module.scope_of(node).owner(name)
    hole = ev.unknown(node, frame).hole
    assert hole is not None
    if owner is None:
        return (Known(Template((replace(hole, expr=name, span=span),))),)
    return _named(ev.bound(owner, name, node, frame), name, hole, span)


def by_attribute(ev: Evaluator, who: str, name: str, node: Node, frame: Frame, span: Span | None) -> tuple[Known, ...]:
    """The value of `self.name` as seen at `node` (`.format(**self.__dict__)`)."""
    hole = ev.unknown(node, frame).hole
    assert hole is not None
    values: list[Value] = []
    for value in (
        ev.values(next(n for n in tree.descend(node) if n.type == "identifier"), frame) if who.isidentifier() else ()
    ):
        values += members.member(ev, value, name, node, frame)
    return _named(tuple(values), f"{who}.{name}", hole, span)


def _named(values: tuple[Value, ...], expr: str, hole: Hole, span: Span | None) -> tuple[Known, ...]:
    out: list[Known] = []
    for value in values:
        if isinstance(value, Known) and value.hole is None:
            out.append(value)
        else:
            param = value.hole.param if isinstance(value, Known) and value.hole is not None else ""
            out.append(Known(Template((replace(hole, expr=expr, span=span, param=param),))))
    return unique(out) or (Known(Template((replace(hole, expr=expr, span=span),))),)

"""What `%` and `.format` put into a template: which argument fills which field, and what goes when the field goes.

A field whose argument is not seen becomes a hole that must stay.
"""

from __future__ import annotations

import re

from v2migrate.languages.python import strings as literals
from v2migrate.languages.python import tree
from v2migrate.languages.python.alternatives import concat, unique
from v2migrate.languages.python.texts import fill_in, placed
from v2migrate.languages.python.values import Display, Frame, Known, Pack, Value
from v2migrate.records import replace
from v2migrate.source import Item, ItemList, Span
from v2migrate.template import Hole, Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def percent(ev: Evaluator, node: Node, frame: Frame) -> tuple[Value, ...]:
    """`template % values`."""
    left, right = tree.field(node, "left"), tree.field(node, "right")
    if left is None or right is None:
        return (ev.unknown(node, frame),)
    out: list[Known] = []
    for known in ev.texts(left, frame):
        if known.hole is not None or not any("%" in p.value for p in known.template.pieces if isinstance(p, Text)):
            out.append(ev.unknown(node, frame) if known.hole is not None and not known.hole.param else known)
            continue
        out += _percent(ev, known, left, tree.bare(right), frame)
    return unique(out)


def _percent(ev: Evaluator, known: Known, left: Node, right: Node, frame: Frame) -> tuple[Known, ...]:
    path = frame.module.source.path
    empty = Span(path, left.end_byte, right.end_byte)
    operands, home, items = (
        [right],
        frame,
        ItemList(tree.span_of(path, right), (tree.span_of(path, right),), ",", empty),
    )
    mapping: list[Value] = []
    if right.type == "tuple":
        operands, items = tree.named(right), tree.item_list(path, right, empty)
    else:
        mapping = list(ev.values(right, frame))
        whole = mapping[0] if len(mapping) == 1 else None
        if isinstance(whole, Display) and whole.node.type == "tuple":
            operands, home = tree.named(whole.node), whole.frame
            items = tree.item_list(home.module.source.path, whole.node)
    fields: list[tuple[Known, ...]] = []
    count = 0

    def put(match: re.Match[str], span: Span | None) -> tuple[Piece, ...]:
        nonlocal count
        if match[0] == "%%":
            return (Text("%", span, exact=False),)
        if match["key"] is not None:
            fields.append(_mapped(ev, mapping, match["key"], right, frame, span))
        elif count < len(operands) and "*" not in match["flags"]:
            operand = operands[count]
            used = placed(ev, operand, home, span, (Item(items, count),))
            odd = match["type"] in "ra" or match["flags"]
            fields.append(tuple(_hidden(k) for k in used) if odd else used)
            count += 1
        else:
            fields.append((Known(Template((Hole("", span, fixed=True),))),))
        return (_slot(len(fields) - 1),)

    return _filled(literals.fill(known.template, literals.PERCENT, put), fields, known)


def _hidden(known: Known) -> Known:
    hole = known.hole
    return known if hole is None else replace(known, template=Template((replace(hole, expr=""),)))


def format_call(ev: Evaluator, known: Known, call: Node, frame: Frame) -> tuple[Known, ...]:
    """`template.format(…)` for one alternative of the template."""
    path = frame.module.source.path
    arguments = tree.arguments(call)
    receiver = tree.field(tree.field(call, "function") or call, "object")
    empty = Span(path, receiver.end_byte, call.end_byte) if receiver is not None else None
    escaped = any(isinstance(p, Text) and ("{{" in p.value or "}}" in p.value) for p in known.template.pieces)
    holder = tree.field(call, "arguments") or call
    items = tree.item_list(path, holder, None if escaped else empty)
    spread = [a for a in arguments if a.type == "list_splat"]
    merged = [a for a in arguments if a.type == "dictionary_splat"]
    positions = [
        (i, a) for i, a in enumerate(arguments) if a.type not in ("keyword_argument", "list_splat", "dictionary_splat")
    ]
    names = {
        frame.module.text(n): (i, v)
        for i, a in enumerate(arguments)
        if a.type == "keyword_argument"
        for n, v in [(tree.field(a, "name"), tree.field(a, "value"))]
        if n is not None and v is not None
    }
    used = _uses(known.template)
    fields: list[tuple[Known, ...]] = []
    auto = 0

    def put(match: re.Match[str], span: Span | None) -> tuple[Piece, ...]:
        nonlocal auto
        if match[0] in ("{{", "}}"):
            return (Text(match[0][0], span, exact=False),)
        name = match["name"]
        head = re.split(r"[.\[]", name, maxsplit=1)[0]
        rest = name[len(head) :]
        item: tuple[Item, ...] = ()
        operand: Node | None = None
        fixed = False
        if not head or head.isdigit():
            index = int(head) if head else auto
            auto += not head
            if index < len(positions) and not (
                spread and not head and arguments.index(spread[0]) < positions[index][0]
            ):
                at, operand = positions[index]
                item = (Item(items, at),) if not head else ()
                fixed = bool(head) and used.get(head, 0) > 1
            elif spread:
                fields.append(_from_pack(ev, spread[0], index - len(positions), frame, span))
                return (_slot(len(fields) - 1),)
        elif head in names:
            at, operand = names[head]
            fixed = used.get(head, 0) > 1
            item = () if fixed else (Item(items, at),)
        elif merged:
            fields.append(_merged(ev, merged, head, rest, frame, span))
            return (_slot(len(fields) - 1),)
        if operand is None:
            fields.append((Known(Template((Hole("", span, fixed=True),))),))
        elif rest:
            fields.append(_inner(ev, operand, rest, frame, span, item, fixed))
        else:
            value = placed(ev, operand, frame, span, item, fixed=fixed)
            odd = match["conversion"] not in (None, "!s") or match["spec"] not in (None, "", "s", "d")
            fields.append(tuple(_hidden(k) for k in value) if odd else value)
        return (_slot(len(fields) - 1),)

    return _filled(literals.fill(known.template, literals.FIELD, put), fields, known)


def _uses(template: Template) -> dict[str, int]:
    out: dict[str, int] = {}
    for piece in template.pieces:
        if isinstance(piece, Text):
            for match in literals.FIELD.finditer(piece.value):
                if match["name"]:
                    head = re.split(r"[.\[]", match["name"], maxsplit=1)[0]
                    out[head] = out.get(head, 0) + 1
    return out


def _inner(
    ev: Evaluator, operand: Node, rest: str, frame: Frame, span: Span | None, item: tuple[Item, ...], fixed: bool
) -> tuple[Known, ...]:
    """`{self.token}` with `self=self`."""
    from v2migrate.languages.python import members

    values: tuple[Value, ...] = ev.values(operand, frame)
    if re.fullmatch(r"(\.\w+)+", rest):
        for name in rest[1:].split("."):
            values = tuple(m for v in values for m in members.member(ev, v, name, operand, frame))
    hole = ev.unknown(operand, frame).hole
    assert hole is not None
    quoted = re.sub(r"\[([A-Za-z_]\w*)\]", r'["\1"]', rest)
    spelled = replace(hole, expr=hole.expr + quoted, span=span, items=item, fixed=fixed)
    return unique(v if isinstance(v, Known) and v.hole is None else Known(Template((spelled,))) for v in values)


def _merged(
    ev: Evaluator, merged: list[Node], head: str, rest: str, frame: Frame, span: Span | None
) -> tuple[Known, ...]:
    inner = tree.named(merged[0])
    if not inner or rest:
        return (Known(Template((Hole("", span, fixed=True),))),)
    return _mapped(ev, list(ev.values(inner[0], frame)), head, inner[0], frame, span)


def _mapped(
    ev: Evaluator, mapping: list[Value], key: str, node: Node, frame: Frame, span: Span | None
) -> tuple[Known, ...]:
    """The value that a mapping (a dict display, `locals()`, `self.__dict__`, a `**kwargs`) has for `key`."""
    from v2migrate.languages.python import subscripts

    text = frame.module.text(node).replace(" ", "")
    if text in ("locals()", "vars()", "globals()"):
        return subscripts.by_name(ev, key, node, frame, span)
    if text.endswith(".__dict__") or (text.startswith("vars(") and text.endswith(")")):
        who = text[:-9] if text.endswith(".__dict__") else text[5:-1]
        return subscripts.by_attribute(ev, who, key, node, frame, span)
    for value in mapping:
        if isinstance(value, Display) and value.node.type == "dictionary":
            found = entry(value, key)
            if found is not None:
                pair = tree.field(found, "value")
                items = tree.item_list(value.frame.module.source.path, value.node)
                at = [n.id for n in tree.named(value.node)].index(found.id)
                here = value.node.id == tree.bare(node).id
                if pair is not None:
                    return placed(ev, pair, value.frame, span, (Item(items, at),) if here else (), fixed=not here)
        if isinstance(value, Pack) and value.given.named is not None and key in value.given.named:
            given = value.given.named[key]
            if given.node is not None:
                return tuple(fill_in(k, span, (), True) for k in ev.texts(given.node, given.frame))
    hole = ev.unknown(node, frame).hole
    assert hole is not None
    return (Known(Template((replace(hole, expr=f'{hole.expr}["{key}"]', span=span),))),)


def entry(value: Display, key: str) -> Node | None:
    """The `pair` of a dict display whose key is the literal `key` (the last one wins)."""
    out = None
    for pair in tree.named(value.node):
        name = tree.field(pair, "key") if pair.type == "pair" else None
        if name is not None and literals.constant(value.frame.module, name) == key:
            out = pair
    return out


def _from_pack(ev: Evaluator, spread: Node, index: int, frame: Frame, span: Span | None) -> tuple[Known, ...]:
    inner = tree.named(spread)
    for value in ev.values(inner[0], frame) if inner else ():
        if isinstance(value, Pack) and value.given.several is not None and index < len(value.given.several):
            one = value.given.several[index]
            if one.node is not None:
                return tuple(fill_in(k, span, (), True) for k in ev.texts(one.node, one.frame))
        if isinstance(value, Display) and value.node.type in ("list", "tuple"):
            items = tree.named(value.node)
            if index < len(items):
                return placed(ev, items[index], value.frame, span, fixed=True)
    return (Known(Template((Hole("", span, fixed=True),))),)


def _slot(index: int) -> Hole:
    return Hole(f"\x00{index}")


def _filled(template: Template, fields: list[tuple[Known, ...]], known: Known) -> tuple[Known, ...]:
    parts: list[tuple[Known, ...]] = []
    for piece in template.pieces:
        if isinstance(piece, Hole) and piece.expr.startswith("\x00"):
            parts.append(fields[int(piece.expr[1:])])
        else:
            parts.append((Known(Template((piece,)), known.defaults),))
    return concat(parts)

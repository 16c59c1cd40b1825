"""Strings put together: `+`, `%`, `.format`, `join`, `urljoin`, quoting and stripping, each piece still tied to its bytes."""

from __future__ import annotations

import re

from v2migrate.languages.python import strings as literals
from v2migrate.languages.python import tree
from v2migrate.languages.python.alternatives import concat
from v2migrate.languages.python.values import Display, Frame, Known, Value
from v2migrate.records import replace
from v2migrate.source import Item, ItemList, Span
from v2migrate.template import Hole, Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_MAX_TERMS = 5000


def placed(
    ev: Evaluator, node: Node, frame: Frame, span: Span | None, items: tuple[Item, ...] = (), *, fixed: bool = False
) -> tuple[Known, ...]:
    """The value of `node` where it fills a placeholder: a hole gets the placeholder's bytes, text keeps its own."""
    via = _reader(ev, node, frame)
    via = replace(via, span=span, items=items, fixed=fixed) if via is not None else None
    return tuple(_read_by(fill_in(k, span, items, fixed), via) for k in ev.texts(node, frame))


def _reader(ev: Evaluator, node: Node, frame: Frame) -> Hole | None:
    """The hole that a name or an attribute would be, were its value not known."""
    node = tree.bare(node)
    return ev.unknown(node, frame).hole if node.type in ("identifier", "attribute", "subscript") else None


def _read_by(known: Known, via: Hole | None) -> Known:
    """A value that is read by a name: its pieces with the place that reads it.

    A lone hole is that place itself, unless it is spelled as an argument; the text of an argument is its caller's.
    """
    pieces = known.template.pieces
    if via is None or (known.hole is not None) is not known.brought:
        return known
    return replace(known, template=Template(tuple(replace(p, via=via) if p.via is None else p for p in pieces)))


def fill_in(known: Known, span: Span | None, items: tuple[Item, ...], fixed: bool) -> Known:
    hole = known.hole
    if hole is None:
        return known
    return replace(known, template=Template((replace(hole, span=span, items=items, fixed=fixed),)))


def plus(ev: Evaluator, node: Node, frame: Frame) -> tuple[Value, ...]:
    """`a + b + c`; a sum in which no operand is known text stays one hole."""
    operands = tree.chain(node)
    path = frame.module.source.path
    if len(operands) > _MAX_TERMS:
        ev.exhausted = True
        return (ev.unknown(node, frame),)
    spans = tuple(tree.span_of(path, o) for o in operands)
    items = ItemList(Span(path, spans[0].start, spans[-1].end), spans, "+")
    values = [ev.values(o, frame) for o in operands]
    if any(isinstance(v, Display) for vs in values for v in vs):
        return (ev.unknown(node, frame),)
    parts: list[tuple[Known, ...]] = []
    texty = False
    for i, (operand, value) in enumerate(zip(operands, values, strict=True)):
        alternatives = ev.as_texts(value, operand, frame)
        numeric = tree.bare(operand).type in ("integer", "float")
        texty = texty or (not numeric and any(k.hole is None or k.hole.param for k in alternatives))
        item = (Item(items, i),) if i else ()  # the first stays, so that a chain never becomes nothing
        bare = literals.is_string(tree.bare(operand))
        via = _reader(ev, operand, frame)
        via = replace(via, items=item) if via is not None else None
        parts.append(tuple(_read_by(_operand(k, item, bare), via) for k in alternatives))
    return concat(parts) if texty else (ev.unknown(node, frame),)


def _operand(known: Known, item: tuple[Item, ...], literal: bool) -> Known:
    if known.hole is not None:
        return replace(known, template=Template((replace(known.hole, span=None, items=item),)))
    pieces = known.template.pieces
    if literal and len(pieces) == 1 and isinstance(pieces[0], Text):
        return replace(known, template=Template((replace(pieces[0], items=item),)))
    return known


def slash(ev: Evaluator, node: Node, frame: Frame) -> tuple[Value, ...]:
    """`URL / "path"` of yarl, furl and pathlib; anything else is a number."""
    left, right = tree.field(node, "left"), tree.field(node, "right")
    if left is None or right is None:
        return (ev.unknown(node, frame),)
    before, behind = ev.texts(left, frame), ev.texts(right, frame)
    if not any("/" in k.template.flat for k in before):
        return (ev.unknown(node, frame),)
    return concat([before, (_made("/"),), behind])


def join(ev: Evaluator, separator: Known, node: Node, frame: Frame) -> tuple[Known, ...] | None:
    """`separator.join(node)` for a list or tuple written out; None where the elements are not seen."""
    for value in ev.values(node, frame):
        if not isinstance(value, Display) or value.node.type not in ("list", "tuple"):
            continue
        elements = tree.named(value.node)
        if any(e.type == "list_splat" for e in elements):
            return None
        items = tree.item_list(value.frame.module.source.path, value.node)
        between = "".join(p.value for p in separator.template.pieces if isinstance(p, Text))
        parts: list[tuple[Known, ...]] = []
        for i, element in enumerate(elements):
            item = (Item(items, i),)
            if i and between:
                # The separator goes with the element behind it.
                parts.append((Known(Template((Text(between, None, False, item),))),))
            literal = literals.is_string(tree.bare(element))
            for_all = ev.texts(element, value.frame)
            parts.append(tuple(_element(_operand(k, item, literal), bool(between)) for k in for_all))
        return concat(parts)
    return None


def _element(known: Known, parted: bool) -> Known:
    """An element of a join; a hole among separators is fixed for all but those that know about these (`write_url`)."""
    hole = known.hole
    return known if hole is None or not parted else replace(known, template=Template((replace(hole, fixed=True),)))


def paths(ev: Evaluator, parts: list[tuple[Known, ...]]) -> tuple[Known, ...]:
    """`posixpath.join` of the parts."""
    out: list[tuple[Known, ...]] = []
    for i, part in enumerate(parts):
        if i and not all(k.template.flat.endswith("/") for k in parts[i - 1]):
            out.append((_made("/"),))
        out.append(part)
    return concat(out)


def url_join(base: Known, rel: Known) -> Known | None:
    """`urllib.parse.urljoin` of two templates; None where holes hide the outcome."""
    root, path = base.template.flat, rel.template.flat
    if re.match(r"https?://", path):
        return rel
    found = re.match(r"(https?://[^/]+|[\ue000-\uf8ff])", root)
    if path.startswith("/") and not path.startswith("//"):
        if found is None:
            return None
        return Known(base.template.slice(0, found.end()) + rel.template, base.defaults | rel.defaults)
    if ".." in path.split("/") or "?" in root or path.startswith(("?", "#", "//")):
        return None
    cut = root.rfind("/") + 1
    if cut <= (found.end() if found else 0) and not root.endswith("/"):
        cut = len(root)
        glue = Template((Text("/", None),))
        return Known(base.template + glue + rel.template, base.defaults | rel.defaults)
    return Known(base.template.slice(0, cut) + rel.template, base.defaults | rel.defaults)


def quoted(ev: Evaluator, call: Node, argument: Node, frame: Frame, safe: str, plus_blank: bool) -> tuple[Known, ...]:
    """`quote(x)`: a hole that knows its value before the quoting; text that quoting leaves alone stays tied to its bytes."""
    import urllib.parse

    run = urllib.parse.quote_plus if plus_blank else urllib.parse.quote
    source = frame.module.text(argument)
    out: list[Known] = []
    for known in ev.texts(argument, frame):
        hole = ev.unknown(call, frame).hole
        assert hole is not None
        if known.template.constant:
            plain = known.template.flat
            same = run(plain, safe=safe) == plain
            out.append(known if same else _made(run(plain, safe=safe)))
        elif known.hole is not None:
            inner = known.hole
            spelled = f"{frame.module.text(tree.field(call, 'function') or call)}({inner.expr})"
            expr = spelled if known.brought else hole.expr
            out.append(
                Known(
                    Template(
                        (Hole(expr, None, inner.expr or source, inner.scope or hole.scope, (), False, inner.param),)
                    )
                )
            )
        else:
            out.append(Known(Template((replace(hole, decoded=source),))))
    return tuple(out)


def changed(known: Known, name: str, words: list[str]) -> Known | None:
    """`.strip(x)`, `.replace(a, b)`, `.lower()`, … of a template; None where that depends on a hole."""
    flat = known.template.flat
    if name in ("encode", "decode", "expandtabs", "format_map"):
        return known
    if name in ("strip", "lstrip", "rstrip", "removesuffix", "removeprefix"):
        chars = words[0] if words else None
        end, start = len(flat), 0
        if name in ("strip", "rstrip"):
            end = len(flat.rstrip(chars))
        if name in ("strip", "lstrip"):
            start = len(flat) - len(flat.lstrip(chars))
        if chars and name == "removesuffix" and flat.endswith(chars):
            end -= len(chars)
        if chars and name == "removeprefix" and flat.startswith(chars):
            start = len(chars)
        return replace(known, template=known.template.slice(start, max(start, end)))
    if name == "replace" and len(words) >= 2:
        return _mapped_text(known, lambda s: s.replace(words[0], words[1]))
    if name in ("lower", "upper", "title", "capitalize", "casefold"):
        return _mapped_text(known, lambda s: str(getattr(s, name)()))
    return None


def _mapped_text(known: Known, change: object) -> Known:
    assert callable(change)
    pieces: list[Piece] = []
    for piece in known.template.pieces:
        if isinstance(piece, Text):
            value = change(piece.value)
            pieces.append(piece if value == piece.value else Text(value, None))
        else:
            pieces.append(piece)
    return replace(known, template=Template(tuple(pieces)))


def _made(value: str) -> Known:
    return Known(Template((Text(value, None),)))

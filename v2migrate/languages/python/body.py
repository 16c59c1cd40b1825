"""What a call carries besides its URL: dicts and lists written out or in a variable, as bodies, query and headers.

Follows a variable to the one place that made it. What other code may have put into it is not known: then it is `open`.
"""

from __future__ import annotations

import re

from v2migrate.languages.python import circle, tree
from v2migrate.languages.python import strings as literals
from v2migrate.languages.python.alternatives import place
from v2migrate.languages.python.tracing import DUMPS, MAX_DEPTH, Place, called_name, trace, variable
from v2migrate.languages.python.values import Frame, Given, Pack
from v2migrate.records import replace
from v2migrate.request import Array, Body, Entry, Header, Object, Param, Scalar, Value, nest
from v2migrate.source import Item, ItemList, Span
from v2migrate.template import Hole, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def value_of(ev: Evaluator, node: Node, frame: Frame, own: bool = True, depth: int = 0) -> Value:
    """The JSON value that an expression spells."""
    node = tree.bare(node)
    if depth < MAX_DEPTH:
        if node.type == "dictionary":
            return object_of(ev, Place(node, frame, own), depth)
        if node.type in ("list", "tuple") and not any(c.type == "list_splat" for c in node.named_children):
            items = tuple(value_of(ev, c, frame, own, depth + 1) for c in tree.named(node))
            return Array(items, frame.module.text(node), frame.module.span(node))
        if node.type == "identifier":
            found = variable(ev, node, frame)
            if found is not None and found.node.type in ("dictionary", "list"):
                inner = value_of(ev, found.node, found.frame, found.own and own, depth + 1)
                if isinstance(inner, Object):
                    return replace(inner, open=inner.open or found.changed)
                if isinstance(inner, Array) and not found.changed:
                    return inner
    return scalar(ev, node, frame)


def scalar(ev: Evaluator, node: Node, frame: Frame) -> Scalar:
    """A value that is no container: text, number, true, null, or an expression."""
    module = frame.module
    source, span = module.text(node), module.span(node)
    scope = place(module, node)
    kind, template = "expr", None
    if node.type in ("integer", "float") or (node.type == "unary_operator" and source[1:].strip().isdigit()):
        kind = "number"
    elif node.type in ("true", "false"):
        kind = "bool"
    elif node.type == "none":
        kind = "null"
    else:
        found = ev.texts(node, frame)
        if len(found) == 1 and found[0].hole is None:
            numeric = len(found[0].template.pieces) == 1 and found[0].template.spans == () and node.type == "identifier"
            kind, template = ("expr", None) if numeric else ("string", found[0].template)
    return Scalar(kind, source, template, span, scope)


def object_of(ev: Evaluator, at: Place, depth: int = 0) -> Object:
    """A dict display (or `dict(a=1)`) as an object; its list only where nothing else uses the dict."""
    module, path = at.frame.module, at.frame.module.source.path
    node = at.node
    entries: list[Entry] = []
    opened = at.changed
    if node.type == "call":
        holder = tree.field(node, "arguments")
        items = tree.item_list(path, holder) if holder is not None and holder.type == "argument_list" else None
        for i, argument in enumerate(tree.arguments(node)):
            key, value = tree.field(argument, "name"), tree.field(argument, "value")
            if argument.type != "keyword_argument" or key is None or value is None:
                opened = True
                continue
            item = Item(items, i) if items is not None and at.own else None
            key_span = module.span(key) if at.own else None
            entries.append(Entry(module.text(key), value_of(ev, value, at.frame, at.own, depth + 1), key_span, item))
        return Object(tuple(entries), items if at.own else None, module.span(node), opened)
    items = tree.item_list(path, node)
    for i, pair in enumerate(tree.named(node)):
        key, value = tree.field(pair, "key"), tree.field(pair, "value")
        name = _key(ev, key, at.frame) if key is not None else None
        if pair.type != "pair" or key is None or value is None or name is None:
            opened = True
            continue
        key_span = literals.plain_span(module, key) if at.own else None
        inner = value_of(ev, value, at.frame, at.own, depth + 1)
        entries.append(Entry(name, inner, key_span, Item(items, i) if at.own else None))
    return Object(tuple(entries), items if at.own else None, module.span(node), opened)


def _key(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    found = ev.texts(node, frame)
    return found[0].template.flat if len(found) == 1 and found[0].template.constant else None


def _pairs(ev: Evaluator, at: Place) -> list[tuple[str, Node, int]] | None:
    """The (name, value, index) of a list of pairs."""
    out: list[tuple[str, Node, int]] = []
    for i, element in enumerate(tree.named(at.node)):
        parts = tree.named(element) if element.type == "tuple" else []
        name = _key(ev, parts[0], at.frame) if len(parts) == 2 else None
        if name is None:
            return None
        out.append((name, parts[1], i))
    return out


def params_of(ev: Evaluator, given: Given | None) -> tuple[tuple[Param, ...], bool]:
    """The query parameters given apart, and whether there may be more that were not seen."""
    if given is None:
        return (), False
    if given.node is None:
        return (), True
    at = trace(ev, given)
    if at is None:
        return (), True
    if at.node.type == "none":
        return (), at.changed
    if at.node.type in ("list", "tuple"):
        pairs = _pairs(ev, at)
        items = tree.item_list(at.frame.module.source.path, at.node)
        if pairs is None:
            return (), True
        return tuple(
            Param(n, _template(ev, v, at.frame), Item(items, i) if at.own else None) for n, v, i in pairs
        ), at.changed
    if at.node.type == "dictionary" or _is_dict(at):
        shape = object_of(ev, at)
        return tuple(Param(e.key, _param(ev, e), e.item) for e in shape.entries), shape.open
    if literals.is_string(at.node):
        return (), True
    return (), True


def _param(ev: Evaluator, entry: Entry) -> Template:
    """The value of a parameter; a token by the name of the constant that holds it."""
    value = entry.value
    if isinstance(value, Scalar) and entry.key.lower() == circle.TOKEN and not re.match(r"[rbuf]*[\"']", value.source, re.I):
        return Template((Hole(value.source, None, "", value.scope),))
    return _as_template(ev, value)


def _is_dict(at: Place) -> bool:
    return at.node.type == "call" and called_name(at.node, at.frame) == "dict"


def _template(ev: Evaluator, node: Node, frame: Frame) -> Template:
    return _as_template(ev, value_of(ev, node, frame))


def _as_template(ev: Evaluator, value: Value) -> Template:
    if isinstance(value, Scalar):
        if value.template is not None:
            return value.template
        if value.kind in ("number", "bool", "null"):
            return Template((Text(value.source, None),))
        return Template((Hole(value.source, None, "", value.scope),))
    return Template((Hole(value.source if isinstance(value, Array) else ""),))


def headers_of(ev: Evaluator, given: Given | None) -> tuple[tuple[Header, ...], ItemList | None, bool]:
    """The headers, the list they can be added to, and whether there may be more that were not seen."""
    if given is None:
        return (), None, False
    at = trace(ev, given)
    if at is None:
        return (), None, True
    if at.node.type == "none":
        return (), None, at.changed
    if at.node.type != "dictionary" and not _is_dict(at):
        return (), None, True
    shape = object_of(ev, at)
    out = [
        Header(e.key, _as_template(ev, e.value), e.item.span if e.item is not None else shape.span)
        for e in shape.entries
    ]
    return (*out, *_added(ev, given)), shape.list, shape.open


def _added(ev: Evaluator, given: Given) -> list[Header]:
    """The headers of `headers["X"] = …` statements on the variable."""
    if given.node is None or given.node.type != "identifier":
        return []
    module, name = given.frame.module, given.frame.module.text(given.node)
    owner = module.scope_of(given.node).owner(name)
    out: list[Header] = []
    for read in owner.reads(name) if owner is not None else ():
        around = module.parent(read)
        outer = module.parent(around) if around is not None else None
        if around is None or outer is None or around.type != "subscript" or outer.type != "assignment":
            continue
        keys, value = around.children_by_field_name("subscript"), tree.field(outer, "right")
        key = _key(ev, keys[0], given.frame) if len(keys) == 1 else None
        if key is not None and value is not None:
            out.append(Header(key, _template(ev, value, given.frame), module.span(outer)))
    return out


def body_of(ev: Evaluator, role: str, given: Given, span: Span | None) -> Body | None:
    """The body that the argument `role` (json, data, fields, content, files) of a call gives."""
    if given.node is None:
        return Body("unknown", None, span)
    if role == "files":
        return Body("multipart", None, span)
    at = trace(ev, given)
    if at is None:
        return Body("unknown", None, span)
    if at.node.type == "none":
        return None if not at.changed else Body("unknown", scalar(ev, given.node, given.frame), span)
    if role == "json":
        value = (
            object_of(ev, at)
            if at.node.type == "dictionary" or _is_dict(at)
            else value_of(ev, at.node, at.frame, at.own)
        )
        return Body("json", value, span, True)
    return _data(ev, at, given, span)


def _data(ev: Evaluator, at: Place, given: Given, span: Span | None) -> Body:
    """`data=`: text made by json.dumps or urlencode, a dict of form fields, or something that is not known."""
    assert given.node is not None
    node, frame = at.node, at.frame
    for _ in range(MAX_DEPTH):
        name = called_name(node, frame) if node.type == "call" else ""
        if name in ("encode", "bytes", "str", "BytesIO", "StringIO"):
            receiver = tree.field(tree.field(node, "function") or node, "object")
            inner = receiver if name == "encode" else next(iter(tree.positional(node)), None)
            if inner is None:
                break
            traced = trace(ev, Given(inner, frame))
            if traced is None:
                break
            node, frame, at = (
                traced.node,
                traced.frame,
                replace(traced, own=traced.own and at.own, changed=traced.changed or at.changed),
            )
            continue
        if name in DUMPS or name == "urlencode":
            positional = tree.positional(node)
            if not positional:
                break
            traced = trace(ev, Given(positional[0], frame))
            if traced is None:
                break
            traced = replace(traced, own=traced.own and at.own, changed=traced.changed or at.changed)
            shape = _container(ev, traced)
            if name == "urlencode":
                return (
                    Body("form", Object(nest(list(shape.entries)), shape.list, shape.span, shape.open), span)
                    if isinstance(shape, Object)
                    else Body("form", shape, span)
                )
            return Body("json", shape, span)
        break
    if node.type == "dictionary" or _is_dict(at):
        shape = object_of(ev, at)
        return Body("form", replace(shape, entries=nest(list(shape.entries))), span)
    if node.type in ("list", "tuple"):
        pairs = _pairs(ev, at)
        if pairs is not None:
            items = tree.item_list(frame.module.source.path, node)
            entries = [Entry(n, value_of(ev, v, frame), None, Item(items, i) if at.own else None) for n, v, i in pairs]
            return Body("form", Object(nest(entries), None, frame.module.span(node), at.changed), span)
    text = ev.texts(given.node, given.frame)
    if len(text) == 1 and text[0].hole is None and text[0].template.constant:
        return Body(
            "json" if text[0].template.flat.lstrip().startswith(("{", "[")) else "unknown",
            scalar(ev, given.node, given.frame),
            span,
        )
    return Body("unknown", scalar(ev, given.node, given.frame), span)


def _container(ev: Evaluator, at: Place) -> Value:
    if at.node.type == "dictionary" or _is_dict(at):
        return object_of(ev, at)
    for value in ev.values(at.node, at.frame):
        if isinstance(value, Pack) and value.given.named is not None:
            return _named(ev, value)
    value_found = value_of(ev, at.node, at.frame, at.own)
    return value_found


def _named(ev: Evaluator, pack: Pack) -> Object:
    """A `**kwargs` that a call site filled: `json.dumps(kwargs)`."""
    entries: list[Entry] = []
    for name, given in (pack.given.named or {}).items():
        if given.node is not None:
            entries.append(Entry(name, value_of(ev, given.node, given.frame, False)))
    return Object(tuple(entries), None, None, pack.given.open)

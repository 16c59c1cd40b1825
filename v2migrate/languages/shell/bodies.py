"""What a call sends: the words of its `-d`, `--json`, `-F` options as a Body, followed into variables and here-documents."""

from __future__ import annotations

import re
from collections.abc import Callable

from v2migrate.languages.shell import json_text
from v2migrate.languages.shell.argv import constant, lone_hole
from v2migrate.languages.shell.body_text import Content, content_of
from v2migrate.languages.shell.clients import Call, fields_of, item_parts
from v2migrate.languages.shell.clients import Value as Given
from v2migrate.languages.shell.reaching import Where
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Values
from v2migrate.records import dataclass, replace
from v2migrate.regex import regex
from v2migrate.request import Body, Entry, Object, Param, Scalar, Value, nest
from v2migrate.source import Item, ItemList, Span
from v2migrate.template import Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_FORM = regex(r"[{}\[\]:,\"\\]")
_DATA = ("data", "raw", "urlencode", "json", "post")


@dataclass(frozen=True, slots=True)
class Sent:
    """The outcome: body, query parameters of `-G`, gaps, and the style of a body that may be edited in place."""

    body: Body | None
    params: tuple[Param, ...] = ()
    gaps: tuple[str, ...] = ()
    style: str = ""
    spans: tuple[Span, ...] = ()
    content: Content | None = None


def sent(values: Values, call: Call, items: ItemList, numbers: Callable[[Given], int | None], typed: bool, unit: Unit,
         command: Node, where: Where, read: Callable[[Span], str]) -> Sent:
    """What `call` sends. `items` are the command's words, `numbers` gives a value's place among them."""

    def item(value: Given) -> Item | None:
        number = numbers(value)
        return Item(items, number) if number is not None else None

    data = call.all(*_DATA)
    typed = typed or bool(call.all("json"))
    gaps: list[str] = []
    spans = tuple(i.span for _, v in call.all(*_DATA, "form", "file", "upload", "item-string", "item-json", "item-file")
                  if (i := item(v)) is not None)
    whole = Span(spans[0].path, min(s.start for s in spans), max(s.end for s in spans)) if spans else None
    params = [Param(key, value, item(v)) for name, v in call.all("item-query", "query")
              for key, value in _pair(values, name, v)]
    if call.client == "httpie":
        return Sent(_httpie(values, call, item, whole, typed), tuple(params), (), "", spans)
    if "get" in call.flags:
        for _, value in data:
            found = fields_of(value.get(values))
            place = item(value) if len(found) == 1 else None
            params += [Param(name, v, place) for key, v in found if (name := constant(key)) is not None]
        return Sent(None, tuple(params))
    if call.all("form"):
        return Sent(_multipart(values, call, item, whole), tuple(params), (), "", spans)
    if call.all("file", "upload"):
        return Sent(Body("unknown", None, whole, typed), tuple(params), ("the body comes from a file",), "", spans)
    if not data:
        return Sent(None, tuple(params))
    if len(data) == 1 or any(kind == "json" for kind, _ in data):
        kind, value = data[0]
        content = content_of(values, kind, value, unit, command, where)
        if content is None:
            return Sent(Body("unknown", None, whole, typed), tuple(params), ("the body is not written here",), "", spans)
        body, style, why = _single(content, kind, item(value), whole, typed, read)
        gaps += why
        return Sent(body, tuple(params), tuple(gaps), style, spans, content)
    fields: list[Entry] = []
    opened = False
    for kind, value in data:
        text = value.get(values)
        if (text.flat.startswith("@") and kind in ("data", "urlencode")) or text.flat.lstrip().startswith("{"):
            return Sent(Body("unknown", None, whole, typed), tuple(params), ("the body is put together",), "", spans)
        more, whole_word = _fields(text, item(value), raw=kind == "urlencode")
        fields += more
        opened = opened or not whole_word
    return Sent(Body("form", Object(nest(fields), None, whole, opened), whole, typed), tuple(params), (), "", spans)


def _pair(values: Values, name: str, value: Given) -> list[tuple[str, Template]]:
    text = value.get(values)
    if name == "item-query":
        return [item_parts(text)]
    return [(k, v) for key, v in fields_of(text) if (k := constant(key)) is not None]


def _single(content: Content, kind: str, item: Item | None, whole: Span | None, typed: bool,
            read: Callable[[Span], str]) -> tuple[Body | None, str, list[str]]:
    if content.built is not None:
        return Body("json", content.built.value, whole, typed), content.style, []
    flat = content.text.flat
    if not flat.strip():
        return (Body("form", Object(()), whole, typed) if whole else None), "", []
    if flat.lstrip()[0] in "{[" or typed or kind == "json":
        try:
            value = json_text.parse(content.text, read, editable=bool(content.style))
        except json_text.NotJson:
            shown = lone_hole(content.text)
            source = Scalar("expr", shown.expr) if shown is not None else None
            return Body("unknown", source, whole, typed), "", ["the body is not seen"]
        if isinstance(value, Scalar) and value.kind == "expr":
            return Body("unknown", value, whole, typed), "", ["the body is not seen"]
        if content.style == "mixed":
            if _bare(value):
                # A value outside of JSON's quotes: where it ends, the shell's quotes change.
                value = json_text.parse(content.text, read, editable=False)
                return Body("json", value, whole, typed), "", []
            return Body("json", value, whole, typed), "single", []
        return Body("json", value, whole, typed), content.style, []
    if lone_hole(content.text) is not None:
        return Body("unknown", Scalar("expr", content.text.show()), whole, typed), "", ["the body is not seen"]
    fields, closed = _fields(content.text, item, raw=kind == "urlencode")
    return Body("form", Object(nest(fields), None, whole, not closed), whole, typed), "", []


def _bare(value: Value) -> bool:
    """True where a part of the body is nothing but an expansion, without quotes in the JSON."""
    if isinstance(value, Scalar):
        return value.kind == "expr"
    return any(_bare(v) for v in ([e.value for e in value.entries] if isinstance(value, Object) else value.items))


def _fields(text: Template, item: Item | None, *, raw: bool) -> tuple[list[Entry], bool]:
    """Form fields of one option, and whether all of them were seen."""
    found = fields_of(text) if not raw else [_split(text)]
    out, closed = [], True
    for key, value in found:
        name = constant(key)
        if name is None or not name:
            closed = closed and not key.pieces and not value.pieces
            continue
        shown = value if raw else _plain(value)
        if "%" in name:
            import urllib.parse

            name = urllib.parse.unquote(name)
        out.append(Entry(name, _field_value(shown), None, item if len(found) == 1 else None))
    return out, closed


def _field_value(shown: Template) -> Value:
    """A field's value. JSON text in a form field is an object of which it is not known how the server takes it."""
    if shown.flat.lstrip()[:1] == "{":
        try:
            inner = json_text.parse(shown, lambda _: "", editable=False)
        except json_text.NotJson:
            return Object((), None, None, True)
        if isinstance(inner, Object):
            return Object(inner.entries, None, None, True)
    return Scalar("string", shown.show(), shown)


def _split(text: Template) -> tuple[Template, Template]:
    key, equals, _ = text.flat.partition("=")
    return text.slice(0, len(key)), text.slice(len(key) + len(equals), len(text.flat))


def _plain(value: Template) -> Template:
    """A form value without its URL encoding."""
    pieces: list[Piece] = []
    for piece in value.pieces:
        if isinstance(piece, Text) and ("%" in piece.value or "+" in piece.value):
            import urllib.parse

            plain = urllib.parse.unquote_plus(piece.value)
            pieces.append(piece if plain == piece.value else Text(plain))
        elif isinstance(piece, Text):
            pieces.append(piece)
        else:
            pieces.append(replace(piece, expr=piece.decoded or piece.expr, decoded=""))
    return Template(tuple(pieces))


def _multipart(values: Values, call: Call, item: Callable[[Given], Item | None], whole: Span | None) -> Body:
    fields: list[Entry] = []
    for _, value in call.all("form"):
        key, rest = _split(value.get(values))
        name = constant(key)
        if name is None:
            continue
        if rest.flat[:1] in ("@", "<"):
            fields.append(Entry(name, Scalar("expr", rest.show()), None, item(value)))
        else:
            fields.append(Entry(name, Scalar("string", rest.show(), rest), None, item(value)))
    return Body("multipart", Object(nest(fields), None, whole), whole)


def _httpie(values: Values, call: Call, item: Callable[[Given], Item | None], whole: Span | None, typed: bool) -> Body | None:
    fields: list[Entry] = []
    for name, value in call.all("item-string", "item-json"):
        key, rest = item_parts(value.get(values))
        text = constant(rest)
        if name == "item-string":
            scalar = Scalar("string", rest.show(), rest)
        elif text is not None and re.fullmatch(r"-?\d+(\.\d+)?|true|false|null", text):
            scalar = Scalar("null" if text == "null" else "bool" if text in ("true", "false") else "number", text)
        else:
            scalar = Scalar("expr", rest.show(), rest)
        fields.append(Entry(key, scalar, None, item(value)))
    if call.all("item-file", "raw") or "multipart" in call.flags:
        return Body("unknown", None, whole, typed)
    if not fields:
        return None
    if "as-form" in call.flags:
        return Body("form", Object(nest(fields), None, whole), whole)
    return Body("json", Object(nest(fields), None, whole), whole, True)

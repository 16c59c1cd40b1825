"""URI templates (RFC 6570, as `uritemplate` and `gidgethub` expand them) and `string.Template`: their fields as holes."""

from __future__ import annotations

import re

from v2migrate.languages.python import fields, texts, tree
from v2migrate.languages.python import strings as literals
from v2migrate.languages.python.alternatives import concat, unique
from v2migrate.languages.python.values import Display, Frame, Known
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.source import Span
from v2migrate.template import Hole, Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_FIELD = regex(r"\{(?P<op>[/?&+#.;]?)(?P<names>[^{}]+)\}")
_DOLLAR = regex(r"\$(?:(?P<escape>\$)|\{(?P<braced>\w+)\}|(?P<named>[A-Za-z_]\w*))")


def expand(
    ev: Evaluator, templates: tuple[Known, ...], mapping: Node | None, node: Node, frame: Frame
) -> tuple[Known, ...]:
    """`uritemplate.expand(template, mapping)`: `{x}`, `{/x}` and `{?x,y}` become holes with their separators as text."""
    whole = ev.unknown(node, frame).hole
    assert whole is not None
    source = frame.module.text(mapping) if mapping is not None else ""
    out: list[Known] = []
    for known in templates:
        fields: list[tuple[Known, ...]] = []

        def put(match: re.Match[str], span: Span | None, fields: list[tuple[Known, ...]] = fields) -> tuple[Piece, ...]:
            pieces: list[Piece] = []
            sign = match["op"]
            for i, name in enumerate(match["names"].split(",")):
                bare = name.rstrip("*").split(":")[0]
                lead = {"/": "/", "?": "&" if i else "?", "&": "&", "#": "#", ".": ".", ";": ";"}.get(
                    sign, "," if i else ""
                )
                value = f"{bare}=" if sign in ("?", "&", ";") else ""
                if lead + value:
                    pieces.append(Text(lead + value, None if i else span, exact=False))
                expr = f'{source}["{bare}"]' if source else ""
                owned = span if i == 0 and not lead + value else None
                hole = Hole(expr, owned, "", whole.scope, (), owned is None)
                pieces.append(hole)
                fields.append((Known(Template((hole,))),))
            return tuple(pieces)

        filled = literals.fill(known.template, _FIELD, put)
        out.append(Known(filled, known.defaults))
    return unique(out)


def substitute(ev: Evaluator, templates: tuple[Known, ...], node: Node, frame: Frame) -> tuple[Known, ...]:
    """`string.Template(template).substitute(x=…)`."""
    named = {
        frame.module.text(k): v
        for a in tree.arguments(node)
        if a.type == "keyword_argument"
        for k, v in [(tree.field(a, "name"), tree.field(a, "value"))]
        if k is not None and v is not None
    }
    first = tree.positional(node)
    mapping = list(ev.values(first[0], frame)) if first else []
    out: list[Known] = []
    for known in templates:
        parts: list[tuple[Known, ...]] = []

        def put(match: re.Match[str], span: Span | None, parts: list[tuple[Known, ...]] = parts) -> tuple[Piece, ...]:
            if match["escape"]:
                return (Text("$", span, exact=False),)
            name = match["braced"] or match["named"]
            value: tuple[Known, ...] = (Known(Template((Hole("", span, fixed=True),))),)
            if name in named:
                value = texts.placed(ev, named[name], frame, span, fixed=True)
            for display in mapping:
                if isinstance(display, Display) and (pair := fields.entry(display, name)) is not None:
                    inner = tree.field(pair, "value")
                    value = texts.placed(ev, inner, display.frame, span, fixed=True) if inner is not None else value
            parts.append(value)
            return (Hole(f"\x00{len(parts) - 1}"),)

        filled = literals.fill(known.template, _DOLLAR, put)
        pieces: list[tuple[Known, ...]] = []
        for piece in filled.pieces:
            slot = isinstance(piece, Hole) and piece.expr.startswith("\x00")
            pieces.append(
                parts[int(piece.expr[1:])]
                if slot and isinstance(piece, Hole)
                else (Known(Template((piece,)), known.defaults),)
            )
        out += [replace(k, defaults=k.defaults | known.defaults) for k in concat(pieces)]
    return unique(out)

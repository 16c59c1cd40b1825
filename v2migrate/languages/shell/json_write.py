"""Body values as JSON text with holes. Knows no shell quoting."""

from __future__ import annotations

import re

from v2migrate.compiled import json_string
from v2migrate.request import Object, Scalar, Value
from v2migrate.template import Hole, Piece, Template, Text, text


def to_json(value: Value, compact: bool = False) -> Template | None:
    """`value` as JSON text; None where a part of it is only known to the program. `compact`: no blanks."""
    colon, comma = (":", ",") if compact else (": ", ", ")
    if isinstance(value, Scalar):
        return _scalar(value)
    pieces: list[Piece] = [Text("{" if isinstance(value, Object) else "[")]
    rows = [(e.key, e.value) for e in value.entries] if isinstance(value, Object) else [("", v) for v in value.items]
    if isinstance(value, Object) and value.open:
        return None
    for i, (key, item) in enumerate(rows):
        inner = to_json(item, compact)
        if inner is None:
            return None
        if i:
            pieces.append(Text(comma))
        if isinstance(value, Object):
            pieces.append(Text(json_string(key) + colon))
        pieces += inner.pieces
    pieces.append(Text("}" if isinstance(value, Object) else "]"))
    return joined(pieces)


def entry(key: str, value: Value, compact: bool = False) -> Template | None:
    """One member of an object."""
    inner = to_json(value, compact)
    if inner is None:
        return None
    return joined([Text(json_string(key) + (":" if compact else ": ")), *inner.pieces])


def _scalar(value: Scalar) -> Template | None:
    if value.kind == "string":
        template = value.template if value.template is not None else text(value.source)
        pieces: list[Piece] = [Text('"')]
        for piece in template.pieces:
            pieces.append(Text(json_string(piece.value)[1:-1]) if isinstance(piece, Text) else piece)
        return joined([*pieces, Text('"')])
    if value.kind in ("number", "bool", "null"):
        return text(value.source)
    if value.template is not None:
        return value.template
    return Template((Hole(value.source, scope=value.scope),)) if re.fullmatch(r"\$\w+|\$\{\w+\}", value.source) else None


def joined(pieces: list[Piece]) -> Template:
    """A template with neighbouring texts made one; where they stand in the file is of no use any more."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Text) and out and isinstance(last := out[-1], Text):
            out[-1] = Text(last.value + piece.value)
        elif isinstance(piece, Text):
            out.append(Text(piece.value))
        else:
            out.append(piece)
    return Template(tuple(out))

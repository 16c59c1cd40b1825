"""Templates spelled as shell text: quotes, escapes, and holes as the expansions they are. Knows no client."""

from __future__ import annotations

import re

from v2migrate.regex import regex
from v2migrate.template import Template, Text

LOST = "\0"
"""For `Hole.decoded`: the value is encoded for a URL, and what it was before cannot be written."""

_SAFE = regex(r"[A-Za-z0-9_./:=@%+,-]*\Z")
_NAME = regex(r"\$(?P<name>[A-Za-z_]\w*|\d)\Z")


def spell(value: Template, style: str) -> str | None:
    """The text of `value` in a style, quotes included; None where it cannot be written so.

    Styles: `double`, `single` (holes leave the quotes), `bare` (no quotes), `here` (in a here-document), `quoted` (in one
    with a quoted delimiter). `in-double`, `in-single` write what stands inside such quotes.
    """
    if any(not h.expr for h in value.holes) or ("\n" in _plain(value) and style == "bare"):
        return None
    if style == "double":
        inner = spell(value, "in-double")
        return None if inner is None else f'"{inner}"'
    if style == "single":
        inner = spell(value, "in-single")
        return None if inner is None else f"'{inner}'".removesuffix("''")
    if style == "bare":
        if not all(_SAFE.match(p.value) for p in value.pieces if isinstance(p, Text)):
            return None
        if any(re.search(r"[\s\"'`*?\[(]", h.expr) for h in value.holes):
            return None
    if style == "quoted" and not value.constant:
        return None
    out = []
    for i, piece in enumerate(value.pieces):
        if isinstance(piece, Text):
            out.append(_escaped(piece.value, style))
        else:
            expr = _braced(piece.expr, value, i)
            # `{name}` is a field of the Python string that the code stands in: no quote keeps it from being filled.
            out.append(f"'\"{expr}\"'" if style == "in-single" and not expr.startswith("{") else expr)
    return "".join(out)


def _plain(value: Template) -> str:
    return "".join(p.value for p in value.pieces if isinstance(p, Text))


def _escaped(text: str, style: str) -> str:
    if style == "in-double":
        return re.sub(r'([\\"$`])', r"\\\1", text)
    if style == "here":
        return re.sub(r"([\\$`])", r"\\\1", text)
    if style == "in-single":
        return text.replace("'", "'\\''")
    return text


def _braced(expr: str, value: Template, index: int) -> str:
    """`$X` as `${X}` where a letter, a digit or a bracket follows."""
    found = _NAME.match(expr)
    follow = value.pieces[index + 1] if index + 1 < len(value.pieces) else None
    if found and isinstance(follow, Text) and re.match(r"[\w\[]", follow.value):
        return "${%s}" % found["name"]
    return expr

"""String literals as pieces: prefixes, escapes, implicit concatenation, the holes of f-strings, of `%` and of `.format`.

Knows how Python spells a string, not what an expression is worth: f-string expressions come back as nodes.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from v2migrate.languages.python import tree
from v2migrate.languages.python.scopes import Module
from v2migrate.records import dataclass, replace
from v2migrate.regex import regex
from v2migrate.source import Span
from v2migrate.template import Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_SIMPLE = {
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
PERCENT = regex(
    r"%(?:%|(?:\((?P<key>[^()]*)\))?(?P<flags>[#0\- +]*(?:\*|\d+)?(?:\.(?:\*|\d+))?)[hlL]?(?P<type>[diouxXeEfFgGcrsa]))"
)
FIELD = regex(r"\{\{|\}\}|\{(?P<name>[^{}!:]*)(?P<conversion>![rsa])?(?::(?P<spec>[^{}]*))?\}")


@dataclass(frozen=True, slots=True)
class Interpolation:
    """`{…}` in an f-string. `plain`: neither conversion nor format changes the value's text."""

    expression: Node
    span: Span
    plain: bool = True


Part = Text | Interpolation


def is_string(node: Node) -> bool:
    """True for a string literal, implicitly concatenated ones included."""
    return node.type in ("string", "concatenated_string")


def literal(module: Module, node: Node) -> tuple[Part, ...]:
    """The parts of a string literal in order."""
    out: list[Part] = []
    for string in [node] if node.type == "string" else tree.named(node):
        if string.type == "string":
            out += _one(module, string)
    return tuple(out)


def constant(module: Module, node: Node) -> str | None:
    """The text of a literal without holes; None for anything else."""
    if not is_string(node):
        return None
    parts = literal(module, node)
    if not all(isinstance(p, Text) for p in parts):
        return None
    return "".join(p.value for p in parts if isinstance(p, Text))


def plain_span(module: Module, node: Node) -> Span | None:
    """The bytes between the quotes of a literal that stands there as it is (one string, no escape), else None."""
    node = tree.bare(node)
    parts = literal(module, node) if node.type == "string" else ()
    if len(parts) == 1 and isinstance(parts[0], Text) and parts[0].exact:
        return parts[0].span
    return None


def _one(module: Module, node: Node) -> list[Part]:
    if not node.children or node.children[0].type != "string_start" or node.children[-1].type != "string_end":
        return []
    prefix = module.text(node.children[0]).rstrip("\"'").lower()
    raw, formatted, binary = "r" in prefix, "f" in prefix or "t" in prefix, "b" in prefix
    out: list[Part] = []
    at, end = node.children[0].end_byte, node.children[-1].start_byte
    for child in node.children:
        if child.type != "interpolation":
            continue
        out += _text(module, at, child.start_byte, raw, formatted, binary)
        expression = tree.field(child, "expression")
        extra = [c for c in child.named_children if c.type in ("type_conversion", "format_specifier")]
        plain = all(module.text(c) in ("!s", ":", ":s", ":d") for c in extra)
        if expression is not None:
            out.append(Interpolation(expression, module.span(child), plain))
            if any(c.type == "=" for c in child.children):
                out.insert(-1, Text(module.text(expression) + "=", None))
        at = child.end_byte
    return out + _text(module, at, end, raw, formatted, binary)


def _text(module: Module, start: int, end: int, raw: bool, formatted: bool, binary: bool) -> list[Part]:
    """The literal text between two offsets, cut at the region's ranges."""
    out: list[Part] = []
    for a, b in module.ranges:
        a, b = max(a, start), min(b, end)
        if a < b:
            out += _run(module, a, b, raw, formatted, binary)
    return out


_CUT = regex(
    rb"\\(?:\r\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|.)|\{\{|\}\}|\r\n?", re.S
)


def _run(module: Module, start: int, end: int, raw: bool, formatted: bool, binary: bool) -> list[Part]:
    data, path = module.source.data, module.source.path
    out: list[Part] = []
    at = start
    for cut in _CUT.finditer(data, start, end):
        word = cut[0]
        if word in (b"{{", b"}}"):
            if not formatted:
                continue
            value = word[:1].decode()
        elif word[:1] == b"\r":
            value = "\n"
        elif raw:
            continue
        else:
            value = _escape(word.decode("utf-8", "replace"), binary)
        out += _exact(path, data, at, cut.start(), module.encoding)
        out.append(Text(value, Span(path, cut.start(), cut.end()), exact=False))
        at = cut.end()
    return out + _exact(path, data, at, end, module.encoding)


def _exact(path: str, data: bytes, start: int, end: int, encoding: str) -> list[Part]:
    if start >= end:
        return []
    raw = data[start:end]
    if raw.isascii():
        return [Text(raw.decode(), Span(path, start, end))]
    try:
        value = raw.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        value = raw.decode("utf-8", "replace")
    return [Text(value, Span(path, start, end), exact=value.encode("utf-8", "replace") == raw)]


def _escape(word: str, binary: bool) -> str:
    body = word[1:]
    if body in ("\n", "\r\n", "\r"):
        return ""
    if body in _SIMPLE:
        return _SIMPLE[body]
    try:
        if body[0] == "x" and len(body) == 3:
            return chr(int(body[1:], 16))
        if body[0] in "01234567":
            return chr(int(body, 8))
        if not binary and body[0] in "uU" and len(body) in (5, 9):
            return chr(int(body[1:], 16))
        if not binary and body.startswith("N{"):
            import unicodedata

            return unicodedata.lookup(body[2:-1])
    except (ValueError, KeyError):
        return "\ufffd"
    return word


# --- fields in a template: what `%` and `.format` put in ---


def fill(
    template: Template, pattern: re.Pattern[str], put: Callable[[re.Match[str], Span | None], tuple[Piece, ...]]
) -> Template:
    """`template` with each match of `pattern` in its text replaced by the pieces that `put` gives for it.

    `put` gets the match and the span of the field's bytes (None where the text cannot be edited there).
    """
    out: list[Piece] = []
    for piece in template.pieces:
        if not isinstance(piece, Text):
            out.append(piece)
            continue
        at, found = 0, False
        for match in pattern.finditer(piece.value):
            found = True
            if match.start() > at:
                out.append(_part(piece, at, match.start()))
            at = match.end()
            span = _part(piece, match.start(), at).span if piece.exact else None
            out += put(match, span)
        if not found:
            out.append(piece)
        elif at < len(piece.value):
            out.append(_part(piece, at, len(piece.value)))
    return Template(tuple(out))


def _part(piece: Text, start: int, end: int) -> Text:
    cut = Template((replace(piece, items=()),)).slice(start, end).pieces
    first = cut[0]
    assert isinstance(first, Text)
    return first

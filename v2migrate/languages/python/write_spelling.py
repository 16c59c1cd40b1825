"""How Python spells strings, templates and JSON values. Knows neither the call they go into nor any API."""

from __future__ import annotations

import keyword

from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.request import Array, Entry, Object, Scalar, Value
from v2migrate.template import Hole, Template

WIDTH = 100
_ESCAPES = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_CONSTANTS = {"true": "True", "false": "False", "null": "None", "none": "None", "": "None"}
# What a replacement field of an f-string cannot hold in every Python 3, or would read as a format or a conversion.
_UNFIT = regex(r"[\\\n\r#{}]|:=|!=|\blambda\b|\byield\b")


class Unwritable(Exception):
    """The reason why a change cannot be written, in words that complete "not rewritten: …"."""


@dataclass(frozen=True, slots=True)
class Speller:
    """Spells values at one place: `quote` is the quote character there, `scope` what is visible (see `Hole.scope`).

    `place` is the byte where they go, if that is not in the call: a function that starts behind it has no names there.
    """

    quote: str = '"'
    scope: str = ""
    place: int | None = None

    def sees(self, scope: str, what: str) -> None:
        """Raises Unwritable where `what`, which needs the names of `scope`, cannot stand here."""
        start = scope.rpartition("@")[2]
        late = self.place is not None and start.isdigit() and int(start) > self.place
        if late or scope not in ("", self.scope):
            raise Unwritable(f"{what} is not visible where the call is made")

    def literal(self, value: str) -> str:
        """`value` as a string literal."""
        return self.quote + self._escape(value) + self.quote

    def _escape(self, value: str) -> str:
        out = []
        for char in value:
            if char == self.quote:
                out.append("\\" + char)
            elif char in _ESCAPES:
                out.append(_ESCAPES[char])
            elif char.isprintable():
                out.append(char)
            else:
                code = ord(char)
                out.append(f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}")
        return "".join(out)

    def hole(self, hole: Hole) -> str:
        """The expression of a hole; raises Unwritable where it cannot stand here."""
        if not hole.expr:
            raise Unwritable("a value cannot be written again where the call is made")
        self.sees(hole.scope, hole.expr)
        return hole.expr

    def _reads(self, via: Hole) -> bool:
        """Can the value be read here by the name that the URL reads it by?"""
        try:
            self.hole(via)
        except Unwritable:
            return False
        return True

    def template(self, template: Template) -> str:
        """A template as an expression: the name it is read by, a literal, the hole's own expression, or an f-string."""
        read = {p.via for p in template.pieces}
        if len(read) == 1 and (via := read.pop()) is not None and self._reads(via):
            return operand(via.expr)
        if template.constant:
            return self.literal("".join(p.value for p in template.pieces if not isinstance(p, Hole)))
        pieces = [p for p in template.pieces if isinstance(p, Hole) or p.value]
        if len(pieces) == 1 and isinstance(pieces[0], Hole):
            return operand(self.hole(pieces[0]))
        exprs = [self.hole(p) for p in pieces if isinstance(p, Hole)]
        for quote in (self.quote, "'" if self.quote == '"' else '"'):
            if not any(quote in e or _UNFIT.search(e) for e in exprs):
                inner = Speller(quote, self.scope)
                text = [
                    "{%s}" % p.expr
                    if isinstance(p, Hole)
                    else inner._escape(p.value).replace("{", "{{").replace("}", "}}")
                    for p in pieces
                ]
                return "f" + quote + "".join(text) + quote
        shape = "".join("{}" if isinstance(p, Hole) else p.value.replace("{", "{{").replace("}", "}}") for p in pieces)
        return self.literal(shape) + ".format(" + ", ".join(operand(e) for e in exprs) + ")"

    def value(self, value: Value, indent: str, step: str, newline: str, used: int = 0) -> str:
        """A body's value; an object that does not fit into a line (`used` columns are taken) goes on several."""
        if isinstance(value, Scalar):
            return self._scalar(value)
        if isinstance(value, Array):
            if value.source:
                return value.source
            return "[" + ", ".join(self.value(v, indent, step, newline, WIDTH) for v in value.items) + "]"
        if value.open:
            raise Unwritable("a part of the body is not seen")
        pairs = [self.literal(e.key) + ": " for e in value.entries]
        # Spelled on one line first, since most bodies fit.
        flat = [
            p + self.value(e.value, indent, step, newline, -10_000) for p, e in zip(pairs, value.entries, strict=True)
        ]
        line = "{" + ", ".join(flat) + "}"
        if used < 0 or (len(indent.expandtabs(4)) + used + len(line) < WIDTH and "\n" not in line) or not flat:
            return line
        deeper = indent + step
        rows = [
            deeper + p + self.value(e.value, deeper, step, newline, len(p) + 1)
            for p, e in zip(pairs, value.entries, strict=True)
        ]
        return "{" + newline + "".join(row + "," + newline for row in rows) + indent + "}"

    def _scalar(self, value: Scalar) -> str:
        if value.kind in ("bool", "null"):
            known = value.source or (value.template.show() if value.template else "")
            return _CONSTANTS.get(known.lower(), known)
        if value.source:
            self.sees(value.scope, value.source)
            return operand(value.source)
        if value.template is None:
            raise Unwritable("a value of the body cannot be written again")
        if value.kind == "number" and value.template.constant:
            return value.template.show()
        return self.template(value.template)

    def pair(self, bracket: str, key: str, value: str) -> str:
        """An entry for a dict display (`bracket` is `{`) or for a call of `dict` (`(`)."""
        if bracket == "{":
            return f"{self.literal(key)}: {value}"
        if bracket == "(":
            return f"{key}={value}" if is_name(key) else "**{%s: %s}" % (self.literal(key), value)
        raise Unwritable("what holds the value is not a dict display")


def is_name(text: str) -> bool:
    """True for what may be a keyword argument's name."""
    return text.isidentifier() and not keyword.iskeyword(text)


def operand(expr: str) -> str:
    """`expr` as it can stand after a colon or as an argument: with the brackets that it needs there, and no other."""
    bare = expr.strip()
    if bare.startswith("(") and bare.endswith(")") and len(bare) > 2 and chain_end(bare[1:-1]) == len(bare) - 2:
        return bare[1:-1]
    if (":=" in bare or bare.startswith(("yield", "*"))) and not (bare.startswith("(") and bare.endswith(")")):
        return f"({bare})"
    return bare


def primary(expr: str) -> str:
    """`expr` in brackets unless it binds tighter than any operator (a name, an attribute, a call, a subscript)."""
    return expr if chain_end(expr) == len(expr) else f"({expr})"


def chain_end(text: str) -> int:
    """The length of the name, attributes, calls and subscripts that `text` begins with; blanks outside brackets end it."""
    depth, at = 0, 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            if depth == 0:
                return at
            at = _string_end(text, at)
            continue
        if char in "([{":
            if depth == 0 and (char == "{" or at == 0):
                return at
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth < 0:
                return at
        elif depth == 0 and not (char.isalnum() or char in "_."):
            return at
        at += 1
    return at if depth == 0 else 0


def arguments(text: str) -> list[str] | None:
    """The parts of `text` between commas outside brackets and strings; None where brackets do not close or a comment stands."""
    out, depth, at, start = [], 0, 0, 0
    while at < len(text):
        char = text[at]
        if char in "\"'":
            at = _string_end(text, at)
            continue
        if char == "#":
            return None
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return None
        if char == "," and depth == 0:
            out.append(text[start:at])
            start = at + 1
        at += 1
    return None if depth else [*out, text[start:]]


def _string_end(text: str, at: int) -> int:
    """The offset behind the string literal that starts at `at`."""
    quote = text[at] * 3 if text.startswith(text[at] * 3, at) else text[at]
    at += len(quote)
    while at < len(text) and not text.startswith(quote, at):
        at += 2 if text[at] == "\\" else 1
    return at + len(quote)


def find_open(value: Value) -> bool:
    """True where some object in `value` has entries that were not seen."""
    if isinstance(value, Object):
        return value.open or any(find_open(e.value) for e in value.entries)
    return isinstance(value, Array) and not value.source and any(find_open(v) for v in value.items)


def scope_of(entries: tuple[Entry, ...], default: str) -> str:
    """The scope where a dict display stands: that of an expression in it, else `default`."""
    for entry in entries:
        if isinstance(entry.value, Scalar) and entry.value.scope:
            return entry.value.scope
        if isinstance(entry.value, Object):
            inner = scope_of(entry.value.entries, "")
            if inner:
                return inner
    return default

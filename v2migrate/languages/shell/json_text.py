"""JSON text with holes, as a request body's value that knows where each part stands. Knows no shell."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable

from v2migrate.regex import regex
from v2migrate.request import Array, Entry, Object, Scalar, Value
from v2migrate.source import Item, ItemList, Span
from v2migrate.template import Piece, Template, Text

_HOLE = regex("[\ue000-\uf8ff]")
_BLANK = regex(r"[ \t\r\n]*")
_NUMBER = regex(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_ESCAPE = regex(r"\\(?:u[0-9a-fA-F]{4}|.)", re.S)
_MAX_DEPTH = 40


class NotJson(ValueError):
    """The text is no JSON, or a hole stands where its grammar cannot be told."""


def parse(text: Template, read: Callable[[Span], str], *, editable: bool) -> Value:
    """The value that `text` stands for. `read` gives the file's text at a span; `editable`: entries may go or be added.

    Raises NotJson.
    """
    return _Parser(text, read, editable).whole()


class _Parser:
    def __init__(self, text: Template, read: Callable[[Span], str], editable: bool) -> None:
        self.text, self.flat, self.read, self.editable = text, text.flat, read, editable
        self.at = 0

    def whole(self) -> Value:
        self.blank()
        value = self.value(0)
        self.blank()
        if self.at != len(self.flat):
            raise NotJson
        return value

    def blank(self) -> None:
        found = _BLANK.match(self.flat, self.at)
        assert found is not None
        self.at = found.end()

    def span(self, start: int, end: int) -> Span | None:
        """The file's bytes of a stretch of text, where that is one stretch of one file."""
        spans = [p.span for p in self.text.slice(start, end).pieces]
        known = [s for s in spans if s is not None]
        if not known or len(known) < len(spans) or any(s.path != known[0].path for s in known):
            return None
        if any(a.end > b.start for a, b in itertools.pairwise(known)):
            return None
        return Span(known[0].path, known[0].start, known[-1].end)

    def source(self, span: Span | None) -> str:
        return self.read(span) if span is not None else ""

    def value(self, depth: int) -> Value:
        if depth > _MAX_DEPTH:
            raise NotJson
        start, char = self.at, self.flat[self.at : self.at + 1]
        if char == "{":
            return self.object(depth)
        if char == "[":
            return self.array(depth)
        if char == '"':
            template = self.string()
            span = self.span(start, self.at)
            return Scalar("string", self.source(span), template, span)
        if char and _HOLE.match(char):
            self.at += 1
            # `12$X` or `$X$Y` side by side: one value all the same, up to the next mark of the grammar.
            while self.at < len(self.flat) and self.flat[self.at] not in ",]} \t\r\n":
                if self.flat[self.at] in '"{[:':
                    raise NotJson
                self.at += 1
            span = self.span(start, self.at)
            return Scalar("expr", self.source(span), self.text.slice(start, self.at), span)
        for word in ("true", "false", "null"):
            if self.flat.startswith(word, self.at):
                self.at += len(word)
                return Scalar("null" if word == "null" else "bool", word, None, self.span(start, self.at))
        found = _NUMBER.match(self.flat, self.at)
        if found is None:
            raise NotJson
        self.at = found.end()
        return Scalar("number", found[0], None, self.span(start, self.at))

    def string(self) -> Template:
        self.at += 1
        start = self.at
        pieces: list[Piece] = []
        while self.at < len(self.flat):
            char = self.flat[self.at]
            if char == '"':
                pieces += self.text.slice(start, self.at).pieces
                self.at += 1
                return Template(tuple(pieces))
            if char == "\\":
                pieces += self.text.slice(start, self.at).pieces
                found = _ESCAPE.match(self.flat, self.at)
                if found is None or _HOLE.search(found[0]):
                    raise NotJson
                import json

                try:
                    value = json.loads(f'"{found[0]}"')
                except ValueError:
                    raise NotJson from None
                pieces.append(Text(value, self.span(self.at, found.end()), False))
                self.at = start = found.end()
                continue
            self.at += 1
        raise NotJson

    def array(self, depth: int) -> Array:
        begin = self.at
        self.at += 1
        items: list[Value] = []
        self.blank()
        while not self.flat.startswith("]", self.at):
            if items:
                self.comma()
            items.append(self.value(depth + 1))
            self.blank()
        self.at += 1
        span = self.span(begin, self.at)
        return Array(tuple(items), self.source(span), span)

    def comma(self) -> None:
        if not self.flat.startswith(",", self.at):
            raise NotJson
        self.at += 1
        self.blank()

    def object(self, depth: int) -> Object:
        begin = self.at
        self.at += 1
        found: list[tuple[str, Value, Span | None, Span | None]] = []
        self.blank()
        while not self.flat.startswith("}", self.at):
            if found:
                self.comma()
            start = self.at
            if not self.flat.startswith('"', self.at):
                raise NotJson
            key = self.string()
            if not key.constant:
                raise NotJson
            name = key.pieces[0] if len(key.pieces) == 1 else None
            key_span = name.span if isinstance(name, Text) and name.exact else None
            self.blank()
            if not self.flat.startswith(":", self.at):
                raise NotJson
            self.at += 1
            self.blank()
            value = self.value(depth + 1)
            found.append(("".join(p.value for p in key.pieces if isinstance(p, Text)), value, key_span,
                          self.span(start, self.at)))
            self.blank()
        self.at += 1
        span = self.span(begin, self.at)
        spans = [s for _, _, _, s in found if s is not None]
        inner = self._inside(begin, self.at)
        if not self.editable or span is None or inner is None or len(spans) < len(found):
            return Object(tuple(Entry(k, v) for k, v, _, _ in found), None, span)
        items = ItemList(inner, tuple(spans))
        return Object(tuple(Entry(k, v, s, Item(items, i)) for i, (k, v, s, _) in enumerate(found)), items, span)

    def _inside(self, begin: int, end: int) -> Span | None:
        first, last = self.span(begin, begin + 1), self.span(end - 1, end)
        if first is None or last is None or first.path != last.path:
            return None
        return Span(first.path, first.end, last.start)

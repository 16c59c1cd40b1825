"""Reads the text of a jq filter into a tree. Knows nothing of answers, shells or files.

Left out on purpose (`JqError`): `def`, `label`, `import`, destructuring, assignment (`=`, `|=`), `?//`.
"""

from __future__ import annotations

import re
from functools import lru_cache

from v2migrate.languages.shell.jq_syntax import (
    Binary,
    Bind,
    Branch,
    Call,
    Field,
    Fold,
    Group,
    Identity,
    Index,
    Iterate,
    Literal,
    Node,
    Pair,
    Record,
    Slice,
    String,
    Try,
    Variable,
)
from v2migrate.records import dataclass
from v2migrate.regex import regex

_MAX_LENGTH = 20_000
_MAX_DEPTH = 120
_MAX_TREE = 200
_HOLES = "\ue000-\uf76f"  # the private characters that stand for holes in Template.flat


class JqError(Exception):
    """A filter that is no jq, or jq that is not understood."""


_TOKEN = regex(
    rf"""(?P<blank>(?:\s|\#[^\n]*)+)
    |(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    |(?P<field>\.[A-Za-z_]\w*)
    |(?P<var>\$(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)
    |(?P<format>@[A-Za-z0-9_]+)
    |(?P<word>(?:[A-Za-z_]\w*::)*[A-Za-z_]\w*)
    |(?P<hole>[{_HOLES}])
    |(?P<op>\?//=?|//=|\|=|[-+*/%]=|!=|==|//|<=|>=|\.\.|[.\[\](){{}}|,:;=<>+\-*/%?"])""",
    re.VERBOSE | re.ASCII,
)
_LEVELS: tuple[tuple[str, ...], ...] = (
    ("//",), ("or",), ("and",), ("==", "!=", "<", "<=", ">", ">="), ("+", "-"), ("*", "/", "%"),
)  # fmt: skip
_UNKNOWN = {"def", "label", "import", "include", "break", "__loc__"}
_RESERVED = _UNKNOWN | {"then", "elif", "else", "end", "as", "catch", "and", "or"}
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "/": "/", "\\": "\\", '"': '"'}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int
    string: String | None = None


@lru_cache(maxsize=32)  # many calls have the same filter; a tree knows its text's places, and never changes
def parse(text: str) -> Node:
    """The tree of a whole filter. Raises JqError."""
    if len(text) > _MAX_LENGTH:
        raise JqError("a filter of this length")
    tokens, at = _tokens(text, 0, "", 0)
    parser = _Parser(tokens, at)
    if not tokens:
        return Identity(0, 0, True)
    node = parser.pipe(0)
    if parser.at < len(tokens):
        raise JqError(f"unexpected {parser.peek()!r}")
    _check_depth(node)
    return node


def _check_depth(node: Node) -> None:
    """Long chains are deep trees, which the evaluation could not walk."""
    todo: list[tuple[object, int]] = [(node, 0)]
    while todo:
        item, depth = todo.pop()
        if depth > _MAX_TREE:
            raise JqError("deep nesting")
        if isinstance(item, tuple):
            todo += [(inner, depth) for inner in item]
        else:  # what has no fields is text, a number or nothing
            todo += [(getattr(item, name), depth + 1) for name in getattr(item, "__slots__", ())]


def _tokens(text: str, at: int, until: str, depth: int) -> tuple[list[_Token], int]:
    """Tokens from `at` to the end, or to the `)` that closes an interpolation; strings are parsed here, whole."""
    out: list[_Token] = []
    open_brackets = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise JqError(f"unexpected {text[at]!r}")
        kind, value = str(found.lastgroup), found.group()
        if value == '"' and kind == "op":
            string, end = _string(text, at, depth)
            out.append(_Token("string", "", at, end, string))
            at = end
            continue
        if until and value == "(":
            open_brackets += 1
        elif until and value == ")":
            if open_brackets == 0:
                return out, at
            open_brackets -= 1
        if kind != "blank":
            out.append(_Token(kind, value, at, found.end()))
        at = found.end()
    if until:
        raise JqError("a string that does not end")
    return out, at


def _string(text: str, start: int, depth: int) -> tuple[String, int]:
    if depth > 8:
        raise JqError("deep nesting")
    parts: list[str | Node | None] = []
    run: list[str] = []
    escaped = False
    at = start + 1
    while at < len(text):
        char = text[at]
        if char == '"':
            return String(start, at + 1, (*parts, "".join(run)) if run or not parts else tuple(parts), escaped), at + 1
        if char == "\\":
            escaped = True
            follow = text[at + 1 : at + 2]
            if follow == "(":
                if run:
                    parts.append("".join(run))
                    run = []
                tokens, end = _tokens(text, at + 2, ")", depth + 1)
                parser = _Parser(tokens, end)
                parts.append(parser.pipe(0))
                if parser.at < len(tokens):
                    raise JqError("an interpolation that does not end")
                at = end + 1
            elif follow in _ESCAPES:
                run.append(_ESCAPES[follow])
                at += 2
            elif follow == "u" and re.match(r"[0-9a-fA-F]{4}", text[at + 2 : at + 6]):
                run.append(chr(int(text[at + 2 : at + 6], 16)))
                at += 6
            else:
                raise JqError("an unknown escape in a string")
        elif "\ue000" <= char <= "\uf76f":
            if run:
                parts.append("".join(run))
                run = []
            parts.append(None)
            at += 1
        else:
            run.append(char)
            at += 1
    raise JqError("a string that does not end")


class _Parser:
    """Precedence climbing over tokens. `end` is the offset behind the last one."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens, self.at, self.end = tokens, 0, end

    def peek(self) -> str:
        """The text of the next operator or word; a string, name or hole gives its kind in angle brackets."""
        if self.at >= len(self.tokens):
            return ""
        token = self.tokens[self.at]
        return token.text if token.kind in ("op", "word") else f"<{token.kind}>"

    def take(self, expected: str = "") -> _Token:
        if self.at >= len(self.tokens) or (expected and self.peek() != expected):
            raise JqError(f"{expected or 'more'} is missing")
        self.at += 1
        return self.tokens[self.at - 1]

    @property
    def last(self) -> int:
        return self.tokens[self.at - 1].end

    def pipe(self, depth: int) -> Node:
        left = self.comma(depth + 1)
        if self.peek() == "|":
            self.take()
            right = self.pipe(depth + 1)
            return Binary(left.start, right.end, "|", left, right)
        return left

    def comma(self, depth: int) -> Node:
        left = self.binary(0, depth + 1)
        while self.peek() == ",":
            self.take()
            right = self.binary(0, depth + 1)
            left = Binary(left.start, right.end, ",", left, right)
        return left

    def binary(self, level: int, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise JqError("deep nesting")
        if level == len(_LEVELS):
            return self.unary(depth + 1)
        left = self.binary(level + 1, depth)
        while self.peek() in _LEVELS[level]:
            op = self.take().text
            # `//` groups to the right, comparisons do not chain, the rest groups to the left.
            right = self.binary(level if op == "//" else level + 1, depth + (op == "//"))
            left = Binary(left.start, right.end, op, left, right)
            if level == 3 and self.peek() in _LEVELS[3]:
                raise JqError("a chain of comparisons")
        return left

    def unary(self, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise JqError("deep nesting")
        word = self.peek()
        if word == "-":
            start = self.take().start
            body = self.unary(depth + 1)
            return Try(start, body.end, body, None, True)
        if word == "try":
            start = self.take().start
            body = self.postfix(depth)
            handler = None
            if self.peek() == "catch":
                self.take()
                handler = self.postfix(depth)
            return Try(start, self.last, body, handler)
        if word in ("reduce", "foreach"):
            start = self.take().start
            source = self.postfix(depth, bind=False)
            self.take("as")
            name = self.take("<var>").text[1:]
            self.take("(")
            steps = [self.pipe(depth + 1)]
            while self.peek() == ";":
                self.take()
                steps.append(self.pipe(depth + 1))
            self.take(")")
            return Fold(start, self.last, source, name, tuple(steps))
        return self.postfix(depth)

    def postfix(self, depth: int, bind: bool = True) -> Node:
        if depth > _MAX_DEPTH:
            raise JqError("deep nesting")
        node = self.term(depth)
        while True:
            word = self.peek()
            if word == "?":
                self.take()
            elif word == "<field>":
                node = self.field(node)
            elif word == "." and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].kind == "string":
                dot = self.take().start
                node = self.named(node, dot, self.take().string)
            elif word == "." and self.at + 1 < len(self.tokens) and self.tokens[self.at + 1].text == "[":
                dot = self.take().start
                node = self.bracket(node, dot, depth)
            elif word == "[":
                node = self.bracket(node, self.tokens[self.at].start, depth)
            elif word == "as" and bind:
                self.take()
                name = self.take("<var>").text[1:]
                self.take("|")
                body = self.pipe(depth + 1)
                return Bind(node.start, body.end, node, name, body)
            else:
                return node

    def field(self, base: Node) -> Node:
        token = self.take()
        return Field(base.start, token.end, base, token.text[1:], token.start + 1, token.end, True, token.start)

    def named(self, base: Node, step: int, string: String | None) -> Node:
        assert string is not None
        if string.value is None:
            return Index(base.start, self.last, base, string)
        return Field(base.start, self.last, base, string.value, string.start + 1, string.end - 1, False, step)

    def bracket(self, base: Node, step: int, depth: int) -> Node:
        self.take("[")
        if self.peek() == "]":
            self.take()
            return Iterate(base.start, self.last, base)
        if self.peek() == ":":
            self.take()
            high = self.pipe(depth + 1)
            self.take("]")
            return Slice(base.start, self.last, base, (high,))
        index = self.pipe(depth + 1)
        if self.peek() == ":":
            self.take()
            bounds: tuple[Node, ...] = (index,)
            if self.peek() != "]":
                bounds = (index, self.pipe(depth + 1))
            self.take("]")
            return Slice(base.start, self.last, base, bounds)
        self.take("]")
        if isinstance(index, String) and index.value is not None:
            return self.named(base, step, index)
        return Index(base.start, self.last, base, index)

    def term(self, depth: int) -> Node:
        word = self.peek()
        if not word:
            raise JqError("more is missing")
        token = self.take()
        if token.kind == "field":
            self.at -= 1
            return self.field(Identity(token.start, token.start, True))
        if token.kind == "string":
            assert token.string is not None
            return token.string
        if token.kind == "number" or (token.kind == "word" and word in ("true", "false", "null")):
            if self.peek() == "<hole>" and self.tokens[self.at].start == token.end:
                raise JqError("a number made of parts")
            return Literal(token.start, token.end, token.kind if token.kind == "number" else "word", token.text)
        if token.kind == "hole":
            return self.hole(token)
        if token.kind == "var":
            return Variable(token.start, token.end, token.text[1:])
        if token.kind == "format":
            if self.peek() == "<string>":
                string = self.take().string
                assert string is not None
                return String(token.start, string.end, string.parts, string.escaped, token.text)
            return Literal(token.start, token.end, "format", token.text)
        if token.kind == "word":
            return self.branch(token, depth) if word == "if" else self.call(token, depth)
        if word == ".":
            if self.peek() == "<string>":
                return self.named(Identity(token.start, token.start, True), token.start, self.take().string)
            if self.peek() == "<hole>" and self.tokens[self.at].start == token.end:
                raise JqError("a name that is not known")
            return Identity(token.start, token.end)
        if word == "..":
            return Literal(token.start, token.end, "recurse", word)
        if word == "(":
            body = self.pipe(depth + 1)
            self.take(")")
            return Group(token.start, self.last, body)
        if word == "[":
            inner = None if self.peek() == "]" else self.pipe(depth + 1)
            self.take("]")
            return Group(token.start, self.last, inner, True)
        if word == "{":
            return self.record(token, depth)
        raise JqError(f"unexpected {word!r}")

    def hole(self, token: _Token) -> Node:
        """A value that the shell puts in; one that is glued to a name or to more of its kind could be anything."""
        follow = self.tokens[self.at] if self.at < len(self.tokens) else None
        if follow is not None and follow.start == token.end and follow.kind in ("word", "number", "hole", "string"):
            raise JqError("a name that is not known")
        before = self.tokens[self.at - 2] if self.at > 1 else None
        glued = before is not None and before.end == token.start
        if glued and before is not None and before.kind in ("word", "field", "var", "format", "string"):
            raise JqError("a name that is not known")
        return Literal(token.start, token.end, "hole", "")

    def branch(self, token: _Token, depth: int) -> Node:
        tests, results = [self.pipe(depth + 1)], []
        self.take("then")
        results.append(self.pipe(depth + 1))
        while self.peek() == "elif":
            self.take()
            tests.append(self.pipe(depth + 1))
            self.take("then")
            results.append(self.pipe(depth + 1))
        otherwise = None
        if self.peek() == "else":
            self.take()
            otherwise = self.pipe(depth + 1)
        self.take("end")
        return Branch(token.start, self.last, tuple(tests), tuple(results), otherwise)

    def call(self, token: _Token, depth: int) -> Node:
        if token.text in _RESERVED or "::" in token.text:
            raise JqError(f"{token.text} is not read")
        args: list[Node] = []
        if self.peek() == "(":
            self.take()
            args.append(self.pipe(depth + 1))
            while self.peek() == ";":
                self.take()
                args.append(self.pipe(depth + 1))
            self.take(")")
        elif self.peek() == "<hole>" and self.tokens[self.at].start == token.end:
            raise JqError("a name that is not known")
        return Call(token.start, self.last, token.text, tuple(args))

    def record(self, token: _Token, depth: int) -> Node:
        pairs: list[Pair] = []
        while self.peek() != "}":
            if pairs:
                self.take(",")
            pairs.append(self.pair(depth))
        self.take("}")
        return Record(token.start, self.last, tuple(pairs))

    def pair(self, depth: int) -> Pair:
        token = self.take()
        key: Node
        plain = token.kind == "word"
        if token.kind in ("word", "number"):
            key = String(token.start, token.end, (token.text,))
        elif token.kind == "string" and token.string is not None:
            key = token.string
        elif token.kind == "var":
            key = Variable(token.start, token.end, token.text[1:])
        elif token.text == "(":
            key = self.pipe(depth + 1)
            self.take(")")
            key = Group(token.start, self.last, key)
        else:
            raise JqError(f"unexpected {token.text!r} in an object")
        if self.peek() != ":":
            if token.text == "(":
                raise JqError("an object key without a value")
            return Pair(key, None, plain)
        self.take()
        value = self.binary(0, depth + 1)
        while self.peek() == "|":
            self.take()
            right = self.binary(0, depth + 1)
            value = Binary(value.start, right.end, "|", value, right)
        return Pair(key, value, plain)

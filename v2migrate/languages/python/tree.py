"""Python text to a syntax tree, and small questions about its nodes. Knows the grammar's node names, no meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v2migrate.languages import grammar
from v2migrate.regex import regex
from v2migrate.source import ItemList, Region, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node, Tree

_MAX_NESTED = 200
_MAX_LEVELS = 200
"""Levels of indentation. Python itself takes a hundred, the grammar some five hundred."""
_INDENTED = regex(rb"^(?:[ \f]{0,7}\t|[ \f]{8}){%d}" % (_MAX_LEVELS // 8), re.M)
_COOKIE = regex(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_NOT_CODE = frozenset({"comment", "line_continuation"})
DISPLAYS = frozenset({"list", "tuple", "dictionary", "set", "expression_list"})
COMPREHENSIONS = frozenset(
    {"list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression"}
)


def parse(source: Source, region: Region) -> Tree:
    """The tree of the region's code; offsets are those of the file. Never fails: what does not parse is an ERROR node."""
    data = _readable(source.data, region)
    ranges = [(a, b, _point(data, a), _point(data, b)) for a, b in _parts(source, region) if a <= b <= len(data)]
    return grammar.parser("tree_sitter_python", ranges).parse(data)


def _parts(source: Source, region: Region) -> tuple[tuple[int, int], ...]:
    """The parts of the file that the region is; none for all of it."""
    return () if region.ranges == ((0, len(source.data)),) else region.ranges


def whole(source: Source) -> Region:
    """The region of a file that is Python from its first byte to its last."""
    return Region("python", "", ((0, len(source.data)),))


def encoding(data: bytes) -> str:
    """The encoding that the file's first two lines name, `utf-8` where they name none."""
    for line in data.split(b"\n", 2)[:2]:
        found = _COOKIE.match(line)
        if found:
            return found[1].decode("ascii", "replace").lower()
    return "utf-8"


def _readable(data: bytes, region: Region) -> bytes:
    """The bytes for the parser: same length, but without what stops it (BOM, NUL, lone CR, foreign encodings, masks)."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = b"\n\n\n" + data[3:]
    if b"\x00" in data:
        data = data.replace(b"\x00", b" ")
    if b"\r" in data:
        data = re.sub(rb"\r(?!\n)", b"\n", data)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        data = bytes(c if c < 128 else 0x5F for c in data)
    data = _shallow(data)
    if region.masks:
        masked = bytearray(data)
        for a, b in region.masks:
            masked[a:b] = b"_" * (b - a)
        data = bytes(masked)
    return data


def nests(data: bytes) -> bool:
    """Is the code broken, or nested so deep that a parser which calls itself could take the process along?"""
    root = parse(Source("", data), Region("python", "", ((0, len(data)),))).root_node
    if root.has_error or _shallow(data) is not data:
        return True
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > _MAX_NESTED:
            return True
        stack += [(child, depth + 1) for child in node.children]
    return False


def _shallow(data: bytes) -> bytes:
    """The bytes with lines blanked that are indented deeper than Python allows: the grammar's own stack is of one size."""
    if _INDENTED.search(data) is None:
        return data
    out, levels = [], [0]
    for line in data.split(b"\n"):
        code = line.expandtabs(8).lstrip(b" \f")
        if code.strip():
            width = len(line.expandtabs(8)) - len(code)
            while levels[-1] > width:
                levels.pop()
            if levels[-1] < width:
                levels.append(width)
        out.append(b" " * len(line) if len(levels) > _MAX_LEVELS else line)
    return b"\n".join(out)


def _point(data: bytes, offset: int) -> tuple[int, int]:
    return data.count(b"\n", 0, offset), offset - (data.rfind(b"\n", 0, offset) + 1)


def named(node: Node) -> list[Node]:
    """The named children without comments."""
    return [c for c in node.named_children if c.type not in _NOT_CODE]


def bare(node: Node) -> Node:
    """The expression inside any parentheses and `await`s."""
    while node.type in ("parenthesized_expression", "await"):
        inner = named(node)
        if len(inner) != 1:
            return node
        node = inner[0]
    return node


def field(node: Node, name: str) -> Node | None:
    """The child in the field `name`."""
    return node.child_by_field_name(name)


def operator(node: Node) -> str:
    """The operator's text of a binary, boolean or unary operator."""
    found = node.child_by_field_name("operator")
    return found.type if found is not None else ""


def chain(node: Node, sign: str = "+") -> list[Node]:
    """The operands of `a + b + c`, left to right; iterative, for chains of any length."""
    operands: list[Node] = []
    while node.type in ("binary_operator", "boolean_operator") and operator(node) == sign:
        left, right = field(node, "left"), field(node, "right")
        if left is None or right is None:
            break
        operands.append(right)
        node = left
    operands.append(node)
    return operands[::-1]


def span_of(path: str, node: Node) -> Span:
    """The bytes of a node."""
    return Span(path, node.start_byte, node.end_byte)


def inside(path: str, node: Node) -> Span:
    """What stands between a bracketed node's first and last character."""
    return Span(path, node.start_byte + 1, node.end_byte - 1)


def item_list(path: str, node: Node, empty: Span | None = None) -> ItemList:
    """The arguments, elements or pairs of a bracketed node as a list that can be edited."""
    items = tuple(span_of(path, c) for c in named(node))
    closed = node.child_count > 0 and node.children[0].type in ("(", "[", "{")
    span = inside(path, node) if closed else span_of(path, node)
    return ItemList(span, items, ",", empty, node.type == "tuple" or node.type == "expression_list")


def arguments(call: Node) -> list[Node]:
    """The arguments of a call, keyword and starred ones included; a lone generator is one."""
    found = field(call, "arguments")
    if found is None:
        return []
    return named(found) if found.type == "argument_list" else [found]


def keyword(call: Node, name: str) -> Node | None:
    """The `keyword_argument` node with this name."""
    for argument in arguments(call):
        if argument.type == "keyword_argument":
            key = field(argument, "name")
            if key is not None and key.text == name.encode():
                return argument
    return None


def positional(call: Node) -> list[Node]:
    """The leading positional arguments, up to the first starred one."""
    out: list[Node] = []
    for argument in arguments(call):
        if argument.type == "keyword_argument":
            continue
        if argument.type in ("list_splat", "dictionary_splat"):
            break
        out.append(argument)
    return out


def descend(node: Node, skip: frozenset[str] = frozenset()) -> Iterator[Node]:
    """All named nodes below and including `node`, in text order; what is below a type in `skip` is left out."""
    stack = [node]
    while stack:
        at = stack.pop()
        yield at
        if at.type not in skip or at == node:
            stack.extend(reversed(at.named_children))

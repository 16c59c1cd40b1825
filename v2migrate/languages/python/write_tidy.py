"""What edits of a string leave behind: an empty piece of an implicit concatenation, an `f` without a field. Knows no API."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from v2migrate.languages.python.scopes import Module, parse_part
from v2migrate.languages.python.tree import named
from v2migrate.source import Put, Region, Source, Span, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


def tidy(source: Source, region: Region, steps: Sequence[Step]) -> list[Step]:
    """`steps` with what they would leave behind in the strings of `source` removed as well."""
    puts = [s for s in steps if isinstance(s, Put) and s.span.path == source.path and s.span.start < s.span.end]
    if not puts:
        return list(steps)
    out: list[Step] = list(steps)
    for node in _strings(parse_part(source, region), puts):
        more = _emptied(source, node, puts) or _plain(source, node, puts)
        if more is not None:
            whole = more.span.start <= node.start_byte and node.end_byte <= more.span.end
            if whole:
                out = [s for s in out if not (isinstance(s, Put) and s.span in more.span)]
            out.append(more)
    return out


def _strings(module: Module, puts: Sequence[Put]) -> Iterator[Node]:
    """The outermost string literals that `puts` touch, in text order."""
    top = {n.id: n for p in puts for n in module.statements(p.span.start, p.span.end)}
    stack = sorted(top.values(), key=lambda n: n.start_byte, reverse=True)
    while stack:
        node = stack.pop()
        if not any(p.span.start < node.end_byte and node.start_byte < p.span.end for p in puts):
            continue
        if node.type == "string":
            yield node
        else:
            stack.extend(reversed(node.named_children))


def _content(node: Node) -> tuple[int, int]:
    return node.children[0].end_byte, node.children[-1].start_byte


def _emptied(source: Source, node: Node, puts: Sequence[Put]) -> Put | None:
    """The removal of a piece of a concatenation of which nothing is left, with the blank before it."""
    parent = node.parent
    if parent is None or parent.type != "concatenated_string":
        return None
    at, end = _content(node)
    for put in sorted(p for p in puts if at <= p.span.start and p.span.end <= end):
        if put.new or put.span.start != at:
            return None
        at = put.span.end
    siblings = named(parent)
    index = siblings.index(node)
    if at != end or len(siblings) < 2:
        return None
    start, stop = (siblings[index - 1].end_byte, node.end_byte) if index else (node.start_byte, siblings[1].start_byte)
    if b"#" in source.data[start : node.start_byte] + source.data[node.end_byte : stop]:
        return None
    return Put(Span(source.path, start, stop), b"")


def _plain(source: Source, node: Node, puts: Sequence[Put]) -> Put | None:
    """The removal of the `f` of a string whose fields are all gone."""
    fields = [c for c in node.named_children if c.type == "interpolation"]
    start = node.children[0]
    quote = source.data[start.start_byte : start.end_byte]
    prefix = quote.rstrip(b"\"'")
    if not fields or b"f" not in prefix.lower():
        return None
    if any(not any(p.span.start <= f.start_byte and f.end_byte <= p.span.end for p in puts) for f in fields):
        return None
    at, end = _content(node)
    if b"{{" in source.data[at:end] or b"}}" in source.data[at:end]:
        return None
    kept = bytes(c for c in prefix if c not in b"fF")
    return Put(Span(source.path, start.start_byte, start.start_byte + len(prefix)), kept)

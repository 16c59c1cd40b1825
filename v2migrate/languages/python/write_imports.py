"""Imports that a change leaves unused: taken out where nothing else in the file can mean them. Knows only urllib's modules.

An import of another module may be there for what it does, or be read by other files: it stays.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from v2migrate.languages.python.scopes import parse_part
from v2migrate.languages.python.tree import descend, field
from v2migrate.regex import regex
from v2migrate.source import Drop, Item, ItemList, Put, Region, Source, Span, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_HARMLESS = regex(r"(six\.moves\.)?urllib(\.\w+)?|urllib2|urlparse")


def unused(source: Source, region: Region, steps: Sequence[Step]) -> list[Step]:
    """Steps that drop the imported names whose last use goes with `steps`."""
    cuts = [s.span if isinstance(s, Put) else s.item.span for s in steps if isinstance(s, Put | Drop)]
    cuts = [c for c in cuts if c.path == source.path and c.start < c.end]
    gone = {w for c in cuts for w in re.findall(r"[A-Za-z_]\w*", source.text(c))}
    if not gone or not _imports_urllib(source.data):
        return []
    known = parse_part(source, region)
    root = known.root
    added = b" ".join(s.new if isinstance(s, Put) else s.text for s in steps if not isinstance(s, Drop))
    out: list[Step] = []
    for statement in known.top_imports():
        if b"url" not in source.data[statement.start_byte : statement.end_byte]:
            continue
        names = statement.children_by_field_name("name")
        module = field(statement, "module_name")
        items = ItemList(_span(source, names[0], names[-1]), tuple(_span(source, n, n) for n in names)) if names else None
        dead = [i for i, n in enumerate(names) if _dead(source, root, statement, module, n, gone, cuts, added)]
        if items is None or not dead:
            continue
        line = _line(source, statement)
        if len(dead) < len(names):
            out += [Drop(Item(items, i)) for i in dead]
        elif line is not None:
            out.append(Put(line, b""))
    return out


@functools.lru_cache(maxsize=4)  # asked for each call of a file
def _imports_urllib(data: bytes) -> bool:
    return re.search(rb"^(from|import) (six\.moves\.)?url", data, re.M) is not None


def _span(source: Source, first: Node, last: Node) -> Span:
    return Span(source.path, first.start_byte, last.end_byte)


def _dead(
    source: Source, root: Node, statement: Node, module: Node | None, name: Node, gone: set[str], cuts: list[Span], added: bytes
) -> bool:
    """Is every use of the imported `name` inside `cuts`, and does no string in the file speak of it?"""
    alias = field(name, "alias")
    dotted = (field(name, "name") or name).text or b""
    if not _HARMLESS.fullmatch(((module.text if module is not None else dotted) or b"").decode()):
        return False
    bound = ((alias.text if alias is not None else dotted) or b"").decode().partition(".")[0]
    word = re.compile(rb"(?<!\w)" + re.escape(bound.encode()) + rb"(?!\w)")
    if bound not in gone or word.search(added):
        return False
    for node in descend(root):
        if node.type == "identifier" and node.text == bound.encode():
            inside = any(c.start <= node.start_byte and node.end_byte <= c.end for c in cuts)
            if not inside and not (statement.start_byte <= node.start_byte < statement.end_byte):
                return False
        elif node.type == "string_content" and word.fullmatch(node.text or b""):
            return False
    return True


def _line(source: Source, statement: Node) -> Span | None:
    """The whole line of a statement that stands alone on it, the newline included."""
    data = source.data
    start = data.rfind(b"\n", 0, statement.start_byte) + 1
    end = data.find(b"\n", statement.end_byte)
    end = len(data) if end < 0 else end + 1
    alone = not data[start : statement.start_byte].strip() and not data[statement.end_byte : end].strip()
    return Span(source.path, start, end) if alone else None

"""Comparisons of an HTTP status with a number, in `[ ]`, `[[ ]]`, `(( ))`, `test` and `case`. Knows no endpoint."""

from __future__ import annotations

import re

from v2migrate.languages.shell.unit import Unit, Word
from v2migrate.regex import regex
from v2migrate.request import StatusTest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_CODE = regex(r"[\"']?(?P<code>[1-5]\d\d)[\"']?\Z")
_EQUAL = ("=", "==", "-eq")
_UNEQUAL = ("!=", "-ne")


def compared(unit: Unit, inner: Node, outer: Node) -> tuple[StatusTest, ...]:
    """The constants that `inner` is compared with in `outer`, a comparison, a `case` or a `test` command."""
    if outer.type == "binary_expression":
        named = [c for c in outer.children if c.id != inner.id]
        operator = next((unit.text(c) for c in named if unit.text(c) in (*_EQUAL, *_UNEQUAL)), "")
        numbers = [t for c in named if (t := _test(unit, c, operator in _EQUAL)) is not None]
        return tuple(numbers) if operator else ()
    if outer.type == "case_statement":
        out = []
        for item in outer.children:
            if item.type == "case_item":
                out += [t for c in item.children_by_field_name("value") if (t := _test(unit, c, True)) is not None]
        return tuple(out)
    if outer.type == "command":
        found = unit.words(outer)
        texts = [unit.text(w) for w in found]
        for i, text in enumerate(texts):
            if text in (*_EQUAL, *_UNEQUAL):
                sides = [w for w in (found[i - 1 : i] + found[i + 1 : i + 2]) if w.id != inner.id]
                return tuple(t for w in sides if (t := _test(unit, w, text in _EQUAL)) is not None)
    return ()


def constants(unit: Unit, inner: Node, outer: Node) -> tuple[str, ...]:
    """The texts that `inner` is compared with for being equal in `outer`."""
    if outer.type == "binary_expression":
        sides = [c for c in outer.children if c.is_named and c.id != inner.id]
        equal = any(unit.text(c) in (*_EQUAL, *_UNEQUAL, "=~") for c in outer.children)
        return tuple(t for c in sides if equal and (t := _fixed(unit.text(c))))
    if outer.type == "case_statement":
        items = [c for c in outer.children if c.type == "case_item"]
        return tuple(t for item in items for c in item.children_by_field_name("value") if (t := _fixed(unit.text(c))))
    if outer.type == "command":
        texts = [unit.text(w) for w in unit.words(outer)]
        return tuple(t for i, x in enumerate(texts) if x in (*_EQUAL, *_UNEQUAL) for s in texts[i - 1 : i] + texts[i + 1 : i + 2]
                     if (t := _fixed(s)))  # fmt: skip
    return ()


def _fixed(raw: str) -> str:
    """The text of a word in which nothing is special."""
    plain = raw.replace('"', "").replace("'", "")
    return plain if re.fullmatch(r"[\w .-]+", plain) else ""


def _test(unit: Unit, node: Node | Word, equal: bool) -> StatusTest | None:
    found = _CODE.match(unit.text(node))
    if found is None:
        return None
    start = node.start_byte + found.start("code")
    return StatusTest(int(found["code"]), unit.code.span(start, start + 3), equal)

"""The constant, attribute or variable that holds the start of a call's URL, where it can be written a second time.

Does not decide whether a call needs a base of its own. What another file does with the name is not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from v2migrate.languages.python import handed_base, leftover, tree
from v2migrate.languages.python.scopes import Binding, Module
from v2migrate.request import Base
from v2migrate.source import Span
from v2migrate.template import Template

if TYPE_CHECKING:
    from v2migrate.languages.python.evaluate import Evaluator

_VERSION = re.compile(r"(?<![a-z0-9])(v)1(?:_?1)?(?=_|$)", re.I)


def of(ev: Evaluator, module: Module, call: Node, url: Template, sink: Node | None = None) -> Base | None:
    """The base of `url` as the call reads it; None where the URL's version is not written in one statement of this file.

    `sink` is the call that sends the request, where that stands in the function that `call` calls.
    """
    spans = leftover.version_spans(url)
    if not spans or any(s.path != module.source.path for s in spans):
        return None
    for binding in list(ev.carried):
        found = _base(ev, module, call, binding, spans, sink)
        if found is not None:
            return found
    return None


def _base(
    ev: Evaluator, module: Module, call: Node, binding: Binding, version: tuple[Span, ...], sink: Node | None
) -> Base | None:
    value, statement = binding.value, binding.statement
    if value is None or statement is None or binding.scope.module is not module or binding.kind != "assign":
        return None
    if not all(value.start_byte <= s.start and s.end <= value.end_byte for s in version):
        return None
    path = module.source.path
    name = binding.node
    if name.type == "attribute":
        name = tree.field(name, "attribute") or name
    reads = [r for r in leftover.reads_of(module, binding) if (path, r.start_byte) in ev.site]
    if not reads:
        return None
    fresh, taken = _fresh(module, binding.name, statement)
    mine = all(module.function_of(r) is module.function_of(call) for r in reads)
    handed = handed_base.of(module, call, sink, binding, reads) if sink is not None and not mine else None
    usable = (mine or handed is not None) and bool(fresh) and _plain(module, binding, value, statement)
    spans = tuple(module.span(_last(r)) for r in reads)
    return Base(module.span(statement), module.span(name), spans, fresh, taken, usable, handed)


def _last(read: Node) -> Node:
    return (tree.field(read, "attribute") or read) if read.type == "attribute" else read


def _plain(module: Module, binding: Binding, value: Node, statement: Node) -> bool:
    """Is it the only statement that gives the name a value, alone on its lines, and does it run nothing?"""
    if len(binding.scope.bindings.get(binding.name, ())) > 1 or binding.path or statement.type != "assignment":
        return False
    given = [b for c in module.classes for b in (*c.instance.get(binding.name, ()), *c.scope.bindings.get(binding.name, ()))]
    if binding not in given and given:
        return False
    if len(given) > 1 or any(n.type in ("call", "await", "named_expression") for n in tree.descend(value)):
        return False
    if module.parent(value) != statement:  # `A = B = "…"`
        return False
    data = module.source.data
    before = data[data.rfind(b"\n", 0, statement.start_byte) + 1 : statement.start_byte]
    end = data.find(b"\n", statement.end_byte)
    behind = data[statement.end_byte : end if end >= 0 else len(data)].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


def _fresh(module: Module, name: str, statement: Node) -> tuple[str, bool]:
    """A name for the second base, and whether the next statement gives it already; empty where all are in use."""
    if _VERSION.search(name):
        wanted = _VERSION.sub(r"\g<1>2", name)
    else:
        wanted = name + ("_V2" if name.isupper() else "_v2" if name.islower() else "V2")
    parent = module.parent(statement)
    following = parent.next_named_sibling if parent is not None else None
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    given = tree.named(following)[:1] if following is not None and following.type == "expression_statement" else []
    left = tree.field(given[0], "left") if given and given[0].type == "assignment" else None
    if left is not None and module.text(left).rpartition(".")[2] == wanted:
        return wanted, True
    free = re.search(rb"(?<!\w)" + wanted.encode() + rb"(?!\w)", module.source.data) is None
    return (wanted, False) if free else ("", False)

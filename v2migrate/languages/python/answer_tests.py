"""Tests of a value of the answer: comparisons, `in`, `match`, and those of the status code. Follows no value."""

from __future__ import annotations

from v2migrate.languages.python import tree
from v2migrate.languages.python.answer_text import constant, key_span, same, status_code, trivial
from v2migrate.languages.python.answer_trace import Flow, Trace
from v2migrate.languages.python.answer_values import Data, Raw, Rendered, Response, Status, Value, members
from v2migrate.request import StatusTest
from v2migrate.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


def tested(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    trace.read(value)


def asserted(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    if same(tree.named(parent)[0], node):
        trace.read(value)
    else:
        trace.show(node, value)


def compared(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    parts = [c for c in parent.children if c.type != "comment"]
    at = next((i for i, c in enumerate(parts) if c.id == node.id), -1)
    around = [(parts[i].type, parts[j], j > at) for i, j in ((at - 1, at - 2), (at + 1, at + 2)) if 0 <= j < len(parts)]
    for sign, other, behind in around:
        if isinstance(value, Status):
            test_status(trace, sign, other, flow)
            continue
        if any(isinstance(m, Response) for m in members(value)):
            continue
        if sign in ("in", "not in") and not behind:
            _searched(trace, parent, other, value, flow)
            continue
        texts = _constants(trace, other)
        if isinstance(value, Raw | Rendered):
            if not trivial(other) or texts:
                trace.end(node, value, "is read as text")
        elif sign in ("==", "!=", "is", "is not", "in", "not in"):
            trace.read(value, texts)
            if not trivial(other) and all(not isinstance(m, Data) or m.whole for m in members(value)):
                trace.end(node, value, "is compared as a whole")
        else:
            trace.read(value)


def _searched(trace: Trace, test: Node, name: Node, value: Value, flow: Flow) -> None:
    """`name in value`: a constant in a dict is a read of that field."""
    known = constant(trace.module, name)
    if isinstance(value, Data) and value.whole and known is not None:
        trace.read(value, inner=True)
        inner = value.field(known, trace.module.span(test), None if flow.shared else key_span(trace.module, name))
        trace.read(inner)
    else:
        trace.end(test, value, "is searched for a value")


def _constants(trace: Trace, node: Node) -> tuple[str, ...]:
    node = tree.bare(node)
    nodes = tree.named(node) if node.type in ("tuple", "list", "set") else [node]
    found = [constant(trace.module, n) for n in nodes]
    return tuple(f for f in found if f is not None)


def test_status(trace: Trace, sign: str, other: Node, flow: Flow) -> None:
    """A comparison of the status with `other` by the operator `sign`."""
    if sign not in ("==", "!=", "is", "is not", "in", "not in"):
        return
    other = tree.bare(other)
    nodes = tree.named(other) if other.type in ("tuple", "list", "set") else [other]
    for node in nodes:
        code = status_code(trace.module, node)
        if code is None and node.type != "call":  # `range(200, 300)` is a call
            trace.tell(node, Status())
        elif code is not None:
            inner = tree.bare(node)
            span = trace.module.span(inner)
            if flow.shared:  # an empty span: other answers are tested here too, so that nothing may be edited
                span = Span(span.path, span.start, span.start)
            trace.status[StatusTest(code, span, sign in ("==", "is", "in"))] = None


def matched(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    texts: list[str] = []
    body = tree.field(parent, "body")
    clauses = [c for c in tree.named(body) if c.type == "case_clause"] if body is not None else []
    patterns = [p for c in clauses for p in tree.named(c) if p.type == "case_pattern"]
    for part in (n for p in patterns for n in tree.descend(p)):
        if isinstance(value, Status) and part.type == "integer":
            test_status(trace, "==", part, flow)
        elif part.type == "string":
            text = constant(trace.module, part)
            texts += [text] if text is not None else []
    if not isinstance(value, Status):
        trace.end(node, value, "is matched as a whole")
        trace.read(value, tuple(texts))

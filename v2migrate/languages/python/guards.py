"""Can a place be reached, given what is known of the arguments? Reads `if`, `elif`, `else` and `a if c else b`, no more."""

from __future__ import annotations

from v2migrate.languages.python import tree
from v2migrate.languages.python.values import Display, Frame, Known, Nothing, Pack, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

_END = frozenset({"function_definition", "lambda", "class_definition", "module"})


def reached(ev: Evaluator, node: Node, frame: Frame) -> bool | None:
    """False: no condition lets the program come to `node`; True: all of them do; None: not known."""
    module = frame.module
    sure: bool | None = True
    below = node
    for around in module.ancestors(node):
        if around.type in _END:
            break
        verdict: bool | None = True
        if around.type in ("if_statement", "elif_clause"):
            verdict = _branch(ev, around, below, frame)
        elif around.type == "conditional_expression":
            parts = tree.named(around)
            if len(parts) == 3 and below in (parts[0], parts[2]):
                found = holds(ev, parts[1], frame)
                verdict = found if below == parts[0] else _not(found)
        elif around.type in ("while_statement", "for_statement", "try_statement", "except_clause", "match_statement"):
            verdict = None
        if verdict is False:
            return False
        sure = sure and verdict
        below = around
    return sure


def _branch(ev: Evaluator, statement: Node, below: Node, frame: Frame) -> bool | None:
    condition = tree.field(statement, "condition")
    if condition is None or below == condition:
        return True
    if below == tree.field(statement, "consequence"):
        return holds(ev, condition, frame)
    sure = _not(holds(ev, condition, frame))
    for clause in statement.named_children:
        if clause == below or sure is False:
            break
        inner = tree.field(clause, "condition") if clause.type == "elif_clause" else None
        if inner is not None:
            other = _not(holds(ev, inner, frame))
            sure = False if other is False else (sure and other)
    return sure


def _not(verdict: bool | None) -> bool | None:
    return None if verdict is None else not verdict


def holds(ev: Evaluator, condition: Node, frame: Frame) -> bool | None:
    """Is the condition true, false, or not known?"""
    condition = tree.bare(condition)
    if condition.type == "not_operator":
        inner = tree.field(condition, "argument")
        return _not(holds(ev, inner, frame)) if inner is not None else None
    if condition.type == "boolean_operator":
        word = tree.operator(condition)
        verdicts = [holds(ev, part, frame) for part in tree.chain(condition, word)[:8]]
        if word == "and":
            return False if False in verdicts else (None if None in verdicts else True)
        return True if True in verdicts else (None if None in verdicts else False)
    if condition.type == "comparison_operator":
        return _compared(ev, condition, frame)
    return _agreed([_truth(v) for v in ev.values(condition, frame)])


def _agreed(verdicts: list[bool | None]) -> bool | None:
    return verdicts[0] if verdicts and len(set(verdicts)) == 1 else None


def _truth(value: Value) -> bool | None:
    if isinstance(value, Nothing):
        return value.source == "True"
    if isinstance(value, Known):
        if value.template.constant:
            return bool(value.template.flat)
        return None if value.hole is not None or not any(c < "\ue000" for c in value.template.flat) else True
    if isinstance(value, Display):
        return bool(tree.named(value.node))
    if isinstance(value, Pack):
        return None
    return True


def _compared(ev: Evaluator, node: Node, frame: Frame) -> bool | None:
    operands = tree.named(node)
    if len(operands) != 2:
        return None
    sign = " ".join(c.type for c in node.children if not c.is_named or c.type in ("is not", "not in"))
    left = ev.values(operands[0], frame)
    right = ev.values(operands[1], frame)
    if sign in ("in", "not in"):
        found = _agreed([_member(ev, v, right) for v in left])
        return found if sign == "in" else _not(found)
    verdicts = [_equal(a, b) for a in left for b in right]
    found = _agreed(verdicts)
    if sign in ("==", "is"):
        return found
    return _not(found) if sign in ("!=", "is not", "<>") else None


def _equal(left: Value, right: Value) -> bool | None:
    if isinstance(left, Nothing) and isinstance(right, Nothing):
        return left.source == right.source
    for one, other in ((left, right), (right, left)):
        if isinstance(one, Nothing):
            if isinstance(other, Known):
                return None if other.hole is not None else False
            return None if isinstance(other, Pack) else False
    if isinstance(left, Known) and isinstance(right, Known) and left.template.constant and right.template.constant:
        return left.template.flat == right.template.flat
    return None


def _member(ev: Evaluator, value: Value, displays: tuple[Value, ...]) -> bool | None:
    if len(displays) != 1 or not isinstance(displays[0], Display):
        return None
    display = displays[0]
    verdicts = [_equal(value, v) for n in tree.named(display.node)[:20] for v in ev.values(n, display.frame)]
    if True in verdicts:
        return True
    return None if None in verdicts else False

"""What the surroundings of an expression do with a value of the answer, by syntax. Knows no library but HTTP responses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from v2migrate.languages.python import tree
from v2migrate.languages.python.answer_calls import argument, receive
from v2migrate.languages.python.answer_names import assign, hand_back, lambda_result
from v2migrate.languages.python.answer_reads import attribute, subscript
from v2migrate.languages.python.answer_tests import asserted, compared, matched, tested
from v2migrate.languages.python.answer_text import same, trivial
from v2migrate.languages.python.answer_trace import Flow, Trace
from v2migrate.languages.python.answer_values import (
    Data,
    Decoded,
    Group,
    Many,
    Mapping,
    Raw,
    Rendered,
    Status,
    Value,
    element,
    members,
)
from v2migrate.records import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    Rule = Callable[[Trace, Node, Node, Value, Flow], None]


def use(trace: Trace, node: Node, value: Value, flow: Flow) -> None:
    """Look at what is around `node`, which holds `value`."""
    if isinstance(value, Decoded):
        trace.root(node, flow)
        return
    parent = trace.module.parent(node)
    if parent is None:
        trace.read(value)
        return
    rule = _RULES.get(parent.type)
    if rule is None:
        trace.end(node, value, "is used in a way that was not followed")
    else:
        rule(trace, node, parent, value, flow)


# --- expressions that pass a value on -------------------------------------------------------------------------------


def _through(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    trace.push(parent, value, flow)


def _await(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    if isinstance(value, Data) and trace.module.span(node) in trace.roots:
        trace.escape(parent, "is awaited apart from the call")
    trace.push(parent, value, flow)


def _conditional(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    parts = tree.named(parent)
    if len(parts) == 3 and same(parts[1], node):
        trace.read(value)
        return
    others = [p for i, p in enumerate(parts) if i != 1 and not same(p, node)]
    trace.push(parent, value, _merged(flow, others))


def _boolean(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    if isinstance(value, Status):
        trace.tell(node, value)
        return
    trace.push(parent, value, _merged(flow, [p for p in tree.named(parent) if not same(p, node)]))


def _binary(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    sign = tree.operator(parent)
    other = tree.field(parent, "right" if same(tree.field(parent, "left"), node) else "left")
    if isinstance(value, Status):
        if sign != "//":  # a hundred codes are alike
            trace.tell(node, value)
        return
    if isinstance(value, Rendered) or (isinstance(value, Raw) and sign == "+"):
        trace.push(parent, value, flow)
    elif sign == "%" and not same(tree.field(parent, "left"), node):
        if other is not None and "%(" in trace.module.text(other):
            trace.end(node, value, "is formatted by the names of its fields")
        _render(trace, node, parent, value, flow)
    elif sign in ("+", "|") and all(not isinstance(m, Data) or m.whole for m in members(value)):
        trace.push(parent, value, _merged(flow, [other]))
    else:
        trace.end(node, value, "is used in a way that was not followed")


def _render(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    """Text made of a value: fields are read and done with, the whole answer is text from here on."""
    trace.read(value)
    trace.tell(node, value)
    inner = members(value)
    if any(isinstance(m, Raw) for m in inner):
        trace.push(parent, Raw(), flow)
    elif any(isinstance(m, Rendered) or (isinstance(m, Data) and m.whole) for m in inner):
        trace.push(parent, Rendered(), flow)


def _merged(flow: Flow, others: Sequence[Node | None]) -> Flow:
    return flow if all(trivial(o) for o in others) else replace(flow, shared=True)


def _interpolation(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    string = trace.module.parent(parent)
    if string is None or string.type != "string":
        trace.read(value)
        return
    _render(trace, node, string, value, flow)


def _text_part(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    _render(trace, node, parent, value, flow)


# --- calls, containers, loops ---------------------------------------------------------------------------------------


def _argument_list(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    call = trace.module.parent(parent)
    if call is None or call.type != "call":  # a class's bases
        trace.end(node, value, "is used in a way that was not followed")
        return
    index = next((i for i, a in enumerate(tree.arguments(call)) if a.id == node.id), None)
    argument(trace, node, call, index, "", value, flow)


def _keyword_argument(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    around = trace.module.parent(parent)
    call = trace.module.parent(around) if around is not None else None
    name = tree.field(parent, "name")
    if call is None or call.type != "call" or name is None:
        trace.end(node, value, "is used in a way that was not followed")
        return
    argument(trace, node, call, None, trace.module.text(name), value, flow)


def _splat(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    around = trace.module.parent(parent)
    if parent.type == "list_splat" and around is not None:
        if around.type in ("list", "tuple", "set"):
            others = [c for c in tree.named(around) if c.id != parent.id]
            trace.push(around, value, _merged(flow, list(others)))
            return
        call = trace.module.parent(around)
        if around.type == "argument_list" and call is not None and call.type == "call":
            argument(trace, parent, call, None, "", value, flow)
            return
    trace.end(node, value, "is merged into other data")


def _call(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    if same(tree.field(parent, "function"), node):
        receive(trace, node, parent, value, flow)
    else:  # a generator is the only argument
        argument(trace, node, parent, 0, "", value, flow)


def _display(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    parts = tree.named(parent)
    if parent.type == "set":
        trace.push(parent, Many(value), _merged(flow, [p for p in parts if p.id != node.id]))
    else:
        trace.push(parent, Group(tuple(value if p.id == node.id else None for p in parts)), flow)


def _pair(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    around = trace.module.parent(parent)
    if around is None or same(tree.field(parent, "key"), node):
        trace.end(node, value, "is used as a key")
    elif around.type == "dictionary_comprehension":
        trace.push(around, Mapping(value), flow)
    elif any(not isinstance(m, Data) or m.whole for m in members(value)) and not isinstance(value, Status):
        trace.end(node, value, "is stored in a dict")
    else:
        trace.read(value)
        trace.tell(node, value)


def _comprehension(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    if same(tree.field(parent, "body"), node):
        trace.push(parent, Many(value), flow)
    else:
        trace.read(value)


def _loop(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    left = tree.field(parent, "left")
    if not same(tree.field(parent, "right"), node) or left is None:
        trace.read(value)
        return
    inner = element(value)
    if isinstance(value, Mapping):
        return
    trace.looked = trace.looked or value == Data()
    mixed = isinstance(value, Group) and len(value.members) > 1
    for one in inner:
        assign(trace, left, one, replace(flow, shared=True) if mixed else flow)


# --- statements -----------------------------------------------------------------------------------------------------


def _assignment(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    left = tree.field(parent, "left")
    if left is None or not same(tree.field(parent, "right"), node):
        return
    assign(trace, left, value, flow)
    around = trace.module.parent(parent)
    if around is not None and around.type == "assignment":
        trace.push(parent, value, flow)


def _augmented(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    left = tree.field(parent, "left")
    if left is None or not same(tree.field(parent, "right"), node):
        return
    if any(isinstance(m, Data) and not m.whole for m in members(value)):
        trace.read(value)
    elif left.type == "identifier":
        assign(trace, left, value, flow)
    else:
        trace.end(node, value, f"is stored in {trace.module.text(left)}")


def _walrus(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    name = tree.field(parent, "name")
    if name is not None and not same(name, node):
        assign(trace, name, value, flow)
        trace.push(parent, value, flow)


def _as_pattern(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    alias = tree.field(parent, "alias")
    if alias is not None and not same(alias, node):
        for target in tree.named(alias):
            assign(trace, target, value, flow)


def _return(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    hand_back(trace, node, value, flow)


def _yield(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    whole = any(c.type == "from" for c in parent.children)
    hand_back(trace, node, value if whole else Many(value), flow, yields=True)


def _lambda(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    lambda_result(trace, node, parent, value, flow)


def _shown(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    trace.show(node, value)


_RULES: dict[str, Rule] = {
    "parenthesized_expression": _through,
    "await": _await,
    "conditional_expression": _conditional,
    "boolean_operator": _boolean,
    "binary_operator": _binary,
    "not_operator": tested,
    "unary_operator": tested,
    "comparison_operator": compared,
    "interpolation": _interpolation,
    "format_expression": tested,
    "concatenated_string": _text_part,
    "if_statement": tested,
    "elif_clause": tested,
    "while_statement": tested,
    "if_clause": tested,
    "case_clause": tested,
    "assert_statement": asserted,
    "match_statement": matched,
    "subscript": subscript,
    "slice": tested,
    "attribute": attribute,
    "argument_list": _argument_list,
    "keyword_argument": _keyword_argument,
    "list_splat": _splat,
    "dictionary_splat": _splat,
    "call": _call,
    "list": _display,
    "tuple": _display,
    "set": _display,
    "expression_list": _display,
    "pair": _pair,
    "list_comprehension": _comprehension,
    "set_comprehension": _comprehension,
    "generator_expression": _comprehension,
    "for_statement": _loop,
    "for_in_clause": _loop,
    "assignment": _assignment,
    "augmented_assignment": _augmented,
    "named_expression": _walrus,
    "as_pattern": _as_pattern,
    "with_item": tested,
    "return_statement": _return,
    "yield": _yield,
    "lambda": _lambda,
    "expression_statement": tested,
    "module": tested,
    "block": tested,
    "raise_statement": _shown,
    "print_statement": _shown,
    "delete_statement": tested,
}

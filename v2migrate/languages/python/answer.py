"""What a program reads from the answer of one call: follows the call's value forward. Knows no endpoint.

A value is pushed to the expressions that hold it, and each expression's surroundings say where it goes next
(`answer_uses`, `answer_calls`, `answer_names`). Where it goes out of sight, an Escape says so. The work is bounded.
"""

from __future__ import annotations

from v2migrate.languages.python.answer_trace import Flow, Trace
from v2migrate.languages.python.answer_uses import use
from v2migrate.languages.python.answer_values import Decoded, Group, Raw, Response, Status, Value
from v2migrate.languages.python.scopes import Function, Module
from v2migrate.records import replace
from v2migrate.request import TESTED, Answer, Escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_MOST_STEPS = 5000
_MEMBERS: dict[str, Value] = {"response": Response(), "body": Decoded(), "code": Status()}


def follow(module: Module, call: Node, kind: str = "response") -> Answer:
    """What the program reads from the response of the HTTP call expression `call`.

    `kind` is what the value of the call is (`handed_back`): the response, the decoded body, or a tuple with one of them.
    Never fails; what could not be followed is an escape.
    """
    trace = Trace(module)
    _start(trace, call, kind)
    return _run(trace, call)


def _start(trace: Trace, call: Node, kind: str) -> None:
    if kind.startswith("("):
        trace.push(call, Group(tuple(_MEMBERS.get(k) for k in kind.strip("()").split())), Flow())
    elif kind == "body":
        trace.root(call, Flow())
    elif kind == "text":
        trace.push(call, Raw(), Flow())
    else:
        trace.push(call, Response(), Flow())


def follow_inside(function: Function, node: Node, kind: str) -> Answer:
    """What `function` itself does with the answer that `node` in it holds, what it returns left to who calls it.

    Its spans of status tests are empty: other calls are tested there too.
    """
    trace = Trace(function.module, within=function.node.id)
    _start(trace, node, kind)
    found = _run(trace, node)
    if trace.looked:
        found = replace(found, escapes=(*found.escapes, Escape(function.module.span(node), TESTED)))
    tests = (replace(test, span=replace(test.span, end=test.span.start)) for test in found.status)
    return replace(found, status=tuple(dict.fromkeys(tests)))


def follow_text(module: Module, call: Node) -> Answer:
    """The same for a call whose value is the response's text (`check_output(["curl", …])`)."""
    trace = Trace(module)
    trace.push(call, Raw(), Flow())
    return _run(trace, call)


def _run(trace: Trace, call: Node) -> Answer:
    for _ in range(_MOST_STEPS):
        if not trace.todo:
            break
        use(trace, *trace.todo.popleft())
    else:
        trace.escape(call, "is used in more places than were followed")
    return trace.answer()

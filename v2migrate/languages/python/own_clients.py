"""Functions that the user names as clients of their own: their verb and URL are known, what else they do is not."""

from __future__ import annotations

from v2migrate.languages.python import tree
from v2migrate.languages.python.sinks import Sink, from_arguments
from v2migrate.languages.python.values import External, Frame, plain
from v2migrate.request import Answer, Change, Escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

CLIENT = "own function"
"""The client of such a call."""


def verb(ev: Evaluator, call: Node, frame: Frame) -> str:
    """The verb of the function that `call` calls; empty where it is none of those that the user names."""
    callee = tree.field(call, "function")
    if not ev.own or callee is None or callee.type not in ("identifier", "attribute"):
        return ""
    names = [frame.module.text(callee)]
    names += [plain(value.name) for value in ev.values(callee, frame) if isinstance(value, External)]
    return next((method for name in names for own, method in ev.own.items() if f".{name}".endswith(f".{own}")), "")


def sink(ev: Evaluator, call: Node, frame: Frame, method: str) -> Sink | None:
    """The request of such a call: its URL is the first argument, others are `open`."""
    found = from_arguments(ev, call, frame, CLIENT, (method,), 0)
    if found is not None:
        found.given = {}
        found.open = found.open or len(tree.arguments(call)) > 1
    return found


def answer(sink: Sink) -> Answer:
    """What is known of the answer: the function may test and read it, and what it gives is seen only where that is dropped."""
    at = sink.frame.module.parent(sink.call)
    while at is not None and at.type in ("await", "parenthesized_expression"):
        at = sink.frame.module.parent(at)
    inside = Escape(sink.frame.module.span(sink.call), "is read inside a function of your own")
    return Answer(escapes=(inside,), opaque=at is None or at.type != "expression_statement")


def problem(change: Change) -> str:
    """Why a change cannot be written to such a call: only its URL can be."""
    if change.headers or change.drop_params or change.body is not None or change.user_colon:
        return "more than the URL changes, and what a function of your own (`wrappers`) takes besides it is not known"
    return ""

"""Clients that are not in the table: known by a verb in a name, or stubs of a test. What such a call really does is not known."""

from __future__ import annotations

import functools
import re

from v2migrate.languages.python import calling, tree
from v2migrate.languages.python.sinks import VERBS, Sink, from_arguments, set_method, with_method
from v2migrate.languages.python.values import (
    Frame,
    Known,
    Value,
)
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_WORD = regex(
    r"get|post|put|delete|patch|head|request|fetch|download|urlopen|curl|open|call|api|http|query|send", re.I
)
_RUNS = regex(r"run|sudo|local|system|output|exec|cmd|command|shell|bash|sh$|spawn", re.I)

_OTHER = regex(
    r"join|parse|split|quote|encode|decode|format|path|reverse|redirect|include|expand|append|assert|"
    r"print|log|debug|info|warn|error|echo|replace|strip|match|compile|sub$|^url$|^Url$|_for$|^open$|^len$",
    re.I,
)

_STUB_NAMES = frozenset(
    {"requests_mock", "mocker", "httpx_mock", "respx_mock", "aioresponses", "responses", "rsps", "mock_requests"}
)
STUBS = frozenset(
    {
        "responses",
        "requests_mock",
        "respx",
        "httpretty",
        "aioresponses",
        "pook",
        "requests_mock.mocker",
        "pytest_httpx",
        "httpx_mock",
        "requests_mock.Mocker",
        "responses.RequestsMock",
        "aioresponses.aioresponses",
    }
)


def candidate(name: str, call: Node) -> bool:
    """Can a call whose callee's last name is `name` send a request at all? Cheap, and generous."""
    return (not name or _may_send(name)) and bool(tree.arguments(call))


@functools.lru_cache(maxsize=4096)  # the same few hundred names are asked for all the time
def _may_send(name: str) -> bool:
    known = name in VERBS or name in ("add", "register_uri", "route", "Url")
    return known or _WORD.search(name) is not None or _RUNS.search(name) is not None


def stub(ev: Evaluator, name: str, client: str, call: Node, frame: Frame) -> Sink | None:
    short = client.split(".")[0]
    sink: Sink | None = None
    given = {frame.module.text(key) for a in tree.arguments(call) if (key := tree.field(a, "name")) is not None}
    if name in VERBS:
        sink = from_arguments(ev, call, frame, short, (name.upper(),), 0)
    elif name in (
        "add",
        "register_uri",
        "upsert",
        "replace",
        "route",
        "request",
        "add_response",
        "Response",
        "add_callback",
    ):
        at = (1, 0) if name == "add_response" else (0, 1)
        sink = with_method(ev, call, frame, short, *at)
    if sink is not None:
        sink.stub = next((n for n in ("json", "body", "text", "content", "payload") if n in given), "url")
        sink.given = {}
        sink.gap = sink.gap or "a stub in a test, not a call"
    return sink


def unknown(ev: Evaluator, value: Value, call: Node, frame: Frame) -> Sink | None:
    """A call whose callee is not known, but whose name has a verb, or is handed in by a caller."""
    name = _last(frame, call)
    if _OTHER.search(name):
        return None
    callee_param = value.hole.param if isinstance(value, Known) and value.hole is not None else ""
    receiver = tree.field(tree.field(call, "function") or call, "object")
    low = name.lower()
    if receiver is not None and frame.module.text(receiver) in _STUB_NAMES:
        return stub(ev, name, frame.module.text(receiver), call, frame)
    if receiver is not None and low in VERBS:
        sink = from_arguments(ev, call, frame, "unknown client", (low.upper(),), 0)
    elif receiver is not None and low in ("request", "fetch", "urlopen", "open_url", "stream"):
        sink = _verb_first(ev, call, frame)
    elif _WORD.search(name) or (callee_param and not name) or callee_param:
        sink = _verb_first(ev, call, frame)
        if sink is not None:
            if None in sink.methods:
                sink.gap = f"the HTTP method of {name or 'the function'}() is not known"
            sink.frozen = f"what {name or 'the function'}() does is not known"
    else:
        return None
    if sink is not None:
        sink.callee_param = callee_param
    return sink


def _verb_first(ev: Evaluator, call: Node, frame: Frame) -> Sink | None:
    """`f(url, …)`, `f("GET", url, …)` or `f(url, method="GET")`."""
    values, named, _ = calling.arguments(ev, call, frame)
    first = ev.texts(values[0].node, values[0].frame) if values and values[0].node is not None else ()
    verb = bool(first) and all(k.template.constant and k.template.flat.lower() in VERBS for k in first)
    at = 1 if verb and "method" not in named else 0
    sink = from_arguments(ev, call, frame, "unknown client", (None,), at)
    if sink is None:
        return None
    set_method(ev, sink, named.get("method") or (values[0] if verb else None), None)
    if sink.methods == (None,) and len(values) > 1 and not verb and values[1].node is not None:
        second = ev.texts(values[1].node, values[1].frame)
        hole = first[0].hole if first else None
        if hole is not None and hole.param and any("/" in k.template.flat for k in second):
            sink.url, sink.method_params = values[1], (hole.param,)
    return sink


def _last(frame: Frame, call: Node) -> str:
    callee = tree.field(call, "function")
    if callee is not None and callee.type == "attribute":
        callee = tree.field(callee, "attribute")
    return frame.module.text(callee) if callee is not None and callee.type == "identifier" else ""

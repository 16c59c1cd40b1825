"""What calls do with a value of the answer that they get as an argument: builtins, JSON, logging, functions of the module."""

from __future__ import annotations

import re

from v2migrate.languages.python import tree
from v2migrate.languages.python.answer_names import hand_in, mutate
from v2migrate.languages.python.answer_text import constant, key_span, status_code
from v2migrate.languages.python.answer_trace import Flow, Trace
from v2migrate.languages.python.answer_values import (
    Data,
    Group,
    Many,
    Raw,
    Rendered,
    Response,
    Status,
    Value,
    element,
    members,
)
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import StatusTest
from v2migrate.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_SAME = frozenset(
    {"list", "tuple", "sorted", "reversed", "iter", "set", "frozenset", "deque", "islice", "tqdm", "copy", "deepcopy", "closing",
     "aclosing", "run", "run_until_complete", "wait_for", "create_task", "ensure_future", "shield", "takewhile", "dropwhile",
     "run_sync", "syncify", "async_to_sync", "track", "progressbar", "filterfalse"}
)  # fmt: skip
_ONE = frozenset({"min", "max", "next", "anext", "first", "choice"})
_COUNTS = frozenset({"len", "sum", "Counter"})
_TESTS = frozenset({*_COUNTS, "bool", "any", "all", "isinstance", "issubclass", "type", "id", "hasattr", "callable"})
_TEXTS = frozenset({"str", "repr", "unicode", "pformat", "dumps", "ascii", "format", "highlight"})
_SHOW = frozenset(
    {"print", "pprint", "pp", "echo", "secho", "rprint", "print_json", "log", "debug", "info", "warning", "warn", "error",
     "critical", "exception", "exit", "fail", "skip", "cprint", "print_exc"}
)  # fmt: skip
_WRITE = regex(r"(?:sys\.|self\.)?_*(?:stdout|stderr)(?:\.buffer)?\.(?:write|writelines)")
_LOUD = regex(
    r"(?:.*\.)?_*(?:log|logger|logging|console|click|typer|sys|warnings|pytest|pprint|self|ui|out|rich|app|parser)",
    re.I,
)
_JSON = regex(r"(?:.*\.)?(?:(?=\w*json)\w+|_?yaml)\.(?:loads|load|safe_load|decode)")
_STORES = frozenset({"append", "appendleft", "add", "put", "put_nowait", "insert", "extend", "update"})
_FIELDS = regex(r"\{\w*\[")
"""What reads a field inside of a text: `"{0[url]}".format(build)`."""
_EQUAL = frozenset({"assertEqual", "assertEquals", "assert_equal", "eq_"})


def receive(trace: Trace, node: Node, call: Node, value: Value, flow: Flow) -> None:
    """`call` calls `value` itself."""
    trace.end(node, value, "is called")


def argument(trace: Trace, node: Node, call: Node, index: int | None, keyword: str, value: Value, flow: Flow) -> None:
    """`node` is an argument of `call`: number `index`, or named `keyword`; neither where that is not known."""
    module = trace.module
    callee = tree.field(call, "function")
    dotted = module.text(callee) if callee is not None else ""
    if not dotted or len(dotted) > 200:
        trace.end(node, value, "is passed on")
        return
    if callee is not None and callee.type == "call":
        _applied(trace, call, callee, value, flow, dotted)
        return
    around = module.parent(call)
    if around is not None and around.type == "raise_statement":
        trace.show(node, value)
        return
    receiver, _, last = dotted.rpartition(".")
    if hand_in(trace, call, index, keyword, value, flow):
        return
    if _decodes(trace, dotted, callee, value):
        trace.root(call, flow)
    elif _shows(receiver, last, dotted):
        trace.show(node, value)
    elif isinstance(value, Status):
        if last in _EQUAL:
            _assert_status(trace, node, call, flow)
        elif last == "int":
            trace.push(call, value, flow)
        elif last not in _TESTS:
            trace.tell(node, value)
    elif last in _COUNTS:
        trace.count(node, value)
    elif last in _TESTS:
        trace.read(value)
    elif last in _TEXTS and not keyword:
        _text(trace, call, last, receiver, value, flow)
    elif isinstance(value, Response | Raw):
        _response(trace, node, call, last, dotted, value, flow)
    elif last in _STORES and receiver and index is not None and callee is not None:
        _store(trace, node, callee, last, value, flow)
    elif last in (
        "sort",
        *_SAME,
        *_ONE,
        "groupby",
        "enumerate",
        "zip",
        "zip_longest",
        "filter",
        "map",
        "starmap",
        "dict",
        "chain",
    ):
        _builtin(trace, node, call, last, index, keyword, value, flow)
    elif callee is not None and callee.type == "attribute" and last == "join":
        trace.end(node, value, "is read as text")
    else:
        trace.end(node, value, f"is passed to {_short(dotted)}()")


def _short(dotted: str) -> str:
    return dotted if re.fullmatch(r"[\w.]{1,60}", dotted) else dotted.rpartition(".")[2][:60]


def _decodes(trace: Trace, dotted: str, callee: Node | None, value: Value) -> bool:
    """True for `json.loads(text)`, `json.load(response)` and their like."""
    if not isinstance(value, Raw | Response):
        return False
    if _JSON.fullmatch(dotted):
        return True
    if callee is None or callee.type != "identifier":
        return False
    owner = trace.module.scope_of(callee).owner(dotted)
    for binding in owner.bindings.get(dotted, []) if owner is not None else []:
        if binding.origin is not None and "json" in binding.origin[1] and binding.origin[2] in ("loads", "load"):
            return True
    return False


def _shows(receiver: str, last: str, dotted: str) -> bool:
    if _WRITE.fullmatch(dotted):
        return True
    return last in _SHOW and (not receiver or _LOUD.fullmatch(receiver) is not None)


def _text(trace: Trace, call: Node, last: str, receiver: str, value: Value, flow: Flow) -> None:
    if last == "format" and _FIELDS.search(receiver):
        trace.end(call, value, "is formatted by the names of its fields")
    trace.read(value)
    inner = members(value)
    if any(isinstance(m, Raw) for m in inner):
        trace.push(call, Raw(), flow)
    elif any(isinstance(m, Rendered) or (isinstance(m, Data) and m.whole) for m in inner):
        trace.push(call, Rendered(), flow)


def _response(trace: Trace, node: Node, call: Node, last: str, dotted: str, value: Value, flow: Flow) -> None:
    """A response or its text as an argument of a call that is not one of the module's."""
    if last in _SAME or last in _ONE or (isinstance(value, Raw) and last in ("BytesIO", "StringIO", "TextIOWrapper", "reader")):
        trace.push(call, value, flow)
    elif isinstance(value, Response) and last in ("TextIOWrapper", "BufferedReader"):
        trace.push(call, Raw(), flow)
    else:
        trace.end(node, value, f"is passed to {_short(dotted)}()")


def _store(trace: Trace, node: Node, callee: Node, last: str, value: Value, flow: Flow) -> None:
    base = tree.field(callee, "object")
    stored = value if last in ("extend", "update") else Many(value)
    if base is None or not mutate(trace, base, stored, flow):
        trace.end(node, value, f"is stored in {_short(trace.module.text(base)) if base is not None else 'a container'}")


def _applied(trace: Trace, call: Node, callee: Node, value: Value, flow: Flow, dotted: str) -> None:
    """`itemgetter("a")(value)`."""
    inner = tree.field(callee, "function")
    if inner is not None and trace.module.text(inner).rpartition(".")[2] == "itemgetter":
        for found in _picked(trace, callee, value, flow):
            trace.push(call, found, flow)
    else:
        trace.end(
            call, value, f"is passed to {_short(trace.module.text(inner)) if inner is not None else 'a function'}()()"
        )


def _picked(trace: Trace, getter: Node, value: Value, flow: Flow) -> list[Value]:
    """What `itemgetter(…)` takes out of `value`."""
    out: list[Value] = []
    for key in tree.positional(getter):
        name = constant(trace.module, key)
        if isinstance(value, Data) and name is not None:
            span = None if flow.shared else key_span(trace.module, key)
            trace.read(value, inner=True)
            out.append(value.field(name, trace.module.span(getter if len(tree.positional(getter)) == 1 else key), span))
        elif name is None:
            out += element(value)
    return out if len(out) < 2 else [Group(tuple(out))]


def _function_argument(trace: Trace, call: Node, function: Node, value: Value, flow: Flow) -> bool:
    """Gives `value` to the first parameter of a lambda, a function of the module or an itemgetter; False where unknown."""
    module = trace.module
    known = trace.functions.get(function.id)
    if function.type == "identifier":
        owner = module.scope_of(function).owner(module.text(function))
        bound = owner.bindings.get(module.text(function), []) if owner is not None else []
        known = next((f for f in trace.functions.values() if any(b.target is f for b in bound)), None)
        if known is None and module.text(function) in ("len", "bool", "None", "str", "int", "dict", "list"):
            trace.read(value)
            return True
    if known is not None and known.parameters:
        return hand_in(trace, call, 0, "", value, flow, known)
    if function.type == "call":
        inner = tree.field(function, "function")
        if inner is not None and module.text(inner).rpartition(".")[2] == "itemgetter":
            for found in _picked(trace, function, value, flow):
                trace.read(found)
            return True
    if function.type == "none":
        trace.read(value)
        return True
    return False


def _builtin(
    trace: Trace, node: Node, call: Node, last: str, index: int | None, keyword: str, value: Value, flow: Flow
) -> None:
    """A builtin (or itertools) that hands on its argument or the elements of it."""
    arguments = tree.positional(call)
    if keyword:  # `default=`, `start=`
        trace.end(node, value, f"is passed to {last}()")
        return
    if last in ("map", "filter", "starmap", "filterfalse", "takewhile", "dropwhile"):
        _mapped(trace, node, call, last, arguments, value, flow)
        return
    key = tree.keyword(call, "key")
    function = tree.field(key, "value") if key is not None else None
    if last == "groupby" and function is None and len(arguments) > 1:
        function = arguments[1]
    if function is not None:
        for one in element(value):
            if not _function_argument(trace, call, function, one, flow):
                trace.end(node, one, f"is passed to {_short(trace.module.text(function))}()")
    if last == "sort":
        return
    shared = (
        flow
        if len(arguments) < 2 or last in ("next", "islice", "sorted", "wait_for", "track", "tqdm")
        else replace(flow, shared=True)
    )
    if last == "enumerate":
        for one in element(value):
            trace.push(call, Many(Group((None, one))), flow)
    elif last in ("zip", "zip_longest"):
        for one in element(value):
            trace.push(call, Many(Group(tuple(one if i == index else None for i in range(len(arguments))))), flow)
    elif last == "groupby":
        trace.push(call, Many(Group((None, value))), flow)
    elif (last in _ONE and len(arguments) == 1) or last in ("next", "anext"):
        if index == 0 or index is None:
            for one in element(value):
                trace.push(call, one, flow)
        else:
            trace.push(call, value, flow)
    elif last in _ONE:  # min(a, b)
        trace.push(call, value, shared)
    elif last == "dict" and isinstance(value, Many):
        trace.end(node, value, "is stored in a dict")
    elif last == "islice" and index not in (0, None):
        trace.read(value)
    else:
        trace.push(call, value, shared)


def _mapped(trace: Trace, node: Node, call: Node, last: str, arguments: list[Node], value: Value, flow: Flow) -> None:
    function = arguments[0] if arguments else None
    if function is None or function.id == node.id:
        trace.end(node, value, f"is passed to {last}()")
        return
    if last in ("map", "starmap"):
        if function.type == "call":
            inner = tree.field(function, "function")
            if inner is not None and trace.module.text(inner).rpartition(".")[2] == "itemgetter":
                for one in element(value):
                    for found in _picked(trace, function, one, flow):
                        trace.push(call, Many(found), flow)
                return
        known = function.type == "lambda" and last == "map" and len(arguments) == 2
        for one in element(value):
            if not known or not _function_argument(trace, call, function, one, flow):
                trace.end(node, one, f"is passed to {_short(trace.module.text(function))}()")
        return
    for one in element(value):
        if not _function_argument(trace, call, function, one, flow):
            trace.end(node, one, f"is passed to {_short(trace.module.text(function))}()")
    trace.push(call, value, flow)


def _assert_status(trace: Trace, node: Node, call: Node, flow: Flow) -> None:
    for other in tree.positional(call)[:2]:
        code = status_code(trace.module, other) if other.id != node.id else None
        if code is not None:
            span = trace.module.span(other)
            trace.status[StatusTest(code, Span(span.path, span.start, span.start) if flow.shared else span)] = None

"""Parts read from a value of the answer: keys, attributes, methods of responses, dicts and lists."""

from __future__ import annotations

from v2migrate.languages.python import tree
from v2migrate.languages.python.answer_calls import argument
from v2migrate.languages.python.answer_text import constant, indexes, key_span, number, same
from v2migrate.languages.python.answer_trace import Flow, Trace
from v2migrate.languages.python.answer_values import (
    Data,
    Group,
    Many,
    Mapping,
    Raw,
    Rendered,
    Response,
    Status,
    Value,
    element,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

# Response attributes that read nothing of the body.
_QUIET = frozenset(
    {"ok", "raise_for_status", "reason", "headers", "url", "elapsed", "close", "release", "history", "request", "cookies",
     "encoding", "apparent_encoding", "is_success", "is_error", "is_redirect", "reason_phrase", "info", "geturl", "getheader",
     "getheaders", "links", "http_version", "msg", "charset", "content_type", "wait_for_close", "aclose", "next", "retries",
     "is_client_error", "is_server_error", "release_conn", "drain_conn", "setdefault", "request_info", "method", "host",
     "real_url", "connection", "returncode", "check_returncode", "stderr", "wait", "poll"}
)  # fmt: skip
_BODY = frozenset(
    {"text", "content", "body", "data", "read", "aread", "raw", "fp", "iter_lines", "iter_content", "iter_bytes", "iter_text",
     "readline", "readlines", "stream", "get_data", "readall", "stdout"}
)  # fmt: skip
_STATUS = frozenset({"status_code", "status", "code", "getcode"})
_SAME = frozenset({"copy", "lower", "upper", "strip", "casefold"})
_FIELDS = frozenset({"get", "pop", "setdefault", "__getitem__"})


def subscript(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    module = trace.module
    if not same(tree.field(parent, "value"), node):
        trace.end(node, value, "is used as a key")
        return
    around = module.parent(parent)
    if around is not None and around.type == "assignment" and not same(tree.field(around, "right"), parent):
        _written(trace, parent, value, flow)
        return
    keys = [c for c in tree.named(parent) if c.id != node.id]
    if len(keys) == 1 and keys[0].type == "slice":
        trace.push(parent, value, flow)
    elif isinstance(value, Data) and len(keys) == 1:
        _item(trace, parent, keys[0], value, flow)
    elif isinstance(value, Mapping):
        trace.push(parent, value.element, flow)
    elif isinstance(value, Many | Group):
        for inner in element(value, number(module, keys[0]) if keys else None):
            trace.push(parent, inner, flow)
    else:
        trace.end(node, value, "is used in a way that was not followed")


def _item(trace: Trace, node: Node, key: Node, value: Data, flow: Flow) -> None:
    """The expression `node` reads `key` from `value`."""
    name = constant(trace.module, key)
    if name is not None:
        trace.read(value, inner=True)
        span = None if flow.shared else key_span(trace.module, tree.bare(key))
        trace.push(node, value.field(name, trace.module.span(node), span), flow)
    elif indexes(trace.module, key):
        for inner in element(value):
            trace.push(node, inner, flow)
    else:
        trace.read(value)
        trace.escape(node, "is read with a key that is not constant")


def _written(trace: Trace, node: Node, value: Value, flow: Flow) -> None:
    """The target `node` gives an element of `value` another value: its name has to stay that of what is read there."""
    keys = tree.named(node)[1:]
    name = constant(trace.module, keys[0]) if len(keys) == 1 else None
    if isinstance(value, Data) and name is not None:
        key = None if flow.shared else key_span(trace.module, tree.bare(keys[0]))
        trace.written(value.field(name, trace.module.span(node), key))


def attribute(trace: Trace, node: Node, parent: Node, value: Value, flow: Flow) -> None:
    name_node = tree.field(parent, "attribute")
    if name_node is None or not same(tree.field(parent, "object"), node):
        trace.read(value)
        return
    name = trace.module.text(name_node)
    around = trace.module.parent(parent)
    call = (
        around
        if around is not None and around.type == "call" and same(tree.field(around, "function"), parent)
        else None
    )
    if isinstance(value, Response):
        _response(trace, parent, call, name, flow)
    elif isinstance(value, Raw | Rendered):
        if call is not None and name in ("decode", "encode", "strip", "read", "rstrip", "getvalue"):
            trace.push(call, value, flow)
        else:
            trace.end(parent, value, "is read as text")
    elif isinstance(value, Status):
        if name == "value":
            trace.push(parent, value, flow)
    elif call is None:
        trace.end(parent, value, f"is read as .{name}")
    elif name == "sort":
        argument(trace, node, call, None, "", value, flow)
    elif isinstance(value, Data) and name in _FIELDS:
        keys = tree.positional(call)
        if keys:
            _item(trace, call, keys[0], value, flow)
        elif name == "pop":
            for inner in element(value):
                trace.push(call, inner, flow)
    elif name in _SAME:
        trace.push(call, value, flow)
    elif name in ("append", "extend", "insert", "remove", "reverse", "clear", "update", "index", "count"):
        trace.read(value)
    elif isinstance(value, Data):
        trace.end(call, value, f"is used with .{name}()")
    else:
        _container(trace, call, name, value, flow)


def _container(trace: Trace, call: Node, name: str, value: Value, flow: Flow) -> None:
    """A method of a list or a dict of the program's own."""
    if isinstance(value, Mapping):
        if name in _FIELDS:
            trace.push(call, value.element, flow)
        elif name == "items":
            trace.push(call, Many(Group((None, value.element))), flow)
        elif name == "values":
            trace.push(call, Many(value.element), flow)
        elif name != "keys":
            trace.end(call, value, f"is used with .{name}()")
    elif isinstance(value, Many) and name in ("pop", "popleft", "get"):
        trace.push(call, value.element, flow)
    else:
        trace.end(call, value, f"is used with .{name}()")


def _response(trace: Trace, attribute: Node, call: Node | None, name: str, flow: Flow) -> None:
    place = call or attribute
    if name == "json" and call is not None:
        trace.root(call, flow)
    elif name in _BODY:
        trace.push(place, Raw(), flow)
    elif name in _STATUS:
        trace.push(place, Status(), flow)
    elif name == "communicate" and call is not None:
        trace.push(call, Group((Raw(), None)), flow)
    elif name in ("raise_for_status", "result", "__enter__", "__aenter__"):
        trace.push(place, Response(), flow)
    elif name not in _QUIET:
        trace.escape(place, f"is read as .{name}" if call is None else f"is used with .{name}()")

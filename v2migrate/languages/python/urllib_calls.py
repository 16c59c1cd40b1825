"""`urlopen` and `Request` of urllib, urllib2 and six: the method is in the data, a keyword, or a later assignment."""

from __future__ import annotations

from v2migrate.languages.python import calling, order, tree
from v2migrate.languages.python.sinks import Sink, set_method, verb_of
from v2migrate.languages.python.values import (
    ClassRef,
    Frame,
    Instance,
    Made,
    Nothing,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def request_object(ev: Evaluator, call: Node, frame: Frame, ref: ClassRef | None) -> Sink | None:
    """`urllib.request.Request(url, data, headers, method=…)` and its subclasses."""
    values, named, open_ended = calling.arguments(ev, call, frame)
    url = named.get("url") or (values[0] if values else None)
    if url is None or url.node is None:
        return None
    given = {k: g for k, g in named.items() if k in ("data", "headers")}
    given.update({k: g for k, g in zip(("data", "headers"), values[1:], strict=False) if k not in given})
    sink = Sink(call, frame, "urllib", (), url, given, open=open_ended)
    if "method" in named:
        set_method(ev, sink, named["method"], None)
        return sink
    word = _get_method(ev, call, frame, ref)
    data = given.get("data")
    absent = data is None or (data.node is not None and data.node.type == "none")
    if word:
        sink.methods = (word,)
    elif (
        data is not None
        and not absent
        and data.node is not None
        and any(isinstance(v, Nothing) for v in ev.values(data.node, data.frame))
    ):
        sink.methods, sink.gap = (None,), "the HTTP method is not known"
    else:
        sink.methods = ("GET",) if absent else ("POST",)
    return sink


def _get_method(ev: Evaluator, call: Node, frame: Frame, ref: ClassRef | None) -> str:
    """The word of `request.get_method = lambda: 'PUT'`, `request.method = …`, or of a subclass's get_method."""
    from v2migrate.languages.python import members

    if ref is not None:
        function = members.method(ev, ref.cls, "get_method")
        if function is not None and function.returns:
            return verb_of(ev, function.returns[0], Frame(function.module, function, receiver=Instance(ref.cls)))
    module = frame.module
    holder = module.parent(call)
    left = tree.field(holder, "left") if holder is not None and holder.type == "assignment" else None
    if left is None or left.type != "identifier":
        return ""
    for read in order.uses(module, left):
        around = module.parent(read)
        outer = module.parent(around) if around is not None else None
        if around is None or outer is None or around.type != "attribute" or outer.type != "assignment":
            continue
        attribute, value = tree.field(around, "attribute"), tree.field(outer, "right")
        if attribute is None or value is None:
            continue
        if module.text(attribute) == "method":
            return verb_of(ev, value, frame)
        if module.text(attribute) == "get_method" and value.type == "lambda":
            body = tree.field(value, "body")
            return verb_of(ev, body, frame) if body is not None else ""
    return ""


def urlopen(ev: Evaluator, call: Node, frame: Frame, name: str) -> Sink | None:
    values, named, open_ended = calling.arguments(ev, call, frame)
    url = named.get("url") or (values[0] if values else None)
    if url is None or url.node is None:
        return None
    made = ev.values(url.node, url.frame)
    if any(isinstance(v, Made | Instance) for v in made):
        return None  # the Request object's own call stands for it
    data = named.get("data") or (values[1] if len(values) > 1 and name.endswith("urlopen") else None)
    absent = data is None or (data.node is not None and data.node.type == "none")
    given = {} if absent or data is None else {"data": data}
    sink = Sink(call, frame, "urllib", ("GET" if absent else "POST",), url, given, open=open_ended)
    sink.raises = "wget" not in name
    return sink

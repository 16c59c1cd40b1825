"""Whether a call that seems to send no token may send one after all: what other code does to its headers. Knows no rule."""

from __future__ import annotations

from v2migrate.languages.python import body, order, tree
from v2migrate.languages.python.scopes import Module
from v2migrate.languages.python.sinks import Sink
from v2migrate.languages.python.values import Given

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

_OPEN = ("urlopen", "Request")
_HARMLESS = frozenset({
    "headers", "verify", "stream", "mount", "close", "trust_env", "max_redirects", "request", "getresponse", "urlopen",
    "get", "post", "put", "delete", "patch", "head", "options",
})  # fmt: skip
"""What a client object is asked for without giving it a token."""


def may_be(ev: Evaluator, sink: Sink) -> bool:
    """May other code give the call headers, or a token of another kind, that were not seen?"""
    given = sink.given.get("headers")
    if given is not None and given.node is not None and _passed_on(given.frame.module, given.node):
        return True
    if _callee(sink) == "putrequest":
        return True  # its headers follow in calls of their own
    if sink.client == "urllib" or _callee(sink) == "Request":
        return _urllib(sink)
    return sink.session is not None and _session(ev, sink)


def _passed_on(module: Module, node: Node) -> bool:
    """Is the variable handed to a function that may change it?"""
    if node.type != "identifier":
        return False
    name = module.text(node)
    owner = module.scope_of(node).owner(name)
    for read in owner.reads(name) if owner is not None else ():
        parent = module.parent(read)
        if parent is None or read == node:
            continue
        key = tree.field(parent, "name") if parent.type == "keyword_argument" else None
        if parent.type == "argument_list" or (key is not None and module.text(key) != "headers"):
            return True
    return False


def _callee(sink: Sink) -> str:
    callee = tree.field(sink.call, "function")
    return sink.frame.module.text(callee).rpartition(".")[2] if callee is not None else ""


def _urllib(sink: Sink) -> bool:
    """Does the Request go anywhere but to urlopen(), or all requests through an opener of one's own?"""
    module = sink.frame.module
    if b"install_opener" in module.source.data or _callee(sink) not in _OPEN:
        return True
    if _callee(sink) == "urlopen":
        return False
    parent = module.parent(sink.call)
    left = tree.field(parent, "left") if parent is not None and parent.type == "assignment" else None
    if left is None:
        return not _opened(module, sink.call)
    return left.type != "identifier" or not all(_plain(module, read) for read in order.uses(module, left))


def _plain(module: Module, read: Node) -> bool:
    """Is a Request object read without giving it headers that were not seen?"""
    parent = module.parent(read)
    attribute = tree.field(parent, "attribute") if parent is not None and parent.type == "attribute" else None
    if attribute is None or parent is None:
        return _opened(module, read)
    if module.text(attribute) not in ("add_header", "add_unredirected_header"):
        return module.text(attribute) != "headers"
    call = module.parent(parent)
    given = tree.positional(call) if call is not None and call.type == "call" else []
    return bool(given) and given[0].type == "string"


def _opened(module: Module, node: Node) -> bool:
    """Is it an argument of urlopen()?"""
    around = module.parent(node)
    call = module.parent(around) if around is not None and around.type == "argument_list" else None
    callee = tree.field(call, "function") if call is not None and call.type == "call" else None
    return callee is not None and module.text(callee).rpartition(".")[2] == "urlopen"


def _session(ev: Evaluator, sink: Sink) -> bool:
    """Was a client object given headers that cannot be read, or parameters for all its calls?"""
    owner, module = sink.session, sink.frame.module
    assert owner is not None
    for name in ("headers", "params", "auth"):
        argument = tree.keyword(owner.call, name)
        value = tree.field(argument, "value") if argument is not None else None
        if value is not None and (name != "headers" or body.headers_of(ev, Given(value, owner.frame))[2]):
            return True
    callee = tree.field(sink.call, "function")
    receiver = tree.field(callee, "object") if callee is not None and callee.type == "attribute" else None
    if receiver is None or receiver.type != "identifier":
        return True
    scope = module.scope_of(receiver).owner(module.text(receiver))
    return scope is None or any(_given(ev, sink, read) for read in scope.reads(module.text(receiver)))


def _given(ev: Evaluator, sink: Sink, read: Node) -> bool:
    """Does the client object get something here that may be a token?"""
    module = sink.frame.module
    parent = module.parent(read)
    attribute = tree.field(parent, "attribute") if parent is not None and parent.type == "attribute" else None
    if attribute is None or parent is None or module.text(attribute) not in _HARMLESS:
        return True
    around = module.parent(parent)
    call = module.parent(around) if around is not None and around.type == "attribute" else None
    if module.text(attribute) != "headers" or call is None or call.type != "call":
        return False
    given = tree.positional(call)
    return not given or body.headers_of(ev, Given(given[0], sink.frame))[2]

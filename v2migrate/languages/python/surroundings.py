"""Places and facts in a module that are not in the call itself: where an import can go, what headers a session has."""

from __future__ import annotations

from v2migrate.languages.python import body, order, tree
from v2migrate.languages.python.scopes import Module, class_around
from v2migrate.languages.python.sinks import Sink
from v2migrate.languages.python.values import Frame, Given
from v2migrate.request import Header
from v2migrate.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def place(module: Module) -> Span:
    """The empty span just behind the last top-level import, or behind the docstring, or at the file's start."""
    if module.below_imports is None:
        module.below_imports = _below_imports(module)
    return module.below_imports


def _below_imports(module: Module) -> Span:
    path, data = module.source.path, module.source.data
    last: Node | None = None
    for statement in module.root.named_children:
        if statement.type in ("import_statement", "import_from_statement", "future_import_statement"):
            last = statement
    if last is None:
        first = next((c for c in module.root.named_children if c.type != "comment"), None)
        if (
            first is not None
            and first.type == "expression_statement"
            and tree.named(first)[:1]
            and (tree.named(first)[0].type in ("string", "concatenated_string"))
        ):
            last = first
    if last is None:
        start = module.ranges[0][0] if module.ranges else 0
        for line in data[start:].splitlines(keepends=True):
            if not line.startswith((b"#!", b"\xef\xbb\xbf#!")) and b"coding" not in line:
                break
            start += len(line)
        return Span(path, start, start)
    end = data.find(b"\n", last.end_byte)
    at = len(data) if end < 0 else end + 1
    return Span(path, at, at)


def session_headers(ev: Evaluator, sink: Sink) -> list[Header]:
    """The headers of `session.headers.update({…})` and `session.headers["X"] = …` on the sink's client object, by name."""
    module = sink.frame.module
    receiver = _receiver(sink)
    if receiver is None:
        return []
    name = module.text(receiver)
    out: list[Header] = []
    mine = class_around(module, receiver) if name.startswith(("self.", "cls.")) else None
    for node in module.attributes_of(name, "headers", mine):
        owner = tree.field(node, "object")
        if owner is None or not _same(module, owner, receiver, name):
            continue
        around = module.parent(node)
        outer = module.parent(around) if around is not None else None
        if around is None or outer is None:
            continue
        function = module.function_of(node)
        frame = sink.frame if function is sink.frame.function else Frame(module, function)
        if around.type == "attribute" and outer.type == "call" and tree.positional(outer):
            out += body.headers_of(ev, Given(tree.positional(outer)[0], frame))[0]
        elif around.type == "subscript" and outer.type == "assignment":
            keys, value = around.children_by_field_name("subscript"), tree.field(outer, "right")
            words = ev.texts(keys[0], frame) if len(keys) == 1 else ()
            if len(words) == 1 and words[0].template.constant and value is not None:
                found = ev.texts(value, frame)
                out.append(Header(words[0].template.flat, found[0].template, module.span(outer)))
        elif around.type == "assignment" and tree.field(around, "left") == node:
            value = tree.field(around, "right")
            if value is not None:
                out += body.headers_of(ev, Given(value, frame))[0]
    return out


def session_params(sink: Sink) -> bool:
    """Does the sink's client object get query parameters for all its calls? A token among them is none to v2."""
    module, receiver = sink.frame.module, _receiver(sink)
    if receiver is None:
        return False
    name = module.text(receiver)
    mine = class_around(module, receiver) if name.startswith(("self.", "cls.")) else None
    owners = (tree.field(node, "object") for node in module.attributes_of(name, "params", mine))
    return any(owner is not None and _same(module, owner, receiver, name) for owner in owners)


def added_headers(ev: Evaluator, sink: Sink) -> list[Header]:
    """The headers of `request.add_header(name, value)` on the Request object that the sink makes."""
    module = sink.frame.module
    parent = module.parent(sink.call)
    left = tree.field(parent, "left") if parent is not None and parent.type == "assignment" else None
    if sink.client != "urllib" or left is None or left.type != "identifier":
        return []
    out: list[Header] = []
    for read in order.uses(module, left):
        attribute = module.parent(read)
        call = module.parent(attribute) if attribute is not None else None
        if attribute is None or call is None or call.type != "call":
            continue
        name, given = tree.field(attribute, "attribute"), tree.positional(call)
        if name is None or module.text(name) not in ("add_header", "add_unredirected_header") or len(given) != 2:
            continue
        words = ev.texts(given[0], sink.frame)
        if len(words) == 1 and words[0].template.constant:
            out.append(Header(words[0].template.flat, ev.texts(given[1], sink.frame)[0].template, module.span(call)))
    return out


def fresh_session(sink: Sink) -> bool:
    """True where the client object is a variable of the same function that gets no `auth` and is handed to nobody."""
    module, receiver = sink.frame.module, _receiver(sink)
    if receiver is None or receiver.type != "identifier":
        return False
    name = module.text(receiver)
    owner = module.scope_of(receiver).owner(name)
    if owner is None:
        return False
    if any(b.kind not in ("assign", "with") for b in owner.bindings[name]):
        return False
    for read in owner.reads(name):
        parent = module.parent(read)
        if parent is None or parent.type != "attribute":
            return False
        attribute = tree.field(parent, "attribute")
        if attribute is not None and module.text(attribute) in ("auth", "cookies", "hooks", "cert"):
            return False
    return True


def _receiver(sink: Sink) -> Node | None:
    callee = tree.field(sink.call, "function")
    return tree.field(callee, "object") if callee is not None and callee.type == "attribute" else None


def _same(module: Module, owner: Node, receiver: Node, name: str) -> bool:
    if module.text(owner) != name:
        return False
    if owner.type != "identifier":
        return True
    return module.scope_of(owner).owner(name) is module.scope_of(receiver).owner(name)

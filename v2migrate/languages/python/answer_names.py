"""How a value of the answer moves through names: variables, parameters, returned values, attributes. Knows no library."""

from __future__ import annotations

from v2migrate.languages.python import tree
from v2migrate.languages.python.answer_order import mixes, reached
from v2migrate.languages.python.answer_text import trivial
from v2migrate.languages.python.answer_trace import Flow, Trace
from v2migrate.languages.python.answer_values import Group, Many, Mapping, Status, Value, element
from v2migrate.languages.python.scopes import Function, Scope, class_around
from v2migrate.records import replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 4
_MOST_PAIRS = 20_000
_TARGETS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"})
_MUTATORS = frozenset({"append", "appendleft", "add", "put", "put_nowait", "insert", "extend", "update"})


def assign(trace: Trace, target: Node, value: Value, flow: Flow) -> None:
    """`target` of an assignment, a loop or a `with` gets `value`."""
    if target.type == "parenthesized_expression" or target.type == "as_pattern_target":
        for inner in tree.named(target):
            assign(trace, inner, value, flow)
    elif target.type == "identifier":
        _variable(trace, target, value, flow)
    elif target.type in _TARGETS:
        _unpack(trace, target, value, flow)
    elif target.type == "attribute":
        _attribute(trace, target, value, flow)
    elif target.type == "subscript":
        base = tree.field(target, "value")
        if base is None or not mutate(trace, base, Mapping(value), flow):
            trace.end(
                target, value, f"is stored in {trace.module.text(base)[:60] if base is not None else 'a container'}"
            )
    else:
        trace.end(target, value, "is stored in a way that was not followed")


def _unpack(trace: Trace, target: Node, value: Value, flow: Flow) -> None:
    parts = tree.named(target)
    starred = any(p.type == "list_splat_pattern" for p in parts)
    for index, part in enumerate(parts):
        if part.type == "list_splat_pattern":
            for inner in tree.named(part):
                assign(trace, inner, value if not isinstance(value, Group) else Many(value), flow)
        elif isinstance(value, Group) and not starred and len(value.members) == len(parts):
            member = value.members[index]
            if member is not None:
                assign(trace, part, member, flow)
        else:
            for one in element(value):
                assign(trace, part, one, flow)


# --- variables ------------------------------------------------------------------------------------------------------


def _variable(trace: Trace, target: Node, value: Value, flow: Flow, inner: Scope | None = None) -> None:
    module, name = trace.module, trace.module.text(target)
    scope: Scope | None = inner or module.scope_of(target)
    while scope is not None and (own := scope.bound_at(name, target)) is None:
        scope = scope.parent
    if scope is None:
        trace.end(target, value, f"is stored in {name}")
        return
    if scope.kind == "class":
        trace.end(target, value, f"is stored in the class attribute {name}")
        return
    bindings = scope.bindings[name]
    assert own is not None
    found, reads = False, scope.reads(name)
    if len(bindings) > 2 and len(bindings) ** 2 * len(reads) > _MOST_PAIRS:
        trace.end(target, value, f"is stored in {name}, which is set in too many places")
        return
    others = [b for b in bindings if b is not own]
    for read in reads:
        if read.id == target.id or not reached(module, own, read, others):
            continue
        found = True
        mixed = any(mixes(b) and reached(module, b, read, [o for o in bindings if o is not b]) for b in others)
        trace.push(read, value, replace(flow, shared=True) if mixed else flow)
    if not found:
        trace.read(value)


def mutate(trace: Trace, base: Node, value: Value, flow: Flow) -> bool:
    """The container in the local name `base` holds `value` from here on; False where that cannot be followed."""
    if base.type != "identifier":
        return False
    module, name = trace.module, trace.module.text(base)
    owner = module.scope_of(base).owner(name)
    if (
        owner is None
        or not owner.bindings.get(name)
        or any(b.kind in ("import", "param") for b in owner.bindings[name])
    ):
        return False
    reads = owner.reads(name)
    stores = [r for r in reads if _is_store(trace, r)]
    filled = [b for b in owner.bindings[name] if not trivial(b.value)]
    after = replace(flow, shared=True) if len(stores) > 1 or filled else flow
    found = False
    for read in reads:
        if read.id != base.id and not _is_store(trace, read):
            found = True
            trace.push(read, value, after)
    if not found:
        trace.read(value)
    return True


def _is_store(trace: Trace, read: Node) -> bool:
    """True where `read` is `x` of `x.append(…)` or `x[…] = …`."""
    parent = trace.module.parent(read)
    around = trace.module.parent(parent) if parent is not None else None
    if parent is None or around is None:
        return False
    if parent.type == "attribute":
        name = tree.field(parent, "attribute")
        return around.type == "call" and name is not None and trace.module.text(name) in _MUTATORS
    if parent.type == "subscript":
        left = tree.field(around, "left")
        return around.type == "assignment" and left is not None and left.id == parent.id
    return False


def _attribute(trace: Trace, target: Node, value: Value, flow: Flow) -> None:
    """`self.x = value`: followed to the reads of `self.x` in the class where it is the only assignment."""
    module = trace.module
    text = module.text(target)[:80]
    receiver, name_node = tree.field(target, "object"), tree.field(target, "attribute")
    cls = class_around(module, target)
    if isinstance(value, Status) or receiver is None or name_node is None:
        trace.tell(target, value)
        return
    name, owner = module.text(name_node), module.text(receiver)
    stores = cls.instance.get(name, []) if cls is not None else []
    if cls is None or owner not in ("self", "cls") or not stores:
        trace.end(target, value, f"is stored in {text}")
        return
    real = [b for b in [*stores, *cls.scope.bindings.get(name, [])] if not trivial(b.value) or b.kind != "assign"]
    uses = [a for a in module.attributes.get(name, []) if a.id != target.id and not _assigned(trace, a)]
    mine = [a for a in uses if module.text(tree.field(a, "object") or a) == owner and class_around(module, a) is cls]
    if len(real) != 1 or len(mine) != len(uses):
        trace.end(target, value, f"is stored in {text}")
        if len(real) != 1:
            return
    for use in mine:
        trace.push(use, value, flow)
    if not mine:
        trace.end(target, value, f"is stored in {text}")


def _assigned(trace: Trace, node: Node) -> bool:
    parent = trace.module.parent(node)
    left = tree.field(parent, "left") if parent is not None and parent.type == "assignment" else None
    return left is not None and left.id == node.id


# --- functions ------------------------------------------------------------------------------------------------------


def _callee(trace: Trace, call: Node) -> Function | None:
    """The function of this module that `call` calls."""
    callee = tree.field(call, "function")
    if callee is None or callee.type not in ("identifier", "attribute"):
        return None
    name = trace.module.text(callee).rpartition(".")[2]
    module = trace.module
    makers = [f for f in module.sites("__init__").callees(call) if f.cls is not None and f.name != name]
    return min([*module.sites(name).callees(call), *makers], key=lambda f: f.node.start_byte, default=None)


def hand_in(
    trace: Trace,
    call: Node,
    index: int | None,
    keyword: str,
    value: Value,
    flow: Flow,
    function: Function | None = None,
) -> bool:
    """Follows an argument into the parameter of a function of this module; False where the call goes elsewhere.

    `function` is one that `call` calls back (a lambda as a key); its first parameter gets the value then.
    """
    module, back = trace.module, function is not None
    function = function or _callee(trace, call)
    if function is None:
        return False
    if len(flow.calls) >= _DEEPEST or flow.depth >= _DEEPEST:
        trace.end(call, value, f"is passed to {function.name}()")
        return True
    parameters = function.parameters
    if not back and function.cls is not None and not function.static and _bound(trace, call, function):
        parameters = parameters[1:]
    plain = [p for p in parameters if p.kind == "plain"]
    found = None
    if keyword:
        found = next((p for p in parameters if p.name == keyword and p.kind in ("plain", "keyword")), None)
    elif index is not None and index < len(plain):
        before = tree.arguments(call)[:index] if not back else []
        found = plain[index] if not any(a.type == "list_splat" for a in before) else None
    if found is None:
        trace.end(call, value, f"is passed to {function.name}()")
        return True
    sites = [] if back else module.call_sites(function)
    inner = replace(
        flow,
        calls=(*flow.calls, (function.node.id, call.id)),
        depth=flow.depth + 1,
        shared=flow.shared or len(sites) > 1,
    )
    _variable(trace, found.node, value, inner, function.scope)
    return True


def _bound(trace: Trace, call: Node, function: Function) -> bool:
    """True where `self` is passed without being written (`Class.method(obj, x)` passes it in the list)."""
    callee = tree.field(call, "function")
    receiver = tree.field(callee, "object") if callee is not None and callee.type == "attribute" else None
    if receiver is None or function.cls is None:
        return True
    return trace.module.text(receiver) != function.cls.name or "classmethod" in function.decorators


def hand_back(trace: Trace, node: Node, value: Value, flow: Flow, yields: bool = False) -> None:
    """`node` is returned (or yielded) by the function around it: followed to the calls of that function."""
    module = trace.module
    function = module.function_of(node)
    if isinstance(value, Status):
        trace.tell(node, value)
        return
    if function is None:
        trace.end(node, value, "is returned")
        return
    how = f"is {'yielded' if yields else 'returned'} by {function.name}()"
    marks = [d.split("(")[0].rpartition(".")[2] for d in function.decorators]
    manager = yields and any("contextmanager" in m for m in marks)
    if manager and isinstance(value, Many):
        value = value.element
    known = next((i for i in range(len(flow.calls) - 1, -1, -1) if flow.calls[i][0] == function.node.id), None)
    if known is None and function.node.id == trace.within:
        return
    if known is not None:
        sites = [s for s in module.call_sites(function) if s.id == flow.calls[known][1]]
        after = replace(flow, calls=flow.calls[:known])
    else:
        sites = module.call_sites(function)
        after = replace(flow, depth=flow.depth + 1, calls=())
    if not sites or flow.depth >= _DEEPEST or function.property or (not manager and any(m in _ODD for m in marks)):
        trace.end(node, value, how)
        return
    if not yields and any(not trivial(r) and not _holds(r, node) for r in function.returns):
        after = replace(after, shared=True)
    asynchronous = any(c.type == "async" for c in function.node.children)
    for site in sites:
        place = site
        around = module.parent(site)
        if asynchronous and around is not None and around.type == "await":
            place = around
        trace.push(place, value, after)


_ODD = frozenset({"setter", "fixture", "contextmanager", "asynccontextmanager", "callback", "route", "task"})


def _holds(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def lambda_result(trace: Trace, node: Node, function: Node, value: Value, flow: Flow) -> None:
    """`node` is what a lambda gives back: the elements of a `map`, or only a key or a test."""
    parent = trace.module.parent(function)
    call = trace.module.parent(parent) if parent is not None else None
    if parent is not None and parent.type == "keyword_argument":
        name = tree.field(parent, "name")
        if name is not None and name.text == b"key":
            trace.read(value)
            return
    if parent is not None and parent.type == "argument_list" and call is not None and call.type == "call":
        callee = tree.field(call, "function")
        last = trace.module.text(callee).rpartition(".")[2] if callee is not None else ""
        if last in ("filter", "groupby", "filterfalse", "takewhile", "dropwhile"):
            trace.read(value)
            return
        if last == "map":
            trace.push(call, Many(value), replace(flow, calls=flow.calls[:-1]))
            return
    trace.end(node, value, "is returned by a lambda")

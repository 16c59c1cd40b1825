"""What a helper function gives back of the answer of a call in it. Knows JSON decoders, not what the answer holds."""

from __future__ import annotations

from v2migrate.languages.python import order, tree
from v2migrate.languages.python.scopes import Binding, Function, Module, callee_name
from v2migrate.languages.python.sinks import VERBS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 8
_CONSTANTS = frozenset({"none", "true", "false", "string", "integer", "float"})
_ABOUT = {"status_code": "code", "status": "code", "ok": "about", "reason": "about", "reason_phrase": "about"}
_EMPTY = frozenset({"list", "dictionary", "tuple"})


def hands_back(function: Function, node: Node, kind: str) -> tuple[str, bool]:
    """What `function` returns of the answer that `node` in it holds: response, body, text, nothing, other.

    `(code body)`: a tuple of the status code and the body; of others, `about` tells of the answer, `constant` does not.
    `kind` is what `node` holds. The flag says whether it can return a constant instead (`None`, `[]`).
    """
    kinds = {_kind(function.module, tree.bare(returned), node, kind, 0) for returned in function.returns}
    constant = "constant" in kinds
    kinds -= {"constant"}
    found = kinds.pop() if len(kinds) == 1 else "nothing" if not kinds else "other"
    return ("other" if found in _ABOUT.values() or (constant and found[0] == "(") else found), constant


def _kind(module: Module, value: Node, node: Node, kind: str, depth: int) -> str:
    value = tree.bare(value)
    if depth > _DEEPEST:
        return "other"
    if value == node:
        return kind
    if value.type in _CONSTANTS or (value.type in _EMPTY and not tree.named(value)):
        return "constant"
    if value.type == "identifier":
        return _name(module, value, node, kind, depth)
    if value.type in ("tuple", "expression_list"):
        return _tuple(module, tree.named(value), node, kind, depth)
    if value.type == "conditional_expression":
        parts = tree.named(value)
        kinds = {_kind(module, part, node, kind, depth + 1) for part in (parts[0], parts[-1])}
        return kinds.pop() if len(kinds) == 1 else "other"
    if value.type == "call":
        return _call(module, value, node, kind, depth)
    if value.type == "attribute":
        name, receiver = tree.field(value, "attribute"), tree.field(value, "object")
        word = module.text(name) if name is not None else ""
        if receiver is not None and (word in ("text", "content", "data", "body") or word in _ABOUT):
            inner = _kind(module, receiver, node, kind, depth + 1)
            return "other" if inner != "response" else _ABOUT.get(word, "text")
    return "other"


def _tuple(module: Module, parts: list[Node], node: Node, kind: str, depth: int) -> str:
    """`return answer.status_code, answer.json()`: which member is the answer, if the others are not made of it."""
    kinds = [_kind(module, part, node, kind, depth + 1) for part in parts]
    held = [k for k in kinds if k not in ("constant", "code", "about")]
    if not held and not {"code", "about"}.intersection(kinds):
        return "constant"
    return "(" + " ".join(kinds) + ")" if len(held) == 1 and held[0] in ("response", "body") else "other"


def _name(module: Module, value: Node, node: Node, kind: str, depth: int) -> str:
    name = module.text(value)
    owner = module.scope_of(value).owner(name)
    if owner is None:
        return "other"
    kinds: set[str] = set()
    found = order.visible(module, owner, name, value)
    for binding in found:
        if binding.node == node:  # the parameter that got it
            kinds.add(kind)
        elif (given := _given(binding)) is None:
            kinds.add("other")
        elif not _sibling(given, node):
            kinds.add(_kind(module, given, node, kind, depth + 1))
    if len(found) > 1:
        kinds.discard("constant")
    return kinds.pop() if len(kinds) == 1 else "other"


def _given(binding: Binding) -> Node | None:
    """The expression that a binding gives its name; of `a, b = x, y` the one in its place."""
    value = binding.value if binding.kind in ("assign", "with") else None
    for index in binding.path:
        parts = tree.named(value) if value is not None and value.type in ("tuple", "expression_list") else []
        value = parts[index] if index < len(parts) else None
    return value


def _sibling(value: Node, node: Node) -> bool:
    """Is `value` another call of an HTTP client, in another branch for another verb? Then it is another answer."""
    value = tree.bare(value)
    around = value.start_byte <= node.start_byte and node.end_byte <= value.end_byte
    return value.type == "call" and not around and callee_name(value) in VERBS | {"request"}


def _call(module: Module, value: Node, node: Node, kind: str, depth: int) -> str:
    callee = tree.field(value, "function")
    receiver = tree.field(callee, "object") if callee is not None and callee.type == "attribute" else None
    name, given = callee_name(value), tree.positional(value)
    if name == "json" and receiver is not None:
        return "body" if _kind(module, receiver, node, kind, depth + 1) == "response" else "other"
    if name in ("loads", "load") and given:
        inner = _kind(module, given[0], node, kind, depth + 1)
        return "body" if inner in ("text", "response") else "other"
    if name in ("read", "decode", "getvalue", "text") and receiver is not None:
        inner = _kind(module, receiver, node, kind, depth + 1)
        return "text" if inner in ("response", "text") else "other"
    if name == "str" and given:
        inner = _kind(module, given[0], node, kind, depth + 1)
        return inner if inner == "text" else "other"
    return _handed(module, value, name, given, node, kind, depth)


def _handed(module: Module, call: Node, name: str, given: list[Node], node: Node, kind: str, depth: int) -> str:
    """What a function of this module returns that gets the answer as an argument: `checked(requests.get(…))`."""
    targets = module.sites(name).callees(call)
    if len(targets) != 1 or targets[0].generator:
        return "other"
    function = targets[0]
    parameters = [p for p in function.parameters if p.kind == "plain"][0 if function.static else 1 :]
    for argument, parameter in zip(given, parameters, strict=False):
        inner = _kind(module, argument, node, kind, depth + 1)
        if inner in ("response", "text", "body"):
            kinds = {_kind(module, r, parameter.node, inner, depth + 1) for r in function.returns}
            return kinds.pop() if len(kinds) == 1 else "other"
    return "other"

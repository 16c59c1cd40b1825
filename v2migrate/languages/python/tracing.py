"""From an argument to the place where its value is written, and whether other code uses or changes that value."""

from __future__ import annotations

from v2migrate.languages.python import order, tree
from v2migrate.languages.python.scopes import Binding, Module
from v2migrate.languages.python.values import Display, Frame, Given
from v2migrate.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


MAX_DEPTH = 8

DUMPS = ("dumps", "dump", "json_encode", "to_json")


@dataclass(frozen=True, slots=True)
class Place:
    """An expression traced to where its value is written. `own`: nothing else uses it. `changed`: code adds to it later."""

    node: Node
    frame: Frame
    own: bool = True
    changed: bool = False


def trace(ev: Evaluator, given: Given) -> Place | None:
    """The place where the argument's value is written: through variables, parameters, attributes and helper functions."""
    if given.node is None:
        return None
    node, frame, own, changed = tree.bare(given.node), given.frame, not given.default, False
    for _ in range(MAX_DEPTH):
        if node.type == "identifier":
            step = variable(ev, node, frame)
            if step is None:
                break
            node, frame, own, changed = step.node, step.frame, own and step.own, changed or step.changed
        elif node.type == "attribute" or (
            node.type == "call" and called_name(node, frame) not in (*DUMPS, "encode", "urlencode", "dict")
        ):
            shown = [v for v in ev.values(node, frame) if isinstance(v, Display)]
            everything = ev.values(node, frame)
            if len(shown) != 1 or len(everything) != 1:
                break
            return Place(shown[0].node, shown[0].frame, False, changed or _attribute_changed(node, frame))
        elif node.type == "boolean_operator" and tree.operator(node) == "or":
            left = tree.field(node, "left")
            if left is None:
                break
            node, changed = tree.bare(left), True
        else:
            break
    return Place(node, frame, own, changed)


def variable(ev: Evaluator, node: Node, frame: Frame) -> Place | None:
    module, name = frame.module, frame.module.text(node)
    owner = module.scope_of(node).owner(name)
    if owner is None:
        return None
    visible = order.visible(module, owner, name, node)
    if len(visible) != 1 or visible[0].path:
        return None
    binding = visible[0]
    home = frame.of(owner.enclosing()) or (
        ev.top(owner.module) if owner.enclosing() is None else Frame(module, owner.enclosing())
    )
    if binding.kind == "param":
        given = home.given.get(name)
        if not given or len(given) != 1 or given[0].node is None:
            return None
        return Place(tree.bare(given[0].node), given[0].frame, not given[0].default)
    if binding.kind != "assign" or binding.value is None:
        return None
    reads = any(r != node for r in order.uses(module, binding.node))
    changed = any(r != node for r in _changes(module, binding.node))
    return Place(tree.bare(binding.value), home, not reads, changed or _augmented(binding))


def _changes(module: Module, name: Node) -> list[Node]:
    """The reads of a name that change the dict that it was given there. Kept: calls share their headers."""
    if name.id not in module.changes:
        module.changes[name.id] = [r for r in order.uses(module, name) if _mutates(module.parent(r), r, module)]
    return module.changes[name.id]


def _attribute_changed(node: Node, frame: Frame) -> bool:
    """Is the dict in `self.headers` added to anywhere in this module?"""
    name = tree.field(node, "attribute") if node.type == "attribute" else None
    if name is None:
        return False
    module = frame.module
    text = module.text(name)
    if text not in module.attribute_changes:
        found = module.attributes.get(text, ())
        module.attribute_changes[text] = [r for r in found if _mutates(module.parent(r), r, module)]
    return any(r != node for r in module.attribute_changes[text])


def _augmented(binding: Binding) -> bool:
    return any(b.kind in ("augment", "other") for b in binding.scope.bindings.get(binding.name, ()))


def _mutates(parent: Node | None, read: Node, module: Module) -> bool:
    """Does this read of a dict change it: `d[…] = …`, `d[…][…] = …`, `d.update(…)`, `del d[…]`?"""
    at: Node = read
    while parent is not None and parent.type == "subscript" and tree.field(parent, "value") == at:
        at, parent = parent, module.parent(parent)
    if parent is None:
        return False
    if parent.type in ("assignment", "augmented_assignment") and tree.field(parent, "left") == at and at != read:
        return True
    if parent.type == "delete_statement" and at != read:
        return True
    if parent.type == "attribute":
        name = tree.field(parent, "attribute")
        return name is not None and module.text(name) in (
            "update",
            "setdefault",
            "pop",
            "clear",
            "append",
            "extend",
            "insert",
            "remove",
            "popitem",
            "add",
        )
    return False


def called_name(call: Node, frame: Frame) -> str:
    from v2migrate.languages.python.scopes import callee_name

    return callee_name(call)

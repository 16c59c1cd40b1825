"""Which bindings of a name can be in force at a place: by blocks and branches, without running anything.

Loops are read once from top to bottom; what an exception skips is not known.
"""

from __future__ import annotations

from v2migrate.languages.python.scopes import Binding, Module, Scope

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_LEAVES = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})
_BLOCKS = frozenset({"block", "module"})
_MAX = 60


def visible(module: Module, owner: Scope, name: str, at: Node) -> list[Binding]:
    """The bindings of `name` in `owner` that can be the last ones before `at`, oldest first.

    Read from an inner function, where the order is not known, all that can be in force at the scope's end count.
    """
    bindings = owner.given(name)
    if len(bindings) < 2:
        return bindings
    if len(bindings) > _MAX:
        return []  # not known: a wrong value is worse than none
    here = _function(module.scope_of(at)) is _function(owner)
    mine = [b for b in bindings if _function(b.scope) is _function(owner)]
    others = [b for b in bindings if b not in mine]
    if not here:
        return _last(module, mine, None) + others
    before = [b for b in mine if _place(b) < at.start_byte and not _around(b, at)]
    return (_last(module, before, at) or mine) + others


def at_end(module: Module, owner: Scope, name: str) -> list[Binding]:
    """The bindings of `name` that can be in force when all of `owner` has run."""
    bindings = owner.given(name)
    mine = [b for b in bindings if b.scope is owner]
    return _last(module, mine, None) + [b for b in bindings if b.scope is not owner]


def uses(module: Module, name: Node) -> list[Node]:
    """The reads that can see what the assignment to the identifier `name` gave it, not what a later one did."""
    if name.id not in module.uses:
        module.uses[name.id] = _uses(module, name)
    return module.uses[name.id]


def _uses(module: Module, name: Node) -> list[Node]:
    text = module.text(name)
    owner = module.scope_of(name).owner(text)
    if owner is None:
        return []
    if len(owner.bindings.get(text, ())) < 2:
        return owner.reads(text)
    if len(owner.given(text)) > _MAX:
        return []  # as none is visible then
    return [r for r in owner.reads(text) if any(b.node == name for b in visible(module, owner, text, r))]


def _function(scope: Scope) -> Scope:
    while scope.kind == "comprehension" and scope.parent is not None:
        scope = scope.parent
    return scope


def _place(binding: Binding) -> int:
    return binding.node.start_byte


def _around(binding: Binding, at: Node) -> bool:
    """True where `at` is part of the value that the binding gives."""
    value = binding.value
    if binding.kind == "for" or value is None:
        return False
    return value.start_byte <= at.start_byte and at.end_byte <= value.end_byte


def _last(module: Module, bindings: list[Binding], at: Node | None) -> list[Binding]:
    path = {a.id: i for i, a in enumerate([at, *module.ancestors(at)])} if at is not None else {}
    out: list[Binding] = []
    for binding in bindings:
        if binding.kind == "param":
            out = [binding]
            continue
        statement = binding.statement or binding.node
        block = _block(module, statement)
        if at is None:
            sure = block is None or block.type == "module" or _is_body(module, block)
            gone = False
        else:
            sure = block is None or block.id in path
            gone = not sure and block is not None and (_left(block) or _other_branch(module, block, path))
        if gone:
            continue
        if sure:
            out = [binding]  # an augmented assignment looks by itself for what was before it
        else:
            out.append(binding)
    return out


def _block(module: Module, node: Node) -> Node | None:
    return next((a for a in module.ancestors(node) if a.type in _BLOCKS), None)


def _is_body(module: Module, block: Node) -> bool:
    parent = module.parent(block)
    return parent is not None and parent.type in ("function_definition", "class_definition", "with_statement")


def _left(block: Node) -> bool:
    children = block.named_children
    return bool(children) and children[-1].type in _LEAVES


def _other_branch(module: Module, block: Node, path: dict[int, int]) -> bool:
    """True where the block and the place are different branches of one `if` or `match`."""
    below = block
    for around in module.ancestors(block):
        if around.id in path:
            if around.type == "if_statement":
                return below.type in ("block", "elif_clause", "else_clause") and _in_branch(around, path)
            return around.type == "block" and below.type == "case_clause" and _in_case(around, path)
        below = around
    return False


def _in_branch(statement: Node, path: dict[int, int]) -> bool:
    return any(c.id in path and c.type in ("block", "elif_clause", "else_clause") for c in statement.named_children)


def _in_case(block: Node, path: dict[int, int]) -> bool:
    return any(c.id in path and c.type == "case_clause" for c in block.named_children)

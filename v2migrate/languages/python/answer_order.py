"""Which reads of a name a given binding reaches, by the order of statements. Follows no value."""

from __future__ import annotations

from v2migrate.languages.python.answer_text import trivial
from v2migrate.languages.python.scopes import Binding, Module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = frozenset({"for_statement", "while_statement"})
_COMPREHENSIONS = frozenset(
    {"list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression"}
)
_BRANCHES = frozenset({"elif_clause", "else_clause", "case_clause"})
_BORDERS = frozenset({"function_definition", "lambda", "module", "class_definition"})
_KILLS = frozenset({"assign", "with", "import", "def", "class", "delete", "for"})


def mixes(binding: Binding) -> bool:
    """True for a binding that can bring in a value of another kind: not None, no empty list."""
    if binding.kind in ("annotate", "delete"):
        return False
    return binding.kind not in ("assign", "augment") or bool(binding.path) or not trivial(binding.value)


def reached(module: Module, own: Binding, read: Node, others: list[Binding]) -> bool:
    """True where the value that `own` gives its name can be what `read` reads; `others` are the name's other bindings."""
    home = own.scope.node.id if own.kind == "param" else _border(module, own.node)
    if _border(module, read) != home:
        return True  # read in an inner function, at a time that the text does not tell
    if own.kind == "param":
        return not any(_covers(module, o, read) for o in others)
    later = [o for o in others if _end(o) >= _end(own)]
    straight = _behind(own, read) and not _apart(module, own.node, read)
    if straight and not any(_covers(module, o, read) for o in later):
        return True
    loop = _loop(module, own.node, read)
    if loop is None:
        return False
    return loop.type in _COMPREHENSIONS or not any(
        _inside(loop, o.node) and _covers(module, o, read) for o in [*others, own]
    )


def _border(module: Module, node: Node) -> int:
    """The function (or the module) whose code runs `node`."""
    for around in module.ancestors(node):
        if around.type in _BORDERS:
            return around.id
    return 0


def _end(binding: Binding) -> int:
    """Where the binding has happened."""
    statement = binding.statement
    if binding.kind in ("assign", "augment", "annotate", "other") and statement is not None:
        return statement.end_byte
    return binding.node.end_byte


def _behind(binding: Binding, read: Node) -> bool:
    return read.start_byte >= _end(binding)


def _inside(outer: Node, inner: Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def _apart(module: Module, one: Node, other: Node) -> bool:
    """True where the two stand in different branches of an `if` or a `match`, so that only one of them runs."""
    mine = {}
    previous = one
    for around in module.ancestors(one):
        mine[around.id] = previous
        previous = around
    previous = other
    for around in module.ancestors(other):
        if around.id in mine:
            first = mine[around.id]
            if first.id == previous.id:
                return False
            if around.type == "if_statement":
                return previous.type in _BRANCHES and first.type in ("block", *_BRANCHES)
            return first.type == previous.type == "case_clause"
        previous = around
    return False


def _covers(module: Module, other: Binding, read: Node) -> bool:
    """True where `read` cannot be reached without passing `other` (from what is above it)."""
    if other.kind not in _KILLS or not _behind(other, read):
        return False
    statement = other.statement or other.node
    if other.kind == "for":
        return _inside(statement, read)
    block = None
    for around in module.ancestors(other.node):
        if around.type in ("block", "module"):
            block = around
            break
        if around.type in ("if_clause", "boolean_operator", "conditional_expression", *_COMPREHENSIONS):
            return False  # a walrus that may not run
    return block is not None and _inside(block, read)


def _loop(module: Module, one: Node, other: Node) -> Node | None:
    """The innermost loop around both, within one function."""
    around = {}
    for node in module.ancestors(one):
        if node.type in _BORDERS:
            break
        if node.type in _LOOPS or node.type in _COMPREHENSIONS:
            around[node.id] = node
    for node in module.ancestors(other):
        if node.type in _BORDERS:
            break
        if node.id in around:
            return node
    return None

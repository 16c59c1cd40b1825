"""Constants in Python's syntax tree that say what is read: keys, numbers, status names. Follows no value."""

from __future__ import annotations

import re

from v2migrate.languages.python import tree
from v2migrate.languages.python.scopes import Module
from v2migrate.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_TRIVIAL = frozenset({"none", "true", "false", "integer", "float", "string"})
_EMPTY = frozenset({"list", "dictionary", "tuple", "set", "parenthesized_expression"})


def same(node: Node | None, other: Node) -> bool:
    """True where both are one node."""
    return node is not None and node.id == other.id


def constant(module: Module, node: Node) -> str | None:
    """The value of a string literal, or of a name that is one in all the file; None for anything else."""
    node = tree.bare(node)
    if node.type == "string":
        return _literal(module, node)
    if node.type == "concatenated_string":
        parts = [_literal(module, part) for part in tree.named(node)]
        return None if None in parts else "".join(p for p in parts if p is not None)
    if node.type == "identifier":
        value = _only_value(module, node)
        if value is not None and value.type == "string":
            return _literal(module, value)
    return None


def _literal(module: Module, node: Node) -> str | None:
    prefix = module.text(node.children[0]).rstrip("\"'").lower() if node.children else "?"
    contents = [c for c in node.named_children if c.type == "string_content"]
    if prefix not in ("", "u", "r", "b") or any(c.type == "interpolation" for c in node.named_children):
        return None
    if any(c.named_child_count for c in contents):
        return None  # escapes
    return "".join(module.text(c) for c in contents)


def key_span(module: Module, node: Node) -> Span | None:
    """The text of a plain string literal (no prefix, no escape, not tripled); None for any other form."""
    if node.type != "string" or not node.children or module.text(node.children[0]) not in ('"', "'"):
        return None
    contents = [c for c in node.named_children if c.type == "string_content"]
    if len(contents) != 1 or contents[0].named_child_count:
        return None
    return module.span(contents[0])


def _only_value(module: Module, node: Node) -> Node | None:
    owner = module.scope_of(node).owner(module.text(node))
    bound = owner.bindings.get(module.text(node), []) if owner is not None else []
    return bound[0].value if len(bound) == 1 and bound[0].kind == "assign" and not bound[0].path else None


def number(module: Module, node: Node) -> int | None:
    """An integer literal's value, with a sign."""
    text = module.text(node)
    if node.type in ("integer", "unary_operator") and re.fullmatch(r"-?\s*\d{1,9}", text):
        return int(text.replace(" ", ""))
    return None


def indexes(module: Module, node: Node) -> bool:
    """True where an index is sure to be a number, though not which."""
    node = tree.bare(node)
    if node.type in ("integer", "unary_operator"):
        return True
    if node.type == "binary_operator":
        return (
            any(indexes(module, c) for c in tree.chain(node, tree.operator(node))) and tree.operator(node) in "+-*//%"
        )
    if node.type == "call":
        return module.text(node).startswith(("len(", "int(", "random.randint(", "randrange("))
    if node.type != "identifier":
        return False
    owner = module.scope_of(node).owner(module.text(node))
    for binding in owner.bindings.get(module.text(node), []) if owner is not None else []:
        value = module.text(binding.value) if binding.value is not None else ""
        if binding.kind == "for" and (
            value.startswith(("range(", "xrange(")) or (value.startswith("enumerate(") and binding.path[:1] == (0,))
        ):
            return True
        if binding.kind == "assign" and not binding.path and re.match(r"\d+$|len\(|int\(", value):
            return True
    return False


def trivial(node: Node | None) -> bool:
    """True for a constant or an empty container: a value that nothing is read from."""
    if node is None:
        return True
    if node.type in _EMPTY:
        return all(trivial(c) for c in tree.named(node))
    if node.type == "call":
        callee = tree.field(node, "function")
        return callee is not None and callee.text in (b"dict", b"list", b"set") and not tree.arguments(node)
    return node.type in _TRIVIAL


def status_code(module: Module, node: Node) -> int | None:
    """The code that a constant stands for: `201`, `requests.codes.created`, `HTTPStatus.CREATED`, `status.HTTP_201_CREATED`."""
    node = tree.bare(node)
    if node.type == "integer":
        return number(module, node)
    text = module.text(node).removesuffix(".value")
    found = re.fullmatch(r"[\w.]*codes\[[\"'](\w+)[\"']\]", text)
    last = found[1] if found else text.rpartition(".")[2]
    numbered = re.fullmatch(r"HTTP_(\d{3})_\w+", last)
    if numbered:
        return int(numbered[1])
    if not re.fullmatch(
        r"(?:[\w.]*codes|[\w.]*HTTPStatus|http\.client|httplib|http_client|codes)[.\[].*", text, re.DOTALL
    ):
        return None
    from http import HTTPStatus

    name = {"OKAY": "OK", "ALL_OK": "OK", "ALL_OKAY": "OK", "ALL_GOOD": "OK"}.get(last.upper(), last.upper())
    return HTTPStatus[name].value if name in HTTPStatus.__members__ else None

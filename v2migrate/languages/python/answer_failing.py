"""Places that code comes to only where a request failed: what is said there of the answer is said of no success. Knows syntax."""

from __future__ import annotations

import re

from v2migrate.languages.python import tree
from v2migrate.languages.python.scopes import Module
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_CODE = r"[\w.]*(?:status_code|status|code|getcode\(\))"
_OK = r"[\w.]+\.(?:ok|is_success)"
_SUCCESS = r"(?:2\d\d|[\w.]*codes\.(?:ok|created|accepted)|[(\[{](?:\s*2\d\d\s*,?)+[)\]}])"
_FAILED = regex(
    rf"not\s+{_OK}|{_CODE}\s*(?:>=\s*[345]\d\d|>\s*(?:299|[345]\d\d)|==\s*[45]\d\d|!=\s*{_SUCCESS}|not\s+in\s+{_SUCCESS})"
)
_WORKED = regex(rf"{_OK}|{_CODE}\s*(?:<\s*[34]00|<=\s*[23]99|==\s*{_SUCCESS}|in\s+{_SUCCESS})", re.I)


def failing(module: Module, node: Node) -> bool:
    """Is `node` in a branch for failures: what is raised, an `except`, `if not answer.ok`, the `else` of `if answer.ok`?"""
    inner = node
    for around in module.ancestors(node):
        if around.type in ("raise_statement", "except_clause"):
            return True
        if around.type in ("function_definition", "lambda", "class_definition"):
            return False
        if around.type in ("if_statement", "elif_clause"):
            test = tree.field(around, "condition")
            text = module.text(tree.bare(test)) if test is not None and test.id != inner.id else ""
            branch = _WORKED if inner.type in ("else_clause", "elif_clause") else _FAILED
            if branch.fullmatch(text):
                return True
        inner = around
    return False

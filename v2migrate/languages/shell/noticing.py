"""Would the script notice that a call failed? Knows the shell's rules for exit statuses, no client and no endpoint."""

from __future__ import annotations

import re

from v2migrate.languages.shell.unit import Unit
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_STRICT = regex(
    r"^[ \t]*set[ \t]+(?:-[a-zA-Z]*e|-o[ \t]+errexit|.*[ \t]-[a-zA-Z]*e\b)|\A#!\S+(?:[ \t]+\S+)*[ \t]-\w*e", re.MULTILINE)
_SHRUG = ("true", ":", "echo", "printf")


def strict(text: str) -> bool:
    """Does a failing command end the script (`set -e`)?"""
    return _STRICT.search(text) is not None


def shrugged(unit: Unit, command: Node) -> bool:
    """True for `… || true`, `… || echo failed`: the failure is passed over."""
    inner = command
    for outer in unit.above(command):
        if outer.type == "list":
            operator = next((unit.text(c) for c in outer.children if c.type in ("||", "&&")), "")
            last = outer.children[-1]
            if operator == "||" and inner.id == outer.children[0].id:
                words = unit.words(last) if last.type == "command" else []
                return bool(words) and unit.text(words[0]) in _SHRUG
        elif outer.type not in ("pipeline", "redirected_statement", "variable_assignment", "command_substitution", "string"):
            return False
        inner = outer
    return False


def piped(unit: Unit, command: Node) -> bool:
    """True where the status of `command` is lost in a pipe: another command behind it gives the status."""
    if unit.pipefail:
        return False
    inner = command
    for outer in unit.above(command):
        if outer.type == "pipeline":
            return inner.id != unit.stages(outer)[-1].id
        if outer.type != "redirected_statement":
            return False
        inner = outer
    return False


def matters(unit: Unit, command: Node) -> bool:
    """Does the exit status of `command` decide what the script does next?"""
    if piped(unit, command) or shrugged(unit, command):
        return False
    inner = command
    for outer in unit.above(command):
        kind = outer.type
        if kind in ("if_statement", "elif_clause", "while_statement"):
            conditions = outer.children_by_field_name("condition") or outer.children[1:2]
            if any(c.id == inner.id for c in conditions):
                return True
            break
        if kind in ("negated_command", "list"):
            return True
        if kind not in ("pipeline", "redirected_statement", "variable_assignment", "command_substitution", "string"):
            break
        inner = outer
    return unit.strict

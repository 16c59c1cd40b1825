"""One piece of shell code with what a first look over its tree gives: assignments, functions, commands, uses of variables.

Knows no values: `values` works them out. The order of the text stands for the order of running, functions apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from v2migrate.languages.shell.code import Code, nodes, parse
from v2migrate.records import dataclass, field
from v2migrate.regex import regex
from v2migrate.source import Span

if TYPE_CHECKING:
    from tree_sitter import Node

_ARMS = {"if_statement", "elif_clause", "else_clause", "case_item", "while_statement", "for_statement", "c_style_for_statement",
         "list", "subshell", "command_substitution"}
_CLOSING = frozenset({"fi", "done", "esac", "}", ")"})
"""What ends a block."""
_FIXED = regex(r"[\w./:@%+,=-]+|'[^'\n]*'|\"[^\"$`\\\n]*\"")
_MAX_WORDS = 12
_READERS = {"read", "mapfile", "readarray", "getopts", "unset", "let"}
_WORDS = ("word", "string", "raw_string", "ansi_c_string", "concatenation", "number", "simple_expansion", "expansion",
          "command_substitution", "arithmetic_expansion", "translated_string", "process_substitution", "variable_name",
          "brace_expression", "regex", "extglob_pattern")


@dataclass(frozen=True, slots=True)
class Assign:
    """`name=value` at `start`. `value` are the bytes of the value in the code; None: it comes from elsewhere (`read`).

    `arms` are the branches and loops around it, outermost first; `function` the function it stands in; `kind` is the
    node type of the value; `node` the value's node; `prefix`: it stands in front of a command and holds only for that.
    """

    unit: Unit
    name: str
    start: int
    end: int
    value: tuple[int, int] | None
    kind: str
    node: Node | None
    append: bool
    arms: tuple[tuple[int, str], ...]
    function: str
    local: bool
    exported: bool
    prefix: bool
    items: tuple[tuple[int, int], ...] = ()
    """The words that a loop gives it one after the other, where all of them are plain text."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command: its place in the code, and the (last) node that makes it up."""

    start_byte: int
    end_byte: int
    type: str
    id: int
    node: Node


@dataclass(frozen=True, slots=True)
class Use:
    """A place that reads a variable."""

    name: str
    start: int
    end: int
    node: Node


@dataclass(slots=True)
class Unit:
    """The facts about one run of code. `before` are units that were sourced into it."""

    code: Code
    root: Node
    parents: dict[int, Node] = field(default_factory=dict)
    assigns: dict[str, list[Assign]] = field(default_factory=dict)
    functions: dict[str, Node] = field(default_factory=dict)
    commands: list[Node] = field(default_factory=list)
    uses: dict[str, list[Use]] = field(default_factory=dict)
    readers: dict[str, dict[int, list[Use]]] = field(default_factory=dict)
    """By name and by the offset of an assignment, the uses that see it; filled by `reaching`."""
    comments: list[Node] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    exported: set[str] = field(default_factory=set)
    substitutions: dict[int, Node] = field(default_factory=dict)
    before: list[Unit] = field(default_factory=list)
    strict: bool = False
    """A failing command ends the script."""
    pipefail: bool = False
    _words: dict[int, list[Word]] = field(default_factory=dict)
    builder: bool | None = None
    """Does the script build JSON with jq? None: not looked for yet."""

    def text(self, node: Node | Word) -> str:
        """The code of a node."""
        return self.code.read(node.start_byte, node.end_byte)

    def span(self, node: Node | Word) -> Span:
        """Where a node stands in the file."""
        return self.code.span(node.start_byte, node.end_byte)

    def parent(self, node: Node) -> Node | None:
        """The node around `node`."""
        return self.parents.get(node.id)

    def above(self, node: Node) -> Iterator[Node]:
        """The nodes around `node`, innermost first."""
        current = self.parents.get(node.id)
        while current is not None:
            yield current
            current = self.parents.get(current.id)

    def function_of(self, node: Node) -> str:
        """The name of the function that `node` stands in; empty at the top level."""
        for outer in self.above(node):
            if outer.type == "function_definition":
                return self.function_name(outer)
        return ""

    def function_name(self, node: Node) -> str:
        """The name of a function definition."""
        name = node.child_by_field_name("name")
        return self.text(name) if name is not None else ""

    def arms(self, node: Node) -> tuple[tuple[int, str], ...]:
        """The branches, loops and subshells around a node, outermost first (each with the arm it is in)."""
        out: list[tuple[int, str]] = []
        inner = node
        for outer in self.above(node):
            if outer.type == "function_definition":
                break
            if outer.type in _ARMS and (arm := self._arm(outer, inner)):
                branch = (self._chain(outer) if arm == "&&" else outer.id, arm)
                if branch not in out:
                    out.append(branch)
            inner = outer
        return tuple(reversed(out))

    def _arm(self, outer: Node, inner: Node) -> str:
        """Which part of `outer` the child `inner` is; empty for a part that always runs."""
        if outer.type == "list":
            if not outer.children or inner.id == outer.children[0].id:
                return ""
            return "&&" if self._chain(outer) else "right"
        if outer.type == "if_statement":
            for i, child in enumerate(outer.children):
                if child.id == inner.id:
                    field_name = outer.field_name_for_child(i)
                    return "" if field_name == "condition" else inner.type if inner.type.endswith("clause") else "then"
        if outer.type in ("while_statement", "for_statement", "c_style_for_statement"):
            return "body" if inner.type == "do_group" else ""
        return "in"

    def _chain(self, node: Node) -> int:
        """The id of the outermost `a && b && c` that `node` is a part of; 0 where another operator is in the chain."""
        top = node
        while (outer := self.parents.get(top.id)) is not None and outer.type == "list":
            top = outer
        part: Node | None = top
        while part is not None and part.type == "list":
            if any(c.type == "||" for c in part.children):
                return 0
            part = part.children[0] if part.children else None
        return top.id

    def words(self, command: Node) -> list[Word]:
        """The words of a command with its name first, also those that the grammar hangs onto a redirect."""
        if command.id not in self._words:
            self._words[command.id] = self._split(command)
        return self._words[command.id].copy()

    def _split(self, command: Node) -> list[Word]:
        out: list[Node] = []
        for i, child in enumerate(command.children):
            if child.type == "command_name":
                out += child.children[:1] or [child]
            elif command.field_name_for_child(i) == "argument":
                out.append(child)
        if command.type == "declaration_command":
            out = [c for c in command.children if c.type in _WORDS]
        for redirect in self.redirects(command):
            named = redirect.children_by_field_name("argument")
            named = named or redirect.children_by_field_name("destination")[1:]
            out += [n for n in named if n.start_byte > command.start_byte]
        out.sort(key=lambda n: n.start_byte)
        joined: list[Word] = []
        for node in out:
            if joined and joined[-1].end_byte == node.start_byte:
                # The grammar parts `$A/b/$C` in two: there is no blank, so it is one word.
                joined[-1] = Word(joined[-1].start_byte, node.end_byte, "concatenation", joined[-1].id, node)
            else:
                joined.append(Word(node.start_byte, node.end_byte, node.type, node.id, node))
        return joined

    def redirects(self, command: Node) -> list[Node]:
        """The redirects that belong to a command, or to the group, loop or pipeline that is only this command."""
        out = [c for c in command.children if c.type.endswith("_redirect")]
        outer = self.parents.get(command.id)
        if outer is not None and outer.type == "redirected_statement":
            body = outer.child_by_field_name("body")
            if body is not None and (body.id == command.id):
                out += [c for c in outer.children if c.type.endswith("_redirect")]
        return out

    def broken(self, node: Node) -> bool:
        """True where a syntax error stands in or around the node (beyond the top level)."""
        start, end = node.start_byte, node.end_byte
        return any((a < end and start < b) or a == b == start or start < a == b < end for a, b in self.errors)


def look(code: Code) -> Unit:
    """The facts about `code`."""
    root = parse(code)
    unit = Unit(code, root, pipefail=b"pipefail" in code.text)
    faulty = root.has_error
    for node in nodes(root):
        if node.child_count:
            for child in node.children:
                unit.parents[child.id] = node
        kind = node.type
        if kind == "ERROR":
            unit.errors.append((node.start_byte, node.end_byte))
        elif faulty and node.is_missing:
            # A block that is never closed is never run; what is missing inside of a command says nothing of its neighbours.
            block = unit.parents[node.id] if kind in _CLOSING else node
            unit.errors.append((block.start_byte, node.start_byte))
        elif kind == "comment":
            unit.comments.append(node)
        elif kind == "command":
            unit.commands.append(node)
            _setters(unit, node)
        elif kind == "command_substitution":
            unit.substitutions[node.start_byte] = node
        elif kind == "declaration_command":
            _declared(unit, node)
        elif kind == "function_definition":
            unit.functions.setdefault(unit.function_name(node), node)
        elif kind == "variable_assignment":
            _assigned(unit, node)
        elif kind in ("for_statement", "c_style_for_statement"):
            variable = node.child_by_field_name("variable")
            if variable is not None:
                _add(unit, unit.text(variable), node, variable, None, items=_looped(unit, node))
        elif kind in ("postfix_expression", "unary_expression"):
            for child in node.children:
                if child.type == "variable_name" and any(c.type in ("++", "--") for c in node.children):
                    _add(unit, unit.text(child), node, child, None)
        elif kind in ("variable_name", "special_variable_name"):
            outer = unit.parents.get(node.id)
            if outer is not None and outer.type not in ("variable_assignment", "for_statement", "declaration_command"):
                name = unit.text(node)
                at = outer if outer.type in ("simple_expansion", "expansion", "subscript") else node
                if outer.type == "subscript":
                    at = unit.parents.get(outer.id, outer)
                    if at.type == "variable_assignment":
                        continue
                unit.uses.setdefault(name, []).append(Use(name, at.start_byte, at.end_byte, at))
    return unit


def _add(unit: Unit, name: str, at: Node, place: Node, value: Node | None, *, append: bool = False, local: bool = False,
         exported: bool = False, prefix: bool = False, items: tuple[tuple[int, int], ...] = ()) -> None:
    unit.assigns.setdefault(name, []).append(Assign(
        unit, name, place.start_byte, place.end_byte if at.type == "for_statement" else max(at.end_byte, place.end_byte),
        (value.start_byte, value.end_byte) if value is not None else None, value.type if value is not None else "", value,
        append, unit.arms(at), unit.function_of(at), local, exported, prefix, items))


def _looped(unit: Unit, node: Node) -> tuple[tuple[int, int], ...]:
    """The words of a `for` loop, if they are text that the shell leaves as it is."""
    words = node.children_by_field_name("value")
    if not words or len(words) > _MAX_WORDS or any(not _FIXED.fullmatch(unit.text(w)) for w in words):
        return ()
    return tuple((w.start_byte, w.end_byte) for w in words)


def _assigned(unit: Unit, node: Node) -> None:
    name = node.child_by_field_name("name")
    value = node.child_by_field_name("value")
    if name is None:
        return
    outer = unit.parents.get(node.id)
    word = unit.text(outer.children[0]) if outer is not None and outer.type == "declaration_command" else ""
    append = any(c.type == "+=" for c in node.children)
    if name.type == "subscript":
        inner = name.child_by_field_name("name")
        if inner is not None:
            _add(unit, unit.text(inner), node, node, None)
        return
    if value is None:
        # `X=` is the empty text.
        _add(unit, unit.text(name), node, node, None)
        last = unit.assigns[unit.text(name)]
        empty = last.pop()
        last.append(Assign(unit, empty.name, empty.start, empty.end, (node.end_byte, node.end_byte), "word", None, append,
                           empty.arms, empty.function, word in ("local", "declare", "typeset") and bool(empty.function),
                           word == "export", outer is not None and outer.type == "command"))
        return
    local = word in ("local", "declare", "typeset") and bool(unit.function_of(node))
    exported = word == "export"
    if exported:
        unit.exported.add(unit.text(name))
    _add(unit, unit.text(name), node, node, value, append=append, local=local, exported=exported,
         prefix=outer is not None and outer.type == "command")


def _declared(unit: Unit, node: Node) -> None:
    word = unit.text(node.children[0])
    inside = unit.function_of(node)
    for child in node.children:
        if child.type == "variable_name":
            name = unit.text(child)
            if word == "export":
                unit.exported.add(name)
            elif word in ("local", "declare", "typeset") and inside:
                # `local x` alone: not a value, but it makes the name local.
                unit.assigns.setdefault(name, []).append(Assign(unit, name, child.start_byte, child.end_byte, None, "local",
                                                                None, False, unit.arms(node), inside, True, False, False))


def _setters(unit: Unit, node: Node) -> None:
    """`read X`, `printf -v X`, `mapfile X` and such: they give variables values that are not seen."""
    words = unit.words(node)
    if not words:
        return
    name = unit.text(words[0])
    rest = [unit.text(w) for w in words[1:]]
    if name in _READERS:
        for word, text in zip(words[1:], rest, strict=True):
            found = re.match(r"[\"']?([A-Za-z_]\w*)", text)
            if found and not text.startswith("-"):
                _add(unit, found[1], node, word.node, None)
    elif name == "printf" and len(rest) > 1 and rest[0] == "-v":
        _add(unit, rest[1], node, words[2].node, None)

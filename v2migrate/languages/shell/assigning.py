"""What gives a variable a value: an assignment, a loop, `read` and such. Knows no values, and not which place sees which."""

from __future__ import annotations

import re
from operator import attrgetter

from v2migrate.records import dataclass
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.shell.unit import Unit

_FIXED = regex(r"[\w./:@%+,=-]+|'[^'\n]*'|\"[^\"$`\\\n]*\"")
_NAMED = regex(rb"([A-Za-z_]\w*)\+?=")
_PLACE = attrgetter("at.start_byte")
_MAX_WORDS = 12
_READERS = {"read", "mapfile", "readarray", "getopts", "unset", "let"}
_LOCAL = ("local", "declare", "typeset")


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
    prefix: bool
    items: tuple[tuple[int, int], ...] = ()
    """The words that a loop gives it one after the other, where all of them are plain text."""


@dataclass(frozen=True, slots=True)
class Setter:
    """A place that gives the variable `name` a value: the node `at`, with the name at `place` of it.

    `how`: value (an assignment), loop, local (`local x` alone: no value, but it makes the name local), or unseen.
    """

    name: str
    at: Node
    place: Node
    how: str

    @property
    def start(self) -> int:
        """Where the assignment begins: the name, or all of it."""
        return self.place.start_byte

    @property
    def end(self) -> int:
        """Where the assignment ends."""
        if self.how == "local" or self.at.type == "for_statement":
            return self.place.end_byte
        return max(self.at.end_byte, self.place.end_byte)

    def made(self, unit: Unit) -> Assign:
        """The assignment, with what is around it."""
        at = self.at
        arms, function = unit.arms(at), unit.function_of(at)
        if self.how == "local":
            return Assign(unit, self.name, self.start, self.end, None, "local", None, False, arms, function, True, False)
        if self.how != "value":
            items = _looped(unit, at) if self.how == "loop" else ()
            return Assign(unit, self.name, self.start, self.end, None, "", None, False, arms, function, False, False, items)
        outer = unit.parent(at)
        declared = outer is not None and outer.type == "declaration_command" and unit.text(outer.children[0]) in _LOCAL
        append = any(c.type == "+=" for c in at.children)
        value = at.child_by_field_name("value")
        # `X=` is the empty text.
        whole = (value.start_byte, value.end_byte) if value is not None else (at.end_byte, at.end_byte)
        return Assign(unit, self.name, self.start, self.end, whole, value.type if value is not None else "word", value, append,
                      arms, function, declared and bool(function), outer is not None and outer.type == "command")


def setters(unit: Unit) -> tuple[dict[str, list[Setter]], set[str]]:
    """All places that give variables values, by name, in order; and the names of the variables that are exported."""
    found: list[Setter] = []
    for command, head in zip(unit.commands, unit.heads, strict=True):
        if head in _READERS:
            found += _read(unit, command)
        elif head == "printf" and b"-v" in unit.code.text[command.start_byte : command.end_byte]:
            found += _printed(unit, command)
    exported: set[str] = set()
    for node in unit.setting:
        kind = node.type
        if kind == "variable_assignment":
            found += _assignment(unit, node)
        elif kind == "declaration_command":
            found += _declaration(unit, node, exported)
        elif kind in ("for_statement", "c_style_for_statement"):
            variable = node.child_by_field_name("variable")
            if variable is not None:
                found.append(Setter(unit.text(variable), node, variable, "loop"))
        else:
            counted = any(c.type in ("++", "--") for c in node.children)
            found += [Setter(unit.text(c), node, c, "unseen") for c in node.children if counted and c.type == "variable_name"]
    found.sort(key=_PLACE)
    out: dict[str, list[Setter]] = {}
    for setter in found:
        out.setdefault(setter.name, []).append(setter)
    return out, exported


def _read(unit: Unit, command: Node) -> list[Setter]:
    """`read X`, `mapfile X` and such: they give variables values that are not seen."""
    out = []
    for word in unit.words(command)[1:]:
        found = re.match(r"[\"']?([A-Za-z_]\w*)", unit.text(word))  # an option begins with a dash
        if found:
            out.append(Setter(found[1], command, word.node, "unseen"))
    return out


def _printed(unit: Unit, command: Node) -> list[Setter]:
    """`printf -v X`."""
    words = unit.words(command)
    given = len(words) > 2 and unit.text(words[1]) == "-v"
    return [Setter(unit.text(words[2]), command, words[2].node, "unseen")] if given else []


def _assignment(unit: Unit, node: Node) -> list[Setter]:
    if not unit.code.masks and (plain := _NAMED.match(unit.code.text, node.start_byte)) is not None:
        return [Setter(plain[1].decode(), node, node, "value")]
    name = node.child_by_field_name("name")
    if name is None:
        return []
    if name.type != "subscript":
        return [Setter(unit.text(name), node, node, "value")]
    inner = name.child_by_field_name("name")
    return [Setter(unit.text(inner), node, node, "unseen")] if inner is not None else []


def _declaration(unit: Unit, node: Node, exported: set[str]) -> list[Setter]:
    children = node.children
    word = unit.text(children[0])
    if word == "export":
        for child in children:
            if child.type == "variable_name":
                exported.add(unit.text(child))
            elif child.type == "variable_assignment" and child.child_by_field_name("value") is not None:
                name = child.child_by_field_name("name")
                if name is not None and name.type != "subscript":
                    exported.add(unit.text(name))
        return []
    bare = [child for child in children if child.type == "variable_name"] if word in _LOCAL else []
    return [Setter(unit.text(child), node, child, "local") for child in bare] if bare and unit.function_of(node) else []


def _looped(unit: Unit, node: Node) -> tuple[tuple[int, int], ...]:
    """The words of a `for` loop, if they are text that the shell leaves as it is."""
    words = node.children_by_field_name("value")
    if not words or len(words) > _MAX_WORDS or any(not _FIXED.fullmatch(unit.text(w)) for w in words):
        return ()
    return tuple((w.start_byte, w.end_byte) for w in words)

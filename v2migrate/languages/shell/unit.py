"""One piece of shell code with what a look over its tree gives: commands, functions, assignments, uses of variables.

The look is a query of the grammar's: most nodes of a script say nothing of a call, and no Python sees them. What is asked of
one command, name or statement is worked out when it is asked for, and kept. Knows no values: `values` works them out. The
order of the text stands for the order of running, functions apart.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Sequence
from functools import lru_cache
from operator import attrgetter

from v2migrate.languages import grammar
from v2migrate.languages.shell.assigning import Assign, Setter, setters
from v2migrate.languages.shell.code import MAX_DEPTH, Code, closed, parse, run_on
from v2migrate.records import dataclass, field
from v2migrate.regex import regex
from v2migrate.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node, Query

    from v2migrate.languages.shell.reaching import Row

_ARMS = {"if_statement", "elif_clause", "else_clause", "case_item", "while_statement", "for_statement", "c_style_for_statement",
         "list", "subshell", "command_substitution"}
_CLOSING = frozenset({"fi", "done", "esac", "}", ")"})
"""What ends a block."""
_WORDS = ("word", "string", "raw_string", "ansi_c_string", "concatenation", "number", "simple_expansion", "expansion",
          "command_substitution", "arithmetic_expansion", "translated_string", "process_substitution", "variable_name",
          "brace_expression", "regex", "extglob_pattern")
_LOOK = """
(command) @command
(redirected_statement body: [(command) (declaration_command)]) @redirecting
(comment) @comment
(command_substitution) @substitution
(function_definition) @function
(declaration_command) @setter
(variable_assignment) @setter
(for_statement) @setter
(c_style_for_statement) @setter
(postfix_expression (variable_name)) @setter
(unary_expression (variable_name)) @setter
"""
_MENDS = 4
"""So often code is parsed again, where the grammar made one command of two lines."""
_FAULTS = "(ERROR) @error (MISSING) @missing"
_NAMES = ("variable_name", "special_variable_name")
_INNERS = regex(rb"\w+")
_INNER = frozenset(bytes([c]) for c in range(128) if chr(c).isalnum() or chr(c) == "_")
"""What names are made of."""
_START, _END = attrgetter("start_byte"), attrgetter("end_byte")
_BLANKS = (b" ", b"\n", b"\t", b";", b")", b"")
"""Behind a command's name, these say that the word ends there."""
_PLAIN = regex(rb"[A-Za-z_][\w.-]*(?=[ \n\t;)])")
"""A command that begins so has a name in front, of one word: not an assignment, a redirect, quotes or an expansion."""


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
    """The facts about one run of code. `before` are units that were sourced into it.

    `firsts` are the texts of the commands' first parts: the name, or an assignment for the command alone. `heads` are those
    of their first words, empty where there is none.
    """

    code: Code
    root: Node
    commands: list[Node] = field(default_factory=list)
    firsts: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    functions: dict[str, Node] = field(default_factory=dict)
    comments: list[Node] = field(default_factory=list)
    errors: list[tuple[int, int]] = field(default_factory=list)
    substitutions: dict[int, Node] = field(default_factory=dict)
    redirecting: dict[int, Node] = field(default_factory=dict)
    """By the id of a command, the statement that redirects it alone."""
    before: list[Unit] = field(default_factory=list)
    strict: bool = False
    """A failing command ends the script."""
    pipefail: bool = False
    readers: dict[str, dict[int, list[Use]]] = field(default_factory=dict)
    """By name and by the offset of an assignment, the uses that see it; filled by `reaching`."""
    loops: dict[int, int] = field(default_factory=dict)
    """Where a loop ends, by the number that it has in `arms`; known of each that was met there."""
    rows: dict[str, Row] = field(default_factory=dict)
    shifts: dict[str, tuple[list[int], list[int]]] | None = None
    """By name what is assigned to a variable, and by function where its parameters move, and by how many: filled there too."""
    builder: bool | None = None
    """Does the script build JSON with jq? None: not looked for yet."""
    unquoted: bytes | None = None
    naming: dict[str, list[tuple[Node, bool]]] | None = None
    searched: int = 0
    """The code without quotes, by name the commands that name a file, and how many were asked for; filled by `opening`."""
    setting: list[Node] = field(default_factory=list)
    """The nodes, besides commands, that may give a variable a value."""
    _parents: dict[int, Node] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _seen: set[int] = field(default_factory=set)
    _words: dict[int, list[Word]] = field(default_factory=dict)
    _redirects: dict[int, list[Node]] = field(default_factory=dict)
    _stages: dict[int, list[Node]] = field(default_factory=dict)
    _assigns: dict[str, list[Assign]] = field(default_factory=dict)
    _setters: dict[str, list[Setter]] | None = None
    _order: list[tuple[int, str]] | None = None
    _exported: set[str] = field(default_factory=set)
    _uses: dict[str, list[Use]] = field(default_factory=dict)
    _spelt: dict[str, list[tuple[int, int]]] | None = None
    _programs: set[str] | None = None
    _names: frozenset[str] = frozenset()
    _called: dict[str, tuple[list[int], list[Node]]] | None = None

    # --- what the code holds --------------------------------------------------------------------------------------------

    def calls(self, name: str, start: int = -1, end: int | None = None) -> Sequence[Node]:
        """The commands with this name, in order; those that begin between two offsets only."""
        if not self._names:
            self._names = frozenset(self.firsts)
        if name not in self._names:
            return ()
        if self._called is None:
            self._called = {}
            for first, command in zip(self.firsts, self.commands, strict=True):
                starts, found = self._called.setdefault(first, ([], []))
                starts.append(command.start_byte)
                found.append(command)
        starts, found = self._called[name]
        if end is None:
            return found
        return found[bisect.bisect_right(starts, start) : bisect.bisect_left(starts, end)]

    def programs(self) -> set[str]:
        """What the commands' first words name, their folders apart."""
        if self._programs is None:
            self._programs = {head.rsplit("/", 1)[-1] for head in set(self.heads)}
        return self._programs

    def within(self, node: Node) -> Sequence[Node]:
        """The commands that begin in a node."""
        first = bisect.bisect_left(self.commands, node.start_byte, key=_START)
        return self.commands[first : bisect.bisect_left(self.commands, node.end_byte, key=_START)]

    def assigned(self, name: str) -> Sequence[Assign]:
        """The places that give a variable a value, in order."""
        if name not in self._assigns:
            rows = self._index() if self._may_set(name) else {}
            self._assigns[name] = [setter.made(self) for setter in rows.get(name, ())]
        return self._assigns[name]

    def _may_set(self, name: str) -> bool:
        """False only where each mention of a name is an expansion (`$NAME`, `${NAME`): nothing gives it a value then."""
        text = self.code.text
        return bool(self.code.masks) or self._setters is not None or any(
            text[at - 1 : at] != b"$" and text[at - 2 : at] != b"${" for at, _ in self._mentions(name))

    def setters(self, name: str | None = None) -> Iterator[Setter]:
        """All places that give a variable (`name`; None: any) a value; those of one variable in order."""
        rows = self._index()
        for row in rows.values() if name is None else (rows.get(name, ()),):
            yield from row

    def assigned_between(self, start: int, end: int) -> set[str]:
        """The variables that are given a value between two offsets."""
        if self._order is None:
            self._order = sorted((setter.start, setter.name) for setter in self.setters())
        first, last = (bisect.bisect_left(self._order, (offset, "")) for offset in (start + 1, end))
        return {name for _, name in self._order[first:last]}

    def exports(self, name: str) -> bool:
        """Is the variable exported?"""
        self._index()
        return name in self._exported

    def _index(self) -> dict[str, list[Setter]]:
        if self._setters is None:
            self._setters, self._exported = setters(self)
        return self._setters

    def uses(self, name: str) -> Sequence[Use]:
        """The places that read a variable, in order."""
        if name not in self._uses:
            found = (self._use(name, node) for node in self._naming(name))
            self._uses[name] = [use for use in found if use is not None]
        return self._uses[name]

    def _naming(self, name: str) -> Iterator[Node]:
        """The nodes that name a variable, in order."""
        for start, end in self._mentions(name):
            node = self.root.descendant_for_byte_range(start, end)
            if node is not None and node.type in _NAMES and (node.start_byte, node.end_byte) == (start, end):
                yield node

    def _mentions(self, name: str) -> Iterator[tuple[int, int]]:
        """Where the code holds the name as a whole word."""
        if self.code.masks:  # a masked text is another one here than in the file
            yield from self._masked(name)
            return
        text, word = self.code.text, name.encode()
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if text[at - 1 : at] not in _INNER and text[end : end + 1] not in _INNER:
                yield at, end
            at = text.find(word, at + 1)

    def _masked(self, name: str) -> Sequence[tuple[int, int]]:
        if self._spelt is None:
            self._spelt = {}
            for found in _INNERS.finditer(self.code.text):
                self._spelt.setdefault(self.code.read(*found.span()), []).append(found.span())
        return self._spelt.get(name, ())

    def _use(self, name: str, node: Node) -> Use | None:
        outer = self.parent(node)
        if outer is None or outer.type in ("variable_assignment", "for_statement", "declaration_command"):
            return None
        at = outer if outer.type in ("simple_expansion", "expansion", "subscript") else node
        if outer.type == "subscript":
            at = self.parent(outer) or outer
            if at.type == "variable_assignment":
                return None
        return Use(name, at.start_byte, at.end_byte, at)

    def forget(self) -> None:
        """Let go of the assignments, each of which knows this unit: what nobody holds goes at once, and not when Python
        looks for garbage."""
        self._assigns.clear()
        self.rows.clear()

    # --- the tree -------------------------------------------------------------------------------------------------------

    def text(self, node: Node | Word) -> str:
        """The code of a node."""
        code = self.code
        if code.masks:
            return code.read(node.start_byte, node.end_byte)
        return code.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def span(self, node: Node | Word) -> Span:
        """Where a node stands in the file."""
        return self.code.span(node.start_byte, node.end_byte)

    def parent(self, node: Node) -> Node | None:
        """The node around `node`."""
        found = self._parents.get(node.id)
        if found is None and node.id != self.root.id:
            self._climb(node)
            found = self._parents.get(node.id)
        return found

    def above(self, node: Node) -> Iterator[Node]:
        """The nodes around `node`, innermost first."""
        current = self.parent(node)
        while current is not None:
            yield current
            current = self._parents.get(current.id)

    def _climb(self, node: Node) -> None:
        """Note the parents in the statement of the top level that holds `node`: a tree knows the way down alone."""
        tops = self.root.children
        if not self._starts:
            self._starts = [top.start_byte for top in tops]
        at = max(bisect.bisect_right(self._starts, node.start_byte) - 1, 0)
        self._note(at, tops)
        if node.id not in self._parents:  # it has no width: where it begins does not tell whose it is
            for number in range(len(tops)):
                self._note(number, tops)

    def _note(self, number: int, tops: Sequence[Node]) -> None:
        if number in self._seen or not tops:
            return
        self._seen.add(number)
        parents = self._parents
        parents[tops[number].id] = self.root
        level, depth = [tops[number]], 1
        while level and depth <= MAX_DEPTH:
            below: list[Node] = []
            for node in level:
                if node.child_count:
                    children = node.children
                    below += children
                    for child in children:
                        parents[child.id] = node
            level, depth = below, depth + 1

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
                if arm == "body":
                    self.loops[outer.id] = outer.end_byte
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
        while (outer := self.parent(top)) is not None and outer.type == "list":
            top = outer
        part: Node | None = top
        while part is not None and part.type == "list":
            if any(c.type == "||" for c in part.children):
                return 0
            part = part.children[0] if part.children else None
        return top.id

    def stages(self, pipeline: Node) -> Sequence[Node]:
        """The commands of a pipeline, in order."""
        if pipeline.id not in self._stages:
            self._stages[pipeline.id] = [c for c in pipeline.children if c.is_named and c.type != "comment"]
        return self._stages[pipeline.id]

    def behind(self, pipeline: Node, stage: Node) -> Node | None:
        """The command of a pipeline that reads what one of its stages prints."""
        stages = self.stages(pipeline)
        at = next((i for i, c in enumerate(stages, 1) if c.id == stage.id), len(stages))
        return stages[at] if at < len(stages) else None

    def words(self, command: Node) -> list[Word]:
        """The words of a command with its name first, also those that the grammar hangs onto a redirect."""
        if command.id not in self._words:
            self._words[command.id] = self._split(command)
        return self._words[command.id].copy()

    def _split(self, command: Node) -> list[Word]:
        out: list[Node] = command.children_by_field_name("argument")
        name = next((child for child in command.children if child.type == "command_name"), None)
        if name is not None:
            out += name.children[:1] or [name]
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

    def redirects(self, command: Node) -> Sequence[Node]:
        """The redirects that belong to a command, or to the group, loop or pipeline that is only this command."""
        if command.id not in self._redirects:
            around = self.redirecting.get(command.id)
            every = [*command.children, *around.children] if around is not None else command.children
            self._redirects[command.id] = [c for c in every if c.type.endswith("_redirect")]
        return self._redirects[command.id]

    def broken(self, node: Node) -> bool:
        """True where a syntax error stands in or around the node (beyond the top level)."""
        start, end = node.start_byte, node.end_byte
        return any((a < end and start < b) or a == b == start or start < a == b < end for a, b in self.errors)


def look(code: Code) -> Unit:
    """The facts about `code`."""
    root = parse(code)
    found = _captured(_LOOK, root)
    text = code.text
    for _ in range(_MENDS):
        ends = [end for command in found.get("command", ()) if (end := run_on(text, command)) is not None]
        if not ends:
            break
        text = closed(text, ends)
        root = parse(code, text)
        found = _captured(_LOOK, root)
    unit = Unit(code, root, found.get("command", []), pipefail=b"pipefail" in code.text)
    unit.comments, unit.setting = found.get("comment", []), found.get("setter", [])
    for outer in found.get("redirecting", ()):
        body = outer.child_by_field_name("body")
        if body is not None:
            unit.redirecting[body.id] = outer
    for node in found.get("substitution", ()):
        unit.substitutions[node.start_byte] = node
    for node in found.get("function", ()):
        unit.functions.setdefault(unit.function_name(node), node)
    plain = not code.masks and not root.has_error
    for command in unit.commands:
        if plain and (found_name := _PLAIN.match(code.text, command.start_byte)) is not None:
            name = found_name[0].decode()
            unit.firsts.append(name)
            unit.heads.append(name)
        else:
            _name(unit, command)
    if root.has_error:
        _faults(unit)
    return unit


def _name(unit: Unit, command: Node) -> None:
    """Note the text of a command's first part, and of its first word."""
    first = command.child(0) or command
    end = first.end_byte
    text = unit.code.read(first.start_byte, end)
    unit.firsts.append(text)
    if first.type != "command_name" or first.child_count > 1 or unit.code.text[end : end + 1] not in _BLANKS:
        words = unit.words(command)
        text = unit.text(words[0]) if words else ""
    unit.heads.append(text)


def _faults(unit: Unit) -> None:
    found = _captured(_FAULTS, unit.root)
    unit.errors += [(node.start_byte, node.end_byte) for node in found.get("error", ())]
    for node in found.get("missing", ()):
        if node.type != "ERROR":
            # A block that is never closed is never run; what is missing inside of a command says nothing of its neighbours.
            block = unit.parent(node) if node.type in _CLOSING else node
            unit.errors.append(((block or node).start_byte, node.start_byte))


def _captured(query: str, root: Node) -> dict[str, list[Node]]:
    """The nodes that a query finds by its names, each in the order of the text; what lies very deep is left out."""
    cursor = grammar.binding("tree_sitter").QueryCursor(_query(query))
    cursor.set_max_start_depth(MAX_DEPTH)
    found: dict[str, list[Node]] = cursor.captures(root)
    for nodes in found.values():  # in no order; of two that begin at one place, one holds the other
        nodes.sort(key=_END, reverse=True)
        nodes.sort(key=_START)
    return found


@lru_cache(maxsize=2)
def _query(text: str) -> Query:
    query: Query = grammar.binding("tree_sitter").Query(grammar.language("tree_sitter_bash"), text)
    return query


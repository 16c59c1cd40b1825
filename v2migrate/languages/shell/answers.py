"""Where the output of a command goes: pipes, files, variables, functions, and tests of the status.

What a jq program reads is worked out by `jq`; this module only finds the program. Knows no endpoint.
"""

from __future__ import annotations

import re

from v2migrate.languages.shell.argv import Word, constant, words
from v2migrate.languages.shell.filters import JQ, jq_behind, jq_program, next_jq
from v2migrate.languages.shell.noticing import matters
from v2migrate.languages.shell.opening import bare, naming
from v2migrate.languages.shell.reaching import Where, readers
from v2migrate.languages.shell.statuses import compared, constants
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.unit import Word as Token
from v2migrate.languages.shell.values import Values
from v2migrate.records import dataclass, field, replace
from v2migrate.regex import regex
from v2migrate.request import Answer, Escape
from v2migrate.source import Span
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from tree_sitter import Node

    _Part = TypeVar("_Part")

Filters = tuple[tuple[Template, Span], ...]
"""jq programs that the answer went through on its way, each with its word's span."""

_MAX_STEPS = 60
MAX_READERS = 40
_KEEP = ("tr", "cat", "tee")
_CUT = regex(r"head\s+-n\s*-1|head\s+--lines=-1|sed\s+(-e\s+)?[\"']?\\?\$\s*d")
# `${OUT: -3}`, `${OUT##*$'\n'}`: the status that `-w '\n%{http_code}'` puts behind the answer; then what stands before it.
_LAST_LINE = regex(r"\$\{\w+(: -3|:\(-3\)|##\*(\$'\\n'|\s|.)?)\}", re.S)
_ALL_BUT_LAST = regex(r"\$\{\w+(%\?\?\?|::-3|:0:-3|:0:\$\{#\w+\}-3|%(\$'\\n'|\s|.)\*)\}", re.S)
_SEARCH = ("grep", "egrep", "fgrep", "rg")
_PRINT = ("echo", "printf")
_PASS = ("tee", "cat", "json_pp", "less", "more", "json_reformat", "pv", "jless", "bat", "fx")
_IGNORE = ("rm", "test", "[", "ls", "chmod", "touch", "mkdir", "unset", "local", "file", "wc", "stat", "return", "exit", "du")


@dataclass(slots=True)
class Flow:
    """Follows the output of one command. `site`: the call of the function that the command stands in, if one is meant.

    `code`: the output is (only) the HTTP status, `tested` is set where it, or the exit status, is compared. `checked`:
    the script looks into the answer for what it expects. `trailer`: the last line is the HTTP status, the rest the answer.
    `value`: what is followed is a field of the answer; only the `constants` that it is compared with count. `hidden`:
    that the script reads fields of the answer where they cannot be told.
    """

    unit: Unit
    site: tuple[Unit, Node] | None = None
    code: bool = False
    tested: bool = False
    checked: bool = False
    trailer: bool = False
    value: bool = False
    hidden: str = ""
    constants: list[str] = field(default_factory=list)
    answer: Answer = field(default_factory=Answer)
    seen: set[tuple[int, int, str]] = field(default_factory=set)

    def add(self, more: Answer) -> None:
        """Take in what another place does with the answer."""
        if self.value:
            return
        old = self.answer
        self.answer = Answer(_both(old.reads, more.reads), _both(old.roots, more.roots), _both(old.escapes, more.escapes),
                             _both(old.status, more.status), _both(old.shown, more.shown), _both(old.told, more.told))

    def escape(self, unit: Unit, node: Node, how: str) -> None:
        """The answer is lost sight of at `node`."""
        if self.code:
            self.tested = True
            return
        self.add(Answer(escapes=(Escape(unit.span(node), how),)))

    def shown(self, unit: Unit, node: Node) -> None:
        """The answer is printed at `node`."""
        span = (unit.span(node),)
        self.add(Answer(told=span) if self.code else Answer(shown=span))

    # --- up the tree ------------------------------------------------------------------------------------------------

    def stdout(self, unit: Unit, node: Node, program: Filters = ()) -> None:
        """Follow what `node` prints."""
        key = (id(unit), node.id, "out")
        if key in self.seen or len(self.seen) > _MAX_STEPS:
            return
        self.seen.add(key)
        for redirect in unit.redirects(node) if node.type == "command" else ():
            if self._redirected(unit, node, redirect):
                return
        inner = node
        for outer in unit.above(node):
            kind = outer.type
            if kind == "redirected_statement" and inner.id != node.id:
                for redirect in outer.children:
                    if redirect.type == "file_redirect" and self._redirected(unit, node, redirect):
                        return
            if kind == "redirected_statement":
                piped = next((c for r in outer.children if r.type == "heredoc_redirect" for c in r.children
                              if c.type == "pipeline"), None)
                if piped is not None and inner.type != "heredoc_redirect":
                    self.stage(unit, piped.named_children[0], program)
                    return
            elif kind == "pipeline":
                if (behind := unit.behind(outer, inner)) is not None:
                    self.stage(unit, behind, program)
                    return
            elif kind == "command_substitution":
                self._substituted(unit, outer, node, program)
                return
            elif kind == "process_substitution":
                self._argument(unit, outer, node, program)
                return
            elif kind == "function_definition":
                self._function(unit, outer, node, program)
                return
            elif kind == "heredoc_redirect":
                pass
            inner = outer
        self.shown(unit, node)

    def _redirected(self, unit: Unit, node: Node, redirect: Node) -> bool:
        """True where the redirect takes the output away."""
        if redirect.type != "file_redirect":
            return False
        raw = unit.text(redirect)
        if not re.match(r"(1|&)?>", raw) or re.match(r"1?>&", raw):
            return False
        target = redirect.child_by_field_name("destination")
        if target is not None:
            self.file(unit, target)
        return True

    def file(self, unit: Unit, target: Node | Token | Word, passed: str = "") -> None:
        """The answer is written to a file: follow who reads that.

        `passed`: the file's name where the call of a function gives it; it is read where that call stands.
        """
        start, end = (target.start, target.end) if isinstance(target, Word) else (target.start_byte, target.end_byte)
        name = bare(unit.code.read(start, end))
        if name == "/dev/null" or self.code:
            return
        span = unit.code.span(start, end)
        if name in ("/dev/stdout", "/dev/stderr", "/dev/tty", "-"):
            self.add(Answer(shown=(span,)))
            return
        readers = self._readers(unit, name, start)
        if passed and self.site is not None:
            readers += self._readers(self.site[0], bare(passed), self.site[1].start_byte)
        if _named_outside(unit, name):
            self.add(Answer(escapes=(Escape(span, f"is written to {name}, which is named elsewhere in this file, too"),)))
        elif not readers:
            self.add(Answer(escapes=(Escape(span, "is written to a file"),)))

    def _readers(self, unit: Unit, name: str, start: int) -> int:
        """Follow what reads the file `name`, which is written at `start`; how many commands do?"""
        readers = 0
        named = naming(unit, name)
        if len(named) > MAX_READERS:
            self.escape(unit, named[0][0], "is written to a file that many commands name")
            return len(named)
        for command, here in named:
            program = unit.text(unit.words(command)[0])
            if program in _IGNORE or command.start_byte <= start < command.end_byte:
                continue
            if here and program in _PRINT:
                continue
            readers += 1
            if program in JQ:
                self._jq(unit, command, ())
            elif program == "cat":
                self.stdout(unit, command)
            else:
                self.escape(unit, command, f"is written to a file that {program} reads")
        return readers

    def _substituted(self, unit: Unit, node: Node, command: Node, program: Filters) -> None:
        inner = node
        for outer in unit.above(node):
            kind = outer.type
            if kind in ("string", "concatenation", "expansion"):
                inner = outer
                continue
            if kind == "variable_assignment":
                name = outer.child_by_field_name("name")
                if name is not None and name.type == "variable_name":
                    if inner.type in ("concatenation", "expansion"):
                        self.escape(unit, command, f"becomes a part of ${unit.text(name)}")
                    else:
                        self.variable(unit, unit.text(name), name.start_byte, program)
                    return
                break
            if kind == "binary_expression":
                self._tested(unit, inner, outer, command)
                return
            if kind == "unary_expression" or kind == "test_command":
                self.tested = self.tested or self.code
                self.checked = True
                return
            if kind == "for_statement":
                self.escape(unit, command, "is looped over")
                return
            if kind in ("command", "herestring_redirect", "command_name"):
                self._argument(unit, inner, command, program)
                return
            if kind == "array":
                self.escape(unit, command, "becomes a list")
                return
            break
        self.escape(unit, command, "is used by a command")

    def _argument(self, unit: Unit, word: Node, source: Node, program: Filters) -> None:
        """The answer is an argument, or the here-string, of a command."""
        command = next((o for o in unit.above(word) if o.type in ("command", "redirected_statement")), None)
        string = next((o for o in unit.above(word) if o.type == "herestring_redirect"), None)
        if command is None:
            self.escape(unit, source, "is used by a command")
            return
        if command.type == "redirected_statement":
            command = command.child_by_field_name("body") or command
        found = unit.words(command) if command.type == "command" else []
        name = unit.text(found[0]) if found else ""
        if string is not None or word.type == "process_substitution":
            self.stage(unit, command, program)
        elif name in _PRINT:
            self.stdout(unit, command, program)
        elif name in ("[", "test"):
            self._tested(unit, word, command, source)
        elif name not in _IGNORE:
            self.escape(unit, command, f"is passed to {name or 'a command'}")

    def _function(self, unit: Unit, definition: Node, command: Node, program: Filters) -> None:
        name = unit.function_name(definition)
        if self.site is not None:
            there, call = self.site
            self.site = None
            self.stdout(there, call, program)
            return
        calls = unit.calls(name)
        for call in calls[:20]:
            self.stdout(unit, call, program)
        if not calls:
            self.escape(unit, command, f"is the output of the function {name}")

    # --- a stage of a pipe ------------------------------------------------------------------------------------------

    def stage(self, unit: Unit, node: Node, program: Filters = ()) -> None:
        """The answer is what `node` reads from its standard input."""
        key = (id(unit), node.id, "in")
        if key in self.seen or len(self.seen) > _MAX_STEPS:
            return
        self.seen.add(key)
        command = node.child_by_field_name("body") if node.type == "redirected_statement" else node
        if command is None or command.type != "command":
            self.escape(unit, node, "goes to a loop" if command is not None and "while" in command.type else "goes to a command")
            return
        found = unit.words(command)
        name = unit.text(found[0]).rsplit("/", 1)[-1] if found else ""
        self.checked = self.checked or (name in _SEARCH and matters(unit, command))
        if self.value:
            self.stdout(unit, command, program) if name in _KEEP else None
        elif self.trailer and name == "tail":
            self._status(unit, command)
        elif self.trailer and name in ("head", "sed") and _CUT.search(unit.text(command)):
            self.stdout(unit, command, program)
        elif name in JQ:
            self._jq(unit, command, program)
        elif name in _PASS or (name.startswith("python") and [unit.text(w) for w in found[1:]][:2] == ["-m", "json.tool"]):
            if name == "tee":
                for word in found[1:]:
                    if not unit.text(word).startswith("-") and self._read_again(unit, word):
                        self.file(unit, word)
            self.stdout(unit, command, program)
        elif name == "read":
            targets = [w for w in found[1:] if not unit.text(w).startswith("-") and re.fullmatch(r"\w+", unit.text(w))]
            for word in targets:
                self.variable(unit, unit.text(word), word.start_byte, program)
        else:
            self.escape(unit, command, f"goes to {name or 'a command'}")
            if jq_behind(unit, command) and not self.code:
                self.hidden = f"what jq reads of the answer behind {name or 'a command'} was not followed"

    def _read_again(self, unit: Unit, word: Token) -> bool:
        return any(here and c.start_byte > word.end_byte for c, here in naming(unit, bare(unit.text(word))))

    def _jq(self, unit: Unit, command: Node, program: Filters) -> None:
        where = Where(unit, command.start_byte, unit.arms(command), unit.function_of(command))
        values = Values(where)
        argv = words(values, unit, command, where)
        if any(re.fullmatch(r"-\w*e\w*|--exit-status", w.raw) for w in argv[1:]) and matters(unit, command):
            self.checked = True
        found, odd = jq_program(values, argv)
        if odd:
            self.escape(unit, command, odd)
            return
        if found is None:
            self.stdout(unit, command, program)
            return
        template = found.value(values, follow=True)
        span = found.span
        if constant(template) is not None and (constant(template) or "").strip() in (".", ""):
            self.stdout(unit, command, program)
            return
        program = (*program, (template, span))
        following = next_jq(unit, command)
        if following is not None:
            # `jq .[0] | jq .x` is one program in two commands.
            self.stage(unit, following, program)
            return
        from v2migrate.languages.shell.jq import lower_filters

        self.add(self._compared(unit, command, lower_filters(program)))

    def _compared(self, unit: Unit, command: Node, read: Answer) -> Answer:
        """The reads of a filter, the one whose value it prints with what the script compares that with."""
        later = Flow(unit, self.site, value=True)
        later.stdout(unit, command)
        self.checked = self.checked or later.checked
        leaves = [r for r in read.reads if not r.inner]
        if len(leaves) != 1 or not later.constants:
            return read
        leaf = replace(leaves[0], values=tuple(dict.fromkeys((*leaves[0].values, *later.constants))))
        return replace(read, reads=tuple(leaf if r == leaves[0] else r for r in read.reads))

    def _status(self, unit: Unit, node: Node, name: str = "") -> None:
        """The status behind the answer goes its own way: what `node` prints, or a use of the variable `name`."""
        code = Flow(unit, self.site, code=True)
        if name:
            code._used(unit, node, name, ())
        else:
            code.stdout(unit, node)
        self.tested = self.tested or code.tested
        self.add(code.answer)

    # --- variables --------------------------------------------------------------------------------------------------

    def variable(self, unit: Unit, name: str, start: int, program: Filters = ()) -> None:
        """The answer is what the variable `name` was assigned at `start`."""
        key = (id(unit), start, name)
        if key in self.seen or len(self.seen) > _MAX_STEPS:
            return
        self.seen.add(key)
        for use in readers(unit, name).get(start, ()):
            self._used(unit, use.node, name, program)
        if unit.exports(name) and not self.code:
            at = next((a for a in unit.assigned(name) if a.start == start), None)
            if at is not None:
                self.add(Answer(escapes=(Escape(unit.code.span(at.start, at.end), f"is exported as ${name}"),)))

    def _used(self, unit: Unit, node: Node, name: str, program: Filters) -> None:
        raw = unit.text(node)
        if raw.startswith("${#"):
            return
        if self.trailer and _LAST_LINE.fullmatch(raw):
            self._status(unit, node, name)
            return
        if self.trailer and _ALL_BUT_LAST.fullmatch(raw):
            raw = f"${name}"
        inner = node
        for outer in unit.above(node):
            kind = outer.type
            if kind in ("string", "concatenation"):
                inner = outer
                continue
            if kind == "expansion":
                inner = outer
                continue
            if kind in ("binary_expression", "case_statement"):
                self._tested(unit, inner, outer, node)
                return
            if kind in ("unary_expression", "test_command", "parenthesized_expression", "negation_expression"):
                self.tested = self.tested or self.code
                self.checked = True
                return
            if kind == "variable_assignment":
                target = outer.child_by_field_name("name")
                if target is not None and target.type == "variable_name" and inner.type != "concatenation":
                    self.variable(unit, unit.text(target), target.start_byte, program)
                else:
                    self.escape(unit, outer, "becomes a part of another text")
                return
            if kind == "for_statement":
                self.escape(unit, node, "is looped over")
                return
            if kind in ("command", "herestring_redirect", "redirected_statement"):
                if not re.fullmatch(r"\$\{?\w+\}?", raw) and not self.code:
                    self.escape(unit, node, "is cut up by the shell")
                else:
                    self._argument(unit, inner, node, program)
                return
            if kind == "heredoc_body":
                self.escape(unit, node, "is put into a here-document")
                return
            if kind in ("command_substitution", "program", "function_definition"):
                break
            inner = outer
        self.escape(unit, node, "is used by the shell")

    def _tested(self, unit: Unit, inner: Node, outer: Node, source: Node) -> None:
        """A comparison of the status, or of the answer itself."""
        self.checked = True
        if self.value:
            self.constants += constants(unit, inner, outer)
            return
        if not self.code:
            found = compared(unit, inner, outer)
            if not (outer.type == "binary_expression" and found == () and _against_nothing(unit, inner, outer)):
                self.escape(unit, source, "is compared")
            return
        self.tested = True
        self.add(Answer(status=compared(unit, inner, outer)))


def _both(old: tuple[_Part, ...], more: tuple[_Part, ...]) -> tuple[_Part, ...]:
    """Each of them once."""
    return tuple(dict.fromkeys(old + more)) if len(old) + len(more) > 1 else old + more


def _against_nothing(unit: Unit, inner: Node, outer: Node) -> bool:
    """`[ "$X" = "" ]` asks no more than whether there was an answer."""
    sides = [unit.text(c) for c in outer.children if c.is_named and c.id != inner.id]
    return any(bare(s) in ("", "null") for s in sides)


def _named_outside(unit: Unit, name: str) -> bool:
    """Does what stands around the code, as another step of a CI job does, name the file?"""
    if name.encode() not in unit.code.file or len(unit.code.file) == len(unit.code.text):
        return False
    word = regex(rb"(?<![\w.-])" + re.escape(name.encode()) + rb"(?![\w-])")
    return len(word.findall(unit.code.file)) > len(word.findall(unit.code.text))

"""Places that read a part of a URL and could not be followed: the part must not change. Knows no values."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v2migrate.languages.shell.assigning import Setter
from v2migrate.languages.shell.unit import Unit, Use
from v2migrate.ranges import Ranges
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.source import Holders, Span
from v2migrate.template import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_TALK = ("echo", "printf", "test", "[", "log", "info", "warn", "error", "debug", ":", "unset")
# Programs that a script starts and that see what it exports.
_PROGRAMS = regex(r"\.{0,2}/.*|.*\.(sh|py|rb|js|bash)\Z|python\d?(\.\d+)?|node|bash|sh|make|npm|npx|yarn|ruby|perl|php|"
                       r"docker|docker-compose|envsubst|go|cargo|gradle|tox|poetry|uv|pipenv")


def hold(unit: Unit, found: list[Request]) -> list[Request]:
    """The requests with the places that hold pieces of their URLs back."""
    readers: _Readers | None = None
    known: dict[tuple[Span, ...], tuple[Span, ...]] = {}  # calls share the text of their base
    out = []
    for request in found:
        outside = _outside(request)
        if outside and outside not in known:
            readers = readers or _Readers(unit, found)
            known[outside] = readers.of(outside)
        out.append(replace(request, holds=known[outside]) if outside and known[outside] else request)
    return out


def _outside(request: Request) -> tuple[Span, ...]:
    """The text of the URL that stands outside of the call."""
    spans = [p.span for p in request.url.pieces if isinstance(p, Text) and p.span is not None]
    return tuple(s for s in spans if s not in request.span and (request.wrapper is None or s not in request.wrapper))


class _Readers:
    """Which places read the variables that hold a piece of text, in code with these calls."""

    def __init__(self, unit: Unit, found: list[Request]) -> None:
        self._unit = unit
        self._calls = Holders([r.span for r in found] + [r.wrapper for r in found if r.wrapper is not None])
        self._setters = list(unit.setters())
        self._spans = [unit.code.span(setter.start, setter.end) for setter in self._setters]
        self._ranges = Ranges([(span.start, span.end) for span in self._spans])
        programs = (c for first, c in zip(unit.firsts, unit.commands, strict=True) if _PROGRAMS.fullmatch(first))
        self._known: dict[str, list[Span]] = {}
        self._program = max((c.start_byte for c in programs), default=-1)

    def of(self, texts: tuple[Span, ...]) -> tuple[Span, ...]:
        """The places that read what is assigned where the texts stand, the calls themselves apart."""
        owners = {number for text in texts for number in self._around(text)}
        if len(owners) == 1:
            (owner,) = (self._setters[number] for number in owners)
            if owner.name not in self._known:  # calls share the name of their base
                self._known[owner.name] = self._uses(owner.name, {owner.name})
            return tuple(sorted({*self._known[owner.name], *self._exported(owner)}))
        seen: set[str] = set()
        return tuple(sorted({s for number in sorted(owners) for s in self._holds(self._setters[number], seen)}))

    def _around(self, text: Span) -> Iterator[int]:
        return (number for number in self._ranges.holding(text.start) if text in self._spans[number])

    def _holds(self, owner: Setter, seen: set[str]) -> list[Span]:
        if owner.name in seen:
            return []
        seen.add(owner.name)
        return self._uses(owner.name, seen) + self._exported(owner)

    def _uses(self, name: str, seen: set[str]) -> list[Span]:
        return [span for use in self._unit.uses(name) for span in self._use(use, seen)]

    def _exported(self, owner: Setter) -> list[Span]:
        """The assignment, where a program that is started later sees the variable."""
        seen = self._program > owner.start and self._unit.exports(owner.name)
        return [self._unit.code.span(owner.start, owner.end)] if seen else []

    def _use(self, use: Use, seen: set[str]) -> list[Span]:
        unit = self._unit
        where = unit.code.span(use.start, use.end)
        if self._calls.hold(where):
            return []
        for outer in unit.above(use.node):
            if outer.type == "variable_assignment":
                name = outer.child_by_field_name("name")
                if name is None:
                    return [where]
                behind = (s for s in unit.setters(unit.text(name)) if s.start == name.start_byte)
                return [span for setter in behind for span in self._holds(setter, seen)]
            if outer.type in ("test_command", "case_statement"):
                return []
            if outer.type == "command":
                return [] if _name(unit, outer) in _TALK and not _kept(unit, outer) else [where]
        return [where]


def _kept(unit: Unit, command: Node) -> bool:
    """True where what a command prints does not go to the terminal."""
    if any(r.type == "file_redirect" and not re.match(r"1?>&2|>\s*/dev/|2", unit.text(r)) for r in unit.redirects(command)):
        return True
    for outer in unit.above(command):
        if outer.type in ("pipeline", "command_substitution", "process_substitution"):
            return True
        if outer.type == "function_definition":
            return False
    return False


def _name(unit: Unit, command: Node) -> str:
    return unit.text(command.children[0]) if command.child_count else ""

"""Places that read a part of a URL and could not be followed: the part must not change. Knows no values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from v2migrate.languages.shell.unit import Assign, Unit, Use
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.source import Holders, Span
from v2migrate.template import Text

if TYPE_CHECKING:
    from tree_sitter import Node

_TALK = ("echo", "printf", "test", "[", "log", "info", "warn", "error", "debug", ":", "unset")
# Programs that a script starts and that see what it exports.
_PROGRAMS = regex(r"\.{0,2}/.*|.*\.(sh|py|rb|js|bash)\Z|python\d?(\.\d+)?|node|bash|sh|make|npm|npx|yarn|ruby|perl|php|"
                       r"docker|docker-compose|envsubst|go|cargo|gradle|tox|poetry|uv|pipenv")


def hold(unit: Unit, found: list[Request]) -> list[Request]:
    """The requests with the places that hold pieces of their URLs back."""
    spans = Holders([r.span for r in found] + [r.wrapper for r in found if r.wrapper is not None])
    assigned = [(a, unit.code.span(a.start, a.end)) for row in unit.assigns.values() for a in row]
    known: dict[tuple[Span, ...], tuple[Span, ...]] = {}  # calls share the text of their base
    out = []
    for request in found:
        outside = _outside(request)
        if outside not in known:
            seen: set[str] = set()
            owners = [a for a, span in assigned if any(s in span for s in outside)] if outside else []
            known[outside] = tuple(sorted({s for owner in owners for s in _holds(unit, owner, spans, seen)}))
        out.append(replace(request, holds=known[outside]) if known[outside] else request)
    return out


def _outside(request: Request) -> tuple[Span, ...]:
    """The text of the URL that stands outside of the call."""
    spans = [p.span for p in request.url.pieces if isinstance(p, Text) and p.span is not None]
    return tuple(s for s in spans if s not in request.span and (request.wrapper is None or s not in request.wrapper))


def _holds(unit: Unit, owner: Assign, spans: Holders, seen: set[str]) -> list[Span]:
    if owner.name in seen:
        return []
    seen.add(owner.name)
    out = []
    for use in unit.uses.get(owner.name, ()):
        out += _use(unit, use, spans, seen)
    later = (c for c in unit.commands if c.start_byte > owner.start)
    if owner.name in unit.exported and any(_PROGRAMS.fullmatch(_name(unit, c)) for c in later):
        out.append(unit.code.span(owner.start, owner.end))
    return out


def _use(unit: Unit, use: Use, spans: Holders, seen: set[str]) -> list[Span]:
    where = unit.code.span(use.start, use.end)
    if spans.hold(where):
        return []
    for outer in unit.above(use.node):
        if outer.type == "variable_assignment":
            name = outer.child_by_field_name("name")
            return [s for a in unit.assigns.get(unit.text(name), ()) if name is not None and a.start == name.start_byte
                    for s in _holds(unit, a, spans, seen)] if name is not None else [where]
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

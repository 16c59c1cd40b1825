"""Requests from commands: each call of a client, also through functions that wrap one. Knows no endpoint.

Only calls that could reach a CI's API are kept (`candidate`); all other calls of curl are none of our business.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator

from v2migrate.languages.shell import clients
from v2migrate.languages.shell.argv import Word, lone_hole, words
from v2migrate.languages.shell.bodies import sent
from v2migrate.languages.shell.body_text import late
from v2migrate.languages.shell.call_parts import (
    HOLE,
    Site,
    address_of,
    answer_of,
    auth,
    backticks,
    definition_of,
    frozen,
    headers_of,
    marks,
    method_of,
    notices,
)
from v2migrate.languages.shell.clients import Call, Value
from v2migrate.languages.shell.filters import builds
from v2migrate.languages.shell.layout import items, option_place
from v2migrate.languages.shell.reaching import SCRIPT, Where
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Frame, Values
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Request, Slot
from v2migrate.source import Span
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_API = regex(rf"/api/(v1(\.1)?|v2|preview|{HOLE})(?![\w.])|/api/v\d(\.{HOLE}|{HOLE})")
_RELATIVE = regex(rf"({HOLE}|[^/]*circleci[^/]*)/?((v1(\.1)?|v2|{HOLE})/)?"
                       r"(projects?|me|recent-builds|workflow|pipeline|user)(?![\w.-])")
_HOST = regex(r"https?://(?P<host>[^/\ue000-\uf8ff]+)(/|\Z)", re.I)
_MAX_ALTERNATIVES = 6
_MAX_DEPTH = 3


def candidate(flat: str) -> bool:
    """True for a URL that could be a call of CircleCI's API, to be looked at by the rules."""
    if _API.search(flat):
        return True
    host = _HOST.match(flat)
    if host is not None:
        return "circleci" in host["host"].lower()
    return "circleci" in flat.lower() or _RELATIVE.match(flat) is not None


def functions(unit: Unit) -> dict[str, tuple[Unit, Node]]:
    """All functions that code of `unit` can call, with the unit that defines them."""
    out: dict[str, tuple[Unit, Node]] = {}
    for before in unit.before:
        out.update(functions(before))
    out.update({name: (unit, node) for name, node in unit.functions.items() if not _written_here(unit, node)})
    return out


def _written_here(unit: Unit, function: Node) -> bool:
    """Is it one of the functions that a fix has put in, which send what is today's? The comment above them says so."""
    text = unit.code.text
    end = text.rfind(b"\n", 0, function.start_byte)
    while end >= 0:
        start = text.rfind(b"\n", 0, end) + 1
        line = text[start:end]
        if not line.lstrip().startswith(b"#"):
            return False
        if b"(v2migrate" in line:
            return True
        end = start - 1
    return False


def requests(unit: Unit, read: Callable[[Span], str]) -> list[Request]:
    """All calls in `unit`."""
    known = functions(unit)
    names = known.keys() - clients.TABLES.keys()
    heads = {head for head in set(unit.heads) if clients.may_call(head)}
    out: list[Request] = []
    for command, name, head in zip(unit.commands, unit.firsts, unit.heads, strict=True):
        through = name in names
        if not through and head not in heads:
            continue
        where = _where(unit, command)
        out += _alternatives(unit, command, where, None, read)
        if through:
            values = Values(where)
            frame = _frame(values, name, unit, command, where)
            made = list(_through(known, unit, command, frame, (name,), read))
            for choice in _choices(values)[1:]:
                other = _frame(Values(where, None, choice), name, unit, command, where)
                made += _through(known, unit, command, other, (name,), read)
            out += _sharing(made, unit, command) if values.open else made
    return distinct(out)


def distinct(found: list[Request]) -> list[Request]:
    """Each request once, in order. Equal ones have one place; all there is to a request would take long to hash."""
    seen: dict[Span, list[Request]] = {}
    out = []
    for request in found:
        there = seen.setdefault(request.span, [])
        if request not in there:
            there.append(request)
            out.append(request)
    return out


def _where(unit: Unit, command: Node) -> Where:
    return Where(unit, command.start_byte, unit.arms(command), unit.function_of(command))


def _frame(values: Values, name: str, unit: Unit, command: Node, where: Where) -> Frame:
    args: list[Template] = []
    rest = False
    for word in words(values, unit, command, where)[1:]:
        value = word.value(values, inline=True)
        hole = lone_hole(value)
        if hole is not None and word.bound is None and re.match(r"\$[@*]|\$\{[@*]|\$\{\w+\[", word.raw.strip('"')):
            rest = True
            break
        args.append(value)
    return Frame(name, tuple(args), rest)


def _through(known: dict[str, tuple[Unit, Node]], unit: Unit, site: Node, frame: Frame, path: tuple[str, ...],
             read: Callable[[Span], str]) -> Iterator[Request]:
    """The calls that a call of a function makes, its arguments put in."""
    home, definition = known[frame.function]
    for command in home.within(definition):
        where = _where(home, command)
        if where.function != frame.function:
            continue
        bare = _alternatives(home, command, where, None, read)
        for request in _alternatives(home, command, where, Site(unit, site, frame), read):
            if not any(request.url == b.url and request.method == b.method and request.body == b.body for b in bare):
                yield request
        name = home.text(command.children[0]) if command.child_count else ""
        if name in known and name not in clients.TABLES and name not in path and len(path) < _MAX_DEPTH:
            inner = _frame(Values(where, frame), name, home, command, where)
            if inner == _frame(Values(where), name, home, command, where):
                continue  # nothing of this call goes into that one: it is seen where it stands
            for request in _through(known, unit, site, inner, (*path, name), read):
                if frame.args or not frame.rest:
                    yield replace(request, trail=tuple(dict.fromkeys((*request.trail, home.span(command)))))


def _alternatives(unit: Unit, command: Node, where: Where, site: Site | None, read: Callable[[Span], str]) -> list[Request]:
    """The requests of one command, one for each value that its variables can have."""
    values = Values(where, site.frame if site is not None else None)
    out = _build(values, unit, command, where, site, read)
    if not values.open:
        return out
    for choice in _choices(values):
        again = Values(where, values.frame, choice)
        out += _build(again, unit, command, where, site, read)
    return _sharing(distinct(out), unit, command)


def _choices(values: Values) -> list[dict[str, int]]:
    """Which of their values the variables have that were met, for each way that the code can come there."""
    names = list(values.open)
    # Variables that were assigned side by side go together.
    sizes = {values.open[n] for n in names}
    if len(sizes) == 1:
        picks = [(i,) * len(names) for i in range(min(sizes.pop(), _MAX_ALTERNATIVES))]
    else:
        picks = list(itertools.islice(itertools.product(*(range(values.open[n]) for n in names)), _MAX_ALTERNATIVES))
    return [dict(zip(names, pick, strict=True)) for pick in picks]


def _sharing(found: list[Request], unit: Unit, command: Node) -> list[Request]:
    """Where one command makes several calls, what is written there must suit all of them: each is told so."""
    if len({(r.url.flat, r.method) for r in found}) < 2:
        return found
    return [replace(r, slots=(*r.slots, Slot("shared", unit.span(command)))) for r in found]


def _build(values: Values, unit: Unit, command: Node, where: Where, site: Site | None,
           read: Callable[[Span], str]) -> list[Request]:
    argv = words(values, unit, command, where)
    at = clients.find_client(values, argv)
    if at is None:
        return []
    out = []
    for number, call in enumerate(clients.parse(values, argv, at)):
        unknown = [] if len(call.urls) < 2 else clients.unknown_words(values, call)
        known = [(url, address_of(values, call, url)) for url in call.urls
                 if url not in unknown or len(unknown) == len(call.urls)]
        ours = [(url, address) for url, address in known if candidate(address.flat)]
        # Options stand at the head of the command and count up to `--next`, for each URL there.
        mixed = number > 0 or any(_elsewhere(address.flat) for _, address in known if not candidate(address.flat))
        for url, address in ours:
            made = _request(values, unit, command, where, site, argv, at, call, url, address, unknown, read)
            out.append(replace(made, slots=(*made.slots, Slot("mixed", unit.span(command)))) if mixed else made)
    return out


def _elsewhere(flat: str) -> bool:
    """Is it an address, and not the value of an option that the tables do not know?"""
    return re.search(rf"[./:{{]|{HOLE}", flat) is not None


def _request(values: Values, unit: Unit, command: Node, where: Where, site: Site | None, argv: list[Word], at: int, call: Call,
             url: Value, address: Template, unknown: list[Value], read: Callable[[Span], str]) -> Request:
    before = values.overridable
    values.overridable = False
    address = address_of(values, call, url)
    overridable = values.overridable
    values.overridable = before or overridable
    gaps = list(call.gaps)
    gaps += [f"what {v.word.raw} adds to the call is not seen" for v in unknown]
    headers = tuple(headers_of(values, call, gaps))
    typed = any(h.name.lower() == "content-type" and "json" in h.value.flat.lower() for h in headers)
    listed, numbers = items(unit, command, argv, call)
    data = sent(values, call, listed, numbers, typed, unit, command, where, read)
    gaps += data.gaps
    method = method_of(values, call, gaps)
    if call.all("config"):
        gaps.append("a file gives further options")
    given = call.last("user")
    login = given.get(values) if given is not None else None
    user = given is not None or re.match(rf"https?://[^/@]*@|{HOLE}@", address.flat) is not None
    flow = answer_of(values, unit, command, call, site)
    inner = unit.span(command)
    span = inner if site is None else site.unit.span(site.command)
    scope = where.function or SCRIPT
    slots = [Slot("option", option_place(argv, at, call, unit), listed, scope), Slot("url", url.word.span, listed, scope)]
    content = data.content
    there = (content.at.function or SCRIPT) if content is not None and content.at is not None else scope
    slots += [Slot(f"body:{data.style}", s, listed, there) for s in data.spans]
    slots += [Slot(f"late:{name}", inner, None, scope) for name in (sorted(late(content, where)) if content is not None else ())]
    if content is not None and content.built is not None:
        slots.append(Slot("jq-args:" + ",".join(content.built.names), content.built.place, None, there))
    elif builds(unit):
        slots.append(Slot("jq", inner, None, scope))
    if site is not None and (definition := definition_of(unit, command)) is not None:
        slots.append(Slot("function", unit.span(definition)))
    slots += [Slot(f"loop:{unit.text(v)}", unit.span(o), None, scope) for o in unit.above(command)
              if o.type == "for_statement" and (v := o.child_by_field_name("variable")) is not None]
    slots += [Slot(f"placeholder:{m}", inner, None, scope) for m in marks(unit, command, argv[:at])]
    ticks = backticks(unit, command)
    if ticks:
        slots.append(Slot("backticks", inner))
    if given is not None:
        slots.append(Slot("user", given.word.span, listed, scope))
    trail = [s for s in address.spans if s not in span]
    if site is not None:
        trail.append(inner)
    return Request(
        span, "shell", call.client, method, address, params=data.params, headers=headers, auth=auth(call, user), user=login,
        body=data.body, answer=flow.answer, slots=tuple(slots), gaps=tuple(dict.fromkeys(gaps)),
        trail=tuple(dict.fromkeys(trail)),
        notices=notices(unit, command, call, flow), overridable=overridable,
        wrapper=None if site is None else inner, frozen=frozen(unit, command, site, argv[:at], ticks) or flow.hidden)

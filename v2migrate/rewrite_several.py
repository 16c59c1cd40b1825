"""One call that becomes several: what the function in its place is given, and what the old answer's readers lose.

Knows rules and requests; knows no language's syntax, and nothing of the function's code.
"""

from __future__ import annotations

import re

from v2migrate.draft import Draft
from v2migrate.match import Match
from v2migrate.regex import regex
from v2migrate.request import Change, Helper, Read, Request
from v2migrate.rewrite_answer import status
from v2migrate.rewrite_body import decode
from v2migrate.rewrite_url import params, path, query, token, tokenless
from v2migrate.rule import Route
from v2migrate.rule_several import Several
from v2migrate.template import Template

_FOLLOWED = regex(r"is (?:returned|yielded|passed to|stored in|merged|searched for|read with a key|compared as a whole)")
"""Where an answer goes that stays a value of the program: what takes it there can be told what it lacks."""
_UNSEEN = regex(r"query parameters|arguments that|adds to the call|an option is|further options")


def draft(request: Request, match: Match, several: Several, out: Draft) -> None:
    """Fills in the change of `request` to a call of the rule's function; `out.problem` where that cannot be shown right."""
    if request.wrapper is not None:
        out.refuse("the request is sent by a function of your own that other calls share")
    if request.frozen:
        out.refuse(request.frozen)
    if request.body is not None:
        out.refuse("the call sends a body")
    for gap in request.gaps:
        if _UNSEEN.search(gap):
            out.refuse(f"not seen: {gap}")
    if request.method is None:
        out.refuse("the HTTP method was not seen")
    _answer(request, match, several, out)
    method, _, target = several.to.partition(" ")
    arguments = _arguments(request, match, several, out)
    given = {place[6:] for place in several.arguments.values() if place.startswith("query.")}
    moved = {*given, *(name for name, new in match.rule.query.items() if not new)}
    _stray(request, match, moved, out)
    if out.problem:
        return
    if request.overridable:
        out.assume("base-overridden")
    url = [*path(match, out, Route(method, target)), *query(request, match, out, moved)]
    headers, drop = token(request, match, out)
    drop = (*drop, *(p.name for p in request.params if p.name in moved))
    helper = Helper(several.helper, tuple(several.code.items()), arguments)
    out.assume("several-calls", f"one request becomes several ({several.requests}), sent by {several.helper}(), which is added")
    if several.gone:
        out.say(f"gone from the answer: {', '.join(several.gone)}")
    out.say(several.notes)
    if request.language in several.needs:
        out.say(f"{several.helper}() needs {several.needs[request.language]}")
    tests = status(request, match, out, several.answers)
    tokenless(request, match, out)
    if not out.problem:
        out.change = Change(tuple(sorted(url)), drop, headers, status=tests, helper=helper)


def _arguments(request: Request, match: Match, several: Several, out: Draft) -> tuple[tuple[str, Template], ...]:
    found = []
    for name, place in several.arguments.items():
        kind, _, key = place.partition(".")
        value = _value(request, match, kind, key)
        if value is None:
            continue
        if value.constant and not re.fullmatch(several.fits.get(name, ".*"), value.flat, re.S):
            out.refuse(f"{key}={value.flat} is not known to mean anything")
        found.append((name, value))
    return tuple(found)


def _value(request: Request, match: Match, kind: str, key: str) -> Template | None:
    if kind == "path":
        where = match.place(key)
        return decode(request.url.slice(*where)) if where is not None else None
    for name, _, start, end in params(match.address):
        if name == key:
            return decode(request.url.slice(start, end))
    return next((p.value for p in request.params if p.name == key), None)


def _stray(request: Request, match: Match, moved: set[str], out: Draft) -> None:
    """Refuses query parameters that neither the function nor v2 has a place for."""
    where = match.address
    known = {*moved, "circle-token"}
    tail = where.flat[where.query_at + 1 :] if where.query_at is not None else ""
    named = [name for name, *_ in params(where)]
    if len([part for part in tail.split("&") if part]) != len(named):
        out.refuse("not all of the query was seen")
    for name in (*named, *(p.name for p in request.params)):
        if name.lower() not in known:
            out.refuse(f"the query's `{name}` has no place in the calls to v2")


def _answer(request: Request, match: Match, several: Several, out: Draft) -> None:
    """What the answer's readers find in the function's, which has the old shape."""
    answer = request.answer
    if answer.opaque:
        out.refuse("what is made of the answer was not seen")
    shape = match.rule.answer
    listed = several.gives and (shape is None or shape.root)
    for read in answer.reads:
        if set(read.path) == {"[]"} and (not listed or len(read.path) > 1):
            out.refuse("the code counts the answer's fields, and v2's answer has others")
        _read(read, several, out)
    for escape in answer.escapes:
        if request.language == "shell" or not _FOLLOWED.match(escape.how):
            out.refuse(f"the answer {escape.how}")
        out.assume("answer-elsewhere", f"the answer {escape.how}; it has only what v2 tells")
    if answer.shown and several.gives:
        out.assume("answer-elsewhere", "the answer is printed; it has only what v2 tells")


def _read(read: Read, several: Several, out: Draft) -> None:
    names = [name for name in read.path if name != "[]"]
    if not names:
        return
    dotted = ".".join(names)
    for value in read.values:
        if gone := several.values.get(f"{dotted}={value}"):
            out.refuse(f"the code waits for {dotted} {value!r}: {gone}")
    if any(dotted == known or dotted.startswith(known + ".") for known in several.gives):
        return
    if read.inner and any(known.startswith(dotted + ".") for known in several.gives):
        return
    for size in range(len(names), 0, -1):
        if why := several.gone.get(".".join(names[:size])):
            out.refuse(f"the code reads `{dotted}`: {why}")
    out.refuse(f"the code reads `{dotted}`, which v2 does not tell: keep v1.1")

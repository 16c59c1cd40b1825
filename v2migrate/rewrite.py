"""What a matched request has to become: a Change in terms of the request, its class, and what it assumes.

Knows rules and requests; knows no language's syntax (a front-end writes the Change) and no file.
"""

from __future__ import annotations

import re

from v2migrate.draft import Draft
from v2migrate.finding import UNSAFE
from v2migrate.match import Match
from v2migrate.pipeline_config.wants import Wants
from v2migrate.request import Body, Change, Request, Scalar, walk_entries
from v2migrate.rewrite_answer import reads_of, status
from v2migrate.rewrite_body import body_of
from v2migrate.rewrite_url import params, path, query, token, token_query, tokenless
from v2migrate.rule import Caveat
from v2migrate.template import Template

_LONGEST = 500
"""Characters of a value that a rule's pattern looks at: a pattern of the user's may take more time than the text is long."""


def draft(request: Request, match: Match, wants: Wants | None = None, *, sole: bool = True) -> Draft:
    """The rewrite of `request` under `match`, with all it assumes and says; to several calls where one does not do.

    `wants`: the target's config is changed along, to take this. `sole`: no other rule fits.
    """
    out = _alone(request, match, wants, sole)
    several = match.rule.several
    if several is None or not out.manual:
        return out
    from v2migrate import rewrite_several

    more = Draft(otherwise=out.problem)
    _caveats(request, match, more, wants)
    _deadlines(request, match, more)
    rewrite_several.draft(request, match, several, more)
    if not more.problem:
        return more
    out.say(f"not rewritten to several calls: {more.problem}")
    return out


def _alone(request: Request, match: Match, wants: Wants | None, sole: bool) -> Draft:
    """The rewrite to one call."""
    out = Draft()
    rule = match.rule
    _caveats(request, match, out, wants)
    if wants is not None:
        out.floor = UNSAFE  # the config of other branches, and settings outside of it, are not seen
    _deadlines(request, match, out)
    to = match.to
    if to is None or rule.manual:
        out.refuse(rule.manual or "v2 has no such call")
        return out
    if request.method is None:
        why = "the only one this path has" if sole else "one of those this path has"
        out.say(f"the HTTP method was not seen; taken as {match.route.method}, {why}")
    if to.method != match.route.method:
        out.refuse(f"the method changes to {to.method}")
    if request.frozen:
        out.refuse(request.frozen, manual=False)
    if request.overridable:
        out.assume("base-overridden")
    url = [*path(match, out, to), *query(request, match, out)]
    headers, drop_params = token(request, match, out)
    body = body_of(request, match, out, wants)
    roots = reads_of(request, match, out)
    tests = status(request, match, out, rule.codes)
    tokenless(request, match, out)
    change = Change(tuple(sorted(url)), drop_params, headers, body, roots[0], roots[1], tests)
    if not out.problem:
        out.change = change
    return out


def token_alone(request: Request, match: Match) -> Change | None:
    """The token of a call to v1 or v1.1 from the query to a header, and no more: both versions take it there, as v2 does."""
    out = Draft()
    headers, drop = token(request, match, out)
    edits = token_query(match)
    if out.problem or match.address.version == "v2" or not (edits or drop):
        return None
    return Change(tuple(edits), drop, headers)


def _caveats(request: Request, match: Match, out: Draft, wants: Wants | None) -> None:
    for caveat in match.rule.caveats:
        if wants is not None and (caveat.unless == "parameters" or (caveat.unless == "job" and wants.one_job)):
            continue
        if not _holds(caveat, request, match):
            continue
        if caveat.klass == "manual":
            out.refuse(caveat.note)
        else:
            out.say(caveat.note)
            if caveat.klass == "unsafe":
                out.floor = UNSAFE
        if caveat.assume:
            out.assume(caveat.assume)


def _holds(caveat: Caveat, request: Request, match: Match) -> bool:
    if caveat.encoding and (request.body is None or request.body.encoding != caveat.encoding):
        return False
    return all(_there(place, caveat, request, match) for place in caveat.when.split(" and "))


def _there(place: str, caveat: Caveat, request: Request, match: Match) -> bool:
    kind, _, name = place.partition(".")
    if kind == "always":
        return True
    if kind == "answer":
        reads = [
            r for r in request.answer.reads if not name or ".".join(s for s in r.path if s != "[]").startswith(name)
        ]
        return bool(reads) or (not name and bool(request.answer.escapes or request.answer.shown))
    value = _value(kind, name, request, match)
    if value is None:
        return False
    if isinstance(value, bool):
        return value
    if caveat.literal is not None and value.constant is not caveat.literal:
        return False
    return not caveat.matches or re.search(caveat.matches, value.flat[:_LONGEST]) is not None


def _value(kind: str, name: str, request: Request, match: Match) -> Template | bool | None:
    """The value at a place of the request; True where something is there that is no string; None where nothing is."""
    if kind == "path":
        place = match.place(name)
        return request.url.slice(*place) if place is not None else None
    if kind == "query":
        for param, _, start, end in params(match.address):
            if param == name:
                return request.url.slice(start, end)
        return next((p.value for p in request.params if p.name == name), None)
    body: Body | None = request.body
    if body is None:
        return None
    if not name:
        return True
    for names, entry in walk_entries(body.value):
        if ".".join(names) == name:
            value = entry.value
            return value.template if isinstance(value, Scalar) and value.template is not None else True
    return None


def _deadlines(request: Request, match: Match, out: Draft) -> None:
    for name, day in match.rule.deadlines.items():
        if any(name in read.path for read in request.answer.reads):
            out.say(f"`{name}` leaves the answer on {day.isoformat()}")
            out.deadline = min(out.deadline or day, day)

"""The URL of a rewritten request: version, path and query, and the token that moves from the query to a header."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from v2migrate.draft import Draft
from v2migrate.finding import UNSAFE
from v2migrate.match import HOLE, Address, Match, is_hole
from v2migrate.regex import regex
from v2migrate.request import Entry, Header, Request, walk_entries
from v2migrate.rule import Route
from v2migrate.template import Template

_TOKEN = "circle-token"
_AUTH = ("circle-token", "authorization")
_INSTEAD = {"none": "", "cookies": "cookies", "certificate": "a client certificate"}
"""What a call without a token sends in its place, by `Request.auth`."""
_UNSEEN = regex(r"header|query parameters|arguments that|adds to the call|an option is|further options")
"""Gaps in what was seen of a call, in which a token may stand."""
_PARAM = regex(rf"(?P<name>[\w\[\].-]+)=(?P<value>(?:[^&#]|{HOLE})*)")


def path(match: Match, out: Draft, to: Route) -> list[tuple[int, int, str]]:
    """Edits of `flat` that turn the old path into that of `to`; placeholders stay where they are."""
    where = match.address
    edits = []
    if is_hole(where.version):
        out.refuse("the version in the URL is not written here", manual=False)
    elif where.version != "v2":
        edits.append((*where.version_at, "v2"))
    old, new = match.route.segments, to.segments
    if to.raw:
        _three_segments(match, out)
    if where.version == "v1" and "{slug}" in old and "{slug}" in new:
        start = match.places[old.index("{slug}")][0]
        edits.append((start, start, "gh/"))
    tail: tuple[int, int, str] | None = None
    for tag, i1, i2, j1, j2 in differences(old, new):
        words = new[j1:j2]
        if any(w.startswith("{") for w in words):
            out.refuse("the parts of the path change their order")
            return []
        if tag == "replace":
            tail = (match.places[i1][0], match.places[i2 - 1][1], "/".join(words))
        elif tag == "delete":
            tail = (match.places[i1][0] - 1, match.places[i2 - 1][1], "")
        else:
            if i1 < len(old):
                # In front of the next segment rather than behind the last one: that text belongs to this call alone.
                at = match.places[i1][0]
                edits.append((at, at, "/".join(words) + "/"))
                continue
            at = match.places[i1 - 1][1]
            tail = (at, at, "/" + "/".join(words))
        edits.append(tail)
    if where.slash:
        # v2 has no routes with a slash at the end.
        end = where.path_end
        if tail is not None and tail[1] == end - 1:
            edits[edits.index(tail)] = (tail[0], end, tail[2])
        else:
            edits.append((end - 1, end, ""))
    return edits


def differences(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """How the segments of two paths differ, as `difflib` puts it."""
    head, end = 0, min(len(old), len(new))
    while head < end and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < end - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    i, j = len(old) - tail, len(new) - tail
    # No segment stands twice, and none of those between in both: each can be the same as one other only.
    if len({*old}) == len(old) and len({*new}) == len(new) and {*old[head:i]}.isdisjoint(new[head:j]):
        tag = "replace" if head < i and head < j else "delete" if head < i else "insert"
        return [(tag, head, i, head, j)] if head < i or head < j else []
    import difflib

    return [code for code in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if code[0] != "equal"]


def _three_segments(match: Match, out: Draft) -> None:
    """Refuses a slug that may not be three segments: v2 answers 404 to `gh%2Facme%2Fweb` on a path without `{slug}`."""
    slug = match.place("slug")
    parts = match.address.text(slug).split("/") if slug is not None else []
    wanted = 2 if match.address.version == "v1" else 3
    if len(parts) != wanted or any("%2f" in part.lower() for part in parts):
        out.refuse(f"the project is not written as {wanted} path segments, and {match.to} takes no other form of it")


def params(where: Address) -> list[tuple[str, int, int, int]]:
    """The query parameters in the URL: name, start, start of the value, end."""
    if where.query_at is None:
        return []
    return [(m["name"], m.start(), m.start("value"), m.end()) for m in _PARAM.finditer(where.flat, where.query_at + 1)]


def query(request: Request, match: Match, out: Draft, moved: Collection[str] = ()) -> list[tuple[int, int, str]]:
    """Edits that take parameters out of the query (the token, those v2 has no word for, those `moved`) and rename others."""
    where, rule = match.address, match.rule
    given = params(where)
    moved = {*moved, *(place[6:] for place in (rule.body or {}).values() if place.startswith("query."))}
    gone, edits = [], []
    for name, start, value, end in given:
        if name == _TOKEN or rule.query.get(name) == "" or name in moved:
            gone.append((start, end))
        elif rule.query.get(name, name) != name:
            edits.append((start, value - 1, rule.query[name]))
        elif name not in rule.query:
            _stray(name, match, out)
    edits += _without(where, given, gone)
    for param in request.params:
        if param.name in moved:
            continue
        if rule.query.get(param.name, param.name) != param.name:
            out.refuse(f"the parameter {param.name} has another name on v2")
        elif param.name not in rule.query and param.name.lower() != _TOKEN:
            _stray(param.name, match, out)
    return _merge(edits)


def token_query(match: Match) -> list[tuple[int, int, str]]:
    """Edits that take the token out of the query and leave the rest as it is."""
    given = params(match.address)
    return _merge(_without(match.address, given, [(p[1], p[3]) for p in given if p[0] == _TOKEN]))


def _without(
    where: Address, given: list[tuple[str, int, int, int]], gone: list[tuple[int, int]]
) -> list[tuple[int, int, str]]:
    """Edits that take the parameters at `gone` out, each with the sign that goes with it."""
    kept = [p for p in given if (p[1], p[3]) not in gone]
    edits = []
    for start, end in gone:
        if not kept:
            edits.append((start - 1, min(end + _joint(where.flat, end), len(where.flat)), ""))
        elif any(p[1] > end for p in kept):
            edits.append((start, end + _joint(where.flat, end), ""))
        else:
            edits.append((start - 1, end, ""))
    return edits


def _stray(name: str, match: Match, out: Draft) -> None:
    """A parameter that no rule knows stays; whether v2 does with it what v1.1 did cannot be said.

    Where the body says what to do, it did so, too (`/build?revision=…`), and v2 would do something else.
    """
    if match.address.version == "v2":
        return
    if match.rule.body:
        out.refuse(f"`{name}` stands in the query, where v2 does not read it")
        return
    out.floor = UNSAFE
    out.say(f"the query's `{name}` stays as it is; v2 does not document it here")


def _joint(flat: str, at: int) -> int:
    return 1 if flat[at : at + 1] == "&" else 0


def _merge(edits: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Touching or overlapping removals as one."""
    out: list[tuple[int, int, str]] = []
    for edit in sorted(edits):
        if out and edit[0] <= out[-1][1] and not edit[2] and not out[-1][2]:
            out[-1] = (out[-1][0], max(out[-1][1], edit[1]), "")
        else:
            out.append(edit)
    return out


def token(request: Request, match: Match, out: Draft) -> tuple[tuple[Header, ...], tuple[str, ...]]:
    """The header that takes the token's place, and the parameters that go. v2 wants a personal token in a header."""
    value: Template | None = None
    drop: tuple[str, ...] = ()
    for name, _, start, end in params(match.address):
        if name == _TOKEN:
            value = request.url.slice(start, end)
    for param in request.params:
        if param.name.lower() == _TOKEN:
            value, drop = param.value, (param.name,)
    present = [h for h in request.headers if h.name.lower() in _AUTH]
    if value is None and match.address.version == "v2":
        return (), ()  # whatever this call to v2 sends, v2 takes today
    if value is None and not present and request.auth in _INSTEAD:
        if _not_all_seen(request, match.address):
            out.assume("personal-token", "no token of this call was seen: v2 answers 401 without one, also for public projects")
            out.doubt("personal-token")
        return (), ()
    user = [request.user] if request.user is not None else []
    for source in [value] if value is not None else [*(h.value for h in present), *user]:
        _name_token(source, out)
    out.assume("personal-token")
    if value is None:
        return (), drop
    if present or request.auth == "basic":
        return (), drop
    if not value.pieces:
        out.refuse("the token in the URL is empty", manual=False)
    return (Header("Circle-Token", value),), drop


def tokenless(request: Request, match: Match, out: Draft) -> None:
    """Refuses a call that sends no token: whatever else v2 makes of it, it answers 401.

    Called last, so that it hides nothing else that holds the rewrite back.
    """
    where = match.address
    if where.version == "v2" or request.auth not in _INSTEAD or _not_all_seen(request, where):
        return
    if any(h.name.lower() in _AUTH for h in request.headers):
        return
    if any(name.lower() == _TOKEN for name in (*(n for n, *_ in params(where)), *(p.name for p in request.params))):
        return
    sends = _INSTEAD["cookies" if any(h.name.lower() == "cookie" for h in request.headers) else request.auth]
    # Of the ways to sign in, v2's OpenAPI document has the token in a header, in the query, and as a user's name.
    what = f"{sends} and no token (v2's documents know tokens alone)" if sends else "no token"
    why = f"the call sends {what}, and v2 answers 401 without one, also for public projects"
    if out.problem:
        out.say(why)
    else:
        out.refuse(f"{why}: let it send a personal API token (v1.1 takes it, too), then run this again", manual=False)


def _not_all_seen(request: Request, where: Address) -> bool:
    """May the call send a token that was not seen: in arguments, options, headers or a query from elsewhere?"""
    if request.client in ("none", "text"):
        return True  # the URL alone was seen
    if "@" in where.base or any(names[-1].lower() == _TOKEN for names, _ in _entries(request)):
        return True  # a user in front of the host; a token among the fields of the body
    tail = "" if where.query_at is None else _PARAM.sub("", where.flat[where.query_at :])
    return re.search(HOLE, tail) is not None or any(_UNSEEN.search(gap) for gap in request.gaps)


def _entries(request: Request) -> Iterable[tuple[tuple[str, ...], Entry]]:
    return walk_entries(request.body.value) if request.body is not None else ()


def _name_token(value: Template, out: Draft) -> None:
    for hole in value.holes:
        if hole.expr:
            name = re.sub(r"^\{(\w+)\}$", r"\1", hole.expr)  # a field of the Python string that shell code stands in
            out.tokens.append(re.sub(r"^\$\{(\w+)\}$", r"$\1", name))
            if "project" in hole.expr.lower():
                out.doubt("personal-token")
                out.say(f"{hole.expr} sounds like a project token; v2 only takes personal ones")

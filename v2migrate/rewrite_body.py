"""The body of a rewritten request, from a rule's map of old fields and path parts to new ones."""

from __future__ import annotations

from v2migrate.draft import Draft
from v2migrate.match import Match
from v2migrate.pipeline_config.wants import Wants
from v2migrate.records import replace
from v2migrate.request import Body, Entry, Object, Request, Scalar
from v2migrate.rewrite_config import parameters
from v2migrate.rewrite_url import params
from v2migrate.template import Hole, Template, Text, text


def body_of(request: Request, match: Match, out: Draft, wants: Wants | None = None) -> Object | None:
    """The new body, entries of the old one keeping their places; None where the body stays as it is.

    `wants`: what the target's config takes once it is changed along.
    """
    rule, old = match.rule, request.body
    if rule.body is None:
        return None
    known: Object | None = None
    if old is not None:
        if old.encoding == "multipart":
            out.refuse("it uploads a file or a form; v2 takes JSON only (a config cannot be sent along)")
            return None
        asked = any("body." in caveat.when and caveat.encoding != "form" for caveat in rule.caveats)
        if _kept(match, old) and not asked:
            return None  # seen or not: v2 reads it as v1.1 did
        if not isinstance(old.value, Object):
            out.refuse("the body of the request was not seen", manual=False)
            return None
        known = old.value
        if known.open:
            out.refuse("parts of the body were not seen", manual=False)
            return None
    entries: list[Entry] = []
    used = {place[5:] for place in rule.body.values() if place.startswith("body.")}
    for name, place in rule.body.items():
        entry = _place(request, match, known, place, out)
        if entry is not None and rule.config is not None and place == rule.config.parameters:
            entry = parameters(entry, rule.config, out, wants)
        if entry is not None:
            _put(entries, name.split("."), entry)
    if rule.needs and not any(e.key == rule.needs for e in entries):
        out.refuse(f"the call names nothing that could stand in `{rule.needs}`, which {match.to} needs")
    for entry in known.entries if known is not None else ():
        if entry.key not in used and entry.key not in rule.drop:
            out.refuse(f"the body's `{entry.key}` has no place in v2")
    if (not entries and known is None) or (old is not None and _kept(match, old)):
        return None
    if known is not None and known.list is not None and old is not None and old.encoding == "json":
        order = {id(e.item): i for i, e in enumerate(known.entries)}
        entries.sort(key=lambda e: order.get(id(e.item), -1))
        return Object(tuple(entries), known.list, known.span)
    return Object(tuple(entries))


def _put(entries: list[Entry], names: list[str], entry: Entry) -> None:
    """Add an entry under its new name; a dotted one goes into an object, which is written anew."""
    if len(names) == 1:
        entries.append(replace(entry, key=names[0]))
        return
    at = next((i for i, e in enumerate(entries) if e.key == names[0]), len(entries))
    inner = entries[at].value if at < len(entries) else None
    below = list(inner.entries) if isinstance(inner, Object) else []
    _put(below, names[1:], Entry(entry.key, entry.value))
    entries[at : at + 1] = [Entry(names[0], Object(tuple(below)))]


def _kept(match: Match, body: Body) -> bool:
    """True where the body is sent as JSON already and keeps all its names."""
    same = all(place == f"body.{name}" for name, place in (match.rule.body or {}).items())
    return same and not match.rule.drop and body.encoding in ("json", "unknown") and body.typed


def _place(request: Request, match: Match, known: Object | None, place: str, out: Draft) -> Entry | None:
    kind, _, name = place.partition(".")
    if kind == "body":
        return known.get(name) if known is not None else None
    if kind == "text":
        return Entry(name, Scalar("string", "", text(name)))
    if kind == "path":
        where = match.place(name)
        if where is None:
            return None
        return Entry(name, Scalar("string", "", decode(request.url.slice(*where))))
    for param, _, start, end in params(match.address):
        if param == name:
            return Entry(name, Scalar("string", "", decode(request.url.slice(start, end))))
    value = next((p.value for p in request.params if p.name == name), None)
    return Entry(name, Scalar("string", "", value)) if value is not None else None


def decode(value: Template) -> Template:
    """A part of a URL as the plain value: `%2F` as `/`, `quote(branch)` as `branch`."""
    pieces: list[Text | Hole] = []
    for piece in value.pieces:
        if isinstance(piece, Text) and "%" in piece.value:
            import urllib.parse

            pieces.append(Text(urllib.parse.unquote(piece.value)))
        elif isinstance(piece, Text):
            pieces.append(piece)
        else:
            pieces.append(replace(piece, expr=piece.decoded or piece.expr, decoded=""))
    return Template(tuple(pieces))

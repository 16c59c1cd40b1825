"""Mistakes in calls to v2 itself, whatever their path: a token in the query, a user without its colon, a wrong success code.

They stand alone only where no finding about the route has a fix, which would carry them. Knows no language.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from v2migrate.draft import Draft
from v2migrate.match import Address, Match, address, operation
from v2migrate.request import Change, Header, Request
from v2migrate.rewrite_url import params, query, token
from v2migrate.rule import Route, Rule


def find(request: Request, rules: Sequence[Rule], hosts: Collection[str] = ()) -> list[tuple[Match, Draft]]:
    """The slips in `request`, each with its rewrite; none for calls to other versions and other hosts."""
    where = address(request.url.flat, hosts)
    if where is None or not where.ours:
        return []
    out = []
    for rule in rules:
        if rule.detect == "query-token" and where.version == "v2":
            draft = _query_token(request, _match(rule, request, where))
        elif rule.detect == "token-user":
            draft = _token_user(request)
        elif rule.detect == "success-status" and where.version == "v2":
            draft = _success_status(request, where)
        else:
            continue
        if draft is not None:
            out.append((_match(rule, request, where), draft))
    return out


def _match(rule: Rule, request: Request, where: Address) -> Match:
    path = where.flat[where.version_at[1] : where.path_end]
    shown = "".join(c if c.isascii() else "{…}" for c in path)
    return Match(rule, Route(request.method or "GET", shown or "/", (where.version,)), where, (), 0)


def _query_token(request: Request, match: Match) -> Draft | None:
    names = [name for name, *_ in params(match.address)] + [p.name for p in request.params]
    if not any(name.lower() == "circle-token" for name in names):
        return None
    draft = Draft()
    if request.frozen:
        draft.refuse(request.frozen, manual=False)
    url = query(request, match, draft)
    headers, drop = token(request, match, draft)
    if not draft.problem:
        draft.change = Change(url=tuple(url), drop_params=drop, headers=headers)
    return draft


def _token_user(request: Request) -> Draft | None:
    """`-u TOKEN` without the colon (curl then asks for a password), `-user TOKEN` (curl reads `-u ser`)."""
    if any(_encoded_without_colon(header) for header in request.headers):
        draft = Draft()
        draft.refuse("what is encoded is the token alone: encode TOKEN: with a colon behind it (user name and empty password)")
        return draft
    if request.user is None or ":" in request.user.flat:
        return None
    draft = Draft()
    if request.frozen:
        draft.refuse(request.frozen, manual=False)
    slot = request.slot("user")
    if request.user.show() == "ser":
        draft.refuse('`-user` is read as `-u ser`: write -u "$TOKEN:"')
    elif slot is None or request.user.constant:
        draft.refuse("the token is the user name and its password is empty: write TOKEN: with a colon behind it")
    else:
        draft.floor = "unsafe"
        draft.say("if the value already holds a colon, nothing is wrong here")
        draft.change = Change(user_colon=True)
    return draft


def _encoded_without_colon(header: Header) -> bool:
    """`Authorization: Basic $(printf %s "$T" | base64)`, `b64encode(token.encode())`: nobody put a colon behind the token."""
    if header.name.lower() != "authorization" or not header.value.flat.lower().startswith("basic "):
        return False
    sources = [hole.expr for hole in header.value.holes]
    encoding = [source for source in sources if "base64" in source or "b64encode" in source]
    return bool(encoding) and not any(":" in source for source in encoding)


def _success_status(request: Request, where: Address) -> Draft | None:
    found = operation(request.method, where)
    tests = [t for t in request.answer.status if 200 <= t.code < 300]
    if found is None or not tests or not found[1] or any(t.code in found[1] for t in tests):
        return None
    draft = Draft()
    draft.say(f"{found[0]} answers {' or '.join(map(str, found[1]))}, never {tests[0].code}")
    if request.frozen:
        draft.refuse(request.frozen, manual=False)
    else:
        draft.change = Change(status=tuple((t, found[1][0]) for t in tests))
    return draft

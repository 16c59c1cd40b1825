"""Who may ask: tokens and the forms they come in. Knows what v1 and v2 accept, from CircleCI's reference pages."""

from __future__ import annotations

import base64
import binascii

from v2migrate.emulator.account import Token
from v2migrate.emulator.exchange import Call, Refused
from v2migrate.emulator.routes import Visit
from v2migrate.emulator.settings import PROJECT

_LOG_IN = "You must log in first."
_NOT_FOUND = (("project", "Project not found"), ("pipeline", "Pipeline not found"), ("workflow", "Workflow not found"))


def credential(call: Call, query: bool) -> str | None:
    """The token text that a request carries: `Circle-Token`, bearer, basic with an empty password, or (`query`) the URL."""
    if token := call.headers.get("circle-token"):
        return token
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and value:
        return value.strip()
    if scheme.lower() == "basic":
        try:
            user, colon, _ = base64.b64decode(value, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return user if colon else None  # base64 of the token without its colon is a known slip
    return (call.query.get("circle-token") or None) if query else None


def _token(visit: Visit, given: str | None) -> Token | None:
    tokens = visit.account.tokens
    if given and given not in tokens and visit.settings.any_token:
        return next((token for token in tokens.values() if token.kind != PROJECT), None)
    return tokens.get(given or "")


def admit_v1(visit: Visit) -> Token | None:
    """The token of a call to v1 or v1.1; None for a public project's. Raises Refused.

    A project token is good for its own project: with scope admin for all of it, else for reading.
    """
    token = _token(visit, credential(visit.call, query=True))
    slug = visit.values.get("project")
    if token is None:
        if visit.settings.v1_anonymous and visit.call.method == "GET" and slug and visit.project.oss:
            return None
        raise Refused(401, _LOG_IN)
    if token.kind == PROJECT:
        if slug is None:
            raise Refused(401, _LOG_IN)
        if visit.project.slug != token.project:
            raise Refused(404, "Project not found")
        if visit.call.method != "GET" and token.scope != "admin":
            raise Refused(403, "Permission denied")
    return token


def admit_v2(visit: Visit) -> Token:
    """The token of a call to v2, which has to be a personal one. Raises Refused.

    Without a credential v2 asks to log in; with one that it does not accept it says that what the path names is not
    there, and only where the path names nothing that one has to log in.
    """
    given = credential(visit.call, query=visit.settings.v2_query_token)
    if given is None:
        raise Refused(401, _LOG_IN)
    token = _token(visit, given)
    if token is None or token.kind == PROJECT:
        for name, message in _NOT_FOUND:
            if name in visit.values:
                raise Refused(404, message)
        raise Refused(401, _LOG_IN)
    return token

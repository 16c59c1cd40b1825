"""Is this URL one of CircleCI's API? The only place of the front-end that knows whose API is looked for, not its endpoints."""

from __future__ import annotations

import re

from v2migrate.regex import regex
from v2migrate.template import Piece, Template

_HOLE = "[\ue000-\uf8ff]"
VERSION = regex(r"/api/(v1\.1|v1|v2|preview)(?![\w.])")
_OLD = regex(r"/api/v1(\.1)?/(project/|(me|projects|recent-builds)(?![\w-]))")
_OLD_OR_HOLE = regex(rf"/api/v1(\.1)?(/?{_HOLE}|/?$)")
TOKEN = "circle-token"
_GIVEN = regex(rf"[?&]{TOKEN}=(?P<value>[^&#]*)")
_HOST = regex(r"^https?://([^/?#]*)")
_HOST_API = regex(rf"circleci\.com/api(/|{_HOLE}|$)")
_FULL_OLD = regex(r"/api/(v1(\.1)?|preview)/(project/|(me|projects|recent-builds)(?![\w-]))")


def is_api(url: Template) -> bool:
    """True where the URL may go to CircleCI's API, false where it is known to go elsewhere."""
    flat = url.flat
    if "/api" not in flat and "circleci.com" not in flat:
        return False
    host = _HOST.match(flat)
    known = host[1].split("@")[-1] if host else None
    if known is not None and not any("\ue000" <= char <= "\uf8ff" for char in known) and known:
        if "circle" in known.lower():
            apart = "circle-artifacts" in known or known.startswith(("app.", "runner."))
            return not apart and (VERSION.search(flat) is not None or _HOST_API.search(flat) is not None)
        return _OLD.search(flat) is not None
    version = VERSION.search(flat)
    if version is None:
        return False
    before = flat[: version.start()]
    if "circle" in before.lower():
        return True
    if version[1] == "v2":
        return re.search(
            r"/api/v2/(project|pipeline|workflow|insights|me|context)(/|\?|$|" + _HOLE + ")", flat
        ) is not None and ("circle" in _names(url).lower())
    if flat.startswith("/") and "circle" not in _names(url).lower():
        return False  # a path alone is some program's own route
    return _OLD.search(flat) is not None or (_OLD_OR_HOLE.search(flat) is not None and "circle" in _names(url).lower())


def token_read(url: Template) -> Template:
    """The URL with a token as the hole that reads it where the URL is made.

    A constant's text must stay where it is, and a helper's token is its parameter, whatever this caller hands in.
    """
    found = _GIVEN.search(url.flat)
    if found is None:
        return url
    start, end = found.span("value")
    reads = url.whole_reads(start, end)
    pieces: list[Piece] = []
    for piece in url.pieces:
        read = piece.via if piece.via in reads else piece
        if read is not None and (read is piece or read not in pieces):
            pieces.append(read)
    return Template(tuple(pieces))


def _names(url: Template) -> str:
    return " ".join(h.expr for h in url.holes)


def undecided(url: Template) -> bool:
    """True where the URL begins with a hole, so that a caller may make it one of CircleCI's API."""
    flat = url.flat
    return bool(flat) and "\ue000" <= flat[0] <= "\uf8ff"


def says_path(url: Template) -> bool:
    """True where text with a word in it follows the first hole: the route is known here, only the base is not."""
    return re.search(r"[a-z]{2,}", url.flat.split("?")[0]) is not None


def full_old(url: Template) -> bool:
    """True for text that holds a whole old URL, host and path."""
    flat = url.flat
    whole = "://" in flat or "circle" in flat.lower() or undecided(url)
    return whole and _FULL_OLD.search(flat) is not None and is_api(url)

"""A closer look at the few files that pass `anchors`: is there a piece of an address of the API? Knows no syntax.

A call's URL has `/api/` and a version, or a value in its place (`match.address`). However it is put together, some literal
holds `api`: as a part of a path, or as a whole word that a `join` or an argument makes one. So a file that speaks of
CircleCI and holds no such piece calls nothing by itself; it may still hand its host or token to others, and take the
piece from them (`imports`).
"""

from __future__ import annotations

import re

from v2migrate.regex import regex

# What may stand before a part of a path: what no name goes on with, or a value (`%sapi`, `%(base)sapi`, `$1api`, `%2Fapi`).
_VALUES = (rb"%[sdr]", rb"\)[sdr]", rb"\$\w", rb"2[fF]")
_SLASH = rb"(?:\\?/|%2[fF])"
_API = regex(
    # It begins with plain text, which is found much faster, and asks behind that for what stands before it.
    rb"api(?:(?<![A-Za-z0-9_.-]api)|" + b"|".join(rb"(?<=%bapi)" % value for value in _VALUES) + rb")(?:"
    # `/api/v1.1`, also where the literal ends within the version (`"/api/v" + "1.1"`), or a value is the version
    + _SLASH + rb"(?:v(?:1(?:\.1?)?|2)?|preview)?(?![A-Za-z0-9_]|\.\d)"
    # `"…/api" + …`, `"api"` by itself; not `api.x`, `api(…)`, `api=`, `api: `, `api-x`
    + rb"|(?![A-Za-z0-9_.(=:/-]|%2[fF]|\\/|(?<=\sapi)\s))"
)  # fmt: skip
# A word of shell that is no more than `api` becomes a part of a path where something puts slashes between words.
_WORD = regex(rb"\sapi\s")
_BETWEEN = regex(rb"/[$\"'%]|[}\"']/|%s/|\bsplit\b|circleci[ \t]+api")
# Where no text speaks of CircleCI, its host is a value, and what tells its API from others is the path's first part.
_PARTS = rb"(?:projects?|pipeline|workflow|insights|recent-builds|me|user)"
_FIRST = regex(
    rb"(?:(?<![A-Za-z0-9_./-])|" + b"|".join(rb"(?<=%b)" % value for value in _VALUES) + rb"|\$\w+|v1|v1\.1|v2|preview)"
    + _SLASH + rb"+" + _PARTS + rb"(?![A-Za-z0-9_-])"
    + rb"|(?<![A-Za-z0-9_./-])" + _PARTS + _SLASH + rb"|[\"'`]" + _PARTS + rb"[\"'`]", re.IGNORECASE,
)  # fmt: skip
_CLIENT = regex(rb"curl|wget|\b(?:https?|xhs?)\s")
# A client library, by the top-level module that an import names (the rules' `library.modules`).
_LIBRARY = regex(
    rb"\bfrom[ \t]+\w*circle[\w.]*[ \t]+import\b"
    rb"|\bimport[ \t]+(?:[\w.]+(?:[ \t]+as[ \t]+\w+)?[ \t]*,[ \t]*)*\w*circle", re.IGNORECASE,
)  # fmt: skip


def may_call(data: bytes, own: bool = False, sourced: bool = False) -> bool:
    """False only if no call to CircleCI's API is in code that passed `anchors.speaks`, unless it takes a piece of the URL
    from other files.

    `own`: a host in it is known to be CircleCI's. `sourced`: it may be shell with a function that makes a call of what
    other files give it (`call() { curl "https://circleci.com$1"; }`): it is looked at for the sake of those.
    """
    if sourced and _CLIENT.search(data) is not None:
        return True
    if own or b"circle" in data.lower():
        return joins(data) or _LIBRARY.search(data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")) is not None
    return joins(data) and _FIRST.search(data) is not None


def joins(data: bytes) -> bool:
    """False only if no literal of code is, or ends in, a part of an address that calls an API of the versions we know."""
    # What is changed as it runs may be written in any case.
    if b"api" not in data and b"API" not in data:
        return False
    text = data.lower() if b"lower" in data or b"casefold" in data else data
    return _API.search(text) is not None or (_WORD.search(text) is not None and _BETWEEN.search(text) is not None)

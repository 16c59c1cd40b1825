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
_PARTS = rb"(?:projects?|pipeline|workflow|insights|recent-builds|me|user)"


def _piece(behind: bytes = b"") -> bytes:
    return (
        # It begins with plain text, which is found much faster, and asks behind that for what stands before it.
        rb"api(?:(?<![A-Za-z0-9_.-]api)|" + b"|".join(rb"(?<=%bapi)" % value for value in _VALUES) + rb")(?:"
        # `/api/v1.1`, also where the literal ends within the version (`"/api/v" + "1.1"`), or a value is the version
        + _SLASH + rb"(?:v(?:1(?:\.1?)?|2)?|preview)?(?![A-Za-z0-9_]|\.\d)" + behind
        # `"…/api" + …`, `"api"` by itself; not `api.x`, `api(…)`, `api=`, `api: `, `api-x`
        + rb"|(?![A-Za-z0-9_.(=:/-]|%2[fF]|\\/|(?<=\sapi)\s))"
    )  # fmt: skip


_API = regex(_piece())
# The same, but not `/api/v1/query`: CircleCI's paths go on with other words.
_ITS_API = regex(_piece(rb"(?!" + _SLASH + rb"+(?!(?i:" + _PARTS + rb")(?![A-Za-z0-9_-]))[A-Za-z])"))
# A word of shell that is no more than `api` becomes a part of a path where something puts slashes between words.
_WORD = regex(rb"api(?<=\sapi)\s")
_BETWEEN = regex(rb"/[$\"'%]|[}\"']/|%s/|\bsplit\b|circleci[ \t]+api")
# Where no text speaks of CircleCI, its host is a value, and what tells its API from others is the path's first part.
_FIRST = regex(
    rb"(?:(?<![A-Za-z0-9_./-])|" + b"|".join(rb"(?<=%b)" % value for value in _VALUES) + rb"|\$\w+|v1|v1\.1|v2|preview)"
    + _SLASH + rb"+" + _PARTS + rb"(?![A-Za-z0-9_-])"
    + rb"|(?<![A-Za-z0-9_./-])" + _PARTS + _SLASH + rb"|[\"'`]" + _PARTS + rb"[\"'`]", re.IGNORECASE,
)  # fmt: skip
_CLIENT = regex(rb"curl|wget|\b(?:https?|xhs?)\s")
_COMMENT = regex(rb"^[ \t]*#.*", re.MULTILINE)
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
        return joins(data) or _takes_library(data)
    return joins(data, others=True) and _FIRST.search(data) is not None


def code(data: bytes) -> bytes:
    """Python without its lines that are comments. Where such a line is within a string, no URL goes on in it."""
    return _COMMENT.sub(b"", data) if b"#" in data else data


def _takes_library(data: bytes) -> bool:
    # In lines with the word alone: the pattern goes over no line's end, and is slow.
    text = data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    low, end = text.lower(), 0
    while (at := low.find(b"circle", end)) >= 0:
        end = low.find(b"\n", at)
        end = len(low) if end < 0 else end
        if _LIBRARY.search(text, low.rfind(b"\n", 0, at) + 1, end) is not None:
            return True
    return False


def joins(data: bytes, others: bool = False) -> bool:
    """False only if no literal of code is, or ends in, a part of an address that calls an API of the versions we know.

    `others`: nothing tells that the API is CircleCI's, so that its address goes on as those of CircleCI's do, or ends.
    """
    # What is changed as it runs may be written in any case.
    if b"api" not in data and b"API" not in data:
        return False
    text = data.lower() if b"lower" in data or b"casefold" in data else data
    piece = _ITS_API if others else _API
    return piece.search(text) is not None or (_WORD.search(text) is not None and _BETWEEN.search(text) is not None)

"""Old API URLs in text of any kind, found by their spelling. Knows no syntax, so nothing that it finds can be rewritten.

The whole of CircleCI's old API is taken on CircleCI's own host; on other hosts, and where there is none, only paths that
are CircleCI's. Left out: URLs put together from pieces, except for text that is joined on one line and the one word
that says enough (`recent-builds`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.source import Cover, Source, Span, name_of
from v2migrate.template import Hole, Piece, Template, Text

FROZEN = "not code of a language that is rewritten"
CONFIGURED = "what reads this setting and adds paths to it; each of those has to move on its own, the setting goes last"
_CONFIG = regex(r"\.(ya?ml|json|toml|ini|cfg|conf|properties|env|xml|tfvars)$|(^|/)\.env[^/]*$", re.IGNORECASE)
_WORD = regex(rb"(?<=[\"'`/])recent-builds(?=[\"'`?])")
_CODE = regex(r"\.(?:[cm]?[jt]sx?|rb|go|java|kts?|swift|scala|cs|php|rs|clj|dart|r|ex|groovy|m)$", re.IGNORECASE)
_DATA_FILE = regex(r"\.(ya?ml|json|har)$", re.IGNORECASE)
_CASSETTE = regex(
    rb"^[\"{ ]*(?:http_)?interactions\"?:|\"recorded_with\"|^recorded_with:|\"http_interactions\"", re.MULTILINE)
_OPENAPI = regex(
    rb"^[\"']?(?:openapi|swagger)[\"']?:[ \t]*[\"']?[1-3]\."
    rb"|^[ \t{]*\"(?:openapi|swagger)\"[ \t]*:[ \t]*\"[1-3]\.", re.MULTILINE)
_MAX_URL = 1000
_MAX_HEAD = 200

_ANCHOR = regex(rb"/api/(v1\.1|v1|v2)(?![\w-]|\.\d)")
_HOLE = (
    rb"\$\{\{[^{}\n]{0,120}\}\}|\$\{[^{}\n]{0,120}\}|#\{[^{}\n]{0,120}\}|\{\{[^{}\n]{0,120}\}\}|\{[\w.\[\]!:]{0,80}\}"
    rb"|<<[ \t]*[\w.]{1,80}[ \t]*>>|<[A-Za-z](?:[\w .:|-]{0,60}[\w.])?>|\$\(\w{1,60}\)|\$\w{1,80}|\\\([^()\n]{1,80}\)"
    rb"|%\(\w{1,60}\)[sdr]|%[svqui@]|%d(?![0-9A-Fa-f])"
)
_PLACE = rb"(?<=/)[:@][A-Za-z_][\w-]{0,60}"
_PIECE = regex(rb"(?P<hole>" + _HOLE + rb"|" + _PLACE + rb")|(?P<text>[A-Za-z0-9/._~?&=+!;,-]+|[%:@]|\[\w{0,60}\])")
_HOLE_ALONE = regex(_HOLE)
_HEAD_TEXT = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/@~-"
_OPENINGS = {ord("}"): (b"${{", b"{{", b"${", b"#{", b"{"), ord(")"): (b"$(", b"\\("), ord(">"): (b"<<", b"<")}
# `".../" + org + "/..."`, and the same with the joining signs of other languages
_JOINED = regex(
    rb"[\"'`][ \t]*(?:\+\+?|\.\.?|<>|&)[ \t]*[\w$@][\w.$@\[\]()]{0,80}"
    rb"(?:[ \t]*(?:\+\+?|\.\.?|<>|&)[ \t]*[\"'`]|(?=[\s,;)]|$))"
)
_QUOTES = (b'"', b"'", b"`")
_URL_HEAD = regex(rb"(?:https?:)?//(?:[^/@]{0,100}@)?([^/]+)(/.*)?", re.DOTALL)
_BARE_HOST = regex(rb"[\w-]+(?:\.[\w-]+)+(?::\d+)?")
_OFFICIAL = regex(rb"(?:(?!runner\.|dl\.)[\w-]+\.)?circleci\.com(?::\d+)?", re.IGNORECASE)
_REST = regex(rb"/(?:project|me|projects|recent-builds|user)(?![\w-])")
_STRONG = regex(rb"/(?:project/(?:github|gh|bitbucket|bb|circleci)|recent-builds)(?![\w-])")
_PROJECT = regex(rb"/project/[^/\s]+/[^/\s]+")
_MENTION = regex(rb"circle[-_]?ci|circle[-_]token", re.IGNORECASE)
_PREVIEW_JOBS = regex(rb"/workflow/[^/\s]+/jobs(?![\w/-])")
_PREVIEW_CANCEL = regex(rb"/project/(?:[^/\s]+/){1,3}job/[^/\s?]+/?(?:$|\?)")


def sightings(source: Source, hosts: Collection[str] = (), known: Cover | None = None) -> tuple[Request, ...]:
    """Every old API URL in the bytes of a file, in order; `method` only where something near says it beyond doubt.

    `hosts`: CircleCI Servers, whose API is CircleCI's whatever they are called. `known`: what is found there is left out.
    """
    known = known or Cover(())
    taken: list[Span] = []
    found = tuple(_sightings(source, frozenset(name.encode() for name in hosts), known, taken))
    every = Cover(taken)
    words = tuple(r for r in _words(source) if not every.overlaps(r.span) and not known.overlaps(r.span))
    return tuple(sorted((*found, *words), key=lambda r: r.span)) if words else found


def _words(source: Source) -> Iterator[Request]:
    """`"recent-builds"`: a path that no other API has, given to a helper that knows the rest of the URL."""
    if not _CODE.search(source.path) or _MENTION.search(source.data) is None:
        return
    from v2migrate.languages.verbs import method_of

    for word in _WORD.finditer(source.data):
        span = Span(source.path, word.start(), word.end())
        url = Template((Text("https://circleci.com/api/v1.1/"), Text(word.group().decode(), span)))
        yield Request(span, "text", "text", method_of(source, *word.span()), url, comment=_in_comment(source, word.start()),
                      frozen=FROZEN)  # fmt: skip


def _sightings(source: Source, hosts: Collection[bytes], known: Cover, taken: list[Span]) -> Iterator[Request]:
    """The URLs that are not `known`; `taken` gets the place of each, known or not."""
    data = source.data
    if _recorded(source):
        return
    mention: bool | None = None
    done = 0
    for anchor in _ANCHOR.finditer(data):
        if anchor.start() < done:
            continue
        start = _head(data, anchor.start(), done)
        parts, end = _parts(data, start, anchor.start())
        if end < anchor.end():
            start = anchor.start()
            parts, end = _parts(data, start, start)
        if mention is None:
            mention = _MENTION.search(data) is not None
        rest = data[anchor.end() : end]
        kind = _kind(data[start : anchor.start()], anchor.group(1), rest, mention, hosts)
        if not kind:
            continue
        span = Span(source.path, start, end)
        new = not known.overlaps(span)
        method = None
        if new or kind == "cancel":
            from v2migrate.languages.verbs import method_of

            method = method_of(source, start, end)
        if kind == "cancel" and method != "POST":
            continue  # today's route for reading a job
        done = end
        taken.append(span)
        if not new:
            continue
        comment = _in_comment(source, start)
        gaps = (CONFIGURED,) if rest in (b"", b"/") and not comment and _CONFIG.search(source.path) else ()
        yield Request(span, "text", "text", method, _template(source, parts), gaps=gaps, comment=comment, frozen=FROZEN)


def _recorded(source: Source) -> bool:
    """True for recorded HTTP and for descriptions of an API: they speak of calls, and make none."""
    if not _DATA_FILE.search(source.path):
        return False
    return _CASSETTE.search(source.data) is not None or _OPENAPI.search(source.data[:3000]) is not None


def _kind(head: bytes, version: bytes, rest: bytes, mention: bool, hosts: Collection[bytes]) -> str:
    """What of CircleCI's this is; empty: nothing. `mention`: the file speaks of CircleCI."""
    url = _URL_HEAD.fullmatch(head)
    host = url.group(1) if url else head if _BARE_HOST.fullmatch(head) else b""
    prefix = (url.group(2) or b"") if url else b""
    hole = _HOLE_ALONE.search(host or head) is not None
    official = _OFFICIAL.fullmatch(host) is not None or host.partition(b":")[0].lower() in hosts
    if official and prefix:
        return ""  # its web pages
    ours = official or b"circle" in head.lower()
    free = not prefix and (hole or not head)  # a host that is not written here
    if version == b"v2":
        if not official and not (mention and (ours or free)):
            return ""
        if _PREVIEW_JOBS.search(rest):
            return "jobs"
        return "cancel" if _PREVIEW_CANCEL.match(rest) else ""
    if official or _STRONG.match(rest):
        return "call"
    if not mention:
        return ""
    if rest in (b"", b"/"):
        return "base" if ours or (free and version == b"v1.1") else ""
    if not _REST.match(rest):
        return ""
    return "call" if ours or free or _PROJECT.match(rest) else ""


# --- the extent of a URL --------------------------------------------------------------------------------------------


def _head(data: bytes, at: int, stop: int) -> int:
    """Where the URL whose path begins at `at` starts: back over a host, a scheme, and values that stand for them."""
    stop = max(stop, at - _MAX_HEAD)
    start = at
    while start > stop:
        text = data[stop:start].rstrip(_HEAD_TEXT)
        if len(text) < start - stop:
            start = stop + len(text)
            continue
        last = data[start - 1]
        if last == ord("$") and start < at:
            start -= 1
            continue
        back = next((b for o in _OPENINGS.get(last, ()) if (b := _hole_start(data, o, start, stop)) >= 0), -1)
        if back < 0:
            break
        start = back
    head = data[start:at]
    scheme = max(head.rfind(b"http://"), head.rfind(b"https://"))
    if scheme >= 0:
        return start + scheme
    # `key:value` and the like are no part of it.
    while start < at and data[start] in b":@~-.":
        start += 1
    return start


def _hole_start(data: bytes, opening: bytes, end: int, stop: int) -> int:
    begin = data.rfind(opening, max(stop, end - 125), end)
    return begin if begin >= 0 and _HOLE_ALONE.fullmatch(data, begin, end) else -1


def _parts(data: bytes, start: int, path: int) -> tuple[list[tuple[bool, int, int]], int]:
    """The text and holes (true) from `start` on, each with its two ends, and where they end."""
    found: list[tuple[bool, int, int]] = []
    at, limit = start, start + _MAX_URL
    while at < limit:
        joined = _JOINED.match(data, at, limit) if at > path and data[at : at + 1] in _QUOTES else None
        piece = None if joined else _PIECE.match(data, at, limit)
        if joined is not None:
            found.append((True, at, joined.end()))
            at = joined.end()
        elif piece is None:
            break
        else:
            hole = piece.lastgroup == "hole"
            if found and not hole and not found[-1][0]:
                found[-1] = (False, found[-1][1], piece.end())
            else:
                found.append((hole, at, piece.end()))
            at = piece.end()
    while found and not found[-1][0]:
        _, first, last = found[-1]
        trimmed = first + len(data[first:last].rstrip(b".,;:!"))
        if trimmed > first:
            found[-1] = (False, first, trimmed)
            break
        found.pop()
    return found, found[-1][2] if found else start


def _template(source: Source, parts: list[tuple[bool, int, int]]) -> Template:
    pieces: list[Piece] = []
    for hole, first, last in parts:
        text, span = source.data[first:last].decode("utf-8", "replace"), Span(source.path, first, last)
        pieces.append(Hole(_expression(text), span) if hole else Text(text, span))
    return Template(tuple(pieces))


def _expression(text: str) -> str:
    """The name in a hole, for people."""
    if text[:1] in "\"'`":
        text = text[1:].strip(" \t+.<>&\"'`")
    if text.startswith("%("):
        return text[2:-2]
    return text.strip("${}#<>() \t:@\\").removeprefix("%") or "…"


# --- comments -----------------------------------------------------------------------------------------------------------

_FAMILIES = (
    ("py pyi pyw sh bash zsh ksh rb yml yaml toml pl pm r tf ex exs nix ps1 jl cr mk cfg conf properties rake coffee", ("#",)),
    ("js jsx mjs cjs ts tsx go java kt kts scala swift rs c cc cpp h hpp cs php dart groovy gradle m mm vue proto",
     ("//", "/*", "*")),
    ("hs lua sql elm", ("--",)),
    ("clj cljs edn el lisp ini", (";",)),
    ("html xml md", ("<!--",)),
    ("adoc", ("//",)),
)  # fmt: skip
_COMMENTS = {suffix: signs for suffixes, signs in _FAMILIES for suffix in suffixes.split()}


def _in_comment(source: Source, start: int) -> bool:
    """True where the line of the URL is a comment in the language of the file's name."""
    name, dotted = name_of(source.path)
    suffix = dotted.removeprefix(".")
    if name.lower().startswith("jenkinsfile"):
        suffix = "groovy"
    signs = _COMMENTS.get(suffix, () if suffix else ("#",))
    return bool(signs) and source.line(source.position(start)[0]).lstrip().startswith(signs)

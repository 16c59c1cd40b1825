"""The calls to CircleCI in the user's files, old and new, and the tokens that they take. Knows no fix."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from v2migrate import anchors, hosts, languages, match, walk
from v2migrate.files import Files
from v2migrate.report.mask import secrets
from v2migrate.request import Request
from v2migrate.source import Source
from v2migrate.template import Hole, Template, Text

CLOUD = "https://circleci.com"
LITERAL = ""
"""The name of a token that is written into the source."""

_SHELL = re.compile(r"\$\{?(\w+)")
_ENVIRON = re.compile(r"""(?:environ(?:\.get)?|getenv)\s*[\[(]\s*['"](\w+)['"]|config\(\s*['"](\w+)['"]""")
_OWN_NAME = re.compile(rb"\b[A-Z][A-Z0-9_]*CI(?:RCLE|RCLECI)_[A-Z0-9_]*TOKEN\b|\bCIRCLE[A-Z0-9_]*_TOKEN\b")
_NAME = re.compile(r"[\w.]+")
_BASIC = re.compile(r"(?:auth\s*=\s*|HTTPBasicAuth|BasicAuth)\(\s*([^,()]+(?:[\[(][^\])]*[\])])?)\s*,")


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A call that carries a token. `name` is the variable that has it, as far as can be seen (LITERAL: none has).

    `environment`: the name is a variable of the environment. `form` says how it goes along, `call` where to, and `server`
    what stands before the path there.
    """

    name: str
    environment: bool
    path: str
    line: int
    form: str
    call: str
    server: str = CLOUD


def requests(paths: Sequence[str], files: Files, servers: Collection[str] = ()) -> list[tuple[Source, Request]]:
    """The calls to CircleCI's API, of any version, in the files at `paths`; `servers` are hosts of one's own.

    Raises UsageError for a path that is not there.
    """
    out = []
    for path in walk.files(paths):
        source = files.source(path)
        if source is None or not anchors.needle(source.data):
            continue
        for region in hosts.regions(source):
            for request in languages.lower(source, region, files.bytes).requests:
                where = match.address(request.url.flat, servers)
                if where is not None and where.ours and not request.comment and request.wrapper is None:
                    out.append((source, request))
    return out


def token_uses(paths: Sequence[str], files: Files, servers: Collection[str] = ()) -> list[TokenUse]:
    """The tokens in those calls, in order of place; a call whose token was not seen gives none."""
    out = []
    for source, request in requests(paths, files, servers):
        for form, value in _carried(source, request):
            name, environment = _named(source, request, value)
            if name is not None:
                line, _ = source.position(request.span.start)
                server = _server(request, servers)
                out.append(TokenUse(name, environment, source.path, line, form, _call(request), server))
    return out


def token_names(
    paths: Sequence[str], given: Mapping[str, bytes] | None = None, servers: Collection[str] = ()
) -> frozenset[str]:
    """The variables of the environment that those calls take tokens from; `given` stands in for what is on disk.

    In languages that are not read, a name of CircleCI's is enough.
    """
    found: set[str] = set()
    for files in (Files(), Files(given)) if given else (Files(),):
        found.update(use.name for use in token_uses(paths, files, servers) if use.environment)
        for path in walk.files(paths):
            source = files.source(path)
            if source is not None and anchors.needle(source.data):
                found.update(name.decode() for name in _OWN_NAME.findall(source.data))
    return frozenset(found)


def _carried(source: Source, request: Request) -> Iterable[tuple[str, Template]]:
    """How tokens go along with a call, and the text that holds each."""
    for header in request.headers:
        if header.name.lower() == "circle-token":
            yield "header Circle-Token", header.value
        elif header.name.lower() == "authorization":
            yield "header Authorization", header.value
    if request.user is not None:
        yield "user", request.user
    elif request.auth == "basic" and (found := _BASIC.search(source.text(request.span))):
        yield "user", Template((Hole(found[1].strip()),))
    for param in request.params:
        if param.name.lower() == "circle-token":
            yield "query", param.value
    flat = request.url.flat
    if found := re.search(r"[?&]circle-token=([^&#]*)", flat, re.I):
        yield "query", request.url.slice(*found.span(1))


def _named(source: Source, request: Request, value: Template) -> tuple[str | None, bool]:
    """The variable that a token comes from; through one assignment in the same file, which is what people write."""
    holes = [piece for piece in value.pieces if isinstance(piece, Hole)]
    if not holes:
        text = "".join(piece.value for piece in value.pieces if isinstance(piece, Text)).strip(": ")
        return (LITERAL, False) if secrets(text) or len(text) > 7 else (None, False)
    expr = holes[0].expr
    data = source.data.decode("utf-8", "replace")
    if request.language == "shell":
        found = _SHELL.search(expr)
        if found is None:
            return (expr or None, False)
        return _behind(data, found[1]), True
    if found := _ENVIRON.search(expr):
        return found[1] or found[2], True
    if not _NAME.fullmatch(expr):
        return (expr or None, False)
    last = expr.rpartition(".")[2]
    for line in re.findall(rf"^.*\b{re.escape(last)}\s*(?::[^=\n]*)?=(?!=)\s*(.+)$", data, re.M):
        if found := _ENVIRON.search(line):
            return found[1] or found[2], True
    return expr, False


def _behind(data: str, name: str) -> str:
    """`T` -> `CIRCLE_TOKEN` after `T="${CIRCLE_TOKEN:?}"`."""
    found = re.search(rf"^\s*(?:(?:export|local|readonly|declare)\s+)*{name}=[\"']?\$\{{?([A-Za-z_]\w*)", data, re.M)
    return found[1] if found is not None else name


def _server(request: Request, servers: Collection[str]) -> str:
    """What stands before `/api/` in a call to a Server of one's own; CircleCI's own address for every other call."""
    where = match.address(request.url.flat, servers)
    return where.base if where is not None and where.own and where.base.isascii() else CLOUD


def _call(request: Request) -> str:
    url = request.url.show().partition("?")[0]
    at = url.find("/api/")
    return f"{request.method or 'a call to'} {url[at:] if at >= 0 else url}"

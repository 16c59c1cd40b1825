"""Which rule a request falls under: its URL taken apart, and walked along the path templates of the rules.

Knows no language: it sees a Request's URL as text in which each hole is one character.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Iterable, Sequence

from v2migrate.operations import operations
from v2migrate.records import dataclass, replace
from v2migrate.regex import regex
from v2migrate.request import Read, Request
from v2migrate.routes import Routes
from v2migrate.rule import Route, Rule

HOLE = "[\ue000-\uf76f]"
_ADDRESS = regex(rf"(?P<base>.*?)/api/(?P<version>v1\.1|v1|v2|preview|{HOLE})(?=[/?#]|$|{HOLE})", re.S)
_VCS = ("gh", "github", "bb", "bitbucket", "circleci")
_NOT_API = regex(
    r"//(runner|ui|dl)\.|\.circle-artifacts\.com|//app\.circleci\.com(?!/api)|//circle-production", re.I
)
_HOST = regex(r"//[a-z0-9][\w.-]*(:\d+)?$|^[a-z0-9][\w-]*\.[\w.-]+$|localhost", re.I)
_REST = ("branch", "path")
_NUMBER = regex(r"(?:^|_)(?:build(?:_?(?:num|no|nr|id))?|job_?(?:no|nr)|num|number)$", re.I)
"""What a variable that holds a build's number is called: `build_num`, `CIRCLE_BUILD`, `jobNumber`."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One path segment: its text in `flat` and where it stands there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Address:
    """A URL taken apart; all numbers are offsets in the template's `flat`. `slash`: the path ends with one."""

    version: str
    version_at: tuple[int, int]
    segments: tuple[Segment, ...]
    path_end: int
    slash: bool
    query_at: int | None
    flat: str
    base: str = ""
    own: bool = False
    """The host is one of those that the user named as CircleCI Servers."""

    @property
    def ours(self) -> bool:
        """Is this CircleCI's API, and not another service's `/api/v1`? Its host says so, or else its path must.

        A self-hosted CircleCI Server may have any name; `/project/{vcs}/` is what no other API has.
        """
        if self.own or "circle" in self.base.lower():
            return True
        if not self.segments or self.version == "v2":
            return False
        first = self.segments[0].text.lower()
        if first == "recent-builds":
            return True
        if first != "project" or len(self.segments) < 2:
            return False
        second = self.segments[1].text
        known = bool(_HOST.search(self.base))
        return second.lower() in _VCS or (not known and (self.version != "v1" or any(map(is_hole, second))))

    def text(self, place: tuple[int, int]) -> str:
        """The text of a range of the URL."""
        return self.flat[place[0] : place[1]]


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fits: the route, the old version, and for each segment of the route's path the range it stands for."""

    rule: Rule
    route: Route
    address: Address
    places: tuple[tuple[int, int], ...]
    literal: int
    usual: bool = True
    open: bool = False
    """The path ends in text with a value glued to it (`web{suffix}`), which may bring more segments."""
    named: bool = False
    """Only the name of its last value tells the call from another one: `{org}/{repo}/{build_num}` from three parts of a slug."""

    @property
    def to(self) -> Route | None:
        """Where the call goes on v2: the route's own target, else the rule's."""
        if self.route.to:
            method, _, path = self.route.to.partition(" ")
            return Route(method, path, ("v2",))
        return self.rule.to

    def place(self, name: str) -> tuple[int, int] | None:
        """The range in `flat` of the placeholder called `name`."""
        for segment, place in zip(self.route.segments, self.places, strict=True):
            if segment == "{%s}" % name:
                return place
        return None


def address(flat: str, hosts: Collection[str] = ()) -> Address | None:
    """The parts of an API URL; None for any other URL (the web pages, badges, runner and artifact hosts).

    `hosts`: names of hosts that are CircleCI's whatever they are called.
    """
    return _address(flat, frozenset(hosts))


@functools.lru_cache(maxsize=64)  # a request is asked for its address by all who look at it
def _address(flat: str, hosts: frozenset[str]) -> Address | None:
    if _NOT_API.search(flat[:200]):
        return None
    found = _ADDRESS.match(flat)
    if found is None:
        return None
    start = found.end()
    end = len(flat)
    for stop in "?#":
        at = flat.find(stop, start)
        if at >= 0:
            end = min(end, at)
    query = flat.find("?", start)
    # `…/envvar{?circle-token}`: a URI template's own query hole, or one glued to the path, is no segment.
    parts, at = [], start
    for piece in flat[start:end].split("/"):
        if piece:
            parts.append(Segment(piece, at, at + len(piece)))
        at += len(piece) + 1
    slash = end > start and flat[end - 1] == "/"
    return Address(
        found["version"],
        found.span("version"),
        tuple(parts),
        end,
        slash,
        query if query >= 0 else None,
        flat,
        found["base"],
        bool(hosts) and _host(found["base"]) in hosts,
    )


def _host(base: str) -> str:
    """The host of a URL's base, in lower case, without user and port."""
    host = base.rpartition("://")[2].split("/")[0].rpartition("@")[2]
    return re.sub(r":\d+$", "", host).lower()


def find(request: Request, rules: Sequence[Rule], hosts: Collection[str] = ()) -> list[Match]:
    """The rules that may be meant, best first. More than one only where method or version was not seen, or text is open."""
    where = address(request.url.flat, hosts)
    if where is None or not where.ours:
        return []
    found = _fitting(request, where, rules)
    if not found and where.slash and request.method is None:
        # `URL = "…/tree/"`: a constant that ends in a slash is completed where it is used. Where that would be the project's
        # name, more of the path may come behind it: nothing says what is called.
        more = Segment("\ue000", where.path_end, where.path_end)
        whole = replace(where, segments=(*where.segments, more), slash=False)
        found = [replace(m, open=True) for m in _fitting(request, whole, rules) if m.route.segments[-1] != "{slug}"]
    if where.version == "v2":
        found = [m for m in found if not _today_wins(m)]
    if not found:
        return []
    literal = max(m.literal for m in found)
    found = [m for m in found if m.literal == literal]
    given = set(re.findall(r"[?&]([\w-]+)=", where.flat[where.path_end :])) | {p.name for p in request.params}
    told = [m for m in found if given.intersection(m.rule.takes)]
    found = told or found
    usual = max(m.usual for m in found)
    named = [replace(m, named=True) for m in found if _numbered(request, m)] if len(found) > 1 else []
    first = named or [m for m in found if m.usual == usual]
    by_rule: dict[str, Match] = {}
    for match in first:
        by_rule.setdefault(match.rule.id, match)
    return sorted(by_rule.values(), key=_dies_first)


def _numbered(request: Request, match: Match) -> bool:
    """Is it a slug of unusual length and a build, whose value is called so?"""
    if match.usual or match.route.segments[-1] != "{build}":
        return False
    last = request.url.slice(*match.places[-1]).holes
    words = re.findall(r"[^\W\d]\w*", last[-1].expr) if last else []
    return bool(words) and _NUMBER.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", words[-1])) is not None


def _fitting(request: Request, where: Address, rules: Sequence[Rule]) -> list[Match]:
    if not where.segments:
        return []
    pairs, routes = _routes(rules)
    likely = (pairs[n] for n in routes.at(request.method, *_ends(where)))
    return [m for rule, route in likely if (m := _route(request, where, rule, route)) is not None]


def _ends(where: Address) -> tuple[str, str]:
    return where.segments[0].text.lower(), where.segments[-1].text.lower()


_last: list[tuple[Sequence[Rule], Sequence[tuple[Rule, Route]], Routes]] = []
"""The rules of the run, with their routes."""


def _routes(rules: Sequence[Rule]) -> tuple[Sequence[tuple[Rule, Route]], Routes]:
    if not _last or _last[0][0] is not rules:
        pairs = [(rule, route) for rule in rules for route in rule.routes]
        made = rules, pairs, Routes(route for _, route in pairs)
        if not isinstance(rules, tuple):
            return made[1:]
        _last[:] = [made]
    return _last[0][1:]


def _dies_first(match: Match) -> tuple[bool, str]:
    return match.rule.deadline is None, match.rule.id


def _route(request: Request, where: Address, rule: Rule, route: Route) -> Match | None:
    open_version = is_hole(where.version)
    if not open_version and where.version not in route.versions:
        return None
    if open_version and "v1" in route.versions and "v1.1" not in route.versions:
        return None
    version = "v1.1" if open_version else where.version
    if not _reads(request.answer.reads, rule):
        return None
    places = walk_path(where.segments, route.segments, version)
    if places is None:
        return None
    slug = next((places[i] for i, s in enumerate(route.segments) if s == "{slug}"), None)
    # `github/{a}/{b}/{c}`: three segments of slug (two on v1) are the rule, `org/repo` in one variable the exception.
    usual = slug is None or where.text(slug).count("/") == (1 if version == "v1" else 2)
    last = route.segments[-1]
    end = where.segments[-1].text.removesuffix("\n") if where.segments else ""
    glued = is_hole(end[1:][-1:]) and last[1:-1] not in _REST
    return Match(rule, route, where, places, _literal(route), usual, glued)


# --- today's calls --------------------------------------------------------------------------------------------------


@functools.cache
def _today() -> tuple[Sequence[tuple[Route, tuple[int, ...]]], Routes]:
    out: list[tuple[Route, tuple[int, ...]]] = []
    for name, facts in operations().items():
        method, _, path = name.partition(" ")
        # Nameless placeholders: the one behind /project/ and /insights/ is a slug of up to three segments.
        path = path.replace("/project/{}/{}/{}/", "/project/{slug}/").replace("/project/{}", "/project/{slug}")
        path = path.replace("/insights/{}", "/insights/{slug}").replace("{}", "{id}")
        out.append((Route(method, path, ("v2",)), tuple(facts["codes"])))
    return out, Routes(route for route, _ in out)


def operation(method: str | None, where: Address) -> tuple[Route, tuple[int, ...]] | None:
    """Today's v2 operation that a call is, with its success codes; the more literal one where two fit."""
    if method is None or not where.segments:
        return None
    today, routes = _today()
    likely = (today[n] for n in routes.at(method, *_ends(where)))
    fits = [(route, codes) for route, codes in likely if walk_path(where.segments, route.segments, "v2") is not None]
    return max(fits, key=lambda fit: _literal(fit[0]), default=None)


def is_hole(text: str) -> bool:
    """Is it one hole and nothing else? (`HOLE` takes long to compile, and is asked for often.)"""
    return len(text) == 1 and "\ue000" <= text <= "\uf76f"


def _literal(route: Route) -> int:
    return sum(not s.startswith("{") for s in route.segments)


def _today_wins(match: Match) -> bool:
    """True for a call that v2 has, taken for an old one: `/project/{slug}/pipeline` is no project of that name."""
    today = operation(match.route.method, match.address)
    return today is not None and _literal(today[0]) > match.literal


def _reads(reads: Sequence[Read], rule: Rule) -> bool:
    """Is the answer read in the way that the rule is about? One that is also read in today's shape copes with both."""
    if rule.reads_first:
        firsts = {read.path[0] for read in reads if read.path}
        if not firsts or not firsts <= set(rule.reads_first):
            return False
    return not rule.reads or any(name in rule.reads for read in reads for name in read.path)


def walk_path(segments: Sequence[Segment], pattern: Sequence[str], version: str) -> tuple[tuple[int, int], ...] | None:
    """The ranges of `segments` that the pattern's segments stand for, or None."""
    if not pattern:
        return () if not segments else None
    head, rest = pattern[0], pattern[1:]
    if not head.startswith("{"):
        if not segments or segments[0].text.lower() != head:
            return None
        tail = walk_path(segments[1:], rest, version)
        return None if tail is None else ((segments[0].start, segments[0].end), *tail)
    name = head[1:-1]
    for size in _sizes(name, segments, version):
        if 0 < size <= len(segments) and _fits(name, segments[:size]):
            tail = walk_path(segments[size:], rest, version)
            if tail is not None:
                return ((segments[0].start, segments[size - 1].end), *tail)
    return None


def _sizes(name: str, segments: Sequence[Segment], version: str) -> Iterable[int]:
    if name in _REST:
        return range(len(segments), 0, -1)
    if name != "slug":
        return (1,)
    if not segments:
        return ()
    first = segments[0].text
    if version == "v1":
        return (2, 1) if is_hole(first) else (2,)
    sizes = []
    if first.lower() in _VCS or is_hole(first) or first.startswith("<"):
        sizes.append(3)
        if len(segments) > 1 and (is_hole(segments[1].text) or is_hole(first)):
            sizes.append(2)
    if is_hole(first) or "%2f" in first.lower():
        sizes.append(1)
    return sizes


def _fits(name: str, segments: Sequence[Segment]) -> bool:
    if name in _REST:
        return True
    if name == "slug":
        return all(s.text for s in segments)
    text = segments[0].text
    if name == "build":
        rest = "".join(char for char in text if not is_hole(char))
        return len(rest) >= len(text) - 1 and (rest.isdecimal() or (not rest and text != ""))
    if name in ("id", "number"):
        return bool(re.fullmatch(rf"[\w-]*{HOLE}?[\w-]*", text)) and text not in ("mine", "continue")
    return True

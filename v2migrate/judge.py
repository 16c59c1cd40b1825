"""From a planned case to the Finding that is reported: its words, class, notes and fingerprint. Knows no syntax."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from v2migrate import match
from v2migrate.compiled import sha256
from v2migrate.finding import MANUAL, SAFE, UNSAFE, Finding
from v2migrate.match import Match
from v2migrate.place import joined, url_place
from v2migrate.plan import Case
from v2migrate.records import replace
from v2migrate.request import Request
from v2migrate.scope import relative
from v2migrate.source import Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Grants(Protocol):
        """What the user grants (engine.Options)."""

        @property
        def assume(self) -> frozenset[str]: ...
        @property
        def default(self) -> frozenset[str]: ...
        @property
        def hosts(self) -> frozenset[str]: ...
        @property
        def root(self) -> str: ...
        def runs(self, rule: str, on: bool = True) -> bool: ...

BUILT_IN = {
    "unreached-url": "an old base URL whose paths were not seen",
    "unknown-endpoint": "an old URL that no rule knows",
    "unused-suppression": "a `v2migrate: ignore` comment that suppresses nothing",
}
"""Findings without a rule file: so that no old URL is passed over in silence."""

_NEAR = 1500
"""Bytes between a URL and the first of the calls that use it, for the finding to stand at the URL."""

_GUIDE = "https://circleci.com/docs/guides/toolkit/api-v1-migration-guide/"


def findings(cases: Iterable[Case], source: Source, options: Grants) -> tuple[Finding, ...]:
    """The findings of one file, in order of place; cases that need no attention give none."""
    made = [finding for _, finding in placed(cases, options)]
    made.sort(key=lambda f: (f.span.start, f.span.end, f.rule))
    return signed(made, source, options)


def placed(cases: Iterable[Case], options: Grants) -> list[tuple[Case, Finding]]:
    """Each case that needs attention with its finding, where that stands. Before `plan` no finding has a fix yet."""
    in_order = sorted(cases, key=lambda case: case.request.span)
    places = [url_place(case.request, case.match) for case in in_order]
    written = Counter(places)
    return [(case, _place(f, case.request, full, written))
            for case, full in zip(in_order, places, strict=True) if (f := _finding(case, options)) is not None]  # fmt: skip


def signed(made: Iterable[Finding], source: Source, options: Grants) -> tuple[Finding, ...]:
    """Findings of one file with their fingerprints: of the rule, the path from the project's root and the call's text.

    Equal ones in a file are told apart by their number (`…:2`), not by their line, so that lines may move.
    """
    seen: dict[str, int] = {}
    paths: dict[str, str] = {}
    out = []
    for finding in made:
        call = re.sub(r"\s+", " ", source.text(finding.span))
        path = finding.span.path
        if path not in paths:
            paths[path] = relative(path, options.root)
        mark = f"{finding.rule}\n{paths[path]}\n{call}"
        seen[mark] = seen.get(mark, 0) + 1
        digest = sha256(mark.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        out.append(replace(finding, fingerprint=digest if seen[mark] == 1 else f"{digest}:{seen[mark]}"))
    return tuple(out)


def _finding(case: Case, options: Grants) -> Finding | None:
    if case.match is None or case.draft is None:
        return _without_rule(case.request, options)
    rule, draft = case.match.rule, case.draft
    together = case.together
    shared, unsafe = together.rests(options.assume, options.default) if together is not None else ((), False)
    assumes = tuple(dict.fromkeys((*draft.open(options.assume, options.default), *shared)))
    notes = [*draft.notes]
    if draft.manual and draft.problem:
        notes.insert(0, draft.problem)
    if draft.manual:
        klass, assumes = MANUAL, ()
    elif assumes or unsafe or draft.floor == UNSAFE:
        klass = UNSAFE
    else:
        klass = SAFE
    withheld = case.withheld
    if case.fix is None and klass != MANUAL and not withheld:
        withheld = draft.problem or "nothing to edit was found"
    if case.fix is None and klass == SAFE:
        klass = UNSAFE  # safe is a promise about an edit
    if rule.status == "sunset" and case.request.notices is False and not case.request.comment:
        notes.append("nothing here notices a failure: after the date this step stays green and does nothing")
    if _own_project(case):
        notes.append("a project that triggers itself from its own CircleCI config: v2 starts all its workflows, which can loop")
    if case.request.comment:
        notes.append("the call stands in a comment")
    if together is not None and (more := len(together.cases) - 1):
        notes.append(f"fixed together with {more} more call{'s' if more > 1 else ''} on the same text")
    notes += [f"not seen: {gap}" for gap in case.request.gaps]
    return Finding(
        rule=rule.id,
        status=rule.status,
        span=case.request.span,
        message=_message(case.match),
        notes=tuple(notes),
        deadline=rule.deadline or draft.deadline,
        klass=klass,
        assumes=assumes,
        granted=tuple(a for a in draft.assumes if a not in assumes) if klass != MANUAL else (),
        candidates=case.candidates,
        withheld="" if case.fix is not None or klass == MANUAL else withheld,
        fix=case.fix if klass != MANUAL else None,
        method=case.request.method or (None if case.candidates else case.match.route.method),
        url=case.request.url.show(),
        endpoint=case.endpoint,
        trail=_trail(case.request),
        tokens=tuple(dict.fromkeys(draft.tokens)) if case.fix is not None else (),
        link=rule.link or _GUIDE,
        comment=case.request.comment,
    )


def _place(finding: Finding, request: Request, full: Span | None, written: Counter[Span | None]) -> Finding:
    """Where the finding stands: at the call, or at the URL where that is written elsewhere (`full`).

    Of several calls with one URL only the first stands there, and only right below it: no two findings have one place.
    So does one through a helper: the call's own line says who makes it, a template far above says it for nobody.
    """
    if full is None:
        return finding
    away = request.span.start - full.end
    alone = written[full] == 1 and (request.wrapper is None or abs(away) <= _NEAR)
    if not alone and not (written[full] > 1 and 0 <= away <= _NEAR):
        return finding
    written[full] = 0
    line = [s for s in joined(request.url.spans) if full in s]
    trail = tuple(s for s in finding.trail if s not in line)
    return replace(finding, span=(line or [full])[0], trail=trail, call=request.span)


def _own_project(case: Case) -> bool:
    """A trigger of the project that runs the job, in that project's CircleCI config."""
    if case.wants is not None and case.wants.one_job:
        return False  # just the one job starts, as before
    if case.match is None or case.match.rule.status != "sunset" or ".circleci/" not in f"/{case.request.span.path}":
        return False
    slug = case.match.place("slug")
    return slug is not None and "CIRCLE_PROJECT_REPONAME" in case.request.url.slice(*slug).show()


def _message(found: Match) -> str:
    rule, version = found.rule, found.address.version
    version = version if version.isascii() else "v1 or v1.1"
    call = f"{found.route} ({version})" if version != "v2" else f"{found.route}"
    if rule.kind == "answer":
        return rule.title  # the call is today's; it is the answer that is read as it once was
    none = "v2 has no such call" if rule.several is None else "v2 takes several calls for it"
    to = f"v2 has {found.to}" if found.to is not None else none
    if rule.status == "sunset" and rule.deadline is not None:
        return f"{call} stops answering on {rule.deadline.isoformat()}; {to}"
    if rule.status == "gone":
        return f"{call} is gone; {to}"
    if rule.status == "legacy":
        return f"{call} is legacy and has no end date; {to}"
    return f"{rule.title}; {to}" if found.to is not None else rule.title


def _without_rule(request: Request, options: Grants) -> Finding | None:
    where = match.address(request.url.flat, options.hosts)
    if where is None or where.version == "v2" or not where.ours:
        return None
    if not where.version.isascii() and not where.segments:
        return None
    # `…/project/github`, `…/project/github/acme/` alone are bases: what calls add to them was not seen.
    first = where.segments[0].text if where.segments else ""
    bare = not first.isascii() or first == "" or (first == "project" and len(where.segments) < 3 + where.slash)
    rule = "unreached-url" if bare else "unknown-endpoint"
    if not options.runs(rule):
        return None
    notes = [f"not seen: {gap}" for gap in request.gaps]
    if request.comment:
        notes.append("the call stands in a comment")
    return Finding(
        rule=rule,
        status="legacy",
        span=request.span,
        message=f"{BUILT_IN[rule]}: {request.url.show()[:200]}",
        notes=tuple(notes),
        method=request.method,
        url=request.url.show(),
        trail=_trail(request),
        link=_GUIDE,
        comment=request.comment,
    )


def _trail(request: Request) -> tuple[Span, ...]:
    """Where the URL comes from outside the call; pieces of one string are one place."""
    return joined(s for s in request.trail if s not in request.span)[:6]

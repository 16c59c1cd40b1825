"""One file looked at: its calls, the rules they fall under, and what each would become. Knows rules and languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence

from v2migrate import catalogue, languages, match, rewrite, verify
from v2migrate.hosts import regions as regions_of
from v2migrate.languages import plain
from v2migrate.place import url_place
from v2migrate.plan import Case
from v2migrate.regex import regex
from v2migrate.request import Request
from v2migrate.rule import Rule
from v2migrate.source import Cover, Region, Source, Span

_GENERATED = regex(rb"@generated\b|\b(?:do not|don't) edit\b", re.I)
_LARGE = 500_000
"""Bytes beyond which a file is read as text alone: nobody wrote it by hand, and its syntax tree takes a hundred times as much."""
_HEAD = 1500
"""Bytes at a file's start in which it says that it is generated."""


def look(
    source: Source, read: Callable[[str], bytes | None], rules: Sequence[Rule], hosts: Collection[str] = (),
    own: Mapping[str, str] | None = None,
) -> tuple[list[Case], str]:  # fmt: skip
    """The cases of one file, and why it could not be parsed (empty: it could).

    `read` gives the bytes of another file of the project. `hosts`: CircleCI Servers of one's own, `own`: functions of
    one's own that send requests, with their verbs.
    """
    seen: list[tuple[Request, Region | None]] = []
    problem = ""
    large = len(source.data) > _LARGE
    if large:
        problem = f"is larger than {_LARGE // 1000} kB: old URLs in it are reported, what its code does with them was not seen"
    regions = () if large else regions_of(source)
    for region in regions:
        lowered = languages.lower(source, region, read, own)
        problem = problem or lowered.problem
        seen += [(request, region) for request in lowered.requests]
        seen += [(request, inner) for inner, request in lowered.inner]
    covered = Cover(span for request, _ in seen for span in _own(request, hosts) if span.path == source.path)
    seen += [(sighting, None) for sighting in plain.sightings(source, hosts, covered)]
    cases = _dedupe(_likely(unwrap([_case(source, region, request, rules, hosts) for request, region in seen])))
    cases += [slip for case in cases for slip in _slips(source, case, rules, hosts)]
    moved = {rule.id: rule for rule in rules if rule.to is not None and rule.to.raw}
    for region in regions:
        if region.language == "python":
            from v2migrate import libraries

            cases += libraries.find(source, region, rules, {**catalogue.endpoints(), **moved})
    unread = verify.problem(source) if cases and not large else ""
    why = "the file does not parse" if unread else ""
    if generated(source):
        why = why or "the file says that it is generated: change what generates it"
    for case in cases if why else ():
        if case.steps:
            case.steps, case.withheld = (), why
    return cases, problem or unread


def generated(source: Source) -> bool:
    """Does the file say that something generates it?"""
    return _GENERATED.search(source.data[:_HEAD]) is not None


def _likely(cases: list[Case]) -> list[Case]:
    """Without old readings of a call that no rule knows, where v2 has a call at the very path.

    A client with the version as an argument is read with its default as well: `v1.1/pipeline/{id}` is no call of v1.1.
    """
    known = {_path(case.request) for case in cases if _today(case.request)}
    return [case for case in cases if case.match is not None or _today(case.request) or _path(case.request) not in known]


def _path(request: Request) -> tuple[Span, Span | None, str]:
    """The call and its path, whatever the version."""
    at = match.address(request.url.flat)
    return request.span, request.wrapper, at.flat[at.version_at[1] : at.path_end] if at is not None else ""


def _today(request: Request) -> bool:
    """Is the call one that v2 has?"""
    at = match.address(request.url.flat)
    return at is not None and at.version == "v2" and match.operation(request.method, at) is not None


def _slips(source: Source, case: Case, rules: Sequence[Rule], hosts: Collection[str]) -> list[Case]:
    """Slips on v2 in a call whose route needs nothing, or cannot be mended: a fix of the route that is made carries them."""
    if case.steps and case.match is not None and case.match.rule.on:
        return []
    from v2migrate import slips

    out = []
    for found, draft in slips.find(case.request, rules, hosts):
        slip = Case(case.request, found, draft, region=case.region)
        write(source, slip)
        out.append(slip)
    return out


def _own(request: Request, hosts: Collection[str]) -> tuple[Span, ...]:
    """The text that a request accounts for, so that no sighting in it is reported again.

    Of a call that is none of the API's (`curl circleci.com -d …`), which is no finding, that is its URL alone.
    """
    if match.address(request.url.flat, hosts) is None:
        return request.url.spans
    return (request.span, *request.url.spans, *request.trail, *request.holds)


def _case(
    source: Source, region: Region | None, request: Request, rules: Sequence[Rule], hosts: Collection[str]
) -> Case:
    found = match.find(request, rules, hosts)
    if not found:
        return Case(request, None, None, region=region)
    first = found[0]
    draft = rewrite.draft(request, first, sole=len(found) == 1)
    case = Case(request, first, draft, region=region, candidates=tuple(m.rule.id for m in found[1:]))
    if case.candidates:
        draft.refuse("which endpoint this is was not seen", manual=True)
    elif first.open:
        draft.refuse("the path may go on in a value that was not seen", manual=True)
    elif first.named:
        last = request.url.slice(*first.places[-1]).show()
        why = f"that {last} is a build's number, and no part of the project's name, is told by its name alone"
        draft.refuse(why, manual=False)
    elif region is not None and not region.writable and not draft.manual:
        draft.refuse("this text cannot be written back exactly", manual=False)
    write(source, case)
    alone = rewrite.token_alone(request, first) if request.wrapper is not None and region is not None else None
    if alone is not None and region is not None:
        case.token = languages.write(source, region, request, alone).steps
    if draft.otherwise and not case.steps and not draft.manual:
        draft.leave(case.withheld or draft.problem or "this text is not edited")
        case.withheld = ""
    return case


def write(source: Source, case: Case) -> None:
    """Fill in the steps of a case's draft, or what holds it back."""
    draft = case.draft
    assert draft is not None
    if draft.problem:
        case.withheld = "" if draft.manual else draft.problem
    elif draft.change is not None and case.region is not None:
        written = languages.write(source, case.region, case.request, draft.change)
        case.steps, case.withheld = written.steps, written.problem


def unwrap(cases: Sequence[Case]) -> list[Case]:
    """Report a helper's call sites where they decide the endpoint, the call inside the helper where it does.

    `def get(path): requests.get(BASE + path)` is nothing by itself; `def cancel(n): post(f"{BASE}/project/…/{n}/cancel")` is.
    """
    lifted: dict[Span, list[Case]] = {}
    direct: dict[Span, list[Case]] = {}
    for case in cases:
        if case.request.wrapper is not None:
            lifted.setdefault(case.request.wrapper, []).append(case)
        else:
            direct.setdefault(case.request.span, []).append(case)
    hidden: set[int] = set()
    for wrapper, callers in lifted.items():
        decided = any(_decides(case, callers) for case in direct.get(wrapper, ()))
        hidden |= {id(case) for case in callers} if decided else _between(callers)
    return [case for case in cases if id(case) not in hidden and (
        case.request.wrapper is not None or not (callers := lifted.get(case.request.span, [])) or _decides(case, callers))]


def _between(callers: Sequence[Case]) -> set[int]:
    """The calls between which and the request a helper names the endpoint: `def artifacts(n): return self._get(f"…/{n}/…")`."""
    through: dict[Span, list[Case]] = {}
    for case in callers:
        for span in dict.fromkeys(case.request.trail):
            through.setdefault(span, []).append(case)
    deciding = [case for case in callers if (above := through.get(case.request.span)) and _decides(case, above)]
    return {id(above) for case in deciding for above in through[case.request.span]}


def _decides(inner: Case, callers: Sequence[Case]) -> bool:
    """Does the call inside the helper name its endpoint, whatever the callers pass?"""
    if inner.match is None or inner.candidates or inner.match.open or any(_today(c.request) for c in callers):
        return False  # `…/job/{path}` is today's call where callers say `17/cancel`
    return all(c.match is None or c.match.rule.id == inner.match.rule.id for c in callers)


def _dedupe(cases: list[Case]) -> list[Case]:
    """One finding for one call and rule: other readings of the same URL add to the first one what holds it back.

    Where each reading is written at a place of its own (`url = A if x else B`), each place is a finding.
    """
    out: dict[tuple[Span, str, Span | None], Case] = {}
    for case in cases:
        rule = case.match.rule.id if case.match is not None else ""
        key = (case.request.span, rule, url_place(case.request, case.match))
        first = out.setdefault(key, case)
        if first is case:
            continue
        if not rule and match.address(first.request.url.flat) is None:
            out[key] = case  # `curl X https://…`: of two URLs in one command the one that is none of the API's says nothing
            continue
        first.steps = tuple(dict.fromkeys((*first.steps, *case.steps)))
        first.withheld = first.withheld or case.withheld
        if first.draft is not None and case.draft is not None:
            if case.draft.manual:
                first.draft.refuse(case.draft.problem)
            for name in case.draft.assumes:
                first.draft.assume(name)
            for note in case.draft.notes:
                first.draft.say(note)
        if first.withheld or (first.draft is not None and first.draft.manual):
            first.steps = ()
    return list(out.values())

"""From single rewrites to fixes that can be made: pieces of text shared by several calls move with all of them or not.

Knows requests, drafts and bytes; knows no language's syntax.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Sequence

from v2migrate.draft import Draft
from v2migrate.errors import EditConflict
from v2migrate.finding import UNSAFE, Fix
from v2migrate.match import Match
from v2migrate.pipeline_config.wants import Wants
from v2migrate.records import dataclass
from v2migrate.request import Request
from v2migrate.source import Drop, Edit, Put, Region, Source, Span, Step, render
from v2migrate.template import Text
from v2migrate.touching import Ties

_TOKEN_FOR_ALL = "the function sends the token in a header for all its callers: v1.1 takes it there as well"


@dataclass(slots=True)
class Case:
    """A request with what was found out about it. `steps` is empty where nothing is rewritten; `withheld` says why."""

    request: Request
    match: Match | None
    draft: Draft | None
    region: Region | None = None
    steps: tuple[Step, ...] = ()
    withheld: str = ""
    candidates: tuple[str, ...] = ()
    endpoint: str = ""
    """The rule of the endpoint that a library's method calls, where the match is the library's rule."""
    token: tuple[Step, ...] = ()
    """The steps that move the token of a call through a helper into a header: the old API takes it there as well."""
    together: Together | None = None
    """The fix, with all cases that it is for."""
    wants: Wants | None = None
    """What the project's config has to be given together with the fix."""

    @property
    def fix(self) -> Fix | None:
        """The edits that rewrite the call, and those that have to be made with it."""
        return self.together.fix if self.together is not None else None

    @property
    def may_stay(self) -> bool:
        """A call that would become several and has no end: nothing else should have to wait for it."""
        legacy = self.match is not None and self.match.rule.status == "legacy"
        return bool(self.steps) and legacy and self.draft is not None and bool(self.draft.otherwise)


@dataclass(slots=True, eq=False)
class Together:
    """Cases that are fixed together, and their one fix: what holds for all of them is found once, and not for each."""

    cases: Sequence[Case]
    fix: Fix
    _rests: tuple[tuple[str, ...], bool] | None = None

    def rests(self, granted: frozenset[str], default: frozenset[str]) -> tuple[tuple[str, ...], bool]:
        """The assumptions of all of them that are open, and is one of them unsafe besides? To be asked when all is planned."""
        if self._rests is None:
            drafts = [case.draft for case in self.cases if case.draft is not None]
            names = dict.fromkeys(name for draft in drafts for name in draft.open(granted, default))
            self._rests = tuple(names), any(draft.floor == UNSAFE for draft in drafts)
        return self._rests


def plan(cases: Sequence[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    """Fill in `together` or `withheld` of every case. `named` are the files that may be edited.

    A case is withheld where a step of it touches text that another call is made of, or a call inside a shared helper,
    and that other call does not want the same step. What only a shared base holds back gets a base of its own.
    Calls that may as well stay come last, so that none of the others rests on what they do.
    """
    last = [case for case in cases if case.may_stay]
    for part in ([case for case in cases if not case.may_stay], last):
        moving = {id(case) for case in part}
        kept = [(case, case.steps) for case in cases if id(case) not in moving]
        for case, _ in kept:
            case.steps = ()
        _plan_part(cases, source, named)
        for case, steps in kept:
            case.steps = steps
        if not last:
            break
    for case in last:
        if case.withheld and case.draft is not None:
            case.draft.leave(case.withheld)
            case.steps, case.withheld = (), ""


def _plan_part(cases: Sequence[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    """The same for the cases with steps, all others staying as they are."""
    before = [case.withheld for case in cases]
    _plan(cases, source, named)
    held = [c for c, why in zip(cases, before, strict=True) if c.steps and c.withheld and not why]
    given = _give_bases(held, cases, source)
    if given:
        for case, why in zip(cases, before, strict=True):
            if case.steps:
                case.withheld, case.together = why, None
        _plan(cases, source, named)
    for case, note in given:
        if case.fix is not None and case.draft is not None:
            case.draft.assume("new-base", note)


def _give_bases(
    held: Sequence[Case], cases: Sequence[Case], source: Callable[[str], Source | None]
) -> list[tuple[Case, str]]:
    """New steps for the held cases that can have a base of their own, together with all that read it at the same place.

    Gives those cases, each with what is to be said of it.
    """
    if not held:
        return []
    from v2migrate import own_base

    readers: dict[Span, list[Case]] = {}
    callers: dict[Span, list[Case]] = {}
    for case in cases:
        base = case.request.base
        callers.setdefault(case.request.span, []).append(case)
        for read in base.reads if base is not None and base.handed is None else ():
            readers.setdefault(read, []).append(case)
    own = {id(case): own_base.moved(case.request, case.steps, source, case.token) for case in held}
    movable = [{at for at, mates in some.items() if all(own.get(id(mate)) is not None for mate in mates)}
               for some in (readers, callers)]  # fmt: skip
    given = []
    for case in held:
        steps, base = own[id(case)], case.request.base
        if steps is None or base is None or case.draft is None:
            continue
        handed = base.handed is not None
        if case.request.span in movable[1] if handed else movable[0].issuperset(base.reads):
            case.steps = steps
            gets = "hands on, as a new argument of the function it calls," if handed else "gets"
            given.append((case, f"other calls stay on the old base: this one {gets} {base.fresh}"))
    return given


def _plan(cases: Sequence[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    ties = Ties(cases)
    for i, case in enumerate(cases):
        if not case.steps:
            continue
        for hold in case.request.holds:
            if not case.withheld and any(_piece_of(step, case.request) for step in case.steps if step not in case.token):
                case.withheld = f"the URL is also read at {_where(hold, source)}, where it could not be followed"
        kept = case.request.base.handed if case.request.base is not None else None
        for step in case.steps:
            if kept is not None and step in kept.steps:
                continue  # it changes nothing for the function's other callers
            staying, sends = ties.tie(i, step)
            if sends and case.draft is not None:
                case.draft.say(_TOKEN_FOR_ALL)
            if staying is not None and not case.withheld:
                case.withheld = _held(cases[staying], source)
    groups: dict[int, list[Case]] = {}
    for i, case in enumerate(cases):
        if case.steps:
            groups.setdefault(ties.group(i), []).append(case)
    for group in groups.values():
        _settle(group, source, named)


def _settle(group: list[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    why = next((c.withheld for c in group if c.withheld), "")
    outside = next((p for c in group for p in map(_path, c.steps) if p not in named), None)
    if outside is not None:
        why = why or f"part of it stands in {outside}, which was not named: run `v2migrate fix .`"
    together = None
    if not why:
        try:
            together = Together(group, Fix(_render([step for case in group for step in case.steps], source)))
        except EditConflict as error:
            why = str(error)
    for case in group:
        case.withheld = case.withheld or why
        case.together = together


def _render(steps: list[Step], source: Callable[[str], Source | None]) -> tuple[Edit, ...]:
    by_path: dict[str, list[Step]] = {}
    for step in steps:
        by_path.setdefault(_path(step), []).append(step)
    edits: list[Edit] = []
    for path, own in sorted(by_path.items()):
        file = source(path)
        if file is None:
            raise EditConflict(f"part of the URL stands in {path}, which is not among the checked files")
        rendered = render(file, own)
        for one, two in itertools.pairwise(rendered):
            if two.start < one.end:
                raise EditConflict(f"the edits of this call overlap at {path}, byte {two.start}")
        edits += rendered
    return tuple(edits)


def _piece_of(step: Step, request: Request) -> bool:
    if not isinstance(step, Put):
        return False
    outside = [
        p.span
        for p in request.url.pieces
        if isinstance(p, Text) and p.span is not None and not _within(p.span, request.span)
    ]
    return any(_within(step.span, span) for span in outside)


def _within(inner: Span, outer: Span) -> bool:
    return inner.path == outer.path and outer.start <= inner.start and inner.end <= outer.end


def _path(step: Step) -> str:
    if isinstance(step, Put):
        return step.span.path
    return (step.item.list if isinstance(step, Drop) else step.list).span.path


def _where(span: Span, source: Callable[[str], Source | None]) -> str:
    file = source(span.path)
    return f"{span.path}:{file.position(span.start)[0]}" if file is not None else span.path


def _held(other: Case, source: Callable[[str], Source | None]) -> str:
    what = other.match.rule.id if other.match is not None else "a call that is not rewritten"
    return f"it shares text with {what} at {_where(other.request.span, source)}, which does not move in the same way"

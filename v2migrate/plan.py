"""From single rewrites to fixes that can be made: pieces of text shared by several calls move with all of them or not.

Knows requests, drafts and bytes; knows no language's syntax.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Container, Iterable, Sequence

from v2migrate import own_base
from v2migrate.draft import Draft
from v2migrate.errors import EditConflict
from v2migrate.finding import Fix
from v2migrate.match import Match
from v2migrate.pipeline_config.wants import Wants
from v2migrate.records import dataclass, field
from v2migrate.request import Request
from v2migrate.source import Add, Drop, Edit, ItemList, Put, Region, Source, Span, Step, render
from v2migrate.template import Hole, Text

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
    fix: Fix | None = None
    endpoint: str = ""
    """The rule of the endpoint that a library's method calls, where the match is the library's rule."""
    token: tuple[Step, ...] = ()
    """The steps that move the token of a call through a helper into a header: the old API takes it there as well."""
    mates: list[Case] = field(default_factory=list)
    """The other cases that have to be fixed together with this one."""
    wants: Wants | None = None
    """What the project's config has to be given together with the fix."""

    @property
    def may_stay(self) -> bool:
        """A call that would become several and has no end: nothing else should have to wait for it."""
        legacy = self.match is not None and self.match.rule.status == "legacy"
        return bool(self.steps) and legacy and self.draft is not None and bool(self.draft.otherwise)


def plan(cases: Sequence[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    """Fill in `fix` or `withheld`, and `mates`, of every case. `named` are the files that may be edited.

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
                case.withheld, case.fix, case.mates = why, None, []
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
    readers: dict[Span, list[Case]] = {}
    for case in cases:
        base = case.request.base
        for read in base.reads if base is not None and base.handed is None else ():
            readers.setdefault(read, []).append(case)
    own = {id(case): own_base.moved(case.request, case.steps, source, case.token) for case in held}
    given = []
    for case in held:
        steps, base = own[id(case)], case.request.base
        if steps is None or base is None or case.draft is None:
            continue
        if base.handed is not None:
            mates = [other for other in cases if other.request.span == case.request.span]
        else:
            mates = [other for read in base.reads for other in readers[read]]
        if all(own.get(id(other)) is not None for other in mates):
            case.steps = steps
            gets = "gets" if base.handed is None else "hands on, as a new argument of the function it calls,"
            given.append((case, f"other calls stay on the old base: this one {gets} {base.fresh}"))
    return given


def _plan(cases: Sequence[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    parent = list(range(len(cases)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    index = _Index(cases)
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
            for j in index.touched(step, case.request.wrapper or case.request.span):
                other = cases[j]
                if other.request is case.request:
                    continue
                same = other.request.span == case.request.span and other.request.wrapper == case.request.wrapper
                if step in case.token and step in other.token and not same:
                    if not other.steps and case.draft is not None:
                        case.draft.say(_TOKEN_FOR_ALL)
                # Another reading of the same call: each edits its own text, and all have to be made.
                elif step in other.steps or (same and other.steps):
                    parent[root(j)] = root(i)
                elif not case.withheld:
                    case.withheld = _held(other, source)
        for shared, mine in _lists(case.steps).items():
            for j, theirs in index.lists.get(shared, ()):
                if mine != theirs or not mine <= {*case.token, *cases[j].token}:
                    parent[root(j)] = root(i)
    groups: dict[int, list[Case]] = {}
    for i, case in enumerate(cases):
        if case.steps:
            groups.setdefault(root(i), []).append(case)
    for group in groups.values():
        _settle(group, source, named)


def _settle(group: list[Case], source: Callable[[str], Source | None], named: Container[str]) -> None:
    why = next((c.withheld for c in group if c.withheld), "")
    outside = next((p for c in group for p in map(_path, c.steps) if p not in named), None)
    if outside is not None:
        why = why or f"part of it stands in {outside}, which was not named: run `v2migrate fix .`"
    edits: tuple[Edit, ...] = ()
    if not why:
        steps = [step for case in group for step in case.steps]
        try:
            edits = _render(steps, source)
        except EditConflict as error:
            why = str(error)
    for case in group:
        case.mates = [c for c in group if c is not case]
        if why:
            case.withheld = case.withheld or why
        else:
            case.fix = Fix(edits)


def _render(steps: list[Step], source: Callable[[str], Source | None]) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    for path in sorted({_path(step) for step in steps}):
        file = source(path)
        if file is None:
            raise EditConflict(f"part of the URL stands in {path}, which is not among the checked files")
        rendered = render(file, steps)
        for one, two in itertools.pairwise(rendered):
            if two.start < one.end:
                raise EditConflict(f"the edits of this call overlap at {path}, byte {two.start}")
        edits += rendered
    return tuple(edits)


_Piece = tuple[int, int, int, bool]
_STRETCH = 1024
_WIDE = 64
"""Pieces over more stretches than this are few, and looked at for each question."""


class _Index:
    """Which cases are made of which text, by file and stretch of it."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.pieces: dict[tuple[str, int], list[_Piece]] = {}
        self.lists: dict[ItemList, list[tuple[int, set[Drop | Add]]]] = {}
        for i, case in enumerate(cases):
            request = case.request
            spans = [p.span for p in request.url.pieces if isinstance(p, Text) and p.span is not None]
            # Text can be inserted right behind a hole; what stands inside one is another matter.
            spans += [Span(p.span.path, p.span.end, p.span.end)
                      for p in request.url.pieces if isinstance(p, Hole) and p.span is not None]  # fmt: skip
            spans += [Span(i.span.path, at, at) for p in request.url.pieces for i in p.items for at in (i.span.start, i.span.end)]
            for span in set(spans):
                self._note(span, i, False)
            self._note(request.wrapper or request.span, i, True)
            for shared, steps in _lists(case.steps).items():
                self.lists.setdefault(shared, []).append((i, steps))

    def _note(self, span: Span, number: int, is_call: bool) -> None:
        first, last = span.start // _STRETCH, span.end // _STRETCH
        for stretch in range(first, last + 1) if last - first <= _WIDE else (-1,):
            self.pieces.setdefault((span.path, stretch), []).append((span.start, span.end, number, is_call))

    def touched(self, step: Step, call: Span) -> list[int]:
        """The cases whose text or call the step, made for `call`, changes. A call around `call` is not changed by it."""
        spans = (
            [step.span] if isinstance(step, Put) else [step.item.span] if isinstance(step, Drop) else [step.list.span]
        )
        out = set()
        for span in spans:
            near = self.pieces.get((span.path, span.start // _STRETCH), ())
            for start, end, i, is_call in (*near, *self.pieces.get((span.path, -1), ())):
                if is_call and start <= call.start and call.end <= end and (start, end) != (call.start, call.end):
                    continue
                if is_call and span.start == span.end in (start, end) and (start, end) != (call.start, call.end):
                    continue  # what is put in front of a call, or behind it, does not change it
                if start <= span.start and span.end <= end:
                    out.add(i)
        return sorted(out)


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


def _lists(steps: Iterable[Step]) -> dict[ItemList, set[Drop | Add]]:
    """The lists that `steps` change, each with the steps that do."""
    out: dict[ItemList, set[Drop | Add]] = {}
    for step in steps:
        if isinstance(step, Drop | Add):
            out.setdefault(step.item.list if isinstance(step, Drop) else step.list, set()).add(step)
    return out


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

"""Which calls a step touches, and so which have to move together or not at all. Knows requests and steps, no rule.

A base URL is text of every call that reads it: to ask for each of a thousand calls after each of the others takes a
million questions. So what touches a piece of text is looked up once for each step, not for each call that wants it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from v2migrate.request import Request
from v2migrate.source import Add, Drop, ItemList, Put, Span, Step
from v2migrate.template import Hole, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Moving(Protocol):
        """A call and the steps that rewrite it (`plan.Case`); `token`: those that the old API takes as well."""

        request: Request
        steps: tuple[Step, ...]
        token: tuple[Step, ...]


class Ties:
    """Which of `calls` move together. They are meant by their numbers."""

    def __init__(self, calls: Sequence[Moving]) -> None:
        self._calls = calls
        self._parent = list(range(len(calls)))
        self._index = _Index(calls)
        self._steps = [frozenset(call.steps) for call in calls]
        self._tokens = [frozenset(call.token) for call in calls]
        self._near: dict[Step, tuple[list[int], dict[_Place, list[int]]]] = {}
        self._touched: dict[tuple[Step, tuple[_Place, ...]], _Touched] = {}
        self._tie_lists()

    def group(self, number: int) -> int:
        """The number of one of the calls that move together with a call; the same for all of them."""
        parent = self._parent
        while parent[number] != number:
            parent[number] = parent[parent[number]]
            number = parent[number]
        return number

    def tie(self, number: int, step: Step) -> tuple[int | None, bool]:
        """Tie a call to all that want a step of it as well. Gives the first call that the step changes and that does not
        want it, if there is one, and whether the step moves the token of a call that stays."""
        here = self._touched_by(step, number)
        if here is None:
            return None, False
        call, token = self._calls[number], step in self._tokens[number]
        place = _place(call)
        self._join(number, here.free if token else here.wanting)
        # Another reading of the same call: each edits its own text, and all have to be made.
        self._join(number, here.readings(place))
        sends = token and any(_place(self._calls[i]) != place for i in here.bare)
        # A step of the tokens of both changes nothing for another call, but it does for another reading of this one.
        staying = [self._first(number, here.stays if token else here.others)]
        if token:
            staying.append(self._first(number, [i for i in here.same_place.get(place, ()) if i in here.waiting]))
        return min((i for i in staying if i is not None), default=None), sends

    def _first(self, number: int, others: Iterable[int]) -> int | None:
        """The first of the calls that is neither the call itself nor another reading of it that moves."""
        call = self._calls[number]
        place = _place(call)
        for i in others:
            other = self._calls[i]
            if other.request is not call.request and not (other.steps and _place(other) == place):
                return i
        return None

    def _touched_by(self, step: Step, number: int) -> _Touched | None:
        """What the step touches; None where that is the call alone."""
        request = self._calls[number].request
        if step not in self._near:
            self._near[step] = self._index.near(step)
        texts, calls = self._near[step]
        around = tuple(at for at in calls if _changes(step, at, request.wrapper or request.span))
        if (step, around) not in self._touched:
            numbers = sorted({*texts, *(i for at in around for i in calls[at])})
            if numbers == [number]:
                return None
            self._touched[step, around] = _Touched(self._calls, numbers, step, self._steps, self._tokens)
        return self._touched[step, around]

    def _unite(self, one: int, two: int) -> None:
        self._parent[self.group(two)] = self.group(one)

    def _join(self, number: int, some: _Some | None) -> None:
        """Tie a call to each of `some` but those of its own request."""
        if some is None:
            return
        request = id(self._calls[number].request)
        if request in some.done:  # those of other requests are one group already
            others = some.done[request]
        else:
            others = [i for i, of in (some.ends if some.whole else some.members) if of != request]
            some.done[request] = others[:1]
            some.whole = some.whole or request not in some.requests or (len(some.requests) > 2 and len(some.done) > 1)
        for i in others:
            self._unite(number, i)

    def _tie_lists(self) -> None:
        """Tie the calls that change one list of items: what is dropped and added there is written together.

        All but those that want the same of it, and no more than moves their tokens.
        """
        for users in self._index.lists.values():
            wanted = {steps for _, steps in users}
            by_token: dict[frozenset[Step], list[int]] = {}
            for i, steps in users:
                by_token.setdefault(steps & self._tokens[i], []).append(i)
            for token, some in by_token.items():
                for other, more in by_token.items():
                    if len(wanted) > 1 or not wanted <= {token | other}:
                        for i in (*some, *more):
                            self._unite(some[0], i)


class _Some:
    """Calls to be tied to others, with their requests."""

    def __init__(self, numbers: Sequence[int], calls: Sequence[Moving]) -> None:
        self.members = [(i, id(calls[i].request)) for i in numbers]
        self.requests = {of for _, of in self.members}
        self.ends = self.members[:1] + [m for m in self.members if m[1] != self.members[0][1]][:1]
        """Two of different requests."""
        self.done: dict[int, list[int]] = {}
        """The requests whose calls were tied to all of the others, with one of those."""
        self.whole = False
        """All of them are one group."""


class _Touched:
    """The calls that a step touches, by what they want."""

    def __init__(
        self, calls: Sequence[Moving], numbers: Sequence[int], step: Step, steps: Sequence[frozenset[Step]],
        tokens: Sequence[frozenset[Step]],
    ) -> None:  # fmt: skip
        wanting = [i for i in numbers if step in steps[i]]
        self.wanting = _Some(wanting, calls)
        self.free = _Some([i for i in wanting if step not in tokens[i]], calls)
        """Those for which it is more than the token."""
        self.others = [i for i in numbers if step not in steps[i]]
        self.stays = [i for i in self.others if step not in tokens[i]]
        self.waiting = {i for i in self.others if step in tokens[i]}
        self.bare = [i for i in self.others if i in self.waiting and not calls[i].steps]
        self.same_place: dict[tuple[Span, Span | None], list[int]] = {}
        for i in numbers:
            self.same_place.setdefault(_place(calls[i]), []).append(i)
        self._calls, self._readings = calls, dict[tuple[Span, Span | None], _Some]()

    def readings(self, place: tuple[Span, Span | None]) -> _Some | None:
        """The readings of the call at a place that move."""
        if place not in self._readings and place in self.same_place:
            self._readings[place] = _Some([i for i in self.same_place[place] if self._calls[i].steps], self._calls)
        return self._readings.get(place)


def _place(call: Moving) -> tuple[Span, Span | None]:
    return call.request.span, call.request.wrapper


def _changes(step: Step, at: _Place, call: Span) -> bool:
    """Does a step, made for `call`, change the call at a place that it is a part of?"""
    start, end = at
    if at == (call.start, call.end):
        return True
    span = _span(step)
    # Not a call around that, nor one in front of which, or behind which, something is put.
    return not (start <= call.start and call.end <= end) and not (span.start == span.end in at)


def _span(step: Step) -> Span:
    return step.span if isinstance(step, Put) else step.item.span if isinstance(step, Drop) else step.list.span


_Place = tuple[int, int]
_STRETCH = 1024
_WIDE = 64
"""Pieces over more stretches than this are few, and looked at for each question."""


class _Index:
    """Which calls are made of which text, by file and stretch of it, and which change which list."""

    def __init__(self, calls: Sequence[Moving]) -> None:
        self._pieces: dict[tuple[str, int], dict[tuple[_Place, bool], list[int]]] = {}
        self.lists: dict[ItemList, list[tuple[int, frozenset[Step]]]] = {}
        for number, call in enumerate(calls):
            request = call.request
            spans = [p.span for p in request.url.pieces if isinstance(p, Text) and p.span is not None]
            # Text can be inserted right behind a hole; what stands inside one is another matter.
            spans += [Span(p.span.path, p.span.end, p.span.end)
                      for p in request.url.pieces if isinstance(p, Hole) and p.span is not None]  # fmt: skip
            spans += [Span(i.span.path, at, at) for p in request.url.pieces for i in p.items for at in (i.span.start, i.span.end)]
            for span in set(spans):
                self._note(span, number, False)
            self._note(request.wrapper or request.span, number, True)
            for shared, steps in _lists(call.steps).items():
                self.lists.setdefault(shared, []).append((number, frozenset(steps)))

    def _note(self, span: Span, number: int, is_call: bool) -> None:
        first, last = span.start // _STRETCH, span.end // _STRETCH
        for stretch in range(first, last + 1) if last - first <= _WIDE else (-1,):
            at = self._pieces.setdefault((span.path, stretch), {})
            at.setdefault(((span.start, span.end), is_call), []).append(number)

    def near(self, step: Step) -> tuple[list[int], dict[_Place, list[int]]]:
        """The calls whose text the step changes, and those that it is a part of, by where they stand."""
        span = _span(step)
        texts: list[int] = []
        calls: dict[_Place, list[int]] = {}
        for stretch in (span.start // _STRETCH, -1):
            for (at, is_call), numbers in self._pieces.get((span.path, stretch), {}).items():
                if at[0] <= span.start and span.end <= at[1]:
                    if is_call:
                        calls[at] = numbers
                    else:
                        texts += numbers
        return texts, calls


def _lists(steps: Iterable[Step]) -> dict[ItemList, set[Drop | Add]]:
    """The lists that `steps` change, each with the steps that do."""
    out: dict[ItemList, set[Drop | Add]] = {}
    for step in steps:
        if isinstance(step, Drop | Add):
            out.setdefault(step.item.list if isinstance(step, Drop) else step.list, set()).add(step)
    return out

"""What moves together, found at once for each step, against asking each call after each other one."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass

from v2migrate.request import Request
from v2migrate.source import Add, Drop, Item, ItemList, Put, Span, Step
from v2migrate.template import Template, Text
from v2migrate.touching import Ties


@dataclass
class Call:
    request: Request
    steps: tuple[Step, ...]
    token: tuple[Step, ...]


TEXTS = [Span("a", at, at + 10) for at in range(0, 60, 10)]
LISTS = [ItemList(Span("a", at, at + 20), (Span("a", at, at + 5), Span("a", at + 6, at + 20))) for at in (200, 230)]
STEPS: list[Step] = [
    *(Put(Span("a", at + 2, at + 4), b"v2") for at in range(0, 60, 10)), *(Put(Span("a", at, at), b"x") for at in (10, 100, 120)),
    *(Drop(Item(items, number)) for items in LISTS for number in (0, 1)), *(Add(items, b"y") for items in LISTS),
    Put(Span("a", 205, 206), b"z"),
]  # fmt: skip
PLACES = [Span("a", 100, 120), Span("a", 90, 130), Span("a", 200, 220), Span("a", 225, 260), Span("a", 195, 300)]


def some_calls(pick: random.Random) -> list[Call]:
    made: list[Call] = []
    for _ in range(pick.randint(2, 9)):
        if made and pick.random() < 0.2:
            request = pick.choice(made).request
        else:
            url = Template(tuple(Text("t", span) for span in pick.sample(TEXTS, pick.randint(0, 3))))
            wrapper = pick.choice(PLACES) if pick.random() < 0.4 else None
            request = Request(pick.choice(PLACES), "shell", "curl", "GET", url, wrapper=wrapper)
        steps = tuple(pick.sample(STEPS, pick.choice((0, 1, 1, 2, 4))))
        token = tuple(pick.sample(STEPS, 2) if pick.random() < 0.3 else [s for s in steps if pick.random() < 0.3])
        made.append(Call(request, steps, token))
    return made


def touched(calls: list[Call], step: Step, call: Span) -> list[int]:
    """The calls whose text, or which themselves, a step made for `call` changes."""
    span = step.span if isinstance(step, Put) else step.item.span if isinstance(step, Drop) else step.list.span
    out = []
    for number, other in enumerate(calls):
        texts = [piece.span for piece in other.request.url.pieces if isinstance(piece, Text)]
        at = other.request.wrapper or other.request.span
        outer = at.start <= call.start and call.end <= at.end
        inside = at == call or (not outer and not span.start == span.end in (at.start, at.end))
        if any(text is not None and span in text for text in texts) or (span in at and inside):
            out.append(number)
    return out


def on_list(call: Call, items: ItemList) -> set[Step]:
    return {s for s in call.steps if not isinstance(s, Put) and (s.item.list if isinstance(s, Drop) else s.list) == items}


def asked(calls: list[Call]) -> tuple[set[frozenset[int]], dict[tuple[int, Step], tuple[int | None, bool]]]:
    """The groups, and what each step of each call meets: each call asked after each other one."""
    tied: list[tuple[int, int]] = []
    answers = {}
    for i, case in enumerate(calls):
        for step in case.steps:
            first, sends = None, False
            for j in touched(calls, step, case.request.wrapper or case.request.span):
                other = calls[j]
                if other.request is case.request:
                    continue
                same = other.request.span == case.request.span and other.request.wrapper == case.request.wrapper
                if step in case.token and step in other.token and not same:
                    sends = sends or not other.steps
                elif step in other.steps or (same and other.steps):
                    tied.append((i, j))
                elif first is None:
                    first = j
            answers[i, step] = first, sends
        for j, items in itertools.product(range(len(calls)), LISTS):
            mine, theirs = on_list(case, items), on_list(calls[j], items)
            if mine and theirs and (mine != theirs or not mine <= {*case.token, *calls[j].token}):
                tied.append((i, j))
    groups = [{i} for i in range(len(calls))]
    for i, j in tied:
        one, two = (next(g for g in groups if n in g) for n in (i, j))
        if one is not two:
            groups.remove(two)
            one |= two
    return {frozenset(g) for g in groups}, answers


def test_the_same_moves_together_as_if_each_call_were_asked_after_each_other() -> None:
    met = set()
    for seed in range(1500):
        calls = some_calls(random.Random(seed))
        groups, answers = asked(calls)
        ties = Ties(calls)
        for (number, step), answer in answers.items():
            assert ties.tie(number, step) == answer, seed
            met.add((answer[0] is None, answer[1]))
        found: dict[int, set[int]] = {}
        for number in range(len(calls)):
            found.setdefault(ties.group(number), set()).add(number)
        assert {frozenset(group) for group in found.values()} == groups, seed
    assert len(met) == 4

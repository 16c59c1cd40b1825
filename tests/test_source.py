"""Bytes, spans, edits and lists of items."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from v2migrate.errors import EditConflict
from v2migrate.fitting import Fitting
from v2migrate.source import Add, Drop, Edit, Item, ItemList, Put, Source, Span, Step, apply_edits, render


def listed(text: str, *, sep: str = ",", single: bool = False) -> tuple[Source, ItemList]:
    """`f(a, b)` as a source and the list between the brackets; items are marked by being lower-case words."""
    import re

    start, end = text.index("(") + 1, text.rindex(")")
    items = tuple(Span("x", m.start(), m.end()) for m in re.finditer(r"[a-z]\w*", text) if start <= m.start() < end)
    return Source("x", text.encode()), ItemList(Span("x", start, end), items, sep, single=single)


def run(source: Source, *steps: Step) -> str:
    return apply_edits(source.data, render(source, steps)).decode()


@pytest.mark.parametrize(
    ("text", "gone", "want"),
    [
        ("F(a, b, c)", {0}, "F(b, c)"),
        ("F(a, b, c)", {1}, "F(a, c)"),
        ("F(a, b, c)", {2}, "F(a, b)"),
        ("F(a, b, c)", {0, 1}, "F(c)"),
        ("F(a, b, c)", {1, 2}, "F(a)"),
        ("F(a, b, c,)", {0, 1, 2}, "F()"),
        ("F(\n    a,\n    b,\n)", {0}, "F(\n    b,\n)"),
        ("F(\r\n\ta,\r\n\tb,\r\n)", {1}, "F(\r\n\ta,\r\n)"),
    ],
)
def test_items_go_with_their_comma(text: str, gone: set[int], want: str) -> None:
    source, items = listed(text)
    assert run(source, *(Drop(Item(items, i)) for i in gone)) == want


def test_a_tuple_of_one_keeps_a_comma() -> None:
    source, items = listed("(a, b)", single=True)
    assert run(source, Drop(Item(items, 1))) == "(a,)"
    assert run(source, Drop(Item(items, 0))) == "(b,)"


def test_an_empty_list_takes_its_operator_along() -> None:
    source = Source("x", b"'u' % (a, b)")
    items = ItemList(Span("x", 7, 11), (Span("x", 7, 8), Span("x", 10, 11)), ",", Span("x", 3, 12))
    assert run(source, Drop(Item(items, 0)), Drop(Item(items, 1))) == "'u'"


def test_a_comment_is_not_lost_with_an_item() -> None:
    source, items = listed("F(a,  # WHY\n  b)")
    items = ItemList(items.span, (Span("x", 2, 3), Span("x", 14, 15)))
    with pytest.raises(EditConflict, match="comment"):
        render(source, [Drop(Item(items, 1))])


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("F()", "F(new)"),
        ("F(a)", "F(a, new)"),
        ("F(a, b,)", "F(a, b, new,)"),
        ("F(\n    a,\n    b,\n)", "F(\n    a,\n    b,\n    new,\n)"),
        ("F(\r\n\ta\r\n)", "F(\r\n\ta,\r\n\tnew\r\n)"),
    ],
)
def test_an_item_is_added_as_the_list_is_written(text: str, want: str) -> None:
    source, items = listed(text)
    assert run(source, Add(items, b"new")) == want


def test_adding_in_front() -> None:
    source, items = listed("F(a, b)")
    assert run(source, Add(items, b"new", first=True)) == "F(new, a, b)"


def test_dropping_all_and_adding_one_leaves_one() -> None:
    source, items = listed("F(a, b)")
    assert run(source, Drop(Item(items, 0)), Drop(Item(items, 1)), Add(items, b"new")) == "F(new)"


def test_the_same_step_twice_is_one_edit() -> None:
    source, items = listed("F(a)")
    assert run(source, Add(items, b"new"), Add(items, b"new")) == "F(a, new)"


def test_an_edit_inside_what_is_dropped_is_not_needed() -> None:
    source, items = listed("F(a, bcd)")
    assert run(source, Drop(Item(items, 1)), Put(Span("x", 6, 7), b"X")) == "F(a)"


def test_overlapping_edits_are_refused() -> None:
    with pytest.raises(EditConflict, match="overlap"):
        apply_edits(b"abcdef", [Edit("x", 0, b"abc", b"1"), Edit("x", 2, b"cd", b"2")])


def test_an_edit_of_other_bytes_is_refused() -> None:
    with pytest.raises(EditConflict, match="not what the edit expects"):
        apply_edits(b"abcdef", [Edit("x", 0, b"xyz", b"1")])


@given(st.binary(max_size=80), st.data())
def test_bytes_outside_edits_never_change(data: bytes, draw: st.DataObject) -> None:
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(data)), max_size=8, unique=True)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    edits = [Edit("x", a, data[a:b], draw.draw(st.binary(max_size=5))) for a, b in pairs]
    want, at = b"", 0
    for edit in edits:
        want += data[at : edit.start] + edit.new
        at = edit.end
    assert apply_edits(data, reversed(edits)) == want + data[at:]


def test_positions_count_characters() -> None:
    source = Source("x", "a\r\nüö = 1\n".encode())
    assert source.position(0) == (1, 1)
    assert source.position(len("a\r\nüö".encode())) == (2, 3)
    assert source.line(2) == "üö = 1"
    assert source.newline == b"\r\n"


def test_edits_are_taken_one_by_one_as_if_all_were_tried_each_time() -> None:
    data = b"0123456789abcdef"
    refused = 0
    for seed in range(600):
        pick = random.Random(seed)
        fitting = Fitting(Source("a", data))
        taken: list[Edit] = []
        for _ in range(8):
            fix = [some_edit(pick, data) for _ in range(pick.randint(1, 3))]
            try:
                apply_edits(data, [*taken, *fix])
            except EditConflict:
                assert fitting.take(fix) is None
                refused += 1
                continue
            new = fitting.take(fix)
            assert new is not None and {*new} == {*fix} - {*taken}
            if pick.random() < 0.3:
                fitting.leave(new)
            else:
                taken += fix
            assert fitting.edits == sorted({*taken})
    assert refused > 500


def some_edit(pick: random.Random, data: bytes) -> Edit:
    start, size = pick.randrange(15), pick.choice((0, 0, 1, 3))
    old = data[start : start + size] if pick.random() < 0.9 else b"?"
    return Edit("a", start, old, pick.choice((b"", b"x", b"y")))


def test_what_a_cut_takes_along_needs_no_edit_of_its_own() -> None:
    for seed in range(600):
        pick = random.Random(seed)
        steps = [Put(Span("a", start, start + pick.choice((0, 1, 2, 5))), pick.choice((b"", b"", b"x")))
                 for start in (pick.randrange(10) for _ in range(6))]  # fmt: skip
        every = {Edit("a", s.span.start, b"0123456789abcdef"[s.span.start : s.span.end], s.new) for s in steps}
        cuts = [e for e in every if e.old and not e.new]
        lost = {e for e in every for c in cuts if (c.start <= e.start and e.end <= c.end and len(c.old) > len(e.old)
                if e.old else c.start < e.start < c.end)}  # fmt: skip
        if any(e.new and not e.old for e in lost):  # new text would be lost, which nobody means
            with pytest.raises(EditConflict):
                render(Source("a", b"0123456789abcdef"), steps)
            continue
        edits = render(Source("a", b"0123456789abcdef"), steps)
        assert edits == tuple(sorted(every - lost))

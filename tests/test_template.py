"""Strings with holes, and edits of their parts."""

from __future__ import annotations

from v2migrate.source import Drop, Item, ItemList, Put, Source, Span, apply_edits, render
from v2migrate.template import Hole, Template, Text


def of(code: str, *parts: tuple[str, int, int, bool] | Hole) -> tuple[Source, Template]:
    pieces = [p if isinstance(p, Hole) else Text(p[0], Span("x", p[1], p[2]), p[3]) for p in parts]
    return Source("x", code.encode()), Template(tuple(pieces))


def run(source: Source, template: Template, start: int, end: int, new: str) -> str | None:
    steps = template.replace(start, end, new)
    return None if steps is None else apply_edits(source.data, render(source, steps)).decode()


def test_a_hole_is_one_character() -> None:
    template = Template((Text("/a/"), Hole("b"), Text("/ü")))
    assert len(template.flat) == 6
    assert template.show() == "/a/{b}/ü"
    assert not template.constant


def test_private_characters_in_text_are_no_holes() -> None:
    assert Template((Text("\ue000"),)).flat == "\ufffd"


def test_a_part_of_exact_text_is_edited_in_place() -> None:
    source, template = of("'/api/v1.1/me'", ("/api/v1.1/me", 1, 13, True))
    assert run(source, template, 5, 9, "v2") == "'/api/v2/me'"


def test_text_before_is_counted_in_bytes() -> None:
    source, template = of("'ü/v1'", ("ü/v1", 1, 6, True))
    assert run(source, template, 2, 4, "v2") == "'ü/v2'"


def test_an_escape_is_removed_whole_or_not_at_all() -> None:
    source, template = of(r"'a\x2fb'", ("a", 1, 2, True), ("/", 2, 6, False), ("b", 6, 7, True))
    assert run(source, template, 1, 2, "") == "'ab'"
    assert Template((Text("ab", Span("x", 0, 8), exact=False),)).replace(0, 1, "x") is None


def test_made_up_text_cannot_be_edited() -> None:
    assert Template((Text("v1"),)).replace(0, 2, "v2") is None


def test_a_hole_goes_with_its_place_and_its_argument() -> None:
    code = "'/tree/%s' % (branch, t)"
    items = ItemList(Span("x", 14, 23), (Span("x", 14, 20), Span("x", 22, 23)), ",", Span("x", 10, 24), single=True)
    hole = Hole("branch", Span("x", 7, 9), items=(Item(items, 0),))
    source, template = of(code, ("/tree/", 1, 7, True), hole)
    assert run(source, template, 0, 7, "/pipeline") == "'/pipeline' % (t,)"


def test_a_fixed_hole_stays() -> None:
    assert Template((Hole("x", Span("x", 0, 3), fixed=True),)).replace(0, 1, "") is None


def test_a_whole_operand_goes_from_its_chain() -> None:
    code = "base + '/tree/' + branch"
    items = ItemList(Span("x", 0, 24), (Span("x", 0, 4), Span("x", 7, 15), Span("x", 18, 24)), "+")
    source = Source("x", code.encode())
    template = Template(
        (
            Text("http://h/v1", None),
            Text("/tree/", Span("x", 8, 14), items=(Item(items, 1),)),
            Hole("branch", None, items=(Item(items, 2),)),
        )
    )
    assert run(source, template, 11, 18, "/pipeline") == "base + '/pipeline'"
    assert run(source, template, 11, 18, "") == "base"


def test_text_is_inserted_behind_the_text_before() -> None:
    source, template = of(
        "f'/project/{slug}/7'", ("/project/", 2, 11, True), Hole("slug", Span("x", 11, 17)), ("/7", 17, 19, True)
    )  # fmt: skip
    assert run(source, template, 9, 9, "gh/") == "f'/project/gh/{slug}/7'"
    assert run(source, template, 10, 10, "/job") == "f'/project/{slug}/job/7'"


def test_slices_keep_their_places() -> None:
    _, template = of("'abcdef'", ("abcdef", 1, 7, True))
    part = template.slice(2, 4)
    assert part.pieces == (Text("cd", Span("x", 3, 5)),)
    assert part.replace(0, 1, "X") == (Put(Span("x", 3, 4), b"X"),)


def test_what_is_already_there_needs_no_step() -> None:
    _, template = of("'v2'", ("v2", 1, 3, True))
    assert template.replace(0, 2, "v2") == ()


def test_drops_are_named_by_their_item() -> None:
    items = ItemList(Span("x", 0, 1), (Span("x", 0, 1),), "+")
    template = Template((Hole("a", None, items=(Item(items, 0),)),))
    assert template.replace(0, 1, "") == (Drop(Item(items, 0)),)

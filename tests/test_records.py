"""Records are data classes to all who use them, and are made when they are first used."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from types import ModuleType
from typing import Any

import pytest

from v2migrate import records


def declare(module: ModuleType) -> type:
    """The same class, by one of the two modules."""

    @module.dataclass(frozen=True, slots=True, order=True)
    class Point:
        x: int
        y: int = 2
        tags: list[str] = module.field(default_factory=list)
        seen: int = module.field(default=0, compare=False, repr=False)
        named: bool = module.field(default=False, kw_only=True)

    return Point


@records.dataclass(slots=True)
class Counted:
    name: str
    size: int = records.field(init=False)

    def __post_init__(self) -> None:
        self.size = len(self.name)


@records.dataclass(frozen=True, slots=True)
class Key:
    a: int
    b: str = ""


@records.dataclass(slots=True, eq=False)
class Same:
    a: int


OURS, THEIRS = declare(records), declare(dataclasses)
GIVEN: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((1,), {}), ((1, 3), {}), ((1,), {"tags": ["a"]}), ((1, 2, ["b"]), {"seen": 5}), ((0,), {"named": True}),
]  # fmt: skip


@pytest.mark.parametrize(("values", "named"), GIVEN)
def test_a_record_is_what_a_data_class_is(values: tuple[Any, ...], named: dict[str, Any]) -> None:
    one, other = OURS(*values, **named), THEIRS(*values, **named)
    assert repr(one) == repr(other)
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    assert dataclasses.asdict(records.replace(one, y=7)) == dataclasses.asdict(dataclasses.replace(other, y=7))
    assert dataclasses.asdict(dataclasses.replace(one, y=7)) == dataclasses.asdict(dataclasses.replace(other, y=7))
    assert one.__match_args__ == other.__match_args__
    assert not hasattr(one, "__dict__")


def test_records_compare_as_data_classes_do() -> None:
    made = [[cls(*values, **named) for values, named in GIVEN] for cls in (OURS, THEIRS)]
    for ours, theirs in zip(*made, strict=True):
        for sign in ("__eq__", "__lt__", "__le__", "__gt__", "__ge__"):
            assert [getattr(ours, sign)(o) for o in made[0]] == [getattr(theirs, sign)(o) for o in made[1]]
    assert made[0][0] != made[1][0]


WRONG: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((), {}), ((), {"y": 1}), ((1,), {"z": 2}), ((1,), {"x": 1}), ((1, 2, [], 0, True), {}), ((1, 2, [], 0, True, 5), {}),
]  # fmt: skip


@pytest.mark.parametrize("often", [False, True])
@pytest.mark.parametrize(("values", "named"), WRONG)
def test_what_is_missing_or_too_much_is_told(values: tuple[Any, ...], named: dict[str, Any], often: bool) -> None:
    ours, theirs = declare(records), declare(dataclasses)
    for number in range(records._SELDOM + 2 if often else 0):
        assert ours(number, 3).x == number
    with pytest.raises(TypeError) as said:
        theirs(*values, **named)
    with pytest.raises(TypeError) as told:
        ours(*values, **named)
    assert str(told.value).partition("()")[2] == str(said.value).partition("()")[2]


def test_the_slow_functions_do_what_the_fast_ones_do() -> None:
    ours, theirs = declare(records), declare(dataclasses)
    slow = vars(ours)["__init__"]
    for _ in range(records._SELDOM + 2):
        for values, named in GIVEN:
            one, other = ours(*values, **named), theirs(*values, **named)
            assert dataclasses.asdict(one) == dataclasses.asdict(other)
            assert one == ours(*values, **named) and one != object() and one >= ours(*values, **named)
            assert (one < ours(0, 3, ["c"])) == (other < theirs(0, 3, ["c"]))
            assert one.__lt__(other) is NotImplemented
            assert hash(Key(values[0], "k")) == hash((values[0], "k"))
    assert vars(ours)["__init__"] is not slow


def test_what_is_not_given_is_not_there() -> None:
    @records.dataclass(slots=True)
    class Later:
        name: str
        seen: list[int] = records.field(init=False, default_factory=list)
        size: int = records.field(init=False, default=3)

    for _ in range(records._SELDOM + 2):
        later = Later("a")
        assert later.seen == [] and not hasattr(later, "size")


def test_defaults_are_new_for_each() -> None:
    assert OURS(1).tags is not OURS(1).tags


def test_hashes_go_by_value_where_nothing_changes() -> None:
    assert {Key(1, "a"): 1}[Key(1, "a")] == 1
    with pytest.raises(TypeError):
        hash(Counted("a"))
    assert len({Same(1), Same(1)}) == 2


def test_what_comes_after_is_done() -> None:
    assert Counted("abc").size == 3
    assert dataclasses.replace(Counted("abc"), name="a").size == records.replace(Counted("abc"), name="a").size == 1


@pytest.mark.parametrize("value", [Key(1, "x"), Counted("four")])
def test_copies_are_equal(value: object) -> None:
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(value, protocol)) == value
    assert copy.deepcopy(value) == copy.copy(value) == value


def test_a_pickle_of_many_is_that_of_their_values() -> None:
    keys = [Key(number, "b") for number in range(records._SELDOM + 2)]
    for key in keys:  # by the slow function, then by the fast one
        assert pickle.loads(pickle.dumps(key, pickle.HIGHEST_PROTOCOL)) == key
    assert key.__reduce_ex__(4) == (Key, (records._SELDOM + 1, "b"))
    assert Counted("four").__reduce_ex__(4)[1] != ("four", 4)  # not all of its values are arguments

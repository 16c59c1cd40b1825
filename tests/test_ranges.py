"""Ranges that hold a number, and places in code, found by halving against looking at all of them."""

from __future__ import annotations

import random

from v2migrate.languages.shell.code import make
from v2migrate.ranges import Ranges
from v2migrate.source import Region, Source
from v2migrate.verify import _place


def test_the_ranges_that_hold_a_number() -> None:
    for seed in range(300):
        pick = random.Random(seed)
        ranges = [(start, start + pick.randint(-1, 6)) for start in (pick.randrange(20) for _ in range(pick.randrange(8)))]
        found = Ranges(ranges)
        for number in range(-1, 28):
            assert found.holding(number) == [i for i, (first, last) in enumerate(ranges) if first <= number <= last]


def test_how_much_of_the_code_stands_in_front_of_a_place_of_the_file() -> None:
    for seed in range(300):
        pick = random.Random(seed)
        cuts = sorted(pick.sample(range(60), 8))
        ranges = tuple(zip(cuts[::2], cuts[1::2], strict=True))
        swaps = tuple((a, a + 2, pick.choice((b"$", b"xy", b""))) for a, b in ranges if b - a > 3 and pick.random() < 0.6)
        data = "".join(pick.choice(("a", "b", "\r\n", " ")) for _ in range(60)).encode()
        code = make(Source("a", data), Region("shell", "yaml", ranges, swaps=swaps))
        sizes = [b - a for a, b in zip(code.spots, [*code.spots[1:], len(code.text)], strict=True)]
        for offset in range(len(data) + 1):
            slow = sum((size if code.wide[at] <= offset else 0) if at in code.wide else min(max(offset - start, 0), size)
                       for start, size, at in zip(code.files, sizes, code.spots, strict=True))  # fmt: skip
            assert _place(code, offset) == slow, (seed, offset)

"""How work grows with its input, told without a clock: by the instructions that the interpreter runs. Knows no part of the tool.

What C code does in one instruction (a sort, a slice, `in` a list) counts as one: a loop in C is not seen.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from types import FrameType
from typing import Any

import v2migrate

_PACKAGE = v2migrate.__path__[0]


def work(run: Callable[[], object], inside: Collection[str] = ()) -> int:
    """How many instructions `run` takes in the package's modules, or only in those `inside` ("plan", "report/patch", "hosts/").

    What is imported meanwhile counts as well: run it once before.
    """
    count = 0
    prefixes = tuple(f"{_PACKAGE}/{name}" + ("" if name.endswith("/") else ".py") for name in inside) or (_PACKAGE,)

    def within(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        nonlocal count
        if event == "opcode":
            count += 1
        return within

    def entered(frame: FrameType, event: str, _: Any) -> Callable[..., Any] | None:
        if not frame.f_code.co_filename.startswith(prefixes):
            return None
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        return within

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


def growth(make: Callable[[int], Callable[[], object]], size: int, inside: Collection[str] = ()) -> float:
    """By how much the work grows where the input does twice: 2 is linear, 4 is a square.

    `make` gives what is to be run for an input of a size; it is asked for 1, 2 and 4 times `size`. What any run takes, whatever
    its size, is left out: the second doubling is held against the first.
    """
    one, two, four = (work(make(size * times), inside) for times in (1, 2, 4))
    return (four - two) / max(two - one, 1)

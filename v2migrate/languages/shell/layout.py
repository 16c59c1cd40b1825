"""How a command is laid out: its words as a list that can be edited, and where a new option goes. Knows no values."""

from __future__ import annotations

import bisect
import re
import sys
from collections.abc import Callable
from itertools import accumulate

from v2migrate.languages.shell import clients
from v2migrate.languages.shell.argv import Word
from v2migrate.languages.shell.clients import Call, Value
from v2migrate.languages.shell.unit import Unit
from v2migrate.source import ItemList, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


def items(unit: Unit, command: Node, argv: list[Word], call: Call) -> tuple[ItemList, Callable[[Value], int | None]]:
    """The words of the command as a list in which an option and its value are one item, and where a value stands in it."""
    pairs = {v.first: v.last for _, v in call.options}
    spans: list[tuple[int, int]] = []
    places: dict[tuple[int, int], tuple[int, int]] = {}
    i = 0
    while i < len(argv):
        last = pairs.get(i, i)
        group = argv[i : last + 1]
        if all(w.here for w in group):
            where = (group[0].start, group[-1].end)
            spans.append(where)
            places[(i, last)] = where
        i = last + 1
    for redirect in unit.redirects(command):
        start = next((c for c in redirect.children if c.type == "heredoc_start"), None)
        targets = redirect.children_by_field_name("destination")
        end = start.end_byte if start is not None else targets[0].end_byte if targets else redirect.end_byte
        spans.append((redirect.start_byte, end))
    # An array or a variable that was put in stands as one word in the command.
    spans.sort()
    reach = list(accumulate((b for _, b in spans), max))
    spans += [(n.start_byte, n.end_byte) for n in unit.words(command)
              if not (i := bisect.bisect_right(spans, (n.start_byte, sys.maxsize))) or reach[i - 1] < n.end_byte]
    spans = sorted(set(spans))
    index = {where: i for i, where in enumerate(spans)}
    lists = [unit.code.span(a, b) for a, b in spans]
    items = ItemList(Span(lists[0].path, lists[0].start, lists[-1].end), tuple(lists), "")

    def number(value: Value) -> int | None:
        where = places.get((value.first, value.last))
        return index.get(where) if where is not None else None

    return items, number


def option_place(argv: list[Word], at: int, call: Call, unit: Unit) -> Span:
    """Where an option can be put in: behind the client's name, or the flags right behind it."""
    here = at
    taken = {i for v in (*(v for _, v in call.options), *call.urls) for i in range(v.first, v.last + 1)}
    follow = argv[at + 1] if at + 1 < len(argv) else None
    if call.client == "httpie":
        here = max((v.last for v in call.urls), default=at)
    elif follow is not None and follow.here and at + 1 not in taken and re.fullmatch(r"-[a-zA-Z#]+", follow.raw) \
            and _alone(argv, at + 1, call):
        here = at + 1
    first_line = _line_end(argv, at, call, unit)
    here = here if first_line is None else first_line
    return unit.code.span(argv[here].end, argv[here].end)


def _line_end(argv: list[Word], at: int, call: Call, unit: Unit) -> int | None:
    """The last word of the command's first line, where further options stand on lines of their own; None elsewhere."""
    if call.client == "httpie":
        return None
    urls = {v.first for v in call.urls}
    table = clients.CURL if call.client == "curl" else clients.WGET
    for i in range(at, len(argv) - 1):
        if i in urls or not argv[i].here or not argv[i + 1].here or argv[i].unit is not unit:
            return None
        if b"\n" in unit.code.text[argv[i].end : argv[i + 1].start]:
            raw = argv[i].raw
            waits = raw[2:] in table.long if raw.startswith("--") else raw.startswith("-") and raw[-1] in table.short
            return None if waits else i
    return None


def _alone(argv: list[Word], at: int, call: Call) -> bool:
    """True for a word of flags whose last letter does not take the next word."""
    letters = argv[at].raw[1:]
    table = clients.CURL if call.client == "curl" else clients.WGET
    return not any(letter in table.short for letter in letters)

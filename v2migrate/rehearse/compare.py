"""Two runs held against each other: exit status, what was printed (raw bodies masked), effects on the account.

Knows no file. What it can show is that two programs behave alike on the emulated account, and no more than that.
"""

from __future__ import annotations

import difflib
import itertools
import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from v2migrate.rehearse.run import Outcome

_LOOSE = {
    "all-workflows": ("runs", "one job became all workflows"),
    "head-revision": ("revision", "a revision became the newest of its branch"),
}
"""Assumptions that make light of a part of an effect: that part, and the difference in words."""

_SECRET = "value"
_WIDTH = 58


@dataclass(frozen=True, slots=True)
class Difference:
    """Where two runs differ, in words. `assumes`: the assumption that makes light of it, if there is one."""

    text: str
    assumes: str = ""


def differences(before: Outcome, after: Outcome, granted: Collection[str] = ()) -> list[Difference]:
    """Where two runs differ; empty: they behave the same. With `all-workflows` granted, one job and all are one start,
    and with `head-revision` so is a revision and the branch it is on.
    """
    out = []
    if before.exit != after.exit:
        out.append(Difference(f"exit status {_exit(before)} became {_exit(after)}"))
    if before.out != after.out:
        out.append(Difference("what the program prints differs"))
    old, new = ([_plain(*effect, granted) for effect in run.effects] for run in (before, after))
    if old != new:
        out += _effects(before, after, granted)
    return out


def _effects(before: Outcome, after: Outcome, granted: Collection[str]) -> Iterator[Difference]:
    """Effects that differ: which of the assumptions not granted make light of it, if they do."""
    open_ = [name for name in _LOOSE if name not in granted]
    for count in range(1, len(open_) + 1):
        for names in itertools.combinations(open_, count):
            loose = {*granted, *names}
            if [_plain(*e, loose) for e in before.effects] == [_plain(*e, loose) for e in after.effects]:
                yield from (Difference(_LOOSE[name][1], name) for name in names)
                return
    yield Difference("the effects on the account differ", _refused_parameters(after))


def refusals(outcome: Outcome) -> list[str]:
    """The requests that were answered with an error."""
    return [f"{seen.method} {seen.path}: {seen.status}" for seen in outcome.log if seen.status >= 400]


def side_by_side(before: Outcome, after: Outcome) -> Iterator[str]:
    """The two transcripts in two columns; `|` between lines that differ."""
    left, right = _transcript(before), _transcript(after)
    yield f"{'before':<{_WIDTH}}   after"
    for tag, a, b, c, d in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        mark = " " if tag == "equal" else "|"
        for at in range(max(b - a, d - c)):
            old = left[a + at] if a + at < b else ""
            new = right[c + at] if c + at < d else ""
            yield f"{_fit(old)} {mark} {_cut(new)}".rstrip()


def _transcript(outcome: Outcome) -> list[str]:
    lines = [f"{seen.method} {seen.path} -> {seen.status}" for seen in outcome.log]
    for what, arguments in outcome.effects:
        lines.append(f"effect: {what}")
        lines += [f"  {name} = {_shown(name, value)}" for name, value in arguments.items()]
    lines += [f"printed: {line}" for line in outcome.out.splitlines()]
    return [_safe(line) for line in (*lines, f"exit {_exit(outcome)}")]


def _refused_parameters(after: Outcome) -> str:
    """A pipeline that was refused with 400 is what an undeclared parameter looks like."""
    starts = [seen for seen in after.log if seen.status == 400 and seen.operation.endswith(("/pipeline", "/pipeline/run"))]
    return "parameters-wired" if starts else ""


def _plain(what: str, arguments: Mapping[str, Any], granted: Collection[str]) -> tuple[str, dict[str, Any]]:
    loose = {part for assumption, (part, _) in _LOOSE.items() if assumption in granted}
    return what, {name: value for name, value in arguments.items() if name not in loose}


def _exit(outcome: Outcome) -> str:
    return "(did not end)" if outcome.exit is None else str(outcome.exit)


def _shown(name: str, value: Any) -> str:
    return "****" if name == _SECRET else json.dumps(value, sort_keys=True)


def _safe(line: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in line.expandtabs(4))


def _cut(line: str) -> str:
    out, width = "", 0
    for char in line:
        width += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if width > _WIDTH:
            return out[:-1] + "…"
        out += char
    return out


def _fit(line: str) -> str:
    cut = _cut(line)
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in cut)
    return cut + " " * max(0, _WIDTH - len(cut) - wide)

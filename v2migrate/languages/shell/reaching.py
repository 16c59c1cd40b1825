"""Which assignments of a variable can be what a place of the code sees. Knows no values."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from operator import attrgetter

from v2migrate.languages.shell.assigning import Assign
from v2migrate.languages.shell.unit import Unit, Use
from v2migrate.records import dataclass

_START = attrgetter("start")
SCRIPT = "(script)"
"""The scope of a script's own `$1`: they are not visible in its functions."""


@dataclass(frozen=True, slots=True)
class Where:
    """A place in the code: its offset, the branches around it, the function it is in."""

    unit: Unit
    at: int
    arms: tuple[tuple[int, str], ...]
    function: str

    @staticmethod
    def of(assign: Assign) -> Where:
        """The place of an assignment."""
        return Where(assign.unit, assign.start, assign.arms, assign.function)

    def shifted(self) -> int:
        """By how many the `shift` commands before this place in its function move the parameters."""
        unit = self.unit
        if not unit.calls("shift"):
            return 0
        if unit.shifts is None:
            unit.shifts = {}
            for command in unit.calls("shift"):
                starts, moved = unit.shifts.setdefault(unit.function_of(command), ([], [0]))
                words = unit.words(command)
                number = unit.text(words[1]) if len(words) > 1 else "1"
                starts.append(command.start_byte)
                moved.append(moved[-1] + (int(number) if number.isdigit() else 1))
        starts, moved = unit.shifts.get(self.function, ([], [0]))
        return moved[bisect.bisect_left(starts, self.at)]


class Row:
    """The assignments of one variable in one piece of code, for many questions about them.

    `own` are those that last longer than a command; `shared` those of no function's own variable, by the function they
    stand in; `local` are the functions that have a variable of this name, `inside` the `own` ones by their function.
    """

    def __init__(self, assigns: Sequence[Assign]) -> None:
        self.own = sorted((a for a in assigns if not a.prefix and a.kind != "local"), key=_START)
        self.local = frozenset(a.function for a in assigns if a.local)
        self.inside: dict[str, list[Assign]] = {}
        self.shared: dict[str, list[Assign]] = {}
        for assign in self.own:
            self.inside.setdefault(assign.function, []).append(assign)
            if not assign.local:
                self.shared.setdefault(assign.function, []).append(assign)

    def called(self, unit: Unit, function: str, start: int, end: int) -> list[str]:
        """The functions, besides `function`, that assign the variable for all and are called between two offsets."""
        names = self.inside.keys() - {"", function}
        return [name for name in names if unit.calls(name, start, end)] if names else []


_NOTHING = Row(())


def _row(unit: Unit, name: str) -> Row:
    found = unit.rows.get(name)
    if found is None:
        assigns = unit.assigned(name)
        found = unit.rows[name] = Row(assigns) if assigns else _NOTHING
    return found


def is_local(unit: Unit, name: str, function: str) -> bool:
    """True for a variable that `function` declares with `local`."""
    return bool(function) and function in _row(unit, name).local


def reassigned(first: Where, last: Where, name: str) -> bool:
    """True where `name` may get another value between two places of one piece of code."""
    if first.unit is not last.unit:
        # A sourced file: only what the script itself does to the variable can be told.
        return bool(_row(last.unit, name).own)
    if first.at == last.at:
        return False
    if name == "shift":
        return first.shifted() != last.shifted() if first.function == last.function else False
    row = _row(first.unit, name)
    if first.function != last.function or first.at > last.at:
        return bool(row.own) and (row.own[-1].start > first.at or not row.inside.keys() <= {"", first.function})
    here = row.inside.get(first.function, [])
    after = bisect.bisect_right(here, first.at, key=_START)
    if after < len(here) and here[after].start < last.at:
        return True
    return bool(row.called(first.unit, first.function, first.at, last.at))


def reaching(name: str, where: Where) -> tuple[list[Assign], bool]:
    """The assignments that can give `name` its value at `where`, and whether one of them surely did.

    An assignment whose value is not seen (`read`) has `value` None.
    """
    unit = where.unit
    if not unit.assigned(name):
        return _sourced(name, unit)
    row = _row(unit, name)
    if where.function and where.function in row.local:
        found, last = _last(row.inside.get(where.function, []), where)
        return found, last is not None
    found, last = _last(row.shared.get(where.function, []), where)
    if last is not None:
        functions = row.shared.keys() & set(row.called(unit, where.function, last.start, where.at))
        return found + sorted((a for name in functions for a in row.shared[name]), key=_START), True
    others = [a for function, rest in row.shared.items() if function != where.function for a in rest]
    if not found and not others:
        return _sourced(name, unit)
    others.sort(key=_START)
    if where.function and others:
        top = [a for a in others if not a.function]
        rest = [a for a in others if a.function]
        if top and not rest and not found:
            return top, any(not a.arms for a in top)
    together = found + others
    before, _ = _sourced(name, unit)
    return before + together, any(not a.arms for a in together) and len(together) == 1


def readers(unit: Unit, name: str) -> dict[int, list[Use]]:
    """The uses of a variable by the offsets of the assignments that they can see. Found once for all of its assignments."""
    if name not in unit.readers:
        out = unit.readers[name] = {}
        for use in unit.uses(name):
            found, _ = reaching(name, Where(unit, use.start, unit.arms(use.node), unit.function_of(use.node)))
            for start in {a.start for a in found}:
                out.setdefault(start, []).append(use)
    return unit.readers[name]


def _last(here: Sequence[Assign], where: Where) -> tuple[list[Assign], Assign | None]:
    """The assignments of one function that reach a place in it, and the one that surely does, if there is one."""
    at = where.at
    found: list[Assign] = []
    sure: Assign | None = None
    for number in range(bisect.bisect_left(here, at, key=_START) - 1, -1, -1):
        assign = here[number]
        if assign.end > max(at, assign.start + 1):
            continue
        if assign.arms == where.arms[: len(assign.arms)]:
            sure = assign
            break
        found.append(assign)
    found.reverse()
    if sure is not None:
        mine = dict(where.arms)
        found = [sure, *(a for a in found if a.start > sure.start and not _apart(a, mine))]
    loops = [arm for arm in where.arms if arm[1] == "body"]
    # A later assignment in a loop only counts where the loop does not begin with the sure one. The sure one's branches are
    # around this place too: in a loop, it is in the outermost one, and so is all that comes round again.
    if loops and (sure is None or not any(arm in sure.arms for arm in loops)):
        end = where.unit.loops[loops[0][0]]
        later = here[bisect.bisect_right(here, at, key=_START) : bisect.bisect_left(here, end, key=_START)]
        found += [a for a in later if any(arm in a.arms for arm in loops)]
    return found, sure


def _apart(assign: Assign, mine: dict[int, str]) -> bool:
    """True for an assignment in another arm of a branch than that of a place with the arms `mine`."""
    return any(mine.get(branch, arm) != arm for branch, arm in assign.arms)


def _sourced(name: str, unit: Unit) -> tuple[list[Assign], bool]:
    """What sourced files give: their last assignment at the top level, or all there are."""
    for before in reversed(unit.before):
        found = [a for a in before.assigned(name) if not a.prefix and not a.local and a.kind != "local"]
        if found:
            sure = [a for a in found if not a.arms and not a.function]
            return ([sure[-1]], True) if sure and sure[-1] is found[-1] else (found, False)
        inner, certain = _sourced(name, before)
        if inner:
            return inner, certain
    return [], False

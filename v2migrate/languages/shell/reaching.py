"""Which assignments of a variable can be what a place of the code sees. Knows no values."""

from __future__ import annotations

from v2migrate.languages.shell.assigning import Assign
from v2migrate.languages.shell.unit import Unit, Use
from v2migrate.records import dataclass

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
        moved = 0
        for command in self.unit.calls("shift", -1, self.at):
            if self.unit.function_of(command) == self.function:
                words = self.unit.words(command)
                number = self.unit.text(words[1]) if len(words) > 1 else "1"
                moved += int(number) if number.isdigit() else 1
        return moved


def is_local(unit: Unit, name: str, function: str) -> bool:
    """True for a variable that `function` declares with `local`."""
    return bool(function) and any(a.local and a.function == function for a in unit.assigned(name))


def reassigned(first: Where, last: Where, name: str) -> bool:
    """True where `name` may get another value between two places of one piece of code."""
    if first.unit is not last.unit:
        # A sourced file: only what the script itself does to the variable can be told.
        return any(not a.prefix and a.kind != "local" for a in last.unit.assigned(name))
    if first.at == last.at:
        return False
    if name == "shift":
        return first.shifted() != last.shifted() if first.function == last.function else False
    assigns = [a for a in first.unit.assigned(name) if not a.prefix and a.kind != "local"]
    if first.function != last.function or first.at > last.at:
        return any(a.start > first.at or a.function not in ("", first.function) for a in assigns)
    return any(first.at < a.start < last.at if a.function == first.function
               else bool(a.function) and _called(first.unit, a.function, first.at, last.at) for a in assigns)


def reaching(name: str, where: Where) -> tuple[list[Assign], bool]:
    """The assignments that can give `name` its value at `where`, and whether one of them surely did.

    An assignment whose value is not seen (`read`) has `value` None.
    """
    unit = where.unit
    if not unit.assigned(name):
        return _sourced(name, unit)
    own = [a for a in unit.assigned(name) if not a.prefix and a.kind != "local"]
    if is_local(unit, name, where.function):
        here = [a for a in own if a.function == where.function]
        return _last(here, where, unit, [])
    own = [a for a in own if not (a.local and a.function != where.function)]
    here = [a for a in own if a.function == where.function]
    others = [a for a in own if a.function != where.function]
    found, certain = _last(here, where, unit, others)
    if certain or (not found and not others):
        if not found:
            return _sourced(name, unit)
        return found, certain
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


def _last(here: list[Assign], where: Where, unit: Unit, others: list[Assign]) -> tuple[list[Assign], bool]:
    """The assignments of one function that reach a place in it."""
    loops = {arm for arm in where.arms if arm[1] == "body"}
    earlier = [a for a in here if a.start < where.at and a.end <= max(where.at, a.start + 1)]
    later = [a for a in here if a.start > where.at and loops & set(a.arms)]
    sure = [a for a in earlier if a.arms == where.arms[: len(a.arms)]]
    if not sure:
        return [*earlier, *later], False
    last = sure[-1]
    after = [a for a in earlier if a.start > last.start and not _apart(a, where)]
    # A later assignment in a loop only counts where the loop does not begin with the sure one.
    again = [a for a in later if not loops & set(last.arms) or not loops & set(a.arms) & set(last.arms)]
    between = [o for o in others if o.function and _called(unit, o.function, last.start, where.at)]
    return [last, *after, *again, *between], True


def _apart(assign: Assign, where: Where) -> bool:
    """True for two places in different arms of one branch."""
    mine = dict(where.arms)
    return any(mine.get(branch, arm) != arm for branch, arm in assign.arms)


def _called(unit: Unit, function: str, start: int, end: int) -> bool:
    return bool(unit.calls(function, start, end))


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

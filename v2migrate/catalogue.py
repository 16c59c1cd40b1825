"""The rules on disk, loaded and checked. A rule is one TOML file; its stem is its id. Knows no language's syntax."""

from __future__ import annotations

import functools
import os

from v2migrate import rule_table
from v2migrate.errors import RuleError
from v2migrate.records import replace
from v2migrate.rule import Rule
from v2migrate.rule_several import needed, pool, written_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping


@functools.cache
def endpoints() -> Mapping[str, Rule]:
    """The shipped rules by id, whether they are on or selected, as a run needs them: library rules refer to them."""
    return {rule.id: rule for rule in load(whole=False)}


def load(folder: str | None = None, whole: bool = True) -> tuple[Rule, ...]:
    """All rules of `folder` (default: the shipped ones), by id. With a folder, its rules are added and win over ours.

    Not `whole`: the shipped rules come without examples and sources, from a table where one was made (`rule_table`).

    Raises RuleError, which names file, key and remedy, at the first rule that cannot be used.
    """
    if folder is None:
        return _ours(whole)
    if not os.path.isdir(folder):
        raise RuleError(folder, "no such folder", "name a folder that holds rule files (*.toml)")
    return _complete({**_shipped(whole), **{rule.id: rule for rule in _read(folder, True)}})


@functools.cache
def _ours(whole: bool) -> tuple[Rule, ...]:
    return (None if whole else rule_table.rules()) or _complete(_shipped(whole))


@functools.cache
def _shipped(whole: bool) -> Mapping[str, Rule]:
    """The shipped rules, each as it stands in its file."""
    return {rule.id: rule for rule in _read(rule_table.folder(), whole)}


def _complete(rules: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """The rules, each with what it takes from others. Raises RuleError where that is not there."""
    for rule in rules.values():
        for method, target in rule.library.methods.items() if rule.library is not None else ():
            if target not in rules:
                raise RuleError(f"{rule.id}.toml", f"library.methods.{method}", f"there is no rule {target!r}")
    return tuple(sorted(_with_needed(rules.values()), key=lambda rule: rule.id))


def _with_needed(rules: Collection[Rule]) -> Iterable[Rule]:
    """The rules; those whose call becomes several have all the functions for it, those of other rules included."""
    known = pool(rule.several for rule in rules if rule.several is not None)
    for rule in rules:
        several = rule.several
        if several is not None:
            other = next((r.several for r in rules if r.id == several.like and r.several is not None), None)
            if several.like and (other is None or not any(several.helper in dict(f) for f in other.code.values())):
                raise RuleError(f"{rule.id}.toml", "several.like", f"there is no rule {several.like!r} with {several.helper}")
            code = {client: needed(several.helper, known[client]) for client in (other or several).code}
            full = replace(several, code=code)
            examples = [replace(e, after=written_out(e.after, full) if e.after else e.after) for e in rule.examples]
            yield replace(rule, several=full, examples=tuple(examples))
        else:
            yield rule


def _read(folder: str, whole: bool) -> Iterable[Rule]:
    from v2migrate.rule_reader import read_rule

    for name in sorted(os.listdir(folder)):
        if name.endswith(".toml"):
            with open(os.path.join(folder, name), "rb") as stream:
                yield read_rule(name, stream.read(), whole)


def write_table(file: str = rule_table.FILE) -> None:
    """Make the table that `load` takes the shipped rules from. Raises RuleError for a rule that cannot be used."""
    from v2migrate.operations import read

    load()  # all that can be wrong, examples included
    rule_table.write(_complete(_shipped(False)), read(), file)

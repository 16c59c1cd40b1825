"""The rules on disk, loaded and checked. A rule is one TOML file; its stem is its id. Knows no language's syntax."""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from v2migrate.errors import RuleError
from v2migrate.operations import operations
from v2migrate.records import replace
from v2migrate.rule import ASSUMPTIONS, DEFAULT_ASSUMED, Rule
from v2migrate.rule_reader import read_rule
from v2migrate.rule_several import needed, pool, written_out

__all__ = ["ASSUMPTIONS", "DEFAULT_ASSUMED", "Rule", "endpoints", "load", "operations", "read_rule", "rules_folder"]

_HERE = Path(__file__).parent


def rules_folder() -> Path:
    """Where the shipped rules lie: in the package (wheel), else beside it (checkout), so that an edit is seen at once."""
    packed = _HERE / "rules"
    return packed if packed.is_dir() else _HERE.parent / "rules"


@functools.cache
def _shipped(whole: bool) -> Mapping[str, Rule]:
    return {rule.id: rule for rule in _read(rules_folder(), whole)}


def endpoints() -> Mapping[str, Rule]:
    """The shipped rules by id, whether they are on or selected, as a run needs them: library rules refer to them."""
    return _shipped(False)


def load(folder: str | None = None, whole: bool = True) -> tuple[Rule, ...]:
    """All rules of `folder` (default: the shipped ones), by id. With a folder, its rules are added and win over ours.

    Not `whole`: the shipped rules come without examples and sources, which takes half the time.

    Raises RuleError, which names file, key and remedy, at the first rule that cannot be used.
    """
    rules = dict(_shipped(whole))
    if folder is not None:
        if not Path(folder).is_dir():
            raise RuleError(folder, "no such folder", "name a folder that holds rule files (*.toml)")
        rules.update((rule.id, rule) for rule in _read(Path(folder), True))
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


def _read(folder: Path, whole: bool) -> Iterable[Rule]:
    for path in sorted(folder.glob("*.toml")):
        yield read_rule(path.name, path.read_bytes(), whole)

"""A file before and after its move to v2, run in both shapes on the emulator and compared. Knows no words for it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from v2migrate import engine
from v2migrate.errors import UsageError
from v2migrate.rehearse import git
from v2migrate.rehearse.calls import token_names
from v2migrate.rehearse.compare import Difference, differences, refusals
from v2migrate.rehearse.run import Outcome, Plan, run
from v2migrate.rehearse.tree import root_of

_PREVIEW = "preview-"
_HEAD = "HEAD"
ONLY_V2: Mapping[str, object] = {"off": ["v1", "v1.1"]}
AFTER_SUNSET: Mapping[str, object] = {"brownout": True}
"""What the sunset leaves of v1 answers as well. A brownout takes the same, and leaves the clock alone: both versions see the
same times."""

_ONE_WORLD = "success-code"
"""Who grants this knows which of the two codes v1.1 sends: a program that compares it can be right in that world alone."""


@dataclass(frozen=True, slots=True)
class World:
    """One way CircleCI may behave where documents leave room, and how the two runs compare in it."""

    created: int
    before: Outcome
    after: Outcome
    differs: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """`code`: 0 the same, 1 they differ, 2 it could not be told (`why`). `origin` says what the two versions are.

    `old_world`: what had to be switched back for the old version to have worked.
    """

    worlds: tuple[World, ...]
    code: int
    origin: str
    why: str = ""
    assumes: tuple[str, ...] = ()
    old_world: tuple[str, ...] = ()


def versions(
    paths: Sequence[Path], before: str | None, options: engine.Options
) -> tuple[Mapping[Path, bytes], Mapping[Path, bytes], str]:
    """The bytes of the files before and after, and in words where they come from. Raises UsageError where there is no pair.

    Before: a file or a revision that `before` names, else git's HEAD. After: the file as it is; where that is still the
    old one, what `fix --unsafe-fixes` makes of it. Files that stay as they are have no place in the pair.
    """
    old: dict[Path, bytes] = {}
    new: dict[Path, bytes] = {}
    origins = []
    left = []
    for path in paths:
        now = path.read_bytes()
        was, origin = _old(path, before)
        if was is None or was == now:
            left.append(path)
            continue
        old[path], new[path] = was, now
        origins = [f"{origin} -> the file as it is"]
    if left:
        names = [os.path.relpath(path) for path in left]
        _, changed = engine.fix(names, dataclasses.replace(options, unsafe=True), write=False)
        for name, (was, now) in changed.items():
            old[Path(name).resolve()], new[Path(name).resolve()] = was, now
        if changed:
            origins.append("the file as it is -> what `v2migrate fix --unsafe-fixes` makes of it")
    if not new:
        whose = paths[0].name if len(paths) == 1 else "these files"
        raise UsageError(f"{whose}: nothing to prove: no call was moved, and `fix --unsafe-fixes` changes nothing")
    return old, new, "; elsewhere ".join(origins)


def _old(path: Path, before: str | None) -> tuple[bytes | None, str]:
    if before is not None and Path(before).is_file():
        return Path(before).read_bytes(), before
    old = git.at(root_of(path.parent), before or _HEAD, path)
    if old is None and before is not None:
        raise UsageError(f"--before {before}: is neither a file nor a revision that has {path.name}")
    return old, before or _HEAD


def prove(
    plan: Plan,
    before: Mapping[Path, bytes],
    after: Mapping[Path, bytes],
    origin: str,
    options: engine.Options,
    after_world: Mapping[str, object] = ONLY_V2,
) -> Proof:
    """Runs both versions and compares them. The plan's settings hold for both; its overlay is replaced.

    The new version runs in `after_world`: on v2 alone, or with what else answers there.
    """
    granted = options.assume | options.default
    names = [str(path) for path in before]
    given = {str(path): data for path, data in before.items()}
    found, _ = engine.fix(names, dataclasses.replace(options, unsafe=True), write=False, given=given)
    assumes = tuple(dict.fromkeys(name for finding in found.fixed for name in (*finding.assumes, *finding.granted)))
    rules = {finding.rule for finding in (*found.fixed, *found.findings)}
    old: dict[str, object] = {}
    if any(rule.startswith(_PREVIEW) for rule in rules):
        old |= {"preview": True, "v2_query_token": True}
    if "query-token" in rules:
        old["v2_query_token"] = True
    both = {**plan.settings, "any_parameter": "parameters-wired" in granted}
    plan = dataclasses.replace(plan, tokens=plan.tokens | token_names(names, given, options.hosts))
    new = run(dataclasses.replace(plan, overlay=after, settings={**both, **after_world}))
    worlds: list[World] = []
    for created in (200, 201):
        settings = {**both, **old, "v1_created": created}
        was = run(dataclasses.replace(plan, overlay=before, settings=settings))
        worlds.append(World(created, was, new, tuple(differences(was, new, granted))))
        if not any(seen.creates for seen in was.log):
            break  # nothing was made whose code could be another one
    code, why = _told(worlds, _ONE_WORLD in granted)
    return Proof(tuple(worlds), code, origin, why, assumes, tuple(old))


def _told(worlds: list[World], one: bool) -> tuple[int, str]:
    """The proof's code and why: the versions have to be the same in each world; `one`: in one of them is enough."""
    if not worlds[0].before.log or not worlds[0].after.log:
        which = "before" if not worlds[0].before.log else "after"
        return 2, f"no request to CircleCI was seen in the run {which}"
    for world in worlds:
        for name, outcome in (("before", world.before), ("after", world.after)):
            if outcome.exit is None:
                return 2, f"the run {name} did not end in time"
    same = [world for world in worlds if not world.differs]
    if not same or (len(same) < len(worlds) and not one):
        return 1, ""
    failed = [world for world in same if len(refusals(world.before)) == len(world.before.log)]
    if len(failed) == len(same):
        return 2, f"both versions fail in the same way ({refusals(same[0].before)[0]}), which shows nothing"
    return 0, ""

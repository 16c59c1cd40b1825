"""A proof as text. Knows proofs, and no stream."""

from __future__ import annotations

from collections.abc import Iterator

from v2migrate.rehearse.compare import refusals, side_by_side
from v2migrate.rehearse.proof import Proof, World
from v2migrate.report.printable import visible
from v2migrate.report.words import number

SCOPE = (
    "Scope: it shows that the rewrite does on our emulator what the old code did there; the emulator is built from CircleCI's "
    "documents, not from its servers."
)
_SWITCHED = {"preview": "v2 as in its preview of 2019", "v2_query_token": "a v2 that takes tokens in URLs"}


def render(name: str, proof: Proof, granted: frozenset[str]) -> str:
    """The report of `prove`."""
    return "\n".join(_lines(name, proof, granted)) + "\n"


def _lines(name: str, proof: Proof, granted: frozenset[str]) -> Iterator[str]:
    yield f"{visible(name)}: {visible(proof.origin)}"
    if proof.old_world:
        names = dict.fromkeys(_SWITCHED[each] for each in proof.old_world)
        yield f"The old version ran against {', '.join(names)}: that is where it worked."
    if proof.code == 2:
        yield f"Could not be told: {visible(proof.why)}."
        for side, outcome in (("before", proof.worlds[0].before), ("after", proof.worlds[0].after)):
            last = outcome.err.strip().rpartition("\n")[2]
            if outcome.exit != 0 and last:
                yield f"  {side}: {visible(last)}"
    elif proof.code == 0:
        yield from _same(proof)
    else:
        yield from _different(proof.worlds[0])
    if proof.code == 0 and (open_ := [each for each in proof.assumes if each in granted]):
        yield f"Granted, not shown: {', '.join(open_)}."
    yield from _notes(proof)
    yield SCOPE


def _same(proof: Proof) -> Iterator[str]:
    good = [world for world in proof.worlds if not world.differs]
    first = good[0]
    effects = len(first.before.effects)
    changes = f"the same {effects} change{'s' if effects > 1 else ''} to the account" if effects else "no change to the account"
    yield (
        f"Same: exit status {first.after.exit}, the same output (whole answers masked), {changes}; "
        f"{number(len(first.before.log), 'request')} before, {len(first.after.log)} after."
    )
    for world in proof.worlds:
        if world.differs:
            yield (
                f"Only where v1 answers {good[0].created} to what it creates; where it answers {world.created} they differ "
                "(its documents say 200, programs in the wild wait for 201)."
            )
    for each in refusals(first.after):
        yield f"Refused alike: {visible(each)}"


def _different(world: World) -> Iterator[str]:
    yield "They differ: " + "; ".join(each.text for each in world.differs) + "."
    for each in world.differs:
        if each.assumes:
            yield f"  {each.text}: --assume {each.assumes} grants that"
    old = [seen for seen in world.after.log if seen.version in ("v1", "v1.1") and not seen.sunset and seen.status == 410]
    if stays := dict.fromkeys(f"{seen.method} {seen.path}" for seen in old):
        yield f"  still on the old API: {visible(', '.join(stays))}; --keep-v1 lets what has no end date answer"
    yield ""
    yield from side_by_side(world.before, world.after)
    for side, outcome in (("before", world.before), ("after", world.after)):
        last = outcome.err.strip().rpartition("\n")[2]
        if outcome.exit != 0 and last:
            yield f"{side}, stderr: {visible(last)}"
    yield ""


def _notes(proof: Proof) -> Iterator[str]:
    runs = [outcome for world in proof.worlds for outcome in (world.before, world.after)]
    made = dict.fromkeys(each for outcome in runs for each in outcome.made_up)
    other = dict.fromkeys(each for outcome in runs for each in outcome.refused)
    if other:
        yield f"Other hosts were out of reach: {visible(', '.join(other))}"
    if made:
        yield f"Made up, since the emulated account lacks it: {visible(', '.join(made))} (--account FILE describes your own)"

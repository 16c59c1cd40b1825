"""A proof as text. Knows proofs, and no stream."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from v2migrate.rehearse.compare import refusals, side_by_side
from v2migrate.rehearse.proof import Proof
from v2migrate.report.printable import shown_path, visible
from v2migrate.report.words import number

SCOPE = (
    "Scope: it shows that the rewrite does on our emulator what the old code did there; the emulator is built from CircleCI's "
    "documents, not from its servers."
)
_CODES = "its documents say 200, programs in the wild wait for 201"
_SWITCHED = {"preview": "v2 as in its preview of 2019", "v2_query_token": "a v2 that takes tokens in URLs"}


def render(proofs: Sequence[tuple[str, Proof]], untold: Mapping[str, str], granted: frozenset[str]) -> str:
    """The report of `prove`: each proof under the name of its file, and files that could not be run (`untold`: why)."""
    lines: list[str] = []
    for name, proof in proofs:
        lines += _lines(name, proof, granted)
    lines += [f"{shown_path(name)}: could not be told: {why}" for name, why in untold.items()]
    if len(proofs) + len(untold) > 1:
        told = [sum(proof.code == code for _, proof in proofs) for code in (0, 1, 2)]
        lines.append(f"{told[0]} the same, {told[1]} differ, {told[2] + len(untold)} could not be told.")
    return "\n".join([*map(visible, lines), SCOPE]) + "\n"


def _lines(name: str, proof: Proof, granted: frozenset[str]) -> Iterator[str]:
    yield f"{shown_path(name)}: {proof.origin}"
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
        yield from _different(proof)
    if proof.code == 0 and (open_ := [each for each in proof.assumes if each in granted]):
        yield f"Granted, not shown: {', '.join(open_)}."
    yield from _notes(proof)


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
                f"({_CODES})."
            )
    for each in refusals(first.after):
        yield f"Refused alike: {visible(each)}"


def _different(proof: Proof) -> Iterator[str]:
    failed = [world for world in proof.worlds if world.differs]
    world = failed[0]
    where = ""
    if len(proof.worlds) > 1:
        codes = " and ".join(str(each.created) for each in failed)
        where = f" where v1 answers {codes} to what it creates ({_CODES})"
    yield f"They differ{where}: " + "; ".join(each.text for each in world.differs) + "."
    if len(failed) < len(proof.worlds):
        good = next(each.created for each in proof.worlds if not each.differs)
        yield f"  They are the same where it answers {good}: --assume success-code grants that it does"
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

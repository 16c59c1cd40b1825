"""A rehearsal and a proof as text and as JSON. Knows verdicts and comparisons, and no stream."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date

from v2migrate.emulator.api import SUNSET
from v2migrate.rehearse.run import Outcome, Plan
from v2migrate.rehearse.verdict import DIES, FINE, MISSING, REFUSED, STAYS, Judged, Verdict
from v2migrate.report.mask import mask
from v2migrate.report.printable import json_text, visible
from v2migrate.report.words import number

_WORDS = {
    DIES: "BREAKS",
    MISSING: "NO SUCH CALL",
    REFUSED: "refused",
    STAYS: "old, keeps working",
    FINE: "works",
}


def render(plan: Plan, outcome: Outcome, verdict: Verdict) -> str:
    """The report of `rehearse` for people."""
    return "\n".join(map(visible, _lines(plan, outcome, verdict))) + "\n"


def _lines(plan: Plan, outcome: Outcome, verdict: Verdict) -> Iterator[str]:
    day = plan.on or date.min
    when = "during a brownout" if plan.settings.get("brownout") else "after the sunset" if day >= SUNSET else "before the sunset"
    fence = "shut" if plan.contained else "OPEN (--uncontained)"
    yield f"Rehearsed as on {day} ({when}), network {fence}: {visible(shlex.join(plan.command))}"
    rows = [_row(each) for each in verdict.requests]
    if rows:
        yield ""
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            yield "  " + "  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)).rstrip()
    yield ""
    yield from _ends(outcome, verdict)
    yield from _notes(plan, outcome)


def _row(each: Judged) -> tuple[str, ...]:
    times = f" x{each.count}" if each.count > 1 else ""
    return (
        _WORDS[each.fate],
        str(each.seen.status),
        visible(f"{each.seen.method} {each.seen.path}") + times,
        each.rule or "-",
        visible(each.place),
    )


def _ends(outcome: Outcome, verdict: Verdict) -> Iterator[str]:
    broken = list({(e.seen.method, e.seen.operation or e.seen.path, e.place): e for e in verdict.requests
                   if e.fate in (DIES, MISSING)}.values())  # fmt: skip
    for each in broken:
        what = visible(each.seen.operation or f"{each.seen.method} {each.seen.path}")
        if each.fate == MISSING:
            end = "does not exist"
        elif each.seen.sunset:
            end = f"answers 410 from {SUNSET} on"
        else:
            end = "is gone"
        to = f"; v2 has {each.to}" if each.to else ""
        how = "; `v2migrate fix` has a rewrite" if each.fixable else f"; `v2migrate explain {each.rule}`" if each.rule else ""
        place = visible(each.place) or "at a place that was not found"
        yield f"Will break: {place}: {what} ({each.seen.version}) {end}{to}{how}"
    if broken and outcome.exit == 0:
        yield "The command ended with 0 all the same: on the day nobody will notice."
    elif broken and outcome.exit is None:
        yield "The command did not end in time."
    elif broken:
        yield f"The command ended with {outcome.exit}."
    if verdict.why:
        yield f"Could not be told: {visible(verdict.why)}."
    elif not broken:
        stay = sum(each.fate == STAYS for each in verdict.requests)
        more = f", of which {stay} on the old API that has no end date" if stay else ""
        yield f"Nothing that was seen will break: {number(len(verdict.requests), 'request')}{more}."


def _notes(plan: Plan, outcome: Outcome) -> Iterator[str]:
    if outcome.refused:
        yield f"Other hosts were out of reach: {visible(', '.join(outcome.refused))}"
    if outcome.made_up:
        yield (
            f"Made up, since the emulated account lacks it: {visible(', '.join(outcome.made_up))} "
            "(--account FILE describes your own)"
        )
    if "any_parameter" in plan.settings and any(seen.operation.endswith("/pipeline") for seen in outcome.log):
        yield "Pipeline parameters were taken as declared in the project's config."
    if outcome.given:
        yield f"Set to the emulator's token: {', '.join(outcome.given)}"
    if outcome.taken:
        yield f"Taken out of the environment: {', '.join(outcome.taken)}"


def as_json(plan: Plan, outcome: Outcome, verdict: Verdict) -> str:
    """The same for programs."""
    table = {
        "version": 1,
        "on": str(plan.on),
        "brownout": bool(plan.settings.get("brownout")),
        "contained": plan.contained,
        "exit": outcome.exit,
        "verdict": {0: "nothing breaks", 1: "breaks", 2: "could not be told"}[verdict.code],
        "why": mask(verdict.why),
        "requests": [
            {
                "method": each.seen.method,
                "path": mask(each.seen.path),
                "api": each.seen.version,
                "status": each.seen.status,
                "fate": each.fate,
                "rule": each.rule or None,
                "to": each.to or None,
                "place": mask(each.place) or None,
                "times": each.count,
            }
            for each in verdict.requests
        ],
        "refused": list(outcome.refused),
        "made_up": list(outcome.made_up),
    }
    return json_text(table)

"""What a rehearsal showed: for each request what becomes of it on the day, the rule it falls under, and its source line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from v2migrate import match
from v2migrate.emulator.api import Seen
from v2migrate.finding import Finding
from v2migrate.rehearse.run import Outcome
from v2migrate.request import Request
from v2migrate.rule import Rule
from v2migrate.source import Source, Span
from v2migrate.template import text

DIES, MISSING, REFUSED, STAYS, FINE = "breaks", "missing", "refused", "legacy", "works"
"""What becomes of a request: it ends with the sunset; there is no such call; the emulator refused it; it is old and goes
on; it is today's."""

OLD = ("v1", "v1.1")
_PROSE = (".md", ".markdown", ".rst", ".adoc", ".txt")
_HOLES = re.compile(r"\$\{[^}]*\}|\$\([^)]*\)|\$\w+|\{[^{}]*\}|<<[^>]*>>|<[^>]*>|\*+|…")


@dataclass(frozen=True, slots=True)
class Judged:
    """A request (`count` equal ones in a row), what becomes of it, its rule's id and to where it moves, and where it stands."""

    seen: Seen
    fate: str
    rule: str = ""
    to: str = ""
    place: str = ""
    fixable: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """All of it, and the exit code: 0 nothing that was seen will break, 1 something will, 2 it could not be told (`why`)."""

    requests: tuple[Judged, ...]
    code: int
    why: str = ""


def judge(
    outcome: Outcome, rules: Sequence[Rule], findings: Sequence[Finding], source: Callable[[str], Source | None],
    command: Sequence[str] = (),
) -> Verdict:  # fmt: skip
    """The verdict on a run after (or, with what will end marked all the same, before) the sunset.

    Of two lines that a request may come from, the one in a file that `command` names is taken.
    """
    judged = _folded(_judged(seen, rules, findings, source, command) for seen in outcome.log)
    if any(each.fate in (DIES, MISSING) for each in judged):
        return Verdict(judged, 1)
    return Verdict(judged, 2 if (why := _untold(outcome, judged)) else 0, why)


def _untold(outcome: Outcome, judged: Sequence[Judged]) -> str:
    if not judged:
        tried = f" (it asked for {', '.join(outcome.refused[:3])})" if outcome.refused else ""
        end = f", and the command ended with {outcome.exit}" if outcome.exit else ""
        return f"no request to CircleCI was seen{tried}{end}: this shows nothing about the sunset"
    if outcome.exit is None:
        return "the command did not end in time"
    refused = next((each for each in judged if each.fate == REFUSED), None)
    if refused is not None:
        seen = refused.seen
        if not seen.operation and seen.status == 404:
            return f"the emulator does not have {seen.method} {seen.path}"
        return f"the emulator refused {seen.method} {seen.path} with {seen.status}, which has nothing to do with the date"
    if outcome.exit != 0:
        return f"the command ended with {outcome.exit} for another reason, and may have had more to ask"
    return ""


def _judged(
    seen: Seen, rules: Sequence[Rule], findings: Sequence[Finding], source: Callable[[str], Source | None],
    command: Sequence[str],
) -> Judged:  # fmt: skip
    request = Request(Span("", 0, 0), "", "", seen.method, text(f"https://circleci.com{seen.path}"))
    found = next(iter(match.find(request, rules)), None)
    finding = locate(seen, found.rule.id if found is not None else "", findings, command)
    place, fixable = "", False
    if finding is not None:
        place, fixable = os.path.relpath(finding.span.path), finding.fix is not None
        if (file := source(finding.span.path)) is not None:
            place = f"{place}:{file.position(finding.span.start)[0]}"
    rule = found.rule.id if found is not None else ""
    to = str(found.to) if found is not None and found.to is not None else ""
    return Judged(seen, _fate(seen), rule, to, place, fixable)


def _fate(seen: Seen) -> str:
    if seen.status == 410 or (seen.sunset and seen.version in OLD):
        return DIES
    if seen.status == 404 and not seen.operation and seen.version == "v2" and not _exists(seen):
        return MISSING
    if seen.status >= 400:
        return REFUSED
    return STAYS if seen.version in OLD else FINE


def _exists(seen: Seen) -> bool:
    """Is it a call of today's v2? The emulator has not all of them."""
    where = match.address(f"https://circleci.com{seen.path}")
    return where is not None and match.operation(seen.method, where) is not None


def locate(seen: Seen, rule: str, findings: Iterable[Finding], command: Sequence[str] = ()) -> Finding | None:
    """The finding that a request comes from: same method, a URL that fits.

    First comes the same rule, then what can run at all, a file that the command names, and more known text.
    """
    best: tuple[tuple[bool, bool, bool, int], Finding] | None = None
    named = {os.path.basename(word) for word in command}
    path = seen.path.partition("?")[0]
    path = path[max(0, path.find("/api/")) :]  # a Server's API may stand below a path
    for finding in findings:
        if finding.method not in (None, seen.method):
            continue
        at = finding.url.find("/api/")
        shown = (finding.url[at:] if at >= 0 else finding.url).partition("?")[0]
        pieces = [each for each in _HOLES.split(shown)]
        known = sum(map(len, pieces))
        pattern = ".+".join(map(re.escape, pieces))
        if at < 0:
            pattern = f".*{pattern}"
        if known > 1 and re.fullmatch(pattern, path):
            file = finding.span.path
            runs = not file.lower().endswith(_PROSE) and not any("stands in a comment" in note for note in finding.notes)
            rank = (finding.rule == rule, runs, os.path.basename(file) in named, known)
            if best is None or rank > best[0]:
                best = rank, finding
    return best[1] if best is not None else None


def _folded(judged: Iterable[Judged]) -> tuple[Judged, ...]:
    """Equal requests in a row as one: a program that waits asks often."""
    out: list[Judged] = []
    for each in judged:
        if out and _same(out[-1], each):
            last = out.pop()
            out.append(Judged(last.seen, last.fate, last.rule, last.to, last.place, last.fixable, last.count + 1))
        else:
            out.append(each)
    return tuple(out)


def _same(a: Judged, b: Judged) -> bool:
    return (a.seen.method, a.seen.path, a.seen.status) == (b.seen.method, b.seen.path, b.seen.status)



"""A file with a comment at each finding that is left to people, and without those whose findings are gone.

Only lines of the very form that is written here are ever taken out. Knows findings and places; knows no rule's meaning.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from v2migrate.errors import EditConflict
from v2migrate.finding import MANUAL, Finding
from v2migrate.judge import BUILT_IN
from v2migrate.markers.places import Places
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.source import Edit, Source, apply_edits

_WORD = b"TODO(v2migrate): "
_LINE = regex(r"[ \t]*# TODO\(v2migrate\): (?P<rule>[a-z][a-z0-9]*(?:-[a-z0-9]+)*): \S.*")
_MOVES = regex(r":\d|\blines? \d|/api/v|\bdays?\b")
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Marked:
    """The file's bytes, and the findings for which there is no place for a comment."""

    data: bytes
    unplaced: tuple[Finding, ...] = ()


def mentions(data: bytes) -> bool:
    """Can there be a marker in these bytes?"""
    return _WORD in data


def mark(source: Source, findings: Sequence[Finding], ours: Collection[str]) -> Marked:
    """The file with one marker for each of the `findings`, and without other markers of the rules that are `ours` to judge."""
    if not findings and not mentions(source.data):
        return Marked(source.data)
    places = Places(source)
    if not places.known:
        return Marked(source.data, tuple(findings))
    wanted: dict[int, dict[str, None]] = {}
    unplaced = []
    for finding in findings:
        call = finding.call if finding.call is not None and finding.call.path == source.path else finding.span
        number = places.line(call.start)
        if number is None:
            unplaced.append(finding)
        else:
            wanted.setdefault(number, {})[_text(finding)] = None
    old = {number: found for number, found in _old(source, places) if found["rule"] in ours}
    edits = _edits(source, places, wanted, old)
    try:
        data = apply_edits(source.data, edits)
    except EditConflict:
        return Marked(source.data, tuple(findings))
    if edits and Places(Source(source.path, data)).program != places.program:
        return Marked(source.data, tuple(findings))
    return Marked(data, tuple(unplaced))


def _text(finding: Finding) -> str:
    """The comment with its sign. It is the same in every run: no days left, no line of another call, which may move; and
    it holds no URL, which would be taken for a call."""
    why = BUILT_IN.get(finding.rule, finding.message)
    reason = finding.notes[0].split("\n")[0] if finding.klass == MANUAL and finding.notes and finding.rule not in BUILT_IN else ""
    if reason and not _MOVES.search(reason):
        why = f"{why.split(';')[0]}; {reason}"
    # A name from the code may be in it: nothing that steers a terminal, and no backslash at the end, which make would heed.
    why = " ".join("".join(c if " " <= c <= "~" else " " if c.isspace() else "?" for c in why).split()).rstrip("\\")
    return f"# TODO(v2migrate): {finding.rule}: {why if len(why) <= _LONGEST else why[: _LONGEST - 4] + ' ...'}"


def _old(source: Source, places: Places) -> list[tuple[int, re.Match[str]]]:
    """The markers that there are, with the numbers of their lines."""
    out: list[tuple[int, re.Match[str]]] = []
    at = source.data.find(_WORD)
    while at >= 0:
        number = source.position(at)[0]
        found = _LINE.fullmatch(source.line(number).rstrip())
        if found is not None and (not out or out[-1][0] != number) and places.is_comment(number):
            out.append((number, found))
        at = source.data.find(_WORD, at + 1)
    return out


def _edits(
    source: Source, places: Places, wanted: dict[int, dict[str, None]], old: dict[int, re.Match[str]]
) -> list[Edit]:
    """What to take out and to put in; a marker that is right stays where it is."""
    edits = []
    kept: set[int] = set()
    for number, texts in wanted.items():
        indent = places.indent(number)
        above = number - 1
        there = {}
        while above >= 1 and source.line(above).lstrip().startswith("#"):
            if above in old and above not in kept:
                there[source.line(above)] = above
            above -= 1
        new = []
        for text in texts:
            if indent + text in there:
                kept.add(there[indent + text])
            else:
                new.append(indent + text)
        if new:
            newline = source.newline
            line = source.data[source.start(number) : source.start(number + 1)]
            if line.endswith(b"\n"):
                newline = b"\r\n" if line.endswith(b"\r\n") else b"\n"
            added = b"".join(text.encode() + newline for text in new)
            edits.append(Edit(source.path, source.start(number), b"", added))
    for number in old:
        if number not in kept:
            start, end = source.start(number), source.start(number + 1)
            edits.append(Edit(source.path, start, source.data[start:end], b""))
    return edits

"""Which fixes are made together, and the bytes that come of it. Knows no rule and no language, and writes nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from v2migrate import verify
from v2migrate.files import Files
from v2migrate.finding import SAFE, UNSAFE, FileResult, Finding
from v2migrate.fitting import Fitting
from v2migrate.records import replace
from v2migrate.source import Edit, Source, apply_edits

Ask = Callable[[Finding, Callable[[str], Source | None]], bool]
"""Shall this fix be made? The second argument gives the files as they are by then."""


def apply(
    findings: Iterable[Finding], unsafe: bool, files: Files, barred: dict[str, str], wanted: Ask | None,
    together: set[frozenset[str]],
) -> dict[str, bytes]:  # fmt: skip
    """The new bytes of the files that the applicable fixes change; a fix that does not fit waits for the next round.

    Files that would not parse are added to those that are `barred`, with why; `together` gets the files of each fix.
    """
    chosen: dict[str, Fitting] = {}
    agreed: list[Finding] = []
    groups: set[frozenset[str]] = set()
    fits: dict[int, bool] = {}  # by the edits: many findings may have one fix
    for finding in findings:
        if finding.fix is None or finding.klass not in ((SAFE, UNSAFE) if unsafe else (SAFE,)):
            continue
        edits = finding.fix.edits
        if not fits.get(id(edits), True):
            continue
        taken = {} if id(edits) in fits else _taken(edits, chosen, files, barred)
        fits[id(edits)] = taken is not None
        if taken is None:
            continue
        if wanted is not None and not wanted(finding, files.source):
            for path, new in taken.items():
                chosen[path].leave(new)
            if taken:
                del fits[id(edits)]
            continue
        agreed.append(finding)
        if taken:
            groups.add(frozenset(taken))
    out = {}
    bad = {}
    for path, fitting in chosen.items():
        source = files.source(path)
        if source is None or not fitting.edits:
            continue
        data = apply_edits(source.data, fitting.edits)
        if verify.still_parses(source, Source(path, data), fitting.edits):
            out[path] = data
        else:
            bad[path] = "the file would not parse afterwards, so it was left as it is; please report this"
    if bad:
        # What such a fix changes in other files is not made either.
        barred.update(bad)
        return apply(agreed, unsafe, files, barred, None, together)
    together |= groups
    return out


def _taken(
    edits: Sequence[Edit], chosen: dict[str, Fitting], files: Files, barred: Mapping[str, str]
) -> dict[str, list[Edit]] | None:
    """What a fix brings to the edits that are `chosen` of each file; None where it does not fit them, and nothing is taken."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        by_path.setdefault(edit.path, []).append(edit)
    taken: dict[str, list[Edit]] = {}
    for path, own in by_path.items():
        source = files.source(path) if path not in barred else None
        if source is not None and path not in chosen:
            chosen[path] = Fitting(source)
        new = chosen[path].take(own) if source is not None else None
        if new is None:
            for other, some in taken.items():
                chosen[other].leave(some)
            return None
        taken[path] = new
    return taken


def behind_links(findings: Iterable[Finding], paths: Sequence[str]) -> dict[str, str]:
    """The files that fixes would change and that a link leads to, out of the given paths; and what is said of them."""
    given = {os.path.realpath(path) for path in paths}
    fixes = {id(finding.fix.edits): finding.fix.edits for finding in findings if finding.fix is not None}
    edited = {edit.path for edits in fixes.values() for edit in edits}
    why = "the file lies outside of the given paths, behind a symbolic link; name it to have it fixed"
    return {path: why for path in edited if not _below(os.path.realpath(path), given)}


def _below(path: str, folders: Collection[str]) -> bool:
    """Is the path one of `folders`, or in one of them?"""
    while path not in folders:
        path, last = os.path.split(path)
        if not last:
            return path in folders
    return True


def without_barred(result: FileResult, barred: Mapping[str, str]) -> FileResult:
    """The result without the fixes in files that must be left alone: they were not made, and that is said."""
    if not barred:
        return result
    findings = []
    for finding in result.findings:
        whys = [barred[e.path] for e in finding.fix.edits if e.path in barred] if finding.fix is not None else []
        findings.append(replace(finding, fix=None, withheld=whys[0]) if whys else finding)
    return replace(result, findings=tuple(findings))

"""Findings that are known and not reported again: a file of counted fingerprints. Knows runs, no command line.

The file has no line numbers: a finding is known by its rule, its file and the text of its call, as many times as it was there.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from v2migrate.errors import V2migrateError
from v2migrate.finding import FileResult, Finding, Run
from v2migrate.options import Options
from v2migrate.records import dataclass, replace
from v2migrate.scope import relative
from v2migrate.writer import write_file

VERSION = 1


class BaselineError(V2migrateError):
    """A baseline that cannot be read."""


@dataclass(frozen=True, slots=True, order=True)
class Known:
    """What a baseline knows a finding by. `path` is relative to the project's root."""

    path: str
    rule: str
    fingerprint: str


Counts = Mapping[Known, int]


def known(finding: Finding, root: str) -> Known:
    """The finding as a baseline has it: equal ones of a file are counted, not told apart."""
    return Known(relative(finding.span.path, root), finding.rule, finding.fingerprint.partition(":")[0])


def count(findings: Iterable[Finding], root: str) -> Counter[Known]:
    """The findings as a baseline has them."""
    return Counter(known(finding, root) for finding in findings)


def read(file: str) -> Counter[Known]:
    """The baseline in `file`. Raises BaselineError where there is none, or it is not one of ours."""
    try:
        with open(file, "rb") as stream:
            data = json.loads(stream.read().decode("utf-8-sig"))
    except FileNotFoundError:
        raise BaselineError(f"{file}: there is no such baseline; `v2migrate baseline write --file {file}` makes it") from None
    except OSError as error:
        raise BaselineError(f"{file}: cannot be read: {(error.strerror or str(error)).lower()}") from None
    except (ValueError, RecursionError) as error:
        raise BaselineError(f"{file}: is no baseline: {error}; write it anew") from None
    if not isinstance(data, dict) or data.get("version") != VERSION or not isinstance(data.get("findings"), list):
        raise BaselineError(f"{file}: is no baseline that this version reads; `v2migrate baseline write` makes one")
    out: Counter[Known] = Counter()
    for number, entry in enumerate(data["findings"], 1):
        out[_entry(file, number, entry)] += entry["count"]
    return out


def _entry(file: str, number: int, entry: Any) -> Known:
    found = entry if isinstance(entry, dict) else {}
    path, rule, fingerprint, times = (found.get(name) for name in ("path", "rule", "fingerprint", "count"))
    texts = [text for text in (path, rule, fingerprint) if isinstance(text, str) and text]
    if len(texts) < 3 or type(times) is not int or times < 1:
        raise BaselineError(f"{file}: entry {number} of findings lacks a path, rule, fingerprint or count; write it anew")
    return Known(*texts)


def write(file: str, counts: Counts) -> None:
    """Write a baseline, a line for each entry, all of it or nothing. Raises WriteError."""
    lines = []
    for entry, times in sorted(counts.items()):
        if times > 0:
            fields = {"path": entry.path, "rule": entry.rule, "fingerprint": entry.fingerprint, "count": times}
            lines.append("    " + json.dumps(fields))
    inside = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    text = f'{{\n  "version": {VERSION},\n  "findings": {inside}\n}}\n'
    write_file(file, text.encode("ascii"))


def apply(run: Run, counts: Counts, root: str) -> Run:
    """The run without the findings that the baseline knows; they are its `baselined` ones."""
    left = Counter(counts)
    results, baselined = [], list(run.baselined)
    for result in run.results:
        kept = []
        for finding in result.findings:
            entry = known(finding, root)
            if left[entry] > 0:
                left[entry] -= 1
                baselined.append(finding)
            else:
                kept.append(finding)
        if kept or result.problem:
            results.append(FileResult(result.path, tuple(kept), result.problem))
    return replace(run, results=tuple(results), baselined=tuple(baselined))


def stale(counts: Counts, run: Run, root: str, options: Options, ran: Callable[[str], bool]) -> Counter[Known]:
    """What the baseline knows and the run no longer finds, of the files that it looked into or that are gone.

    `run` is one before `apply`, or after it. `ran` says whether a rule was looked for at all.
    """
    found = count((*run.findings, *run.baselined), root)
    looked = {relative(path, root) for path in run.looked}
    out: Counter[Known] = Counter()
    for entry, times in counts.items():
        if times <= found[entry] or not ran(entry.rule) or options.leaves_out(entry.rule, os.path.join(root, entry.path)):
            continue
        if entry.path in looked or not os.path.lexists(os.path.join(root, entry.path)):
            out[entry] = times - found[entry]
    return out

"""Findings read back from JSON reports, of one run or of many: by repository, owner and date. Knows no layout."""

from __future__ import annotations

import json
import posixpath
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from v2migrate.errors import UsageError
from v2migrate.finding import Run
from v2migrate.records import dataclass
from v2migrate.report import json as report_json
from v2migrate.report import words
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.printable import visible


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as a report tells it. All text is fit to be shown; `link` is https or http, or empty."""

    repository: str
    rule: str
    status: str
    path: str
    line: int
    column: int
    message: str
    notes: tuple[str, ...]
    deadline: date | None
    klass: str
    assumes: tuple[str, ...]
    candidates: tuple[str, ...]
    withheld: str
    method: str
    url: str
    fixable: bool
    fingerprint: str
    owners: tuple[str, ...]
    link: str
    frame: str
    diff: str

    @property
    def folder(self) -> str:
        """The first two folders of the path, to count by; `.` for the top."""
        return "/".join(posixpath.dirname(self.path).split("/")[:2]) or "."


@dataclass(frozen=True, slots=True)
class Scan:
    """One run over one repository."""

    repository: str
    date: date
    """`date.min` where the report names none."""
    items: tuple[Item, ...]
    problems: tuple[tuple[str, str], ...] = ()
    scanned: int = 0
    tokens: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """How much was left on a day: the newest run of each repository up to then."""

    date: date
    repositories: int
    status: Mapping[str, int]

    @property
    def total(self) -> int:
        """All findings."""
        return sum(self.status.values())


@dataclass(frozen=True, slots=True)
class Survey:
    """The newest run of each repository by name, and how the count went down. `today` is what days are counted from."""

    scans: tuple[Scan, ...]
    today: date = date.min
    history: tuple[Point, ...] = ()
    superseded: tuple[str, ...] = ()
    """Repositories of which two runs have one date: the later one named counts."""

    @property
    def items(self) -> tuple[Item, ...]:
        """All findings, what dies first on top."""
        found = (item for scan in self.scans for item in scan.items)
        return tuple(sorted(found, key=lambda i: (words.urgency(i, self.today), i.repository, i.path, i.line, i.column)))

    @property
    def many(self) -> bool:
        """More than one repository?"""
        return len(self.scans) > 1

    @property
    def version(self) -> str:
        """The newest version of the program that wrote one of the runs."""
        return max((scan.version for scan in self.scans), default="")

    @property
    def scanned(self) -> int:
        """Files looked into."""
        return sum(scan.scanned for scan in self.scans)

    @property
    def next_deadline(self) -> date | None:
        """The first day still to come on which something stops answering."""
        return min((i.deadline for i in self.items if i.deadline is not None and i.deadline >= self.today), default=None)


def of_run(run: Run, sources: Sources, about: Context) -> Scan:
    """This run, as its JSON report tells it: a page made here and one made from the report are the same."""
    return _scan(report_json.as_data(run, sources, about), "this run", about.repository or "this repository")


def read(text: str, name: str) -> Scan:
    """The run in the JSON report `text`; `name` is the file's, for errors, and the repository's where the report names none.

    Raises UsageError where it is no report of ours.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{name}: is no JSON ({error}); make it with `v2migrate check --output-format json={name}`") from None
    return _scan(data, name, posixpath.basename(name.replace("\\", "/")).removesuffix(".json") or name)


def survey(scans: Sequence[Scan], today: date | None = None) -> Survey:
    """The runs merged. Days are counted from `today`, or else from the newest date among the runs."""
    runs: dict[str, dict[date, Scan]] = {}
    twice: dict[str, None] = {}
    for scan in scans:
        own = runs.setdefault(scan.repository, {})
        if scan.date in own:
            twice[scan.repository] = None
        own[scan.date] = scan
    newest = tuple(own[max(own)] for _, own in sorted(runs.items()))
    days = sorted({scan.date for scan in scans if scan.date != date.min})
    history = tuple(_point(day, runs.values()) for day in days) if len(days) > 1 else ()
    return Survey(newest, today if today is not None else max(days, default=date.min), history, tuple(twice))


def _point(day: date, runs: Iterable[Mapping[date, Scan]]) -> Point:
    upto = [own[max(dates)] for own in runs if (dates := [d for d in own if d <= day])]
    return Point(day, len(upto), words.by_status(item for scan in upto for item in scan.items))


def count(names: Iterable[str]) -> list[tuple[str, int]]:
    """Names with how often they come, the most frequent first."""
    return sorted(Counter(names).items(), key=lambda pair: (-pair[1], pair[0]))


# --- from JSON ------------------------------------------------------------------------------------------------------


def _scan(data: Any, name: str, fallback: str) -> Scan:
    if not isinstance(data, dict) or not isinstance(data.get("findings"), list) or "version" not in data:
        raise UsageError(f"{name}: is no report of v2migrate; make it with `v2migrate check --output-format json=FILE`")
    if "repositories" in data:
        raise UsageError(f"{name}: is a merged report already; name the reports that it was made from")
    if data["version"] != report_json.VERSION:
        raise UsageError(f"{name}: is a report of version {str(data['version'])[:20]}, and this program reads version "
                         f"{report_json.VERSION}; use one version of v2migrate for both")  # fmt: skip
    try:
        repository = _text(data, "repository", fallback)
        tool, summary = data.get("tool") or {}, data.get("summary") or {}
        return Scan(
            repository,
            _date(data, "date") or date.min,
            tuple(_item(found, repository) for found in data["findings"]),
            tuple((_text(p, "path"), _text(p, "message")) for p in data.get("problems") or ()),
            int(summary.get("files_scanned") or 0),
            _texts(summary, "tokens"),
            _text(tool, "version"),
        )
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UsageError(f"{name}: is not as v2migrate writes its reports: {type(error).__name__}: {error}") from None


def _item(data: Mapping[str, Any], repository: str) -> Item:
    request = data.get("request") or {}
    link = _text(data, "link")
    return Item(
        repository=repository,
        rule=_text(data, "rule"),
        status=_text(data, "status"),
        path=_text(data, "path"),
        line=int(data["line"]),
        column=int(data["column"]),
        message=_text(data, "message"),
        notes=_texts(data, "notes"),
        deadline=_date(data, "deadline"),
        klass=_text(data, "class"),
        assumes=_texts(data, "assumes"),
        candidates=_texts(data, "candidates"),
        withheld=_text(data, "withheld"),
        method=_text(request, "method"),
        url=_text(request, "url"),
        fixable=data.get("fix") is not None,
        fingerprint=_text(data, "fingerprint"),
        owners=_texts(data, "owners"),
        link=link if link.startswith(("https://", "http://")) else "",
        frame=_lines(data, "frame"),
        diff=_lines(data, "diff"),
    )


def _text(data: Mapping[str, Any], key: str, default: str = "") -> str:
    value = data.get(key)
    if value is None:
        return default
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return visible(value) or default


def _lines(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key) or ""
    if not isinstance(value, str):
        raise TypeError(f"{key} is no text")
    return "\n".join(map(visible, value.split("\n"))).rstrip("\n")


def _texts(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = data.get(key) or ()
    if isinstance(value, str) or not all(isinstance(part, str) for part in value):
        raise TypeError(f"{key} is no list of texts")
    return tuple(map(visible, value))


def _date(data: Mapping[str, Any], key: str) -> date | None:
    value = data.get(key)
    return date.fromisoformat(value) if value is not None else None

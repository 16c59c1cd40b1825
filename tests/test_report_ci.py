"""Annotations for GitHub, code quality for GitLab, test results for CircleCI: whole reports, and what must not break out."""

from __future__ import annotations

import dataclasses
import json
import re
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest
from report_case import (
    ABOUT,
    DETAILS,
    EVIL_ABOUT,
    EVIL_RUN,
    GONE,
    RUN,
    SHELL,
    SOURCES,
    TODAY,
    TRIGGER,
    evil_sources,
)

from v2migrate.finding import FileResult, Run
from v2migrate.report import github, gitlab, junit, words
from v2migrate.report.context import Context
from v2migrate.report.identity import fingerprints
from v2migrate.source import Source, Span

# --- severity -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "deadline", "severity"),
    [
        ("gone", None, "error"),
        ("wrong", None, "error"),
        ("legacy", None, "note"),
        ("sunset", date(2026, 11, 1), "error"),
        ("sunset", date(2026, 11, 21), "error"),
        ("sunset", date(2026, 12, 21), "error"),
        ("sunset", date(2026, 12, 22), "warning"),
        ("legacy", date(2027, 6, 1), "warning"),
        ("sunset", None, "warning"),
    ],
)
def test_severity_follows_status_and_date(status: str, deadline: date | None, severity: str) -> None:
    finding = dataclasses.replace(DETAILS, status=status, deadline=deadline)
    assert words.severity(finding, TODAY) == severity


def test_what_is_dead_is_most_urgent_then_what_dies_first() -> None:
    later = dataclasses.replace(TRIGGER, deadline=date(2027, 5, 1))
    past = dataclasses.replace(TRIGGER, deadline=date(2026, 11, 1))
    slip = dataclasses.replace(GONE, status="wrong")
    order = [past, GONE, TRIGGER, later, slip, DETAILS]
    assert sorted(reversed(order), key=lambda f: words.urgency(f, TODAY)) == order


# --- GitHub ---------------------------------------------------------------------------------------------------------


def test_github() -> None:
    assert github.render(RUN, SOURCES.get, ABOUT) == (
        "::error title=v2migrate (clear-build-cache),file=tools/cache.py,line=3,endLine=5::"
        "DELETE /project/{slug}/build-cache (v1.1) is gone; v2 has no such call%0Agone: no longer answers\n"
        "::warning title=v2migrate (trigger-job-on-branch),file=ci/deploy.sh,line=4,endLine=4,col=9,endColumn=83::"
        "POST /project/{slug}/tree/{branch} (v1.1) stops answering on 2027-02-01; v2 has POST /project/{slug}/pipeline"
        "%0Asunset: stops answering on 2027-02-01, 72 days left"
        "%0Aone job ran before; a v2 pipeline runs every workflow of the branch%0Afix: v2migrate fix --unsafe-fixes\n"
        "::notice title=v2migrate (job-details),file=ci/deploy.sh,line=5,endLine=5,col=1,endColumn=42::"
        "GET /project/{slug}/{build} (v1.1) is legacy and has no end date; v2 has GET /project/{slug}/job/{build}"
        "%0Alegacy: still answers; no end date is known\n"
        "::warning title=v2migrate,file=bin/odd::cannot be read: permission denied\n"
    )


def test_nothing_breaks_out_of_an_annotation() -> None:
    text = github.render(EVIL_RUN, evil_sources, EVIL_ABOUT)
    lines = text.splitlines()
    assert len(lines) == 2 and all(line.startswith(("::error title=", "::warning title=")) for line in lines)
    assert text.replace("\n", "").isprintable()
    properties = lines[0].split("::")[1]
    assert [p.split("=")[0] for p in properties.removeprefix("error ").split(",")] == [
        "title", "file", "line", "endLine", "col", "endColumn"]  # fmt: skip
    assert "file=a%2Cb%3Ac%250A%3A%3Aerror%3A%3Ax|" in properties


# --- GitLab ---------------------------------------------------------------------------------------------------------


def test_gitlab() -> None:
    rows = json.loads(gitlab.render(RUN, SOURCES.get, ABOUT))
    prints = [row.pop("fingerprint") for row in rows]
    assert len(set(prints)) == 3 and all(re.fullmatch("[0-9a-f]{32}", p) for p in prints)
    assert rows == [
        {"description": f"{TRIGGER.message} - sunset: stops answering on 2027-02-01, 72 days left",
         "check_name": "trigger-job-on-branch", "severity": "major",
         "location": {"path": "ci/deploy.sh", "lines": {"begin": 4, "end": 4}}},
        {"description": f"{DETAILS.message} - legacy: still answers; no end date is known",
         "check_name": "job-details", "severity": "minor",
         "location": {"path": "ci/deploy.sh", "lines": {"begin": 5, "end": 5}}},
        {"description": f"{GONE.message} - gone: no longer answers",
         "check_name": "clear-build-cache", "severity": "blocker",
         "location": {"path": "tools/cache.py", "lines": {"begin": 3, "end": 5}}},
    ]  # fmt: skip


def test_gitlab_without_findings_is_an_empty_list() -> None:
    assert json.loads(gitlab.render(Run((), 3, TODAY), SOURCES.get, ABOUT)) == []


def test_soon_is_critical() -> None:
    run = dataclasses.replace(RUN, today=date(2027, 1, 20))
    assert [row["severity"] for row in json.loads(gitlab.render(run, SOURCES.get, ABOUT))] == ["critical", "minor", "blocker"]


def test_fingerprints_survive_lines_above_and_a_move_and_are_never_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prints(root: Path, path: str, data: bytes, findings: int = 1) -> list[str]:
        start, size = data.index(b"curl -s"), 41
        found = [dataclasses.replace(DETAILS, span=Span(path, start, start + size))] * findings
        return fingerprints(found, {path: Source(path, data)}.get, Context(root=str(root)))

    for name in ("one", "two"):
        (tmp_path / name / "ci").mkdir(parents=True)
    one, two = tmp_path / "one", tmp_path / "two"
    first = prints(one, str(one / "ci/deploy.sh"), SHELL)
    assert prints(two, str(two / "ci/deploy.sh"), b"# one\n# more\n" + SHELL) == first
    monkeypatch.chdir(one / "ci")
    assert prints(one, "deploy.sh", SHELL) == prints(one, "./deploy.sh", SHELL) == first
    monkeypatch.chdir(one)
    assert prints(one, "ci/deploy.sh", SHELL) == first
    assert len(set(prints(one, "ci/deploy.sh", SHELL, findings=3))) == 3


def test_paths_start_from_the_repository_whatever_the_input_is_called(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ci").mkdir()
    (tmp_path / "link.sh").symlink_to("ci/deploy.sh")
    (tmp_path / "ci/deploy.sh").touch()
    monkeypatch.chdir(tmp_path / "ci")
    about = Context(root=str(tmp_path))
    names = ("deploy.sh", "./deploy.sh", "../ci/deploy.sh", str(tmp_path / "ci/deploy.sh"), "../link.sh")
    assert {about.path(name) for name in names} == {"ci/deploy.sh"}
    assert about.path("../../other.sh") == "../../other.sh"


# --- JUnit ----------------------------------------------------------------------------------------------------------


def test_junit() -> None:
    text = junit.render(RUN, SOURCES.get, ABOUT)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="v2migrate" tests="4" failures="3"')
    root = ET.fromstring(text)
    assert [suite.attrib for suite in root] == [
        {"name": "ci/deploy.sh", "file": "ci/deploy.sh", "tests": "2", "failures": "2", "errors": "0", "skipped": "0",
         "time": "0.000"},
        {"name": "tools/cache.py", "file": "tools/cache.py", "tests": "1", "failures": "1", "errors": "0", "skipped": "0",
         "time": "0.000"},
        {"name": "bin/odd", "file": "bin/odd", "tests": "1", "failures": "0", "errors": "0", "skipped": "1", "time": "0.000"},
    ]  # fmt: skip
    case = root[0][0]
    assert case.attrib == {
        "classname": "v2migrate.trigger-job-on-branch", "name": f"ci/deploy.sh:4 {TRIGGER.message}", "file": "ci/deploy.sh",
        "line": "4", "time": "0.000",
    }  # fmt: skip
    (failure,) = case
    assert failure.attrib == {
        "type": "trigger-job-on-branch",
        "message": f"{TRIGGER.message} (sunset: stops answering on 2027-02-01, 72 days left)",
    }
    assert (failure.text or "").startswith('\n  |\n2 | BASE=https://circleci.com/api/v1.1\n  |      ----')
    assert '| + echo 日; curl --fail -X POST -u "$TOKEN:" "$BASE/project/github/acme/web/pipeline"' in (failure.text or "")
    (skipped,) = root[2][0]
    assert skipped.attrib == {"message": "cannot be read: permission denied"}


def test_junit_has_a_test_case_also_where_nothing_is_found() -> None:
    root = ET.fromstring(junit.render(Run((), 3, TODAY), SOURCES.get, ABOUT))
    assert [(c.get("name"), len(c)) for c in root.iter("testcase")] == [("no calls to the old API in 3 files", 0)]
    assert root.get("tests") == "1" and root.get("failures") == "0"


def test_junit_lets_a_file_pass_that_could_hold_a_call_and_holds_none() -> None:
    root = ET.fromstring(junit.render(Run((), 3, TODAY, candidates=("ci/x.sh",)), SOURCES.get, ABOUT))
    (case,) = root.iter("testcase")
    assert case.get("file") == "ci/x.sh" and len(case) == 0 and root.get("failures") == "0"


def test_junit_of_a_fix_and_of_what_is_kept_quiet() -> None:
    run = Run((FileResult("ci/deploy.sh", (TRIGGER,)),), 3, TODAY, changed=("tools/cache.py",), fixed=(GONE,),
              suppressed=(DETAILS,), baselined=(GONE,))  # fmt: skip
    root = ET.fromstring(junit.render(dataclasses.replace(run, baselined=()), SOURCES.get, ABOUT))
    assert [(c.get("name", "")[:34], [x.tag for x in c]) for c in root.iter("testcase")] == [
        ("ci/deploy.sh:4 POST /project/{slug", ["failure"]), ("ci/deploy.sh:5 GET /project/{slug}", ["skipped"]),
        ("tools/cache.py was moved to v2", []),
    ]  # fmt: skip
    root = ET.fromstring(junit.render(run, SOURCES.get, ABOUT))
    assert [x.get("message") for x in root.iter("skipped")] == ["kept quiet by a comment", "in the baseline"]


def test_junit_stays_xml_whatever_stands_in_the_code() -> None:
    text = junit.render(EVIL_RUN, evil_sources, EVIL_ABOUT)
    root = ET.fromstring(text)
    assert "<script>" not in text and "\x1b" not in text and "\x07" not in text and "\u202e" not in text
    assert "<script>alert(1)</script>" in (root[0][0][0].text or "")
    assert root[0].get("file", "").startswith("a,b:c%0A::error::x|<script>")

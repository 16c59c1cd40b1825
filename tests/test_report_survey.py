"""Runs read back and merged: by repository, owner and date; `v2migrate report`; `FORMAT=FILE`."""

from __future__ import annotations

import dataclasses
import json
import os
import stat
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from report_case import ABOUT, DETAILS, GONE, RUN, SOURCES, TODAY, TRIGGER

from v2migrate.cli import main
from v2migrate.errors import UsageError
from v2migrate.finding import FileResult, Finding, Run
from v2migrate.report import html, markdown, survey_json, survey_text
from v2migrate.report import json as run_json
from v2migrate.report.survey import of_run, read, survey


def report(repository: str, day: str, *findings: Finding) -> str:
    run = Run((FileResult("ci/deploy.sh", findings),), 5, date.fromisoformat(day))
    return run_json.render(run, SOURCES.get, dataclasses.replace(ABOUT, repository=repository))


RUNS = (
    report("acme/web", "2026-09-01", TRIGGER, DETAILS, GONE),
    report("acme/web", "2026-11-01", DETAILS),
    report("acme/api", "2026-10-01", TRIGGER, TRIGGER),
)


def test_a_run_read_back_is_the_run() -> None:
    assert read(run_json.render(RUN, SOURCES.get, ABOUT), "x.json") == of_run(RUN, SOURCES.get, ABOUT)


def test_of_each_repository_the_newest_run_counts() -> None:
    found = survey([read(text, "x.json") for text in RUNS], TODAY)
    assert [(scan.repository, scan.date.isoformat(), len(scan.items)) for scan in found.scans] == [
        ("acme/api", "2026-10-01", 2), ("acme/web", "2026-11-01", 1)]  # fmt: skip
    assert [(p.date.isoformat(), p.repositories, p.total, p.status["gone"]) for p in found.history] == [
        ("2026-09-01", 1, 3, 1), ("2026-10-01", 2, 5, 1), ("2026-11-01", 2, 3, 0)]  # fmt: skip
    assert [item.rule for item in found.items] == ["trigger-job-on-branch", "trigger-job-on-branch", "job-details"]
    assert (found.next_deadline, found.scanned, found.version) == (date(2027, 2, 1), 10, "1.2.3")


def test_one_run_has_no_burn_down_and_names_may_be_missing() -> None:
    data = json.loads(RUNS[0])
    for key in ("repository", "date", "tool"):
        del data[key]
    found = survey([read(json.dumps(data), "runs/web.json")])
    assert (found.scans[0].repository, found.today, found.history) == ("web", date.min, ())
    assert "web" in survey_text.render(found) and "v2" in html.render(found, {})


def test_two_runs_of_a_day_are_told() -> None:
    found = survey([read(RUNS[0], "a"), read(report("acme/web", "2026-09-01"), "b")])
    assert found.superseded == ("acme/web",) and found.scans[0].items == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "x.json: is no JSON ("),
        ("[]", "x.json: is no report of v2migrate; make it with"),
        ('{"version": 1}', "x.json: is no report of v2migrate; make it with"),
        ('{"version": 9, "findings": []}', "x.json: is a report of version 9, and this program reads version 1"),
        ('{"version": 1, "findings": [{}]}', "x.json: is not as v2migrate writes its reports: KeyError: 'line'"),
        ('{"version": 1, "findings": [3]}', "x.json: is not as v2migrate writes its reports: AttributeError"),
        ('{"version": 1, "findings": [], "repositories": []}', "x.json: is a merged report already"),
        ('{"version": 1, "findings": [], "date": "soon"}', "x.json: is not as v2migrate writes its reports: ValueError"),
        ("[" * 100_000, "x.json: is no JSON ("),
    ],
)
def test_what_is_no_report_is_said_in_a_line(text: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        read(text, "x.json")
    assert str(error.value).startswith(said)


def test_a_foreign_report_cannot_steer_the_terminal_or_the_page() -> None:
    data = json.loads(RUNS[1])
    bad = "\x1b[31m</script><script>alert(1)</script>\u202e"
    data["repository"] = bad
    found = data["findings"][0]
    found.update(message=bad, path=bad, frame=f"1 | {bad}\n", diff=bad, owners=[bad], link="javascript:alert(1)", url=bad,
                 notes=[bad], rule=bad, status=bad, fingerprint=bad)  # fmt: skip
    found["class"] = bad
    merged = survey([read(json.dumps(data), "x"), read(RUNS[2], "y")], TODAY)
    for text in (survey_text.render(merged), markdown.render(merged), survey_json.render(merged), html.render(merged, {})):
        assert "\x1b" not in text and "\u202e" not in text and "javascript:" not in text
    page = html.render(merged, {})
    assert page.count("<script") == 1 and page.count("</script>") == 1


def test_text() -> None:
    assert survey_text.render(survey([read(text, "x") for text in RUNS], TODAY)) == """\
Found 3 in 2 repositories (3 unsafe); 2 stop answering in 72 days

REPOSITORY  FINDINGS  GONE  SUNSET  WRONG  LEGACY  SAFE      RUN OF
acme/api           2     0       2      0       0     0  2026-10-01
acme/web           1     0       0      0       1     0  2026-11-01

OWNER           FINDINGS
@acme/platform         3
@acme/release          3

RULE                   FINDINGS
trigger-job-on-branch         2
job-details                   1

2026-09-01  3  ##################              1 repository
2026-10-01  5  ##############################  2 repositories
2026-11-01  3  ##################              2 repositories
"""


# --- the command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for number, text in enumerate(RUNS):
        (tmp_path / f"{number}.json").write_text(text)
    return tmp_path


def test_the_command_writes_several_reports_of_one_merge(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["html=page.html", "json=all.json", "markdown=all.md", "text"]
    assert main(["report", "0.json", "1.json", "2.json", *(f"--output-format={name}" for name in names)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Found 3 in 2 repositories") and err == ""
    merged = json.loads((runs / "all.json").read_text())
    assert [f["repository"] for f in merged["findings"]] == ["acme/api", "acme/api", "acme/web"]
    assert [r["repository"] for r in merged["repositories"]] == ["acme/api", "acme/web"]
    assert [p["findings"] for p in merged["burn_down"]] == [3, 5, 3]
    assert merged["summary"]["owners"] == {"@acme/platform": 3, "@acme/release": 3}
    assert "| acme/api | 2 | 0 | 2 |" in (runs / "all.md").read_text()
    page = (runs / "page.html").read_text()
    assert "2 repositories" in page and "Burn-down" in page and "By owner" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["report"], "Missing argument 'FILE.json...'"),
        (["report", "no.json"], "no.json: no such file or directory; name JSON reports"),
        (["report", "0.json", "--output-format", "sarif"], "Invalid value for '--output-format': 'sarif' is not one of"),
        (["report", "0.json", "--output-format", "html", "--output-format", "json"], "--output-format: two reports go to stdout"),
        (["report", "0.json", "--output-format", "html=a", "--output-format", "json=./a"],
         "--output-format: two reports go to ./a"),
        (["check", "--output-format", "html="], "Invalid value for '--output-format': 'html=' names no file"),
        (["check", "--output-format", "html=no/a.html"], "--output-format html=no/a.html: there is no folder"),
        (["check", "--output-format", "html=."], "--output-format html=.: is a folder; name a file in it"),
    ],
)  # fmt: skip
def test_wrong_usage(runs: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.startswith(f"v2migrate: error: {said}")


def test_two_runs_of_one_day_are_warned_of(runs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "0.json", "0.json"]) == 0
    assert "v2migrate: warning: acme/web: two runs have the same date" in capsys.readouterr().err


# --- one run, several files -----------------------------------------------------------------------------------------

SCRIPT = 'curl --fail -X POST -u "$T:" https://circleci.com/api/v1.1/project/github/acme/web/tree/main\n'


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "shop"
    (root / ".git").mkdir(parents=True)
    (root / "ci").mkdir()
    (root / "CODEOWNERS").write_text("/ci/ @acme/release\n")
    (root / "ci/a.sh").write_text(SCRIPT)
    monkeypatch.chdir(root)
    return root


FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")


def test_all_formats_of_one_run(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "ci", *(f"--output-format={name}=out.{name}" for name in FORMATS)]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("Found 1 (1 unsafe); 1 stops answering in 72 days")
    written = {name: (checkout / f"out.{name}").read_text("utf-8") for name in FORMATS}
    assert all("trigger-job-on-branch" in text for text in written.values())
    data = json.loads(written["json"])
    assert (data["repository"], data["findings"][0]["owners"]) == ("shop", ["@acme/release"])
    umask = os.umask(0)
    os.umask(umask)
    assert stat.S_IMODE((checkout / "out.html").stat().st_mode) == 0o666 & ~umask
    assert sorted(p.name for p in checkout.iterdir() if p.name.startswith(".v2")) == []


@pytest.mark.parametrize("name", ["json", "sarif", "junit", "github", "gitlab", "markdown", "html"])
def test_a_format_on_stdout_is_alone_there(checkout: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main(["check", "ci", "--output-format", name, "--repository", "acme/other"]) == 1
    out, err = capsys.readouterr()
    assert "trigger-job-on-branch" in out and err == ""
    if name in ("json", "markdown", "html"):
        assert "acme/other" in out


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_no_encoding_ends_the_run_or_makes_the_report_lie(checkout: Path, name: str, encoding: str) -> None:
    (checkout / "ci/é日.sh").write_text("# 日\n" + SCRIPT, "utf-8")
    done = subprocess.run(
        (sys.executable, "-m", "v2migrate", "check", "ci", "--output-format", name), capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")
    if name in ("junit", "html", "markdown"):
        assert "é日.sh" in done.stdout.decode("utf-8")
    else:
        done.stdout.decode(encoding)


@pytest.mark.parametrize("name", ["sarif", "junit", "github", "gitlab"])
def test_paths_are_the_same_whatever_the_working_directory(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    seen = set()
    for folder, path in (("", "ci"), ("", "ci/a.sh"), ("ci", "."), ("ci", "../ci/a.sh"), ("", str(checkout / "ci"))):
        monkeypatch.chdir(checkout / folder)
        main(["check", path, "--output-format", name])
        seen.add(capsys.readouterr().out)
    assert len(seen) == 1 and "ci/a.sh" in seen.pop()


def test_a_report_takes_the_place_of_a_file_and_keeps_its_mode(checkout: Path) -> None:
    old = checkout / "old.json"
    old.write_text("x" * 100_000)
    old.chmod(0o640)
    (checkout / "link.json").symlink_to("old.json")
    assert main(["check", "ci", "--output-format", "json=link.json"]) == 1
    assert (checkout / "link.json").is_symlink() and stat.S_IMODE(old.stat().st_mode) == 0o640
    assert json.loads(old.read_text())["version"] == 1


def test_what_is_no_plain_file_is_written_to(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "ci", "--output-format", f"json={os.devnull}"]) == 1
    assert Path(os.devnull).is_char_device()


def test_a_file_that_cannot_be_written_is_said_and_leaves_nothing(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: str, target: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert main(["check", "ci", "--output-format", "html=page.html"]) == 2
    said = "page.html: cannot be written: no space left on device; make room and run again"
    assert capsys.readouterr().err == f"v2migrate: error: {said}\n"
    assert sorted(p.name for p in checkout.iterdir()) == [".git", "CODEOWNERS", "ci"]

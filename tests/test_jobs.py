"""Several processes, and several rounds: the same result whatever their number, and no file is looked at for nothing."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from v2migrate import engine, forked, look, looked, looks
from v2migrate.cli import main
from v2migrate.commands import output
from v2migrate.finding import Run
from v2migrate.languages.python.scopes import parse_part
from v2migrate.report import text
from v2migrate.source import Source

SHELL = 'curl -u "$T:" "https://circleci.com/api/v1.1/project/github/o/r{n}/{n}/cancel" -X POST\n'
PYTHON = """\
import requests
from settings import BASE

def cancel(org, repo, number, token):
    return requests.post(f"{{BASE}}/project/github/{{org}}/{{repo}}/{{number}}/cancel", headers={{"Circle-Token": token}})

def me{n}(token):
    return requests.get("https://circleci.com/api/v1.1/me", params={{"circle-token": token}}).json()["login"]
"""
FORK = pytest.param("fork", marks=pytest.mark.skipif(os.name == "nt", reason="there is no fork"))


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    (tmp_path / "settings.py").write_text('BASE = "https://circleci.com/api/v1.1"\n')
    for n in range(6):
        (tmp_path / f"s{n}.sh").write_text(SHELL.format(n=n))
        (tmp_path / f"p{n}.py").write_text(PYTHON.format(n=n))
    (tmp_path / "broken.py").write_text('get("https://circleci.com/api/v1.1/me"\n')
    return tmp_path


def started_by(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    monkeypatch.setattr(looks, "start_method", lambda: method)


def run(jobs: int, **more: object) -> Run:
    return engine.check(["."], engine.Options(jobs=jobs, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("method", [FORK, "spawn"])
def test_any_number_of_processes_gives_the_same(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    started_by(monkeypatch, method)
    alone = run(1, unsafe=True)
    assert len(alone.findings) > 18
    assert run(2, unsafe=True) == alone
    if method == "spawn":
        return  # slow to start; what follows differs by nothing
    fixed = engine.fix(["."], engine.Options(unsafe=True), write=False)
    assert engine.fix(["."], engine.Options(unsafe=True, jobs=3), write=False) == fixed
    assert len(fixed[1]) > 12


@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
@pytest.mark.parametrize("lost", [False, True])
def test_a_report_that_several_processes_write_is_the_same(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], lost: bool
) -> None:
    assert main(["check"]) == 1
    alone = capsys.readouterr()
    ours, report = os.getpid(), text.report
    asked: list[slice] = []

    def whole(*arguments: object, **more: object) -> Iterator[str]:
        assert isinstance(more["part"], slice)
        asked.append(more["part"])
        if lost and os.getpid() != ours:
            killed()
        return report(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(forked, "processes", lambda most: min(most, 3))
    monkeypatch.setattr(output, "_LEAST", 1)
    monkeypatch.setattr(output, "_SHARE", 2)
    monkeypatch.setattr(text, "report", whole)
    assert main(["check"]) == 1
    assert capsys.readouterr() == alone
    assert len(asked) > 3  # what is asked for in other processes is not seen here, unless we do it instead
    assert (asked[1].start == 2) == lost


def spoil(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[[], None]) -> None:
    """Whoever looks at the file `name` does `act` instead."""
    def instead(source: Source, *rest: object) -> object:
        if source.path.endswith(name):
            act()
        return look.look(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(looked, "look", instead)


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def mistaken() -> None:
    raise KeyError("boom")


@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
def test_a_process_that_is_killed_takes_one_file_with_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = run(1)
    started_by(monkeypatch, "fork")
    spoil(monkeypatch, "p3.py", killed)
    left = run(2)
    assert left.failed == ("p3.py",)
    assert [r.problem for r in left.results if r.path == "p3.py"] == [
        "was not looked at: the process that looked at it was ended by SIGKILL"]  # fmt: skip
    unchanged = {f for f in whole.findings if f.rule == "cancel-job" and f.span.path.endswith(".sh")}
    assert len(unchanged) == 6 and unchanged < set(left.findings)
    # What it does with the base that it imports is not known.
    assert {f.withheld for f in left.findings if f.rule == "cancel-job" and f.span.path.endswith(".py")} == {
        "part of the URL may be used in p3.py, which was not looked at"}  # fmt: skip
    assert main(["check", "--jobs", "2", "--output-format", "concise"]) == 2
    assert "p3.py: was not looked at: the process" in capsys.readouterr().out


@pytest.mark.parametrize("jobs", [1, pytest.param(2, marks=pytest.mark.skipif(os.name == "nt", reason="there is no fork"))])
def test_our_own_mistake_costs_one_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], jobs: int
) -> None:
    started_by(monkeypatch, "fork")
    spoil(monkeypatch, "s1.sh", mistaken)
    assert main(["check", "--jobs", str(jobs), "--output-format", "concise"]) == 2
    out = capsys.readouterr()
    assert "s1.sh: was not looked at: internal error: KeyError: 'boom' (please report it)" in out.out
    assert "s2.sh:1" in out.out and "s1.sh:1" not in out.out
    assert main(["fix", "--diff", "--jobs", str(jobs)]) == 2
    out = capsys.readouterr()
    assert "+++ b/s2.sh" in out.out and "s1.sh" not in out.out


@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
def test_ctrl_c_leaves_no_process_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    started_by(monkeypatch, "fork")

    def interrupt(done: int, _total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.check(["."], engine.Options(jobs=2), interrupt)
    assert multiprocessing.active_children() == []


@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
def test_where_no_process_can_work_the_files_are_looked_at_here(monkeypatch: pytest.MonkeyPatch) -> None:
    from v2migrate import workers

    alone = run(1)
    started_by(monkeypatch, "fork")
    monkeypatch.setattr(workers, "_work", mistaken)
    assert run(2) == alone


@pytest.mark.parametrize("command", [[sys.executable, "-Ic", "raise SystemExit(3)"], ["/nowhere/python"]], ids=["ends", "none"])
def test_where_no_process_can_be_spawned_the_files_are_looked_at_here(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    alone = run(1)
    started_by(monkeypatch, "spawn")
    monkeypatch.setattr("multiprocessing.spawn.get_command_line", lambda **_: command)
    assert run(2) == alone
    assert multiprocessing.active_children() == []


def test_where_there_is_no_room_for_a_process_the_files_are_looked_at_here(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = run(1)
    started_by(monkeypatch, "spawn")
    monkeypatch.setattr("multiprocessing.process.BaseProcess.start", lambda _: (_ for _ in ()).throw(BlockingIOError(11, "no")))
    assert run(2) == alone


def test_few_files_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from v2migrate import workers

    monkeypatch.setattr(workers, "look", mistaken)
    assert run(0).findings


def test_the_setting_and_the_option(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "v2migrate.toml").write_text("jobs = 3\n")
    assert main(["check", "--show-settings"]) == 0
    assert "jobs = 3  # v2migrate.toml" in capsys.readouterr().out
    assert main(["check", "--show-settings", "-j1"]) == 0
    assert "jobs = 1  # command line" in capsys.readouterr().out
    (here / "v2migrate.toml").write_text("jobs = true\n")
    assert main(["check"]) == 2
    assert "jobs: must be a number, 0 or more" in capsys.readouterr().err


# --- what is not done twice -----------------------------------------------------------------------------------------


def test_a_file_that_did_not_change_is_not_looked_at_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "manual.sh").write_text("curl https://circleci.com/api/v1.1/recent-builds\n")
    times: Counter[str] = Counter()

    def counting(source: Source, *rest: object) -> object:
        times[source.path] += 1
        return look.look(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(looked, "look", counting)
    _, changed = engine.fix(["."], engine.Options(unsafe=True), write=False)
    assert times["manual.sh"] == times["broken.py"] == 1
    assert times["s0.sh"] > 1 and "s0.sh" in changed


def test_a_file_is_looked_at_again_when_one_that_it_reads_changed(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in here.glob("[ps]?.*"):
        file.unlink()
    (here / "client.py").write_text(
        "import requests\nfrom settings import BASE\n"
        "requests.get(BASE + '/me', headers={'Circle-Token': '$T'})\n")
    left, changed = engine.fix(["."], engine.Options(unsafe=True), write=False)
    assert list(changed) == ["settings.py"]
    assert [f.span.path for f in left.findings] == ["broken.py"]


def test_a_python_file_is_parsed_once_for_all_its_calls(here: Path) -> None:
    calls = "".join(PYTHON.format(n=n).split("\n\n", 1)[1] for n in range(12))
    (here / "many.py").write_text(f"import requests\nBASE = 1\n{calls}")
    parse_part.cache_clear()
    assert len(engine.check(["many.py"], engine.Options()).findings) >= 12
    assert parse_part.cache_info().misses == 1


def test_a_file_of_megabytes_is_read_as_text(here: Path) -> None:
    call = "import requests\nrequests.get('https://circleci.com/api/v1.1/me')\n"
    (here / "huge.py").write_text(f"{call}x = [{'1, ' * 200_000}]\n")
    parse_part.cache_clear()
    found = engine.check(["huge.py"], engine.Options())
    assert [f.rule for f in found.findings] == ["current-user"] and found.findings[0].fix is None
    assert "is larger than 500 kB" in found.results[0].problem
    assert parse_part.cache_info().misses == 0


@pytest.mark.skipif(os.name == "nt", reason="there is no fork")
def test_processes_that_nobody_reads_from_any_more_are_ended() -> None:
    several = [forked.Forked(lambda: "x" * 1_000_000) for _ in range(3)]
    assert several[1].found() == "x" * 1_000_000
    for one in several:
        one.end()
        assert one.found() is None

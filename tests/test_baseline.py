"""The baseline: what is known stays quiet, wherever its lines and the checkout move; what is new or gone is told."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from v2migrate import baseline, engine
from v2migrate.cli import main

CANCEL = 'curl -f -u "$T:" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/12/cancel >/dev/null\n'
ME = 'curl -f -u "$T:" https://circleci.com/api/v1.1/me\n'
FILE = ".v2migrate-baseline.json"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    (root / "ci").mkdir(parents=True)
    (root / ".git").mkdir()
    (root / "ci" / "a.sh").write_text(CANCEL + "echo\n" + CANCEL + ME)
    (root / "b.sh").write_text(ME)
    monkeypatch.chdir(root)
    return root


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main([*arguments])
    out, err = capsys.readouterr()
    return code, out, err


def check(capsys: pytest.CaptureFixture[str], *arguments: str, file: str = FILE) -> list[str]:
    """`path:line rule` of what is not known."""
    main(["check", "--baseline", file, "--output-format", "json", *arguments])
    found = json.loads(capsys.readouterr().out)["findings"]
    return [f"{f['path']}:{f['line']} {f['rule']}" for f in found]


def entries() -> list[tuple[str, str, int]]:
    return [(e["path"], e["rule"], e["count"]) for e in json.loads(Path(FILE).read_text())["findings"]]


ALL = [("b.sh", "current-user", 1), ("ci/a.sh", "cancel-job", 2), ("ci/a.sh", "current-user", 1)]


def test_write_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "baseline", "write") == (0, f"{FILE}: 4 findings\n", "")
    assert entries() == ALL
    code, _, err = run(capsys, "check", "--baseline", FILE)
    assert (code, err) == (0, "v2migrate: not reported: 4 known to the baseline\n")


def test_the_file_is_made_to_be_merged(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    lines = Path(FILE).read_text().splitlines()
    assert len(lines) == 5 + len(ALL) and lines[0] == "{" and lines[-1] == "}"
    run(capsys, "baseline", "write")
    assert Path(FILE).read_text().splitlines() == lines


def test_lines_may_move_and_be_indented(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    a = Path("ci/a.sh")
    a.write_text("#!/bin/sh\n\nif true; then\n" + "".join(f"  {line}\n" for line in a.read_text().splitlines()) + "fi\n")
    assert check(capsys) == []


def test_one_more_of_the_same_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    a = Path("ci/a.sh")
    a.write_text(CANCEL + a.read_text())
    assert check(capsys) == ["ci/a.sh:4 cancel-job"]
    # The same call in another file is not the one that is known.
    Path("c.sh").write_text(ME)
    assert check(capsys, "c.sh") == ["c.sh:1 current-user"]


def test_the_checkout_may_move_and_be_named_in_any_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, project: Path, tmp_path: Path
) -> None:
    run(capsys, "baseline", "write")
    assert check(capsys, str(project)) == check(capsys, "ci", "b.sh") == check(capsys, "./ci/../ci/a.sh") == []
    moved = tmp_path / "else" / "where"
    shutil.copytree(project, moved)
    monkeypatch.chdir(moved / "ci")
    up = f"../{FILE}"
    assert check(capsys, file=up) == check(capsys, "..", file=up) == check(capsys, "a.sh", file=up) == []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(moved)
    for path in ("else/where", "link", str(moved / "b.sh")):
        assert check(capsys, path, file=f"else/where/{FILE}") == []


def test_fingerprints_are_unique_and_the_same_from_everywhere(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = [f.fingerprint for f in engine.check(["."], engine.Options()).findings]
    assert len(set(here)) == len(here) == 4 and all(mark.partition(":")[0].isalnum() for mark in here)
    monkeypatch.chdir("ci")
    assert {f.fingerprint for f in engine.check(["a.sh"], engine.Options()).findings} < set(here)
    monkeypatch.chdir("/")
    assert [f.fingerprint for f in engine.check([str(project)], engine.Options()).findings] == here


def test_new_findings_need_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    before = Path(FILE).read_bytes()
    Path("c.sh").write_text(ME + ME)
    code, out, err = run(capsys, "baseline", "write")
    assert (code, out) == (1, "c.sh: current-user (2 times)\n") and "2 findings that it does not know; --accept-new" in err
    assert Path(FILE).read_bytes() == before
    assert run(capsys, "baseline", "write", "--accept-new")[:2] == (0, f"{FILE}: 6 findings, 2 new, 0 taken out\n")
    assert ("c.sh", "current-user", 2) in entries()


def test_what_is_gone_is_told_and_pruned(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    Path("ci/a.sh").write_text(CANCEL)
    Path("b.sh").unlink()
    code, _, err = run(capsys, "check", "--baseline", FILE)
    assert code == 0 and f"warning: {FILE}: 3 findings no longer there; `v2migrate baseline prune --file {FILE}`" in err
    assert run(capsys, "baseline", "show")[1].splitlines() == [
        "b.sh: current-user (gone)", "ci/a.sh: cancel-job (2 times, 1 gone)", "ci/a.sh: current-user (gone)",
        f"{FILE}: 4 findings, 3 gone",
    ]  # fmt: skip
    assert run(capsys, "baseline", "prune")[:2] == (0, f"{FILE}: 1 finding, 3 taken out\n")
    assert entries() == [("ci/a.sh", "cancel-job", 1)]
    assert run(capsys, "baseline", "prune")[:2] == (0, f"{FILE}: 1 finding, 0 taken out\n")


def test_what_was_not_looked_at_is_not_gone(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    Path("ci/a.sh").write_text("echo\n")
    assert "gone" not in "".join(run(capsys, "check", "--baseline", FILE, "b.sh")[1:])
    run(capsys, "baseline", "prune", "b.sh")
    assert entries() == ALL
    run(capsys, "baseline", "prune", "--ignore", "cancel-job")
    assert entries() == ALL[:2]
    run(capsys, "baseline", "prune", "--select", "current-user")
    assert entries() == ALL[:2]
    run(capsys, "baseline", "write", "b.sh")
    assert entries() == ALL[:2]


def test_it_is_made_of_what_no_comment_covers(capsys: pytest.CaptureFixture[str]) -> None:
    Path("b.sh").write_text(f"# v2migrate: ignore[current-user] -- old\n{ME}{ME}")
    run(capsys, "baseline", "write")
    assert entries() == ALL
    # Without the comment the call is new, though the same one is known once.
    Path("b.sh").write_text(f"\n{ME}{ME}")
    assert check(capsys) == ["b.sh:3 current-user"]


def test_writing_over_a_baseline_does_not_lose_what_it_hides(capsys: pytest.CaptureFixture[str]) -> None:
    Path("v2migrate.toml").write_text(f'baseline = "{FILE}"\n')
    run(capsys, "baseline", "write")
    run(capsys, "baseline", "write")
    assert entries() == ALL
    assert run(capsys, "check")[0] == 0
    assert run(capsys, "check", "--no-baseline")[0] == 1


def test_the_setting_is_relative_to_its_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    Path("v2migrate.toml").write_text('baseline = "ci/known.json"\n')
    run(capsys, "baseline", "write")
    monkeypatch.chdir("ci")
    assert Path("known.json").is_file() and run(capsys, "check", "a.sh")[0] == 0


def test_fix_works_on_what_is_known_too(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    code, _, err = run(capsys, "fix", "--baseline", FILE)
    assert code == 0 and "v1.1/project" not in Path("ci/a.sh").read_text()
    assert "2 findings no longer there" in err and "2 known to the baseline" in err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no baseline: "),
        ("[]", "is no baseline that this version reads"),
        ('{"version": 2, "findings": []}', "is no baseline that this version reads"),
        ('{"version": 1, "findings": [{"path": "a"}]}', "entry 1 of findings lacks a path, rule, fingerprint or count"),
        ('{"version": 1, "findings": [{"path": "a", "rule": "b", "fingerprint": "c", "count": -1}]}', "entry 1 of"),
    ],
)
def test_a_file_that_is_none(capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    Path(FILE).write_text(text)
    for command in (["check", "--baseline", FILE], ["baseline", "prune"], ["baseline", "write", "--accept-new"]):
        code, out, err = run(capsys, *command)
        assert (code, out) == (2, "") and err.startswith(f"v2migrate: error: {FILE}: {said}")
    assert Path(FILE).read_text() == text


def test_a_missing_file(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "check", "--baseline", "none.json")
    assert (code, out) == (2, "") and "`v2migrate baseline write --file none.json` makes it" in err


def test_a_file_keeps_its_mode(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "baseline", "write")
    Path(FILE).chmod(0o640)
    run(capsys, "baseline", "write")
    assert Path(FILE).stat().st_mode & 0o777 == 0o640


def test_in_a_work_tree_of_git_the_root_is_the_tree(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    (project / ".git").rmdir()
    subprocess.run(("git", "init", "-q"), check=True)
    (project / "ci" / "v2migrate.toml").write_text("")
    monkeypatch.chdir("ci")
    run(capsys, "baseline", "write", "--file", f"../{FILE}")
    assert [e.path for e in baseline.read(f"../{FILE}")] == ["ci/a.sh", "ci/a.sh"]

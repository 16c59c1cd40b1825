"""`.pre-commit-hooks.yaml`, run by pre-commit itself in a git repository of its own.

The hooks are taken from the manifest with `language: system`, so that nothing is installed and no network is needed.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tools import need, need_module

ROOT = Path(__file__).parents[1]
MANIFEST = ROOT / ".pre-commit-hooks.yaml"
CANCEL = 'curl -f -u "$T:" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/12/cancel >/dev/null\n'
FIXED = CANCEL.replace("/api/v1.1/project/gh/acme/web/12/", "/api/v2/project/gh/acme/web/job/12/")
RETRY = CANCEL.replace("cancel", "retry")


def environment() -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PRE_COMMIT_HOME": str(Path.cwd().parent / "pre-commit"),
        "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b.c", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b.c",
        "V2MIGRATE_TODAY": "2026-11-21",
    }  # fmt: skip


def run(*command: str, fails: bool = False) -> str:
    """What the command prints, on stdout and stderr; it must fail if and only if `fails`."""
    done = subprocess.run(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    assert (done.returncode != 0) is fails, done.stdout
    assert "Traceback" not in done.stdout
    return done.stdout


def commit(fails: bool = False) -> str:
    return run("git", "commit", "-q", "-m", "work", fails=fails)


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A repository with our manifest, as users name it under `repo:`."""
    need("git")
    need_module("pre_commit")
    folder = tmp_path_factory.mktemp("hooks")
    text = MANIFEST.read_text()
    assert text.count("language: python") == 2
    (folder / MANIFEST.name).write_text(text.replace("language: python", "language: system"))
    before = Path.cwd()
    os.chdir(folder)
    try:
        for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "hooks"]):
            run("git", *command)
    finally:
        os.chdir(before)
    return str(folder)


@pytest.fixture
def repository(hooks: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    run("git", "init", "-q")
    return hooks


def install(hooks: str, *names: str, more: str = "") -> None:
    """Commit a pre-commit configuration with the hooks of these names, and let pre-commit install its git hook."""
    listed = "".join(f"      - id: {name}\n{more}" for name in names)
    Path(".pre-commit-config.yaml").write_text(f"repos:\n  - repo: {hooks}\n    rev: HEAD\n    hooks:\n{listed}")
    head = subprocess.run(("git", "-C", hooks, "rev-parse", "HEAD"), capture_output=True, text=True, check=True).stdout.strip()
    config = Path(".pre-commit-config.yaml")
    config.write_text(config.read_text().replace("HEAD", head))
    run("git", "add", ".")
    commit()
    run(sys.executable, "-m", "pre_commit", "install")


def test_the_manifest() -> None:
    hooks = yaml.safe_load(MANIFEST.read_text())
    assert [hook["id"] for hook in hooks] == ["v2migrate", "v2migrate-fix"]
    for hook in hooks:
        # Users replace `args`, so nothing may depend on them.
        assert hook["require_serial"] is True and hook["types"] == ["text"] and "args" not in hook


def test_a_commit_is_stopped_fixed_and_let_through(repository: str) -> None:
    install(repository, "v2migrate-fix", "v2migrate")
    Path("é x.sh").write_text(CANCEL)
    Path("logo.png").write_bytes(b"\x89PNG\0 circleci.com/api/v1.1/me")
    run("git", "add", ".")
    said = commit(fails=True)
    assert "files were modified by this hook" in said and "Fixed 1 in 1 file" in said
    assert Path("é x.sh").read_text() == FIXED
    run("git", "add", ".")
    said = commit()
    assert said.count("Passed") == 2


def test_what_cannot_be_fixed_stops_every_commit_until_it_is_said_to_stay(repository: str) -> None:
    install(repository, "v2migrate")
    Path("Jenkinsfile.txt").write_text(RETRY)
    run("git", "add", ".")
    assert "Jenkinsfile.txt:1:" in (said := commit(fails=True)) and "retry-job" in said
    assert "Jenkinsfile.txt:1:" in commit(fails=True)
    Path("Jenkinsfile.txt").write_text(f"# v2migrate: ignore[retry-job] -- until the new server is there\n{RETRY}")
    run("git", "add", ".")
    assert "Passed" in commit()


def test_arguments_are_the_users(repository: str) -> None:
    install(repository, "v2migrate", more="        args: [--fail-on, deadline]\n")
    Path("a.sh").write_text(CANCEL)
    run("git", "add", ".")
    assert "Passed" in commit()
    Path("b.sh").write_text(RETRY)
    run("git", "add", ".")
    assert "b.sh:1:1: retry-job" in commit(fails=True)


def test_excluded_files_are_left_out_though_the_hook_names_them(repository: str) -> None:
    Path("pyproject.toml").write_text('[tool.v2migrate]\nextend-exclude = ["generated"]\n')
    install(repository, "v2migrate-fix", "v2migrate")
    Path("generated").mkdir()
    Path("generated/a.sh").write_text(CANCEL + RETRY)
    run("git", "add", ".")
    assert commit().count("Passed") == 2
    assert Path("generated/a.sh").read_text() == CANCEL + RETRY


def test_three_hundred_files_are_one_run(repository: str) -> None:
    install(repository, "v2migrate")
    for number in range(300):
        folder = Path(f"a rather long name of a folder/{number % 7}")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"script{number}.sh").write_text(RETRY if number in (3, 250) else "echo circleci\n")
    run("git", "add", ".")
    said = commit(fails=True)
    assert said.count(": retry-job ") == 2 and said.count("Found ") == 1 and "2 of 300 files" in said


def test_a_partly_staged_file_keeps_what_is_not_staged(repository: str) -> None:
    install(repository, "v2migrate-fix")
    filler = "".join(f"echo {number}\n" for number in range(20))
    Path("a.sh").write_text(CANCEL + filler)
    run("git", "add", ".")
    Path("a.sh").write_text(CANCEL + filler + RETRY)
    said = commit(fails=True)
    assert "Fixed 1 in 1 file" in said and "retry-job" not in said, "what is not staged was not looked at"
    assert Path("a.sh").read_text() == FIXED + filler + RETRY
    assert run("git", "show", ":a.sh") == CANCEL + filler
    Path("a.sh").write_text(FIXED + filler)
    run("git", "add", ".")
    assert "Passed" in commit()


def test_an_unstaged_change_of_the_same_line_makes_pre_commit_roll_the_fix_back(repository: str) -> None:
    """Documented, not ours to change: pre-commit puts back what was not staged, and drops a fix that is in its way."""
    install(repository, "v2migrate-fix")
    Path("a.sh").write_text(CANCEL)
    run("git", "add", ".")
    mine = CANCEL.replace("-f", "-fsS")
    Path("a.sh").write_text(mine)
    said = commit(fails=True)
    assert "Stashed changes conflicted with hook auto-fixes... Rolling back fixes..." in said
    assert Path("a.sh").read_text() == mine and run("git", "show", ":a.sh") == CANCEL

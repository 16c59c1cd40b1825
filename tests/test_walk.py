"""Which files a run looks into, and which bytes are worth a closer look."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from v2migrate import anchors, engine, start, walk
from v2migrate.errors import UsageError
from v2migrate.scan import scan
from v2migrate.tree import Tree


def make(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(("git", "-C", str(root), "-c", "user.name=t", "-c", "user.email=t@t", *arguments),
                   check=True, capture_output=True)


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    return tmp_path


def test_folder_outside_git_is_walked_with_dot_folders_and_without_others_code(tree: Path) -> None:
    make(tree, "a.py", ".circleci/config.yml", "sub/.github/x.yml", "node_modules/m/i.js", "sub/venv/v.py", "vendor/w.sh")
    found = walk.walk(["."])
    assert found.files == (".circleci/config.yml", "a.py", "sub/.github/x.yml")
    assert found.folders == ("node_modules", "sub/venv", "vendor")


def test_paths_start_as_given_and_come_once_and_sorted(tree: Path) -> None:
    make(tree, "d/b.py", "d/a.py", "c.py")
    assert walk.files(["d/", "./c.py", "./d", "d/a.py"]) == ("c.py", "d/a.py", "d/b.py")
    assert walk.files([str(tree / "d")]) == (f"{tree}/d/a.py", f"{tree}/d/b.py")
    os.chdir(tree / "d")
    assert walk.files(["../c.py", ".."]) == ("../c.py", "../d/a.py", "../d/b.py")


def test_named_skipped_folder_and_named_file_in_it_are_looked_into(tree: Path) -> None:
    make(tree, "vendor/a.py", "vendor/build/b.py")
    assert walk.files(["vendor"]) == ("vendor/a.py",)
    assert walk.files(["vendor/build/b.py"]) == ("vendor/build/b.py",)


@pytest.mark.parametrize("path", ["nope.py", "", "a\0b", "nope/x"])
def test_path_that_does_not_exist_is_named(tree: Path, path: str) -> None:
    with pytest.raises(UsageError) as caught:
        walk.files([path])
    assert (path or "''") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_symlinks_are_not_followed_below_a_folder(tree: Path) -> None:
    make(tree, "real/a.py")
    os.symlink("real", "link")
    os.symlink("real/a.py", "b.py")
    os.symlink("..", "real/up")
    os.symlink("nowhere", "gone")
    assert walk.files(["."]) == ("real/a.py",)
    assert walk.files(["b.py", "gone"]) == ("b.py",)  # named: looked into; leads nowhere: nothing to look into


def test_large_and_special_files_are_left_out(tree: Path) -> None:
    make(tree, "a.py", "big.json")
    os.truncate("big.json", anchors.MAX_SIZE + 1)
    os.mkfifo("pipe")
    assert walk.walk(["."]) == walk.Found(("a.py",), ("big.json",))
    assert walk.walk([".", "big.json", "pipe"]) == walk.Found(("a.py", "big.json"))


def test_git_lists_tracked_and_new_files_but_not_ignored_or_deleted_ones(tree: Path) -> None:
    make(tree, "kept.py", "gone.py", "new file.py", "out/x.py", "build/b.py", "é.py", ".circleci/config.yml")
    (tree / ".gitignore").write_text("out/\n")
    git(tree, "init", "-q")
    git(tree, "add", "kept.py", "gone.py", "build")
    (tree / "gone.py").unlink()
    found = walk.walk(["."])
    assert found.files == (".circleci/config.yml", ".gitignore", "kept.py", "new file.py", "é.py")
    assert found.folders == ("build",)
    assert walk.files(["out"]) == ("out/x.py",)  # ignored, but named
    os.chdir(tree / "build")
    assert walk.files(["."]) == ("b.py",)


def test_variables_of_a_commit_hook_do_not_lead_git_astray(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "one/a.py", "two/b.py")
    for name in ("one", "two"):
        git(tree / name, "init", "-q")
    monkeypatch.setenv("GIT_DIR", str(tree / "one" / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tree / "one" / ".git" / "index"))
    assert walk.files(["two"]) == ("two/b.py",)


def test_repository_in_a_repository_is_looked_into(tree: Path) -> None:
    make(tree, "a.py", "inner/b.py", "inner/skip/c.py")
    (tree / "inner" / ".gitignore").write_text("skip\n")
    git(tree, "init", "-q")
    git(tree / "inner", "init", "-q")
    expected = ("a.py", "inner/.gitignore", "inner/b.py")
    assert walk.files(["."]) == expected
    git(tree / "inner", "add", ".")
    git(tree / "inner", "commit", "-qm", "x")
    git(tree, "add", ".")  # now a submodule entry
    assert walk.files(["."]) == expected


def test_settings_of_a_repository_cannot_run_programs(tree: Path) -> None:
    make(tree, "a.py")
    git(tree, "init", "-q")
    git(tree, "config", "core.fsmonitor", f"touch {tree}/ran; false")
    assert walk.files(["."]) == ("a.py",)
    assert not (tree / "ran").exists()


def test_outside_of_a_repository_no_program_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "a.py").write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr("v2migrate.tree.Git", None)
        assert walk.files(["."]) == walk.files(["plain"]) == ("plain/a.py",)
    subprocess.run(("git", "init", "-q"), check=True)
    (tmp_path / ".gitignore").write_text("a.py\n")
    assert walk.files(["."]) == (".gitignore",)


def test_without_git_the_disk_is_walked(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tree, "a.py", "b/c.py")
    git(tree, "init", "-q")
    monkeypatch.setenv("PATH", "")
    assert walk.files(["."]) == ("a.py", "b/c.py")


@pytest.mark.parametrize(
    "text",
    [
        b'requests.get("https://circleci.com/api/v1.1/me")',
        b'HOST = "https://circleci.com"\nurl = HOST + "/api/" + version',
        b"https://CircleCI.com/API/V1/projects",
        b"curl $HOST/api/v1.1/project/$P",
        b'path = "api/v2/insights"',
        b"curl -u $CIRCLE_TOKEN: $URL",
        b'params={"circle-token": t}',
        b"from pycircleci.api import Api",
        b"from circleclient import circleclient",
        b"\xff\xfe\x00 https://CIRCLECI.COM/",
        b"/api/preview/project",
    ],
)
def test_needle_passes_whatever_may_hold_a_call(text: bytes) -> None:
    assert anchors.needle(text)


@pytest.mark.parametrize("text", [b"", b"def area(circle): ...", b"GET /api/users", b"a circle of friends, api/x"])
def test_needle_lets_go_of_the_rest(text: bytes) -> None:
    assert not anchors.needle(text)


def test_names_that_git_writes_in_pieces(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(f"f{number}/{'x' * number}.py" for number in range(1, 30))
    make(tree, *names)
    git(tree, "init", "-q")
    git(tree, "add", "f2", "f3")
    monkeypatch.setattr("v2migrate.tree._CHUNK", 7)
    assert walk.files(["."]) == tuple(names)


def test_what_git_ignores_is_asked_for_ahead(tree: Path) -> None:
    make(tree, "a/x.pyc", "a/y.py", "b/c.py", "b/out/z.py")
    git(tree, "init", "-q")
    Path(".gitignore").write_text("*.pyc\nout/\n")
    assert walk.Ignored(["a", "b", "a/y.py", "."]).names() == ("a/x.pyc", "b/out/")
    early = walk.Ignored(["a"])
    Path("a/x.pyc").unlink()
    assert early.names() in ((), ("a/x.pyc",))
    stopped = walk.Ignored(["a"])
    process = stopped._first[0]._pid
    stopped.stop()
    stopped.stop()
    with pytest.raises(ChildProcessError):  # it is nobody's child any more
        os.waitpid(process, os.WNOHANG)


@pytest.mark.parametrize("plainly", [True, False])
def test_git_is_asked_ahead_where_an_old_url_stands_plainly(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], plainly: bool
) -> None:
    make(tree, "x.pyc")
    git(tree, "init", "-q")
    Path(".gitignore").write_text("*.pyc\n")
    host, path = ("https://circleci.com", "/api/v1.1/me") if plainly else ("$HOST", "/$V/me")
    Path("a.sh").write_text(f'HOST=https://circleci.com\nV=api/v1.1\ncurl "{host}{path}"\n')
    order: list[str] = []
    asked, checked = walk.Ignored, engine.check

    def said(word: str, do: Callable[..., Any]) -> Callable[..., Any]:
        def done(*given: Any, **more: Any) -> Any:
            order.append(word)
            return do(*given, **more)

        return done

    monkeypatch.setattr(walk, "Ignored", said("git", asked))
    monkeypatch.setattr(engine, "check", said("files", checked))
    assert start._check(["check", "--isolated"], ["."], scan([], _below("."))) == 1
    assert order == (["git", "files"] if plainly else ["files", "git"])
    assert "git ignores 1 files and folders here" in capsys.readouterr().err


def _below(folder: str) -> Tree:
    found = Tree()
    found.below(folder)
    return found

"""Patches, judged by the programs that have to take them."""

from __future__ import annotations

import difflib
import os
import random
import shutil
import subprocess
from pathlib import Path

import pytest

from v2migrate.diff import blocks, counts, unified

BASE = b"".join(b"line %d\n" % n for n in range(1, 31))
CASES = {
    "one line": (BASE, BASE.replace(b"line 7\n", b"LINE 7\n")),
    "first and last": (BASE, BASE.replace(b"line 1\n", b"L\n").replace(b"line 30\n", b"L\n")),
    "two hunks": (BASE, BASE.replace(b"line 4\n", b"").replace(b"line 20\n", b"a\nb\n")),
    "hunks that touch": (BASE, BASE.replace(b"line 4\n", b"x\n").replace(b"line 11\n", b"y\n")),
    "crlf": (BASE.replace(b"\n", b"\r\n"), BASE.replace(b"line 7", b"x").replace(b"\n", b"\r\n")),
    "mixed newlines": (b"a\r\nb\nc\r\nd\n", b"a\r\nb\nC\r\nd\n"),
    "lone cr and form feed": (b"a\rb\x0cc\nd\n", b"a\rb\x0cX\nd\n"),
    "no newline at the end, kept": (b"a\nb\nc", b"a\nB\nc"),
    "no newline at the end, last line": (b"a\nb\nc", b"a\nb\nC"),
    "newline at the end added": (b"a\nb", b"a\nb\n"),
    "newline at the end lost": (b"a\nb\n", b"a\nb"),
    "latin-1": (b"caf\xe9\nx\n", b"caf\xe9\ny\n"),
    "one line only": (b"a", b"b"),
    "insert at the start": (BASE, b"#!/bin/sh\n" + BASE),
    "append": (BASE, BASE + b"more\n"),
    "nothing left": (b"a\nb\n", b"\n"),
    "blank lines": (b"\n\n\na\n\n\n", b"\n\n\nb\n\n\n\n"),
}


def git(folder: Path, *arguments: str, data: bytes | None = None) -> None:
    done = subprocess.run(("git", *arguments), cwd=folder, input=data, capture_output=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    git(tmp_path, "config", "core.autocrlf", "false")
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_git_and_patch_take_it(repository: Path, name: str) -> None:
    old, new = CASES[name]
    file = repository / "a file.sh"
    file.write_bytes(old)
    made = unified("a file.sh", old, new)
    git(repository, "apply", data=made)
    assert file.read_bytes() == new
    git(repository, "apply", "-R", data=made)
    assert file.read_bytes() == old
    if shutil.which("patch"):
        subprocess.run(("patch", "-p1", "-s", "--binary"), cwd=repository, input=made, check=True)
        assert file.read_bytes() == new


def test_same_bytes_give_no_patch() -> None:
    assert unified("a", BASE, BASE) == b""


@pytest.mark.parametrize("name", ["plain.py", "with blank.py", 'quo"te.py', "back\\slash.py", "é日.py", "tab\there.py",
                                  "new\nline.py", "a b/c d.py", "-dash.py"])
def test_names(repository: Path, name: str) -> None:
    file = repository / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"old\n")
    git(repository, "apply", data=unified(name, b"old\n", b"new\n"))
    assert file.read_bytes() == b"new\n"


def test_name_that_is_no_utf8(repository: Path) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    (repository / name).write_bytes(b"old\n")
    git(repository, "apply", data=unified(name, b"old\n", b"new\n"))
    assert (repository / name).read_bytes() == b"new\n"


def test_several_files_in_a_folder_of_the_repository(repository: Path) -> None:
    folder = repository / "deep" / "down"
    folder.mkdir(parents=True)
    made = b""
    for name, (old, new) in CASES.items():
        (folder / name).write_bytes(old)
        made += unified(name, old, new)
    git(repository, "add", ".")
    git(folder, "apply", data=made)  # paths are relative to the folder the command ran in
    assert {name: (folder / name).read_bytes() for name in CASES} == {name: new for name, (_, new) in CASES.items()}


def test_random_files(repository: Path) -> None:
    rng = random.Random(7)
    made = b""
    expected = {}
    for number in range(40):
        before = [b"%d\n" % rng.randrange(4) for _ in range(rng.randrange(1, 40))]
        after = [part for line in before for part in rng.choice([[line]] * 8 + [[], [b"new\n"], [line, b"more\n"]])]
        old, new = b"".join(before), b"".join(after) or b"left\n"
        if rng.random() < 0.3:
            old, new = old.rstrip(b"\n"), new.rstrip(b"\n") or b"left"
        (repository / f"f{number}").write_bytes(old)
        expected[f"f{number}"] = new
        made += unified(f"f{number}", old, new)
    git(repository, "apply", data=made)
    assert {name: (repository / name).read_bytes() for name in expected} == expected


def test_counts_lines_that_come_and_go() -> None:
    assert counts(b"a\nb\nc\n", b"a\nx\ny\nc\n") == (2, 1)


def test_only_what_is_between_lines_that_stay_is_compared_slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = 0

    class Counted(difflib.SequenceMatcher[bytes]):
        def __init__(self, junk: None, a: list[bytes], b: list[bytes]) -> None:
            nonlocal pairs
            pairs += len(a) * len(b)
            super().__init__(junk, a, b)

    monkeypatch.setattr(difflib, "SequenceMatcher", Counted)
    old = b"".join(b"\nline %d\nfi\nold %d\n" % (n, n) for n in range(500))
    assert counts(old, old.replace(b"old", b"new")) == (500, 500)
    assert pairs == 0  # nothing between stands in both
    old = b"".join(b"\nline %d\nold %d\nfi\nold %d\n" % (n, n, n) for n in range(500))
    assert counts(old, old.replace(b"old", b"new")) == (1000, 1000)
    assert 0 < pairs <= 9 * 500


def test_lines_that_change_places_are_in_a_patch() -> None:
    for seed in range(200):
        pick = random.Random(seed)
        before = [b"%d" % pick.randrange(12) for _ in range(pick.randrange(20))]
        after = [line for line in before if pick.random() < 0.8]
        pick.shuffle(after[: pick.randrange(20)])
        after[3:3] = [b"%d" % pick.randrange(12)]
        made: list[bytes] = []
        at = 0
        for a, b, c, d in blocks(before, after):
            assert before[at:a] == after[len(made) : c]
            made += [*before[at:a], *after[c:d]]
            at = b
        assert made + before[at:] == after

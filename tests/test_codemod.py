"""The libcst codemod under libcst's own runner: the same bytes as `fix`, and what is left is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tools import need_module

from v2migrate import engine
from v2migrate.options import Options

FIX = Path(__file__).parent.parent / "testdata" / "fix"
NAMES = ["python-session-crlf", "python-new-base", "python-url-end", "python-curl-in-string"]


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "libcst.tool", "codemod", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


def config(folder: Path, text: str) -> None:
    (folder / ".libcst.codemod.yaml").write_text(text, "utf-8")


@pytest.fixture(autouse=True)
def _libcst() -> None:
    need_module("libcst")


def test_the_same_result_as_fix(tmp_path: Path) -> None:
    config(tmp_path, 'modules: ["v2migrate"]\n')
    for name in NAMES:
        (tmp_path / f"{name}.py").write_bytes((FIX / name / "before.py").read_bytes())
    done = run(tmp_path, "codemod.V2Migrate", "--no-format", "--unsafe-fixes", ".")
    assert done.returncode == 0, done.stderr
    for name in NAMES:
        assert (tmp_path / f"{name}.py").read_bytes() == (FIX / name / "after.py").read_bytes(), name


def test_without_a_configuration_and_only_safe_fixes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "x.py"
    before = (FIX / "python-curl-in-string" / "before.py").read_bytes()
    file.write_bytes(b"\xef\xbb\xbf" + before)
    done = run(tmp_path, "-x", "v2migrate.codemod.V2Migrate", "--no-format", "x.py")
    assert done.returncode == 0, done.stderr
    monkeypatch.chdir(tmp_path)
    (tmp_path / "y.py").write_bytes(b"\xef\xbb\xbf" + before)
    _, changed = engine.fix(["y.py"], Options(), write=False)
    assert file.read_bytes() == changed["y.py"][1]
    assert "cancel-job" in done.stderr, "what is not rewritten is told"


def test_an_assumption_can_be_granted(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_bytes((FIX / "python-new-base" / "before.py").read_bytes())
    done = run(tmp_path, "-x", "v2migrate.codemod.V2Migrate", "--no-format", "--assume", "new-base", "x.py")
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == (FIX / "python-new-base" / "after.py").read_bytes()


def test_a_file_that_does_not_parse_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    data = b'import requests\nrequests.post("https://circleci.com/api/v1.1/project/gh/acme/web/1/cancel")\nprint "x"\n'
    file.write_bytes(data)
    done = run(tmp_path, "-x", "v2migrate.codemod.V2Migrate", "--no-format", "--unsafe-fixes", "x.py")
    assert done.returncode == 1
    assert file.read_bytes() == data

"""Files on stdin, as editors hand them over: checked under a name, and fixed to stdout."""

from __future__ import annotations

import io
import json
import subprocess
from pathlib import Path

import pytest

from v2migrate.cli import main

CANCEL = 'curl -f -u "$T:" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/12/cancel >/dev/null\n'
FIXED = CANCEL.replace("/api/v1.1/project/gh/acme/web/12/", "/api/v2/project/gh/acme/web/job/12/")
PY = (
    "import requests\r\n"
    'r = requests.post("https://circleci.com/api/v1.1/project/gh/a/b/1/cancel", headers={"Circle-Token": t})\r\n'
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]):  # type: ignore[no-untyped-def]
    def go(data: bytes | str, *arguments: str) -> tuple[int, bytes, str]:
        raw = data.encode() if isinstance(data, str) else data
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        code = main([*arguments])
        out, err = capsysbinary.readouterr()
        return code, out, err.decode()

    return go


def test_check(run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(CANCEL, "check", "-", "--stdin-filename", "sub/x.sh", "--color", "never")
    assert code == 1 and err == ""
    assert out.startswith(b"sub/x.sh:1:1: cancel-job ") and b"1 | curl -f" in out and b"1 of 1 file" in out
    assert not Path("sub").exists()


def test_the_name_alone_is_enough_and_the_bytes_on_disk_do_not_count(run) -> None:  # type: ignore[no-untyped-def]
    Path("x.sh").write_text(CANCEL)
    assert run("echo\n", "check", "--stdin-filename", "x.sh")[0] == 0
    code, out, _ = run(CANCEL, "check", "-", "--output-format", "json")
    assert code == 1 and [f["path"] for f in json.loads(out)["findings"]] == ["-"]


def test_the_name_says_the_language(run) -> None:  # type: ignore[no-untyped-def]
    def client(name: str) -> str:
        _, out, _ = run(PY, "check", "-", "--stdin-filename", name, "--output-format", "json")
        return str([f["class"] for f in json.loads(out)["findings"]])

    assert client("x.py") == "['safe']" and client("x.txt") != "['safe']"


def test_fix_prints_the_text_and_nothing_else(run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run("é\n" + CANCEL, "fix", "-", "--stdin-filename", "x.sh", "--color", "never")
    assert (code, out.decode()) == (0, "é\n" + FIXED)
    assert "Fixed 1 in 1 file" in err


@pytest.mark.parametrize(
    "data",
    [PY.encode(), b"\xef\xbb\xbf" + PY.encode(), b"echo \xff\xfe\r", b"", b"no newline", CANCEL.replace("POST", "GET").encode()],
)
def test_bytes_that_are_not_fixed_come_back_as_they_are(run, data: bytes) -> None:  # type: ignore[no-untyped-def]
    _, out, _ = run(data, "fix", "-", "--stdin-filename", "x.py")
    assert out == data.replace(b"v1.1/project/gh/a/b/1", b"v2/project/gh/a/b/job/1")


def test_what_is_left_goes_to_stderr_and_into_the_code(run) -> None:  # type: ignore[no-untyped-def]
    retry = CANCEL.replace("cancel", "retry")
    code, out, err = run(CANCEL + retry, "fix", "-", "--stdin-filename", "x.sh", "--color", "never")
    assert (code, out.decode()) == (1, FIXED + retry)
    assert "x.sh:2:1: retry-job" in err and "2 | curl" in err
    code, out, err = run(CANCEL + retry, "fix", "-", "--stdin-filename", "x.sh", "-q", "--output-format", "concise")
    assert out.decode() == FIXED + retry and err.startswith("x.sh:2:1: retry-job") and err.count("\n") == 1


def test_diff(run) -> None:  # type: ignore[no-untyped-def]
    code, out, _ = run(CANCEL, "fix", "--diff", "-", "--stdin-filename", "x.sh")
    assert code == 1
    Path(".git").rmdir()
    Path("x.sh").write_text(CANCEL)
    subprocess.run(("git", "apply"), input=out, check=True)
    assert Path("x.sh").read_text() == FIXED


def test_settings_of_the_named_file_count(run) -> None:  # type: ignore[no-untyped-def]
    Path("sub").mkdir()
    Path("sub/v2migrate.toml").write_text('extend-exclude = ["gen"]\nper-file-ignores = {"b.sh" = ["cancel-job"]}\n')
    assert run(CANCEL, "check", "-", "--stdin-filename", "sub/a.sh")[0] == 1
    assert run(CANCEL, "check", "-", "--stdin-filename", "sub/b.sh")[0] == 0
    assert run(CANCEL, "check", "-", "--stdin-filename", "sub/gen/a.sh")[0] == 0
    assert run(CANCEL, "fix", "-", "--stdin-filename", "sub/gen/a.sh")[1].decode() == CANCEL
    assert run(CANCEL, "fix", "-", "--stdin-filename", "gen/a.sh")[1].decode() == FIXED


def test_a_comment_and_a_baseline_count(run) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("# v2migrate: ignore\n" + CANCEL, "check", "-", "--stdin-filename", "x.sh")
    assert code == 0 and "1 suppressed by comments" in err
    Path("x.sh").write_text(CANCEL)
    run("", "baseline", "write")
    assert run("\n\n" + CANCEL, "check", "-", "--stdin-filename", "x.sh", "--baseline", ".v2migrate-baseline.json")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "-", "x.sh"], "- (stdin) and files cannot be checked in one run"),
        (["check", "x.sh", "--stdin-filename", "y.sh"], "- (stdin) and files cannot be checked in one run"),
        (["fix", "-i", "-"], "--interactive asks on the terminal and writes files"),
        (["baseline", "write", "-"], "a baseline is made of files"),
    ],
)
def test_wrong_usage(run, arguments: list[str], said: str) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(CANCEL, *arguments)
    assert (code, out) == (2, b"") and said in err

"""How runs end: one matrix of what is there, what is asked and the exit code. Whole commands, with the real engine."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from datetime import date
from pathlib import Path

import pytest

from v2migrate.cli import main
from v2migrate.config_fail_on import FailOn
from v2migrate.finding import Finding
from v2migrate.source import Span

GONE = "curl -f -u \"$T:\" -X DELETE https://circleci.com/api/v1.1/project/gh/acme/web/build-cache >/dev/null\n"
DEADLINE = "curl -f -u \"$T:\" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/12/retry >/dev/null\n"
LEGACY = "curl -f -u \"$T:\" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/12/cancel >/dev/null\n"
WRONG = "echo hello circleci # v2migrate: ignore\n"
CLEAN = "curl -f https://circleci.com/api/v2/me\n"
TEXTS = {"gone": GONE, "deadline": DEADLINE, "legacy": LEGACY, "wrong": WRONG, "clean": CLEAN, "irrelevant": "hello\n"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("V2MIGRATE_CONFIG", raising=False)
    (tmp_path / ".git").mkdir()
    for name, text in TEXTS.items():
        (tmp_path / f"{name}.sh").write_text(text)
    (tmp_path / "bad.toml").write_text("nope = 1\n")
    (tmp_path / "broken.py").write_text("def f(:\n")
    (tmp_path / "broken_call.py").write_text('def f(:\n  get("https://circleci.com/api/v1.1/me")\n')
    return tmp_path


MATRIX = [
    # what is there, the arguments, the code
    ("gone", "check", 1), ("deadline", "check", 1), ("legacy", "check", 1), ("wrong", "check", 1),
    ("clean", "check", 0), ("irrelevant", "check", 0), ("broken.py", "check", 0), ("broken_call.py", "check", 1),
    # levels take in those before them
    ("gone", "check --fail-on gone", 1), ("deadline", "check --fail-on gone", 0),
    ("legacy", "check --fail-on gone", 0), ("wrong", "check --fail-on gone", 0),
    ("gone", "check --fail-on deadline", 1), ("deadline", "check --fail-on deadline", 1),
    ("legacy", "check --fail-on deadline", 0), ("wrong", "check --fail-on deadline", 0),
    ("gone", "check --fail-on legacy", 1), ("deadline", "check --fail-on legacy", 1),
    ("legacy", "check --fail-on legacy", 1), ("wrong", "check --fail-on legacy", 0),
    ("gone", "check --fail-on any", 1), ("deadline", "check --fail-on any", 1),
    ("legacy", "check --fail-on any", 1), ("wrong", "check --fail-on any", 1),
    # 21 November 2026 to 1 February 2027 are 72 days
    ("deadline", "check --fail-on deadline<72d", 0), ("deadline", "check --fail-on deadline<73d", 1),
    ("gone", "check --fail-on deadline<1d", 1), ("legacy", "check --fail-on deadline<999d", 0),
    # the code is the same whatever the format
    ("legacy", "check --output-format json", 1), ("legacy", "check --output-format concise", 1),
    ("legacy", "check --output-format sarif", 1), ("legacy", "check --output-format junit", 1),
    ("legacy", "check --output-format github", 1), ("legacy", "check --output-format gitlab", 1),
    ("legacy", "check --output-format text=out.txt", 1), ("legacy", "check --statistics", 1),
    ("clean", "check --statistics", 0), ("legacy", "check -q", 1), ("legacy", "check -v", 1),
    ("legacy", "check --exit-zero", 0), ("gone", "check --exit-zero --fail-on gone", 0),
    ("legacy", "check --select current-user", 0), ("legacy", "check --ignore cancel-job", 0),
    ("legacy", "check --extend-exclude legacy.sh", 0), ("legacy", "check --show-files", 0),
    ("legacy", "check --show-settings", 0), ("legacy", "check --help", 0), ("legacy", "check --help-all", 0),
    # fix
    ("legacy", "fix", 0), ("clean", "fix", 0), ("deadline", "fix", 1), ("deadline", "fix --fail-on gone", 0),
    ("legacy", "fix --exit-non-zero-on-fix", 1), ("clean", "fix --exit-non-zero-on-fix", 0),
    ("legacy", "fix --diff", 1), ("clean", "fix --diff", 0), ("deadline", "fix --diff", 1),
    ("legacy", "fix --diff --exit-zero", 0), ("legacy", "check --fix", 0), ("deadline", "check --fix", 1),
    ("legacy", "fix --unfixable cancel-job", 1), ("legacy", "fix --no-assume personal-token", 1),
    ("legacy", "fix --no-assume personal-token --unsafe-fixes", 0),
    # baseline
    ("legacy", "baseline write", 0), ("legacy", "baseline write --file no/such/folder.json", 2),
    ("legacy", "baseline prune", 2), ("legacy", "baseline show --file none.json", 2),
    ("legacy", "check --baseline none.json", 2), ("legacy", "fix --baseline none.json", 2),
    # what cannot be done
    ("none.sh", "check", 2), ("none.sh", "fix", 2), ("none.sh", "check --exit-zero", 2),
    ("legacy", "check --nope", 2), ("legacy", "check --fail-on sunset", 2), ("legacy", "check --fail-on deadline<d", 2),
    ("legacy", "check --select nope", 2), ("legacy", "check --ignore nope", 2), ("legacy", "check --unfixable nope", 2),
    ("legacy", "check --assume nope", 2), ("legacy", "check --fail-on never", 2), ("legacy", "check --output-format xml", 2),
    ("legacy", "check --config bad.toml", 2), ("legacy", "check --config none.toml", 2),
    ("legacy", "check --config bad.toml --isolated", 2), ("legacy", "check --rules none", 2),
    ("legacy", "check --statistics --output-format json", 2), ("legacy", "fix --diff --statistics", 2),
    ("legacy", "fix --diff --output-format json", 2), ("legacy", "fix --interactive", 2),
    ("legacy", "fix --interactive --diff", 2), ("legacy", "check --baseline x --no-baseline", 2),
    ("legacy", "check --stdin-filename x.sh", 2), ("legacy", "check -", 2), ("legacy", "check --exclude !x", 2),
    ("legacy", "nope", 2),
]  # fmt: skip


@pytest.mark.parametrize(("there", "command", "code"), MATRIX, ids=lambda value: str(value).replace(" ", "_"))
def test_exit_codes(capsys: pytest.CaptureFixture[str], there: str, command: str, code: int) -> None:
    path = f"{there}.sh" if there in TEXTS else there
    assert main([*command.split(), path]) == code
    out, err = capsys.readouterr()
    assert "Traceback" not in err and "internal error" not in err
    if code == 2:
        assert out == "" and err.startswith("v2migrate: error: ") and err.count("\n") == 1


def test_what_does_not_fail_the_run_is_still_reported(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "legacy.sh", "--fail-on", "gone", "--output-format", "concise"]) == 0
    assert capsys.readouterr().out.startswith("legacy.sh:1:1: cancel-job ")


@pytest.mark.parametrize(
    ("today", "level", "code"),
    [("2027-01-31", "gone", 0), ("2027-02-01", "gone", 1), ("2027-02-01", "deadline<1d", 1), ("2027-01-03", "deadline<30d", 1),
     ("2027-01-02", "deadline<30d", 0)],
)  # fmt: skip
def test_the_date_decides(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], today: str, level: str,
                          code: int) -> None:
    monkeypatch.setenv("V2MIGRATE_TODAY", today)
    assert main(["check", "deadline.sh", "-q", "--fail-on", level]) == code


def test_an_impossible_today_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("V2MIGRATE_TODAY", "soon")
    assert main(["check", "legacy.sh"]) == 2
    assert "V2MIGRATE_TODAY is 'soon'; write a day as YYYY-MM-DD" in capsys.readouterr().err


def test_a_past_deadline_fails_whatever_the_days() -> None:
    today = date(2027, 3, 1)
    old = Finding("r", "sunset", Span("x", 0, 1), "m", deadline=date(2027, 2, 1))
    assert FailOn.parse("gone").fails(old, today) and FailOn.parse("deadline < 1d").fails(old, today)
    assert not FailOn.parse("gone").fails(Finding("r", "wrong", Span("x", 0, 1), "m"), today)


def test_statistics(capsys: pytest.CaptureFixture[str]) -> None:
    Path("legacy.sh").write_text(LEGACY * 2)
    main(["check", "legacy.sh", "deadline.sh", "gone.sh", "--statistics"])
    assert capsys.readouterr().out.splitlines() == [
        "2  [*] cancel-job         legacy, 2 safe",
        "1  [ ] clear-build-cache  gone, 1 without a fix",
        "1  [!] retry-job          ends 2027-02-01, 1 unsafe",
        "4  in all; 1 stops answering in 72 days",
    ]


# --- terminals ------------------------------------------------------------------------------------------------------


def on_a_terminal(
    *arguments: str, environment: dict[str, str], size: tuple[int, int] = (24, 80)
) -> tuple[int, str]:
    """Exit code and output of the command with a terminal of `size` for stdin, stdout and stderr."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    wanted = {**os.environ, "TERM": "xterm-256color", "PYTHONPATH": str(Path(__file__).parents[1]), **environment}
    wanted = {name: value for name, value in wanted.items() if name not in ("COLUMNS", "CI") or name in environment}
    running = subprocess.Popen(
        (sys.executable, "-m", "v2migrate", *arguments), stdin=theirs, stdout=theirs, stderr=theirs, env=wanted
    )
    os.close(theirs)
    out = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux says so when the other end is closed
            break
        if not piece:
            break
        out += piece
    os.close(ours)
    return running.wait(30), out.decode()


@pytest.mark.parametrize(
    ("environment", "colors"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
     ({"TERM": "dumb", "FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "0"}, True)],
)  # fmt: skip
def test_colours_on_a_terminal(environment: dict[str, str], colors: bool) -> None:
    code, out = on_a_terminal("check", "legacy.sh", environment=environment)
    assert code == 1 and ("\x1b[" in out) is colors


def test_a_terminal_without_a_size() -> None:
    code, out = on_a_terminal(
        "check", "legacy.sh", size=(0, 0), environment={"PRE_COMMIT": "1", "NO_COLOR": "1"}
    )
    assert code == 1
    assert out.splitlines()[0].startswith("legacy.sh:1:1: cancel-job ") and out.splitlines()[0].endswith(" [*]")


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
@pytest.mark.parametrize("command", ["check", "fix --diff", "fix", "check --statistics", "check --show-files",
                                     "check --show-settings", "baseline write", "rules", "explain trigger-build"])  # fmt: skip
def test_no_command_needs_utf_8(encoding: str, command: str) -> None:
    Path("日本.sh").write_text(f"# 日本 – “x”\n{LEGACY}")
    done = subprocess.run(
        (sys.executable, "-m", "v2migrate", *command.split()), capture_output=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode in (0, 1) and b"Traceback" not in done.stderr and b"error" not in done.stderr


def test_a_closed_pipe_is_141() -> None:
    for number in range(40):
        Path(f"x{number}.sh").write_text(LEGACY * 60)
    running = subprocess.Popen(
        (sys.executable, "-m", "v2migrate", "check", "--output-format", "concise"), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )  # fmt: skip
    assert running.stdout is not None and running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert (running.stderr.read(), running.wait(60)) == (b"", 141)
    running.stderr.close()


def test_shell_completion() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "v2migrate"), capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "_V2MIGRATE_COMPLETE": "bash_complete",
             "COMP_WORDS": "v2migrate check --fail", "COMP_CWORD": "2"},
    )  # fmt: skip
    assert done.stdout == "plain,--fail-on\n"

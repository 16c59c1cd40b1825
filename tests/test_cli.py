"""The command line: what goes where, and how each run ends. The engine is a stand-in here."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import v2migrate
from v2migrate.cli import main
from v2migrate.commands.terminal import Progress, wants_color, width
from v2migrate.errors import RuleError, UsageError
from v2migrate.finding import FileResult, Finding, Fix, Run
from v2migrate.options import Options
from v2migrate.source import Edit, Span

ROOT = Path(__file__).parent.parent
OLD, NEW = b"curl https://circleci.com/api/v1.1/me\n", b"curl https://circleci.com/api/v2/me\n"
EDIT = Edit("a b.sh", 30, b"v1.1", b"v2")
FINDING = Finding("me", "legacy", Span("a b.sh", 0, 37), "old", klass="safe", fix=Fix((EDIT,)), tokens=("$T",))


@dataclass
class Engine:
    """Answers with `findings`, or raises `error`; remembers what it was asked."""

    findings: tuple[Finding, ...] = ()
    problem: str = ""
    changes: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    error: BaseException | None = None
    paths: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    written: bool | None = None

    def run(self) -> Run:
        results = [FileResult("a b.sh", self.findings)] if self.findings else []
        if self.problem:
            results.append(FileResult("bad.py", (), self.problem))
        return Run(tuple(results), 3, date(2026, 11, 21), tuple(self.changes))

    def check(self, paths: Sequence[str], options: Options, progress: Any = None) -> Run:
        self.paths, self.options = tuple(paths), options
        progress(1, 3)
        if self.error is not None:
            raise self.error
        return self.run()

    def fix(self, paths: Sequence[str], options: Options, *, write: bool, progress: Any = None) -> Any:
        self.written = write
        return self.check(paths, options, progress), self.changes


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Engine:
    fake = Engine()
    module = ModuleType("v2migrate.engine")
    vars(module).update(check=fake.check, fix=fake.fix, Options=Options)
    monkeypatch.setitem(sys.modules, "v2migrate.engine", module)
    monkeypatch.setattr(v2migrate, "engine", module, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b.sh").write_bytes(OLD)
    for name in ("COLUMNS", "V2MIGRATE_DEBUG", "CLICOLOR_FORCE"):
        monkeypatch.delenv(name, raising=False)
    return fake


# --- exit codes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "findings", "changes", "code"),
    [
        (["check"], False, False, 0),
        (["check"], True, False, 1),
        (["check", "--exit-zero"], True, False, 0),
        (["check", "--output-format", "json"], True, False, 1),
        (["check", "--output-format", "concise"], True, False, 1),
        (["check", "-q"], True, False, 1),
        (["fix"], False, False, 0),
        (["fix"], False, True, 0),
        (["fix"], True, True, 1),
        (["fix", "--exit-zero"], True, True, 0),
        (["fix", "--diff"], False, False, 0),
        (["fix", "--diff"], False, True, 1),
        (["fix", "--diff"], True, False, 1),
        (["fix", "--diff", "--exit-zero"], True, True, 0),
        (["--help"], True, True, 0),
        (["check", "-h"], True, True, 0),
        (["--version"], True, True, 0),
        ([], True, True, 2),
        (["nope"], True, True, 2),
        (["check", "--nope"], True, True, 2),
        (["check", "--output-format", "xml"], True, True, 2),
        (["check", "--fail-on", "never"], True, True, 2),
        (["fix", "--diff", "--output-format", "json"], True, True, 2),
    ],
)
def test_exit_codes(engine: Engine, capsys: pytest.CaptureFixture[str], arguments: list[str], findings: bool,
                    changes: bool, code: int) -> None:
    engine.findings = (FINDING,) if findings else ()
    engine.changes = {"a b.sh": (OLD, NEW)} if changes else {}
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert (code == 2) == ("error" in err or "Usage" in err)
    assert code != 2 or out == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (UsageError("nope.py: no such file; name one"), "nope.py: no such file; name one"),
        (RuleError("x.toml", "to.path", "is\nodd \x1b[2J"), "x.toml: to.path: is odd \\x1b[2J"),
        (PermissionError(13, "Permission denied", "a.py"), "a.py: Permission denied"),
        (RuntimeError("oh"), "internal error: RuntimeError: oh (please report it; V2MIGRATE_DEBUG=1 shows where it happened)"),
        (RecursionError("deep"), "internal error: RecursionError: deep (please report it; V2MIGRATE_DEBUG=1 shows where it "
                                 "happened)"),
    ],
)
def test_failures_are_one_line_and_code_2(engine: Engine, capsys: pytest.CaptureFixture[str], error: Exception, said: str,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    engine.error = error
    assert main(["check"]) == 2
    assert capsys.readouterr() == ("", f"v2migrate: error: {said}\n")
    monkeypatch.setenv("V2MIGRATE_DEBUG", "1")
    with pytest.raises(type(error)):
        main(["check"])


def test_interrupt_is_130(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.error = KeyboardInterrupt()
    assert main(["fix"]) == 130
    assert "Traceback" not in capsys.readouterr().err


# --- options --------------------------------------------------------------------------------------------------------


def test_options_reach_the_engine(engine: Engine) -> None:
    main(["check"])
    assert (engine.paths, engine.options) == ((".",), Options(root=os.getcwd(), jobs=0))
    main(["fix", "x", "y z", "--unsafe-fixes", "--assume", "all-workflows,new-base", "--assume", "several-calls",
          "--no-assume", "personal-token", "--select", "a", "--ignore", "b", "--rules", "r"])  # fmt: skip
    assert engine.paths == ("x", "y z") and engine.written is True
    assert engine.options == Options(
        jobs=0, unsafe=True, assume=frozenset({"all-workflows", "new-base", "several-calls"}),
        no_assume=frozenset({"personal-token"}), select=frozenset({"a"}), ignore=frozenset({"b"}), rules="r",
        root=os.getcwd(),
    )  # fmt: skip
    main(["fix", "--diff"])
    assert engine.written is False


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--assume", "all-workflow"], "--assume all-workflow: no such assumption; did you mean all-workflows?"),
        (["--no-assume", "zzz"], "--no-assume zzz: no such assumption; known are personal-token, "),
        (["--assume", "new-base", "--no-assume", "new-base"], "new-base is both granted"),
        (["--nope"], "No such option '--nope'"),
        (["--output-format", "jso"], "Invalid value for '--output-format': 'jso' is not one of 'text', 'concise', 'json'"),
    ],
)
def test_wrong_usage_says_what_to_do(engine: Engine, capsys: pytest.CaptureFixture[str], arguments: list[str],
                                     said: str) -> None:
    assert main(["check", *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith("v2migrate: error: " + said) and err.count("\n") == 1


def test_a_path_in_the_place_of_a_command_is_understood(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["a b.sh"]) == 2
    assert "did you mean `v2migrate check a b.sh`?" in capsys.readouterr().err


@pytest.mark.parametrize("command", [[], ["check"], ["fix"]])
def test_help_fits_a_screen_and_has_three_examples(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert main([*command, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) <= 36 and max(map(len, lines)) <= 80
    assert sum(line.startswith("    v2migrate ") for line in lines) == 3


def test_all_options_are_shown_for_once(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--help"])
    usual = capsys.readouterr().out
    assert main(["check", "--help-all"]) == 0
    assert "--extend-select" in capsys.readouterr().out and "--extend-select" not in usual
    main(["check", "--help"])
    assert capsys.readouterr().out == usual


# --- streams --------------------------------------------------------------------------------------------------------


def test_findings_and_summary_go_to_stdout(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.findings, engine.problem = (FINDING,), "line 1: odd"
    main(["check"])
    out, err = capsys.readouterr()
    assert out.startswith("a b.sh:1:1: me old [*]\n") and "Found 1 (1 safe)" in out and "bad.py: line 1: odd" in out
    assert err == "" and "\x1b" not in out
    main(["check", "-q"])
    out, err = capsys.readouterr()
    assert out.startswith("a b.sh:1:1: me old [*]\n") and "Found" not in out
    assert err == "v2migrate: warning: bad.py: line 1: odd\n"
    main(["check", "-q", "--output-format", "concise"])
    assert capsys.readouterr().out == "a b.sh:1:1: me old [*]\n"


def test_json_is_alone_on_stdout(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.findings, engine.problem = (FINDING,), "odd"
    main(["check", "--output-format", "json", "--color", "always"])
    out, err = capsys.readouterr()
    assert json.loads(out)["findings"][0]["end_column"] == 38 and err == ""


def test_diff_is_alone_on_stdout_and_git_takes_it(engine: Engine, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    engine.changes = {"a b.sh": (OLD, NEW)}
    main(["fix", "--diff", "--color", "always"])
    out, err = capsysbinary.readouterr()
    assert b"Would rewrite 1 file" in err
    subprocess.run(("git", "apply"), input=out, check=True)
    assert Path("a b.sh").read_bytes() == NEW


def test_diff_outside_the_working_directory_warns(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    engine.changes = {"../up.sh": (OLD, NEW)}
    main(["fix", "--diff", "-q"])
    out, err = capsys.readouterr()
    assert out.startswith("--- a/../up.sh") and "outside the working directory (../up.sh)" in err


def test_frames_after_fixing_show_the_files_as_they_are_now(engine: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    left = Finding("odd", "wrong", Span("a b.sh", 5, 35), "left")
    engine.findings, engine.changes = (left,), {"a b.sh": (OLD, NEW)}
    main(["fix"])
    out = capsys.readouterr().out
    assert "1 | curl https://circleci.com/api/v2/me" in out and "v1.1" not in out
    assert "Rewrote 1 file" in out and "1 left (1 by hand)" in out


def test_no_color_and_force_color(engine: Engine, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
                                  ) -> None:
    engine.findings = (FINDING,)
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["check"])
    assert "\x1b[" in capsys.readouterr().out
    monkeypatch.setenv("NO_COLOR", "1")
    main(["check"])
    assert "\x1b" not in capsys.readouterr().out
    main(["check", "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "terminal", "expected"),
    [
        ({}, True, True), ({}, False, False), ({"TERM": "dumb"}, True, False), ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True), ({"FORCE_COLOR": "0"}, False, False), ({"FORCE_COLOR": "0"}, True, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True), ({"CLICOLOR_FORCE": "1"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)  # fmt: skip
def test_when_to_use_colours(environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert wants_color("auto", Terminal() if terminal else io.StringIO(), environment) is expected
    assert wants_color("always", io.StringIO(), environment) and not wants_color("never", Terminal(), environment)


def test_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert width(io.StringIO()) == 0
    assert width(Terminal()) >= 1
    monkeypatch.setenv("COLUMNS", "70")
    assert width(io.StringIO()) == 70


def test_progress_comes_late_seldom_and_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CI", "GITHUB_ACTIONS", "CIRCLECI", "GITLAB_CI", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    clock = iter([0.0, 0.5, 1.5, 1.52, 1.7])
    stream = Terminal()
    with Progress(False, stream, lambda: next(clock)) as progress:
        for done in range(4):
            progress(done, 4000)
    assert stream.getvalue() == "\r\x1b[Kchecking 1 of 4,000 files\r\x1b[Kchecking 3 of 4,000 files\r\x1b[K"
    monkeypatch.setenv("PRE_COMMIT", "1")
    with Progress(False, stream := Terminal(), lambda: 9.0 * len(stream.getvalue())) as progress:
        progress(1, 2)
    assert stream.getvalue() == ""


# --- whole processes ------------------------------------------------------------------------------------------------

STAND_IN = """
import sys, time, v2migrate
from dataclasses import dataclass
from datetime import date
from types import ModuleType
from v2migrate.finding import *
from v2migrate.source import *
module = v2migrate.engine = sys.modules["v2migrate.engine"] = ModuleType("v2migrate.engine")
module.Options = lambda **more: None
finding = Finding("me", "legacy", Span("é.sh", 0, 4), "日本 \\udcff old")
module.check = lambda *_: Run((FileResult("é.sh", (finding,) * COUNT),), 1, date(2026, 11, 21))
from v2migrate.cli import main
"""


def process(code: str, count: int = 1, **more: Any) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **more.pop("env", {})}
    source = f"COUNT = {count}\n{STAND_IN}{textwrap.dedent(code)}"
    return subprocess.Popen((sys.executable, "-c", source), env=environment, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, **more)


def test_closed_pipe_ends_without_a_word() -> None:
    running = process("sys.exit(main(['check', '--color', 'never']))", count=5000)
    assert running.stdout is not None and running.stderr is not None
    running.stdout.readline()
    running.stdout.close()
    assert running.stderr.read() == b""
    assert running.wait(30) == 141
    running.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_full_disk_is_one_line() -> None:
    with open("/dev/full", "w") as full:
        running = subprocess.run((sys.executable, "-m", "v2migrate", "--help"), cwd=ROOT, stdout=full, stderr=subprocess.PIPE)
    assert running.stderr == b"v2migrate: error: No space left on device\n"
    assert running.returncode == 2


def test_ctrl_c_ends_with_130() -> None:
    running = process("""
        def check(*_):
            print("ready", flush=True)
            time.sleep(30)
        module.check = check
        sys.exit(main(['check']))
    """)
    assert running.stdout is not None
    running.stdout.readline()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert (running.returncode, out, err.strip()) == (130, b"", b"")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
@pytest.mark.parametrize("form", ["text", "concise", "json"])
@pytest.mark.parametrize("color", ["always", "never"])
def test_no_encoding_ends_the_run(tmp_path: Path, encoding: str, form: str, color: str) -> None:
    (tmp_path / "é.sh").write_bytes("日本 x\n".encode())
    code = f"sys.exit(main(['check', '--color', '{color}', '--output-format', '{form}']))"
    running = process(code, cwd=tmp_path, env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    out, err = running.communicate(timeout=30)
    assert (running.returncode, err) == (1, b"")
    assert out.decode(encoding)


@pytest.mark.parametrize("argument", ["--help", "--version"])
def test_help_and_version_import_nothing_heavy(argument: str) -> None:
    code = f"""
        import sys
        from v2migrate.cli import main
        main([{argument!r}])
        heavy = {{"rich", "libcst", "tree_sitter", "yaml", "tomllib", "v2migrate.engine", "v2migrate.catalogue"}}
        sys.exit(", ".join(heavy & set(sys.modules)) or 0)
    """
    done = subprocess.run((sys.executable, "-c", textwrap.dedent(code)), cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "v2migrate" in done.stdout

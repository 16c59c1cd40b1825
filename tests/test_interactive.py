"""`fix --interactive`: what is asked and what an answer does, with strings for a terminal and through a real one."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from v2migrate import engine
from v2migrate.commands.interactive import Asker

HEAD = 'curl -f -u "$T:" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/'
CANCEL = HEAD + "{}/cancel >/dev/null\n"
TRIGGER = HEAD + "tree/{} >/dev/null\n"
ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    return tmp_path


def answers(said: str, text: str, **more: object) -> tuple[str, str]:
    """What a script becomes when the questions are answered by the lines of `said`, and what was asked."""
    Path("x.sh").write_text(text)
    output = io.StringIO()
    options = engine.Options(**more)  # type: ignore[arg-type]
    asker = Asker(io.StringIO(said), output, options)
    engine.fix(["x.sh"], options, write=True, wanted=asker)
    return Path("x.sh").read_text(), output.getvalue()


def moved(text: str) -> list[bool]:
    return ["/api/v2/" in line for line in text.splitlines()]


THREE = CANCEL.format(1) + CANCEL.format(2) + CANCEL.format(3)


@pytest.mark.parametrize(
    ("said", "expected", "asked"),
    [
        ("y\nn\ny\n", [True, False, True], 3),
        ("n\nn\nn\n", [False, False, False], 3),
        ("n\na\n", [False, True, True], 2),
        ("y\nq\n", [True, False, False], 2),
        ("YES\nno\nall\n", [True, False, True], 3),
        ("y\n", [True, False, False], 2),  # the end of the input is quit
        ("", [False, False, False], 1),
        ("\nmaybe\n?\ny\nq\n", [True, False, False], 5),
    ],
)
def test_answers(said: str, expected: list[bool], asked: int) -> None:
    text, output = answers(said, THREE)
    assert moved(text) == expected
    assert output.count("Make this fix? [y/n/a/q/?]") == asked


def test_the_question_shows_finding_and_diff_and_help() -> None:
    _, output = answers("?\nq\n", CANCEL.format(7))
    assert output.startswith("x.sh:1:1: cancel-job ") and "/api/v1.1/" in output
    assert "+ curl -f" in output and "/api/v2/project/gh/acme/web/job/7/cancel" in output
    assert "y: make this fix    n: leave it    a: make it, and all more of this rule" in output


def test_all_of_a_rule_is_of_that_rule_alone() -> None:
    text, output = answers("a\nn\n", CANCEL.format(1) + CANCEL.format(2) + TRIGGER.format("main"), unsafe=True)
    assert moved(text) == [True, True, False] and output.count("Make this fix?") == 2


def test_equal_calls_are_told_apart() -> None:
    text, _ = answers("y\nn\n", CANCEL.format(1) + CANCEL.format(1))
    assert moved(text) == [True, False]
    text, _ = answers("n\n", CANCEL.format(1) + CANCEL.format(1))
    assert moved(text) == [False, False]


def test_calls_on_one_text_are_one_question() -> None:
    shared = 'U=https://circleci.com/api/v1.1/project/gh/acme/web\ncurl -f -u "$T:" -X POST "$U/1/cancel" >/dev/null\n'
    text, output = answers("y\n", shared + shared.splitlines()[1].replace("1/", "2/") + "\n")
    assert "v1.1" not in text and output.count("Make this fix?") == 1 and "together with 1 more call" in output


def test_each_open_assumption_is_asked_for_once() -> None:
    Path("x.sh").write_text(TRIGGER.format("a") + TRIGGER.format("b"))
    output = io.StringIO()
    asker = Asker(io.StringIO("what\ny\n"), output, engine.Options())
    assert asker.assumptions(engine.check(["x.sh"], engine.Options())) == ("all-workflows",)
    assert output.getvalue().startswith("2 fixes assume all-workflows: every workflow of the branch may run")
    assert output.getvalue().count("Is that so? [y/n/q]") == 2
    for said in ("n\n", "q\n", ""):
        assert Asker(io.StringIO(said), io.StringIO(), engine.Options()).assumptions(
            engine.check(["x.sh"], engine.Options())) == ()  # fmt: skip


# --- through a terminal ---------------------------------------------------------------------------------------------


def session(steps: list[tuple[str, str]], *arguments: str) -> tuple[int, str]:
    """Exit code and output of `fix -i` in a terminal: for each step wait for a prompt, then type an answer."""
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("CI", "GITHUB_ACTIONS", "CIRCLECI", "GITLAB_CI", "PRE_COMMIT")}  # fmt: skip
    environment |= {"TERM": "xterm", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    running = subprocess.Popen((sys.executable, "-m", "v2migrate", "fix", "-i", *arguments), stdin=theirs, stdout=theirs,
                               stderr=theirs, env=environment, start_new_session=True)  # fmt: skip
    os.close(theirs)
    seen, done = "", 0

    def until(prompt: str | None) -> None:
        nonlocal seen, done
        while prompt is None or prompt not in seen[done:]:
            ready, _, _ = select.select([ours], [], [], 30)
            assert ready, f"{prompt!r} never came: {seen!r}"
            try:
                piece = os.read(ours, 65536)
            except OSError:
                piece = b""
            if not piece:
                assert prompt is None, f"ended before {prompt!r}: {seen!r}"
                return
            seen += piece.decode()
        done = seen.index(prompt, done) + len(prompt)

    for prompt, answer in steps:
        until(prompt)
        os.write(ours, answer.encode())
    until(None)
    os.close(ours)
    return running.wait(30), seen.replace("\r\n", "\n")


def test_in_a_terminal() -> None:
    Path("x.sh").write_text(CANCEL.format(1) + CANCEL.format(2) + TRIGGER.format("main"))
    ask = "[y/n/a/q/?] "
    code, seen = session([("Is that so? [y/n/q] ", "y\n"), (ask, "y\n"), (ask, "n\n"), (ask, "y\n")])
    assert moved(Path("x.sh").read_text()) == [True, False, True]
    assert code == 1 and "Fixed 2 in 1 file" in seen and "1 left (1 safe)" in seen


def test_without_the_grant_it_is_not_offered() -> None:
    Path("x.sh").write_text(TRIGGER.format("main"))
    code, seen = session([("Is that so? [y/n/q] ", "n\n")])
    assert code == 1 and "Make this fix?" not in seen and "v1.1" in Path("x.sh").read_text()


def test_with_unsafe_fixes_no_assumption_is_asked_for() -> None:
    Path("x.sh").write_text(TRIGGER.format("main"))
    code, seen = session([("[y/n/a/q/?] ", "y\n")], "--unsafe-fixes")
    assert code == 0 and "Is that so?" not in seen and "/api/v2/" in Path("x.sh").read_text()


def test_ctrl_d_quits_and_keeps_what_was_accepted() -> None:
    Path("x.sh").write_text(THREE)
    code, _ = session([("[y/n/a/q/?] ", "y\n"), ("[y/n/a/q/?] ", "\x04")])
    assert code == 1 and moved(Path("x.sh").read_text()) == [True, False, False]


def test_nothing_to_ask() -> None:
    Path("x.sh").write_text("echo\n")
    assert session([])[0] == 0


@pytest.mark.parametrize("name", ["CI", "PRE_COMMIT"])
def test_nobody_is_asked_in_ci(name: str) -> None:
    Path("x.sh").write_text(THREE)
    ours, theirs = pty.openpty()
    done = subprocess.run((sys.executable, "-m", "v2migrate", "fix", "-i"), stdin=theirs, stdout=theirs, stderr=subprocess.PIPE,
                          env={**os.environ, name: "1", "PYTHONPATH": str(ROOT)}, timeout=60)  # fmt: skip
    os.close(theirs)
    os.close(ours)
    assert done.returncode == 2
    assert done.stderr == b"v2migrate: error: --interactive asks, and there is no terminal to ask on; leave it out\n"
    assert Path("x.sh").read_text() == THREE

"""Writing whole or not at all: processes killed at each step, full disks, what is read-only, links, two runs at once."""

from __future__ import annotations

import os
import resource
import signal
import stat
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from v2migrate import applying, engine, writer
from v2migrate.cli import main
from v2migrate.options import Options
from v2migrate.writer import TEMPORARY, WriteError, write_file, write_files

OLD, NEW = b"\xef\xbb\xbfold\r\n" * 3000, b"\xef\xbb\xbfthe new one\r\n" * 2000
CALL = 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n'
STEPS = ("open", "write", "fchown", "chmod", "setxattr", "fsync", "close", "replace", "unlink", "ftruncate")
"""The calls of the system by which anything changes."""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for folder, _, _ in os.walk(tmp_path):
        os.chmod(folder, 0o755)


def child(work: Callable[[], int]) -> int:
    """How a process ends that does `work`: its exit code, or the number of the signal that ended it, negative."""
    pid = os.fork()
    if pid == 0:
        code = 99
        try:
            code = work()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


FULL = ("open", "write", "fsync", "replace", "ftruncate")
"""Those of them that a full disk can stop."""


def stop_at(number: int, how: Callable[[], None], *, after: bool, steps: Sequence[str] = STEPS) -> None:
    """Let the `number`th of `steps` in this process be the last one: `how` is called before it, or `after` it."""
    count = 0

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **more: Any) -> Any:
            nonlocal count
            count += 1
            if count == number and not after:
                how()
            result = real(*args, **more)
            if count == number and after:
                how()
            return result

        return step

    for name in steps:
        setattr(os, name, counted(getattr(os, name)))


def temporaries(folder: Path) -> list[Path]:
    return [p for p in folder.iterdir() if p.name.startswith(TEMPORARY)]


def killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("after", [False, True])
def test_killed_at_any_step_a_file_is_old_or_new(here: Path, after: bool) -> None:
    file, seen = here / "a.sh", []
    for number in range(1, 100):
        file.write_bytes(OLD)

        def work(number: int = number) -> int:
            stop_at(number, killed, after=after)
            write_file("a.sh", NEW)
            return 0

        ended = child(work)
        found = file.read_bytes()
        assert found in (OLD, NEW)
        for left in temporaries(here):
            left.unlink()
        seen.append(found == NEW)
        if ended == 0:
            break
        assert ended == -signal.SIGKILL
    assert seen[0] is False and seen[-1] is True and seen == sorted(seen) and len(seen) > 6


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")], ids=["ctrl-c", "full"])
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("links", [1, 2])
def test_stopped_at_any_step_nothing_is_left_behind(here: Path, error: BaseException, after: bool, links: int) -> None:
    """Here the process goes on: what it put beside the file is gone, and a file with two links is no half one."""
    file, count = here / "a.sh", 0
    for number in range(1, 100):
        file.unlink(missing_ok=True)
        (here / "b").unlink(missing_ok=True)
        file.write_bytes(OLD)
        if links == 2:
            os.link(file, here / "b")

        def stop() -> None:
            raise error

        def work(number: int = number, stop: Callable[[], None] = stop) -> int:
            real = {name: getattr(os, name) for name in STEPS}
            stop_at(number, stop, after=after, steps=FULL if isinstance(error, OSError) else STEPS)
            try:
                write_file("a.sh", NEW)
            except (KeyboardInterrupt, WriteError) as said:
                for name, function in real.items():
                    setattr(os, name, function)
                if isinstance(error, OSError):
                    assert str(said) == "a.sh: cannot be written: no space left on device; make room and run again"
                return 5
            return 0

        ended = child(work)
        assert ended in (0, 5)
        assert file.read_bytes() in (OLD, NEW) and file.stat().st_nlink == links
        # (an interrupt right before or after a clean-up step itself leaves the file that it was about to take away)
        assert len(temporaries(here)) <= (ended == 5 and number > 5)
        for left in temporaries(here):
            count += 1
            left.unlink()
        if ended == 0 and number > 6:
            break
    assert count <= 2


def test_a_full_disk_is_one_clear_line_and_the_other_files_are_done(here: Path) -> None:
    """By the system's own limit on the size of files: the large one cannot be written."""
    (here / "big.sh").write_text(CALL + "#" * 100_000 + "\n")
    (here / "small.sh").write_text(CALL)

    def work() -> int:
        sys.stdout = open("out", "w")  # noqa: SIM115
        sys.stderr = open("err", "w")  # noqa: SIM115
        resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
        code = main(["fix", "."])
        sys.stderr.flush()
        return code

    assert child(work) == 2
    assert (here / "big.sh").read_text().startswith(CALL) and "job/7/cancel" in (here / "small.sh").read_text()
    assert not temporaries(here)
    said = "v2migrate: error: big.sh: cannot be written: the file would be larger than the system allows"
    assert [line for line in (here / "err").read_text().splitlines() if "error" in line] == [
        f"{said}; raise the limit and run again"
    ]


@pytest.mark.parametrize(
    ("mode", "folder", "said"),
    [(0o444, 0o755, "in/a.sh: is read-only; make it writable and run again"),
     (0o644, 0o555, "in/a.sh: its folder {here}/in is read-only; make it writable and run again")],
)  # fmt: skip
def test_what_is_read_only_is_one_clear_line(
    here: Path, capsys: pytest.CaptureFixture[str], mode: int, folder: int, said: str
) -> None:
    (here / "in").mkdir()
    (here / "in" / "a.sh").write_text(CALL)
    (here / "in" / "a.sh").chmod(mode)
    (here / "b.sh").write_text(CALL)
    (here / "in").chmod(folder)
    assert main(["fix", "."]) == 2
    out, err = capsys.readouterr()
    assert f"v2migrate: error: {said.format(here=here)}\n" in err and err.count("error") == 1
    assert "in/a.sh:1:1: cancel-job" in out and "b.sh:1" not in out
    assert (here / "in" / "a.sh").read_text() == CALL and "job/7/cancel" in (here / "b.sh").read_text()


def test_reports_and_baselines_take_the_same_way(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "a.sh").write_text(CALL)
    (here / "in").mkdir()
    for arguments in (["check", "a.sh", "--output-format", "json=in/r.json"], ["baseline", "write", "a.sh", "--file", "in/b"]):
        (here / "in").chmod(0o555)
        assert main(arguments) == 2
        assert "its folder" in capsys.readouterr().err
        (here / "in").chmod(0o755)
        assert main(arguments) in (0, 1)
    assert sorted(p.name for p in (here / "in").iterdir()) == ["b", "r.json"]


def test_mode_owner_attributes_and_links_stay(here: Path) -> None:
    file = here / "a.sh"
    file.write_bytes(OLD)
    (here / "link").symlink_to("a.sh")
    file.chmod(0o4750)
    if os.geteuid() == 0:
        os.chown(file, 1234, 2345)
        file.chmod(0o4750)
    try:
        os.setxattr(file, "user.note", b"kept")
        named = True
    except OSError:
        named = False
    before = file.stat()
    write_file("link", NEW)
    after = file.stat()
    assert (here / "link").is_symlink() and file.read_bytes() == NEW and after.st_ino != before.st_ino
    assert stat.S_IMODE(after.st_mode) == 0o4750 and (after.st_uid, after.st_gid) == (before.st_uid, before.st_gid)
    assert not named or os.getxattr(file, "user.note") == b"kept"


def test_hard_links_stay(here: Path) -> None:
    (here / "a.sh").write_bytes(OLD)
    os.link("a.sh", "b.sh")
    write_file("a.sh", NEW)
    assert (here / "b.sh").read_bytes() == NEW and os.path.samefile("a.sh", "b.sh") and not temporaries(here)


def test_an_owner_that_cannot_be_given_away_stays(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    (here / "a.sh").write_bytes(OLD)
    before = os.stat("a.sh")
    monkeypatch.setattr(writer, "_same_owner", lambda handle, status: False)
    write_file("a.sh", NEW)
    assert os.stat("a.sh").st_ino == before.st_ino and (here / "a.sh").read_bytes() == NEW and not temporaries(here)


def test_files_that_belong_together_are_all_written_or_none(here: Path) -> None:
    for name in "abc":
        (here / name).write_bytes(OLD)
    os.chmod("b", 0o444)
    problems = write_files({name: (OLD, NEW) for name in "abc"}, [{"a", "b"}])
    assert problems == {
        "b": "b: is read-only; make it writable and run again",
        "a": "a: not written, since b cannot be, and the two belong together",
    }
    assert [(here / name).read_bytes() for name in "abc"] == [OLD, OLD, NEW] and not temporaries(here)


def test_what_was_written_is_taken_back_where_its_partner_fails(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in "ab":
        (here / name).write_bytes(OLD)
    real = os.replace

    def once(source: str, target: str) -> None:
        if target.endswith("/b"):
            raise OSError(16, "Device or resource busy")
        real(source, target)

    monkeypatch.setattr(os, "replace", once)
    problems = write_files({"a": (OLD, NEW), "b": (OLD, NEW)}, [{"a", "b"}])
    assert problems["b"] == "b: cannot be written: device or resource busy" and set(problems) == {"a", "b"}
    assert [(here / name).read_bytes() for name in "ab"] == [OLD, OLD] and not temporaries(here)


def test_an_edit_of_someone_else_is_not_lost(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What counts is what was read when the fix was made, not what the file holds a moment before it is written."""
    (here / "a.sh").write_text(CALL)
    real = applying.apply

    def slow(*arguments: Any) -> dict[str, bytes]:
        made = real(*arguments)
        (here / "a.sh").write_text(CALL + "echo mine\n")
        return made

    monkeypatch.setattr(applying, "apply", slow)
    run, changed = engine.fix(["a.sh"], Options(), write=True)
    said = "a.sh: was changed by someone else meanwhile; nothing was written there, run again"
    assert run.unwritten == (said,) and not changed
    assert (here / "a.sh").read_text() == CALL + "echo mine\n"


def test_two_runs_at_once_lose_no_edit(here: Path) -> None:
    """Two processes that read the same text and write at the same moment: one wins, the other one is told."""
    for turn in range(25):
        (here / "a").write_bytes(OLD)
        start = time.monotonic() + 0.01
        pids = []
        for mine in (b"one", b"two"):
            pid = os.fork()
            if pid == 0:
                while time.monotonic() < start:
                    pass
                os._exit(1 if write_files({"a": (OLD, mine)}) else 0)
            pids.append(pid)
        first, second = (os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids)
        assert {first, second} == {0, 1}, turn
        assert (here / "a").read_bytes() == (b"one" if first == 0 else b"two")


def test_what_is_there_already_is_no_problem(here: Path) -> None:
    (here / "a").write_bytes(NEW)
    before = os.stat("a").st_mtime_ns
    assert write_files({"a": (OLD, NEW)}) == {} and os.stat("a").st_mtime_ns == before

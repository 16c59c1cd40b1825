"""Runs commands and says what they cost, alone and in pairs. Knows no tool.

Only ratios of commands that ran right after one another are told: a figure in seconds says more about the machine.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_LAUNCH = (
    "import json,os,sys;"
    "p=os.posix_spawnp(sys.argv[1],sys.argv[1:],os.environ,file_actions=[(os.POSIX_SPAWN_OPEN,1,os.devnull,os.O_WRONLY,0)]);"
    "print(os.wait4(p,0)[2].ru_maxrss)"
)
"""A process has at least the peak memory of the one that started it, so memory is asked for from one that has next to none."""


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, and where. `before` puts its input in order, and is not counted. `codes`: how it may end."""

    argv: tuple[str, ...]
    cwd: Path | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] | None = None
    codes: tuple[int, ...] = (0, 1)
    limit: float = 900


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and of all processors together (of the process and those that it waited for)."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of what `ours` took of what `theirs` took in `n` pairs, and the medians of both."""

    n: int
    wall: float
    cpu: float
    spread: tuple[float, float]
    ours: Cost
    theirs: Cost


class Failed(Exception):
    """A command could not be run, ended otherwise than it should, or took too long."""


class TookTooLong(Failed):
    """A command was ended after `seconds`."""

    def __init__(self, said: str, seconds: float) -> None:
        super().__init__(said)
        self.seconds = seconds


def run(command: Command) -> Cost:
    """Run a command once, its output thrown away. Raises Failed."""
    if command.before is not None:
        command.before()
    environment = {**os.environ, **command.env}
    here = Path.cwd()
    null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDWR, 0) for number in (0, 1, 2)]
    try:
        if command.cwd is not None:
            os.chdir(command.cwd)
        start = time.perf_counter()
        process = os.posix_spawnp(command.argv[0], command.argv, environment, file_actions=null, setpgroup=0)
    except OSError as error:
        raise Failed(f"{command.argv[0]}: {error.strerror}") from None
    finally:
        os.chdir(here)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(process, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, command.limit)
    try:
        _, status, used = os.wait4(process, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    if code not in command.codes:
        said = " ".join(command.argv[:4])
        if code == -signal.SIGKILL and wall >= command.limit:
            raise TookTooLong(f"{said} … took over {command.limit:.0f} s", command.limit)
        raise Failed(f"{said} … ended with {code}")
    return Cost(wall, used.ru_utime + used.ru_stime)


def pairs(ours: Command, theirs: Command, n: int, *, warm: bool = True) -> Ratio:
    """`n` pairs A B A B after one of ours, and if `warm` one of theirs, that do not count. Raises Failed."""
    run(ours)
    if warm:
        run(theirs)
    costs = [(run(ours), run(theirs)) for _ in range(n)]
    walls = sorted(a.wall / b.wall for a, b in costs)
    return Ratio(
        n, statistics.median(walls), statistics.median(a.cpu / max(b.cpu, 1e-4) for a, b in costs), (walls[0], walls[-1]),
        _median([a for a, _ in costs]), _median([b for _, b in costs]),
    )  # fmt: skip


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(statistics.median(c.wall for c in costs), statistics.median(c.cpu for c in costs))


def memory(command: Command) -> float:
    """The peak memory in MiB of the largest process that a run of the command had. Raises Failed."""
    if command.before is not None:
        command.before()
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCH, *command.argv], cwd=command.cwd, env={**os.environ, **command.env},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=command.limit, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise Failed(f"{' '.join(command.argv[:4])} … ended with {done.returncode}")
    return int(json.loads(done.stdout)) / 1024


def strain(command: Command) -> float:
    """How long a search that keeps two processors busy waits for them: its time by the clock over that of the processors.

    About 0.5 on an idle machine of two processors; more than 0.7 says that others are at work.
    """
    runs = [run(command) for _ in range(3)]
    return statistics.median(cost.wall / cost.cpu for cost in runs)

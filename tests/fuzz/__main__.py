"""`PYTHONPATH=tests python -m fuzz --minutes 60 [TARGET...]`: feed the targets for long; runs, seeds, crashes go to a log."""

from __future__ import annotations

import argparse
import hashlib
import json
import signal
import sys
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings

from .mutate import Case, changed
from .targets import TARGETS, Target

ROUND = 250
"""Examples between two looks at the clock."""
SLOW = 10.0
"""Seconds of processor time after which an example counts as a hang. The clock on the wall would count other programs."""


class Hang(Exception):
    """An example took longer than it may."""


def main() -> int:
    """Run; the exit code is 1 where something crashed."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--minutes", type=float, default=1.0, help="how long, for all targets together")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="the first seed; each round takes the next one")
    parser.add_argument("--log", type=Path, default=Path("fuzz-log.json"), help="where runs and crashes are kept")
    parser.add_argument("--replay", type=Path, help="feed one file (named as the crash was) to the target, and end")
    asked = parser.parse_args()
    if unknown := [name for name in asked.targets if name not in TARGETS]:
        parser.error(f"there is no target {unknown[0]}; there are {', '.join(TARGETS)}")
    names = asked.targets or list(TARGETS)
    if asked.replay:
        TARGETS[names[0]].check(asked.replay.name.partition("--")[2], asked.replay.read_bytes())
        return 0
    watch()
    log = Log(asked.log)
    end, number = time.monotonic() + asked.minutes * 60, asked.seed
    while time.monotonic() < end:
        for name in names:
            if time.monotonic() >= end:
                break
            begun = time.monotonic()
            done = _round(TARGETS[name], number, partial(log.crash, name, number))
            log.ran(name, number, done, time.monotonic() - begun)
        number += 1
    return 1 if log.data["crashes"] else 0


def _round(target: Target, number: int, crash: Callable[[Case, BaseException], None]) -> int:
    """One round from one seed; how many examples it was. A crash does not end it."""
    count = 0

    @hypothesis_settings(max_examples=ROUND, database=None, deadline=None, phases=[Phase.generate],
                         suppress_health_check=list(HealthCheck))  # fmt: skip
    @seed(number)
    @given(changed(target.seeds))
    def run(case: Case) -> None:
        nonlocal count
        count += 1
        error = attempt(target, case)
        if error is not None:
            crash(case, error)

    run()
    return count


def attempt(target: Target, case: Case) -> BaseException | None:
    """Feed one case; what it raised."""
    signal.setitimer(signal.ITIMER_VIRTUAL, SLOW)
    try:
        target.check(*case)
    except (Exception, RecursionError) as error:
        return error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return None


def watch() -> None:
    """Let a hang end as an error."""
    signal.signal(signal.SIGVTALRM, _hang)


def _hang(number: int, frame: FrameType | None) -> None:
    raise Hang(f"more than {SLOW} seconds")


class Log:
    """What ran, in one JSON file that is whole at any time; crashing inputs lie beside it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.data: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {"targets": {}, "crashes": {}}

    def ran(self, name: str, number: int, examples: int, seconds: float) -> None:
        """A round is over."""
        of = self.data["targets"].setdefault(name, {"examples": 0, "seconds": 0.0, "seeds": [number, number]})
        of["examples"] += examples
        of["seconds"] = round(of["seconds"] + seconds, 1)
        of["seeds"] = [min(of["seeds"][0], number), max(of["seeds"][1], number)]
        self.data["until"] = datetime.now(UTC).isoformat(timespec="seconds")
        self.save()

    def crash(self, name: str, number: int, case: Case, error: BaseException) -> None:
        """Keep a crash, once for each place in the code that it comes from, with the smallest input."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [frame for frame in frames if "v2migrate/" in frame.filename.replace("\\", "/")] or frames
        at = frames[-1] if isinstance(error, AssertionError) else own[-1]
        where = f"{name}: {type(error).__name__} at {Path(at.filename).name}:{at.lineno} {at.name}"
        known = self.data["crashes"].get(where)
        if known is None or len(case[1]) < known["size"]:
            digest = hashlib.sha256(where.encode()).hexdigest()[:10]
            file = self.file.parent / f"crash-{name}-{digest}--{case[0]}"
            file.write_bytes(case[1])
            said = "".join(traceback.format_exception(error))[-1500:]
            self.data["crashes"][where] = {"size": len(case[1]), "seed": number, "file": file.name, "count": 0, "error": said}
            print(f"{where} ({len(case[1])} bytes, {file})", file=sys.stderr, flush=True)
        self.data["crashes"][where]["count"] += 1
        self.save()

    def save(self) -> None:
        """Write the log."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.data, indent=1) + "\n")


if __name__ == "__main__":
    sys.exit(main())

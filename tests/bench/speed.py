"""The table of speed: what v2migrate takes of what others take, in one run.

    python tests/bench/speed.py [--peers FOLDER] [--trees FOLDER] [--only TEXT] [--patience S] [--minutes N] [-n N]
        [--json FILE] [--update-readme]

Each row runs ours and the partner one after the other, several times, and tells the median of the ratios, by the clock and by the
processors' time. Between rows it asks whether the machine is busy with other things; a row that stands next to such a moment is
"loaded, not judged": under load, ratios by the clock lie in both directions. Rows that cannot run say why.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import plant
import table
from measure import Command, Failed, Ratio, TookTooLong, memory, pairs, run, strain
from rows import LITERALS, ROWS, Row
from setting import Missing, Setting

LOADED = 0.7
"""The strain (see `measure`) above which others are at work. An idle machine with two processors has 0.5 to 0.6."""

SPIN = "import os\nchild = os.fork()\nsum(i * i for i in range(4_000_000))\nchild and os.wait()"
REACH_MIB, LIMIT_MIB = 64, 96


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it was measured. `value` is what reach and limit are about; `why` says what there is instead of a verdict."""

    row: Row
    value: float | None
    verdict: str
    ratio: Ratio | None = None
    mib: float | None = None
    strain: float = 0.0


def verdict(row: Row, value: float, quiet: bool) -> str:
    """What is said of a value."""
    if not row.limit:
        return ""
    if not quiet:
        return "loaded, not judged"
    return "reached" if value <= row.reach else "ok" if value <= row.limit else "over"


def busy(setting: Setting) -> float:
    """How strained the machine is right now: by ripgrep over a big tree where there is one, else by two busy processes."""
    try:
        found = (setting.peer("rg"), "-j2", "-lF", "--no-ignore", "--hidden", LITERALS[0], ".")
        return strain(Command(found, setting.tree("mono-S"), codes=(0, 1, 2)))
    except Missing:
        return strain(Command((sys.executable, "-I", "-S", "-c", SPIN)))


def measure(row: Row, setting: Setting, n: int | None, patience: float) -> Line:
    """One row; a row that cannot run says so. A partner is ended after `patience` seconds: our ratio is at most that then."""
    try:
        ours, theirs = row.make(setting)
        before = busy(setting)
        if theirs is None:
            ratio, stopped = None, ""
            value = min(run(ours).wall for _ in range(n or row.n))
        else:
            ratio, value, stopped = against(ours, dataclasses.replace(theirs, limit=patience), min(n or row.n, row.n), row.warm)
        after = busy(setting)
        worst = max(before, after)
        said = verdict(row, value, worst <= LOADED)
        if stopped:  # a bound says nothing where it lies above what is wanted
            said = stopped if said == "over" else f"{said}; {stopped}"
        return Line(row, value, said, ratio, memory(ours), worst)
    except (Missing, Failed) as error:
        return Line(row, None, f"not run: {error}")


def against(ours: Command, theirs: Command, n: int, warm: bool) -> tuple[Ratio | None, float, str]:
    """The ratio, its median by the clock, and what is to be said where the partner was not waited for. Raises Failed."""
    try:
        ratio = pairs(ours, theirs, n, warm=warm)
        return ratio, ratio.wall, ""
    except TookTooLong as slow:
        return None, run(ours).wall / slow.seconds, f"the partner was ended after {slow.seconds:.0f} s, the ratio is less"


def recall(setting: Setting) -> Line:
    """How many of the calls that are planted in mono-S a report has, as a line of the table."""
    row = Row("planted calls that are found in mono-S", "those planted", 1, 1, lambda s: (Command(()), None))
    try:
        tree = setting.tree("mono-S")
        planted = plant.plant(tree)
        try:
            command = [setting.ours, "check", "--exit-zero", "--output-format", "json", "."]
            report = subprocess.run(command, cwd=tree, capture_output=True, check=True).stdout
        finally:
            plant.uproot(tree)
        found, every = plant.recall(planted, json.loads(report))
        return Line(row, found / every, "reached" if found == every else f"over: {every - found} of {every} were missed")
    except Missing as error:
        return Line(row, None, f"not run: {error}")


def most_memory(lines: list[Line]) -> Line:
    """The row for the most memory that any of ours took."""
    row = Row("peak memory of ours in all of these, MiB", "", REACH_MIB, LIMIT_MIB, lambda s: (Command(()), None))
    known = [line.mib for line in lines if line.mib is not None]
    return Line(row, max(known), verdict(row, max(known), True)) if known else Line(row, None, "not run")


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    beside = Path(sys.executable).with_name("v2migrate")
    parser.add_argument("--v2migrate", default=str(beside), help="the console script to measure (beside this Python)")
    parser.add_argument("--peers", type=Path, help="the folder of the peers' programs, such as PEERS/bin")
    parser.add_argument("--trees", type=Path, help="the folder that trees.py was given")
    parser.add_argument("--only", default="", help="only rows of benches with this text")
    parser.add_argument("-n", type=int, help="at most so many pairs")
    parser.add_argument("--patience", type=float, default=600, help="seconds after which a partner is ended (600)")
    parser.add_argument("--minutes", type=float, default=60, help="begin no row after so many (60)")
    parser.add_argument("--json", type=Path, help="write all figures here, too")
    parser.add_argument("--update-readme", action="store_true", help="put the table into the README")
    given = parser.parse_args()
    os.environ.pop("V2MIGRATE_TODAY", None)
    with tempfile.TemporaryDirectory(prefix="v2migrate-bench-") as work:
        setting = Setting(given.v2migrate, given.peers, given.trees, Path(work))
        if "import re" in Path(setting.ours).read_text("utf-8", "replace"):
            print("the console script was written by an old pip: it imports re, half a start of Python (pip install -U pip)")
        print(table.machine(setting.ours), table.HEAD, sep="\n")
        lines: list[Line] = []
        end = time.monotonic() + given.minutes * 60
        for row in ROWS:
            if given.only in row.bench:
                if time.monotonic() > end:
                    lines.append(Line(row, None, "not run: no time was left"))
                else:
                    lines.append(measure(row, setting, given.n, given.patience))
                print(table.text(lines[-1]), flush=True)
        lines += [most_memory(lines), recall(setting)]
        print(*map(table.text, lines[-2:]), sep="\n")
        if given.json:
            report = {"machine": table.machine(setting.ours), "rows": [table.figures(line) for line in lines]}
            given.json.write_text(json.dumps(report, indent=2) + "\n", "utf-8")
        if given.update_readme:
            table.into_readme("speed", table.markdown(lines, setting.ours))
    return 0


if __name__ == "__main__":
    sys.exit(main())

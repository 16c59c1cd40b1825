"""Plants files that call the old API in a tree of other people's code, and says which of the calls a report of v2migrate has.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import hot

FOLDER = "planted_by_bench"
PLAN = {"python": 20, "shell": 15, "yaml": 10, "make": 4, "docker": 4, "markdown": 7}
"""How many files of each kind are planted."""


def plant(tree: Path) -> dict[str, tuple[int, ...]]:
    """Plant the files in folders below `tree`: their paths from there, with the lines of their calls."""
    folders = sorted(f for f in tree.glob("*/*") if f.is_dir() and not f.is_symlink() and not f.name.startswith("."))
    pick = random.Random(20270201)
    planted: dict[str, tuple[int, ...]] = {}
    for kind, count in PLAN.items():
        for file in hot.files(7, kind, count, (20, 300), (1, 4)):
            folder = pick.choice([f for f in folders if f.name not in ("vendor", "build", "dist")]) / FOLDER
            hot.write(folder, [file])
            planted[(folder / file.name).relative_to(tree).as_posix()] = file.lines
    return planted


def uproot(tree: Path) -> None:
    """Take planted files out again."""
    for folder in tree.glob(f"*/*/{FOLDER}"):
        shutil.rmtree(folder)


def recall(planted: Mapping[str, Sequence[int]], report: Mapping[str, Any]) -> tuple[int, int]:
    """How many of the planted calls a JSON report has a finding at, and how many there are."""
    reached: dict[str, set[int]] = {}
    for finding in report["findings"]:
        reached.setdefault(finding["path"], set()).update(range(finding["line"], finding["end_line"] + 1))
        for place in finding["trail"]:
            reached.setdefault(place["path"], set()).add(place["line"])
    every = [(path, line) for path, lines in planted.items() for line in lines]
    return sum(line in reached.get(path, ()) for path, line in every), len(every)


"""Where the programs and the trees of a bench are, and the inputs that it makes itself. Knows no row of the table."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import hot
import trees

RULES = Path(__file__).parent / "rules"
_FIXIT = '[tool.fixit]\nroot = true\nenable = [".rules.old_circleci"]\ndisable = ["fixit.rules"]\n'


class Missing(Exception):
    """What a row needs is not there; the text says what, and where it would come from."""


@dataclass(frozen=True, slots=True)
class Setting:
    """`ours` is the console script to measure; `peers` and `trees` are folders that may be missing; `work` is thrown away."""

    ours: str
    peers: Path | None
    trees: Path | None
    work: Path

    @property
    def python(self) -> str:
        """The interpreter that the console script runs in: what a start of ours is compared with."""
        return str(Path(self.ours).with_name("python"))

    def peer(self, name: str) -> str:
        """The path of a program that we are compared with. Raises Missing."""
        found = shutil.which(name, path=str(self.peers)) if self.peers is not None else None
        if found is None:
            raise Missing(f"{name} is not there (--peers; tests/bench/peers-requirements.txt)")
        return found

    def tree(self, name: str) -> Path:
        """One of the big trees. Raises Missing."""
        if self.trees is None or not trees.made(self.trees, name):
            raise Missing(f"the tree {name} is not there (--trees; tests/bench/trees.py)")
        return self.trees / name

    @property
    def peers_first(self) -> dict[str, str]:
        """The environment for peers that start programs of their own."""
        return {"PATH": os.pathsep.join([str(self.peers), os.environ.get("PATH", os.defpath)])}


@functools.cache
def clean_file(work: Path) -> str:
    """A Python file of 150 lines without a sign of CircleCI."""
    hot.write(work, hot.files(2, "plain", 1, (150, 150), (0, 0)))
    return str(work / "plain_00000.py")


@functools.cache
def one_file(work: Path) -> str:
    """A Python file of 150 lines with two calls."""
    hot.write(work / "one", hot.files(3, "python", 1, (150, 150), (2, 2)))
    return str(work / "one" / "task_00000.py")


@functools.cache
def hot_files(work: Path, kind: str, count: int) -> Path:
    """A folder with `count` files of a kind, all of which call the old API."""
    folder = work / f"{kind}-{count}"
    hot.write(folder, hot.files(1, kind, count, (100, 260) if kind == "python" else (40, 110), (1, 4)))
    return folder


@functools.cache
def long_file(work: Path, lines: int) -> str:
    """A Python file of so many lines, with a call in every hundred."""
    hot.write(work / f"long-{lines}", hot.files(4, "python", 1, (lines, lines), (lines // 100, lines // 100)))
    return str(work / f"long-{lines}" / "task_00000.py")


@functools.cache
def large_file(work: Path) -> str:
    """A Python file of just under 5,000,000 bytes, the most that is looked into unasked, with ten calls."""
    path = Path(long_file(work, 1000))
    text = path.read_text("utf-8")
    (rest,) = hot.files(5, "plain", 1, (2000, 2000), (0, 0))
    text += ("\n\n" + rest.text) * ((4_999_000 - len(text)) // (len(rest.text) + 2))
    path = work / "large.py"
    path.write_text(text, "utf-8")
    return str(path)


def laid_anew(source: Path, copy: Path) -> None:
    """The files of a folder in a second one, as they were: what is fixed there was not fixed before."""
    for file in source.iterdir():
        if not (copy / file.name).is_file() or (copy / file.name).read_bytes() != file.read_bytes():
            copy.mkdir(exist_ok=True)
            shutil.copyfile(file, copy / file.name)


def with_fixit(folder: Path) -> Path:
    """A folder with the one rule of fixit beside its files."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "rules" / "__init__.py").touch()
    shutil.copyfile(RULES / "old_circleci.py", folder / "rules" / "old_circleci.py")
    (folder / "pyproject.toml").write_text(_FIXIT, "utf-8")
    return folder


@functools.cache
def hooked(work: Path, name: str, entry: str) -> Path:
    """A git repository with ten clean files and one hook of pre-commit, which is already installed."""
    folder = work / f"hooked-{name}"
    hot.write(folder, hot.files(6, "plain", 10, (40, 200), (0, 0)))
    hook = f"{{id: {name}, name: {name}, entry: {entry!r}, language: system, types: [text], require_serial: true}}"
    (folder / ".pre-commit-config.yaml").write_text(f"repos: [{{repo: local, hooks: [{hook}]}}]\n", "utf-8")
    for command in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    return folder

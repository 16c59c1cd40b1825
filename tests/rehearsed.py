"""A small repository of a user's, and commands run in it as they would. No tests in here."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from v2migrate.cli import main

SECRET = "cafe" * 10  # as CircleCI's old tokens look


@dataclass(frozen=True)
class Said:
    """What a run of v2migrate came to."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Workshop:
    """The repository, and how things are done in it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, name: str, text: str) -> Path:
        """A file of the work tree."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def commit(self) -> None:
        """Everything, as the next revision."""
        for command in (("add", "-A"), ("commit", "-qm", "x")):
            git(self.folder, *command)

    def run(self, *arguments: str, fenced: bool = True) -> Said:
        """v2migrate, in this process; without a fence where the system has none, unless the test is about it."""
        name, *rest = arguments
        self.capsys.readouterr()
        code = main([name, *([] if not fenced or fence() else ["--uncontained"]), *rest])
        said = self.capsys.readouterr()
        return Said(code, said.out, said.err)


def git(folder: Path, *arguments: str) -> None:
    """A git command, with a user and nobody's settings."""
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b"}
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder.parent), "GIT_CONFIG_NOSYSTEM": "1", **who}
    subprocess.run(("git", "-C", str(folder), *arguments), check=True, env=environment, capture_output=True)


@functools.cache
def fence() -> bool:
    """Whether this system lets the network be shut."""
    code = "import pathlib,sys\nfrom v2migrate.emulator.containment import contain\ncontain(pathlib.Path(sys.argv[1]), ())"
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run((sys.executable, "-c", code, folder), capture_output=True, check=False).returncode == 0


def need_fence() -> None:
    """Skips a test about the shut network where it cannot be shut (many containers forbid it)."""
    if not fence():
        pytest.skip("this system does not let the network be shut")


def workshop(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workshop:
    """A new repository, which becomes the working directory; nothing of CircleCI is in the environment."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    monkeypatch.chdir(folder)
    for name in [name for name in os.environ if "TOKEN" in name or name.startswith("CIRCLE")]:
        monkeypatch.delenv(name)
    return Workshop(folder, capsys)

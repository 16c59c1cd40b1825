"""The project that a run is about: the folder that paths in fingerprints and settings are relative to, and where its
settings may stand. Imports next to nothing: every run begins here."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONFIG_NAMES = (".v2migrate.toml", "v2migrate.toml", "pyproject.toml")
"""Files that may hold settings, the one that wins first."""


def folders_above(path: str) -> Iterator[str]:
    """The folder of `path` (itself, if it is one) and those above it, absolute, up to the root of its git work tree.

    Outside a work tree: up to the file system's root.
    """
    at = os.path.abspath(path)
    if not os.path.isdir(at):
        at = os.path.dirname(at)
    while True:
        yield at
        above = os.path.dirname(at)
        if above == at or os.path.lexists(os.path.join(at, ".git")):
            return
        at = above


def work_tree(path: str) -> str:
    """The root of the git work tree that `path` is in, absolute; empty where it is in none."""
    *_, top = folders_above(path)
    return top if os.path.lexists(os.path.join(top, ".git")) else ""


def settings_files(path: str) -> Iterator[str]:
    """The files that may hold settings for `path`, absolute, the one that wins first.

    A pyproject.toml counts where our name is in it, or where it cannot be read.
    """
    for folder in folders_above(path):
        for name in CONFIG_NAMES:
            file = os.path.join(folder, name)
            if os.path.isfile(file) and (name != "pyproject.toml" or _names_us(file)):
                yield file


def _names_us(file: str) -> bool:
    try:
        with open(file, "rb") as stream:
            return b"v2migrate" in stream.read()
    except OSError:
        return True


def root_of(paths: Sequence[str], config: str = "") -> str:
    """The project's root, absolute: the nearest folder above the first of `paths` with `.git`, else that of the
    settings file `config`, else the working directory, or the named folder where that is somewhere else."""
    first = paths[0] if paths else "."
    if top := work_tree(first):
        return top
    if config:
        return os.path.dirname(os.path.abspath(config))
    here, named = os.getcwd(), os.path.abspath(first)
    if named == here or named.startswith(os.path.join(here, "")):
        return here
    return named if os.path.isdir(named) else os.path.dirname(named)

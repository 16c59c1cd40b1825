"""The repository that a run looks at: its root, its name, its CODEOWNERS file. Reads git's files, runs no program."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from v2migrate.project import work_tree
from v2migrate.remote import remotes


def root_of(paths: Sequence[str]) -> str:
    """The root of the git work tree that the first of `paths` (default: this folder) is in, links followed, since services
    name files from there; empty where there is none."""
    try:
        return work_tree(os.path.realpath(paths[0] if paths else "."))
    except (OSError, ValueError):
        return ""


def name_of(root: str) -> str:
    """`owner/name` as the remote called origin has it, else the folder's name. Never a password that is in the URL."""
    folder = root or os.getcwd()
    found = remotes(folder)
    _, path = found.get("origin") or next(iter(found.values()), ("", ""))
    return path or Path(folder).name


def owners_of(root: str) -> Callable[[str], tuple[str, ...]]:
    """Path from the root -> owners, by the repository's CODEOWNERS file; nobody where there is none."""
    from v2migrate.report.owners import PLACES, parse

    for place in PLACES if root else ():
        try:
            return parse(Path(root, place).read_text("utf-8", "replace"))
        except (OSError, ValueError):
            continue
    return lambda path: ()

"""Questions to git about the user's work tree, and a repository for its copy. Knows nothing of what is run there."""

from __future__ import annotations

import os
import re
from pathlib import Path

from v2migrate import tree

_ADDRESS = re.compile(r"(?P<scheme>\w+://)(?:[^/@]*@)?(?P<rest>.+)|(?P<scp>[\w.-]+@[\w.-]+:.+)", re.S)


def git(folder: Path, *arguments: str) -> bytes | None:
    """The output of a git command, or None where it fails."""
    return tree.git(str(folder), *arguments)


def top(folder: Path) -> Path | None:
    """The root of the work tree that `folder` is in."""
    found = git(folder, "rev-parse", "--show-toplevel")
    return Path(os.fsdecode(found.rstrip(b"\n"))) if found else None


def branch(folder: Path) -> str:
    """The default branch as the remote names it, else the one that is checked out; empty where there is none."""
    for question in (("rev-parse", "--abbrev-ref", "origin/HEAD"), ("symbolic-ref", "--short", "HEAD")):
        found = git(folder, *question)
        if found and (name := os.fsdecode(found).strip().removeprefix("origin/")) != "HEAD":
            return name
    return ""


def at(root: Path, revision: str, path: Path) -> bytes | None:
    """The bytes of `path` (inside `root`) in a revision; None where it was not there."""
    if revision.startswith("-"):
        return None
    return git(root, "cat-file", "blob", f"{revision}:{path.relative_to(root).as_posix()}")


def give_history(root: Path, copy: Path) -> None:
    """Makes the empty folder `copy` a repository with the history of `root`, without its configuration and hooks.

    A remote on the network keeps its address without user and password, any other is forgotten: a push must not arrive.
    Nothing is done where `root` has no commits, or is no repository.
    """
    if git(root, "rev-parse", "--verify", "-q", "HEAD") is None:
        return
    copied = git(root, "clone", "-q", "--no-checkout", "--shared", "--no-hardlinks", "--template=", ".", str(copy))
    if copied is None:
        return
    git(copy, "read-tree", "HEAD")
    address = _ADDRESS.fullmatch(os.fsdecode(git(root, "config", "--get", "remote.origin.url") or b"").strip())
    if address is not None and address["scheme"] != "file://":
        git(copy, "remote", "set-url", "origin", address["scp"] or f"{address['scheme']}{address['rest']}")
    else:
        git(copy, "remote", "remove", "origin")

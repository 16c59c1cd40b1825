"""The repository that a run looks at: its root, its name, its CODEOWNERS file. Reads git's files, runs no program."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path

_REMOTE = re.compile(r'^\s*\[remote "(?P<name>[^"]+)"\]\s*$|^\s*url\s*=\s*(?P<url>\S+)\s*$|^\s*\[', re.M)


def root_of(paths: Sequence[str]) -> str:
    """The root of the git work tree that holds the first of `paths` (default: this folder); empty where there is none."""
    try:
        start = Path(os.path.realpath(paths[0] if paths else "."))
        return str(next((p for p in (start, *start.parents) if (p / ".git").exists()), ""))
    except (OSError, ValueError):
        return ""


def name_of(root: str) -> str:
    """`owner/name` as the remote called origin has it, else the folder's name. Never a password that is in the URL."""
    folder = Path(root or os.getcwd())
    git = folder / ".git"
    try:
        if git.is_file():  # a work tree of its own, or a submodule
            git = folder / git.read_text("utf-8", "replace").partition("gitdir:")[2].strip()
            if (git / "commondir").is_file():
                git = git / (git / "commondir").read_text("utf-8", "replace").strip()
        text = (git / "config").read_text("utf-8", "replace")
    except (OSError, ValueError):
        return folder.name
    urls: dict[str, str] = {}
    remote = ""
    for match in _REMOTE.finditer(text):
        if match["url"] is None:
            remote = match["name"] or ""
        elif remote:
            urls.setdefault(remote, match["url"])
    url = urls.get("origin") or next(iter(urls.values()), "")
    # https://host/owner/name.git, git@host:owner/name.git, ssh://git@host:22/owner/name; a path on disk names nobody.
    found = re.fullmatch(r"(?:[a-z+]+://[^/]+/|[^/:@\s]+@[^/:\s]+:)(?P<path>[^?#]+?)(?:\.git)?/*", url)
    return found["path"].strip("/") if found is not None else folder.name


def owners_of(root: str) -> Callable[[str], tuple[str, ...]]:
    """Path from the root -> owners, by the repository's CODEOWNERS file; nobody where there is none."""
    from v2migrate.report.owners import PLACES, parse

    for place in PLACES if root else ():
        try:
            return parse(Path(root, place).read_text("utf-8", "replace"))
        except (OSError, ValueError):
            continue
    return lambda path: ()

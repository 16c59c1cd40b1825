"""The addresses of a git work tree's remotes, as its files have them. Runs no program; knows no server."""

from __future__ import annotations

import re
from pathlib import Path

from v2migrate.regex import regex

_ENTRY = regex(r'^\s*\[remote "(?P<name>[^"]+)"\]\s*$|^\s*url\s*=\s*(?P<url>\S+)\s*$|^\s*\[', re.M)
_URL = regex(
    # https://host/owner/name.git, ssh://git@host:22/owner/name, git@host:owner/name.git; a path on disk names nobody.
    r"(?:[a-z+]+://(?:[^/@]*@)?(?P<host>[^/:@]+)(?::\d+)?/|[^/:@\s]+@(?P<scp>[^/:\s]+):)(?P<path>[^?#]+?)(?:\.git)?/*"
)


def remotes(root: str | Path) -> dict[str, tuple[str, str]]:
    """Host and path (`owner/name`) of each remote of the work tree at `root`, by its name; empty ones for a path on disk.

    Never a password that is in the URL.
    """
    folder = Path(root)
    git = folder / ".git"
    try:
        if git.is_file():  # a work tree of its own, or a submodule
            git = folder / git.read_text("utf-8", "replace").partition("gitdir:")[2].strip()
            if (git / "commondir").is_file():
                git = git / (git / "commondir").read_text("utf-8", "replace").strip()
        text = (git / "config").read_text("utf-8", "replace")
    except (OSError, ValueError):
        return {}
    out: dict[str, tuple[str, str]] = {}
    name = ""
    for entry in _ENTRY.finditer(text):
        if entry["url"] is None:
            name = entry["name"] or ""
        elif name and name not in out:
            found = _URL.fullmatch(entry["url"])
            out[name] = ("", "") if found is None else ((found["host"] or found["scp"]).lower(), found["path"].strip("/"))
    return out

"""The addresses of a git work tree's remotes, as its files have them. Runs no program; knows no server."""

from __future__ import annotations

import os
import re

from v2migrate.regex import regex

_ENTRY = regex(r'^\s*\[remote "(?P<name>[^"]+)"\]\s*$|^\s*url\s*=\s*(?P<url>\S+)\s*$|^\s*\[', re.M)
_URL = regex(
    # https://host/owner/name.git, ssh://git@host:22/owner/name, git@host:owner/name.git; a path on disk names nobody.
    r"(?:[a-z+]+://(?:[^/@]*@)?(?P<host>[^/:@]+)(?::\d+)?/|[^/:@\s]+@(?P<scp>[^/:\s]+):)(?P<path>[^?#]+?)(?:\.git)?/*"
)


def remotes(root: str | os.PathLike[str]) -> dict[str, tuple[str, str]]:
    """Host and path (`owner/name`) of each remote of the work tree at `root`, by its name; empty ones for a path on disk.

    Never a password that is in the URL.
    """
    git = os.path.join(root, ".git")
    try:
        if os.path.isfile(git):  # a work tree of its own, or a submodule
            git = os.path.join(root, _text(git).partition("gitdir:")[2].strip())
            if os.path.isfile(os.path.join(git, "commondir")):
                git = os.path.join(git, _text(os.path.join(git, "commondir")).strip())
        text = _text(os.path.join(git, "config"))
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


def _text(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read()

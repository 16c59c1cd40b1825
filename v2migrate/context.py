"""Files that take something from other files: a byte scan of import and source lines. Knows paths and two keywords."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

_SHELL = (".sh", ".bash", ".zsh", ".ksh")


def takes_from(data: bytes, providers: Iterable[str]) -> bool:
    """True where a line of `data` imports a Python module, or sources a shell file, that has the name of a provider.

    Names only, so that relative and renamed packages count too: a file more to look at does no harm.
    """
    names = set()
    for path in providers:
        base = os.path.basename(path)
        stem = base.removesuffix(".py")
        names.add(
            os.path.basename(os.path.dirname(path)) if stem == "__init__" else stem if base.endswith(".py") else base
        )
    wanted = [name.encode() for name in names if name and name.encode() in data]
    if not wanted:
        return False
    either = b"|".join(re.escape(name) for name in wanted)
    line = rb"^[ \t]*(?:from[ \t]|import[ \t]|source[ \t]|\.[ \t])[^\n]*(?<![\w-])(?:" + either + rb")(?![\w-])"
    several = rb"^[ \t]*from[ \t][^\n(]*\([^)]{0,4000}?\b(?:" + either + rb")\b"
    return re.search(line, data, re.M) is not None or re.search(several, data, re.M) is not None


def may_take(path: str) -> bool:
    """Is this a kind of file that imports or sources others?"""
    return path.endswith((".py", *_SHELL))

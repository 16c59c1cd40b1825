"""Regular expressions that are compiled when they are first used: a run over one file uses a few of ours. Knows none of them."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import compile as regex
    from typing import Any

__all__ = ["regex"]


class _Regex:
    """Has the attributes of a compiled pattern, and gets each when it is asked for."""

    def __init__(self, text: Any, flags: int = 0) -> None:
        self._given = text, flags

    def __getattr__(self, name: str) -> Any:
        # `re` keeps what it compiled, so that another method finds it there. The next call does not come by here.
        found = getattr(re.compile(*self._given), name)
        setattr(self, name, found)
        return found


if not TYPE_CHECKING:
    regex = _Regex

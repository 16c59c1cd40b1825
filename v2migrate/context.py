"""Files that take something from other files: a byte scan of import and source lines. Knows paths and two keywords."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence

from v2migrate import shares
from v2migrate.imports import SHELL
from v2migrate.reading import Reader, without_zeros
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.contains import Contains

_LINE = regex(rb"^[ \t]*(?:from|import|source|\.)([ \t][^\n]*)", re.M)
_SEVERAL = regex(rb"^[ \t]*from[ \t][^\n(]*\(", re.M)
_MOST = 4000
"""Bytes behind the bracket of a `from x import (` in which a name is looked for."""
_FEW = 8
"""So many names are sooner looked for in the whole file than its import lines."""
_MANY = 60
"""The same where the C library looks for them."""
_RUN = regex(rb"[\w-]+")
_WORD = regex(rb"\w+")


class Takers:
    """Tells which files import a Python module, or source a shell file, that has the name of one of `providers`.

    Names only, so that relative and renamed packages count too: a file more to look at does no harm. A name is looked up
    by its first word, so that the number of providers does not matter.
    """

    def __init__(self, providers: Iterable[str]) -> None:
        self._runs: dict[bytes, list[bytes]] = {}
        self._words: dict[bytes, list[bytes]] = {}
        self._odd: list[bytes] = []
        for name in sorted({_name(path) for path in providers} - {""}):
            text = name.encode("utf-8", "surrogateescape")
            run, word = _RUN.match(text), _WORD.match(text)
            if run is None or word is None or b")" in text:
                self._odd.append(text)
                continue
            self._runs.setdefault(run[0], []).append(text)
            self._words.setdefault(word[0], []).append(text)
        self._all = [*self._odd, *(text for found in self._runs.values() for text in found)]

    def takes(self, data: bytes) -> bool:
        """Does a line of `data` import or source something by the name of a provider?"""
        if len(self._all) <= _FEW and not any(name in data for name in self._all):
            return False
        if any(_oddly(name, data) for name in self._odd if name in data):
            return True
        for found in _LINE.finditer(data):
            line = found[1]
            for run in _RUN.findall(line):
                if any(_stands(rb"(?<![\w-])%b(?![\w-])", name, line) for name in self._runs.get(run, ())):
                    return True
        for found in _SEVERAL.finditer(data):
            start = found.end()
            stop = data.find(b")", start)
            inside = data[start : min(stop if stop >= 0 else len(data), start + _MOST + 255)]
            for word in _WORD.finditer(inside):
                if word.start() <= _MOST and any(_stands(rb"\b%b\b", n, inside) for n in self._words.get(word[0], ())):
                    return True
        return False

    def among(self, paths: Sequence[str]) -> Mapping[str, bytes | None]:
        """Those of the files at `paths` that do, with their bytes where there is room for them."""
        reader = _Reader(self)
        shares.read(reader, paths, 0)
        return reader.kept

    def nothing(self, data: bytes, contains: Contains) -> bool:
        """True only if none of several files, whose bytes these are without zeros, holds the name of a provider."""
        return len(self._all) <= _MANY and not any(contains(data, name) for name in self._all)


class _Reader(Reader):
    """Keeps the files that take something."""

    def __init__(self, takers: Takers) -> None:
        super().__init__([takers.nothing], lambda name: 0)
        self._takers = takers

    def one(self, name: str, data: bytes, whole: bool) -> None:
        if not self._takers.nothing(without_zeros(data), self.contains) and self._takers.takes(data):
            self.keep(name, data, whole)


def _stands(pattern: bytes, name: bytes, text: bytes) -> bool:
    return re.search(pattern % re.escape(name), text) is not None


def _oddly(name: bytes, data: bytes) -> bool:
    """The same for a name that does not begin with a word."""
    line = rb"^[ \t]*(?:from[ \t]|import[ \t]|source[ \t]|\.[ \t])[^\n]*(?<![\w-])%b(?![\w-])"
    several = rb"^[ \t]*from[ \t][^\n(]*\([^)]{0,4000}?\b%b\b"
    return any(re.search(p % re.escape(name), data, re.M) is not None for p in (line, several))


def _name(path: str) -> str:
    """What a file is called where it is taken from: its module's name, or the file's."""
    base = os.path.basename(path)
    if base == "__init__.py":
        return os.path.basename(os.path.dirname(path))
    return base.removesuffix(".py")


def may_take(path: str) -> bool:
    """Is this a kind of file that imports or sources others?"""
    return path.endswith((".py", *SHELL))

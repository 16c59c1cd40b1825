"""Text from files made fit for a terminal: tabs, wide characters, control characters, secrets. Knows no colours."""

from __future__ import annotations

import bisect
import functools
import os
from collections.abc import Sequence

from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.report.mask import MASK, mask, secrets

_TAB = 4
# Characters that steer a terminal or reorder what people read; all others of category C do no harm beyond their look.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# What the runners of GitHub and Azure take for a command, wherever it stands on a line. (`::error::` is one at its start.)
_COMMAND = regex(r"##(?=\[|vso\[)")


@dataclass(frozen=True, slots=True)
class Shown:
    """A line as printed: `cells[i]` is what character `i` became, `columns[i]` where it starts (the last: the end)."""

    cells: Sequence[str]
    columns: Sequence[int]

    def column(self, index: int) -> int:
        """The printed column of character `index` (from 0), or the line's end."""
        return self.columns[min(max(index, 0), len(self.cells))]

    def crop(self, limit: int, focus: int = 0) -> tuple[str, int]:
        """The text in at most `limit` columns, with column `focus` in it, and how many columns it moved to the left.

        `...` stands where something was left out.
        """
        if self.columns[-1] <= limit:
            return "".join(self.cells), 0
        first, dots = 0, ""
        if focus > limit * 2 // 3:
            dots = "..."
            first = bisect.bisect_left(self.columns, focus - limit // 3)
        end = self.columns[first] + limit - len(dots)
        if self.columns[-1] <= end:
            return dots + "".join(self.cells[first:]), self.columns[first] - len(dots)
        last = bisect.bisect_right(self.columns, end - 3) - 1
        return f"{dots}{''.join(self.cells[first:last])}...", self.columns[first] - len(dots)

    def fold(self, limit: int) -> list[str]:
        """The whole text in pieces of at most `limit` columns."""
        out, first = [], 0
        while first == 0 or first < len(self.cells):
            last = bisect.bisect_right(self.columns, self.columns[first] + limit) - 1
            last = max(last, first + 1)
            out.append("".join(self.cells[first:last]))
            first = last
        return out


@functools.lru_cache(maxsize=16)  # many findings may stand in one giant line of a minified file
def show(line: str) -> Shown:
    """One line of a file for a frame: tabs as blanks up to the next stop, secrets as `****`, controls as `\\x1b`."""
    hidden = secrets(line)
    commands = {match.end() - 1 for match in _COMMAND.finditer(line)} if "##" in line else ()
    if not hidden and not commands and line.isascii() and line.isprintable():
        return Shown(line, range(len(line) + 1))
    starts, inside = {start for start, _ in hidden}, {i for start, end in hidden for i in range(start, end)}
    cells: list[str] = []
    columns: list[int] = []
    at = 0
    for index, char in enumerate(line):
        columns.append(at)
        if index in inside:
            cell, width = (MASK, len(MASK)) if index in starts else ("", 0)
        elif index in commands:
            cell, width = "\\x23", 4
        elif char == "\t":
            width = _TAB - at % _TAB
            cell = " " * width
        else:
            cell, width = _cell(char)
        cells.append(cell)
        at += width
    return Shown(tuple(cells), (*columns, at))


@functools.lru_cache(maxsize=256)  # messages and notes are the same for many findings
def visible(text: str) -> str:
    """A message, note or address on one line: secrets masked, line breaks as blanks, control characters as `\\x1b`."""
    return _plain(mask(" ".join(text.split("\n")) if "\n" in text else text))


def lines(note: str) -> str:
    """A note of several lines (one with YAML to be pasted) with its line breaks kept, else as `visible`."""
    return "\n".join(map(visible, note.split("\n")))


def place(path: str) -> str:
    """A path as reports name it: relative to the working directory, with `/` on every system."""
    if os.path.isabs(path):
        try:
            path = os.path.relpath(path)
        except ValueError:
            return path.replace(os.sep, "/")  # another drive
    path = path.replace(os.sep, "/") if os.sep != "/" else path
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path


def shown_path(path: str) -> str:
    """`place` for people: nothing in a name can steer the terminal, break the line, or begin it as a command."""
    name = _plain(place(path))
    return f"./{name}" if name.lstrip().startswith("::") else name


def json_text(data: object) -> str:
    """JSON in ASCII, with a newline at the end, in which no runner finds a command."""
    import json

    return _COMMAND.sub(r"#\\u0023", json.dumps(data, indent=2)) + "\n"


def _plain(text: str) -> str:
    if "##" in text:
        text = _COMMAND.sub(r"#\\x23", text)
    return text if text.isascii() and text.isprintable() else "".join(_cell(char)[0] for char in text)


def _cell(char: str) -> tuple[str, int]:
    """A character as printed, and the columns it takes."""
    if char.isascii() and char.isprintable():
        return char, 1
    import unicodedata

    category = unicodedata.category(char)
    if category in _INVISIBLE and char != "\u200d":
        code = ord(char)
        # A byte that is no UTF-8 comes as a lone surrogate: show the byte.
        code = code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code
        text = f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
        return text, len(text)
    if category in ("Mn", "Me") or char == "\u200d":
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1

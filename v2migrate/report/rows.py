"""Printed lines as pieces with a style's name, and how to write them: plain, or with colours. Knows no findings."""

from __future__ import annotations

import functools
from collections.abc import Callable

Row = tuple[tuple[str, str], ...]
"""A line as (style, text) pieces; an empty style is plain text."""

Paint = Callable[[Row], str]

_STYLES = {
    "path": "bold",
    "dim": "dim",
    "mark": "bold cyan",
    "gutter": "blue",
    "label": "bold",
    "fix": "bold cyan",
    "add": "green",
    "drop": "red",
    "link": "underline",
    "second": "bold blue",
    "gone": "bold red",
    "sunset": "bold yellow",
    "legacy": "bold blue",
    "wrong": "bold magenta",
    "safe": "green",
    "unsafe": "yellow",
    "manual": "red",
}


def plain(row: Row) -> str:
    """The line without any escape code."""
    return "".join([text for _, text in row]).rstrip(" ") + "\n"


def painter(color: bool) -> Paint:
    """How to write a row; with `color`, rich is imported."""
    return _paint if color else plain


def _paint(row: Row) -> str:
    left, parts = len(plain(row)) - 1, []
    for style, text in row:
        text, left = text[:left], max(left - len(text), 0)  # no blanks at the end, coloured ones neither
        parts.append(_style(style)(text) if text and style in _STYLES else text)
    return "".join(parts) + "\n"


@functools.cache
def _style(name: str) -> Callable[[str], str]:
    from rich.color import ColorSystem
    from rich.style import Style

    # The 16 colours that every terminal has, in the user's own palette.
    return functools.partial(Style.parse(_STYLES[name]).render, color_system=ColorSystem.STANDARD)


def wrapped(head: Row, text: str, width: int) -> list[Row]:
    """`head` and behind it `text`, broken at `width` columns (0: never), later lines below the text's first letter."""
    indent = sum(len(piece) for _, piece in head)
    room = width - indent
    parts = [text]
    if width and room >= 24:
        import textwrap

        parts = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)
    if not parts:
        return [head]
    return [(*head, ("", parts[0])), *((("", " " * indent + part),) for part in parts[1:])]

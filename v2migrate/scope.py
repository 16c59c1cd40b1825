"""Patterns that name files, and the files that a run leaves out for them. Knows no settings file and reads no disk."""

from __future__ import annotations

import functools
import os
import re

from v2migrate.records import dataclass


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as written, the absolute folder that it is relative to, and where it stands (a file, `--exclude`).

    `*` and `?` stay within a path segment, `**` spans folders, `[ab]` is a set. Without a slash it matches a file or
    a folder of that name at any depth below `folder`; with one it is a path from `folder`. What is below a folder that
    matches does too; with a slash at its end it matches folders alone.
    """

    text: str
    folder: str
    where: str = ""

    def matches(self, path: str) -> bool:
        """True where `path` (a file), or a folder above it, is meant."""
        return self.matches_below(relative(path, self.folder))

    def matches_below(self, below: str) -> bool:
        """The same for a path relative to `folder`."""
        if below.startswith("../"):
            # Outside the pattern's folder only a bare name can be meant.
            below = below.rpartition("/")[2] if "/" not in self.text.strip("/") else ""
        return bool(below) and _compiled(self.text).fullmatch(below) is not None


@dataclass(frozen=True, slots=True)
class Scope:
    """What a walk leaves out. `folders` false: folders of other people's code (vendor …) are looked into as well.

    `force`: files and folders are left out although the command line names them.
    """

    exclude: tuple[Pattern, ...] = ()
    folders: bool = True
    gitignore: bool = True
    force: bool = True

    def excluded(self, path: str) -> Pattern | None:
        """The pattern that leaves out `path`."""
        below: dict[str, str] = {}
        for pattern in self.exclude:
            if pattern.folder not in below:
                below[pattern.folder] = relative(path, pattern.folder)
            if pattern.matches_below(below[pattern.folder]):
                return pattern
        return None


def pattern_problem(text: str) -> str:
    """What is wrong with a pattern, and the remedy; empty where nothing is."""
    if not text.strip("/").removeprefix("."):
        return f"{text!r} means everything; name a file or a folder"
    if text.startswith("!"):
        return f"{text!r}: what is excluded cannot be taken back; name only what is left out"
    try:
        _compiled(text)
    except re.error as error:
        return f"{text!r} is no pattern: {error}"
    return ""


def relative(path: str, folder: str) -> str:
    """`path` as seen from the absolute `folder`, with `/`; starts with `../` where it is not below."""
    if not folder:
        return path.replace(os.sep, "/")
    whole = path if os.path.isabs(path) else os.path.join(os.getcwd(), path)
    try:
        below = os.path.relpath(whole, folder)
        if below.startswith(os.pardir):
            # The same place may be reached through a link.
            real = os.path.relpath(os.path.realpath(whole), os.path.realpath(folder))
            below = below if real.startswith(os.pardir) else real
    except ValueError:
        return f"../{path}"  # another drive
    return below.replace(os.sep, "/")


@functools.cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as a regular expression for a whole relative path."""
    text = pattern.removeprefix("./")
    only_folders = text.endswith("/")
    anchored = "/" in text.rstrip("/")
    parts = [part for part in text.strip("/").split("/") if part]
    out = "" if anchored else "(?:.*/)?"
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            out += ".*" if last else "(?:.*/)?"
        else:
            out += _segment(part) + ("" if last else "/")
    return re.compile(out + ("/.+" if only_folders else "(?:/.*)?"), re.S)


def _segment(text: str) -> str:
    out, at = "", 0
    while at < len(text):
        char = text[at]
        end = text.find("]", at + 2) if char == "[" else -1
        if end > 0:
            inside = text[at + 1 : end].replace("\\", "\\\\").replace("[", "\\[")
            out += f"[^/{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
            at = end
        else:
            out += {"*": "[^/]*", "?": "[^/]"}.get(char, re.escape(char))
        at += 1
    return out

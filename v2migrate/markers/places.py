"""Where in a file a line with a comment may stand, and which lines are comments. Knows formats; knows no finding."""

from __future__ import annotations

import functools
import re
import warnings

from v2migrate.hosts import language_of, regions
from v2migrate.hosts.lines import continued
from v2migrate.ranges import Ranges
from v2migrate.regex import regex
from v2migrate.source import Region, Source
from v2migrate.suppress import python_lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from v2migrate.languages.shell.statements import Statements

_ESCAPE = regex(rb"^#[ \t]*escape[ \t]*=[ \t]*`", re.I | re.M)
_DEFINE = regex(r"[ \t]*(?:override[ \t]+|export[ \t]+)*define\b")
_ENDEF = regex(r"[ \t]*endef\b")


class Places:
    """The places of one file. `known`: comments can be put into files of its kind, and it could be taken apart."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.kind = language_of(source.path, source.data)
        found = regions(source) if self.kind in ("shell", "yaml", "dockerfile") else ()
        self._regions = tuple(region for region in found if region.ranges)
        self.known = bool(self.program)

    def line(self, offset: int) -> int | None:
        """The number of the line above which a comment about the code at `offset` can stand; None where none can."""
        if not self.known:
            return None
        number = self.source.position(offset)[0]
        if self.kind == "python":
            found = python_lines(self.source)
            lines = found.around(number) if found is not None else None
            return lines[0] if lines is not None else None
        if self.kind == "shell":
            start = self._shell[0].line(offset) if self._shell else None
            return None if start is None else self.source.position(start)[0]
        region = next((self._regions[i] for i in self._ranges.holding(offset)), None)
        if self.kind == "yaml":
            return number if region is None else self._head(region)
        if self.kind == "dockerfile" and region is not None:
            start = region.ranges[0][0]
            number = self.source.position(start)[0]
            if self.source.start(number) == start:
                number -= 1  # the body of a here-document: its instruction is the line above
        return self._first(number)

    def is_comment(self, number: int) -> bool:
        """Is the line, which begins with `#`, a comment and not a part of a text?"""
        if self.kind == "python":
            found = python_lines(self.source)
            return found is not None and number in found.comments
        if self.kind == "shell":
            start = self.source.start(number)
            text = self.source.line(number)
            return bool(self._shell) and start + len(text) - len(text.lstrip()) in self._shell[0].comments
        if self.kind == "yaml":
            return not self._lines.holding(number)
        return self.kind in ("makefile", "dockerfile") and self._first(number) == number

    def indent(self, number: int) -> str:
        """The blanks for a comment above a line."""
        text = self.source.line(number)
        blank = text[: len(text) - len(text.lstrip(" \t"))]
        return "" if self.kind == "makefile" and "\t" in blank else blank  # with a tab, the comment is the recipe's

    @functools.cached_property
    def program(self) -> Any:
        """What the file says, comments left out, to be compared; empty where it cannot be taken apart."""
        if self.kind == "python":
            return _python(self.source.data)
        if self.kind == "shell":
            return ("shell", *(statements.leaves() for statements in self._shell))
        if self.kind == "yaml":
            return _yaml(self.source.data)
        if self.kind == "dockerfile" and _ESCAPE.search(self.source.data[:500]):
            return ()
        if self.kind in ("makefile", "dockerfile"):
            count = len(self.source.data.splitlines())
            texts = (self.source.line(number) for number in range(1, count + 1))
            return (self.kind, *(text for text in texts if not text.lstrip().startswith("#")))
        return ()

    @functools.cached_property
    def _shell(self) -> list[Statements]:
        from v2migrate.languages.shell.statements import Statements

        return [Statements(self.source, region) for region in self._regions]

    @functools.cached_property
    def _ranges(self) -> Ranges:
        """The bytes of each region."""
        return Ranges([(r.ranges[0][0], r.ranges[-1][1] - 1) for r in self._regions])

    @functools.cached_property
    def _lines(self) -> Ranges:
        """The lines of each region."""
        spans = ((r.ranges[0][0], r.ranges[-1][1] - 1) for r in self._regions)
        return Ranges([(self.source.position(first)[0], self.source.position(last)[0]) for first, last in spans])

    def _head(self, region: Region) -> int:
        """The line of the key, or the list item, whose value the code is."""
        start = region.ranges[0][0]
        number = self.source.position(start)[0]
        if self.source.data[self.source.start(number) : start].strip():
            return number
        number -= 1
        while number > 1 and not self.source.line(number).strip():
            number -= 1
        return number

    def _first(self, number: int) -> int:
        """The first of the lines that a backslash, or a `define`, makes one with a line."""
        while number > 1:
            above = self.source.line(number - 1)
            if self.kind == "dockerfile":
                up = number - 1
                while up > 1 and above.lstrip()[:1] in ("", "#"):
                    up -= 1
                    above = self.source.line(up)
                if not continued(above.rstrip().encode()):
                    break
                number = up
            elif continued(above.encode()):
                number -= 1
            else:
                break
        if self.kind == "makefile":
            for up in range(number - 1, 0, -1):
                if _ENDEF.match(self.source.line(up)):
                    break
                if _DEFINE.match(self.source.line(up)):
                    return up
        return number


def _python(data: bytes) -> str:
    import ast

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.dump(ast.parse(data))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ""


def _yaml(data: bytes) -> tuple[Any, ...]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return tuple((type(event).__name__, *(getattr(event, name, None) for name in ("anchor", "tag", "value", "style")))
                     for event in yaml.parse(data.decode("utf-8-sig"), Loader=loader))  # fmt: skip
    except (yaml.YAMLError, UnicodeDecodeError, ValueError):
        return ()

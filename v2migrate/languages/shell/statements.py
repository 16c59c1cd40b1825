"""Where a comment line may stand in shell code, and the code without its comments. Knows no call and no rule."""

from __future__ import annotations

import bisect
import functools
import itertools
from collections.abc import Iterator

from v2migrate.languages.shell.code import Code, make, nodes, parse
from v2migrate.source import Region, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_HOLDERS = frozenset({
    "program", "compound_statement", "do_group", "if_statement", "elif_clause", "else_clause", "case_item",
    "case_statement", "subshell", "command_substitution",
})  # fmt: skip
"""What holds statements, each of which may begin a line."""
_CLOSED = frozenset({"string", "raw_string", "ansi_c_string", "translated_string", "heredoc_body", "heredoc_redirect", "array",
                     "ERROR"})  # fmt: skip
"""In these, a line that looks like a comment is none, or may be none."""


class Statements:
    """The statements of one region of shell code."""

    def __init__(self, source: Source, region: Region) -> None:
        self._source = source
        self._code = make(source, region)
        self._root = parse(self._code)

    def line(self, offset: int) -> int | None:
        """The start of the line on which the statement around a byte of the file begins, where a comment can go above it."""
        at = _inside(self._code, offset)
        node = self._root.descendant_for_byte_range(at, at)
        above: list[Node] = []
        while node is not None:
            above.append(node)
            node = node.parent
        for place, (one, holder) in enumerate(itertools.pairwise(above)):
            if holder.type in _HOLDERS and not any(_closed(outer) for outer in above[place + 1 :]):
                start = self._begins(one)
                if start is not None:
                    return start
        return None

    def _begins(self, node: Node) -> int | None:
        """The start of the node's line, where nothing stands before it and nothing runs on into it."""
        data, at = self._source.data, self._code.place(node.start_byte)
        line = data.rfind(b"\n", 0, at) + 1
        end = line
        while end and data[end - 1] in b"\r\n":
            end -= 1
        above = end
        while above and data[above - 1] == 0x5C:
            above -= 1
        runs_on = (end - above) % 2 == 1
        return None if data[line:at].strip(b" \t") or runs_on else line

    @functools.cached_property
    def comments(self) -> frozenset[int]:
        """The file's bytes at which comments begin."""
        return frozenset(self._code.place(node.start_byte) for node in nodes(self._root) if node.type == "comment")

    def leaves(self) -> tuple[tuple[str, bytes], ...]:
        """The code without comments and blanks, for a comparison."""
        return tuple(self._leaves())

    def _leaves(self) -> Iterator[tuple[str, bytes]]:
        for node in nodes(self._root):
            text = self._code.text[node.start_byte : node.end_byte]
            if not node.child_count and node.type != "comment" and text.strip():
                yield node.type, text


def _closed(node: Node) -> bool:
    return node.type in _CLOSED or (node.type == "command_substitution" and (node.text or b"")[:1] == b"`")


def _inside(code: Code, offset: int) -> int:
    """The place in the code of a byte of the file."""
    at = max(bisect.bisect_right(code.files, offset) - 1, 0)
    return code.spots[at] + offset - code.files[at] if code.files else 0

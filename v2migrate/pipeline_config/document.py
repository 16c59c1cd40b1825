"""A CircleCI config as nodes with their byte offsets, and as plain data. Reads YAML, never prints it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from v2migrate.pipeline_config.wants import Unpatchable
from v2migrate.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_SIZE = 1_000_000
_MAX_DEPTH = 60
_MAX_BRACKETS = 5000
_BOM = b"\xef\xbb\xbf"
# One byte, one character, so that the parser's marks are byte offsets.
_ASCII = bytes(c if 32 <= c < 127 or c in (9, 10, 13) else ord("x") for c in range(256))


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a block mapping with its value's node. `line` is the byte at which its line starts, `column` its indent."""

    name: str
    start: int
    line: int
    column: int
    value: Any


class Document:
    """The nodes of a config. Raises Unpatchable for a text that is no mapping in YAML."""

    def __init__(self, data: bytes) -> None:
        import yaml

        self.data = data
        self._base = len(_BOM) if data.startswith(_BOM) else 0
        if len(data) > _MAX_SIZE:
            raise Unpatchable("it is too large")
        if data.count(b"[") + data.count(b"{") > _MAX_BRACKETS or b"- - - - - - - -" in data:
            raise Unpatchable("it is nested too deep")  # a parser in C would not survive it
        try:
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster, where libyaml is there
            self.root: Any = yaml.compose(data[self._base :].translate(_ASCII).decode("ascii"), Loader=loader)
            self.plain: Any = yaml.load(data.decode("utf-8-sig"), Loader=loader)
        except (yaml.YAMLError, ValueError, RecursionError, TypeError, AttributeError):
            raise Unpatchable("it does not parse as YAML (a template?)") from None
        if not self.is_mapping(self.root) or not isinstance(self.plain, dict):
            raise Unpatchable("it is no mapping")
        seen: Counter[int] = Counter()
        for depth, node in self._walk(self.root, 0):
            seen[id(node)] += 1
            if depth > _MAX_DEPTH or sum(seen.values()) > 100_000:
                raise Unpatchable("it is nested too deep")
        self._aliased = {node for node, times in seen.items() if times > 1}

    @property
    def newline(self) -> str:
        """The newline that the first line ends with."""
        at = self.data.find(b"\n")
        return "\r\n" if at > 0 and self.data[at - 1 : at] == b"\r" else "\n"

    @staticmethod
    def is_mapping(node: Any) -> bool:
        """Is the node a mapping, of whatever style?"""
        return type(node).__name__ == "MappingNode"

    def block(self, node: Any, what: str) -> list[Key]:
        """The keys of a mapping that can be edited. Raises Unpatchable where it cannot; `what` names it."""
        if not self.is_mapping(node):
            raise Unpatchable(f"{what} is no mapping")
        if node.flow_style:
            raise Unpatchable(f"{what} is written in braces")
        if self.aliased(node):
            raise Unpatchable(f"{what} is shared by an alias")
        keys = [self.key(key, value) for key, value in node.value]
        names = Counter(key.name for key in keys)
        if max(names.values(), default=1) > 1:
            raise Unpatchable(f"{what} has a key twice")
        for key in keys:
            if self.data[key.line : key.start].strip(b" "):
                raise Unpatchable(f"{what} is not written a key a line")
        return keys

    def key(self, key: Any, value: Any) -> Key:
        """A key node with its value as a Key."""
        start = key.start_mark.index + self._base
        line = self.data.rfind(b"\n", 0, start) + 1
        return Key(str(key.value), start, line, start - line, value)

    def keys(self, node: Any) -> dict[str, Any]:
        """Names and nodes of any mapping; none for another node."""
        return {str(key.value): value for key, value in node.value} if self.is_mapping(node) else {}

    def aliased(self, node: Any) -> bool:
        """Is the node named more than once in the file?"""
        return id(node) in self._aliased

    def merges(self, node: Any) -> list[Any]:
        """The mappings that `<<` keys of a mapping take in."""
        out: list[Any] = []
        for key, value in node.value:
            if str(key.value) == "<<":
                out += value.value if type(value).__name__ == "SequenceNode" else [value]
        return out

    def span(self, node: Any) -> tuple[int, int]:
        """The bytes of a scalar, or of a collection in brackets."""
        return node.start_mark.index + self._base, node.end_mark.index + self._base

    def next_line(self, at: int) -> int:
        """The start of the line behind the one of a byte; the end of the data where there is none."""
        end = self.data.find(b"\n", at)
        return end + 1 if end >= 0 else len(self.data)

    def last(self, node: Any) -> int:
        """The byte behind the last character of a node, without blanks and comments behind it."""
        while not self._leaf(node):
            children = node.value if type(node).__name__ == "SequenceNode" else [v for _, v in node.value]
            node = max((c for c in children if not self.aliased(c)), key=lambda n: n.end_mark.index, default=None)
            if node is None:
                raise Unpatchable("it ends in an alias")
        start, end = self.span(node)
        text = self.data[start:end]
        return start + len(text.rstrip()) if text.strip() else start

    @staticmethod
    def _leaf(node: Any) -> bool:
        return type(node).__name__ == "ScalarNode" or bool(node.flow_style) or not node.value

    def _walk(self, node: Any, depth: int) -> Iterator[tuple[int, Any]]:
        """Every mention of a node; what an alias names is not gone through again."""
        stack, done = [(depth, node)], set()
        while stack:
            level, one = stack.pop()
            yield level, one
            if type(one).__name__ == "ScalarNode" or id(one) in done or level > _MAX_DEPTH:
                continue
            done.add(id(one))
            if self.is_mapping(one):
                stack += [(level + 1, part) for pair in one.value for part in pair]
            else:
                stack += [(level + 1, part) for part in one.value]

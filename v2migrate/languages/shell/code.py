"""The code of one region as one run of bytes with a map back to the file, and its syntax tree. Knows no shell meaning.

The ranges of a region are joined before parsing: a value is read as the shell sees it (without the indentation of the
YAML around it), and each offset still has its place in the file.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from v2migrate.languages import grammar
from v2migrate.records import dataclass, field
from v2migrate.regex import regex
from v2migrate.source import Region, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from tree_sitter import Node, Parser

    from v2migrate.template import Template

MAX_BYTES = 2_000_000
MAX_DEPTH = 180
_SIGNS = regex(rb"(?:[()<>|&;{}\[\]$`][\w \t]?)+")
_MAX_SIGNS = 600


@dataclass(slots=True)
class Code:
    """The code's bytes, masked places as names. `masks` are places in `text`; `spots` and `files` map to the file.

    `wide` are the places of bytes that the file spells in another way (`\\"`), with where that ends in the file. `names`
    are what masked texts stand for (Region.names).
    """

    path: str
    text: bytes
    spots: list[int]
    files: list[int]
    masks: dict[int, int] = field(default_factory=dict)
    file: bytes = b""
    wide: dict[int, int] = field(default_factory=dict)
    names: dict[str, tuple[int, int, bool]] = field(default_factory=dict)
    words: dict[tuple[int, int], tuple[Any, ...]] = field(default_factory=dict, compare=False, repr=False)
    """Words that were taken apart (`words.split_word`): each is asked for by many."""
    fixed: dict[tuple[int, int], Template | None] = field(default_factory=dict, compare=False, repr=False)
    """The same for what `words.fixed` says of them."""
    shift: int | None = field(init=False, compare=False, repr=False)
    """By how much each byte's place in the file is farther on, where that is the same for all."""
    _masked: list[int] = field(default_factory=list, compare=False, repr=False)
    """The masked places in order; places are only ever added."""

    def __post_init__(self) -> None:
        self.shift = self.files[0] - self.spots[0] if len(self.spots) == 1 and not self.wide else None

    def place(self, offset: int) -> int:
        """The file offset of the byte at `offset` of the code."""
        i = max(bisect.bisect_right(self.spots, offset) - 1, 0)
        return self.files[i] + offset - self.spots[i] if self.files else 0

    def span(self, start: int, end: int) -> Span:
        """The file's bytes from the first to the last byte of a stretch of code."""
        if self.shift is not None and start < end:
            return Span(self.path, start + self.shift, end + self.shift)
        if end <= start:
            where = self.behind(start - 1) if start > 0 else self.place(start)
            return Span(self.path, where, where)
        return Span(self.path, self.place(start), self.behind(end - 1))

    def behind(self, offset: int) -> int:
        """The file offset behind the byte at `offset` of the code."""
        return self.wide[offset] if offset in self.wide else self.place(offset) + 1

    def parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """A stretch of code cut where the file has a gap."""
        while start < end:
            i = bisect.bisect_right(self.spots, start)
            stop = min(end, self.spots[i]) if i < len(self.spots) else end
            yield start, stop
            start = stop

    def masked(self, start: int, end: int) -> list[int]:
        """Where the masked places begin that lie between two offsets."""
        if len(self._masked) != len(self.masks):
            self._masked[:] = sorted(self.masks)
        return self._masked[bisect.bisect_left(self._masked, start) : bisect.bisect_left(self._masked, end)]

    def read(self, start: int, end: int) -> str:
        """The text of a stretch of code, masked places as the file has them."""
        if self.masks and self.masked(start, end):
            return b"".join(self.text[a:b] if a in self.wide else self.file[self.place(a) : self.behind(b - 1)]
                            for a, b in self.parts(start, end)).decode("utf-8", "replace")
        return self.text[start:end].decode("utf-8", "replace")


def make(source: Source, region: Region) -> Code:
    """The code of `region`; a carriage return in front of a newline is left out, as is what lies between the ranges."""
    out: list[bytes] = []
    spots: list[int] = []
    files: list[int] = []
    masks: dict[int, int] = {}
    wide: dict[int, int] = {}
    size = 0
    hidden = sorted(region.masks)
    for start, end, spelt in _stretches(source, region):
        if spelt is not None:
            # Each byte of it stands for all of what the file has there.
            for i in range(len(spelt)):
                spots.append(size + i)
                files.append(start)
                wide[size + i] = end
            out.append(spelt)
            size += len(spelt)
            continue
        chunk = source.data[start:end]
        inside = [(a, b) for a, b in hidden if start <= a and b <= end and a < b] if hidden else []
        for a, b in inside:
            chunk = chunk[: a - start] + b"x" * (b - a) + chunk[b - start :]
        at = 0
        while at < len(chunk):
            stop = chunk.find(b"\r\n", at)
            stop = len(chunk) if stop < 0 else stop
            if stop > at:
                spots.append(size)
                files.append(start + at)
                out.append(chunk[at:stop])
                for a, b in inside:
                    if start + at <= a and b <= start + stop:
                        masks[size + a - start - at] = size + b - start - at
                size += stop - at
            at = stop + 1 if stop < len(chunk) else stop
    names = {text: (start, end, elsewhere) for text, (start, end), elsewhere in region.names}
    return Code(source.path, b"".join(out), spots, files, masks, source.data, wide, names)


def _stretches(source: Source, region: Region) -> Iterator[tuple[int, int, bytes | None]]:
    """The ranges of a region, cut around what is spelled in another way in the file."""
    swaps = sorted(region.swaps)
    at = 0
    for start, end in sorted(region.ranges):
        start, end = max(start, 0), min(end, len(source.data))
        while at < len(swaps) and swaps[at][1] <= start:
            at += 1
        here = start
        while at < len(swaps) and swaps[at][0] < end:
            first, last, text = swaps[at]
            if here < first:
                yield here, first, None
            yield first, last, text
            here = max(here, last)
            at += 1
        if here < end:
            yield here, end, None


def seen(source: Source, region: Region, span: Span) -> bytes:
    """The bytes of a span as the code has them: what the host spells in another way is undone."""
    out, at = [], span.start
    for start, end, text in region.swaps:
        if span.start <= start and end <= span.end:
            out += [source.data[at:start], text]
            at = end
    return b"".join([*out, source.data[at : span.end]])


def spelled(source: Source, region: Region, new: bytes, kept: Iterable[bytes] = ()) -> bytes:
    """New code as the host spells it; masked texts of the region, and those in `kept`, stay as they are."""
    if not region.escapes:
        return new
    kept = sorted({*kept, *(source.data[a:b] for a, b in region.masks)}, key=len, reverse=True)
    cut = re.split(b"(" + b"|".join(map(re.escape, kept)) + b")", new) if kept else [new]
    for i in range(0, len(cut), 2):
        for plain, spelt in region.escapes:
            cut[i] = cut[i].replace(plain, spelt)
    return b"".join(cut)


@lru_cache(maxsize=1)
def parser() -> Parser:
    """The bash parser."""
    return grammar.parser("tree_sitter_bash")


def tangled(text: bytes) -> bool:
    """Does it hold a run of signs that no program has? The grammar looks for the least mistake, in a time that grows with
    the square of such a run."""
    lines = text.split(b"\n")  # a run does not go beyond its line
    if max(map(len, lines)) <= _MAX_SIGNS:
        return False
    return any(found.end() - found.start() > _MAX_SIGNS for line in lines for found in _SIGNS.finditer(line))


def parse(code: Code, text: bytes | None = None) -> Node:
    """The root of the syntax tree of `code`; an empty tree for a tangle. `text` stands in for the code's own, byte for byte."""
    return parser().parse(b"" if tangled(code.text) else code.text if text is None else text).root_node


def run_on(text: bytes, command: Node) -> int | None:
    """Where a command should have ended, whose node goes on beyond its line.

    The grammar takes the words of the next line, if that has a redirect, for words of a pipeline's third command.
    """
    if text.find(b"\n", command.start_byte, command.end_byte) < 0:
        return None
    at = command.start_byte
    for child in command.children:
        if child.type == "comment":
            continue
        gap = text[at : child.start_byte]
        if b"#" in gap:
            return at + gap.index(b"#") - 1
        if b"\n" in (plain := gap.replace(b"\\\n", b"..")):
            return at + plain.index(b"\n")
        at = child.end_byte
    return None


def closed(text: bytes, ends: Sequence[int]) -> bytes:
    """`text` of the same length, with a semicolon where a command should have ended."""
    out = bytearray(text)
    for end in ends:
        out[end] = ord(";")
    return bytes(out)


def nodes(root: Node) -> Iterator[Node]:
    """All nodes below and including `root` in the order of the text; what lies very deep is left out."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        yield node
        if depth < MAX_DEPTH and node.child_count:
            stack += [(child, depth + 1) for child in reversed(node.children)]

"""Files as bytes: spans, edits, lists of items, and the parts of a file that are code. Knows no language and no API."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

from v2migrate.errors import EditConflict
from v2migrate.records import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The bytes `start` to `end` (exclusive) of the file at `path`."""

    path: str
    start: int
    end: int

    def __contains__(self, other: Span) -> bool:
        return self.path == other.path and self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        """True where at least one byte belongs to both."""
        return self.path == other.path and self.start < other.end and other.start < self.end


class Cover:
    """The bytes of one file that some spans hold, for many questions about them."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted((span.start, span.end) for span in spans):
            if self._ends and start < self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end)
            else:
                self._starts.append(start)
                self._ends.append(end)

    def overlaps(self, span: Span) -> bool:
        """Does one of the spans have a byte with `span`, of the same file, in common?"""
        at = bisect.bisect_left(self._starts, span.end) - 1
        return at >= 0 and self._ends[at] > span.start


class Holders:
    """Spans, for many questions whether one of them holds another one."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self._starts: dict[str, list[int]] = {}
        self._ends: dict[str, list[int]] = {}
        for span in sorted(spans):
            ends = self._ends.setdefault(span.path, [])
            self._starts.setdefault(span.path, []).append(span.start)
            ends.append(max(ends[-1], span.end) if ends else span.end)

    def hold(self, span: Span) -> bool:
        """Is `span` within one of the spans?"""
        at = bisect.bisect_right(self._starts.get(span.path, []), span.start) - 1
        return at >= 0 and self._ends[span.path][at] >= span.end


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Replace the bytes `old` at `start` by `new`. `apply_edits` refuses where the file holds other bytes."""

    path: str
    start: int
    old: bytes
    new: bytes

    @property
    def end(self) -> int:
        """The offset behind the replaced bytes."""
        return self.start + len(self.old)


@dataclass(frozen=True, slots=True)
class ItemList:
    """A list in source text whose items can be dropped or added: call arguments, a tuple, a dict, a `+` chain, shell words.

    `span` is what stands between the brackets (for a chain or a command: first to last item). `sep` is `,`, `+`, or empty
    for words parted by blanks. `empty` is the text that goes as well when no item is left (` % (a, b)`), `single` says
    that one item left alone needs a comma behind it (a Python tuple).
    """

    span: Span
    items: tuple[Span, ...]
    sep: str = ","
    empty: Span | None = None
    single: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """The item number `index` of `list`."""

    list: ItemList
    index: int

    @property
    def span(self) -> Span:
        """The bytes of the item itself."""
        return self.list.items[self.index]


@dataclass(frozen=True, slots=True)
class Drop:
    """Take `item` out of its list. Several drops in one list are written together (`render`)."""

    item: Item


@dataclass(frozen=True, slots=True)
class Add:
    """Put `text`, spelled as the language wants it, in front of the first item (`first`) or behind the last of `list`."""

    list: ItemList
    text: bytes
    first: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Put:
    """Replace what stands at `span` by `new` (an empty span: insert there)."""

    span: Span
    new: bytes


Step = Put | Drop | Add


@dataclass(frozen=True, slots=True)
class Region:
    """The part of a file that is code in `language`.

    `ranges` are byte ranges of the *file*: what lies between them (the indentation of a YAML block) is not code. `masks`
    are byte ranges that the parser must not see (`<< parameters.x >>`): they are replaced by same-length names before
    parsing, so that every offset stays the file's. `indent` is what each new line of code must start with in the host.
    `writable` says whether edits inside this region can be written back as they are; `forbidden` lists the texts that an
    edit may not bring in (`: ` and ` #` in a plain YAML scalar).
    """

    language: str
    host: str
    ranges: tuple[tuple[int, int], ...]
    masks: tuple[tuple[int, int], ...] = ()
    indent: bytes = b""
    writable: bool = True
    forbidden: tuple[bytes, ...] = ()
    swaps: tuple[tuple[int, int, bytes], ...] = ()
    """Byte ranges of the file that stand for another text in the code: `$$` for `$` in make, `\\"` for `"` in YAML."""
    escapes: tuple[tuple[bytes, bytes], ...] = ()
    """How new code is spelled in the host, in order: `("$", "$$")`. Masked texts (`$(X)`) stay as they are."""
    names: tuple[tuple[str, tuple[int, int], bool], ...] = ()
    """What masked texts stand for, where the file says so: the text, the range of its value, may it be set elsewhere."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its path as reported, and its bytes."""

    path: str
    data: bytes
    _lines: list[int] = field(default_factory=list, compare=False, repr=False)

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte offset, both from 1; the column counts characters, not bytes."""
        starts = self._starts()
        line = bisect.bisect_right(starts, offset)
        start = starts[line - 1]
        return line, len(self.data[start:offset].decode("utf-8", "replace")) + 1

    def line(self, number: int) -> str:
        """The text of line `number` (from 1) without its newline; empty behind the end."""
        return self.data[self.start(number) : self.start(number + 1)].decode("utf-8", "replace").rstrip("\r\n")

    def start(self, number: int) -> int:
        """The byte at which line `number` (from 1) starts; behind the last line, the end of the data."""
        starts = self._starts()
        return starts[max(number, 1) - 1] if number <= len(starts) else len(self.data)

    def _starts(self) -> list[int]:
        if not self._lines:
            self._lines.append(0)
            at = self.data.find(b"\n")
            while at >= 0:
                self._lines.append(at + 1)
                at = self.data.find(b"\n", at + 1)
        return self._lines

    @property
    def newline(self) -> bytes:
        """The newline that the file's first line ends with."""
        at = self.data.find(b"\n")
        return b"\r\n" if at > 0 and self.data[at - 1 : at] == b"\r" else b"\n"

    def text(self, span: Span) -> str:
        """The text of a span of this file."""
        return self.data[span.start : span.end].decode("utf-8", "replace")


def name_of(path: str) -> tuple[str, str]:
    """The last part of a path, and its suffix in lower case with its dot; empty where it has none, as `.profile`."""
    name = path.replace("\\", "/").rstrip("/").rpartition("/")[2]
    stem, dot, end = name.lower().rpartition(".")
    return name, dot + end if stem and end else ""


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """`data` with all `edits` applied; they may come in any order and twice.

    Raises EditConflict where two edits overlap or where `data` does not hold what an edit expects. Insertions at one
    place are made in the order of their text.
    """
    out, at = [], 0
    for edit in sorted(set(edits)):
        if edit.start < at:
            raise EditConflict(f"{edit.path}: two edits overlap at byte {edit.start}")
        if data[edit.start : edit.end] != edit.old:
            raise EditConflict(
                f"{edit.path}: byte {edit.start} is not what the edit expects; was the file changed meanwhile?"
            )
        out += [data[at : edit.start], edit.new]
        at = edit.end
    return b"".join([*out, data[at:]])


def render(source: Source, steps: Iterable[Step]) -> tuple[Edit, ...]:
    """All `steps` that touch the file of `source` as plain edits, the drops and adds of one list taken together.

    Raises EditConflict where a comment, or text that is put in, would be lost with a dropped item.
    """
    edits: set[Edit] = set()
    drops: dict[ItemList, set[int]] = {}
    adds: dict[ItemList, list[Add]] = {}
    for step in steps:
        if isinstance(step, Put):
            if step.span.path == source.path:
                old = source.data[step.span.start : step.span.end]
                edits.add(Edit(source.path, step.span.start, old, step.new))
        elif isinstance(step, Drop):
            if step.item.list.span.path == source.path:
                drops.setdefault(step.item.list, set()).add(step.item.index)
        elif step.list.span.path == source.path and step not in adds.setdefault(step.list, []):
            adds[step.list].append(step)
    for items, gone in drops.items():
        edits.update(_drop(source, items, gone, adds.pop(items, [])))
    for items, new in adds.items():
        edits.update(_add(source, items, new, set()))
    return _without_lost(sorted(edits))


def _without_lost(edits: Sequence[Edit]) -> tuple[Edit, ...]:
    """Those of the `edits`, in their order, that do not lie in text that a larger cut removes: that needs none of its own."""
    starts: list[int] = []
    ends: list[int] = []  # how far the cuts reach that begin there, or before
    longest: dict[int, int] = {}
    for cut in (edit for edit in edits if edit.old and not edit.new):
        starts.append(cut.start)
        ends.append(max(ends[-1], cut.end) if ends else cut.end)
        longest[cut.start] = max(longest.get(cut.start, 0), cut.end)

    def lost(edit: Edit) -> bool:
        at = bisect.bisect_left(starts, edit.start) - 1
        if at >= 0 and ends[at] >= edit.end + (not edit.old):
            if edit.new and not edit.old:
                raise EditConflict(f"{edit.path}: text would be put into what is removed at byte {edit.start}")
            return True
        return bool(edit.old) and longest.get(edit.start, 0) > edit.end

    return tuple(edit for edit in edits if not lost(edit))


def _cut(source: Source, start: int, end: int) -> Edit:
    old = source.data[start:end]
    return Edit(source.path, start, old, b"")


def _drop(source: Source, items: ItemList, gone: set[int], new: list[Add]) -> list[Edit]:
    spans, kept = items.items, [i for i in range(len(items.items)) if i not in gone]
    edits = []
    if not kept and new:
        joint = b" + " if items.sep == "+" else f"{items.sep} ".encode()
        old = source.data[spans[0].start : spans[-1].end]
        edits.append(Edit(source.path, spans[0].start, old, joint.join(a.text for a in new)))
    elif not kept:
        span = items.empty or Span(source.path, spans[0].start, items.span.end)
        edits.append(_cut(source, span.start, span.end))
    else:
        run: list[int] = []
        for index in [*range(len(spans)), len(spans)]:
            if index in gone:
                run.append(index)
            elif run:
                first, last = run[0], run[-1]
                if first > 0:
                    edits.append(_cut(source, spans[first - 1].end, spans[last].end))
                else:
                    edits.append(_cut(source, spans[first].start, spans[index].start))
                run = []
        if items.single and len(kept) == 1 and not new:
            end = spans[kept[0]].end
            if not source.data[end : items.span.end].lstrip().startswith(b",") or kept[0] < len(spans) - 1:
                edits.append(Edit(source.path, end, b"", b","))
        edits += _add(source, items, new, gone)
    for edit in edits:
        if items.sep == "," and any(
            line.lstrip().startswith(b"#") for line in edit.old.replace(b" #", b"\n#").split(b"\n")
        ):
            raise EditConflict(f"{source.path}: a comment stands beside what would be removed at byte {edit.start}")
    return edits


def _add(source: Source, items: ItemList, new: list[Add], gone: set[int]) -> list[Edit]:
    if not new:
        return []
    edits, sep = [], items.sep.encode()
    spans = [s for i, s in enumerate(items.items) if i not in gone]
    if not spans:
        return [Edit(source.path, items.span.start, b"", (sep + b" ").join(a.text for a in new))]
    head, tail = [a.text for a in new if a.first], [a.text for a in new if not a.first]
    gap = _gap(source, items, spans)
    if head:
        joined = b"".join(text + sep + gap for text in head)
        edits.append(Edit(source.path, spans[0].start, b"", joined))
    if tail:
        joined = b"".join(sep + gap + text for text in tail)
        edits.append(Edit(source.path, spans[-1].end, b"", joined))
    return edits


def _gap(source: Source, items: ItemList, spans: list[Span]) -> bytes:
    """The blank between two items: as the list has it, its line break and indentation or its continuation included."""
    before = spans[-2].end if len(spans) > 1 else items.span.start
    between = source.data[before : spans[-1].start]
    if b"\n" not in between:
        return b" "
    blank = between[between.rfind(b"\n") + 1 :]
    if blank.strip():
        return b" "
    newline = b"\r\n" if b"\r\n" in between else b"\n"
    return (b" \\" if not items.sep else b"") + newline + blank

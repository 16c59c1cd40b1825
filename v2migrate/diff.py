"""Two versions of a file as a patch that `git apply` and `patch -p1` take. Works on bytes; knows no findings."""

from __future__ import annotations

import bisect
import os
from collections import Counter
from collections.abc import Iterator

_CONTEXT = 3
_NO_NEWLINE = b"\n\\ No newline at end of file\n"

Block = tuple[int, int, int, int]
"""Lines `[a, b)` of the old file become lines `[c, d)` of the new one."""


def unified(path: str, old: bytes, new: bytes) -> bytes:
    """The patch that turns `old` into `new` (empty if they are the same); patches of several files can be joined.

    `path` is relative to the working directory and so is the patch: it is to be applied there. There is no `diff --git`
    line on purpose: with one, git would take the path as relative to the root of the repository.
    """
    before, after = lines(old), lines(new)
    changed = blocks(before, after)
    if not changed:
        return b""
    out = [b"--- " + _name("a/", path), b"+++ " + _name("b/", path)]
    for group in _groups(changed):
        a = max(group[0][0] - _CONTEXT, 0)
        c = group[0][2] - (group[0][0] - a)
        b = min(group[-1][1] + _CONTEXT, len(before))
        d = group[-1][3] + (b - group[-1][1])
        out.append(b"@@ -%s +%s @@\n" % (_range(a, b), _range(c, d)))
        at = a
        for first, last, new_first, new_last in group:
            out += [_row(b" ", line) for line in before[at:first]]
            out += [_row(b"-", line) for line in before[first:last]]
            out += [_row(b"+", line) for line in after[new_first:new_last]]
            at = last
        out += [_row(b" ", line) for line in before[at:b]]
    return b"".join(out)


def counts(old: bytes, new: bytes) -> tuple[int, int]:
    """How many lines come and how many go."""
    changed = blocks(lines(old), lines(new))
    return sum(d - c for _, _, c, d in changed), sum(b - a for a, b, _, _ in changed)


def lines(data: bytes) -> list[bytes]:
    """The lines with their ends; only `\\n` ends a line, as git sees it (a form feed or a lone `\\r` does not)."""
    parts = data.split(b"\n")
    last = parts.pop()
    return [part + b"\n" for part in parts] + ([last] if last else [])


def blocks(before: list[bytes], after: list[bytes]) -> list[Block]:
    """The runs of lines that differ, in order."""
    out: list[Block] = []
    a = c = 0
    # What stands once in both, in one order, is the same line: the slow comparison sees only what is between two of those.
    for b, d in [*_fixed(before, after), (len(before), len(after))]:
        out += _between(before, after, (a, b, c, d))
        a, c = b + 1, d + 1
    return out


def _between(before: list[bytes], after: list[bytes], area: Block) -> list[Block]:
    """The runs of lines that differ in an area of both files."""
    a, b, c, d = area
    while a < b and c < d and before[a] == after[c]:
        a, c = a + 1, c + 1
    while a < b and c < d and before[b - 1] == after[d - 1]:
        b, d = b - 1, d - 1
    if a == b or c == d:
        return [(a, b, c, d)] if (a, c) != (b, d) else []
    if set(before[a:b]).isdisjoint(after[c:d]):
        return [(a, b, c, d)]
    import difflib

    middle = difflib.SequenceMatcher(None, before[a:b], after[c:d])
    codes = (code[1:] for code in middle.get_opcodes() if code[0] != "equal")
    return [(i + a, j + a, k + c, m + c) for i, j, k, m in codes]


def _fixed(before: list[bytes], after: list[bytes]) -> list[tuple[int, int]]:
    """The most lines that stand once in each of both and in one order: their numbers in both."""
    times, others = Counter(before), Counter(after)
    place = {line: number for number, line in enumerate(after) if others[line] == 1}
    pairs = [(number, place[line]) for number, line in enumerate(before) if times[line] == 1 and line in place]
    # The longest rising run of the second numbers: what ends lowest for each length, and what came before each.
    ends: list[int] = []
    last: list[int] = []
    came: list[int] = []
    for number, (_, other) in enumerate(pairs):
        at = bisect.bisect_left(ends, other)
        ends[at : at + 1], last[at : at + 1] = [other], [number]
        came.append(last[at - 1] if at else -1)
    out = []
    number = last[-1] if last else -1
    while number >= 0:
        out.append(pairs[number])
        number = came[number]
    return out[::-1]


def _groups(changed: list[Block]) -> Iterator[list[Block]]:
    group = [changed[0]]
    for block in changed[1:]:
        if block[0] - group[-1][1] > 2 * _CONTEXT:
            yield group
            group = []
        group.append(block)
    yield group


def _range(start: int, end: int) -> bytes:
    size = end - start
    # An empty range names the line before it.
    return b"%d,%d" % (start + 1 if size else start, size) if size != 1 else b"%d" % (start + 1)


def _row(mark: bytes, line: bytes) -> bytes:
    return mark + line if line.endswith(b"\n") else mark + line + _NO_NEWLINE


def _name(prefix: str, path: str) -> bytes:
    """The path in a header line: quoted as in C where git needs it, with a tab behind it where it holds a blank."""
    name = os.fsencode(prefix + path)
    if any(byte < 0x20 or byte in b'"\\\x7f' for byte in name):
        quoted = "".join(chr(b) if 0x20 <= b < 0x7F and b not in b'"\\' else f"\\{b:03o}" for b in name)
        return b'"' + quoted.encode("ascii") + b'"\n'
    return name + (b"\t\n" if b" " in name else b"\n")

"""Comments that keep a finding quiet: `# v2migrate: ignore[rule] -- reason`. Knows lines and comment signs, no rule.

A comment counts on a line of the finding, alone on the lines above it, at the first line of its statement and above that
(and behind the brackets that close it), and at the head of the YAML or Markdown block, or the YAML list item, that the
code stands in. `ignore-file` counts for the whole file. Statements are exact for Python; elsewhere lines joined by a
backslash are one.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Sequence

from v2migrate.anchors import COMMENT
from v2migrate.ranges import Ranges
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.source import Region, Source, Span

RULE = "unused-suppression"
_SIGN = r"(?:\#|//|--|;|<!--|/\*|\{\#)"
_COMMENT = regex(
    rf"(?<![\w&$:]){_SIGN}[ \t]*v2migrate:[ \t]*(?P<word>[A-Za-z][\w-]*)"
    r"[ \t]*(?:\[(?P<rules>[^\]\r\n]*)(?P<close>\]?))?(?P<rest>[^\r\n]*)"
)
_ALONE = regex(rf"[ \t>]*(?:{_SIGN}|\*)")
_ENDS = regex(r"\s*(?:-->|\*/|#\})(?P<after>.*)$")
_CLOSERS = regex(r"[ \t)\]}>;,\"']*$")
_SLIPS = ("ignore", "ignore-file", "ignores", "noqa", "disable", "skip", "suppress", "off")
_STACK = 10
"""Comment lines above a statement that are looked through."""
_BLOCK_HOSTS = ("yaml", "markdown")


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment to v2migrate. `rules` are those it names (none: all). `alone`: nothing else stands on its line.

    `problem` says why it cannot be followed. `quoted`: it stands in a string or a text about code, so nobody need hear
    that it suppresses nothing.
    """

    span: Span
    line: int
    whole_file: bool
    rules: tuple[str, ...]
    reason: str = ""
    alone: bool = False
    problem: str = ""
    quoted: bool = False

    def names(self, rule: str) -> bool:
        """Does it mean findings of `rule`?"""
        return not self.problem and (not self.rules or rule in self.rules)


def mentions(data: bytes) -> bool:
    """False only if no comment in these bytes speaks to v2migrate."""
    return COMMENT in data


def comments(source: Source) -> tuple[Comment, ...]:
    """The comments to v2migrate in a file, in order; those that cannot be followed have a `problem`."""
    if not mentions(source.data):
        return ()
    python = python_lines(source) if source.path.endswith((".py", ".pyi", ".pyw")) else None
    prose = source.path.lower().endswith((".md", ".markdown", ".rst", ".adoc", ".txt"))
    out = []
    at = source.data.find(COMMENT)
    seen = 0
    while at >= 0:
        number = source.position(at)[0]
        at = source.data.find(COMMENT, at + 1)
        if number == seen:
            continue
        seen = number
        start = source.start(number)
        stop = source.data.find(b"\n", start)
        # Bytes that are no UTF-8 stay one character each, so that offsets can be counted back.
        text = source.data[start : stop if stop >= 0 else len(source.data)].decode("utf-8", "surrogateescape").rstrip("\r")
        for found in _COMMENT.finditer(text):
            made = _comment(source.path, number, start, text, found)
            if made is None:
                continue
            string = python is not None and number not in python.comments
            if string and made.whole_file:
                continue
            out.append(_quoted(made) if string or prose else made)
    return tuple(out)


def _quoted(comment: Comment) -> Comment:
    c = comment
    return Comment(c.span, c.line, c.whole_file, c.rules, c.reason, c.alone, c.problem, True)


def _comment(path: str, number: int, start: int, text: str, found: re.Match[str]) -> Comment | None:
    word = found["word"].lower()
    rest = found["rest"]
    ends = _ENDS.search(rest)
    after = ""
    if ends is not None:
        rest, after = rest[: ends.start()], ends["after"]
    rules = tuple(_shown(name.strip()) for name in (found["rules"] or "").split(",") if name.strip())
    problem = ""
    if word not in ("ignore", "ignore-file"):
        import difflib

        if not difflib.get_close_matches(word, _SLIPS, 1, 0.75):
            return None  # another word to v2migrate
        problem = f"{found['word']!r} is not understood; write `v2migrate: ignore[rule] -- reason`"
    elif found["rules"] is not None and not found["close"]:
        problem = "the bracket is not closed; write `v2migrate: ignore[rule] -- reason`"
    elif found["rules"] is not None and not rules:
        problem = "the brackets are empty; name a rule, or leave them out to mean all"
    first = len(text[: found.start()].encode("utf-8", "surrogateescape"))
    size = len(text[found.start() : found.end()].rstrip().encode("utf-8", "surrogateescape"))
    alone = _ALONE.match(text) is not None and not text[: found.start()].strip(" \t>/*#;-") and not after.strip()
    reason = _shown(re.sub(r"^\s*(?:--|[-:\u2013\u2014])\s*", "", rest).strip())
    span = Span(path, start + first, start + first + size)
    return Comment(span, number, word == "ignore-file", rules, reason, alone, problem)


def _shown(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class Cover:
    """What the comments of one file cover. `regions` are its parts that are code (for the heads of blocks)."""

    def __init__(self, source: Source, regions: Sequence[Region]) -> None:
        self._source = source
        self.comments = comments(source)
        self._by_line: dict[int, list[Comment]] = {}
        self._whole_file = [comment for comment in self.comments if comment.whole_file]
        for comment in self.comments:
            if not comment.whole_file:
                self._by_line.setdefault(comment.line, []).append(comment)
        blocks = list(_blocks(source, regions)) if self.comments else []
        self._blocks = Ranges([(begin, finish) for begin, finish, _ in blocks])
        self._heads = [heads for _, _, heads in blocks]
        python = any(r.language == "python" and r.host == "file" for r in regions)
        self._python = python_lines(source) if python and self.comments else None

    def by(self, rule: str, spans: Iterable[Span]) -> list[Comment]:
        """The comments that cover a finding of `rule` at `spans` (the finding, the call it is about)."""
        if not self.comments:
            return []
        here = [s for s in spans if s.path == self._source.path]
        near = [c for span in here for c in self._around(span)]
        near += self._whole_file
        return [c for c in dict.fromkeys(near) if c.names(rule)]

    def _around(self, span: Span) -> Iterator[Comment]:
        first = self._source.position(span.start)[0]
        last = self._source.position(max(span.start, span.end - 1))[0]
        for number in range(first, last + 1):
            yield from self._by_line.get(number, ())
        start, end = self._statement(first, last)
        for number in {first, start}:
            yield from self._above(number)
        yield from self._by_line.get(start, ())
        for comment in self._by_line.get(end, ()):
            before = self._source.data[self._source.start(end) : comment.span.start].decode("utf-8", "replace")
            if _CLOSERS.match(before):
                yield comment
        for block in self._blocks.holding(first):
            for number in self._heads[block]:
                yield from self._by_line.get(number, ())
                yield from self._above(number)

    def _above(self, number: int) -> Iterator[Comment]:
        """Comments alone on the lines right above line `number`, other comments between them or not."""
        for up in range(number - 1, max(number - 1 - _STACK, 0), -1):
            if _ALONE.match(self._source.line(up)) is None:
                return
            yield from (c for c in self._by_line.get(up, ()) if c.alone)

    def _statement(self, first: int, last: int) -> tuple[int, int]:
        """The first and the last line of the statement around lines `first` to `last`."""
        if self._python is not None:
            found = self._python.around(first)
            if found is not None:
                return found
        while first > 1 and self._source.line(first - 1).endswith("\\"):
            first -= 1
        while self._source.line(last).endswith("\\"):
            last += 1
        return first, last


def _blocks(source: Source, regions: Sequence[Region]) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """First and last line of each embedded block of code, and the lines that are its heads."""
    for region in regions:
        if region.host not in _BLOCK_HOSTS or not region.ranges:
            continue
        begin = source.position(region.ranges[0][0])[0]
        finish = source.position(max(region.ranges[0][0], region.ranges[-1][1] - 1))[0]
        inline = bool(source.data[source.start(begin) : region.ranges[0][0]].strip())
        head = begin if inline else begin - 1
        while not inline and head > 1 and not source.line(head).strip():
            head -= 1
        if head < 1:
            continue
        heads = {head}
        if region.host == "yaml" and (item := _list_item(source, head)):
            heads.add(item)
        yield begin, finish, tuple(sorted(heads))


def _list_item(source: Source, head: int) -> int:
    """The line on which the YAML list item that holds the key at line `head` starts; 0 where there is none."""
    depth = _indent(source.line(head))
    for up in range(head - 1, max(head - 200, 0), -1):
        text = source.line(up)
        if text.strip() and not text.lstrip().startswith("#") and _indent(text) < depth:
            return up if text.lstrip().startswith("- ") else 0
    return 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


@dataclass(frozen=True, slots=True)
class PythonLines:
    """The comments and the logical lines of a Python file."""

    comments: frozenset[int]
    """Lines that hold a real comment."""
    lines: tuple[tuple[int, int], ...]
    """First and last line of each logical line."""
    ranges: Ranges

    def around(self, number: int) -> tuple[int, int] | None:
        """The first and the last line of the logical line that a line belongs to."""
        return next((self.lines[i] for i in self.ranges.holding(number)), None)


@functools.lru_cache(4)
def _tokens(data: bytes) -> PythonLines | None:
    import io
    import tokenize

    found: set[int] = set()
    lines: list[tuple[int, int]] = []
    start = 0
    skip = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER)
    try:
        for token in tokenize.tokenize(io.BytesIO(data).readline):
            if token.type == tokenize.COMMENT:
                found.add(token.start[0])
            if token.type == tokenize.NEWLINE:
                lines.append((start or token.start[0], token.start[0]))
                start = 0
            elif token.type not in skip and not start:
                start = token.start[0]
    except (tokenize.TokenError, SyntaxError, ValueError):
        return None
    return PythonLines(frozenset(found), tuple(lines), Ranges(lines))


def python_lines(source: Source) -> PythonLines | None:
    """The comments and logical lines of a Python file; None where it cannot be taken apart: then every line may be one."""
    return _tokens(source.data)

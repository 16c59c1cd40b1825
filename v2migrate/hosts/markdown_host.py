"""Code in Markdown: fenced blocks of a shell or of Python. Knows neither language.

A block without a language is a shell's if a call of an API stands in it. In a session only the lines behind a prompt are
code. Left out: indented blocks, blocks in other formats (YAML inside Markdown), sessions of Python.
"""

from __future__ import annotations

from v2migrate.hosts.lines import Line, continued, lines
from v2migrate.hosts.marks import masks, merged
from v2migrate.regex import regex
from v2migrate.source import Region, Source

_FENCE = regex(rb"((?:[ \t]*>)*[ \t]*(?:(?:[-*+]|\d+[.)])[ \t]+)?)(`{3,}|~{3,})[ \t]*\{?\.?([\w+-]*)([^\n]*)$")
_SHELLS = frozenset(b"bash sh shell zsh console shell-session shellsession terminal shellscript".split())
_PYTHON = frozenset([b"python", b"py", b"python3"])
_CALL = regex(rb"\b(?:curl|wget)\b|\bhttps?[ \t]")
_PROMPT = regex(rb"[ \t]*[$%][ \t]+")
_PLACE = regex(
    rb"<[A-Za-z](?:[\w .:|-]{0,60}[\w.])?>"
    rb"|(?<=/)(?::[A-Za-z][\w-]{0,60}|\{[A-Za-z][\w -]{0,60}\})(?=[/?\"'\s]|\Z)"
)
"""What a reader is to fill in: `<org>`, and parts of a path as documents of an API write them, `/:org/` and `/{org}/`."""


def regions(source: Source) -> tuple[Region, ...]:
    """The shell and Python regions of a Markdown file, in order."""
    out: list[Region] = []
    todo = lines(source.data)
    at = 0
    while at < len(todo):
        found = _FENCE.match(todo[at].text)
        at += 1
        if found is None or (found.group(2)[:1] == b"`" and b"`" in found.group(4)):
            continue
        first = at
        while at < len(todo) and not _closes(todo[at].text, found.group(2)):
            at += 1
        if at < len(todo):
            out += _region(source, todo[first:at], found.group(3).lower(), len(found.group(1)), found.group(1).count(b">"))
        at += 1
    return tuple(out)


def _closes(text: bytes, fence: bytes) -> bool:
    line = text.lstrip(b"> \t").rstrip()
    return len(line) >= len(fence) and line.strip(fence[:1]) == b""


def _region(source: Source, block: list[Line], language: bytes, indent: int, quotes: int) -> list[Region]:
    starts = [line.start + _inset(line.text, indent, quotes) for line in block]
    if language in _PYTHON:
        ranges = merged([s for line, start in zip(block, starts, strict=True) for s in ((start, line.stop), line.newline)])
        return [Region("python", "markdown", ranges, (), b" " * indent, len(ranges) == 1)] if ranges else []
    text = source.data[block[0].start : block[-1].end] if block else b""
    if language not in _SHELLS and (language or b"/api/v" not in text or not _CALL.search(text)):
        return []
    code: list[tuple[int, int]] = []
    session = any(_PROMPT.match(source.data, start, line.stop) for line, start in zip(block, starts, strict=True))
    open_line = False
    for line, start in zip(block, starts, strict=True):
        prompt = _PROMPT.match(source.data, start, line.stop)
        if session and not open_line and prompt is None:
            continue  # what the command answered
        if session and prompt is not None and not open_line:
            start = prompt.end()
        code += [(start, line.stop), line.newline]
        open_line = continued(line.text)
    ranges = merged(code)
    marks = sorted({*masks(source, ranges), *(m.span() for s, e in ranges for m in _PLACE.finditer(source.data, s, e))})
    return [Region("shell", "markdown", ranges, _apart(marks), b" " * indent, True, (b"\n",) if quotes else ())] if ranges else []


def _inset(text: bytes, indent: int, quotes: int) -> int:
    """How much of a line belongs to the bullet or the quotation that the block stands in."""
    at = 0
    for _ in range(quotes):
        mark = text.find(b">", at)
        if mark < 0 or text[at:mark].strip():
            break
        at = mark + 1
    if quotes and text[at : at + 1] == b" ":
        at += 1
    while not quotes and at < indent and text[at : at + 1] in (b" ", b"\t"):
        at += 1
    return at


def _apart(marks: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Without those that begin inside another."""
    out: list[tuple[int, int]] = []
    for start, end in marks:
        if not out or start >= out[-1][1]:
            out.append((start, end))
    return tuple(out)

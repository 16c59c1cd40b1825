"""Shell code in Dockerfiles: the shell form of RUN, CMD and ENTRYPOINT. Knows no shell.

Of the JSON form only `["sh", "-c", "…"]`. Left out: files that change the escape character.
"""

from __future__ import annotations

import re

from v2migrate.hosts.lines import Line, continued, lines
from v2migrate.hosts.marks import merged
from v2migrate.regex import regex
from v2migrate.source import Region, Source

_INSTRUCTION = regex(rb"[ \t]*(?:ONBUILD[ \t]+)?([A-Z]+)(?:[ \t]+|$)(?:--\w[\w-]*(?:=\S+)?[ \t]+)*", re.IGNORECASE)
_HEREDOC = regex(rb"<<(-?)[ \t]*([\"']?)(\w+)\2")
_COMMENT = regex(rb"[ \t]*(?:#|$)")
_EXEC = regex(
    rb'\[[ \t]*"(?:/bin/|/usr/bin/)?(?:ba|da|z)?sh"[ \t]*,[ \t]*"-\w*c"[ \t]*,[ \t]*"((?:[^"\\\n]|\\.)*)"[ \t]*\][ \t]*$',
    re.MULTILINE,
)
_ESCAPED = regex(rb"\\.")
_ESCAPE = regex(rb"^#[ \t]*escape[ \t]*=[ \t]*`", re.IGNORECASE | re.MULTILINE)


def regions(source: Source) -> tuple[Region, ...]:
    """The shell regions of a Dockerfile, in order."""
    if _ESCAPE.search(source.data[:500]):
        return ()
    out: list[Region] = []
    todo = lines(source.data)
    at = 0
    while at < len(todo):
        first = todo[at]
        at += 1
        found = None if _COMMENT.match(first.text) else _INSTRUCTION.match(first.text)
        if found is None:
            continue
        group = [first]
        while at < len(todo) and continued(group[-1].text.rstrip()):
            # Comments and empty lines inside an instruction are no part of it.
            if not _COMMENT.match(todo[at].text):
                group.append(todo[at])
            at += 1
        body: list[Line] = []
        if found.group(1).upper() == b"RUN" and (mark := _HEREDOC.search(group[-1].text)):
            end = at
            while end < len(todo) and todo[end].text.strip(b"\t" if mark.group(1) else b"") != mark.group(3):
                end += 1
            if end < len(todo):
                body, at = todo[at : end + 1], end + 1
        if found.group(1).upper() in (b"RUN", b"CMD", b"ENTRYPOINT"):
            out += _region(source, group, found.end(), body)
    return tuple(out)


def _region(source: Source, group: list[Line], skip: int, body: list[Line]) -> list[Region]:
    start = group[0].start + skip
    if source.data[start : start + 1] == b"[":
        return _exec(source, start, group) if len(group) == 1 else []
    if body and len(group) == 1 and _HEREDOC.fullmatch(source.data[start : group[0].stop].strip()):
        # `RUN <<EOF`: the lines themselves are the script.
        ranges = merged([span for line in body[:-1] for span in ((line.start, line.stop), line.newline)])
    else:
        ranges = merged([
            span
            for line in (*group, *body)
            for span in ((max(line.start, start), line.start + len(line.text.rstrip())), line.newline)
        ])  # fmt: skip
    return [Region("shell", "dockerfile", ranges, (), b"", True, (b"\n",))] if ranges else []


def _exec(source: Source, start: int, group: list[Line]) -> list[Region]:
    """`["sh", "-c", "…"]`: the last text is code."""
    found = _EXEC.match(source.data, start, group[0].stop)
    if found is None:
        return []
    first, last = found.span(1)
    swaps = []
    for escape in _ESCAPED.finditer(source.data, first, last):
        if escape[0][1:] not in (b'"', b"\\", b"/"):
            return []
        swaps.append((escape.start(), escape.end(), escape[0][1:]))
    span = ((first, last),) if first < last else ()
    escapes = ((b"\\", b"\\\\"), (b'"', b'\\"'))
    return [Region("shell", "dockerfile", span, (), b"", True, (b"\n",), tuple(swaps), escapes)] if span else []

"""The HTTP method that stands near a URL in code of any language, found by spelling. Knows no syntax and no endpoint."""

from __future__ import annotations

import re

from v2migrate.regex import regex
from v2migrate.source import Source

_MAX_LINE = 1000
_NEAR = 3  # lines around a URL that are searched for its method
_METHODS = "GET|POST|PUT|DELETE|PATCH|HEAD"
_OPENED = r"(?:(?:new\s+)?[\w.:]{1,40}\s*\(\s*)?[fFrRbuU@$]*[\"'`]?\Z"  # `fmt.Sprintf("`, `URI("`, `"`
_DIRECT = regex(
    rf"(?:\.|\b)(get|post|put|delete|patch|head)(?:_async|Async|Json|JSON)?\s*(?:<[^<>]*>)?\s*[( ]\s*{_OPENED}|"
    rf"\b(?:{_METHODS})\b[\"'`,(\s]*[fFrRbuU@$]*[\"'`]?\Z",
    re.IGNORECASE,
)
_WORDS = regex(
    rf"(?:-X|--request)[ =]?[\"']?({_METHODS})\b|\bmethod[\"']?\s*[:=]>?\s*[\"'`:]?({_METHODS})\b|-Method\s+[\"']?({_METHODS})\b"
    rf"|\bMethod(Get|Post|Put|Delete|Patch)\b|::(Get|Post|Put|Delete|Patch)\b|\.(post|patch)\w{{0,8}}\s*[(<]"
    rf"|\bCURLOPT_(POST)\b",
    re.IGNORECASE,
)
_UPPER = regex(rf"(?<![\w-])({_METHODS})(?![\w-])")
_DATA = regex(r"(?:^|\s)(?:-d|-F|--data(?:-\w+)?|--form|--json)(?=[\s='\"@])")
_URLS = regex(r"://|/api/v\d")
# Functions that send a GET unless they are told another method, and what may stand behind the URL then.
_GETTERS = r"(?<![\w.])(?:got|ky|fetch|\$fetch|ofetch|axios|needle|urlopen|file_get_contents|readfile|URI\.open)"
_GETTER = regex(rf"(?:{_GETTERS}\s*(?:<[^<>]*>)?\(|\.url\()\s*{_OPENED}", re.IGNORECASE)
_REST = regex(r"[\"'`]?\s*(?:\)|,\s*\{|\Z)")
_POWERSHELL = regex(r"\b(?:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)\b", re.IGNORECASE)
_OPTIONS = regex(r"\$@|\$\{?\w*(?:ARGS|OPTS|OPTIONS|PARAMS)|\s(?:-K|--config|-T|--upload-file)\s", re.IGNORECASE)
_NAMED = regex(r"(?<![\w.])(\w+)\s*(?::\s*\w+\s*)?(?::=|=)\s*(?:await\s+)?" + _OPENED)
_MAX_USES = 4000


def method_of(source: Source, start: int, end: int) -> str | None:
    """The method that a call around the URL names; None where nothing does, or more than one thing."""
    before = source.data[max(0, start - 160) : start].decode("utf-8", "replace")
    found = _direct(before)
    if found is not None:
        return found
    near = _near(source, start, end)
    explicit = {word.upper() for line in near for m in _WORDS.finditer(line) for word in m.groups() if word}
    explicit = explicit or {m.group(1) for m in _UPPER.finditer(near[0])}
    if explicit:
        return explicit.pop() if len(explicit) == 1 else None
    if any("curl" in line for line in near) and any(_DATA.search(line) for line in near):
        return None if any(re.search(r"\s(?:-G|--get)\b", line) for line in near) else "POST"
    after = source.data[end : end + 200].decode("utf-8", "replace")
    if _GETTER.search(before[-120:]) and _REST.match(after):
        return "GET"
    if _POWERSHELL.search(near[0]):
        return "GET"
    own = before.rsplit("\n", 1)[-1]
    if re.search(r"\bcurl\s", own) and not any(_OPTIONS.search(line) for line in near) and not before.rstrip().endswith("\\"):
        return "GET"
    return _by_name(source, before, end)


def _direct(before: str) -> str | None:
    """A method right in front of the URL."""
    found = _DIRECT.search(before[-120:]) if before else None
    if found is None:
        return None
    if found.group(1):
        return found.group(1).upper()
    word = re.match(_METHODS, found.group().strip(" \t\r\n\"'`,("), re.IGNORECASE)
    return word.group().upper() if word is not None else None


def _by_name(source: Source, before: str, end: int) -> str | None:
    """The method of the calls that are given the variable which the URL is put into."""
    named = _NAMED.search(before[-120:])
    if named is None:
        return None
    later = source.data[end : end + _MAX_USES].decode("utf-8", "replace")
    methods: set[str | None] = set()
    for use in re.finditer(rf"(?<![\w.$]){re.escape(named.group(1))}(?!\w)", later):
        front, behind = later[max(0, use.start() - 120) : use.start()], later[use.end() : use.end() + 200]
        if re.match(r"\s*(?::=|=)(?!=)", behind):
            break
        line = front.rsplit("\n", 1)[-1]
        direct = _direct(front)
        if direct is not None:
            methods.add(direct)
        elif _GETTER.search(front) and _REST.match(behind):
            told = {m.upper() for f in _WORDS.finditer(behind.split(")", 1)[0]) for m in f.groups() if m}
            methods.add("GET" if not told else told.pop() if len(told) == 1 else None)
        elif re.search(r"[(,]\s*\Z", line):
            methods.add(None)
    return methods.pop() if len(methods) == 1 else None


def _near(source: Source, start: int, end: int) -> list[str]:
    """The line of the URL and its neighbours, as far as no other URL and no empty line stands between."""
    number = source.position(start)[0]
    first, last = number, source.position(max(end - 1, start))[0]
    head = source.data[source.data.rfind(b"\n", 0, start) + 1 : start].decode("utf-8", "replace")[-_MAX_LINE:]
    stop = source.data.find(b"\n", end)
    tail = source.data[end : stop if stop >= 0 else len(source.data)].decode("utf-8", "replace")[:_MAX_LINE]
    # Several calls on one line (a file without line breaks): up to the URL before, and to the command behind.
    other = max((m.end() for m in _URLS.finditer(head) if m.end() < len(head)), default=0)
    cut = _URLS.search(tail)
    if cut is not None:
        starts = [m.start() for m in re.finditer(r"\b(?:curl|wget|http)\b", tail[: cut.start()])]
        tail = tail[: starts[0] if starts else cut.start()]
    if other and (starts := [m.start() for m in re.finditer(r"\b(?:curl|wget)\b", head)]):
        other = max(other, starts[-1])
    alone = not other and cut is None
    out = [head[other:] + source.data[start:end].decode("utf-8", "replace") + tail]
    for step, edge in ((-1, first), (1, last)):
        for distance in range(1, _NEAR + 1) if alone else ():
            line = source.line(edge + step * distance)[:_MAX_LINE]
            if not line.strip() or _URLS.search(line) or (step < 0 and line.rstrip().endswith((";", "}"))):
                break
            out.append(line)
            if step > 0 and line.rstrip().endswith(";"):
                break
    return out

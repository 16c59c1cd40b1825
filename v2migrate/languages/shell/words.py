"""Shell words taken apart: quoting and escapes resolved, expansions found. Knows no variables' values.

Works on bytes, not on the tree: the grammar leaves blanks and the first text of a here-document without a node.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from v2migrate.languages.shell.code import Code
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.source import Span
from v2migrate.template import Template, Text

_NAME = regex(rb"[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-]")
_ANSI = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "v": "\v"}
_MAX_WORD = 60_000
_SPECIAL = regex(rb"[\\'\"$`]")
_NESTING = regex(rb"[\\'\"$(){}]")


@dataclass(frozen=True, slots=True)
class Lit:
    """Known text at `start:end` of the code; not `exact`: an escape. `quote` is what it stands in (`'`, `"`, or empty)."""

    value: str
    start: int
    end: int
    exact: bool
    quote: str


@dataclass(frozen=True, slots=True)
class Exp:
    """An expansion (`$X`, `${X:-y}`, `$(…)`, `` `…` ``, `$((…))`, or a place of the host's) at `start:end` of the code."""

    kind: str  # name, brace, command, arithmetic, mask, huge (a word too long to be looked at)
    start: int
    end: int
    quote: str


Part = Lit | Exp


def split_word(code: Code, start: int, end: int) -> Sequence[Part]:
    """The parts of one word."""
    found = code.words.get((start, end))
    if found is None:
        found = code.words[start, end] = _split(code, start, end)
    return found


def _split(code: Code, start: int, end: int) -> tuple[Part, ...]:
    if end - start >= _MAX_WORD:
        return (Exp("huge", start, end, '"'),)
    if start < end and not code.masks and _SPECIAL.search(code.text, start, end) is None:
        return (Lit("", start, end, True, ""),)
    return tuple(_lex(code, start, end, "", "\0"))


def fixed(code: Code, start: int, end: int) -> Template | None:
    """The template of a word that is one piece of text, whatever the variables hold; None for other words."""
    try:
        return code.fixed[start, end]
    except KeyError:
        parts = split_word(code, start, end)
        plain = len(parts) == 1 and isinstance(parts[0], Lit)
        found = code.fixed[start, end] = Template(tuple(texts(code, parts[0]))) if plain else None  # type: ignore[arg-type]
        return found


def split_text(code: Code, start: int, end: int) -> list[Part]:
    """The parts of a here-document's body whose delimiter is not quoted, or of text inside double quotes."""
    return _lex(code, start, end, '"', "<") if end - start < _MAX_WORD else [Exp("huge", start, end, '"')]


def split_default(code: Code, start: int, end: int, quote: str) -> list[Part]:
    """The parts of the word in `${X:-word}`; `quote` is what the expansion stands in."""
    return _lex(code, start, end, '"' if quote == '"' else "", "}")


def literal(code: Code, start: int, end: int, quote: str = "'") -> list[Part]:
    """Text in which nothing is special (a here-document with a quoted delimiter), masked places apart."""
    out: list[Part] = []
    _runs(code, start, end, quote, out)
    return out


def texts(code: Code, part: Lit) -> list[Text]:
    """A part as pieces of a template, one for each contiguous stretch of the file."""
    if not part.exact:
        return [Text(part.value, code.span(part.start, part.end), False)]
    if code.shift is not None:
        raw = code.text[part.start : part.end]
        try:
            return [Text(raw.decode(), code.span(part.start, part.end))] if raw else []
        except UnicodeDecodeError:
            pass
    out = []
    for a, b in code.parts(part.start, part.end):
        raw = code.text[a:b]
        if a in code.wide:
            out.append(Text(raw.decode("utf-8", "replace"), code.span(a, b), False))
            continue
        try:
            out.append(Text(raw.decode(), code.span(a, b)))
        except UnicodeDecodeError:
            out.append(Text(raw.decode("utf-8", "replace"), code.span(a, b), False))
    return out


def span_of(code: Code, part: Part) -> Span:
    """Where the part stands in the file."""
    return code.span(part.start, part.end)


def quoted_span(code: Code, part: Exp, start: int, end: int) -> Span | None:
    """The same with the double quotes around an expansion that is all they hold, in a word that is more than this; None
    for all others."""
    text, first, last = code.text, part.start - 1, part.end + 1
    alone = part.quote == '"' and text[first : part.start] == b'"' == text[part.end : last] and text[first - 1 : first] != b"\\"
    return code.span(first, last) if alone and start <= first and (start < first or last < end) else None


def _runs(code: Code, start: int, end: int, quote: str, out: list[Part]) -> None:
    """Text in which nothing is special as parts, masked places apart."""
    at = start
    for mask in code.masked(start, end) if code.masks else ():
        if at <= mask:
            if mask > at:
                out.append(Lit("", at, mask, True, quote))
            at = min(code.masks[mask], end)
            out.append(Exp("mask", mask, at, quote))
    if at < end:
        out.append(Lit("", at, end, True, quote))


def _lex(code: Code, start: int, end: int, mode: str, closing: str) -> list[Part]:
    """Parts between two offsets. `mode` is `"` inside double quotes; `closing` "<" marks a here-document."""
    text, at, run = code.text, start, start
    out: list[Part] = []
    while (special := _SPECIAL.search(text, at, end)) is not None:
        at = special.start()
        char = special[0]
        if char == b"\\" and at + 1 < end:
            follow = text[at + 1 : at + 2]
            if (mode == '"' and follow not in (b"$", b"`", b'"', b"\\", b"\n")) or (closing == "<" and follow == b'"'):
                at += 1
                continue
            _runs(code, run, at, mode, out)
            size = _char(text, at + 1)
            if follow != b"\n":
                out.append(Lit(text[at + 1 : at + 1 + size].decode("utf-8", "replace"), at, at + 1 + size, False, mode))
            at += 1 + size
            run = at
        elif char == b"'" and mode == "":
            _runs(code, run, at, mode, out)
            stop = text.find(b"'", at + 1, end)
            stop = end if stop < 0 else stop
            _runs(code, at + 1, stop, "'", out)
            at = run = stop + 1
        elif char == b'"' and closing != "<":
            _runs(code, run, at, mode, out)
            mode = "" if mode else '"'
            at += 1
            run = at
        elif char == b"$" and mode == "" and text[at + 1 : at + 2] == b"'":
            _runs(code, run, at, mode, out)
            at = run = _ansi(text, at + 2, end, out)
        elif char == b"$" and mode == "" and text[at + 1 : at + 2] == b'"':
            _runs(code, run, at, mode, out)
            at += 1
            run = at
        elif char in (b"$", b"`") and (found := _expansion(text, at, end)) is not None:
            _runs(code, run, at, mode, out)
            kind, stop = found
            out.append(Exp(kind, at, stop, mode))
            at = run = stop
        else:
            at += 1
    _runs(code, run, end, mode, out)
    return out


def _char(text: bytes, at: int) -> int:
    """How many bytes the character at `at` has."""
    first = text[at]
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _ansi(text: bytes, at: int, end: int, out: list[Part]) -> int:
    """Append the parts of `$'…'` from `at` on; where it ends."""
    run = at
    while at < end and text[at : at + 1] != b"'":
        if text[at : at + 1] == b"\\" and at + 1 < end:
            if at > run:
                out.append(Lit("", run, at, True, "$'"))
            found = re.match(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|u[0-9A-Fa-f]{1,4}|.)", text[at:end], re.S)
            assert found is not None
            name = found[1].decode("utf-8", "replace")
            if name[0] in "xu" and len(name) > 1:
                value = chr(int(name[1:], 16))
            elif name[0] in "01234567":
                value = chr(int(name, 8) & 0xFF)
            else:
                value = _ANSI.get(name, name)
            out.append(Lit(value if not 0xD800 <= ord(value[0]) < 0xE000 else "\ufffd", at, at + len(found[0]), False, "$'"))
            at += len(found[0])
            run = at
        else:
            at += 1
    if at > run:
        out.append(Lit("", run, at, True, "$'"))
    return at + 1


def _expansion(text: bytes, at: int, end: int) -> tuple[str, int] | None:
    """Kind and end of the expansion that starts at `at`, or None for a lone dollar."""
    if text[at : at + 1] == b"`":
        stop = at + 1
        while stop < end and text[stop : stop + 1] != b"`":
            stop += 2 if text[stop : stop + 1] == b"\\" else 1
        return "command", min(stop + 1, end)
    if text.startswith(b"$((", at, end):
        stop = text.find(b"))", at + 3, end)
        if stop >= 0:
            return "arithmetic", stop + 2
    if text.startswith(b"$(", at, end):
        return "command", skip(text, at + 2, end, b")")
    if text.startswith(b"${", at, end):
        return "brace", skip(text, at + 2, end, b"}")
    found = _NAME.match(text, at + 1, end)
    return ("name", found.end()) if found else None


def skip(text: bytes, at: int, end: int, closing: bytes) -> int:
    """The offset behind the bracket that closes what was opened before `at`; quotes and nesting are respected."""
    stack = [closing]
    while (sign := _NESTING.search(text, at, end)) is not None:
        at, char = sign.start(), sign[0]
        top = stack[-1]
        if char == b"\\":
            at += 2
            continue
        if top == b'"':
            if char == b'"':
                stack.pop()
            elif text.startswith((b"$(", b"${"), at, end):
                stack.append(b")" if text[at + 1 : at + 2] == b"(" else b"}")
                at += 1
        elif char == top:
            stack.pop()
            if not stack:
                return at + 1
        elif char == b"'" and not (top == b"}" and b'"' in stack):
            stop = text.find(b"'", at + 1, end)
            at = end if stop < 0 else stop
        elif char == b'"':
            stack.append(b'"')
        elif text.startswith((b"$(", b"${"), at, end):
            stack.append(b")" if text[at + 1 : at + 2] == b"(" else b"}")
            at += 1
        elif char == b"(" and top == b")":
            stack.append(b")")
        at += 1
    return end

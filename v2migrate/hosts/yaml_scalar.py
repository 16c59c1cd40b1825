"""Which bytes of a YAML scalar are its value, in each of the five styles. Knows no keys and no shell."""

from __future__ import annotations

import re
from itertools import pairwise

from v2migrate.records import dataclass
from v2migrate.regex import regex

BOM = b"\xef\xbb\xbf"
_PROPERTIES = regex(r"(?:[&!]\S*\s+)*")
_HEADER = regex(r"[|>][-+0-9]*[ \t]*(?:#[^\r\n]*)?(\r\n|\n|\r|\Z)")
_ESCAPE = regex(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|\r?\n[ \t]*|.)", re.DOTALL)
_SELF = '"\\/ '  # escapes that stand for the character behind the backslash
_ESCAPED = {"n": "\n", "t": "\t", "\t": "\t", "r": ""}
_TWICE = regex("''")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A scalar of the parser: offsets, style (`|`, `>`, `'`, `"` or empty), value; `tagged`: `&a` or `!t` stands before."""

    start: int
    end: int
    style: str
    value: str
    flow: bool = False
    tagged: bool = False


@dataclass(frozen=True, slots=True)
class Spelt:
    """The ranges of a value, and how it can be edited there."""

    ranges: list[tuple[int, int]]
    indent: bytes = b""
    writable: bool = True
    forbidden: tuple[bytes, ...] = ()
    swaps: tuple[tuple[int, int, str], ...] = ()
    escapes: tuple[tuple[bytes, bytes], ...] = ()


def spell(text: str, scalar: Scalar) -> Spelt | None:
    """Where the value stands in `text`, and how it is spelled there; None if that cannot be told."""
    start = scalar.start
    if scalar.tagged:
        found = _PROPERTIES.match(text, start, scalar.end)
        start = found.end() if found else start
    if scalar.style in ("|", ">"):
        spelt = _block(text, start, scalar)
    elif scalar.style == '"':
        spelt = _double(text, start + 1, scalar)
    elif scalar.style == "'":
        spelt = _single(text, start + 1, scalar)
    else:
        spelt = _plain(text, start, scalar)
    value = scalar.value.replace("\r", "") if scalar.style == '"' else scalar.value
    if spelt is None or _read(text, spelt).rstrip("\n") != value.rstrip("\n"):
        return None
    return spelt


def _read(text: str, spelt: Spelt) -> str:
    """The value that ranges and swaps give."""
    out: list[str] = []
    swaps = list(spelt.swaps)
    for start, end in spelt.ranges:
        while swaps and swaps[0][0] < end:
            first, last, value = swaps.pop(0)
            out += [text[start:first], value]
            start = last
        out.append(text[start:end])
    return "".join(out)


# --- block styles ---------------------------------------------------------------------------------------------------


def _block(text: str, start: int, scalar: Scalar) -> Spelt | None:
    header = _HEADER.match(text, start)
    if header is None:
        return None
    lines = _lines(text, header.end(), scalar.end)
    indent = _indent(text, lines, scalar.value)
    if indent is None:
        return None
    # Blank lines may be shorter than the indentation.
    cut = [(min(first + indent, last), last, newline) for first, last, newline in lines]
    if scalar.style == "|":
        ranges = [span for first, last, newline in cut for span in ((first, last), (newline, newline + 1)) if span[0] >= 0]
        return Spelt(ranges, b" " * indent)
    folded = _folded(text, cut)
    return Spelt(folded, b" " * indent, forbidden=(b"\n",)) if folded is not None else None


def _lines(text: str, at: int, end: int) -> list[tuple[int, int, int]]:
    """Start and end of each line, and the offset of its `\\n` (-1: it has none)."""
    out = []
    while at < end:
        newline = text.find("\n", at, end)
        last = newline if newline >= 0 else end
        stop = last - 1 if last > at and text[last - 1] == "\r" else last
        out.append((at, stop, newline))
        at = last + 1
    return out


def _indent(text: str, lines: list[tuple[int, int, int]], value: str) -> int | None:
    """The indentation of a block: what the first line with text has more of it than the value."""
    for first, last, _ in lines:
        line = text[first:last]
        if line.strip():
            inner = next((v for v in value.split("\n") if v.strip()), "")
            return (len(line) - len(line.lstrip(" "))) - (len(inner) - len(inner.lstrip(" ")))
    return None


def _folded(text: str, lines: list[tuple[int, int, int]]) -> list[tuple[int, int]] | None:
    """A line break between two lines with text is a blank: the last blank of the indentation stands for it."""
    ranges: list[tuple[int, int]] = []
    previous = -1
    for number, (first, last, _) in enumerate(lines):
        if first >= last:
            continue
        breaks = [newline for _, _, newline in lines[max(previous, 0) : number]]
        if previous < 0:
            ranges += [(b, b + 1) for b in breaks]
        else:
            kept = text[first] in " \t" or text[lines[previous][0]] in " \t"
            blank = len(breaks) == 1 and not kept
            if blank and (first == 0 or text[first - 1] not in " \t"):
                return None
            ranges += [(first - 1, first)] if blank else [(b, b + 1) for b in (breaks if kept else breaks[1:])]
        ranges.append((first, last))
        previous = number
    tail = [newline for _, _, newline in lines[max(previous, 0) :] if newline >= 0][:1]
    return ranges + [(b, b + 1) for b in tail]


# --- flow styles ----------------------------------------------------------------------------------------------------


def _flowed(text: str, start: int, end: int) -> list[tuple[int, int]] | None:
    """Text over several lines, whose outer blanks do not count; None where no byte stands for a line break."""
    lines = _lines(text, start, end)
    stripped = []
    for number, (first, last, newline) in enumerate(lines):
        line = text[first:last]
        left = len(line) - len(line.lstrip(" \t")) if number else 0
        right = len(line) - len(line.rstrip(" \t")) if number < len(lines) - 1 else 0
        stripped.append((min(first + left, last), max(last - right, first), newline))
    if len(stripped) < 2:
        return [(start, end)]
    if stripped[0][0] >= stripped[0][1] or stripped[-1][0] >= stripped[-1][1]:
        return None  # an outer line without text: a blank that stands nowhere
    ranges = [stripped[0][:2]]
    breaks: list[int] = []
    for (_, stop, newline), (first, last, _) in pairwise(stripped):
        breaks.append(newline)
        if first >= last:
            continue
        if len(breaks) > 1:
            ranges += [(b, b + 1) for b in breaks[1:]]
        elif text[first - 1] in " \t":
            ranges.append((first - 1, first))
        elif text[stop] in " \t":
            ranges.append((stop, stop + 1))
        else:
            return None
        ranges.append((first, last))
        breaks = []
    return ranges


def _plain(text: str, start: int, scalar: Scalar) -> Spelt | None:
    ranges = _flowed(text, start, scalar.end)
    forbidden = (b": ", b" #", b"\n") + ((b",", b"[", b"]", b"{", b"}") if scalar.flow else ())
    return Spelt(ranges, forbidden=forbidden) if ranges is not None else None


def _single(text: str, start: int, scalar: Scalar) -> Spelt | None:
    ranges = _flowed(text, start, scalar.end - 1)
    if ranges is None:
        return None
    swaps = [(m.start(), m.end(), "'") for first, last in ranges for m in _TWICE.finditer(text, first, last)]
    return Spelt(ranges, forbidden=(b"\n",), swaps=tuple(swaps), escapes=((b"'", b"''"),))


def _double(text: str, start: int, scalar: Scalar) -> Spelt | None:
    end = scalar.end - 1
    ranges = _flowed(text, start, end)
    if ranges is None:
        return None
    escapes = list(_ESCAPE.finditer(text, start, end))
    if "\n" in text[start:end] and any(found.group()[1] in " \t\r\n" for found in escapes):
        return None  # an escaped line break, or a blank that folding would leave
    values = [_ESCAPED.get(found.group()[1], found.group()[1] if found.group()[1] in _SELF else None) for found in escapes]
    if any(value is None for value in values):
        return None
    swaps = tuple((found.start(), found.end(), value or "") for found, value in zip(escapes, values, strict=True))
    # Text of several lines is folded: a new line break in it would be a blank.
    folded = "\n" in text[start:end]
    return Spelt(ranges, forbidden=(b"\n",) if folded else (), swaps=swaps,
                 escapes=((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\t", b"\\t")))

"""Placeholders that a host fills in before the code runs: they are masked for the parser. Knows no language."""

from __future__ import annotations

from v2migrate.regex import regex
from v2migrate.source import Source

_CIRCLECI = rb"<<[#^/]?[ \t]*(?:parameters|pipeline|matrix|include|inputs|executor)\b[^<>\n]{0,200}>>"
_BRACES = rb"\$?\{\{[^{}\n]{0,300}\}\}"
_PLACEHOLDER = regex(_CIRCLECI + rb"|" + _BRACES)


def masks(source: Source, ranges: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Byte ranges of `<< parameters.x >>` (CircleCI), `${{ … }}` (GitHub) and `{{ … }}` (Jinja, Go) inside `ranges`.

    A heredoc (`<< EOF`) is none: only CircleCI's own namespaces are taken.
    """
    out: list[tuple[int, int]] = []
    for start, end in ranges:
        out += [found.span() for found in _PLACEHOLDER.finditer(source.data, start, end)]
    return tuple(out)


def merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The same ranges without empty ones, neighbours as one."""
    out: list[tuple[int, int]] = []
    for start, end in ranges:
        if start >= end:
            continue
        if out and out[-1][1] == start:
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return tuple(out)

"""Code frames and patches, as reports print them, as coloured HTML. Knows their shape; knows no findings."""

from __future__ import annotations

from collections.abc import Iterator

from v2migrate.regex import regex
from v2migrate.report.markup import Markup, join, tag

_LINE = regex(r"(?P<gutter> *\d* \|)(?P<rest>.*)")
_PATCH = regex(r"(?P<gutter> *\d* \|) (?P<sign>[-+ ]) (?P<rest>.*)")
_UNDER = regex(r"[ |_/]*[\^-]+(?P<label>( [a-zA-Z].*)?)")


def frame(text: str) -> Markup:
    """A code frame: the line numbers pale, the underlines marked."""
    lines = text.split("\n")
    if len(lines) > 1 and not lines[0].strip(" |"):
        del lines[0]  # air that a terminal needs and a box has
    return _block("frame", "The code", map(_framed, lines))


def patch(text: str) -> Markup:
    """A patch: what goes and what comes on a ground of its own."""
    return _block("patch", "The fix", _patched(text.split("\n")))


def _block(kind: str, label: str, lines: Iterator[Markup]) -> Markup:
    # Wide code scrolls, and what scrolls must be reachable by keyboard.
    return tag("pre", {"class": f"code {kind}", "tabindex": 0, "role": "group", "aria-label": label}, *lines)


def _framed(line: str) -> Markup:
    match = _LINE.fullmatch(line)
    if match is None:
        return tag("span", {"class": "l where"}, line + "\n")
    number = bool(match["gutter"].strip(" |"))
    rest: Markup | str = match["rest"]
    if not number and _UNDER.fullmatch(match["rest"]):
        rest = tag("span", {"class": "under" if "^" in match["rest"] else "second"}, match["rest"])
    return tag("span", {"class": "l"}, tag("span", {"class": "g"}, match["gutter"]), rest, "\n")


def _patched(lines: list[str]) -> Iterator[Markup]:
    before = " "
    for line in lines:
        match = _PATCH.fullmatch(line)
        if match is None:
            yield tag("span", {"class": "l where"}, line + "\n")
            continue
        number = bool(match["gutter"].strip(" |"))
        # A long line goes on in the next row without its number and sign.
        sign = match["sign"] if number or match["sign"] != " " else before
        before = sign
        kind = {"+": "l add", "-": "l drop"}.get(sign, "l")
        yield tag("span", {"class": kind}, tag("span", {"class": "g"}, match["gutter"]),
                  join(f" {match['sign']} ", match["rest"]), "\n")  # fmt: skip

"""How Python spells a text with expressions in it, and a dict of expressions. Knows no URL and no call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

Parts = Sequence[tuple[str, str]]
"""Text, or an expression with no text."""


def spelled(random: Random, parts: Parts) -> str:
    """An expression for the parts, one behind the other."""
    merged: list[tuple[str, str]] = []
    for text, hole in parts:
        if text and merged and merged[-1][0]:
            merged[-1] = (merged[-1][0] + text, "")
        else:
            merged.append((text, hole))
    if not any(hole for _, hole in merged):
        text = merged[0][0]
        cut = text.find("/project")
        return f'"{text}"' if cut < 1 or random.random() < 0.85 else f'("{text[:cut]}"\n    "{text[cut:]}")'
    return random.choice((_f, _f, _f, _plus, _percent, _format, _named, _join))(merged)


def _f(parts: Parts) -> str:
    return _format(parts) if any('"' in hole for _, hole in parts) else 'f"' + "".join(t or f"{{{h}}}" for t, h in parts) + '"'


def _plus(parts: Parts) -> str:
    return " + ".join(f'"{t}"' if t else h if h.isupper() or "(" in h else f"str({h})" for t, h in parts)


def _percent(parts: Parts) -> str:
    holes = [hole for _, hole in parts if hole]
    text = "".join(text.replace("%", "%%") or "%s" for text, _ in parts)
    return f'"{text}" % ({", ".join(holes)}{"," if len(holes) == 1 else ""})'


def _format(parts: Parts) -> str:
    return '"' + "".join(text or "{}" for text, _ in parts) + f'".format({", ".join(hole for _, hole in parts if hole)})'


def _named(parts: Parts) -> str:
    text = "".join(text or f"{{a{n}}}" for n, (text, _) in enumerate(parts))
    return f'"{text}".format({", ".join(f"a{n}={hole}" for n, (_, hole) in enumerate(parts) if hole)})'


def _join(parts: Parts) -> str:
    """As a list that is joined by slashes; only where each expression stands between two of them."""
    words: list[str] = []
    for n, (text, hole) in enumerate(parts):
        if hole and (n == len(parts) - 1 or parts[n + 1][0][:1] == "/") and (n == 0 or parts[n - 1][0][-1:] == "/"):
            words.append(f"str({hole})")
        elif hole:
            return _f(parts)
        else:
            inner = text.removeprefix("/") if n else text
            words.append(f'"{inner.removesuffix("/") if n < len(parts) - 1 else inner}"')
    return f'"/".join([{", ".join(word for word in words if word != chr(34) * 2)}])'


def dictionary(entries: Mapping[str, str]) -> str:
    """A dict of expressions."""
    return "{" + ", ".join(f"{name}: {value}" for name, value in entries.items()) + "}"

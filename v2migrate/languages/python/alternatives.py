"""Alternatives of text: put together, told apart, marked as defaults. Never more than eight."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from v2migrate.languages.python.scopes import Module
from v2migrate.languages.python.values import (
    Known,
)
from v2migrate.source import Span
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

MAX = 8
DEPTH = 60


_VERBS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"})
_WORDS = frozenset({"latest", "artifacts", "tests", "retry", "cancel", "ssh", "envvar", "follow", "settings"})
"""Words that make another endpoint where a value stands: `…/{job}/artifacts` with `job or "latest"`."""


def telling(value: Known) -> bool:
    """Is a known text beside an unknown one worth following: a URL, a path, a verb, a word of a route?"""
    flat = value.template.flat
    return "/" in flat or "circleci" in flat.lower() or flat.upper() in _VERBS or flat in _WORDS


def place(module: Module, node: Node) -> str:
    """The word in `Hole.scope` while evaluation goes on: file and place of the expression (see `holes.Settle`)."""
    return f"{module.source.path}\x1f{node.start_byte}"


def default(value: Known) -> Known:
    """The text, marked as one that can be replaced from outside."""
    return Known(value.template, value.defaults | frozenset(value.template.spans))


def concat(parts: list[tuple[Known, ...]]) -> tuple[Known, ...]:
    """All combinations of the parts' alternatives, at most eight."""
    if all(len(p) == 1 for p in parts):
        pieces = tuple(piece for p in parts for piece in p[0].template.pieces)
        defaults = frozenset().union(*(p[0].defaults for p in parts)) if parts else frozenset()
        return (Known(Template(pieces), defaults),)
    out: list[Known] = []
    for choice in itertools.islice(itertools.product(*parts), MAX):
        pieces = tuple(piece for k in choice for piece in k.template.pieces)
        out.append(Known(Template(pieces), frozenset().union(*(k.defaults for k in choice))))
    return unique(out)


def unique(known: Iterable[Known]) -> tuple[Known, ...]:
    """Without alternatives that look the same and stand in the same place."""
    seen: dict[tuple[str, tuple[Span, ...]], Known] = {}
    for one in known:
        seen.setdefault((one.template.flat, one.template.spans), one)
    return tuple(seen.values())[:MAX]

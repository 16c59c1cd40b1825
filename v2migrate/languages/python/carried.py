"""Which text went through which bindings. Knows no values.

For files of thousands of calls: who asks about one piece of text looks at the bindings near it, not at all there are.
"""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.languages.python.scopes import Binding
from v2migrate.source import Span

_STRETCH = 256
_WIDE = 16
"""Stretches; text that is longer is kept with all that is."""


class Carried:
    """`spans` holds the text by binding, in the order in which the bindings were first seen."""

    def __init__(self) -> None:
        self.spans: dict[Binding, set[Span]] = {}
        self._order: dict[Binding, int] = {}
        self._near: dict[tuple[str, int], dict[Binding, list[Span]]] = {}

    def add(self, binding: Binding, spans: Iterable[Span]) -> None:
        """Note that the text of `spans` went through `binding`."""
        mine = self.spans.setdefault(binding, set())
        self._order.setdefault(binding, len(self._order))
        for span in spans:
            if span in mine:
                continue
            mine.add(span)
            first, last = span.start // _STRETCH, span.end // _STRETCH
            for stretch in range(first, last + 1) if last - first <= _WIDE else (-1,):
                self._near.setdefault((span.path, stretch), {}).setdefault(binding, []).append(span)

    def through(self, text: Iterable[Span]) -> list[Binding]:
        """The bindings that one of the pieces of text went through, the first seen first."""
        out: set[Binding] = set()
        for piece in text:
            for stretch in (piece.start // _STRETCH, -1):
                near = self._near.get((piece.path, stretch), {})
                out.update(binding for binding, spans in near.items() if any(piece in span for span in spans))
        return sorted(out, key=self._order.__getitem__)

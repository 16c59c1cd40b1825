"""Bars and the burn-down as SVG. Numbers in, pictures out; knows no findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from v2migrate.report.markup import Markup, tag

_WIDTH, _HEIGHT = 960, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 16, 14, 30
_LABEL = 90
"""Width of a date below the chart."""


def bar(parts: Sequence[tuple[str, int]], most: int) -> Markup:
    """A bar of coloured parts, (class, count); the longest of all bars has `most`. Numbers stand beside it as text."""
    rects, at = [], 0.0
    for name, number in parts:
        size = 100 * number / max(most, 1)
        if size:
            rects.append(tag("rect", {"class": f"c-{name}", "x": f"{at:.2f}", "y": 0, "width": f"{size:.2f}", "height": 8}))
        at += size
    return tag("svg", {"class": "bar", "viewBox": "0 0 100 8", "preserveAspectRatio": "none", "aria-hidden": "true"}, *rects)


def burn_down(points: Sequence[tuple[date, Mapping[str, int]]], names: Sequence[str]) -> Markup:
    """What was left on each day, stacked by `names` from below; days are spaced as in the calendar."""
    first, last = points[0][0], points[-1][0]
    span = max((last - first).days, 1)
    most = max(max(sum(counts.get(n, 0) for n in names) for _, counts in points), 1)
    step = _step(most)
    top = -(-most // step) * step
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(day: date) -> float:
        return _LEFT + wide * (day - first).days / span

    def y(value: float) -> float:
        return _TOP + high * (1 - value / top)

    shapes: list[Markup] = []
    for value in range(0, top + 1, step):
        at = f"{y(value):.1f}"
        shapes.append(tag("line", {"class": "grid", "x1": _LEFT, "x2": _WIDTH - _RIGHT, "y1": at, "y2": at}))
        shapes.append(tag("text", {"x": _LEFT - 8, "y": f"{y(value) + 4:.1f}", "text-anchor": "end"}, value))
    base = [0] * len(points)
    for name in names:
        above = [b + counts.get(name, 0) for b, (_, counts) in zip(base, points, strict=True)]
        if above == base:
            continue
        days = [day for day, _ in points]
        edge = [f"{x(d):.1f},{y(v):.1f}" for d, v in zip(days, above, strict=True)]
        back = [f"{x(d):.1f},{y(v):.1f}" for d, v in zip(reversed(days), reversed(base), strict=True)]
        shapes.append(tag("polygon", {"class": f"c-{name}", "points": " ".join(edge + back)}))
        base = above
    free = -100.0
    for day, _ in points:
        crowded = x(day) - free < _LABEL or x(last) - x(day) < _LABEL
        if crowded and day not in (first, last):
            continue
        free = x(day)
        anchor = "start" if day == first else "end" if day == last else "middle"
        shapes.append(tag("text", {"x": f"{x(day):.1f}", "y": _HEIGHT - 8, "text-anchor": anchor}, day.isoformat()))
    for (day, _), value in zip(points, base, strict=True):
        shapes.append(tag("circle", {"class": "dot", "cx": f"{x(day):.1f}", "cy": f"{y(value):.1f}", "r": 3}))
    return tag("svg", {"class": "chart", "viewBox": f"0 0 {_WIDTH} {_HEIGHT}", "role": "img",
                       "aria-label": f"Findings left, from {base[0]} on {first} to {base[-1]} on {last}"}, *shapes)  # fmt: skip


def _step(most: int) -> int:
    """A round distance between grid lines, for three to six of them."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if most / (size * factor) <= 5:
                return size * factor
        size *= 10

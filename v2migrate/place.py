"""Where a call's URL is written, if that is not in the call itself. Knows requests and matches, no syntax."""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.match import Match
from v2migrate.request import Request
from v2migrate.source import Span
from v2migrate.template import Text

_NEAR = 24
"""Bytes between two pieces of one string: a hole's source."""


def url_place(request: Request, match: Match | None) -> Span | None:
    """The text that names the endpoint (the route's last word), where the call shows no part of the path itself.

    `url = "…/tree/main"` ten lines above `curl "$url"`: what has to change, and what people search for, is the URL.
    """
    if match is None or not match.places:
        return None
    path = request.url.slice(match.address.version_at[0], match.address.path_end)
    texts = [p.span for p in path.pieces if isinstance(p, Text) and p.span is not None]
    if any(span in request.span for span in texts):
        return None
    words = [place for name, place in zip(match.route.segments, match.places, strict=True) if name[0] != "{"]
    word = [p.span for p in request.url.slice(*words[-1]).pieces if p.span is not None] if words else []
    full = next((s for s in request.url.spans if word and word[-1] in s), None)
    if full is None or full.path != request.span.path:
        return None
    inner = request.wrapper
    if inner is not None and inner.path == full.path and abs(inner.start - full.end) < abs(request.span.start - full.end):
        return None  # the helper's own text: it names no endpoint for itself
    return full


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans as places: the pieces of one string are one."""
    out: list[Span] = []
    for span in sorted(spans):
        if out and out[-1].path == span.path and span.start - out[-1].end <= _NEAR:
            out[-1] = Span(span.path, out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)

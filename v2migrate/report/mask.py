"""Secrets that stand in source code, found by their look, so that no report repeats them. Knows no file and no call."""

from __future__ import annotations

from v2migrate.regex import regex

MASK = "****"

# CircleCI's old tokens are 40 hex digits; the new ones name their kind (personal, project) in front. A variable called
# CCIPAT_TOKEN is none: a real one has small letters or digits behind the prefix. Where a token is sent, whatever is
# written there counts as one, unless it looks like a variable or a word.
_SECRET = regex(
    r"(?:(?<![0-9a-fA-F])|(?<=%[0-9a-fA-F]{2}))[0-9a-fA-F]{40}(?![0-9a-fA-F])"
    r"|CCI(?:PAT|PRJ)_(?=[A-Z_]*[a-z0-9])[0-9A-Za-z_-]{6,}"
    r"|(?i:(?<=[?&]circle-token=))(?=[A-Z_-]*[a-z0-9])[0-9A-Za-z_-]{6,}"
    r"|(?i:(?<=circle-token:)|(?<=circle-token: ))(?=[A-Za-z_-]*[0-9])[0-9A-Za-z_-]{6,}"
)


_HEX = regex(r"[0-9a-fA-F]{40}")
_NAMED = regex(r"circle-token(?:=|: ?)[0-9a-z_-]{6}")


def _possible(text: str) -> bool:
    """False only where no alternative of `_SECRET` can match: a search for all of them takes several times as long.

    Beyond ASCII, letters that are the same but for their case can be of different length.
    """
    return not text.isascii() or "CCIP" in text or _NAMED.search(text.lower()) is not None \
        or _HEX.search(text) is not None


def secrets(text: str) -> tuple[tuple[int, int], ...]:
    """Where in `text` something stands that looks like a token, as character offsets."""
    return tuple(match.span() for match in _SECRET.finditer(text)) if _possible(text) else ()


def mask(text: str) -> str:
    """`text` with every token replaced by `****`."""
    return _SECRET.sub(MASK, text) if _possible(text) else text

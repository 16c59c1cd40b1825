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


def secrets(text: str) -> tuple[tuple[int, int], ...]:
    """Where in `text` something stands that looks like a token, as character offsets."""
    return tuple(match.span() for match in _SECRET.finditer(text))


def mask(text: str) -> str:
    """`text` with every token replaced by `****`."""
    return _SECRET.sub(MASK, text)

"""Which bytes are worth a closer look, by a few plain searches. The one place where this is decided. Knows no syntax.

Every run starts here, on every commit of everybody: this module imports nothing.
"""

from __future__ import annotations

MAX_SIZE = 5_000_000
"""Bytes. A larger file is data, not a program that somebody wrote: left out where it was not named, else reported."""

COMMENT = b"v2migrate:"
"""What a comment to this program starts with; `suppress` says what may follow."""

PLAIN = frozenset({
    "c", "cc", "cfg", "cjs", "clj", "cljs", "conf", "cpp", "cs", "css", "csv", "cts", "cxx", "dart", "elm", "ex", "exs",
    "fs", "go", "graphql", "h", "hcl", "hh", "hpp", "hs", "htm", "html", "ini", "ipynb", "java", "jl", "js", "json", "jsx",
    "kt", "kts", "less", "lock", "log", "lua", "m", "map", "mjs", "ml", "mm", "mts", "php", "pl", "pm", "po", "pot",
    "properties", "proto", "r", "rb", "rs", "sass", "scala", "scss", "snap", "sql", "svelte", "svg", "swift", "tex", "tf",
    "tfstate", "toml", "ts", "tsv", "tsx", "txt", "vue", "xml",
})  # fmt: skip
"""Ends of the names of files that no front-end reads: only whole old URLs are found in them (`languages.plain`)."""


def candidate(name: str, data: bytes) -> bool:
    """False only if nothing in the file of this name can be a finding; True costs a closer look and promises nothing."""
    return may_call(name, data) or COMMENT in data


def may_call(name: str, data: bytes) -> bool:
    """False only if no call to CircleCI's API is in the file by itself (it may still call what another file holds)."""
    if name.rpartition(".")[2] in PLAIN and "ockerfile" not in name and "ontainerfile" not in name:
        return b"/api/v" in data or b"recent-builds" in data
    return needle(data)


def needle(data: bytes) -> bool:
    """False only if no call to CircleCI's API can be in these bytes of any language.

    One lower-case copy and two plain searches let go of most files. What passes must hold the host or a client
    library (`circleci`, `circleclient`), a variable or token of CircleCI (`CIRCLE_…`, `circle-token`), or a path of
    the API: the URL may be put together from pieces, and its host may come from elsewhere.
    """
    low = data.lower()
    if b"circle" not in low:
        return b"api/" in low and (b"api/v1" in low or b"api/v2" in low or b"api/preview" in low)
    return (
        b"circleci" in low or b"circle_" in low or b"circle-" in low or b"circlecl" in low
        or b"api/v1" in low or b"api/v2" in low or b"api/preview" in low
    )  # fmt: skip

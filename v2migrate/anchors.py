"""Which bytes are worth a closer look, by a few plain searches. The one place where this is decided. Knows no syntax.

Every run starts here, on every commit of everybody: this module imports nothing.
"""

from __future__ import annotations

MAX_SIZE = 5_000_000
"""Bytes. A larger file is data, not a program that somebody wrote: left out where it was not named, else reported."""

COMMENT = b"v2migrate:"
"""What a comment to this program starts with; `suppress` says what may follow."""

CODE = frozenset({
    "c", "cc", "cjs", "clj", "cljs", "cpp", "cs", "cts", "cxx", "dart", "elm", "ex", "exs", "fs", "go", "h", "hh", "hpp", "hs",
    "java", "jl", "js", "jsx", "kt", "kts", "lua", "m", "mjs", "ml", "mm", "mts", "php", "pl", "pm", "r", "rb", "rs", "scala",
    "svelte", "swift", "ts", "tsx", "vue",
})  # fmt: skip
"""Ends of the names of files in languages without a front-end: only old URLs are found in them (`languages.plain`)."""

DATA = frozenset({
    "cfg", "conf", "css", "graphql", "hcl", "htm", "html", "ini", "less", "properties", "proto", "sass", "scss", "sql", "tex",
    "tf", "toml", "xml",
})  # fmt: skip
"""The same of files that hold no code, where only whole URLs count."""

SILENT = frozenset({
    "csv", "ipynb", "json", "lock", "log", "map", "po", "pot", "snap", "svg", "tfstate", "tsv", "txt",
})  # fmt: skip
"""The same of data without comments, and of prose, where nobody need hear of a comment that has nothing to keep quiet."""


def candidate(name: str, data: bytes) -> bool:
    """False only if nothing in the file of this name can be a finding; True costs a closer look and promises nothing."""
    return may_call(name, data) or (COMMENT in data and name.rpartition(".")[2] not in SILENT)


def may_call(name: str, data: bytes) -> bool:
    """False only if no call to CircleCI's API is in the file by itself (it may still call what another file holds)."""
    end = name.rpartition(".")[2]
    if (end in SILENT or end in DATA or end in CODE) and "ockerfile" not in name and "ontainerfile" not in name:
        return b"/api/v" in data or (end in CODE and b"recent-builds" in data)
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

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


_WORDS = (b"circle-token", b"circle_token", b"circle-ci", b"circle_ci", b"circle_api", b"circle_url", b"circle_base",
          b"circle_host", b"circle_key", b"circle-key")  # fmt: skip
"""What a client may call what is CircleCI's. A `circle_` alone is geometry as well."""


_PATHS = (b"/project", b"project/", b"/pipeline", b"/workflow", b"/insights")
"""What paths of the API hold, besides `/me` and `/user`."""


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
    library (`circleci`, `circleclient`), a variable or token of CircleCI (`CIRCLE_…`, `circle_token`), or a path of
    the API: the URL may be put together from pieces, and its host may come from elsewhere. Half the world has an
    `api/v1` and an `api/v2`; where nothing else speaks of CircleCI, a word of its paths has to.
    """
    low = data.lower()
    if b"circle" not in low:
        if b"api/" not in low:
            return False
        theirs = b"api/v1.1" in low or b"api/preview" in low
        return theirs or ((b"api/v1" in low or b"api/v2" in low) and any(path in low for path in _PATHS))
    return (
        b"circleci" in low or b"circlecl" in low or b"CIRCLE_" in data or any(word in low for word in _WORDS)
        or b"api/v1" in low or b"api/v2" in low or b"api/preview" in low
    )  # fmt: skip

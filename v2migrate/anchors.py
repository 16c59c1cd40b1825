"""Which bytes are worth a closer look, by a few plain searches. The one place where this is decided. Knows no syntax.

Every run starts here, on every commit of everybody: this module imports nothing, except for the few files that pass.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MAX_SIZE = 5_000_000
"""Bytes. A larger file is data, not a program that somebody wrote: left out where it was not named, else reported."""

COMMENT = b"v2migrate:"
"""What a comment to this program starts with; `suppress` says what may follow."""

SHELL = frozenset({"sh", "bash", "zsh", "ksh"})
"""Ends of the names of files that others source."""

FRONT_ENDS = SHELL | {"py", "pyi", "pyw", "yml", "yaml", "mk", "dockerfile", "md", "markdown"}
"""Ends of the names of files that are read as code. A name without an end, or a number for one, may be any of them."""

CODE = frozenset({
    "c", "cc", "cjs", "clj", "cljs", "cpp", "cs", "cts", "cxx", "dart", "elm", "ex", "exs", "fs", "go", "groovy", "h", "hh",
    "hpp", "hs", "java", "jl", "js", "jsx", "kt", "kts", "lua", "m", "mjs", "ml", "mm", "mts", "php", "pl", "pm", "r", "rb",
    "rs", "scala", "svelte", "swift", "ts", "tsx", "vue",
})  # fmt: skip
"""The same of files in languages without a front-end: old URLs are found in them, and one word (`languages.plain`)."""

SILENT = frozenset({
    "csv", "ipynb", "json", "lock", "log", "map", "po", "pot", "snap", "svg", "tfstate", "tsv", "txt",
})  # fmt: skip
"""The same of data without comments, and of prose, where nobody need hear of a comment that has nothing to keep quiet."""


_WORDS = (b"circleci", b"circlecl", b"api/v1", b"api/v2", b"api/preview", b"circle-token", b"circle_token", b"circle-ci",
          b"circle_ci", b"circle_api", b"circle_url", b"circle_base", b"circle_host", b"circle_key", b"circle-key")  # fmt: skip
"""What code holds besides `circle` that means CircleCI: a client may call its variables so, but a `circle_` alone is geometry
as well."""


_PATHS = (b"/project", b"project/", b"/pipeline", b"/workflow", b"/insights", b"recent-builds")
"""What paths of the API hold, besides `/me` and `/user`."""


def candidate(name: str, data: bytes, hosts: Collection[bytes] = ()) -> bool:
    """False only if nothing in the file of this name can be a finding; True costs a closer look and promises nothing.

    `hosts`: names of CircleCI Servers, in lower case.
    """
    return may_call(name, data, hosts) or comments(name, data)


def comments(name: str, data: bytes, contains: Callable[[bytes, bytes], bool] = bytes.__contains__) -> bool:
    """False only if there is no comment to this program in the file. `contains`: how to search (`v2migrate.contains`)."""
    return contains(data, COMMENT) and name.rpartition(".")[2] not in SILENT


def may_call(name: str, data: bytes, hosts: Collection[bytes] = ()) -> bool:
    """False only if no call to CircleCI's API is in the file by itself (it may still call what another file holds)."""
    if not speaks(name, data, hosts):
        return False
    if is_text(name):
        return True
    from v2migrate import closer

    end = name.rpartition(".")[2].lower()
    # A file that is not called so, and does not say so, is no shell (`hosts.language_of`).
    shell = end in SHELL or (end not in FRONT_ENDS and (b"#!" in data[:5] or "/." in f"/{name}"))
    return closer.may_call(data, names(data, hosts), sourced=shell)


def calls_plainly(data: bytes) -> bool:
    """Does an old URL stand in the file as it is written most often? True makes a finding likely, False says nothing."""
    return b"circleci.com/api/v1" in data or b"/api/v1.1/" in data or b"/api/preview" in data


def speaks(
    name: str, data: bytes, hosts: Collection[bytes] = (), contains: Callable[[bytes, bytes], bool] = bytes.__contains__
) -> bool:
    """False only if neither a call to CircleCI's API nor its host, a token or a path of it is in the file."""
    if not is_text(name):
        return needle(data, contains) or (bool(hosts) and names(data, hosts))
    if contains(data, b"/api/v"):
        # On a host that is not told to be CircleCI's, only these two paths are.
        return b"1/project/" in data or b"1/recent-builds" in data or b"circle" in data.lower() or names(data, hosts)
    return contains(data, b"recent-builds") and name.rpartition(".")[2].lower() in CODE and b"circle" in data.lower()


def nothing(data: bytes, contains: Callable[[bytes, bytes], bool] = bytes.__contains__) -> bool:
    """True only if `candidate` is false of each of several files of code, whose bytes these are.

    What is asked for in `needle` only ever adds up: bytes that have it still have it among others.
    """
    return not (contains(data, COMMENT) or needle(data, contains))


def nothing_in_text(data: bytes, contains: Callable[[bytes, bytes], bool] = bytes.__contains__) -> bool:
    """The same for files whose names are text."""
    # The second half of a word, since `re` stands everywhere.
    return not (contains(data, b"/api/v") or contains(data, b"-builds") or contains(data, COMMENT))


def names(data: bytes, hosts: Collection[bytes]) -> bool:
    """Does one of the hosts stand in the file?"""
    low = data.lower() if hosts else b""
    return any(host in low for host in hosts)


def is_text(name: str) -> bool:
    """True only if no front-end reads files of this name, whatever they hold (`hosts.language_of`)."""
    end = name.rpartition(".")[2]
    known = _text.get(end)
    if known is None:
        known = end.isalnum() and not end.isdigit() and end.lower() not in FRONT_ENDS
        if "/" not in end:
            _text[end] = known
    if not known or name[-len(end) - 2 : -len(end) - 1] in ("", "/"):
        return False  # a hidden file may be a name alone: `.envrc`
    return "ockerfile" not in name and "ontainerfile" not in name


_text: dict[str, bool] = {}


def needle(data: bytes, contains: Callable[[bytes, bytes], bool] = bytes.__contains__) -> bool:
    """False only if no call to CircleCI's API can be in these bytes of any language.

    One lower-case copy and two plain searches let go of most files. What passes must hold the host or a client
    library (`circleci`, `circleclient`), a variable or token of CircleCI (`CIRCLE_…`, `circle_token`), or a path of
    the API: the URL may be put together from pieces, and its host may come from elsewhere. Half the world has an
    `api/v1` and an `api/v2`; where nothing else speaks of CircleCI, a word of its paths has to.
    """
    low = data.lower()
    if not contains(low, b"circle"):
        if not contains(low, b"api/"):
            return False
        if contains(low, b"api/v1.1") or contains(low, b"api/preview"):
            return True
        return (contains(low, b"api/v1") or contains(low, b"api/v2")) and any(contains(low, path) for path in _PATHS)
    return contains(data, b"CIRCLE_") or any(contains(low, word) for word in _WORDS)

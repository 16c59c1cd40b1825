"""Which files of the project a file imports or sources, by a scan of its lines. Parses nothing, and imports next to nothing.

A file that calls the API by a function of another file, or by a base URL that stands there, shows no sign of it itself;
and a commit hook names only the files that changed. So what a file takes from others is looked into, too. Where a name
is looked for is what the front-ends do (`languages.python.modules`, `languages.shell.lowering`).
"""

from __future__ import annotations

import os
import sys

from v2migrate import anchors
from v2migrate.anchors import MAX_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

SHELL = tuple(f".{end}" for end in sorted(anchors.SHELL))
"""Ends of the names of files that source others."""
_MOST = 60
"""Files that are looked into for one."""


class Imports:
    """Looks into what files take from others; each of these is read once. `hosts`: see `anchors.candidate`."""

    def __init__(self, hosts: Collection[bytes] = ()) -> None:
        self._hosts = hosts
        self._read: dict[tuple[str, bool], tuple[bool, list[str]]] = {}
        self._is: dict[str, bool] = {}

    def may_call(self, path: str, data: bytes) -> bool:
        """May something that the file at `path` takes from others, or they from others again, call the API?

        Where the file itself speaks of the API, but does not call it alone: may they hold the rest of a call?
        """
        speaks = self.speaks(path, data)
        waiting = self._taken(path, data, speaks)
        seen = {path, *waiting}
        while waiting and len(seen) <= _MOST:
            helps, more = self._look(waiting.pop(), speaks)
            if helps:
                return True
            waiting += [name for name in more if name not in seen]
            seen.update(more)
        return speaks and bool(waiting)

    def speaks(self, path: str, data: bytes) -> bool:
        """False only if nothing of a call to the API is in the file that could be put together with what it takes."""
        if not anchors.speaks(path, data, self._hosts):
            return False
        from v2migrate import closer

        text = closer.code(data) if path.endswith(".py") else data
        return b"circle" in text.lower() or anchors.names(text, self._hosts) or closer.joins(text, others=True)

    def _look(self, path: str, pieces: bool) -> tuple[bool, list[str]]:
        """Does the file speak of the API (or: is there a piece of an address of one in it), and what does it take?"""
        key = path, pieces
        if key not in self._read:
            data = _bytes(path)
            if pieces:
                from v2migrate.closer import joins

                self._read[key] = joins(data), self._taken(path, data)
            else:
                self._read[key] = anchors.speaks(path, data, self._hosts), self._taken(path, data)
        return self._read[key]

    def _taken(self, path: str, data: bytes, hosted: bool = False) -> list[str]:
        """The files of the project that a file takes something from. `hosted`: shell may stand in files of any kind."""
        folder, first = path.rpartition("/")[0], data[:100].partition(b"\n")[0] if data[:2] == b"#!" else b""
        places: Iterable[Iterator[str]] = ()
        if path.endswith(".py") or b"python" in first:
            places = _modules(folder, data) if b"import" in data else ()
        elif hosted or path.endswith(SHELL) or first.rstrip().endswith(b"sh"):
            places = _sourced(folder, data)
        found = (next(filter(self._there, each), "") for each in places)
        return [name for name in dict.fromkeys(found) if name and name != path]

    def _there(self, path: str) -> bool:
        there = self._is.get(path)
        if there is None:
            there = self._is[path] = os.path.isfile(path)
        return there


def _bytes(path: str) -> bytes:
    try:
        with open(path, "rb", 0) as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError:
        return b""
    return data if len(data) <= MAX_SIZE else b""


def _modules(folder: str, data: bytes) -> Iterator[Iterator[str]]:
    """For each module that Python code imports, the files that it can be, the likeliest first."""
    for level, dotted in _imported(data):
        if level:
            at = folder
            for _ in range(level - 1):
                at = at.rpartition("/")[0]
            yield _files(at, dotted.replace(".", "/"))
        elif dotted.partition(".")[0] not in sys.stdlib_module_names:
            yield _upwards(folder, dotted.replace(".", "/"))


def _upwards(folder: str, inner: str) -> Iterator[str]:
    while True:
        yield from _files(folder, inner)
        yield from _files(f"{folder}/src" if folder else "src", inner)
        if folder in ("", "/"):
            return
        folder = folder.rpartition("/")[0] or ("/" if folder[:1] == "/" else "")


def _files(folder: str, inner: str) -> Iterator[str]:
    start = folder if not folder or folder[-1] == "/" else f"{folder}/"
    if inner:
        yield f"{start}{inner}.py"
        start = f"{start}{inner}/"
    yield f"{start}__init__.py"


def _imported(data: bytes) -> Iterator[tuple[int, str]]:
    """The modules that import statements name: how many dots stand before, and the dotted name. A name that is imported
    from a module can be a module itself."""
    lines = iter(data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ").splitlines())
    for line in lines:
        words = line.strip()
        if words[:7] == b"import ":
            for part in _names(words[7:]):
                yield 0, part
        elif words[:5] == b"from ":
            head, sign, names = words[5:].partition(b" import")
            module = head.strip()
            dotted = module.lstrip(b".")
            level = len(module) - len(dotted)
            if not sign or not (dotted or level):
                continue
            if b"(" in names:
                while b")" not in names and (more := next(lines, None)) is not None:
                    names = names.partition(b"#")[0] + more
            base = dotted.decode("utf-8", "replace")
            yield level, base
            for name in _names(names.replace(b"(", b" ").partition(b")")[0]):
                if name != "*":
                    yield level, f"{base}.{name}" if base else name


def _names(text: bytes) -> Iterable[str]:
    """The first word of each part between commas."""
    parts = text.partition(b"#")[0].decode("utf-8", "replace").replace(";", " ").split(",")
    return [words[0] for part in parts if (words := part.split())]


def _sourced(folder: str, data: bytes) -> Iterator[Iterator[str]]:
    """For each file that shell code sources, where it can be: beside the script, or below the project's root."""
    for line in data.splitlines():
        if b". " not in line and b"source " not in line:
            continue
        for piece in line.replace(b"&&", b";").replace(b"||", b";").replace(b"then ", b";").replace(b"{ ", b";").split(b";"):
            words = piece.strip()
            name = words[7:] if words[:7] == b"source " else words[2:] if words[:2] == b". " else b""
            # `"$(dirname "$0")/lib.sh" all`, `${HERE}/lib.sh`, `"$HERE"/lib.sh`: what stands behind the folder
            behind = name.strip().strip(b"\"'").rpartition(b")")[2].rpartition(b"}")[2].split()
            tail = behind[0].decode("utf-8", "replace").lstrip("\"'") if behind else ""
            tail = (tail.partition("/")[2] if tail[:1] == "$" else tail).strip("\"'").lstrip("/")
            if tail and tail[-1] != "/":
                yield iter([os.path.normpath(f"{folder}/{tail}" if folder else tail), os.path.normpath(tail)])

"""The files to look into, and a cheap look at their bytes. Knows no language: every file may hold a call to an API."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from v2migrate.errors import UsageError
from v2migrate.scope import Pattern, Scope

SKIPPED_FOLDERS = frozenset({
    ".git", "node_modules", ".venv", "venv", "vendor", "dist", "build", "site-packages", "__pycache__", ".tox",
    ".mypy_cache",
})  # fmt: skip
"""Folders of other people's or of generated code. They are looked into when they are named themselves."""

MAX_SIZE = 5_000_000
"""Bytes. A larger file that was not named is data, not a program that somebody wrote."""

EVERYTHING = Scope()
"""Nothing is excluded."""

_LIST = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_LIST_IGNORED = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")
_REPOSITORY_VARIABLES = frozenset({
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk came upon: `files` to read, `large` ones left out for their size, `folders` left out for their name.

    `unreadable` are folders that the system does not let us look into, `excluded` those files and folders that a pattern
    leaves out, with the pattern.
    """

    files: tuple[str, ...]
    large: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    excluded: tuple[tuple[str, Pattern], ...] = ()


def files(paths: Sequence[str]) -> tuple[str, ...]:
    """The files that `paths` name or contain; see `walk`."""
    return walk(paths).files


def walk(paths: Sequence[str], scope: Scope = EVERYTHING) -> Found:
    """All files that `paths` name, and all regular files below the folders that they name, sorted, each once.

    A path in the result starts as it was given (without a leading `./`) and goes on with `/`. Inside a git work tree a
    folder's files are the tracked and the new ones that git does not ignore; elsewhere they are all files. Symbolic
    links below a folder are not followed. `scope` leaves out what its patterns mean, named or not.
    Raises UsageError for a named path that does not exist or cannot be read.
    """
    walk = _Walk(scope)
    for path in paths:
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            # A link that leads nowhere, but is there, is named in a commit like any other file: nothing to look into.
            if os.path.islink(path):
                continue
            reason = (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).lower()
            raise UsageError(f"{path or repr(path)}: {reason}; name a file or a folder that exists") from None
        name = _plain(path)
        if stat.S_ISREG(mode):
            if not (scope.force and walk.leaves_out(name)):
                walk.files.add(name)
        elif stat.S_ISDIR(mode):
            if not os.access(path, os.R_OK | os.X_OK):
                raise UsageError(f"{path}: permission denied; name a folder that can be read")
            if not (scope.force and walk.leaves_out(name)):
                walk.below(name)
    parts = (walk.files, walk.large - walk.files, walk.folders, walk.unreadable)
    files, large, folders, unreadable = (tuple(sorted(part)) for part in parts)
    left_out = tuple(sorted((item for item in walk.excluded.items() if item[0] not in walk.files), key=lambda i: i[0]))
    return Found(files, large, folders, unreadable, left_out)


def ignored(paths: Sequence[str]) -> tuple[str, ...]:
    """What git ignores below the folders among `paths`; a folder that is ignored as a whole ends with `/`."""
    found = []
    for path in paths:
        if os.path.isdir(path) and (listed := _git(path, *_LIST_IGNORED)) is not None:
            names = [os.fsdecode(name) for name in listed.split(b"\0") if name]
            found += [_join(_plain(path), name) for name in names if name.rstrip("/") not in (".", "")]
    return tuple(sorted(set(found)))


def needle(data: bytes) -> bool:
    """False only if no call to CircleCI's API can be in these bytes; True costs a closer look and promises nothing.

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


def _plain(path: str) -> str:
    """`path` with `/`, without `./` in front and `/` behind; nothing else is folded, since `x/..` may cross a link."""
    path = path.replace(os.sep, "/") if os.sep != "/" else path
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path.rstrip("/") or ("/" if path.startswith("/") else ".")


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder.rstrip('/')}/{name}"


class _Walk:
    """What was found so far."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.skipped = SKIPPED_FOLDERS if scope.folders else frozenset({".git"})
        self.excluded: dict[str, Pattern] = {}
        self.files: set[str] = set()
        self.large: set[str] = set()
        self.folders: set[str] = set()
        self.unreadable: set[str] = set()

    def below(self, folder: str) -> None:
        """Take in all that is below `folder`."""
        names = _from_git(folder) if self.scope.gitignore else None
        if names is None:
            self.from_disk(folder)
            return
        for name in names:
            *parents, last = name.rstrip("/").split("/")
            cut = next((i for i, part in enumerate(parents) if part in self.skipped), None)
            if cut is not None:
                self.folders.add(_join(folder, "/".join(parents[: cut + 1])))
            elif last not in (".", "") and self.take(path := _join(folder, name.rstrip("/"))) == stat.S_IFDIR:
                # git names a repository within the repository (a submodule, a clone) and does not look inside.
                if last in self.skipped:
                    self.folders.add(path)
                elif os.path.lexists(f"{path}/.git"):
                    self.below(path)
                else:
                    self.from_disk(path)

    def from_disk(self, folder: str) -> None:
        """Take in all that is below `folder`, whatever git thinks of it."""
        stack = [folder]
        while stack:
            at = stack.pop()
            try:
                with os.scandir(at) as entries:
                    for entry in entries:
                        path = _join(at, entry.name)
                        if not entry.is_dir(follow_symlinks=False):
                            self.take(path)
                        elif entry.name in self.skipped:
                            self.folders.add(path)
                        elif not self.leaves_out(path):
                            stack.append(path)
            except OSError:
                self.unreadable.add(at)

    def take(self, path: str) -> int:
        """Put a path where it belongs, if it is a regular file; the kind of file it is (0: it is gone)."""
        try:
            found = os.lstat(path)
        except OSError:
            return 0  # tracked by git, but deleted or moved away
        if stat.S_ISREG(found.st_mode) and not self.leaves_out(path):
            (self.files if found.st_size <= MAX_SIZE else self.large).add(path)
        return stat.S_IFMT(found.st_mode)

    def leaves_out(self, path: str) -> bool:
        """Is `path` excluded? It is remembered, so that it can be told."""
        pattern = self.scope.excluded(path)
        if pattern is not None:
            self.excluded[path] = pattern
        return pattern is not None


def _from_git(folder: str) -> Iterable[str] | None:
    """What git lists below `folder`, relative to it; None outside a work tree, without git, in an ignored folder."""
    listed = _git(folder, *_LIST)
    if listed is None or (not listed and _git(folder, "check-ignore", "-q", ".") is not None):
        return None
    return (os.fsdecode(name) for name in listed.split(b"\0") if name)


def _git(folder: str, *arguments: str) -> bytes | None:
    """The output of a git command run in `folder`, or None where it fails.

    The variables that point git elsewhere are taken away (they are set while a commit hook runs), and so is the one
    setting that makes a listing run a program of the repository's choice.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _REPOSITORY_VARIABLES}
    command = ("git", "-C", folder, "-c", "core.fsmonitor=false", *arguments)
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=environment, check=False)
    except OSError:
        return None
    return done.stdout if done.returncode == 0 else None

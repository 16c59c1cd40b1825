"""The names of the files below a folder, from git or from the disk. Opens no file, and imports next to nothing.

Inside a git work tree a folder's files are the tracked and the new ones that git does not ignore; elsewhere they are all
files. Symbolic links are not followed. What a name stands for (a file, or nothing any more) is for others to find out.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SKIPPED_FOLDERS = frozenset({
    ".git", "node_modules", ".venv", "venv", "vendor", "dist", "build", "site-packages", "__pycache__", ".tox",
    ".mypy_cache",
})  # fmt: skip
"""Folders of other people's or of generated code. They are looked into when they are named themselves."""

_TRACKED = ("ls-files", "-z", "--cached")
_NEW = ("ls-files", "-z", "--others", "--exclude-standard")
REPOSITORY_VARIABLES = frozenset({
    "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
})  # fmt: skip
"""Variables that point git at another repository than that of the folder it runs in."""
_ALONE = {"GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
"""With these it asks nobody and fetches nothing."""
_CHUNK = 1 << 20


def plain(path: str) -> str:
    """`path` with `/`, without `./` in front and `/` behind; nothing else is folded, since `x/..` may cross a link."""
    path = path.replace(os.sep, "/") if os.sep != "/" else path
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    return path.rstrip("/") or ("/" if path.startswith("/") else ".")


def join(folder: str, name: str) -> str:
    """The path of `name` in `folder`, as people would write it."""
    return name if folder == "." else f"{folder.rstrip('/')}/{name}"


class Tree:
    """What was found below some folders: `names` that git or the disk gives, `folders` left out for their name, and those
    that are `unreadable`."""

    def __init__(self, skipped: frozenset[str] = SKIPPED_FOLDERS, gitignore: bool = True) -> None:
        self.skipped = skipped
        self.gitignore = gitignore
        self.names: list[str] = []
        self.folders: set[str] = set()
        self.unreadable: set[str] = set()
        self.partial = False
        """Is there a folder whose files may take something from outside of it?"""
        self.most = sys.maxsize
        """So many names are wanted; where the disk has more, it is not searched to its end, and they are `cut`."""
        self.cut = False
        self._new: list[tuple[str, Git]] = []

    def leaves_out(self, folder: str) -> bool:
        """Is a folder not to be entered (a pattern means it)?"""
        return False

    def below(self, folder: str) -> None:
        """Take in the names below `folder`; those that git has to search the disk for come with `more`."""
        self.partial |= folder != "." and not os.path.lexists(f"{folder}/.git")
        if not self.gitignore or not _in_repository(folder) or (tracked := Git(folder, _TRACKED)).failed:
            self.from_disk(folder)
            return
        new = Git(folder, _NEW)  # runs while the tracked files are read
        some = False
        for part in tracked.parts():
            self._take(folder, part)
            some = True
        if not tracked.succeeded:
            new.output()
            self.from_disk(folder)
        elif some:
            self._new.append((folder, new))
        elif not (listed := new.output()) and git(folder, "check-ignore", "-q", ".") is not None:
            self.from_disk(folder)  # ignored as a whole, but named
        else:
            self._take(folder, listed or b"")

    def more(self) -> bool:
        """Take in the rest of the names; False where there was none to wait for."""
        waiting, self._new = self._new, []
        for folder, new in waiting:
            self._take(folder, new.output() or b"")
        return bool(waiting)

    def nested(self, path: str) -> None:
        """Take in a folder that git gives as a name: a repository in the repository (a submodule, a clone)."""
        if path.rpartition("/")[2] in self.skipped:
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
                        path = join(at, entry.name)
                        if not entry.is_dir(follow_symlinks=False):
                            if entry.is_file(follow_symlinks=False):
                                self.names.append(path)
                        elif entry.name in self.skipped:
                            self.folders.add(path)
                        elif not self.leaves_out(path):
                            stack.append(path)
            except OSError:
                self.unreadable.add(at)
            if len(self.names) > self.most:
                self.cut = True
                return

    def _take(self, folder: str, listed: bytes) -> None:
        start = "" if folder == "." else f"{folder.rstrip('/')}/"
        known: dict[str, bool] = {}
        for name in os.fsdecode(listed).split("\0"):
            parent = name.rpartition("/")[0]
            skip = known.get(parent)
            if skip is None:
                skip = known[parent] = self._skips(start, parent)
            if skip or not name:
                continue
            if name[-1] != "/":
                self.names.append(start + name)
            elif parent not in ("", "."):
                self.nested(start + name.rstrip("/"))

    def _skips(self, start: str, parent: str) -> bool:
        """Is one of the folders of `parent` left out for its name? It is remembered, so that it can be told."""
        parts = parent.split("/")
        for number, part in enumerate(parts):
            if part in self.skipped:
                self.folders.add(start + "/".join(parts[: number + 1]))
                return True
        return False


def _in_repository(folder: str) -> bool:
    """Can the folder be in a git work tree? Git looks in it and in those above it for the same name; to ask it takes longer."""
    at, below = os.path.realpath(folder), ""
    while at != below:
        if os.path.lexists(os.path.join(at, ".git")):
            return True
        at, below = os.path.dirname(at), at
    return False


def git(folder: str, *arguments: str) -> bytes | None:
    """The output of a git command run in `folder`, or None where it fails or git is missing."""
    return Git(folder, arguments).output()


class Git:
    """A git command that runs in `folder`; `failed`: it could not be started.

    The variables that point git elsewhere are taken away (they are set while a commit hook runs), and so is the one
    setting that makes a listing run a program of the repository's choice. The program itself is looked for in absolute
    folders alone: never in the one that is looked into.
    """

    def __init__(self, folder: str, arguments: Sequence[str]) -> None:
        self._pid = self._pipe = -1
        self._done: bytes | None = None
        self.succeeded = False
        environment = {name: value for name, value in os.environ.items() if name not in REPOSITORY_VARIABLES} | _ALONE
        command = ("git", "-C", folder, "-c", "core.fsmonitor=false", *arguments)
        program = next(_programs(), "")
        if not program:
            self.failed = True
            return
        if not hasattr(os, "posix_spawn"):
            import subprocess

            done = subprocess.run((program, *command[1:]), capture_output=True, stdin=subprocess.DEVNULL, env=environment)
            self._done, self.failed = done.stdout if done.returncode == 0 else None, done.returncode != 0
            return
        self._pipe, end = os.pipe()
        # posix_spawn and no subprocess, whose import takes longer than a small run takes.
        nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
        silent = (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0)
        try:
            self._pid = os.posix_spawn(
                program, command, environment, file_actions=[nothing, (os.POSIX_SPAWN_DUP2, end, 1), silent]
            )
        except OSError:
            os.close(self._pipe)
        finally:
            os.close(end)
        self.failed = self._pid < 0

    def output(self) -> bytes | None:
        """All that it writes, once it has ended; None where it fails."""
        written = b"".join(self.parts())
        return written if self.succeeded else None

    def stop(self) -> None:
        """End it, where it still runs."""
        if self._pid > 0:
            import signal

            os.kill(self._pid, signal.SIGTERM)
            os.close(self._pipe)
            os.waitpid(self._pid, 0)
            self._pid = -1

    def parts(self) -> Iterator[bytes]:
        """What it writes, as it comes, cut behind zeros; at the end it is known whether it has `succeeded`."""
        if self.failed or self._pid < 0:
            self.succeeded = self._done is not None
            if self._done:
                yield self._done
            return
        rest = b""
        while part := os.read(self._pipe, _CHUNK):
            whole, end, rest = (rest + part).rpartition(b"\0")
            if end:
                yield whole + end
        os.close(self._pipe)
        _, status = os.waitpid(self._pid, 0)
        self.succeeded = status == 0
        if rest:
            yield rest


def _programs() -> Iterator[str]:
    for folder in os.environ.get("PATH", os.defpath).split(os.pathsep):
        program = os.path.join(folder, "git")
        if os.path.isabs(folder) and os.access(program, os.X_OK) and os.path.isfile(program):
            yield program

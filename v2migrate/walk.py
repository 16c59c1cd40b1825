"""The files that a run looks into, named or below what is named. Knows no language: every file may hold a call to an API."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping, Sequence

from v2migrate.anchors import MAX_SIZE
from v2migrate.errors import UsageError
from v2migrate.records import dataclass, field, replace
from v2migrate.scan import Scan, scan
from v2migrate.scope import Pattern, Scope
from v2migrate.tree import SKIPPED_FOLDERS, Git, Tree, join, plain

EVERYTHING = Scope()
"""Nothing is excluded."""

_IGNORED = ("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory")


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk came upon: `files` to read, `large` ones left out for their size, `folders` left out for their name.

    `unreadable` are folders that the system does not let us look into, `excluded` those files and folders that a pattern
    leaves out, with the pattern. Where the files were read (`read`): `candidates` are those that may hold a call, with
    their bytes where there was room to keep them, `takers` those of them that only take something from other files, and
    `lost` those that cannot be read or are too large.
    """

    files: tuple[str, ...]
    large: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    excluded: tuple[tuple[str, Pattern], ...] = ()
    candidates: Mapping[str, bytes | None] = field(default_factory=dict)
    takers: Collection[str] = frozenset()
    lost: Collection[str] = frozenset()


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
    tree = _Tree(scope)
    named = tree.named(paths)
    below, large = tree.regular()
    return tree.found(sorted(named | below), sorted(large - named))


def around(folder: str, most: int) -> tuple[str, ...] | None:
    """The files below a folder, sorted; None where there are more than `most`, and no git to list them."""
    tree = _Tree(EVERYTHING)
    tree.most = most
    tree.below(plain(folder))
    below, _ = tree.regular()
    return None if tree.cut else tuple(sorted(below))


def read(
    paths: Sequence[str], scope: Scope = EVERYTHING, done: Scan | None = None, hosts: Collection[bytes] = ()
) -> Found:
    """The same, with each file read once to see which of them may hold a call, also to one of the CircleCI Servers `hosts`.

    `done`: what a scan of the same paths found that nothing was left out of.
    """
    tree = _Tree(scope)
    leaves_out = tree.leaves_out if scope.exclude else None
    if done is None or leaves_out is not None or hosts:
        done = scan(sorted(tree.named(paths)), tree, leaves_out, hosts)
    tree.folders, tree.unreadable = set(done.folders), set(done.unreadable)
    return replace(tree.found(done.files, done.large), candidates=done.candidates,
                               takers=done.takers, lost=done.lost)  # fmt: skip


class Ignored:
    """What git ignores below the folders among `paths`. It is asked for at once, and found while other work is done."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._folders = [path for path in paths if os.path.isdir(path)]
        self._first = [Git(path, _IGNORED) for path in self._folders[:1]]

    def names(self) -> tuple[str, ...]:
        """The files and folders; a folder that is ignored as a whole ends with `/`."""
        found = []
        for number, folder in enumerate(self._folders):
            asked = self._first.pop() if number == 0 and self._first else Git(folder, _IGNORED)
            names = [os.fsdecode(name) for name in (asked.output() or b"").split(b"\0") if name]
            found += [join(plain(folder), name) for name in names if name.rstrip("/") not in (".", "")]
        return tuple(sorted(set(found)))

    def stop(self) -> None:
        """Nobody wants to know any more."""
        while self._first:
            self._first.pop().stop()


class _Tree(Tree):
    """A tree without what a scope leaves out, which is remembered, so that it can be told."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(SKIPPED_FOLDERS if scope.folders else frozenset({".git"}), scope.gitignore)
        self.scope = scope
        self.excluded: dict[str, Pattern] = {}

    def named(self, paths: Sequence[str]) -> set[str]:
        """The files among `paths`; what is below the folders among them is taken in. Raises UsageError."""
        out = set()
        for path in paths:
            try:
                mode = os.stat(path).st_mode
            except (OSError, ValueError) as error:
                # A link that leads nowhere, but is there, is named in a commit like any other file: nothing to look into.
                if os.path.islink(path):
                    continue
                reason = (os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)).lower()
                raise UsageError(f"{path or repr(path)}: {reason}; name a file or a folder that exists") from None
            name = plain(path)
            if stat.S_ISREG(mode):
                if not (self.scope.force and self.leaves_out(name)):
                    out.add(name)
            elif stat.S_ISDIR(mode):
                if not os.access(path, os.R_OK | os.X_OK):
                    raise UsageError(f"{path}: permission denied; name a folder that can be read")
                if not (self.scope.force and self.leaves_out(name)):
                    self.below(name)
        return out

    def regular(self) -> tuple[set[str], set[str]]:
        """The regular files among all names, and those that are too large."""
        below: set[str] = set()
        large: set[str] = set()
        while (self.names or self.more()) and not self.cut:
            names, self.names = self.names, []
            for name in names:
                try:
                    found = os.lstat(name)
                except OSError:
                    continue  # tracked by git, but deleted or moved away
                if stat.S_ISDIR(found.st_mode):
                    self.nested(name)
                elif stat.S_ISREG(found.st_mode) and not self.leaves_out(name):
                    (below if found.st_size <= MAX_SIZE else large).add(name)
        return below, large

    def leaves_out(self, path: str) -> bool:
        """Is `path` excluded?"""
        pattern = self.scope.excluded(path)
        if pattern is not None:
            self.excluded[path] = pattern
        return pattern is not None

    def found(self, files: Sequence[str], large: Sequence[str]) -> Found:
        """All of it."""
        looked = set(files) if self.excluded else set()
        out = sorted(path for path in self.excluded if path not in looked and os.path.exists(path) and not os.path.islink(path))
        return Found(tuple(files), tuple(large), tuple(sorted(self.folders)), tuple(sorted(self.unreadable)),
                     tuple((path, self.excluded[path]) for path in out))  # fmt: skip

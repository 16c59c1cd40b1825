"""A copy of the user's files for a program to run in: what git tracks, and what is new and not ignored. Knows no program."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from v2migrate.errors import UsageError
from v2migrate.rehearse.git import git, give_history, top

_MOST_FILES, _MOST_BYTES = 50_000, 1_000_000_000
_LIST = ("ls-files", "-z", "--cached", "--others", "--exclude-standard")
_SKIPPED = frozenset({".git", ".hg", ".svn", "__pycache__"})


def root_of(folder: Path) -> Path:
    """What is copied for a program that runs in `folder`: its work tree, else the folder itself."""
    return (top(folder) or folder).resolve()


def copy_tree(root: Path, target: Path) -> None:
    """Copies `root` to `target`, which must not exist. Raises UsageError where it is too much, or cannot be read."""
    target.mkdir(parents=True)
    give_history(root, target)
    count = size = 0
    for name in _names(root):
        old, new = root / name, target / name
        try:
            found = old.lstat()
            if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
                continue
            count, size = count + 1, size + found.st_size
            if count > _MOST_FILES or size > _MOST_BYTES:
                raise UsageError(
                    f"{root}: more than {_MOST_FILES:,} files or {_MOST_BYTES // 1_000_000:,} MB; run it in a smaller folder"
                )
            new.parent.mkdir(parents=True, exist_ok=True)
            if stat.S_ISLNK(found.st_mode):
                _link(root, target, old, new)
            else:
                shutil.copy2(old, new)
        except FileNotFoundError:
            continue  # tracked, and deleted
        except OSError as error:
            raise UsageError(f"{old}: cannot be copied: {error.strerror or error}") from None


def _link(root: Path, target: Path, old: Path, new: Path) -> None:
    """A link with an absolute path into the tree leads into the copy, or the program would write to the original."""
    leads = Path(os.readlink(old))
    if leads.is_absolute() and leads.is_relative_to(root):
        leads = target / leads.relative_to(root)
    new.symlink_to(leads)


def _names(root: Path) -> Iterator[Path]:
    listed = git(root, *_LIST)
    if listed is None or top(root) is None or (top(root) or root).resolve() != root:
        yield from _from_disk(root)
        return
    for name in sorted({os.fsdecode(part) for part in listed.split(b"\0") if part}):
        path = root / name
        if path.is_dir() and not path.is_symlink():  # a repository within: a submodule, a clone
            inner = path.resolve()
            yield from (Path(name) / below for below in _names(inner))
        else:
            yield Path(name)


def _from_disk(root: Path) -> Iterator[Path]:
    for folder, folders, names in os.walk(root):
        links = [each for each in folders if os.path.islink(os.path.join(folder, each))]
        folders[:] = [each for each in folders if each not in _SKIPPED and each not in links]
        for name in (*names, *links):
            yield Path(folder, name).relative_to(root)

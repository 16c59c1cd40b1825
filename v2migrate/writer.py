"""Writing files whole or not at all. Knows bytes, folders and what a system refuses; knows no language and no report.

A file is made beside the one it replaces, forced to the disk and renamed over it: at any moment the name has the old
bytes or the new ones. What a rename would break is written in place instead, with a copy beside it until it is done: a
file with several hard links, and one whose owner we may not give away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from v2migrate.errors import V2migrateError

TEMPORARY = ".v2migrate-"
"""How the names of files on their way begin. One stays behind only where the process is killed outright."""

_REMEDIES = {
    errno.ENOSPC: "no space left on device; make room and run again",
    errno.EDQUOT: "the disk quota is used up; make room and run again",
    errno.EFBIG: "the file would be larger than the system allows; raise the limit and run again",
    errno.EACCES: "permission denied; let us write the file and its folder, and run again",
    errno.EPERM: "the system forbids it; is the file or its folder immutable?",
    errno.EROFS: "the file system is read-only; mount it writable and run again",
    errno.ENOENT: "there is no such folder; create it first",
}
_WRITABLE = 0o222


class WriteError(V2migrateError):
    """A file that cannot be written: which one, why, and the remedy."""


def write_file(path: str, new: bytes) -> None:
    """Make `new` the bytes of the file at `path`, whatever it holds now, or of a new file. Raises WriteError."""
    for why in write_files({path: (None, new)}).values():
        raise WriteError(why)


def write_files(
    changes: Mapping[str, tuple[bytes | None, bytes]], together: Iterable[Collection[str]] = ()
) -> dict[str, str]:
    """Write the new bytes of each path whose file still holds the old ones (None: whatever it holds).

    Those paths that one of `together` names are all written, or none of them is. Mode, owner, extended attributes and
    access lists stay; so do symbolic links (their target is written) and hard links. What could not be written is left as
    it was and comes back with one line each that names the file and the remedy.
    """
    problems: dict[str, str] = {}
    touched: set[str] = set()
    for group in _groups(changes, together):
        with contextlib.ExitStack() as stack:
            try:
                files = [stack.enter_context(contextlib.closing(_File(path, *changes[path]))) for path in group]
                _write(files)
                touched.update(file.folder for file in files)
            except _Refused as refused:
                problems[refused.path] = f"{refused.path}: {refused.why}"
                problems.update((p, f"{p}: not written, since {refused.path} cannot be, and the two belong together")
                                for p in group if p != refused.path)  # fmt: skip
    for folder in touched:
        _sync_folder(folder)
    return problems


def _groups(paths: Collection[str], together: Iterable[Collection[str]]) -> Iterator[list[str]]:
    """The paths, those that belong together in one list."""
    group = {path: {path} for path in paths}
    for names in together:
        joined = set().union(*(group[name] for name in names if name in group))
        group.update(dict.fromkeys(joined, joined))
    seen: set[str] = set()
    for path in paths:
        if path not in seen:
            seen |= group[path]
            yield sorted(group[path])


def _write(files: list[_File]) -> None:
    """Put all of `files` in place: first all that lack of room or rights can stop, then all renames."""
    for file in files:
        with file.telling():
            file.prepare()
    done: list[_File] = []
    with contextlib.ExitStack() as stack:
        for folder in sorted({file.folder for file in files}):
            stack.enter_context(_alone(folder))
        for file in files:
            with file.telling():
                file.compare()
        try:
            for file in files:
                with file.telling():
                    file.commit()
                done.append(file)
        except BaseException:
            for file in done:
                file.undo()
            raise


class _Refused(Exception):
    """A file that cannot be written, and why."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path, self.why = path, why


class _File:
    """One file on its way. Leaving the context takes away what was put beside it."""

    def __init__(self, path: str, old: bytes | None, new: bytes) -> None:
        self.path, self.old, self.new = path, old, new
        self.target = os.path.realpath(path)
        self.folder = os.path.dirname(self.target)
        self.status: os.stat_result | None = None
        self.in_place = self.settled = False
        self.beside = ""

    def close(self) -> None:
        """Take away what was put beside the file."""
        if self.beside:
            with contextlib.suppress(OSError):
                os.unlink(self.beside)

    @contextlib.contextmanager
    def telling(self) -> Iterator[None]:
        """What the system refuses is said of this file."""
        try:
            yield
        except OSError as error:
            raise _Refused(self.path, f"cannot be written: {_REMEDIES.get(error.errno or 0) or _said(error)}") from None

    def prepare(self) -> None:
        """Make the file beside the target that the rename will take: all of it, on the disk."""
        with contextlib.suppress(FileNotFoundError):
            self.status = os.stat(self.target)
        if self.status is not None:
            if self.old is None:
                self.old = _read(self.target)
            if not self.status.st_mode & _WRITABLE or not os.access(self.target, os.W_OK):
                raise _Refused(self.path, "is read-only; make it writable and run again")
        if not _open_folder(self.folder):
            raise _Refused(self.path, f"its folder {self.folder} is read-only; make it writable and run again")
        beside = os.path.join(self.folder, f"{TEMPORARY}{os.getpid()}-{os.urandom(4).hex()}")
        self.beside = beside  # before it is there: an interrupt may come at any moment
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
                         0o666 if self.status is None else 0o600)  # fmt: skip
        try:
            if self.status is not None:
                self.in_place = self.status.st_nlink > 1 or not _same_owner(handle, self.status)
            _put(handle, self.old if self.in_place and self.old is not None else self.new)
            if self.status is not None:
                os.chmod(beside, stat.S_IMODE(self.status.st_mode))
                _copy_attributes(self.target, beside)
            os.fsync(handle)
        finally:
            os.close(handle)

    def compare(self) -> None:
        """Is the file still what it was? Where it is the new one already, nothing is left to do."""
        now = _read(self.target) if os.path.lexists(self.target) else None
        self.settled = self.status is not None and now == self.new
        if now != self.old and not self.settled:
            raise _Refused(self.path, "was changed by someone else meanwhile; nothing was written there, run again")

    def commit(self) -> None:
        """Give the name its new bytes."""
        if self.settled:
            return
        if not self.in_place:
            os.replace(self.beside, self.target)
            self.beside = ""
            return
        try:
            _overwrite(self.target, self.new)
        except BaseException:
            self.undo()
            raise

    def undo(self) -> None:
        """Give the name its old bytes back, because a file that belongs to it could not be written."""
        if self.settled:
            return
        try:
            if self.old is None:
                os.unlink(self.target)
            elif self.in_place:
                _overwrite(self.target, self.old)
            else:
                with contextlib.closing(_File(self.path, self.new, self.old)) as back:
                    back.prepare()
                    back.commit()
        except (OSError, _Refused):
            copy, self.beside = self.beside, ""
            left = f"; its old bytes are in {copy}" if copy else ""
            raise _Refused(self.path, f"could be written only in part{left}") from None


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def _put(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _overwrite(path: str, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        _put(handle, data)
        os.ftruncate(handle, len(data))
        os.fsync(handle)
    finally:
        os.close(handle)


def _open_folder(folder: str) -> bool:
    """May files be made in the folder? True as well where it is not there, so that this is what is said."""
    try:
        return bool(os.stat(folder).st_mode & _WRITABLE) and os.access(folder, os.W_OK)
    except FileNotFoundError:
        return True


def _same_owner(handle: int, status: os.stat_result) -> bool:
    """Give the new file the owner of the old one; False where that is not allowed."""
    mine = os.fstat(handle)
    if (mine.st_uid, mine.st_gid) == (status.st_uid, status.st_gid):
        return True
    change: Callable[[int, int, int], None] | None = getattr(os, "fchown", None)
    try:
        if change is not None:
            change(handle, status.st_uid, status.st_gid)
    except PermissionError:
        return False
    return True


def _copy_attributes(source: str, target: str) -> None:
    """Access lists and other extended attributes, as far as the file system has them and lets us."""
    names: Callable[[str], list[str]] | None = getattr(os, "listxattr", None)
    if names is None:
        return
    with contextlib.suppress(OSError):
        known = names(source)
        for name in known:
            with contextlib.suppress(OSError):
                os.setxattr(target, name, os.getxattr(source, name))
        for name in set(names(target)) - set(known):  # what the folder hands down to new files
            with contextlib.suppress(OSError):
                os.removexattr(target, name)


@contextlib.contextmanager
def _alone(folder: str) -> Iterator[None]:
    """No other run of ours is between comparing and renaming in this folder. Where there are no locks, there is none."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        yield
        return
    try:
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _sync_folder(folder: str) -> None:
    """Force a rename to the disk, where folders can be opened."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _said(error: OSError) -> str:
    return (error.strerror or str(error)).lower()

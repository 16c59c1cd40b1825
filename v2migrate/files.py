"""Files as the engine sees them: read once, with changed contents laid over those on disk. Knows no language."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from v2migrate.errors import UsageError
from v2migrate.source import Source

_MAX = 5_000_000
"""Files over this size are not parsed; no script that people wrote comes near it."""


class Files:
    """A cache of sources by path. `overlay` holds the bytes of files as fixed, before they are written."""

    def __init__(self, overlay: Mapping[str, bytes] | None = None) -> None:
        self.overlay = dict(overlay or {})
        self._read: dict[str, Source | str] = {}

    def source(self, path: str) -> Source | None:
        """The file at `path`; None where it cannot be read (`problem` says why)."""
        found = self._load(path)
        return found if isinstance(found, Source) else None

    def problem(self, path: str) -> str:
        """Why `path` cannot be read, in words; empty where it can."""
        found = self._load(path)
        return found if isinstance(found, str) else ""

    def bytes(self, path: str) -> bytes | None:
        """The bytes of `path`, for front-ends that look into other files of the project."""
        source = self.source(path)
        return source.data if source is not None else None

    def _load(self, path: str) -> Source | str:
        if path not in self._read:
            self._read[path] = self._from_disk(path)
        return self._read[path]

    def _from_disk(self, path: str) -> Source | str:
        if path in self.overlay:
            return Source(path, self.overlay[path])
        try:
            if not os.path.isfile(path):
                return "is not a file"
            if os.path.getsize(path) > _MAX:
                return f"is larger than {_MAX // 1_000_000} MB and was not parsed"
            return Source(path, Path(path).read_bytes())
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"


def replace_file(path: str, old: bytes, new: bytes) -> None:
    """Write `new` over the file at `path`, which must still hold `old`: by a temporary file and a rename, or not at all.

    A symlink keeps pointing where it does (its target is written), a file with more than one hard link is written in
    place. Mode and, where we may, owner are kept. Raises UsageError with one clear line where that cannot be done.
    """
    target = os.path.realpath(path)
    try:
        if Path(target).read_bytes() != old:
            raise UsageError(f"{path}: was changed by someone else meanwhile; nothing was written there, run again")
        status = os.stat(target)
        if not os.access(target, os.W_OK):
            raise UsageError(f"{path}: is read-only; make it writable and run again")
        if status.st_nlink > 1:
            Path(target).write_bytes(new)
            return
        handle, temporary = tempfile.mkstemp(prefix=".v2migrate-", dir=os.path.dirname(target))
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(new)
                stream.flush()
                os.fsync(stream.fileno())
            os.chmod(temporary, stat.S_IMODE(status.st_mode))
            with contextlib.suppress(OSError, AttributeError):
                os.chown(temporary, status.st_uid, status.st_gid)
            os.replace(temporary, target)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from None

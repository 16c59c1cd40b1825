"""Files as the engine sees them: read once, with changed contents laid over those on disk. Knows no language."""

from __future__ import annotations

import os
from collections.abc import Mapping

from v2migrate.anchors import MAX_SIZE
from v2migrate.source import Source


class Files:
    """A cache of sources by path. `overlay` holds the bytes of files as fixed, before they are written."""

    def __init__(self, overlay: Mapping[str, bytes] | None = None) -> None:
        self.overlay = dict(overlay or {})
        self._read: dict[str, Source | str] = {}

    def over(self, overlay: Mapping[str, bytes]) -> Files:
        """These files with other bytes laid over some of them. What was read is not read again."""
        made = Files({**self.overlay, **overlay})
        made._read = {path: found for path, found in self._read.items() if path not in overlay}
        return made

    def knows(self, path: str) -> bool:
        """Was the file read already, or is another one laid over it?"""
        return path in self.overlay or path in self._read

    def take(self, source: Source) -> None:
        """Hold a file that was read already; what is laid over it wins."""
        if source.path not in self.overlay:
            self._read[source.path] = source

    def source(self, path: str) -> Source | None:
        """The file at `path`; None where it cannot be read (`problem` says why)."""
        found = self._load(path)
        return found if isinstance(found, Source) else None

    def problem(self, path: str) -> str:
        """Why `path` cannot be read, in words; empty where it can."""
        found = self._load(path)
        return found if isinstance(found, str) else ""

    def glance(self, path: str) -> bytes | None:
        """The bytes of `path` for a single look: not kept, since most files of a tree are nothing to the run."""
        found = self._read[path] if path in self._read else self._from_disk(path)
        return found.data if isinstance(found, Source) else None

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
            if os.path.getsize(path) > MAX_SIZE:
                return f"is larger than {MAX_SIZE // 1_000_000} MB and was not parsed"
            with open(path, "rb") as stream:
                return Source(path, stream.read())
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"

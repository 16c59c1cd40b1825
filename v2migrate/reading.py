"""Reads many files, each once, and searches small ones together. Knows not what for, and imports next to nothing."""

from __future__ import annotations

import os

from v2migrate.anchors import MAX_SIZE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from v2migrate.contains import Contains

    Nothing = Callable[[bytes, Contains], bool]
    """True only if there is nothing to be looked into in any of several files, whose bytes these are, without zeros."""

_CHUNK = 1 << 16
"""Bytes that are read at first; most files end before."""
_BATCH = 1 << 17
"""Bytes that are searched together."""
_HEAD = 8000
"""Bytes in which a file shows, by a zero among them, that it is no text: so git has it."""
_KEPT = 4_000_000
"""Bytes of files that a process holds on to. Those beyond are read again when their turn comes."""
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
"""The flag with which only regular files are read, and of those that are no text the beginning."""

GONE, FOLDER, LARGE, LOST = range(4)
"""What a name stands for that is no file to be read: nothing or a link, a folder, a large file, one that cannot be read."""


class Reader:
    """Reads files. Those that are `kept` are there with their bytes where there is room for them; and so is what is `odd`:
    names that stand for no file to be read.

    `kinds` are the questions that are asked of several files at a time, and `kind` gives the number of a name's.
    """

    def __init__(self, kinds: Sequence[Nothing], kind: Callable[[str], int]) -> None:
        self.contains: Contains = bytes.__contains__
        self.kept: dict[str, bytes | None] = {}
        self.odd: dict[str, int] = {}
        self._room = _KEPT
        self._kind = kind
        self._batches = [_Batch(self, nothing) for nothing in kinds]

    def one(self, name: str, data: bytes, whole: bool) -> None:
        """Look into one file. `data` is all that it holds, or (`whole` false) its beginning."""
        raise NotImplementedError

    def keep(self, name: str, data: bytes, whole: bool) -> None:
        """Hold on to a file."""
        self._room -= len(data)
        self.kept[name] = data if whole and self._room >= 0 else None

    def read(self, names: Sequence[str], flags: int) -> None:
        """Look into the files, where there is something in them."""
        kind, batches, links = self._kind, self._batches, flags & NO_LINKS
        flags |= _FLAGS
        open_, read, close = os.open, _readv, os.close  # asked for once, since this is done for each file of a tree
        for name in names:
            batch = batches[kind(name)]
            try:
                handle = open_(name, flags)
            except OSError as error:
                self.odd[name] = _what(name, flags, error)
                continue
            try:
                size = read(handle, batch.free)
                if 0 < size < _CHUNK:
                    batch.take(name, size)
                    continue
                status = os.fstat(handle)
                if status.st_mode & 0o170000 != 0o100000:
                    self.odd[name] = GONE  # a pipe, a device
                elif status.st_size > MAX_SIZE:
                    self.odd[name] = LARGE
                elif links and batch.zero(_HEAD):
                    batch.take(name, size, whole=False)
                else:
                    batch.take(name, batch.rest(handle, size, status.st_size))
            except OSError as error:
                self.odd[name] = _what(name, flags, error)
            finally:
                close(handle)
        for batch in batches:
            batch.search()


class _Batch:
    """Files, one behind the other, that are searched all at once: most hold nothing, and each search has its price."""

    def __init__(self, reader: Reader, nothing: Nothing) -> None:
        self._reader, self._nothing = reader, nothing
        self._view = memoryview(bytearray(_BATCH + _CHUNK))
        self._names: list[str] = []
        self._ends: list[int] = []
        self._heads: set[str] = set()
        self._end = 0
        self.free = [self._view[:_CHUNK]]
        """Where the next file may be read to."""

    def take(self, name: str, size: int, whole: bool = True) -> None:
        """A file was read to `free` and what is behind, `size` bytes; not `whole`: it has more."""
        self._names.append(name)
        self._end = end = self._end + size
        self._ends.append(end)
        if not whole:
            self._heads.add(name)
        if end > _BATCH:
            self.search()
        else:
            self.free = [self._view[end : end + _CHUNK]]

    def zero(self, most: int) -> bool:
        """Is there a zero among the first bytes of what was read to `free`?"""
        return b"\0" in bytes(self.free[0][:most])

    def rest(self, handle: int, size: int, likely: int) -> int:
        """Read all that follows the `size` bytes that were read to `free`; how many it is then. `likely`: as many."""
        while True:
            at = self._end + size
            if at >= len(self._view) or self._end + likely >= len(self._view):
                room = memoryview(bytearray(self._end + max(2 * size, likely + 1)))
                room[:at] = self._view[:at]
                self._view = room
            more = _readv(handle, [self._view[at:]])
            if not more:
                return size
            size += more

    def search(self) -> None:
        """Look into the files, one by one where there is something in them."""
        view, names, ends, heads, start = self._view, self._names, self._ends, self._heads, 0
        # What stands astride two files is found in none of them.
        if not self._nothing(without_zeros(bytes(view[: self._end])), self._reader.contains):
            for name, end in zip(names, ends, strict=True):
                self._reader.one(name, bytes(view[start:end]), name not in heads)
                start = end
        names.clear()
        ends.clear()
        heads.clear()
        self._end = 0
        self.free = [view[:_CHUNK]]


def without_zeros(data: bytes) -> bytes:
    """Bytes that hold the same parts, of those without a zero, and hold no zero: as `contains` wants them."""
    return data.replace(b"\0", b"\1")


def _read_to(handle: int, buffers: list[memoryview]) -> int:
    """`os.readv` where there is none."""
    data = os.read(handle, len(buffers[0]))
    buffers[0][: len(data)] = data
    return len(data)


_readv: Callable[[int, list[memoryview]], int] = getattr(os, "readv", _read_to)


def _what(name: str, flags: int, error: OSError) -> int:
    """What a name stands for that cannot be opened and read."""
    try:
        mode = (os.lstat if flags & NO_LINKS else os.stat)(name).st_mode & 0o170000
    except OSError:
        return GONE
    return FOLDER if mode == 0o040000 else LOST if mode == 0o100000 else GONE

"""Reads many files, each once, and keeps those that may hold a call. Parses nothing, and imports next to nothing."""

from __future__ import annotations

import os

from v2migrate import anchors
from v2migrate.anchors import MAX_SIZE, comments, may_call, speaks
from v2migrate.imports import Imports

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from v2migrate.tree import Tree

_CHUNK = 1 << 16
"""Bytes that are read at first; most files end before."""
_BATCH = 1 << 17
"""Bytes that are searched together."""
_HEAD = 8000
"""Bytes in which a file shows, by a zero among them, that it is no text: so git has it."""
_FORK = 400
"""Files from which on a process more helps."""
_MOST = 4
"""Processes; all share one disk."""
_KEPT = 16_000_000
"""Bytes of candidates that are held on to. Those beyond are read again when their turn comes."""
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_NO_LINKS = getattr(os, "O_NOFOLLOW", 0)
_INTO = hasattr(os, "readv")

_GONE, _FOLDER, _LARGE, _LOST, _TAKER = range(5)
"""What a name stands for that is no file to be read: nothing or a link, a folder, a large file, one that cannot be read;
or a file that was read, and takes something from a candidate."""


class Scan:
    """What was found: `files` that were looked into, sorted; `candidates` among them, with their bytes where they were
    kept, and among these the `takers`, that show no sign of a call but take something from a file that does; `lost` ones
    among the files, that could not be read or are too large; `large` ones, that were left out for it, and the `folders`
    that were left out for their name, or are `unreadable`."""

    def __init__(self) -> None:
        self.files: list[str] = []
        self.candidates: dict[str, bytes | None] = {}
        self.takers: set[str] = set()
        self.lost: set[str] = set()
        self.large: list[str] = []
        self.folders: list[str] = []
        self.unreadable: list[str] = []


def scan(
    named: Sequence[str], tree: Tree, leaves_out: Callable[[str], bool] | None = None, hosts: Collection[bytes] = (),
) -> Scan:  # fmt: skip
    """Look into the files `named`, whatever they are, and into those of `tree` that are regular ones; `leaves_out` says
    which of these not. `hosts`: see `anchors.candidate`."""
    out, room = Scan(), _KEPT
    files = sorted(set(named))
    look = _Look(hosts, alone=True)
    kept, odd = _read(files, 0, look)
    out.takers = {name for name, what in odd.items() if what == _TAKER}
    out.lost = odd.keys() - out.takers
    while tree.names or tree.more():
        # What git and the disk give is nearly in order, so that a sort is cheap; a file in a conflict comes three times.
        names, tree.names = tree.names, []
        names.sort()
        known = set(files) if names else set()
        names = [name for name, before in zip(names, ["", *names], strict=False) if name != before and name not in known]
        if leaves_out is not None:
            names = [name for name in names if not leaves_out(name)]
        look.alone = tree.partial
        more, strange = _read(names, _NO_LINKS, look)
        kept.update(more)
        for name, what in strange.items():
            if what == _FOLDER:
                tree.nested(name)
            elif what == _LARGE:
                out.large.append(name)
            elif what == _LOST:
                out.lost.add(name)
            elif what == _TAKER:
                out.takers.add(name)
        files += [n for n in names if strange.get(n, _LOST) in (_LOST, _TAKER)] if strange else names
    files.sort()
    out.files = files
    for name in sorted(kept):
        data = kept[name]
        room -= len(data or b"")
        out.candidates[name] = data if room >= 0 else None
    out.large.sort()
    out.folders, out.unreadable = sorted(tree.folders), sorted(tree.unreadable)
    return out


def _read(names: list[str], flags: int, look: _Look) -> tuple[dict[str, bytes | None], dict[str, int]]:
    """The candidates among the files, with their bytes, and the names that are no files to be read."""
    if len(names) >= _FORK:
        from v2migrate.contains import fast

        look.contains = fast()
    count = _processes(len(names))
    if count < 2:
        return look.at(names, flags)
    shares = [names[number::count] for number in range(count)]
    helpers = [_Helper(look, share, flags) for share in shares[1:]]
    try:
        kept, odd = look.at(shares[0], flags)
        for share, helper in zip(shares[1:], helpers, strict=True):
            # One that did not get through (killed, no memory) leaves its share to us.
            more, strange = helper.found() or look.at(share, flags)
            kept, odd = {**kept, **more}, {**odd, **strange}
    finally:
        for helper in helpers:
            helper.end()
    return kept, odd


def _processes(files: int) -> int:
    """How many processes shall look into so many files: no more than there are processors, and one where a thread would be
    cut off by a fork."""
    if files < _FORK or not hasattr(os, "fork"):
        return 1
    import sys

    threading = sys.modules.get("threading")
    alone = threading is None or threading.active_count() == 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, _MOST, files // _FORK + 1) if alone else 1


class _Helper:
    """A process that looks into a share of the files."""

    def __init__(self, look: _Look, share: list[str], flags: int) -> None:
        import marshal

        self._pid = 0
        self._pipe, end = os.pipe()
        try:
            self._pid = os.fork()
        except OSError:  # no room for one more process
            os.close(end)
            return
        if self._pid == 0:
            code = 1
            try:
                with os.fdopen(end, "wb") as stream:
                    marshal.dump(look.at(share, flags), stream)
                code = 0
            finally:
                os._exit(code)
        os.close(end)

    def found(self) -> tuple[dict[str, bytes | None], dict[str, int]] | None:
        """What `_Look.at` gave; None where the process did not get so far."""
        if not self._pid:
            return None
        import marshal

        parts = []
        while part := os.read(self._pipe, _CHUNK * 16):
            parts.append(part)
        found: tuple[dict[str, bytes | None], dict[str, int]] | None
        found = marshal.loads(b"".join(parts)) if self.end() == 0 else None
        return found

    def end(self) -> int:
        """Wait for the process; how it ended."""
        pid, self._pid = self._pid, 0
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1
        return os.waitpid(pid, 0)[1] if pid else 1


class _Look:
    """Looks into files. `alone`: not all of what they may take from is looked into as well, so each is asked what it takes."""

    def __init__(self, hosts: Collection[bytes], alone: bool) -> None:
        self.hosts, self.alone = hosts, alone
        self.contains: Callable[[bytes, bytes], bool] = bytes.__contains__
        self.imports = Imports(hosts)
        self.kept: dict[str, bytes | None] = {}
        self.odd: dict[str, int] = {}
        self.room = 0

    def at(self, names: Sequence[str], flags: int) -> tuple[dict[str, bytes | None], dict[str, int]]:
        """The candidates among the files, with their bytes, and the names that are no files to be read."""
        self.kept, self.odd, self.room = {}, {}, _KEPT // _MOST
        code, text = _Batch(self, anchors.nothing), _Batch(self, anchors.nothing_in_text)
        links = flags & _NO_LINKS
        flags |= _FLAGS
        for name in names:
            batch = text if anchors.is_text(name) else code
            try:
                handle = os.open(name, flags)
            except OSError as error:
                self.odd[name] = _what(name, flags, error)
                continue
            try:
                size = os.readv(handle, batch.free) if _INTO else 0
                if 0 < size < _CHUNK:
                    batch.take(name, size)
                    continue
                status = os.fstat(handle)
                if status.st_mode & 0o170000 != 0o100000:
                    self.odd[name] = _GONE  # a pipe, a device
                elif status.st_size > MAX_SIZE:
                    self.odd[name] = _LARGE
                else:
                    data = batch.last(size)
                    whole = not (links and b"\0" in data[:_HEAD])
                    if whole:
                        data += _rest(handle)
                    if batch.holds(data):
                        self.one(name, data, whole)
            except OSError as error:
                self.odd[name] = _what(name, flags, error)
            finally:
                os.close(handle)
        code.search()
        text.search()
        return self.kept, self.odd

    def one(self, name: str, data: bytes, whole: bool = True) -> None:
        """Look into one file. `data` is all that it holds, or (`whole` false) its beginning."""
        calls = speaks(name, data, self.hosts)
        if (calls or self.alone) and not (calls and may_call(name, data, self.hosts)):
            calls = self.imports.may_call(name, data)
            if calls:
                self.odd[name] = _TAKER
        if calls or comments(name, data):
            self.room -= len(data)
            self.kept[name] = data if whole and self.room >= 0 else None


class _Batch:
    """Small files, one behind the other, that are searched all at once: most hold nothing, and each search has its price."""

    def __init__(self, look: _Look, nothing: Callable[[bytes, Callable[[bytes, bytes], bool]], bool]) -> None:
        self._look, self._nothing = look, nothing
        self._view = memoryview(bytearray(_BATCH + _CHUNK))
        self._names: list[str] = []
        self._ends: list[int] = []
        self._end = 0
        self.free = [self._view[:_CHUNK]]
        """Where the next file may be read to."""

    def take(self, name: str, size: int) -> None:
        """A file was read to `free`, `size` bytes."""
        self._names.append(name)
        self._end += size
        self._ends.append(self._end)
        if self._end > _BATCH:
            self.search()
        else:
            self.free = [self._view[self._end : self._end + _CHUNK]]

    def last(self, size: int) -> bytes:
        """What was read to `free`, of a file that is not taken."""
        return bytes(self._view[self._end : self._end + size])

    def holds(self, data: bytes) -> bool:
        """Is there anything in these bytes to be looked into?"""
        look = self._look
        return look.alone or bool(look.hosts) or not self._nothing(data, look.contains)

    def search(self) -> None:
        """Look into the files, one by one where there is something in them."""
        data = bytes(self._view[: self._end])
        look, names, ends = self._look, self._names, self._ends
        # What stands astride two files is found in none of them.
        if self.holds(data):
            start = 0
            for name, end in zip(names, ends, strict=True):
                look.one(name, data[start:end])
                start = end
        names.clear()
        ends.clear()
        self._end = 0
        self.free = [self._view[:_CHUNK]]


def _rest(handle: int) -> bytes:
    parts = []
    while part := os.read(handle, _CHUNK * 16):
        parts.append(part)
    return b"".join(parts)


def _what(name: str, flags: int, error: OSError) -> int:
    """What a name stands for that cannot be opened and read."""
    try:
        mode = (os.lstat if flags & _NO_LINKS else os.stat)(name).st_mode & 0o170000
    except OSError:
        return _GONE
    return _FOLDER if mode == 0o040000 else _LOST if mode == 0o100000 else _GONE

"""Reads many files, each once, and keeps those that may hold a call. Parses nothing, and imports next to nothing."""

from __future__ import annotations

from v2migrate import anchors, shares
from v2migrate.anchors import comments, may_call, speaks
from v2migrate.imports import Imports
from v2migrate.reading import FOLDER, LARGE, LOST, NO_LINKS, Reader, without_zeros

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from v2migrate.reading import Nothing
    from v2migrate.tree import Tree

_KEPT = 16_000_000
"""Bytes of candidates that are held on to. Those beyond are read again when their turn comes."""
_TAKER = 100
"""Says among what is odd that a file was read, and takes something from a candidate."""


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
    look = _Look(hosts)
    shares.read(look, files, 0)
    out.takers = {name for name, what in look.odd.items() if what == _TAKER}
    out.lost = look.odd.keys() - out.takers
    while tree.names or tree.more():
        # What git and the disk give is nearly in order, so that a sort is cheap; a file in a conflict comes three times.
        names, tree.names = tree.names, []
        names.sort()
        known = set(files) if names else set()
        names = [name for name, before in zip(names, ["", *names], strict=False) if name != before and name not in known]
        if leaves_out is not None:
            names = [name for name in names if not leaves_out(name)]
        look.alone, look.odd = tree.partial, {}
        shares.read(look, names, NO_LINKS)
        for name, what in look.odd.items():
            if what == FOLDER:
                tree.nested(name)
            elif what == LARGE:
                out.large.append(name)
            elif what == LOST:
                out.lost.add(name)
            elif what == _TAKER:
                out.takers.add(name)
        files += [n for n in names if look.odd.get(n, LOST) in (LOST, _TAKER)] if look.odd else names
    files.sort()
    out.files = files
    for name in sorted(look.kept):
        data = look.kept[name]
        room -= len(data or b"")
        out.candidates[name] = data if room >= 0 else None
    out.large.sort()
    out.folders, out.unreadable = sorted(tree.folders), sorted(tree.unreadable)
    return out


class _Look(Reader):
    """Looks for what may be a call. `alone`: not all of what the files may take from is looked into as well, so each is
    asked what it takes."""

    def __init__(self, hosts: Collection[bytes]) -> None:
        super().__init__([self._asked(anchors.nothing), self._asked(anchors.nothing_in_text)], anchors.is_text)
        self.alone = True
        self._hosts = hosts
        self._imports = Imports(hosts)

    def _asked(self, nothing: Nothing) -> Nothing:
        return lambda data, contains: not (self.alone or self._hosts) and nothing(data, contains)

    def one(self, name: str, data: bytes, whole: bool) -> None:
        searched = without_zeros(data)
        calls = speaks(name, searched, self._hosts, self.contains)
        if (calls or self.alone) and not (calls and may_call(name, data, self._hosts)):
            # Where all that is taken from is looked into as well, a file by itself must have something to do with the API.
            calls = (self.alone or self._imports.speaks(name, data)) and self._imports.may_call(name, data)
            if calls:
                self.odd[name] = _TAKER
        if calls or comments(name, searched, self.contains):
            self.keep(name, data, whole)

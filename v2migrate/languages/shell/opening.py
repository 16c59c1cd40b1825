"""Which commands name a file, among their words or behind `<`. Knows no client, and no values: names are taken as written."""

from __future__ import annotations

from collections.abc import Sequence

from v2migrate.languages.shell.unit import Unit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_MANY = 20
"""From so many names on it takes less to look at all words than at all text for each name."""
_QUOTES = b"\"'"


def bare(raw: str) -> str:
    """A word without its quotes."""
    return raw.replace('"', "").replace("'", "").removeprefix("./")


def naming(unit: Unit, name: str) -> Sequence[tuple[Node, bool]]:
    """The commands that name the file `name`, which is named somewhere, in order; is it one of the words?"""
    if unit.unquoted is None:
        unit.unquoted = unit.code.text.translate(None, _QUOTES)
    unit.searched += 1
    rare = unit.searched < _MANY and not unit.code.masks and "\ufffd" not in name
    if rare and unit.unquoted.count(name.encode()) == 1:
        return ()  # most files are written and never named again
    if unit.naming is None:
        unit.naming = {}
        for command in unit.commands:
            for other, among in _named(unit, command).items():
                unit.naming.setdefault(other, []).append((command, among))
    return unit.naming.get(name, ())


def _named(unit: Unit, command: Node) -> dict[str, bool]:
    words = unit.words(command)
    if not words:
        return {}
    behind = (c for r in unit.redirects(command) if r.type == "file_redirect" and unit.text(r).startswith("<")
              for c in r.children)  # fmt: skip
    out = dict.fromkeys((bare(unit.text(c)) for c in behind), False)
    out.update((bare(unit.text(w)), True) for w in words[1:])
    return out

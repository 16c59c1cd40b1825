"""The words of a command as the program gets them: arrays, `"$@"` and options kept in a variable are put in.

Knows no client's options.
"""

from __future__ import annotations

import re

from v2migrate.languages.shell.reaching import Where, reaching
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Values
from v2migrate.languages.shell.words import Exp, fixed, split_word
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.source import Span
from v2migrate.template import Hole, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_ALL = regex(r"\$(?:[@*]|\{[@*](?::(?P<skip>\d+))?\})\Z")
_LAST = regex(r"\$\{(?:!#|@:\s*-1|@:\$\{?#@?\}?|@:\$#)\}\Z")
_ARRAY = regex(r"\$\{(?P<name>\w+)\[[@*]\]\}\Z")
MAX_PARTS = 60
"""An array that is filled in so many places is not put together."""
_START = ("curl", "wget", "http", "https", "xh", "-")


@dataclass(frozen=True, slots=True)
class Word:
    """One argument. `here`: it is written in the command itself, at `start:end` of the unit's code.

    `bound` is its value where it comes from a call's arguments. `lone`: nothing but one expansion, without quotes.
    """

    unit: Unit
    start: int
    end: int
    where: Where
    here: bool = True
    bound: Template | None = None
    lone: bool = False
    quoted: bool = False

    @property
    def span(self) -> Span:
        """Where the word stands."""
        return self.unit.code.span(self.start, self.end)

    @property
    def raw(self) -> str:
        """The word as written."""
        return self.unit.code.read(self.start, self.end)

    def value(self, values: Values, *, inline: bool = False, follow: bool = False) -> Template:
        """The word's template; `follow`: a word that is only a variable gives what that holds."""
        if self.bound is not None:
            return self.bound
        if (plain := fixed(self.unit.code, self.start, self.end)) is not None:
            return plain
        key = (id(self.unit), self.start, self.end, self.where.at, inline, follow)
        return values.once(key, lambda: self._value(values, inline, follow))

    def _value(self, values: Values, inline: bool, follow: bool) -> Template:
        if follow and (part := self.only()) is not None:
            return values.expand(self.unit, part, self.where, inline=inline, follow=True)
        return values.word(self.unit, self.start, self.end, self.where, inline=inline)

    def only(self) -> Exp | None:
        """The expansion that is all of the word, in quotes or not."""
        parts = split_word(self.unit.code, self.start, self.end)
        return parts[0] if len(parts) == 1 and isinstance(parts[0], Exp) else None


def words(values: Values, unit: Unit, command: Node, where: Where) -> list[Word]:
    """The words of `command`, its name first."""
    out: list[Word] = []
    for node in unit.words(command):
        word = Word(unit, node.start_byte, node.end_byte, where)
        part = word.only()
        if part is None:
            out.append(word)
            continue
        word = Word(unit, node.start_byte, node.end_byte, where, lone=not part.quote, quoted=bool(part.quote))
        out += _spliced(values, word, part)
    return out


def _spliced(values: Values, word: Word, part: Exp) -> list[Word]:
    raw = word.unit.code.read(part.start, part.end)
    frame = values.frame if values.frame is not None and values.frame.function == word.where.function else None
    if found := _ALL.match(raw):
        if frame is None or frame.rest:
            return [word]
        skip = max(int(found["skip"] or 1) - 1, 0) + word.where.shifted()
        return [Word(word.unit, word.start, word.end, word.where, False, arg) for arg in frame.args[skip:]]
    if _LAST.match(raw) and frame is not None and frame.args and not frame.rest:
        return [Word(word.unit, word.start, word.end, word.where, False, frame.args[-1])]
    if found := _ARRAY.match(raw):
        return _array(found["name"], word)
    if part.quote or part.kind == "command":
        return [word]
    value = word.value(values, follow=True)
    flat = value.flat
    if not re.search(r"\S\s+\S", flat) or not flat.lstrip().startswith(_START):
        return [word]
    return [Word(word.unit, word.start, word.end, word.where, False, value.slice(m.start(), m.end()))
            for m in re.finditer(r"\S+", flat)]


def _array(name: str, word: Word) -> list[Word]:
    """The items of an array that was filled where it can be seen; the word itself otherwise."""
    found, certain = reaching(name, word.where)
    # Items that are appended do not make the first assignment void.
    every = [a for a in word.unit.assigned(name) if a.start < word.where.at]
    if found and found[-1].append and every:
        heads = [i for i, a in enumerate(every) if not a.append]
        found = every[heads[-1] if heads else 0 :]
        certain = True
    if not found or not certain or len(found) > MAX_PARTS or any(a.kind != "array" or a.node is None for a in found):
        return [word]
    if any(a.arms != word.where.arms[: len(a.arms)] for a in found):
        return [word]
    out = []
    for assign in found:
        assert assign.node is not None
        for child in assign.node.children:
            if child.is_named and child.type != "comment":
                out.append(Word(assign.unit, child.start_byte, child.end_byte, Where.of(assign), False))
    return out


def constant(value: Template) -> str | None:
    """The text of a template without holes."""
    return "".join(p.value for p in value.pieces if isinstance(p, Text)) if value.constant else None


def lone_hole(value: Template) -> Hole | None:
    """The hole that is all of a template."""
    return value.pieces[0] if len(value.pieces) == 1 and isinstance(value.pieces[0], Hole) else None

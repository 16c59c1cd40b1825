"""Strings with holes: text that knows where it stands in a file, and values that do not. Knows no language and no API."""

from __future__ import annotations

from v2migrate.records import dataclass, replace
from v2migrate.source import Drop, Item, Put, Span, Step

_HOLE = 0xE000  # private use area: hole number i is one character of `Template.flat`
_MAX_HOLES = 6000


@dataclass(frozen=True, slots=True)
class Text:
    """A run of known text. `exact`: the bytes of `span` are this text in UTF-8, so each part of it can be edited.

    An escape (`\\x2f`, `%%`, `{{`, `\\"`) is a piece of its own with `exact` false: it can be removed, not split.
    `items` are the list items that this text alone makes up (an operand of a `+` chain); they go when all of it goes.
    `via`: the text is of a value that stands elsewhere and may serve others; this is the place that reads it, as a hole.
    """

    value: str
    span: Span | None = None
    exact: bool = True
    items: tuple[Item, ...] = ()
    via: Hole | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """A value that only the running program knows.

    `expr` is source that gives the value wherever `scope` is visible (empty scope: in the whole file); empty `expr`: it
    cannot be written again. `span` is what goes from the string with it (`{branch}`, `%s`, `$BRANCH`), `items` are the
    list items that go too (an argument of `.format`). `decoded` is source for the value before URL encoding, where the
    code encodes it (`quote(branch)` -> `branch`). `fixed`: the hole feeds other text as well and must stay.
    """

    expr: str
    span: Span | None = None
    decoded: str = ""
    scope: str = ""
    items: tuple[Item, ...] = ()
    fixed: bool = False
    param: str = ""
    """Set by a front-end while it looks through wrappers: the parameter that this hole stands for."""
    via: Hole | None = None
    """The value is part of one that stands elsewhere, or an argument spelled as at the call; this is the place that reads it."""


Piece = Text | Hole


@dataclass(frozen=True, slots=True)
class Template:
    """A string as its pieces. `flat` writes each hole as one private character, so that offsets count pieces' parts."""

    pieces: tuple[Piece, ...] = ()

    @property
    def flat(self) -> str:
        """The text with one private-use character for each hole."""
        out, holes = [], 0
        for piece in self.pieces:
            if isinstance(piece, Text):
                value = piece.value
                if not value.isascii():
                    value = "".join("\ufffd" if _HOLE <= ord(c) < _HOLE + _MAX_HOLES else c for c in value)
                out.append(value)
            else:
                out.append(chr(_HOLE + min(holes, _MAX_HOLES - 1)))
                holes += 1
        return out[0] if len(out) == 1 else "".join(out)

    @property
    def holes(self) -> tuple[Hole, ...]:
        """The holes, in order."""
        return tuple([p for p in self.pieces if isinstance(p, Hole)])

    @property
    def constant(self) -> bool:
        """True where no hole is left."""
        return not any(isinstance(p, Hole) for p in self.pieces)

    @property
    def spans(self) -> tuple[Span, ...]:
        """Where the text stands, in order."""
        return tuple([p.span for p in self.pieces if p.span is not None])

    def show(self) -> str:
        """The text for people: holes as `{source}`, shell's as they are."""
        return "".join(p.value if isinstance(p, Text) else _shown(p.expr or "…") for p in self.pieces)

    def __add__(self, other: Template) -> Template:
        return Template(self.pieces + other.pieces)

    def slice(self, start: int, end: int) -> Template:
        """The part between two offsets of `flat`; parts of exact text keep their exact span.

        Of a value that is read elsewhere, and of which only a part lies between them, that place says nothing.
        """
        out: list[Piece] = []
        at = 0
        reads = self.whole_reads(start, end) if any(piece.via is not None for piece in self.pieces) else frozenset()
        for piece in self.pieces:
            if at >= end:
                break
            behind = at + (len(piece.value) if isinstance(piece, Text) else 1)
            if start < behind and at < behind:
                whole = start <= at and behind <= end
                if piece.via is not None and piece.via not in reads:
                    piece = replace(piece, via=None)
                out.append(piece if whole or isinstance(piece, Hole) else _part(piece, max(start - at, 0), min(end, behind) - at))
            at = behind
        return Template(tuple(out))

    def whole_reads(self, start: int, end: int) -> frozenset[Hole]:
        """The places that read a value (`via`) of which all pieces lie between two offsets of `flat`."""
        whole: dict[Hole, bool] = {}
        at = 0
        for piece in self.pieces:
            size = len(piece.value) if isinstance(piece, Text) else 1
            if piece.via is not None:
                whole[piece.via] = whole.get(piece.via, True) and start <= at and at + size <= end
            at += size
        return frozenset(via for via, inside in whole.items() if inside)

    def replace(self, start: int, end: int, new: str, near: Span | None = None) -> tuple[Step, ...] | None:
        """Steps that put plain text `new` in the place of `flat[start:end]` in the files; None where that cannot be done.

        `new` must be text that needs no escape in any string (`[A-Za-z0-9/._?=&-]`). Where text is inserted between two
        pieces, the one inside `near` (the call itself) is preferred to one that other calls may share.
        """
        steps: list[Step] = []
        todo: str | None = new or None
        at = 0
        read, gone = self.whole_reads(start, end), set()
        for piece in self.pieces:
            size = len(piece.value) if isinstance(piece, Text) else 1
            a, b = max(start - at, 0), min(end - at, size)
            at += size
            if a >= b:
                continue
            if piece.via in read and not todo:
                if piece.via in gone:
                    continue
                gone.add(piece.via)
                piece = piece.via  # what is read stays, for others may read it as well; only the place that reads it goes
            if isinstance(piece, Hole):
                if piece.fixed or (piece.span is None and not piece.items):
                    return None
                steps += [Drop(item) for item in piece.items]
                if piece.span is not None:
                    steps.append(Put(piece.span, (todo or "").encode()))
                    todo = None
                continue
            if piece.span is None or (not piece.exact and (a, b) != (0, size)):
                return None
            if (a, b) == (0, size) and piece.items and not todo:
                steps += [Drop(item) for item in piece.items]
                continue
            span = _part(piece, a, b).span
            assert span is not None
            if todo is not None and todo == piece.value[a:b]:
                todo = None
                continue
            steps.append(Put(span, (todo or "").encode()))
            todo = None
        if todo is not None:
            spot = self._spot(start, near) or (self._behind_hole(start) if new[:1] in "/?&" else None)
            if spot is None:
                return None
            steps.append(Put(spot, todo.encode()))
        return tuple(steps)

    def _spot(self, offset: int, near: Span | None) -> Span | None:
        """An empty span for an insertion at `offset`: inside exact text, else at the end or the start of a neighbour."""
        at = 0
        spots: list[Span] = []
        for piece in self.pieces:
            size = len(piece.value) if isinstance(piece, Text) else 1
            if isinstance(piece, Text) and piece.span is not None and piece.exact and at <= offset <= at + size:
                where = piece.span.start + len(piece.value[: offset - at].encode())
                spots.append(Span(piece.span.path, where, where))
            at += size
        own = [s for s in spots if near is not None and s in near]
        return next(iter(own or spots), None)

    def _behind_hole(self, offset: int) -> Span | None:
        """An empty span right behind the hole that ends at `offset`. Not for text that a `$NAME` would take in."""
        at = 0
        for piece in self.pieces:
            at += len(piece.value) if isinstance(piece, Text) else 1
            if at == offset and isinstance(piece, Hole) and piece.span is not None and not piece.fixed:
                return Span(piece.span.path, piece.span.end, piece.span.end)
        return None


def _shown(expr: str) -> str:
    return expr if expr.startswith("$") else "{" + expr + "}"


def _part(piece: Text, a: int, b: int) -> Text:
    if piece.span is None or not piece.exact:
        return replace(piece, value=piece.value[a:b], items=())
    start = piece.span.start + len(piece.value[:a].encode())
    end = start + len(piece.value[a:b].encode())
    return Text(piece.value[a:b], Span(piece.span.path, start, end))


def text(value: str) -> Template:
    """A template of made-up text that stands in no file."""
    return Template((Text(value, None),) if value else ())

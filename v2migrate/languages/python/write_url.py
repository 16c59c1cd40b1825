"""A changed URL written back: text where it stands, a new operand or element where none is. Knows no API."""

from __future__ import annotations

from v2migrate.languages.python.write_call import Draft
from v2migrate.languages.python.write_spelling import Unwritable
from v2migrate.request import Change
from v2migrate.source import Drop, Item, ItemList, Put, Span, Step
from v2migrate.template import Hole, Piece, Template, Text


def write_url(draft: Draft, change: Change) -> None:
    """Makes the edits of the URL; raises Unwritable where one cannot be made."""
    url = draft.request.url
    cut = [span for start, end, new in change.url if not new for span in _lost(url, start, end)]
    for start, end, new in change.url:
        steps = url.replace(start, end, new, draft.request.span)
        if start == end and _put_in(steps, cut):
            # At the start of an operand that goes, or into what stands elsewhere and is no longer read here.
            steps = _appended(draft, url, end, new) or url.replace(start, end, new)
            steps = None if _put_in(steps, cut) else steps
        if steps is None:
            steps = _appended(draft, url, end, new) if start == end else None
        if steps is None:
            steps = _joined(draft, url, start, end, new)
        if steps is None:
            raise Unwritable("the text of the URL cannot be edited here")
        draft.steps += steps


def _put_in(steps: tuple[Step, ...] | None, cut: list[Span]) -> bool:
    return any(isinstance(step, Put) and step.span in span for step in steps or () for span in cut)


def _lost(url: Template, start: int, end: int) -> list[Span]:
    """Text that is no part of the URL any more when a range of `flat` goes."""
    reads = url.whole_reads(start, end)
    dropped = [step.item.span for step in url.replace(start, end, "") or () if isinstance(step, Drop)]
    return [*dropped, *(piece.span for piece in url.pieces if piece.via in reads and piece.span is not None)]


def _at(url: Template, start: int, end: int) -> list[tuple[Piece, int, int]]:
    """The pieces that overlap a range of `flat`, each with the part of it that does."""
    out: list[tuple[Piece, int, int]] = []
    at = 0
    for piece in url.pieces:
        size = len(piece.value) if isinstance(piece, Text) else 1
        a, b = max(start - at, 0), min(end - at, size)
        if a < b:
            out.append((piece, a, b))
        at += size
    return out


def _appended(draft: Draft, url: Template, offset: int, new: str) -> tuple[Step, ...] | None:
    """`… + repo` as `… + repo + "/pipeline"`."""
    before = _at(url, offset - 1, offset)
    piece = before[0][0] if before else None
    if not isinstance(piece, Hole) or piece.fixed or not piece.items or not new.startswith("/"):
        return None
    item = piece.items[0]
    if item.list.sep != "+":
        return None
    return (Put(_point(item.span, item.span.end), f" + {_literal(draft, item.list, new)}".encode()),)


def _joined(draft: Draft, url: Template, start: int, end: int, new: str) -> tuple[Step, ...] | None:
    """A change in `"/".join([…])`: elements are dropped, replaced and added, with the separators that go with them."""
    if start == end:
        return _inserted(draft, url, start, new)
    covered = _at(url, start, end)
    gone: dict[Item, list[Piece]] = {}
    for piece, a, b in covered:
        size = len(piece.value) if isinstance(piece, Text) else 1
        if not _element(piece) or (a, b) != (0, size):
            return None
        gone.setdefault(piece.items[0], []).append(piece)
    steps: list[Step] = []
    todo = new
    for item, pieces in gone.items():
        separated = isinstance(pieces[0], Text) and pieces[0].span is None
        value = pieces[1:] if separated else pieces
        if len(value) != 1 or sum(p.items == (item,) for p in url.pieces) != 1 + (item.index > 0):
            return None
        word = todo.removeprefix("/") if separated else todo
        if todo and "/" not in word and (separated or todo != word or item is next(iter(gone))):
            only = value[0]
            if isinstance(only, Text) and only.span is not None and only.exact:
                steps.append(Put(only.span, word.encode()))
            else:
                steps.append(Put(item.span, _literal(draft, item.list, word).encode()))
            todo = ""
        elif separated and not todo:
            steps.append(Drop(item))
        else:
            return None
    return tuple(steps) if not todo else None


def _inserted(draft: Draft, url: Template, offset: int, new: str) -> tuple[Step, ...] | None:
    before, behind = _at(url, offset - 1, offset), _at(url, offset, offset + 1)
    word = new.strip("/")
    if "/" in word or not word:
        return None
    if new.endswith("/") and behind and isinstance(behind[0][0], Hole) and _element(behind[0][0]):
        item = behind[0][0].items[0]
        if before and item.index and before[0][0].items == (item,):  # its separator stands in front of it
            return (Put(_point(item.span, item.span.start), f"{_literal(draft, item.list, word)}, ".encode()),)
    if new.startswith("/") and before and isinstance(before[0][0], Hole) and _element(before[0][0]):
        item = before[0][0].items[0]
        text = f", {_literal(draft, item.list, word)}"
        return (Put(_point(item.span, item.span.end), text.encode()),)
    return None


def _element(piece: Piece) -> bool:
    """Is the piece an element of a join, or a separator in it?"""
    if not piece.items or piece.items[0].list.sep != ",":
        return False
    return piece.fixed and piece.span is None if isinstance(piece, Hole) else True


def _point(span: Span, at: int) -> Span:
    return Span(span.path, at, at)


def _literal(draft: Draft, items: ItemList, value: str) -> str:
    draft.text(items.span)
    return draft.speller("", items).literal(value)


def write_params(draft: Draft, change: Change) -> None:
    """Takes parameters out of `params=…`, and that argument where nothing is left of it."""
    gone: dict[ItemList, set[int]] = {}
    for name in change.drop_params:
        for param in draft.request.params:
            if param.name != name:
                continue
            if param.item is None:
                raise Unwritable(f"the query parameter {name} cannot be taken out of the call")
            gone.setdefault(param.item.list, set()).add(param.item.index)
            draft.steps.append(Drop(param.item))
    slot = draft.request.slot("params")
    for items, indexes in gone.items():
        if slot is None or len(indexes) < len(items.items) or items.span not in slot.span:
            continue
        argument = draft.argument(slot)
        if argument is not None:  # `params={}` would be left: the whole argument goes.
            draft.steps = [s for s in draft.steps if not (isinstance(s, Drop) and s.item.list == items)]
            draft.steps.append(Drop(argument))

"""Writes the JSON body of a call: edits the dict where it stands, or prints it anew as an argument. Knows no API."""

from __future__ import annotations

import re

from v2migrate.languages.python.write_call import JSON, Draft, keyword_of
from v2migrate.languages.python.write_spelling import Speller, Unwritable, arguments, find_open, is_name, scope_of
from v2migrate.regex import regex
from v2migrate.request import Array, Body, Entry, Object, Scalar, Slot, Value, walk_entries
from v2migrate.source import Add, Drop, Item, ItemList, Put, Span
from v2migrate.template import Text

_BASE = regex(r"^https?://[^/]*(/api(/v[\d.]+)?/?)?")
_DUMPS = regex(r"(?:[\w.]+\.)?dumps\(\s*")


def write_body(draft: Draft, new: Object) -> None:
    """Makes `new` the JSON body of the call of `draft`."""
    old = draft.request.body
    if old is not None and old.encoding == "multipart":
        raise Unwritable("the body is sent as multipart")
    if old is not None and (old.encoding not in ("json", "form") or not isinstance(old.value, Object)):
        raise Unwritable("the body of the request is not seen")
    if old is None or not isinstance(old.value, Object) or not _in_call(draft, old.value):
        _one_endpoint(draft)
    slot = draft.request.slot("json") or draft.request.slot("data")
    if old is None or slot is None:
        if old is not None and old.encoding == "form":
            raise Unwritable("the form fields of the call cannot be edited")
        if old is not None and _editable(draft, old.value):
            draft.typed = not old.typed
            _in_place(draft, old, new)
        elif new.entries and old is None:
            _anew(draft, slot, new)
        elif old is not None and old.value != new:
            raise Unwritable("the body of the request cannot be edited")
        return
    assert isinstance(old.value, Object)
    unchanged = new.entries == old.value.entries and not old.value.open
    if unchanged and _convert(draft, slot, old):
        return
    if _editable(draft, old.value) and _same_shape(old.value, new) and _convert(draft, slot, old):
        _in_place(draft, old, new)
    else:
        _anew(draft, slot, new)


def _in_call(draft: Draft, value: Object) -> bool:
    """True where the whole body is written in the call site itself, so that editing it there touches no other call."""
    return value.list is not None and value.list.span in draft.request.span


def _one_endpoint(draft: Draft) -> None:
    """Raises Unwritable where the body goes into a helper function that sends to whatever path its callers name."""
    wrapper = draft.request.wrapper
    start = draft.slot("args").scope.rpartition("@")[2]
    if wrapper is None:
        return
    for piece in draft.request.url.pieces:
        if not isinstance(piece, Text) or "/" not in _BASE.sub("", piece.value):
            continue
        span = piece.span
        if span is None or span.path != wrapper.path or not start.isdigit() or not int(start) <= span.start <= wrapper.end:
            raise Unwritable("the body is sent by a helper function that other calls use for other paths")


def _editable(draft: Draft, value: Value | None) -> bool:
    """True for a dict display (or a `dict()` call) whose entries can be edited where they stand."""
    if not isinstance(value, Object) or value.list is None or value.list.span.path != draft.source.path:
        return False
    return draft.before(value.list.span.start) in ("(", "{")


def _same_shape(old: Value | None, new: Object) -> bool:
    """True where each kept object can be edited in place (form fields such as `a[b]` cannot: they have to be nested)."""
    if not isinstance(old, Object) or old.list is None:
        return False
    for entry in new.entries:
        before = _partner(old, entry)
        if before is None:
            if any(e.item is not None and e.item.list == old.list for _, e in walk_entries(entry.value)):
                return False  # a field of this list moves into a nested object
        elif (
            before.value != entry.value
            and isinstance(before.value, Object)
            and isinstance(entry.value, Object)
            and before.value.span is None
        ) or (isinstance(entry.value, Object) and entry.value.list is None and entry.value.span is None):
            return False
    return True


def _partner(old: Object, entry: Entry) -> Entry | None:
    """The entry of `old` that `entry` was made from."""
    if entry.item is None or old.list is None or entry.item.list != old.list:
        return None
    return next((e for e in old.entries if e.item == entry.item), None)


# --- in place -------------------------------------------------------------------------------------------------------


def _in_place(draft: Draft, old: Body, new: Object) -> None:
    assert isinstance(old.value, Object)
    _edit(draft, old.value, new)


def _edit(draft: Draft, old: Object, new: Object) -> None:
    items = old.list
    assert items is not None
    bracket = draft.before(items.span.start)
    slot = draft.request.slot("json") or draft.request.slot("data") or draft.slot("args")
    scope = slot.scope if items.span in slot.span else scope_of(old.entries, slot.scope)
    kept: set[Item] = set()
    for entry in new.entries:
        before = _partner(old, entry)
        if before is None:
            first = not kept and not old.open
            draft.steps.append(Add(items, _entry(draft, entry, items, bracket, scope).encode(), first))
            continue
        assert before.item is not None
        kept.add(before.item)
        if before.key != entry.key:
            _rename(draft, before, entry.key, bracket)
        if before.value != entry.value:
            _change(draft, before.value, entry.value, items, scope)
    for entry in old.entries:
        if entry.item is None:
            raise Unwritable(f"{entry.key} cannot be taken out of the body")
        if entry.item not in kept:
            draft.steps.append(Drop(entry.item))


def _entry(draft: Draft, entry: Entry, items: ItemList, bracket: str, scope: str) -> str:
    spell = draft.speller(scope, items)
    draft.visible(items.span.start, _sources(entry.value), entry.key)
    indent = draft.indent(items.items[0].start if items.items else items.span.start)
    value = _spell(draft, spell, entry.value, indent, len(entry.key) + 4, items.span.start)
    return spell.pair(bracket, entry.key, value)


def _rename(draft: Draft, entry: Entry, key: str, bracket: str) -> None:
    if entry.key_span is None:
        raise Unwritable(f"the name {entry.key} cannot be edited in the body")
    if not (is_name(key) if bracket == "(" else re.fullmatch(r"[^\"'\\\x00-\x1f{}]+", key)):
        raise Unwritable(f"the name {key} cannot be written in the body")
    draft.steps.append(Put(entry.key_span, key.encode()))


def _change(draft: Draft, old: Value, new: Value, items: ItemList, scope: str) -> None:
    if isinstance(old, Object) and isinstance(new, Object) and _editable(draft, old):
        _edit(draft, old, new)
        return
    span = old.span
    if span is None or span.path != draft.source.path:
        raise Unwritable("a value of the body cannot be edited")
    if isinstance(old, Object) and (old.open or b"#" in draft.source.data[span.start : span.end]):
        raise Unwritable("a part of the body cannot be written anew")
    draft.visible(items.span.start, _sources(new), "the body")
    text = _spell(draft, draft.speller(scope, items), new, draft.indent(span.start), 0, span.start)
    draft.steps.append(Put(span, text.encode()))


def _sources(value: Value) -> str:
    """The source of all that a value is made of, for its names."""
    if isinstance(value, Scalar):
        holes = value.template.holes if value.template is not None else ()
        return " ".join([h.expr for h in holes] or ([value.source] if value.kind == "expr" else []))
    if isinstance(value, Array):
        return value.source or " ".join(_sources(v) for v in value.items)
    return " ".join(_sources(e.value) for e in value.entries)


# --- the argument ---------------------------------------------------------------------------------------------------


def _convert(draft: Draft, slot: Slot, old: Body) -> bool:
    """Turns the argument that holds the old body into one that is sent as JSON; False where it must be printed anew."""
    text = draft.text(slot.span)
    name, client = keyword_of(text), draft.request.client
    if old.encoding == "form":
        value = old.value
        assert isinstance(value, Object)
        if name not in ("data", "") or client not in JSON:
            return False
        _no_content_type(draft)
        rest = text[text.index("=") + 1 :].lstrip() if name else text
        if not (rest.isidentifier() or (value.span is not None and slot.span.end == value.span.end)):
            return False
        if not name:
            _no_positional_behind(draft, slot)
        new = b"json" if name else b"json="
        draft.steps.append(Put(Span(slot.span.path, slot.span.start, slot.span.start + len(name)), new))
        return True
    if old.typed or name == "json":
        return True
    argument = _dumped(text)
    if argument is None or client not in JSON or name != "data":
        draft.typed = True
        return True
    start, end = argument
    first = slot.span.start + len(text[:start].encode())
    last = slot.span.start + len(text[:end].encode())
    draft.steps.append(Put(Span(slot.span.path, slot.span.start, first), b"json="))
    draft.steps.append(Put(Span(slot.span.path, last, slot.span.end), b""))
    return True


def _dumped(text: str) -> tuple[int, int] | None:
    """Where the one argument stands in `data=json.dumps(X)`; None for any other form."""
    at = text.index("=") + 1 if keyword_of(text) else 0
    blank = len(text[at:]) - len(text[at:].lstrip())
    found = _DUMPS.match(text, at + blank)
    if found is None:
        return None
    close = text.rfind(")")
    tail = re.search(r"\)\s*\.encode\([^()]*\)\s*$", text)
    close = tail.start() if tail else close
    parts = arguments(text[found.end() : close])
    if parts is None or len([p for p in parts if p.strip()]) != 1:
        return None
    return found.end(), found.end() + len(parts[0].rstrip())


def _no_content_type(draft: Draft) -> None:
    for header in draft.request.headers:
        if header.name.lower() == "content-type" and "json" not in header.value.show():
            raise Unwritable("the call sets a Content-Type of its own")


def _anew(draft: Draft, slot: Slot | None, new: Object) -> None:
    """Prints the whole body as an argument: in the place of the old one, or as a new one."""
    client = draft.request.client
    before = draft.request.body
    if find_open(new) or (before is not None and before.value is not None and find_open(before.value)):
        raise Unwritable("a part of the body is not seen")
    _no_content_type(draft)
    scope = (slot or draft.slot("args")).scope
    old = draft.request.body
    spell = draft.speller(scope)
    place = slot.span.start if slot is not None else draft.slot("args").span.end
    text = draft.text(slot.span) if slot is not None else ""
    if "#" in re.sub(r"([\"'])(?:(?!\1)[^\\\n]|\\.)*\1", "", text):
        raise Unwritable("a comment stands in the body")
    body = _spell(draft, spell, new, draft.indent(place), 5, place)
    typed = old is not None and old.typed
    if client in JSON:
        name, value = "json", body
    elif client in ("urllib", "urllib.request", "urllib2"):
        _import_json(draft)
        draft.typed = not typed
        name, value = "data", f"json.dumps({body}).encode()"
    elif client == "urllib3":
        _import_json(draft)
        draft.typed = not typed
        name, value = "body", f"json.dumps({body})"
    else:
        raise Unwritable(f"how {client} sends JSON is not known")
    if slot is None:
        draft.new[name] = value
        return
    if not keyword_of(text) and client not in JSON:
        draft.steps.append(Put(slot.span, value.encode()))
        return
    _no_positional_behind(draft, slot)
    draft.steps.append(Put(slot.span, f"{name}={value}".encode()))


def _no_positional_behind(draft: Draft, slot: Slot) -> None:
    args = slot.list or draft.slot("args").list
    for span in args.items if args is not None else ():
        if span.start >= slot.span.end:
            text = draft.text(span)
            if not keyword_of(text) and not text.startswith("**"):
                raise Unwritable("arguments without a name stand behind the body")


def _spell(draft: Draft, spell: Speller, value: Value, indent: str, used: int, place: int) -> str:
    step = "\t" if "\t" in indent else "    "
    return spell.value(value, indent, step, draft.newline(place), used)


def _import_json(draft: Draft) -> None:
    from v2migrate.languages.python.write_added_imports import import_module

    import_module(draft, "json")

"""A client's command line given as words that another language put together (Python's `subprocess.run(["curl", …])`).

Knows the options of curl, wget and HTTPie; no shell syntax, and not where the words came from.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from v2migrate.languages.shell import clients, json_text
from v2migrate.languages.shell.argv import Word
from v2migrate.languages.shell.clients import Call, Value
from v2migrate.languages.shell.code import Code
from v2migrate.languages.shell.reaching import Where
from v2migrate.languages.shell.unit import look
from v2migrate.languages.shell.values import Values
from v2migrate.records import dataclass
from v2migrate.request import Body, Entry, Header, Object, Param, Scalar, nest
from v2migrate.source import Span
from v2migrate.template import Hole, Template

_SENDS = ("data", "raw", "urlencode", "json", "form", "post", "file", "item-string", "item-json", "item-file")


class _Given(Word):
    """A word whose value is known from elsewhere."""

    @property
    def raw(self) -> str:
        return self.bound.show() if self.bound is not None else ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One call of a client. `urls` are (number of the word, offset in it); `data` the numbers of the words that are sent.

    `fails`: an HTTP error ends the program. `written`: the answer goes into a file. `plain`: every option was understood.
    """

    client: str
    method: str | None
    urls: tuple[tuple[int, int], ...]
    headers: tuple[tuple[int, Header], ...] = ()
    params: tuple[Param, ...] = ()
    body: Body | None = None
    data: tuple[int, ...] = ()
    user: Template | None = None
    fails: bool = False
    written: bool = False
    gaps: tuple[str, ...] = ()


def spoken(words: Sequence[Template], read: Callable[[Span], str]) -> list[Spoken]:
    """What the words, a client's name first, ask for; empty where the first word is no client that we know."""
    unit = look(Code("", b"", [], []))
    where = Where(unit, 0, (), "")
    values = Values(where)
    argv: list[Word] = [_Given(unit, 0, 0, where, False, w, _lone(w)) for w in words]
    if not argv or clients.find_client(values, argv[:1]) != 0:
        return []
    return [_spoken(values, call, read) for call in clients.parse(values, argv, 0)]


def _lone(word: Template) -> bool:
    return len(word.pieces) == 1 and isinstance(word.pieces[0], Hole)


def _spoken(values: Values, call: Call, read: Callable[[Span], str]) -> Spoken:
    gaps = list(call.gaps)
    headers: list[tuple[int, Header]] = []
    for name, value in call.all("header", "item-header", "bearer"):
        text = value.get(values)
        parts = (
            ("Authorization", text)
            if name == "bearer"
            else clients.item_parts(text)
            if name == "item-header"
            else clients.header_of(text)
        )
        if parts is None:
            gaps.append(f"a header is written as {value.word.raw}")
        else:
            headers.append((value.last, Header(*parts, next(iter(text.spans), None))))
    sends = call.all(*_SENDS)
    params = [Param(key.flat, v) for name, value in call.all("query") for key, v in clients.fields_of(value.get(values))]
    params += [Param(*clients.item_parts(value.get(values))) for _, value in call.all("item-query")]
    body: Body | None = None
    if "get" in call.flags:
        params += [Param(key.flat, v) for _, value in sends for key, v in clients.fields_of(value.get(values))]
    elif sends or call.all("upload"):
        body = _body(values, sends, any(h.name.lower() == "content-type" and "json" in h.value.flat for _, h in headers), read)
    if call.all("config"):
        gaps.append("a file gives further options")
    user = call.last("user")
    return Spoken(
        call.client,
        _method(values, call, bool(sends), gaps),
        tuple((url.last, url.offset) for url in call.urls),
        tuple(headers),
        tuple(params),
        body,
        tuple(value.last for _, value in sends),
        user.get(values) if user is not None else None,
        "fail" in call.flags or call.client == "wget",
        bool(call.all("output")) or bool(call.flags & {"remote", "remote-header"}) or call.client == "wget",
        tuple(gaps),
    )


def _method(values: Values, call: Call, sends: bool, gaps: list[str]) -> str | None:
    given = call.last("method")
    if given is not None:
        value = given.get(values)
        if value.constant and re.fullmatch(r"[A-Za-z]+", value.flat):
            return value.flat.upper()
        gaps.append("the HTTP method is not seen")
        return None
    if "head" in call.flags:
        return "HEAD"
    if call.all("upload"):
        return "PUT"
    return "POST" if sends and "get" not in call.flags else "GET"


def _body(values: Values, sends: Sequence[tuple[str, Value]], typed: bool, read: Callable[[Span], str]) -> Body:
    kinds = {kind for kind, _ in sends}
    typed = typed or "json" in kinds
    if not sends or kinds & {"form", "file", "item-file"}:
        return Body("multipart" if "form" in kinds else "unknown", None)
    texts = [value.get(values) for _, value in sends]
    if kinds <= {"item-string", "item-json"}:
        parts = [clients.item_parts(t) for t in texts]
        return Body("json", Object(tuple(Entry(k, Scalar("string", "", v)) for k, v in parts)), None, True)
    first = texts[0].flat.lstrip()
    if len(texts) == 1 and (first[:1] in ("{", "[") or typed):
        try:
            return Body("json", json_text.parse(texts[0], read, editable=False), None, typed)
        except json_text.NotJson:
            return Body("unknown", None, None, typed)
    if any(t.flat[:1] in ("@", "{") or _lone(t) for t in texts):
        return Body("unknown", None, None, typed)
    fields = [Entry(key.flat, Scalar("string", "", v)) for t in texts if t.flat for key, v in clients.fields_of(t)]
    return Body("form", Object(nest(fields)), None, typed)

"""What is added to a call: its arguments, its headers, an import. Knows the HTTP clients' call forms, no API."""

from __future__ import annotations

import re

from v2migrate.languages.python.write_spelling import Speller, Unwritable, arguments, primary
from v2migrate.records import dataclass, field
from v2migrate.regex import regex
from v2migrate.request import Header, Request, Slot
from v2migrate.source import Add, Item, ItemList, Put, Region, Source, Span, Step

# Clients whose calls take `headers=`; urllib does so through a Request object.
_HEADERS = ("requests", "httpx", "aiohttp", "urllib3", "http.client", "unknown client", "unknown", "")
JSON = ("requests", "httpx", "aiohttp")
_URLLIB = ("urllib", "urllib.request", "urllib2")
# Text that may give NAME a value: an assignment (also to several names), a loop, a `with`, an import, a walrus.
_BOUND = "|".join(
    (
        r"(?<![\w.])NAME\b\s*(?::[^=\n(){}]*)?(?:[-+*/|&%]|//|\*\*)?=(?!=)",
        r"\b(?:as|for|import)\s[^\n]*\bNAME\b",
        r"(?<![\w.])NAME\s*:=",
        r"^[^\n=()]*(?<![\w.])NAME\s*,[^\n=()]*=(?!=)",
        r",\s*NAME\s*=(?!=)",
    )
)
_NAMES = regex(r"(?<![\w.\"'])[^\W\d]\w*")


@dataclass(slots=True)
class Draft:
    """One change on its way: the steps so far, and what is still to be added to the call."""

    source: Source
    region: Region
    request: Request
    steps: list[Step] = field(default_factory=list)
    new: dict[str, str] = field(default_factory=dict)
    """New keyword arguments by name, in order."""
    typed: bool = False
    """A JSON content type is to be added to the headers."""

    # --- reading the file ---

    def text(self, span: Span) -> str:
        """The text of `span`; raises Unwritable where it is in another file."""
        if span.path != self.source.path:
            raise Unwritable("a part of the call is in another file")
        return self.source.text(span)

    def before(self, offset: int) -> str:
        """The character before a byte offset."""
        return self.source.data[max(offset - 1, 0) : offset].decode("utf-8", "replace")

    def line_start(self, offset: int) -> int:
        """The offset where the line of `offset` starts."""
        data = self.source.data
        return max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1

    def indent(self, offset: int) -> str:
        """The indentation of the line of `offset`."""
        line = self.source.data[self.line_start(offset) : offset].decode("utf-8", "replace")
        return line[: len(line) - len(line.lstrip(" \t"))]

    def newline(self, offset: int) -> str:
        """The newline that the line of `offset` ends with; the file's where it has none."""
        data = self.source.data
        at = data.find(b"\n", offset)
        if at < 0:
            return self.source.newline.decode()
        return "\r\n" if data[at - 1 : at] == b"\r" else "\n"

    # --- quotes ---

    @property
    def quote(self) -> str:
        """The quote character of the URL's literal, else the one that the file uses more."""
        for piece in self.request.url.pieces:
            if piece.span is None or piece.span.path != self.source.path:
                continue
            before = self.before(piece.span.start)
            if before in ('"', "'"):
                return self._allowed(before)
        slot = self.request.slot("url")
        found = re.search("[\"']", self.text(slot.span)) if slot and slot.span.path == self.source.path else None
        if found:
            return self._allowed(found[0])
        data = self.source.data
        return self._allowed("'" if data.count(b"'") > data.count(b'"') else '"')

    def quote_in(self, items: ItemList | None) -> str:
        """The quote character of the first item of a list that starts with one, else `quote`."""
        for span in items.items if items is not None and items.span.path == self.source.path else ():
            char = self.source.data[span.start : span.start + 1].decode("utf-8", "replace")
            if char in ('"', "'"):
                return self._allowed(char)
        return self.quote

    def _allowed(self, quote: str) -> str:
        other = "'" if quote == '"' else '"'
        return (
            other if quote.encode() in self.region.forbidden and other.encode() not in self.region.forbidden else quote
        )

    def speller(self, scope: str, items: ItemList | None = None) -> Speller:
        """How values are spelled in `items` or, without, as arguments of the call."""
        if items is None:
            return Speller(self.quote, scope)
        return Speller(self.quote_in(items), scope, items.span.start)

    # --- the call ---

    def slot(self, name: str) -> Slot:
        """The slot `name`; raises Unwritable where the call has none."""
        found = self.request.slot(name)
        if found is None:
            raise Unwritable("the arguments of the call are not seen")
        return found

    def argument(self, slot: Slot) -> Item | None:
        """The argument of the call that `slot` is or lies in."""
        args = slot.list or (self.request.slots and self.slot("args").list)
        if not args:
            return None
        return next((Item(args, i) for i, span in enumerate(args.items) if slot.span in span), None)

    def visible(self, place: int, names: str, what: str) -> None:
        """Raises Unwritable if `names` (source text) may get another value between `place` and the call."""
        call = self.slot("args").span
        if call.path != self.source.path or place >= call.start:
            return
        between = self.source.data[place : call.start].decode("utf-8", "replace")
        for name in set(_NAMES.findall(names)):
            if re.search(_BOUND.replace("NAME", name), between, re.MULTILINE):
                raise Unwritable(f"{name} may not be set yet where {what} is written")

    # --- headers ---

    def place(self, headers: tuple[Header, ...]) -> None:
        """Writes `headers`, a content type if one is due, and the new arguments into the call."""
        wanted = [*headers, *self.due(headers)]
        wanted = [h for h in wanted if not self._present(h)]
        if wanted:
            self._headers(wanted)
        if not self.new:
            return
        if self.plain_urlopen:
            self._wrap()
            return
        args = self.slot("args").list
        if args is None:
            raise Unwritable("the arguments of the call cannot be edited")
        texts = [self.text(span).lstrip() for span in args.items]
        if any(t.startswith("**") for t in texts):
            raise Unwritable(f"the call passes ** arguments, which may hold {' and '.join(self.new)}")
        if any(t.startswith("*") for t in texts):
            raise Unwritable("the call passes * arguments")
        if any(re.match(rf"{name}\s*=(?!=)", t) for name in self.new for t in texts):
            raise Unwritable(f"the call has {' and '.join(self.new)} already")
        self.steps += [Add(args, f"{name}={value}".encode()) for name, value in self.new.items()]

    def due(self, headers: tuple[Header, ...] = ()) -> tuple[Header, ...]:
        """The content type that goes with a new body, where `headers` do not say it."""
        said = not self.typed or any(h.name.lower() == "content-type" for h in headers)
        return () if said else (_content_type(),)

    def _present(self, header: Header) -> bool:
        for old in self.request.headers:
            if old.name.lower() == header.name.lower():
                if old.value.show() != header.value.show():
                    raise Unwritable(f"the call has a header {old.name} already")
                return True
        return False

    def _headers(self, headers: list[Header]) -> None:
        client = self.request.client
        if client not in _HEADERS + _URLLIB:
            raise Unwritable(f"how {client} takes headers is not known")
        slot = self.request.slot("headers")
        if slot is None or slot.span.start == slot.span.end:
            if client == "urllib3" and re.search(rb"PoolManager\([^()]*headers", self.source.data):
                raise Unwritable("headers= would replace the headers of the pool")
            if client in _URLLIB and not self.plain_urlopen and not self._func().endswith("Request"):
                raise Unwritable(f"how {self._func()} takes headers is not known")
            spell = self.speller(self.slot("args").scope)
            pairs = ", ".join(spell.pair("{", h.name, spell.template(h.value)) for h in headers)
            self.new["headers"] = "{" + pairs + "}"
        elif slot.list is not None and (added := self._added(slot, slot.list, headers)) is not None:
            self.steps += added
        else:
            self._merge(slot, headers)

    def _added(self, slot: Slot, items: ItemList, headers: list[Header]) -> list[Step] | None:
        """The headers as new entries of a dict display; None where that stands elsewhere and cannot see the values."""
        try:
            bracket, spell = self.before(items.span.start), self.speller(slot.scope, items)
            steps: list[Step] = []
            for header in headers:
                value = spell.template(header.value)
                self.visible(items.span.start, _exprs(header), "the header")
                steps.append(Add(items, spell.pair(bracket, header.name, value).encode()))
            return steps
        except Unwritable:
            if items.span in slot.span:
                raise
            return None

    def _merge(self, slot: Slot, headers: list[Header]) -> None:
        old = self.text(slot.span)
        spell = self.speller(self.slot("args").scope)
        pairs = ", ".join(spell.pair("{", h.name, spell.template(h.value)) for h in headers)
        if old == "None":
            self.steps.append(Put(slot.span, ("{" + pairs + "}").encode()))
            return
        if old.startswith("[") or old.startswith(("*", "lambda")):
            raise Unwritable("the headers are not a dict")
        left, right = "{**", ", " + pairs + "}"
        if _may_be_none(old, self.source):
            left, right = "{**(", " or {})" + right
        elif primary(old) != old:
            left, right = "{**(", ")" + right
        self.steps.append(Put(Span(slot.span.path, slot.span.start, slot.span.start), left.encode()))
        self.steps.append(Put(Span(slot.span.path, slot.span.end, slot.span.end), right.encode()))

    # --- urllib ---

    def _func(self) -> str:
        slot = self.request.slot("func")
        return self.text(slot.span) if slot is not None else ""

    @property
    def plain_urlopen(self) -> bool:
        """True for `urlopen(URL)`: what is added has to go into a Request object around the URL."""
        return self.request.client in _URLLIB and self._func().rpartition(".")[2] == "urlopen"

    def _wrap(self) -> None:
        prefix = self._func().rpartition(".")[0]
        prefix = prefix + "." if prefix else ""
        if not prefix:
            self._import_request()
        url = self.slot("url").span
        if "=" in self.text(url).partition("(")[0].partition("'")[0].partition('"')[0]:
            raise Unwritable("the URL is a keyword argument of urlopen")
        added = "".join(f", {name}={value}" for name, value in self.new.items())
        self.steps.append(Put(Span(url.path, url.start, url.start), f"{prefix}Request(".encode()))
        self.steps.append(Put(Span(url.path, url.end, url.end), f"{added})".encode()))

    def _import_request(self) -> None:
        code = self.source.data.decode("utf-8", "replace")
        blocks = list(re.finditer(r"^[ \t]*from\s+urllib\.request\s+import\s*(\([^)]*\)|[^\n(]*)", code, re.MULTILINE))
        if any(re.search(r"\bRequest\b(?!\s+as\b)", b[1]) for b in blocks):
            return
        if not any(re.search(r"\burlopen\b(?!\s+as\b)", b[1]) for b in blocks) or "urllib2" in code:
            raise Unwritable("where urlopen comes from is not known")
        if re.search(
            r"import\s[^\n]*\bRequest\b|\bclass\s+Request\b|\bas\s+Request\b|^[ \t]*Request\s*[=,]", code, re.MULTILINE
        ):
            raise Unwritable("the name Request is taken")
        from v2migrate.languages.python.write_added_imports import add_import

        add_import(self, "from urllib.request import Request")

    def line_end(self, offset: int) -> int:
        """The offset of the newline of the line of `offset`."""
        data = self.source.data
        at = data.find(b"\n", offset)
        if at < 0:
            return len(data)
        return at - 1 if data[at - 1 : at] == b"\r" and at > offset else at


def keyword_of(text: str) -> str:
    """The name of a keyword argument, empty for a positional one."""
    found = re.match(r"([^\W\d]\w*)\s*=(?!=)", text)
    return found[1] if found else ""


def _exprs(header: Header) -> str:
    return " ".join(h.expr for h in header.value.holes)


def _content_type() -> Header:
    from v2migrate.template import text

    return Header("Content-Type", text("application/json"))


def _may_be_none(expr: str, source: Source) -> bool:
    """True where the headers may be None as far as this file shows: a parameter's default, an Optional, a `.get()`."""
    if re.search(r"\.get\([^()]*\)$", expr) and len(arguments(expr[expr.rfind("(") + 1 : -1]) or []) < 2:
        return True
    if not expr.isidentifier():
        return False
    code = source.data.decode("utf-8", "replace")
    return bool(
        re.search(
            rf"\b{expr}\s*(?::[^=,()\n]*)?=\s*None\b|\b{expr}\s*:\s*(?:\w+\.)?Optional\b|\b{expr}\s*:[^=,()\n]*\|\s*None\b",
            code,
        )
    )

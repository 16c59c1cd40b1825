"""A new body written into the call: edited where the old one stands, or in the place of its words. Knows no rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v2migrate.languages.shell.json_write import entry, to_json
from v2migrate.languages.shell.quoting import spell
from v2migrate.languages.shell.spelling import Refused, Speller
from v2migrate.regex import regex
from v2migrate.request import Body, Change, Entry, Object, Request, Scalar, Slot, Value
from v2migrate.source import Add, Drop, Item, Put, Region, Source, Span, Step
from v2migrate.template import Template, Text, text

_KEY = regex(r"[A-Za-z0-9_-]+\Z")
_RESERVED = ("and", "or", "not", "if", "then", "elif", "else", "end", "as", "def", "reduce", "foreach", "try", "catch", "label",
             "import", "include", "ENV", "__loc__")  # fmt: skip
_TYPE = "Content-Type"


class BodyWriter(Speller):
    """Writes the body of `change`; further options that it takes are collected in `options`."""

    def __init__(self, source: Source, region: Region, request: Request, change: Change) -> None:
        super().__init__(source, region, request)
        self.change = change
        self.args: dict[str, str] = {}
        """New `--arg`s of the jq that builds the body."""

    def body(self) -> list[Step]:
        new, old = self.change.body, self.request.body
        if new is None:
            return []
        if old is not None and (old.encoding == "multipart" or old.value is None or not isinstance(old.value, Object)):
            raise Refused("the body is a form with files" if old.encoding == "multipart" else "the body is not seen")
        self.rounds(old, new)
        if old is not None and old.typed and old.encoding == "json" and old.value is not None \
                and to_json(new) == to_json(old.value):
            return []
        slots = [s for s in self.request.slots if s.name.startswith("body:")]
        style = slots[0].name[5:] if slots else ""
        if style == "jq" and (new.list is None or old is None or not isinstance(old.value, Object) or new.list != old.value.list):
            raise Refused("the body is built by jq and cannot be edited there")
        if old is not None and isinstance(old.value, Object) and old.encoding == "json" and style and new.list is not None \
                and new.list == old.value.list:
            steps = [*self.typed(old), *self.edited(old.value, new, style)]
            place = next((s for s in self.request.slots if s.name.startswith("jq-args:")), None)
            if self.args and place is not None:
                steps.append(Put(place.span, "".join(f" --arg {k} {v}" for k, v in self.args.items()).encode()))
            return steps
        if self.request.wrapper is not None:
            raise Refused("the body is made in a function that other calls share")
        if self.request.client == "httpie":
            return self.items(new, slots)
        if old is None and not new.entries:
            return []
        self.plain(new)
        content = to_json(new, self.compact)
        if content is None:
            raise Refused("a value of the body cannot be written as JSON")
        if content.constant:
            words = self._constant(content)
        elif self.request.slot("jq") is not None and not self.compact and self.request.slot("backticks") is None:
            program = ", ".join(self.jq(e.key, e.value) for e in new.entries).replace("'", "'\\''")
            args = "".join(f" --arg {name} {value}" for name, value in self.args.items())
            words = f'"$(jq -n{args} \'{{{program}}}\')"'
        else:
            words = self.word(content)
        return self.replaced(words, old, slots)

    def rounds(self, old: Body | None, new: Object) -> None:
        """Refuse a loop whose rounds would all send the same."""
        before = set(_holes(old.value)) if old is not None else set()
        after = {*_holes(new), *(h.expr for h in self.request.url.holes)}
        for slot in self.request.slots:
            if slot.name.startswith("loop:"):
                name = {f"${slot.name[5:]}", f"${{{slot.name[5:]}}}"}
                if name & before and not name & after:
                    raise Refused(f"each round of the loop sends its own ${slot.name[5:]}, which has no place in the new call")

    def _constant(self, content: Template) -> str:
        for style in ("single", "double"):
            spelled = spell(content, style)
            if spelled is not None and not any(bad in spelled.encode() for bad in self.region.forbidden):
                return spelled
        raise Refused("the body needs quotes that this place cannot hold")

    def plain(self, value: Value) -> None:
        """Refuse objects of which parts were not seen."""
        if isinstance(value, Object):
            if value.open:
                raise Refused("parts of the body were not seen")
            for e in value.entries:
                self.plain(e.value)

    def typed(self, old: Body | None) -> list[Step]:
        """The header that says JSON, where none does."""
        if old is not None and old.typed:
            return []
        if any(h.name.lower() == _TYPE.lower() and "json" not in h.value.flat.lower() for h in self.request.headers):
            raise Refused("the call says that its body is no JSON")
        if any(h.name.lower() == _TYPE.lower() for h in self.request.headers):
            return []
        self.options.append(self.header(_TYPE, text("application/json")))
        return []

    def replaced(self, word: str, old: Body | None, slots: list[Slot]) -> list[Step]:
        """The new body in the place of the old one's words."""
        client = self.request.client
        self.typed(old)
        if client not in ("curl", "wget"):
            raise Refused(f"{client} takes no body")
        if not slots:
            if old is not None:
                raise Refused("the body is not written in the call")
            self.options.append(f"-d {word}" if client == "curl" else f"--body-data={word}")
            return []
        steps: list[Step] = []
        for number, slot in enumerate(slots):
            raw = self.seen(slot.span)
            if slot.span.path != self.source.path or slot.list is None:
                raise Refused("the command stands in another file")
            if b"@-" in raw or b"@/dev/stdin" in raw:
                raise Refused("the body comes from the standard input")
            if number:
                steps.append(Drop(Item(slot.list, slot.list.items.index(slot.span))))
                continue
            found = re.match(rb"(--json|--data|-d)(?=\s)|--(post|body)-data=?", raw)
            option = found[0].decode() if found else "-d"
            steps.append(Put(slot.span, f"{option}{'' if option.endswith('=') else ' '}{word}".encode()))
        return steps

    def items(self, new: Object, slots: list[Slot]) -> list[Step]:
        """HTTPie's `key=value` words."""
        old = self.request.body
        if old is not None and old.encoding != "json":
            raise Refused("the body is a form")
        before = {e.item: e for e in old.value.entries if e.item} if old is not None and isinstance(old.value, Object) else {}
        kept, words = set(), []
        for e in new.entries:
            if e.item in before and before[e.item] == e and e.item is not None:
                kept.add(e.item.span)
                continue
            content = to_json(e.value, self.compact)
            plain = e.value.template if isinstance(e.value, Scalar) and e.value.kind == "string" else None
            if plain is not None and _KEY.match(e.key):
                words.append(self.word(Template((Text(f"{e.key}="), *plain.pieces))))
            elif content is not None and _KEY.match(e.key):
                words.append(self.word(Template((Text(f"{e.key}:="), *content.pieces))))
            else:
                raise Refused("a value of the body cannot be written as JSON")
        if not slots:
            self.options += words
            return []
        steps: list[Step] = []
        gone = [s for s in slots if s.span not in kept]
        if words and gone:
            steps.append(Put(gone.pop(0).span, " ".join(words).encode()))
        elif words:
            end = slots[-1].span.end
            steps.append(Put(Span(slots[-1].span.path, end, end), "".join(f" {w}" for w in words).encode()))
        for slot in gone:
            assert slot.list is not None
            steps.append(Drop(Item(slot.list, slot.list.items.index(slot.span))))
        return steps

    def edited(self, old: Object, new: Object, style: str) -> list[Step]:
        """The old JSON text made into the new one: keys renamed, members dropped and added, the rest left as it is."""
        if old.list is None:
            raise Refused("the body cannot be edited here")
        steps: list[Step] = []
        mine = {e.item.index: e for e in old.entries if e.item is not None and e.item.list == old.list}
        kept: set[int] = set()
        for e in new.entries:
            before = mine.get(e.item.index) if e.item is not None and e.item.list == old.list else None
            if before is None or before.item is None or before.item.index in kept:
                steps.append(Add(old.list, self.member(e, style)))
                continue
            kept.add(before.item.index)
            steps += self._kept(before, e, style)
        steps += [Drop(e.item) for i, e in mine.items() if i not in kept and e.item is not None]
        return steps

    def _kept(self, before: Entry, after: Entry, style: str) -> list[Step]:
        steps: list[Step] = []
        if before.key != after.key:
            if before.key_span is None or not _KEY.match(after.key):
                raise Refused(f"the key {before.key} cannot be renamed here")
            steps.append(Put(before.key_span, after.key.encode()))
        if before.value == after.value:
            return steps
        if isinstance(before.value, Object) and isinstance(after.value, Object) and before.value.list is not None \
                and after.value.list == before.value.list:
            return steps + self.edited(before.value, after.value, style)
        content = to_json(after.value, self.compact)
        if content is None or before.value.span is None or (style == "jq" and not content.constant):
            raise Refused(f"the value of {before.key} cannot be written here")
        steps.append(Put(before.value.span, self.spelled(content, style)))
        return steps

    def member(self, new: Entry, style: str) -> bytes:
        """A new member of the old JSON text."""
        if style == "jq":
            return self.jq(new.key, new.value).replace("'", "'\\''").encode()
        content = entry(new.key, new.value, self.compact)
        if content is None:
            raise Refused("a value of the body cannot be written as JSON")
        return self.spelled(content, style)

    def there(self, content: Template) -> None:
        """Refuse values that are not known yet, or not visible, where the body's text is put together."""
        scope = next((s.scope for s in self.request.slots if s.name.startswith("body:")), "")
        later = {s.name[5:] for s in self.request.slots if s.name.startswith("late:")}
        for hole in content.holes:
            if later & set(re.findall(r"\$\{?(\w+)", hole.expr)):
                raise Refused(f"{hole.expr} gets its value only after the body is put together")
            if hole.scope not in ("", scope):
                raise Refused(f"{hole.expr} is not visible where the body is put together")

    def jq(self, key: str, value: Value) -> str:
        """A member of an object in a jq program; a value of the shell's comes in by `--arg`."""
        if isinstance(value, Object):
            return f'"{key}": {{' + ", ".join(self.jq(e.key, e.value) for e in value.entries) + "}"
        if not isinstance(value, Scalar) or value.template is None or value.template.constant:
            content = entry(key, value)
            if content is None or not content.constant:
                raise Refused("a value of the body cannot be written in jq")
            return content.flat
        slot = next((s for s in self.request.slots if s.name.startswith("jq-args:")), None)
        taken = {*(slot.name[8:].split(",") if slot is not None else ()), *self.args}
        name = re.sub(r"\W", "_", key)
        name = name if name not in (*taken, *_RESERVED) and not name[0].isdigit() else f"{name}_value"
        if name in taken or value.kind != "string":
            raise Refused("a value of the body cannot be written in jq")
        self.visible(value.template)
        self.there(value.template)
        spelt = spell(value.template, "double")
        if spelt is None:
            raise Refused("a value of the body cannot be written in jq")
        self.args[name] = spelt
        return f'"{key}": ${name}'

    def spelled(self, content: Template, style: str) -> bytes:
        self.visible(content)
        self.there(content)
        inner = spell(content, {"single": "in-single", "jq": "in-single", "double": "in-double"}.get(style, style))
        if inner is None:
            raise Refused("a value cannot be written in the quotes of the body")
        return inner.encode()


def _holes(value: Value | None) -> Iterator[str]:
    """The sources of all holes in a body."""
    if isinstance(value, Scalar):
        yield from (h.expr for h in value.template.holes) if value.template is not None else (value.source,)
    elif value is not None:
        for inner in [e.value for e in value.entries] if isinstance(value, Object) else value.items:
            yield from _holes(inner)

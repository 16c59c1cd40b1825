"""How new text is spelled at one call: quotes, the host's escapes, what the place cannot hold. Knows no rule and no body."""

from __future__ import annotations

import re

from v2migrate.languages.shell.code import make, seen, spelled
from v2migrate.languages.shell.masked import references
from v2migrate.languages.shell.quoting import LOST, spell
from v2migrate.languages.shell.reaching import SCRIPT
from v2migrate.records import replace
from v2migrate.request import Request
from v2migrate.source import Add, Put, Region, Source, Span
from v2migrate.template import Template, Text

_CONTINUED = ("makefile", "dockerfile")
"""Hosts whose lines go on behind a backslash as the shell's do."""


class Refused(Exception):
    """Why a change cannot be written."""


class Speller:
    """Spells text for the call `request` in `region`. `compact`: no blank behind a colon; `folded`: no new lines."""

    def __init__(self, source: Source, region: Region, request: Request) -> None:
        self.source, self.region, self.request = source, region, request
        self.compact = b": " in region.forbidden
        self.folded = b"\n" in region.forbidden and region.host not in _CONTINUED
        self.options: list[str] = []
        """Words to be put in behind the client's name."""

    def allowed(self, step: Put | Add) -> Put | Add:
        """The step as the host spells it. Refuses text that the host cannot hold."""
        new, span = (step.new, step.span) if isinstance(step, Put) else (step.text, step.list.span)
        within = span in self.request.span
        if within and self.request.slot("backticks") is not None and (b"\\" in new.replace(b" \\\n", b"") or b"`" in new):
            raise Refused("the call stands in backticks, where a backslash means something else")
        if any(s.name.startswith("placeholder:") and s.name[12:].encode() in new for s in self.request.slots):
            raise Refused("what would be written here holds the text that xargs replaces")
        if span.path != self.source.path or not self.inside(span):
            return step
        continued = re.sub(rb" \\\r?\n" + self.region.indent, b" ", new) if self.region.host in _CONTINUED else new
        for bad in self.region.forbidden:
            if bad in continued:
                raise Refused(f"what would be written here holds {bad.decode('utf-8', 'replace')!r}")
            if isinstance(step, Put) and len(bad) > 1:
                around = self.source.data[max(span.start - len(bad) + 1, 0) : span.start] + new + self.source.data[
                    span.end : span.end + len(bad) - 1]
                if bad in around and bad not in self.source.data[max(span.start - len(bad) + 1, 0) : span.end + len(bad) - 1]:
                    raise Refused(f"what would be written here holds {bad.decode('utf-8', 'replace')!r}")
        new = spelled(self.source, self.region, new, references(make(self.source, self.region)) if self.region.names else ())
        return replace(step, new=new) if isinstance(step, Put) else replace(step, text=new)

    def inside(self, span: Span) -> bool:
        """True for a place in the code of the region (and not, say, where a make variable is set)."""
        first, last = self.region.ranges[0], self.region.ranges[-1]
        return first[0] <= span.start and span.end <= last[1]

    def seen(self, span: Span) -> bytes:
        """What stands at a span, as the code has it."""
        return seen(self.source, self.region, span)

    # --- words ------------------------------------------------------------------------------------------------------

    def word(self, value: Template) -> str:
        """A new word for the command line."""
        self.visible(value)
        styles = ["double", "single"] if not value.constant or self._likes_double() else ["single", "double"]
        if self.compact:
            styles = ["bare", *styles]
        for style in [*styles, "bare"]:
            spelled = spell(value, style)
            if spelled is not None and not any(bad in spelled.encode() for bad in self.region.forbidden):
                return spelled
        raise Refused("what would be written here needs quotes that this place cannot hold")

    def _likes_double(self) -> bool:
        slot = self.request.slot("option")
        words = slot.list.items if slot is not None and slot.list is not None else ()
        firsts = [found[0] for s in words if (found := re.search(b"[\"']", self.seen(s)))]
        return firsts.count(b'"') >= firsts.count(b"'")

    def visible(self, value: Template) -> None:
        """Refuse values that cannot be written at the call."""
        slot = self.request.slot("option")
        scope = slot.scope if slot is not None else SCRIPT
        for hole in value.holes:
            if hole.expr == LOST:
                raise Refused("a value that is encoded for the URL has to move, and what it was before was not seen")
            if not hole.expr:
                raise Refused("a value that has to move cannot be written again")
            if hole.scope not in ("", scope):
                raise Refused(f"{hole.expr} is not visible at the call")
            if self.request.wrapper is not None and hole.span is not None and hole.span in self.request.span:
                raise Refused(f"{hole.expr} would have to go into a function that other calls share")

    def header(self, name: str, value: Template) -> str:
        line = Template((Text(f"{name}:" if self.compact or self.request.client == "httpie" else f"{name}: "), *value.pieces))
        word = self.word(line)
        if self.request.client == "curl":
            return f"-H {word}"
        if self.request.client == "wget":
            return f"--header={word}"
        if self.request.client == "httpie":
            return word
        raise Refused(f"{self.request.client} takes no header")

    def inserted(self) -> Put:
        """The new options, laid out as the command is."""
        slot = self.request.slot("option")
        if slot is None or slot.span.path != self.source.path:
            raise Refused("the command stands in another file")
        at = slot.span.end
        found = re.match(rb"[ \t]*\\(\r?\n)([ \t]*)", self.source.data[at : at + 400])
        gap = b" \\" + found[1] + found[2] if found else b" "
        if found and (not found[2].startswith(self.region.indent) or self.folded):
            gap = b" "
        return Put(slot.span, b"".join(gap + option.encode() for option in self.options))

"""What words evaluate to, as far as the code shows: templates whose text stands in the words and in the assignments.

Assignments are taken in the order of the text; what a function does to a variable counts wherever it may have run.
Does not run commands: what a substitution prints is a hole, `echo`, `printf` and `cat <<X` apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from v2migrate.languages.shell.assigning import Assign
from v2migrate.languages.shell.masked import named
from v2migrate.languages.shell.printing import printed
from v2migrate.languages.shell.quoting import LOST
from v2migrate.languages.shell.reaching import SCRIPT, Where, is_local, reaching, reassigned
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.words import (
    Exp,
    Lit,
    Part,
    fixed,
    quoted_span,
    span_of,
    split_default,
    split_word,
    texts,
)
from v2migrate.records import dataclass, field, replace
from v2migrate.regex import regex
from v2migrate.source import Item, ItemList
from v2migrate.template import Hole, Piece, Template, Text

_MAX_DEPTH = 24
_MAX_FOUND = 60
"""Of so many assignments that a place may see no choice is made."""
_BRACE = regex(r"\$\{(?P<name>\w+|[@*#!])(?P<rest>.*)\}\Z", re.S)
_URLISH = regex(r"://|\bapi\b|^/|\bv[123](\.\d)?\b|circleci|[?&=]|%2[fF]")
# Words of an API's paths: a variable that holds one of them is part of the route, not a name of the user's.
_ROUTE = frozenset([
    "latest", "artifacts", "tree", "envvar", "retry", "cancel", "build", "follow", "project", "projects", "me",
    "tests", "ssh-users", "settings", "checkout-key", "workflow", "pipeline", "job", "jobs", "recent-builds",
    "build-cache", "enable", "approve", "rerun",
])
_BEFORE_SLUG = regex(r"/project/(?:(?:github|gh|bitbucket|bb)/)?\Z", re.I)
_SLUG = regex(r"[\w.-]+(?:/[\w.-]+){1,2}")
# Variables that the shell itself changes.
_MOVING = frozenset(["?", "!", "_", "-", "RANDOM", "SECONDS", "LINENO", "PWD", "OLDPWD", "EPOCHSECONDS", "SRANDOM"])
_ENCODES = regex(r"\$\(\s*(echo|printf|jq|url\w*|raw\w*|encode\w*|node|python[\d.]*|perl|ruby|php|sed)\b")
_ENCODERS = regex(r"@uri|url_?-?(en|quote)|quote\(|%2[fF]|uriencode|encodeURI|rawurlencode", re.I)


@dataclass(frozen=True, slots=True)
class Frame:
    """A function call that is looked through: the function's name and the call's arguments, None for an unknown rest."""

    function: str
    args: tuple[Template, ...]
    rest: bool = False


@dataclass(slots=True)
class Values:
    """Evaluates words for one call. `call` is where the call stands; the other fields collect what was met on the way.

    `choices` says which of several assignments to take for a name, `open` how many there are.
    """

    call: Where
    frame: Frame | None = None
    choices: dict[str, int] = field(default_factory=dict)
    open: dict[str, int] = field(default_factory=dict)
    overridable: bool = False
    active: set[tuple[int, int]] = field(default_factory=set)
    known: dict[tuple[object, ...], Template] = field(default_factory=dict)
    """What is known already (`once`)."""

    def word(self, unit: Unit, start: int, end: int, where: Where, *, inline: bool = True) -> Template:
        """The template of a word. `inline`: variables that hold parts of a URL are replaced by what they hold."""
        if (plain := fixed(unit.code, start, end)) is not None:
            return plain
        parts = split_word(unit.code, start, end)
        value = self.join(unit, parts, where, inline=inline)
        return _whole_quotes(unit, start, end, parts, value)

    def once(self, key: tuple[object, ...], make: Callable[[], Template]) -> Template:
        """What `make` gives, worked out once, unless it says more of the call than its value: that is told each time."""
        clean = not (self.open or self.overridable or self.active)
        if clean and key in self.known:
            return self.known[key]
        value = make()
        if clean and not (self.open or self.overridable):
            self.known[key] = value
        return value

    def join(self, unit: Unit, parts: Sequence[Part], where: Where, *, inline: bool = True) -> Template:
        """The template of a row of parts."""
        pieces: list[Piece] = []
        for part in parts:
            if isinstance(part, Lit):
                pieces += texts(unit.code, part)
                continue
            value = self.expand(unit, part, where, inline=inline)
            if inline and len(value.pieces) == 1 and isinstance(value.pieces[0], Hole) and _BEFORE_SLUG.search(_end(pieces)):
                value = self._slug(unit, part, where) or value
            pieces += value.pieces
        return Template(tuple(pieces))

    def _slug(self, unit: Unit, part: Exp, where: Where) -> Template | None:
        """`acme/web` for `$REPO` behind `/github/`: how many segments it has decides what the URL means."""
        before = self.overridable, dict(self.open)
        value = self.expand(unit, part, where, follow=True)
        if value.constant and _SLUG.fullmatch(value.flat) and self.open == before[1] and self.overridable == before[0]:
            return value
        self.overridable, self.open = before
        return None

    def expand(self, unit: Unit, part: Exp, where: Where, *, inline: bool = True, follow: bool = False) -> Template:
        """What an expansion gives. `follow`: its value is wanted whatever it is (a body, a method)."""
        raw = unit.code.read(part.start, part.end)
        span = span_of(unit.code, part)
        if len(self.active) > _MAX_DEPTH or part.kind == "huge":
            return Template((Hole("", span),))
        if part.kind == "mask":
            known, elsewhere = named(unit.code, raw)
            if known is None or not (follow or self._inlined(known, inline)):
                return Template((Hole(raw, span),))
            self.overridable = self.overridable or elsewhere
            return known
        if part.kind == "command":
            return self._command(unit, part, raw, where, follow=follow)
        if part.kind == "arithmetic":
            return Template((Hole(_safe(raw), span),))
        if part.kind == "name":
            return self._variable(unit, raw[1:], part, raw, where, inline=inline, follow=follow)
        return self._brace(unit, part, raw, where, inline=inline, follow=follow)

    # --- ${…} -------------------------------------------------------------------------------------------------------

    def _brace(self, unit: Unit, part: Exp, raw: str, where: Where, *, inline: bool, follow: bool) -> Template:
        found = _BRACE.match(raw)
        span = span_of(unit.code, part)
        if found is None:
            return Template((Hole(_safe(raw), span),))
        name, rest = found["name"], found["rest"]
        if not rest or rest[0] == "?" or rest.startswith(":?"):
            return self._variable(unit, name, part, raw, where, inline=inline, follow=follow)
        operator = next((o for o in (":-", ":=", ":+", "-", "=", "+") if rest.startswith(o)), "")
        if operator in (":-", ":=", "-", "="):
            known = self._variable(unit, name, part, raw, where, inline=True, follow=True)
            if not (len(known.pieces) == 1 and isinstance(known.pieces[0], Hole) and known.pieces[0].span == span):
                return known if follow or self._inlined(known, inline) else Template((self._hole(unit, name, part, raw, where),))
            start = part.start + 2 + len(name.encode()) + len(operator)
            default = self.join(unit, split_default(unit.code, start, part.end - 1, part.quote), where, inline=inline)
            bound = self._argument(name, where) is not None
            if default.pieces and (follow or bound or self._inlined(default, inline)):
                if not bound:
                    self.overridable = True
                return default
            return Template((self._hole(unit, name, part, raw, where),))
        hole = self._hole(unit, name, part, raw, where)
        if re.fullmatch(r"//?\\?/(/(%2F|%252F|'%2F'|\"%2F\"))", rest, re.I):
            hole = replace(hole, decoded="${%s}" % name if hole.expr else LOST)
        elif rest in ("%/", "%%/"):
            # `${BASE%/}` is the base without its last slash: seen through where the base's text is known.
            known = self._variable(unit, name, part, raw, where, inline=inline, follow=follow)
            flat = known.flat
            if known.constant and flat:
                return known.slice(0, len(flat) - 1) if flat.endswith("/") else known
        return Template((hole,))

    # --- variables --------------------------------------------------------------------------------------------------

    def _hole(self, unit: Unit, name: str, part: Exp, raw: str, where: Where) -> Hole:
        span = span_of(unit.code, part)
        if name[:1].isdigit() or name in ("@", "*", "#"):
            stale = reassigned(where, self.call, "shift")
            return Hole("" if stale else _safe(raw), span, scope=where.function or SCRIPT)
        scope = where.function if is_local(unit, name, where.function) else ""
        moving = name in _MOVING and where.at != self.call.at
        return Hole("" if moving or reassigned(where, self.call, name) else _safe(raw), span, scope=scope)

    def _argument(self, name: str, where: Where) -> Template | None:
        """What a positional parameter is bound to in the call that is looked through."""
        frame = self.frame
        if frame is None or frame.function != where.function or not name.isdigit() or name == "0":
            return None
        index = int(name) - 1 + where.shifted()
        if index < len(frame.args):
            return frame.args[index]
        return None if frame.rest else Template()

    def _variable(self, unit: Unit, name: str, part: Exp, raw: str, where: Where, *, inline: bool, follow: bool) -> Template:
        bound = self._argument(name, where)
        if bound is not None and bound.pieces:
            return bound
        hole = self._hole(unit, name, part, raw, where)
        plain = Template((hole,))
        if name[:1].isdigit() or not (name[:1].isalpha() or name[:1] == "_"):
            return plain
        found, certain = reaching(name, where)
        if not found or len(found) > _MAX_FOUND or any(a.value is None and not a.items for a in found):
            return plain
        known: list[Template] = []
        for assign in found:
            if assign.items:
                known += [self.word(assign.unit, *item, Where.of(assign), inline=False) for item in assign.items]
                certain = certain and len(found) == 1
                continue
            value = self._assigned(assign, where)
            if value is None:
                return plain
            known.append(value)
        if len(known) == 1:
            value = known[0]
            if not certain:
                self_made = follow or self._inlined(value, inline)
                if not self_made:
                    return plain
                self.overridable = True
            if follow:
                return value
            if self.frame is not None and self.frame.function == where.function and found[0].function == where.function \
                    and self._from_call(value):
                return value
            if len(value.pieces) == 1 and isinstance(value.pieces[0], Hole):
                # Another name for what is known elsewhere: the name is what can be written again.
                return Template((replace(hole, decoded=self._before(value.pieces[0].decoded, found[0])),))
            return self._through(value, part, unit) if self._inlined(value, inline) else plain
        if not inline and not follow:
            return plain
        if not all(follow or self._inlined(v, inline) for v in known):
            return plain
        self.open[name] = len(known)
        pick = self.choices.get(name, 0)
        return known[pick] if pick < len(known) else plain

    def _before(self, decoded: str, assign: Assign) -> str:
        """What an encoded value was before, as long as the call can still see that."""
        name = decoded[2:-1]
        if not decoded or decoded == LOST:
            return decoded
        at = Where.of(assign)
        gone = name == assign.name or reassigned(at, self.call, name)
        elsewhere = at.function != self.call.function and (name.isdigit() or is_local(assign.unit, name, at.function))
        return LOST if gone or elsewhere else decoded

    def _from_call(self, value: Template) -> bool:
        assert self.frame is not None
        given = {s for arg in self.frame.args for s in arg.spans}
        return any(s in given for s in value.spans) or (bool(value.pieces) and not value.spans)

    def _assigned(self, assign: Assign, where: Where) -> Template | None:
        """The value of an assignment; None where it depends on itself or is no string."""
        key = (id(assign.unit), assign.start)
        if assign.value is None or assign.kind == "array" or key in self.active:
            return None
        self.active.add(key)
        try:
            at = Where.of(assign)
            value = self.word(assign.unit, *assign.value, at)
            if assign.append:
                exp = Exp("name", assign.start, assign.start + len(assign.name.encode()), "")
                before = self._variable(assign.unit, assign.name, exp, "$" + assign.name, at, inline=True, follow=True)
                if any(isinstance(p, Hole) and p.span == span_of(assign.unit.code, exp) for p in before.pieces):
                    return None
                value = before + value
            return value
        finally:
            self.active.discard(key)

    def _inlined(self, value: Template, inline: bool) -> bool:
        """True for a value that is a part of a URL, not just a name in it."""
        if not inline or not any(isinstance(p, Text) for p in value.pieces):
            return False
        flat = value.flat
        return _URLISH.search(flat) is not None or any(s in _ROUTE for s in flat.split("/"))

    def _through(self, value: Template, part: Exp, unit: Unit) -> Template:
        """A value seen through its variable: a single piece can go by dropping the expansion, not the assignment's text."""
        if len(value.pieces) != 1 or not isinstance(value.pieces[0], Text) or _URLISH.search(value.pieces[0].value):
            return value
        span = span_of(unit.code, part)
        return Template((replace(value.pieces[0], items=(Item(ItemList(span, (span,), ""), 0),)),))

    # --- $(…) -------------------------------------------------------------------------------------------------------

    def _command(self, unit: Unit, part: Exp, raw: str, where: Where, *, follow: bool) -> Template:
        span = span_of(unit.code, part)
        node = unit.substitutions.get(part.start)
        shown = printed(self, unit, node, where) if node is not None else None
        if shown is not None and (follow or shown.constant):
            return shown
        # What a command prints may be another thing later: only at its own place it can be written again.
        here = where.unit is self.call.unit and where.at == self.call.at
        return Template((Hole(_safe(raw) if here else "", span, decoded=_decoded(raw)),))


def _whole_quotes(unit: Unit, start: int, end: int, parts: Sequence[Part], value: Template) -> Template:
    """Holes with the quotes around them, where the quotes hold nothing else: what is left of a word stays tidy."""
    known = {span_of(unit.code, p): span for p in parts
             if isinstance(p, Exp) and (span := quoted_span(unit.code, p, start, end)) is not None}  # fmt: skip
    if not known:
        return value
    return Template(tuple(replace(p, span=known.get(p.span, p.span)) if isinstance(p, Hole) and p.span is not None else p
                          for p in value.pieces))  # fmt: skip


def _end(pieces: list[Piece]) -> str:
    """The text that the row of pieces ends with."""
    out = ""
    for piece in reversed(pieces):
        if not isinstance(piece, Text) or len(out) > 40:
            break
        out = piece.value + out
    return out


def _safe(raw: str) -> str:
    """Source of an expansion that can be written again inside double quotes, or nothing."""
    return raw if "\n" not in raw and not raw.startswith("`") and len(raw) < 400 else ""


def _decoded(raw: str) -> str:
    """`$X` where a substitution only encodes `$X` for a URL; LOST where it encodes something else."""
    if not _ENCODERS.search(raw):
        return ""
    names = set(re.findall(r"\$\{?(\w+)", re.sub(r"'[^']*'", "", raw)))
    plain = len(names) == 1 and _ENCODES.match(raw)
    return "${%s}" % names.pop() if plain else LOST

"""Holes in their final form: where their names are visible, and whether they still mean the same at the call."""

from __future__ import annotations

from v2migrate.languages.python.scopes import Module, Scope
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Array, Body, Entry, Header, Object, Param, Scalar, Value
from v2migrate.template import Hole, Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.languages.python.evaluate import Evaluator


_NAME = regex(r"(?<![\w.])[A-Za-z_]\w*")


class Settle:
    """Turns evaluation's words for places into `scope`s, seen from one call (`scope` in `module`, at byte `at`)."""

    def __init__(self, ev: Evaluator, module: Module, scope: Scope, at: int) -> None:
        self.ev, self.module, self.at, self.scope = ev, module, at, scope
        self.id = function_id(scope)
        self._seen: set[str] = set()
        around: Scope | None = scope
        while around is not None:
            self._seen.add(around.id)
            around = around.parent

    def template(self, template: Template) -> Template:
        """The template with all holes settled."""
        pieces: list[Piece] = []
        for piece in template.pieces:
            piece = piece if isinstance(piece, Text) else self.hole(piece)
            pieces.append(piece if piece.via is None else replace(piece, via=self.hole(piece.via)))
        return Template(tuple(pieces))

    def hole(self, hole: Hole) -> Hole:
        """The hole with the scope that a slot there would have, or without words where these would mean something else."""
        scope, fresh = self.place(hole.scope, hole.expr)
        if not fresh:
            return replace(hole, scope=scope, expr="", decoded="")
        return replace(hole, scope=scope)

    def place(self, word: str, expr: str) -> tuple[str, bool]:
        """The final scope for a place noted in evaluation, and whether `expr` still has its value at the call."""
        path, mark, offset = word.partition("\x1f")
        if not mark:
            return word, True
        names = set(_NAME.findall(expr))
        if not names:
            return "", True
        module = self.ev.project.known(path)
        if module is None:
            return f"{path}:module", True
        at = int(offset)
        node = module.root.named_descendant_for_byte_range(at, at)
        inner = module.scope_of(node) if node is not None else module.scope
        owners = [o for n in names for o in [inner.owner(n)] if o is not None]
        home = max(owners, key=lambda o: o.node.start_byte if o.kind != "module" else -1, default=module.scope)
        if module is not self.module:
            return home.id or f"{path}:module", True
        if home.id not in self._seen:
            return home.id, True
        return ("" if home.id == "" else self.id), not self._changed(inner, names, at)

    def _changed(self, inner: Scope, names: set[str], offset: int) -> bool:
        if offset >= self.at:
            return False
        for name in names:
            home = inner.owner(name)
            for binding in home.bindings.get(name, ()) if home is not None else ():
                if offset < binding.node.start_byte < self.at and binding.kind not in ("param", "def", "import"):
                    return True
        return False

    def value(self, value: Value) -> Value:
        """A body's value with all its holes settled."""
        if isinstance(value, Scalar):
            scope, fresh = self.place(value.scope, value.source)
            template = self.template(value.template) if value.template is not None else None
            return replace(value, template=template, scope=scope if fresh else f"{scope}:before")
        if isinstance(value, Array):
            return replace(value, items=tuple(self.value(i) for i in value.items))
        return self.object(value)

    def object(self, value: Object) -> Object:
        """An object with all its values settled."""
        entries: list[Entry] = [replace(e, value=self.value(e.value)) for e in value.entries]
        return replace(value, entries=tuple(entries))

    def body(self, body: Body | None) -> Body | None:
        """A body with all its holes settled."""
        if body is None or body.value is None:
            return body
        return replace(body, value=self.value(body.value))

    def params(self, params: tuple[Param, ...]) -> tuple[Param, ...]:
        """Query parameters with their holes settled."""
        return tuple(replace(p, value=self.template(p.value)) for p in params)

    def headers(self, headers: tuple[Header, ...]) -> tuple[Header, ...]:
        """Headers with their holes settled."""
        return tuple(replace(h, value=self.template(h.value)) for h in headers)


def function_id(scope: Scope) -> str:
    """The id of the innermost function around, or of a comprehension or lambda in it, whose names a slot there sees."""
    at: Scope | None = scope
    while at is not None and at.kind == "class":
        at = at.parent
    return at.id if at is not None else ""

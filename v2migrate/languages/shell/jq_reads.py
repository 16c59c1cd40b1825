"""What a jq filter reads of its input: abstract evaluation over paths instead of values. Knows no answer's fields.

A path into the input is carried on until something uses it: a comparison, a function of jq, the output. Only then it is
a read. What the evaluation does not follow is an escape, never silence.
"""

from __future__ import annotations

from itertools import pairwise

from v2migrate.languages.shell import jq_functions
from v2migrate.languages.shell import jq_syntax as syntax
from v2migrate.languages.shell.jq_values import (
    NUMBER,
    PLAIN,
    Const,
    Made,
    Many,
    Opaque,
    Path,
    Plain,
    Value,
    Values,
    apart,
    constants,
    made,
    many,
)
from v2migrate.records import replace
from v2migrate.request import Escape, Read
from v2migrate.source import Span
from v2migrate.template import Template, Text

_MAX_VALUES = 60
_MAX_STEPS = 4000
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
NOT_UNDERSTOOD = "is read by a jq filter that is not understood"
BY_SHELL = "is read by a jq filter that the shell puts together"
UNKNOWN_NAME = "is read under a name that only the running program knows"
Names = dict[str, Values]


class Reader:
    """Evaluates one filter. `reads` and `escapes` grow as values are used; `shown`: a whole element was put out."""

    def __init__(self, template: Template, span: Span) -> None:
        self.template, self.span = template, span
        self.flat = template.flat
        self.reads: list[Read] = []
        self.escapes: list[Escape] = []
        self.shown = False
        self.left = _MAX_STEPS

    # --- use ---

    def escape(self, how: str = NOT_UNDERSTOOD) -> None:
        """The answer goes out of sight here."""
        self.escapes.append(Escape(self.span, how))

    def use(self, values: Values, compared: tuple[str, ...] = (), whole: str = NOT_UNDERSTOOD) -> None:
        """The program looks at `values`; `whole` is how whole elements escape by that (empty: they do not)."""
        for value in values:
            if isinstance(value, Path):
                if value.marks:
                    self.reads += [replace(m, inner=True) for m in value.marks[:-1]]
                    self.reads.append(replace(value.marks[-1], values=compared))
                elif whole:
                    self.escape(whole)
            elif isinstance(value, Many):
                self.use(value.items, compared, whole)
            elif isinstance(value, Made):
                for _, inner in value.entries:
                    self.use(inner, (), whole)
                self.use(value.rest, (), whole)

    def output(self, values: Values) -> None:
        """`values` leave the last filter."""
        for value in values:
            if isinstance(value, Path) and value.whole:
                self.shown = True
                if value.steps:
                    # An element of the bare list, without a name: a read all the same.
                    self.reads.append(Read(value.steps[:1], self.span))
            elif isinstance(value, Many):
                self.output(value.items)
            elif isinstance(value, Made):
                for _, inner in value.entries:
                    self.output(inner)
                self.output(value.rest)
            else:
                self.use((value,))

    def lost(self, values: Values, how: str) -> Values:
        """`values` go where they are not followed."""
        self.use(values, whole="")
        if all(isinstance(v, Plain | Const) for v in values):
            return PLAIN
        self.escape(how)
        return (Opaque(),)

    def few(self, values: list[Value] | Values) -> Values:
        """Each value once; far too many of them are no longer followed."""
        if len(values) > _MAX_VALUES or sum(v.size for v in values if isinstance(v, Many | Made)) > _MAX_VALUES:
            return self.lost(tuple(values[:_MAX_VALUES]), NOT_UNDERSTOOD)
        return tuple(dict.fromkeys(values))

    # --- steps into values ---

    def exact(self, start: int, end: int) -> Span | None:
        """The bytes of `flat[start:end]` where they are that text as it is."""
        pieces = self.template.slice(start, end).pieces
        spans = [p.span for p in pieces if isinstance(p, Text) and p.exact and p.span is not None]
        if not pieces or len(spans) != len(pieces):
            return None
        if any(a.end != b.start or a.path != b.path for a, b in pairwise(spans)):
            return None
        return Span(spans[0].path, spans[0].start, spans[-1].end)

    def name(self, values: Values, node: syntax.Field) -> Values:
        """The values under the name of `node`."""
        out: list[Value] = []
        for value in values:
            if isinstance(value, Path):
                out.append(self.deeper(value, node))
            elif isinstance(value, Made):
                found = [inner for key, inner in value.entries if key == node.name]
                out += [*(found[-1] if found else ()), *value.rest]
            elif isinstance(value, Many | Opaque):
                out += self.lost((value,), NOT_UNDERSTOOD)
            else:
                out.append(Plain())
        return self.few(out) or PLAIN

    def deeper(self, value: Path, node: syntax.Field) -> Path:
        """`value` with one more name, and the mark of it."""
        key = self.exact(node.name_start, node.name_end)
        if self.flat[node.name_start : node.name_end] != node.name:
            key = None  # an escape inside the quotes
        start = value.run_start if node.plain and value.run == node.step else node.step
        mark = Read((*value.steps, node.name), self.exact(start, node.end) or self.span, key)
        return Path(mark.path, (*value.marks, mark), node.end if node.plain else -1, start)

    def elements(self, values: Values) -> Values:
        """What the elements of `values` may be."""
        out: list[Value] = []
        for value in values:
            if isinstance(value, Path):
                out.append(Path((*value.steps, "[]"), value.marks))
            elif isinstance(value, Many):
                out += value.items
            elif isinstance(value, Made):
                out += [inner for _, found in value.entries for inner in found]
                out += value.rest
            elif isinstance(value, Opaque):
                out += self.lost((value,), NOT_UNDERSTOOD)
            else:
                out.append(Plain())
        return self.few(out)

    # --- evaluation ---

    def run(self, node: syntax.Node, dot: Values, names: Names) -> Values:
        """The values that `node` may give for the input `dot`."""
        self.left -= 1
        if self.left < 0:
            if self.left == -1:
                self.escape()
            return (Opaque(),)
        match node:
            case syntax.Identity():
                return dot
            case syntax.Field():
                return self.name(self.run(node.base, dot, names), node)
            case syntax.Iterate():
                return self.elements(self.run(node.base, dot, names))
            case syntax.Slice():
                for bound in node.bounds:
                    self.use(self.operand(bound, dot, names))
                return apart(self.run(node.base, dot, names))
            case syntax.Index():
                return self.index(node, dot, names)
            case syntax.String():
                for part in node.parts:
                    if part is not None and not isinstance(part, str):
                        self.use(self.run(part, dot, names), whole="is turned into text by jq")
                return (Const(node.value),) if node.value is not None else PLAIN
            case syntax.Literal():
                return self.literal(node, dot)
            case syntax.Variable():
                return names.get(node.name, PLAIN)
            case syntax.Group():
                inner = self.run(node.body, dot, names) if node.body is not None else ()
                return self.few((many(inner),)) if node.array else apart(inner)
            case syntax.Record():
                return self.record(node, dot, names)
            case syntax.Bind():
                return self.run(node.body, dot, {**names, node.name: self.run(node.source, dot, names)})
            case syntax.Try():
                inner = self.run(node.body, dot, names)
                if node.negative:
                    self.use(inner)
                    return NUMBER
                return self.few([*inner, *(self.run(node.handler, PLAIN, names) if node.handler else ())])
            case syntax.Fold():
                return self.fold(node, dot, names)
            case syntax.Branch():
                for test in node.tests:
                    self.use(self.run(test, dot, names), whole="")
                results = [v for r in node.results for v in self.run(r, dot, names)]
                return self.few([*results, *(self.run(node.otherwise, dot, names) if node.otherwise else dot)])
            case syntax.Binary():
                return self.binary(node, dot, names)
            case syntax.Call():
                if any(_is_hole(a) for a in node.args) and node.name not in jq_functions.TAKE_VALUES:
                    return self.lost(dot, BY_SHELL)
                return jq_functions.call(self, node, dot, names)

    def operand(self, node: syntax.Node, dot: Values, names: Names) -> Values:
        """A place where what the shell puts in is a value: beside an operator, in brackets."""
        return PLAIN if _is_hole(node) else self.run(node, dot, names)

    def index(self, node: syntax.Index, dot: Values, names: Names) -> Values:
        """`x[i]`: an element, if i is a number. A shell variable there is taken for one: a name would need quotes."""
        base = self.run(node.base, dot, names)
        key = NUMBER if _is_hole(node.index) else self.run(node.index, dot, names)
        self.use(key)
        if all(isinstance(k, Plain) and k.number for k in key):
            return self.elements(base)
        return self.lost(base, UNKNOWN_NAME)

    def literal(self, node: syntax.Literal, dot: Values) -> Values:
        """A word that stands for itself, and the steps `..` and `@text`."""
        if node.kind == "recurse":
            return self.lost(dot, "is searched at every depth by jq (`..`)")
        if node.kind == "format":
            self.use(dot, whole=f"is encoded by jq ({node.text})")
            return PLAIN
        if node.kind == "hole":
            self.use(dot, whole="")
            self.escape(BY_SHELL)
            return (Opaque(),)
        return NUMBER if node.kind == "number" else PLAIN

    def record(self, node: syntax.Record, dot: Values, names: Names) -> Values:
        """An object with what its entries may be."""
        entries: list[tuple[str, Values]] = []
        rest: list[Value] = []
        for pair in node.pairs:
            key = pair.key.value if isinstance(pair.key, syntax.String) else None
            if pair.value is not None:
                values = self.run(pair.value, dot, names)
            elif isinstance(pair.key, syntax.Variable):
                key, values = pair.key.name, names.get(pair.key.name, PLAIN)
            elif key is not None:
                values = tuple(w for v in dot for w in self.short(v, key, pair))
            else:
                values = self.lost(dot, UNKNOWN_NAME)
            if key is None:
                self.use(self.run(pair.key, dot, names))
                rest += values
            else:
                entries.append((key, values))
        return self.few((made(entries, tuple(rest)),))

    def short(self, value: Value, name: str, pair: syntax.Pair) -> Values:
        """`{name}`: a read whose span is its key alone, because it is renamed to `name: .new`."""
        if isinstance(value, Path):
            span = self.exact(pair.key.start, pair.key.end) if pair.plain else None
            mark = Read((*value.steps, name), span or self.span, span)
            return (Path(mark.path, (*value.marks, mark)),)
        if isinstance(value, Made):
            found = [inner for key, inner in value.entries if key == name]
            return (*(found[-1] if found else PLAIN), *value.rest)
        return self.lost((value,), NOT_UNDERSTOOD)

    def fold(self, node: syntax.Fold, dot: Values, names: Names) -> Values:
        """`reduce` and `foreach` are not followed: what they collect goes round."""
        source = self.run(node.source, dot, names)
        for step in node.steps:
            self.use(self.run(step, PLAIN, {**names, node.name: source}), whole="")
        return self.lost(source, "is folded by jq (reduce, foreach)")

    def binary(self, node: syntax.Binary, dot: Values, names: Names) -> Values:
        """Two filters and what stands between them."""
        if node.op == "|":
            left = self.run(node.left, dot, names)
            word = isinstance(node.right, syntax.Literal) and node.right.kind == "word"
            if word or isinstance(node.right, syntax.String):
                self.use(left, whole="")  # how often the right side comes out hangs on the left one
            return self.run(node.right, left, names)
        if node.op == ",":
            return self.few([*self.run(node.left, dot, names), *self.run(node.right, dot, names)])
        left, right = self.operand(node.left, dot, names), self.operand(node.right, dot, names)
        if node.op == "//":
            return self.few([*left, *right])
        if node.op in ("and", "or"):
            self.use((*left, *right), whole="")
            return PLAIN
        if node.op in _COMPARISONS:
            self.compare(left, right, node.right)
            self.compare(right, left, node.left)
            return PLAIN
        return self.arithmetic(node.op, (*left, *right))

    def arithmetic(self, op: str, sides: Values) -> Values:
        """Numbers, texts, or lists and objects that are joined."""
        if op in "+-" and any(isinstance(v, Many) for v in sides):
            return self.few(sides)
        if op == "+" and all(isinstance(v, Made) for v in sides):
            return self.few(sides)
        if op in "+*" and (any(isinstance(v, Made | Opaque) for v in sides) or all(isinstance(v, Path) for v in sides)):
            # Two objects, lists, texts or numbers of the answer: as the first two they could be read on.
            self.use(sides)
            return (Opaque(),)
        self.use(sides)
        return NUMBER if op != "+" or any(isinstance(v, Plain) and v.number for v in sides) else PLAIN

    def compare(self, values: Values, others: Values, other: syntax.Node) -> None:
        """`values` are held against `others`, whose text is `other`."""
        written = isinstance(other, syntax.Literal | syntax.Group | syntax.Record)
        empty = written and all(isinstance(o, Plain) or (isinstance(o, Many | Made) and o.size == 0) for o in others)
        self.use(values, constants(others), whole="" if empty else "is compared as a whole by a jq filter")


def _is_hole(node: syntax.Node) -> bool:
    return isinstance(node, syntax.Literal) and node.kind == "hole"

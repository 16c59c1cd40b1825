"""What an expression is worth, asked for on demand: constants, names, attributes, calls through the whole project.

Gives alternatives, never more than eight, and a hole for all that only the running program knows. Bounded in depth and in
work; `Evaluator.exhausted` says that the bound was hit. What code does to objects it was handed is not followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from v2migrate.languages.python import bindings, exports, order, tree
from v2migrate.languages.python import strings as literals
from v2migrate.languages.python.alternatives import DEPTH, MAX, concat, default, place, telling, unique
from v2migrate.languages.python.carried import Carried
from v2migrate.languages.python.modules import Project
from v2migrate.languages.python.scopes import Binding, Function, Module, Scope
from v2migrate.languages.python.values import (
    Bound,
    Display,
    External,
    Frame,
    Given,
    Known,
    Nothing,
    Value,
)
from v2migrate.template import Hole, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.request import Answer

_WORK = 120_000

_CALLS = 12


class Evaluator:
    """Evaluates expressions of one project. `touched`, `site` and `carried` note what was read on the way."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.own: Mapping[str, str] = {}  # functions that the user names as clients, with their verbs
        self.work = 0
        self.depth = 0
        self.exhausted = False
        self.touched: set[tuple[str, int]] = set()
        self.site: set[tuple[str, int]] = set()
        self.carried = Carried()
        self.active: set[tuple[int, int]] = set()
        self._modules: dict[int, Frame] = {}
        self.handed: dict[tuple[int, int], tuple[Value, ...]] = {}
        self.params: dict[str, tuple[Function, str]] = {}
        self.overrides: dict[str, tuple[Given, ...]] = {}
        self.inside: dict[tuple[str, int, int, str], Answer] = {}
        """What helper functions do with the answers that they hand back; filled by `response`."""
        self._limit = 0
        self._asked: set[int] = set()

    # --- entry points ---

    def start(self, limit: int) -> None:
        """Begin a new piece of work that may cost `limit` steps."""
        self.work, self._limit, self.exhausted, self.depth = 0, limit, False, 0
        self.active.clear()
        self._asked.clear()
        self.site.clear()

    def texts(self, node: Node, frame: Frame) -> tuple[Known, ...]:
        """The strings that `node` can be, a hole where it is not known; at least one, at most eight."""
        return self.as_texts(self.values(node, frame), node, frame)

    def as_texts(self, values: Iterable[Value], node: Node, frame: Frame) -> tuple[Known, ...]:
        """`values` of `node` as strings; whatever is no string is a hole that is spelled as `node`."""
        known: list[Known] = []
        for value in values:
            if isinstance(value, Known):
                known.append(self._respelled(value, node, frame))
            elif not isinstance(value, Nothing):
                known.append(self.unknown(node, frame))
        holes = [k for k in known if k.hole is not None]
        if holes and len(holes) < len(known):
            # A word beside a hole is one example of what the hole can be; a path or a verb is worth a look of its own.
            known = [k for k in known if k.hole is not None or telling(k)]
        if len(holes) > 1:
            keep = next((k for k in holes if k.hole is not None and k.hole.param), holes[0])
            known = [k for k in known if k.hole is None or k is keep]
        return unique(known) or (self.unknown(node, frame),)

    def values(self, node: Node, frame: Frame) -> tuple[Value, ...]:
        """What `node` can be worth."""
        self.work += 1
        if self.work > (self._limit or _WORK) or self.depth > DEPTH:
            self.exhausted = True
            return (self.unknown(node, frame),)
        self.depth += 1
        try:
            return self._values(tree.bare(node), frame)[:MAX]
        finally:
            self.depth -= 1

    def unknown(self, node: Node, frame: Frame, param: str = "", decoded: str = "") -> Known:
        """The hole that is spelled as `node`."""
        module = frame.module
        return Known(Template((Hole(module.text(node), None, decoded, place(module, node), (), False, param),)))

    def top(self, module: Module) -> Frame:
        """The frame of a module's own level."""
        if id(module) not in self._modules:
            self._modules[id(module)] = Frame(module)
        return self._modules[id(module)]

    def inner(self, function: Function, frame: Frame | None = None) -> Frame:
        """An unbound frame for `function`, inside `frame` where that is the function around it."""
        outer = frame.of(function.scope.parent.enclosing()) if frame and function.scope.parent else None
        return Frame(function.module, function, outer=outer)

    # --- by kind of expression ---

    def _values(self, node: Node, frame: Frame) -> tuple[Value, ...]:
        kind = node.type
        if literals.is_string(node):
            return self._string(node, frame)
        if kind == "identifier":
            return self.name(node, frame)
        if kind == "attribute":
            return self._attribute(node, frame)
        if kind == "call":
            from v2migrate.languages.python.calling import call

            return call(self, node, frame)
        if kind == "binary_operator":
            from v2migrate.languages.python import texts

            sign = tree.operator(node)
            if sign == "+":
                return texts.plus(self, node, frame)
            if sign == "%":
                from v2migrate.languages.python import fields

                return fields.percent(self, node, frame)
            if sign == "/":
                return texts.slash(self, node, frame)
        elif kind == "conditional_expression":
            parts = tree.named(node)
            if len(parts) == 3:
                return self.several((parts[0], parts[2]), frame)
        elif kind == "boolean_operator":
            if tree.operator(node) == "or":
                return self._or(node, frame)
            right = tree.field(node, "right")
            return self.values(right, frame) if right is not None else ()
        elif kind == "named_expression":
            value = tree.field(node, "value")
            return self.values(value, frame) if value is not None else ()
        elif kind == "subscript":
            from v2migrate.languages.python.subscripts import subscript

            return subscript(self, node, frame)
        elif kind in tree.DISPLAYS or kind in ("list_comprehension", "set_comprehension", "generator_expression"):
            return (Display(node, frame),)
        elif kind in ("none", "true", "false"):
            return (Nothing(frame.module.text(node)),)
        elif kind in ("integer", "float"):
            return (Known(Template((Text(frame.module.text(node), None),))),)
        elif kind == "lambda":
            function = self._lambda(node, frame)
            return (Bound(function, None, frame),) if function is not None else ()
        return (self.unknown(node, frame),)

    def several(self, nodes: Iterable[Node], frame: Frame) -> tuple[Value, ...]:
        """The values of all `nodes`, one after the other."""
        return tuple(v for n in nodes for v in self.values(n, frame))[:MAX]

    def _or(self, node: Node, frame: Frame) -> tuple[Value, ...]:
        # Where the arguments are known so is which operand counts; but an object may have been made in other ways as well.
        known = frame.bound and frame.function is not None and frame.function.name != "__init__"
        out: list[Value] = []
        handed = False
        for part in tree.chain(node, "or"):
            values = self.values(part, frame)
            for value in values:
                if isinstance(value, Known) and handed and value.hole is None:
                    value = default(value)
                if not _empty(value):
                    out.append(value)
            if known and values and all(_sure(v) for v in values):
                break  # `base or API` where the call at hand gives a base
            handed = handed or not known or not all(_empty(v) for v in values)
        return tuple(out)

    def _string(self, node: Node, frame: Frame) -> tuple[Value, ...]:
        from v2migrate.languages.python.texts import placed

        parts: list[tuple[Known, ...]] = []
        for part in literals.literal(frame.module, node):
            if isinstance(part, Text):
                parts.append((Known(Template((part,))),))
            elif part.plain:
                parts.append(placed(self, part.expression, frame, part.span))
            else:
                made = self.unknown(part.expression, frame).hole
                assert made is not None
                parts.append((Known(Template((Hole("", part.span, "", made.scope),))),))
        return concat(parts)

    def _lambda(self, node: Node, frame: Frame) -> Function | None:
        return frame.module.functions_by_node().get(node.id)

    # --- names ---

    def name(self, node: Node, frame: Frame) -> tuple[Value, ...]:
        """What the name at `node` is worth there."""
        module, text = frame.module, frame.module.text(node)
        self.touch(module, node)
        owner = module.scope_of(node).owner(text)
        if owner is None:
            for level, dotted in module.stars:
                found = self.project.find(module, level, dotted)
                values = exports.export(self, found, text) if found is not None else ()
                if values:
                    return values
            return (External(text),) if text != "self" else (self.unknown(node, frame),)
        return self.bound(owner, text, node, frame)

    def bound(self, owner: Scope, name: str, at: Node, frame: Frame) -> tuple[Value, ...]:
        """What `name` of `owner` is worth at the place `at`."""
        home = self._home_frame(owner, frame)
        out: list[Value] = []
        self.work += 1
        if self.work > (self._limit or _WORK) or self.depth > DEPTH:
            self.exhausted = True
            return (self.unknown(at, frame),)
        self.depth += 1
        try:
            self._each(owner, name, at, frame, home, out)
        finally:
            self.depth -= 1
        return tuple(out[:MAX]) or (self.unknown(at, frame),)

    def _each(self, owner: Scope, name: str, at: Node, frame: Frame, home: Frame, out: list[Value]) -> None:
        for binding in self._possible(order.visible(frame.module, owner, name, at), home):
            key = (id(binding), id(home))
            if key in self.active:
                continue
            self.active.add(key)
            try:
                values = bindings.binding(self, binding, home, at)
            finally:
                self.active.discard(key)
            self.carry(binding, values)
            out += values

    def _possible(self, bindings: list[Binding], frame: Frame) -> list[Binding]:
        """Without the bindings that the conditions around them, or later ones that surely happen, rule out."""
        if not frame.bound or len(bindings) < 2:
            return bindings
        out: list[Binding] = []
        for binding in bindings:
            if binding.kind == "param" or binding.statement is None or id(binding) in self._asked:
                out.append(binding)
                continue
            from v2migrate.languages.python import guards

            self._asked.add(id(binding))
            try:
                verdict = guards.reached(self, binding.node, frame)
            finally:
                self._asked.discard(id(binding))
            if verdict is not False:
                sure = verdict is True and binding.kind in ("assign", "augment")
                out = [binding] if sure else [*out, binding]
        return out

    def touch(self, module: Module, node: Node) -> None:
        """Note that the name or attribute at `node` was read, in this run and for the call at hand."""
        self.touched.add((module.source.path, node.start_byte))
        self.site.add((module.source.path, node.start_byte))

    def carry(self, binding: Binding, values: Iterable[Value]) -> None:
        """Note which text went through a binding."""
        for value in values:
            if isinstance(value, Known):
                self.carried.add(binding, value.template.spans)

    def _home_frame(self, owner: Scope, frame: Frame) -> Frame:
        function = owner.enclosing()
        if function is None:
            return self.top(owner.module)
        return frame.of(function) or Frame(owner.module, function)

    # --- imports ---

    def _attribute(self, node: Node, frame: Frame) -> tuple[Value, ...]:
        from v2migrate.languages.python.members import member

        receiver, name = tree.field(node, "object"), tree.field(node, "attribute")
        if receiver is None or name is None:
            return (self.unknown(node, frame),)
        self.touch(frame.module, node)
        out: list[Value] = []
        for value in self.values(receiver, frame):
            out += member(self, value, frame.module.text(name), node, frame)
        return tuple(out[:MAX])

    def _respelled(self, known: Known, node: Node, frame: Frame) -> Known:
        """A lone hole spelled as the expression at hand; one that a call site brought keeps its own words."""
        hole = known.hole
        if hole is None or hole.span is not None or known.brought or node.type == "call":
            return known
        return self.unknown(node, frame, hole.param, hole.decoded)


def _empty(value: Value) -> bool:
    """Is it nothing, or text of no length: what `or` passes over?"""
    return isinstance(value, Nothing) or (isinstance(value, Known) and not value.template.flat)


def _sure(value: Value) -> bool:
    """Is it text for sure, that nobody can replace?"""
    return isinstance(value, Known) and any(isinstance(p, Text) and p.value for p in value.template.pieces) and not value.defaults

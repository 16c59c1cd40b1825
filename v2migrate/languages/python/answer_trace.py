"""The work list of one walk from a call to all that is made of its answer, and what was found. Knows no syntax."""

from __future__ import annotations

from collections import deque

from v2migrate.languages.python.answer_failing import failing
from v2migrate.languages.python.answer_values import (
    Data,
    Decoded,
    Raw,
    Rendered,
    Response,
    Status,
    Value,
    depth,
    members,
)
from v2migrate.languages.python.scopes import Function, Module
from v2migrate.records import dataclass, field
from v2migrate.request import Answer, Escape, Read, Root, StatusTest
from v2migrate.source import Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST_CONTAINER = 4


@dataclass(frozen=True, slots=True)
class Flow:
    """The way that a value took.

    `calls`: function and call of each call it was passed through as an argument, outermost first; `depth` counts the
    function borders crossed. `shared`: other values come the same way, so that nothing behind may be edited.
    """

    calls: tuple[tuple[int, int], ...] = ()
    depth: int = 0
    shared: bool = False


@dataclass(slots=True)
class Trace:
    """One walk from a call to all that is made of its answer."""

    module: Module
    todo: deque[tuple[Node, Value, Flow]] = field(default_factory=deque)
    seen: set[tuple[int, Value, Flow]] = field(default_factory=set)
    reads: dict[tuple[tuple[str, ...], Span], Read] = field(default_factory=dict)
    roots: dict[Span, str] = field(default_factory=dict)
    escapes: dict[Escape, None] = field(default_factory=dict)
    status: dict[StatusTest, None] = field(default_factory=dict)
    shown: dict[Span, None] = field(default_factory=dict)
    told: dict[Span, None] = field(default_factory=dict)
    writes: list[Data] = field(default_factory=list)
    within: int = 0
    """The function whose own doings are looked at: what it returns is not followed."""
    looked: bool = False
    """The answer was tested as a whole, or gone through."""
    functions: dict[int, Function] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.functions = self.module.functions_by_node()

    def push(self, node: Node, value: Value, flow: Flow) -> None:
        """The expression `node` holds `value`."""
        if self.within and failing(self.module, node):
            return  # what a helper makes of an error is no answer that its callers wait for
        if depth(value) > _DEEPEST_CONTAINER:
            self.end(node, value, "is stored in nested containers")
            return
        if (node.id, value, flow) not in self.seen:
            self.seen.add((node.id, value, flow))
            self.todo.append((node, value, flow))

    def answer(self) -> Answer:
        """All that was found, by place."""
        fields = {path for path, _ in self.reads}
        for written in self.writes:
            if written.path in fields:
                self.read(written)
        return Answer(
            tuple(sorted(self.reads.values(), key=lambda r: (r.span, r.path))),
            tuple(Root(span, form) for span, form in sorted(self.roots.items())),
            tuple(sorted(self.escapes, key=lambda e: (e.span, e.how))),
            tuple(sorted(self.status, key=lambda s: s.span)),
            tuple(sorted(self.shown)),
            tuple(sorted(self.told)),
        )

    # --- what is found ---

    def root(self, call: Node, flow: Flow) -> None:
        """The expression `call` decodes the answer."""
        outer, parent = call, self.module.parent(call)
        if parent is not None and parent.type == "await":
            outer, around = parent, self.module.parent(parent)
            if around is not None and around.type == "parenthesized_expression":
                outer = around
        span = self.module.span(outer)
        form = "python" + self._quote_left(outer)
        self.roots[span] = "shared" if flow.shared or self.roots.get(span) == "shared" else form
        self.push(outer, Data(), flow)

    def _quote_left(self, node: Node) -> str:
        """The quote character that is left inside an f-string; empty outside of one."""
        for around in self.module.ancestors(node):
            if around.type == "interpolation":
                string = self.module.parent(around)
                start = string.children[0] if string is not None and string.children else None
                return "'" if start is not None and self.module.text(start).endswith('"') else '"'
            if around.type in ("function_definition", "module"):
                break
        return ""

    def read(self, value: Value, values: tuple[str, ...] = (), inner: bool = False) -> None:
        """The fields in `value` are read, and compared with `values`; `inner`: only as a step on the way to others."""
        self.looked = self.looked or (not inner and any(isinstance(m, Data) and not m.path for m in members(value)))
        for held in members(value):
            if not isinstance(held, Data) or held.whole or held.origin is None:
                continue
            path = held.path
            while path[-1] == "[]":
                path = path[:-1]
            known = self.reads.get((path, held.origin)) or Read(path, held.origin, held.key, (), True)
            self.reads[path, held.origin] = Read(
                path,
                held.origin,
                known.key if held.key is not None else None,
                tuple(dict.fromkeys((*known.values, *values))),
                known.inner and inner,
            )

    def written(self, field: Data) -> None:
        """A field is given a value. If it is read as well, both have to have one name."""
        self.writes.append(field)

    def count(self, node: Node, value: Value) -> None:
        """The elements of `value` are counted at `node`: those of the answer itself are its fields, where it is no list."""
        self.read(value)
        if isinstance(value, Data) and value.whole:
            path, span = (*value.path, "[]"), self.module.span(node)
            self.reads[path, span] = Read(path, span)

    def show(self, node: Node, value: Value) -> None:
        """`value` only reaches the terminal or a log."""
        self.read(value)
        self.tell(node, value)
        if any(not isinstance(m, Data) or m.whole for m in members(value)):
            self.shown[self.module.span(node)] = None

    def tell(self, node: Node, value: Value) -> None:
        """Where `value` is or holds the code of the answer: that is printed, or goes out of sight, at `node`."""
        if any(isinstance(m, Status) for m in members(value)) and not failing(self.module, node):
            self.told[self.module.span(node)] = None

    def end(self, node: Node, value: Value, how: str) -> None:
        """`value` is followed no further: a field is read, the answer itself escapes."""
        self.read(value)
        self.tell(node, value)
        for inner in members(value):
            if isinstance(inner, Raw | Rendered):
                self.escape(node, "is read as text")
            elif isinstance(inner, Response | Decoded) or (isinstance(inner, Data) and inner.whole):
                self.escape(node, how)

    def escape(self, node: Node, how: str) -> None:
        """The answer goes out of sight at `node`."""
        self.escapes[Escape(self.module.span(node), how)] = None

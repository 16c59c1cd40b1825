"""One walk over a module: scopes, what is bound and read in them, functions, classes, calls. Evaluates nothing.

`parse_module` is the way in. All nodes of a module belong to one tree; `Module.parent` is quick, `Node.parent` is not.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator, Sequence

from v2migrate.languages.python import tree
from v2migrate.records import dataclass, field
from v2migrate.source import Region, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.leftover import Reads
    from v2migrate.languages.python.sites import Sites


@dataclass(eq=False, slots=True)
class Binding:
    """One place that gives `name` a value in its scope.

    `kind`: assign, augment, annotate, for, with, param, import, def, class, except, delete, other. `value` is the expression
    the value comes from (for `for`: the iterable), `path` the indexes of an unpacking, `statement` the statement that binds.
    `target` is what a `def`, `class` or `param` stands for; `origin` is (level, module, symbol) of an import.
    """

    name: str
    kind: str
    node: Node
    scope: Scope
    value: Node | None = None
    path: tuple[int, ...] = ()
    statement: Node | None = None
    target: Function | Class | Parameter | None = None
    origin: tuple[int, str, str] | None = None


@dataclass(eq=False, slots=True)
class Parameter:
    """A parameter. `kind`: plain, keyword, args, kwargs."""

    name: str
    kind: str
    node: Node
    default: Node | None = None
    annotation: Node | None = None


@dataclass(eq=False, slots=True)
class Function:
    """A `def` or `lambda`. `returns` are the returned expressions, `calls` the calls in its own body."""

    name: str
    node: Node
    scope: Scope
    module: Module
    cls: Class | None = None
    parameters: list[Parameter] = field(default_factory=list)
    returns: list[Node] = field(default_factory=list)
    calls: list[Node] = field(default_factory=list)
    decorators: list[str] = field(default_factory=list)
    generator: bool = False

    @property
    def id(self) -> str:
        """A name that is unique in a run."""
        return self.scope.id

    @property
    def static(self) -> bool:
        """True for a function that gets no self or cls."""
        return self.cls is None or "staticmethod" in self.decorators

    @property
    def property(self) -> bool:
        """True where reading the attribute calls it."""
        return any(d in ("property", "cached_property", "functools.cached_property") for d in self.decorators)


@dataclass(eq=False, slots=True)
class Class:
    """A class. `scope.bindings` are its attributes; `instance` are values given to `self.NAME` in its methods."""

    name: str
    node: Node
    scope: Scope
    module: Module
    bases: list[Node] = field(default_factory=list)
    methods: dict[str, list[Function]] = field(default_factory=dict)
    instance: dict[str, list[Binding]] = field(default_factory=dict)
    decorators: list[str] = field(default_factory=list)

    @property
    def dataclass(self) -> bool:
        """True for a dataclass, a NamedTuple and their like: annotated attributes are constructor parameters."""
        marks = [*self.decorators, *(self.module.text(b) for b in self.bases)]
        return any(m.split("(")[0].rsplit(".", 1)[-1] in _RECORDS for m in marks)


_RECORDS = frozenset(
    {"dataclass", "dataclasses", "NamedTuple", "BaseModel", "define", "attrs", "s", "frozen", "BaseSettings"}
)


@dataclass(eq=False, slots=True)
class Scope:
    """A stretch of code with names of its own. `id` is empty for a module, else unique in a run."""

    kind: str
    node: Node
    module: Module
    parent: Scope | None
    name: str = ""
    function: Function | None = None
    cls: Class | None = None
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    own_reads: dict[str, list[Node]] = field(default_factory=dict)
    outside: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    _reads: dict[str, list[Node]] = field(default_factory=dict)
    _given: dict[str, list[Binding]] = field(default_factory=dict)
    _bound: dict[str, dict[int, Binding]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Empty for a module, else the path, the name and the place."""
        if self.kind == "module":
            return ""
        return f"{self.module.source.path}:{self.name or self.kind}@{self.node.start_byte}"

    def enclosing(self) -> Function | None:
        """The innermost function this scope is, or is in."""
        at: Scope | None = self
        while at is not None:
            if at.function is not None:
                return at.function
            at = at.parent
        return None

    def owner(self, name: str) -> Scope | None:
        """The scope in which `name`, read here, is bound; None for a builtin or a name nobody binds."""
        at: Scope | None = self
        first = True
        while at is not None:
            if name in at.outside:
                top = self.module.scope
                return top if name in top.bindings else None
            if name in at.bindings and (first or at.kind != "class"):
                return at
            at, first = at.parent, False
        return None

    def reads(self, name: str) -> list[Node]:
        """The identifiers that read this scope's `name`, here and in inner scopes, in text order."""
        if name not in self._reads:
            readers = self.module.readers(name, self.node.start_byte, self.node.end_byte)
            out = [node for at in readers if self._sees(at, name) for node in at.own_reads[name]]
            self._reads[name] = sorted(out, key=lambda n: n.start_byte)
        return self._reads[name]

    def given(self, name: str) -> list[Binding]:
        """The bindings that give `name` a value. To be asked when the walk is done, as what follows."""
        if name not in self._given:
            self._given[name] = [b for b in self.bindings.get(name, []) if b.kind not in ("annotate", "delete")]
        return self._given[name]

    def bound_at(self, name: str, node: Node) -> Binding | None:
        """The binding of `name` in this scope that stands at `node`."""
        if name not in self._bound:
            self._bound[name] = {b.node.id: b for b in reversed(self.bindings.get(name, ()))}
        return self._bound[name].get(node.id)

    def _sees(self, reader: Scope, name: str) -> bool:
        """Does `reader`, this scope or one in it, mean this scope's `name`, with no scope between that binds it?"""
        at: Scope | None = reader
        while at is not None and at is not self:
            if at.owner(name) is not self and (at is reader or (name in at.bindings and at.kind != "class")):
                return False
            at = at.parent
        return at is not None


@dataclass(eq=False, slots=True)
class Module:
    """A parsed file and all that the walk noted down."""

    source: Source
    root: Node
    scope: Scope = field(init=False)
    functions: list[Function] = field(default_factory=list)
    classes: list[Class] = field(default_factory=list)
    calls: list[Node] = field(default_factory=list)
    strings: list[Node] = field(default_factory=list)
    imports: list[Node] = field(default_factory=list)
    stars: list[tuple[int, str]] = field(default_factory=list)
    errors: list[Span] = field(default_factory=list)
    python2: bool = False
    attributes: dict[str, list[Node]] = field(default_factory=dict)
    ranges: tuple[tuple[int, int], ...] = ()
    encoding: str = "utf-8"
    _scopes: dict[int, Scope] = field(default_factory=dict)
    _parents: dict[int, Node] = field(default_factory=dict)
    reads: dict[int, tuple[Binding, tuple[Reads, ...]]] = field(default_factory=dict)
    """By the id of a binding, its reads in this module; kept here by `leftover`, as those of attributes by their names are."""
    attribute_reads: dict[tuple[str, ...], Reads] = field(default_factory=dict)
    uses: dict[int, list[Node]] = field(default_factory=dict)
    """By the id of an assigned name, the reads that see it; kept here by `order`, as calls share their headers."""
    changes: dict[int, list[Node]] = field(default_factory=dict)
    """Those of them that change what was assigned; `attribute_changes` are those of an attribute, by its name."""
    attribute_changes: dict[str, list[Node]] = field(default_factory=dict)
    partial: bool = False
    """Functions and classes that cannot have to do with an API were not walked; `namesakes` are special methods of theirs
    that others have as well.
    """
    namesakes: frozenset[str] = frozenset()
    below_imports: Span | None = None
    """Where an import can go; kept here by `surroundings`."""
    _called: dict[str, list[Node]] | None = None
    _readers: dict[str, tuple[list[Scope], list[int]]] | None = None
    _sites: dict[str, Sites] = field(default_factory=dict)
    _attributes_given: dict[str, list[tuple[Class, Binding]]] | None = None
    _receivers: dict[str, dict[tuple[str, str], list[Node]]] = field(default_factory=dict)
    _families: dict[str, str] | None = None
    _by_name: tuple[dict[str, list[Function]], dict[str, list[Class]]] | None = None
    _above: dict[int, set[str]] = field(default_factory=dict)
    _by_node: dict[int, Function] | None = None
    _top: tuple[list[Node], list[int], list[int]] | None = None
    _heirs: dict[str, list[Class]] | None = None

    def text(self, node: Node) -> str:
        """The source text of a node."""
        return self.source.data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def span(self, node: Node) -> Span:
        """The bytes of a node."""
        return Span(self.source.path, node.start_byte, node.end_byte)

    def parent(self, node: Node) -> Node | None:
        """The node around `node`."""
        return self._parents.get(node.id)

    def ancestors(self, node: Node) -> Iterator[Node]:
        """The nodes around `node`, innermost first."""
        at = self._parents.get(node.id)
        while at is not None:
            yield at
            at = self._parents.get(at.id)

    def scope_of(self, node: Node) -> Scope:
        """The innermost scope that the code of `node` runs in (a `def` belongs to the scope around it)."""
        scopes, at, passed = self._scopes, node, list[int]()
        while (scope := scopes.get(at.id)) is None:
            passed.append(at.id)
            around = self._parents.get(at.id)
            if around is None:
                scope = self.scope
                break
            at = around
        for name in passed:
            scopes[name] = scope
        return scope

    def statement(self, node: Node) -> Node:
        """The innermost statement (a child of a block or of the module) that holds `node`."""
        at = node
        while True:
            parent = self._parents.get(at.id)
            if parent is None or parent.type in ("module", "block"):
                return at
            at = parent

    def function_of(self, node: Node) -> Function | None:
        """The innermost function or lambda whose body holds `node`."""
        return self.scope_of(node).enclosing()

    def called(self, name: str) -> list[Node]:
        """The calls whose callee's last name is `name`."""
        if self._called is None:
            self._called = {}
            for call in self.calls:
                self._called.setdefault(callee_name(call), []).append(call)
        return self._called.get(name, [])

    def readers(self, name: str, start: int, end: int) -> list[Scope]:
        """The scopes between two bytes whose own code reads `name`. To be asked when the walk is done, as all that follows."""
        if self._readers is None:
            found: dict[str, list[Scope]] = {}
            todo = [self.scope]
            while todo:
                at = todo.pop()
                for read in at.own_reads:
                    found.setdefault(read, []).append(at)
                todo += at.children
            for scopes in found.values():
                scopes.sort(key=lambda s: s.node.start_byte)
            self._readers = {read: (scopes, [s.node.start_byte for s in scopes]) for read, scopes in found.items()}
        scopes, starts = self._readers.get(name, ([], []))
        return scopes[bisect.bisect_left(starts, start) : bisect.bisect_left(starts, end)]

    def functions_by_node(self) -> dict[int, Function]:
        """The functions by the ids of their nodes."""
        if self._by_node is None:
            self._by_node = {f.node.id: f for f in self.functions}
        return self._by_node

    def statements(self, start: int, end: int) -> list[Node]:
        """The statements of the module itself that have a byte with a stretch of the file in common."""
        if self._top is None:
            nodes = self.root.named_children
            self._top = nodes, [n.start_byte for n in nodes], [n.end_byte for n in nodes]
        nodes, starts, ends = self._top
        return nodes[bisect.bisect_right(ends, start) : bisect.bisect_left(starts, end)]

    def functions_named(self, name: str) -> list[Function]:
        """The functions and methods of that name, in text order."""
        return self._named()[0].get(name, [])

    def only(self, name: str, among: Sequence[Function]) -> bool:
        """Is there one function of that name `among` those of this module, and none in what was not walked?"""
        return len(among) == 1 and name not in self.namesakes

    def classes_named(self, name: str) -> list[Class]:
        """The classes of that name, in text order."""
        return self._named()[1].get(name, [])

    def _named(self) -> tuple[dict[str, list[Function]], dict[str, list[Class]]]:
        if self._by_name is None:
            self._by_name = {}, {}
            for function in self.functions:
                self._by_name[0].setdefault(function.name, []).append(function)
            for cls in self.classes:
                self._by_name[1].setdefault(cls.name, []).append(cls)
        return self._by_name

    def heirs(self, name: str) -> list[Class]:
        """The classes that have one of that name above them, as far as names tell."""
        if self._heirs is None:
            self._heirs = {}
            for cls in self.classes:
                for above in self.names_above(cls):
                    self._heirs.setdefault(above, []).append(cls)
        return self._heirs.get(name, [])

    def names_above(self, cls: Class) -> set[str]:
        """The names of the classes above one of this module, as far as it has them."""
        if id(cls) not in self._above:
            self._above[id(cls)] = _names_above(cls)
        return self._above[id(cls)]

    def call_sites(self, function: Function) -> list[Node]:
        """The calls in this module that go to `function`, as far as names tell (a method name must be the only one)."""
        return self.sites(function.name).of(function)

    def sites(self, name: str) -> Sites:
        """The calls of that name, by what they may go to."""
        if name not in self._sites:
            from v2migrate.languages.python.sites import Sites

            self._sites[name] = Sites(self, name)
        return self._sites[name]

    def top_imports(self) -> list[Node]:
        """The import statements of the module's own level, but for those from `__future__`."""
        return [node for node in self.imports if self._parents[node.id].type == "module"]

    def attributes_given(self, name: str) -> list[tuple[Class, Binding]]:
        """The bindings of attributes of that name, of objects and of classes, with their class."""
        if self._attributes_given is None:
            self._attributes_given = {}
            for cls in self.classes:
                for table in (cls.instance, cls.scope.bindings):
                    for key, bindings in table.items():
                        self._attributes_given.setdefault(key, []).extend((cls, b) for b in bindings)
        return self._attributes_given.get(name, [])

    def attributes_of(self, receiver: str, name: str, cls: Class | None = None) -> list[Node]:
        """The attributes `receiver.name`, as they are written; only those in the `family` of a class where one is given."""
        if name not in self._receivers:
            found = self._receivers[name] = {}
            for node in self.attributes.get(name, ()):
                owner = tree.field(node, "object")
                if owner is None:
                    continue
                text, around = self.text(owner), class_around(self, node)
                found.setdefault((text, ""), []).append(node)
                if around is not None:
                    found.setdefault((text, self.family(around)), []).append(node)
        return self._receivers[name].get((receiver, self.family(cls) if cls is not None else ""), [])

    def family(self, cls: Class) -> str:
        """The name of one of the classes of this module that may share an object with `cls`: those above it and below it."""
        if self._families is None:
            self._families = {}
            for one in self.classes:
                for name in (self.text(base).rsplit(".", 1)[-1] for base in one.bases):
                    if self.classes_named(name):
                        self._families[self._head(name)] = self._head(one.name)
        return self._head(cls.name)

    def _head(self, name: str) -> str:
        assert self._families is not None
        while (above := self._families.get(name, name)) != name:
            self._families[name] = self._families.get(above, above)
            name = above
        return name


def class_of(scope: Scope) -> Class | None:
    """The class that a scope is, or whose methods it is in."""
    at: Scope | None = scope
    while at is not None:
        if at.cls is not None:
            return at.cls
        if at.function is not None and at.function.cls is not None:
            return at.function.cls
        at = at.parent
    return None


def class_around(module: Module, node: Node) -> Class | None:
    """The class whose methods hold `node`."""
    return class_of(module.scope_of(node))


def _names_above(cls: Class) -> set[str]:
    """The names of the classes above, as far as this module has them; of namesakes one is looked at."""
    todo, seen, out = [cls], set(), set[str]()
    while todo:
        at = todo.pop()
        if at.name in seen:
            continue
        seen.add(at.name)
        names = {at.module.text(b).rsplit(".", 1)[-1] for b in at.bases}
        out |= names
        found = [c for name in names for c in at.module.classes_named(name)]
        todo += sorted(found, key=lambda c: c.node.start_byte) if len(found) > 1 else found
    return out


def callee_name(call: Node) -> str:
    """The last name of a call's callee: `get` of `self.s.get(…)`; empty where it has none."""
    callee = tree.field(call, "function")
    if callee is None:
        return ""
    if callee.type == "attribute":
        callee = tree.field(callee, "attribute")
    if callee is None or callee.type != "identifier" or callee.text is None:
        return ""
    return callee.text.decode("utf-8", "replace")


def parse_module(source: Source, region: Region | None = None) -> Module:
    """The module in `source` (in `region`, where only a part of the file is Python). Never fails."""
    return _walked(source, region or tree.whole(source), partly=False)


@functools.lru_cache(maxsize=2)
def parse_part(source: Source, region: Region) -> Module:
    """The module without what cannot have to do with an API (see `parts`); its tree is whole.

    Kept while the file is looked at: what finds calls, what writes them and what tidies up ask for the same one.
    """
    return _walked(source, region, partly=True)


def _walked(source: Source, region: Region, *, partly: bool) -> Module:
    root = tree.parse(source, region).root_node
    module = Module(source, root, ranges=region.ranges, encoding=tree.encoding(source.data))
    module.scope = Scope("module", root, module, None)
    from v2migrate.languages.python.walk import Walk

    if partly:
        Walk(module).run_partly()
    else:
        Walk(module).run()
    return module

"""What no call explains: old URLs in literals, and reads of a base constant that were not followed."""

from __future__ import annotations

import bisect
from collections.abc import Collection, Iterable, Iterator, Mapping

from v2migrate.languages.python import circle, members, tree
from v2migrate.languages.python import strings as literals
from v2migrate.languages.python.scopes import Binding, Class, Module, callee_name, class_around
from v2migrate.records import replace
from v2migrate.request import Request
from v2migrate.source import Cover, Span
from v2migrate.template import Hole, Piece, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


def literals_of(module: Module) -> list[Node]:
    """The outermost string literals, docstrings left out."""
    out: list[Node] = []
    for node in module.strings:
        parent = module.parent(node)
        whole = node
        if parent is not None and parent.type == "concatenated_string":
            if parent.named_child(0) != node:  # not the list of all: a thousand strings may stand in a row
                continue
            whole = parent
            parent = module.parent(parent)
        if parent is None or parent.type not in ("expression_statement", "module", "block"):
            out.append(whole)
    return out


def literals_left(module: Module, found: list[Request]) -> list[Request]:
    """A request without a method for each old URL in a literal that no request's URL uses."""
    used = [s for r in found for s in (*r.url.spans, *r.trail)]
    path = module.source.path
    taken = Cover(s for s in used if s.path == path)
    out: list[Request] = []
    for node in literals_of(module):
        if b"/api/" not in module.source.data[node.start_byte : node.end_byte]:
            continue
        if taken.overlaps(module.span(node)):
            continue
        url = _template(module, node)
        if not circle.full_old(url):
            continue
        out.append(
            Request(
                span=module.span(node),
                language="python",
                client="none",
                method=None,
                url=url,
                gaps=("not seen in a call",),
                frozen="the call that uses this URL was not found",
            )
        )
    return out


def _template(module: Module, node: Node) -> Template:
    pieces: list[Piece] = []
    for part in literals.literal(module, node):
        if isinstance(part, Text):
            pieces.append(part)
        else:
            pieces.append(Hole(module.text(part.expression), part.span))
    return Template(tuple(pieces))


# --- holds ---


def with_holds(ev: Evaluator, module: Module, found: list[Request]) -> list[Request]:
    """The requests with the places that read a piece of their URL and were not followed."""
    cache: dict[tuple[Span, ...], tuple[Span, ...]] = {}
    holds = _Holds(ev, module)
    out: list[Request] = []
    for request in found:
        spans = version_spans(request.url)
        if spans not in cache:
            cache[spans] = holds.of(spans) if spans else ()
        out.append(replace(request, holds=cache[spans]) if cache[spans] else request)
    return out


def version_spans(url: Template) -> tuple[Span, ...]:
    """Where the version segment stands."""
    found = circle.VERSION.search(url.flat)
    if found is None:
        return ()
    return tuple(s for s in url.slice(found.start(1), found.end(1)).spans if s.start < s.end)


class _Holds:
    """The reads of bindings that were not followed, once all calls were looked at: many bindings have the same reads."""

    def __init__(self, ev: Evaluator, module: Module) -> None:
        self._ev, self._module = ev, module
        self._by_class: dict[int, tuple[Reads, set[Span], dict[int, list[Node]]]] = {}

    def of(self, version: tuple[Span, ...]) -> tuple[Span, ...]:
        """The reads of what the version's text went through that were not followed, and are not harmless."""
        out: set[Span] = set()
        for binding in self._ev.carried.through(version):
            for reads in reads_of(self._module, binding):
                lost, followed = self._sorted(reads)
                out |= lost
                if followed:
                    out.update(self._module.span(r) for r in self._above(binding, followed) if not _harmless(self._module, r))
        return tuple(sorted(out))

    def _sorted(self, reads: Reads) -> tuple[set[Span], dict[int, list[Node]]]:
        """Those that were not followed, and the others by the class they stand in."""
        if id(reads) not in self._by_class:
            module = self._module
            followed: dict[int, list[Node]] = {}
            lost: set[Span] = set()
            for read in reads.nodes:
                if (module.source.path, read.start_byte) not in self._ev.touched:
                    if not _harmless(module, read):
                        lost.add(module.span(read))
                elif (there := class_around(module, read)) is not None:
                    followed.setdefault(id(there), []).append(read)
            self._by_class[id(reads)] = reads, lost, followed
        return self._by_class[id(reads)][1:]

    def _above(self, binding: Binding, followed: Mapping[int, list[Node]]) -> Iterator[Node]:
        """Those in a class above the one that the binding is in, which gives the name a text of its own.

        They were followed for that class, and mean this binding for objects of the class below.
        """
        function = binding.scope.enclosing()
        mine = binding.scope.cls or (function.cls if function is not None else None)
        for there in members.lineage(self._ev, mine) if mine is not None else ():
            if there is mine or id(there) not in followed:
                continue
            given = [*there.scope.bindings.get(binding.name, ()), *there.instance.get(binding.name, ())]
            if any(b.value is not None and b.value.type != "none" for b in given):
                yield from followed[id(there)]


_OWN = ("self", "cls", "type(self)", "self.__class__")
_SHOWN = frozenset(
    {"print", "debug", "info", "warning", "warn", "error", "exception", "critical", "log", "echo", "secho", "pprint"}
)


def _harmless(module: Module, read: Node) -> bool:
    """True for a read that shows the text to people or asks whether there is any."""
    parent = module.parent(read)
    if parent is not None and parent.type in ("not_operator", "if_statement", "print_statement"):
        return True
    for around in module.ancestors(read):
        if around.type in ("block", "module"):
            return False
        if around.type in ("raise_statement", "print_statement", "assert_statement"):
            return True
        if around.type == "call" and callee_name(around) in _SHOWN:
            return True
    return False


class Reads:
    """Places that read one name in one way, in text order. Many bindings may share them."""

    def __init__(self, nodes: list[Node]) -> None:
        self.nodes = nodes
        self._starts = [node.start_byte for node in nodes]

    def between(self, start: int, end: int) -> list[Node]:
        """Those that begin between two bytes."""
        return self.nodes[bisect.bisect_left(self._starts, start) : bisect.bisect_left(self._starts, end)]


def reads_at(module: Module, binding: Binding, places: Iterable[int]) -> list[Node]:
    """The reads of a binding that begin at one of `places`: by name in its scope first, then by attribute."""
    wanted = sorted(set(places))
    groups = [[node for at in wanted for node in reads.between(at, at + 1)] for reads in reads_of(module, binding)]
    by_name = groups.pop(0) if groups and _named(binding) else []
    return [*by_name, *sorted((node for group in groups for node in group), key=lambda n: n.start_byte)]


def reads_of(module: Module, binding: Binding) -> tuple[Reads, ...]:
    """The reads of a binding in this module: by name in its scope, by attribute for a class's."""
    if binding.scope.module is not module:
        return ()
    if id(binding) not in module.reads:
        module.reads[id(binding)] = binding, _reads_of(module, binding)
    return module.reads[id(binding)][1]


def _reads_of(module: Module, binding: Binding) -> tuple[Reads, ...]:
    scope, name = binding.scope, binding.name
    if _named(binding):
        by_name = Reads([r for r in scope.reads(name) if not _target(module, r)])
        return (by_name, *(_by_attribute(module, name, scope.cls) if scope.cls is not None else ()))
    if binding.kind == "import":
        return (Reads(scope.reads(name)),)
    function = scope.enclosing()
    return _by_attribute(module, name, function.cls if function is not None else None)


def _named(binding: Binding) -> bool:
    """Does the binding stand for a name of its scope?"""
    return binding.node.type == "identifier" and binding.scope.bound_at(binding.name, binding.node) is binding


def _target(module: Module, node: Node) -> bool:
    parent = module.parent(node)
    return parent is not None and parent.type == "augmented_assignment" and tree.field(parent, "left") == node


def _by_attribute(module: Module, name: str, cls: Class | None) -> tuple[Reads, ...]:
    """The reads of `self.name`, and of `Class.name`."""
    own = _written(module, name, _OWN)
    return (own,) if cls is None or cls.name in _OWN else (own, _written(module, name, (cls.name,)))


def _written(module: Module, name: str, receivers: Collection[str]) -> Reads:
    key = (name, *receivers)
    if key not in module.attribute_reads:
        nodes = [node for receiver in receivers for node in module.attributes_of(receiver, name) if not _given(module, node)]
        module.attribute_reads[key] = Reads(sorted(nodes, key=lambda n: n.start_byte))
    return module.attribute_reads[key]


def _given(module: Module, node: Node) -> bool:
    """Is it the target of an assignment?"""
    parent = module.parent(node)
    return parent is not None and parent.type == "assignment" and tree.field(parent, "left") == node

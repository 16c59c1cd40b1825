"""What no call explains: old URLs in literals, and reads of a base constant that were not followed."""

from __future__ import annotations

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
    out: list[Request] = []
    for request in found:
        spans = version_spans(request.url)
        if spans not in cache:
            cache[spans] = _holds(ev, module, spans) if spans else ()
        out.append(replace(request, holds=cache[spans]) if cache[spans] else request)
    return out


def version_spans(url: Template) -> tuple[Span, ...]:
    """Where the version segment stands."""
    found = circle.VERSION.search(url.flat)
    if found is None:
        return ()
    return tuple(s for s in url.slice(found.start(1), found.end(1)).spans if s.start < s.end)


def _holds(ev: Evaluator, module: Module, version: tuple[Span, ...]) -> tuple[Span, ...]:
    out: set[Span] = set()
    for binding in ev.carried.through(version):
        for read in reads_of(module, binding):
            followed = (module.source.path, read.start_byte) in ev.touched and not _above(ev, module, binding, read)
            if not followed and not _harmless(module, read):
                out.add(module.span(read))
    return tuple(sorted(out))


def _above(ev: Evaluator, module: Module, binding: Binding, read: Node) -> bool:
    """Does the read stand in a class above the one that the binding is in, which gives the name a text of its own?

    It was followed for that class, and means this binding for objects of the class below.
    """
    function = binding.scope.enclosing()
    mine = binding.scope.cls or (function.cls if function is not None else None)
    there = class_around(module, read)
    if mine is None or there is None or there is mine or there not in members.lineage(ev, mine):
        return False
    given = [*there.scope.bindings.get(binding.name, ()), *there.instance.get(binding.name, ())]
    return any(b.value is not None and b.value.type != "none" for b in given)


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


def reads_of(module: Module, binding: Binding) -> list[Node]:
    """The reads of a binding in this module: by name in its scope, by attribute for a class's."""
    if binding.scope.module is not module:
        return []
    if id(binding) not in module.reads:
        module.reads[id(binding)] = binding, _reads_of(module, binding)
    return module.reads[id(binding)][1]


def _reads_of(module: Module, binding: Binding) -> list[Node]:
    scope = binding.scope
    if (
        binding.node.type == "identifier"
        and scope.bindings.get(binding.name)
        and binding in scope.bindings[binding.name]
    ):
        by_name = [r for r in scope.reads(binding.name) if not _target(module, r)]
        return by_name + (_by_attribute(module, binding, scope.cls) if scope.cls is not None else [])
    if binding.kind == "import":
        return scope.reads(binding.name)
    function = scope.enclosing()
    return _by_attribute(module, binding, function.cls if function is not None else None)


def _target(module: Module, node: Node) -> bool:
    parent = module.parent(node)
    return parent is not None and parent.type == "augmented_assignment" and tree.field(parent, "left") == node


def _by_attribute(module: Module, binding: Binding, cls: Class | None) -> list[Node]:
    out: list[Node] = []
    for node in module.attributes.get(binding.name, ()):
        receiver, parent = tree.field(node, "object"), module.parent(node)
        if receiver is None or (
            parent is not None and parent.type == "assignment" and tree.field(parent, "left") == node
        ):
            continue
        if module.text(receiver) in (
            "self",
            "cls",
            cls.name if cls is not None else "self",
            "type(self)",
            "self.__class__",
        ):
            out.append(node)
    return out

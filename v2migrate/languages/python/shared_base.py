"""The names that hold the start of a call's URL, where the statements that make it can be written a second time.

A constant, one made of another constant, an attribute, or one of another file that this one imports. Does not decide
whether a call needs a base of its own. What a third file does with the names is not seen.
"""

from __future__ import annotations

import functools
import re

from v2migrate.languages.python import leftover, tree
from v2migrate.languages.python.scopes import Binding, Module
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.request import Base, Copy
from v2migrate.source import Span, Step
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

_VERSION = regex(r"(?<![a-z0-9])(v)1(?:_?1)?(?=_|$)", re.I)
_DEEP = 4
"""Constants made of constants: more than these are no base that anybody would write twice."""


def of(ev: Evaluator, module: Module, call: Node, url: Template, sink: Node | None = None) -> Base | None:
    """The base of `url` as the call reads it, one that can be copied if there is any; None where none is seen.

    `sink` is the call that sends the request, where that stands in the function that `call` calls.
    """
    spans = leftover.version_spans(url)
    first: Base | None = None
    for binding in ev.carried.through(spans[:1]):
        found = _base(ev, module, call, binding, spans, sink)
        if found is not None and found.usable:
            return found
        first = first or found
    return first


def _base(
    ev: Evaluator, module: Module, call: Node, binding: Binding, version: tuple[Span, ...], sink: Node | None
) -> Base | None:
    if not _carries(ev, binding, version):
        return None
    reads, name, brought = _reads(ev, module, binding)
    if not reads:
        return None
    copies = _copies(ev, binding, version, _DEEP)
    mine = all(module.function_of(r) is module.function_of(call) for r in reads)
    handed = None
    if sink is not None and not mine and binding.scope.module is module:
        from v2migrate.languages.python import handed_base

        handed = handed_base.of(module, call, sink, binding, reads)
    usable = bool(copies) and (mine or handed is not None) and (not name or _free(module, name))
    spans = tuple(module.span(_last(r)) for r in reads)
    return Base(copies, spans, name or (copies[-1].fresh if copies else ""), brought, usable, handed)


def _carries(ev: Evaluator, binding: Binding, version: tuple[Span, ...]) -> bool:
    """Does the URL's version come through the binding, and is that one that outlives a call?"""
    if binding.kind != "assign" or binding.value is None or binding.statement is None:
        return False
    instance = binding not in binding.scope.bindings.get(binding.name, ())
    lasting = instance or binding.scope.kind in ("module", "class")
    if not lasting and not _holds(binding, version):
        return False
    through = ev.carried.spans[binding]
    return all(any(v in span for span in through) for v in version)


def _holds(binding: Binding, version: tuple[Span, ...]) -> bool:
    """Is the version's text written in the binding's own value?"""
    value, path = binding.value, binding.scope.module.source.path
    assert value is not None
    return all(s.path == path and value.start_byte <= s.start and s.end <= value.end_byte for s in version)


def _reads(ev: Evaluator, module: Module, binding: Binding) -> tuple[list[Node], str, tuple[Step, ...]]:
    """Where the call at hand reads the binding in its own file; there, for one that is imported, the name of a second one
    (empty: that of the copy), and the import of it."""
    if binding.scope.module is module:
        return leftover.reads_at(module, binding, (at for path, at in ev.site if path == module.source.path)), "", ()
    from v2migrate.languages.python import imported_base

    seen = imported_base.reads(ev, module, binding, fresh_name)
    if seen is None:
        return [], "", ()
    found, name, brought = seen
    return [r for r in found if (module.source.path, r.start_byte) in ev.site], name, brought


def _last(read: Node) -> Node:
    return (tree.field(read, "attribute") or read) if read.type == "attribute" else read


# --- copies ---


def _copies(ev: Evaluator, binding: Binding, version: tuple[Span, ...], depth: int) -> tuple[Copy, ...]:
    """The statements from the version's text to the binding, as they can be written again; nothing where they cannot."""
    module, value, statement = binding.scope.module, binding.value, binding.statement
    assert value is not None and statement is not None
    fresh, taken = _fresh(module, binding.name, statement)
    if not fresh or not depth or not _single(module, binding, value, statement):
        return ()
    name = _last(binding.node)
    copy = Copy(module.span(statement), module.span(name), fresh, taken)
    runs = any(n.type in ("call", "await", "named_expression") for n in tree.descend(value))
    if _holds(binding, version) and not runs:
        return (copy,)
    inner = [] if runs or _holds(binding, version) else _made_of(ev, binding, value, version)
    if len(inner) == 1 and inner[0].binding.name != binding.name:
        before = _copies(ev, inner[0].binding, version, depth - 1)
        if before:
            reads = tuple(module.span(_last(r)) for r in inner[0].reads)
            return (*before, Copy(copy.statement, copy.name, fresh, taken, reads))
    if len(version) != 1 or binding.scope.kind == "class":
        return ()
    quote = _quote(module, value)
    left = tree.field(statement, "left")
    old = module.text(left) if left is not None else binding.name
    second = old[: len(old) - len(binding.name)] + fresh
    text = f"{_escaped(second)} = {_escaped(old)}.replace({quote}{{0}}{quote}, {quote}{{1}}{quote})"
    return (Copy(copy.statement, copy.name, fresh, taken, (), text, version[0]),)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _quote(module: Module, value: Node) -> str:
    found = re.search("[\"']", module.text(value))
    if found is not None:
        return found[0]
    data = module.source.data
    return "'" if data.count(b"'") > data.count(b'"') else '"'


@dataclass(frozen=True, slots=True)
class _Inner:
    """A binding that another one's value reads, and where."""

    binding: Binding
    reads: tuple[Node, ...]


def _made_of(ev: Evaluator, binding: Binding, value: Node, version: tuple[Span, ...]) -> list[_Inner]:
    """The bindings of the same file that the value takes the version from."""
    module = binding.scope.module
    out: list[_Inner] = []
    for other in ev.carried.through(version[:1]):
        if other is binding or other.scope.module is not module or not _carries(ev, other, version):
            continue
        groups = leftover.reads_of(module, other)
        near = [r for group in groups for r in group.between(value.start_byte, value.end_byte)]
        reads = tuple(r for r in near if r.end_byte <= value.end_byte)
        if reads:
            out.append(_Inner(other, reads))
    return out


def _single(module: Module, binding: Binding, value: Node, statement: Node) -> bool:
    """Is it the only statement that gives the name a value, and alone on its lines?"""
    if len(binding.scope.bindings.get(binding.name, ())) > 1 or binding.path or statement.type != "assignment":
        return False
    given = module.attributes_given(binding.name)
    if len(given) > 1 or any(b is not binding for _, b in given):
        return False
    if any("__slots__" in cls.scope.bindings and binding in cls.instance.get(binding.name, ()) for cls, _ in given):
        return False
    if module.parent(value) != statement:  # `A = B = "…"`
        return False
    data = module.source.data
    before = data[data.rfind(b"\n", 0, statement.start_byte) + 1 : statement.start_byte]
    end = data.find(b"\n", statement.end_byte)
    behind = data[statement.end_byte : end if end >= 0 else len(data)].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


# --- names ---


def fresh_name(name: str) -> str:
    """What a second base is called."""
    if _VERSION.search(name):
        return _VERSION.sub(r"\g<1>2", name)
    return name + ("_V2" if name.isupper() else "_v2" if name.islower() else "V2")


def _free(module: Module, name: str) -> bool:
    return _unused(module.source.data, name.encode())


@functools.lru_cache(maxsize=64)
def _unused(data: bytes, name: bytes) -> bool:
    return name not in data or re.search(rb"(?<!\w)" + name + rb"(?!\w)", data) is None


def _fresh(module: Module, name: str, statement: Node) -> tuple[str, bool]:
    """A name for the second base, and whether the next statement gives it already; empty where all are in use."""
    wanted = fresh_name(name)
    parent = module.parent(statement)
    following = parent.next_named_sibling if parent is not None else None
    while following is not None and following.type == "comment":
        following = following.next_named_sibling
    given = tree.named(following)[:1] if following is not None and following.type == "expression_statement" else []
    left = tree.field(given[0], "left") if given and given[0].type == "assignment" else None
    if left is not None and module.text(left).rpartition(".")[2] == wanted:
        return wanted, True
    return (wanted, False) if _free(module, wanted) else ("", False)

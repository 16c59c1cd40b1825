"""Which functions and classes of a file can have to do with a web API. Knows words, and what a definition gives to others.

What only loops over lists is not walked, and its calls are not looked at: of a long file that is most. What is left out
shares no name with what is kept: neither uses what the other one defines, on whatever way round. Not seen: a name that
the program puts together as it runs.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence

from v2migrate.languages.python import modules, outline, tree
from v2migrate.languages.python.scopes import Binding, Module
from v2migrate.records import dataclass, field
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

DEFINITIONS = frozenset({"function_definition", "class_definition", "decorated_definition"})
_SPEAKS = regex(rb"api(?![a-z])|\bimport\b")
_WORD = regex(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_DEFINED = regex(rb"\b(?:def|class)\s+([A-Za-z_\x80-\xff][\w\x80-\xff]*)")
_GLOBAL = regex(rb"\bglobal\b([^\n;]*)")
_STORED = regex(rb"\.\s*([A-Za-z_\x80-\xff][\w\x80-\xff]*)(?![\w\x80-\xff])(?!\s*[(.])")
"""An attribute that is neither called nor gone on with: all that can be given a value, and more."""
_PYTHON2 = regex(rb"\b(?:print|exec)\b")
_SPECIAL = regex(rb"__\w+__")
_PLAIN = frozenset({"string", "concatenated_string", "integer", "float", "true", "false", "none"})
_LOGGERS = (b"getLogger", b"get_logger")
_STATEMENT = regex(rb"\b(?:print|exec)\b(?!\s*\()")
"""What may look like a statement of Python 2 even where all of the file is Python 3: `print >> stream, x`."""


@dataclass(eq=False, slots=True)
class Part:
    """A statement of the module itself, and the names that it gives to the others."""

    start: int
    end: int
    speaks: bool = False
    gives: set[bytes] = field(default_factory=set)
    node: Node | None = None
    """None where it was not parsed."""


def silent(data: bytes) -> list[Part]:
    """The functions and classes of a file that say nothing of an API: they need not be parsed until others name them.

    None of a file of which they are less than half, or that does not parse as Python 3.
    """
    found = outline.outline(data)
    quiet = [one for one in found.definitions if _quiet(data[one.start : one.end])]
    if sum(one.end - one.start for one in quiet) < len(data) // 2:
        return []
    tables = outline.tables(data, found)
    if tables is None:
        return []
    out = []
    for one in quiet:
        text = data[one.start : one.end]
        gives = {name.encode() for name in outline.given(tables[one.line])}
        gives.update(_globals(text))
        if b"class" in text:
            gives.update(_STORED.findall(text))
        out.append(Part(one.start, one.end, gives=gives))
    return out


def _quiet(text: bytes) -> bool:
    return not _speaks(text.lower()) and ((b"print" not in text and b"exec" not in text) or _STATEMENT.search(text) is None)


def needed(module: Module, definitions: Sequence[Node], others: Sequence[Node], unparsed: Sequence[Part]) -> list[Part]:
    """Those of a module's `definitions`, and of those that were not parsed, that its calls of an API can have to do with.

    The `others`, all that is no definition, have been walked already: their bindings are known. Special methods of what is
    left out are noted in `Module.namesakes`: of several of one name none is the only one.
    """
    defined = [*(_part(module, node) for node in definitions), *unparsed]
    if any(modules.of_project(level, dotted) for level, dotted in module.stars):
        return defined  # any name can come from there
    rest = [_part(module, node) for node in others]
    for part in defined:
        if part.node is not None:
            part.gives = _given(module, part.node)
    brought = _bound(module, rest)
    special: dict[bytes, int] = {}
    for part in defined:
        for name in part.gives:
            if _SPECIAL.fullmatch(name):
                special[name] = special.get(name, 0) + 1
    many = {name for name, count in special.items() if count > 1}
    kept = _reached(module.source.data, [*defined, *rest], brought, many)
    out = [part for part in defined if id(part) in kept or (part.node is not None and _old(module, part.node))]
    left = [part for part in defined if id(part) not in kept]
    module.namesakes = frozenset(name.decode() for part in left for name in part.gives & many)
    return out


def _reached(data: bytes, parts: Sequence[Part], brought: frozenset[bytes], apart: set[bytes]) -> set[int]:
    """The ids of the parts that speak of an API or use a name of `brought`, and of all that share names with them."""
    given = {name for part in parts for name in part.gives} - apart
    words = {id(part): set(_WORD.findall(data, part.start, part.end)) for part in parts}
    sharing: dict[bytes, list[Part]] = {}
    for part in parts:
        for name in (words[id(part)] | part.gives) & given:
            sharing.setdefault(name, []).append(part)
    todo = [part for part in parts if part.speaks or not brought.isdisjoint(words[id(part)])]
    seen = {id(part) for part in todo}
    while todo:
        part = todo.pop()
        for name in (words[id(part)] | part.gives) & given:
            for other in sharing.pop(name, ()):
                if id(other) not in seen:
                    seen.add(id(other))
                    todo.append(other)
    return seen


def _part(module: Module, node: Node) -> Part:
    start, end = node.start_byte, node.end_byte
    return Part(start, end, _speaks(module.source.data[start:end].lower()), node=node)


def _speaks(low: bytes) -> bool:
    """May a stretch of code, in lower case, have to do with an API by itself? Plain searches let go of most.

    `/api` or CircleCI's name is in each URL that counts; an option's default is found by its name alone; and what a function
    imports for itself may be an URL.
    """
    if b"circle" in low or b"add_argument" in low:
        return True
    return (b"api" in low or b"import" in low) and _SPEAKS.search(low) is not None


def _old(module: Module, node: Node) -> bool:
    """Is there a statement of Python 2 in it? Then all of the file is left as it is."""
    data = module.source.data
    if data.find(b"print", node.start_byte, node.end_byte) < 0 and data.find(b"exec", node.start_byte, node.end_byte) < 0:
        return False
    for found in _PYTHON2.finditer(data, node.start_byte, node.end_byte):
        word = node.descendant_for_byte_range(found.start(), found.end())
        if word is not None and word.type in ("print", "exec", "print_statement", "exec_statement"):
            return True
    return False


# --- names ----------------------------------------------------------------------------------------------------------


def _given(module: Module, node: Node) -> set[bytes]:
    """The names that code outside of a definition can reach it by, or what is in it."""
    text = module.source.data[node.start_byte : node.end_byte]
    names = set(_DEFINED.findall(text))
    names.update(_globals(text))
    if b"class" in text:
        names.update(_STORED.findall(text))
        names.update(_attributes(module, node))
    return names


def _globals(text: bytes) -> Iterator[bytes]:
    """The names of the module that a definition may bind."""
    for found in _GLOBAL.findall(text) if b"global" in text else ():
        yield from _WORD.findall(found)


def _attributes(module: Module, node: Node) -> Iterable[bytes]:
    """The names that statements of a class's own body may bind, or all its words where it is not clear which."""
    data = module.source.data
    inner = tree.field(node, "definition") if node.type == "decorated_definition" else node
    body = tree.field(inner, "body") if inner is not None and inner.type == "class_definition" else None
    for statement in body.named_children if body is not None else ():
        start, end = statement.start_byte, statement.end_byte
        if statement.type == "expression_statement":
            given = statement.named_children[0]
            if given.type in ("string", "concatenated_string"):
                continue
            while given.type == "assignment" and (right := tree.field(given, "right")) is not None:
                given, end = right, right.start_byte
        if statement.type not in ("function_definition", "comment") and not _method(statement):
            yield from _WORD.findall(data, start, end)
    if body is None:  # a class in a function
        yield from _WORD.findall(data, node.start_byte, node.end_byte)


def _method(statement: Node) -> bool:
    inner = tree.field(statement, "definition") if statement.type == "decorated_definition" else None
    return inner is not None and inner.type == "function_definition"


def _bound(module: Module, rest: Sequence[Part]) -> frozenset[bytes]:
    """Note what the statements that are no definitions give. The names that may come from other files of the project."""
    starts = [part.start for part in rest]
    brought: set[bytes] = set()
    for name, bindings in module.scope.bindings.items():
        for binding in bindings:
            at = bisect.bisect_right(starts, binding.node.start_byte) - 1
            if binding.kind == "import":
                if binding.origin is None or modules.of_project(*binding.origin[:2]):
                    brought.add(name.encode())
            elif at >= 0 and not (len(bindings) == 1 and not rest[at].speaks and _inert(module, binding)):
                rest[at].gives.add(name.encode())
    return frozenset(brought)


def _inert(module: Module, binding: Binding) -> bool:
    """Is it a constant, or a log: one that nothing flows through from one that uses it to another?"""
    value = binding.value if binding.kind == "assign" and not binding.path else None
    if value is None or value.type in _PLAIN:
        return value is not None
    callee = tree.field(value, "function") if value.type == "call" else None
    return callee is not None and module.text(callee).encode().endswith(_LOGGERS)

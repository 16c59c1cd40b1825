"""Which functions and classes of a file can have to do with a web API. Knows words, and what a definition gives to others.

What only loops over lists is not walked, and its calls are not looked at: of a long file that is most. What is left out
shares no name with what is kept: neither uses what the other one defines, on whatever way round. Not seen: a name that
the program puts together as it runs.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Sequence

from v2migrate.languages.python import modules, tree
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


@dataclass(eq=False, slots=True)
class _Part:
    """A statement of the module itself: the words in it, and the names that it gives to the others."""

    node: Node
    words: frozenset[bytes]
    speaks: bool
    gives: set[bytes] = field(default_factory=set)


def needed(module: Module, definitions: Sequence[Node], others: Sequence[Node]) -> list[Node]:
    """Those of a module's `definitions` that its calls of an API can have to do with.

    The `others`, all that is no definition, have been walked already: their bindings are known. Special methods of what is
    left out are noted in `Module.namesakes`: of several of one name none is the only one.
    """
    if any(modules.of_project(level, dotted) for level, dotted in module.stars):
        return list(definitions)  # any name can come from there
    defined, rest = [_part(module, node) for node in definitions], [_part(module, node) for node in others]
    for part in defined:
        part.gives = _given(module, part.node)
    brought = _bound(module, rest)
    special: dict[bytes, int] = {}
    for part in defined:
        for name in part.gives:
            if _SPECIAL.fullmatch(name):
                special[name] = special.get(name, 0) + 1
    many = {name for name, count in special.items() if count > 1}
    kept = _reached([*defined, *rest], brought, many)
    out = [part.node for part in defined if id(part) in kept or _old(module, part.node)]
    left = [part for part in defined if id(part) not in kept]
    module.namesakes = frozenset(name.decode() for part in left for name in part.gives & many)
    return out


def _reached(parts: Sequence[_Part], brought: frozenset[bytes], apart: set[bytes]) -> set[int]:
    """The ids of the parts that speak of an API or use a name of `brought`, and of all that share names with them."""
    given = {name for part in parts for name in part.gives} - apart
    sharing: dict[bytes, list[_Part]] = {}
    for part in parts:
        for name in (part.words | part.gives) & given:
            sharing.setdefault(name, []).append(part)
    todo = [part for part in parts if part.speaks or not brought.isdisjoint(part.words)]
    seen = {id(part) for part in todo}
    while todo:
        part = todo.pop()
        for name in (part.words | part.gives) & given:
            for other in sharing.pop(name, ()):
                if id(other) not in seen:
                    seen.add(id(other))
                    todo.append(other)
    return seen


def _part(module: Module, node: Node) -> _Part:
    text = module.source.data[node.start_byte : node.end_byte]
    return _Part(node, frozenset(_WORD.findall(text)), _speaks(text.lower()))


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
    for found in _GLOBAL.findall(text) if b"global" in text else ():
        names.update(_WORD.findall(found))
    if b"class" in text:
        names.update(_STORED.findall(text))
        names.update(_attributes(module, node))
    return names


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


def _bound(module: Module, rest: Sequence[_Part]) -> frozenset[bytes]:
    """Note what the statements that are no definitions give. The names that may come from other files of the project."""
    starts = [part.node.start_byte for part in rest]
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

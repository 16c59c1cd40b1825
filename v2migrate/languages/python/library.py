"""Calls of client libraries: methods of an object that comes from one of some modules. Knows no rule and no endpoint."""

from __future__ import annotations

from collections.abc import Mapping

from v2migrate.languages.python.answer import follow
from v2migrate.languages.python.scopes import Module, parse_module, parse_part
from v2migrate.languages.python.tree import arguments, field, item_list, span_of
from v2migrate.records import dataclass
from v2migrate.request import Answer
from v2migrate.source import ItemList, Region, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class LibraryCall:
    """A call of `method` (dotted where the library nests: `build.trigger`) in a file that imports `module`.

    `name` is the method's last name in the text, `arguments` the call's arguments, `keys` the names of those that have one
    (by index; `*` for a starred one), and `answer` what the program reads from the value.
    """

    span: Span
    module: str
    method: str
    name: Span
    arguments: ItemList
    keys: tuple[str, ...]
    answer: Answer


def library_calls(source: Source, region: Region, methods: Mapping[str, frozenset[str]]) -> tuple[LibraryCall, ...]:
    """The calls in a region whose dotted name ends in one of `methods[module]`, for each module that the file imports.

    The receiver may come from anywhere (an argument, an attribute): what decides is the import and the method's name, so
    `methods` must not hold names that other classes have too. Files that import nothing of `methods` give nothing.
    """
    if not any(module.encode() in source.data for module in methods):
        return ()
    imported = {module for node in parse_part(source, region).imports for module in _modules(node) if module in methods}
    if not imported:
        return ()
    known = parse_module(source, region)  # its functions are named `trigger_build` and the like, not after an API
    out: list[tuple[Node, str, str]] = []
    for node in known.calls:
        name = _dotted(field(node, "function"))
        for module in sorted(imported):
            found = next((m for m in sorted(methods[module], key=len, reverse=True) if _ends(name, m)), None)
            if found is not None:
                out.append((node, module, found))
                break
    return tuple(_call(source, known, node, module, found) for node, module, found in out)


def _call(source: Source, known: Module, node: Node, module: str, method: str) -> LibraryCall:
    function, brackets = field(node, "function"), field(node, "arguments")
    assert function is not None and brackets is not None
    name = field(function, "attribute") or function
    keys = tuple(_key(argument) for argument in arguments(node))
    return LibraryCall(
        span_of(source.path, node), module, method, span_of(source.path, name), item_list(source.path, brackets), keys,
        follow(known, node, "body"),
    )  # fmt: skip


def _key(argument: Node) -> str:
    if argument.type in ("list_splat", "dictionary_splat"):
        return "*"
    key = field(argument, "name") if argument.type == "keyword_argument" else None
    return key.text.decode("utf-8", "replace") if key is not None and key.text else ""


def _modules(node: Node) -> list[str]:
    """The top-level modules that an import statement names."""
    if node.type == "import_from_statement":
        names = [field(node, "module_name")]
    elif node.type == "import_statement":
        names = [field(c, "name") if c.type == "aliased_import" else c for c in node.named_children]
    else:
        return []
    return [n.text.decode("utf-8", "replace").split(".")[0] for n in names if n is not None and n.text]


def _dotted(node: Node | None) -> tuple[str, ...]:
    """`self.client.build.trigger` as its names; what is no name in front of them is `…`."""
    names: list[str] = []
    while node is not None and node.type == "attribute":
        attribute = field(node, "attribute")
        if attribute is None or attribute.text is None:
            break
        names.append(attribute.text.decode("utf-8", "replace"))
        node = field(node, "object")
    if node is not None:
        simple = node.type == "identifier" and node.text is not None
        names.append(node.text.decode("utf-8", "replace") if simple and node.text else "…")
    return tuple(reversed(names))


def _ends(name: tuple[str, ...], method: str) -> bool:
    """Does the dotted name end in the method, with a receiver in front?"""
    wanted = tuple(method.split("."))
    return len(name) > len(wanted) and name[-len(wanted) :] == wanted

"""A constant of another file as this one reads it: by a name it imports, as an attribute of the module, or by `*`.

Says where that is and how a second constant beside it would be read. Does not know what the constant is for.
"""

from __future__ import annotations

from collections.abc import Callable

from v2migrate.languages.python import leftover, tree
from v2migrate.languages.python.scopes import Binding, Module
from v2migrate.languages.python.values import ModuleRef
from v2migrate.source import Add, ItemList, Put, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

    Seen = tuple[list[Node], str, tuple[Step, ...]]


def reads(ev: Evaluator, module: Module, binding: Binding, second: Callable[[str], str]) -> Seen | None:
    """The reads in `module` of a binding of another file, the name for a second one there (empty: its own), and its import.

    None where the file reads it in no way or in several. `second` makes a name for a second one from that of the first.
    """
    if binding.scope.kind != "module":
        return _inherited(module, binding)
    ways = (_by_name(ev, module, binding, second), _by_module(ev, module, binding), _by_star(ev, module, binding))
    found = [seen for seen in ways if seen is not None]
    return found[0] if len(found) == 1 else None


def _by_name(ev: Evaluator, module: Module, binding: Binding, second: Callable[[str], str]) -> Seen | None:
    """`from settings import API` or `… import API as BASE`."""
    for name, bound in module.scope.bindings.items():
        one = bound[0]
        if len(bound) != 1 or one.origin is None or one.origin[2] != binding.name or one.statement is None:
            continue
        if ev.project.find(module, one.origin[0], one.origin[1]) is not binding.scope.module:
            continue
        names = one.statement.children_by_field_name("name")
        path = module.source.path
        items = ItemList(tree.span_of(path, names[0]), tuple(tree.span_of(path, n) for n in names))
        wanted = second(binding.name)
        here = wanted if name == binding.name else second(name)
        text = (wanted if here == wanted else f"{wanted} as {here}").encode()
        found = [read for reads in leftover.reads_of(module, one) for read in reads.nodes]
        item = next((i for i, n in enumerate(names) if module.text(n).split()[-1] == name), None)
        if len(found) == 1 and item is not None and not module.source.path.endswith("__init__.py"):
            return found, here, (Put(items.items[item], text),)  # the only read goes, and the old name with it
        return found, here, (Add(items, text),)
    return None


def _by_module(ev: Evaluator, module: Module, binding: Binding) -> Seen | None:
    """`import settings` and `settings.API`."""
    out: list[Node] = []
    for node in module.attributes.get(binding.name, ()):
        owner = tree.field(node, "object")
        if owner is None or (module.source.path, node.start_byte) not in ev.site:
            continue
        if any(isinstance(v, ModuleRef) and v.module is binding.scope.module for v in ev.values(owner, ev.top(module))):
            out.append(node)
    return (out, "", ()) if out else None


def _by_star(ev: Evaluator, module: Module, binding: Binding) -> Seen | None:
    """`from settings import *`, where that file does not list what it gives."""
    home = binding.scope.module
    if "__all__" in home.scope.bindings or binding.name in module.scope.bindings:
        return None
    if not any(ev.project.find(module, level, dotted) is home for level, dotted in module.stars):
        return None
    out, stack = [], [module.scope]
    while stack:
        scope = stack.pop()
        out += [r for r in scope.own_reads.get(binding.name, ()) if scope.owner(binding.name) is None]
        stack += scope.children
    return (out, "", ()) if out else None


def _inherited(module: Module, binding: Binding) -> Seen | None:
    """`self.api` of a class in the other file, read in a class here that is made of it."""
    out = [
        node
        for node in module.attributes.get(binding.name, ())
        if (owner := tree.field(node, "object")) is not None and module.text(owner) in ("self", "cls")
    ]
    return (out, "", ()) if out else None

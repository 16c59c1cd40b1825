"""A function that reads a base URL for all its callers, made to take one: `def get(path, base=None)`, `base or API`.

The function goes on as before for who hands in nothing, also where the name is given another value at run time. What is
called by that name in another file, with another signature, is not seen.
"""

from __future__ import annotations

import re

from v2migrate.languages.python import tree
from v2migrate.languages.python.scopes import Binding, Function, Module, callee_name
from v2migrate.request import Handed
from v2migrate.source import Put, Span, Step

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_NAMES = ("base", "base_url", "api_base")
_HARMLESS = frozenset({"staticmethod", "classmethod"})
_ALONE = frozenset({"argument_list", "interpolation", "assignment", "keyword_argument", "parenthesized_expression"})


def of(module: Module, call: Node, sink: Node, binding: Binding, reads: list[Node]) -> Handed | None:
    """How `call` can hand a base to the function around `sink`, which reads `binding` at `reads`; None: it cannot."""
    function = module.function_of(sink)
    if function is None or len(reads) != 1 or module.ranges != ((0, len(module.source.data)),):
        return None
    if not (_open(module, function) and _surely(module, call, function) and _alone(module, function, sink, reads[0])):
        return None
    if _keeps(module, function, sink):
        return None
    read, holder = reads[0], tree.field(call, "arguments")
    before = _spelled(module, call, binding, read)
    if holder is None or holder.type != "argument_list" or before is None:
        return None
    if any(a.type in ("list_splat", "dictionary_splat") for a in tree.arguments(call)):
        return None
    steps: tuple[Step, ...] = ()
    name = _taken(module, function, read)
    if not name:
        name = next((n for n in _NAMES if not _used(module, function, n)), "")
        steps = _steps(module, function, read, name)
        if not steps:
            return None
    elif tree.keyword(call, name) is not None or _full(call, function):
        return None
    return Handed(module.span(function.node), steps, tree.item_list(module.source.path, holder), f"{name}={before}")


def _open(module: Module, function: Function) -> bool:
    """Can the function get a parameter: is it a plain `def`, the only one of its name, whose callers name arguments?"""
    name, around = function.name, function.scope.parent
    twins = module.functions_named(name)
    return (
        function.node.type == "function_definition"
        and len(twins) == 1
        and (around is None or len(around.bindings.get(name, ())) == 1)
        and not any(name in cls.instance for cls, _ in module.attributes_given(name))
        and not any(p.kind in ("args", "kwargs") for p in function.parameters)
        and all(d in _HARMLESS for d in function.decorators)
        and not (name.startswith("__") and name.endswith("__"))
    )


def _surely(module: Module, call: Node, function: Function) -> bool:
    """Does the call go to the function for sure? A method's name alone does not say whose method it is."""
    callee = tree.field(call, "function")
    receiver = tree.field(callee, "object") if callee is not None and callee.type == "attribute" else None
    name = module.text(receiver) if receiver is not None else ""
    if receiver is not None and function.cls is not None and name == function.cls.name:
        return "classmethod" in function.decorators or function.static
    if function not in module.sites(function.name).callees(call):
        return False
    if receiver is None or name in ("self", "cls"):
        return True
    owner = module.scope_of(call).owner(name) if receiver.type == "identifier" else None
    given = owner.bindings[name] if owner is not None else []
    return bool(given) and function.cls is not None and all(_made(module, b, function.cls.name) for b in given)


def _made(module: Module, binding: Binding, cls: str) -> bool:
    """Is it `name = Class(…)`?"""
    value = binding.value if binding.kind == "assign" and not binding.path else None
    callee = tree.field(value, "function") if value is not None and value.type == "call" else None
    return callee is not None and module.text(callee) == cls


def _alone(module: Module, function: Function, sink: Node, read: Node) -> bool:
    """Does the read serve this request alone: in its call, or in the one variable that is used there and nowhere else?"""
    if module.function_of(read) is not function:
        return False
    if _inside(read, sink):
        return True
    statement = module.statement(read)
    given = tree.named(statement)[0] if statement.type == "expression_statement" else statement
    left = tree.field(given, "left") if given.type == "assignment" else None
    if left is None or left.type != "identifier":
        return False
    name = module.text(left)
    uses = function.scope.reads(name)
    sends = all(_inside(use, sink) or _same_client(module, use, sink) for use in uses)
    return len(function.scope.bindings.get(name, ())) == 1 and bool(uses) and sends


def _same_client(module: Module, use: Node, sink: Node) -> bool:
    """Is it an argument of a call on the sink's client: `requests.post(url)` beside `requests.get(url)`?"""
    holder = module.parent(use)
    call = module.parent(holder) if holder is not None and holder.type == "argument_list" else None
    callees = [tree.field(c, "function") for c in (call, sink) if c is not None]
    owners = [tree.field(c, "object") for c in callees if c is not None and c.type == "attribute"]
    return len(owners) == 2 and None not in owners and len({module.text(o) for o in owners if o is not None}) == 1


def _keeps(module: Module, function: Function, sink: Node) -> bool:
    """May the function keep answers by what it was called with? Those of two APIs would be taken for one another."""
    for parameter in function.parameters[0 if function.static else 1 :]:
        for read in function.scope.reads(parameter.name):
            for around in module.ancestors(read):
                if around == sink or around.type == "block":
                    break
                if around.type == "subscript" or (around.type == "call" and callee_name(around) in ("get", "setdefault")):
                    return True
                if around.type == "comparison_operator" and tree.named(around)[0] == read and b"in" in _signs(around):
                    return True
    return False


def _signs(comparison: Node) -> list[bytes]:
    return [word for c in comparison.children if not c.is_named for word in (c.text or b"").split()]


def _inside(node: Node, other: Node) -> bool:
    return other.start_byte <= node.start_byte and node.end_byte <= other.end_byte


def _spelled(module: Module, call: Node, binding: Binding, read: Node) -> str | None:
    """What stands before the base's name at the call: nothing, or the object it is an attribute of."""
    if read.type != "attribute":
        return "" if binding.scope is module.scope else None
    owner, callee = tree.field(read, "object"), tree.field(call, "function")
    receiver = tree.field(callee, "object") if callee is not None and callee.type == "attribute" else None
    if owner is None or module.text(owner) not in ("self", "cls") or receiver is None or receiver.type != "identifier":
        return None
    return module.text(receiver) + "."


def _taken(module: Module, function: Function, read: Node) -> str:
    """The parameter that the function takes a base by already: `base` of `base or API`."""
    around = module.parent(read)
    left = tree.field(around, "left") if around is not None and tree.operator(around) == "or" else None
    if left is None or left.type != "identifier":
        return ""
    name = module.text(left)
    last = function.parameters[-1] if function.parameters else None
    empty = last is not None and last.default is not None and module.text(last.default) in ("None", '""', "''")
    return name if last is not None and empty and last.name == name and len(function.scope.bindings[name]) == 1 else ""


def _full(call: Node, function: Function) -> bool:
    """Does the call give the last parameter by its place?"""
    return len(tree.positional(call)) >= len(function.parameters) - (not function.static)


def _used(module: Module, function: Function, name: str) -> bool:
    node = function.node
    text = module.source.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
    return re.search(rf"(?<![\w.]){name}(?!\w)", text) is not None


def _steps(module: Module, function: Function, read: Node, name: str) -> tuple[Step, ...]:
    """The parameter, and its use where the base is read."""
    parameters, around = tree.field(function.node, "parameters"), module.parent(read)
    given = tree.named(parameters) if parameters is not None else []
    if not given or around is None or not name:
        return ()
    text = module.text(read)
    if around.type == "interpolation" and module.text(around).strip("{} ") != text:
        return ()  # `{API=}` shows the expression itself
    typed = given[-1].type in ("typed_parameter", "typed_default_parameter")
    new = f'{name}: str = ""' if typed else f"{name}=None"
    data, path = module.source.data, module.source.path
    gap = data[given[-2].end_byte : given[-1].start_byte] if len(given) > 1 else b", "
    if gap.strip() != b",":
        gap = b", "
    end = given[-1].end_byte
    use = f"{name} or {text}" if around.type in _ALONE else f"({name} or {text})"
    return Put(Span(path, end, end), gap + new.encode()), Put(module.span(read), use.encode())

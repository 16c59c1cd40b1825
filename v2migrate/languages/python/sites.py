"""The calls of one name in a module, by the function that each goes to as far as names tell. Evaluates nothing."""

from __future__ import annotations

from v2migrate.languages.python import tree
from v2migrate.languages.python.scopes import Class, Function, Module, Scope, class_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_OWN = frozenset({"self", "cls", "super()"})


class Sites:
    """The calls of `name`, sorted once: functions of one name, and calls of them, may be many."""

    def __init__(self, module: Module, name: str) -> None:
        self._module, self._name = module, name
        self._found: dict[Function, list[Node]] = {}
        self._callees: dict[int, list[Function]] | None = None
        self._plain: dict[int, list[Node]] | None = None
        """By the id of the function that a name alone stands for."""
        self._methods: dict[int, list[tuple[str, Node]]] = {}
        """By the id of the class around, with the receiver."""
        self._receivers: list[tuple[str, Node]] = []

    def of(self, function: Function) -> list[Node]:
        """The calls that go to the function, in text order."""
        if function not in self._found:
            cls = function.cls if self._name == "__init__" else None
            self._found[function] = self._all(function) if cls is None else self._made(cls)
        return self._found[function]

    def callees(self, call: Node) -> list[Function]:
        """The functions of the name that the call may go to, in text order."""
        if self._callees is None:
            self._callees = {}
            for function in self._module.functions_named(self._name):
                for site in self.of(function):
                    self._callees.setdefault(site.id, []).append(function)
        return self._callees.get(call.id, [])

    def _made(self, cls: Class) -> list[Node]:
        """The calls of a class with this constructor, or of one below it."""
        module = self._module
        found = module.heirs(cls.name)
        if cls.module is module and cls not in found:
            found = sorted([*found, cls], key=lambda c: c.node.start_byte)
        return [call for at in found for call in module.called(at.name) if _named(call)]

    def _all(self, function: Function) -> list[Node]:
        if self._plain is None:
            self._plain = {}
            self._sort(self._plain)
        out = [*self._plain.get(id(function), ())]
        cls = function.cls
        if cls is not None:
            for at in {id(c): c for c in (cls, *self._module.heirs(cls.name))}:
                out += [call for receiver, call in self._methods.get(at, ()) if receiver in _OWN or receiver == cls.name]
            if self._module.only(self._name, self._module.functions_named(self._name)):
                out += [call for receiver, call in self._receivers if receiver not in _OWN and receiver != cls.name]
        return sorted(out, key=lambda c: (c.start_byte, -c.end_byte))

    def _sort(self, plain: dict[int, list[Node]]) -> None:
        module, name = self._module, self._name
        owners: dict[int, tuple[Scope, list[Node]]] = {}
        for call in module.called(name):
            callee = tree.field(call, "function")
            if callee is None:
                continue
            scope = module.scope_of(call)
            if callee.type == "identifier":
                owner = scope.owner(name)
                if owner is not None:
                    owners.setdefault(id(owner), (owner, []))[1].append(call)
                continue
            object_, around = tree.field(callee, "object"), class_of(scope)
            receiver = module.text(object_) if object_ is not None else ""
            self._receivers.append((receiver, call))
            if around is not None:
                self._methods.setdefault(id(around), []).append((receiver, call))
        for owner, calls in owners.values():
            for target in {id(b.target): b.target for b in owner.bindings[name] if isinstance(b.target, Function)}:
                plain.setdefault(target, []).extend(calls)


def _named(call: Node) -> bool:
    callee = tree.field(call, "function")
    return callee is not None and callee.type in ("identifier", "attribute")

"""Functions of the project through which requests go: what they send, and the calls of them as requests of their own.

A function is looked into once for its summary, then once more for each call site. Depth and number are bounded.
"""

from __future__ import annotations

from collections.abc import Sequence

from v2migrate.languages.python import (
    calling,
    circle,
    clients,
    emit,
    guards,
    members,
    own_clients,
    tree,
    unknown_clients,
)
from v2migrate.languages.python.callers import frame_of
from v2migrate.languages.python.emit import Site
from v2migrate.languages.python.scopes import Class, Function, callee_name
from v2migrate.languages.python.sinks import Sink
from v2migrate.languages.python.values import Bound, ClassRef, Frame, Instance, Known, Value
from v2migrate.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_MAX_DEPTH = 6
_MAX_PATHS = 16
_GENERIC = frozenset(
    {
        "get",
        "post",
        "put",
        "delete",
        "patch",
        "head",
        "request",
        "append",
        "add",
        "update",
        "pop",
        "items",
        "keys",
        "join",
        "format",
        "open",
        "read",
        "write",
        "close",
        "run",
        "start",
        "stop",
        "send",
        "call",
        "execute",
        "save",
        "create",
        "list",
        "info",
        "json",
        "copy",
        "strip",
        "split",
        "main",
        "setup",
        "fetch",
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """How a request leaves a function: through calls of other functions (each with the function it goes to) to the sink."""

    steps: tuple[tuple[Node, Function], ...]
    sink: Node
    owner: Function


class Wrappers:
    """The summaries of all functions looked at."""

    def __init__(self, ev: Evaluator) -> None:
        self.ev = ev
        self._ways: dict[int, tuple[Way, ...]] = {}
        self._open: set[int] = set()
        self._depends: dict[tuple[Way, int, int], bool] = {}

    def targets(self, call: Node, frame: Frame) -> list[Bound]:
        """The project functions that a call can go to, with their receiver."""
        callee = tree.field(call, "function")
        return self.targets_of(self.ev.values(callee, frame), call, frame) if callee is not None else []

    def targets_of(self, values: Sequence[Value], call: Node, frame: Frame) -> list[Bound]:
        """The same for a call whose callee is worth `values`."""
        callee = tree.field(call, "function")
        if callee is None:
            return []
        out: list[Bound] = []
        for value in values:
            if isinstance(value, Bound):
                out += self._concrete(value)
            elif isinstance(value, ClassRef) and calling.library_base(self.ev, value) is None:
                instance = calling.construct(self.ev, value, call, frame)
                init = members.method(self.ev, value.cls, "__init__")
                if init is not None and isinstance(instance, Instance):
                    out.append(Bound(init, instance))
        if not out and callee.type == "attribute" and all(isinstance(v, Known) for v in values):
            found = self._by_name(callee_name(call), call, frame)
            if found is not None:
                out.append(found)
        return out[:4]

    def _concrete(self, value: Bound) -> list[Bound]:
        """The function, or where it is abstract the ones that stand in for it in classes below."""
        function = value.function
        if function.calls or function.cls is None:
            return [value]
        out: list[Bound] = []
        for cls in function.module.classes:
            if cls is not function.cls and function.name in cls.methods and self._below(cls, function.cls):
                out.append(Bound(cls.methods[function.name][-1], Instance(cls)))
        return out or [value]

    def _below(self, cls: Class, other: Class) -> bool:
        return any(at is other for at in members.lineage(self.ev, cls))

    def _by_name(self, name: str, call: Node, frame: Frame) -> Bound | None:
        """The one method of that name in the module, for a receiver that is not known."""
        if name in _GENERIC or not name:
            return None
        twins = [f for f in frame.module.functions_named(name) if f.cls is not None]
        if not frame.module.only(name, twins) or twins[0].cls is None:
            return None
        return Bound(twins[0], Instance(twins[0].cls))

    # --- summaries ---

    def forget(self) -> None:
        """Drop what was begun, after a look that ended early."""
        self._open.clear()

    def ways(self, function: Function) -> tuple[Way, ...]:
        """The ways on which requests leave `function`, helpers of helpers included."""
        key = id(function)
        if key in self._ways:
            return self._ways[key]
        if _written_here(function):
            return ()
        if key in self._open or len(self._open) > _MAX_DEPTH:
            return ()
        self._open.add(key)
        try:
            found = self._look(function)
        finally:
            self._open.discard(key)
        if not self._open or found:
            self._ways[key] = found
        return found

    def _look(self, function: Function) -> tuple[Way, ...]:
        out: list[Way] = []
        frame = frame_of(self.ev, function)
        for call in function.calls[:400]:
            name = callee_name(call)
            callee = tree.field(call, "function")
            if callee is None or (callee.type == "attribute" and not name):
                continue
            if len(out) >= _MAX_PATHS:
                break
            targets = self.targets(call, frame)
            for target in targets:
                for way in self.ways(target.function):
                    if len(way.steps) < _MAX_DEPTH:
                        out.append(Way(((call, target.function), *way.steps), way.sink, way.owner))
            dead = all(not t.function.calls for t in targets)
            sends = unknown_clients.candidate(name, call) or own_clients.verb(self.ev, call, frame)
            if (not targets or dead) and sends:
                for sink in clients.sinks(self.ev, call, frame):
                    if self._open_ended(sink):
                        out.append(Way((), call, function))
                        break
        return tuple(out[:_MAX_PATHS])

    def _open_ended(self, sink: Sink) -> bool:
        """Can a caller still decide where this goes: is the URL one of the API, or does it begin with a hole?"""
        found = emit.urls(self.ev, sink)
        return any(
            circle.is_api(k.template)
            or circle.undecided(k.template)
            or (sink.before and circle.undecided(sink.before[0].template))
            for k in found
        )

    # --- call sites ---

    def follow(self, way: Way, bound: Bound, call: Node, frame: Frame) -> tuple[Sink, ...]:
        """The sinks at the end of `way`, with the arguments of `call` bound through all functions between."""
        inner = calling.bind(self.ev, bound.function, call, frame, bound.receiver)
        if inner.outer is None and bound.outer is not None:
            inner.outer = bound.outer
        for step, function in way.steps:
            target = next((t for t in self.targets(step, inner) if t.function is function), None)
            if target is None or guards.reached(self.ev, step, inner) is False:
                return ()
            inner = calling.bind(self.ev, function, step, inner, target.receiver)
            if inner.outer is None and target.outer is not None:
                inner.outer = target.outer
        if guards.reached(self.ev, way.sink, inner) is False:
            return ()
        return tuple(clients.sinks(self.ev, way.sink, inner))

    def depends(self, way: Way, function: Function, receiver: Value | None) -> bool:
        """Does a parameter of `function` reach the URL, the method or the callee at the end of `way`?"""
        cls = receiver.cls if isinstance(receiver, Instance | ClassRef) else None
        key = (way, id(function), id(cls))
        if key not in self._depends:
            self._depends[key] = self._reached(way, function, receiver)
        return self._depends[key]

    def _reached(self, way: Way, function: Function, receiver: Value | None) -> bool:
        frame = frame_of(self.ev, function)
        frame.receiver = receiver
        at = frame
        for step, target_function in way.steps:
            target = next((t for t in self.targets(step, at) if t.function is target_function), None)
            if target is None:
                return False
            at = calling.bind(self.ev, target_function, step, at, target.receiver)
        mine = f"{function.id}."
        for sink in clients.sinks(self.ev, way.sink, at):
            marks = [h.param for k in emit.urls(self.ev, sink) for h in k.template.holes]
            marks += [*sink.method_params, sink.callee_param]
            if any(m.startswith(mine) for m in marks):
                return True
        return False

    def reached(self, call: Node, frame: Frame) -> list[tuple[Sink, Site]]:
        """The sinks that the call of a project function reaches and has a say in."""
        out: list[tuple[Sink, Site]] = []
        for target in self.targets(call, frame):
            if frame.function is target.function:
                continue
            for way in self.ways(target.function):
                if self.depends(way, target.function, target.receiver):
                    site = Site(call, frame, ((call, target.function), *way.steps))
                    out += [(sink, site) for sink in self.follow(way, target, call, frame)]
        return out


def _written_here(function: Function) -> bool:
    """Is it one of the functions that a fix has put in? What they send is today's, and they give the old answer."""
    body = tree.field(function.node, "body")
    first = tree.named(body)[:1] if body is not None else []
    return bool(first) and "(v2migrate" in function.module.text(first[0])[:400]

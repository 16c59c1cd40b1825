"""Python source to `Request`s: every call that sends one, every call of a helper that does, and URLs left over in literals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from v2migrate.languages.python import circle, clients, curl_calls, emit, leftover, own_clients, tree, unknown_clients
from v2migrate.languages.python.callers import frame_of, sites
from v2migrate.languages.python.emit import Site
from v2migrate.languages.python.evaluate import Evaluator
from v2migrate.languages.python.modules import Partial, Project
from v2migrate.languages.python.scopes import Module, callee_name, parse_module, parse_part
from v2migrate.languages.python.sinks import Sink
from v2migrate.languages.python.values import Frame, Known, Value
from v2migrate.languages.python.wrappers import Wrappers
from v2migrate.records import replace
from v2migrate.request import Lowered, Request
from v2migrate.source import Region, Source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_SITE_WORK = 15_000
_FILE_WORK = 400_000
_ROUNDS = 3
Pairs = Sequence[tuple[Sink, Site | None]]


def lower(
    source: Source, region: Region, read: Callable[[str], bytes | None], own: Mapping[str, str] | None = None
) -> Lowered:
    """All requests in the region, in the order of their places."""
    try:
        return _lowered(source, parse_part(source, region), read, own)
    except Partial:  # another file of the project takes something from this one
        return _lowered(source, parse_module(source, region), read, own)


def _lowered(
    source: Source, module: Module, read: Callable[[str], bytes | None], own: Mapping[str, str] | None
) -> Lowered:  # fmt: skip
    run = _Run(module, read)
    run.ev.own = own or {}
    for call in module.calls:
        run.call(call)
        if run.spent > _FILE_WORK:
            run.problem = "the file is too large to be followed in full"
            break
    found = leftover.with_holds(run.ev, module, _once(run.found))
    found += leftover.literals_left(module, [*found, *(request for _, request in run.inner)])
    problem = run.problem
    if not problem and module.errors and not module.python2:
        line = source.position(module.errors[0].start)[0]
        problem = f"line {line} does not parse"
    return Lowered(tuple(sorted(found, key=lambda r: (r.span.start, -r.span.end))), problem, tuple(run.inner))


class _Run:
    """The state of one look through a file."""

    def __init__(self, module: Module, read: Callable[[str], bytes | None]) -> None:
        self.module = module
        project = Project(read)
        project.add(module)
        self.ev = Evaluator(project)
        self.wrappers = Wrappers(self.ev)
        self.read = read
        self.found: list[Request] = []
        self.inner: list[tuple[Region, Request]] = []
        self.commands = curl_calls.mentions(module.source.data)
        self.spent = 0
        self.problem = ""

    def call(self, call: Node) -> None:
        """Look at one call, as a sink and as a call of a helper."""
        name = callee_name(call)
        ev = self.ev
        ev.start(_SITE_WORK)
        followed = set(ev.touched)
        count = len(self.found)
        try:
            self.look(call, name)
        except RecursionError:
            ev.exhausted = True
            self.wrappers.forget()
        if len(self.found) == count:
            ev.touched = followed  # what was read for nothing is not followed
        self.spent += ev.work
        if ev.exhausted and not self.problem and self.interesting(call):
            self.problem = (
                f"line {self.module.source.position(call.start_byte)[0]} is too deep or too long to be followed"
            )

    def look(self, call: Node, name: str) -> None:
        """What one call sends: by itself or through the helper that it calls."""
        ev = self.ev
        if self.commands:
            from v2migrate.languages.python import embedded

            if code := embedded.requests(self.module, call, name, self.read):
                self.inner += code
                return
        function = self.module.function_of(call)
        frame = frame_of(ev, function) if function is not None else ev.top(self.module)
        callee = tree.field(call, "function")
        values = ev.values(callee, frame) if callee is not None else ()
        targets = self.wrappers.targets_of(values, call, frame)
        if targets and any(t.function.calls for t in targets):
            found = self.lifted(call, frame)
            # What the function does is seen, or else it is as the user says.
            unseen = all(r.frozen for r in found) and own_clients.verb(ev, call, frame)
            self.found += (self.sink(call, values, frame) if unseen else []) or found
        elif unknown_clients.candidate(name, call) or own_clients.verb(ev, call, frame):
            self.found += self.sink(call, values, frame)

    def interesting(self, call: Node) -> bool:
        return b"circle" in self.module.source.data[call.start_byte : call.end_byte].lower()

    def sink(self, call: Node, callee: Sequence[Value], frame: Frame) -> list[Request]:
        """The requests of a sink as it stands, or with the base its callers hand in."""
        out: list[Request] = []
        for sink in clients.sinks_of(self.ev, callee, call, frame):
            found = emit.urls(self.ev, sink)
            out += emit.requests(self.ev, sink, found)
            if not any(circle.is_api(k.template) for k in found):
                out += self.with_base(_always([(sink, None)]), found, 0)
        return out

    def lifted(self, call: Node, frame: Frame) -> list[Request]:
        """The requests that the call of a helper sends; its URL may begin with what callers of this function hand in."""
        out: list[Request] = []
        found: list[Known] = []
        for sink, site in self.wrappers.reached(call, frame):
            now = emit.urls(self.ev, sink)
            found += now
            out += emit.requests(self.ev, sink, now, site)
        if not out and found:
            return self.with_base(lambda: list(self.wrappers.reached(call, frame)), tuple(found), 0)
        return out

    def with_base(self, pairs: Callable[[], Pairs], found: tuple[Known, ...], round_: int) -> list[Request]:
        """The requests once the parameter at the start of the URL has what the call sites in this module give it."""
        ev = self.ev
        param = next((_leading(k) for k in found if _leading(k) and circle.says_path(k.template)), "")
        if round_ >= _ROUNDS or not param or param in ev.overrides or param not in ev.params:
            return []
        function, name = ev.params[param]
        given = tuple(g for _, g in sites(ev, function, name) if not g.default)
        if not given:
            return []
        ev.overrides[param] = given
        try:
            out: list[Request] = []
            again: list[Known] = []
            for sink, site in pairs():
                now = emit.urls(ev, sink)
                again += now
                out += emit.requests(ev, sink, now, site)
            return out or self.with_base(pairs, tuple(again), round_ + 1)
        finally:
            del ev.overrides[param]


def _always(pairs: Pairs) -> Callable[[], Pairs]:
    return lambda: pairs


def _leading(known: Known) -> str:
    first = known.template.holes[0] if circle.undecided(known.template) else None
    return first.param if first is not None else ""


def _once(found: list[Request]) -> list[Request]:
    """Requests that differ in no way that matters, once."""
    seen: dict[object, Request] = {}
    for request in found:
        key = (request.span, request.method, request.url.flat, request.url.spans, request.wrapper)
        if key not in seen:
            seen[key] = request
        elif seen[key].overridable and not request.overridable:
            seen[key] = replace(request, overridable=True)
    return list(seen.values())

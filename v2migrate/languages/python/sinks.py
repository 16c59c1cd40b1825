"""A call that sends a request, as found in the source: where its method, URL, headers and body stand. Knows no client."""

from __future__ import annotations

from v2migrate.languages.python import calling
from v2migrate.languages.python.values import (
    External,
    Frame,
    Given,
    Known,
    Made,
)
from v2migrate.records import dataclass, field
from v2migrate.request import Body, Header, Param
from v2migrate.source import ItemList
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


VERBS = frozenset({"get", "post", "put", "delete", "patch", "head", "options"})


_ROLES = ("params", "headers", "data", "json", "auth", "content", "files", "cookies", "cert")


@dataclass(eq=False, slots=True)
class Spoken:
    """What a client's command line asks for, and where. `list`: its words stand in this list; `output` is what the program
    gets of the answer: text, object (`.stdout`, `.read()`), shown, elsewhere.
    """

    headers: tuple[Header, ...] = ()
    params: tuple[Param, ...] = ()
    body: Body | None = None
    user: Template | None = None
    list: ItemList | None = None
    fails: bool = False
    output: str = "shown"
    line: bool = False


@dataclass(eq=False, slots=True)
class Sink:
    """A call that sends (or describes) a request. `methods` are alternatives; None: not seen, and `gap` says so.

    `pieces` are what stands before the URL argument (the host of a connection). `given` are the arguments by role: params,
    headers, data, json, auth, cookies, cert. `session` is the client object with headers of its own. `known` is the URL where it
    was worked out already: that of a command (`spoken`) that the call runs.
    """

    call: Node
    frame: Frame
    client: str
    methods: tuple[str | None, ...]
    url: Given
    given: dict[str, Given] = field(default_factory=dict)
    before: tuple[Known, ...] = ()
    session: Made | None = None
    gap: str = ""
    frozen: str = ""
    open: bool = False
    raises: bool = False
    method_params: tuple[str, ...] = ()
    callee_param: str = ""
    known: tuple[Known, ...] = ()
    spoken: Spoken | None = None
    stub: str = ""
    """The call only stands for one in a test; this argument is the answer that it makes up (`url`: none)."""


def from_arguments(
    ev: Evaluator, call: Node, frame: Frame, client: str, methods: tuple[str | None, ...], url_at: int
) -> Sink | None:
    values, named, open_ended = calling.arguments(ev, call, frame)
    url = named.get("url") or (values[url_at] if url_at < len(values) else None)
    url = url or named.get("uri")
    if url is None or url.node is None:
        return None
    given = {k: g for k, g in named.items() if k in _ROLES}
    for alias, role in (("body", "data"), ("payload", "data"), ("fields", "fields"), ("query", "params")):
        if alias in named and client not in ("requests", "httpx", "aiohttp"):
            given.setdefault(role, named[alias])
    if client == "requests" and methods and url_at == 0:
        rest = values[1:]
        first = {"GET": ["params"], "POST": ["data", "json"], "PUT": ["data"], "PATCH": ["data"]}.get(
            methods[0] or "", []
        )
        given.update({k: g for k, g in zip(first, rest, strict=False) if k not in given})
    sink = Sink(call, frame, client, methods, url, given, open=open_ended)
    sink.raises = "raise_for_status" in named
    return sink


def with_method(
    ev: Evaluator, call: Node, frame: Frame, client: str, method_at: int | None, url_at: int, default: str | None = None
) -> Sink | None:
    sink = from_arguments(ev, call, frame, client, (), url_at)
    if sink is None:
        return None
    values, named, _ = calling.arguments(ev, call, frame)
    given = named.get("method") or (values[method_at] if method_at is not None and method_at < len(values) else None)
    if given is None and client == "urlfetch" and len(values) > 2:
        given = values[2]
    set_method(ev, sink, given, default)
    return sink


def set_method(ev: Evaluator, sink: Sink, given: Given | None, default: str | None) -> None:
    if given is None or given.node is None:
        sink.methods, sink.gap = (default,), "" if default else "the HTTP method is not known"
        return
    values = ev.values(given.node, given.frame)
    found: list[str | None] = []
    params: list[str] = []
    for value in values:
        if isinstance(value, External):
            verb = value.name.rsplit(".", 1)[-1]
            found.append(verb.upper() if verb.lower() in VERBS else None)
    texts = [v for v in ev.as_texts(values, given.node, given.frame)] if not found else []
    for known in texts:
        word = known.template.flat.upper() if known.template.constant else ""
        hole = known.hole
        if hole is not None and hole.param:
            params.append(hole.param)
        found.append(word if word.lower() in VERBS else None)
    sink.methods = tuple(dict.fromkeys(found)) or (None,)
    sink.method_params = tuple(params)
    if None in sink.methods:
        sink.gap = "the HTTP method is not known"
        if len(sink.methods) > 1 and not params:
            sink.methods = (None,)


def verb_of(ev: Evaluator, node: Node, frame: Frame) -> str:
    words = [k.template.flat.upper() for k in ev.texts(node, frame) if k.template.constant]
    return words[0] if words and words[0].lower() in VERBS else ""

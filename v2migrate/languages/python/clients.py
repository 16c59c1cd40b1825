"""The HTTP clients of Python as a table: which call sends a request, and where its method, URL, headers and body stand.

A client that is not in the table is known by a verb in its method's name; such a call is an `unknown client`.
"""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.languages.python import calling, curl_calls, own_clients, scopes, tree
from v2migrate.languages.python.sinks import VERBS, Sink, from_arguments, with_method
from v2migrate.languages.python.unknown_clients import STUBS, stub, unknown
from v2migrate.languages.python.values import (
    Bound,
    ClassRef,
    External,
    Frame,
    Instance,
    Known,
    Made,
    Method,
    ModuleRef,
    Nothing,
    Partial,
    Value,
    plain,
)
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.template import Hole, Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:

    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_MODULES = frozenset(
    {
        "requests",
        "httpx",
        "grequests",
        "requests.api",
        "botocore.vendored.requests",
        "curl_cffi.requests",
        "pip._vendor.requests",
        "aiohttp",
        "treq",
        "niquests",
        "requests_futures",
    }
)

_SESSIONS = {
    "requests.Session": "requests",
    "requests.session": "requests",
    "requests.sessions.Session": "requests",
    "httpx.Client": "httpx",
    "httpx.AsyncClient": "httpx",
    "aiohttp.ClientSession": "aiohttp",
    "aiohttp.client.ClientSession": "aiohttp",
    "requests_futures.sessions.FuturesSession": "requests",
    "requests_cache.CachedSession": "requests",
    "cachecontrol.CacheControl": "requests",
    "niquests.Session": "requests",
    "requests_toolbelt.sessions.BaseUrlSession": "requests",
    "urllib3.PoolManager": "urllib3",
    "urllib3.poolmanager.PoolManager": "urllib3",
    "urllib3.ProxyManager": "urllib3",
    "urllib3": "urllib3",
    "urllib3.HTTPSConnectionPool": "urllib3",
    "httplib2.Http": "httplib2",
    "tornado.httpclient.AsyncHTTPClient": "tornado",
    "tornado.httpclient.HTTPClient": "tornado",
    "requests_oauthlib.OAuth2Session": "requests",
}

_CONNECTIONS = regex(r"(http\.client|httplib|http_client)\.HTTPS?Connection$")

_URLOPEN = regex(r"(^|\.)(urllib2|urllib\.request|urllib)\.(urlopen|urlretrieve)$|^urlopen$|(^|\.)wget\.download$")

_REQUEST = regex(r"^(urllib2|urllib\.request|urllib)\.Request$")


def sinks(ev: Evaluator, call: Node, frame: Frame) -> list[Sink]:
    """The requests that `call` sends, one for each thing the callee can be; calls of project functions are not among them."""
    callee = tree.field(call, "function")
    return sinks_of(ev, ev.values(callee, frame), call, frame) if callee is not None and tree.arguments(call) else []


def sinks_of(ev: Evaluator, values: Iterable[Value], call: Node, frame: Frame) -> list[Sink]:
    """The same for a call whose callee is worth `values`."""
    if not tree.arguments(call):
        return []
    if method := own_clients.verb(ev, call, frame):
        own = own_clients.sink(ev, call, frame, method)
        return [own] if own is not None else []
    out: list[Sink] = []
    for value in values:
        found = _sink(ev, value, call, frame)
        if found is not None:
            out.append(found)
    return curl_calls.sinks(ev, call, frame, scopes.callee_name(call)) or _merged(out)


def _merged(found: list[Sink]) -> list[Sink]:
    """Sinks that differ by the method alone as one (`try: import urllib2 … except: …`, a dispatch table)."""
    out: list[Sink] = []
    for sink in found:
        same = next((s for s in out if s.client == sink.client and s.url.node == sink.url.node), None)
        if same is None:
            out.append(sink)
        else:
            same.methods = tuple(dict.fromkeys([*same.methods, *sink.methods]))
    known = [s for s in out if s.client not in ("unknown client",)]
    return known or out


def _sink(ev: Evaluator, value: Value, call: Node, frame: Frame) -> Sink | None:
    if isinstance(value, Partial):
        inner = _sink(ev, value.target, call, frame)
        return inner
    if isinstance(value, External):
        return _function(ev, plain(value.name), call, frame)
    if isinstance(value, Method):
        return _method(ev, value, call, frame)
    if isinstance(value, ClassRef):
        base = calling.library_base(ev, value)
        if not base or not base.endswith(".Request"):
            return None
        from v2migrate.languages.python.urllib_calls import request_object

        return request_object(ev, call, frame, value)
    if isinstance(value, Bound | ModuleRef | Nothing | Instance):
        return None
    return unknown(ev, value, call, frame)


def annotated(ev: Evaluator, annotation: Node, frame: Frame) -> Value | None:
    """The client object, or the object of a project class, that a parameter's annotation names (`X | None` included)."""
    for node in tree.descend(annotation):
        if node.type not in ("identifier", "attribute"):
            continue
        for value in ev.values(node, frame):
            if isinstance(value, External) and plain(value.name) in _SESSIONS:
                return Made(value.name, node, frame)
            if isinstance(value, ClassRef):
                return Instance(value.cls)
    return None


def _function(ev: Evaluator, name: str, call: Node, frame: Frame) -> Sink | None:
    module, chosen, parameter = name.partition(".*")
    if chosen and module in _MODULES:
        sink = from_arguments(ev, call, frame, module.split(".")[0], (None,), 0)
        if sink is not None:
            sink.gap, sink.method_params = "the HTTP method is not known", (parameter,)
        return sink
    module, _, last = name.rpartition(".")
    if module in _MODULES or module in ("urllib3",):
        if last in VERBS and module != "urllib3":
            return from_arguments(ev, call, frame, module.rsplit(".", 1)[-1], (last.upper(),), 0)
        if last in ("request", "stream", "async_request"):
            return with_method(ev, call, frame, module.rsplit(".", 1)[-1], 0, 1)
    if name in ("requests.Request", "requests.models.Request", "httpx.Request", "requests.PreparedRequest"):
        return with_method(ev, call, frame, name.split(".")[0], 0, 1)
    if _REQUEST.search(name):
        from v2migrate.languages.python.urllib_calls import request_object

        return request_object(ev, call, frame, None)
    if _URLOPEN.search(name):
        from v2migrate.languages.python.urllib_calls import urlopen

        return urlopen(ev, call, frame, name)
    if last == "fetch" and "urlfetch" in module:
        return with_method(ev, call, frame, "urlfetch", None, 0, default="GET")
    if name in ("tornado.httpclient.HTTPRequest",):
        return with_method(ev, call, frame, "tornado", 1, 0, default="GET")
    if module in STUBS:
        return stub(ev, last, module, call, frame)
    return unknown(ev, External(name), call, frame)


def _method(ev: Evaluator, value: Method, call: Node, frame: Frame) -> Sink | None:
    owner, name = plain(value.owner.name), value.name
    client = _SESSIONS.get(owner)
    if _CONNECTIONS.search(owner):
        return _connection(ev, value.owner, name, call, frame)
    sink: Sink | None = None
    if client in ("requests", "httpx", "aiohttp"):
        if name in VERBS:
            sink = from_arguments(ev, call, frame, client, (name.upper(),), 0)
        elif name in ("request", "stream", "build_request", "_request"):
            sink = with_method(ev, call, frame, client, 0, 1)
        elif name.startswith("*"):
            sink = from_arguments(ev, call, frame, client, (None,), 0)
            if sink is not None:
                sink.gap, sink.method_params = "the HTTP method is not known", (name[1:],)
    elif client == "urllib3" and name in ("request", "urlopen", "request_encode_body", "request_encode_url"):
        sink = with_method(ev, call, frame, client, 0, 1)
    elif client in ("httplib2", "tornado") and name in ("request", "fetch"):
        sink = with_method(ev, call, frame, client, 1, 0, default="GET")
    elif owner in STUBS or owner.rsplit(".", 1)[0] in STUBS:
        return stub(ev, name, owner, call, frame)
    else:
        return unknown(ev, value, call, frame)
    if sink is not None:
        sink.session = value.owner
        sink.before = _base_url(ev, value.owner)
    return sink


def _base_url(ev: Evaluator, owner: Made) -> tuple[Known, ...]:
    for name in ("base_url",):
        argument = tree.keyword(owner.call, name)
        value = tree.field(argument, "value") if argument is not None else None
        if value is not None:
            return ev.texts(value, owner.frame)
    if owner.name.endswith("BaseUrlSession"):
        given = tree.positional(owner.call)
        return ev.texts(given[0], owner.frame) if given else ()
    return ()


def _connection(ev: Evaluator, owner: Made, name: str, call: Node, frame: Frame) -> Sink | None:
    """`HTTPSConnection(host).request(method, path)`."""
    if name not in ("request", "putrequest"):
        return None
    sink = with_method(ev, call, frame, "http.client", 0, 1)
    if sink is None:
        return None
    values, named, _ = calling.arguments(ev, call, frame)
    for role, at, key in (("data", 2, "body"), ("headers", 3, "headers")):
        if key in named or at < len(values):
            sink.given[role] = named.get(key) or values[at]
    host = tree.positional(owner.call)
    scheme = Known(Template((Text("https://" if "HTTPS" in owner.name else "http://", None),)))
    given = ev.texts(host[0], owner.frame) if host else (Known(Template((Hole(""),))),)
    sink.before = tuple(replace(k, template=scheme.template + k.template) for k in given)
    return sink

"""From a call that was found to the `Request`s that describe it: URL alternatives, headers, body, slots, trail, answer."""

from __future__ import annotations

from v2migrate.languages.python import (
    body,
    circle,
    own_clients,
    shared_base,
    surroundings,
    tracing,
    tree,
)
from v2migrate.languages.python.alternatives import MAX, concat
from v2migrate.languages.python.holes import Settle, function_id
from v2migrate.languages.python.response import answer_of, notices_of
from v2migrate.languages.python.scopes import Function
from v2migrate.languages.python.sinks import Sink, Spoken
from v2migrate.languages.python.values import Frame, Given, Known
from v2migrate.records import dataclass, replace
from v2migrate.request import Body, Header, Param, Request, Scalar, Slot
from v2migrate.source import ItemList, Span
from v2migrate.template import Template, Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


@dataclass(eq=False, slots=True)
class Site:
    """A call of a project function through which a request goes: the call, and the functions from there to the sink."""

    call: Node
    frame: Frame
    through: tuple[tuple[Node, Function], ...]


def urls(ev: Evaluator, sink: Sink) -> tuple[Known, ...]:
    """The URLs that a sink can send to."""
    if sink.known:
        return sink.known[:MAX]
    assert sink.url.node is not None
    found = ev.texts(sink.url.node, sink.url.frame)
    if sink.before and not all(k.template.flat.startswith("http") for k in found):
        absolute = [k for k in found if k.template.flat.startswith("http")]
        rest = [k for k in found if k not in absolute]
        glue = _glue(sink.before, tuple(rest)) if sink.client == "httpx" else sink.before
        found = (*absolute, *concat([glue, tuple(rest)]))
    return found[:MAX]


def _glue(before: tuple[Known, ...], rest: tuple[Known, ...]) -> tuple[Known, ...]:
    if all(k.template.flat.startswith("/") for k in rest) or all(k.template.flat.endswith("/") for k in before):
        return before
    return concat([before, (Known(Template((Text("/", None),))),)])


def requests(ev: Evaluator, sink: Sink, found: tuple[Known, ...], site: Site | None = None) -> list[Request]:
    """The requests for the URLs `found` of a sink, seen from the call of a wrapper (`site`) or from the sink itself."""
    kept = [k for k in found if circle.is_api(k.template)]
    if not kept:
        return []
    if len(found) >= MAX and not sink.frozen:
        sink.frozen = f"the URL has {MAX} values or more, and only the first {MAX} were looked at"
        sink.gap = sink.gap or f"further values of the URL: only the first {MAX} were looked at"
    parts = _Parts(ev, sink, site)
    out = []
    for known in kept:
        for method in sink.methods or (None,):
            out.append(parts.request(known, method))
    return out[:MAX]


class _Parts:
    """What all alternatives of one call have in common."""

    def __init__(self, ev: Evaluator, sink: Sink, site: Site | None) -> None:
        self.ev, self.sink, self.site = ev, sink, site
        module = sink.frame.module
        self.module, self.path = module, module.source.path
        scope = module.scope_of(sink.call)
        self.settle = Settle(ev, module, scope, sink.call.start_byte)
        self.slot_scope = function_id(scope)
        self.gaps: list[str] = [sink.gap] if sink.gap else []
        self.headers, self.header_list, self.auth = self._headers()
        self.params = self._params()
        self.body = self._body()
        if sink.open and site is None:
            self.gaps.append("the call passes on arguments that were not seen")
        self.slots = self._slots()
        own = sink.client == own_clients.CLIENT
        self.answer = own_clients.answer(sink) if own else answer_of(ev, sink, site)
        self.notices = True if sink.raises else notices_of(sink)
        if sink.spoken is not None:
            self._speak(sink.spoken)

    def request(self, known: Known, method: str | None) -> Request:
        """The request for one URL and one method."""
        sink, site = self.sink, self.site
        home = site.frame.module if site is not None else self.module
        call = site.call if site is not None else sink.call
        span = home.span(call)
        url = self.settle.template(_tidy(circle.token_read(known.template)))
        trail = _merge([s for s in known.template.spans if s not in span])
        wrapper = None
        if site is not None:
            wrapper = self.module.span(sink.call)
            between = zip(site.through, site.through[1:], strict=False)
            trail = [*(function.module.span(step) for (_, function), (step, _) in between), wrapper, *trail]
        gaps = list(self.gaps)
        if method is not None and self.sink.gap.startswith("the HTTP method"):
            gaps = [g for g in gaps if g != self.sink.gap]
        inside = sink.call if site is not None and len(site.through) == 1 and home is self.module else None
        user = sink.spoken.user if sink.spoken is not None else None
        frozen = sink.frozen
        if not frozen and (home.python2 or self.module.python2):
            frozen = "Python 2 source"
        if not frozen and (home.errors or self.module.errors):
            frozen = "the file does not parse"
        if not frozen and sink.client == "httpx" and self.params and "?" in url.flat:
            frozen = "of a URL's own query and params=, httpx sends both or the second alone, as its version is"
        body_value = self.body
        if method in ("GET", "HEAD") and body_value is not None and _bound_none(body_value):
            body_value = None
        return Request(
            span=span,
            language="python",
            client=sink.client,
            method=method,
            url=url,
            params=self.params,
            headers=self.headers,
            auth=self.auth,
            user=self.settle.template(user) if user is not None else None,
            body=self.settle.body(body_value),
            answer=self.answer,
            slots=self.slots,
            gaps=tuple(dict.fromkeys(gaps)),
            trail=tuple(dict.fromkeys(trail)),
            notices=self.notices,
            overridable=_overridable(known),
            wrapper=wrapper,
            frozen=frozen,
            base=shared_base.of(self.ev, home, call, url, inside),
        )

    # --- parts ---

    def _speak(self, spoken: Spoken) -> None:
        """What a command says of itself in the place of a call's arguments."""
        self.headers = self.settle.headers(spoken.headers)
        named = {h.name.lower() for h in spoken.headers}
        self.auth = "basic" if spoken.user is not None else "header" if named & {"circle-token", "authorization"} else "none"
        self.params, self.body = self.settle.params(spoken.params), spoken.body
        self.notices = spoken.fails
        if spoken.list is not None:
            self.slots = (*self.slots, Slot("words", spoken.list.span, spoken.list, self.slot_scope))

    def _headers(self) -> tuple[tuple[Header, ...], ItemList | None, str]:
        sink = self.sink
        headers, items, opened = body.headers_of(self.ev, sink.given.get("headers"))
        if opened:
            self.gaps.append("some headers were not seen")
        auth = self._auth(sink.given.get("auth"))
        if sink.session is not None:
            more, unseen = self._session_headers()
            names = {h.name.lower() for h in headers}
            headers = (*headers, *(h for h in more if h.name.lower() not in names))
            if (
                auth == "none"
                and unseen
                and not surroundings.session_params(sink)
                and not any(h.name.lower() in ("circle-token", "authorization") for h in headers)
            ):
                auth = "unknown"
        if sink.client == own_clients.CLIENT:
            auth = "unknown"
        if sink.client == "unknown client" and auth == "none":
            auth = "unknown" if sink.frozen or "headers" not in sink.given else auth
        if sink.stub:
            auth = "unknown"
        headers = (*headers, *surroundings.added_headers(self.ev, sink))
        for header in headers:
            if header.name.lower() == "authorization":
                auth = "basic" if header.value.show().lower().lstrip().startswith("basic") else "header"
            elif header.name.lower() == "circle-token" and auth in ("none", "unknown"):
                auth = "header"
        if auth == "none" and not opened:
            from v2migrate.languages.python import unseen_headers

            if unseen_headers.may_be(self.ev, sink):
                self.gaps.append("some headers were not seen")
        if auth == "none":
            auth = "cookies" if self._gives("cookies") else "certificate" if self._gives("cert") else auth
        return self.settle.headers(tuple(headers)), items, auth

    def _gives(self, role: str) -> bool:
        given = self.sink.given.get(role)
        return given is not None and (given.node is None or given.node.type != "none")

    def _auth(self, given: Given | None) -> str:
        if given is None:
            return "none"
        if given.node is None:
            return "unknown"
        at = tracing.trace(self.ev, given)
        if at is None:
            return "unknown"
        if at.node.type == "none":
            return "none"
        text = at.frame.module.text(at.node)
        if at.node.type in ("tuple", "list") or (at.node.type == "call" and "Basic" in text.split("(")[0]):
            return "basic"
        return "unknown"

    def _session_headers(self) -> tuple[list[Header], bool]:
        """The headers a client object has of its own, and whether more can be there (a token set elsewhere)."""
        owner = self.sink.session
        assert owner is not None
        out: list[Header] = []
        argument = tree.keyword(owner.call, "headers")
        value = tree.field(argument, "value") if argument is not None else None
        if value is not None:
            out += body.headers_of(self.ev, Given(value, owner.frame))[0]
        out += surroundings.session_headers(self.ev, self.sink)
        plain = owner.name.startswith("urllib3") or owner.name.startswith("http")
        return out, not plain and not surroundings.fresh_session(self.sink)

    def _params(self) -> tuple[Param, ...]:
        given = self.sink.given.get("params")
        params, opened = body.params_of(self.ev, given)
        if opened:
            self.gaps.append("some query parameters were not seen")
        return self.settle.params(params)

    def _body(self) -> Body | None:
        if self.sink.client == own_clients.CLIENT and self.sink.open and self.sink.methods[0] not in ("GET", "HEAD"):
            return Body("unknown", None)
        for role in ("json", "data", "content", "fields", "files"):
            given = self.sink.given.get(role)
            if given is None:
                continue
            found = body.body_of(self.ev, role, given, self._argument_span(role, given))
            if found is None and self.site is not None and given.node is not None:
                null = Scalar("null", "None", None, given.frame.module.span(given.node))
                found = Body("unknown", null, None)
            if found is not None:
                if not found.typed and any(
                    h.name.lower() == "content-type" and "json" in h.value.show().lower() for h in self.headers
                ):
                    found = replace(found, typed=True)
                if not found.typed and found.encoding == "unknown" and _json_text(found):
                    found = replace(found, encoding="json")
                return found
        return None

    def _argument_span(self, role: str, given: Given) -> Span | None:
        """The bytes of the argument, in the call that has it."""
        node = given.node
        if node is None:
            return None
        module = given.frame.module
        parent = module.parent(node)
        if parent is not None and parent.type == "keyword_argument":
            return module.span(parent)
        return module.span(node)

    # --- slots ---

    def _slots(self) -> tuple[Slot, ...]:
        sink, module, path, scope = self.sink, self.module, self.path, self.slot_scope
        callee, holder = tree.field(sink.call, "function"), tree.field(sink.call, "arguments")
        out: list[Slot] = []
        args: ItemList | None = None
        if holder is not None and holder.type == "argument_list":
            args = tree.item_list(path, holder)
            out.append(Slot("args", args.span, args, scope))
        if callee is not None:
            out.append(Slot("func", module.span(callee), None, scope))
        url = sink.url if sink.spoken is None else None
        for role, given in (("url", url), ("headers", sink.given.get("headers"))):
            if given is not None and given.node is not None and self._in_call(given):
                items = self.header_list if role == "headers" else None
                out.append(Slot(role, module.span(given.node), items, scope))
        for role in ("params", "data", "json"):
            found = sink.given.get(role)
            if found is not None and self._in_call(found):
                span = self._argument_span(role, found)
                if span is not None and not self._from_caller(found):
                    out.append(Slot(role, span, args, scope))
        out.append(Slot("imports", surroundings.place(module), None, ""))
        if sink.stub:
            out.append(Slot("stub", module.span(sink.call), None, scope))
        return tuple(out)

    def _in_call(self, given: Given) -> bool:
        node, call = given.node, self.sink.call
        if node is None or given.frame.module is not self.module:
            return False
        return call.start_byte <= node.start_byte and node.end_byte <= call.end_byte

    def _from_caller(self, given: Given) -> bool:
        """True where the argument is a parameter that the call site fills: it must not be replaced in the wrapper."""
        if self.site is None:
            return False
        at = tracing.trace(self.ev, given)
        frame = at.frame if at is not None else None
        return (frame is not None and frame.function is not self.sink.frame.function) or _bound_param(given)


def _bound_param(given: Given) -> bool:
    node, frame = given.node, given.frame
    return node is not None and node.type == "identifier" and frame.module.text(node) in frame.given


def _bound_none(value: Body) -> bool:
    return value.encoding == "unknown" and isinstance(value.value, Scalar) and value.value.kind == "null"


def _json_text(value: Body) -> bool:
    return (
        isinstance(value.value, Scalar)
        and value.value.template is not None
        and value.value.template.flat.startswith("{")
    )


def _tidy(template: Template) -> Template:
    """Without empty texts, and without the parameter marks, which mean nothing outside."""
    return Template(tuple(p for p in template.pieces if not isinstance(p, Text) or p.value or p.span is not None))


def _merge(trail: list[Span]) -> list[Span]:
    """Neighbouring pieces of one literal as one span."""
    out: list[Span] = []
    for span in trail:
        last = out[-1] if out else None
        if (
            last is not None
            and last.path == span.path
            and 0 <= span.start - last.end <= 64
            and last.start <= span.start
        ):
            out[-1] = Span(span.path, last.start, span.end)
        else:
            out.append(span)
    return out


def _overridable(known: Known) -> bool:
    """Did the scheme, host or version come from a default?"""
    found = circle.VERSION.search(known.template.flat)
    end = found.end() if found else len(known.template.flat)
    base = known.template.slice(0, end)
    return any(
        (span.path == d.path and span.start < d.end and d.start < span.end) or span == d
        for span in base.spans
        for d in known.defaults
    )

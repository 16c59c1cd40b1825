"""Functions of the language and its libraries that make text of text: string methods, quoting, joining, the environment."""

from __future__ import annotations

from v2migrate.languages.python import members, texts, tree
from v2migrate.languages.python.alternatives import MAX, default, unique
from v2migrate.languages.python.values import (
    External,
    Frame,
    Instance,
    Known,
    Made,
    Method,
    ModuleRef,
    Partial,
    Value,
    plain,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator


_STRING_METHODS = frozenset(
    {
        "strip",
        "lstrip",
        "rstrip",
        "removesuffix",
        "removeprefix",
        "replace",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "encode",
        "decode",
        "expandtabs",
    }
)

_QUOTES = {"quote": "/", "quote_plus": "", "quote_from_bytes": "/"}

_SAME = frozenset(
    {
        "str",
        "unicode",
        "bytes",
        "yarl.URL",
        "httpx.URL",
        "furl.furl",
        "bytearray",
        "six.text_type",
        "typing.cast",
        "intern",
        "six.ensure_str",
        "six.u",
        "hyperlink.parse",
        "textwrap.dedent",
        "os.path.expandvars",
        "urllib.parse.unquote",
    }
)

_ENVIRON = frozenset(
    {
        "os.environ.get",
        "os.getenv",
        "environ.get",
        "os.environ.setdefault",
        "decouple.config",
        "os.environ.pop",
        "env.str",
    }
)


def string_method(ev: Evaluator, node: Node, callee: Node, frame: Frame) -> tuple[Value, ...] | None:
    receiver, name_node = tree.field(callee, "object"), tree.field(callee, "attribute")
    if receiver is None or name_node is None:
        return None
    name = frame.module.text(name_node)
    if name not in _STRING_METHODS and name not in ("format", "join", "format_map", "substitute", "safe_substitute"):
        return None
    values = ev.values(receiver, frame)
    if not all(isinstance(v, Known) for v in values):
        return None
    alternatives = ev.as_texts(values, receiver, frame)
    positional = tree.positional(node)
    out: list[Known] = []
    for known in alternatives:
        made: tuple[Known, ...] | None = None
        if known.hole is not None and name != "join":
            hole = known.hole
            made = (ev.unknown(node, frame, hole.param, hole.decoded),) if name in _STRING_METHODS else None
        elif name in ("format", "format_map"):
            from v2migrate.languages.python import fields

            made = fields.format_call(ev, known, node, frame)
        elif name == "join":
            made = texts.join(ev, known, positional[0], frame) if positional else None
        elif name in _STRING_METHODS:
            words = [w for p in positional for w in [constant(ev, p, frame)] if w is not None]
            changed = texts.changed(known, name, words) if len(words) == len(positional) else None
            made = (changed,) if changed is not None else None
        out += made if made is not None else (ev.unknown(node, frame),)
    return unique(out)


def constant(ev: Evaluator, node: Node, frame: Frame) -> str | None:
    found = ev.texts(node, frame)
    return found[0].template.flat if len(found) == 1 and found[0].template.constant else None


def library(ev: Evaluator, name: str, node: Node, frame: Frame) -> tuple[Value, ...]:
    positional = tree.positional(node)
    last = name.rsplit(".", 1)[-1]
    if name in _SAME and positional:
        argument = positional[-1]
        known = ev.texts(argument, frame)
        return tuple(_spelled_by(ev, k, node, frame) for k in known)
    if last in _QUOTES and positional and (name.startswith("urllib") or name == last or "parse" in name):
        safe = tree.keyword(node, "safe")
        given = tree.field(safe, "value") if safe is not None else (positional[1] if len(positional) > 1 else None)
        chars = constant(ev, given, frame) if given is not None else _QUOTES[last]
        return texts.quoted(ev, node, positional[0], frame, chars or "", last == "quote_plus")
    if last == "urljoin" and len(positional) >= 2:
        joined = [texts.url_join(a, b) for a in ev.texts(positional[0], frame) for b in ev.texts(positional[1], frame)]
        return tuple(k if k is not None else ev.unknown(node, frame) for k in joined)[:MAX]
    if name in ("posixpath.join", "os.path.join", "path.join") and positional:
        return texts.paths(ev, [ev.texts(p, frame) for p in positional])
    if name in _ENVIRON or (last in ("getenv", "get_env") and positional):
        return _environment(ev, positional, node, frame)
    if name == "getattr" and len(positional) >= 2:
        return _getattr(ev, positional, node, frame)
    if name == "functools.partial" and positional:
        return tuple(Partial(v, node, frame) for v in ev.values(positional[0], frame))
    if name == "super":
        return _super(ev, frame)
    if (
        name in ("uritemplate.expand", "uritemplate.partial", "gidgethub.sansio.format_url", "format_url")
        and positional
    ):
        rest = positional[1] if len(positional) > 1 else None
        keyword = tree.keyword(node, "var_dict")
        mapping = rest if rest is not None else tree.field(keyword, "value") if keyword is not None else None
        from v2migrate.languages.python import uris

        return uris.expand(ev, ev.texts(positional[0], frame), mapping, node, frame)
    if name == "dict":
        return (ev.unknown(node, frame),)
    return (Made(name, node, frame),)


def _spelled_by(ev: Evaluator, known: Known, node: Node, frame: Frame) -> Known:
    if known.hole is None or known.brought:
        return known
    return ev.unknown(node, frame, known.hole.param, known.hole.decoded)


def expanded(ev: Evaluator, method: Method, node: Node, frame: Frame) -> tuple[Value, ...]:
    owner = method.owner
    if plain(owner.name) == "uritemplate.URITemplate" and method.name == "expand":
        from v2migrate.languages.python import uris

        given = tree.positional(owner.call)
        return uris.expand(ev, ev.texts(given[0], owner.frame), None, node, frame) if given else ()
    if plain(owner.name) == "string.Template" and method.name in ("substitute", "safe_substitute"):
        from v2migrate.languages.python import uris

        given = tree.positional(owner.call)
        return uris.substitute(ev, ev.texts(given[0], owner.frame), node, frame) if given else ()
    return ()


def _environment(ev: Evaluator, positional: list[Node], node: Node, frame: Frame) -> tuple[Value, ...]:
    keyword = tree.keyword(node, "default")
    given = positional[1] if len(positional) > 1 else tree.field(keyword, "value") if keyword is not None else None
    if given is None:
        return (ev.unknown(node, frame),)
    values = [v for v in ev.texts(given, frame) if v.hole is None]
    return tuple(default(v) for v in values if "/" in v.template.flat or "circleci" in v.template.flat) or (
        ev.unknown(node, frame),
    )


def _getattr(ev: Evaluator, positional: list[Node], node: Node, frame: Frame) -> tuple[Value, ...]:
    out: list[Value] = []
    for known in ev.texts(positional[1], frame):
        for value in ev.values(positional[0], frame):
            if known.template.constant:
                out += members.member(ev, value, known.template.flat, node, frame)
            elif isinstance(value, External | Made | ModuleRef) and known.hole is not None:
                name = plain(value.name) if isinstance(value, External | Made) else ""
                out.append(
                    External(f"{name}.*{known.hole.param}")
                    if not isinstance(value, Made)
                    else Method(value, "*" + known.hole.param)
                )
    return tuple(out[:MAX]) or (ev.unknown(node, frame),)


def _super(ev: Evaluator, frame: Frame) -> tuple[Value, ...]:
    function = frame.function
    if function is None or function.cls is None:
        return ()
    above = [a for a in members.lineage(ev, function.cls) if a is not function.cls]
    receiver = frame.receiver
    held = receiver.frame if isinstance(receiver, Instance) else None
    return (Instance(above[0], held),) if above else ()

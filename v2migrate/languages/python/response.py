"""Which expression holds a request's answer, and whether the program would notice an HTTP error there."""

from __future__ import annotations

from v2migrate.languages.python import order, tree
from v2migrate.languages.python.scopes import Module, callee_name
from v2migrate.records import replace
from v2migrate.request import TESTED, Answer, Escape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.emit import Site
    from v2migrate.languages.python.evaluate import Evaluator
    from v2migrate.languages.python.scopes import Function
    from v2migrate.languages.python.sinks import Sink, Spoken

_CHECKS = frozenset(
    {"raise_for_status", "status_code", "ok", "status", "getcode", "reason", "is_success", "is_error", "code"}
)


def answer_of(ev: Evaluator, sink: Sink, site: Site | None) -> Answer:
    """What the program reads from the answer, from the sink or from the call of the wrapper on."""
    from v2migrate.languages.python.answer import follow

    if sink.frozen:
        return Answer()
    module = sink.frame.module
    if sink.stub:
        made_up = Escape(module.span(sink.call), "is made up by the test's stub")
        return Answer(escapes=(made_up,) if sink.stub != "url" else ())
    if sink.spoken is not None and (found := _output(module, sink, sink.spoken, site)) is not None:
        return found
    if site is None:
        node = _opened(module, sink.call)
        if node is None:
            return Answer(escapes=(Escape(module.span(sink.call), "is read where it was not seen"),))
        return follow(module, node)
    kind, alone = "response", True
    node = _opened(module, sink.call) or sink.call
    inside: list[Answer] = []
    for call, function in reversed(site.through):
        from v2migrate.languages.python.handed_back import hands_back

        inside.append(_inside(ev, function, node, kind))
        kind, constant = hands_back(function, node, kind)
        alone = alone and not constant
        if kind == "nothing":
            return follow(module, _opened(module, sink.call) or sink.call)
        if kind == "other":
            worked_on = Escape(site.frame.module.span(site.call), "is worked on inside the helper function")
            return _with(Answer(escapes=(worked_on,)), inside, site)
        node = call
    answer = _with(follow(site.frame.module, site.call, kind), inside, site)
    if alone or kind != "body":
        return answer
    # `return []` for a failure: what is put behind the call of the helper would meet that too.
    return replace(answer, roots=tuple(replace(root, form="alternative") for root in answer.roots))


def _inside(ev: Evaluator, function: Function, node: Node, kind: str) -> Answer:
    """What a helper function does with the answer, whoever calls it."""
    from v2migrate.languages.python.answer import follow_inside

    key = (function.module.source.path, function.node.id, node.id, kind)
    if key not in ev.inside:
        ev.inside[key] = follow_inside(function, node, kind)
    return ev.inside[key]


def _with(answer: Answer, inside: list[Answer], site: Site) -> Answer:
    """`answer`, and what the helper functions on the way did with it."""
    out = answer
    for one in inside:
        hows = {"is worked on inside the helper function" if escape.how != TESTED else TESTED for escape in one.escapes}
        hows |= {"is worked on inside the helper function"} if one.reads else set()
        lost = (Escape(site.frame.module.span(site.call), how) for how in sorted(hows))
        out = replace(out, escapes=tuple(dict.fromkeys((*out.escapes, *lost))))
        out = replace(out, status=tuple(dict.fromkeys((*out.status, *one.status))), told=(*out.told, *one.told),
                      shown=(*out.shown, *one.shown))  # fmt: skip
    return out


def _output(module: Module, sink: Sink, spoken: Spoken, site: Site | None) -> Answer | None:
    """What the program reads of what a command prints; None where the call's value is an object with the answer in it."""
    if spoken.output == "shown":
        return Answer(shown=(module.span(sink.call),))
    if spoken.output == "text" and site is None:
        from v2migrate.languages.python.answer import follow_text

        return follow_text(module, sink.call)
    if spoken.output == "object" and site is None:
        return None
    how = "goes to a file or another program" if spoken.output == "elsewhere" else "is worked on inside the helper function"
    return Answer(escapes=(Escape(module.span(sink.call), how),))


def _opened(module: Module, call: Node) -> Node | None:
    """The call whose value is the response: `urlopen(request)` for a Request object, the call itself for all others."""
    callee = callee_name(call)
    if "request" not in callee.lower() or callee[:1].islower():
        return call
    parent = module.parent(call)
    if parent is not None and parent.type == "argument_list":
        outer = module.parent(parent)
        return outer if outer is not None and outer.type == "call" else call
    if parent is not None and parent.type == "assignment":
        left = tree.field(parent, "left")
        if left is not None and left.type == "identifier":
            for read in order.uses(module, left):
                around = module.parent(read)
                outer = module.parent(around) if around is not None else None
                handed = around is not None and around.type == "argument_list" and read.start_byte > call.end_byte
                if handed and outer is not None and callee_name(outer) in ("urlopen", "open", "send", "fetch"):
                    return outer
            return None
    return call if parent is not None and parent.type != "return_statement" else None


def notices_of(sink: Sink) -> bool | None:
    """True where the status of the answer is looked at; None where that is not seen."""
    module = sink.frame.module
    call = _opened(module, sink.call)
    if call is None:
        return None
    if callee_name(call) in ("urlopen", "urlretrieve", "open") or sink.client == "urllib":
        return True
    at: Node = call
    parent = module.parent(at)
    while parent is not None and parent.type in ("await", "parenthesized_expression"):
        at, parent = parent, module.parent(parent)
    if parent is None:
        return None
    if parent.type == "attribute":
        return True if _checks(module, parent) else None
    name: Node | None = None
    if parent.type == "assignment":
        name = tree.field(parent, "left")
    elif parent.type == "as_pattern":
        alias = tree.field(parent, "alias")
        name = tree.named(alias)[0] if alias is not None and tree.named(alias) else None
    elif parent.type == "named_expression":
        name = tree.field(parent, "name")
    if name is None or name.type != "identifier":
        return None
    for read in order.uses(module, name):
        around = module.parent(read)
        if around is not None and around.type == "attribute" and _checks(module, around):
            return True
    return None


def _checks(module: Module, attribute: Node) -> bool:
    name = tree.field(attribute, "attribute")
    if name is None or module.text(name) not in _CHECKS:
        return False
    if module.text(name) == "raise_for_status":
        return True
    return any(
        a.type
        in (
            "comparison_operator",
            "if_statement",
            "while_statement",
            "assert_statement",
            "not_operator",
            "conditional_expression",
            "boolean_operator",
        )
        for a in _near(module, attribute)
    )


def _near(module: Module, node: Node) -> list[Node]:
    out = []
    for around in module.ancestors(node):
        if around.type in ("block", "module"):
            break
        out.append(around)
    return out

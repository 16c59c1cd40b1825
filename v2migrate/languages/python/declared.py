"""Defaults of a program's command line: argparse's `add_argument`, click's `@option`, typer's `Option(…)`. Runs no parser."""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.languages.python import strings as literals
from v2migrate.languages.python import tree
from v2migrate.languages.python.scopes import Function, Module, callee_name
from v2migrate.languages.python.values import Frame, Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

_PARSERS = frozenset({"parse_args", "parse_known_args", "parse_intermixed_args"})


def parsed(ev: Evaluator, owner: str, name: str, frame: Frame) -> tuple[Value, ...]:
    """What `args.NAME` is where no option is given: the default of the `add_argument` for it in this module."""
    if owner.rpartition(".")[2] not in _PARSERS:
        return ()
    module = frame.module
    calls = [c for c in module.called("add_argument") if _dest(module, c) == name]
    return _default(ev, module, calls[0]) if len(calls) == 1 else ()


def option(ev: Evaluator, function: Function, name: str) -> tuple[Value, ...]:
    """What the parameter NAME of a click command is where no option is given."""
    module = function.module
    around = module.parent(function.node)
    if around is None or around.type != "decorated_definition":
        return ()
    for decorator in around.named_children:
        call = decorator.named_children[0] if decorator.type == "decorator" and decorator.named_children else None
        if call is None or call.type != "call" or callee_name(call) not in ("option", "argument"):
            continue
        if _dest(module, call) == name:
            return _default(ev, module, call)
    return ()


def typed(ev: Evaluator, value: Node, frame: Frame) -> tuple[Value, ...]:
    """The default in `base: str = typer.Option("…")`."""
    given = tree.positional(value) if value.type == "call" and callee_name(value) in ("Option", "Argument", "Field") else []
    return ev.texts(given[0], frame) if given else ()


def _default(ev: Evaluator, module: Module, call: Node) -> tuple[Value, ...]:
    keyword = tree.keyword(call, "default")
    value = tree.field(keyword, "value") if keyword is not None else None
    if value is None:
        return ()
    function = module.function_of(call)
    return ev.texts(value, Frame(module, function) if function is not None else ev.top(module))


def _dest(module: Module, call: Node) -> str:
    """The name that an option's value gets: `dest`, a name without dashes, or the first long option."""
    keyword = tree.keyword(call, "dest")
    value = tree.field(keyword, "value") if keyword is not None else None
    if value is not None:
        return literals.constant(module, value) or ""
    words = [w for a in tree.positional(call) if (w := literals.constant(module, a))]
    return _first(w for w in words if not w.startswith("-")) or _first(
        w.partition("/")[0].lstrip("-").replace("-", "_") for w in sorted(words, key=lambda w: not w.startswith("--"))
    )


def _first(words: Iterable[str]) -> str:
    return next(iter(words), "")

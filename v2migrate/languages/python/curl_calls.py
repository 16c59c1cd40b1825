"""curl, wget and HTTPie run by a Python program: a command's words as a sink. Knows who runs commands, not how curl is spoken."""

from __future__ import annotations

import functools
import re

from v2migrate.languages.python import body, tree
from v2migrate.languages.python.scopes import Module
from v2migrate.languages.python.sinks import Sink, Spoken
from v2migrate.languages.python.tracing import DUMPS, called_name
from v2migrate.languages.python.values import Frame, Given, Known
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Body, Object
from v2migrate.source import Span
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.commands import Command
    from v2migrate.languages.python.evaluate import Evaluator

# Each way begins with plain text, which is found faster, and asks behind that for what stands before it.
_MENTION = regex(rb"(?:curl(?<![\w.-]curl)|wget(?<![\w.-]wget)|http(?<![\w.-]http)s?|xh(?<![\w.-]xh))(?![\w.:-])")
_RUNS = frozenset(
    {"system", "call", "check_call", "run", "sudo", "local", "popen", "Popen", "check_output", "getoutput", "getstatusoutput",
     "create_subprocess_exec", "create_subprocess_shell", "execute", "exec_command", "cmd", "sh", "bash", "shell"}
)  # fmt: skip
_SHOWN = frozenset({"system", "call", "check_call"})
_TEXT = frozenset({"check_output", "getoutput", "local", "sudo"})
_CAPTURES = regex(r"capture_output\s*=\s*True|stdout\s*=\s*(?!None)|capture\s*=\s*True|hide\s*=")


@functools.lru_cache(maxsize=8)  # asked for each call of a file
def mentions(data: bytes) -> bool:
    """Can the source hold a command at all?"""
    return _MENTION.search(data) is not None


def sinks(ev: Evaluator, call: Node, frame: Frame, name: str) -> list[Sink]:
    """The requests of the commands that `call` runs, or one with an open URL where the command is a parameter."""
    module = frame.module
    if not mentions(module.source.data) and not frame.bound:
        return []
    from v2migrate.languages.python import commands

    out: list[Sink] = []
    for command in commands.commands(ev, call, frame):
        out += _sinks(ev, command, call, frame, name)
    if not out and name in _RUNS and not frame.bound:
        given = tree.positional(call)
        if given and tree.bare(given[0]).type in ("identifier", "attribute"):
            hole = ev.texts(given[0], frame)[0]
            if hole.hole is not None and hole.hole.param:
                gap = "the command is not known"
                out.append(Sink(call, frame, "curl", (None,), Given(given[0], frame), known=(hole,), gap=gap))
    return out


def _sinks(ev: Evaluator, command: Command, call: Node, frame: Frame, name: str) -> list[Sink]:
    from v2migrate.languages.shell.argument_words import spoken

    def read(span: Span) -> str:
        module = ev.project.known(span.path)
        return module.source.text(span) if module is not None else ""

    out: list[Sink] = []
    words = [w.text for w in command.words]
    for said in spoken(words, read):
        for number, offset in said.urls:
            texts = tuple(_behind(k, offset) for k in command.words[number].known)
            sink = Sink(call, frame, said.client, (said.method,), Given(call, frame), known=texts)
            sink.gap = "; ".join(said.gaps)
            piped = command.piped or said.written
            gets = "elsewhere" if piped else output(frame.module, call, name)
            headers = tuple(h for _, h in said.headers)
            sent = _dumped(ev, command, frame, said.body) or said.body
            sink.spoken = Spoken(headers, said.params, sent, said.user, command.list, said.fails, gets, command.line)
            sink.frozen = unknown_runner(name)
            out.append(sink)
    return out


def _dumped(ev: Evaluator, command: Command, frame: Frame, sent: Body | None) -> Body | None:
    """The body that `json.dumps(…)` makes in the one word of the command that holds it."""
    if sent is None or isinstance(sent.value, Object) or command.list is None:
        return None
    items = [w.item for w in command.words if w.item is not None and "dumps(" in w.text.show()]
    if len(items) != 1 or items[0].span.path != frame.module.source.path:
        return None
    node = frame.module.root.named_descendant_for_byte_range(items[0].span.start, items[0].span.end)
    if node is None or node.type != "call" or called_name(node, frame) not in DUMPS:
        return None
    made = body.body_of(ev, "data", Given(node, frame), items[0].span)
    return replace(made, typed=sent.typed) if made is not None and made.encoding == "json" else None


def _behind(known: Known, offset: int) -> Known:
    template: Template = known.template
    return Known(template.slice(offset, len(template.flat)), known.defaults, known.brought) if offset else known


def unknown_runner(name: str) -> str:
    """Why a command that is handed to a function of this name must stay; empty for a name that says that it runs commands."""
    known = name in _RUNS or re.search(r"run|exec|cmd|command|shell|sh$|call|open|output|spawn|curl", name, re.I)
    return "" if known else f"what {name or 'the function'}() does with the command is not known"


def output(module: Module, call: Node, name: str) -> str:
    """What the program gets of what the command prints: text, object, shown (nothing), elsewhere."""
    parent = module.parent(call)
    used = parent is not None and parent.type != "expression_statement"
    if name in _SHOWN or not used:
        return "shown"
    if name in _TEXT:
        return "text"
    if name == "popen":
        return "object"
    if name in ("run", "Popen"):
        text = module.text(tree.field(call, "function") or call)
        if "subprocess" not in text and name == "run" and text == "run":
            return "text"  # fabric's
        return "object" if _CAPTURES.search(module.text(call)) else "shown"
    return "elsewhere"

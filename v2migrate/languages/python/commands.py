"""Commands that a Python program runs: their words as text with holes, from a list of words or from one command line.

Knows how a shell parts words, not what a program does with them; `curl_calls` knows that.
"""

from __future__ import annotations

import functools

from v2migrate.languages.python import tree
from v2migrate.languages.python.values import Display, External, Frame, Known
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.source import Item, ItemList
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.python.evaluate import Evaluator

CLIENTS = frozenset({"curl", "wget", "http", "https", "xh"})
_COMMAND = regex(r"(?:^|[;&|(\n]|\$\()\s*(?:sudo\s+|time\s+|set\s+-\w+\s*;\s*)*(?:\S*/)?(?:curl|wget|https?|xh)\s")
_MAX_WORDS = 60
_MAX_LINE = 20_000


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a command: what it can be, and its place in a list of words that may be edited."""

    known: tuple[Known, ...]
    item: Item | None = None

    @property
    def text(self) -> Template:
        """What the word is, the first alternative."""
        return self.known[0].template


@dataclass(frozen=True, slots=True)
class Command:
    """The words of one command. `list`: they stand in this list of the program. `piped`: another command reads its output."""

    words: tuple[Word, ...]
    list: ItemList | None = None
    piped: bool = False
    line: bool = False
    """It is a command line for a shell."""


@functools.lru_cache(maxsize=8)  # asked for each call of a file
def commands(ev: Evaluator, call: Node, frame: Frame) -> list[Command]:
    """The client's command lines that `call` runs; none for a call that runs something else."""
    if any(isinstance(v, External) and v.name == "sh.curl" for v in ev.values(tree.field(call, "function") or call, frame)):
        items = _holder(call, frame)
        words = [Word(ev.texts(n, frame), Item(items, i) if items else None) for i, n in enumerate(tree.positional(call))]
        return [Command((Word((_plain("curl"),)), *words))]
    given = tree.positional(call)
    if not given:
        keyword = tree.keyword(call, "args") or tree.keyword(call, "command") or tree.keyword(call, "cmd")
        value = tree.field(keyword, "value") if keyword is not None else None
        given = [value] if value is not None else []
    if not given:
        return []
    listed = _listed(ev, given[0], frame, call)
    if listed is None and len(given) > 1:  # create_subprocess_exec("curl", …)
        first = ev.texts(given[0], frame)
        if first[0].template.constant and _is_client(first[0].template.flat):
            items = _holder(call, frame)
            words = [Word(ev.texts(n, frame), Item(items, i) if items else None) for i, n in enumerate(given)]
            return [Command(tuple(words))]
    if listed is not None:
        at = next((i for i, w in enumerate(listed.words[:6]) if _is_client(w.text.flat)), None)
        if at is None:
            shell = next((w for w in listed.words[2:3] if listed.words[0].text.flat.rsplit("/", 1)[-1] in ("sh", "bash")), None)
            return [c for k in shell.known for c in lines(k.template)] if shell is not None else []
        return [Command(listed.words[at:], listed.list)]
    found = [k.template for k in ev.texts(given[0], frame) if len(k.template.flat) < _MAX_LINE]
    return [c for text in found if _COMMAND.search(text.flat) for c in lines(text)]


def _holder(call: Node, frame: Frame) -> ItemList | None:
    holder = tree.field(call, "arguments")
    if holder is None or holder.type != "argument_list":
        return None
    return tree.item_list(frame.module.source.path, holder)


def _is_client(flat: str) -> bool:
    return flat.rsplit("/", 1)[-1] in CLIENTS


def _plain(text: str) -> Known:
    from v2migrate.template import text as made

    return Known(made(text))


def _listed(ev: Evaluator, node: Node, frame: Frame, call: Node) -> Command | None:
    """The words of a list or tuple written out, of a sum of such, of `"…".split()` and `shlex.split("…")`."""
    node = tree.bare(node)
    if node.type == "call":
        callee = tree.field(node, "function")
        name = frame.module.text(callee) if callee is not None else ""
        inner = tree.positional(node)[0] if name.endswith("shlex.split") and tree.positional(node) else None
        if inner is None and name.endswith(".split") and not tree.arguments(node) and callee is not None:
            inner = tree.field(callee, "object")
        if inner is not None:
            found = lines(ev.texts(inner, frame)[0].template)
            return Command(found[0].words) if found else None
    parts = tree.chain(node) if node.type == "binary_operator" and tree.operator(node) == "+" else [node]
    words: list[Word] = []
    seen, one = False, len(parts) == 1
    items: ItemList | None = None
    for part in parts:
        displays = [v for v in ev.values(part, frame) if isinstance(v, Display) and v.node.type in ("list", "tuple")]
        if not displays and part.type == "identifier":  # `words += […]` hides the list behind a sum
            displays = _assigned(part, frame)
        if not displays:
            words.append(Word((ev.unknown(part, frame),)))
            continue
        seen = True
        items = tree.item_list(displays[0].frame.module.source.path, displays[0].node)
        for i, element in enumerate(tree.named(displays[0].node)[:_MAX_WORDS]):
            inside = tree.named(element)[0] if element.type == "list_splat" and tree.named(element) else None
            spread = _listed(ev, inside, displays[0].frame, call) if inside is not None else None
            if spread is not None:
                words += spread.words
            elif inside is None:
                words.append(Word(ev.texts(element, displays[0].frame), Item(items, i)))
        if tree.bare(part).type == "identifier":
            words += _appended(ev, tree.bare(part), frame, call)
    return Command(tuple(words[:_MAX_WORDS]), items if one else None) if seen else None


def _assigned(name: Node, frame: Frame) -> list[Display]:
    """The list that the name is given in the one assignment to it in its function."""
    text = frame.module.text(name)
    owner = frame.module.scope_of(name).owner(text)
    found = [b.value for b in owner.bindings.get(text, ()) if b.kind == "assign" and b.value] if owner is not None else []
    return [Display(v, frame) for v in found if len(found) == 1 and v.type in ("list", "tuple")]


def _appended(ev: Evaluator, name: Node, frame: Frame, call: Node) -> list[Word]:
    """What `NAME.append(x)`, `.extend([…])` and `NAME += […]` put behind the list before the call."""
    module = frame.module
    text = module.text(name)
    owner = module.scope_of(name).owner(text)
    out: list[Word] = []
    for read in owner.reads(text) if owner is not None else ():
        parent = module.parent(read)
        around = module.parent(parent) if parent is not None else None
        if read.start_byte > call.start_byte or parent is None or around is None:
            continue
        if parent.type == "augmented_assignment" and tree.field(parent, "left") == read:
            value = tree.field(parent, "right")
            more = _listed(ev, value, frame, call) if value is not None and value.type in ("list", "tuple") else None
            out += more.words if more is not None else ()
        elif parent.type == "attribute" and around.type == "call" and tree.positional(around):
            verb, given = module.text(tree.field(parent, "attribute") or parent), tree.positional(around)[0]
            if verb == "append":
                out.append(Word(ev.texts(given, frame)))
            elif verb == "extend" and given.type in ("list", "tuple"):
                more = _listed(ev, given, frame, call)
                out += more.words if more is not None else ()
    return out


# --- one line of text -----------------------------------------------------------------------------------------------


def lines(text: Template) -> list[Command]:
    """The client's commands in a command line: words parted as a shell does, quotes and backslashes taken away."""
    out: list[Command] = []
    words: list[Template] = []
    flat = text.flat
    at, start, quote = 0, 0, ""
    pieces: Template = Template()
    open_word = False

    def cut(end: int) -> None:
        nonlocal pieces
        if end > start:
            pieces = pieces + text.slice(start, end)

    def word() -> None:
        nonlocal pieces, open_word
        if open_word:
            words.append(pieces)
        pieces, open_word = Template(), False

    def command(piped: bool) -> None:
        first = next((i for i, w in enumerate(words[:6]) if w.constant and _is_client(w.flat)), None)
        if first is not None:
            made = tuple(Word((Known(w),)) for w in words[first : first + _MAX_WORDS])
            out.append(Command(made, None, piped, True))
        words.clear()

    while at < len(flat):
        char = flat[at]
        if quote == "'" and char != "'":
            at += 1
        elif char == "\\" and at + 1 < len(flat):
            cut(at)
            start = at + 1 if flat[at + 1] != "\n" else at + 2
            open_word = open_word or flat[at + 1] != "\n"
            at += 2
        elif char == quote or (not quote and char in "'\""):
            cut(at)
            quote, start, open_word = ("" if quote else char), at + 1, True
            at += 1
        elif not quote and (char.isspace() or char in "|;&)`"):
            cut(at)
            word()
            if char in "|;&)\n`":
                command((char == "|" and flat[at + 1 : at + 2] != "|") or char in ")`")
            at += 1
            start = at
        elif not quote and flat.startswith("$(", at):
            words.clear()
            pieces, open_word, at = Template(), False, at + 2
            start = at
        else:
            open_word = True
            at += 1
    cut(len(flat))
    word()
    command(False)
    return out

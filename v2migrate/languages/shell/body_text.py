"""Where the text of a body comes from: the word itself, a variable, a here-document, a function, a pipe, a jq. Knows no API."""

from __future__ import annotations

import re

from v2migrate.languages.shell.argv import Word
from v2migrate.languages.shell.clients import Value as Given
from v2migrate.languages.shell.filters import jq_command
from v2migrate.languages.shell.printing import heredoc, printed, printer
from v2migrate.languages.shell.reaching import Where, reaching
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Values
from v2migrate.languages.shell.words import Exp, Lit, split_word
from v2migrate.records import dataclass, replace
from v2migrate.regex import regex
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.shell.jq_body import Built

_NESTED = 8
"""So many commands may lie in one another."""
_FORM = regex(r"[{}\[\]:,\"\\]")


@dataclass(frozen=True, slots=True)
class Content:
    """The text that is sent and how it is quoted: single, double, here (a here-document), or empty: not to be edited."""

    text: Template
    style: str = ""
    built: Built | None = None
    """What jq makes: the style is `jq` then."""
    at: Where | None = None
    """Where the text is put together, if that is not the call."""


def content_of(values: Values, kind: str, value: Given, unit: Unit, command: Node, where: Where) -> Content | None:
    text = value.get(values)
    flat = text.flat
    if kind in ("data", "json") and flat.startswith("@"):
        return _stdin(values, unit, command, where) if flat in ("@-", "@/dev/stdin") else None
    word = value.word
    if value.offset or word.bound is not None:
        return Content(text if word.bound is None else word.bound)
    part = word.only()
    if part is None:
        return Content(text, style_of(word.unit, word.start, word.end))
    return _followed(values, word, part) or Content(word.value(values, follow=True))


def style_of(unit: Unit, start: int, end: int) -> str:
    """How a word is quoted, where it is so throughout."""
    parts = split_word(unit.code, start, end)
    quotes = {p.quote for p in parts}
    texts = [p for p in parts if isinstance(p, Lit)]
    if len(quotes) != 1 and len(texts) < len(parts) and "'" in quotes:
        # `'{"a": "'"$A"'"}'`: what gives the JSON its form stands in single quotes, values leave them.
        inside = all(p.quote == "'" or not _FORM.search(unit.code.read(p.start, p.end) if p.exact else p.value) for p in texts)
        return "mixed" if inside else ""
    if len(quotes) != 1 or not texts:
        return ""
    return {"'": "single", '"': "double"}.get(quotes.pop(), "")


def _followed(values: Values, word: Word, part: Exp) -> Content | None:
    """The text of the variable or substitution that is all of a word."""
    unit = word.unit
    if part.kind == "command":
        return _printed(values, unit, unit.substitutions.get(part.start), word.where)
    found = re.fullmatch(r"\$\{?(\w+)\}?", unit.code.read(part.start, part.end))
    if found is None or found[1].isdigit():
        return None
    name = found[1]
    assigns, certain = reaching(name, word.where)
    if len(assigns) != 1 or not certain:
        return None
    assign = assigns[0]
    only = assign.unit is unit and len(unit.uses(name)) <= 1 and not unit.exports(name)
    at = Where.of(assign)
    if assign.value is None:
        doc = _read_heredoc(assign.unit, assign.start)
        style = _here(assign.unit, doc) if only and doc is not None else ""
        return Content(heredoc(values, assign.unit, doc, at), style, None, at) if doc is not None else None
    inner = split_word(assign.unit.code, *assign.value)
    if len(inner) == 1 and isinstance(inner[0], Exp):
        if inner[0].kind != "command":
            return None
        content = _printed(values, assign.unit, assign.unit.substitutions.get(inner[0].start), at)
    elif assign.kind == "array" or assign.append:
        return None
    else:
        content = Content(values.word(assign.unit, *assign.value, at, inline=False), style_of(assign.unit, *assign.value))
    if content is None or (not only and content.built is not None):
        return None
    return replace(content, at=content.at or at) if only else Content(content.text)


def _printed(values: Values, unit: Unit, node: Node | None, where: Where) -> Content | None:
    """What `$(cat <<X)` or `$(echo '…')` gives."""
    jq = jq_command(unit, node)
    if jq is not None:
        from v2migrate.languages.shell.jq_body import built

        made = built(values, unit, jq, where)
        return Content(Template(), "jq", made) if made is not None else None
    text = printed(values, unit, node, where) if node is not None else None
    if text is None or node is None:
        return None
    function, name = _function(unit, node)
    at = None
    if function is not None:
        node = function
        at = Where(unit, function.start_byte, unit.arms(function), name)
        if len(unit.calls(name)) > 1:
            return Content(text)  # other calls print the same
    doc = _inner_heredoc(node)
    return Content(text, _here(unit, doc) if doc is not None else _echo_style(unit, node), None, at)


def _function(unit: Unit, node: Node) -> tuple[Node | None, str]:
    """The body of the function whose call is all of a substitution or a stage of a pipe."""
    inner = node
    while inner.type in ("command_substitution", "subshell") and inner.named_child_count == 1:
        inner = inner.named_children[0]
    words = unit.words(inner) if inner.type == "command" else []
    return (printer(unit, words), unit.text(words[0])) if words else (None, "")


def _echo_style(unit: Unit, node: Node) -> str:
    if unit.code.text[node.start_byte : node.start_byte + 1] == b"`":
        return ""
    command = node
    while command.type != "command" and command.named_child_count:
        command = command.named_children[0]
    words = unit.words(command) if command.type == "command" else []
    return style_of(unit, words[-1].start_byte, words[-1].end_byte) if len(words) > 1 else ""


def _inner_heredoc(node: Node) -> Node | None:
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "heredoc_redirect":
            return current
        stack += [c for c in current.children if c.type in ("redirected_statement", "heredoc_redirect", "compound_statement")]
    return None


def _here(unit: Unit, doc: Node) -> str:
    start = next((c for c in doc.children if c.type == "heredoc_start"), None)
    return "" if start is None else "quoted" if any(c in unit.text(start) for c in "'\"\\") else "here"


def _read_heredoc(unit: Unit, at: int) -> Node | None:
    """The here-document of the `read` command around an offset."""
    for command in reversed(unit.calls("read", -1, at + 1)[-_NESTED:]):
        if at < command.end_byte:
            return next((r for r in unit.redirects(command) if r.type == "heredoc_redirect"), None)
    return None


def _stdin(values: Values, unit: Unit, command: Node, where: Where) -> Content | None:
    """What the command reads: its here-document, its here-string, or what the command before it in the pipe prints."""
    for redirect in unit.redirects(command):
        if redirect.type == "heredoc_redirect":
            return Content(heredoc(values, unit, redirect, where), _here(unit, redirect))
        if redirect.type == "herestring_redirect" and redirect.named_child_count:
            node = redirect.named_children[-1]
            word = Word(unit, node.start_byte, node.end_byte, where)
            part = word.only()
            if part is not None:
                return _followed(values, word, part) or Content(word.value(values, follow=True))
            return Content(word.value(values), style_of(unit, word.start, word.end))
    before = upstream(unit, command)
    return _printed(values, unit, before, where) if before is not None else None


def upstream(unit: Unit, command: Node) -> Node | None:
    """The command whose output a command in a pipe reads."""
    inner = command
    for outer in unit.above(command):
        if outer.type == "pipeline":
            stages = unit.stages(outer)
            at = next((i for i, c in enumerate(stages) if c.id == inner.id), 0)
            if at > 0:
                return stages[at - 1]
            host = unit.parent(outer)
            if host is not None and host.type == "heredoc_redirect":
                return unit.parent(host)
            return None
        if outer.type == "heredoc_redirect":
            return unit.parent(outer)
        if outer.type != "redirected_statement":
            return None
        inner = outer
    return None



def late(content: Content, call: Where) -> set[str]:
    """The variables that get their value only behind the place where the body's text is put together."""
    at = content.at
    if at is None or at.function != call.function:
        return set()  # what a function prints is put together when it is called
    return call.unit.assigned_between(at.at, call.at) if at.unit is call.unit else set()

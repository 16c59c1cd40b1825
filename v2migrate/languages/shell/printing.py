"""What commands print, where they only print: `echo`, `printf`, `cat <<X`, and functions of these. Runs nothing."""

from __future__ import annotations

import re

from v2migrate.languages.shell.reaching import Where
from v2migrate.languages.shell.unit import Unit, Word
from v2migrate.languages.shell.words import Exp, literal, split_text, split_word
from v2migrate.template import Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

    from v2migrate.languages.shell.values import Values


def printed(values: Values, unit: Unit, node: Node, where: Where) -> Template | None:
    """What a group, substitution or command prints, where it is only `cat <<X`, `echo` or `printf`."""
    inner = [c for c in node.children if c.is_named and c.type not in ("comment",)]
    if node.type in ("command_substitution", "compound_statement", "subshell"):
        return printed(values, unit, inner[0], where) if len(inner) == 1 else None
    command = node.child_by_field_name("body") if node.type == "redirected_statement" else node
    if command is None or command.type != "command":
        return None
    names = unit.words(command)
    if not names:
        return None
    name = unit.text(names[0])
    body = printer(unit, names)
    if body is not None:
        return printed(values, unit, body, Where(unit, body.start_byte, unit.arms(body), name))
    redirects = unit.redirects(command)
    if any(r.type == "file_redirect" and not unit.text(r).startswith("2") for r in redirects):
        return None
    if name == "cat" and (len(names) == 1 or unit.text(names[1]) == "-"):
        doc = next((r for r in redirects if r.type == "heredoc_redirect"), None)
        return strip_end(heredoc(values, unit, doc, where)) if doc is not None else None
    if name not in ("echo", "printf"):
        return None
    words = names[1:]
    while words and re.fullmatch(r"-[neE]+", unit.text(words[0])):
        words = words[1:]
    if name == "printf" and words and re.fullmatch(r"[\"']?%s(\\n)?[\"']?", unit.text(words[0])):
        words = words[1:]
    elif name == "printf" and words and "%" in unit.text(words[0]):
        return None
    if len(words) != 1:
        return None
    parts = split_word(unit.code, words[0].start_byte, words[0].end_byte)
    if len(parts) == 1 and isinstance(parts[0], Exp) and parts[0].kind != "command":
        return values.expand(unit, parts[0], where, inline=False, follow=True)
    return values.join(unit, parts, where, inline=False)



def heredoc(values: Values, unit: Unit, redirect: Node, where: Where) -> Template:
    """The text of a here-document."""
    body = next((c for c in redirect.children if c.type == "heredoc_body"), None)
    start = next((c for c in redirect.children if c.type == "heredoc_start"), None)
    if body is None or start is None:
        return Template()
    begin, end = body.start_byte, body.end_byte
    first = unit.code.text.rfind(b"\n", 0, begin) + 1
    begin = min(begin, max(first, start.end_byte))
    quoted = any(c in unit.text(start) for c in "'\"\\")
    parts = literal(unit.code, begin, end) if quoted else split_text(unit.code, begin, end)
    return values.join(unit, parts, where, inline=False)


def printer(unit: Unit, words: list[Word]) -> Node | None:
    """The body of the function that is called without arguments (`$(post_data)`)."""
    function = unit.functions.get(unit.text(words[0])) if len(words) == 1 else None
    return function.child_by_field_name("body") if function is not None else None


def strip_end(value: Template) -> Template:
    """A template without the newlines at its end, as a substitution gives it."""
    flat = value.flat
    return value.slice(0, len(flat.rstrip("\n")))

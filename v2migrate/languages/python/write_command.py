"""What is added to a client's command that a Python program runs: words of a list. Knows curl's and wget's words for it.

A command line that is one string is edited where it is shell code of its own; put together from parts, it gets no new words.
"""

from __future__ import annotations

from v2migrate.languages.python.write_body import write_body
from v2migrate.languages.python.write_call import Draft
from v2migrate.languages.python.write_spelling import Unwritable
from v2migrate.request import Change, Header, Object
from v2migrate.source import Add
from v2migrate.template import Template, Text


def write_command(draft: Draft, change: Change) -> None:
    """Writes the headers of `change` into the words of the command; raises Unwritable for a body and for a user."""
    headers = change.headers
    if change.body is not None:
        old = draft.request.body
        if old is None or not isinstance(old.value, Object) or old.value.list is None:
            raise Unwritable("the body is a word of a command")
        write_body(draft, change.body)  # in the dict that `json.dumps` gets
        headers = (*headers, *draft.due())
    if change.user_colon:
        raise Unwritable("the user is a word of a command")
    if not headers:
        return
    slot = draft.request.slot("words")
    if slot is None or slot.list is None or draft.request.wrapper is not None:
        raise Unwritable("the words of the command do not stand in one list at the call")
    draft.text(slot.span)
    spell = draft.speller(slot.scope, slot.list)
    words: list[str] = []
    for header in headers:
        draft.visible(slot.span.start, " ".join(h.expr for h in header.value.holes), "the header")
        words += _words(draft.request.client, header, spell.quote, spell.template(_line(header)))
    joint = ", "
    draft.steps.append(Add(slot.list, joint.join(words).encode()))


def _line(header: Header) -> Template:
    return Template((Text(f"{header.name}: "), *header.value.pieces))


def _words(client: str, header: Header, quote: str, line: str) -> list[str]:
    if client == "curl":
        return [f"{quote}-H{quote}", line]
    if client == "wget":
        return [f"{quote}--header{quote}", line]
    raise Unwritable(f"how {client} takes headers is not written here")

"""The part of a rule for a call that becomes several: the function that makes them, and the functions that it needs.

Knows neither the language of that code nor where rules lie.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from v2migrate.records import dataclass, field
from v2migrate.regex import regex

Functions = tuple[tuple[str, str], ...]
"""Functions by name, with their source."""


@dataclass(frozen=True, slots=True)
class Several:
    """One call to several: a function, which is put into the file once, makes them and gives the old answer's shape.

    `to` is the operation whose URL the function is given, `METHOD /path`; `answers` are the success codes of the operation
    whose answer it gives; `requests` says in words how many it makes. `arguments` maps names that it takes to where their
    values come from (`path.branch`, `query.limit`), `fits` those that are known text to what it must match. `gives` are the
    fields of the old answer that it gives (dotted; with all below), `gone` maps others to what is to be said of them.
    `code` has the functions for each `LANGUAGE.CLIENT` that a call can be made with.
    """

    to: str
    helper: str
    requests: str
    answers: tuple[int, ...]
    arguments: Mapping[str, str] = field(default_factory=dict)
    fits: Mapping[str, str] = field(default_factory=dict)
    gives: tuple[str, ...] = ()
    gone: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """`field=value` to why v2 never has that value."""
    code: Mapping[str, Functions] = field(default_factory=dict)
    notes: str = ""
    needs: Mapping[str, str] = field(default_factory=dict)
    """Programs that the functions need, by language."""
    like: str = ""
    """The rule whose functions these are, where they are another's."""

    def for_client(self, client: str) -> Functions:
        """The functions to be put into a file that calls with `LANGUAGE.CLIENT`; empty: there are none."""
        return self.code.get(client, ())


def pool(each: Iterable[Several]) -> dict[str, dict[str, str]]:
    """The functions of all rules by client and name: one rule's may use another's."""
    out: dict[str, dict[str, str]] = {}
    for several in each:
        for client, functions in several.code.items():
            out.setdefault(client, {}).update(functions)
    return out


def needed(name: str, known: Mapping[str, str]) -> Functions:
    """The function `name` and those it calls, as far as they are `known`, in order of their names."""
    found: dict[str, str] = {}
    todo = [name]
    while todo:
        at = todo.pop()
        if at in known and at not in found:
            found[at] = known[at]
            todo += re.findall(r"\b(?:v2_\w+|V2\w+)\b", known[at])
    return tuple(sorted(found.items()))


# --- in examples ------------------------------------------------------------------------------------------------------

_MARK = regex(r"^([ ]*)<functions (\w+)>\n", re.MULTILINE)


def written_out(text: str, several: Several) -> str:
    """An example's text with the functions in the place of a line `<functions CLIENT>`, indented as that is."""
    return _MARK.sub(lambda mark: _block(mark[1], _named(several, mark[2])), text)


def shortened(text: str, several: Several) -> str:
    """The other way round, for a text that is to go into a rule file."""
    for client, functions in several.code.items():
        for indent in ("", *set(re.findall(r"(?m)^ +(?=\S)", text))):
            mark = f"{indent}<functions {client.partition('.')[2]}>\n"
            text = re.sub(r"^" + re.escape(_block(indent, (client, functions))), mark, text, flags=re.MULTILINE)
    return text


def _named(several: Several, client: str) -> tuple[str, Functions]:
    return next(((name, functions) for name, functions in several.code.items() if name.endswith(f".{client}")), ("", ()))


def _block(indent: str, code: tuple[str, Functions]) -> str:
    gap = "\n\n\n" if code[0].startswith("python.") else "\n\n"
    text = gap.join(sorted(source.rstrip("\n") for _, source in code[1])) + "\n"
    return re.sub(r"(?m)^(?=.)", indent, text)

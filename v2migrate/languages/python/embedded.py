"""Shell code in a Python string literal that a call hands to a shell: as a region of its own, for the shell front-end.

`os.system("curl …")`, `run(f"curl … | jq …", shell=True)`: the text between the quotes is code, escapes are read through,
fields of an f-string are holes. Strings that are put together in other ways are left to `commands`.
"""

from __future__ import annotations

from collections.abc import Callable

from v2migrate.languages.python import strings as literals
from v2migrate.languages.python import tree
from v2migrate.languages.python.curl_calls import output, unknown_runner
from v2migrate.languages.python.scopes import Module
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Escape, Request
from v2migrate.source import Region
from v2migrate.template import Text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

_CLIENT = regex(rb"(?<![\w./-])(curl|wget|https?|xh)\s")
_VERSION = regex(r"/api/(v1|v2|preview)")
Reader = Callable[[str], bytes | None]


def requests(module: Module, call: Node, name: str, read: Reader) -> list[tuple[Region, Request]]:
    """The calls of a web API in the shell code that `call` is given as a literal, each with its region."""
    from v2migrate.languages import lower  # the neutral table: this front-end does not know the shell's

    out: list[tuple[Region, Request]] = []
    for node in _literals(module, call):
        for region in regions(module, node):
            found = lower(module.source, region, read).requests
            known = [r for r in found if not r.comment and _VERSION.search(r.url.flat)]
            out += [(region, _seen_from(module, call, name, r)) for r in known]
    return out


def _literals(module: Module, call: Node) -> list[Node]:
    """The literal that may be code: the first argument, or the last word of `["bash", "-c", "…"]`."""
    given = tree.positional(call)[:1]
    if given and tree.bare(given[0]).type in ("list", "tuple"):
        words = tree.named(tree.bare(given[0]))
        given = words[2:3] if len(words) > 2 and b"sh" in (words[0].text or b"") else []
    data = module.source.data
    return [n for n in map(tree.bare, given)
            if literals.is_string(n) and _CLIENT.search(data[n.start_byte : n.end_byte] + b" ")]  # fmt: skip


def regions(module: Module, node: Node) -> list[Region]:
    """The literal's text as shell code, cut at line breaks that are written as escapes; [] where it cannot be."""
    data = module.source.data
    out: list[list[tuple[int, int]]] = [[]]
    masks: list[tuple[int, int]] = []
    for part in literals.literal(module, node):
        span = part.span
        if span is None:
            return []
        if not isinstance(part, Text):
            if not part.plain:
                return []
            masks.append((span.start, span.end))
            out[-1].append((span.start, span.end))
        elif part.exact:
            out[-1].append((span.start, span.end))
        elif part.value == "\n" and data[span.start : span.start + 1] == b"\\":
            before = out[-1][-1] if out[-1] else (0, 0)
            if data[before[1] - 1 : before[1]] == b"\\":  # `\\\n`: the shell sees a line that goes on
                out[-1][-1] = (before[0], before[1] - 1)
            else:
                out.append([])
        elif part.value and data[span.end - 1 : span.end] == part.value.encode():
            out[-1].append((span.end - 1, span.end))
        elif part.value:
            return []
    forbidden = _forbidden(module, node)
    return [
        Region("shell", "python", _merged(ranges), tuple(m for m in masks if m in ranges), b"", True, forbidden)
        for ranges in out
        if any(a < b for a, b in ranges)
    ]


def _merged(ranges: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for start, end in ranges:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        elif start < end:
            merged.append((start, end))
    return tuple(merged)


def _forbidden(module: Module, node: Node) -> tuple[bytes, ...]:
    """What new text in the literal may not hold."""
    out = {b"\\", b"\r"}
    for string in [node] if node.type == "string" else tree.named(node):
        start = module.text(string.children[0]) if string.children else ""
        quote = start.lstrip("rRbBuUfFtT").encode()
        out.add(quote[:1])
        if len(quote) < 3:
            out.add(b"\n")
        if "f" in start[: -len(quote) or None].lower():
            out.add(b'{"')
    return tuple(sorted(out))


def _seen_from(module: Module, call: Node, name: str, request: Request) -> Request:
    """The request with what the program, which gets the command's output, does with the answer."""
    request = replace(request, frozen=request.frozen or unknown_runner(name))
    gets = output(module, call, name)
    if not request.answer.shown or gets == "shown":
        return request
    escape = Escape(module.span(call), "is read by the program that runs the command")
    return replace(request, answer=replace(request.answer, shown=(), escapes=(*request.answer.escapes, escape)))


"""The parts of one call: method, headers, what keeps it from being edited, what becomes of its answer. Knows no endpoint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v2migrate.languages.shell import clients
from v2migrate.languages.shell.answers import Flow
from v2migrate.languages.shell.argv import Word, constant, lone_hole
from v2migrate.languages.shell.clients import Call, Value
from v2migrate.languages.shell.noticing import piped, shrugged
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Frame, Values
from v2migrate.records import dataclass, replace
from v2migrate.request import Answer, Header
from v2migrate.template import Template, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

HOLE = "[\ue000-\uf8ff]"
BROKEN = "the shell code does not parse"
ESCAPED = "the call stands in backticks with escapes"
ELSEWHERE = "its words go through another shell"
_SHELLS = ("ssh", "eval", "watch", "parallel", "su")


@dataclass(frozen=True, slots=True)
class Site:
    """A call of a function through which a command is looked at."""

    unit: Unit
    command: Node
    frame: Frame


def notices(unit: Unit, command: Node, call: Call, flow: Flow) -> bool | None:
    """Would the script notice an HTTP error?"""
    if flow.tested or flow.checked:
        return True
    if "fail" not in call.flags and call.client not in ("wget", "circleci"):
        return False
    if shrugged(unit, command):
        return False
    return None if piped(unit, command) else True


def address_of(values: Values, call: Call, url: Value) -> Template:
    """The URL; the CircleCI CLI puts its own host in front of a path."""
    given = url.get(values, inline=True)
    if call.client != "circleci" or "://" in given.flat:
        return given
    return text("https://circleci.com" + ("" if given.flat.startswith("/") else "/")) + given


def marks(unit: Unit, command: Node, before: list[Word]) -> set[str]:
    """What xargs puts values in the place of, where that is a word which other text can hold too."""
    if not before or before[0].raw.rsplit("/", 1)[-1] not in ("xargs", "parallel"):
        return set()
    code = unit.code
    marks = {code.text[a : code.masks[a]].decode() for a in code.masked(command.start_byte, command.end_byte)}
    return {m for m in marks if re.fullmatch(r"\w+", m)}


def frozen(unit: Unit, command: Node, site: Site | None, before: list[Word], ticks: bool) -> str:
    """Why the call cannot be edited."""
    if unit.broken(command) or (site is not None and site.unit.broken(site.command)):
        return BROKEN
    if ticks and re.search(rb"\\[$`\\]", unit.code.text[command.start_byte : command.end_byte]):
        return ESCAPED
    return ELSEWHERE if before and before[0].raw in _SHELLS else ""


def definition_of(unit: Unit, command: Node) -> Node | None:
    return next((o for o in unit.above(command) if o.type == "function_definition"), None)


def backticks(unit: Unit, command: Node) -> bool:
    """True inside of `` `…` ``, where a backslash does not mean what it does elsewhere."""
    return any(o.type == "command_substitution" and unit.code.text[o.start_byte : o.start_byte + 1] == b"`"
               for o in unit.above(command))


def auth(call: Call, user: bool) -> str:
    if user or call.client == "circleci":
        return "basic"
    if call.flags & {"netrc"} or call.all("netrc"):
        return "unknown"
    return next((name for name in ("cookies", "certificate") if call.all(name)), "none")


def method_of(values: Values, call: Call, gaps: list[str]) -> str | None:
    given = call.last("method")
    if given is not None:
        name = constant(given.get(values, follow=True))
        if name is None or not re.fullmatch(r"[A-Za-z]+", name):
            gaps.append("the HTTP method is not seen")
            return None
        return name.upper()
    if "head" in call.flags:
        return "HEAD"
    if call.all("upload"):
        return "PUT"
    sends = call.all("data", "raw", "urlencode", "json", "form", "post", "file", "item-string", "item-json", "item-file")
    return "POST" if sends and "get" not in call.flags else "GET"


def headers_of(values: Values, call: Call, gaps: list[str]) -> Iterator[Header]:
    for name, value in call.all("header", "item-header", "bearer"):
        template = value.get(values)
        if lone_hole(template) is not None and name == "header":
            template = value.get(values, follow=True)
        if name == "bearer":
            yield Header("Authorization", text("Bearer ") + template, value.word.span)
            continue
        if name == "item-header":
            key, rest = clients.item_parts(template)
            yield Header(key, rest, value.word.span)
            continue
        parts = clients.header_of(template)
        if parts is None:
            gaps.append(f"a header is written as {value.word.raw}")
        else:
            yield Header(parts[0], parts[1], value.word.span)


def answer_of(values: Values, unit: Unit, command: Node, call: Call, site: Site | None) -> Flow:
    """What becomes of the answer."""
    flow = Flow(unit, (site.unit, site.command) if site is not None else None)
    write = call.last("write")
    form = write.get(values, follow=True).flat if write is not None else ""
    codes = re.search(r"(http|response)_code", form) is not None
    flow.trailer = re.search(r"%\{(http|response)_code\}(\n|\\n)?\Z", form) is not None
    outputs = call.all("output")
    output = outputs[-1][1] if outputs else None
    to_file = False
    if output is not None:
        name = output.get(values, follow=True).flat
        to_file = name not in ("-", "/dev/stdout", "/dev/stderr")
        if to_file and name != "/dev/null":
            _output_file(flow, output, values if site is not None else None)
    elif "remote" in call.flags or "remote-header" in call.flags or (call.client == "wget"):
        to_file = True
        flow.escape(unit, command, "is written to a file")
    if codes and to_file:
        status = Flow(unit, (site.unit, site.command) if site is not None else None, code=True)
        status.stdout(unit, command)
        flow.tested = flow.tested or status.tested
        flow.add(status.answer)
    elif not to_file:
        flow.stdout(unit, command)
    if to_file and not codes:
        return flow
    if "head" in call.flags:
        flow.answer = replace(flow.answer, reads=(), roots=())
    return flow


def _output_file(flow: Flow, output: Value, given: Values | None) -> None:
    """`given`: what the call of a function that this stands in gives it."""
    word = output.word
    if output.offset or word.bound is not None:
        flow.add(Answer())
        flow.escape(word.unit, word.unit.root, "is written to a file")
        return
    passed = constant(output.get(given, follow=True)) if given is not None else None
    flow.file(word.unit, word, passed or "")



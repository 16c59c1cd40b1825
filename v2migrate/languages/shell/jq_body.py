"""Bodies that `jq -n --arg name "$VALUE" '{…}'` builds, as values that can be edited in jq's own spelling. Knows no endpoint."""

from __future__ import annotations

import re

from v2migrate.languages.shell import jq_syntax as syntax
from v2migrate.languages.shell.argv import Word, words
from v2migrate.languages.shell.jq_parse import JqError, parse
from v2migrate.languages.shell.reaching import Where
from v2migrate.languages.shell.unit import Unit
from v2migrate.languages.shell.values import Values
from v2migrate.languages.shell.words import Lit, split_word
from v2migrate.records import dataclass
from v2migrate.request import Array, Entry, Object, Scalar, Value
from v2migrate.source import Item, ItemList, Span
from v2migrate.template import Template, Text, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, slots=True)
class Built:
    """What a jq command prints: the value, where a further `--arg` goes, and the names that are taken."""

    value: Object
    place: Span
    names: tuple[str, ...]


def built(values: Values, unit: Unit, command: Node, where: Where) -> Built | None:
    """The object that `command` prints; None where it is no `jq -n` with an object, or not all of it is seen."""
    argv = words(values, unit, command, where)
    given: dict[str, Scalar] = {}
    programs: list[Word] = []
    null = False
    last = argv[0]
    i = 1
    while i < len(argv):
        raw = argv[i].raw
        if raw in ("--arg", "--argjson") and i + 2 < len(argv):
            kind = "string" if raw == "--arg" else "expr"
            known = argv[i + 2].value(values) if raw == "--arg" else None
            given[argv[i + 1].raw] = Scalar(kind, f"${argv[i + 1].raw}", known)
            i += 3
            continue
        if re.fullmatch(r"-[ncrMCSaj]+|--null-input|--compact-output|--raw-output|--monochrome-output|--sort-keys|--tab", raw):
            null = null or raw == "--null-input" or (not raw.startswith("--") and "n" in raw)
            last = argv[i] if not programs else last
        elif raw.startswith("-") or not argv[i].here:
            return None
        else:
            programs.append(argv[i])
        i += 1
    if not null or len(programs) != 1 or not last.here:
        return None
    program = programs[0]
    parts = split_word(unit.code, program.start, program.end)
    if len(parts) != 1 or not isinstance(parts[0], Lit) or parts[0].quote != "'":
        return None
    template = program.value(values)
    try:
        tree = parse(template.flat)
    except JqError:
        return None
    if not isinstance(tree, syntax.Record) or not template.constant:
        return None
    value = _Reader(template, given).value(tree)
    if not isinstance(value, Object):
        return None
    after = unit.code.span(last.end, last.end)
    return Built(value, after, tuple(given))


class _Reader:
    def __init__(self, template: Template, given: dict[str, Scalar]) -> None:
        self.template, self.given, self.flat = template, given, template.flat

    def span(self, start: int, end: int) -> Span | None:
        spans = [p.span for p in self.template.slice(start, end).pieces if isinstance(p, Text) and p.exact]
        known = [s for s in spans if s is not None]
        return Span(known[0].path, known[0].start, known[-1].end) if known and len(known) == len(spans) else None

    def value(self, node: syntax.Node) -> Value:
        span = self.span(node.start, node.end)
        match node:
            case syntax.Record():
                return self.record(node, span)
            case syntax.String() if node.value is not None:
                return Scalar("string", self.flat[node.start : node.end], text(node.value), span)
            case syntax.Variable() if node.name in self.given:
                known = self.given[node.name]
                return Scalar(known.kind, known.source, known.template, span)
            case syntax.Literal() if node.kind == "number":
                return Scalar("number", node.text, None, span)
            case syntax.Literal() if node.kind == "word":
                return Scalar("null" if node.text == "null" else "bool", node.text, None, span)
            case syntax.Group() if node.array and node.body is None:
                return Array((), "[]", span)
            case _:
                return Scalar("expr", self.flat[node.start : node.end], None, span)

    def record(self, node: syntax.Record, span: Span | None) -> Object:
        rows: list[tuple[str, Value, Span | None, Span | None]] = []
        opened = False
        for pair in node.pairs:
            key = pair.key
            if isinstance(key, syntax.String) and key.value is not None and pair.value is not None:
                inner = (key.start, key.end) if pair.plain else (key.start + 1, key.end - 1)
                named = self.span(*inner) if self.flat[slice(*inner)] == key.value else None
                rows.append((key.value, self.value(pair.value), named, self.span(key.start, pair.value.end)))
            elif isinstance(key, syntax.Variable) and pair.value is None and key.name in self.given:
                rows.append((key.name, self.given[key.name], None, self.span(key.start, key.end)))
            else:
                opened = True
        spans = [s for _, _, _, s in rows if s is not None]
        inside = self.span(node.start + 1, node.end - 1) if node.end - node.start > 2 else None
        if opened or span is None or len(spans) < len(rows) or (inside is None and rows):
            return Object(tuple(Entry(k, v) for k, v, _, _ in rows), None, span, opened)
        items = ItemList(inside or Span(span.path, span.start + 1, span.start + 1), tuple(spans))
        return Object(tuple(Entry(k, v, s, Item(items, n)) for n, (k, v, s, _) in enumerate(rows)), items, span)

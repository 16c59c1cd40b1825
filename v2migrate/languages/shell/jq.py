"""jq filters as reads of an answer, and a change of the answer's shape written back into them. Knows no endpoint.

`lower_filter` sees one filter, `lower_filters` several where each reads what the one before gave (`jq .[0] | jq .url`).
The list's new root goes to the head of the paths of the first filter (`.items[0].url`), or in front of all of it
(`.items | map(…)`), which is right for every filter. Left out: `--slurp`, `--stream`, `--null-input`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from v2migrate.languages.shell import jq_syntax as syntax
from v2migrate.languages.shell.jq_parse import JqError, parse
from v2migrate.languages.shell.jq_reads import NOT_UNDERSTOOD, Reader
from v2migrate.languages.shell.jq_values import Path, Values, apart
from v2migrate.regex import regex
from v2migrate.request import Answer, Change, Escape, Read, Root, Written
from v2migrate.source import Put, Span, Step
from v2migrate.template import Template, Text

_FORM = "jq:"
_UNQUOTED = "jq-unquoted:"
_BARE = "jq-bare"
_NAME = regex(r"[A-Za-z_][A-Za-z0-9_]*\Z")


def lower_filter(template: Template, span: Span) -> Answer:
    """What the filter with the text `template`, written as the word at `span` (with its quotes), does with an answer.

    A whole element that comes out of it is `shown`; what is not understood is an escape at `span`.
    """
    return lower_filters([(template, span)])


def lower_filters(filters: Sequence[tuple[Template, Span]]) -> Answer:
    """The same for filters in a row: the first reads the answer, each other one what its forerunner gave."""
    reads: list[Read] = []
    roots: tuple[Root, ...] = ()
    escapes: list[Escape] = []
    shown: tuple[Span, ...] = ()
    dot: Values = (Path(),)
    for number, (template, span) in enumerate(filters):
        try:
            tree = parse(template.flat)
        except JqError:
            reader = Reader(template, span)
            reader.use(dot, whole="")
            return Answer(_merge([*reads, *reader.reads]), roots, (*escapes, Escape(span, NOT_UNDERSTOOD)))
        if number == 0:
            roots = _roots(tree, template, span)
        reader = Reader(template, span)
        dot = reader.run(tree, apart(dot), {})
        if number == len(filters) - 1:
            reader.output(dot)
            shown = (span,) if reader.shown else ()
        reads += reader.reads
        escapes += reader.escapes
    return Answer(_merge(reads), roots, tuple(dict.fromkeys(escapes)), (), shown)


def _merge(reads: list[Read]) -> tuple[Read, ...]:
    """Each read once, with all its constants; inner ones that are read for themselves as well are not inner."""
    out: dict[tuple[tuple[str, ...], Span, Span | None, bool], Read] = {}
    for read in reads:
        place = (read.path, read.span, read.key, read.inner)
        old = out.get(place)
        values = tuple(dict.fromkeys((*(old.values if old else ()), *read.values)))
        out[place] = Read(read.path, read.span, read.key, values, read.inner)
    return tuple(out.values())


# --- where the root is written --------------------------------------------------------------------------------------


def _roots(tree: syntax.Node, template: Template, span: Span) -> tuple[Root, ...]:
    """The places where `.items` makes the filter read the list in an object instead of the bare list."""
    heads = _heads(tree)
    if heads == []:
        return ()
    if heads is not None and len(heads) <= 4:
        roots = [_insertion(template, at, "{root}" if dotted else ".{root}") for at, dotted in heads]
        if all(roots):
            return tuple(r for r in roots if r is not None)
    flat = template.flat
    start = len(flat) - len(flat.lstrip())
    root = _insertion(template, start, ".{root} | ")
    if root is None:
        return (Root(span, _BARE),)
    if _quoted(template, span, start):
        return (root,)
    word = template.pieces[0].span if len(template.pieces) == 1 else None
    # A bare word (`jq length`): with a pipe in it, it needs quotes.
    return (Root(span, _UNQUOTED),) if word == span and "'" not in flat else (Root(span, _BARE),)


def _insertion(template: Template, at: int, form: str) -> Root | None:
    steps = template.replace(at, at, "x")
    if steps is None or len(steps) != 1 or not isinstance(steps[0], Put):
        return None
    return Root(steps[0].span, _FORM + form)


def _quoted(template: Template, span: Span, at: int) -> bool:
    """True where text at this place stands in quotes for sure, so that blanks and `|` may be added."""
    here = 0
    for piece in template.pieces:
        size = len(piece.value) if isinstance(piece, Text) else 1
        if isinstance(piece, Text) and piece.exact and piece.span is not None and here <= at <= here + size:
            if set(piece.value) & set(" \t\n|();&<>"):
                return True  # not even this text could stand there without quotes
            return piece.span.path == span.path and span.start < piece.span.start and piece.span.end < span.end
        here += size
    return False


def _heads(node: syntax.Node) -> list[tuple[int, bool]] | None:
    """Where the paths begin that start at the input, with whether their dot is written; None: it is used otherwise."""
    match node:
        case syntax.Identity():
            return [(node.start, False)] if node.implied else [(node.end, True)]
        case syntax.Field() | syntax.Iterate():
            return _heads(node.base)
        case syntax.Index():
            return _heads(node.base) if _operand(node.index) == [] else None
        case syntax.Slice():
            return _heads(node.base) if all(_operand(b) == [] for b in node.bounds) else None
        case syntax.Literal():
            return [] if node.kind in ("number", "word") else None
        case syntax.Variable():
            return []
        case syntax.String():
            return _all(part for part in node.parts if part is not None and not isinstance(part, str))
        case syntax.Group():
            return _heads(node.body) if node.body is not None else []
        case syntax.Bind():
            return _all((node.source, node.body))
        case syntax.Try():
            return _heads(node.body) if node.handler is None or _heads(node.handler) == [] else None
        case syntax.Branch():
            return _all((*node.tests, *node.results, node.otherwise)) if node.otherwise is not None else None
        case syntax.Record():
            known = [p.value for p in node.pairs if isinstance(p.key, syntax.String) and p.key.value is not None]
            values = [value for value in known if value is not None]
            return _all(values) if len(values) == len(node.pairs) else None
        case syntax.Binary():
            if node.op == "|":
                return _heads(node.left)
            left, right = (_heads(n) if node.op == "," else _operand(n) for n in (node.left, node.right))
            return None if left is None or right is None else left + right
        case syntax.Call():
            return [] if node.name in ("empty", "now", "env") and not node.args else None
        case _:
            return None


def _operand(node: syntax.Node) -> list[tuple[int, bool]] | None:
    """The same where what the shell puts in is a value."""
    return [] if isinstance(node, syntax.Literal) and node.kind == "hole" else _heads(node)


def _all(nodes: Iterable[syntax.Node]) -> list[tuple[int, bool]] | None:
    out: list[tuple[int, bool]] = []
    for node in nodes:
        heads = _heads(node)
        if heads is None:
            return None
        out += heads
    return out


# --- writing --------------------------------------------------------------------------------------------------------


def write_reads(answer: Answer, change: Change) -> Written:
    """The root and the new paths of `change`, written into the filters that `answer` was lowered from."""
    steps: dict[Span, Put] = {}
    if change.root:
        for root in answer.roots:
            if root.form == _BARE:
                return Written(problem="the jq filter is put together by the shell or has no quotes")
            if root.form == _UNQUOTED:
                start, end = root.span.start, root.span.end
                _put(steps, Span(root.span.path, start, start), f"'.{change.root} | ")
                _put(steps, Span(root.span.path, end, end), "'")
            elif root.form.startswith(_FORM):
                _put(steps, root.span, root.form.removeprefix(_FORM).replace("{root}", change.root))
    problem = _rename(answer, change, steps)
    return Written(problem=problem) if problem else Written(tuple(_order(steps)))


def _order(steps: dict[Span, Put]) -> list[Step]:
    return [steps[span] for span in sorted(steps)]


def _put(steps: dict[Span, Put], span: Span, new: str) -> bool:
    """Adds a step; False where another text is wanted at the same place."""
    return steps.setdefault(span, Put(span, new.encode())) == Put(span, new.encode())


def _rename(answer: Answer, change: Change, steps: dict[Span, Put]) -> str:
    """Adds the steps for `change.reads`; gives the problem, if there is one."""
    wanted = {read: _bare(read, new, change) for read, new in change.reads if not read.inner}
    written: dict[Read, Span] = {}
    loose: set[tuple[str, ...]] = set()
    for read, new in wanted.items():
        if new == read.path:
            continue
        named = f"`{'.'.join(s for s in read.path if s != '[]')}`"
        if not new or not all(step == "[]" or _NAME.match(step) for step in new):
            return f"the new name of {named} is none that can be written into a jq filter"
        same = [a == b for a, b in zip(read.path, new, strict=False)]
        first = min(same.index(False) if False in same else len(same), len(read.path) - 1, len(new) - 1)
        old_tail, new_tail = read.path[first:], new[first:]
        place = _tail(read, old_tail, new_tail)
        if place is not None:
            text = ".".join(new_tail)
            text = f"{read.path[-1]}: .{text}" if read.key == read.span else text
        elif len(old_tail) != len(new_tail) or [s == "[]" for s in old_tail] != [s == "[]" for s in new_tail]:
            return f"{named} is not written in one piece in the jq filter"
        else:
            loose |= {read.path[: i + 1] for i in range(first, len(new) - 1) if read.path[i] != new[i]}
            if read.path[-1] == new[-1]:
                continue
            if read.key is None or read.key == read.span:
                return f"{named} cannot be renamed where the jq filter reads it"
            place, text = read.key, new[-1]
        if not _put(steps, place, text):
            return f"{named} is read at one place of a jq filter for two fields"
        written[read] = place
    return _rename_steps(answer, wanted, loose, steps) or _shared(answer, written, steps)


def _rename_steps(answer: Answer, wanted: dict[Read, tuple[str, ...]], loose: set[tuple[str, ...]],
                  steps: dict[Span, Put]) -> str:  # fmt: skip
    """Renames steps that stand apart from what is read behind them (`.workflows | .workflow_id`), if all goes along."""
    leaves = [r for r in answer.reads if not r.inner]
    for path in loose:
        size = len(path)
        behind = [r for r in leaves if r.path[:size] == path and len(r.path) > size and not _within_run(r, size)]
        new = {wanted.get(r, r.path) for r in behind}
        names = {n[size - 1] if len(n) >= size else "" for n in new}
        if len(names) != 1:
            return f"the fields under `{path[-1]}` part on v2"
        for read in answer.reads:
            if not read.inner or read.path != path:
                continue
            if any(_within_run(r, size) and _inside(read.key, r) for r in leaves):
                continue
            if read.key is None or read.key == read.span or not _put(steps, read.key, min(names)):
                return f"`{path[-1]}` cannot be renamed where the jq filter reads it"
    return ""


def _shared(answer: Answer, written: dict[Read, Span], steps: dict[Span, Put]) -> str:
    """A name in the text may be read for several paths (`(.a, .b) | .name`): then all have to agree."""
    for read in answer.reads:
        for span in steps:
            if not read.inner and read.key is not None and span.overlaps(read.key) and written.get(read) != span:
                return f"`{read.path[-1]}` is read at one place of a jq filter for two fields"
    return ""


def _bare(read: Read, new: tuple[str, ...], change: Change) -> tuple[str, ...]:
    """The new path without the root: that is written once, at the head."""
    if change.root and new[:1] == (change.root,) and read.path[:1] == ("[]",):
        return new[1:]
    return new


def _tail(read: Read, old: tuple[str, ...], new: tuple[str, ...]) -> Span | None:
    """The bytes of the names `old` at the end of the path, where `new` can be put in their place in one piece."""
    if read.key is None or "[]" in old or "[]" in new:
        return None
    if read.key == read.span:
        return read.key if len(old) == 1 else None  # `{name}`
    return _run(read, len(old))


def _run(read: Read, size: int) -> Span | None:
    """The bytes of the last `size` names without the first dot, if the read's span holds them as `.a.b`."""
    if read.key is None or read.key.end != read.span.end or "[]" in read.path[-size:]:
        return None
    start = read.key.end - len(".".join(read.path[-size:]).encode())
    return Span(read.key.path, start, read.key.end) if start > read.span.start else None


def _within_run(read: Read, size: int) -> bool:
    """True where the last name of the first `size` steps of the path belongs to the plain names at its end."""
    return _run(read, len(read.path) - size + 1) is not None


def _inside(key: Span | None, read: Read) -> bool:
    return key is not None and key in read.span

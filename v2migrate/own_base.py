"""A base URL of its own for a call that moves while others on the same base stay: steps on bytes. Knows no language.

`API = "…/v1.1"` gets a second line `API_V2 = "…/v2"`, and the moving call reads that, or hands it to the function that
reads `API` for all its callers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from v2migrate.errors import EditConflict
from v2migrate.request import Base, Copy, Handed, Request
from v2migrate.source import Add, Drop, Edit, Put, Source, Span, Step, apply_edits


def moved(
    request: Request, steps: tuple[Step, ...], source: Callable[[str], Source | None], harmless: tuple[Step, ...] = ()
) -> tuple[Step, ...] | None:
    """`steps` with those on the shared definition made on a copy of it; None where the call cannot have one.

    `harmless` are steps that calls which stay on the old base can do with.
    """
    base = request.base
    if base is None or not base.usable:
        return None
    inside: dict[Copy, list[Put]] = {copy: [] for copy in base.copies}
    rest: list[Step] = []
    for step in steps:
        home = next((c for c in base.copies if isinstance(step, Put) and step.span in c.statement and not c.derived), None)
        if home is not None and isinstance(step, Put):
            inside[home].append(step)
        elif isinstance(step, Put) and step.span == base.copies[0].origin:
            inside[base.copies[0]].append(step)
        else:
            rest.append(step)
    if not inside[base.copies[0]]:
        return None
    follows = base.copies[0].derived != ""
    if base.handed is not None:
        if request.overridable and not follows:
            return None
        if not all(s in harmless or _own(s, request, base.handed) for s in rest):
            return None
    out = [*rest, *_reads(base), *base.brought]
    before = ""
    for copy in base.copies:
        made = _made(copy, inside[copy], before, source(copy.statement.path))
        if made is None:
            return None
        out += made
        before = copy.fresh
    return tuple(out)


def _made(copy: Copy, steps: Sequence[Put], before: str, file: Source | None) -> tuple[Step, ...] | None:
    """The step that writes the copy behind its statement; none where that stands there already, None where it cannot be."""
    if file is None:
        return None
    text = _derived(copy, steps, file) if copy.derived else _repeated(copy, steps, before, file)
    if text is None:
        return None
    at = _behind_line(file.data, copy.statement.end)
    if copy.taken:
        return () if file.data[at:].lstrip(b"\r\n \t").startswith(text) else None
    start = file.data.rfind(b"\n", 0, copy.statement.start) + 1
    indent = file.data[start : copy.statement.start]
    line = indent + text + file.newline if file.data[at - 1 : at] == b"\n" else file.newline + indent + text
    return (Put(Span(copy.statement.path, at, at), line),)


def _repeated(copy: Copy, steps: Sequence[Put], before: str, file: Source) -> bytes | None:
    """The statement once more, with the changed text and the new names."""
    start, path = copy.statement.start, copy.statement.path
    puts = [*steps, Put(copy.name, copy.fresh.encode()), *(Put(read, before.encode()) for read in copy.reads)]
    edits = [Edit(path, p.span.start - start, file.data[p.span.start : p.span.end], p.new) for p in puts]
    try:
        return apply_edits(file.data[start : copy.statement.end], edits)
    except EditConflict:
        return None


def _derived(copy: Copy, steps: Sequence[Put], file: Source) -> bytes | None:
    """A statement that makes the new base from the old one, whatever that is when the program runs."""
    if len(steps) != 1:
        return None
    span, mark = steps[0].span, b"/api/"
    old = file.data[max(span.start - len(mark), 0) : span.end]
    if not old.startswith(mark) or old == mark + b"v1":  # `/api/v1` is the beginning of `/api/v1.1`, too
        return None
    return copy.derived.format(old.decode(), (mark + steps[0].new).decode()).encode()


def _reads(base: Base) -> tuple[Step, ...]:
    """The steps by which the call comes to read the second base."""
    if base.handed is None:
        return tuple(Put(read, base.fresh.encode()) for read in base.reads)
    return (*base.handed.steps, Add(base.handed.list, (base.handed.before + base.fresh).encode()))


def _own(step: Step, request: Request, handed: Handed) -> bool:
    """Is the step the call's own: not one in the function, nor in a list of arguments or headers that others may use?"""
    if isinstance(step, Put):
        return step.span not in handed.function
    return (step.item.list if isinstance(step, Drop) else step.list).span in request.span


def _behind_line(data: bytes, offset: int) -> int:
    """The start of the next line, or the end of the data."""
    at = data.find(b"\n", offset)
    return at + 1 if at >= 0 else len(data)

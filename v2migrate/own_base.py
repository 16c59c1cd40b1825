"""A base URL of its own for a call that moves while others on the same base stay: steps on bytes. Knows no language.

`API = "…/v1.1"` gets a second line `API_V2 = "…/v2"`, and the moving call reads that, or hands it to the function that
reads `API` for all its callers.
"""

from __future__ import annotations

from collections.abc import Callable

from v2migrate.errors import EditConflict
from v2migrate.request import Base, Handed, Request
from v2migrate.source import Add, Drop, Edit, Put, Source, Span, Step, apply_edits


def moved(
    request: Request, steps: tuple[Step, ...], source: Callable[[str], Source | None], harmless: tuple[Step, ...] = ()
) -> tuple[Step, ...] | None:
    """`steps` with those on the shared definition made on a copy of it; None where the call cannot have one.

    `harmless` are steps that calls which stay on the old base can do with.
    """
    base = request.base
    file = source(base.statement.path) if base is not None else None
    if base is None or not base.usable or file is None:
        return None
    inside = [s for s in steps if isinstance(s, Put) and s.span in base.statement]
    rest = tuple(s for s in steps if s not in inside)
    if not inside:
        return None
    edits = [Edit("", s.span.start - base.statement.start, file.data[s.span.start : s.span.end], s.new) for s in inside]
    name = file.data[base.name.start : base.name.end]
    edits.append(Edit("", base.name.start - base.statement.start, name, base.fresh.encode()))
    try:
        copy = apply_edits(file.data[base.statement.start : base.statement.end], edits)
    except EditConflict:
        return None
    if base.handed is not None and (request.overridable or not all(s in harmless or _own(s, request, base.handed) for s in rest)):
        return None
    reads = _reads(base)
    at = _behind_line(file.data, base.statement.end)
    if base.taken:
        follow = file.data[at:].lstrip(b"\r\n \t")
        return (*rest, *reads) if follow.startswith(copy) else None
    start = file.data.rfind(b"\n", 0, base.statement.start) + 1
    indent = file.data[start : base.statement.start]
    line = indent + copy + file.newline if file.data[at - 1 : at] == b"\n" else file.newline + indent + copy
    return (*rest, *reads, Put(Span(base.statement.path, at, at), line))


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

"""Imports that a change needs: put where the file has such ones. Knows names of modules, and nothing of what they are for."""

from __future__ import annotations

import functools
import re
import sys

from v2migrate.languages.python.scopes import parse_part
from v2migrate.languages.python.write_spelling import Unwritable
from v2migrate.source import Put, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.languages.python.write_call import Draft


def add_import(draft: Draft, line: str) -> None:
    """Adds an import below the last one."""
    slot = draft.request.slot("imports")
    if slot is None or slot.span.path != draft.source.path:
        raise Unwritable("there is no place for an import")
    data, at = draft.source.data, slot.span.start
    if draft.line_start(at) == at:
        before = max(at - 1, 0)
        indent = draft.indent(draft.line_end(draft.line_start(before))) if at else ""
        text = indent + line + draft.newline(at)
    else:
        at = draft.line_end(at)  # behind a comment in the import's line
        text = draft.newline(at) + draft.indent(at) + line
    if at == len(data) and at and data[-1:] not in b"\r\n" and text.endswith("\n"):
        text = draft.newline(at) + text
    draft.steps.append(Put(Span(slot.span.path, at, at), text.encode()))


def import_module(draft: Draft, name: str) -> None:
    """Makes sure that the module can be used by its name; raises Unwritable where that name is another thing's."""
    taken, imported = _uses(name, draft.source.data)
    if taken:
        raise Unwritable(f"the name {name} is taken")
    if imported:
        return
    at = _beside(draft, name)
    if at is not None:
        draft.steps.append(Put(Span(draft.source.path, at, at), f"import {name}{draft.newline(max(at - 1, 0))}".encode()))
    else:
        add_import(draft, f"import {name}")


@functools.lru_cache(maxsize=16)
def _uses(name: str, data: bytes) -> tuple[bool, bool]:
    """Is the name another thing's, and is the module imported? Kept: each call of a file asks the same."""
    code = data.decode("utf-8", "replace")
    if name not in code:
        return False, False
    taken = (
        rf"^[ \t]*{name}\s*(?:[:,][^=\n(]*)?=(?!=)|\bas {name}\b|\bdef {name}\b|\bfor {name} in\b"
        rf"|^[ \t]*from\s+[\w.]+\s+import\s+(?:\([^)]*|[^\n(]*)\b{name}\b"
    )
    # One in a function is not there for the others.
    there = rf"^import\s+(?:[\w.]+(?:\s+as\s+\w+)?\s*,\s*)*{name}\s*(?:$|[,;#])"
    return re.search(taken, code, re.MULTILINE) is not None, re.search(there, code, re.MULTILINE) is not None


def _beside(draft: Draft, name: str) -> int | None:
    """Where a line that imports the module fits in among those of the standard library; None where there are none."""
    at: int | None = None
    for statement in parse_part(draft.source, draft.region).top_imports():
        module = (statement.text or b"").decode("utf-8", "replace").removeprefix("import ")
        if statement.type != "import_statement" or module not in sys.stdlib_module_names:
            continue
        start, end = statement.start_byte, draft.line_end(statement.end_byte)
        if draft.line_start(start) != start or draft.source.data[statement.end_byte : end].strip()[:1] not in (b"", b"#"):
            continue
        if module < name:
            at = end + len(draft.newline(end))
        elif at is None:
            return start
    return at if at is not None and at < len(draft.source.data) else None

"""Writes what a change does to the reads of an answer: its root, its fields, its status tests. Knows no call and no API."""

from __future__ import annotations

import re

from v2migrate.languages.python.write_call import Draft
from v2migrate.languages.python.write_spelling import Speller, Unwritable, chain_end
from v2migrate.regex import regex
from v2migrate.request import Read, StatusTest
from v2migrate.source import Put, Span

_SUBSCRIPT = regex(r"""\[\s*(["'])((?:(?!\1)[^\\\n])*)\1\s*\]\s*$""")
_INDEX = regex(r"\[\s*-?\d+\s*\]\s*$")
# `.get("x")`, `.get("x", {})`, `.get("x", None)`: a default that no other call or name hides in.
_GET = regex(
    r"""\.get\(\s*(["'])((?:(?!\1)[^\\\n])*)\1\s*(?:,\s*(?:\{\}|\[\]|\(\)|[\w.]+|''|"")\s*,?\s*)?\)\s*$"""
)


def write_root(draft: Draft, name: str) -> None:
    """Puts `["name"]` behind each expression where the decoded answer begins."""
    for root in draft.request.answer.roots:
        if root.form == "alternative":
            raise Unwritable("the helper function can also return a constant, in which nothing can be looked up")
        if not root.form.startswith("python"):
            raise Unwritable("the answer is decoded where another answer is decoded too")
        text = draft.text(root.span)
        # A root inside an f-string names the quote character that is left to it.
        quote = root.form.removeprefix("python") or draft.quote
        key = "[" + Speller(quote).literal(name) + "]"
        end = Span(root.span.path, root.span.end, root.span.end)
        if re.match(r"await\b", text):
            draft.steps.append(Put(Span(root.span.path, root.span.start, root.span.start), b"("))
            key = ")" + key
        elif not (text.startswith("(") and text.endswith(")")) and chain_end(text) != len(text):
            raise Unwritable("the answer is decoded in a form that cannot be edited")
        draft.steps.append(Put(end, key.encode()))


def write_reads(draft: Draft, reads: tuple[tuple[Read, tuple[str, ...]], ...]) -> None:
    """Gives reads their new path: keys are replaced where they stand."""
    planned = dict(reads)
    for read, path in reads:
        if path == read.path:
            continue
        shown = ".".join(read.path)
        if any(re.search(r"[\"'\\\x00-\x1f{}]", name) for name in path):
            raise Unwritable(f"the new name of {shown} needs an escape")
        if read.key is None:
            raise Unwritable(f"the name of {shown} cannot be edited where it is read")
        if len(path) != len(read.path):
            draft.steps.append(_reshaped(draft, read, path))
            continue
        if any((a == "[]") != (b == "[]") for a, b in zip(path, read.path, strict=True)):
            raise Unwritable(f"the read of {shown} would need another shape")
        here = _keys(draft, read)
        for index, (old, new) in enumerate(zip(read.path, path, strict=True)):
            if old == new:
                continue
            spans = [here[index]] if index in here else _steps(draft, read.path[: index + 1], new, planned)
            draft.steps += [Put(span, new.encode()) for span in spans]


def _reshaped(draft: Draft, read: Read, path: tuple[str, ...]) -> Put:
    """`b["workflows"]["job_name"]` as `b["name"]`: the names that differ, where they stand in one expression."""
    same = 0
    while same < min(len(path), len(read.path)) - 1 and path[same] == read.path[same]:
        same += 1
    text, forms = draft.text(read.span), []
    for name in reversed(read.path[same:]):
        found = _SUBSCRIPT.search(text) or _GET.search(text)
        if found is None or found[2] != name or "[]" in path[same:]:
            raise Unwritable(f"the read of {'.'.join(read.path)} would need another shape")
        forms.append(found)
        text = text[: found.start()]
    quote, gets = forms[0][1], any(form[0].startswith(".get") for form in forms)
    # The default of the last `.get` is what the program falls back on.
    default = forms[0][0][forms[0].end(2) - forms[0].start() + 1 :] if forms[0][0].startswith(".get") else ")"
    *steps, last = (f"{quote}{name}{quote}" for name in path[same:])
    if gets:
        new = "".join(f".get({name}, {{}})" for name in steps) + f".get({last}{default}"
    else:
        new = "".join(f"[{name}]" for name in (*steps, last))
    start = read.span.start + len(text.encode())
    return Put(Span(read.span.path, start, read.span.end), new.encode())


def _keys(draft: Draft, read: Read) -> dict[int, Span]:
    """The key texts of the last names of `read.path`, as far as they stand in the read's own expression, by index."""
    assert read.key is not None
    text, out = draft.text(read.span), {len(read.path) - 1: read.key}
    for index in range(len(read.path) - 1, -1, -1):
        name = read.path[index]
        found = _INDEX.search(text) if name == "[]" else _SUBSCRIPT.search(text) or _GET.search(text)
        if found is None or (name != "[]" and found[2] != name):
            break
        if name != "[]":
            start = read.span.start + len(text[: found.start(2)].encode())
            out[index] = Span(read.span.path, start, start + len(name.encode()))
        text = text[: found.start()]
    return out


def _steps(draft: Draft, prefix: tuple[str, ...], new: str, planned: dict[Read, tuple[str, ...]]) -> list[Span]:
    """The keys of all reads of `prefix`, where all that is read through them agrees on the name `new`."""
    at, out = len(prefix) - 1, []
    for other in draft.request.answer.reads:
        if other.path[: len(prefix)] != prefix:
            continue
        step = other.inner and other.path == prefix
        if not step and planned.get(other, other.path)[at : at + 1] != (new,):
            raise Unwritable(f"the names under {'.'.join(prefix)} part")
        if other.path == prefix:
            if other.key is None:
                raise Unwritable(f"the name of {'.'.join(prefix)} cannot be edited where it is read")
            out.append(other.key)
    if not out:
        raise Unwritable(f"where {'.'.join(prefix)} is read was not seen")
    return out


def write_status(draft: Draft, tests: tuple[tuple[StatusTest, int], ...]) -> None:
    """Gives status tests their new code: a number, or the name for it in the same family."""
    for test, code in tests:
        if code == test.code:
            continue
        if test.span.start == test.span.end:
            raise Unwritable("the status is tested where another answer's is tested too")
        old = draft.text(test.span)
        new = str(code)
        named = re.fullmatch(r"(?:[A-Za-z_][\w.]*\.)?(HTTP_\d+_)?([A-Za-z_]+)", old)
        if named and "." in old:
            new = _rename(old, named[1], named[2], code)
        elif not re.fullmatch(r"\d+|[\w.]*codes\[.*\]", old, re.DOTALL):
            raise Unwritable(f"the status test against {old} cannot be edited")
        draft.steps.append(Put(test.span, new.encode()))


def _rename(old: str, numbered: str | None, last: str, code: int) -> str:
    from http import HTTPStatus

    try:
        name = HTTPStatus(code).name
    except ValueError:
        return str(code)
    if numbered:
        return old[: -len(numbered + last)] + f"HTTP_{code}_{name}"
    return old[: -len(last)] + (name if last.isupper() else name.lower())

"""What a rewritten request's answer means for the code that reads it: fields that move, are lost, or go out of sight."""

from __future__ import annotations

from collections.abc import Sequence

from v2migrate.draft import Draft
from v2migrate.match import Match
from v2migrate.regex import regex
from v2migrate.request import TESTED, Read, Request, StatusTest

_TEXT_TOOLS = regex(r"(?<![\w-])(?:[efz]?grep|g?sed|[gm]?awk|ripgrep|rg|perl)(?![\w-])")
"""Programs that pick lines or words from text: most find the same in a list and in an object around it."""
_AS_TEXT = regex(r"is read as text|is cut up|is compared|is looped over|becomes a list"
                 r"|(?:goes to|file that) (?!python|node|ruby|php|yq)")
"""What looks at the text of an answer, which has other blanks and lines on v2 even where its fields are the same."""


def reads_of(request: Request, match: Match, out: Draft) -> tuple[str, tuple[tuple[Read, tuple[str, ...]], ...]]:
    """The key that every root gets, and the reads that change. Adds what the answer makes the rewrite assume."""
    answer, shape = request.answer, match.rule.answer
    if shape is None:
        if answer.reads or answer.escapes or answer.opaque:
            out.refuse("the answer is read, and v2 answers something else")
        return "", ()
    if shape.same:
        for escape in answer.escapes:
            if _AS_TEXT.search(escape.how):
                out.assume("answer-elsewhere", f"the answer {escape.how}; v2 has other blanks and lines in it")
        return "", ()
    if answer.opaque:
        out.refuse("what the function makes of the answer was not seen, and v2 answers another shape", manual=False)
    for escape in answer.escapes:
        if escape.how != TESTED or shape.root:
            out.assume("answer-elsewhere", f"the answer {escape.how}; v2 answers another shape")
    if answer.shown and match.route.method == "GET":
        out.assume("answer-elsewhere", "the answer is printed; its shape differs on v2")
    renamed: list[tuple[Read, tuple[str, ...]]] = []
    for read in answer.reads:
        new = _field(read, match, out)
        if new is not None and new != read.path:
            renamed.append((read, new))
    # Each step of a path is a read of its own: one step cannot go to two names.
    names: dict[tuple[str, ...], str] = {}
    for read, new in renamed:
        if len(new) == len(read.path) and names.setdefault(read.path, new[-1]) != new[-1]:
            out.refuse(f"the fields under {'.'.join(read.path)} part on v2")
    root = shape.root if answer.roots else ""
    if shape.root and not answer.roots and answer.reads:
        out.refuse("the start of the answer's list was not seen", manual=False)
    for escape in answer.escapes if shape.root and not answer.roots else ():
        if not _TEXT_TOOLS.search(escape.how):
            # Whoever decodes it elsewhere would find an object in the place of the list: that is no assumption any more.
            out.refuse(f"the answer {escape.how} as a whole, and its list stands under `{shape.root}` on v2", manual=False)
    if root and answer.roots and match.route.method == "GET":
        out.say("v2 pages this list but documents no page token for it: it is read as one page")
    return root, tuple(renamed)


def _field(read: Read, match: Match, out: Draft) -> tuple[str, ...] | None:
    """The new path of a read, after the rule's map. Refuses fields that v2 has not."""
    shape = match.rule.answer
    assert shape is not None
    path = read.path
    head: tuple[str, ...] = ()
    if shape.root and path[:1] == ("[]",):
        head, path = ("[]",), path[1:]
    elif shape.elements:
        if path[:2] != (shape.elements, "[]"):
            return None
        head, path = path[:2], path[2:]
    counted = path[:1] == ("[]",)
    while path[-1:] == ("[]",):
        path = path[:-1]
    if not path:
        if counted:
            out.assume("answer-elsewhere", "the code counts the answer's fields, and v2's answer has others")
        return None
    dotted = ".".join(path)
    for value in read.values:
        gone = shape.values.get(f"{dotted}={value}")
        if gone:
            out.refuse(f"the code waits for {dotted} {value!r}: {gone}")
    for size in range(len(path), 0, -1):
        part = ".".join(path[:size])
        if part in shape.fields:
            return (*head, *shape.fields[part].split("."), *path[size:])
        if part in shape.lost:
            out.refuse(f"the code reads `{dotted}`: {shape.lost[part] or 'v2 has no such field'}")
            return None
    if read.inner and any(name.startswith(dotted + ".") for name in (*shape.fields, *shape.lost)):
        return None
    if shape.elements:
        return None
    out.refuse(f"the code reads `{dotted}`, which v2's answer does not have")
    return None


def status(request: Request, match: Match, out: Draft, codes: Sequence[int]) -> tuple[tuple[StatusTest, int], ...]:
    """Tests for a success code that is none of v2's `codes`, with the code it answers."""
    if not codes:
        return ()
    tests = [t for t in request.answer.status if 200 <= t.code < 300]
    seen = {t.code for t in tests}
    if (seen or request.answer.told) and match.address.version != "v2" and 200 not in codes and not seen >= {200, codes[0]}:
        # Only one of the two is right about today's v1.1, and what v2 answers cannot be right about both.
        why = "the answer's code is compared or printed: v1.1 documents 200, and programs in the wild wait for 201"
        out.assume("success-code", why)
    if any(t.code in codes for t in tests):
        return ()
    if 200 in codes and match.address.version != "v2" and tests:
        out.assume("success-code", "the answer's code is compared: v1.1 documents 200, and the code waits for another one")
    return tuple((t, codes[0]) for t in tests[:1]) if len(tests) == 1 else tuple((t, codes[0]) for t in tests)

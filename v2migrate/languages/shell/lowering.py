"""From a region of shell code to its Requests: the code, what it sources, its comments, and code inside of strings."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from v2migrate.languages.shell import code as codes
from v2migrate.languages.shell import masked
from v2migrate.languages.shell.calls import distinct, requests
from v2migrate.languages.shell.code import Code
from v2migrate.languages.shell.holds import hold
from v2migrate.languages.shell.noticing import strict
from v2migrate.languages.shell.unit import Unit, look
from v2migrate.languages.shell.words import Exp, Lit, split_word
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.request import Lowered, Request
from v2migrate.source import Region, Source, Span

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node

Reader = Callable[[str], bytes | None]
_CLIENT = regex(rb"(?<![\w./-])(curl|wget|https?|xh)\s")
_API = regex(rb"/api|circleci", re.I)
_RUNNERS = frozenset(("bash", "sh", "zsh", "dash", "eval", "xargs", "ssh", "su", "docker", "watch", "trap", "alias", "env",
                      "sudo", "timeout", "retry", "parallel", "docker-compose", "kubectl", "nohup"))
_SPREADERS = frozenset(("xargs", "parallel"))
_SOURCING = frozenset(("source", "."))
_MAX_SOURCED = 3
COMMENTED = "the call is commented out"
QUOTED = "the call is inside a string of shell code"


def lower(source: Source, region: Region, read: Reader) -> Lowered:
    """All HTTP calls in `region`. `read` gives other files of the project (for `source x.sh`), None where there is none."""
    size = sum(end - start for start, end in region.ranges)
    if size > codes.MAX_BYTES:
        return Lowered((), "the shell code is too large to be looked at")
    code = codes.make(source, region)
    if b"\0" in code.text:
        return Lowered((), "it holds bytes that are no text")
    if codes.tangled(code.text):
        return Lowered((), "it holds a run of signs that is no shell code")
    unit = look(code)
    # What runs steps, recipes and image builds stops at the first failure.
    unit.strict = region.host not in ("file", "markdown") or strict(code.text.decode("utf-8", "replace"))
    _placeholders(unit)
    files = {source.path: source.data}
    unit.before = _sourced(unit, source.path, read, files, 0)

    def shown(span: Span) -> str:
        return files.get(span.path, b"")[span.start : span.end].decode("utf-8", "replace")

    found = masked.hold(code, hold(unit, requests(unit, shown)))
    found += [replace(r, frozen=QUOTED) for inner in _strings(unit) for r in _inner(inner, unit, shown)]
    found += [replace(r, frozen=COMMENTED, comment=True) for inner in _comments(unit) for r in _inner(inner, unit, shown)]
    unit.forget()
    found.sort(key=lambda r: (r.span, r.wrapper or r.span))
    return Lowered(tuple(distinct(found)))


def _inner(code: Code, outer: Unit, shown: Callable[[Span], str]) -> list[Request]:
    unit = look(code)
    unit.before = [outer]
    return requests(unit, shown)


def _runs(unit: Unit, programs: frozenset[str]) -> Iterator[tuple[Node, str]]:
    """The commands whose first word is one of `programs`, and its name."""
    if programs.isdisjoint(unit.programs()):
        return
    for command, head in zip(unit.commands, unit.heads, strict=True):
        name = head.rsplit("/", 1)[-1]
        if name in programs:
            yield command, name


def _placeholders(unit: Unit) -> None:
    """What `xargs -I{}` and `parallel` put in the place of `{}` is seen by no shell: a value like the host's own."""
    for command, name in _runs(unit, _SPREADERS):
        names = unit.words(command)
        mark = "{}" if name == "parallel" else ""
        after = names[0].end_byte
        for i, word in enumerate(names[1:], 1):
            found = re.fullmatch(r"-(?:I|i|-replace=?)(.*)", unit.text(word).replace('"', "").replace("'", ""))
            if found is None:
                continue
            given = unit.text(names[i + 1]) if unit.text(word) == "-I" and i + 1 < len(names) else found[1]
            mark = given.replace('"', "").replace("'", "") or "{}"
            after = names[i + 1].end_byte if unit.text(word) == "-I" and i + 1 < len(names) else word.end_byte
            break
        at = unit.code.text.find(mark.encode(), after, command.end_byte) if mark else -1
        while at >= 0:
            unit.code.masks[at] = at + len(mark.encode())
            at = unit.code.text.find(mark.encode(), at + len(mark.encode()), command.end_byte)


# --- other files ----------------------------------------------------------------------------------------------------


def _sourced(unit: Unit, path: str, read: Reader, files: dict[str, bytes], depth: int) -> list[Unit]:
    """The files that `source` and `.` bring in, in order."""
    out: list[Unit] = []
    if depth >= _MAX_SOURCED:
        return out
    for command, _ in _runs(unit, _SOURCING):
        names = unit.words(command)
        if len(names) < 2 or unit.text(names[0]) not in _SOURCING:
            continue
        parts = split_word(unit.code, names[1].start_byte, names[1].end_byte)
        tail = ""
        for part in parts:
            tail = "" if isinstance(part, Exp) else tail + unit.code.read(part.start, part.end)
        if not tail or tail.endswith("/"):
            continue
        whole = not any(isinstance(p, Exp) for p in parts)
        for name in _places(path, tail, whole):
            if name in files:
                break
            data = read(name)
            if data is None:
                continue
            files[name] = data
            if len(data) <= codes.MAX_BYTES and b"\0" not in data:
                inner = look(codes.make(Source(name, data), Region("shell", "file", ((0, len(data)),))))
                inner.before = _sourced(inner, name, read, files, depth + 1)
                out.append(inner)
            break
    return out


def _places(path: str, tail: str, whole: bool) -> Iterator[str]:
    """Where a sourced file can be: beside the script, or from the project's root (the script's usual directory)."""
    if whole and tail.startswith("/"):
        return
    tail = tail.lstrip("/")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(path), tail))
    if not beside.startswith(".."):
        yield beside
    plain = posixpath.normpath(tail)
    if plain != beside and not plain.startswith(".."):
        yield plain


# --- code in strings and comments -----------------------------------------------------------------------------------


def _strings(unit: Unit) -> Iterator[Code]:
    """The quoted arguments of `bash -c`, `eval`, `xargs` and such that hold a client's call."""
    for command, _ in _runs(unit, _RUNNERS):
        for node in unit.words(command)[1:]:
            raw = unit.code.text[node.start_byte : node.end_byte]
            if not (b"'" in raw or b'"' in raw) or not _CLIENT.search(raw) or not _API.search(raw):
                continue
            yield _quoted(unit, node.start_byte, node.end_byte)


def _quoted(unit: Unit, start: int, end: int) -> Code:
    """The code that a quoted word holds: its text without the quotes and the escapes."""
    ranges: list[tuple[int, int]] = []
    for part in split_word(unit.code, start, end):
        if isinstance(part, Exp):
            ranges.append((part.start, part.end))
        elif isinstance(part, Lit) and part.quote:
            ranges.append((part.start + (0 if part.exact else 1), part.end))
    return _cut(unit.code, ranges)


def _comments(unit: Unit) -> Iterator[Code]:
    """Commented-out calls: from a line with a client on, as long as the lines go on."""
    lines = [c for c in unit.comments if not unit.text(c).startswith("#!")]
    text = unit.code.text
    i = 0
    while i < len(lines):
        raw = text[lines[i].start_byte : lines[i].end_byte]
        if not _CLIENT.search(raw + b" "):
            i += 1
            continue
        stop = i
        while stop + 1 < len(lines) and _adjacent(text, lines[stop].end_byte, lines[stop + 1].start_byte) and (
                text[lines[stop].end_byte - 1 : lines[stop].end_byte] == b"\\" or _unclosed(text, lines[i : stop + 1])):
            stop += 1
        group = lines[i : stop + 1]
        if _API.search(b"".join(text[c.start_byte : c.end_byte] for c in group)) or b"$" in raw:
            yield _cut(unit.code, [_uncommented(text, c.start_byte, c.end_byte) for c in group])
        i = stop + 1


def _uncommented(text: bytes, start: int, end: int) -> tuple[int, int]:
    at = start
    while at < end and text[at : at + 1] in (b"#", b" ", b"\t"):
        at += 1
    # `# * curl …`, `# $ curl …`, `# e.g. curl …`: what stands before the client is no code.
    found = _CLIENT.search(text, at, end)
    if found is not None and not re.search(rb"[|(=;&]|\bthen\b|\bif\b", text[at : found.start()]):
        at = found.start()
    return at, min(end + 1, len(text))


def _unclosed(text: bytes, group: list[Node]) -> bool:
    joined = b"\n".join(text[c.start_byte : c.end_byte] for c in group)
    return len(group) < 15 and (joined.count(b"'") % 2 == 1 or joined.count(b'"') % 2 == 1)


def _adjacent(text: bytes, end: int, start: int) -> bool:
    return text[end:start].count(b"\n") == 1 and not text[end:start].strip()


def _cut(code: Code, ranges: list[tuple[int, int]]) -> Code:
    """The parts of `code` between the ranges of its own text, as code of its own."""
    out: list[bytes] = []
    spots: list[int] = []
    files: list[int] = []
    masks: dict[int, int] = {}
    wide: dict[int, int] = {}
    size = 0
    for start, end in ranges:
        for a, b in code.parts(start, end):
            if a in code.wide:
                wide[size] = code.wide[a]
            spots.append(size)
            files.append(code.place(a))
            out.append(code.text[a:b])
            for mask in code.masked(a, b):
                if (stop := code.masks[mask]) <= b:
                    masks[size + mask - a] = size + stop - a
            size += b - a
    return Code(code.path, b"".join(out), spots, files, masks, code.file, wide, code.names)

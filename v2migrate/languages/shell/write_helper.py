"""Puts a function in the place of a command, and its code into the script or the step. Does not know what it does."""

from __future__ import annotations

import functools
import re

from v2migrate.languages.shell.code import Code, make
from v2migrate.languages.shell.spelling import Refused, Speller
from v2migrate.regex import regex
from v2migrate.request import Helper
from v2migrate.source import Drop, Item, Put, Span, Step
from v2migrate.template import Template, Text

_HEAD = regex(rb"\s*(#.*)?|\s*(set|shopt)\s+[-+a-z].*")
_SHELL = regex(rb"#!.*\b(ba|da|k|a|z)?sh\b")
_METHOD = regex(rb"(?:-(?P<flags>[a-zA-Z]*)X\s*|--request[\s=]+)(?P<quote>[\"']?)(?:GET|POST)(?P=quote)")
_FLAGS = rb"[sSfLkgn46#]"
_PASSED = regex(
    rb"-" + _FLAGS + rb"+|-" + _FLAGS + rb"*[uHmA][\s\S]+|\d*>>?&?\s*\S+|&>\s*\S+|--(?:silent|show-error|fail|fail-with-body"
    rb"|location|insecure|globoff|netrc|compressed|no-progress-meter|http1\.1|ipv4|ipv6|no-buffer|tlsv1\.2)"
    rb"|--(?:user|header|max-time|connect-timeout|retry|retry-delay|retry-max-time|cacert|proxy|user-agent)[\s=][\s\S]+"
)
"""Options that every one of several calls may have: none that says where the answer goes, or what is sent."""


class HelperWriter:
    """Writes the call of `helper` for the command that `speller` is at. Raises Refused where that is not right."""

    def __init__(self, speller: Speller, helper: Helper) -> None:
        self.speller, self.helper = speller, helper
        self.source, self.region, self.request = speller.source, speller.region, speller.request
        self.functions = helper.functions(f"shell.{self.request.client}")

    def steps(self) -> list[Step]:
        """The function's name for the client's, the method's word dropped, and the functions at the head of the code."""
        if not self.functions:
            raise Refused(f"several calls are not written for {self.request.client}")
        if self.region.host not in ("file", "yaml") or b"\n" in self.region.forbidden:
            raise Refused("functions are not added to code in this place")
        slot, url = self.request.slot("option"), self.request.slot("url")
        if slot is None or slot.list is None or url is None or slot.span.path != self.source.path:
            raise Refused("the command is not written here")
        words = slot.list
        if self.speller.seen(words.items[0]) != b"curl":
            raise Refused("the command does not begin with curl")
        out: list[Step] = [Put(words.items[0], self.helper.name.encode())]
        for index, span in enumerate(words.items[1:], 1):
            word = self.speller.seen(span)
            method = _METHOD.fullmatch(word)
            if method is not None and not method["flags"]:
                out.append(Drop(Item(words, index)))
            elif method is not None and re.fullmatch(_FLAGS + rb"+", method["flags"]):
                out.append(Put(span, b"-" + method["flags"]))
            elif not _PASSED.fullmatch(word) and url.span not in span:
                raise Refused(f"several calls cannot take {word.decode('utf-8', 'replace')}")
        return [*out, *self._inserted()]

    def arguments(self) -> list[str]:
        """The helper's own arguments as words."""
        return [f"{name}={value.flat}" if value.constant and re.fullmatch(r"[\w./-]+", value.flat)
                else self.speller.word(Template((Text(f"{name}="), *value.pieces)))
                for name, value in self.helper.arguments]  # fmt: skip

    def _inserted(self) -> list[Step]:
        code = make(self.source, self.region)
        missing = [source for name, source in self.functions if not _there(name, code.text)]
        at = code.place(_head(code.text)) if missing else 0
        alone = self.region.host == "file"
        if alone and (self.source.newline == b"\r\n" or (code.text.startswith(b"#!") and not _SHELL.match(code.text))):
            raise Refused("the script is not one that functions are written for")
        return [Put(Span(self.source.path, at, at), self._lines(source, code)) for source in missing]

    def _lines(self, source: str, code: Code) -> bytes:
        indent = self.region.indent
        lines = [*source.encode().rstrip(b"\n").split(b"\n"), b""]
        return b"".join(line + self.source.newline + (indent if following else b"")
                        for line, following in zip(lines, [*lines[1:], b"x"], strict=True))  # fmt: skip


@functools.lru_cache(maxsize=4)
def _head(text: bytes) -> int:
    """Where the script's own code begins: behind its first comments and `set` lines, but above a comment on that code."""
    lines = text.splitlines(keepends=True)
    end = next((i for i, line in enumerate(lines) if not _HEAD.fullmatch(line.rstrip(b"\r\n"))), len(lines))
    while end and lines[end - 1].lstrip().startswith(b"#") and not lines[end - 1].startswith(b"#!"):
        end -= 1
    return sum(map(len, lines[:end]))


def _there(name: str, text: bytes) -> bool:
    """Has the code the function already? Raises Refused where the name is another thing's."""
    found, taken = _named(name, text)
    if not found and taken:
        raise Refused(f"the name {name} is taken")
    return found


@functools.lru_cache(maxsize=64)
def _named(name: str, text: bytes) -> tuple[bool, bool]:
    """Does the code define the function, and does it say the name at all? Kept: each call of a script asks the same."""
    if name.encode() not in text:
        return False, False
    found = re.search(rb"^[ \t]*#.*\(v2migrate.*\n(?:[ \t]*#.*\n)*[ \t]*" + name.encode() + rb"\(\)", text, re.MULTILINE)
    return found is not None, re.search(rb"\b" + name.encode() + rb"\b", text) is not None

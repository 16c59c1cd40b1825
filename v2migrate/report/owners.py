"""CODEOWNERS: who owns which path. Reads the syntax of GitHub and GitLab from text; opens no file."""

from __future__ import annotations

import re
from collections.abc import Callable

from v2migrate.records import dataclass, field
from v2migrate.regex import regex

PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
"""Where GitHub and GitLab look, in this order; the first file counts."""

_SECTION = regex(r"\^?\[[^\]]+\](?:\[\d+\])?\s*(?P<owners>.*)")


@dataclass(slots=True)
class _Section:
    default: tuple[str, ...] = ()
    lines: list[tuple[re.Pattern[str], tuple[str, ...]]] = field(default_factory=list)


def parse(text: str) -> Callable[[str], tuple[str, ...]]:
    """From the text of a CODEOWNERS file to: path from the repository's root -> its owners.

    The last line that fits wins; in GitLab's sections, the last one of each section. Lines that are not understood are
    passed over, as GitHub does.
    """
    sections = [_Section()]
    for raw in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", raw).strip()
        if not line:
            continue
        head = _SECTION.fullmatch(line)
        if head is not None:
            sections.append(_Section(tuple(head["owners"].split())))
            continue
        pattern, *owners = re.split(r"(?<!\\)\s+", line)
        compiled = _compile(pattern.replace("\\ ", " "))
        if compiled is not None:
            sections[-1].lines.append((compiled, tuple(owners) or sections[-1].default))

    def owners_of(path: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for section in sections:
            for fits, owners in reversed(section.lines):
                if fits.match(path):
                    found.update(dict.fromkeys(owners))
                    break
        return tuple(found)

    return owners_of


def _compile(pattern: str) -> re.Pattern[str] | None:
    """A pattern of gitignore's kind; a folder owns all below it. `!` and `[a-z]` have no meaning there."""
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    if not body or pattern.startswith("!"):
        return re.compile("") if pattern == "/" else None
    out = []
    for part in re.split(r"(/\*\*/|^\*\*/|/\*\*$|\*+|\?)", body):
        out.append({"/**/": "/(?:.*/)?", "**/": "(?:.*/)?", "/**": "/.*", "?": "[^/]"}.get(part)
                   or ("[^/]*" if part and not part.strip("*") else re.escape(part)))  # fmt: skip
    start = "" if anchored or body.startswith("**/") else "(?:.*/)?"
    # `docs/*` owns the files of docs and not those below; GitHub's manual says so.
    end = "/.+" if pattern.endswith("/") else "$" if body.endswith("/*") else "(?:/.*)?$"
    return re.compile(start + "".join(out) + end)

"""Which jobs of a config read an environment variable, as far as their commands and the scripts they name show it.

Text is searched for the ways in which shell, make, Python and JavaScript spell a read. Knows no parser of theirs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from v2migrate.records import dataclass
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Reader = Callable[[str], bytes | None]
"""The bytes of a file by its path from the root of the repository; None where there is none."""

_WORD = regex(r"(?:\./)?[\w.-]+(?:/[\w.-]+)+|[\w-]+\.(?:sh|bash|py|js|rb|mk)\b")
_MAKE = regex(r"(?:^|[\s;&|])make(?:\s|$)", re.M)
_MAX_FILES = 40
_BUILT_IN = frozenset({
    "run", "checkout", "setup_remote_docker", "save_cache", "restore_cache", "store_artifacts", "store_test_results",
    "persist_to_workspace", "attach_workspace", "add_ssh_keys", "when", "unless",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Readings:
    """What a job runs: `texts` of its commands and scripts, and what of it could not be seen."""

    texts: tuple[str, ...]
    unseen: tuple[str, ...] = ()

    def reads(self, name: str) -> bool:
        """Is the variable read?"""
        return any(_read(name).search(text) for text in self.texts)

    def tells_empty(self, name: str) -> bool:
        """May an empty variable do something else than none: `${X-…}`, `-v X`, `environ.get("X", …)`?"""
        return any(_strict(name).search(text) for text in self.texts)


def of_job(config: Any, job: str, read: Reader) -> Readings:
    """What a job of a config runs."""
    commands = config.get("commands") if isinstance(config.get("commands"), dict) else {}
    unseen: list[str] = []
    texts = list(_commands((config.get("jobs") or {}).get(job), commands, unseen, 0))
    seen: set[str] = set()
    at = 0
    while at < len(texts) and len(seen) < _MAX_FILES:
        names = [found.removeprefix("./") for found in _WORD.findall(texts[at])]
        names += ["Makefile"] if _MAKE.search(texts[at]) else []
        at += 1
        for name in names:
            data = read(name) if name not in seen and ".." not in name.split("/") else None
            seen.add(name)
            if data is not None and b"\0" not in data[:1000]:
                texts.append(data.decode("utf-8", "replace"))
    return Readings(tuple(texts), tuple(dict.fromkeys(unseen)))


def _commands(part: Any, commands: Any, unseen: list[str], depth: int) -> Iterator[str]:
    """The commands in the steps of a job or of a command of the config's own."""
    steps = part.get("steps") if isinstance(part, dict) else None
    for step in steps if isinstance(steps, list) and depth < 8 else ():
        name, about = next(iter(step.items()), ("", None)) if isinstance(step, dict) else (step, None)
        if name == "run":
            command = about.get("command") if isinstance(about, dict) else about
            yield str(command)
        elif name in ("when", "unless"):
            yield from _commands(about, commands, unseen, depth + 1)
        elif name in commands:
            yield from _commands(commands[name], commands, unseen, depth + 1)
        elif name not in _BUILT_IN:
            unseen.append(str(name))


def _read(name: str) -> re.Pattern[str]:
    n = re.escape(name)
    return re.compile(
        rf"\$\$?{n}\b|\$\$?\{{[#!]?{n}\b|\$\({n}\)|-v\s+{n}\b|printenv\s+{n}\b|process\.env\.{n}\b"
        rf"|(?:environ|getenv|ENV|env)\S{{0,8}}[\[(]\s*[\"']{n}[\"']|[\"']{n}[\"']\s+(?:not\s+)?in\s+os\.environ"
    )


def _strict(name: str) -> re.Pattern[str]:
    n = re.escape(name)
    return re.compile(
        rf"\$\$?\{{{n}[-+?=]|-v\s+{n}\b|printenv\s+{n}\b|process\.env\.{n}\s*\?\?|ifn?def\s+{n}\b|ENV\.(?:fetch|key\?)\S*{n}"
        rf"|(?:environ\s*\[|environ\.get\(|getenv\()\s*[\"']{n}[\"']\s*(?:[\],]|\)(?!\s*or\b))|[\"']{n}[\"']\s+(?:not\s+)?in\s+os\.environ"
    )

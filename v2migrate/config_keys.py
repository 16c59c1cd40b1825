"""The keys of a settings file: what each takes, and what is wrong with a value. Every key here works."""

from __future__ import annotations

from collections.abc import Mapping

from v2migrate.config_fail_on import FailOn
from v2migrate.errors import UsageError
from v2migrate.records import dataclass
from v2migrate.regex import regex
from v2migrate.rule import ASSUMPTIONS
from v2migrate.scope import Pattern, pattern_problem

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CHOICES: Mapping[str, tuple[str, ...]] = {
    "trigger": ("pipeline", "pipeline-run"),
    "platform": ("cloud", "server", "both"),
}
"""Keys that take one of a few words."""
_VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_UUID = regex(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_HOST = regex(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Key:
    """A key: what kind of value it takes, what it is for, and whether a file adds to what it extends (`adds`)."""

    kind: str
    about: str
    adds: bool = False


KEYS: Mapping[str, Key] = {
    "select": Key("strings", "only these rules"),
    "extend-select": Key("strings", "these rules too, such as those that are off by default", True),
    "ignore": Key("strings", "not these rules"),
    "per-file-ignores": Key("per-file", "pattern = rules that are ignored in these files"),
    "exclude": Key("patterns", "files and folders that are left out, in place of the usual folders (vendor, build …)"),
    "extend-exclude": Key("patterns", "files and folders that are left out as well", True),
    "respect-gitignore": Key("flag", "leave out what git ignores (true)"),
    "force-exclude": Key("flag", "leave out what is excluded also where it is named (true)"),
    "fixable": Key("strings", "make only the fixes of these rules"),
    "unfixable": Key("strings", "never make the fixes of these rules"),
    "assume": Key("strings", "assumptions that are granted"),
    "no-assume": Key("strings", "assumptions that are not granted, such as personal-token"),
    "api-hosts": Key("strings", "hosts of CircleCI Servers of your own"),
    "wrappers": Key("verbs", "functions of your own that send a request to their first argument = the verb", True),
    "platform": Key("text", "what is called: cloud, server (CircleCI Server alone) or both"),
    "trigger": Key("text", "what calls that start builds become: pipeline, or pipeline-run (with definition-id)"),
    "definition-id": Key("text", "the pipeline definition that pipeline-run starts"),
    "fail-on": Key("text", "what makes check exit with 1: gone, deadline, legacy, any, or deadline<30d"),
    "baseline": Key("path", "file of findings that are known and not reported"),
    "rules": Key("path", "folder of rules of your own"),
    "jobs": Key("number", "processes that look at files; 0: as many as there are cores and work for"),
}
"""Every key of a settings file, besides `extend`."""


def value_problem(key: str, value: object) -> str:
    """What is wrong with the value, and the remedy; empty where nothing is."""
    kind = KEYS[key].kind
    if kind == "flag":
        return "" if isinstance(value, bool) else "must be true or false"
    if kind == "number":
        return "" if type(value) is int and value >= 0 else "must be a number, 0 or more"
    if kind in ("text", "path"):
        if not isinstance(value, str) or not value:
            return "must be a string"
        return _text_problem(key, value)
    if kind == "per-file":
        if not isinstance(value, dict):
            return 'must be a table, such as { "tests/*" = ["job-details"] }'
        for pattern, rules in value.items():
            if not _strings(rules):
                return f"{pattern}: must be a list of rules"
        return next((p for pattern in value if (p := pattern_problem(pattern))), "")
    if kind == "verbs":
        return _verbs(value)
    if not _strings(value):
        return "must be a list of strings"
    assert isinstance(value, list)
    if kind == "patterns":
        return next((p for pattern in value if (p := pattern_problem(pattern))), "")
    if key in ("assume", "no-assume"):
        return next((p for name in value if (p := _assumption(name))), "")
    if key == "api-hosts":
        return next((f"{name!r} is no host name; write it as ci.example.com" for name in value
                     if not _HOST.fullmatch(name)), "")  # fmt: skip
    return ""


def as_toml(value: object) -> str:
    """A value as it could stand in a settings file."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Pattern):
        return as_toml(value.text)
    if isinstance(value, (tuple, list, set, frozenset)):
        items: list[Any] = sorted(value) if isinstance(value, (set, frozenset)) else list(value)
        if items and isinstance(items[0], tuple):
            return "{ " + ", ".join(f"{as_toml(name)} = {as_toml(rules)}" for name, rules in items) + " }"
        return "[" + ", ".join(map(as_toml, items)) + "]"
    import json

    return json.dumps(str(value), ensure_ascii=False)


def _strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _assumption(name: str) -> str:
    if name in ASSUMPTIONS:
        return ""
    import difflib

    near = difflib.get_close_matches(name, ASSUMPTIONS, 1)
    return f"{name}: no such assumption; " + (f"did you mean {near[0]}?" if near else f"known are {', '.join(ASSUMPTIONS)}")


def _verbs(value: object) -> str:
    if not isinstance(value, dict):
        return 'must be a table, such as { "http.get_json" = "GET" }'
    for name, verb in value.items():
        if not all(part.isidentifier() for part in name.split(".")):
            return f"{name!r} is no name of a function; write it as in the code, such as http.get_json"
        if verb not in _VERBS:
            return f"{name}: {verb!r} is none of {', '.join(_VERBS)}"
    return ""


def _text_problem(key: str, value: str) -> str:
    if value not in CHOICES.get(key, (value,)):
        return f"{value!r} is none of {', '.join(CHOICES[key])}"
    if key == "definition-id" and not _UUID.fullmatch(value):
        return f"{value!r} is no UUID; copy the id of the pipeline definition from the project's settings"
    return _fail_on(value) if key == "fail-on" else ""


def _fail_on(value: str) -> str:
    try:
        FailOn.parse(value)
    except UsageError as error:
        return str(error)
    return ""

"""Settings from `[tool.v2migrate]` in pyproject.toml, or from v2migrate.toml. Knows their files and keys, no command line."""

from __future__ import annotations

import os
from collections.abc import Mapping

from v2migrate.errors import V2migrateError
from v2migrate.project import settings_files
from v2migrate.records import dataclass, field
from v2migrate.scope import Pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEEPEST = 20
"""Files that may extend one another."""


class ConfigError(V2migrateError):
    """A settings file that cannot be used; the message names the file, the key and the remedy."""

    def __init__(self, file: str, key: str, remedy: str) -> None:
        super().__init__(": ".join(part for part in (file, key, remedy) if part))
        self.file, self.key, self.remedy = file, key, remedy


@dataclass(frozen=True, slots=True)
class Settings:
    """What settings files say. `values` holds a key only where a file does; `origins` says which.

    `file` is the nearest one (empty: there is none). Patterns are relative to the file that they stand in, and so are
    `rules` and `baseline`, which come as paths that can be opened.
    """

    file: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)

    def strings(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty where it is not set."""
        return tuple(self.values.get(key, ()))

    def text(self, key: str) -> str:
        """A string; empty where it is not set."""
        return str(self.values.get(key, ""))

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        return bool(self.values.get(key, default))

    def number(self, key: str, default: int) -> int:
        """A whole number."""
        return int(self.values.get(key, default))

    def patterns(self, key: str) -> tuple[Pattern, ...]:
        """A list of patterns."""
        return tuple(self.values.get(key, ()))

    def verbs(self, key: str) -> tuple[tuple[str, str], ...]:
        """Names with a verb each."""
        return tuple(self.values.get(key, ()))

    def per_file(self) -> tuple[tuple[Pattern, frozenset[str]], ...]:
        """The rules that are ignored in the files that a pattern means."""
        return tuple(self.values.get("per-file-ignores", ()))


def find(path: str) -> str:
    """The settings file nearest to `path`, from its folder up to the project's root; empty where there is none.

    A pyproject.toml counts where it has our table. Raises ConfigError for one that speaks of us, but is no TOML.
    """
    for found in settings_files(path):
        file = _short(found)
        # Most projects' files do not name us: they need not be parsed, and may be broken for all we know.
        if os.path.basename(file) != "pyproject.toml" or "v2migrate" in _tool(file, _parse(file, _bytes(file))):
            return file
    return ""


def load(file: str) -> Settings:
    """The settings in `file` over those it extends. Raises ConfigError where it cannot be read, or has a key or a value
    that is not understood."""
    from v2migrate.config_keys import KEYS

    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    for one, table in reversed(_chain(file)):
        for key, value in _settle(one, table).items():
            if key == "per-file-ignores" or KEYS[key].adds:
                values[key] = (*values.get(key, ()), *value)
            else:
                values[key] = value
            origins[key] = one
    return Settings(file, values, origins)


def _chain(file: str) -> list[tuple[str, dict[str, Any]]]:
    """The file and those it extends, nearest first."""
    out: list[tuple[str, dict[str, Any]]] = []
    seen: list[str] = []
    while file:
        real = os.path.realpath(file)
        if real in seen or len(seen) == _DEEPEST:
            raise ConfigError(out[-1][0], "extend", f"{file} is extended in a circle; leave one of the two out")
        seen.append(real)
        table = _table(file, extended=bool(out))
        _check(file, table)
        out.append((file, table))
        more = table.get("extend", "")
        file = _short(os.path.join(os.path.dirname(file), os.path.expanduser(more))) if more else ""
        if file and not os.path.isfile(file):
            raise ConfigError(out[-1][0], "extend", f"{file}: no such file; name one that exists, relative to this one")
    return out


def _tool(file: str, whole: dict[str, Any]) -> dict[str, Any]:
    tool = whole.get("tool", {})
    if not isinstance(tool, dict):
        raise ConfigError(file, "tool", "must be a table")
    return tool


def _table(file: str, extended: bool = False) -> dict[str, Any]:
    """Our settings in a file: all of it, or the table of a pyproject.toml."""
    whole = _parse(file, _bytes(file))
    if os.path.basename(file) != "pyproject.toml":
        return whole
    table = _tool(file, whole).get("v2migrate")
    if table is None:
        why = "to be extended" if extended else "to be read"
        raise ConfigError(file, "tool.v2migrate", f"there is no such table {why}; add [tool.v2migrate]")
    if not isinstance(table, dict):
        raise ConfigError(file, "tool.v2migrate", "must be a table")
    return table


def _bytes(file: str) -> bytes:
    try:
        with open(file, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise ConfigError(file, "", f"{reason}; name a settings file that can be read") from None


def _parse(file: str, data: bytes) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        raise ConfigError(file, "", "is not UTF-8; save it as UTF-8") from None
    except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: a number can be too long, a list too deep
        raise ConfigError(file, "", f"is not TOML: {error}") from None


def _check(file: str, table: Mapping[str, Any]) -> None:
    from v2migrate.config_keys import KEYS, value_problem

    known = [*KEYS, "extend"]
    for key, value in table.items():
        if key not in known:
            import difflib

            near = difflib.get_close_matches(key.lower().replace("_", "-"), known, 1, 0.6)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
            raise ConfigError(file, key, f"there is no such setting; {hint}")
        problem = ("" if isinstance(value, str) else "must be the path of another settings file") if key == "extend" else (
            value_problem(key, value)
        )
        if problem:
            raise ConfigError(file, key, problem)


def _settle(file: str, table: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one file, with what is relative to it made absolute."""
    from v2migrate.config_keys import KEYS

    folder = os.path.dirname(os.path.abspath(file))
    out: dict[str, Any] = {}
    for key, value in table.items():
        if key == "extend":
            continue
        kind = KEYS[key].kind
        if kind == "patterns":
            out[key] = tuple(Pattern(text, folder, file) for text in value)
        elif kind == "per-file":
            out[key] = tuple((Pattern(text, folder, file), frozenset(rules)) for text, rules in value.items())
        elif kind == "verbs":
            out[key] = tuple(value.items())
        elif kind == "path":
            out[key] = _short(os.path.join(os.path.dirname(file), os.path.expanduser(value)))
        elif kind == "strings":
            out[key] = tuple(value)
        else:
            out[key] = value
    return out


def _short(path: str) -> str:
    """A path as people would write it: relative where it is below the working directory."""
    whole = os.path.abspath(path)
    try:
        below = os.path.relpath(whole)
    except ValueError:
        return whole
    return whole if below.startswith(os.pardir + os.sep + os.pardir) else below

"""Other files of the project: from an import to a parsed module. Knows no installed package."""

from __future__ import annotations

import posixpath
import sys
from collections import OrderedDict
from collections.abc import Callable

from v2migrate.languages.python.scopes import Module, parse_module
from v2migrate.source import Source

_LIBRARIES = frozenset(
    {
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "six",
        "future",
        "google",
        "responses",
        "requests_mock",
        "respx",
        "httpretty",
        "pytest",
        "mock",
        "click",
        "yaml",
        "django",
        "flask",
        "boto3",
        "numpy",
        "pandas",
        "attr",
        "attrs",
        "pydantic",
        "docopt",
        "urllib2",
        "httplib",
        "ConfigParser",
        "tornado",
        "uritemplate",
        "furl",
        "yarl",
    }
)
_MAX_FILES = 60
_MAX_BYTES = 1_000_000
_KEEP = 400_000
"""Bytes of source whose modules are kept for the next file that imports them: a module takes a hundred times its text."""


def of_project(level: int, dotted: str) -> bool:
    """May an import of the module, from `level` dots up, be one of a file of the project?"""
    top = dotted.split(".")[0]
    return level > 0 or (bool(dotted) and top not in sys.stdlib_module_names and top not in _LIBRARIES)


class Partial(Exception):
    """Another file asks for names of a module of which only a part was walked."""


class Project:
    """Finds and parses modules, each once."""

    def __init__(self, read: Callable[[str], bytes | None]) -> None:
        self._read = read
        self._modules: dict[str, Module | None] = {}
        self._found: dict[tuple[str, int, str], Module | None] = {}

    def add(self, module: Module) -> None:
        """Make a module known that was parsed elsewhere."""
        self._modules[module.source.path] = module

    def known(self, path: str) -> Module | None:
        """The module at `path`, if it was parsed."""
        return self._modules.get(path)

    def find(self, importer: Module, level: int, dotted: str) -> Module | None:
        """The module that `from <level dots><dotted> import …` in `importer` means; None where the project has no such file.

        Raises Partial where that is a module without the parts that `importer` may ask for.
        """
        if not of_project(level, dotted):
            return None
        key = (posixpath.dirname(importer.source.path), level, dotted)
        if key not in self._found:
            self._found[key] = self._search(*key)
        found = self._found[key]
        if found is not None and found.partial and found is not importer:
            raise Partial
        return found

    def _search(self, folder: str, level: int, dotted: str) -> Module | None:
        inner = dotted.replace(".", "/")
        if level:
            for _ in range(level - 1):
                folder = posixpath.dirname(folder)
            return self._load(posixpath.join(folder, inner) if inner else folder)
        while True:
            module = self._load(posixpath.join(folder, inner)) or self._load(posixpath.join(folder, "src", inner))
            if module is not None or folder in ("", "/"):
                return module
            folder = posixpath.dirname(folder)

    def _load(self, stem: str) -> Module | None:
        for path in ([f"{stem}.py"] if stem else []) + [posixpath.join(stem, "__init__.py")]:
            if path not in self._modules:
                known = sum(1 for m in self._modules.values() if m is not None)
                data = self._read(path) if known < _MAX_FILES else None
                keep = data is not None and len(data) <= _MAX_BYTES
                self._modules[path] = _parsed(Source(path, data)) if keep and data is not None else None
            module = self._modules[path]
            if module is not None:
                return module
        return None


_kept: OrderedDict[Source, Module] = OrderedDict()


def _parsed(source: Source) -> Module:
    module = _kept.pop(source, None) or parse_module(source)
    _kept[source] = module  # now the last to go
    while sum(len(kept.data) for kept in _kept) > _KEEP:
        _kept.popitem(last=False)
    return module

"""tree-sitter's parser and its grammars, without what else their packages load. Knows no language."""

from __future__ import annotations

import sys
from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from tree_sitter import Language, Parser


def parser(package: str, ranges: Sequence[tuple[int, int, tuple[int, int], tuple[int, int]]] = ()) -> Parser:
    """A parser for the grammar in a package, of what is between the `ranges`: two bytes, and the row and column of each."""
    made: Parser = binding("tree_sitter").Parser(language(package))
    if ranges:
        made.included_ranges = [binding("tree_sitter").Range(row, end_row, at, end) for at, end, row, end_row in ranges]
    return made


@cache
def language(package: str) -> Language:
    """The grammar in a package."""
    made: Language = binding("tree_sitter").Language(binding(package).language())
    return made


def binding(package: str) -> Any:
    """The compiled module of a package, which is all of it that we call.

    What stands beside it, a type for annotations and files with queries, makes the packages import `typing` and
    `importlib.resources`: that takes longer than to load tree-sitter and to parse a file with it. So a package with nothing
    in it stands in for the real one meanwhile. An import of the real one, before or after, has the same compiled module.
    """
    name = f"{package}._binding"
    if name in sys.modules:
        return sys.modules[name]
    spec = PathFinder.find_spec(package) if package not in sys.modules else None
    if spec is None or not spec.submodule_search_locations:
        return import_module(name)
    bare: Any = type(sys)(package)
    bare.__path__ = spec.submodule_search_locations
    sys.modules[package] = bare
    try:
        return import_module(name)
    finally:
        del sys.modules[package]

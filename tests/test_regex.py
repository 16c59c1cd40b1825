"""Regular expressions are compiled when they are used: that all can be is shown here."""

from __future__ import annotations

import importlib
import pkgutil
import re

import v2migrate
from v2migrate import regex


def test_all_can_be_compiled() -> None:
    seen = 0
    for module in pkgutil.walk_packages(v2migrate.__path__, "v2migrate."):
        if module.name == "v2migrate.__main__" or module.name.startswith(("v2migrate.emulator", "v2migrate.rehearse")):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, regex._Regex):
                assert isinstance(value._given[0], (str, bytes)) and value.pattern == value._given[0]
                seen += 1
    assert seen > 100


def test_a_pattern_does_what_a_compiled_one_does() -> None:
    ours, theirs = regex.regex(r"(?P<a>\w)\d", re.I), re.compile(r"(?P<a>\w)\d", re.I)
    for text in ("a1 b2", "", "A"):
        assert ours.sub(r"<\g<a>>", text) == theirs.sub(r"<\g<a>>", text)
        assert [m.span() for m in ours.finditer(text)] == [m.span() for m in theirs.finditer(text)]
    assert (ours.pattern, ours.flags, ours.groups) == (theirs.pattern, theirs.flags, theirs.groups)

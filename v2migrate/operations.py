"""Today's operations of API v2, from the table beside this file. Knows no rule."""

from __future__ import annotations

import functools
import os
import re

from v2migrate import rule_table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


def operations() -> Mapping[str, Mapping[str, Any]]:
    """Today's v2 operations, `METHOD /path` with nameless placeholders -> success codes and paging (`operations.toml`)."""
    return rule_table.operations() or read()


@functools.cache
def read() -> dict[str, dict[str, Any]]:
    """The operations from the file itself."""
    import tomllib

    with open(os.path.join(os.path.dirname(__file__), "operations.toml"), "rb") as stream:
        return {nameless(key): value for key, value in tomllib.load(stream).items()}


def nameless(operation: str) -> str:
    """An operation with nameless placeholders, so that `{slug}` and `{project-slug}` are one."""
    return re.sub(r"\{[^}]*\}", "{}", operation)

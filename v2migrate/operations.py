"""Today's operations of API v2, from the table beside this file. Knows no rule."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


@functools.cache
def operations() -> Mapping[str, Mapping[str, Any]]:
    """Today's v2 operations, `METHOD /path` with nameless placeholders -> success codes and paging (`operations.toml`)."""
    table = tomllib.loads((Path(__file__).with_suffix(".toml")).read_text("utf-8"))
    return {nameless(key): value for key, value in table.items()}


def nameless(operation: str) -> str:
    """An operation with nameless placeholders, so that `{slug}` and `{project-slug}` are one."""
    return re.sub(r"\{[^}]*\}", "{}", operation)

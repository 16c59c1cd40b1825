"""What generated Python programs do with a JSON answer: lines that print parts of it. Knows the answer's shape, and no API."""

from __future__ import annotations

import tomllib
from collections.abc import Collection
from functools import cache
from pathlib import Path
from random import Random
from typing import Any


@cache
def pieces(language: str) -> dict[str, list[str]]:
    """What programs of a language are made of, by kind."""
    return dict(tomllib.loads(Path(__file__).with_name("pieces.toml").read_text("utf-8"))[language])


def reads(random: Random, expression: str, sample: Any, kept: Collection[str]) -> list[str]:
    """One or two statements that print parts of `sample`, which `expression` gives."""
    out = []
    for _ in range(random.choice((1, 1, 1, 2))):
        at, value, fields = into(random, expression, sample, kept)
        if isinstance(value, list) and (not value or isinstance(value[0], dict)):
            out += _of_list(random, at, value, fields)
        elif isinstance(value, dict) and value and fields:
            name = random.choice(fields)
            kind = random.choice(pieces("python")["objects"])
            out.append(kind.format(e=at, it=_key(random, at, name), name=name, value=value[name]))
        else:
            out.append(random.choice(pieces("python")["alone"]).format(e=at))
    return out


def into(random: Random, at: str, value: Any, kept: Collection[str]) -> tuple[str, Any, list[str]]:
    """A place in the answer: how to get there, what is there, and the fields to read there."""
    name = ""
    for _ in range(2):
        inner = [k for k, v in value.items() if isinstance(v, dict | list) and v] if isinstance(value, dict) else []
        known = [k for k in inner if k in kept or any(each.startswith(f"{k}.") for each in kept)]
        if known and (random.random() < 0.35 or "tests" in value):
            key = random.choice(known)
            at, value, name = f"{at}[{key!r}]", value[key], f"{name}{key}."
    inside = value[0] if isinstance(value, list) and value else value
    if not isinstance(inside, dict):
        return at, value, ["name"]
    plain = [k for k, v in inside.items() if not isinstance(v, dict | list)]
    fields = [k for k in plain if f"{name}{k}" in kept or "*" in kept or name == "tests."]
    return at, value, plain if not fields or random.random() < 0.08 else fields


def _of_list(random: Random, at: str, value: list[Any], fields: list[str]) -> list[str]:
    name = random.choice(fields or ["name"])
    kind = random.choice(pieces("python")["lists"])
    shown = random.choice(value).get(name) if value else "x"
    held = []
    if "pop(" in kind or "sort(" in kind or (kind.count("{e}") > 1 and random.random() < 0.7):
        held, at = [f"items = {at}"], "items"
    item = _key(random, "item", name)
    return [*held, kind.format(e=at, item=item, key=f"[{name!r}]", name=name, value=shown, first=f"first[{name!r}]")]


def _key(random: Random, at: str, name: str) -> str:
    return f"{at}[{name!r}]" if random.random() < 0.8 else f"{at}.get({name!r})"

"""What generated shell programs do with a JSON answer. Knows the answer's shape, jq and the tools around it, and no API."""

from __future__ import annotations

import json
import shlex
from collections.abc import Collection
from random import Random
from typing import Any

from .reads_python import into, pieces


def reads(random: Random, command: str, sample: Any, kept: Collection[str]) -> str:
    """Lines that print a part of `sample`, which `command` prints."""
    own = pieces("shell")
    at, value, fields = into(random, "", sample, kept)
    keys = fields or ["name"]
    key, other = random.choice(keys), random.choice(keys)
    inside = value[random.randrange(len(value))] if isinstance(value, list) and value else value
    shown = inside.get(key, "x") if isinstance(inside, dict) else "x"
    if random.random() < 0.25:
        where = at + (f"[0][{key!r}]" if isinstance(value, list) else f"[{key!r}]")
        return random.choice(own["texts"]).format(c=command, k=key, v=shlex.quote(str(shown)), p=where.replace("'", '"'))
    program = random.choice(own["filters-of-lists" if isinstance(value, list) else "filters-of-objects"])
    options = random.choice(own["options"])
    known = json.dumps(shown)
    if "V" in program and random.random() < 0.3 and isinstance(shown, str):
        options, known = f"{options} --arg want {shlex.quote(shown)}", "$want"
    program = _filled(program, key, other, known)
    if at:
        steps = "".join(f".{name}" for name in at.replace("']", "").replace("['", " ").split())
        program = f"{steps}{program[1:]}" if program.startswith(".[") and random.random() < 0.6 else f"{steps} | {program}"
    quoted = f"'{program}'"
    if "$" not in program and '"' not in program and random.random() < 0.2:
        quoted = f'"{program}"'
    return random.choice(own["pipes"]).format(c=command, o=options, f=quoted, v=shlex.quote(str(shown)))


def _filled(program: str, key: str, other: str, value: str) -> str:
    """The filter with its names and its value."""
    out, at = "", 0
    while at < len(program):
        alone = not (program[at - 1 : at].isalpha() or program[at + 1 : at + 2].isalpha())
        out += {"K": key, "L": other, "V": value}[program[at]] if program[at] in "KLV" and alone else program[at]
        at += 1
    return out

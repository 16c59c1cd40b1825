"""A program at random, in one of the languages. Knows no syntax of them."""

from __future__ import annotations

import ast
import contextlib
from dataclasses import dataclass
from random import Random

from . import sites
from .grow_python import Python
from .grow_shell import Shell


@dataclass(frozen=True, slots=True)
class Program:
    """A program, with a name that says its language, and the rules of the calls in it."""

    name: str
    text: str
    rules: tuple[str, ...]


def grow(random: Random, language: str = "") -> Program:
    """The next program of `random`."""
    while True:
        drawn = [sites.draw(random) for _ in range(random.choice((1, 1, 1, 2)))]
        if drawn[-1].version != drawn[0].version:
            continue
        rules = tuple(site.rule for site in drawn)
        if (language or random.choice(("python", "shell"))) == "shell":
            return Program("program.sh", Shell(random, drawn).text, rules)
        with contextlib.suppress(SyntaxError):
            text = Python(random, drawn).text
            ast.parse(text)
            return Program("program.py", text, rules)

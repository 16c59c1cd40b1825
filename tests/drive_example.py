"""Runs a rule's Python example: imports it and calls its functions with plausible arguments. A program, not a test.

Prints what each function returns. Knows parameter names only, through the table in V2MIGRATE_ARGUMENTS.
"""

from __future__ import annotations

import ast
import asyncio
import functools
import importlib
import inspect
import json
import os
import sys
from collections.abc import Callable
from typing import Any

SHAPES_ONLY = os.environ.get("V2MIGRATE_SHAPES") == "1"
TABLE = json.loads(os.environ["V2MIGRATE_ARGUMENTS"])


def argument(name: str, function: Callable[..., Any]) -> Any:
    """A value for a parameter of this name. Raises KeyError where the table has none."""
    if name in ("session", "http", "client"):
        if inspect.iscoroutinefunction(function):
            return importlib.import_module("aiohttp").ClientSession()
        return importlib.import_module("requests").Session()
    return TABLE[name]


def arguments(function: Callable[..., Any]) -> dict[str, Any]:
    """Values for all parameters of a function that the table knows or that have no default."""
    out = {}
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        if parameter.default is parameter.empty:
            out[name] = argument(name, function)
        elif name in TABLE and name != "limit":
            out[name] = TABLE[name]
    return out


def call(function: Callable[..., Any]) -> Any:
    """Calls with plausible arguments."""
    return function(**arguments(function))


def shown(value: Any) -> str:
    """A value as it is printed: an answer by its outcome alone, and only its shape where the reader copes with any."""
    if hasattr(value, "status_code") or hasattr(value, "getheaders"):
        code = getattr(value, "status_code", None) or value.status
        return "<answer ok>" if code < 400 else "<answer error>"
    if inspect.isgenerator(value):
        return shown(list(value))
    if SHAPES_ONLY and isinstance(value, list | dict):
        return f"<{type(value).__name__}>"
    return repr(value)


def run(name: str, function: Callable[[], Any]) -> int:
    """Calls and prints; 1 where it raises."""
    try:
        value = function()
        if inspect.iscoroutine(value):
            value = asyncio.run(value)
        print(f"{name} -> {shown(value)}")
    except SystemExit as error:
        print(f"{name} exits")
        return 0 if error.code in (None, 0) else 1
    except Exception as error:
        print(f"{name} raises {type(error).__name__}")
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return 1
    return 0


def called_inside(source: str) -> set[str]:
    """Names of functions and methods that the example calls itself: its helpers."""
    out = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            out.add(node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
    return out


def callables(module: Any, helpers: set[str]) -> list[tuple[str, Callable[[], Any]]]:
    """What to call: the functions, and the public methods of the classes, that the example does not call itself."""
    out: list[tuple[str, Callable[[], Any]]] = []
    for name, value in list(vars(module).items()):
        if getattr(value, "__module__", None) != module.__name__ or name in helpers:
            continue
        if inspect.isfunction(value):
            out.append((name, functools.partial(call, value)))
        elif inspect.isclass(value):
            thing = value(**arguments(value))
            for method_name, method in inspect.getmembers(thing, inspect.ismethod):
                if not method_name.startswith("_") and method_name not in helpers:
                    out.append((f"{name}.{method_name}", functools.partial(call, method)))
    return out


def main() -> int:
    """Runs `example.py` of the working directory; the exit status is 1 if anything raised."""
    sys.path.insert(0, os.getcwd())
    with open("example.py", encoding="utf-8") as file:
        source = file.read()
    failed = 0
    loaded: list[Any] = []
    failed |= run("import", lambda: loaded.append(importlib.import_module("example")))
    for module in loaded:
        for name, function in callables(module, called_inside(source)):
            failed |= run(name, function)
    return failed


if __name__ == "__main__":
    sys.exit(main())

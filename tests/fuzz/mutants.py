"""`PYTHONPATH=tests python -m fuzz.mutants v2migrate.match --tests tests/test_rules.py`: do tests notice a changed line?

One pytest session collects the tests and sees which of them reach which line. For each mutant it forks: the child puts
the changed code into the loaded module and runs the tests that reach it until one fails. No file is changed.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib
import json
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

Change = tuple[int, int, str, Callable[[], None]]
LONGEST = 90
"""Seconds after which a mutant counts as killed: it runs forever."""
_OPPOSITE: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add,
}  # fmt: skip
_REMOVED = ast.Assign | ast.AugAssign | ast.Raise | ast.Continue | ast.Break | ast.Expr
_NAMES = {"any": "all", "all": "any", "min": "max", "max": "min"}


def changes(tree: ast.AST) -> Iterator[Change]:
    """Every change of one place: its lines, what it is, and how to make it in `tree`."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if field in ("annotation", "returns", "decorator_list") or isinstance(parent, ast.JoinedStr | ast.Import):
                continue
            for at, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                for new in _instead(node, parent, field):
                    place: Any = node if hasattr(node, "lineno") else parent
                    old, now = (ast.unparse(n) or type(n).__name__ for n in (node, new))
                    said = f"{ast.unparse(parent)[:70]!r}: {old} -> {now}"
                    yield place.lineno, place.end_lineno, said, functools.partial(_put, parent, field, at, new)


def _put(parent: ast.AST, field: str, at: int | None, new: ast.AST) -> None:
    if at is None:
        setattr(parent, field, new)
    else:
        getattr(parent, field)[at] = new


def _instead(node: Any, parent: ast.AST, field: str) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    if type(node) in _OPPOSITE:
        yield _OPPOSITE[type(node)]()
    elif isinstance(node, ast.BoolOp):
        yield from node.values  # one condition of two, alone
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Name) and node.id in _NAMES:
        yield ast.Name(_NAMES[node.id], ast.Load())
    elif isinstance(node, ast.Constant) and not isinstance(parent, ast.Expr | ast.AnnAssign):
        if isinstance(node.value, int):
            yield ast.Constant(not node.value if isinstance(node.value, bool) else node.value + 1)
        elif isinstance(node.value, str):
            yield ast.Constant("" if node.value else "mutated")
    elif isinstance(node, _REMOVED) and field in ("body", "orelse") and not isinstance(parent, ast.Module):
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            yield ast.Pass()
    elif isinstance(parent, ast.Slice) and isinstance(node, ast.expr):
        yield ast.BinOp(node, ast.Add(), ast.Constant(1))
    if field == "value" and isinstance(parent, ast.Return) and node and ast.unparse(node) not in ("None", "False"):
        yield ast.Constant(None)
    if field == "test" and isinstance(parent, ast.If | ast.IfExp):
        yield ast.Constant(False)


def load(module: ModuleType, tree: ast.Module) -> None:
    """Put the code of a changed tree into the loaded module, and its constants wherever they were imported to."""
    fresh = {"__name__": module.__name__, "__file__": module.__file__}
    exec(compile(ast.fix_missing_locations(tree), str(module.__file__), "exec"), fresh)
    ours = [m for name, m in list(sys.modules.items()) if name.startswith("v2migrate")]
    for name, new in fresh.items():
        old = getattr(module, name, None)
        if isinstance(new, type) and new.__module__ == module.__name__:
            for key, value in vars(new).items():
                _recode(getattr(old, "__dict__", {}).get(key), value)
        elif not _recode(old, new) and type(new) in (int, str, tuple, type(old)) and not name.startswith("__"):
            for holder in ours:
                for key in [k for k, v in vars(holder).items() if v is old and k == name]:
                    setattr(holder, key, new)


def _recode(old: Any, new: Any) -> bool:
    old, new = (getattr(f, "fget", None) or getattr(f, "__wrapped__", f) for f in (old, new))
    if isinstance(old, FunctionType) and isinstance(new, FunctionType) and old.__module__ == new.__module__:
        old.__code__, old.__defaults__ = new.__code__, new.__defaults__
        return True
    return False


class Mutants:
    """A pytest plugin that runs the mutants in place of the tests."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.modules = {m.__file__ or "": m for m in map(importlib.import_module, asked.modules)}
        self.asked = asked
        self.reached: defaultdict[tuple[str, int], set[pytest.Item]] = defaultdict(set)
        self.took: dict[str, float] = {}
        self.kills: Counter[str] = Counter()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """First the tests as they are, then a sample of the mutants."""
        for item in session.items:
            self._clear()
            begun = time.process_time()
            sys.settrace(functools.partial(self._trace, item))
            assert _passes(item), f"{item.nodeid} fails without any change"
            sys.settrace(None)
            self.took[item.nodeid] = time.process_time() - begun
        every = [
            (file, i, f"{Path(file).name}:{first}", said)
            for file in self.modules
            for i, (first, _, said, _) in enumerate(changes(ast.parse(Path(file).read_text())))
        ]
        if self.asked.again:
            known = json.loads(self.asked.again.read_text())["mutants"]
            alive = {(m["at"].partition(":")[0], m["change"]) for m in known if not m["by"]}
            every = [m for m in every if (Path(m[0]).name, m[3]) in alive]
        out: list[dict[str, Any]] = []
        for file, i, at, said in random.Random(self.asked.seed).sample(every, min(self.asked.sample, len(every))):
            tree = ast.parse(Path(file).read_text())
            first, last, _, make = list(changes(tree))[i]
            make()
            tests = {t for line in range(first, last + 1) for t in self.reached[file, line]}
            if not tests:  # what stands outside of functions ran before the tests
                tests = {t for (name, _), some in self.reached.items() if name == file for t in some}
            order = sorted(tests, key=lambda t: (-self.kills[t.nodeid], self.took[t.nodeid]))
            by = self._run(order, self.modules[file], tree)
            self.kills[by] += 1
            out.append({"at": at, "change": said, "tests": len(order), "by": by})
            self.asked.log.write_text(json.dumps({"all": len(every), "mutants": out}, indent=1))
        return True

    def _trace(self, item: pytest.Item, frame: FrameType, event: str, arg: object) -> Any:
        if frame.f_code.co_filename not in self.modules:
            return None
        self.reached[frame.f_code.co_filename, frame.f_lineno].add(item)
        return functools.partial(self._trace, item)

    def _clear(self) -> None:
        for module in self.modules.values():
            for value in list(vars(module).values()):
                getattr(value, "cache_clear", int)()

    def _run(self, order: list[pytest.Item], module: ModuleType, tree: ast.Module) -> str:
        """The test that fails; a word where the mutant ran too long or did not load; empty where it survives."""
        answer, tell = os.pipe()
        child = os.fork()
        if child == 0:
            signal.alarm(LONGEST)
            try:
                load(module, tree)
                self._clear()
                failed = next((item.nodeid for item in order if not _passes(item)), "")
                os.write(tell, json.dumps(failed).encode())
            finally:
                os._exit(0)
        os.close(tell)
        os.waitpid(child, 0)
        with os.fdopen(answer) as said:
            return str(json.loads(said.read() or '"stopped"'))


def _passes(item: pytest.Item) -> bool:
    return all(report.outcome != "failed" for report in runtestprotocol(item, log=False, nextitem=None))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="fuzz.mutants", description=__doc__)
    parser.add_argument("modules", nargs="+", metavar="MODULE", help="v2migrate.match, ...")
    parser.add_argument("--sample", type=int, default=120, help="how many mutants")
    parser.add_argument("--seed", type=int, default=1, help="which")
    parser.add_argument("--log", type=Path, default=Path("mutants-log.json"), help="where the results are kept")
    parser.add_argument("--again", type=Path, help="only those that survived in an earlier log")
    parser.add_argument("--tests", default="tests", help="what to hand to pytest, separated by blanks")
    asked = parser.parse_args()
    sys.exit(pytest.main(["-p", "no:cacheprovider", *asked.tests.split()], plugins=[Mutants(asked)]))

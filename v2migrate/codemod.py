"""`fix` as a libcst codemod, for people who run their migrations with libcst's own runner. Knows the engine and libcst.

    python -m libcst.tool codemod -x --no-format v2migrate.codemod.V2Migrate [--unsafe-fixes] PATH …

The runner hands over one file at a time: a fix that spans files is left to `v2migrate fix`, and the file's warning says so.
"""

from __future__ import annotations

import argparse
import os

import libcst
from libcst.codemod import CodemodCommand, CodemodContext

from v2migrate import engine
from v2migrate.errors import V2migrateError
from v2migrate.finding import Run
from v2migrate.options import Options


class V2Migrate(CodemodCommand):
    """Moves CircleCI API v1 and v1.1 calls to v2, with the same result as `v2migrate fix` on the file."""

    DESCRIPTION: str = "Move CircleCI API v1 and v1.1 calls to v2."

    def __init__(
        self, context: CodemodContext, unsafe_fixes: bool = False, assume: str = "", no_assume: str = ""
    ) -> None:
        super().__init__(context)
        self.options = Options(unsafe=unsafe_fixes, assume=_names(assume), no_assume=_names(no_assume))

    @staticmethod
    def add_args(arg_parser: argparse.ArgumentParser) -> None:
        """The options of `fix` that make sense here."""
        arg_parser.add_argument("--unsafe-fixes", action="store_true", help="also make fixes that rest on an assumption")
        arg_parser.add_argument("--assume", default="", metavar="NAMES", help="assumptions to grant, parted by commas")
        arg_parser.add_argument("--no-assume", default="", metavar="NAMES", help="default assumptions to take back")

    def transform_module_impl(self, tree: libcst.Module) -> libcst.Module:
        """The module as `fix` would write it; what is left is a warning each."""
        name = self.context.filename or "<stdin>.py"
        path = os.path.relpath(name) if os.path.isabs(name) else name
        data = tree.bytes
        if os.path.isfile(path):
            with open(path, "rb") as file:
                on_disk = file.read()
            data = on_disk if on_disk.endswith(data) else data  # a byte order mark is no part of libcst's module
        try:
            run, changed = engine.fix([path], self.options, write=False, given={path: data})
        except V2migrateError as error:
            self.warn(str(error))
            return tree
        self._tell(run, path, changed.get(path, (data, data))[1])
        if path not in changed:
            return tree
        return libcst.parse_module(changed[path][1], config=tree.config_for_parsing)

    def _tell(self, run: Run, path: str, data: bytes) -> None:
        for result in run.results:
            if result.problem:
                self.warn(f"{result.path}: {result.problem}")
            for finding in result.findings:
                line = data[: finding.span.start].count(b"\n") + 1
                why = f" (not rewritten: {finding.withheld})" if finding.withheld else ""
                self.warn(f"{path}:{line}: {finding.rule}: {finding.message}{why}")


def _names(given: str) -> frozenset[str]:
    return frozenset(name.strip() for name in given.split(",") if name.strip())

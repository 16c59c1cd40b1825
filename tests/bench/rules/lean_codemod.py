"""The least that a codemod on libcst can do: parse each file, replace the version in its strings, write it. On two processes.

    python lean_codemod.py FOLDER
"""

from __future__ import annotations

import multiprocessing
import sys
from pathlib import Path

import libcst as cst

OLD, NEW = "circleci.com/api/v1.1", "circleci.com/api/v2"


class Replace(cst.CSTTransformer):
    """No matchers, no metadata: those cost more than the rest together."""

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        text = updated_node.value
        return updated_node.with_changes(value=text.replace(OLD, NEW)) if OLD in text else updated_node

    def leave_FormattedStringText(
        self, original_node: cst.FormattedStringText, updated_node: cst.FormattedStringText
    ) -> cst.FormattedStringText:
        text = updated_node.value
        return updated_node.with_changes(value=text.replace(OLD, NEW)) if OLD in text else updated_node


def rewrite(path: Path) -> None:
    """One file."""
    data = path.read_bytes()
    if OLD.encode() in data:
        path.write_bytes(cst.parse_module(data).visit(Replace()).bytes)


if __name__ == "__main__":
    with multiprocessing.Pool(2) as pool:
        pool.map(rewrite, sorted(Path(sys.argv[1]).rglob("*.py")), chunksize=8)

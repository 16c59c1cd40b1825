"""The same question as a rule of fixit, with a rewrite of the version alone."""

# mypy: disable-error-code="import-not-found, misc"

from __future__ import annotations

import libcst as cst
from fixit import LintRule

OLD = "circleci.com/api/v1.1"


class OldCircleCI(LintRule):
    MESSAGE = "an address of CircleCI's old API"

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        if OLD in node.value:
            self.report(node, replacement=node.with_changes(value=node.value.replace(OLD, "circleci.com/api/v2")))

    def visit_FormattedStringText(self, node: cst.FormattedStringText) -> None:
        if OLD in node.value:
            self.report(node, replacement=node.with_changes(value=node.value.replace(OLD, "circleci.com/api/v2")))

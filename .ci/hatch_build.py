"""What a build of the package makes besides: the table that our rules are loaded from. Knows no rule."""

from __future__ import annotations

import sys
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class RuleTable(BuildHookInterface):  # type: ignore[misc, type-arg, unused-ignore]
    """Reads the rules of the tree that is built, and puts the table into it, for the wheel or for an editable install."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling. Raises RuleError for a rule that cannot be used."""
        sys.path.insert(0, self.root)
        try:
            from v2migrate.catalogue import write_table

            write_table()
        finally:
            sys.path.remove(self.root)

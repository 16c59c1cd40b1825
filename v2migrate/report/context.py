"""What a report says beyond the findings: whose code it is, which rules there are. Plain data; reads no file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from v2migrate.records import dataclass, field
from v2migrate.report.printable import place
from v2migrate.rule import Rule


def _nobody(path: str) -> tuple[str, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    """`repository` is its name; `root` the folder that services expect paths to start from (empty: the working directory);
    `owners` gives who owns a path; `rules` are the known rules by id; `version` is the tool's own."""

    repository: str = ""
    root: str = ""
    owners: Callable[[str], tuple[str, ...]] = _nobody
    rules: Mapping[str, Rule] = field(default_factory=dict)
    version: str = ""

    def path(self, path: str) -> str:
        """The path as GitHub, GitLab and CircleCI know it: from the repository's root, with `/`, whatever the working
        directory and however the input was named. A path outside the repository is as `place` has it."""
        if not self.root:
            return place(path)
        try:
            inside = os.path.relpath(os.path.realpath(path), os.path.realpath(self.root))
        except (OSError, ValueError):
            return place(path)
        if inside == os.pardir or inside.startswith(os.pardir + os.sep):
            return place(path)
        return inside.replace(os.sep, "/")

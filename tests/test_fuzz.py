"""A few examples of each fuzzing target on each run; `PYTHONPATH=tests python -m fuzz` feeds them for long."""

from __future__ import annotations

import pytest
from tools import need_module

need_module("hypothesis")

from fuzz.mutate import Case, changed  # noqa: E402
from fuzz.targets import TARGETS  # noqa: E402
from hypothesis import HealthCheck, given, settings  # noqa: E402

SLOW = {"fix": 12, "reports": 12}
"""How many examples, where one costs more than a few milliseconds."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_few_examples(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=SLOW.get(name, 40), derandomize=True, database=None, deadline=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(changed(target.seeds))
    def run(case: Case) -> None:
        target.check(*case)

    run()

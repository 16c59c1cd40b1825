"""A few examples of each fuzzing target on each run; `PYTHONPATH=tests python -m fuzz` feeds them for long."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools import need, need_module

need_module("hypothesis")

from fuzz.mutate import Case, changed  # noqa: E402
from fuzz.programs import batch  # noqa: E402
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


@pytest.mark.parametrize(("language", "seed"), [("python", 11), ("shell", 12)])
def test_a_few_programs_do_the_same_before_and_after(language: str, seed: int, tmp_path: Path) -> None:
    need("bash", "curl", "jq", "wget")
    need_module("requests", "httpx")
    counts = batch(seed, 0, 12, language, tmp_path)
    told = [file.read_text() for file in tmp_path.iterdir() if "differs" in file.name]
    assert not told, "\n\n".join(told)
    assert counts["programs"] == 12 and counts["safe"] + counts["unsafe"] >= 5

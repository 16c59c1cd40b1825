"""What all tests share: the clock stands still, and `--update` rewrites expectations."""

from __future__ import annotations

import pytest
from proofs import Proofs


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # with several processes, the main one hears of all tests
        config.pluginmanager.register(Proofs(bool(config.getoption("--update"))))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update", action="store_true", help="rewrite the expectations under testdata/ and in rules/")


@pytest.fixture(autouse=True)
def _a_fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("V2MIGRATE_TODAY", "2026-11-21")
    for name in ("NO_COLOR", "FORCE_COLOR", "PRE_COMMIT"):
        monkeypatch.delenv(name, raising=False)

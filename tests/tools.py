"""Programs and folders that a test may lack. A test skips with a reason; with V2MIGRATE_REQUIRE_TOOLS=1 it fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pytest


def need(*names: str) -> None:
    """Skips the test, or fails it where tools are required, unless every named program is there."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        _lacks(f"{', '.join(missing)} not installed")


def need_module(*names: str) -> None:
    """The same for Python packages."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    if missing:
        _lacks(f"Python package {', '.join(missing)} not installed")


def shared() -> Path:
    """The folder of CircleCI's own documents, which is no part of the project. Skips the test where it is not there."""
    named = os.environ.get("V2MIGRATE_SHARED")
    folder = Path(named) if named else Path(__file__).parents[2] / "shared"
    if not (folder / "api").is_dir():
        pytest.skip(f"CircleCI's OpenAPI documents are not at {folder} (V2MIGRATE_SHARED names another place)")
    return folder


def _lacks(reason: str) -> None:
    if os.environ.get("V2MIGRATE_REQUIRE_TOOLS") == "1":
        pytest.fail(f"{reason}, and V2MIGRATE_REQUIRE_TOOLS=1 asks for it")
    pytest.skip(reason)

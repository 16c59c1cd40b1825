"""The spellings that the bench compares: each is found at its call and rewritten, shown by running what comes out."""

from __future__ import annotations

import importlib.util
from pathlib import Path


def test_all_are_found_and_rewritten(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("spellings", Path(__file__).parent / "bench" / "spellings.py")
    assert spec is not None and spec.loader is not None
    bench = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(bench)
    measured = bench.by_v2migrate(bench.write(tmp_path))
    assert measured == {name: (True, True) for name in bench.SPELLINGS}

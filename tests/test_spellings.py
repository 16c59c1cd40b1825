"""The spellings that the bench compares: each is found at its call and rewritten, shown by running what comes out."""

from __future__ import annotations

from pathlib import Path

import spellings


def test_all_are_found_and_rewritten(tmp_path: Path) -> None:
    measured = spellings.by_v2migrate(spellings.write(tmp_path))
    assert measured == {name: (True, True) for name in spellings.SPELLINGS}

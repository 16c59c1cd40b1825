"""The bench itself: what it plants is found, its generators say where the calls are, its verdicts are what the README says."""

from __future__ import annotations

import json
from pathlib import Path

import hot
import measure
import plant
import pytest
import rows
import setting
import speed
import table

from v2migrate import cli


def test_every_planted_call_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for folder in ("web/src", "web/tools", "infra/.circleci", "infra/ci"):
        (tmp_path / folder).mkdir(parents=True)
    planted = plant.plant(tmp_path)
    assert len(planted) == sum(plant.PLAN.values())
    monkeypatch.chdir(tmp_path)
    assert cli.main(["check", "--isolated", "--output-format", "json", "."]) == 1
    found, every = plant.recall(planted, json.loads(capsys.readouterr().out))
    assert found == every > 100
    plant.uproot(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("kind", hot.KINDS)
def test_the_lines_of_calls_are_those(kind: str) -> None:
    for file in hot.files(1, kind, 5, (30, 60), (2, 2)):
        assert "@@" not in file.text
        lines = file.text.split("\n")
        assert all(any(word in lines[n - 1] for word in ("curl", "wget", "requests", "http", "urllib")) for n in file.lines)
        assert bool(file.lines) is (kind != "plain")
    assert hot.files(1, kind, 2, (30, 60), (1, 2)) == hot.files(1, kind, 2, (30, 60), (1, 2))


def test_a_verdict_needs_a_quiet_machine() -> None:
    row = rows.Row("a", "b", 1.0, 1.5, lambda s: pytest.fail("not run"))
    assert [speed.verdict(row, value, True) for value in (0.9, 1.2, 1.6)] == ["reached", "ok", "over"]
    assert speed.verdict(row, 0.9, False) == "loaded, not judged"


def test_a_row_that_cannot_run_says_why(tmp_path: Path) -> None:
    nothing = setting.Setting("v2migrate", None, None, tmp_path)
    lines = [speed.measure(row, nothing, 1, 60) for row in rows.ROWS if row.bench.startswith("mono")]
    assert lines and all(line.verdict.startswith("not run: ") and line.value is None for line in lines)
    assert all(table.text(line) and line.verdict in table.markdown([line], "v2migrate") for line in lines)


def test_a_partner_that_is_ended_gives_a_bound() -> None:
    quick, slow = measure.Command(("true",)), measure.Command(("tail", "-f", "/dev/null"), limit=0.1)
    ratio, value, said = speed.against(quick, slow, 3, warm=False)
    assert ratio is None and 0 < value < 10 and "ended after" in said
    with pytest.raises(measure.Failed):
        speed.against(quick, measure.Command(("false",), codes=(0,)), 1, warm=False)


def test_the_readme_has_a_place_for_each_table() -> None:
    text = table.README.read_text("utf-8")
    assert all(text.count(f"<!-- {mark}{name} -->") == 1 for name in ("speed", "torture") for mark in ("", "end "))

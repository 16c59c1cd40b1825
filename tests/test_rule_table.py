"""The table of our rules: the same as the TOML files, and worth nothing as soon as one of them is another."""

from __future__ import annotations

import marshal
import shutil
from pathlib import Path

import pytest
from test_shape import imports

from v2migrate import catalogue, operations, rule_table

PACKAGE = Path(rule_table.FILE).parent


@pytest.fixture
def table(tmp_path: Path) -> str:
    catalogue.write_table(str(tmp_path / "table"))
    return str(tmp_path / "table")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the rule files."""
    return shutil.copytree(rule_table.folder(), tmp_path / "rules")


def test_the_table_holds_what_the_files_say(table: str) -> None:
    found = rule_table.read(table, rule_table.folder())
    assert found is not None
    rules, today = found
    read = catalogue._complete(catalogue._shipped(False))
    assert len(rules) == len(list(Path(rule_table.folder()).glob("*.toml")))
    assert rules == read
    assert repr(rules) == repr(read)  # the order of names in tables, and 1 that is not True
    assert today == operations.read() and list(today) == list(operations.read())


def test_all_is_taken_from_the_table(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = rule_table.read(table, rule_table.folder())
    assert found is not None
    wanted = catalogue.load(whole=False), operations.operations()
    for cached in (rule_table.rules, rule_table.operations, rule_table._table, catalogue._ours, catalogue.endpoints):
        monkeypatch.setattr(cached.__module__ + "." + cached.__name__, cached.__wrapped__)
    monkeypatch.setattr(rule_table, "FILE", table)
    monkeypatch.setattr("v2migrate.rule_reader.read_rule", None)
    monkeypatch.setattr(operations, "read", None)
    assert (catalogue.load(whole=False), operations.operations()) == wanted
    assert catalogue.endpoints() == {rule.id: rule for rule in wanted[0]}


def test_another_copy_of_the_same_files_will_do(table: str, folder: Path) -> None:
    assert rule_table.read(table, str(folder)) is not None


def test_a_rule_file_that_was_changed_is_noticed(table: str, folder: Path) -> None:
    file = min(folder.iterdir())
    file.write_bytes(file.read_bytes() + b"\n")
    assert rule_table.read(table, str(folder)) is None


def test_a_rule_file_that_came_or_went_is_noticed(table: str, folder: Path) -> None:
    file = min(folder.iterdir())
    shutil.copy(file, folder / "another.toml")
    assert rule_table.read(table, str(folder)) is None
    (folder / "another.toml").unlink()
    assert rule_table.read(table, str(folder)) is not None
    file.unlink()
    assert rule_table.read(table, str(folder)) is None
    shutil.rmtree(folder)
    assert rule_table.read(table, str(folder)) is None


def test_other_code_to_read_the_rules_is_noticed(table: str) -> None:
    made_of, rules, today = marshal.loads(Path(table).read_bytes())
    assert made_of["rule_reader.py"] == (PACKAGE / "rule_reader.py").read_bytes()
    made_of["rule_reader.py"] += b"# changed\n"
    Path(table).write_bytes(marshal.dumps((made_of, rules, today)))
    assert rule_table.read(table, rule_table.folder()) is None


def test_all_code_that_reads_the_rules_counts() -> None:
    waiting, reached = ["catalogue"], {"catalogue"}
    while waiting:
        path = PACKAGE / f"{waiting.pop()}.py"
        new = {name.split(".")[1] for name in imports(path) if name.startswith("v2migrate.")}
        new = {name for name in new if (PACKAGE / f"{name}.py").exists()} - reached
        reached |= new
        waiting += new
    assert {f"{name}.py" for name in reached} | {"operations.toml"} == set(rule_table.CODE)


@pytest.mark.parametrize("data", [b"", b"\x00", b"not a table", marshal.dumps(None), marshal.dumps((1, 2))])
def test_what_is_no_table_counts_for_nothing(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "table").write_bytes(data)
    assert rule_table.read(str(tmp_path / "table"), rule_table.folder()) is None
    assert rule_table.read(str(tmp_path), rule_table.folder()) is None


def test_half_a_table_counts_for_nothing(table: str) -> None:
    data = Path(table).read_bytes()
    for size in (1, 100, len(data) // 2, len(data) - 1):
        Path(table).write_bytes(data[:size])
        assert rule_table.read(table, rule_table.folder()) is None


def test_what_the_table_has_no_form_for_is_refused() -> None:
    with pytest.raises(TypeError, match="no form for"):
        rule_table._packed({"a": (1, {2, 3})})

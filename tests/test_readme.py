"""The README says what is so: its rule table is the rules', its commands exist, its complete rule loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from v2migrate import catalogue, cli
from v2migrate.report.catalogue import markdown
from v2migrate.rule_reader import read_rule

README = Path(__file__).parent.parent / "README.md"
TABLE = re.compile(r"(<!-- rules -->\n).*?(<!-- end rules -->)", re.S)


def test_the_rule_table_is_up_to_date(request: pytest.FixtureRequest) -> None:
    text = README.read_text("utf-8")
    wanted = TABLE.sub(lambda m: f"{m[1]}\n{markdown(catalogue.load())}\n{m[2]}", text)
    if request.config.getoption("--update"):
        README.write_text(wanted, "utf-8")
    assert README.read_text("utf-8") == wanted, "the rule table is out of date; pytest --update writes it"


def test_the_complete_rule_is_one() -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.S)
    (rule,) = (read_rule("deploy-lock.toml", b.encode()) for b in blocks if "[[from]]" in b)
    assert rule.routes[0].path == "/project/{slug}/deploy-lock"


def test_the_settings_that_are_shown_are_settings(tmp_path: Path) -> None:
    blocks = re.findall(r"```toml\n(.*?)```", README.read_text("utf-8"), re.S)
    (shown,) = (block for block in blocks if "[tool.v2migrate]" in block)
    project, shared = tmp_path / "project", tmp_path / "shared"
    project.mkdir()
    shared.mkdir()
    (shared / "v2migrate.toml").write_text("")
    (project / "pyproject.toml").write_text(shown, "utf-8")
    assert cli.main(["check", "--show-settings", str(project)]) == 0


def test_every_command_that_is_shown_exists() -> None:
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", README.read_text("utf-8"), re.S)
    shown = {name for block in blocks for name in re.findall(r"^(?:\$ )?v2migrate (\w+)", block, re.M)}
    assert shown and shown <= set(cli.COMMANDS)


def test_each_set_up_command_is_one_line() -> None:
    for name in ("tour", "tests"):
        block = re.search(rf"<!-- {name} -->\n```sh\n(.*?)```\n<!-- end -->", README.read_text("utf-8"), re.S)
        assert block is not None and block[1].count("\n") == 1

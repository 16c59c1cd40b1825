"""`v2migrate tokens`: names of tokens and where they are used, never their values."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2migrate.cli import main
from v2migrate.files import Files
from v2migrate.rehearse.calls import LITERAL, token_names, token_uses
from v2migrate.rehearse.tokens import render

V1, V2 = "https://circleci.com/api/v1.1", "https://circleci.com/api/v2"
SECRET = "0123456789" * 4


def uses(tmp_path: Path, name: str, text: str) -> list[tuple[str, bool, int, str]]:
    """The tokens found in a file of that name."""
    path = tmp_path / name
    path.write_text(text)
    return [(use.name, use.environment, use.line, use.form) for use in token_uses([str(path)], Files())]


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        (f'curl -H "Circle-Token: $CIRCLE_TOKEN" {V2}/me', "CIRCLE_TOKEN", "header Circle-Token"),
        (f'curl -H "Authorization: Bearer ${{MY_PAT}}" {V2}/me', "MY_PAT", "header Authorization"),
        (f'curl -u "${{CIRCLE_TOKEN:?}}:" {V1}/me', "CIRCLE_TOKEN", "user"),
        (f'curl "{V1}/me?circle-token=$T&limit=1"', "T", "query"),
        (f'T="${{CI_TOKEN:-}}"\ncurl "{V1}/me?circle-token=$T"', "CI_TOKEN", "query"),
    ],
)
def test_in_shell(tmp_path: Path, text: str, name: str, form: str) -> None:
    assert uses(tmp_path, "a.sh", text + "\n") == [(name, True, text.count("\n") + 1, form)]


@pytest.mark.parametrize(
    ("value", "name", "environment"),
    [
        ('os.environ["CIRCLE_TOKEN"]', "CIRCLE_TOKEN", True),
        ('os.getenv("X_TOKEN", "")', "X_TOKEN", True),
        ("TOKEN", "CI_TOKEN", True),
        ("settings.token", "settings.token", False),
    ],
)
def test_in_python(tmp_path: Path, value: str, name: str, environment: bool) -> None:
    head = 'import os, requests\nTOKEN = os.environ.get("CI_TOKEN")\n'
    for call, form in (
        (f'requests.get("{V2}/me", headers={{"Circle-Token": {value}}})', "header Circle-Token"),
        (f'requests.get("{V1}/me", auth=({value}, ""))', "user"),
        (f'requests.get("{V1}/me", params={{"circle-token": {value}}})', "query"),
    ):
        assert uses(tmp_path, "a.py", f"{head}{call}\n") == [(name, environment, 3, form)]


def test_in_a_step_of_a_config(tmp_path: Path) -> None:
    step = f'jobs:\n  go:\n    steps:\n      - run: |\n          curl -u "$DEPLOY_TOKEN:" {V1}/me\n'
    assert uses(tmp_path, "config.yml", step) == [("DEPLOY_TOKEN", True, 5, "user")]


def test_calls_elsewhere_and_comments_have_none(tmp_path: Path) -> None:
    text = f'curl -H "Authorization: Bearer $GH" https://api.github.com/user\n# curl -u "$OLD:" {V1}/me\n'
    assert uses(tmp_path, "a.sh", text) == []


def test_a_literal_is_never_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.sh").write_text(f'curl "{V1}/me?circle-token={SECRET}"\ncurl -u "$A_TOKEN:" "{V1}/me"\n')
    assert main(["tokens", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    assert "a token written into the source" in said.out and "a.sh:1: query: GET /api/v1.1/me" in said.out
    ask = 'curl -sS -o /dev/null -w "%{http_code}\\n" -H "Circle-Token: $A_TOKEN" https://circleci.com/api/v2/me'
    assert said.out.index(ask) < said.out.index("written into the source")
    assert {use.name for use in token_uses([str(tmp_path)], Files())} == {"A_TOKEN", LITERAL}
    assert token_names([str(tmp_path)]) == {"A_TOKEN"}


def test_a_language_that_is_not_read_gets_its_token_all_the_same(tmp_path: Path) -> None:
    url = "https://circleci.com/api/v1.1/me"
    (tmp_path / "a.js").write_text(f"fetch('{url}', {{headers: {{'Circle-Token': process.env.CIRCLECI_API_TOKEN}}}})\n")
    assert token_names([str(tmp_path)]) == {"CIRCLECI_API_TOKEN"}


def test_nothing_found_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tokens", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "No call to CircleCI that carries a token was found.\n"


def test_a_path_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tokens", str(tmp_path / "nope")]) == 2
    assert "nope" in capsys.readouterr().err


def test_a_server_of_ones_own_is_asked_itself(tmp_path: Path) -> None:
    ask = 'curl -H "Circle-Token: $ACME_TOKEN" https://'
    (tmp_path / "a.sh").write_text(f"{ask}ci.acme.example/circleci/api/v1.1/me\n{ask}circleci.com/api/v1.1/me\n")
    found = token_uses([str(tmp_path / "a.sh")], Files(), {"ci.acme.example"})
    assert [use.server for use in found] == ["https://ci.acme.example/circleci", "https://circleci.com"]
    asked = [line.rpartition(" ")[2] for line in render(found).splitlines() if "http_code" in line]
    assert asked == ["https://ci.acme.example/circleci/api/v2/me", "https://circleci.com/api/v2/me"]

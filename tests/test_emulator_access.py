"""The emulated CircleCI: whom it answers, and on which day."""

from __future__ import annotations

import base64
import json

import pytest
from emulated import (
    HEADER,
    OF_PROJECT,
    PERSONAL,
    STATUS,
    V1_PROJECT,
    V2_PROJECT,
    ask,
    at,
    nameless,
    new_emulator,
    read,
)

from v2migrate import catalogue
from v2migrate.emulator.api import VERSIONS
from v2migrate.emulator.settings import Settings

TRIGGERS = ("", "/tree/main", "/build", "/42/retry", "/42/ssh")


def basic(text: str) -> dict[str, str]:
    """A basic authorization header."""
    return {"authorization": "Basic " + base64.b64encode(text.encode()).decode()}


@pytest.mark.parametrize(
    "headers",
    [HEADER, {"authorization": f"Bearer {PERSONAL}"}, basic(f"{PERSONAL}:")],
    ids=["header", "bearer", "basic"],
)
@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1.1/me", "/api/v2/me"])
def test_a_personal_token_in_every_form(path: str, headers: dict[str, str]) -> None:
    assert ask(new_emulator(), "GET", path, headers=headers).status == 200


def test_a_token_in_the_url_works_on_v1_and_on_v2_only_where_told_so() -> None:
    query = f"?circle-token={PERSONAL}"
    for path, status in (("/api/v1/me", 200), ("/api/v1.1/me", 200), ("/api/v2/me", 401)):
        assert ask(new_emulator(), "GET", path + query, headers={}).status == status
    assert ask(new_emulator(Settings(v2_query_token=True)), "GET", "/api/v2/me" + query, headers={}).status == 200


@pytest.mark.parametrize(
    ("path", "headers", "status", "message"),
    [
        ("/api/v2/me", {"circle-token": OF_PROJECT}, 401, "You must log in first."),
        ("/api/v2/me", {}, 401, "You must log in first."),
        ("/api/v2/me", basic(PERSONAL), 401, "You must log in first."),
        (f"{V2_PROJECT}/job/42", {"circle-token": OF_PROJECT}, 404, "Project not found"),
        (f"{V2_PROJECT}/job/42", {"circle-token": "wrong"}, 404, "Project not found"),
        (f"{V2_PROJECT}/job/42", {}, 401, "You must log in first."),
        (f"{V1_PROJECT}/42", {}, 401, "You must log in first."),
        ("/api/v1.1/project/gh/acme/api/7", {"circle-token": OF_PROJECT}, 404, "Project not found"),
        ("/api/v1.1/project/gh/acme/gone/7", HEADER, 404, "Project not found"),
    ],
)
def test_who_is_refused(path: str, headers: dict[str, str], status: int, message: str) -> None:
    wire = ask(new_emulator(), "GET", path, headers=headers)
    assert (wire.status, json.loads(wire.text)) == (status, {"message": message})


def test_a_project_token_is_good_for_its_project_on_v1() -> None:
    emulator = new_emulator()
    assert ask(emulator, "GET", f"{V1_PROJECT}/42", headers={"circle-token": OF_PROJECT}).status == 200
    assert ask(emulator, "GET", f"{V1_PROJECT}/42", headers={"circle-token": STATUS}).status == 200
    assert ask(emulator, "POST", f"{V1_PROJECT}/tree/main", headers={"circle-token": STATUS}).status == 403
    assert ask(emulator, "POST", f"{V1_PROJECT}/build", headers={"circle-token": OF_PROJECT}).status == 403


def test_public_projects_are_open_on_v1_only_where_told_so() -> None:
    path = "/api/v1.1/project/gh/acme/api/7"
    assert ask(new_emulator(), "GET", path, headers={}).status == 401
    open_ = new_emulator(Settings(v1_anonymous=True))
    assert ask(open_, "GET", path, headers={}).status == 200
    assert ask(open_, "GET", f"{V1_PROJECT}/42", headers={}).status == 401


# --- dates ----------------------------------------------------------------------------------------------------------


def sunset_calls() -> list[str]:
    """The ten endpoints that go."""
    return [f"/api/{base}{tail}" for base in ("v1/project/acme/web", "v1.1/project/gh/acme/web") for tail in TRIGGERS]


@pytest.mark.parametrize("path", sunset_calls())
def test_the_ten_endpoints_say_when_they_go_and_then_are_gone(path: str) -> None:
    wire = ask(at("2027-01-31T23:59:00"), "POST", path)
    assert wire.status == 200
    assert wire.headers["Sunset"] == "Mon, 01 Feb 2027 00:00:00 GMT" and wire.headers["Deprecation"].startswith("@")
    for emulator in (at("2027-02-01T00:00:00"), at("2026-11-21", brownout=True)):
        assert ask(emulator, "POST", path).status == 410
        assert not emulator.effects


def test_there_are_ten_of_them_and_the_rules_know_them() -> None:
    marked = {nameless(o.method, o.path) for v in ("v1", "v1.1") for o in VERSIONS[v] if o.sunset}
    named = {nameless(r.method, r.path) for rule in catalogue.load() if rule.status == "sunset" for r in rule.routes}
    assert marked == named and len(sunset_calls()) == 10


def test_what_is_not_among_them_goes_on() -> None:
    emulator = at("2027-06-01")
    wire = ask(emulator, "GET", f"{V1_PROJECT}/42")
    assert wire.status == 200 and "Sunset" not in wire.headers
    assert ask(emulator, "POST", f"{V1_PROJECT}/42/cancel").status == 200
    assert ask(emulator, "POST", f"{V1_PROJECT}/tree/main/").status == 410, "with a slash at the end as well"


def test_a_version_can_be_switched_off_altogether() -> None:
    emulator = new_emulator(Settings(off=("v1", "v1.1")))
    assert ask(emulator, "GET", f"{V1_PROJECT}/42").status == 410
    assert ask(emulator, "GET", f"{V2_PROJECT}/job/42").status == 200


@pytest.mark.parametrize(
    ("day", "query", "there"),
    [
        ("2026-11-21", "", True),
        ("2026-11-17", "", False),
        ("2026-11-21", "?shallow=true", False),
        ("2026-12-07", "", False),
    ],
)
def test_branches_of_projects_go_on_their_own_day(day: str, query: str, there: bool) -> None:
    for path in ("/api/v1.1/projects", f"{V1_PROJECT}/settings"):
        answer = read(at(day), path + query)
        assert ("branches" in (answer[0] if isinstance(answer, list) else answer)) is there


def test_v1_without_accept_is_json_or_edn() -> None:
    assert json.loads(ask(new_emulator(), "GET", "/api/v1.1/me").text)["login"] == "ada"
    emulator = new_emulator(Settings(edn=True))
    wire = ask(emulator, "GET", "/api/v1.1/me")
    assert wire.media_type == "application/edn" and ':login "ada"' in wire.text
    asked = {**HEADER, "accept": "application/json"}
    assert json.loads(ask(emulator, "GET", "/api/v1.1/me", headers=asked).text)["login"] == "ada"

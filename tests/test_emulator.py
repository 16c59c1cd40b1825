"""The emulated CircleCI: its operations, what they answer, and what they change."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from emulated import (
    HEADER,
    SLUG,
    V1_PROJECT,
    V2_PROJECT,
    ask,
    nameless,
    new_emulator,
    read,
)

from v2migrate import catalogue
from v2migrate.emulator.api import VERSIONS
from v2migrate.emulator.exchange import Call
from v2migrate.emulator.preview import PREVIEW
from v2migrate.emulator.settings import Settings
from v2migrate.operations import operations


def test_every_operation_of_v2_is_one_of_todays() -> None:
    assert {nameless(o.method, o.path) for o in VERSIONS["v2"]} <= set(operations())


def test_every_target_of_a_rule_is_emulated() -> None:
    emulated = {nameless(o.method, o.path) for o in VERSIONS["v2"]}
    for rule in catalogue.load():
        for target in [str(rule.to) if rule.to else "", *(route.to for route in rule.routes)]:
            method, _, path = target.partition(" ")
            assert not target or nameless(method, path) in emulated, f"{rule.id}: {target} is not emulated"


GONE = ("clear-build-cache", "heroku-key", "ssh-users")


@pytest.mark.parametrize("version", ["v1", "v1.1"])
def test_every_old_endpoint_of_the_rules_is_emulated(version: str) -> None:
    emulated = {nameless(o.method, o.path) for o in VERSIONS[version]}
    for rule in catalogue.load():
        for route in rule.routes:
            if version in route.versions:
                path = re.sub(r"\{(path|rest)\}$", "{path+}", route.path)
                assert (nameless(route.method, path) in emulated) is (rule.id not in GONE), f"{rule.id}: {route}"


def test_the_preview_is_only_there_when_asked_for() -> None:
    emulator = new_emulator()
    flow = emulator.account.job(emulator.account.project(SLUG), 42).workflow
    path = f"/api/v2/workflow/{flow.id}/jobs"
    assert ask(emulator, "GET", path).status == 404
    then = new_emulator(Settings(preview=True))
    assert read(then, path)["items"][0]["start_time"]
    assert isinstance(read(then, f"{V2_PROJECT}/envvar"), list)
    assert read(then, f"/api/v2/pipeline/{flow.pipeline.id}")["workflows"][0]["id"]
    assert len(list(PREVIEW)) == 6


def test_v1_has_no_vcs_segment_and_v1_1_has_one() -> None:
    emulator = new_emulator()
    assert read(emulator, "/api/v1/project/acme/web/42")["build_num"] == 42
    assert read(emulator, "/api/v1.1/project/gh/acme/web/42")["build_num"] == 42
    assert ask(emulator, "GET", "/api/v1.1/project/acme/web/42").status == 404


def test_an_unknown_route_is_not_found() -> None:
    emulator = new_emulator()
    for path in ("/api/v2/projects", "/api/v3/runs", "/", "/api/v1.1/project/gh/acme/web/42/steps", "/gh/acme/web.svg"):
        wire = ask(emulator, "GET", path)
        assert (wire.status, json.loads(wire.text)) == (404, {"message": "Not found"})
    assert ask(emulator, "GET", f"{V2_PROJECT}/job/42/tests").status == 404, "announced in 2019, never shipped"


def test_both_apis_tell_the_same_of_a_job() -> None:
    emulator = new_emulator()
    old, new = read(emulator, f"{V1_PROJECT}/42"), read(emulator, f"{V2_PROJECT}/job/42")
    assert (old["build_num"], old["start_time"], old["stop_time"], old["build_time_millis"]) == (
        new["number"],
        new["started_at"],
        new["stopped_at"],
        new["duration"],
    )
    assert old["workflows"]["workflow_id"] == new["latest_workflow"]["id"]
    assert "id" not in new and "steps" not in new and old["steps"]


def test_lists_are_bare_on_v1_and_wrapped_on_v2() -> None:
    emulator = new_emulator()
    old, new = read(emulator, f"{V1_PROJECT}/42/artifacts"), read(emulator, f"{V2_PROJECT}/42/artifacts")
    assert [a["url"] for a in old] == [a["url"] for a in new["items"]]
    assert "pretty_path" in old[0] and "pretty_path" not in new["items"][0] and new["next_page_token"] is None
    assert len(read(emulator, f"{V1_PROJECT}/42/tests")["tests"]) == len(
        read(emulator, f"{V2_PROJECT}/42/tests")["items"]
    )


def test_pages_of_v2_follow_the_token() -> None:
    emulator = new_emulator(Settings(page_size=2))
    seen, token, pages = [], "", 0
    while token is not None:
        page = read(emulator, f"{V2_PROJECT}/pipeline" + (f"?page-token={token}" if token else ""))
        seen += [each["number"] for each in page["items"]]
        token, pages = page["next_page_token"], pages + 1
    assert (seen, pages) == ([4, 3, 2, 1], 2)
    assert ask(emulator, "GET", f"{V2_PROJECT}/pipeline?page-token=nonsense").status == 400


def test_pages_of_v1_have_limit_offset_and_filter() -> None:
    emulator = new_emulator()
    numbers = [b["build_num"] for b in read(emulator, f"{V1_PROJECT}?limit=2&offset=1")]
    assert numbers == [44, 43]
    assert [b["build_num"] for b in read(emulator, f"{V1_PROJECT}?filter=running")] == [45]
    assert [b["build_num"] for b in read(emulator, f"{V1_PROJECT}/tree/feature%2Flogin")] == [44]
    assert ask(emulator, "GET", f"{V1_PROJECT}/tree/feature/login").status == 404, "the slash has to be encoded"


def test_a_status_that_v2_never_has() -> None:
    emulator = new_emulator()
    assert read(emulator, f"{V1_PROJECT}/43")["status"] == "fixed"
    assert read(emulator, f"{V2_PROJECT}/job/43")["status"] == "success"


def test_the_slug_may_be_encoded_but_not_where_three_segments_are_named() -> None:
    emulator = new_emulator()
    assert read(emulator, "/api/v2/project/gh%2Facme%2Fweb/job/42")["number"] == 42
    body = {"config": {"branch": "main"}, "checkout": {"branch": "main"}}
    assert ask(emulator, "POST", "/api/v2/project/gh%2Facme%2Fweb/pipeline/run", body).status == 404
    assert ask(emulator, "POST", f"{V2_PROJECT}/pipeline/run", body).status == 201


# --- what changes the account ---------------------------------------------------------------------------------------


def test_a_trigger_of_v1_starts_one_job_and_one_of_v2_all_workflows() -> None:
    old, new = new_emulator(), new_emulator()
    started = json.loads(ask(old, "POST", f"{V1_PROJECT}/tree/develop", {"build_parameters": {"VERSION": "1"}}).text)
    pipeline = ask(new, "POST", f"{V2_PROJECT}/pipeline", {"branch": "develop", "parameters": {"VERSION": "1"}})
    assert started["build_num"] == 46 and pipeline.status == 201 and json.loads(pipeline.text)["number"] == 5
    (one,), (all_,) = old.effects, new.effects
    assert {**one.arguments, "runs": ""} == {**all_.arguments, "runs": ""}
    assert (one.arguments["runs"], all_.arguments["runs"]) == ("job build", "all workflows")


def test_form_fields_and_json_mean_the_same_on_v1_and_only_json_does_on_v2() -> None:
    form, typed = new_emulator(), new_emulator()
    ask(form, "POST", V1_PROJECT, "branch=develop&build_parameters[CIRCLE_JOB]=deploy&build_parameters[X]=y")
    ask(typed, "POST", V1_PROJECT, {"branch": "develop", "build_parameters": {"CIRCLE_JOB": "deploy", "X": "y"}})
    assert form.effects == typed.effects
    assert form.effects[0].arguments["runs"] == "job deploy"
    assert ask(form, "POST", f"{V2_PROJECT}/pipeline", "branch=develop").status == 400


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"parameters": {"NOT_DECLARED": "x"}}, "Unexpected argument(s): NOT_DECLARED"),
        ({"parameters": {"deploy": "yes"}}, "Type error for argument deploy"),
        ({"branch": "no-such-branch"}, "Branch not found"),
        ({"branch": "main", "tag": "v1.2"}, "Branch and tag are mutually exclusive."),
        ({"build_parameters": {"X": "y"}}, "Unexpected request body provided: build_parameters."),
    ],
)
def test_v2_refuses_what_it_cannot_start(body: dict[str, Any], message: str) -> None:
    emulator = new_emulator()
    wire = ask(emulator, "POST", f"{V2_PROJECT}/pipeline", body)
    assert wire.status == 400 and json.loads(wire.text)["message"].startswith(message)
    assert not emulator.effects


def test_a_body_that_does_not_parse_is_refused() -> None:
    emulator = new_emulator()
    sent = {**HEADER, "content-type": "application/json"}
    call = Call("POST", f"{V2_PROJECT}/pipeline", {}, sent, b'{"branch": "main"')
    assert emulator.answer(call).status == 400 and not emulator.effects


def test_a_new_pipeline_has_no_workflows_for_a_moment() -> None:
    emulator = new_emulator(Settings(workflow_delay=1))
    started = json.loads(ask(emulator, "POST", f"{V2_PROJECT}/pipeline", {}).text)
    path = f"/api/v2/pipeline/{started['id']}/workflow"
    assert read(emulator, path)["items"] == []
    assert [w["name"] for w in read(emulator, path)["items"]] == ["build-and-test", "deploy"]


def test_a_job_run_again_has_the_same_effect_on_both() -> None:
    old, new = new_emulator(), new_emulator()
    assert ask(old, "POST", f"{V1_PROJECT}/42/retry").status == 200
    flow = read(new, f"{V2_PROJECT}/job/42")["latest_workflow"]["id"]
    job = next(j["id"] for j in read(new, f"/api/v2/workflow/{flow}/job")["items"] if j.get("job_number") == 42)
    assert ask(new, "POST", f"/api/v2/workflow/{flow}/rerun", {"jobs": [job]}).status == 202
    assert old.effects == new.effects
    assert ask(new, "POST", f"/api/v2/workflow/{flow}/rerun", {"enable_ssh": True}).status == 400
    assert ask(new, "POST", f"/api/v2/workflow/{flow}/rerun", {"jobs": [job], "from_failed": True}).status == 400


CHANGES = [
    ("POST", "/envvar", {"name": "A", "value": "bcdefg"}, "POST", "/envvar", {"name": "A", "value": "bcdefg"}),
    ("DELETE", "/envvar/REGION", None, "DELETE", "/envvar/REGION", None),
    ("POST", "/checkout-key", {"type": "deploy-key"}, "POST", "/checkout-key", {"type": "deploy-key"}),
    ("POST", "/checkout-key", {"type": "github-user-key"}, "POST", "/checkout-key", {"type": "user-key"}),
    ("POST", "/45/cancel", None, "POST", "/job/45/cancel", None),
    ("POST", "/build", {"branch": "main"}, "POST", "/pipeline", {"branch": "main"}),
]


@pytest.mark.parametrize(("method", "path", "body", "new_method", "new_path", "new_body"), CHANGES)
def test_a_change_is_the_same_effect_on_v1_and_v2(
    method: str, path: str, body: Any, new_method: str, new_path: str, new_body: Any
) -> None:
    old, new = new_emulator(), new_emulator()
    assert ask(old, method, V1_PROJECT + path, body).status == 200
    assert ask(new, new_method, V2_PROJECT + new_path, new_body).status in (200, 201)
    assert old.effects == new.effects and len(new.effects) == 1


def test_a_change_can_be_read_back_and_its_value_is_masked() -> None:
    emulator = new_emulator()
    ask(emulator, "POST", f"{V2_PROJECT}/envvar", {"name": "A", "value": "bcdefg"})
    assert read(emulator, f"{V1_PROJECT}/envvar/A") == {"name": "A", "value": "xxxxdefg"}
    ask(emulator, "DELETE", f"{V1_PROJECT}/envvar/A")
    assert ask(emulator, "GET", f"{V2_PROJECT}/envvar/A").status == 404


def test_the_code_of_v1_for_something_new_can_be_either() -> None:
    path, body = f"{V1_PROJECT}/envvar", {"name": "A", "value": "b"}
    assert ask(new_emulator(), "POST", path, body).status == 200
    assert ask(new_emulator(Settings(v1_created=201)), "POST", path, body).status == 201


def test_two_runs_are_the_same_byte_for_byte() -> None:
    texts = []
    for _ in range(2):
        emulator = new_emulator()
        ask(emulator, "POST", f"{V2_PROJECT}/pipeline", {"branch": "main"})
        ask(emulator, "GET", f"{V2_PROJECT}/pipeline")
        texts.append(list(emulator.bodies))
    assert texts[0] == texts[1]

"""The emulator's answers against the tables: our own, always, and CircleCI's OpenAPI documents where they are at hand."""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

import pytest
from emulated import SLUG, ask, nameless, new_emulator
from tools import need_module, shared

from v2migrate.emulator.api import VERSIONS, Emulator
from v2migrate.operations import operations

WIRE = {
    "checkout-key": {"public_key": "public-key", "created_at": "created-at"},
}
"""Where the wire differs from the specification, by a word of the path: the name on the wire -> the name specified."""

NULL_ON_V1 = ("start_time", "stop_time", "outcome")
"""Fields of a build that has not begun or ended; the document of v1.1 says of no field that it may be null."""

BODIES: dict[str, Any] = {
    "POST /project/{project}/pipeline": {"branch": "main", "parameters": {"VERSION": "1"}},
    "POST /project/{provider}/{organization}/{name}/pipeline/run": {
        "config": {"branch": "main"},
        "checkout": {"branch": "main"},
    },
    "POST /workflow/{workflow}/rerun": {"from_failed": True},
    "POST /project/{project}/envvar": {"name": "A", "value": "b"},
    "POST /project/{project}/checkout-key": {"type": "deploy-key"},
    "PATCH /project/{provider}/{organization}/{name}/settings": {"advanced": {"oss": True}},
    "POST /project/{project}/ssh-key": {"hostname": "example.com", "private_key": "none"},
    "DELETE /project/{project}/ssh-key": {"hostname": "example.com", "fingerprint": "aa:bb"},
}
QUERY = {
    "GET /pipeline": "?org-slug=gh/acme",
    "GET /project/{project}/latest/artifacts/{index}/{path+}": "?branch=main",
}
OPERATIONS = [pytest.param(v, f"{o.method} {o.path}", id=f"{v} {o.method} {o.path}") for v in ("v1.1", "v2")
              for o in VERSIONS[v]]  # fmt: skip


def concrete(emulator: Emulator, path: str) -> str:
    """A path with values that the account has."""
    project = emulator.account.project(SLUG)
    job = emulator.account.job(project, 42)
    held = next(f for f in emulator.account.workflows() if f.status == "on_hold")
    values = {
        "{project}": SLUG,
        "{provider}/{organization}/{name}": SLUG,
        "/pipeline/{build}": "/pipeline/2",
        "{build}": "42",
        "{branch}": "main",
        "{workflow}/approve/{request}": f"{held.id}/approve/{held.jobs[-1].id}",
        "{workflow}": job.workflow.id,
        "{pipeline}": job.workflow.pipeline.id,
        "{job}": job.id,
        "envvar/{name}": "envvar/REGION",
        "{fingerprint}": next(iter(project.keys)),
        "{vcs}": "github",
        "{index}/{path+}": "0/deploy.log",
    }
    for name, value in values.items():
        path = path.replace(name, value)
    assert "{" not in path, path
    return path


def asked(version: str, operation: str) -> tuple[int, Any]:
    """Code and body of an operation asked with what the account has."""
    emulator = new_emulator()
    method, _, path = operation.partition(" ")
    url = f"/api/{version}{concrete(emulator, path)}{QUERY.get(operation, '')}"
    wire = ask(emulator, method, url, BODIES.get(operation))
    return wire.status, json.loads(wire.text) if wire.text else None


@pytest.mark.parametrize(("version", "operation"), OPERATIONS)
def test_the_codes_are_those_of_our_table(version: str, operation: str) -> None:
    status, body = asked(version, operation)
    if version == "v2":
        entry = operations()[nameless(*operation.split(" "))]
        assert status in entry["codes"]
        if entry.get("paged"):
            assert set(body) == {"items", "next_page_token"}
    else:
        assert status == (302 if operation.endswith("{path+}") else 200)


@functools.cache
def document(path: Path) -> dict[str, Any]:
    """An OpenAPI document as JSON schema wants it: what may be null says so in its type."""

    def nullable(value: Any) -> Any:
        if isinstance(value, list):
            return [nullable(each) for each in value]
        if not isinstance(value, dict):
            return value
        out = {key: nullable(each) for key, each in value.items()}
        if (value.get("x-nullable") is True or value.get("nullable") is True) and isinstance(value.get("type"), str):
            out["type"] = [value["type"], "null"]
        return out

    loaded: dict[str, Any] = nullable(json.loads(path.read_text("utf-8")))
    return loaded


def schema_of(spec: dict[str, Any], operation: str, status: int) -> dict[str, Any] | None:
    """The schema of an answer; None where the document has no such operation, empty where it has no body."""
    wanted = nameless(*operation.split(" "))
    for path, methods in spec["paths"].items():
        for method, entry in methods.items():
            if nameless(method.upper(), path) == wanted:
                found: dict[str, Any] = entry["responses"][str(status)]
                found = found.get("content", {}).get("application/json", {}).get("schema", {})
                return {**found, "components": spec["components"]}
    return None


def specified(body: Any, names: dict[str, str], nulls: tuple[str, ...] = ()) -> Any:
    """A body with the names that the specification has, without the `nulls` that are null."""
    if isinstance(body, list):
        return [specified(each, names, nulls) for each in body]
    if isinstance(body, dict):
        kept = {key: each for key, each in body.items() if each is not None or key not in nulls}
        return {names.get(key, key): specified(each, names, nulls) for key, each in kept.items()}
    return body


UNSPECIFIED_V1 = {
    "POST /project/{}/{}/{}", "POST /project/{}/{}/{}/build", "POST /project/{}/{}/{}/{}/ssh",
    "GET /project/{}/{}/{}/tree/{}", "POST /project/{}/{}/{}/unfollow", "POST /project/{}/{}/{}/enable",
    "GET /project/{}/{}/{}/settings", "PUT /project/{}/{}/{}/settings", "GET /user/repos/{}",
    "GET /project/{}/{}/{}/latest/artifacts/{}/{}",
}  # fmt: skip
"""Operations of v1.1 that its OpenAPI document leaves out."""


@pytest.mark.parametrize(("version", "operation"), OPERATIONS)
def test_the_bodies_are_those_of_circlecis_documents(version: str, operation: str) -> None:
    need_module("jsonschema")
    import jsonschema

    spec = document(shared() / "api" / f"circleci-{version}-openapi.json")
    status, body = asked(version, operation)
    named = operation
    if version == "v1.1":
        named = operation.replace("{project}", "{vcs-type}/{username}/{project}")
        if nameless(*named.split(" ")) in UNSPECIFIED_V1:
            return
    schema = schema_of(spec, named, status)
    assert schema is not None, "the document has no such operation"
    names = next((names for word, names in WIRE.items() if word in operation), {}) if version == "v2" else {}
    if body is not None:
        jsonschema.Draft202012Validator(schema).validate(
            specified(body, names, NULL_ON_V1 if version == "v1.1" else ())
        )


def test_the_exceptions_are_still_needed() -> None:
    need_module("jsonschema")
    import jsonschema

    spec = document(shared() / "api" / "circleci-v2-openapi.json")
    operation = "GET /project/{project}/checkout-key"
    status, body = asked("v2", operation)
    assert not jsonschema.Draft202012Validator(schema_of(spec, operation, status) or {}).is_valid(body)


def test_a_body_of_another_shape_would_be_noticed() -> None:
    need_module("jsonschema")
    import jsonschema

    spec = document(shared() / "api" / "circleci-v2-openapi.json")
    operation = "GET /project/{project}/{build}/artifacts"
    _, body = asked("v1.1", operation)
    assert not jsonschema.Draft202012Validator(schema_of(spec, operation, 200) or {}).is_valid(body)


ODD: list[Any] = [None, 1, "x", [], [{}], {"x": []}, {"branch": {}}]


FIELDS = [name for body in BODIES.values() for name in body] + ["tag", "jobs", "build_parameters", "feature_flags"]


@pytest.mark.parametrize(("version", "operation"), OPERATIONS)
def test_no_body_brings_it_down(version: str, operation: str) -> None:
    emulator = new_emulator()
    method, _, path = operation.partition(" ")
    url = f"/api/{version}{concrete(emulator, path)}"
    for name in FIELDS if method != "GET" else ():
        for value in ODD:
            assert ask(emulator, method, url, {name: value}).status < 500
    for text in ("[1]", "null", "{", '"x"', "a[b]=1&a=2&[]=3"):
        assert ask(emulator, method, url, text).status < 500

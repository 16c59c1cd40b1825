"""SARIF: what GitHub reads is there and right, and the whole holds against a schema."""

from __future__ import annotations

import dataclasses
import json
import os
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft7Validator
from jsonschema.validators import validator_for
from report_case import (
    ABOUT,
    DETAILS,
    EVIL_ABOUT,
    EVIL_PATH,
    EVIL_RUN,
    GONE,
    RUN,
    SHELL,
    SOURCES,
    TODAY,
    TRIGGER,
    evil_sources,
)
from sarif_schema import SCHEMA

from v2migrate.finding import FileResult, Finding, Fix, Run
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.sarif import render
from v2migrate.source import Edit, Source, Span, apply_edits


def sarif(run: Run, sources: Sources, about: Context = ABOUT) -> Any:
    """The one run of the report, after the whole was checked."""
    text = render(run, sources, about)
    assert text.isascii()
    log = json.loads(text)
    assert [f"{list(e.path)}: {e.message}" for e in Draft7Validator(SCHEMA).iter_errors(log)] == []
    named = os.environ.get("V2MIGRATE_SARIF_SCHEMA")
    if named:
        schema = json.loads(Path(named).read_text("utf-8"))
        assert [e.message for e in validator_for(schema)(schema).iter_errors(log)] == []
    (only,) = log["runs"]
    return only


def test_the_run() -> None:
    run = sarif(RUN, SOURCES.get)
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"], driver["semanticVersion"]) == ("v2migrate", "1.2.3", "1.2.3")
    assert [rule["id"] for rule in driver["rules"]] == ["clear-build-cache", "job-details", "trigger-job-on-branch"]
    (invocation,) = run["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"] == {"text": "cannot be read: permission denied"}


def test_a_result() -> None:
    (result, *_) = sarif(RUN, SOURCES.get)["results"]
    where = {"uri": "ci/deploy.sh", "uriBaseId": "%SRCROOT%"}
    fingerprint = result.pop("partialFingerprints")["primaryLocationLineHash"]
    assert len(fingerprint) == 32
    call = {"startLine": 4, "startColumn": 9, "endLine": 4, "endColumn": 83}
    base = {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 35}
    assert result == {
        "ruleId": "trigger-job-on-branch",
        "ruleIndex": 2,
        "level": "warning",
        "message": {
            "text": f"{TRIGGER.message}.\nsunset: stops answering on 2027-02-01, 72 days left.\n"
            "Note: one job ran before; a v2 pipeline runs every workflow of the branch.\nThe fix assumes: all-workflows."
        },
        "locations": [{"physicalLocation": {"artifactLocation": where, "region": call}}],
        "properties": {"class": "unsafe", "status": "sunset", "deadline": "2027-02-01", "assumes": ["all-workflows"]},
        "codeFlows": [{"threadFlows": [{"locations": [
            {"location": {"physicalLocation": {"artifactLocation": where, "region": base},
                          "message": {"text": "the URL comes from here"}}},
            {"location": {"physicalLocation": {"artifactLocation": where, "region": call},
                          "message": {"text": "the call"}}},
        ]}]}],
        "fixes": [{
            "description": {"text": "Move the call to v2 (v2migrate fix --unsafe-fixes)"},
            "artifactChanges": [{"artifactLocation": where, "replacements": [
                {"deletedRegion": {"startLine": 4, "startColumn": 73, "endLine": 4, "endColumn": 82},
                 "insertedContent": {"text": "pipeline"}},
                {"deletedRegion": {"startLine": 2, "startColumn": 27, "endLine": 2, "endColumn": 35},
                 "insertedContent": {"text": "api/v2"}},
            ]}],
        }],
    }  # fmt: skip


def test_replacements_do_what_the_edits_do() -> None:
    (result, *_) = sarif(RUN, SOURCES.get)["results"]
    lines = SHELL.decode().split("\n")
    for change in sorted(result["fixes"][0]["artifactChanges"][0]["replacements"],
                         key=lambda c: -c["deletedRegion"]["startLine"]):  # fmt: skip
        region = change["deletedRegion"]
        line = lines[region["startLine"] - 1]
        line = line[: region["startColumn"] - 1] + change["insertedContent"]["text"] + line[region["endColumn"] - 1 :]
        lines[region["startLine"] - 1] = line
    assert TRIGGER.fix is not None
    assert "\n".join(lines).encode() == apply_edits(SHELL, TRIGGER.fix.edits)


def test_levels_follow_the_date() -> None:
    assert [r["level"] for r in sarif(RUN, SOURCES.get)["results"]] == ["warning", "note", "error"]
    late = dataclasses.replace(RUN, today=date(2027, 1, 10))
    assert [r["level"] for r in sarif(late, SOURCES.get)["results"]] == ["error", "note", "error"]


@pytest.mark.parametrize("name", sorted(ABOUT.rules))
def test_every_rule_has_what_github_shows_of_it(name: str) -> None:
    finding = dataclasses.replace(DETAILS, rule=name, status=ABOUT.rules[name].status)
    (rule,) = sarif(Run((FileResult("ci/deploy.sh", (finding,)),), 1, TODAY), SOURCES.get)["tool"]["driver"]["rules"]
    assert rule["shortDescription"]["text"] == ABOUT.rules[name].title
    assert rule["help"]["markdown"].startswith(f"# {ABOUT.rules[name].title}\n")


def test_built_in_and_foreign_rules_have_texts_too() -> None:
    found = tuple(dataclasses.replace(DETAILS, rule=name) for name in ("unreached-url", "ours"))
    rules = sarif(Run((FileResult("ci/deploy.sh", found),), 1, TODAY), SOURCES.get)["tool"]["driver"]["rules"]
    assert [r["shortDescription"]["text"] for r in rules] == ["ours", "an old base URL whose paths were not seen"]


def test_what_is_kept_quiet_is_there_and_marked() -> None:
    run = Run((FileResult("ci/deploy.sh", (TRIGGER,)),), 3, TODAY, suppressed=(DETAILS,), baselined=(GONE,))
    results = sarif(run, SOURCES.get)["results"]
    assert [r.get("suppressions") for r in results] == [None, [{"kind": "inSource"}], [{"kind": "external"}]]


def test_a_path_is_a_uri() -> None:
    for path in ("a b/ü:%#?.sh", "bad\udcff.sh", "c:d.sh"):
        run = Run((FileResult(path, (dataclasses.replace(GONE, span=Span(path, 0, 1)),)),), 1, TODAY)
        (result,) = sarif(run, lambda name: Source(name, b"x\n"))["results"]
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert unquote(uri, errors="surrogateescape") == path


def test_a_fix_with_a_secret_or_odd_bytes_is_left_out() -> None:
    token = b"0123456789abcdef0123456789abcdef01234567"
    for old in (token, b"caf\xe9"):
        finding = Finding("me", "gone", Span("a", 0, len(old)), "m", klass="safe", fix=Fix((Edit("a", 0, old, b"x"),)))
        text = render(Run((FileResult("a", (finding,)),), 1, TODAY), {"a": Source("a", old)}.get, ABOUT)
        assert "fixes" not in json.loads(text)["runs"][0]["results"][0] and token.decode() not in text


def test_a_message_holds_no_link_and_no_escape() -> None:
    (result,) = sarif(EVIL_RUN, evil_sources, EVIL_ABOUT)["results"]
    text = result["message"]["text"]
    assert text.replace("\n", "").isprintable() and "\\[x](javascript:" in text
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == EVIL_PATH


def test_nothing_found() -> None:
    run = sarif(Run((), 3, TODAY), SOURCES.get)
    assert run["results"] == [] and run["tool"]["driver"]["rules"] == []

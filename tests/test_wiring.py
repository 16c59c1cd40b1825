"""Triggers of the repository's own project: the call and `.circleci/config.yml` move together, and do what v1.1 did."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from emulated import PERSONAL, Outcome, compare, new_emulator, run_example
from tools import need, need_module

from v2migrate import engine
from v2migrate.emulator.server import Server
from v2migrate.emulator.settings import Settings
from v2migrate.finding import Finding

CONFIG = """\
version: 2.1

jobs:
  build:
    docker: [{image: cimg/base:current}]
    steps:
      - run: make VERSION=${VERSION:-none}
  deploy:
    docker: [{image: cimg/base:current}]
    environment:
      REGION: eu
    steps:
      - run: ./deploy.sh

workflows:
  main:
    jobs:
      - build
      - deploy:
          requires: [build]
          context: production
          filters: {branches: {only: main}}
"""
SH_URL = "https://circleci.com/api/v1.1/project/github/acme/web"
CALLS = {
    "a job, in shell": (
        "x.sh",
        f'curl --fail -s -X POST -u "$CIRCLE_TOKEN:" -d "build_parameters[CIRCLE_JOB]=deploy" '
        f'-d "build_parameters[VERSION]=$VERSION" {SH_URL}/tree/$BRANCH >/dev/null\n',
        {"deploy": {"REGION": "eu", "VERSION": "v1.2"}},
    ),
    "a job, in Python": (
        "x.py",
        "import requests\n\n\ndef deploy(token, branch, version):\n    requests.post(\n"
        f'        f"{SH_URL}/tree/{{branch}}",\n        headers={{"Circle-Token": token}},\n'
        '        json={"build_parameters": {"CIRCLE_JOB": "deploy", "VERSION": version, "REGION": "us", "DRY": True, "N": 3}},\n'
        "    ).raise_for_status()\n",
        {"deploy": {"REGION": "us", "VERSION": "v1.2", "DRY": "true", "N": "3"}},
    ),
    "a job that a variable names": (
        "x.sh",
        'JOB=deploy\ncurl --fail -s -X POST -H "Circle-Token: $CIRCLE_TOKEN" -H "Content-Type: application/json" '
        f'-d "{{\\"build_parameters\\": {{\\"CIRCLE_JOB\\": \\"$JOB\\"}}}}" {SH_URL}/tree/develop >/dev/null\n',
        {"deploy": {"REGION": "eu"}},
    ),
    "a job of a tag": (
        "x.sh",
        f'curl --fail -s -X POST -u "$CIRCLE_TOKEN:" -d "build_parameters[CIRCLE_JOB]=build" -d tag=$TAG {SH_URL} >/dev/null\n',
        {"build": {}},
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a remote, a config, and a script that the config names."""
    folder = tmp_path / "web"
    (folder / ".circleci").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/web.git\n')
    (folder / ".circleci" / "config.yml").write_text(CONFIG)
    (folder / "deploy.sh").write_text('echo "$VERSION" "${DRY:-}" "${N:-1}" to "$REGION"\n')
    monkeypatch.chdir(folder)
    return folder


def config_now(folder: Path) -> Any:
    return yaml.safe_load((folder / ".circleci" / "config.yml").read_text())


def ran(server: Server, folder: Path, name: str, settings: Settings) -> Outcome:
    """What a program of the repository does to the account, whose project has the repository's config."""
    emulator = new_emulator(settings)
    emulator.account.project("gh/acme/web").config = config_now(folder)
    language = "python" if name.endswith(".py") else "shell"
    return run_example(server, emulator, folder.parent / "run", language, (folder / name).read_text(), token=PERSONAL)


def found(path: str = ".", **options: Any) -> list[Finding]:
    return list(engine.check([path], engine.Options(**options)).findings)


@pytest.mark.parametrize("title", CALLS)
def test_a_call_and_its_config_do_what_v1_did(server: Server, here: Path, title: str) -> None:
    name, text, runs = CALLS[title]
    need_module("requests") if name.endswith(".py") else need("bash", "curl")
    (here / name).write_text(text)
    before = ran(server, here, name, Settings())
    (finding,) = found()
    assert (finding.klass, finding.assumes) == ("unsafe", ()), finding
    assert finding.fix is not None
    assert {Path(edit.path).name for edit in finding.fix.edits} == {name, "config.yml"}
    engine.fix(["."], engine.Options(unsafe=True), write=True)
    after = ran(server, here, name, Settings(off=("v1", "v1.1")))
    assert not before.refused and not after.refused, (before.told(), after.told())
    assert compare(before, after, ()) == []
    assert [dict(effect.arguments)["runs"] for effect in after.effects] == [runs]
    left, again = engine.fix(["."], engine.Options(unsafe=True), write=True)
    assert not again and not left.findings


def test_without_a_job_the_parameters_reach_the_jobs_that_read_them(server: Server, here: Path) -> None:
    need("bash", "curl")
    (here / "x.sh").write_text(
        'curl --fail -s -X POST -u "$CIRCLE_TOKEN:" -d "build_parameters[VERSION]=$VERSION" '
        '"https://circleci.com/api/v1.1/project/github/$CIRCLE_PROJECT_USERNAME/${CIRCLE_PROJECT_REPONAME}/tree/main"\n'
    )
    (finding,) = found()
    assert finding.assumes == ("all-workflows",), "that the parameters are wired is shown"
    engine.fix(["."], engine.Options(unsafe=True), write=True)
    after = ran(server, here, "x.sh", Settings(off=("v1", "v1.1")))
    assert [dict(effect.arguments)["runs"] for effect in after.effects] == [
        {"build": {"VERSION": "v1.2"}, "deploy": {"REGION": "eu", "VERSION": "v1.2"}}
    ]


def test_a_pipeline_run_takes_the_same_parameters(here: Path) -> None:
    (here / "x.py").write_text(CALLS["a job, in Python"][1])
    uuid = "b1d2c3e4-0000-4000-8000-000000000000"
    engine.fix(["."], engine.Options(unsafe=True, definition_id=uuid), write=True)
    text = (here / "x.py").read_text()
    assert "/pipeline/run" in text and '"run-deploy": True' in text and "CIRCLE_JOB" not in text
    assert "run-deploy" in config_now(here)["workflows"]


def test_a_safe_run_leaves_the_config_alone(here: Path) -> None:
    (here / "x.sh").write_text(CALLS["a job, in shell"][1])
    _, changed = engine.fix(["."], engine.Options(assume=frozenset({"all-workflows", "parameters-wired"})), write=True)
    assert not changed


def test_several_calls_share_one_patch(here: Path) -> None:
    for number, title in enumerate(CALLS):
        name, text, _ = CALLS[title]
        (here / f"x{number}{Path(name).suffix}").write_text(text)
    _, changed = engine.fix(["."], engine.Options(unsafe=True), write=True)
    assert len(changed) == len(CALLS) + 1
    assert set(config_now(here)["parameters"]) == {"VERSION", "REGION", "DRY", "N", "run-deploy", "run-build", "run-job"}


def said(finding: Finding) -> str:
    (note,) = [note for note in finding.notes if "\n" in note]
    return note


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("acme/web", "acme/other", "the project is not shown to be this repository"),
        ("acme/web", "$ORG/web", "the project is not shown to be this repository"),
        ("CIRCLE_JOB]=deploy", "CIRCLE_JOB]=ship", "it has no job `ship`"),
    ],
)
def test_else_the_finding_says_what_to_put_where(here: Path, old: str, new: str, why: str) -> None:
    (here / "x.sh").write_text(CALLS["a job, in shell"][1].replace(old, new))
    (finding,) = found()
    assert finding.klass == "manual"
    note = said(finding)
    assert why in note and "instead of the job's name:" in note
    pasted = yaml.safe_load(note.partition("\n")[2])
    assert pasted["parameters"]["VERSION"] == {"type": "string", "default": ""}
    assert not engine.fix(["."], engine.Options(unsafe=True), write=False)[1]


def test_a_name_that_is_none_is_not_put_into_yaml(here: Path) -> None:
    (here / "x.sh").write_text(CALLS["a job, in shell"][1].replace("CIRCLE_JOB]=deploy", "CIRCLE_JOB]=a: b"))
    (finding,) = found()
    assert not [note for note in finding.notes if "\n" in note]
    assert any("A parameter's name has only letters" in note for note in finding.notes)


def test_without_a_job_only_the_call_moves_where_the_config_cannot(here: Path) -> None:
    (here / ".circleci" / "config.yml").write_text(CONFIG.replace("2.1", "2"))
    (here / "x.sh").write_text(
        f'curl --fail -X POST -u "$CIRCLE_TOKEN:" -d "build_parameters[VERSION]=$VERSION" {SH_URL}/tree/main\n'
    )
    (finding,) = found()
    assert finding.assumes == ("all-workflows", "parameters-wired")
    assert ".circleci/config.yml is not changed along: it is of version 2" in said(finding)
    _, changed = engine.fix(["."], engine.Options(unsafe=True), write=True)
    assert [Path(path).name for path in changed] == ["x.sh"]


def test_a_config_that_was_not_named_stays(here: Path) -> None:
    (here / "x.sh").write_text(CALLS["a job, in shell"][1])
    (finding,) = found("x.sh")
    assert finding.klass == "manual"
    assert "was not named" in said(finding)


@pytest.mark.parametrize("value", ['{"a": 1}', "[1]", "null"])
def test_objects_are_manual(here: Path, value: str) -> None:
    (here / "x.sh").write_text(
        f"curl --fail -X POST -u \"$CIRCLE_TOKEN:\" -H 'Content-Type: application/json' "
        f"-d '{{\"build_parameters\": {{\"VERSION\": {value}}}}}' {SH_URL}/tree/main\n"
    )
    (finding,) = found()
    assert finding.klass == "manual"
    assert any("`VERSION` is an object, a list or null" in note for note in finding.notes)


def test_what_a_comment_or_another_call_holds_back_does_not_touch_the_config(here: Path) -> None:
    _, text, _ = CALLS["a job, in shell"]
    (here / "x.sh").write_text("# v2migrate: ignore -- not yet\n" + text)
    assert not engine.fix(["."], engine.Options(unsafe=True), write=True)[1]
    shared = text.replace(f"{SH_URL}/tree/$BRANCH", '"$U/tree/$BRANCH"')
    (here / "x.sh").write_text(f'U={SH_URL}\n{shared}curl -s -X POST "$U/ssh-key" -u "$CIRCLE_TOKEN:"\n')
    held = [finding for finding in found() if finding.rule == "trigger-job-on-branch"]
    assert held and held[0].fix is None
    assert not engine.fix(["."], engine.Options(unsafe=True), write=True)[1]
    assert config_now(here) == yaml.safe_load(CONFIG)


def test_a_call_in_the_config_itself_moves_with_it(server: Server, here: Path) -> None:
    _, text, runs = CALLS["a job, in shell"]
    step = "      - run: make VERSION=${VERSION:-none}\n"
    command = "      - run: |\n" + "".join(f"          {line}\n" for line in text.splitlines())
    config = CONFIG.replace(step, step + command)
    (here / ".circleci" / "config.yml").write_text(config)
    (finding,) = found()
    assert finding.fix is not None and not any("can loop" in note for note in finding.notes)
    engine.fix(["."], engine.Options(unsafe=True), write=True)
    now = config_now(here)
    assert "run-deploy" in now["parameters"] and "/api/v2/" in now["jobs"]["build"]["steps"][1]["run"]
    (here / "x.sh").write_text(now["jobs"]["build"]["steps"][1]["run"])
    after = ran(server, here, "x.sh", Settings(off=("v1", "v1.1")))
    assert [dict(effect.arguments)["runs"] for effect in after.effects] == [runs]

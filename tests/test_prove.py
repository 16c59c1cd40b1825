"""`v2migrate prove`: real programs before and after, on the emulated account. Nothing here reaches a network."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from rehearsed import SECRET, Workshop, workshop
from tools import need, need_module

from v2migrate.rehearse.compare import differences, side_by_side
from v2migrate.rehearse.prose import SCOPE
from v2migrate.rehearse.run import Outcome, interpreter, mask_bodies

V1, V2 = "https://circleci.com/api/v1.1", "https://circleci.com/api/v2"
ARTIFACTS = f'curl -sSf -H "Circle-Token: $CIRCLE_TOKEN" {V1}/project/github/me/mine/42/artifacts | jq -r ".[].path"\n'
TRIGGER = f'curl -sSf -X POST -H "Circle-Token: $CIRCLE_TOKEN" {V1}/project/github/me/mine/tree/develop\n'
LIST = f'curl -sSf -H "Circle-Token: $CIRCLE_TOKEN" "{V1}/recent-builds?limit=1" | jq -r ".[0].reponame"\n'
JOBS = """import os, requests
H = {"Circle-Token": os.environ["CIRCLE_TOKEN"]}
r = requests.get("https://circleci.com/api/v1.1/project/github/me/mine/42", headers=H)
print("ended", r.json()["stop_time"])
"""
JOBS_V2 = JOBS.replace("v1.1/project/github/me/mine/42", "v2/project/gh/me/mine/job/42")
MAKES = f"""import os, sys, requests
H = {{"Circle-Token": os.environ["CIRCLE_TOKEN"]}}
r = requests.post("{V1}/project/github/me/mine/envvar", headers=H, json={{"name": "REGION", "value": "eu-central"}})
sys.exit(r.status_code != 201)
"""


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workshop:
    need("git", "bash", "curl", "jq")
    need_module("aiohttp", "trustme", "requests")
    return workshop(tmp_path / "shop", capsys, monkeypatch)


def test_what_fix_would_make_of_a_file_does_the_same(shop: Workshop) -> None:
    path = shop.write("a.sh", "set -e\n" + ARTIFACTS)
    said = shop.run("prove", "a.sh")
    assert said.code == 0, said
    assert "what `v2migrate fix --unsafe-fixes` makes of it" in said.out
    assert "Same: exit status 0, the same output" in said.out and "1 request before, 1 after" in said.out
    assert "Granted, not shown: personal-token." in said.out and SCOPE in said.out
    assert path.read_text() == "set -e\n" + ARTIFACTS  # it is run, not written


def test_an_assumption_has_to_be_granted(shop: Workshop) -> None:
    shop.write("a.sh", TRIGGER)
    said = shop.run("prove", "a.sh")
    assert said.code == 1 and "one job became all workflows: --assume all-workflows grants that" in said.out
    assert any("POST /api/v1.1/" in line and "| POST /api/v2/" in line for line in said.out.splitlines())
    granted = shop.run("prove", "--assume", "all-workflows", "a.sh")
    assert granted.code == 0 and "the same 1 change to the account" in granted.out, granted
    assert "Granted, not shown: personal-token, all-workflows" in granted.out or "all-workflows" in granted.out


def test_parameters_have_to_be_wired(shop: Workshop) -> None:
    shop.write("a.sh", TRIGGER.replace("-X POST", '-X POST -d "build_parameters[COLOUR]=red"'))
    said = shop.run("prove", "--assume", "all-workflows", "a.sh")
    assert said.code == 1 and "--assume parameters-wired grants that" in said.out
    assert shop.run("prove", "--assume", "all-workflows,parameters-wired", "a.sh").code == 0


def test_a_wrong_migration_is_seen(shop: Workshop) -> None:
    shop.write("jobs.py", JOBS)
    shop.commit()
    shop.write("jobs.py", JOBS_V2.replace("stop_time", "started_at"))
    said = shop.run("prove", "jobs.py", "--", sys.executable, "jobs.py")
    assert said.code == 1 and "HEAD -> the file as it is" in said.out
    assert "what the program prints differs" in said.out
    assert any(line.count("printed: ended") == 2 and " | " in line for line in said.out.splitlines())


def test_a_right_migration_by_hand_passes(shop: Workshop) -> None:
    shop.write("jobs.py", JOBS)
    shop.commit()
    shop.write("jobs.py", JOBS_V2.replace("stop_time", "stopped_at"))
    assert shop.run("prove", "jobs.py", "--", sys.executable, "jobs.py").code == 0


def test_the_old_version_can_be_named(shop: Workshop) -> None:
    shop.write("jobs.py", JOBS)
    shop.commit()
    shop.write("jobs.py", JOBS_V2.replace("stop_time", "stopped_at"))
    shop.commit()
    shop.write("old.py", JOBS)
    run = ("--", sys.executable, "jobs.py")
    for before in ("HEAD~1", "old.py"):
        said = shop.run("prove", "--before", before, "jobs.py", *run)
        assert said.code == 0 and f"{before} -> the file as it is" in said.out, said
    said = shop.run("prove", "--before", "v9", "jobs.py", *run)
    assert said.code == 2 and "neither a file nor a revision" in said.err


def test_what_stays_on_v1_is_named(shop: Workshop) -> None:
    shop.write("a.sh", ARTIFACTS + LIST)
    said = shop.run("prove", "a.sh")
    assert said.code == 1 and "still on the old API: GET /api/v1.1/recent-builds" in said.out
    assert shop.run("prove", "--keep-v1", "a.sh").code == 0


def test_a_program_that_compares_the_code_has_to_be_the_same_in_both_worlds(shop: Workshop) -> None:
    shop.write("makes.py", MAKES)
    shop.commit()
    shop.write("makes.py", MAKES.replace("v1.1/project/github", "v2/project/gh"))
    run = ("makes.py", "--", sys.executable, "makes.py")
    said = shop.run("prove", *run)
    assert said.code == 1 and "They differ where v1 answers 200" in said.out, said
    assert "same where it answers 201: --assume success-code" in said.out and "exit status 1 became 0" in said.out
    granted = shop.run("prove", "--assume", "success-code", *run)
    assert granted.code == 0 and "Only where v1 answers 201" in granted.out, granted
    assert "same where" not in granted.out


def test_a_program_that_copes_with_both_codes_is_the_same_in_both_worlds(shop: Workshop) -> None:
    old = MAKES.replace("!= 201", "not in (200, 201)")
    shop.write("makes.py", old)
    shop.commit()
    shop.write("makes.py", old.replace("v1.1/project/github", "v2/project/gh"))
    said = shop.run("prove", "makes.py", "--", sys.executable, "makes.py")
    assert said.code == 0 and "Only where" not in said.out, said


def test_values_of_variables_stay_hidden(shop: Workshop) -> None:
    shop.write("makes.py", MAKES)
    shop.commit()
    shop.write("makes.py", MAKES.replace("v1.1/project/github", "v2/project/gh").replace("eu-central", "us-east"))
    said = shop.run("prove", "makes.py", "--", sys.executable, "makes.py")
    assert said.code == 1 and "the effects on the account differ" in said.out
    assert "value = ****" in said.out and "eu-central" not in said.out


def test_tokens_stay_hidden(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIRCLE_TOKEN", SECRET)
    shop.write("a.sh", TRIGGER + f'echo "$CIRCLE_TOKEN {SECRET}"\n')
    said = shop.run("prove", "a.sh")
    assert said.code == 1 and "printed: **** ****" in said.out.replace("<body>", "")
    assert SECRET not in said.out + said.err and "personal-of-ada" not in said.out + said.err


def test_the_preview_is_switched_back_for_the_old_version(shop: Workshop) -> None:
    ask = 'curl -sSf -H "Circle-Token: $CIRCLE_TOKEN"'
    old = (
        f"id=$({ask} {V2}/project/gh/me/mine/pipeline | jq -r '.items[0].id')\n"
        f"wf=$({ask} {V2}/pipeline/$id/workflow | jq -r '.items[0].id')\n"
        f"{ask} {V2}/workflow/$wf/jobs | jq -r '.items[].name'\n"
    )
    shop.write("a.sh", old)
    said = shop.run("prove", "a.sh")
    assert said.code == 0 and "v2 as in its preview of 2019" in said.out, said


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("echo nothing\n", "echo no call\n", "no request to CircleCI was seen in the run before"),
        (ARTIFACTS, "echo no call\n", "no request to CircleCI was seen in the run after"),
        (ARTIFACTS.replace("/42/", "/42/nope/"), ARTIFACTS.replace("/42/", "/42/no/"), "fail in the same way"),
    ],
)
def test_what_shows_nothing_is_not_called_the_same(shop: Workshop, before: str, after: str, words: str) -> None:
    shop.write("a.sh", before)
    shop.commit()
    shop.write("a.sh", after)
    said = shop.run("prove", "a.sh")
    assert said.code == 2 and words in said.out


def test_several_files_and_folders_are_proved_one_by_one(shop: Workshop) -> None:
    shop.write("ci/a.sh", ARTIFACTS)
    shop.write("ci/b.sh", TRIGGER)
    shop.write("ci/config.yml", "steps:\n  - run: |\n      " + ARTIFACTS)
    shop.write("ci/today.sh", "echo v2 already: https://circleci.com/api/v2/me\n")
    shop.write("c.sh", ARTIFACTS)
    said = shop.run("prove", "c.sh", "ci")
    assert said.code == 1, said
    assert [line.partition(":")[0] for line in said.out.splitlines() if "-> what" in line] == ["c.sh", "ci/a.sh", "ci/b.sh"]
    assert "ci/config.yml: could not be told: config.yml: how is it run?" in said.out and "today.sh" not in said.out
    assert "2 the same, 1 differ, 1 could not be told." in said.out and said.out.count(SCOPE) == 1
    assert shop.run("prove", "c.sh", "ci/a.sh").code == 0
    assert shop.run("prove", "ci/a.sh", "ci/config.yml").code == 2


def test_several_files_change_together_for_one_command(shop: Workshop) -> None:
    need_module("requests")
    shop.write("circle.py", 'BASE = "https://circleci.com/api/v1.1"\n')
    shop.write("jobs.py", "from circle import BASE\n" + JOBS.replace(f'"{V1}', 'f"{BASE}'))
    run = ("--", sys.executable, "jobs.py")
    said = shop.run("prove", "jobs.py", "circle.py", *run)
    assert said.code == 0 and "jobs.py circle.py: the file as it is" in said.out, said
    alone = shop.run("prove", "jobs.py", *run)  # the base is in a file that was not named
    assert alone.code == 2 and "nothing to prove" in alone.err


def test_one_file_is_no_former_version_of_several(shop: Workshop) -> None:
    for name in ("a.sh", "b.sh", "old.sh"):
        shop.write(name, ARTIFACTS)
    said = shop.run("prove", "--before", "old.sh", "a.sh", "b.sh")
    assert said.code == 2 and "name a revision" in said.err


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("a.sh", "echo hello\n", "nothing to prove"),
        ("a.txt", TRIGGER, "how is it run?"),
        ("../out.sh", TRIGGER, "lies outside"),
        ("gone.sh", None, "no such file"),
    ],
)
def test_what_cannot_be_proved_is_said_at_once(shop: Workshop, name: str, text: str | None, words: str) -> None:
    if text is not None:
        shop.write(name, text)
    said = shop.run("prove", name)
    assert said.code == 2 and words in said.err and not said.out


def test_how_a_script_is_run(tmp_path: Path) -> None:
    own = tmp_path / "deploy"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    assert interpreter(own) == (str(own),)
    assert interpreter(tmp_path / "a.sh") == ("bash", str(tmp_path / "a.sh"))


def test_whole_answers_are_masked_and_parts_are_not() -> None:
    body = '{"number": 12, "id": "x"}'
    assert mask_bodies(f"got {body}!\n12\n", [body, "{}", ""]) == "got <body>!\n12\n"


def test_two_columns_keep_their_place() -> None:
    old = Outcome(0, (), (("trigger", {"project": "gh/a/b"}),), "漢字" * 40 + "\nsame\n\x1b[2J\n")
    new = Outcome(1, (), (), "same\n")
    lines = list(side_by_side(old, new))
    assert all(line[59:60] in ("", " ", "|") for line in lines if line.isascii())
    assert not any("\x1b" in line for line in lines)
    assert [each.text for each in differences(old, new)] == [
        "exit status 0 became 1", "what the program prints differs", "the effects on the account differ",
    ]  # fmt: skip

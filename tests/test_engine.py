"""Runs over several files and shared text: what moves together, what holds what back, what is left alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from v2migrate import engine
from v2migrate.errors import UsageError
from v2migrate.finding import Finding

API = 'API = "https://circleci.com/api/v1.1"\n'
LIST = 'requests.get(API + "/project/gh/acme/web/envvar", headers={"Circle-Token": t})'
NAMES = f"def names(t):\n    return [v['name'] for v in {LIST}.json()]\n"
STEPS = (
    "def steps(t, n):\n"
    '    return requests.get(f"{API}/project/gh/acme/web/{n}", headers={"Circle-Token": t}).json()["steps"]\n'
)


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()


def put(name: str, text: str) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return name


def check(*paths: str, **options: object) -> dict[str, Finding]:
    run = engine.check(paths or ["."], engine.Options(**options))  # type: ignore[arg-type]
    return {f.rule: f for f in run.findings}


def test_where_one_call_stays_the_others_get_a_base_of_their_own() -> None:
    put("a.py", "import requests\n" + API + NAMES + STEPS)
    found = check()
    assert found["job-details"].klass == "manual"
    assert found["envvar-list"].assumes == ("new-base",)
    engine.fix(["."], engine.Options(unsafe=True), write=True)
    made = Path("a.py").read_text()
    assert 'API = "https://circleci.com/api/v1.1"\nAPI_V2 = "https://circleci.com/api/v2"\n' in made
    assert 'API_V2 + "/project/gh/acme/web/envvar"' in made and STEPS in made


def test_calls_of_a_helper_that_move_one_after_the_other_share_the_new_argument() -> None:
    put("a.py", "import requests\n" + API + '''
def get(token, path):
    return requests.get(API + path, headers={"Circle-Token": token}).json()

def names(token):
    return [v["name"] for v in get(token, "/project/gh/acme/web/envvar")]

def login(token):
    return get(token, "/me")["login"]

def recent(token):
    return get(token, "/recent-builds")
''')
    found = check()
    assert [found[r].assumes for r in ("envvar-list", "current-user")] == [("new-base",)] * 2
    for rule in ("envvar-list", "current-user"):
        engine.fix(["."], engine.Options(unsafe=True, select=frozenset({rule})), write=True)
        assert rule not in check()
    made = Path("a.py").read_text()
    assert made.count("def get(token, path, base=None):") == made.count("API_V2 =") == made.count("(base or API) + path") == 1
    assert 'get(token, "/project/gh/acme/web/envvar", base=API_V2)["items"]' in made
    assert 'get(token, "/me", base=API_V2)["login"]' in made and 'get(token, "/recent-builds")\n' in made


def test_one_call_that_stays_holds_its_base() -> None:
    put("a.sh", 'API=https://circleci.com/api/v1.1/project/gh/acme/web\ncurl -f -X POST -u "$T:" "$API/7/cancel"\n'
        'curl -f -X POST -u "$T:" "$API/follow"\n')  # fmt: skip
    found = check()
    assert found["follow-project"].klass == "manual"
    assert found["cancel-job"].fix is None
    assert "follow-project at a.sh:3" in found["cancel-job"].withheld
    assert engine.fix(["."], engine.Options(unsafe=True), write=True)[1] == {}


def test_a_base_moves_with_all_its_calls() -> None:
    put("a.py", "import requests\n" + API + NAMES + NAMES.replace("names", "again"))
    _, changed = engine.fix(["."], engine.Options(), write=True)
    assert list(changed) == ["a.py"]
    assert Path("a.py").read_text().count("/api/v2") == 1
    assert Path("a.py").read_text().count('["items"]') == 2


def test_a_base_in_a_file_that_was_not_named_is_left_alone() -> None:
    put("settings.py", API)
    put("a.py", "import requests\nfrom settings import API\n" + NAMES)
    found = check("a.py")
    assert found["envvar-list"].fix is None
    assert "settings.py, which was not named" in found["envvar-list"].withheld
    assert check()["envvar-list"].fix is not None


def test_a_call_in_a_file_that_was_not_named_keeps_the_base() -> None:
    put("settings.py", API)
    put("a.py", "import requests\nfrom settings import API\n" + NAMES)
    put("b.py", "import requests\nfrom settings import API\n" + STEPS)
    found = check("a.py", "settings.py")
    assert list(found) == ["envvar-list"] and found["envvar-list"].assumes == ("new-base",)
    fix = found["envvar-list"].fix
    assert fix is not None and {edit.path for edit in fix.edits} == {"a.py", "settings.py"}
    assert all(not edit.old for edit in fix.edits if edit.path == "settings.py"), "what b.py reads stays as it is"


def test_a_file_without_a_sign_of_the_api_is_found_by_its_import() -> None:
    put("client.py", "import requests\n" + API + 'def get(path, t):\n    return requests.get(API + path, headers={"X": t})\n')
    put("use.py", 'from client import get\n\n\ndef recent(t):\n    return get("/recent-builds", t).json()\n')
    found = check()
    assert list(found) == ["recent-builds"]
    assert found["recent-builds"].span.path == "use.py"


def test_a_sourced_base_is_seen(tmp_path: Path) -> None:
    put("lib.sh", 'API="https://circleci.com/api/v1.1"\n')
    put("run.sh", 'source lib.sh\ncurl -f -X POST -u "$T:" "$API/project/gh/acme/web/7/cancel"\n')
    found = check()
    assert found["cancel-job"].fix is not None
    engine.fix(["."], engine.Options(), write=True)
    assert Path("lib.sh").read_text() == 'API="https://circleci.com/api/v2"\n'
    assert "$API/project/gh/acme/web/job/7/cancel" in Path("run.sh").read_text()


def test_all_readings_of_one_call_have_to_agree() -> None:
    put("a.py", "import requests\n\n\ndef go(t, old):\n"
        '    base = "https://circleci.com/api/v1.1/project/gh/acme/web/"\n'
        '    url = base + "envvar" if old else base + "latest/artifacts"\n'
        '    return requests.get(url, headers={"Circle-Token": t}).json()[0]["name"]\n')  # fmt: skip
    found = check()
    assert set(found) == {"envvar-list", "latest-artifacts"}
    assert found["envvar-list"].fix is None


def test_the_personal_token_is_granted_unless_taken_back() -> None:
    put("a.sh", 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n')
    assert check()["cancel-job"].klass == "safe"
    assert check(no_assume=frozenset({"personal-token"}))["cancel-job"].assumes == ("personal-token",)


@pytest.mark.parametrize("name", ["$CIRCLE_PROJECT_TOKEN", "$PROJECT_API_TOKEN"])
def test_a_project_token_is_not_granted(name: str) -> None:
    put("a.sh", f'curl -f -X POST -u "{name}:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n')
    found = check()["cancel-job"]
    assert found.klass == "unsafe" and found.assumes == ("personal-token",)


def test_a_granted_assumption_makes_a_fix_safe() -> None:
    put("a.sh", 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/tree/main\n')
    assert check()["trigger-job-on-branch"].assumes == ("all-workflows",)
    found = check(assume=frozenset({"all-workflows"}))["trigger-job-on-branch"]
    assert found.klass == "safe" and "all-workflows" in found.granted


def test_mode_newlines_and_bom_are_kept() -> None:
    text = '\ufeff#!/bin/bash\r\ncurl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\r\n'
    Path("a.sh").write_bytes(text.encode())
    os.chmod("a.sh", 0o755)
    engine.fix(["."], engine.Options(), write=True)
    assert Path("a.sh").read_bytes() == text.replace("v1.1", "v2").replace("web/7", "web/job/7").encode()
    assert Path("a.sh").stat().st_mode & 0o777 == 0o755


def test_a_file_that_cannot_be_written_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    put("a.sh", 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n')
    monkeypatch.setattr(os, "access", lambda *_: False)
    run, changed = engine.fix(["a.sh"], engine.Options(), write=True)
    assert run.unwritten == ("a.sh: is read-only; make it writable and run again",) and changed == {}
    assert [f.rule for f in run.findings] == ["cancel-job"] and not run.fixed


def test_a_symlink_keeps_pointing_where_it_does() -> None:
    put("real.sh", 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n')
    Path("link.sh").symlink_to("real.sh")
    engine.fix(["link.sh"], engine.Options(), write=True)
    assert Path("link.sh").is_symlink() and "job/7/cancel" in Path("real.sh").read_text()


def test_a_trigger_of_the_own_project_in_its_own_config_warns_of_a_loop() -> None:
    put(".circleci/config.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          curl -u $T: -X POST "
        "https://circleci.com/api/v1.1/project/github/$CIRCLE_PROJECT_USERNAME/$CIRCLE_PROJECT_REPONAME/build\n")  # fmt: skip
    assert any("can loop" in note for note in check()["trigger-build"].notes)


def test_an_unknown_rule_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="no rule is called 'trigger'"):
        check(select=frozenset({"trigger"}))


def test_a_word_of_a_route_beside_an_unknown_value_is_another_reading() -> None:
    put("a.py", "import requests\n\n\ndef go(t, job=None):\n    job = job or 'latest'\n"
        '    return requests.get("https://circleci.com/api/v1.1/project/gh/acme/web/%s/artifacts" % job, '
        'headers={"Circle-Token": t}).json()[0]["url"]\n')  # fmt: skip
    found = check()
    assert set(found) == {"job-artifacts", "latest-artifacts"}
    assert found["job-artifacts"].fix is None


def test_a_fix_that_would_not_parse_is_not_made_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n'
    put("a.sh", text)
    monkeypatch.setattr("v2migrate.verify.still_parses", lambda *_: False)
    run, changed = engine.fix(["a.sh"], engine.Options(), write=True)
    assert not changed and Path("a.sh").read_text() == text
    (left,) = run.findings
    assert left.fix is None and "would not parse" in left.withheld


def test_a_field_with_a_date_gives_the_call_that_reads_it_a_deadline() -> None:
    call = 'requests.get("https://circleci.com/api/v1.1/projects", headers={"Circle-Token": t}).json()'
    put("a.py", f"import requests\n\n\ndef go(t):\n    return [p['branches'] for p in {call}]\n")
    put("b.py", f"import requests\n\n\ndef go(t):\n    return [p['reponame'] for p in {call}]\n")
    run = engine.check(["."], engine.Options())
    assert [str(f.deadline) for f in run.findings] == ["2026-12-07", "None"]


def test_a_reading_that_makes_no_sense_is_dropped_beside_one_that_does() -> None:
    put("a.py", """import requests


class Api:
    def version(self, given=None):
        return "v1.1" if not given else given.lower()

    def get(self, path, version=None):
        version = self.version(version)
        return requests.get(f"https://circleci.com/api/{version}/{path}", headers={"Circle-Token": self.token}).json()

    def pipeline(self, number):
        return self.get(f"pipeline/{number}", version="v2")

    def lost(self):
        return self.get("no/such/thing")
""")
    (left,) = engine.check(["."], engine.Options()).findings
    assert left.rule == "unknown-endpoint" and left.url.endswith("/no/such/thing")


@pytest.mark.parametrize("head", ["# @generated by a tool", "# Code generated by make. DO NOT EDIT."])
def test_a_generated_file_is_reported_and_not_rewritten(head: str) -> None:
    put("a.sh", f'{head}\ncurl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n')
    found = check()["cancel-job"]
    assert found.fix is None and "generated" in found.withheld


def test_pipeline_runs_are_unsafe_since_200_means_nothing_was_started() -> None:
    put("a.sh", 'curl -f -u "$T:" -H "Content-Type: application/json" -d \'{"branch": "main"}\' '
        "https://circleci.com/api/v1.1/project/gh/acme/web/build\n")  # fmt: skip
    found = check(definition_id="2338d0ae-5541-4bbf-88a2-55e9f2281f80")["trigger-build"]
    assert found.klass == "unsafe" and any("200" in note for note in found.notes)


def test_a_code_that_is_printed_or_returned_rests_on_the_success_code() -> None:
    made = (
        'import requests\n\ndef add(t):\n    r = requests.post("https://circleci.com/api/v1.1/project/gh/a/b/envvar",\n'
        '                      headers={"Circle-Token": t}, json={"name": "A", "value": "b"})\n    '
    )
    for last, assumes in (("r.raise_for_status()", ()), ("print(r.status_code)", ("success-code",)),
                          ("return r.status_code", ("success-code",)), ("return r.ok", ())):  # fmt: skip
        put("a.py", made + last + "\n")
        assert check()["envvar-create"].assumes == assumes, last


def test_a_base_without_the_whole_project_names_no_endpoint() -> None:
    whole = "https://circleci.com/api/v1.1/project/"
    put("a.py", f'import requests\ndef f(web):\n    return requests.post(web.replace("https://ci/", "{whole}"))\n')
    (found,) = check().values()
    assert (found.rule, found.status) == ("unreached-url", "legacy")
    for path, rule in (("", "unreached-url"), ("github/", "unreached-url"), ("github/acme/", "unreached-url"),
                       ("github/acme/web", "trigger-job"), ("github/acme/web/tree/", "trigger-job-on-branch")):  # fmt: skip
        put("a.py", f'URL = "{whole}{path}"\n')
        assert list(check()) == [rule], path


def test_a_huge_folder_that_is_no_project_is_not_searched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "jobs").mkdir()
    for number in range(8):
        (tmp_path / "jobs" / f"{number}.txt").touch()
    text = 'import requests\nURL = "https://circleci.com/api/v1.1/me"\nrequests.get(URL, headers={"Circle-Token": T}).json()\n'
    (tmp_path / "jobs" / "a.py").write_text(text)
    (tmp_path / "b.py").write_text("from jobs.a import URL\n")
    (before,) = engine.check(["jobs/a.py"], engine.Options()).findings
    assert before.fix is not None
    monkeypatch.setattr(engine, "_MOST", 3)
    (finding,) = engine.check(["jobs/a.py"], engine.Options()).findings
    assert finding.fix is None and finding.withheld == (
        "part of the URL may be used in other files, and the working directory holds too many and is no git repository: "
        "run it in the project's own folder")  # fmt: skip
    # All that is there was named.
    assert engine.check(["."], engine.Options()).findings == (before,)
    monkeypatch.chdir("jobs")
    monkeypatch.setattr(engine, "_MOST", 30)
    assert engine.check(["a.py"], engine.Options()).findings[0].fix is not None

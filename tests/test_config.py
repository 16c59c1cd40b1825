"""Settings files: where they are found, what they may say, what the command line says over them, what a run leaves out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from v2migrate import config
from v2migrate.cli import main
from v2migrate.config_keys import KEYS
from v2migrate.project import root_of
from v2migrate.scope import Pattern

ME = 'curl -f -u "$T:" https://circleci.com/api/v1.1/me\n'
PROJECTS = 'curl -f -u "$T:" https://circleci.com/api/v1.1/projects\n'
TRIGGER = 'curl -f -u "$T:" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/tree/main\n'


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("V2MIGRATE_CONFIG", raising=False)
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def put(**files: str) -> None:
    for name, text in files.items():
        write(name.replace("__", "/") + ".sh", text)


def write(name: str, text: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """`path rule` of what check reports."""
    code = main(["check", "--output-format", "json", *arguments])
    out, err = capsys.readouterr()
    assert code in (0, 1), err
    return [f"{f['path']} {f['rule']}" for f in json.loads(out)["findings"]]


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["check", *arguments]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1
    return err.removeprefix("v2migrate: error: ").rstrip("\n")


# --- which file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".v2migrate.toml", 'ignore = ["current-user"]\n'),
        ("v2migrate.toml", '\ufeffignore = ["current-user"]\r\n'),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.v2migrate]\nignore = ["current-user"]\n'),
    ],
)
def test_each_file_is_read(capsys: pytest.CaptureFixture[str], name: str, text: str) -> None:
    put(a=ME + PROJECTS)
    write(name, text)
    assert found(capsys) == ["a.sh projects"]
    assert found(capsys, "--isolated") == ["a.sh current-user", "a.sh projects"]


def test_the_nearest_file_wins_whole_and_the_search_ends_at_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME + PROJECTS, sub__deep__b=ME + PROJECTS)
    write("../v2migrate.toml", "nonsense = 1\n")
    write("v2migrate.toml", 'ignore = ["current-user"]\n')
    write("sub/pyproject.toml", "[tool.black]\n")
    assert found(capsys, "sub/deep/b.sh") == ["sub/deep/b.sh projects"]
    write("sub/pyproject.toml", '[tool.v2migrate]\nignore = ["projects"]\n')
    assert found(capsys, "sub/deep/b.sh") == ["sub/deep/b.sh current-user"]
    # One file for a run: that of the first path.
    assert found(capsys, "a.sh", "sub") == ["a.sh projects", "sub/deep/b.sh projects"]


def test_the_order_of_names_in_a_folder() -> None:
    for name, text in (("pyproject.toml", "[tool.v2migrate]\n"), ("v2migrate.toml", ""), (".v2migrate.toml", "")):
        write(name, text)
        assert config.find(".") == name


def test_pyproject_files_of_others_are_not_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME)
    write("pyproject.toml", "this is [[ no TOML\n")
    assert found(capsys) == ["a.sh current-user"]
    write("pyproject.toml", '[project]\ndependencies = ["v2migrate"]\n')
    assert found(capsys) == ["a.sh current-user"]
    write("pyproject.toml", "[tool.v2migrate\n")
    assert failure(capsys).startswith("pyproject.toml: is not TOML: ")


def test_extend(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME + PROJECTS + TRIGGER, gen__b=ME, old__c=ME)
    write("../shared/v2migrate.toml", 'ignore = ["projects"]\nextend-exclude = ["gen"]\nfail-on = "gone"\n')
    write("v2migrate.toml", 'extend = "../shared/v2migrate.toml"\nignore = ["current-user"]\nextend-exclude = ["/old"]\n')
    assert found(capsys) == ["a.sh projects", "a.sh trigger-job-on-branch"]
    loaded = config.load("v2migrate.toml")
    assert loaded.text("fail-on") == "gone" and loaded.origins["fail-on"].endswith("shared/v2migrate.toml")
    assert loaded.origins["ignore"] == "v2migrate.toml"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"v2migrate.toml": 'extend = "no.toml"\n'}, "v2migrate.toml: extend: no.toml: no such file"),
        ({"v2migrate.toml": 'extend = "b.toml"\n', "b.toml": 'extend = "v2migrate.toml"\n'},
         "b.toml: extend: v2migrate.toml is extended in a circle"),
        ({"v2migrate.toml": 'extend = "pyproject.toml"\n', "pyproject.toml": "[tool.black]\n"},
         "pyproject.toml: tool.v2migrate: there is no such table to be extended"),
        ({"v2migrate.toml": 'extend = "b.toml"\n', "b.toml": "ingore = []\n"},
         "b.toml: ingore: there is no such setting; did you mean ignore?"),
    ],
)  # fmt: skip
def test_extending_goes_wrong(capsys: pytest.CaptureFixture[str], files: dict[str, str], said: str) -> None:
    for name, text in files.items():
        write(name, text)
    assert failure(capsys).startswith(said)


def test_config_and_environment_name_a_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put(a=ME + PROJECTS)
    write("v2migrate.toml", 'ignore = ["projects"]\n')
    write("etc/other.toml", 'ignore = ["current-user"]\n')
    assert found(capsys, "--config", "etc/other.toml") == ["a.sh projects"]
    monkeypatch.setenv("V2MIGRATE_CONFIG", "etc/other.toml")
    assert found(capsys) == ["a.sh projects"]
    said = "none.toml: no such file or directory; name a settings file that can be read"
    assert failure(capsys, "--config", "none.toml") == said
    assert failure(capsys, "--config", "etc/other.toml", "--isolated") == "--config and --isolated: leave out one"


# --- what may stand in it -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ingore = []", "ingore: there is no such setting; did you mean ignore?"),
        ("per_file_ignores = {}", "per_file_ignores: there is no such setting; did you mean per-file-ignores?"),
        ("owners = []", "owners: there is no such setting; "),
        ("zzz = 1", "zzz: there is no such setting; known are api-hosts, "),
        ("ignore = 'x'", "ignore: must be a list of strings"),
        ("select = [1]", "select: must be a list of strings"),
        ("ignore = ['curent-user']", "ignore: no rule is called 'curent-user'; did you mean current-user?"),
        ("per-file-ignores = {'a' = ['curent-user']}", "per-file-ignores: no rule is called 'curent-user'; did"),
        ("per-file-ignores = {'a' = 'b'}", "per-file-ignores: a: must be a list of rules"),
        ("per-file-ignores = ['b']", "per-file-ignores: must be a table"),
        ("assume = ['all-workflow']", "assume: all-workflow: no such assumption; did you mean all-workflows?"),
        ("assume = ['new-base']\nno-assume = ['new-base']", "no-assume: new-base is both in assume and in no-assume"),
        ("force-exclude = 'yes'", "force-exclude: must be true or false"),
        ("fail-on = 'sunset'", "fail-on: 'sunset' is no level; write gone, deadline, legacy, any, or deadline<30d"),
        ("exclude = ['!x']", "exclude: '!x': what is excluded cannot be taken back"),
        ("exclude = ['/']", "exclude: '/' means everything"),
        ("exclude = ['a[z-a]']", "exclude: 'a[z-a]' is no pattern"),
        ("api-hosts = ['https://ci.corp/']", "api-hosts: 'https://ci.corp/' is no host name; write it as ci.example.com"),
        ("rules = ''", "rules: must be a string"),
        ("x = ", "is not TOML: "),
    ],
)
def test_mistakes_name_file_key_and_remedy(capsys: pytest.CaptureFixture[str], text: str, said: str) -> None:
    write("v2migrate.toml", text + "\n")
    assert failure(capsys).startswith(f"v2migrate.toml: {said}")


def test_every_key_is_kebab_case_and_has_a_word() -> None:
    assert all(key == key.lower().replace("_", "-") and KEYS[key].about for key in KEYS)


# --- what it does ---------------------------------------------------------------------------------------------------


def test_select_and_ignore_and_the_command_line_over_them(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME + PROJECTS + TRIGGER)
    write("v2migrate.toml", 'select = ["current-user", "projects"]\nignore = ["projects"]\n')
    assert found(capsys) == ["a.sh current-user"]
    assert found(capsys, "--ignore", "current-user") == []
    assert found(capsys, "--select", "projects,trigger-job-on-branch") == ["a.sh projects", "a.sh trigger-job-on-branch"]


def test_an_ignored_call_is_not_taken_for_an_unknown_one(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=TRIGGER)
    assert found(capsys, "--ignore", "trigger-job-on-branch") == []


def test_a_call_is_not_taken_for_a_selected_one(capsys: pytest.CaptureFixture[str]) -> None:
    """`/project/{slug}` on v1 is as long as `/project/{slug}/{build}` with the project in one variable: that is the exception."""
    text = 'curl -f -u "$T:" https://circleci.com/api/v1/project/$USER/$REPO\n'
    put(a=text)
    assert found(capsys) == ["a.sh project-builds"]
    for select in ("job-details", "unknown-endpoint,unreached-url,job-details", "announced-job-tests"):
        assert found(capsys, "--select", select) == []
    write("v2migrate.toml", 'select = ["job-details"]\n')
    assert found(capsys) == [] and found(capsys, "--extend-select", "project-builds") == ["a.sh project-builds"]
    assert main(["fix", "--unsafe-fixes", "-q"]) == 0
    assert Path("a.sh").read_text() == text


def test_a_slip_is_told_where_the_route_that_would_carry_it_is_not_selected(capsys: pytest.CaptureFixture[str]) -> None:
    put(a='curl -f "https://circleci.com/api/v2/project/gh/a/b/job/7/tests?circle-token=$T"\n')
    assert found(capsys) == ["a.sh preview-job-tests"]
    assert found(capsys, "--select", "query-token") == ["a.sh query-token"]
    main(["fix", "-q", "--select", "query-token"])
    assert Path("a.sh").read_text().count("/job/7/tests") == 1 and "?circle-token" not in Path("a.sh").read_text()


SHARED = """\
curl -f -u "$T:" $API/me | jq .login
curl -f -u "$T:" $API/projects | jq -r '.[].reponame'
"""


def test_what_is_not_selected_stays_and_gives_no_part_of_its_text_away(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=f"API=https://circleci.com/api/v1.1\n{SHARED}")
    assert found(capsys, "--select", "current-user") == ["a.sh current-user"]
    main(["fix", "--unsafe-fixes", "-q", "--select", "current-user"])
    assert "$API/projects" in Path("a.sh").read_text() and "API=https://circleci.com/api/v1.1\n" in Path("a.sh").read_text()


def test_extend_select_turns_a_rule_on(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--show-settings", "--extend-select", "announced-job-tests"])
    assert 'extend-select = ["announced-job-tests"]  # command line' in capsys.readouterr().out


def test_per_file_ignores_hide_and_do_not_fix(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME, tests__b=ME + PROJECTS, tests__sub__c=ME)
    write("v2migrate.toml", '[per-file-ignores]\n"tests/*.sh" = ["current-user"]\n')
    assert found(capsys) == ["a.sh current-user", "tests/b.sh projects", "tests/sub/c.sh current-user"]
    main(["fix", "-q", "--unsafe-fixes"])
    assert Path("tests/b.sh").read_text().startswith(ME) and "v1.1" not in Path("a.sh").read_text()


@pytest.mark.parametrize("text", ['unfixable = ["current-user"]', 'fixable = ["projects"]'])
def test_fixable_and_unfixable(capsys: pytest.CaptureFixture[str], text: str) -> None:
    put(a=ME, b=TRIGGER.replace("POST", "GET"))
    write("v2migrate.toml", text + "\n")
    main(["fix", "--output-format", "json"])
    (left,) = (f for f in json.loads(capsys.readouterr().out)["findings"] if f["rule"] == "current-user")
    assert left["fix"] is None and "is not to be fixed" in left["withheld"]
    assert Path("a.sh").read_text() == ME


def test_assume_and_no_assume(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=TRIGGER)

    def classes(*arguments: str) -> list[str]:
        main(["check", "--output-format", "json", *arguments])
        return [f["class"] for f in json.loads(capsys.readouterr().out)["findings"]]

    assert classes() == ["unsafe"]
    write("v2migrate.toml", 'assume = ["all-workflows"]\n')
    assert classes() == ["safe"]
    assert classes("--no-assume", "all-workflows") == ["unsafe"]
    write("v2migrate.toml", 'assume = ["all-workflows"]\nno-assume = ["personal-token"]\n')
    assert classes() == ["unsafe"]
    assert classes("--assume", "personal-token") == ["safe"]


def test_api_hosts(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME.replace("circleci.com", "ci.corp.example:8443"))
    write("b.js", 'fetch("https://ci.corp.example/api/v1.1/recent-things") // CircleCI\n')
    write("c.py", 'import requests\nrequests.get("https://CI.corp.example/api/v1.1/projects", headers=h)\n')
    assert found(capsys) == []
    write("v2migrate.toml", 'api-hosts = ["CI.corp.example"]\n')
    assert found(capsys) == ["a.sh current-user", "b.js unknown-endpoint", "c.py projects"]
    main(["fix", "-q", "--unsafe-fixes"])
    assert "https://ci.corp.example:8443/api/v2/me" in Path("a.sh").read_text()


def test_fail_on_in_a_file_and_over_it(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME)
    write("v2migrate.toml", 'fail-on = "deadline"\n')
    assert main(["check", "-q"]) == 0
    assert "current-user" in capsys.readouterr().out
    assert main(["check", "-q", "--fail-on", "legacy"]) == 1


DEFINITION = "2338d0ae-5541-4bbf-88a2-55e9f0281f80"
RUN = f'trigger = "pipeline-run"\ndefinition-id = "{DEFINITION}"\n'


def fixed(capsys: pytest.CaptureFixture[str], name: str, text: str) -> tuple[str, dict[str, Any]]:
    """The text after `fix --unsafe-fixes`, and the finding as `check` tells it."""
    write(name, text)
    main(["check", "--output-format", "json", name])
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    main(["fix", "-q", "--unsafe-fixes", name])
    capsys.readouterr()
    return Path(name).read_text(), finding


def test_trigger_pipeline_run_in_shell(capsys: pytest.CaptureFixture[str]) -> None:
    write("v2migrate.toml", RUN)
    text, finding = fixed(capsys, "a.sh", TRIGGER)
    assert "/api/v2/project/gh/acme/web/pipeline/run" in text
    body = json.loads(text.split("-d '")[1].split("'")[0])
    assert body == {"definition_id": DEFINITION, "config": {"branch": "main"}, "checkout": {"branch": "main"}}
    notes = " ".join(finding["notes"])
    assert "only 201 means started" in notes and "GitHub App" not in notes and "pipeline/run" in finding["message"]
    write("v2migrate.toml", 'trigger = "pipeline"\n')
    text, finding = fixed(capsys, "b.sh", TRIGGER)
    assert "/web/pipeline\n" in text and "GitHub App" in " ".join(finding["notes"])


def test_trigger_pipeline_run_in_python(capsys: pytest.CaptureFixture[str]) -> None:
    write("v2migrate.toml", RUN)
    text, _ = fixed(capsys, "a.py", """import requests

def go(token, branch, v):
    r = requests.post(
        f"https://circleci.com/api/v1/project/acme/web/tree/{branch}",
        headers={"Circle-Token": token},
        json={"build_parameters": {"V": v}},
    )
    assert r.status_code == 200
""")
    assert '"https://circleci.com/api/v2/project/gh/acme/web/pipeline/run"' in text and "== 201" in text
    made = re.search(r"json=(\{.*\}),?\n", text)
    assert made is not None and eval(made[1], {"branch": "b", "v": 1}) == {
        "definition_id": DEFINITION, "config": {"branch": "b"}, "checkout": {"branch": "b"}, "parameters": {"V": 1},
    }  # fmt: skip


@pytest.mark.parametrize("path", ["web", "web/build"])
def test_trigger_pipeline_run_of_a_tag(capsys: pytest.CaptureFixture[str], path: str) -> None:
    write("v2migrate.toml", RUN)
    text, _ = fixed(capsys, "a.py", f"""import requests

def go(token, name):
    requests.post(
        "https://circleci.com/api/v1.1/project/circleci/acme/{path}",
        headers={{"Circle-Token": token}}, json={{"tag": name, "parallel": 2}},
    ).raise_for_status()
""")
    assert "/api/v2/project/circleci/acme/web/pipeline/run" in text
    made = re.search(r"json=(\{.*\}),?\n", text)
    assert made is not None and eval(made[1], {"name": "v1"}) == {
        "definition_id": DEFINITION, "config": {"tag": "v1"}, "checkout": {"tag": "v1"},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("$SLUG/tree/main", "3 path segments"), ("gh/$REPO/tree/main", "3 path segments"),
        ("gh%2Facme%2Fweb/tree/main", "3 path segments"), ("gh/acme/web", "`config`"),
    ],
)  # fmt: skip
def test_trigger_pipeline_run_is_refused(capsys: pytest.CaptureFixture[str], path: str, why: str) -> None:
    write("v2migrate.toml", RUN)
    before = TRIGGER.replace("gh/acme/web/tree/main", path).replace("https", '"https').replace("\n", '"\n')
    text, finding = fixed(capsys, "a.sh", before)
    assert text == before and finding["class"] == "manual" and why in " ".join(finding["notes"])


def test_trigger_pipeline_run_by_a_library(capsys: pytest.CaptureFixture[str]) -> None:
    before = "from pycircleci.api import Api\n\nApi(token).trigger_build('acme', 'web', branch='main')\n"
    _, finding = fixed(capsys, "a.py", before)
    assert finding["class"] == "unsafe"
    write("v2migrate.toml", RUN)
    text, finding = fixed(capsys, "b.py", before)
    assert text == before and "no method for POST /project/{slug}/pipeline/run" in " ".join(finding["notes"])


def test_trigger_needs_a_definition(capsys: pytest.CaptureFixture[str]) -> None:
    write("v2migrate.toml", 'trigger = "pipeline-run"\n')
    assert failure(capsys) == "v2migrate.toml: trigger: pipeline-run needs definition-id, the pipeline definition's UUID"
    write("v2migrate.toml", 'trigger = "run"\n')
    assert "none of pipeline, pipeline-run" in failure(capsys)
    write("v2migrate.toml", 'definition-id = "web"\n')
    assert "definition-id: 'web' is no UUID" in failure(capsys)


def test_platform(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=TRIGGER.replace("tree/main", "7/retry"), b=TRIGGER.replace("tree/main", "7/ssh"))
    put(c=PROJECTS.replace("\n", " | jq '.[].branches'\n"))

    def told() -> list[tuple[str, str | None, bool]]:
        main(["check", "--output-format", "json"])
        made = json.loads(capsys.readouterr().out)["findings"]
        return [(f["rule"], f["deadline"], "never had" in " ".join(f["notes"])) for f in made]

    cloud = [("retry-job", "2027-02-01", False), ("retry-job-with-ssh", "2027-02-01", False), ("projects", "2026-12-07", False)]
    assert told() == cloud
    for name in ("cloud", "both"):
        write("v2migrate.toml", f'platform = "{name}"\n')
        assert told() == cloud
    write("v2migrate.toml", 'platform = "server"\n')
    assert told() == [("retry-job", "2027-02-01", True), ("retry-job-with-ssh", "2027-02-01", True), ("projects", None, False)]
    write("v2migrate.toml", 'platform = "sever"\n')
    assert failure(capsys) == "v2migrate.toml: platform: 'sever' is none of cloud, server, both"


WRAPPERS = 'wrappers = { "requests_post" = "POST", "http.get_json" = "GET" }\n'
API = "https://circleci.com/api/v1.1"


@pytest.mark.parametrize(
    ("call", "rule", "why"),
    [
        (f'requests_post("{API}/project/gh/acme/web/build")', "trigger-build", ""),
        (f'requests_post("{API}/project/gh/acme/web/7/cancel")', "cancel-job", ""),
        (f'net.http.get_json("{API}/project/gh/acme/web/settings")', "project-settings", "v2"),
        (f'requests_post("{API}/project/gh/acme/web", {{"branch": "x"}})', "trigger-job", "body of the request was not seen"),
        (f'requests_post("{API}/project/gh/acme/web/tree/main")', "trigger-job-on-branch", "more than the URL changes"),
        (f'http.get_json("{API}/me?circle-token=abc")', "current-user", "more than the URL changes"),
        (f'n = http.get_json("{API}/project/gh/acme/web/7")["build_num"]', "job-details", "makes of the answer was not seen"),
        (f'for a in http.get_json("{API}/project/gh/acme/web/7/artifacts"): pass', "job-artifacts", "of the answer was not seen"),
        (f'if requests_post("{API}/project/gh/acme/web/7/cancel").ok: pass', "cancel-job", "of the answer was not seen"),
    ],
)
def test_wrappers(capsys: pytest.CaptureFixture[str], call: str, rule: str, why: str) -> None:
    write("v2migrate.toml", WRAPPERS)
    before = f"from lib import http, net, requests_post\n{call}\n"
    text, finding = fixed(capsys, "a.py", before)
    assert (finding["rule"], finding["class"] != "safe") == (rule, True)
    assert why in f"{finding['withheld']} {finding['notes']}"
    if why:
        assert text == before
    else:
        assert text == before.replace("v1.1", "v2").replace("web/build", "web/pipeline").replace("7/cancel", "job/7/cancel")


def test_wrappers_under_another_name_and_in_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    write("a.py", f"""from lib.http import get_json as load
def own(path):
    return load("{API}/" + path)
own("me")
def requests_post(address):
    return _send("POST", address)
requests_post("{API}/project/gh/acme/web/build")
""")
    main(["check", "--output-format", "json"])
    assert "what _send() does is not known" in capsys.readouterr().out
    write("v2migrate.toml", WRAPPERS)
    main(["check", "--output-format", "json"])
    out = capsys.readouterr().out
    assert [f["rule"] for f in json.loads(out)["findings"]] == ["current-user", "trigger-build"]
    assert "what _send() does" not in out


def test_wrappers_of_several_files_add_up(capsys: pytest.CaptureFixture[str]) -> None:
    write("base.toml", 'wrappers = { "a" = "POST", "b" = "GET" }\n')
    write("v2migrate.toml", 'extend = "base.toml"\nwrappers = { "a" = "GET" }\n')
    write("x.py", f'a("{API}/project/gh/acme/web")\nb("{API}/me")\n')
    assert found(capsys) == ["x.py project-builds", "x.py current-user"]
    main(["check", "--show-settings"])
    assert 'wrappers = { "a" = "POST", "b" = "GET", "a" = "GET" }' not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('["a"]', "must be a table"), ('{ "a b" = "GET" }', "'a b' is no name of a function"),
        ('{ "a" = "get" }', "a: 'get' is none of GET, POST"), ('{ "a" = 1 }', "a: 1 is none of GET"),
    ],
)  # fmt: skip
def test_wrappers_that_are_wrong(capsys: pytest.CaptureFixture[str], value: str, why: str) -> None:
    write("v2migrate.toml", f"wrappers = {value}\n")
    assert failure(capsys).startswith(f"v2migrate.toml: wrappers: {why}")


def test_rules_are_relative_to_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    put(sub__a=ME)
    write("v2migrate.toml", 'rules = "our-rules"\n')
    assert "our-rules" in failure(capsys, "sub/a.sh") and "no such folder" in failure(capsys, "sub/a.sh")


# --- which files ----------------------------------------------------------------------------------------------------


def test_excluded_files_are_left_out_even_where_they_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME, gen__b=ME, vendor__c=ME)
    write("v2migrate.toml", 'extend-exclude = ["gen"]\n')
    assert found(capsys) == ["a.sh current-user"]
    assert found(capsys, "gen/b.sh", "a.sh") == ["a.sh current-user"]
    assert found(capsys, "gen") == []
    assert found(capsys, "gen/b.sh", "--no-force-exclude") == ["gen/b.sh current-user"]
    assert main(["check", "gen/b.sh", "-v"]) == 0
    assert capsys.readouterr().err == "v2migrate: excluded: gen/b.sh\nv2migrate: there was no file to look into\n"


def test_exclude_stands_in_for_the_usual_folders(capsys: pytest.CaptureFixture[str]) -> None:
    put(a=ME, gen__b=ME, vendor__c=ME)
    assert found(capsys, "--exclude", "gen") == ["a.sh current-user", "vendor/c.sh current-user"]
    assert found(capsys, "--extend-exclude", "gen") == ["a.sh current-user"]
    write("v2migrate.toml", 'exclude = ["a.sh"]\nextend-exclude = ["vendor/"]\n')
    assert found(capsys) == ["gen/b.sh current-user"]


def test_respect_gitignore(capsys: pytest.CaptureFixture[str]) -> None:
    os.rmdir(".git")
    subprocess.run(("git", "init", "-q"), check=True)
    put(a=ME, out__b=ME)
    write(".gitignore", "out/\n")
    assert found(capsys) == ["a.sh current-user"]
    assert found(capsys, "--no-respect-gitignore") == ["a.sh current-user", "out/b.sh current-user"]
    write("v2migrate.toml", "respect-gitignore = false\n")
    assert found(capsys) == ["a.sh current-user", "out/b.sh current-user"]


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("vendor", "a/vendor/x.py", True), ("vendor", "a/vendors/x.py", False), ("*.md", "a/b.md", True),
        ("docs/*.md", "docs/a.md", True), ("docs/*.md", "docs/x/a.md", False), ("docs/**", "docs/x/a.md", True),
        ("docs/", "a/docs/x", True), ("docs/", "docs", False), ("/docs", "a/docs/x", False), ("/docs", "docs/x", True),
        ("./docs", "docs/x", True), ("**/gen/*.py", "gen/a.py", True), ("**/gen/*.py", "x/y/gen/a.py", True),
        ("a/**/b.py", "a/b.py", True), ("a/**/b.py", "a/c/d/b.py", True), ("x[ab].py", "xa.py", True),
        ("x[!ab].py", "xa.py", False), ("a?c", "abc", True), ("a?c", "a/c", False), ("a.b", "axb", False),
        ("*.py", "../q/z.py", True), ("src/*.py", "../src/z.py", False), ("[x", "[x", True),
    ],
)  # fmt: skip
def test_patterns(project: Path, pattern: str, path: str, expected: bool) -> None:
    for folder in (str(project), "/nowhere"):
        whole = f"{folder}/{path}"
        assert Pattern(pattern, folder).matches(whole) is expected
    assert Pattern(pattern, str(project)).matches(path) is expected


def test_patterns_are_relative_to_their_file(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    put(sub__gen__a=ME, sub__b=ME)
    write("v2migrate.toml", 'extend-exclude = ["sub/gen/*"]\n')
    assert found(capsys, str(Path.cwd() / "sub")) == ["sub/b.sh current-user"]
    monkeypatch.chdir("sub/gen")
    assert found(capsys, "..") == ["../b.sh current-user"]
    assert found(capsys, "a.sh") == []


# --- what is shown --------------------------------------------------------------------------------------------------


def test_show_settings(capsys: pytest.CaptureFixture[str], project: Path) -> None:
    write("v2migrate.toml", 'ignore = ["projects"]\nassume = ["new-base"]\n[per-file-ignores]\n"a*" = ["job-tests"]\n')
    assert main(["check", "--show-settings", "--ignore", "current-user", "--fail-on", "gone", "--exclude", "x"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["# settings file: v2migrate.toml", f"# project: {project}"]
    assert 'ignore = ["current-user", "projects"]  # v2migrate.toml, command line' in lines
    assert 'per-file-ignores = { "a*" = ["job-tests"] }  # v2migrate.toml' in lines
    assert 'fail-on = "gone"  # command line' in lines and 'exclude = ["x"]  # command line' in lines
    assert 'assume = ["new-base"]  # v2migrate.toml' in lines and "select = []  # default" in lines
    assert {line.split(" = ")[0] for line in lines[2:]} == set(KEYS) - {"extend-exclude"}


def test_show_settings_can_be_read_back(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "--show-settings"])
    text = capsys.readouterr().out.replace('baseline = ""', "").replace('rules = ""', "").replace('definition-id = ""', "")
    write("v2migrate.toml", text)
    assert config.load("v2migrate.toml").text("fail-on") == "any"


def test_show_files_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    os.rmdir(".git")
    subprocess.run(("git", "init", "-q"), check=True)
    put(a=ME, b="echo\n", vendor__c=ME, gen__d=ME, out__e=ME)
    write(".gitignore", "out/\n")
    Path("big.json").write_bytes(b"x" * 5_000_001)
    write("v2migrate.toml", 'extend-exclude = ["gen"]\n')
    assert main(["check", "--show-files"]) == 0
    lines = [line.split("  ", 1) for line in capsys.readouterr().out.splitlines()]
    assert {line[0].strip(): line[1].strip() if len(line) > 1 else "" for line in lines} == {
        ".gitignore": "read: nothing in it speaks of CircleCI or its API",
        "a.sh": "",
        "b.sh": "read: nothing in it speaks of CircleCI or its API",
        "big.json": "skipped: larger than 5 MB; name it to have it checked",
        "gen/d.sh": "skipped: excluded by 'gen' (v2migrate.toml)",
        "out/": "skipped: ignored by git",
        "v2migrate.toml": "read: nothing in it speaks of CircleCI or its API",
        "vendor/": "skipped: a folder of that name holds other people's code; name it to have it checked",
    }


# --- the project's root ---------------------------------------------------------------------------------------------


def test_the_root(project: Path, tmp_path: Path) -> None:
    put(sub__a="")
    assert root_of(["sub/a.sh", "/tmp"]) == str(project)
    assert root_of(["sub"], "sub/v2migrate.toml") == str(project)
    os.rmdir(".git")
    assert root_of(["sub"], "sub/v2migrate.toml") == str(project / "sub")
    assert root_of([]) == root_of(["sub"]) == str(project)
    (tmp_path / "else").mkdir()
    assert root_of([str(tmp_path / "else")]) == str(tmp_path / "else")


def test_toml_is_read_only_where_there_is_a_file() -> None:
    code = (
        "import sys\nfrom v2migrate import config\n"
        "assert config.find('.') == '' and 'tomllib' not in sys.modules\n"
    )
    write("pyproject.toml", "[project]\n")
    subprocess.run((sys.executable, "-c", code), check=True, env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])})


def test_every_key_is_documented() -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    assert [key for key in KEYS if f"`{key}`" not in text] == []


def test_verbose_says_what_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    os.rmdir(".git")
    subprocess.run(("git", "init", "-q"), check=True)
    put(a=ME, vendor__c=ME, gen__d=ME, out__e=ME)
    write(".gitignore", "out/\n")
    write("v2migrate.toml", 'extend-exclude = ["gen"]\n')
    main(["check", "-v"])
    assert capsys.readouterr().err.splitlines() == [
        "v2migrate: excluded: gen/d.sh", "v2migrate: not looked into: vendor", "v2migrate: ignored by git: out/",
    ]  # fmt: skip

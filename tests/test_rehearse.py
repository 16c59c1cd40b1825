"""`v2migrate rehearse`: real programs, run as on the day of the sunset. Nothing here reaches a network."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rehearsed import SECRET, Workshop, fence, git, need_fence, workshop
from tools import need, need_module

from v2migrate.emulator.api import Emulator, Seen
from v2migrate.emulator.containment import Uncontained, contain
from v2migrate.emulator.exchange import Call
from v2migrate.emulator.fixture import read_account
from v2migrate.emulator.settings import Settings
from v2migrate.emulator.twins import Twins
from v2migrate.finding import Finding
from v2migrate.rehearse.environment import scrub
from v2migrate.rehearse.tree import copy_tree
from v2migrate.rehearse.verdict import locate
from v2migrate.source import Span

V1 = "https://circleci.com/api/v1.1"
TRIGGER = f'curl -sS -X POST -u "$CIRCLE_TOKEN:" {V1}/project/github/me/mine/tree/main\n'
LIST = f'curl -sS -H "Circle-Token: $CIRCLE_TOKEN" "{V1}/recent-builds?limit=1"\n'
TODAY = (
    'curl -sSf -X POST -H "Circle-Token: $CIRCLE_TOKEN" -H "Content-Type: application/json" '
    "-d '{\"branch\": \"main\"}' https://circleci.com/api/v2/project/gh/me/mine/pipeline\n"
)


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Workshop:
    need("git", "bash", "curl")
    need_module("aiohttp", "trustme")
    return workshop(tmp_path / "shop", capsys, monkeypatch)


# --- what it says -----------------------------------------------------------------------------------------------------


def test_a_trigger_breaks_and_nobody_notices(shop: Workshop) -> None:
    shop.write("ci/deploy.sh", "set -eu\n" + TRIGGER)
    said = shop.run("rehearse", "--", "bash", "ci/deploy.sh")
    assert said.code == 1
    row = next(line for line in said.out.splitlines() if "BREAKS" in line)
    assert row.split() == [
        "BREAKS", "410", "POST", "/api/v1.1/project/github/me/mine/tree/main", "trigger-job-on-branch", "ci/deploy.sh:2",
    ]  # fmt: skip
    assert "Will break: ci/deploy.sh:2" in said.out and "nobody will notice" in said.out


@pytest.mark.parametrize(("day", "status"), [("2026-12-01", "200"), ("2027-01-31", "200"), ("2027-02-01", "410")])
def test_what_will_die_is_named_on_every_day(shop: Workshop, day: str, status: str) -> None:
    shop.write("deploy.sh", TRIGGER)
    said = shop.run("rehearse", "--on", day, "--", "bash", "deploy.sh")
    assert said.code == 1 and f"BREAKS  {status}" in said.out
    assert "answers 410 from 2027-02-01 on" in said.out


def test_a_brownout_comes_before_the_day(shop: Workshop) -> None:
    shop.write("deploy.sh", TRIGGER)
    said = shop.run("rehearse", "--brownout", "--", "bash", "deploy.sh")
    assert said.code == 1 and "2026-11-21 (during a brownout)" in said.out and " 410 " in said.out


def test_what_has_no_end_date_goes_on(shop: Workshop) -> None:
    shop.write("list.sh", LIST + LIST)
    said = shop.run("rehearse", "--", "bash", "list.sh")
    assert said.code == 0, said
    assert "old, keeps working" in said.out and "x2" in said.out and "of which 1 on the old API" in said.out


def test_todays_calls_are_fine(shop: Workshop) -> None:
    shop.write("deploy.sh", TODAY)
    said = shop.run("rehearse", "--", "bash", "deploy.sh")
    assert said.code == 0 and "Nothing that was seen will break: 1 request." in said.out
    assert "lacks it: project gh/me/mine (" in said.out


def test_a_call_that_v2_never_had_breaks(shop: Workshop) -> None:
    shop.write("old.sh", 'curl -s -H "Circle-Token: $CIRCLE_TOKEN" https://circleci.com/api/v2/workflow/abc/jobs\n')
    said = shop.run("rehearse", "--", "bash", "old.sh")
    assert said.code == 1 and "NO SUCH CALL" in said.out and "preview-workflow-jobs" in said.out and "old.sh:1" in said.out


def test_a_call_that_the_emulator_lacks_is_not_said_to_be_gone(shop: Workshop) -> None:
    url = "https://circleci.com/api/v2/insights/gh/me/mine/workflows"
    shop.write("a.sh", f'curl -s -H "Circle-Token: $CIRCLE_TOKEN" {url}\n')
    said = shop.run("rehearse", "--", "bash", "a.sh")
    assert said.code == 2 and "the emulator does not have GET /api/v2/insights" in said.out


def test_servers_of_ones_own_are_emulated(shop: Workshop) -> None:
    shop.write("v2migrate.toml", 'api-hosts = ["ci.acme.example"]\n')
    own = TRIGGER.replace("https://circleci.com", "https://ci.acme.example/circleci")
    shop.write("deploy.sh", own.replace("CIRCLE_TOKEN", "ACME_TOKEN"))
    said = shop.run("rehearse", "--", "bash", "deploy.sh")
    assert said.code == 1 and "deploy.sh:1" in said.out and "trigger-job-on-branch" in said.out, said
    assert "Set to the emulator's token: ACME_TOKEN" in said.out
    proof = shop.run("prove", "--assume", "all-workflows", "deploy.sh")
    assert proof.code == 0, proof


def test_no_request_is_never_fine(shop: Workshop) -> None:
    said = shop.run("rehearse", "--", "sh", "-c", "exit 3")
    assert said.code == 2 and "the command ended with 3" in said.out
    assert [line for line in said.out.splitlines() if "no request to CircleCI was seen" in line]
    assert "Nothing that was seen will break" not in said.out


def test_a_command_that_fails_for_another_reason_tells_nothing(shop: Workshop) -> None:
    shop.write("a.sh", LIST + "exit 7\n")
    said = shop.run("rehearse", "--", "bash", "a.sh")
    assert said.code == 2 and "ended with 7 for another reason" in said.out


def test_a_command_that_is_not_there(shop: Workshop) -> None:
    said = shop.run("rehearse", "--", "./nothing-here")
    assert said.code == 2 and "./nothing-here cannot be started" in said.err


def test_a_command_that_does_not_end_is_ended(shop: Workshop) -> None:
    shop.write("a.sh", LIST + "exec tail -f /dev/null\n")
    said = shop.run("rehearse", "--timeout", "1", "--", "bash", "a.sh")
    assert said.code == 2 and "did not end in time" in said.out


def test_an_interrupt_ends_all_of_it(shop: Workshop) -> None:
    shop.write("a.sh", "echo $$\nexec tail -f /dev/null\n")
    options = [] if fence() else ["--uncontained"]
    with subprocess.Popen(
        (sys.executable, "-m", "v2migrate", "rehearse", *options, "--", "bash", "a.sh"),
        start_new_session=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:  # fmt: skip
        assert running.stderr is not None
        command = int(running.stderr.readline())
        os.killpg(running.pid, signal.SIGINT)
        assert running.wait(30) == 130 and not running.stderr.read()
    with pytest.raises(ProcessLookupError):
        os.kill(command, 0)


def test_python_is_held_too(shop: Workshop) -> None:
    need_module("requests")
    shop.write(
        "client.py",
        "import os, requests\n"
        "BASE = 'https://circleci.com/api/v1.1'\n"
        "def retry(number):\n"
        "    return requests.post(f'{BASE}/project/github/me/mine/{number}/retry', auth=(os.environ['CIRCLE_TOKEN'], ''))\n"
        "retry(12).raise_for_status()\n",
    )
    said = shop.run("rehearse", "--", sys.executable, "client.py")
    assert said.code == 1 and "client.py:4" in said.out and "retry-job" in said.out
    assert "The command ended with 1." in said.out


def test_a_program_that_waits_for_its_pipeline_comes_to_an_end(shop: Workshop) -> None:
    need("jq")
    ask = 'curl -sS -H "Circle-Token: $CIRCLE_TOKEN" https://circleci.com/api/v2'
    shop.write(
        "wait.sh",
        f"id=$({TODAY.strip()} | jq -r .id)\n"
        f'until [ "$({ask}/pipeline/$id/workflow | jq -r .items[0].status)" = success ]; do :; done\necho done\n',
    )
    said = shop.run("rehearse", "--timeout", "30", "--", "bash", "wait.sh")
    assert said.code == 0 and "done" in said.err


def test_json_for_programs(shop: Workshop) -> None:
    shop.write("deploy.sh", TRIGGER)
    said = shop.run("rehearse", "--output-format", "json", "--", "bash", "deploy.sh")
    table = json.loads(said.out)
    assert said.code == 1 and table["verdict"] == "breaks" and table["requests"][0]["place"] == "deploy.sh:1"


# --- what it keeps from the program, and from the output ------------------------------------------------------------


def test_tokens_reach_neither_program_nor_output(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CIRCLE_TOKEN", SECRET)
    monkeypatch.setenv("NPM_TOKEN", "npm-is-secret-too")
    shop.write("a.sh", LIST.replace("?", f"?circle-token={SECRET}&") + f'echo "I have $CIRCLE_TOKEN and {SECRET}"; env\n')
    said = shop.run("rehearse", "--", "bash", "a.sh")
    assert said.code == 0, said
    for secret in (SECRET, "personal-of-ada", "npm-is-secret-too"):
        assert secret not in said.out + said.err
    assert "I have **** and ****" in said.err
    assert "Set to the emulator's token: CIRCLE_TOKEN" in said.out and "NPM_TOKEN" in said.out.splitlines()[-1]


def test_credentials_are_scrubbed(tmp_path: Path) -> None:
    gone = {
        "AWS_SECRET_ACCESS_KEY", "GOOGLE_APPLICATION_CREDENTIALS", "AZURE_CLIENT_SECRET", "GITHUB_TOKEN", "GH_TOKEN",
        "SSH_AUTH_SOCK", "GIT_ASKPASS", "KUBECONFIG", "DOCKER_HOST", "XDG_CONFIG_HOME", "DB_PASSWORD", "SLACK_TOKEN",
        "STRIPE_API_KEY", "GIT_CONFIG_GLOBAL",
    }  # fmt: skip
    kept = {"PATH": "/bin", "CIRCLE_PROJECT_REPONAME": "web", "GITHUB_SHA": "abc", "LANG": "C"}
    environment = dict.fromkeys(gone, "private-thing") | kept | {"CIRCLE_TOKEN": "mine-alone", "ODD": SECRET}
    clean = scrub(environment, tmp_path, "emulated", {"DEPLOY_CRED"}, ["emulated"])
    assert not gone & clean.variables.keys() and set(clean.taken) == gone
    assert kept.items() <= clean.variables.items() and clean.variables["HOME"] == str(tmp_path)
    # By name, by look, and because a call was seen to take it from there.
    assert clean.tokens == ("CIRCLE_TOKEN", "DEPLOY_CRED", "ODD")
    assert all(clean.variables[name] == "emulated" for name in clean.tokens)
    assert clean.hide(f"mine-alone {SECRET} emulated x") == "**** **** **** x"


def test_it_runs_in_a_copy_with_an_empty_home(shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write(".gitignore", "ignored\n")
    shop.write("tracked", "old")
    shop.commit()
    git(shop.folder, "remote", "add", "origin", f"https://me:{SECRET}@github.com/me/mine.git")
    shop.write("tracked", "changed")
    shop.write("new", "new")
    shop.write("ignored", "private")
    look = "cat ../tracked ../new; echo; ls -A ~ ..; git remote get-url origin; echo x > ../tracked\n"
    shop.write("sub/a.sh", LIST + look + "git log --format=%s; git status --short ../tracked\n")
    monkeypatch.chdir(shop.folder / "sub")
    said = shop.run("rehearse", "--", "bash", "a.sh")
    assert said.code == 0, said
    assert "changednew" in said.err and "ignored" not in said.err.replace(".gitignore", "")
    assert "https://github.com/me/mine.git" in said.err and SECRET not in said.err
    assert "\nx\n M ../tracked" in said.err or "\nx\n M tracked" in said.err
    assert (shop.folder / "tracked").read_text() == "changed"


def test_a_copy_without_git_and_with_links(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "sub").mkdir(parents=True)
    (old / "sub" / "a").write_text("a")
    (old / "run").write_text("#!/bin/sh\n")
    (old / "run").chmod(0o755)
    (old / "inward").symlink_to(old / "sub" / "a")
    (old / "folder").symlink_to("sub")
    copy_tree(old, new)
    assert (new / "folder" / "a").read_text() == "a" and os.access(new / "run", os.X_OK)
    assert os.readlink(new / "inward") == str(new / "sub" / "a")


# --- the fence --------------------------------------------------------------------------------------------------------


def test_other_hosts_are_out_of_reach(shop: Workshop) -> None:
    need_fence()
    with socket.create_server(("127.0.0.1", 0)) as outside:
        port = outside.getsockname()[1]
        # Without proxy and without a resolver: a connection that nothing but the fence holds.
        direct = f"(exec 3<>/dev/tcp/127.0.0.1/{port}) 2>/dev/null && echo GOT OUT; (exec 3<>/dev/tcp/192.0.2.1/443) || true"
        shop.write("a.sh", f"{LIST}{direct}\ncurl -sS https://example.com/?q=1 || echo refused\n")
        said = shop.run("rehearse", "--", "bash", "a.sh", fenced=False)
        outside.setblocking(False)
        with pytest.raises(BlockingIOError):
            outside.accept()
    assert said.code == 0, said
    assert "GOT OUT" not in said.err and "unreachable" in said.err and "refused" in said.err
    assert "Other hosts were out of reach: CONNECT example.com:443" in said.out and "network shut" in said.out


def test_local_sockets_are_out_of_reach(shop: Workshop) -> None:
    need_fence()
    path = shop.folder.parent / "agent.sock"
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(path))
        agent.listen()
        code = f"import socket\ntry: socket.socket(socket.AF_UNIX).connect({str(path)!r})\nexcept OSError as e: print(e)\n"
        shop.write("a.py", code + "else: print('GOT OUT')\n")
        said = shop.run("rehearse", "--", sys.executable, "a.py", fenced=False)
    assert "refused" in said.err and "GOT OUT" not in said.err


@pytest.mark.parametrize(
    "how",
    [
        "curl -sSf --noproxy '*'",
        "env -u HTTPS_PROXY -u https_proxy -u WGETRC curl -sSf",
    ],
)
def test_what_heeds_no_proxy_comes_to_the_emulator(shop: Workshop, how: str) -> None:
    need_fence()
    shop.write("a.sh", LIST.replace("curl -sS", how))
    said = shop.run("rehearse", "--", "bash", "a.sh", fenced=False)
    assert said.code == 0 and "recent-builds" in said.out, said


def test_without_a_fence_it_refuses(shop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("a.sh", LIST + "echo it ran\n")
    other = tmp_path / "python"
    other.write_text(
        f"#!{sys.executable} -P\nimport runpy, sys\nsys.platform = 'plan9'\nsys.argv = sys.argv[3:]\n"
        "runpy.run_module(sys.argv[0], run_name='__main__')\n"
    )
    other.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(other))
    said = shop.run("rehearse", "--", "bash", "a.sh", fenced=False)
    assert said.code == 2 and "plan9 has no network namespaces" in said.err and "--uncontained" in said.err
    assert "it ran" not in said.err and not said.out
    open_ = shop.run("rehearse", "--uncontained", "--", "bash", "a.sh", fenced=False)
    assert open_.code == 0 and "it ran" in open_.err and "network OPEN (--uncontained)" in open_.out


def test_another_system_has_no_fence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(Uncontained, match="darwin"):
        contain(tmp_path, ())


@pytest.mark.parametrize("command", [("rehearse", "--", "true"), ("prove", "a.sh")])
def test_the_extra_is_asked_for(shop: Workshop, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]) -> None:
    shop.write("a.sh", TRIGGER)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, package=None: None)
    said = shop.run(*command, fenced=False)
    assert said.code == 2 and "pip install 'v2migrate[rehearse]'" in said.err


# --- the account ------------------------------------------------------------------------------------------------------

ACCOUNT = """
now = 2026-11-21T12:00:00Z
[[user]]
login = "eve"
name = "Eve"
avatar_url = ""
[[token]]
value = "personal-of-eve"
kind = "personal"
user = "eve"
[[project]]
slug = "gh/me/mine"
default_branch = "main"
branches = ["main"]
"""


def test_an_account_of_ones_own_is_taken_at_its_word(shop: Workshop) -> None:
    shop.write("ours.toml", ACCOUNT)
    shop.write("a.sh", TODAY.replace("me/mine", "me/other"))
    said = shop.run("rehearse", "--account", "ours.toml", "--", "bash", "a.sh")
    assert said.code == 2 and "with 404" in said.out and "Made up" not in said.out
    shop.write("a.sh", TODAY)
    assert shop.run("rehearse", "--account", "ours.toml", "--", "bash", "a.sh").code == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "no such file"), ("now =", "is no account"), ("x = 1", "KeyError"), (ACCOUNT.replace("login", "lgin"), "no account"),
     (ACCOUNT.replace('kind = "personal"', 'kind = "project"'), "no personal token")],
)  # fmt: skip
def test_a_file_that_is_no_account(shop: Workshop, text: str | None, said: str) -> None:
    if text is not None:
        shop.write("ours.toml", text)
    got = shop.run("rehearse", "--account", "ours.toml", "--", "true")
    assert got.code == 2 and "ours.toml" in got.err and said in got.err.lower().replace("keyerror", "KeyError")


def _twins() -> tuple[Twins, Callable[[str], int]]:
    account = read_account()
    twins = Twins(account, "trunk")
    emulator = Emulator(account, Settings(any_token=True), twins=twins)

    def get(path: str) -> int:
        plain, _, query = path.partition("?")
        named = dict([query.split("=")]) if query else {}
        return emulator.answer(Call("GET", plain, named, {"circle-token": "whatever"})).status

    return twins, get


def test_what_is_made_up_is_listed() -> None:
    twins, get = _twins()
    assert get("/api/v1.1/project/github/me/mine/1234") == 200
    assert get("/api/v2/project/gh/me/mine/job/1234") == 200
    assert get("/api/v2/project/gh/me/mine/pipeline?branch=topic") == 200
    assert twins.made_up == ["project gh/me/mine", "job 1234 of gh/me/mine", "builds of branch topic of gh/me/mine"]


def test_what_the_account_has_is_not_made_up() -> None:
    twins, get = _twins()
    assert get("/api/v1.1/project/github/acme/web/42") == 200
    assert get("/api/v1.1/project/github/acme/web/9999") == 404
    assert get("/api/v2/project/circleci/9YytKzouJxzu4TjCRFqAoD/44n9wujWcTnVZ2b5S8Fnat/pipeline") == 404
    assert not twins.made_up


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        ("https://circleci.com/api/v1.1/project/{slug}/tree/{branch}?circle-token={TOKEN}", True),
        ("https://circleci.com/api/v1.1/project/github/$ORG/${REPO}/tree/main", True),
        ("{BASE}/api/v1.1/project/github/a/b/tree/main", True),
        ("https://circleci.com/api/v1.1/project/github/a/c/tree/main", False),
        ("https://circleci.com/api/v1.1/project/{slug}", True),
        ("{url}", False),
    ],
)
def test_a_request_finds_its_line(url: str, fits: bool) -> None:
    finding = Finding("trigger-job-on-branch", "sunset", Span("a.sh", 0, 1), "", method="POST", url=url)
    seen = Seen("POST", "/api/v1.1/project/github/a/b/tree/main?circle-token=***", 410, {})
    assert (locate(seen, "trigger-job-on-branch", [finding]) is finding) is fits


def test_the_better_finding_wins() -> None:
    base = "https://circleci.com/api/v1.1/project/"
    loose = Finding("trigger-job-on-branch", "sunset", Span("a.sh", 0, 1), "", method="POST", url=base + "{slug}/tree/{b}")
    exact = Finding("trigger-job-on-branch", "sunset", Span("b.sh", 0, 1), "", method="POST", url=base + "gh/a/b/tree/main")
    other = Finding("trigger-job", "sunset", Span("c.sh", 0, 1), "", method="POST", url=base + "gh/a/b/tree/main")
    seen = Seen("POST", "/api/v1.1/project/gh/a/b/tree/main", 410, {})
    assert locate(seen, "trigger-job-on-branch", [loose, exact, other]) is exact
    prose = replace(exact, span=Span("README.md", 0, 1))
    comment = replace(exact, notes=("the call stands in a comment",))
    assert locate(seen, "trigger-job-on-branch", [prose, comment, loose]) is loose
    assert locate(seen, "trigger-job-on-branch", [exact, loose], ["bash", "ci/a.sh"]) is loose

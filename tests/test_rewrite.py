"""What a rewrite says, refuses and leaves as it is, where no example of a rule shows it: found by changing the code."""

from __future__ import annotations

import difflib
import random
from pathlib import Path

import pytest

from v2migrate import engine
from v2migrate.finding import Finding
from v2migrate.rewrite_url import differences

WEB = "https://circleci.com/api/v1.1/project/gh/acme/web"
HEADER = 'headers={"Circle-Token": t}'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()


def check(name: str, text: str) -> tuple[Finding, ...]:
    Path(name).write_text(text)
    return engine.check([name], engine.Options()).findings


def fixed(name: str, text: str) -> str:
    Path(name).write_text(text)
    engine.fix([name], engine.Options(unsafe=True), write=True)
    return Path(name).read_text()


def post(path: str, sent: str) -> str:
    return f'import requests\n\ndef f(t, made, value):\n    requests.post("{WEB}{path}", {HEADER}, {sent})\n'


@pytest.mark.parametrize(
    ("path", "sent", "made"),
    [
        ("/envvar", "json=made", "json=made"),
        ("/envvar", 'data={"name": "A", "value": value}', 'json={"name": "A", "value": value}'),
        ("/envvar", 'json={"name": "A", "value": value}', 'json={"name": "A", "value": value}'),
        ("/checkout-key", 'data={"type": "deploy-key"}', 'json={"type": "deploy-key"}'),
    ],
)
def test_a_body_whose_names_stay_is_sent_as_json(path: str, sent: str, made: str) -> None:
    assert fixed("a.py", post(path, sent)) == post(path, made).replace("v1.1", "v2")


@pytest.mark.parametrize(
    ("path", "sent", "klass", "why"),
    [
        ("/envvar", "data=made", "unsafe", "the body of the request was not seen"),
        ("/checkout-key", "json=made", "unsafe", "the body of the request was not seen"),
        ("/checkout-key", 'json={"type": "deploy-key", **made}', "unsafe", "parts of the body were not seen"),
        ("/checkout-key", 'json={"type": "deploy-key", "a": 1}', "manual", "the body's `a` has no place in v2"),
        ("/envvar", 'files={"name": made}', "manual",
         "it uploads a file or a form; v2 takes JSON only (a config cannot be sent along)"),
    ],
)  # fmt: skip
def test_a_body_that_cannot_be_told_to_fit_stays(path: str, sent: str, klass: str, why: str) -> None:
    text = post(path, sent)
    (finding,) = check("a.py", text)
    assert finding.klass == klass and why in (finding.withheld, *finding.notes)
    assert fixed("a.py", text) == text


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("committer_name", ": v2 does not tell who committed: keep v1.1, this GET stays"),
        ("nonsense", ", which v2's answer does not have"),
    ],
)
def test_a_field_that_is_lost_is_named_with_what_to_do(field: str, why: str) -> None:
    text = f'import requests\n\ndef f(t, n):\n    print(requests.get(f"{WEB}/{{n}}", {HEADER}).json()["{field}"])\n'
    (finding,) = check("a.py", text)
    assert finding.klass == "manual" and finding.notes[0] == f"the code reads `{field}`{why}"


def test_a_list_is_said_to_be_read_as_one_page() -> None:
    (finding,) = check("a.py", f'import requests\n\ndef f(t):\n    for v in requests.get("{WEB}/envvar", {HEADER}).json():\n'
                               '        print(v["name"])\n')  # fmt: skip
    assert finding.notes == ("v2 pages this list but documents no page token for it: it is read as one page",)


def test_a_token_beside_another_login_only_leaves_the_query() -> None:
    call = 'curl -o a -H "Authorization: Basic $BASIC" '
    assert fixed("a.sh", f'{call}"https://circleci.com/api/v1.1/me?circle-token=$T"\n') == f'{call}"https://circleci.com/api/v2/me"\n'
    (finding,) = check("a.sh", f"{call}https://circleci.com/api/v1.1/me\n")
    assert not any("sends no token" in note for note in finding.notes)


def test_an_empty_token_is_withheld_and_said() -> None:
    (finding,) = check("a.sh", "curl -o a https://circleci.com/api/v1.1/me?circle-token=\n")
    assert (finding.klass, finding.withheld) == ("unsafe", "the token in the URL is empty")


def test_a_call_inside_one_that_stays_is_rewritten() -> None:
    inner = 'requests.get("https://circleci.com/api/v1.1/me", headers={"Circle-Token": t}).json()["login"]'
    text = f'import requests\n\ndef f(t):\n    requests.post("{WEB}/follow?by=" + {inner}, {HEADER})\n'
    assert fixed("a.py", text) == text.replace(inner, inner.replace("v1.1", "v2"))
    text = f'curl -u "$T:" "{WEB}/x/$(curl -u "$T:" {WEB}/checkout-key | jq -r \'.[0].fingerprint\')/y"\n'
    made = text.replace(f"{WEB}/checkout", f"{WEB}/checkout".replace("v1.1", "v2")).replace(".[0]", ".items[0]")
    assert fixed("a.sh", text) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("shallow=true", ""), ("shallow=true&circle-token=$T", ""), ("a=1&shallow=true", "?a=1"), ("shallow=true&a=1", "?a=1"),
        ("a=1&shallow=true&circle-token=$T&b=2", "?a=1&b=2"), ("circle-token=$T&shallow=true&", ""),
    ],
)  # fmt: skip
def test_parameters_that_v2_has_no_word_for_leave_the_query(before: str, after: str) -> None:
    made = fixed("a.sh", f'curl -o a -u "$T:" "{WEB}/12?{before}"\n')
    assert made == f'curl -o a -u "$T:" "{WEB.replace("v1.1", "v2")}/job/12{after}"\n'


def test_a_server_of_any_name_is_known_by_the_slug_in_its_path() -> None:
    (finding,) = check("a.sh", 'curl -u "$T:" -X POST "$SERVER/api/v1.1/project/$SLUG"\n')
    assert finding.rule == "trigger-job"
    assert check("a.sh", 'curl -u "$T:" -X POST "$SERVER/api/v1.1/project"\n') == ()


def test_a_version_in_a_variable_is_said_to_stand_elsewhere() -> None:
    (finding,) = check("a.sh", 'curl -o a -u "$T:" "https://circleci.com/api/$VERSION/me"\n')
    assert finding.withheld == "the version in the URL is not written here"


def test_a_base_of_its_own_goes_in_right_before_a_call_that_stays() -> None:
    base = 'API = "https://circleci.com/api/v1.1"\n'
    stays = f'requests.post(API + "/project/gh/acme/web/follow", {HEADER})\n'
    moves = f'requests.delete(API + "/project/gh/acme/web/envvar/A", {HEADER})\n'
    made = fixed("a.py", f"import requests\nt = input()\n{base}{stays}{moves}")
    fresh = base.replace("API", "API_V2").replace("v1.1", "v2")
    assert made == f"import requests\nt = input()\n{base}{fresh}{stays}{moves.replace('API', 'API_V2')}"


def test_a_rule_of_ones_own_with_a_hint_for_people_is_never_rewritten() -> None:
    Path("own").mkdir()
    rule = (
        'title = "Me"\nkind = "endpoint"\nstatus = "legacy"\nwhy = "w"\nmanual = "ask first"\n'
        '[[source]]\nname = "n"\nurl = "https://example.org/"\nread = 2026-11-21\n'
        '[[from]]\nmethod = "GET"\npath = "/me"\nversions = ["v1", "v1.1"]\n[to]\nmethod = "GET"\npath = "/me"\n'
        "[answer]\nsame = true\n"
    )
    Path("own/current-user.toml").write_text(rule)
    Path("a.sh").write_text('curl -u "$T:" https://circleci.com/api/v1.1/me\n')
    (finding,) = engine.check(["a.sh"], engine.Options(rules="own")).findings
    assert finding.klass == "manual" and finding.fix is None and "ask first" in finding.notes


OWN = """
title = "Go"
kind = "endpoint"
status = "legacy"
why = "w"
[[source]]
name = "n"
url = "https://example.org/"
read = 2026-11-21
[[from]]
method = "POST"
path = "/project/{slug}/go"
versions = ["v1", "v1.1"]
[to]
method = "POST"
path = "/project/{slug}/pipeline"
[body]
branch = "query.branch"
"parameters.a" = "body.a"
"parameters.b" = "body.b"
[answer]
same = true
"""


def test_a_rule_of_ones_own_moves_the_query_into_the_body_and_gathers_fields() -> None:
    Path("own").mkdir()
    Path("own/go.toml").write_text(OWN)
    call = f'requests.post(f"{WEB}/go?branch={{branch}}", {HEADER}, json={{"a": a, "b": 2}})'
    text = f"import requests\n\ndef f(t, a, branch):\n    {call}\n"
    Path("a.py").write_text(text)
    engine.fix(["a.py"], engine.Options(rules="own", unsafe=True), write=True)
    made = text.replace(f'f"{WEB}/go?branch={{branch}}"', f'"{WEB}/pipeline"'.replace("v1.1", "v2"))
    made = made.replace('{"a": a, "b": 2}', '{"branch": branch, "parameters": {"a": a, "b": 2}}')
    assert Path("a.py").read_text() == made


@pytest.mark.parametrize("path", ["/envvar", "/12/tests", "/12/artifacts", "/checkout-key"])
def test_a_slash_at_the_end_goes(path: str) -> None:
    text = f'import requests\n\ndef f(t):\n    requests.get("{WEB}{path}/", {HEADER})\n'
    assert fixed("a.py", text) == text.replace("v1.1", "v2").replace(f"{path}/", path)


def test_a_path_that_may_go_on_is_not_rewritten() -> None:
    text = f'import requests\n\ndef f(t, more):\n    requests.delete(f"{WEB}/envvar/A{{more}}", {HEADER})\n'
    (finding,) = check("a.py", text)
    assert finding.klass == "manual" and "the path may go on in a value that was not seen" in finding.notes
    assert fixed("a.py", text) == text


def test_the_message_of_an_error_is_no_element_of_the_list() -> None:
    text = f'import requests\n\ndef f(t):\n    return requests.get("{WEB}/envvar", {HEADER}).json()["message"]\n'
    (finding,) = check("a.py", text)
    assert finding.klass == "manual" and "the code reads `message`, which v2's answer does not have" in finding.notes


def test_form_fields_become_json_in_the_order_of_the_documents() -> None:
    made = fixed("a.sh", f'curl -u "$T:" -d "value=$V" -d name=REGION {WEB}/envvar\n')
    assert ' -d "{\\"name\\": \\"REGION\\", \\"value\\": \\"$V\\"}" ' in made


@pytest.mark.parametrize(("call", "made"), [("fetch(URL)", "v2"), ("a = fetch(URL)", "v1.1"), ("use(fetch(URL))", "v1.1")])
def test_what_a_function_of_ones_own_answers_is_not_guessed(call: str, made: str) -> None:
    text = "from our import fetch\n" + call.replace("URL", '"https://circleci.com/api/v1.1/me"') + "\n"
    Path("a.py").write_text(text)
    options = engine.Options(unsafe=True, wrappers=(("fetch", "GET"),))
    (finding,) = engine.check(["a.py"], options).findings
    assert finding.klass != "manual" and bool(finding.withheld) is (made == "v1.1")
    engine.fix(["a.py"], options, write=True)
    assert Path("a.py").read_text() == text.replace("v1.1", made)


def test_a_code_that_is_no_success_stays() -> None:
    text = post("/envvar", "json=made").replace("requests.post", "r = requests.post") + "    assert r.status_code != 300\n"
    assert fixed("a.py", text) == text.replace("v1.1", "v2")


def test_a_method_that_was_not_seen_is_said() -> None:
    (finding,) = check("a.py", 'ME = "https://circleci.com/api/v1.1/me"\n')
    assert "the HTTP method was not seen; taken as GET, the only one this path has" in finding.notes


def test_a_body_field_of_the_name_of_a_path_part_is_not_lost() -> None:
    text = post("/tree/main", 'json={"branch": value, "build_parameters": {"A": "b"}}')
    (finding,) = check("a.py", text)
    assert "the body's `branch` has no place in v2" in finding.notes and fixed("a.py", text) == text


HELPER = """import requests

def get(path, token):
    return requests.get("https://circleci.com/api/" + path, params={"circle-token": token})

def names(t):
    return [v["name"] for v in get("v1.1/project/gh/acme/web/envvar", t).json()]

def login(t):
    return get("v1.1/CALL", t).json()["VALUE"]
"""


@pytest.mark.parametrize(("call", "value", "said"), [("me", "login", False), ("project/gh/acme/web/12", "steps", True)])
def test_a_token_that_a_helper_sends_for_callers_that_stay_is_said(call: str, value: str, said: bool) -> None:
    found = check("a.py", HELPER.replace("CALL", call).replace("VALUE", value))
    (names,) = (f for f in found if f.rule == "envvar-list")
    note = "the function sends the token in a header for all its callers: v1.1 takes it there as well"
    assert (note in names.notes) is said and names.fix is not None


def test_a_call_without_a_token_is_told_what_v2_wants() -> None:
    (finding,) = check("a.sh", f"curl -X DELETE {WEB}/envvar/A\n")
    assert finding.withheld == (
        "the call sends no token, and v2 answers 401 without one, also for public projects: "
        "let it send a personal API token (v1.1 takes it, too), then run this again"
    )


def test_a_rule_of_ones_own_that_swaps_parts_of_the_path_is_not_written() -> None:
    Path("own").mkdir()
    rule = OWN.replace('"POST"', '"DELETE"').replace("/project/{slug}/go", "/variable/{name}/of/{slug}")
    rule = rule.replace("/project/{slug}/pipeline", "/project/{slug}/envvar/{name}")
    Path("own/go.toml").write_text(rule[: rule.index("[body]")] + "[answer]\nsame = true\n")
    Path("a.sh").write_text('curl -u "$T:" -X DELETE https://circleci.com/api/v1.1/variable/A/of/gh/acme/web\n')
    (finding,) = engine.check(["a.sh"], engine.Options(rules="own")).findings
    assert finding.klass == "manual" and "the parts of the path change their order" in finding.notes


def test_a_list_that_is_kept_whole_is_withheld() -> None:
    text = f'curl -o a -u "$T:" {WEB}/envvar\n'
    (finding,) = check("a.sh", text)
    assert finding.klass == "unsafe" and finding.withheld.endswith("as a whole, and its list stands under `items` on v2")
    assert fixed("a.sh", text) == text


def test_an_object_that_is_read_as_a_list_is_refused() -> None:
    ask = f'requests.get("https://circleci.com/api/v1.1/me", {HEADER}).json()'
    (finding,) = check("a.py", f'import requests\n\ndef f(t):\n    return [each["login"] for each in {ask}]\n')
    assert finding.klass == "manual" and "the code reads `[].login`, which v2's answer does not have" in finding.notes


@pytest.mark.parametrize("slug", ["gh/acme/a%2Fb", "gh%2Facme%2Fweb", "$SLUG"])
def test_a_slug_in_one_part_is_not_run_with_a_definition(slug: str) -> None:
    Path("a.sh").write_text(f'curl -u "$T:" -X POST https://circleci.com/api/v1.1/project/{slug}/tree/main\n')
    options = engine.Options(definition_id="2338d0ae-5541-4bbf-88a2-55e9f2281f80")
    (finding,) = engine.check(["a.sh"], options).findings
    assert finding.klass == "manual" and any("is not written as 3 path segments" in note for note in finding.notes)


@pytest.mark.parametrize(
    ("call", "klass"), [('requests.post(API + "/12/retry", ', "unsafe"), ('requests.get(API + "/12", ', "manual")]
)
def test_a_call_to_several_that_cannot_be_written_stays_only_where_it_has_no_end(call: str, klass: str) -> None:
    Path("b.py").write_text(f'API = "{WEB}"\n')
    step = ".json()['branch']" if klass == "manual" else ""
    (finding,) = check("a.py", f"import requests\nfrom b import API\n\ndef f(t):\n    print({call}{HEADER}){step})\n")
    why = "part of it stands in b.py, which was not named: run `v2migrate fix .`"
    assert finding.klass == klass and finding.withheld == (why if klass == "unsafe" else "")


def test_paths_differ_as_difflib_has_it() -> None:
    some = random.Random(8)
    for size in [2, 4, 9] * 1500:
        old, new = ([some.choice("abcdefghi"[:size]) for _ in range(some.randrange(6))] for _ in range(2))
        if some.random() < 0.5:
            old, new = list(dict.fromkeys(old)), list(dict.fromkeys(new))
        codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        assert differences(old, new) == [code for code in codes if code[0] != "equal"], (old, new)

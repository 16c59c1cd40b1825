"""Wrong rewrites that generated programs found (`tests/fuzz/programs.py`), each made small, and what is said of it now."""

from __future__ import annotations

import pytest

from v2migrate import engine
from v2migrate.finding import Finding
from v2migrate.options import Options

WEB = "https://circleci.com/api/v1.1/project/gh/acme/web"
TOP = f'import httpx\nimport requests\n\nWEB = "{WEB}"\nHEADERS = {{"Circle-Token": TOKEN}}\n'
ASK = f"""ask() {{
  local method=$1 path=$2
  shift 2
  curl -s -X $method -u "$CIRCLE_TOKEN:" "$@" "{WEB}/$path"
}}
"""


def found(name: str, text: str) -> tuple[Finding, ...]:
    return engine.check((), Options(), given={name: text.encode()}).findings


def fixed(name: str, text: str) -> str:
    _, changed = engine.fix((), Options(), write=False, given={name: text.encode()})
    return changed[name][1].decode() if name in changed else text


def only(text: str) -> Finding:
    (finding,) = found("a.py", TOP + text)
    return finding


@pytest.mark.parametrize("text", [
    'class Client:\n    def __init__(self, token):\n        self.session = requests.Session()\n'
    '        self.session.params = {"circle-token": token}\n\n    def cancel(self):\n'
    '        self.session.post(WEB + "/7/cancel").raise_for_status()\n',
    'class Client:\n    def __init__(self, token):\n        self.session = requests.Session()\n'
    '        self.session.params.update({"circle-token": token})\n\n    def cancel(self):\n'
    '        self.session.post(WEB + "/7/cancel").raise_for_status()\n',
])  # fmt: skip
def test_a_token_among_the_parameters_of_a_client_object_is_not_taken_for_one_in_its_headers(text: str) -> None:
    finding = only(text)
    assert finding.klass == "unsafe" and finding.assumes == ("personal-token",)


@pytest.mark.parametrize("text", [
    'started = requests.post(WEB + "/build", headers=HEADERS).json()\ndel started["body"]\n',
    'item = requests.get(WEB + "/7", headers=HEADERS).json()\ndel item["steps"]\n',
])  # fmt: skip
def test_a_field_that_is_deleted_has_to_be_there(text: str) -> None:
    assert only(text).klass == "manual" or "answer-elsewhere" in only(text).assumes


def test_a_field_that_is_deleted_moves() -> None:
    text = 'key = requests.get(WEB + "/checkout-key/aa", headers=HEADERS).json()\ndel key["time"]\nprint(key["type"])\n'
    assert 'del key["created_at"]' in fixed("a.py", TOP + text)


def test_a_field_that_is_set_and_read_moves_in_both() -> None:
    text = ('for key in requests.get(WEB + "/checkout-key", headers=HEADERS).json():\n    key["time"] = key["time"][:10]\n'
            '    key["mine"] = 1\n    print(key["time"])\n')  # fmt: skip
    new = fixed("a.py", TOP + text)
    assert '    key["created_at"] = key["created_at"][:10]\n    key["mine"] = 1\n    print(key["created_at"])\n' in new


@pytest.mark.parametrize("use", [
    "if len(key) > 4:\n    pass", "x = '%(time)s' % key", "x = '{0[time]}'.format(key)", "x = sum(1 for _ in [len(key)])",
])  # fmt: skip
def test_fields_of_an_object_that_are_counted_or_put_into_a_text_by_name(use: str) -> None:
    finding = only(f'key = requests.get(WEB + "/checkout-key/aa", headers=HEADERS).json()\n{use}\n')
    assert finding.klass == "unsafe" and finding.assumes == ("answer-elsewhere",)


@pytest.mark.parametrize(("call", "klass"), [
    ('post(WEB + "/7/retry"', "manual"), ('get(WEB + "?limit=3"', "unsafe"), ('get(WEB + "/checkout-key/aa"', "unsafe"),
])  # fmt: skip
def test_what_is_counted_of_an_answer_that_several_calls_make_up(call: str, klass: str) -> None:
    assert only(f"if len(requests.{call}, headers=HEADERS).json()) > 9:\n    stop()\n").klass == klass


@pytest.mark.parametrize("use", ["print(len(found))", "print(len([each for each in found if each]))", "print(len(list(found)))"])
def test_a_list_that_is_counted_is_none_of_those(use: str) -> None:
    finding = only(f'found = requests.get(WEB + "/7/artifacts", headers=HEADERS).json()\n{use}\n')
    assert finding.klass == "safe"


HELPER = 'def ask(method, path, **more):\n    answer = requests.request(method, WEB + path, headers=HEADERS, **more)\n'


@pytest.mark.parametrize(("inside", "assumes"), [
    ("    if answer.status_code != 200:\n        raise SystemExit(1)\n    return answer.json()\n", ("success-code",)),
    ("    print(answer.status_code)\n    return answer.json()\n", ("success-code",)),
    ("    assert answer.status_code in (200, 201)\n    return answer.json()\n", ()),
    ("    if answer.status_code >= 400:\n        raise SystemExit(answer.json()['message'])\n    return answer.json()\n", ()),
])  # fmt: skip
def test_a_helper_looks_at_the_code_for_all_its_callers(inside: str, assumes: tuple[str, ...]) -> None:
    text = f'{HELPER}{inside}\nprint(ask("POST", "/envvar", json={{"name": "A", "value": "b"}})["name"])\n'
    assert only(text).assumes == assumes


@pytest.mark.parametrize("inside", [
    "    data = answer.json()\n    print(data['selected_email'])\n    return data\n",
    "    save(answer)\n    return answer.json()\n",
    "    data = answer.json()\n    cache[path] = data\n    return data\n",
])  # fmt: skip
def test_a_helper_reads_the_answer_itself_before_it_hands_it_back(inside: str) -> None:
    text = f"{HELPER.replace('WEB', 'API')}{inside}\nprint(ask('GET', '/me')['login'])\n"
    (finding,) = found("a.py", TOP.replace("WEB", "API").replace("/project/gh/acme/web", "") + text)
    assert finding.klass == "unsafe" and finding.assumes == ("answer-elsewhere",)


@pytest.mark.parametrize("inside", [
    "    data = answer.json()\n    if not data:\n        return []\n    return data\n",
    "    data = answer.json()\n    assert isinstance(data, list)\n    return data\n",
    "    data = answer.json()\n    for each in data:\n        seen()\n    return data\n",
])  # fmt: skip
def test_a_helper_takes_the_answer_for_a_list(inside: str) -> None:
    finding = only(f'{HELPER}{inside}\nfor item in ask("GET", "/envvar"):\n    print(item["name"])\n')
    assert finding.klass == "unsafe" and finding.assumes == ("answer-elsewhere",)
    assert only(f'{HELPER}{inside}\nprint(ask("GET", "/checkout-key/aa")["time"])\n').klass == "safe"


@pytest.mark.parametrize("call", ["post(WEB + '/7/cancel'", "get(WEB + '/envvar'"])
def test_a_code_that_v1_does_not_document_is_assumed(call: str) -> None:
    finding = only(f"if requests.{call}, headers=HEADERS).status_code == 201:\n    print('done')\n")
    assert finding.klass == "unsafe" and finding.assumes == ("success-code",)


@pytest.mark.parametrize("use", [
    "| grep '\"value\"' | head -1", "| cut -d: -f2", "| sed 's/,/\\n/g'", "> out.json\nawk '/value/ {print $3}' out.json",
])  # fmt: skip
def test_an_answer_that_is_the_same_is_not_the_same_text(use: str) -> None:
    (finding,) = found("a.sh", f'curl -s -u "$CIRCLE_TOKEN:" {WEB}/envvar/REGION {use}\n')
    assert finding.klass == "unsafe" and finding.assumes == ("answer-elsewhere",)


@pytest.mark.parametrize(("path", "klass"), [("checkout-key/aa", "unsafe"), ("checkout-key", "safe")])
@pytest.mark.parametrize("use", ["jq length", "jq '[.[]] | length'"])
def test_what_jq_counts(path: str, klass: str, use: str) -> None:
    (finding,) = found("a.sh", f'curl -s -u "$CIRCLE_TOKEN:" {WEB}/{path} | {use}\n')
    assert finding.klass == klass


@pytest.mark.parametrize("between", ["\n", "\n\n", "  # and then\n", " \\\n  -r\n", " # and \\\n"])
def test_a_line_with_a_redirect_does_not_belong_to_the_pipeline_above(between: str) -> None:
    lines = f"ask GET 43 | tee out.json | jq .status{between}ask POST 43/cancel > /dev/null\nask GET 44 | cat | jq .status >&2\n"
    text = ASK + lines
    calls = {(finding.rule, text.count("\n", 0, finding.span.start)) for finding in found("a.sh", text)}
    below = ASK.count("\n") + 1 + between.count("\n") - 1
    assert calls == {("job-details", ASK.count("\n")), ("cancel-job", below), ("job-details", below + 1)}


@pytest.mark.parametrize(("before", "after"), [
    ('WEB[:-3] + repo + "?circle-token=" + TOKEN', None),
    ('API + repo + "?circle-token=" + TOKEN', 'API + repo + "/pipeline", headers={"Circle-Token": TOKEN}'),
    ('API + str(repo) + "?circle-token=" + TOKEN', 'API + str(repo) + "/pipeline", headers={"Circle-Token": TOKEN}'),
    ('API + repo + AUTH', 'API + repo + "/pipeline", headers={"Circle-Token": TOKEN}'),
    ('API + repo + "/build" + AUTH', 'API + repo + "/pipeline", headers={"Circle-Token": TOKEN}'),
    ('API + "web" + AUTH', 'API + "web/pipeline", headers={"Circle-Token": TOKEN}'),
    ('API + repo + f"?circle-token={TOKEN}"', 'API + repo + "/pipeline", headers={"Circle-Token": TOKEN}'),
    ('"%s%s%s" % (API, repo, AUTH)', None),
    ('"/".join([API, repo]) + AUTH', None),
])  # fmt: skip
def test_what_is_put_in_where_a_query_goes(before: str, after: str | None) -> None:
    text = """import requests

AUTH = "?circle-token=" + TOKEN
API = "https://circleci.com/api/v1.1/project/gh/acme/"


def go(repo):
    requests.post({}).raise_for_status()
"""
    _, changed = engine.fix((), Options(unsafe=True), write=False, given={"a.py": text.format(before).encode()})
    new = changed["a.py"][1].decode() if changed else ""
    assert after is None or f"    requests.post({after}).raise_for_status()\n" in new
    assert not changed or ('AUTH = "?circle-token=" + TOKEN\n' in new and '": AUTH' not in new and 'pipeline"' in new), new


def test_httpx_keeps_one_of_two_queries() -> None:
    """Which one depends on its version, so a call with both is left alone."""
    finding = only('httpx.get(WEB + "/7/artifacts?nodes=all", params={"circle-token": TOKEN})\n')
    assert finding.fix is None and "httpx" in finding.withheld

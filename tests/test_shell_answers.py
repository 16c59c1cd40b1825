"""Where a call's answer goes in shell code: pipes, variables, files, functions, status tests."""

from __future__ import annotations

import pytest

from v2migrate.languages.shell import lower
from v2migrate.request import Answer, Request
from v2migrate.source import Region, Source

URL = "https://circleci.com/api/v1.1/project/gh/o/r"


def call(code: str) -> Request:
    data = code.replace("URL", URL).encode()
    found = lower(Source("x.sh", data), Region("shell", "file", ((0, len(data)),)), lambda _: None).requests
    return found[0]


def answer(code: str) -> Answer:
    return call(code).answer


def paths(code: str) -> list[str]:
    found = answer(code)
    assert not found.escapes, found.escapes
    return [".".join(r.path) for r in found.reads if not r.inner]


@pytest.mark.parametrize("code", [
    "curl -s URL | jq '.[0].build_num'",
    "curl -s URL | tee log | jq -r '.[0].build_num'",
    "curl -s URL | cat | jq --arg a b -r '.[0].build_num'",
    "curl -s URL | python3 -m json.tool | jq '.[0].build_num'",
    "curl -s URL | jq . | jq '.[0].build_num'",
    "curl -s URL | jq '.[0]' | jq .build_num",
    "N=$(curl -s URL | jq '.[0].build_num'); echo $N",
    "N=`curl -s URL | jq .[0].build_num`",
    "X=$(curl -s URL); echo \"$X\" | jq '.[0].build_num'",
    "X=$(curl -s URL); N=$(echo \"$X\" | jq '.[0].build_num'); other \"$N\"",
    "X=$(curl -s URL); jq '.[0].build_num' <<< \"$X\"",
    "X=$(curl -s URL) || exit 1\nif [ -z \"$X\" ]; then exit 1; fi\nprintf '%s' \"$X\" | jq '.[0].build_num'",
    "X=$(curl -s URL); Y=$X; jq '.[0].build_num' <<< \"$Y\"",
    "curl -s -o out.json URL; jq '.[0].build_num' out.json; rm out.json",
    "curl -s URL > out.json; jq '.[0].build_num' < out.json",
    "curl -s URL > out.json; cat out.json | jq '.[0].build_num'",
    "jq '.[0].build_num' <(curl -s URL)",
    "get() { curl -s URL; }\nget | jq '.[0].build_num'",
    "get() { curl -s URL; }\nX=$(get)\necho $X | jq '.[0].build_num'",
    "F='.[0].build_num'; curl -s URL | jq -r \"$F\"",
    "for i in 1 2; do curl -s URL; done | jq '.[0].build_num'",
    "curl -s -d @- URL <<X | jq '.[0].build_num'\n{}\nX\n",
    "{ curl -s URL; } | jq '.[0].build_num'",
    "f() { local X; X=$(curl -s URL); echo \"$X\" | jq '.[0].build_num'; }",
])
def test_reads_are_found(code: str) -> None:
    assert paths(code) == ["[].build_num"]


@pytest.mark.parametrize(("code", "how"), [
    ("curl -s URL | grep build_num", "goes to grep"),
    ("curl -s URL | sed s/a/b/ | jq .x", "goes to sed"),
    ("curl -s URL | while read -r l; do echo; done", "goes to a loop"),
    ("curl -s URL > out.json", "is written to a file"),
    ("curl -s -O URL", "is written to a file"),
    ("curl -s URL > o.json; python x.py o.json", "is written to a file that python reads"),
    ("curl -s URL > o.json" + "; jq '.[0].url' o.json" * 60, "is written to a file that many commands name"),
    ("X=$(curl -s URL); other \"$X\"", "is passed to other"),
    ("other \"$(curl -s URL)\"", "is passed to other"),
    ("X=$(curl -s URL); echo ${X%%,*}", "is cut up by the shell"),
    ("X=$(curl -s URL); for i in $X; do :; done", "is looped over"),
    ("for i in $(curl -s URL); do :; done", "is looped over"),
    ("export X=$(curl -s URL)", "is exported as $X"),
    ("X=\"$(curl -s URL)\"; [ \"$X\" = \"$Y\" ]", "is compared"),
    ("curl -s URL | jq -s '.[0].x'", "goes to jq -s"),
    ("curl -s URL | jq -f prog.jq", "goes to a jq program in a file"),
    ("f() { curl -s URL; }", "is the output of the function f"),
])
def test_escapes(code: str, how: str) -> None:
    assert [e.how for e in answer(code).escapes] == [how]


@pytest.mark.parametrize("code", ["curl -s -o /dev/null URL", "curl URL > /dev/null", "X=$(curl -s URL)", "curl URL &>/dev/null",
                                  "X=$(curl -s URL); [ -n \"$X\" ]", "if curl URL >/dev/null 2>&1; then :; fi"])
def test_nothing_is_read(code: str) -> None:
    assert answer(code) == Answer()


@pytest.mark.parametrize("code", [
    "curl URL", "curl URL | tee log", "curl URL 2>&1", "curl -i URL", "X=$(curl URL); echo \"got $X\"", "curl URL | jq .",
    "curl -o - URL", "f() { curl URL; }; f", "curl URL || true",
])
def test_shown(code: str) -> None:
    found = answer(code)
    assert found.shown and not found.escapes and not found.reads


@pytest.mark.parametrize(("test", "code", "equal"), [
    ('[ "$C" = 200 ]', 200, True), ('[ "$C" == "200" ]', 200, True), ("[[ $C -ne 201 ]]", 201, False),
    ("test $C != '200'", 200, False), ("(( C == 200 ))", 200, True), ("case $C in 200) ;; *) exit 1;; esac", 200, True),
    ('if [[ 200 -eq "$C" ]]; then :; fi', 200, True),
])
def test_status_tests(test: str, code: int, equal: bool) -> None:
    text = f"C=$(curl -s -o /dev/null -w '%{{http_code}}' URL)\n{test}\n"
    request = call(text)
    assert [(s.code, s.equal) for s in request.answer.status] == [(code, equal)]
    assert request.notices is True
    span = request.answer.status[0].span
    assert text.replace("URL", URL)[span.start:span.end] == str(code)


def test_a_status_that_is_tested_in_place() -> None:
    request = call("[ $(curl -s -o /dev/null -w '%{http_code}' URL) -eq 200 ]")
    assert [s.code for s in request.answer.status] == [200]


def test_a_range_of_codes_is_noticed_but_no_test() -> None:
    request = call("C=$(curl -s -o /dev/null -w '%{http_code}' URL)\n[ \"$C\" -ge 200 ] && [ \"$C\" -lt 300 ]")
    assert request.notices is True and request.answer.status == ()


def test_notices() -> None:
    assert call("curl -f URL").notices is True
    assert call("curl -sSfL URL").notices is True
    assert call("curl --fail-with-body URL").notices is True
    assert call("wget -qO- URL").notices is True
    assert call("curl -s URL").notices is False


@pytest.mark.parametrize(("code", "notices"), [
    ("curl -sf URL || true", False),
    ("curl -sf URL || echo failed", False),
    ("curl -sf URL || exit 1", True),
    ("curl -sf URL | jq .id", None),
    ("set -o pipefail\ncurl -sf URL | jq .id", True),
    ("curl -s URL | grep -q created", False),
    ("set -e\ncurl -s URL | grep -q created", True),
    ("if curl -s URL | grep -q created; then ls; fi", True),
    ("curl -s URL | jq -e .id || exit 1", True),
    ("curl -s URL | jq .id", False),
    ('id=$(curl -s URL | jq -r .id)\n[ "$id" = null ] && exit 1', True),
    ('id=$(curl -s URL)\necho "$id"', False),
    ('test -n "$(curl -s URL)"', True),
    ("curl -s -o /dev/null -w '%{http_code}' URL", False),
    ("code=$(curl -s -o /dev/null -w '%{http_code}' URL)\n[ $code = 200 ]", True),
])  # fmt: skip
def test_what_notices(code: str, notices: bool | None) -> None:
    assert call(code).notices is notices


def test_status_behind_the_answer() -> None:
    request = call("out=$(curl -s -w '\\n%{http_code}' URL)\n"
                   'if [ "$(tail -n1 <<<"$out")" -eq 200 ]; then echo "$out" | head -n -1 | jq -r .id; fi\n'
                   '[ "${out: -3}" = 200 ]')  # fmt: skip
    assert [t.code for t in request.answer.status] == [200, 200]
    assert [r.path for r in request.answer.reads] == [("id",)] and not request.answer.escapes


def test_what_a_field_is_compared_with() -> None:
    request = call('st=$(curl -s URL | jq -r .status)\nwhile [[ "$st" != "fixed" ]]; do ls; done\n'
                   "case $st in success) ls;; esac")  # fmt: skip
    assert [(r.path, r.values) for r in request.answer.reads] == [(("status",), ("fixed", "success"))]


def test_a_whole_element_is_a_read_of_the_list() -> None:
    assert [r.path for r in call("curl -s URL | jq '.[0]'").answer.reads] == [("[]",)]
    assert call("curl -s URL | jq .").answer.reads == ()


def test_a_later_value_of_the_variable_is_another_answer() -> None:
    code = "X=$(curl -s URL)\nX=$(other)\necho \"$X\" | grep x\n"
    assert answer(code) == Answer()


def test_each_call_of_a_function_has_its_own_answer() -> None:
    code = f"api() {{ curl -s \"{URL}/$1\"; }}\napi a | jq .x\napi b | grep y\n".encode()
    found = lower(Source("x.sh", code), Region("shell", "file", ((0, len(code)),)), lambda _: None).requests
    outer = [r for r in found if r.wrapper]
    assert [[".".join(x.path) for x in r.answer.reads] for r in outer] == [["x"], []]
    assert [[e.how for e in r.answer.escapes] for r in outer] == [[], ["goes to grep"]]

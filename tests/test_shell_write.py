"""Changes written back into shell code: what the file holds afterwards, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from v2migrate.languages.shell import lower, write
from v2migrate.request import Change, Entry, Header, Object, Request, Scalar
from v2migrate.source import Region, Source, apply_edits, render
from v2migrate.template import Template, text

BASE = "https://circleci.com/api/v1.1/project/gh/o/r"


def _look(code: str, **region: object) -> tuple[Source, Region, tuple[Request, ...]]:
    data = code.encode()
    source = Source("run.sh", data)
    where = Region("shell", "file", ((0, len(data)),), **region)  # type: ignore[arg-type]
    return source, where, lower(source, where, lambda _: None).requests


def _write(code: str, change: Change, which: int = 0, **region: object) -> str:
    source, where, requests = _look(code, **region)
    written = write(source, where, requests[which], change)
    assert not written.problem, written.problem
    return apply_edits(source.data, render(source, written.steps)).decode()


def _problem(code: str, change: Change, which: int = 0, **region: object) -> str:
    source, where, requests = _look(code, **region)
    written = write(source, where, requests[which], change)
    assert written.problem and not written.steps
    return written.problem


def _url(code: str, old: str, new: str, which: int = 0) -> tuple[int, int, str]:
    flat = _look(code)[2][which].url.flat
    at = flat.index(old)
    return at, at + len(old), new


def _body(code: str, *entries: tuple[str, Template], which: int = 0) -> Object:
    request = _look(code)[2][which]
    old = request.body.value if request.body is not None else None
    added = tuple(Entry(name, Scalar("string", "", value)) for name, value in entries)
    if isinstance(old, Object):
        return Object((*old.entries, *added), old.list, old.span)
    return Object(added)


def _hole(code: str, index: int = 0) -> Template:
    return Template((_look(code)[2][0].url.holes[index],))


TOKEN = "circle-token="


def _token(code: str) -> Change:
    """The token of the query becomes a header, the version v2."""
    request = _look(code)[2][0]
    flat = request.url.flat
    start = flat.index("?" + TOKEN)
    value = request.url.slice(start + 1 + len(TOKEN), len(flat))
    return Change((_url(code, "v1.1", "v2"), (start, len(flat), "")), headers=(Header("Circle-Token", value),))


@pytest.mark.parametrize(("before", "after"), [
    ("curl {}?circle-token=$T", 'curl -H "Circle-Token: $T" {}'),
    ('curl -s "{}?circle-token=${{T}}"', 'curl -s -H "Circle-Token: ${{T}}" "{}"'),
    ("curl -s '{}?circle-token='$T", "curl -s -H \"Circle-Token: $T\" '{}'$T"),
    ("curl -X GET {}?circle-token=$T", 'curl -H "Circle-Token: $T" -X GET {}'),
    ("curl -sXGET {}?circle-token=$T", 'curl -H "Circle-Token: $T" -sXGET {}'),
    ("curl {}?circle-token=abc", 'curl -H "Circle-Token: abc" {}'),
    ("curl '{}?circle-token=abc'", "curl -H 'Circle-Token: abc' '{}'"),
    ("curl \\\n  -s \\\n  {}?circle-token=$T", 'curl \\\n  -H "Circle-Token: $T" \\\n  -s \\\n  {}'),
    ("curl -X GET \\\n  -s \\\n  {}?circle-token=$T", 'curl -X GET \\\n  -H "Circle-Token: $T" \\\n  -s \\\n  {}'),
    ("curl --retry \\\n 3 {}?circle-token=$T", 'curl -H "Circle-Token: $T" --retry \\\n 3 {}'),
    ("curl \\\r\n  {}?circle-token=$T\r\n", 'curl \\\r\n  -H "Circle-Token: $T" \\\r\n  {}\r\n'),
    ("wget -qO- {}?circle-token=$T", 'wget --header="Circle-Token: $T" -qO- {}'),
    ("http GET {}?circle-token=$T", 'http GET {} "Circle-Token:$T"'),
    ("curl {}?circle-token=$(cat token)", 'curl -H "Circle-Token: $(cat token)" {}'),
])
def test_the_token_moves_into_a_header(before: str, after: str) -> None:
    code = before.format(BASE)
    want = after.format(BASE.replace("v1.1", "v2"))
    if "'$T" in want:
        want = want.replace("'$T", "'")
    assert _write(code, _token(code)) == want


def test_text_of_a_header_is_escaped() -> None:
    header = Header("X", text('a"b$c`d\\'))
    assert _write(f'curl "{BASE}"', Change(headers=(header,))) == f'curl -H "X: a\\"b\\$c\\`d\\\\" "{BASE}"'
    assert _write(f"curl '{BASE}'", Change(headers=(Header("X", text("it's")),))) == f"curl -H 'X: it'\\''s' '{BASE}'"


def test_a_name_before_a_letter_gets_braces() -> None:
    value = Template((*_hole(f"curl {BASE}/$N").pieces, *text("th").pieces))
    assert '"X: ${N}th"' in _write(f"curl {BASE}/$N", Change(headers=(Header("X", value),)))


def test_a_version_in_a_variable_is_edited_there() -> None:
    code = 'API=https://circleci.com/api/v1.1\ncurl "$API/me"\n'
    assert _write(code, Change((_url(code, "v1.1", "v2"),))) == code.replace("v1.1", "v2")


def test_a_branch_moves_into_a_new_body() -> None:
    code = f'curl -X POST "{BASE}/tree/$BRANCH"'
    change = Change((_url(code, "/tree/\ue000", "/pipeline"),), body=_body(code, ("branch", _hole(code))))
    assert _write(code, change) == ('curl -H "Content-Type: application/json" -d "{\\"branch\\": \\"$BRANCH\\"}" '
                                    f'-X POST "{BASE}/pipeline"')


def test_a_constant_body_is_in_single_quotes() -> None:
    code = f"curl -X POST {BASE}"
    out = _write(code, Change(body=_body(code, ("branch", text("it's")))))
    assert "-d '{\"branch\": \"it'\\''s\"}'" in out


@pytest.mark.parametrize(("before", "after"), [
    ("curl -d '{\"a\": 1}' U/$B", "curl -H 'Content-Type: application/json' -d '{\"a\": 1, \"branch\": \"'\"$B\"'\"}' U/$B"),
    ('curl -d "{\\"a\\": 1}" U/$B',
     'curl -H "Content-Type: application/json" -d "{\\"a\\": 1, \\"branch\\": \\"$B\\"}" U/$B'),
    ("curl --json '{}' U/$B", "curl --json '{\"branch\": \"'\"$B\"'\"}' U/$B"),
    ("D='{\"a\": 1}'\ncurl --json \"$D\" U/$B", "D='{\"a\": 1, \"branch\": \"'\"$B\"'\"}'\ncurl --json \"$D\" U/$B"),
    ("curl --json @- U/$B <<X\n{\n  \"a\": 1\n}\nX\n",
     "curl --json @- U/$B <<X\n{\n  \"a\": 1,\n  \"branch\": \"$B\"\n}\nX\n"),
    ("http POST U/$B a=1", "http POST U/$B a=1 \"branch=$B\""),
])
def test_a_member_is_added_to_json(before: str, after: str) -> None:
    code = before.replace("U", BASE)
    assert _write(code, Change(body=_body(code, ("branch", _hole(code))))) == after.replace("U", BASE)


def test_keys_are_renamed_and_members_dropped_in_place() -> None:
    code = f"curl --json '{{\"a\": {{\"x\": 1}}, \"b\": 2}}' {BASE}"
    old = _look(code)[2][0].body.value  # type: ignore[union-attr]
    assert isinstance(old, Object)
    change = Change(body=Object((replace(old.entries[0], key="parameters"),), old.list, old.span))
    assert _write(code, change) == f"curl --json '{{\"parameters\": {{\"x\": 1}}}}' {BASE}"


def test_a_form_becomes_json() -> None:
    code = f'curl -u "$T:" \\\n  -d build_parameters[A]="$A" \\\n  -d tag=v1 \\\n  {BASE}'
    old = _look(code)[2][0].body.value  # type: ignore[union-attr]
    assert isinstance(old, Object)
    change = Change(body=Object((replace(old.entries[0], key="parameters"), old.entries[1])))
    assert _write(code, change) == (
        'curl -u "$T:" \\\n  -H "Content-Type: application/json" \\\n'
        f'  -d "{{\\"parameters\\": {{\\"A\\": \\"$A\\"}}, \\"tag\\": \\"v1\\"}}" \\\n  {BASE}')


def test_wget_post_data() -> None:
    code = f"wget --post-data='a=1' {BASE}"
    old = _look(code)[2][0].body.value  # type: ignore[union-attr]
    assert isinstance(old, Object)
    out = _write(code, Change(body=Object(old.entries)))
    assert "--post-data='{\"a\": \"1\"}'" in out and "--header='Content-Type: application/json'" in out


def test_params_are_dropped_with_their_option() -> None:
    code = f'curl -G -d circle-token=$T -d limit=1 {BASE}'
    change = Change(drop_params=("circle-token",), headers=(Header("Circle-Token", _look(code)[2][0].params[0].value),))
    assert _write(code, change) == f'curl -G -H "Circle-Token: $T" -d limit=1 {BASE}'


def test_status_and_answer() -> None:
    code = f'C=$(curl -s -o /dev/null -w "%{{http_code}}" {BASE})\n[ "$C" = "200" ] || exit 1\n'
    test = _look(code)[2][0].answer.status[0]
    assert _write(code, Change(status=((test, 201),))) == code.replace('"200"', '"201"')
    code = f"curl -s {BASE} | jq '.[0].url'\n"
    assert _write(code, Change(root="items")) == code.replace(".[0]", ".items[0]")


@pytest.mark.parametrize(("user", "after"), [("$T", "$T:"), ('"$T"', '"$T:"'), ("'abc'", "'abc:'")])
def test_the_missing_colon(user: str, after: str) -> None:
    assert _write(f"curl -u {user} {BASE}", Change(user_colon=True)) == f"curl -u {after} {BASE}"


def test_a_plain_yaml_scalar_takes_no_colon_with_a_blank() -> None:
    code = f"curl -X POST {BASE}/tree/x?circle-token=$T"
    out = _write(code, _token(code), forbidden=(b": ", b" #"))
    assert out.startswith("curl -H Circle-Token:$T -X POST")
    out = _write(code, Change(body=_body(code, ("branch", text("x")))), forbidden=(b": ", b" #"))
    assert "-d '{\"branch\":\"x\"}'" in out and "-H Content-Type:application/json" in out


# --- what is refused ------------------------------------------------------------------------------------------------


def test_refusals() -> None:
    header = Change(headers=(Header("X", text("y")),))
    new = Change(body=Object((Entry("branch", Scalar("string", "", text("x"))),)))
    assert "commented out" in _problem(f"# curl {BASE}", header)
    assert "not edited" in _problem(f"curl {BASE}", header, writable=False)
    assert _problem(f"curl -d @f {BASE}", new) == "the body is not seen"
    assert _problem(f"curl -F a=@b {BASE}", new) == "the body is a form with files"
    assert "quotes" in _problem(f"curl {BASE}", Change(headers=(Header("X", text("a b")),)), forbidden=(b'"', b"'"))
    assert "another file" in _problem_sourced(header)
    assert "standard input" in _problem(f"echo a=1 | curl -d @- {BASE}", new)


def test_what_several_calls_share_is_not_changed_for_one() -> None:
    two = f'if x; then U={BASE}/1; else U={BASE}/2; fi\ncurl -s "$U" | jq \'.[0].url\'\n'
    assert "several" in _problem(two, Change(root="items"))
    wrapped = f'api() {{ curl -s "{BASE}/$1" | jq \'.[0].url\'; }}\napi 1/artifacts\n'
    assert "function" in _problem(wrapped, Change(root="items"), 1)


def test_backticks() -> None:
    code = f"X=`curl -X POST {BASE}/tree/$B`"
    assert "backticks" in _problem(code, Change(body=_body(code, ("branch", _hole(code)))))
    assert _write(code, Change(headers=(Header("Circle-Token", _hole(code)),))).startswith('X=`curl -H "Circle-Token: $B"')
    assert "backticks" in _problem(f"X=`curl -d \\$Y {BASE}`", Change(headers=(Header("A", text("b")),)))


def test_words_for_another_shell_are_left_alone() -> None:
    assert "another shell" in _problem(f"ssh host curl {BASE}", Change(headers=(Header("A", text("b")),)))


@pytest.mark.parametrize("code", [
    'U="BASE/tree/$(git branch)"\ncurl $U', 'next() { B=x; }\nU="BASE/tree/$B"\nnext\ncurl $U',
    'f() { curl $U; }\nB=1\nU="BASE/tree/$B"\nB=2\nf',
])
def test_a_value_that_may_have_changed_does_not_move(code: str) -> None:
    code = code.replace("BASE", BASE)
    assert "cannot be written again" in _problem(code, Change(headers=(Header("X", _hole(code)),)))


def _problem_sourced(change: Change) -> str:
    data = b". ./lib.sh\napi /project/gh/o/r\n"
    source, region = Source("run.sh", data), Region("shell", "file", ((0, len(data)),))
    lib = b'api() { curl "https://circleci.com/api/v1.1$1"; }\n'
    found = lower(source, region, {"lib.sh": lib}.get).requests
    assert len(found) == 1
    return write(source, region, found[0], change).problem


def test_values_that_cannot_move_are_refused() -> None:
    stale = f"B=a\nread B\nU={BASE}/tree/$B\nread B\ncurl $U"
    assert "cannot be written again" in _problem(stale, Change(headers=(Header("X", _hole(stale)),)))
    local = f'api() {{ curl "$1"; }}\nf() {{ local b=$1; api "{BASE}/tree/$b"; }}'
    request = _look(local)[2][-1]
    assert request.wrapper is not None
    which = len(_look(local)[2]) - 1
    assert _problem(local, Change(headers=(Header("X", Template((request.url.holes[0],))),)), which)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize("body", ["'{\"a\": 1}'", '"{\\"a\\": 1}"', "'{\"a\": '\"$N\"'}'", "a=1"])
def test_bash_sees_the_json_that_was_meant(body: str) -> None:
    code = f'curl -d {body} "{BASE}/tree/$B"'
    out = _write(code, Change(body=_body(code, ("branch", _hole(code)))))
    script = "curl() { for a; do printf '%s\\0' \"$a\"; done; }\nN=1 B='main dev'\n" + out
    shown = subprocess.run(["bash", "-c", script], capture_output=True, check=True, text=True).stdout.split("\0")
    sent = json.loads(shown[shown.index("-d") + 1])
    assert sent["branch"] == "main dev" and str(sent["a"]) == "1"
    assert re.search("Content-Type: application/json", "\n".join(shown))

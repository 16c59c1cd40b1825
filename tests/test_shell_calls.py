"""Calls in shell code as Requests: clients, words, variables, functions, other files, comments."""

from __future__ import annotations

import pytest

from v2migrate.languages.shell import lower
from v2migrate.request import Object, Request
from v2migrate.source import Region, Source
from v2migrate.template import Template, Text

V1 = "https://circleci.com/api/v1.1"


def calls(code: str, files: dict[str, str] | None = None, path: str = "ci/run.sh") -> tuple[Request, ...]:
    data = code.encode()
    others = {name: text.encode() for name, text in (files or {}).items()}
    return lower(Source(path, data), Region("shell", "file", ((0, len(data)),)), others.get).requests


def one(code: str, files: dict[str, str] | None = None) -> Request:
    found = calls(code, files)
    assert len(found) == 1, [shown(r.url) for r in found]
    return found[0]


def shown(value: Template | None) -> str:
    assert value is not None
    return "".join(p.value if isinstance(p, Text) else "{%s}" % p.expr for p in value.pieces)


# --- clients --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("line", "method"), [
    (f"curl {V1}/me", "GET"),
    (f"curl -X POST {V1}/me", "POST"),
    (f"curl -XDELETE {V1}/me", "DELETE"),
    (f"curl -sSfXPUT {V1}/me", "PUT"),
    (f"curl -sSLfX POST {V1}/me", "POST"),
    (f"curl --request post {V1}/me", "POST"),
    (f"curl -d a=b {V1}/me", "POST"),
    (f"curl -G -d a=b {V1}/me", "GET"),
    (f"curl -I {V1}/me", "HEAD"),
    (f"curl -T f {V1}/me", "PUT"),
    (f"curl --url {V1}/me", "GET"),
    (f"M=PATCH; curl -X $M {V1}/me", "PATCH"),
    (f"wget -qO- {V1}/me", "GET"),
    (f"wget --method=PUT {V1}/me", "PUT"),
    (f"wget --post-data='' {V1}/me", "POST"),
    (f"http {V1}/me", "GET"),
    (f"http POST {V1}/me", "POST"),
    (f"http {V1}/me a=b", "POST"),
    (f"xh DELETE {V1}/me", "DELETE"),
    ("circleci api /api/v1.1/me", "GET"),
    (f"sudo -E curl {V1}/me", "GET"),
    (f"retry 3 curl -X POST {V1}/me", "POST"),
    (f"/usr/bin/curl {V1}/me", "GET"),
])
def test_method(line: str, method: str) -> None:
    assert one(line).method == method


def test_a_method_that_is_not_seen_is_a_gap() -> None:
    request = one(f'curl -X "$VERB" {V1}/me')
    assert request.method is None
    assert request.gaps == ("the HTTP method is not seen",)


def test_user_and_headers() -> None:
    request = one(f'curl -u "$T:" -H "Accept: application/json" --header Circle-Token:$X {V1}/me')
    assert request.auth == "basic" and shown(request.user) == "{$T}:"
    assert [(h.name, shown(h.value)) for h in request.headers] == [("Accept", "application/json"), ("Circle-Token", "{$X}")]


def test_single_dash_user_is_read_as_curl_reads_it() -> None:
    request = one(f"curl -user TOKEN {V1}/me")
    assert request.auth == "basic" and shown(request.user) == "ser"


def test_several_urls_and_next() -> None:
    found = calls(f"curl {V1}/me {V1}/projects --next -X POST {V1}/user")
    assert [(r.method, r.url.flat[len(V1):]) for r in found] == [("GET", "/me"), ("GET", "/projects"), ("POST", "/user")]


def test_params_of_get_and_httpie() -> None:
    request = one(f'curl -G -d limit=1 --data-urlencode "circle-token=$T" {V1}/me')
    assert [(p.name, shown(p.value)) for p in request.params] == [("limit", "1"), ("circle-token", "{$T}")]
    assert one(f"http {V1}/me circle-token==$T").params[0].name == "circle-token"


@pytest.mark.parametrize("line", [
    "curl https://api.github.com/repos/circleci/x", "curl https://example.com/", 'curl "$URL"', "echo curl", "wget x.org/y",
    "curl https://raw.githubusercontent.com/CircleCI-Public/cli/master/install.sh",
])
def test_other_calls_are_no_requests(line: str) -> None:
    assert calls(line) == ()


def test_option_in_a_variable_is_a_gap() -> None:
    assert one(f"curl $OPTS {V1}/me").gaps == ("what $OPTS adds to the call is not seen",)
    assert one(f'OPTS="-s -X POST"; curl $OPTS {V1}/me').method == "POST"


def test_arrays_are_put_in() -> None:
    request = one(f'A=(-s -H "Circle-Token: $T")\nA+=(-X POST)\ncurl "${{A[@]}}" {V1}/me')
    assert request.method == "POST" and request.headers[0].name == "Circle-Token" and request.gaps == ()


# --- words and variables --------------------------------------------------------------------------------------------


def test_text_keeps_its_place_through_quotes_and_escapes() -> None:
    code = "curl 'https://circleci.com'/api/\"v1.1\"/project/gh/o/r\\?a=b\\&circle-token=$T\n"
    request = one(code)
    assert shown(request.url) == "https://circleci.com/api/v1.1/project/gh/o/r?a=b&circle-token={$T}"
    for piece in request.url.pieces:
        assert piece.span is not None
    at = request.url.flat.index("v1.1")
    steps = request.url.replace(at, at + 4, "v2")
    assert steps is not None and len(steps) == 1
    span = steps[0].span  # type: ignore[union-attr]
    assert code[span.start:span.end] == "v1.1"


def test_a_base_in_a_variable_is_seen_through() -> None:
    code = 'API="https://circleci.com/api"\nURL="$API/v1.1/project/$SLUG"\ncurl "$URL/tree/$BRANCH"\n'
    request = one(code)
    assert shown(request.url) == "https://circleci.com/api/v1.1/project/{$SLUG}/tree/{$BRANCH}"
    assert [code[s.start:s.end] for s in request.trail] == ["https://circleci.com/api", "/v1.1/project/", "$SLUG"]


def test_a_plain_name_in_a_variable_stays_a_hole() -> None:
    assert one(f"BRANCH=main\ncurl {V1}/project/gh/o/r/tree/$BRANCH").url.holes[0].expr == "$BRANCH"


def test_a_word_of_the_route_in_a_variable_is_seen() -> None:
    assert one(f"N=latest\ncurl {V1}/project/gh/o/r/$N/artifacts").url.constant


def test_the_assignment_before_the_call_counts() -> None:
    code = "U=https://example.com/x\nU=https://circleci.com/api/v1.1/me\ncurl $U\nU=https://example.com/y\n"
    assert one(code).url.flat == f"{V1}/me"


def test_two_possible_values_are_two_requests() -> None:
    code = f"if [ $X ]; then U={V1}/me; else U={V1}/projects; fi\ncurl $U\n"
    assert {r.url.flat for r in calls(code)} == {f"{V1}/me", f"{V1}/projects"}


def test_values_of_one_branch_go_together() -> None:
    code = f"if [ $X ]; then M=GET; U={V1}/me; else M=POST; U={V1}/projects; fi\ncurl -X $M $U\n"
    assert {(r.method, r.url.flat) for r in calls(code)} == {("GET", f"{V1}/me"), ("POST", f"{V1}/projects")}


def test_a_default_is_overridable() -> None:
    request = one('curl "${API:-https://circleci.com/api/v1.1}/me"')
    assert request.url.flat == f"{V1}/me" and request.overridable
    assert one(f'[ -n "$API" ] || API={V1}\ncurl "$API/me"').overridable
    assert not one(f"API={V1}\ncurl $API/me").overridable


def test_appending() -> None:
    assert one(f"U={V1}\nU+=/me\ncurl $U").url.flat == f"{V1}/me"
    assert one(f'U={V1}\nU="$U/me"\ncurl $U').url.flat == f"{V1}/me"


def test_a_loop_variable_and_a_read_one_are_holes() -> None:
    found = calls(f"for n in 1 2; do curl {V1}/project/gh/o/r/$n; done; read b; curl {V1}/project/gh/o/r/tree/$b")
    assert [r.url.holes[0].expr for r in found] == ["$n", "$b"]


def test_a_hole_that_changed_since_cannot_be_written_again() -> None:
    code = f"B=$(git branch)\nU={V1}/project/gh/o/r/tree/$B\nB=$(other)\ncurl $U\n"
    assert one(code).url.holes[0].expr == ""


@pytest.mark.parametrize("encoded", [
    "${BRANCH/\\//%2F}", "${BRANCH//\\//%2F}", "$(urlencode \"$BRANCH\")", "$(printf %s \"$BRANCH\" | jq -sRr @uri)",
])
def test_encoding_is_undone(encoded: str) -> None:
    assert one(f'curl "{V1}/project/gh/o/r/tree/{encoded}"').url.holes[0].decoded == "${BRANCH}"


def test_encoding_through_a_variable() -> None:
    hole = one(f'E=$(urlencode "$BRANCH")\ncurl "{V1}/project/gh/o/r/tree/$E"').url.holes[0]
    assert (hole.expr, hole.decoded) == ("$E", "${BRANCH}")


def test_scope_of_local_and_positional_variables() -> None:
    found = calls(f'f() {{ local b=$1; curl {V1}/project/gh/$2/r/tree/$b; }}\ncurl {V1}/project/gh/$1/r/$X\n')
    assert [h.scope for h in found[0].url.holes] == ["f", "f"]
    assert [h.scope for h in found[1].url.holes] == ["(script)", ""]


# --- functions and files --------------------------------------------------------------------------------------------


def test_a_wrapper_is_looked_through() -> None:
    code = f'api() {{ curl -s -X "$1" "{V1}$2"; }}\napi POST /project/gh/o/r/follow\n'
    inner, outer = calls(code)
    assert inner.method is None and inner.wrapper is None
    assert (outer.method, outer.url.flat) == ("POST", f"{V1}/project/gh/o/r/follow")
    assert outer.wrapper == inner.span and code[outer.span.start:outer.span.end].startswith("api POST")


def test_shift_and_all_arguments() -> None:
    code = f'api() {{ local p=$1; shift; curl "$@" "{V1}$p"; }}\napi /me -X PUT\n'
    assert [(r.method, r.url.flat) for r in calls(code) if r.wrapper] == [("PUT", f"{V1}/me")]


def test_wrappers_of_wrappers() -> None:
    code = f'api() {{ curl "{V1}$1"; }}\nget() {{ api "/project/$1"; }}\nget gh/o/r\n'
    assert f"{V1}/project/gh/o/r" in {r.url.flat for r in calls(code)}


def test_a_recursive_function_ends() -> None:
    assert len(calls(f'f() {{ f "$@"; curl "{V1}/$1"; }}\nf me\n')) == 2


def test_sourced_files() -> None:
    files = {"ci/lib.sh": f"API={V1}\napi() {{ curl \"$API/$1\"; }}\n"}
    for line in (". ./lib.sh", 'source "$(dirname "$0")/lib.sh"', ". ci/lib.sh"):
        request = one(f"{line}\ncurl $API/me\n", files)
        assert request.url.flat == f"{V1}/me" and request.url.spans[0].path == "ci/lib.sh"
    assert one(". lib.sh\napi me\n", files).wrapper is not None


# --- bodies ---------------------------------------------------------------------------------------------------------


def _keys(request: Request) -> list[str]:
    from v2migrate.request import walk_entries

    assert request.body is not None
    return [".".join(path) for path, _ in walk_entries(request.body.value)]


@pytest.mark.parametrize("code", [
    f"curl -d '{{\"a\": {{\"b\": \"x\"}}}}' {V1}/me",
    f"curl -d \"{{\\\"a\\\": {{\\\"b\\\": \\\"$X\\\"}}}}\" {V1}/me",
    f"curl --json '{{\"a\": {{\"b\": 1}}}}' {V1}/me",
    f"D='{{\"a\": {{\"b\": 1}}}}'\ncurl -d \"$D\" {V1}/me",
    f"D=$(cat <<X\n{{\"a\": {{\"b\": \"$Y\"}}}}\nX\n)\ncurl -d \"$D\" {V1}/me",
    f"read -r -d '' D <<X\n{{\"a\": {{\"b\": \"$Y\"}}}}\nX\ncurl -d \"$D\" {V1}/me",
    f"curl -d @- {V1}/me <<X\n{{\"a\": {{\"b\": \"$Y\"}}}}\nX\n",
    f"echo '{{\"a\": {{\"b\": 1}}}}' | curl -d @- {V1}/me",
    f"cat <<X | curl -d @- {V1}/me\n{{\"a\": {{\"b\": 1}}}}\nX\n",
    f"curl -d @- {V1}/me <<< '{{\"a\": {{\"b\": 1}}}}'",
    f"http POST {V1}/me 'a[b]=1'",
])
def test_json_bodies(code: str) -> None:
    request = one(code)
    assert request.body is not None and request.body.encoding == "json"
    assert _keys(request) == ["a", "a.b"]


def test_form_bodies() -> None:
    request = one(f"curl -d build_parameters[JOB]=$J -d 'revision=a%2Fb&tag=x' {V1}/me")
    assert request.body is not None and request.body.encoding == "form"
    assert _keys(request) == ["build_parameters", "build_parameters.JOB", "revision", "tag"]
    revision = request.body.value.get("revision")  # type: ignore[union-attr]
    assert revision is not None and shown(revision.value.template) == "a/b"  # type: ignore[union-attr]


def test_json_in_a_form_field_is_not_taken_for_what_it_looks_like() -> None:
    request = one(f"curl -d build_parameters='{{\"A\": \"b\"}}' {V1}/me")
    value = request.body.value.get("build_parameters").value  # type: ignore[union-attr]
    assert isinstance(value, Object) and value.open and value.get("A") is not None


def test_multipart() -> None:
    request = one(f"curl --form config=@.circleci/config.yml -F notify=false {V1}/me")
    assert request.body is not None and request.body.encoding == "multipart" and request.method == "POST"
    config = request.body.value.get("config")  # type: ignore[union-attr]
    assert config is not None and config.value.kind == "expr"  # type: ignore[union-attr]


@pytest.mark.parametrize("code", [
    f"curl -d @body.json {V1}/me", f'curl -d "$UNKNOWN" {V1}/me', f"jq '.a' x | curl -d @- {V1}/me",
    f"curl -d '{{\"a\": ' {V1}/me",
])
def test_bodies_that_are_not_seen(code: str) -> None:
    request = one(code)
    assert request.body is not None and request.body.encoding == "unknown" and request.gaps


def test_typed() -> None:
    assert one(f"curl -H 'content-type: application/json' -d '{{}}' {V1}/me").body.typed  # type: ignore[union-attr]
    assert one(f"curl --json '{{}}' {V1}/me").body.typed  # type: ignore[union-attr]
    assert not one(f"curl -d '{{}}' {V1}/me").body.typed  # type: ignore[union-attr]


def test_body_keys_know_their_place() -> None:
    code = f"curl -d \"{{\\\"branch\\\": \\\"$B\\\"}}\" {V1}/me"
    request = one(code)
    assert request.body is not None
    entry = request.body.value.get("branch")  # type: ignore[union-attr]
    assert entry is not None and entry.key_span is not None and entry.item is not None
    assert code[entry.key_span.start:entry.key_span.end] == "branch"
    assert code[entry.item.span.start:entry.item.span.end] == '\\"branch\\": \\"$B\\"'
    assert entry.value.source == '\\"$B\\"'  # type: ignore[union-attr]


# --- what holds a call back -----------------------------------------------------------------------------------------


def test_holds() -> None:
    held = one(f'API={V1}\ncurl "$API/me"\nother-tool "$API"\necho "$API"\n[ "$API" ]\n')
    assert len(held.holds) == 1
    assert one(f'API={V1}\ncurl "$API/me"\necho "using $API"\n').holds == ()
    assert len(one(f'API={V1}\ncurl "$API/me"\necho "$API" > config\n').holds) == 1
    assert one(f'X=$(curl "{V1}/me")\nother "$X"').holds == ()
    assert len(one(f"export API={V1}\ncurl $API/me\n./run.sh\n").holds) == 1


def test_comments() -> None:
    code = f"# Use it so:\n#   curl -X POST \\\n#     {V1}/project/gh/o/r\necho\n"
    request = one(code)
    assert request.comment and request.frozen == "the call is commented out" and request.method == "POST"


def test_code_in_strings() -> None:
    request = one(f"bash -c 'curl -X POST {V1}/me'")
    assert request.frozen and request.method == "POST"


def test_broken_code_is_frozen_and_the_rest_is_not() -> None:
    found = calls(f'curl {V1}/me\nif then fi fi )\ncurl "{V1}/projects\n')
    assert found and found[-1].frozen


# --- where the code stands ------------------------------------------------------------------------------------------


def test_ranges_and_masks() -> None:
    data = f"      curl -X POST \\\n        https://<< host >>/api/v1.1/project/gh/o/r\n      echo {V1}\n".encode()
    lines = data.splitlines(keepends=True)
    ranges, at = [], 0
    for line in lines:
        ranges.append((at + 6, at + len(line)))
        at += len(line)
    mask = data.index(b"<<")
    region = Region("shell", "yaml", tuple(ranges), ((mask, mask + 10),), b"      ")
    request = lower(Source("c.yml", data), region, lambda _: None).requests[0]
    assert shown(request.url) == "https://{<< host >>}/api/v1.1/project/gh/o/r" and request.method == "POST"
    at = request.url.flat.index("v1.1")
    span = request.url.slice(at, at + 4).spans[0]
    assert data[span.start:span.end] == b"v1.1"


def test_a_string_over_a_gap_is_read_without_the_indentation() -> None:
    data = b"  curl -d '{\n  \"a\": 1}' https://circleci.com/api/v1.1/me\n"
    cut = data.index(b"\n") + 1
    region = Region("shell", "yaml", ((2, cut), (cut + 2, len(data))), (), b"  ")
    request = lower(Source("c.yml", data), region, lambda _: None).requests[0]
    assert _keys(request) == ["a"]


@pytest.mark.parametrize("code", [
    "", "\0", "curl", "curl '", "curl \"$(", "curl " + "a" * 100_000, "(" * 5000, "X=$X;" * 200 + "curl $X/api/v1.1/me",
    "A=$B/api\nB=$A/api\ncurl $A/v1.1", f"curl {V1}/me \\", "curl ${", "curl $'\\", "cat <<X", "f() {", "case",
    f"curl '{V1}/\udcff'",
])
def test_nothing_crashes(code: str) -> None:
    data = code.encode("utf-8", "surrogateescape")
    lower(Source("x.sh", data), Region("shell", "file", ((0, len(data)),)), lambda _: None)


def test_carriage_returns() -> None:
    request = one(f'curl -X POST \\\r\n  "{V1}/me"\r\n')
    assert request.method == "POST" and request.url.flat == f"{V1}/me"

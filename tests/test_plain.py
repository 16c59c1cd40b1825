"""Old API URLs in text of any kind: what is one, where it ends, and which method stands by it."""

from __future__ import annotations

import time

import pytest

from v2migrate.languages.plain import sightings
from v2migrate.request import Request
from v2migrate.source import Source
from v2migrate.template import Hole


def see(text: str, path: str = "a.js") -> list[Request]:
    return list(sightings(Source(path, text.encode())))


def urls(text: str, path: str = "a.js") -> list[str]:
    return [r.url.show() for r in see(text, path)]


def one(text: str, path: str = "a.js") -> Request:
    (request,) = see(text, path)
    return request


C = "https://circleci.com/api/v1.1"


@pytest.mark.parametrize(("text", "url"), [
    (f"`{C}/project/github/${{org}}/${{repo}}/${{n}}`", f"{C}/project/github/{{org}}/{{repo}}/{{n}}"),
    (f'"{C}/project/#{{vcs}}/#{{a.b}}"', f"{C}/project/{{vcs}}/{{a.b}}"),
    (f'"{C}/project/$VCS/$ORG"', f"{C}/project/{{VCS}}/{{ORG}}"),
    (f'"{C}/project/{{vcs}}/{{}}/{{0}}"', f"{C}/project/{{vcs}}/{{…}}/{{0}}"),
    (f'"{C}/project/gh/%s/%d/%(n)s/a%2Fb"', f"{C}/project/gh/{{s}}/{{d}}/{{n}}/a%2Fb"),
    (f"{C}/project/:vcs-type/:username/:project", f"{C}/project/{{vcs-type}}/{{username}}/{{project}}"),
    (f"{C}/project/<vcs>/<my org>/<repo>", f"{C}/project/{{vcs}}/{{my org}}/{{repo}}"),
    (f"{C}/project/gh/<< parameters.org >>/{{{{ repo }}}}", f"{C}/project/gh/{{parameters.org}}/{{repo}}"),
    (f'"{C}/project/gh/\\(org)/\\(repo)"', f"{C}/project/gh/{{org}}/{{repo}}"),
    (f'"{C}/project/gh/" + org + "/" + repo[0] + "/tree/x", 1', f"{C}/project/gh/{{org}}/{{repo[0]}}/tree/x"),
    (f'"{C}/project/gh/" . $org . "/x";', f"{C}/project/gh/{{org}}/x"),
    (f"'{C}/project/gh/' + path;", f"{C}/project/gh/{{path}}"),
    (f"[builds]({C}/me).", f"{C}/me"),
    (f"See {C}/projects, or {C}/me.", f"{C}/projects {C}/me"),
    (f"<{C}/recent-builds?limit=1&offset=2>", f"{C}/recent-builds?limit=1&offset=2"),
    (f"'{C}/project/gh/o/r?build_parameters[X]=1'", f"{C}/project/gh/o/r?build_parameters[X]=1"),
    (f"`{C}`", C),
    ("circleci.com/api/v1/project/o/r", "circleci.com/api/v1/project/o/r"),
    ("https://token@circleci.com/api/v1/me", "https://token@circleci.com/api/v1/me"),
    ("https://app.circleci.com/api/v1.1/me", "https://app.circleci.com/api/v1.1/me"),
    ("baseUrl=http://circleci.com/api/v1", "http://circleci.com/api/v1"),
    ("${CIRCLE_HOST}/api/v1.1/project/gh/o/r", "{CIRCLE_HOST}/api/v1.1/project/gh/o/r"),
    ("#{base}/api/v1.1/project/gh/o/r", "{base}/api/v1.1/project/gh/o/r"),
    ("get('/api/v1.1/project/github/o/r')", "/api/v1.1/project/github/o/r"),
    ("http://dev.circlehost:8080/api/v1.1/project/x/y/z // circleci", "http://dev.circlehost:8080/api/v1.1/project/x/y/z"),
    ("https://ci.example.com/api/v1/project/o/r # circleci", "https://ci.example.com/api/v1/project/o/r"),
    ("https://ci.example.com/api/v1.1/project/gh/o/r", "https://ci.example.com/api/v1.1/project/gh/o/r"),
    ("prefix = '/api/v1.1' # circleci", "/api/v1.1"),
    ("https://circleci.acme.com/api/v1", "https://circleci.acme.com/api/v1"),
    ("https://circleci.com/api/v2/workflow/${id}/jobs?x", "https://circleci.com/api/v2/workflow/{id}/jobs?x"),
])  # fmt: skip
def test_urls(text: str, url: str) -> None:
    found = see(text)
    assert " ".join(r.url.show() for r in found) == url
    for request in found:
        assert (request.language, request.client) == ("text", "text")
        assert request.frozen


@pytest.mark.parametrize("text", [
    "https://circleci.com/docs/api/v1-reference/", "https://circleci.com/docs/api/v1/#section",
    "https://mastodon.example/api/v1/user",
    "https://gitea.example/api/v1/user/repos", "axios.get('/api/v1/projects')",
    "https://runner.circleci.com/api/v2/x circleci",
    "https://circleci.com/api/v2/workflow/x/job", "https://circleci.com/api/v2/project/gh/o/r/job/7",
    "https://circleci.com/api/v2/workflow/x/jobs/more", "https://other.example/api/v1/me circleci", "/api/v10/project/gh/o/r",
    "https://h.example/api/v1/projects circleci", "https://quay.io/api/v1/repository/x circleci",
    "src/api/v1/project.rb circleci",
    "https://circleci.com/gh/o/r.svg?circle-token=x", "https://api.example/api/v2/workflow/x/jobs", "",
])  # fmt: skip
def test_what_is_not_circleci(text: str) -> None:
    assert urls(text) == []


def test_offsets_are_bytes_and_text_is_exact() -> None:
    source = Source("a.js", f"// ü\nget(`{C}/project/gh/${{o}}/x`)".encode())
    (request,) = sightings(source)
    assert source.text(request.span) == f"{C}/project/gh/${{o}}/x"
    for piece in request.url.pieces:
        assert piece.span is not None
        assert isinstance(piece, Hole) or source.text(piece.span) == piece.value
    assert [h.expr for h in request.url.holes] == ["o"]


@pytest.mark.parametrize(("text", "path", "method"), [
    (f"axios.post('{C}/project/gh/o/r')", "a.js", "POST"),
    (f"axios.get(`{C}/me`)", "a.js", "GET"),
    (f"fetch('{C}/project/gh/o/r', {{\n  method: 'POST',\n}})", "a.js", "POST"),
    (f"fetch('{C}/me')", "a.js", "GET"),
    (f'HTTParty.post("{C}/project/gh/o/r")', "a.rb", "POST"),
    (f'HTTParty.post(\n  "{C}/project/gh/o/r")', "a.rb", "POST"),
    (f'http.NewRequest("DELETE", "{C}/project/gh/o/r/envvar/A", nil)', "a.go", "DELETE"),
    (f'http.NewRequest(http.MethodPost, "{C}/project/gh/o/r", nil)', "a.go", "POST"),
    (f'http.Get("{C}/me")', "a.go", "GET"),
    (f'url := "{C}/project/gh/o/r"\nreq, _ := http.NewRequest("POST", url, nil)', "a.go", "POST"),
    (f'uri = URI("{C}/project/gh/o/r")\nreq = Net::HTTP::Post.new(uri)', "a.rb", "POST"),
    (f"curl -X POST {C}/project/gh/o/r", "a.txt", "POST"),
    (f"curl \\\n  --request DELETE \\\n  {C}/project/gh/o/r/envvar/A", "a.txt", "DELETE"),
    (f"curl -d branch=x {C}/project/gh/o/r", "a.txt", "POST"),
    (f"curl -G -d limit=1 {C}/recent-builds", "a.txt", None),
    (f"curl {C}/me", "a.txt", "GET"),
    (f"`POST {C}/project/gh/o/r` triggers", "a.rst", "POST"),
    (f"GET {C}/me", "a.rst", "GET"),
    (f"let a = map.get('x');\nlet u = '{C}/project/gh/o/r';", "a.js", None),
    (f"curl -X POST {C}/project/gh/o/a\ncurl {C}/project/gh/o/b/7", "a.txt", "POST GET"),
    (f"a -X POST or -X DELETE -s {C}/project/gh/o/r", "a.txt", None),
    ("send('POST', 'https://circleci.com/api/v2/project/gh/o/r/job/7')", "a.js", "POST"),
])  # fmt: skip
def test_methods(text: str, path: str, method: str | None) -> None:
    assert " ".join(str(r.method) for r in see(text, path)) == str(method)


def test_comments() -> None:
    assert one(f"  // {C}/me", "a.js").comment
    assert one(f"/*\n * {C}/me\n */", "a.ts").comment
    assert one(f"# {C}/me", "a.rb").comment
    assert one(f"-- {C}/me", "a.hs").comment
    assert not one(f"# {C}/me", "a.md").comment
    assert not one(f"x('{C}/me') // no", "a.js").comment
    assert not one(f"* {C}/me", "a.rb").comment


def test_several_in_one_line_and_never_twice() -> None:
    assert len(see(f"{C}/me {C}/me")) == 2
    assert len(see(f"{C}/me|{C}/me")) == 2


@pytest.mark.parametrize("text", [
    "/api/v1" * 40_000, "https://circleci.com/api/v1.1/" + "a" * 300_000, "https://circleci.com/api/v1/" + "${" * 100_000,
    "{" * 100_000 + "/api/v1.1/me circleci", "<" * 3000 + "}" * 3000 + "/api/v1.1/project/gh/o/r", "$" * 100_000 + "/api/v1/me",
    "https://circleci.com/api/v1/" + "[" * 100_000, "circleci.com/api/v1/x\" + a" * 5000, "a." * 50_000 + "/api/v1/me circleci",
])  # fmt: skip
def test_work_is_bounded(text: str) -> None:
    start = time.process_time()
    see(text)
    assert time.process_time() - start < 5


def test_any_bytes() -> None:
    data = b"\xff\xfehttps://circleci.com/api/v1/me\xff \x00/api/v1.1/project/gh/\xe9/x\r\n"
    assert [r.url.show() for r in sightings(Source("x", data))] == ["https://circleci.com/api/v1/me", "/api/v1.1/project/gh/"]

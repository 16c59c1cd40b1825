"""The Python front-end's lowering: URLs in every spelling, clients, wrappers, bodies, headers, slots, and what is left over."""

from __future__ import annotations

import textwrap

import pytest

from v2migrate.languages.python import lower
from v2migrate.languages.python.tree import whole
from v2migrate.request import Array, Object, Request, Scalar
from v2migrate.source import Source, Span, Step, apply_edits, render
from v2migrate.template import Text

API = "https://circleci.com/api/v1.1"
PATH = "pkg/app.py"


def look(code: str, **files: str) -> list[Request]:
    """The requests of `code` as pkg/app.py; `files` are other modules of pkg by name."""
    source = Source(PATH, textwrap.dedent(code).encode())
    others = {f"pkg/{name}.py": textwrap.dedent(text).encode() for name, text in files.items()}
    lowered = lower(source, whole(source), lambda path: others.get(path))
    assert lowered.problem == ""
    for request in lowered.requests:
        _check_spans(source, request)
    return list(lowered.requests)


def _check_spans(source: Source, request: Request) -> None:
    for piece in request.url.pieces:
        if isinstance(piece, Text) and piece.span is not None and piece.exact and piece.span.path == source.path:
            assert source.text(piece.span) == piece.value
    assert "\x1f" not in repr(request)
    for slot in request.slots:
        assert 0 <= slot.span.start <= slot.span.end
    for span in request.trail:
        assert span not in request.span


def one(code: str, **files: str) -> Request:
    found = look(code, **files)
    assert len(found) == 1, [(r.method, r.url.show(), r.span) for r in found]
    return found[0]


def seen(code: str, **files: str) -> list[tuple[str | None, str]]:
    return [(r.method, r.url.show()) for r in look(code, **files)]


# --- spellings of one URL ---


@pytest.mark.parametrize(
    "call",
    [
        f'requests.get("{API}/me")',
        'requests.get(BASE + "/me")',
        'requests.get(f"{BASE}/me")',
        'requests.get("%s/me" % BASE)',
        'requests.get("%(b)s/me" % {"b": BASE})',
        'requests.get("%s/%s" % (BASE, "me"))',
        'requests.get("{}/me".format(BASE))',
        'requests.get("{0}/{1}".format(BASE, "me"))',
        'requests.get("{b}/me".format(b=BASE))',
        'requests.get("{b}/me".format(**{"b": BASE}))',
        'requests.get("/".join([BASE, "me"]))',
        'requests.get("".join((BASE, "/", "me")))',
        'requests.get(urljoin(BASE + "/", "me"))',
        'requests.get(urljoin(BASE, "/api/v1.1/me"))',
        'requests.get(posixpath.join(BASE, "me"))',
        'requests.get(HOST + "/api/" + "v1.1" + "/me")',
        'requests.get(("https://circleci.com"\n    "/api/v1.1/me"))',
        'requests.get("https://circleci.com" \\\n    "/api/v1.1/me")',
        'requests.get(url=r"""https://circleci.com/api/v1.1/me""")',
        'requests.get("https:\\x2f/circleci.com/api/v1.1/me")',
        'requests.get((BASE + "//").rstrip("/") + "/me")',
        'requests.get(Template("$b/me").substitute(b=BASE))',
        'requests.get(URLS["me"])',
        "requests.get(PAIR[1])",
        'requests.get(make("me"))',
        'requests.get((lambda p: BASE + p)("/me"))',
        'requests.get(str(BASE) + "/me")',
        'requests.get(BASE.replace("v1.1", "v1.1") + "/me")',
    ],
)
def test_every_spelling_of_a_url_gives_the_same_request(call: str) -> None:
    code = (
        "import requests, posixpath\nfrom string import Template\nfrom urllib.parse import urljoin\n"
        f'HOST = "https://circleci.com"\nBASE = "{API}"\n'
        'URLS = {"me": BASE + "/me", "x": "y"}\nPAIR = ["x", BASE + "/me"]\n'
        'def make(name):\n    return BASE + "/" + name\n' + call + "\n"
    )
    assert ("GET", f"{API}/me") in seen(code)


def test_the_thirteen_ways_to_hold_a_base() -> None:
    code = """
        import os, requests
        from settings import ROOT
        BASE = "https://circleci.com/api/v1.1"
        requests.get(ROOT + "/me")
        def by_default(u=BASE):
            requests.get(u + "/me")
        def by_suffix(path):
            return requests.get("https://circleci.com" + "/api/" + "v1.1" + path)
        by_suffix("/me")
        class Client:
            base = "https://circleci.com/api/v1.1"
            def __init__(self, session):
                self.url = BASE
                self.session = session
            def one(self):
                return requests.get(self.base + "/me")
            def two(self):
                self.session.get(self.url + "/me")
        requests.get(os.environ.get("CIRCLE_URL", "https://circleci.com/api/v1.1") + "/me")
    """
    found = look(code, settings='ROOT = "https://circleci.com/api/v1.1"\n')
    assert [r.url.show() for r in found].count(f"{API}/me") == 6
    by = {r.span.start: r for r in found}
    assert sum(r.overridable for r in by.values()) == 2
    assert [r.client for r in found if r.client == "unknown client"] == ["unknown client"]
    lifted = [r for r in found if r.wrapper is not None]
    assert [(r.method, r.url.show()) for r in lifted] == [("GET", f"{API}/me")]


# --- holes ---


def test_holes_know_their_placeholder_and_their_scope() -> None:
    code = """\
        import requests
        TOKEN = load()
        def f(branch):
            requests.post(f"https://circleci.com/api/v1.1/project/gh/o/r/tree/{branch}?circle-token={TOKEN}")
    """
    request = one(code)
    branch, token = request.url.holes
    source = textwrap.dedent(code)
    assert (branch.expr, token.expr, token.scope) == ("branch", "TOKEN", "")
    assert branch.span is not None and source[branch.span.start : branch.span.end] == "{branch}"
    slot = request.slot("args")
    assert slot is not None and slot.scope == branch.scope != ""


def test_a_dropped_hole_takes_its_argument_along() -> None:
    code = """
        import requests
        requests.post("https://circleci.com/api/v1.1/project/gh/o/r/tree/%s?circle-token=%s" % (branch, token))
        requests.post("https://circleci.com/api/v1.1/project/gh/o/r/tree/{}?circle-token={t}".format(branch, t=token))
        requests.post("https://circleci.com/api/v1.1/project/gh/o/r/tree/" + branch + "?circle-token=" + token)
    """
    source = Source(PATH, textwrap.dedent(code).encode())
    out = source.data
    steps: list[Step] = []
    for request in look(code):
        start = request.url.flat.index("/tree/")
        replaced = request.url.replace(start, len(request.url.flat), "/pipeline")
        assert replaced is not None
        steps += replaced
    out = apply_edits(source.data, render(source, steps))
    lines = out.decode().splitlines()
    assert lines[2] == 'requests.post("https://circleci.com/api/v1.1/project/gh/o/r/pipeline")'
    assert lines[3] == 'requests.post("https://circleci.com/api/v1.1/project/gh/o/r/pipeline")'
    assert lines[4] == 'requests.post("https://circleci.com/api/v1.1/project/gh/o/r/pipeline")'


def test_a_chain_never_becomes_nothing() -> None:
    code = """\
        import requests
        def get(path):
            return requests.get("https://circleci.com/api/v1.1/project/gh/o/r" + path)
        get("/" + str(number), )
    """
    source = Source(PATH, textwrap.dedent(code).encode())
    lifted = next(r for r in look(code) if r.wrapper is not None)
    steps = lifted.url.replace(lifted.url.flat.index("/r/") + 2, len(lifted.url.flat), "")
    assert steps is not None
    assert b'get("", )' in apply_edits(source.data, render(source, steps))


def test_an_argument_that_feeds_two_fields_must_stay() -> None:
    request = one('import requests\nrequests.get("https://circleci.com/api/v1.1/project/gh/{o}/{o}".format(o=org))\n')
    assert [h.fixed for h in request.url.holes] == [True, True]


def test_quoted_holes_know_the_value_before() -> None:
    code = """
        import requests
        from urllib.parse import quote, quote_plus
        requests.get("https://circleci.com/api/v1.1/project/gh/o/r/tree/" + quote(branch, safe=""))
        requests.get("https://circleci.com/api/v1.1/project/gh/o/r/tree/%s" % quote_plus(self.branch))
    """
    holes = [r.url.holes[0] for r in look(code)]
    assert [(h.expr, h.decoded) for h in holes] == [
        ('quote(branch, safe="")', "branch"),
        ("quote_plus(self.branch)", "self.branch"),
    ]


def test_a_variable_that_changes_before_the_call_is_not_spelled_again() -> None:
    code = """
        import requests
        def f(branch):
            url = "https://circleci.com/api/v1.1/project/gh/o/r/tree/%s" % branch
            branch = "other"
            requests.post(url)
    """
    assert one(code).url.holes[0].expr == ""


def test_names_of_a_comprehension_are_not_visible_outside() -> None:
    code = """
        import requests
        urls = ["https://circleci.com/api/v1.1/project/gh/o/%s" % r for r in repos]
        [requests.get("https://circleci.com/api/v1.1/project/gh/o/%s" % r) for r in repos]
    """
    inner = next(r for r in look(code) if r.method == "GET")
    slot = inner.slot("args")
    assert slot is not None and inner.url.holes[0].scope == slot.scope != ""


def test_constants_in_placeholders_keep_the_bytes_of_their_literal() -> None:
    code = (
        'import requests\nB = "main"\nrequests.post("https://circleci.com/api/v1.1/project/gh/o/r/tree/{}".format(B))\n'
    )
    request = one(code)
    last = request.url.pieces[-1]
    assert isinstance(last, Text) and last.value == "main" and last.span is not None
    assert last.span.start == code.index("main") and last.items == ()


def test_changed_text_stands_nowhere() -> None:
    code = 'import requests\nU = "https://circleci.com/gh/o/r".replace("com/gh", "com/api/v1.1/project/gh")\nrequests.get(U)\n'
    request = one(code)
    assert request.url.show() == f"{API}/project/gh/o/r" and request.url.spans == ()


# --- order ---


def test_assignments_are_read_in_order_and_by_branch() -> None:
    code = """
        import requests
        def f(x):
            url = "https://circleci.com/api/v1.1"
            url += "/project/gh/o/r"
            if x:
                url += "/tree/main"
            else:
                requests.get(url)
            requests.post(url)
            url = "https://example.com"
            requests.post(url)
    """
    assert seen(code) == [
        ("GET", f"{API}/project/gh/o/r"),
        ("POST", f"{API}/project/gh/o/r"),
        ("POST", f"{API}/project/gh/o/r/tree/main"),
    ]


def test_alternatives() -> None:
    code = """
        import requests
        path = "me" if a else "projects"
        requests.get("https://circleci.com/api/v1.1/" + path)
        for url in ("https://circleci.com/api/v1.1/me", "https://circleci.com/api/v1.1/projects"):
            requests.get(url)
    """
    assert sorted(u for _, u in seen(code)) == [f"{API}/me"] * 2 + [f"{API}/projects"] * 2


# --- clients ---


@pytest.mark.parametrize(
    ("code", "client", "method"),
    [
        ('import requests as r\nr.delete("{u}")', "requests", "DELETE"),
        ('from requests import put\nput("{u}")', "requests", "PUT"),
        ('import requests\nrequests.request("patch", "{u}")', "requests", "PATCH"),
        ('import requests\nrequests.request(method="GET", url="{u}")', "requests", "GET"),
        ('import requests\ngetattr(requests, "post")("{u}")', "requests", "POST"),
        ('import requests\nsend = requests.post\nsend("{u}")', "requests", "POST"),
        (
            'import requests\nCALLS = {{"GET": requests.get, "POST": requests.post}}\nCALLS["POST"]("{u}")',
            "requests",
            "POST",
        ),
        (
            'import requests, functools\npost = functools.partial(requests.post, timeout=3)\npost("{u}")',
            "requests",
            "POST",
        ),
        ('import requests\nwith requests.Session() as s:\n    s.get("{u}")', "requests", "GET"),
        ('import requests\ndef f(s: requests.Session):\n    s.get("{u}")', "requests", "GET"),
        ('import requests\nr = requests.Request("POST", "{u}")', "requests", "POST"),
        ('import httpx\nhttpx.post("{u}")', "httpx", "POST"),
        ('import httpx\nc = httpx.Client(base_url="https://circleci.com/api/v1.1")\nc.get("/me")', "httpx", "GET"),
        (
            "import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n"
            '        async with s.post("{u}") as r:\n            pass',
            "aiohttp",
            "POST",
        ),
        ('from urllib.request import urlopen\nurlopen("{u}")', "urllib", "GET"),
        ('from urllib.request import urlopen\nurlopen("{u}", data=b"x")', "urllib", "POST"),
        ('import urllib.request as q\nq.urlopen(q.Request("{u}", method="DELETE"))', "urllib", "DELETE"),
        ('import urllib2\nr = urllib2.Request("{u}", data={{}})\nurllib2.urlopen(r)', "urllib", "POST"),
        (
            'import urllib2\nr = urllib2.Request("{u}")\nr.get_method = lambda: "PUT"\nurllib2.urlopen(r)',
            "urllib",
            "PUT",
        ),
        ('from six.moves import urllib\nurllib.request.urlopen("{u}")', "urllib", "GET"),
        ('import urllib3\nhttp = urllib3.PoolManager()\nhttp.request("GET", "{u}")', "urllib3", "GET"),
        (
            'import http.client\nc = http.client.HTTPSConnection("circleci.com")\nc.request("GET", "/api/v1.1/me")',
            "http.client",
            "GET",
        ),
        ('from google.appengine.api import urlfetch\nurlfetch.fetch("{u}", method=urlfetch.POST)', "urlfetch", "POST"),
        ('client.post("{u}")', "unknown client", "POST"),
        ('import web\nweb.requests_post("{u}")', "unknown client", None),
        ('import responses\nresponses.add(responses.POST, "{u}")', "responses", "POST"),
        ('def test(requests_mock):\n    requests_mock.get("{u}")', "requests_mock", "GET"),
    ],
)
def test_clients(code: str, client: str, method: str | None) -> None:
    request = one(code.format(u=f"{API}/me") + "\n")
    assert (request.client, request.method, request.url.show()) == (client, method, f"{API}/me")


def test_a_call_whose_method_is_not_known_is_frozen() -> None:
    request = one(f'import web\nweb.requests_post("{API}/me")\n')
    assert request.gaps == ("the HTTP method of requests_post() is not known",) and request.frozen


def test_both_imports_of_a_shim_are_one_call() -> None:
    code = """
        try:
            from urllib2 import urlopen
        except ImportError:
            from urllib.request import urlopen
        urlopen("https://circleci.com/api/v1.1/me")
    """
    assert seen(code) == [("GET", f"{API}/me")]


# --- wrappers ---


def test_helper_with_suffix_and_verb() -> None:
    code = """
        import requests
        class Api:
            ROOT = "https://circleci.com/api/v1.1"
            def call(self, path, method="get", data=None):
                answer = getattr(requests, method)(self.ROOT + path, json=data)
                return answer.json()
            def add(self, name):
                return self.call("/project/gh/o/r/envvar", method="post", data={"name": name})
            def all(self):
                return self.call("/project/gh/o/r/envvar")
    """
    found = {(r.method, r.url.show()): r for r in look(code) if r.wrapper is not None}
    assert set(found) == {("POST", f"{API}/project/gh/o/r/envvar"), ("GET", f"{API}/project/gh/o/r/envvar")}
    body = found["POST", f"{API}/project/gh/o/r/envvar"].body
    assert body is not None and body.encoding == "json" and isinstance(body.value, Object)
    assert [e.key for e in body.value.entries] == ["name"]
    assert found["GET", f"{API}/project/gh/o/r/envvar"].body is None


def test_a_verb_selects_the_branch_of_a_helper() -> None:
    code = """
        import requests
        def send(verb, path):
            if verb == "GET":
                return requests.get("https://circleci.com/api/v1.1" + path)
            elif verb == "POST":
                return requests.post("https://circleci.com/api/v1.1" + path)
            raise ValueError(verb)
        send("POST", "/project/gh/o/r/build")
    """
    assert [(r.method, r.url.show()) for r in look(code) if r.wrapper] == [("POST", f"{API}/project/gh/o/r/build")]


def test_helpers_of_helpers_in_other_files_and_base_classes() -> None:
    client = """
        import requests
        BASE = "https://circleci.com/api/v1.1"
        def get(path):
            return requests.get(BASE + path)
        def project(name):
            return get("/project/gh/o/" + name)
        class Base:
            def _get(self, path):
                return requests.get(BASE + path)
    """
    code = """
        from . import client
        from .client import Base, project
        project("site")
        client.get("/me")
        class Mine(Base):
            def me(self):
                return self._get("/projects")
    """
    found = look(code, client=client)
    assert [(r.method, r.url.show()) for r in found] == [
        ("GET", f"{API}/project/gh/o/site"),
        ("GET", f"{API}/me"),
        ("GET", f"{API}/projects"),
    ]
    assert all(r.wrapper is not None and r.wrapper.path == "pkg/client.py" and r.span.path == PATH for r in found)
    assert any(s.path == "pkg/client.py" for s in found[0].trail)


def test_a_base_handed_in_by_the_callers() -> None:
    code = """
        import requests
        def artifacts(base, number):
            return requests.get("{}/{}/artifacts".format(base, number))
        artifacts("https://circleci.com/api/v1.1/project/gh/o/r", 7)
    """
    found = look(code)
    sink = next(r for r in found if r.wrapper is None)
    assert (sink.url.show(), sink.overridable) == (f"{API}/project/gh/o/r/{{number}}/artifacts", True)
    assert [r.url.show() for r in found if r.wrapper] == [f"{API}/project/gh/o/r/7/artifacts"]


def test_client_objects_handed_to_other_objects() -> None:
    code = """
        import requests
        class Client:
            def __init__(self, root=None):
                self.root = "https://circleci.com/api/v1.1" if root is None else root
                self.user = User(self)
                self.verbs = {"GET": self.fetch, "POST": self.send}
            def fetch(self, path):
                return requests.get(self.root + path)
            def send(self, path):
                return requests.post(self.root + path)
            def request(self, method, path):
                return self.verbs[method](path)
        class User:
            def __init__(self, client):
                self.client = client
            def info(self):
                return self.client.request("GET", "/me")
    """
    found = [r for r in look(code) if r.url.show() == f"{API}/me"]
    assert [(r.method, r.wrapper is not None) for r in found] == [("GET", True)]


def test_a_template_method_whose_path_is_in_the_subclass() -> None:
    code = """
        import requests
        class Base:
            def load(self):
                return requests.get(self.ROOT + self.PATH)
        class Me(Base):
            ROOT = "https://circleci.com/api/v1.1"
            PATH = "/me"
    """
    assert seen(code) == [("GET", f"{API}/me")]


# --- what goes along ---


def test_params_headers_body_auth() -> None:
    code = """
        import requests
        headers = {"Content-Type": "application/json", "Circle-Token": token}
        data = {"branch": "main", "n": 1, "ok": True, "none": None, "list": ["a"], "deep": {"k": value}}
        requests.post("https://circleci.com/api/v1.1/project/gh/o/r", params={"circle-token": token, "x": "1"},
                      headers=headers, json=data, auth=(token, ""))
    """
    request = one(code)
    assert [(p.name, p.value.show()) for p in request.params] == [("circle-token", "{token}"), ("x", "1")]
    assert all(p.item is not None for p in request.params)
    assert [h.name for h in request.headers] == ["Content-Type", "Circle-Token"]
    assert request.auth == "header" or request.auth == "basic"
    body = request.body
    assert body is not None and body.typed and isinstance(body.value, Object) and body.value.list is not None
    kinds = {e.key: e.value.kind if isinstance(e.value, Scalar) else type(e.value) for e in body.value.entries}
    assert kinds == {"branch": "string", "n": "number", "ok": "bool", "none": "null", "list": Array, "deep": Object}
    text = textwrap.dedent(code)
    entry = body.value.get("branch")
    assert entry is not None and entry.key_span is not None
    assert text[entry.key_span.start : entry.key_span.end] == "branch"


@pytest.mark.parametrize(
    ("argument", "encoding"),
    [
        ('json={"branch": b}', "json"),
        ('data=json.dumps({"branch": b})', "json"),
        ('data={"branch": b}', "form"),
        ('data=urlencode({"branch": b}).encode()', "form"),
        ('data=json.dumps({"branch": b}).encode("utf-8")', "json"),
        ("data=blob()", "unknown"),
        ('files={"config": open("x")}', "multipart"),
    ],
)
def test_body_encodings(argument: str, encoding: str) -> None:
    code = f'import json, requests\nfrom urllib.parse import urlencode\nrequests.post("{API}/project/gh/o/r", {argument})\n'
    body = one(code).body
    assert body is not None and body.encoding == encoding


def test_form_fields_nest() -> None:
    body = one(f'import requests\nrequests.post("{API}/project/gh/o/r", data={{"build_parameters[A]": "1"}})\n').body
    assert body is not None and isinstance(body.value, Object)
    inner = body.value.entries[0].value
    assert body.value.entries[0].key == "build_parameters" and isinstance(inner, Object) and inner.entries[0].key == "A"


def test_a_dict_that_code_adds_to_is_open_and_a_shared_one_is_not_edited() -> None:
    code = """
        import requests
        data = {"branch": "main"}
        data["x"] = y
        requests.post("https://circleci.com/api/v1.1/project/gh/o/r", json=data)
        shared = {"branch": "main"}
        requests.post("https://circleci.com/api/v1.1/project/gh/o/r", json=shared)
        print(shared)
    """
    first, second = (r.body for r in look(code))
    assert first is not None and isinstance(first.value, Object) and first.value.open
    assert second is not None and isinstance(second.value, Object) and not second.value.open
    assert second.value.list is None and second.value.entries[0].item is None


def test_session_headers_and_auth() -> None:
    code = """
        import requests
        class A:
            def __init__(self):
                self.s = requests.Session()
                self.s.headers.update({"Circle-Token": token})
            def f(self):
                return self.s.get("https://circleci.com/api/v1.1/me")
        s = requests.Session()
        s.auth = (token, "")
        s.get("https://circleci.com/api/v1.1/projects")
    """
    first, second = look(code)
    assert [h.name for h in first.headers] == ["Circle-Token"] and first.auth == "header"
    assert second.auth == "unknown"


def test_request_headers_added_later_belong_to_their_request() -> None:
    code = """
        from urllib.request import Request, urlopen
        r = Request("https://circleci.com/api/v1.1/me")
        r.add_header("Circle-Token", token)
        urlopen(r)
        r = Request("https://example.com/x")
        r.add_header("Other", token)
        urlopen(r)
    """
    request = one(code)
    assert [h.name for h in request.headers] == ["Circle-Token"] and request.notices is True


def test_slots() -> None:
    code = (
        '"""Doc."""\nimport requests\n\n\ndef f():\n    requests.post("%s/me", headers={"A": "b"}, json={"c": 1})\n'
        % API
    )
    request = one(code)
    text = {s.name: code[s.span.start : s.span.end] for s in request.slots}
    assert text["func"] == "requests.post" and text["url"] == f'"{API}/me"'
    assert text["headers"] == '{"A": "b"}' and text["json"] == 'json={"c": 1}'
    assert text["args"].startswith('"https') and text["args"].endswith('json={"c": 1}')
    place = request.slot("imports")
    assert place is not None and code[: place.span.start].endswith("import requests\n")
    headers = request.slot("headers")
    assert headers is not None and headers.list is not None and len(headers.list.items) == 1


def test_notices() -> None:
    code = """
        import requests
        r = requests.get("https://circleci.com/api/v1.1/me")
        r.raise_for_status()
        q = requests.get("https://circleci.com/api/v1.1/projects")
        if q.status_code != 200:
            raise SystemExit
        requests.get("https://circleci.com/api/v1.1/recent-builds")
    """
    assert [r.notices for r in look(code)] == [True, True, None]


def test_answers_of_sinks_and_wrappers() -> None:
    code = """
        import requests
        def load(path):
            r = requests.get("https://circleci.com/api/v1.1" + path)
            return r.json()
        builds = load("/project/gh/o/r")
        print(builds[0]["build_num"])
    """
    lifted = next(r for r in look(code) if r.wrapper is not None)
    assert ("[]", "build_num") in [r.path for r in lifted.answer.reads]


# --- holds, leftovers, other APIs ---


def test_reads_that_nobody_followed_hold_the_base() -> None:
    code = """
        import requests
        BASE = "https://circleci.com/api/v1.1"
        requests.get(BASE + "/me")
        run(BASE, "projects")
        print(BASE)
    """
    request = one(code)
    source = textwrap.dedent(code)
    assert [source[s.start : s.end] for s in request.holds] == ["BASE"]
    assert request.holds[0].start == source.index("BASE, ")


def test_old_urls_in_no_call_are_left_over() -> None:
    code = '''
        """See https://circleci.com/api/v1.1/project/gh/o/r for more."""
        URL = "https://circleci.com/api/v1.1/project/gh/o/r"
        def test(calls):
            """https://circleci.com/api/v1.1/project/gh/o/r"""
            assert calls[0] == "https://circleci.com/api/v1/project/o/r/tree/main"
    '''
    found = look(code)
    assert [(r.method, r.client, r.gaps) for r in found] == [(None, "none", ("not seen in a call",))] * 2
    assert all(r.frozen for r in found)


@pytest.mark.parametrize(
    "code",
    [
        'import requests\nrequests.get("https://mastodon.social/api/v1/statuses")\n',
        'import requests\nrequests.get(instance + "/api/v1/accounts/" + user)\n',
        'client.get("/api/v1.1/project/")\n',
        'import requests\nrequests.get("https://circleci.com/gh/o/r.svg?circle-token=x")\n',
        'import requests\nrequests.get("https://15-1-gh.circle-artifacts.com/api/v1.1/0/x")\n',
        'import requests\nrequests.get(artifact["url"] + "?circle-token=" + token)\n',
        'import requests\nrequests.get("https://gitlab.com/api/v4/projects")\n',
        'URL = "https://example.com/api/v1/users"\n',
        'd = {}\nd.get("https://example.org")\n',
    ],
)
def test_other_apis_are_silent(code: str) -> None:
    assert look(code) == []


def test_servers_and_bases_that_are_not_known_are_kept_by_their_path() -> None:
    code = """
        import requests
        requests.get("https://ci.example.com/api/v1.1/project/gh/o/r")
        requests.get(host + "/api/v1.1/me")
        requests.get("https://circleci.com/api/" + version + "/me")
    """
    assert len(look(code)) == 3


def test_a_region_inside_another_file_keeps_its_offsets() -> None:
    from v2migrate.source import Region

    data = b'run: |\n  import requests\n  requests.get(\n    "https://circleci.com/api/v1.1/me")\nend\n'
    lines = [(8, 24), (26, 40), (42, len(data) - 4)]
    source = Source("x.yml", data)
    (request,) = lower(source, Region("python", "yaml", tuple(lines)), lambda _: None).requests
    assert source.text(request.span).startswith("requests.get(") and request.url.show() == f"{API}/me"
    assert request.url.spans == (Span("x.yml", data.index(b"https"), data.index(b'")')),)


@pytest.mark.parametrize(("bases", "names"), [("", []), ("(Client)", ["Circle-Token"]), ("(Base)", [])])
def test_headers_of_a_session_count_in_its_own_classes(bases: str, names: list[str]) -> None:
    found = look(f"""
        import requests
        from lib import Base
        class Client(Base):
            def __init__(self):
                self.session = requests.Session()
            def me(self):
                return self.session.get("{API}/me")
        class Other{bases}:
            def __init__(self, token):
                self.session = requests.Session()
                self.session.headers["Circle-Token"] = token
        """)
    assert [h.name for r in found for h in r.headers] == names

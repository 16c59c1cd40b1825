"""What `write` makes of Python calls: the text before, a change, the text after."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace

import libcst
import pytest

from v2migrate.languages.python import lower, write
from v2migrate.languages.python.write_call import Draft
from v2migrate.request import Body, Change, Entry, Header, Object, Read, Request, Scalar, Value
from v2migrate.source import Region, Source, Span, apply_edits, render
from v2migrate.template import Hole, Template, Text, text

Make = Callable[[Request], Change]


def run(code: str, make: Make) -> tuple[str, str]:
    """The text after the change to the first request, and the problem where it cannot be written."""
    data = code.encode()
    source, region = Source("a.py", data), Region("python", "", ((0, len(data)),))
    requests = lower(source, region, lambda path: None).requests
    request = next((r for r in requests if "circle-token" in r.url.flat), requests[0])
    written = write(source, region, request, make(request))
    if written.problem:
        assert written.steps == ()
        return "", written.problem
    after = apply_edits(data, render(source, written.steps))
    ast.parse(after)
    assert libcst.parse_module(after).bytes == after
    return after.decode(), ""


# --- changes ---


def token_header(request: Request) -> Header:
    """The header for the token of the URL's or the parameters' `circle-token`."""
    for param in request.params:
        if param.name == "circle-token":
            return Header("Circle-Token", param.value)
    at = request.url.flat.index("circle-token=") + len("circle-token=")
    end = min(i for i in (request.url.flat.find("&", at), len(request.url.flat)) if i >= 0)
    return Header("Circle-Token", request.url.slice(at, end))


def swap(*pairs: tuple[str, str]) -> Make:
    """Text of the URL replaced by other text."""

    def make(request: Request) -> Change:
        flat = request.url.flat
        found = [(flat.index(old), flat.index(old) + len(old), new) for old, new in pairs]
        return Change(url=tuple(found))

    return make


def to_header(request: Request) -> Change:
    """The token moves from the query to a header."""
    flat = request.url.flat
    if "circle-token=" not in flat:
        return Change(headers=(token_header(request),), drop_params=("circle-token",))
    start = flat.index("circle-token=")
    amp = flat.find("&", start)
    span = (start, amp + 1, "") if amp >= 0 else (start - 1, len(flat), "")
    return Change(url=(span,), headers=(token_header(request),))


def header(request: Request) -> Change:
    """A constant header is added."""
    return Change(headers=(Header("X", text("1")),))


def string(value: str) -> Scalar:
    return Scalar("string", "", text(value))


def body(**entries: Value | str) -> Make:
    """The body becomes these entries; a string `=name` keeps the old entry of that name."""

    def make(request: Request) -> Change:
        old = request.body.value if request.body is not None else None
        out = []
        for key, value in entries.items():
            if isinstance(value, str) and value.startswith("="):
                assert isinstance(old, Object)
                entry = old.get(value[1:])
                assert entry is not None
                out.append(replace(entry, key=key))
            else:
                out.append(Entry(key, string(value) if isinstance(value, str) else value))
        return Change(body=Object(tuple(out)))

    return make


def open_body(request: Request) -> Change:
    """The old body printed anew, whatever else it may hold."""
    assert request.body is not None and isinstance(request.body.value, Object)
    return Change(body=replace(request.body.value, list=None))


def root(request: Request) -> Change:
    return Change(root="items")


def reads(**paths: str) -> Make:
    """Reads get new paths: `a__b="c.d"` (`__` for a dot, `[]` left out)."""

    def make(request: Request) -> Change:
        out: list[tuple[Read, tuple[str, ...]]] = []
        for read in request.answer.reads:
            names = "__".join(s for s in read.path if s != "[]")
            if names in paths:
                lead = tuple(s for s in read.path if s == "[]")
                out.append((read, (*lead, *paths[names].split("."))))
        return Change(reads=tuple(out))

    return make


def status(code: int) -> Make:
    return lambda request: Change(status=tuple((t, code) for t in request.answer.status))


def both(*makes: Make) -> Make:
    """Several changes in one."""

    def make(request: Request) -> Change:
        parts = [m(request) for m in makes]
        merged = Change()
        for part in parts:
            merged = Change(
                merged.url + part.url, merged.drop_params + part.drop_params, merged.headers + part.headers,
                part.body or merged.body, part.root or merged.root, merged.reads + part.reads,
                merged.status + part.status,
            )  # fmt: skip
        return merged

    return make


U = "https://circleci.com/api/v1.1"
P = U + "/project/gh/o/r"
I = "import requests\n"  # noqa: E741
T = "TOKEN = read()\n"

CASES: dict[str, tuple[str, Make, str]] = {
    # --- the URL ---
    "url": (f'{I}requests.get("{U}/me")\n', swap(("v1.1", "v2")), f'{I}requests.get("{U[:-4]}v2/me")\n'),
    "url and comment": (
        f"{I}requests.get(  # the user\n    '{U}/me',  # me\n)\n",
        swap(("v1.1", "v2")),
        f"{I}requests.get(  # the user\n    '{U[:-4]}v2/me',  # me\n)\n",
    ),
    # --- headers ---
    "token of an f-string": (
        f'{I}{T}requests.get(f"{U}/me?circle-token={{TOKEN}}")\n',
        to_header,
        f'{I}{T}requests.get("{U}/me", headers={{"Circle-Token": TOKEN}})\n',
    ),
    "token at the end of a sum": (
        f"{I}{T}requests.get('{U}/me?circle-token=' + TOKEN)\n",
        to_header,
        f"{I}{T}requests.get('{U}/me', headers={{'Circle-Token': TOKEN}})\n",
    ),
    "token before other arguments": (
        f'{I}{T}requests.get("{U}/me?circle-token=%s" % TOKEN, timeout=5)\n',
        to_header,
        f'{I}{T}requests.get("{U}/me", timeout=5, headers={{"Circle-Token": TOKEN}})\n',
    ),
    "token in a call of several lines": (
        f"{I}{T}requests.get(\n    '{U}/me?circle-token=' + TOKEN,\n    timeout=5,  # seconds\n)\n",
        to_header,
        f"{I}{T}requests.get(\n    '{U}/me',\n    timeout=5,\n    headers={{'Circle-Token': TOKEN}},  # seconds\n)\n",
    ),
    "trailing comma": (
        f'{I}{T}requests.get(f"{U}/me?circle-token={{TOKEN}}",)\n',
        to_header,
        f'{I}{T}requests.get("{U}/me", headers={{"Circle-Token": TOKEN}},)\n',
    ),
    "carriage returns": (
        f'{I}{T}requests.get(\n    f"{U}/me?circle-token={{TOKEN}}",\n    timeout=5,\n)\n'.replace("\n", "\r\n"),
        to_header,
        f'{I}{T}requests.get(\n    "{U}/me",\n    timeout=5,\n    headers={{"Circle-Token": TOKEN}},\n)\n'.replace(
            "\n", "\r\n"
        ),
    ),
    "tabs": (
        f'{I}{T}if TOKEN:\n\trequests.get(\n\t\tf"{U}/me?circle-token={{TOKEN}}",\n\t)\n',
        to_header,
        f'{I}{T}if TOKEN:\n\trequests.get(\n\t\t"{U}/me",\n\t\theaders={{"Circle-Token": TOKEN}},\n\t)\n',
    ),
    "nested brackets": (
        f'{I}{T}print(len((requests.get(("{U}/me?circle-token=" + (TOKEN)))).text))\n',
        to_header,
        f'{I}{T}print(len((requests.get(("{U}/me"), headers={{"Circle-Token": TOKEN}})).text))\n',
    ),
    "token in params": (
        f'{I}{T}requests.get("{U}/me", params={{"circle-token": TOKEN}})\n',
        to_header,
        f'{I}{T}requests.get("{U}/me", headers={{"Circle-Token": TOKEN}})\n',
    ),
    "token among params": (
        f'{I}{T}requests.get("{U}/me", params={{"circle-token": TOKEN, "limit": 1}}, timeout=5)\n',
        to_header,
        f'{I}{T}requests.get("{U}/me", params={{"limit": 1}}, timeout=5, headers={{"Circle-Token": TOKEN}})\n',
    ),
    "params in a variable": (
        f'{I}{T}p = {{"circle-token": TOKEN}}\nrequests.get("{U}/me", params=p)\n',
        to_header,
        f'{I}{T}p = {{}}\nrequests.get("{U}/me", params=p, headers={{"Circle-Token": TOKEN}})\n',
    ),
    "headers display": (
        f"{I}requests.get('{U}/me', headers={{'Accept': 'a'}})\n",
        header,
        f"{I}requests.get('{U}/me', headers={{'Accept': 'a', 'X': '1'}})\n",
    ),
    "headers display on several lines": (
        f'{I}requests.get("{U}/me", headers={{\n    "Accept": "a",  # json\n}})\n',
        header,
        f'{I}requests.get("{U}/me", headers={{\n    "Accept": "a",\n    "X": "1",  # json\n}})\n',
    ),
    "headers as dict()": (
        f"{I}requests.get('{U}/me', headers=dict(Accept='a'))\n",
        header,
        f"{I}requests.get('{U}/me', headers=dict(Accept='a', X='1'))\n",
    ),
    "empty headers": (
        f'{I}requests.get("{U}/me", headers={{}})\n',
        header,
        f'{I}requests.get("{U}/me", headers={{"X": "1"}})\n',
    ),
    "headers in a variable of its own": (
        f'{I}h = {{"Accept": "a"}}\nrequests.get("{U}/me", headers=h)\n',
        header,
        f'{I}h = {{"Accept": "a", "X": "1"}}\nrequests.get("{U}/me", headers=h)\n',
    ),
    "headers in a shared variable": (
        f'{I}h = {{"Accept": "a"}}\nrequests.get("{U}/me", headers=h)\nrequests.get("http://x", headers=h)\n',
        header,
        f'{I}h = {{"Accept": "a"}}\nrequests.get("{U}/me", headers={{**h, "X": "1"}})\nrequests.get("http://x", headers=h)\n',
    ),
    "headers of a function": (
        f"{I}requests.get('{U}/me', headers=make(1))\n",
        header,
        f"{I}requests.get('{U}/me', headers={{**make(1), 'X': '1'}})\n",
    ),
    "headers by an operator": (
        f"{I}requests.get('{U}/me', headers=a or b)\n",
        header,
        f"{I}requests.get('{U}/me', headers={{**(a or b), 'X': '1'}})\n",
    ),
    "headers that may be None": (
        f"{I}def f(headers=None):\n    requests.get('{U}/me', headers=headers)\n",
        header,
        f"{I}def f(headers=None):\n    requests.get('{U}/me', headers={{**(headers or {{}}), 'X': '1'}})\n",
    ),
    "headers None": (
        f'{I}requests.get("{U}/me", headers=None)\n',
        header,
        f'{I}requests.get("{U}/me", headers={{"X": "1"}})\n',
    ),
    "aiohttp": (
        f'import aiohttp\n{T}async def f():\n    async with aiohttp.ClientSession() as s:\n'
        f'        async with s.get(f"{U}/me?circle-token={{TOKEN}}") as r:\n            pass\n',
        to_header,
        f'import aiohttp\n{T}async def f():\n    async with aiohttp.ClientSession() as s:\n'
        f'        async with s.get("{U}/me", headers={{"Circle-Token": TOKEN}}) as r:\n            pass\n',
    ),
    # --- urllib ---
    "urlopen": (
        f'import urllib.request\n{T}urllib.request.urlopen("{U}/me?circle-token=" + TOKEN)\n',
        to_header,
        f'import urllib.request\n{T}urllib.request.urlopen(urllib.request.Request("{U}/me", '
        f'headers={{"Circle-Token": TOKEN}}))\n',
    ),
    "bare urlopen": (
        f"from urllib.request import urlopen  # noqa\n{T}x = urlopen('{U}/me?circle-token=' + TOKEN, timeout=3)\n",
        to_header,
        "from urllib.request import urlopen  # noqa\nfrom urllib.request import Request\n"
        f"{T}x = urlopen(Request('{U}/me', headers={{'Circle-Token': TOKEN}}), timeout=3)\n",
    ),
    "bare urlopen with Request there": (
        f"from urllib.request import (\n    Request,\n    urlopen,\n)\n{T}x = urlopen('{U}/me?circle-token=' + TOKEN)\n",
        to_header,
        "from urllib.request import (\n    Request,\n    urlopen,\n)\n"
        f"{T}x = urlopen(Request('{U}/me', headers={{'Circle-Token': TOKEN}}))\n",
    ),
    "Request": (
        f'from urllib import request\n{T}q = request.Request("{U}/me?circle-token=" + TOKEN)\nrequest.urlopen(q)\n',
        to_header,
        f'from urllib import request\n{T}q = request.Request("{U}/me", headers={{"Circle-Token": TOKEN}})\n'
        "request.urlopen(q)\n",
    ),
    # --- the body ---
    "no body": (
        f'{I}requests.post("{P}")\n',
        body(branch="main"),
        f'{I}requests.post("{P}", json={{"branch": "main"}})\n',
    ),
    "no body, and a header": (
        f"{I}requests.post('{P}')\n",
        both(body(branch="main"), header),
        f"{I}requests.post('{P}', json={{'branch': 'main'}}, headers={{'X': '1'}})\n",
    ),
    "renamed in place": (
        f'{I}requests.post("{P}", json={{"build_parameters": {{"A": 1}}}})\n',
        body(branch="main", parameters="=build_parameters"),
        f'{I}requests.post("{P}", json={{"branch": "main", "parameters": {{"A": 1}}}})\n',
    ),
    "comments stay": (
        f'{I}requests.post("{P}", json={{\n    # what\n    "build_parameters": {{}},  # params\n    "tag": "t",\n}})\n',
        body(parameters="=build_parameters", tag="=tag"),
        f'{I}requests.post("{P}", json={{\n    # what\n    "parameters": {{}},  # params\n    "tag": "t",\n}})\n',
    ),
    "an entry goes": (
        f"{I}requests.post('{P}', json={{'parallel': 2, 'tag': 'v1'}})\n",
        body(tag="=tag"),
        f"{I}requests.post('{P}', json={{'tag': 'v1'}})\n",
    ),
    "dict() call": (
        f"{I}requests.post('{P}', json=dict(build_parameters=dict(a=1), x=2))\n",
        body(branch="main", parameters="=build_parameters"),
        f"{I}requests.post('{P}', json=dict(branch='main', parameters=dict(a=1)))\n",
    ),
    "json in a variable": (
        f'{I}p = {{"build_parameters": {{}}}}\nrequests.post("{P}", json=p)\n',
        body(branch="main", parameters="=build_parameters"),
        f'{I}p = {{"branch": "main", "parameters": {{}}}}\nrequests.post("{P}", json=p)\n',
    ),
    "form": (
        f'{I}requests.post("{P}", data={{"tag": "v1"}})\n',
        body(branch="main", tag="=tag"),
        f'{I}requests.post("{P}", json={{"branch": "main", "tag": "v1"}})\n',
    ),
    "form with nested names": (
        f'{I}requests.post("{P}", data={{"build_parameters[A]": x, "build_parameters[B]": "b"}}, timeout=3)\n',
        body(branch="main", parameters="=build_parameters"),
        f'{I}requests.post("{P}", json={{"branch": "main", "parameters": {{"A": x, "B": "b"}}}}, timeout=3)\n',
    ),
    "long form": (
        f'{I}if x:\n    requests.post("{P}", data={{"build_parameters[AAAAAAAAAAAAAAAAAAAAAAAAA]": xxxxxxxxxx,'
        ' "build_parameters[BBBBBBBBBBBBBBBBBBBBBBB]": "b"})\n',
        body(branch="main", parameters="=build_parameters"),
        f'{I}if x:\n    requests.post("{P}", json={{\n        "branch": "main",\n        "parameters": '
        '{"AAAAAAAAAAAAAAAAAAAAAAAAA": xxxxxxxxxx, "BBBBBBBBBBBBBBBBBBBBBBB": "b"},\n    })\n',
    ),
    "positional data": (
        f'{I}requests.post("{P}", {{"build_parameters[A]": x}}, timeout=3)\n',
        body(parameters="=build_parameters"),
        f'{I}requests.post("{P}", json={{"parameters": {{"A": x}}}}, timeout=3)\n',
    ),
    "dumps": (
        f'import json\n{I}requests.post("{P}", data=json.dumps({{"build_parameters": {{}}}}))\n',
        body(branch="main", parameters="=build_parameters"),
        f'import json\n{I}requests.post("{P}", json={{"branch": "main", "parameters": {{}}}})\n',
    ),
    "dumps of a variable": (
        f'import json\n{I}p = {{"tag": "a"}}\nrequests.post("{P}", data=json.dumps(p).encode("utf-8"), timeout=1)\n',
        body(branch="main"),
        f'import json\n{I}p = {{"branch": "main"}}\nrequests.post("{P}", json=p, timeout=1)\n',
    ),
    "dumps with options": (
        f'import json\n{I}requests.post("{P}", data=json.dumps({{"tag": "a"}}, default=str))\n',
        body(branch="main", tag="=tag"),
        f'import json\n{I}requests.post("{P}", data=json.dumps({{"branch": "main", "tag": "a"}}, default=str), '
        'headers={"Content-Type": "application/json"})\n',
    ),
    "typed dumps": (
        f'import json\n{I}requests.post("{P}", data=json.dumps({{"tag": "a"}}), headers={{"Content-Type": '
        '"application/json"})\n',
        body(branch="main", tag="=tag"),
        f'import json\n{I}requests.post("{P}", data=json.dumps({{"branch": "main", "tag": "a"}}), '
        'headers={"Content-Type": "application/json"})\n',
    ),
    "urllib body": (
        "import urllib.request\nr = urllib.request.Request(\n"
        f"    '{P}',\n    data=b'',\n    method='POST',\n)\n".replace("    data=b'',\n", ""),
        body(branch="main"),
        f"import urllib.request\nimport json\nr = urllib.request.Request(\n    '{P}',\n    method='POST',\n"
        "    data=json.dumps({'branch': 'main'}).encode(),\n    headers={'Content-Type': 'application/json'},\n)\n",
    ),
    "a helper for one path": (
        f'{I}def run(branch):\n    requests.post(f"{P}/tree/{{branch}}", json={{"build_parameters": {{}}}})\n\nrun("a")\n',
        body(branch="main", parameters="=build_parameters"),
        f'{I}def run(branch):\n    requests.post(f"{P}/tree/{{branch}}", json={{"branch": "main", "parameters": {{}}}})\n\n'
        'run("a")\n',
    ),
    # --- the answer ---
    "root": (
        f'{I}for a in requests.get("{P}/1/artifacts").json():\n    print(a["url"])\n',
        root,
        f'{I}for a in requests.get("{P}/1/artifacts").json()["items"]:\n    print(a["url"])\n',
    ),
    "root of loads": (
        f"import json\n{I}r = requests.get('{P}/1/artifacts')\nprint(len(json.loads(r.text)))\n",
        root,
        f"import json\n{I}r = requests.get('{P}/1/artifacts')\nprint(len(json.loads(r.text)['items']))\n",
    ),
    "root behind await": (
        "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n"
        f'        r = await c.get("{P}/1/artifacts")\n        for a in await r.json():\n            print(a["url"])\n',
        root,
        "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n"
        f'        r = await c.get("{P}/1/artifacts")\n        for a in (await r.json())["items"]:\n'
        '            print(a["url"])\n',
    ),
    "root behind await in brackets": (
        "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n"
        f'        r = await c.get("{P}/1/artifacts")\n        print((await r.json())[0]["url"])\n',
        root,
        "import httpx\nasync def f():\n    async with httpx.AsyncClient() as c:\n"
        f'        r = await c.get("{P}/1/artifacts")\n        print((await r.json())["items"][0]["url"])\n',
    ),
    "root in an f-string": (
        f"{I}r = requests.get(\"{P}/1/artifacts\")\nprint(f\"{{r.json()[0]['url']}}\")\n",
        root,
        f"{I}r = requests.get(\"{P}/1/artifacts\")\nprint(f\"{{r.json()['items'][0]['url']}}\")\n",
    ),
    "reads": (
        f"{I}b = requests.get(\"{P}/1\").json()\nprint(b['build_num'], b.get(\"start_time\", None))\n",
        reads(build_num="number", start_time="started_at"),
        f"{I}b = requests.get(\"{P}/1\").json()\nprint(b['number'], b.get(\"started_at\", None))\n",
    ),
    "reads of two names": (
        f'{I}b = requests.get("{P}/1").json()\n'
        'print(b["workflows"]["workflow_id"], b.get("workflows", {}).get(\'workflow_id\'))\n',
        reads(workflows__workflow_id="latest_workflow.id"),
        f'{I}b = requests.get("{P}/1").json()\n'
        'print(b["latest_workflow"]["id"], b.get("latest_workflow", {}).get(\'id\'))\n',
    ),
    "reads of names that stand apart": (
        f'{I}w = requests.get("{P}/1").json()["workflows"]\nprint(w["workflow_id"])\n',
        reads(workflows__workflow_id="latest_workflow.id"),
        f'{I}w = requests.get("{P}/1").json()["latest_workflow"]\nprint(w["id"])\n',
    ),
    "status": (
        f'{I}r = requests.post("{P}")\nif r.status_code != 200:\n    raise SystemExit(1)\n',
        status(201),
        f'{I}r = requests.post("{P}")\nif r.status_code != 201:\n    raise SystemExit(1)\n',
    ),
    "status by name": (
        f'{I}r = requests.post("{P}")\nassert r.status_code in (requests.codes.ok, http.HTTPStatus.OK)\n',
        status(201),
        f'{I}r = requests.post("{P}")\nassert r.status_code in (requests.codes.created, http.HTTPStatus.CREATED)\n',
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_written(name: str) -> None:
    before, make, after = CASES[name]
    assert run(before, make) == (after, "")


PROBLEMS: dict[str, tuple[str, Make, str]] = {
    "token from the caller": (
        f'{I}def get(path):\n    return requests.get("{U}" + path)\n\ndef f(t):\n    get("/me?circle-token=" + t)\n',
        to_header,
        "t is not visible where the call is made",
    ),
    "** arguments": (
        f'{I}requests.get("{U}/me", **options)\n',
        header,
        "the call passes ** arguments, which may hold headers",
    ),
    "a header of the same name": (
        f'{I}requests.get("{U}/me", headers={{"X": "2"}})\n',
        header,
        "the call has a header X already",
    ),
    "files": (
        f'{I}requests.post("{P}", files={{"config": f}})\n',
        body(branch="main"),
        "the body is sent as multipart",
    ),
    "an unknown body": (
        f'{I}requests.post("{P}", data=make())\n',
        body(branch="main"),
        "the body of the request is not seen",
    ),
    "an open form": (
        f'{I}requests.post("{P}", data={{**x, "build_parameters[A]": "b"}})\n',
        open_body,
        "a part of the body is not seen",
    ),
    "a body that is filled later": (
        f'{I}d = {{}}\nd["build_parameters"] = {{"A": 1}}\nrequests.post("{P}", json=d)\n',
        body(branch="main"),
        "a part of the body is not seen",
    ),
    "a helper for many paths": (
        f'{I}def send(path):\n    return requests.post("{U}" + path)\n\nsend("/project/gh/o/r?circle-token=a")\n',
        body(branch="main"),
        "the body is sent by a helper function that other calls use for other paths",
    ),
    "names that stand apart": (
        f'{I}w = requests.get("{P}/1").json()["workflows"]\nprint(w["workflow_id"], w["job_name"])\n',
        reads(workflows__workflow_id="latest_workflow.id"),
        "the names under workflows part",
    ),
    "a key in a constant": (
        f'{I}K = "build_num"\nprint(requests.get("{P}/1").json()[K])\n',
        reads(build_num="number"),
        "the name of build_num cannot be edited where it is read",
    ),
    "a shared root": (
        f'{I}if x:\n    r = requests.get("{P}/1/artifacts")\nelse:\n    r = requests.get("http://x")\nprint(len(r.json()))\n',
        root,
        "the answer is decoded where another answer is decoded too",
    ),
    "a shared status test": (
        f'{I}if x:\n    r = requests.post("{P}")\nelse:\n    r = requests.get("http://x")\nassert r.status_code == 200\n',
        status(201),
        "the status is tested where another answer's is tested too",
    ),
    "a client of another kind": (
        f'import tornado.httpclient\ntornado.httpclient.HTTPClient().fetch("{U}/me")\n',
        header,
        "how tornado takes headers is not known",
    ),
}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('b["reponame"]', 'b["project"]["name"]'),
        ("b['reponame']", "b['project']['name']"),
        ('b.get("reponame")', 'b.get("project", {}).get("name")'),
        ('b.get("reponame", None)', 'b.get("project", {}).get("name", None)'),
    ],
)
def test_a_read_moves_to_another_depth(old: str, new: str) -> None:
    before = f'{I}b = requests.get("{P}/1").json()\nprint({old})\n'
    after, problem = run(before, reads(reponame="project.name"))
    assert not problem and after.endswith(f"print({new})\n")


def test_a_header_that_the_dict_cannot_see_goes_into_the_call() -> None:
    before = f'{I}h = {{"Accept": "a"}}\nTOKEN = f()\nrequests.get("{U}/me?circle-token=" + TOKEN, headers=h)\n'
    after, problem = run(before, to_header)
    assert not problem
    assert after.endswith(', headers={**h, "Circle-Token": TOKEN})\n')
    assert 'h = {"Accept": "a"}\n' in after


@pytest.mark.parametrize("name", PROBLEMS)
def test_not_written(name: str) -> None:
    before, make, problem = PROBLEMS[name]
    assert run(before, make) == ("", problem)


def test_a_frozen_call_is_not_written() -> None:
    code = f'{I}requests.get("{U}/me")\n'
    source, region = Source("a.py", code.encode()), Region("python", "", ((0, len(code)),))
    request = replace(lower(source, region, lambda path: None).requests[0], frozen="Python 2 source")
    assert write(source, region, request, header(request)).problem == "Python 2 source"


def test_a_quote_that_the_host_forbids_is_not_used() -> None:
    code = f"{I}requests.get(base + path)\n"
    source = Source("a.yml", code.encode())
    region = Region("python", "yaml", ((0, len(code)),), forbidden=(b'"',))
    request = Request(Span("a.yml", 0, 0), "python", "requests", "GET", Template())
    assert Draft(source, replace(region, forbidden=()), request).quote == '"'
    assert Draft(source, region, request).quote == "'"


VALUES = {
    "constant": (text("a\"b'\\\n\x07é"), '"a\\"b\'\\\\\\n\\x07é"'),
    "hole": (Template((Hole("os.environ['T']"),)), "os.environ['T']"),
    "mixed": (Template((Text("Bearer "), Hole("token"))), 'f"Bearer {token}"'),
    "mixed with the same quote": (Template((Text("Bearer "), Hole('d["t"]'))), "f'Bearer {d[\"t\"]}'"),
    "mixed with both quotes": (Template((Text("B {"), Hole("d['t'][\"u\"]"))), '"B {{{}".format(d[\'t\']["u"])'),
    "mixed with a lambda": (Template((Text("B "), Hole("f(lambda: 1)"))), '"B {}".format(f(lambda: 1))'),
    "walrus": (Template((Hole("t := f()"),)), "(t := f())"),
}


@pytest.mark.parametrize("name", VALUES)
def test_spelling(name: str) -> None:
    from v2migrate.languages.python.write_spelling import Speller

    template, expected = VALUES[name]
    assert Speller('"').template(template) == expected
    ast.parse("{'a': %s}" % expected)


def test_an_unknown_body_without_value() -> None:
    code = f'{I}requests.post("{P}")\n'
    make: Make = body(branch="main")
    source, region = Source("a.py", code.encode()), Region("python", "", ((0, len(code)),))
    request = replace(lower(source, region, lambda path: None).requests[0], body=Body("unknown", None))
    assert write(source, region, request, make(request)).problem == "the body of the request is not seen"

"""What the cheap looks let go of: nothing that the slow way would find anything in."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from v2migrate import anchors, catalogue, closer, contains, hosts, judge, look, reading
from v2migrate.languages.plain import sightings
from v2migrate.options import Options
from v2migrate.rule import Rule
from v2migrate.source import Source

RULES = catalogue.load()
TESTDATA = Path(__file__).parent.parent / "testdata"


def finds(name: str, data: bytes, servers: frozenset[str] = frozenset()) -> bool:
    """The slow way: is there anything to report in the file, with nothing but itself to read?

    Cases without a finding count as well, where other files may take from them.
    """
    cases = look.look(Source(name, data), lambda path: None, RULES, servers)[0]
    if anchors.speaks(name, data) and name.endswith((".py", ".sh")):
        return bool(cases)
    return bool(judge.placed(cases, Options(hosts=servers, select=frozenset({*(rule.id for rule in RULES), *judge.BUILT_IN}))))


# --- which files are code ---------------------------------------------------------------------------------------------

NAMES = (
    "a.py", "a.PY", "x/a.rst", "a.b/Makefile", "Makefile", "makefile.txt", "Dockerfile", "Dockerfile.txt", "x.dockerfile",
    "Containerfile.dev", "a\\Dockerfile.txt", ".envrc", "x/.envrc", "x.envrc", ".sh", "..sh", "a.", "script", "script.1", "v1.2",
    "a.c++", "a.tar.gz", "x.y/script", "a.groovy", "b.PROFILE", "é.é", "a b.go", ".profile", "x/.bashrc", "a.mk", "a.json",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_no_front_end_reads_what_is_called_text(name: str) -> None:
    shebangs = (b"", b"#!/bin/sh\n", b"#!/usr/bin/env python3\n")
    assert not anchors.is_text(name) or {hosts.language_of(name, data) for data in shebangs} == {"text"}


def test_which_names_are_text() -> None:
    assert [name for name in NAMES if anchors.is_text(name)] == [
        "x/a.rst", "makefile.txt", "x.envrc", "a.tar.gz", "a.groovy", "b.PROFILE", "é.é", "a b.go", "a.json"]  # fmt: skip


@pytest.mark.parametrize("end", sorted(anchors.CODE | anchors.SILENT | {"rst", "txt", "tpl", "html", "gradle", "env"}))
def test_a_word_of_the_old_api_counts_in_code_alone(end: str) -> None:
    data = b'circleci: get("recent-builds")\n'
    assert anchors.is_text(f"a.{end}") and not anchors.is_text(f"x/.{end}")
    assert not sightings(Source(f"a.{end}", data)) or anchors.may_call(f"a.{end}", data)


# --- what calls are made of -------------------------------------------------------------------------------------------

CALLS = [
    ("a.py", 'requests.get("https://circleci.com/api/v1.1/me")'),
    ("a.py", 'requests.get("https://circleci.com" + "/api" + "/v1.1/me")'),
    ("a.py", 'requests.get("https://circleci.com" + "/api/" + "v1.1" + "/me")'),
    ("a.py", 'requests.get("/".join(["https://circleci.com", "api", "v1.1", "me"]))'),
    ("a.py", 'H = "https://circleci.com/"\nrequests.get("%sapi/v1.1/me" % H)'),
    ("a.py", 'H = "https://circleci.com/"\nrequests.get("%(h)sapi/v1.1/me" % {"h": H})'),
    ("a.py", 'H = "https://circleci.com/"\nrequests.get(f"{H}api/v1.1/me")'),
    ("a.py", 'H = "https://circleci.com/"\nrequests.get("{}api/{}/me".format(H, "v1.1"))'),
    ("a.py", 'requests.get("https://circleci.com/api/v%s/me" % "1.1")'),
    ("a.py", 'requests.get("https://circleci.com/api/v1.%d/me" % 1)'),
    ("a.py", 'requests.get("HTTPS://CIRCLECI.COM/API/V1.1/ME".lower())'),
    ("a.py", 'requests.get("https://circleci.com/x/v1.1/me".replace("x", "api"))'),
    ("a.py", "from pycircleci.api import Api\nApi('t').get_user_info()"),
    ("a.py", "import os, pycircleci.api as p\np.Api('t').get_user_info()"),
    ("a.py", "from pycircleci.api \\\n    import Api\nApi('t').get_user_info()"),
    ("a.py", 'requests.get(BASE + "/api/v1.1/project/github/a/b")'),
    ("a.py", 'requests.get(f"{BASE}/api/v1/project/github/{x}")'),
    ("a.py", 'requests.post(BASE + "/api/v1.1" + "/project/gh/a/b/1/retry")'),
    ("a.py", 'V = "v1.1"\nrequests.post(f"{BASE}/api/{V}/project/gh/a/b/1/retry")\n# api/v1.1'),
    ("a.py", 'import subprocess\nsubprocess.run("curl https://circleci.com/api/v1.1/me", shell=True)'),
    ("a.sh", "curl https://circleci.com/api/v1.1/me"),
    ("a.sh", 'H=https://circleci.com/\ncurl "${H}api/v1.1/me"'),
    ("a.sh", 'call() { curl "https://circleci.com/$1/$2"; }\ncall api v1.1/me'),
    ("a.sh", 'call() { curl "$1api/v1.1/me"; }\ncall https://circleci.com/'),
    ("a.sh", 'A=api\ncurl "https://circleci.com/$A/v1.1/me"'),
    ("a.sh", 'curl "$CIRCLE_HOST/api/$V/project/gh/a/b"'),
    ("a.sh", 'V=api/v1.1\ncurl "$HOST/$V/project/gh/a/b" # circleci'),
    ("a.sh", 'P=$CI_API/api/v1.1\ncurl "$P/project/gh/$ORG/$REPO"'),
    ("a.sh", '# curl "https://circleci.com/api/v1.1/me"'),
    ("a.yml", "jobs:\n  a:\n    steps:\n      - run: curl https://circleci.com/api/v1.1/me"),
    ("Makefile", "x:\n\tcurl https://circleci.com/api/v1/me"),
    ("Dockerfile", "FROM x\nRUN curl https://circleci.com/api/v1/me"),
    ("a.md", "```sh\ncurl https://circleci.com/api/v1/me\n```"),
    ("a.js", 'fetch("https://circleci.com/api/v1.1/me")'),
    ("a.ts", 'const ci = "circleci"; get("recent-builds")'),
    ("a.rb", 'get "#{HOST}/api/v1.1/project/github/a/b"'),
    ("a.rst", "See https://circleci.com/api/v1/projects."),
    ("a.json", '{"u": "/api/v1/recent-builds"}'),
]


@pytest.mark.parametrize(("name", "text"), CALLS, ids=lambda t: t[:60])
def test_a_call_passes(name: str, text: str) -> None:
    data = (f"import requests\n{text}\n" if name == "a.py" else f"{text}\n").encode()
    assert finds(name, data)  # or it shows nothing
    assert anchors.speaks(name, data) and anchors.may_call(name, data)


@pytest.mark.parametrize(("name", "text"), [
    ("a.md", "Ask CircleCI about the API: https://circleci.com/docs/api.html"),
    ("a.sh", 'if [ "$CIRCLE_BRANCH" = main ]; then make; fi'),
    ("a.yml", 'run: curl "https://api.github.com/repos/x" # from circleci'),
    ("a.yml", "# circleci\nx: https://kubernetes.io/docs/reference/kubernetes-api/v1.1/"),
    ("a.yml", "# circleci\nx: https://x.io/api/v1.10/"),
    ("a.yml", "# circleci\nx: https://x.io/api/v1beta1/"),
    ("a.py", "# circleci\nimport x.api_\nx.api_.get(api=x.api(1))\n"),
    ("a.py", '# circleci\nget("https://x.io/api/health")\n'),
    ("a.py", '# see https://pypi.org/project/x\nget("https://x.io/api/v1/things")\n'),
    ("a.yml", 'x: $HOST/api/v1/query\ny: "project"\n'),
    ("a.py", 'get(HOST + "/api/v2/cloud-init")\nx = {"project": 1}\n'),
    ("a.rst", "circleci, and https://x.io/apis/v1\n"),
    ("a.js", 'get("/api/v1/project" + id)'),
    ("a.js", 'get("recent-builds")'),
])  # fmt: skip
def test_what_calls_nothing_is_let_go(name: str, text: str) -> None:
    assert not finds(name, text.encode())
    assert not anchors.may_call(name, text.encode())


def test_a_server_of_ones_own() -> None:
    data = b'curl "https://ci.acme.com/api/v1/me"\n'
    servers = frozenset({"ci.acme.com"})
    for name in ("a.sh", "a.js", "a.md", "a"):
        source = (b"#!/bin/sh\n" if name == "a" else b"") + data
        assert finds(name, source, servers) and anchors.may_call(name, source, (b"ci.acme.com",))
        assert not anchors.may_call(name, source)


def test_each_module_of_a_library_is_seen_where_it_is_imported() -> None:
    modules = [module for rule in RULES if rule.library is not None for module in rule.library.modules]
    assert modules
    for module in modules:
        for text in (f"import {module}\n", f"from {module}.x import Y\n", f"import os,  {module} as c\n"):
            assert anchors.may_call("a.py", text.encode()), text


def test_a_library_is_looked_for_in_lines_that_name_it() -> None:
    random_ = random.Random(9)
    words = (b"import", b"from", b"circleci", b"PyCircle", b"a", b",", b" as ", b".", b" ", b"\n", b"\\\n", b"\t", b"x_circle")
    seen = 0
    for _ in range(5000):
        data = b" ".join(random_.choices(words, k=random_.randint(1, 9))) + b"\n# circle"
        text = data.replace(b"\\\n", b" ")
        wanted = closer._LIBRARY.search(text) is not None
        seen += wanted
        assert closer.may_call(data) == wanted, data
    assert seen > 300


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_examples_of_the_rules_pass(rule: Rule) -> None:
    ends = {"python": "py", "shell": "sh", "yaml": "yml"}
    for example in rule.examples:
        name = f"a.{ends[example.language]}"
        for text in (example.before, example.after or ""):
            data = text.encode()
            assert anchors.may_call(name, data) or not finds(name, data), text


def test_the_files_of_the_tests_pass() -> None:
    seen = 0
    for path in sorted(p for p in TESTDATA.rglob("*") if p.is_file() and "broken" not in p.parts):
        data = path.read_bytes()
        if not anchors.may_call(str(path), data):
            seen += 1
            assert not finds(str(path), data), path
    assert seen


# --- calls put together at random -------------------------------------------------------------------------------------

_PATHS = ("me", "project/gh/a/b", "project/github/a/b/12/retry", "recent-builds", "project/gh/a/b/tree/main")


def _parts(random_: random.Random) -> list[str]:
    """A URL cut at random, but not within a word."""
    host = random_.choice(("https://circleci.com", "http://circleci.internal:8080"))
    url = f"{host}/api/{random_.choice(('v1', 'v1.1', 'v2', 'preview'))}/{random_.choice(_PATHS)}"
    places = [i for i in range(1, len(url)) if "/" in url[i - 1 : i + 1] or url[i - 1] == "."]
    cuts = sorted(random_.sample(places, random_.randint(0, 5)))
    return [url[a:b] for a, b in zip([0, *cuts], [*cuts, len(url)], strict=True)]


def _joined(parts: list[str]) -> str:
    return " + ".join(map(repr, parts))


def _named(parts: list[str]) -> str:
    lines = [f"P{i} = {part!r}" for i, part in enumerate(parts)]
    return "\n".join(lines) + '\nURL = f"' + "".join("{P%d}" % i for i in range(len(parts))) + '"'


def _some_named(parts: list[str]) -> str:
    lines = [f"P{i} = {part!r}" for i, part in enumerate(parts) if i % 2]
    return "\n".join(lines) + '\nURL = f"' + "".join("{P%d}" % i if i % 2 else p for i, p in enumerate(parts)) + '"'


def _percent(parts: list[str]) -> str:
    form = "".join("%s" if i % 2 else part for i, part in enumerate(parts))
    return f"URL = {form!r} % ({''.join(f'{part!r}, ' for part in parts[1::2])})"


def _format(parts: list[str]) -> str:
    form = "".join("{}" if i % 2 else part for i, part in enumerate(parts))
    return f"URL = {form!r}.format({', '.join(map(repr, parts[1::2]))})"


PYTHON: tuple[Callable[[list[str]], str], ...] = (
    lambda parts: f"URL = {_joined(parts)}", _named, _some_named, _percent, _format,
    lambda parts: f"URL = ''.join([{', '.join(map(repr, parts))}])",
    lambda parts: f"URL = '/'.join({''.join(parts).split('/')!r})",
)  # fmt: skip


def test_nothing_is_found_in_what_is_let_go() -> None:
    random_ = random.Random(11)
    passed = found = 0
    for number in range(400):
        parts = _parts(random_)
        if number % 4:
            name, text = "a.py", f"import requests\n{random_.choice(PYTHON)(parts)}\nrequests.get(URL)\n"
        else:
            lines = [f"P{i}='{part}'" for i, part in enumerate(parts) if i % 2]
            words = "".join("${P%d}" % i if i % 2 else part for i, part in enumerate(parts))
            name, text = "a.sh", "\n".join([*lines, f'curl "{words}"', ""])
        data = text.encode()
        seen = finds(name, data)
        found += seen
        passed += anchors.may_call(name, data)
        assert anchors.may_call(name, data) or not seen, text
    assert 150 < found <= passed <= 400


@pytest.mark.parametrize("library", [True, False])
def test_both_searches_say_the_same(monkeypatch: pytest.MonkeyPatch, library: bool) -> None:
    if not library:
        monkeypatch.setitem(sys.modules, "ctypes", None)
    search, random_ = contains.fast(), random.Random(5)
    assert library or search == bytes.__contains__
    for _ in range(3000):
        data = bytes(random_.choices(b"circle/ap\0", k=random_.randint(0, 60)))
        start = random_.randint(0, 60)
        for part in (b"circle", b"api/", data[start : start + random_.randint(1, 9)] or b"x", data + b"x", data or b"y"):
            if b"\0" not in part:
                assert search(reading.without_zeros(data), part) == (part in data), (data, part)


def test_files_searched_together_hold_nothing_only_if_none_of_them_does() -> None:
    random_ = random.Random(3)
    words = ("circle", "ci", "api/", "v1", "v1.1", "/project", "circleci", "CIRCLE_", "x", "recent-builds", "v2migrate: ",
             "/api/v1", "preview", "/api/", "github", " ", "\n")  # fmt: skip
    held = 0
    for _ in range(2000):
        files = ["".join(random_.choices(words, k=random_.randint(0, 4))).encode() for _ in range(3)]
        for end, nothing in (("py", anchors.nothing), ("js", anchors.nothing_in_text)):
            wanted = any(anchors.candidate(f"a.{end}", data) for data in files)
            held += wanted
            assert not (wanted and nothing(b"".join(files))), files
    assert held > 500


def test_hostile_lines_take_no_time() -> None:
    for unit in (b"api", b"import a,", b"from circle", b"/", b"$api", b"%2f", b"import a as b ,"):
        data = unit * 100_000 + b" circle"
        closer.may_call(data)

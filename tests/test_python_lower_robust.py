"""The Python front-end's lowering on files that are odd, huge, broken or go in circles: never an exception, never silence."""

from __future__ import annotations

import time

import pytest

from v2migrate.languages.python import lower
from v2migrate.languages.python.tree import whole
from v2migrate.request import Lowered
from v2migrate.source import Source

URL = b'"https://circleci.com/api/v1.1/me"'
GET = b"requests.get(" + URL + b")\n"


def run(data: bytes, path: str = "a.py") -> Lowered:
    source = Source(path, data)
    start = time.perf_counter()
    lowered = lower(source, whole(source), lambda p: data if p == path else None)
    assert time.perf_counter() - start < 20
    return lowered


CASES = {
    "nul": b"\0\0import requests\0\n" + GET,
    "bom": b"\xef\xbb\xbfimport requests\r\n" + GET,
    "crlf": b"import requests\r\n" + GET.replace(b"\n", b"\r\n"),
    "cr": b"import requests\r" + GET.replace(b"\n", b"\r"),
    "form feed": b"import requests\n\x0c\nrequests.get(\x0c" + URL + b")\n",
    "latin-1": b"# -*- coding: latin-1 -*-\nimport requests\nname = '\xe9'\n" + GET,
    "deep parentheses": b"import requests\nrequests.get(" + b"(" * 100 + URL + b")" * 100 + b")\n",
    "deep blocks": b"import requests\n" + b"".join(b" " * i + b"if x:\n" for i in range(100)) + b" " * 100 + GET,
    "recursive wrappers": b"import requests\ndef f(u):\n    g(u)\n    return requests.get(u)\ndef g(u):\n    return f(u)\ng("
    + URL
    + b")\n",
    "recursive value": b"import requests\ndef f(a=None):\n    return a or f(a)\nx = x\n"
    + GET
    + b"requests.get(f(x))\n",
    "import cycle": b"from a import *\nfrom a import x\nimport requests\nx = x\nrequests.get(x)\n" + GET,
    "class cycle": b"import requests\nclass A(B): pass\nclass B(A):\n    def f(self): return requests.get(self.u)\nA().f()\n"
    + GET,
    "long chain beside": b"import requests\nx = " + b" + ".join([b'"a"'] * 20000) + b"\nrequests.get(x)\n" + GET,
    "many branches": b'import requests\nu = "x"\n'
    + b"".join(b"if c:\n    u += 'a'\n" for _ in range(30))
    + b"requests.get(u)\n"
    + GET,
    "many helpers": b"import requests\n"
    + b"".join(b"def f%d(p):\n    return f%d(p)\n" % (i, i + 1) for i in range(200))
    + GET,
    "nested formats": b"import requests\nrequests.get(" + b'"{}".format(' * 90 + URL + b")" * 90 + b")\n" + GET,
    "nested f-strings": b"import requests\nrequests.get(" + b"f'{f\"{" * 40 + URL + b"}\"}'" * 40 + b")\n" + GET,
    "chain of attributes": b"import requests\nclass C0:\n    x = "
    + URL
    + b"\n"
    + b"".join(b"class C%d:\n    def __init__(self):\n        self.x = C%d().x\n" % (i + 1, i) for i in range(80))
    + b"requests.get(C80().x)\n"
    + GET,
    "broken elsewhere": b"import requests\n" + GET + b"def (:\n",
}


@pytest.mark.parametrize("name", CASES)
def test_the_call_is_found(name: str) -> None:
    found = run(CASES[name]).requests
    assert "https://circleci.com/api/v1.1/me" in [r.url.show() for r in found if r.method == "GET"]


def test_empty() -> None:
    assert run(b"") == Lowered()


def test_a_url_of_twenty_thousand_terms_is_reported_with_a_reason() -> None:
    lowered = run(b"import requests\nrequests.get(" + URL + b" + " + b" + ".join([b'"a"'] * 20000) + b")\n")
    assert lowered.problem == "line 2 is too deep or too long to be followed"
    assert [r.client for r in lowered.requests] == ["none"]


def test_a_value_that_doubles_forty_times_stays_within_bounds() -> None:
    code = b"a0 = " + URL + b"\n" + b"".join(b"a%d = a%d + a%d\n" % (i + 1, i, i) for i in range(40))
    lowered = run(b"import requests\n" + code + b"requests.get(a40)\n" + GET)
    assert [r.method for r in lowered.requests if r.url.show() == "https://circleci.com/api/v1.1/me"][-1:] == ["GET"]


def test_a_file_that_does_not_parse_is_frozen_and_says_so() -> None:
    lowered = run(b"import requests\n" + GET + b"def (:\n")
    assert lowered.problem == "line 3 does not parse"
    assert [r.frozen for r in lowered.requests] == ["the file does not parse"]


def test_python_2_is_read_but_frozen() -> None:
    (request,) = run(b"import urllib2\nprint 'x'\nurllib2.urlopen(" + URL + b")\n").requests
    assert (request.method, request.frozen) == ("GET", "Python 2 source")


def test_a_value_assigned_too_often_is_not_guessed() -> None:
    lowered = run(b"import requests\nx = " + URL + b"\n" + b"x += 'a'\n" * 300 + b"requests.get(x)\n")
    assert [r.client for r in lowered.requests] == ["none"]

"""Looking at a part of a file finds the same calls as looking at all of it, and leaves out what has nothing to do with them."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from v2migrate import catalogue
from v2migrate.languages import lower
from v2migrate.languages.python import scopes
from v2migrate.languages.python.scopes import Module
from v2migrate.languages.python.tree import whole
from v2migrate.request import Lowered
from v2migrate.source import Region, Source

ROOT = Path(__file__).parent.parent / "testdata"
API = "https://circleci.com/api/v1.1"
HEAD = "import json, os\nimport requests\n\n"
CALL = f'def called(n):\n    return requests.get("{API}/project/gh/acme/web/" + n).json()\n\n'
REST = (
    "def rest_{0}(items, limit=5):\n    kept = {{}}\n    for at, item in enumerate(items):\n        kept[at] = item.get('{0}')\n"
    "    return kept\n\n",
    "class Rest_{0}(Exception):\n    bounds_{0} = (1, 2)\n\n"
    "    def __init__(self, value_{0}):\n        super().__init__(value_{0})\n"
    "        self.value_{0} = value_{0}\n\n    def inside_{0}(self):\n        return self.value_{0} in self.bounds_{0}\n\n",
    "@json.loads\ndef made_{0}(stream):\n    return [line.split() for line in stream]\n\n",
)
EXAMPLES = [e.before for rule in catalogue.load() for e in rule.examples if e.language == "python"]
FILES = sorted(ROOT.rglob("*.py"))


def _read(path: str) -> bytes | None:
    try:
        return Path(path).read_bytes()
    except OSError:
        return None


def _both(
    monkeypatch: pytest.MonkeyPatch, source: Source, read: Callable[[str], bytes | None] = _read
) -> tuple[Lowered, Lowered]:
    """What is found with and without parts that are left out."""
    partly = lower(source, whole(source), read)
    with monkeypatch.context() as patch:
        patch.setattr("v2migrate.languages.python.lower.parse_part", scopes.parse_module)
        return partly, lower(source, whole(source), read)


def _mixed(seed: int) -> Source:
    """Two examples among functions and classes that have nothing to do with them."""
    pick = random.Random(seed)
    pieces = pick.sample(EXAMPLES, 2) + [rest.format(number) for number in range(3) for rest in REST]
    pick.shuffle(pieces)
    return Source("a.py", (HEAD + "\n".join(pieces)).encode())


def _part(code: str) -> Module:
    source = Source("a.py", textwrap.dedent(code).encode())
    return scopes.parse_part(source, Region("python", "", ((0, len(source.data)),)))


def _names(code: str) -> list[str]:
    """The functions and methods that were walked."""
    return [function.name for function in _part(code).functions]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_part_of_a_file_gives_what_all_of_it_gives(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    partly, fully = _both(monkeypatch, Source(str(path), path.read_bytes()))
    assert partly == fully


@pytest.mark.parametrize("seed", range(40))
def test_it_does_so_among_other_code(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    partly, fully = _both(monkeypatch, _mixed(seed))
    assert partly == fully


def test_most_of_the_other_code_is_left_out() -> None:
    assert sum(scopes.parse_part(source, whole(source)).partial for source in map(_mixed, range(40))) > 30


def test_what_has_nothing_to_do_with_an_api_is_not_walked() -> None:
    module = _part(HEAD + CALL + "".join(rest.format(1) for rest in REST))
    assert module.partial
    assert [f.name for f in module.functions] == ["called"] and not module.classes
    assert [module.text(c)[:12] for c in module.calls] == ["requests.get", "requests.get"]


LINKED = {
    "a caller": "def other(n):\n    return called(n)['branch']\n",
    "a caller's caller": "def other(n):\n    return called(n)\n\ndef more(k):\n    other(k)\n",
    "what it calls": "def other():\n    return 1\n\ndef send(n):\n    requests.get(f'{API}/me', other())\n",
    "a method of the name": "class Other:\n    def called(self):\n        return 1\n",
    "a base class": "class Other:\n    def fetch(self, x):\n        return self.session.get(x)\n\nclass Api(Other):\n    pass\n",
    "an attribute": "class Circle:\n    def __init__(self):\n        self.root = 1\n\ndef other(x):\n    return x.root\n",
    "a class's constant": "class Circle:\n    root, host = 1, 2\n\ndef other(x):\n    return x.host\n",
    "a global": "def other():\n    global circle_url\n    circle_url = 1\n",
    "a shared object": "s = requests.Session()\ndef circle():\n    s.get('/api/v1.1')\ndef other(h):\n    s.headers.update(h)\n",
    "an import of its own": "def other():\n    from settings import BASE\n    return BASE\n",
    "an option": "def other(parser):\n    parser.add_argument('--base', default='x')\n",
    "a name in a text": "def other(x):\n    return getattr(x, 'called')\n",
}


@pytest.mark.parametrize("link", LINKED)
def test_what_shares_a_name_with_a_call_is_walked(link: str) -> None:
    module = _part(HEAD + CALL + LINKED[link])
    assert {"other", "Other"} & ({f.name for f in module.functions} | {c.name for c in module.classes})
    assert not module.partial


@pytest.mark.parametrize("given", ["from settings import BASE", "import settings", "from .settings import BASE as settings"])
def test_what_uses_another_file_is_walked(given: str) -> None:
    code = f"{given}\n\ndef other():\n    return settings or BASE\n\ndef rest():\n    return 1\n"
    assert _names(HEAD + code) == ["other"]
    assert _names(HEAD + code.replace(".settings", "logging").replace("settings", "logging")) == []
    assert _names("from settings import *\n" + code) == ["other", "rest"]


def test_a_log_or_a_constant_links_nothing() -> None:
    shared = "import logging\nlog = logging.getLogger(__name__)\nLIMIT = 3\n"
    users = "def circle():\n    log.info(LIMIT)\n\ndef other():\n    log.info(LIMIT)\n"
    assert _names(shared + users) == ["circle"]
    assert _names(shared + "LIMIT = 4\n" + users) == ["circle", "other"]


def test_special_methods_link_nothing_but_are_known_of() -> None:
    call = f"class Circle:\n    def __init__(self):\n        super().__init__()\n        requests.get('{API}/me')\n\n"
    module = _part(HEAD + call + REST[1].format(1))
    assert [c.name for c in module.classes] == ["Circle"] and module.namesakes == {"__init__"}
    assert not module.only("__init__", module.functions)


@pytest.mark.parametrize("statement", ["print 'x'", "print >>x, 1", "exec 'x'"])
def test_a_statement_of_python_2_is_seen_wherever_it_stands(statement: str) -> None:
    assert _part(f"{HEAD}{CALL}def other(x):\n    {statement}\n").python2
    assert not _part(f"{HEAD}{CALL}def other(x):\n    print('x')  # print 'x'\n").python2


def test_a_file_that_asks_back_gets_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"b.py": b"import a\nURL = a.host() + '/api/v1.1'\n"}
    code = "import requests\nfrom b import URL\ndef host():\n    return 'https://' + 'ci.acme.org'\nrequests.get(URL + '/me')\n"
    partly, fully = _both(monkeypatch, Source("a.py", code.encode()), files.get)
    assert partly == fully
    assert [r.url.flat for r in partly.requests] == ["https://ci.acme.org/api/v1.1/me"]


def test_a_file_that_does_not_parse_is_walked_whole() -> None:
    assert _names(HEAD + CALL + "def other():\n    return 1\n\nx = = 2\n") == ["called", "other"]

"""A file that shows no sign of the API itself, but takes something from one that calls it, however few files are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2migrate import engine, start
from v2migrate.imports import Imports
from v2migrate.options import Options
from v2migrate.scan import scan
from v2migrate.tree import Tree

API = """\
import requests

BASE = "https://circleci.com/api/v1.1"


def get(path):
    return requests.get(BASE + path, headers={"Circle-Token": "x"})
"""
PYTHON = {
    "beside": ("a.py", "api.py", "from api import get\n"),
    "bracket": ("a.py", "api.py", "from api import (\n    BASE,  # not used\n    get,\n)\n"),
    "backslash": ("a.py", "api.py", "from api \\\n    import get\n"),
    "star": ("a.py", "api.py", "from api import *\n"),
    "renamed": ("a.py", "tools/api.py", "import tools.api as ci\nget = ci.get\n"),
    "module of a package": ("a.py", "tools/api.py", "from tools import api\nget = api.get\n"),
    "package": ("a.py", "tools/__init__.py", "from tools import get\n"),
    "relative": ("pack/deep/a.py", "pack/api.py", "from ..api import get\n"),
    "relative module": ("pack/a.py", "pack/api.py", "from . import api\nget = api.get\n"),
    "source folder": ("scripts/a.py", "src/tools/api.py", "from tools.api import get\n"),
    "in a branch": ("a.py", "api.py", "if True:\n    from api import get\n"),
}
SHELL = {
    "beside": "source ./api.sh\n",
    "dot": ". api.sh\n",
    "by the script's folder": 'source "$(dirname "$0")/api.sh"\n',
    "by a variable": '. "${HERE}/api.sh"\n',
    "quoted variable": '. "$HERE"/api.sh\n',
    "where it is there": "[ -f api.sh ] && . ./api.sh\n",
    "in a branch": "if true; then . ./api.sh; fi\n",
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def put(path: str, text: str) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def found(*paths: str) -> list[tuple[str, str]]:
    return [(f.rule, f.span.path) for f in engine.check(paths, Options()).findings]


@pytest.mark.parametrize("form", PYTHON)
def test_a_python_file_that_is_named_alone(form: str) -> None:
    caller, module, text = PYTHON[form]
    put(module, API)
    put(caller, f"{text}\nget('/me').json()\n")
    assert found(caller) == [("current-user", caller)]
    assert start.clean(["check", caller])[0] is None  # and so it does not end before it begins


@pytest.mark.parametrize("form", SHELL)
def test_a_shell_file_that_is_named_alone(form: str) -> None:
    put("bin/api.sh", 'get() { curl -H "Circle-Token: $T" "https://circleci.com/api/v1.1$1"; }\n')
    put("bin/a.sh", f"{SHELL[form]}get /me\n")
    assert found("bin/a.sh") == [("current-user", "bin/a.sh")]


def test_a_folder_whose_files_take_from_outside_of_it() -> None:
    put("lib/api.py", API)
    put("jobs/a.py", "from lib.api import get\nget('/me')\n")
    assert found("jobs") == [("current-user", "jobs/a.py")]


def test_what_was_taken_is_followed_further_and_round_in_circles() -> None:
    put("api.py", "import middle\n" + API)
    put("middle.py", "import a\nfrom api import get\n")
    put("a.py", "import middle\nmiddle.get('/me')\n")
    assert found("a.py") == [("current-user", "a.py")]


def test_bytes_from_an_editor() -> None:
    put("api.py", API)
    given = {"a.py": b"from api import get\nget('/me')\n"}
    assert [f.rule for f in engine.check((), Options(), given=given).findings] == ["current-user"]


def test_what_takes_nothing_from_the_api_is_over_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    put("other.py", "LIMIT = 3\n")
    put("json.py", API)  # the standard library's is meant
    put("a.py", "import os, sys\nimport json\nfrom other import LIMIT\nfrom nowhere import x\nfrom . import y\nfrom import\n")
    assert start.clean(["check", "a.py"])[0] == 0
    assert "in 1 file" in capsys.readouterr().out


@pytest.mark.parametrize(("line", "takes"), [("# as CircleCI does", False), ("HOST = 'https://circleci.com'", True)])
def test_what_speaks_of_the_api_in_a_comment_alone_takes_nothing(line: str, takes: bool) -> None:
    put("paths.py", "ROOT = '/api/' + VERSION\n")
    put("a.py", f"from paths import ROOT\nif True:\n    {line}\n")
    files = Tree()
    files.from_disk(".")
    assert list(scan([], files).candidates) == (["a.py"] if takes else [])
    assert Imports().may_call("a.py", Path("a.py").read_bytes()) == takes


def test_each_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put("api.py", "x = 1\n")
    imports = Imports()
    assert not imports.may_call("a.py", b"import api\n")
    Path("api.py").unlink()
    assert not imports.may_call("b.py", b"import api\n")

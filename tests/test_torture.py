"""Files that are hard to rewrite: what `fix` changes there is the call, and nothing else of the file, its links or its mode."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from torture_cases import EDIT, EITHER, LEAVE, PYTHON, Case, harm, lay, python

from v2migrate import cli


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: how a plain one is made of a statement, the old statement, and what becomes of it."""

    name: str
    file: str
    plain: Callable[[str], str]
    old: str
    new: str


def _python(statement: str) -> str:
    return python('import requests\n\nHEADERS = {"Circle-Token": os.environ["CIRCLE_TOKEN"]}', statement)


def _shell(statement: str) -> str:
    return f"#!/bin/bash\nset -e\n\n{statement}\n\necho done\n"


def _yaml(statement: str) -> str:
    indented = statement.replace("\n", "\n            ")
    return (
        "version: 2.1\njobs:\n  deploy:\n    steps:\n      - run:\n          command: |\n"
        f"            {indented}\n            echo done\n      - checkout\n"
    )


def _make(statement: str) -> str:
    return "all:\n\t" + statement.replace("$", "$$").replace("\n", "\n\t") + "\n\t@echo done\n"


def _docker(statement: str) -> str:
    return f"FROM debian\nRUN {statement}\nRUN echo done\n"


def _markdown(statement: str) -> str:
    return f"# Deploy\n\nFirst:\n\n```bash\n{statement}\n```\n\nThen look.\n"


_GET = 'answer = requests.get("https://circleci.com/api/{}/me", headers=HEADERS)'
_POST = (
    'requests.post("https://circleci.com/api/v1.1/project/gh/acme/web/tree/" + NAME, headers=HEADERS,\n'
    '              json={"build_parameters": {"A": NAME}})'
)
_POSTED = (
    'requests.post("https://circleci.com/api/v2/project/gh/acme/web/pipeline", headers=HEADERS,\n'
    '              json={"branch": NAME, "parameters": {"A": NAME}})'
)
_CURL = 'curl -sS -f -H "Circle-Token: $T" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel -X POST >/dev/null'
_CURLED = _CURL.replace("v1.1", "v2").replace("web/7", "web/job/7")
_TREE = 'curl -f -X POST "https://circleci.com/api/v1.1/project/gh/acme/web/tree/main?circle-token=$T"'
_TREE_2 = (
    'curl -f -H "Circle-Token: $T" -H "Content-Type: application/json" -d \'{"branch": "main"}\' -X POST '
    '"https://circleci.com/api/v2/project/gh/acme/web/pipeline"'
)
KINDS = (
    Kind("python", "work.py", _python, _GET.format("v1.1"), _GET.format("v2")),
    Kind("python-structure", "work.py", _python, _POST, _POSTED),
    Kind("shell", "work.sh", _shell, _CURL, _CURLED),
    Kind("shell-structure", "work.sh", _shell, _TREE, _TREE_2),
    Kind("yaml", "work.yml", _yaml, _CURL, _CURLED),
    Kind("yaml-structure", "work.yml", _yaml, _TREE, _TREE_2),
    Kind("make", "Makefile", _make, _CURL, _CURLED),
    Kind("docker", "Dockerfile", _docker, _CURL, _CURLED),
    Kind("markdown", "work.md", _markdown, _CURL, _CURLED),
)
# What is no matter of Python. A carriage return belongs to the last word of a line of shell code, which bash does not run.
_ANYWHERE = {
    "plain", "UTF-8 BOM", "no newline at the end", "comment on the edited line", "`# @generated`", "hard link", "mode 0755",
    "symlink beside its target", "symlink to a file elsewhere",
}  # fmt: skip
ELSEWHERE = (
    *(case for case in PYTHON if case.name in _ANYWHERE),
    Case("CRLF", lambda data: data.replace(b"\n", b"\r\n"), EITHER),
    Case("Latin-1", lambda data: data + b"# caf\xe9\n", EITHER),
)
_CASES = [(kind, case) for kind in KINDS for case in (PYTHON if kind.name.startswith("python") else ELSEWHERE)]
_CASES += [
    (kind, case) for kind in KINDS if kind.name.startswith("shell")
    for case in (Case("quote left open", lambda data: data.replace(b"set -e", b'echo "never closed'), LEAVE),
                 Case("block left open", lambda data: data.replace(b"set -e", b"if true; then"), LEAVE),
                 # bash runs what stands before an error, so a rewrite there is as good as without it.
                 Case("syntax error behind", lambda data: data + b"if true; then\n", EITHER),
                 Case("wide characters", lambda data: data + "# é🎉 e\u0301\n".encode()))
]  # fmt: skip


@pytest.mark.parametrize("kind, case", _CASES, ids=lambda part: part.name)
def test_only_the_call_changes(
    kind: Kind, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = (case.bytes(kind.plain, statement) for statement in (kind.old, kind.new))
    laid = lay(case, tmp_path, kind.file, old)
    monkeypatch.chdir(laid.folder)
    monkeypatch.setenv("PATH", "")
    code = cli.main(["fix", "--isolated", "--unsafe-fixes", "."])
    out = capsys.readouterr()
    assert "Traceback" not in out.out + out.err and "internal error" not in out.err
    assert code in (0, 1)
    assert harm(case, laid, new) == ""
    edited = laid.file.read_bytes() == new
    assert edited if case.wish == EDIT else not edited if case.wish == LEAVE else True
    if not edited and case.links != "outside":
        assert code == 1 and kind.file in out.out, "what is left is told"
    again = laid.file.read_bytes()
    cli.main(["fix", "--isolated", "--unsafe-fixes", "."])
    assert laid.file.read_bytes() == again, "a second run changes nothing"

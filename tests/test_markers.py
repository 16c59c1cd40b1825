"""`fix --todo`: one comment at each finding that is left to people; put in, kept right, and taken out, byte for byte."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2migrate.cli import main

LIST = "https://circleci.com/api/v1.1/project/github/acme/web"
KEY = "TODO(v2migrate): ssh-key-create: POST /project/{slug}/ssh-key (v1.1) is legacy and has no end date; " \
      "keep v1.1: this call still works, and v2 has no form of it"  # fmt: skip
CALL = f'curl -X POST -u "$T:" {LIST}/ssh-key'
"""A call that has no form on v2."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fix(*arguments: str) -> int:
    return main(["fix", "--todo", "-q", "--isolated", "--exit-zero", *(arguments or (".",))])


def marked(here: Path, name: str, before: str, *arguments: str) -> str:
    """The file after a run; a second run changes nothing."""
    path = here / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(before.encode())
    assert fix(*arguments) == 0
    after = path.read_bytes()
    assert fix(*arguments) == 0
    assert path.read_bytes() == after, "run twice, it is there once"
    return after.decode()


SHELL = {
    "plain": (f"set -e\n{CALL}\n", f"set -e\n# {KEY}\n{CALL}\n"),
    "indented": (f"if true; then\n\t{CALL}\nfi\n", f"if true; then\n\t# {KEY}\n\t{CALL}\nfi\n"),
    "continued": (f'curl -X POST \\\n  -u "$T:" \\\n  {LIST}/ssh-key\n',
                  f'# {KEY}\ncurl -X POST \\\n  -u "$T:" \\\n  {LIST}/ssh-key\n'),
    "joined": (f"true &&\n  {CALL} ||\n  true\n", f"# {KEY}\ntrue &&\n  {CALL} ||\n  true\n"),
    "in a string": (f'A="a\n$({CALL})\nb"\n', f'# {KEY}\nA="a\n$({CALL})\nb"\n'),
    "in a here-document": (f"cat <<EOF\n  $({CALL})\nEOF\n", f"# {KEY}\ncat <<EOF\n  $({CALL})\nEOF\n"),
    "in a substitution": (f"a=$(\n  {CALL}\n)\n", f"a=$(\n  # {KEY}\n  {CALL}\n)\n"),
    "in backquotes": (f"a=`\n  {CALL}\n`\n", f"# {KEY}\na=`\n  {CALL}\n`\n"),
    "in a case": (f"case $1 in\n  a) {CALL} ;;\nesac\n", f"case $1 in\n  # {KEY}\n  a) {CALL} ;;\nesac\n"),
    "in an elif": (f"if true; then\n  :\nelif {CALL}; then\n  :\nfi\n",
                   f"if true; then\n  :\n# {KEY}\nelif {CALL}; then\n  :\nfi\n"),
    "in a function": (f"f() {{ {CALL}; }}\nf\n", f"# {KEY}\nf() {{ {CALL}; }}\nf\n"),
    "two on a line": (f"{CALL}; {CALL}\n", f"# {KEY}\n{CALL}; {CALL}\n"),
    "below a shebang": (f"#!/bin/sh\n{CALL}\n", f"#!/bin/sh\n# {KEY}\n{CALL}\n"),
    "no newline at the end": (f"true\n{CALL}", f"true\n# {KEY}\n{CALL}"),
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("title", SHELL)
def test_shell(here: Path, title: str, newline: str) -> None:
    before, after = SHELL[title]
    assert marked(here, "x.sh", before.replace("\n", newline)) == after.replace("\n", newline)


def python(call: str) -> str:
    return f"import requests\n\n\ndef f(t):\n    {call}\n"


PY_CALL = f'requests.post("{LIST}/ssh-key", headers={{"Circle-Token": t}})'
PYTHON = {
    "plain": (PY_CALL, f"# {KEY}\n    {PY_CALL}"),
    "several lines": (PY_CALL.replace("(", "(\n        ", 1), f"# {KEY}\n    " + PY_CALL.replace("(", "(\n        ", 1)),
    "backslash": (f"r = \\\n        {PY_CALL}", f"# {KEY}\n    r = \\\n        {PY_CALL}"),
    "in an else": (f"if t:\n        pass\n    else: {PY_CALL}", f"if t:\n        pass\n    # {KEY}\n    else: {PY_CALL}"),
    "behind a comment": (f"# as agreed\n    {PY_CALL}", f"# as agreed\n    # {KEY}\n    {PY_CALL}"),
    "behind a decorated with": (f"with {PY_CALL} as r:\n        r.ok", f"# {KEY}\n    with {PY_CALL} as r:\n        r.ok"),
}  # fmt: skip


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("title", PYTHON)
def test_python(here: Path, title: str, newline: str) -> None:
    before, after = (python(part).replace("\n", newline) for part in PYTHON[title])
    assert marked(here, "x.py", before) == after


HOSTS = {
    "a step": (
        ".circleci/config.yml",
        f"jobs:\n  a:\n    steps:\n      - run: {CALL}\n",
        f"jobs:\n  a:\n    steps:\n      # {KEY}\n      - run: {CALL}\n",
    ),
    "a block": (
        ".circleci/config.yml",
        f"jobs:\n  a:\n    steps:\n      - run:\n          name: key\n          command: |\n            :\n            {CALL}\n",
        f"jobs:\n  a:\n    steps:\n      - run:\n          name: key\n          # {KEY}\n          command: |\n"
        f"            :\n            {CALL}\n",
    ),
    "a folded block": (
        "ci.yml",
        f"script:\n  - >-\n    curl -X POST\n    -u $T:\n    {LIST}/ssh-key\n",
        f"script:\n  # {KEY}\n  - >-\n    curl -X POST\n    -u $T:\n    {LIST}/ssh-key\n",
    ),
    "in braces": (
        "ci.yml",
        f"steps: [\n  {{run: '{CALL}'}}]\n",
        f"steps: [\n  # {KEY}\n  {{run: '{CALL}'}}]\n",
    ),
    "a recipe": (
        "Makefile",
        f"key:\n\ttrue\n\t@{CALL.replace('$T', '$$T')} \\\n\t  -s\n",
        f"key:\n\ttrue\n# {KEY}\n\t@{CALL.replace('$T', '$$T')} \\\n\t  -s\n",
    ),
    "a continued recipe": (
        "Makefile",
        f"key:\n\ttrue && \\\n\t{CALL.replace('$T', '$$T')}\n",
        f"key:\n# {KEY}\n\ttrue && \\\n\t{CALL.replace('$T', '$$T')}\n",
    ),
    "an image": (
        "Dockerfile",
        f"FROM alpine\nRUN set -e; \\\n # the key\n    {CALL}\n",
        f"FROM alpine\n# {KEY}\nRUN set -e; \\\n # the key\n    {CALL}\n",
    ),
    "an image with a here-document": (
        "Dockerfile",
        f"FROM alpine\nRUN <<EOF\nset -e\n{CALL}\nEOF\n",
        f"FROM alpine\n# {KEY}\nRUN <<EOF\nset -e\n{CALL}\nEOF\n",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("title", HOSTS)
def test_hosts(here: Path, title: str, newline: str) -> None:
    name, before, after = HOSTS[title]
    if newline == "\r\n" and name == "Makefile":
        pytest.skip("make takes no carriage returns")
    assert marked(here, name, before.replace("\n", newline)) == after.replace("\n", newline)


@pytest.mark.parametrize("name", ["README.md", "x.json", "x.js", "x.txt"])
def test_where_no_comment_can_stand_there_is_none_and_that_is_said(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = f'```sh\n{CALL}\n```\n' if name.endswith(".md") else f'{{"url": "{LIST}/ssh-key"}}\n'
    (here / name).write_text(text)
    assert main(["fix", "--todo", "--isolated", "--exit-zero", "."]) == 0
    assert (here / name).read_text() == text
    assert "no comment was left at 1 finding, for which there is no place for one" in capsys.readouterr().err


def test_a_comment_goes_when_its_finding_is_gone_and_people_s_stay(here: Path) -> None:
    own = "# TODO(v2migrate): ask Ada\n# TODO: retry\n# TODO(v2migrate): no-such-rule: stays\n"
    text = f"{own}# {KEY}\n{CALL}\necho '\n# {KEY}\n'\n"
    (here / "x.sh").write_text(text)
    fix()
    assert (here / "x.sh").read_text() == text
    (here / "x.sh").write_text(text.replace(CALL, "true"))
    fix()
    assert (here / "x.sh").read_text() == f"{own}true\necho '\n# {KEY}\n'\n"


def test_a_comment_is_brought_up_to_date(here: Path) -> None:
    old = "# TODO(v2migrate): ssh-key-create: what an older version said"
    assert marked(here, "x.sh", f"{old}\n{CALL}\n") == f"# {KEY}\n{CALL}\n"
    assert marked(here, "x.sh", f"  # {KEY}\n{CALL}\n") == f"# {KEY}\n{CALL}\n"
    assert marked(here, "x.sh", f"# {KEY}\n# and more\n{CALL}\n") == f"# {KEY}\n# and more\n{CALL}\n"
    assert marked(here, "x.sh", f"# {KEY}\n\ntrue\n{CALL}\n") == f"\ntrue\n# {KEY}\n{CALL}\n"


def test_what_is_fixed_gets_none(here: Path) -> None:
    safe = f'curl -f -o /dev/null -u "$T:" {LIST}/envvar\n'
    after = marked(here, "x.sh", f"{safe}{CALL}\n")
    assert after == f"{safe.replace('v1.1', 'v2')}# {KEY}\n{CALL}\n"
    unsafe = f'curl -f -X POST -u "$T:" {LIST}/tree/main\n'
    assert marked(here, "x.sh", unsafe) == unsafe, "there is a fix for it, which was not asked for"


def test_what_is_left_alone_gets_none(here: Path) -> None:
    quiet = f"# v2migrate: ignore -- known\n{CALL}\n"
    assert marked(here, "x.sh", quiet) == quiet
    assert marked(here, "x.sh", f"# v2migrate: ignore -- known\n# {KEY}\n{CALL}\n") == quiet
    comment = f"# {CALL}\n"
    assert marked(here, "x.sh", comment) == comment
    generated = f"# Code generated by make; DO NOT EDIT.\n{CALL}\n"
    assert marked(here, "x.sh", generated) == generated


def test_rules_that_are_not_looked_for_keep_theirs(here: Path) -> None:
    text = f"# {KEY}\n{CALL}\n"
    assert marked(here, "x.sh", text, "--select", "trigger-job", ".") == text
    assert marked(here, "x.sh", text, "--ignore", "ssh-key-create", ".") == text


def test_what_the_baseline_knows_gets_none(here: Path) -> None:
    (here / "x.sh").write_text(f"{CALL}\n")
    assert main(["baseline", "write", "-q", "."]) == 0
    assert fix("--baseline", ".v2migrate-baseline.json", ".") == 0
    assert (here / "x.sh").read_text() == f"{CALL}\n"
    (here / "x.sh").write_text(f"# {KEY}\n{CALL}\n")
    fix("--baseline", ".v2migrate-baseline.json", ".")
    assert (here / "x.sh").read_text() == f"{CALL}\n"


def test_a_patch_holds_the_comments_and_writes_nothing(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "x.sh").write_text(f"{CALL}\n")
    assert main(["fix", "--todo", "--diff", "--isolated", "-q", "."]) == 1
    assert f"@@ -1 +1,2 @@\n+# {KEY}\n {CALL}\n" in capsys.readouterr().out
    assert (here / "x.sh").read_text() == f"{CALL}\n"


def test_a_name_from_the_code_cannot_steer_anything(here: Path) -> None:
    call = f'curl -f -u "$T:" -d \'{{"branch": "a", "x\\u001b[2J\\n": 1}}\' -H "Content-Type: application/json" {LIST}/build'
    after = marked(here, "x.sh", f"{call}\n").encode()
    assert b"\x1b" not in after
    assert [line[:1] for line in after.splitlines()] == [b"#", b"c"]


def test_text_that_does_not_parse_is_left_alone(here: Path) -> None:
    for name, text in (("x.py", f"print 'a'\n{PY_CALL}\n"), ("x.yml", f"{{% if a %}}\n- run: {CALL}\n")):
        (here / name).write_text(text)
        fix()
        assert (here / name).read_text() == text


def test_the_finding_stays_the_same_one(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A comment is no call, and moves no finding out of a baseline."""
    (here / "x.sh").write_text(f"{CALL}\n")
    assert main(["baseline", "write", "-q", "."]) == 0
    fix()
    capsys.readouterr()
    assert main(["check", "--isolated", "--baseline", ".v2migrate-baseline.json", "."]) == 0
    assert "warning" not in capsys.readouterr().err

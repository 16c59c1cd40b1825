"""Names and code that try to steer what reads a report: terminals, GitHub's log, Markdown, HTML, XML, patches. And tokens."""

from __future__ import annotations

import html.parser
import json
import os
import random
import re
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tools import need

from v2migrate.cli import main
from v2migrate.report.mask import _SECRET, mask, secrets

HEX = "0123456789abcdef0123456789ABCDEF01234567"
TOKENS = (HEX, "CCIPAT_9a8B7c6D5e4F_0123456789abcdef", "CCIPRJ_Xy12_fedcba98765432", "sup3r-secret_Value", "Zq9hunter2222")
NAMES = (
    b"::error::boo.sh", b" ::warning file=x::boo.sh", b"##[error]boo.sh", b"a\n::error::b.sh", b"a\r::error::b.sh",
    b"\x1b[31mred.sh", b"a\x1b]0;title\x07b.sh", b"<img src=x onerror=alert(1)>.sh",
    b"a|b`c`[d](javascript:x)@all #1.sh", b"\xe2\x80\xaehs.x.sh", b"a\xff\xfeb.sh", b"a,b:c%0A%25.sh",
    b'\'"&amp;]]>.sh', b"--output-format.sh", b"\xc2\x9b31m.sh", b"a\tb.sh", b"a\xe2\x80\xa8b.sh",
)  # fmt: skip
EVIL = (
    "</pre></script><script>alert(1)</script> ::error::boo ##[error]boo ##vso[task.x]y %0A::error:: | ``` ]]> &amp; @everyone "
    "[x](javascript:alert(1)) \x07\x1b]0;t\x07\x1b[31m\u202e\u2066\x9b31m"
)
CODE = f"""\
::error::at the start
  ::warning::behind blanks
##[error]old
curl -f "https://circleci.com/api/v1.1/me?circle-token={TOKENS[3]}" # {EVIL}
curl -f -u {TOKENS[0]}: https://circleci.com/api/v1.1/project/gh/acme/web/envvar # {TOKENS[1]}
curl -f -H "Circle-Token: {TOKENS[4]}" -X POST https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel
curl -f -H 'Circle-Token: {TOKENS[2]}' "https://circleci.com/api/v1.1/project/gh/acme/{EVIL.replace('"', "")}"
# v2migrate: ignore[{EVIL}]
"""
FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repo"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in NAMES:
        Path(os.fsdecode(name)).write_text(CODE)
    return folder


def harmless(text: str, tabs: bool = False) -> None:
    """Nothing in it steers a terminal, turns around what is read, or is a command to a runner; no token is told."""
    odd = {c for c in text if (ord(c) < 0x20 and c != "\n" and not (tabs and c == "\t")) or 0x7F <= ord(c) < 0xA0}
    assert not odd
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u2028\u2029")
    for token in TOKENS:
        assert token not in text


def no_commands(text: str) -> None:
    """GitHub takes what follows `::` at the start of a line, and `##[` anywhere, for a command; Azure `##vso[`."""
    for line in text.split("\n"):
        assert not line.lstrip().startswith("::"), line
        assert "##[" not in line and "##vso[" not in line, line


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, str]:
    assert main(list(arguments)) in (0, 1)
    return capsys.readouterr()


@pytest.mark.parametrize("form", FORMATS)
def test_no_report_can_be_broken_out_of(capsys: pytest.CaptureFixture[str], form: str) -> None:
    out, err = run(capsys, "check", ".", "-v", "--output-format", form)
    harmless(out)
    harmless(err)
    no_commands(err)
    if form == "github":
        lines = out.splitlines()
        assert len(lines) == 5 * len(NAMES) and all(re.match(r"::(error|warning|notice) title=v2migrate", line) for line in lines)
        assert "##[" not in out
    elif form not in ("html", "markdown", "junit"):
        no_commands(out)
    if form in ("json", "sarif", "gitlab"):
        json.loads(out)
    elif form == "junit":
        assert len(ElementTree.fromstring(out.encode()).findall("testsuite")) == len(NAMES)
    elif form == "html":
        seen = Tags()
        seen.feed(out)
        assert "img" not in seen.tags and seen.tags.count("script") <= 2 and "<script>alert" not in out
    elif form == "markdown":
        only_what_is_ours(out)


def only_what_is_ours(text: str) -> None:
    """Markdown, as a renderer that lets tags through shows it."""
    from markdown_it import MarkdownIt

    seen = Tags()
    seen.feed(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))
    assert not {"script", "img"} & set(seen.tags)


class Tags(html.parser.HTMLParser):
    """The tags of a page, and that none of them acts on an event or leads to a script."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            assert not name.startswith("on") and "javascript:" not in (value or "") if name in ("href", "src") else True


@pytest.mark.parametrize(
    "arguments",
    [["check", ".", "--statistics"], ["check", ".", "--show-files"], ["tokens", "."],
     ["fix", ".", "--no-assume", "personal-token"], ["baseline", "write", "."],
     ["check", "nope\x1b[31m\n::error::"], ["check", ".", "--select", "\x1b[31m\n::error::x"]],
    ids=lambda a: " ".join(a)[:24].encode("ascii", "replace").decode(),
)  # fmt: skip
def test_nor_can_what_else_is_printed(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    main(arguments)
    for text in capsys.readouterr():
        harmless(text)
        no_commands(text)


def test_nor_can_the_page_of_many_repositories(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    run(capsys, "check", ".", "--output-format", "json=../a.json")
    data = json.loads(Path("../a.json").read_text())
    data["repository"] = "x<script>alert(1)</script>\x1b[31m\n::error::"
    Path("../b.json").write_text(json.dumps(data))
    for form in ("text", "markdown", "html"):
        out, err = run(capsys, "report", "../a.json", "../b.json", "--output-format", form)
        harmless(out)
        harmless(err)
        if form == "text":
            no_commands(out)
        elif form == "markdown":
            only_what_is_ours(out)
        else:
            assert "<script>alert" not in out


def test_a_patch_is_right_whatever_it_holds(capfdbinary: pytest.CaptureFixture[bytes], here: Path) -> None:
    """A patch is code and has to apply: bytes, tokens and names are what they are. What is said beside it is masked."""
    need("git")
    before = {name: Path(os.fsdecode(name)).read_bytes() for name in NAMES}
    main(["fix", ".", "--diff"])
    out, err = capfdbinary.readouterr()
    assert HEX.encode() in out
    harmless(err.decode())
    main(["fix", ".", "-q", "--output-format", "json=../x.json"])
    fixed = {name: Path(os.fsdecode(name)).read_bytes() for name in NAMES}
    assert all(fixed[name] != before[name] for name in NAMES)
    for name, data in before.items():
        Path(os.fsdecode(name)).write_bytes(data)
    subprocess.run(["git", "apply"], input=out, check=True)
    assert {name: Path(os.fsdecode(name)).read_bytes() for name in NAMES} == fixed


def test_a_text_is_searched_for_tokens_wherever_one_can_be() -> None:
    pieces = ("CCIPAT_", "CCIPRJ_", "CCIP", "a1b2c3", "0" * 20, "f" * 20, "?circle-token=", "&CIRCLE-Token=", "cIrcle-toKen: x9",
              "%3A", "Circle-Token:", " ", "é", "\u212a", "\u0130", "circle-to\u212aen:", "x", "_")  # fmt: skip
    found = 0
    for seed in range(4000):
        pick = random.Random(seed)
        text = "".join(pick.choices(pieces, k=pick.randint(1, 6)))
        assert secrets(text) == tuple(match.span() for match in _SECRET.finditer(text)), text
        assert mask(text) == _SECRET.sub("****", text)
        found += mask(text) != text
    assert found > 500

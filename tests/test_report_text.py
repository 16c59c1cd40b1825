"""The report for people: first lines, frames, fixes, summary."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest

from v2migrate.finding import FileResult, Finding, Fix, Run
from v2migrate.report import text
from v2migrate.report.mask import mask
from v2migrate.report.printable import place, show, visible
from v2migrate.source import Edit, Source, Span

TODAY = date(2026, 11, 21)
TOKEN = "0123456789abcdef0123456789abcdef01234567"
PLAIN_SH = b'#!/bin/sh\nset -e\ncurl "https://circleci.com/api/v1.1/me?circle-token=$T"\necho done\n'


class Files(dict[str, Source]):
    """Sources in memory."""

    def __init__(self, **files: bytes) -> None:
        super().__init__({name.replace("__", "/").replace("_", "."): Source(name, data) for name, data in files.items()})

    def span(self, path: str, first: str, last: str = "") -> Span:
        data = self[path].data
        start = data.index(first.encode())
        end = data.index(last.encode(), start) + len(last.encode()) if last else start + len(first.encode())
        return Span(path, start, end)

    def edit(self, path: str, old: str, new: str) -> Edit:
        span = self.span(path, old)
        return Edit(path, span.start, old.encode(), new.encode())


def run(*findings: Finding, problems: tuple[FileResult, ...] = (), scanned: int = 9, **more: object) -> Run:
    paths = dict.fromkeys(f.span.path for f in findings)
    results = tuple(FileResult(p, tuple(f for f in findings if f.span.path == p)) for p in paths)
    return Run((*results, *problems), scanned, TODAY, **more)  # type: ignore[arg-type]


def body(files: Files, finding: Finding, width: int = 0) -> list[str]:
    return "".join(text.report(run(finding), files.get, width=width)).splitlines()


def test_a_whole_report() -> None:
    files = Files(a_sh=PLAIN_SH)
    edits = (files.edit("a.sh", "v1.1/me?circle-token=$T", "v2/me"), files.edit("a.sh", "curl", 'curl -H "Circle-Token: $T"'))
    finding = Finding(
        "me", "sunset", files.span("a.sh", "curl", '$T"'), "GET /me moves", notes=("the answer has other names",),
        deadline=date(2027, 2, 1), klass="unsafe", assumes=("answer-elsewhere",), granted=("personal-token",),
        method="GET", url="https://circleci.com/api/v1.1/me", fix=Fix(edits), tokens=("$T",), link="https://example.org/me",
    )  # fmt: skip
    assert text.render(run(finding), files.get) == """\
a.sh:3:1: me GET /me moves [!]
  |
3 | curl "https://circleci.com/api/v1.1/me?circle-token=$T"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = status: sunset: stops answering on 2027-02-01, 72 days left
  = class: unsafe, assumes answer-elsewhere, granted personal-token
  = note: the answer has other names
  = fix: v2migrate fix --unsafe-fixes
2 |   set -e
3 | - curl "https://circleci.com/api/v1.1/me?circle-token=$T"
  | + curl -H "Circle-Token: $T" "https://circleci.com/api/v2/me"
4 |   echo done
  = see: https://example.org/me

Found 1 (1 unsafe); 1 stops answering in 72 days
1 sunset; in 1 of 9 files
[!] 1 with `v2migrate fix --unsafe-fixes`, to be reviewed

Left open; grant one, and what rests on it alone becomes safe:
  --assume answer-elsewhere  1 fix    the code that the answer escapes to copes with the new answer

Before you merge the fixes: $T must be a personal API token (v2 refuses project tokens)
"""


def test_multi_line_call_with_its_base_in_the_same_file_and_in_another() -> None:
    files = Files(
        a_py=b'B = base() + "/api/v1.1"\n\n\ndef f():\n    x = get(\n        B + "/me",\n    )\n',
        conf__c_py=b'HOST = "https://circleci.com"\n',
    )
    finding = Finding(
        "me", "legacy", files.span("a.py", "get(", ")"), "m", url="https://circleci.com/api/v1.1/me", method="GET",
        trail=(files.span("a.py", '"/api/v1.1"'), files.span("conf/c.py", '"https', 'com"'), files.span("a.py", '"/me"')),
    )  # fmt: skip
    assert body(files, finding)[:19] == [
        "a.py:5:9: me m",
        "  |",
        '1 |   B = base() + "/api/v1.1"',
        "  |                ----------- the URL comes from here",
        "...",
        "5 |       x = get(",
        "  |  _________^",
        '6 | |         B + "/me",',
        "7 | |     )",
        "  | |_____^",
        " ::: conf/c.py:1:8",
        "  |",
        '1 | HOST = "https://circleci.com"',
        "  |        ---------------------- and from here",
        "  |",
        "  = status: legacy: still answers; no end date is known",
        "  = request: GET https://circleci.com/api/v1.1/me",
        "  = class: manual",
        "",
    ]


def test_call_that_starts_its_line_gets_a_rail_beside_it_and_long_ones_are_cut() -> None:
    files = Files(a_sh=b"\tcurl \\\n" + b"".join(b"  -d %d \\\n" % n for n in range(2, 20)) + b"  URL\n")
    lines = body(files, Finding("me", "gone", files.span("a.sh", "curl", "URL"), "m"))
    assert lines[:12] == [
        "a.sh:1:2: me m",
        "   |",
        " 1 | /     curl \\",
        *(f" {n} | |   -d {n} \\" for n in range(2, 7)),
        "... |",
        "20 | |   URL",
        "   | |_____^",
        "   |",
    ]


@pytest.mark.parametrize(
    ("line", "target", "shown", "under"),
    [
        (b"\tx\tURL", "URL", "    x   URL", "        ^^^"),
        ("日本 URL 日".encode(), "URL", "日本 URL 日", "     ^^^"),
        ("e\u0301 URL".encode(), "URL", "e\u0301 URL", "  ^^^"),
        (b"caf\xe9 URL", "URL", "caf\ufffd URL", "     ^^^"),
        (b"\x1b[31m URL", "URL", "\\x1b[31m URL", "         ^^^"),
        ("a\u202eb URL".encode(), "URL", "a\\u202eb URL", "         ^^^"),
        (f"k={TOKEN} URL".encode(), "URL", "k=**** URL", "       ^^^"),
        (f"k={TOKEN} URL".encode(), TOKEN, "k=**** URL", "  ^^^^"),
        (b"a\rb URL\r", "URL", "a\\x0db URL", "       ^^^"),
    ],
)
def test_what_a_line_looks_like(line: bytes, target: str, shown: str, under: str) -> None:
    files = Files(a_sh=line + b"\n")
    lines = body(files, Finding("me", "gone", files.span("a.sh", target), "m"))
    assert lines[2:4] == [f"1 | {shown}", f"  | {under}"]


def test_long_lines_are_cut_around_the_call() -> None:
    files = Files(a_js=b"x" * 5000 + b" URL " + b"y" * 5000 + b"\n")
    finding = Finding("me", "gone", files.span("a.js", "URL"), "m", fix=Fix((files.edit("a.js", "URL", "NEW"),)), klass="safe")
    lines = body(files, finding, width=100)
    assert max(map(len, lines)) <= 100
    assert lines[2].startswith("1 | ...xxx") and lines[2].endswith("yyy...")
    assert lines[2].index("URL") == lines[3].index("^^^")
    assert any("-" in line and "URL" in line for line in lines[5:])
    assert any("+" in line and "NEW" in line for line in lines[5:])


def test_changed_lines_are_folded_not_cut() -> None:
    files = Files(a_sh=b"curl " + b"a" * 150 + b" END\n")
    finding = Finding("me", "gone", files.span("a.sh", "curl"), "m", fix=Fix((files.edit("a.sh", "END", "FIN"),)), klass="safe")
    lines = body(files, finding, width=80)
    assert max(map(len, lines)) <= 80
    assert "".join(line[6:] for line in lines if line[4:6] in ("+ ", "  ") and line[:3] == "  |").endswith("FIN")


def test_fix_over_several_places_shows_only_what_changes() -> None:
    files = Files(a_py=b"".join(b"line%d\n" % n for n in range(1, 41)), b_py=b"BASE = 1")
    edits = (
        files.edit("a.py", "line3\n", ""), files.edit("a.py", "line20", "x\ny"), files.edit("a.py", "line21", "z"),
        files.edit("b.py", "1", "2"), Edit("missing.py", 3, b"old", b"new"),
    )  # fmt: skip
    lines = body(files, Finding("me", "gone", files.span("a.py", "line20"), "m", fix=Fix(edits), klass="safe"))
    start = next(i for i, line in enumerate(lines) if "= fix" in line)
    assert lines[start + 1 :] == [
        " 2 |   line2", " 3 | - line3", " 4 |   line4",
        "...",
        "19 |   line19", "20 | - line20", "21 | - line21", "   | + x", "   | + y", "   | + z", "22 |   line22",
        "  ::: b.py", " 1 | - BASE = 1", "   | + BASE = 2",
        "  ::: missing.py", "   | - old", "   | + new", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("deadline", "said"),
    [
        (date(2026, 11, 22), "sunset: stops answering on 2026-11-22, 1 day left"),
        (TODAY, "sunset: stops answering today (2026-11-21)"),
        (date(2026, 11, 20), "sunset: stopped answering on 2026-11-20, 1 day ago"),
        (date(2025, 11, 21), "sunset: stopped answering on 2025-11-21, 365 days ago"),
    ],
)
def test_deadlines(deadline: date, said: str) -> None:
    files = Files(a_sh=PLAIN_SH)
    lines = body(files, Finding("me", "sunset", files.span("a.sh", "curl"), "m", deadline=deadline))
    assert f"  = status: {said}" in lines


def test_what_is_withheld_and_what_could_be_meant() -> None:
    files = Files(a_sh=PLAIN_SH)
    finding = Finding("me", "gone", files.span("a.sh", "curl"), "m", klass="safe", withheld="a.py:3 holds it back",
                      candidates=("a", "b"))  # fmt: skip
    lines = body(files, finding)
    assert "  = not rewritten: a.py:3 holds it back" in lines
    assert "  = could be: a, b" in lines
    assert lines[0] == "a.sh:3:1: me m"  # no mark without a fix


def test_first_lines_can_be_grepped_whatever_the_message() -> None:
    files = Files()
    files["we ird\x1b[2J\n.sh"] = Source("x", b"\n\nURL\n")
    finding = Finding("me", "gone", Span("we ird\x1b[2J\n.sh", 2, 5), f"two\nlines \x1b[31m {TOKEN} " + "long " * 80)
    lines = "".join(text.report(run(finding), files.get, width=60, concise=True)).splitlines()
    assert len(lines) == 1
    assert re.match(r"^we ird\\x1b\[2J\\x0a\.sh:3:1: me two lines \\x1b\[31m \*\*\*\* long ", lines[0])


def test_notes_are_wrapped_on_a_terminal_only() -> None:
    files = Files(a_sh=PLAIN_SH)
    finding = Finding("me", "gone", files.span("a.sh", "curl"), "m", notes=("word " * 40,))
    assert max(map(len, body(files, finding, width=60))) <= 60
    assert max(map(len, body(files, finding))) > 200


def test_file_that_cannot_be_had_still_gives_its_finding() -> None:
    assert body(Files(), Finding("me", "gone", Span("a.sh", 5, 9), "m"))[0] == "a.sh:1:1: me m"


@pytest.mark.parametrize("data", [b"", b"x", b"\n", b"x\n\n", b"\xff\xfe", b"\t", "日".encode()])
def test_no_span_breaks_a_frame(data: bytes) -> None:
    files = Files(a_sh=data)
    for start in range(len(data) + 2):
        for end in range(start, len(data) + 3):
            lines = body(files, Finding("me", "gone", Span("a.sh", start, end), "m", trail=(Span("a.sh", 0, 1),)), 40)
            assert any("^" in line for line in lines), (start, end)


def test_summary_counts_by_class_status_and_day() -> None:
    files = Files(a_sh=PLAIN_SH, b_sh=PLAIN_SH)
    span, other = files.span("a.sh", "curl"), files.span("b.sh", "curl")
    fix = Fix((files.edit("a.sh", "v1.1", "v2"),))
    found = run(
        Finding("a", "sunset", span, "m", deadline=date(2027, 2, 1), klass="safe", fix=fix),
        Finding("b", "sunset", span, "m", deadline=date(2027, 2, 1), klass="safe", withheld="no"),
        Finding("c", "sunset", other, "m", deadline=date(2026, 11, 26), klass="unsafe", fix=fix, assumes=("new-base",)),
        Finding("d", "gone", other, "m", deadline=date(2026, 11, 1)),
        Finding("e", "legacy", other, "m"),
        problems=(FileResult("bad.py", (), "line 3: \x1bnot Python"), FileResult("ok.py")),
        scanned=321,
    )  # fmt: skip
    assert text.summarize(found).splitlines() == [
        "Found 5 (2 safe, 1 unsafe, 2 by hand); 1 stopped answering 20 days ago, 1 stops answering in 5 days, "
        "2 stop answering in 72 days",
        "1 gone, 3 sunset, 1 legacy; in 2 of 321 files",
        "[*] 1 fixable with `v2migrate fix`",
        "[!] 1 more with `v2migrate fix --unsafe-fixes`, to be reviewed",
        "",
        "1 file could not be read or parsed:",
        "  bad.py: line 3: \\x1bnot Python",
        "",
        "Left open; grant one, and what rests on it alone becomes safe:",
        "  --assume new-base  1 fix    calls on a shared base URL may part: those that move get a base of their own",
    ]


def test_nothing_found_is_one_line() -> None:
    assert text.render(run(scanned=1), Files().get) == "No calls to CircleCI's old API in 1 file\n"


def test_after_fixing_it_says_what_changed_what_is_left_and_which_tokens_to_look_at() -> None:
    files = Files(a_sh=PLAIN_SH)
    gone = Finding("me", "gone", files.span("a.sh", "curl"), "m", tokens=("$T", "$U"))
    done = run(fixed=(gone, gone), changed=("a.sh",))
    counts = {"a.sh": (3, 2)}
    assert text.summarize(done, fixed=counts, command="fix").splitlines() == [
        "Fixed 2 in 1 file; nothing is left", "  a.sh  +3 -2", "",
        "Before you merge: $T, $U must be personal API tokens (v2 refuses project tokens)",
    ]  # fmt: skip
    left = run(gone, changed=("a.sh",))
    assert text.summarize(left, fixed=counts, command="diff").splitlines()[:3] == [
        "Would rewrite 1 file", "  a.sh  +3 -2", "1 left (1 by hand)",
    ]  # fmt: skip


def test_colours_only_add_escape_codes() -> None:
    files = Files(a_sh=PLAIN_SH)
    finding = Finding("me", "gone", files.span("a.sh", "curl"), "m", klass="safe", fix=Fix((files.edit("a.sh", "v1.1", "v2"),)))
    plain = text.render(run(finding), files.get)
    colored = text.render(run(finding), files.get, color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31mme\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain


@pytest.mark.parametrize("secret", [TOKEN, TOKEN.upper(), f"%3D{TOKEN}"[3:], "CCIPAT_FnkXy8_0123456789abcdef", "CCIPRJ_a1b2c3d4"])
@pytest.mark.parametrize("around", ["{}", "circle-token={}&x=1", "'{}'", "%3D{}", "-u {}:", "x_{}"])
def test_secrets_are_masked(secret: str, around: str) -> None:
    assert mask(around.format(secret)) == around.format("****")
    assert "".join(show(around.format(secret)).cells) == around.format("****")


@pytest.mark.parametrize("harmless", ["$CCIPAT_TOKEN", "f" * 64, "0123456789abcdef", "deadbeef" * 4, "CCIPAT_"])
def test_what_is_no_secret_stays(harmless: str) -> None:
    assert visible(harmless) == harmless


def test_places_are_relative(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: Callable[..., object]) -> None:
    import os

    here = os.getcwd()
    assert place(f"{here}/a/b.py") == "a/b.py"
    assert place("./a.py") == "a.py"
    assert place(os.path.dirname(here) + "/x.py") == "../x.py"

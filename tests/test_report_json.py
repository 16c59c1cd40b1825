"""The report for programs keeps its shape, its offsets and its secrets."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from v2migrate.finding import FileResult, Finding, Fix, Run
from v2migrate.report import json as report_json
from v2migrate.report import sarif
from v2migrate.report.context import Context
from v2migrate.report.json import render
from v2migrate.source import Edit, Source, Span, apply_edits

TODAY = date(2026, 11, 21)
TOKEN = "CCIPAT_FnkXy8_0123456789abcdef0123456789abcdef01234567"


def report(run: Run, *sources: Source) -> Any:
    text = render(run, {s.path: s for s in sources}.get)
    assert text.isascii() and text.endswith("}\n")
    return json.loads(text)


def test_every_key_of_a_finding() -> None:
    data = "é = 1\n日 = get('https://x/api/v1.1/me')\nend\n".encode()
    source, base = Source("a.py", data), Source("b.py", b"\n B")
    start, end = data.index(b"get"), data.index(b"\nend")
    at = data.index(b"v1.1")
    finding = Finding(
        "me", "sunset", Span("a.py", start, end), "moves", notes=("n",), deadline=date(2027, 2, 1), klass="unsafe",
        assumes=("new-base",), granted=("personal-token",), candidates=("other",), withheld="", method="GET",
        url="https://x/api/v1.1/me", trail=(Span("b.py", 2, 3),), tokens=("T",), link="l", fingerprint="0" * 40,
        fix=Fix((Edit("a.py", at, b"v1.1", b"v2"),)),
    )  # fmt: skip
    out = report(Run((FileResult("a.py", (finding,)),), 7, TODAY), source, base)
    assert list(out) == ["version", "tool", "repository", "date", "findings", "problems", "summary"]
    assert (out["repository"], out["date"]) == (None, "2026-11-21")
    assert out["version"] == 1 and out["problems"] == []
    assert out["findings"] == [{
        "rule": "me", "status": "sunset", "path": "a.py", "line": 2, "column": 5, "end_line": 2, "end_column": 33,
        "message": "moves", "notes": ["n"], "deadline": "2027-02-01", "days_left": 72, "class": "unsafe",
        "assumes": ["new-base"], "candidates": ["other"], "withheld": None,
        "request": {"method": "GET", "url": "https://x/api/v1.1/me"}, "endpoint": None,
        "trail": [{"path": "b.py", "line": 2, "column": 2}], "fingerprint": "0" * 40,
        "fix": {"edits": [{"path": "a.py", "start": at, "end": at + 4, "old": "v1.1", "new": "v2"}]},
        "severity": "warning", "owners": [], "link": "l",
        "frame": "  |\n2 | 日 = get('https://x/api/v1.1/me')\n  |      ----------------------------\n".replace("-" * 28, "^" * 28)
        + " ::: b.py:2:2\n  |\n2 |  B\n  |  - the URL comes from here\n",
        "diff": "1 |   é = 1\n2 | - 日 = get('https://x/api/v1.1/me')\n  | + 日 = get('https://x/api/v2/me')\n3 |   end\n",
    }]  # fmt: skip
    assert out["summary"] == {
        "findings": 1, "status": {"gone": 0, "sunset": 1, "legacy": 0, "wrong": 0},
        "class": {"safe": 0, "unsafe": 1, "manual": 0}, "fixed": 0, "files_scanned": 7, "files_with_findings": 1,
        "files_changed": [], "problems": 0, "assumptions": {"new-base": 1}, "tokens": ["T"],
        "suppressed": 0, "baselined": 0,
    }  # fmt: skip


def test_it_says_whose_code_it_is() -> None:
    about = Context("acme/web", owners=lambda path: ("@a",) if path == "a.py" else (), version="1.2")
    finding = Finding("me", "legacy", Span("a.py", 0, 1), "m")
    out = json.loads(render(Run((FileResult("a.py", (finding,)),)), lambda path: None, about))
    assert (out["repository"], out["tool"], out["date"]) == ("acme/web", {"name": "v2migrate", "version": "1.2"}, None)
    assert out["findings"][0]["owners"] == ["@a"] and out["findings"][0]["frame"] == ""


def test_a_bare_finding_and_a_problem() -> None:
    finding = Finding("me", "legacy", Span("gone.py", 3, 4), "m", withheld="because")
    out = report(Run((FileResult("gone.py", (finding,), "cannot be read"),), 1, TODAY))
    assert out["problems"] == [{"path": "gone.py", "message": "cannot be read"}]
    (found,) = out["findings"]
    assert (found["line"], found["column"], found["deadline"], found["days_left"]) == (1, 1, None, None)
    assert found["withheld"] == "because" and found["fix"] is None
    assert found["request"] == {"method": None, "url": ""}


def test_nothing_found() -> None:
    out = report(Run((), 3, TODAY))
    assert out["findings"] == [] and out["summary"]["files_scanned"] == 3


def test_edits_can_be_applied_also_where_bytes_are_no_utf8() -> None:
    data = b"caf\xe9 v1.1 \xff"
    finding = Finding("me", "gone", Span("a", 0, 4), "m", klass="safe", fix=Fix((Edit("a", 3, b"\xe9 v1.1", b"\xe9 v2"),)))
    (edit,) = report(Run((FileResult("a", (finding,)),), 1, TODAY), Source("a", data))["findings"][0]["fix"]["edits"]
    old, new = (edit[key].encode("utf-8", "surrogateescape") for key in ("old", "new"))
    assert edit["end"] - edit["start"] == len(old)
    assert apply_edits(data, [Edit("a", edit["start"], old, new)]) == b"caf\xe9 v2 \xff"


def test_tokens_are_masked_and_such_an_edit_says_so() -> None:
    data = f"get('{TOKEN}')".encode()
    fix = Fix((Edit("a", 5, TOKEN.encode(), b"x"), Edit("a", 0, b"get", b"put")))
    finding = Finding("me", "gone", Span("a", 0, 9), f"m {TOKEN}", notes=(TOKEN,), url=f"https://x?t={TOKEN}", klass="safe",
                      fix=fix, fingerprint="a" * 40)  # fmt: skip
    out = report(Run((FileResult("a", (finding,), TOKEN),), 1, TODAY), Source("a", data))
    assert TOKEN not in json.dumps(out)
    masked, other = out["findings"][0]["fix"]["edits"]
    assert masked["masked"] is True and masked["old"] == "****"
    assert "masked" not in other
    assert out["findings"][0]["fingerprint"] == "a" * 40


def test_paths_are_relative_to_the_working_directory(tmp_path: Path, monkeypatch: object) -> None:
    import os

    path = os.path.join(os.getcwd(), "sub", "a.py")
    fix = Fix((Edit(path, 0, b"a", b"b"),))
    finding = Finding("me", "gone", Span(path, 0, 1), "m", trail=(Span(path, 0, 1),), fix=fix, klass="safe")
    out = report(Run((FileResult(path, (finding,), "odd"),), 1, TODAY, (path,)))
    found = out["findings"][0]
    assert {found["path"], found["trail"][0]["path"], found["fix"]["edits"][0]["path"], out["problems"][0]["path"],
            out["summary"]["files_changed"][0]} == {"sub/a.py"}  # fmt: skip


def test_a_fix_of_very_many_edits_is_written_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (report_json, sarif):
        monkeypatch.setattr(module, "MANY_EDITS", 2)
    data = b"curl a; curl b; curl c"
    many, few = Fix(tuple(Edit("a", at, b"curl", b"get") for at in (0, 8, 16))), Fix((Edit("a", 5, b"a", b"b"),))
    made = [Finding("me", "gone", Span("a", at, at + 6), "m", klass="safe", fix=fix, fingerprint=name)
            for name, at, fix in (("one", 0, many), ("two", 8, many), ("three", 16, few), ("four", 16, few))]  # fmt: skip
    run = Run((FileResult("a", tuple(made)),), 1)
    sources = {"a": Source("a", data)}.get
    fixes = [f["fix"] for f in json.loads(render(run, sources))["findings"]]
    assert [len(fix["edits"]) for fix in fixes] == [3, 0, 1, 1] and fixes[1] == {"edits": [], "same_as": "one"}
    results = json.loads(sarif.render(run, sources, Context()))["runs"][0]["results"]
    assert ["fixes" in result for result in results] == [True, False, True, True]

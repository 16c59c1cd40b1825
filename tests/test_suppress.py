"""Comments that keep findings quiet: where they may stand, how they are written, and that an idle one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2migrate import engine
from v2migrate.finding import Run
from v2migrate.source import Source
from v2migrate.suppress import Comment, comments

ME = "curl -f -u \"$T:\" https://circleci.com/api/v1.1/me\n"
PY = (
    "import requests\n{before}r = requests.get({inside}\n"
    '    "https://circleci.com/api/v1.1/me",\n    headers={{"Circle-Token": t}},\n){after}\n'
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(name: str, text: str, **more: object) -> Run:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(text)
    return engine.check([name], engine.Options(**more))  # type: ignore[arg-type]


def rules(run: Run) -> list[str]:
    return [f.rule for f in run.findings]


def one(text: str, name: str = "x.sh") -> Comment:
    (found,) = comments(Source(name, text.encode()))
    return found


def test_bytes_that_are_no_utf8_do_not_move_a_comment() -> None:
    data = b"curl \xff\xe9 x  # v2migrate: ignore[\xe9] -- f\xfcr alle\n"
    (comment,) = comments(Source("x.sh", data))
    assert data[comment.span.start : comment.span.end] == data[data.index(b"#") :].rstrip()
    assert (comment.rules, comment.reason) == (("\ufffd",), "f\ufffdr alle")


# --- how it is written ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "names", "reason", "whole", "alone"),
    [
        ("# v2migrate: ignore[a, b] -- the old server", ("a", "b"), "the old server", False, True),
        ("curl x  # v2migrate: ignore[a]", ("a",), "", False, False),
        ("# v2migrate: ignore", (), "", False, True),
        ("# v2migrate: ignore -- all of it", (), "all of it", False, True),
        ("#v2migrate:ignore[a]because", ("a",), "because", False, True),
        ("x = 1  # noqa: E501  # v2migrate: ignore[a]", ("a",), "", False, False),
        ("// v2migrate: ignore[a] (a reason)", ("a",), "(a reason)", False, True),
        ("-- v2migrate: ignore-file[a] \u2014 why", ("a",), "why", True, True),
        ("; v2migrate: ignore", (), "", False, True),
        ("<!-- v2migrate: ignore[a] -- why -->", ("a",), "why", False, True),
        ("/* v2migrate: ignore[a] */ call();", ("a",), "", False, False),
        ("\t /* v2migrate: ignore-file */", (), "", True, True),
        ("> <!-- v2migrate: ignore -->", (), "", False, True),
    ],
)
def test_spellings(text: str, names: tuple[str, ...], reason: str, whole: bool, alone: bool) -> None:
    found = one(f"first\n{text}\r\nlast\n")
    assert (found.rules, found.reason, found.whole_file, found.alone) == (names, reason, whole, alone)
    assert found.line == 2 and not found.problem


@pytest.mark.parametrize("text", ["v2migrate: ignore", "http://v2migrate: ignore", "# v2migrate: todo[a]", "# v2migrate ignore"])
def test_what_is_no_comment_to_us(text: str) -> None:
    assert comments(Source("x.sh", text.encode())) == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# v2migrate: ignroe[a]", "'ignroe' is not understood; write `v2migrate: ignore[rule] -- reason`"),
        ("# v2migrate: disable", "'disable' is not understood"),
        ("# v2migrate: ignore[a", "the bracket is not closed"),
        ("# v2migrate: ignore[ ]", "the brackets are empty"),
    ],
)
def test_slips_are_told_and_suppress_nothing(text: str, problem: str) -> None:
    assert one(text).problem.startswith(problem)
    run = check("a.sh", f"{text}\n{ME}")
    assert sorted(rules(run)) == ["current-user", "unused-suppression"]
    assert problem in next(f.message for f in run.findings if f.rule == "unused-suppression")


def test_the_span_is_the_comment_in_bytes() -> None:
    found = one("é 日本 # v2migrate: ignore[a] -- été  \n")
    assert "é 日本 # v2migrate: ignore[a] -- été  \n".encode()[found.span.start : found.span.end] == (
        "# v2migrate: ignore[a] -- été".encode()
    )


# --- where it stands ------------------------------------------------------------------------------------------------

IGNORE = "# v2migrate: ignore[current-user] -- kept"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("line.sh", ME.rstrip() + "  " + IGNORE + "\n"),
        ("above.sh", f"{IGNORE}\n{ME}"),
        ("stacked.sh", f"{IGNORE}\n# shellcheck disable=SC2086\n{ME}"),
        ("windows.sh", f"{IGNORE}\r\n{ME.rstrip()}\r\n"),
        ("file.sh", f"echo\n{ME}\n\n# v2migrate: ignore-file[current-user]\n"),
        ("continued.sh", f'{IGNORE}\ncurl -f \\\n  -u "$T:" \\\n  https://circleci.com/api/v1.1/me\n'),
        ("last.sh", f'curl -f -u "$T:" \\\n  https://circleci.com/api/v1.1/me {IGNORE}\n'),
        ("apart.sh", f'{IGNORE}\nurl=https://circleci.com/api/v1.1/me\ncurl -f -u "$T:" "$url"\n'),
        ("call.sh", f'url=https://circleci.com/api/v1.1/me\necho\n{IGNORE}\ncurl -f -u "$T:" "$url"\n'),
        ("above.py", PY.format(before=IGNORE + "\n", inside="", after="")),
        ("first.py", PY.format(before="", inside=f"  {IGNORE}", after="")),
        ("last.py", PY.format(before="", inside="", after=f"  {IGNORE}")),
        ("inside.py", PY.format(before="", inside=f"\n    {IGNORE}", after="")),
        ("line.js", 'fetch("https://circleci.com/api/v1.1/me") // v2migrate: ignore\n'),
        ("above.js", '/* v2migrate: ignore */\nfetch("https://circleci.com/api/v1.1/me")\n'),
        ("x.sql", "-- v2migrate: ignore\nselect 'https://circleci.com/api/v1.1/me';\n"),
        ("x.ini", "; v2migrate: ignore\nurl = https://circleci.com/api/v1.1/me\n"),
        ("page.md", f"Text.\n\n<!-- v2migrate: ignore -->\n\n```sh\n{ME}```\n".replace("-->\n\n", "-->\n")),
        ("Dockerfile", f"FROM x\n{IGNORE}\nRUN echo && \\\n  {ME}"),
        ("Makefile", f"all:\n\t{IGNORE}\n\t{ME.replace('$T', '$$T')}"),
    ],
)
def test_places(name: str, text: str) -> None:
    bare = text.replace(IGNORE, "").replace("v2migrate: ignore", "")
    assert any(rule != "unused-suppression" for rule in rules(check(name, bare))), "the call is found without the comment"
    run = check(name, text)
    assert rules(run) == [] and len(run.suppressed) >= 1


BLOCK = """\
jobs:
  go:
    steps:
      {item}
      - run:
          name: Who  {mid}
          {key}
          command: |  {head}
            set -e
            {inside}
            curl -f -u "$T:" https://circleci.com/api/v1.1/me {line}
      - run: curl -f -u "$T:" https://circleci.com/api/v1.1/projects
"""


@pytest.mark.parametrize("place", ["item", "key", "head", "inside", "line"])
def test_in_a_yaml_block(place: str) -> None:
    fields = {name: IGNORE if name == place else "" for name in ("item", "mid", "key", "head", "inside", "line")}
    run = check(".circleci/config.yml", BLOCK.format(**fields))
    assert rules(run) == ["projects"] and [f.rule for f in run.suppressed] == ["current-user"]


def test_a_comment_for_a_block_means_no_other_block() -> None:
    text = BLOCK.format(item="# v2migrate: ignore", mid="", key="", head="", inside="", line="")
    run = check("ci.yml", text)
    assert rules(run) == ["projects"]


@pytest.mark.parametrize(
    "text",
    [
        f"{IGNORE}\n\n{ME}",  # an empty line parts them
        f"echo {IGNORE}\n{ME}",  # behind another command
        f"{ME}{IGNORE}\n",  # below
        f"# v2migrate: ignore[projects]\n{ME}",  # another rule
    ],
)
def test_places_that_do_not_count(text: str) -> None:
    assert sorted(rules(check("a.sh", text))) == ["current-user", "unused-suppression"]


def test_a_comment_in_a_list_means_its_own_line() -> None:
    text = (
        "import requests\n"
        "for r in (\n"
        '    requests.get("https://circleci.com/api/v1.1/me", headers=h),  # v2migrate: ignore\n'
        '    requests.get("https://circleci.com/api/v1.1/projects", headers=h),\n'
        "):\n    pass\n"
    )
    assert rules(check("a.py", text)) == ["projects"]


def test_a_comment_in_a_string_is_none_for_the_file() -> None:
    text = 'import requests\nHELP = "# v2migrate: ignore-file"\nrequests.get("https://circleci.com/api/v1.1/me", headers=h)\n'
    assert rules(check("a.py", text)) == ["current-user"]


# --- what it does ---------------------------------------------------------------------------------------------------


def test_what_is_suppressed_is_not_fixed() -> None:
    Path("a.sh").write_text(f"{IGNORE}\n{ME}{ME}")
    run, changed = engine.fix(["a.sh"], engine.Options(unsafe=True), write=True)
    after = Path("a.sh").read_text()
    assert after.startswith(f"{IGNORE}\n{ME}") and after.count("v1.1") == 1 and after.count("/api/v2/") == 1
    assert rules(run) == [] and len(run.fixed) == 1 and list(changed) == ["a.sh"]


def test_what_shares_text_with_a_suppressed_call_does_not_move_it() -> None:
    Path("a.sh").write_text(
        f'U=https://circleci.com/api/v1.1\ncurl -f -u "$T:" "$U/me"\n{IGNORE}\ncurl -f -u "$T:" "$U/me"\n'
    )
    run, _ = engine.fix(["a.sh"], engine.Options(unsafe=True), write=True)
    after = Path("a.sh").read_text()
    assert "U=https://circleci.com/api/v1.1\n" in after and after.endswith(f'{IGNORE}\ncurl -f -u "$T:" "$U/me"\n')
    assert all("a comment says to leave current-user in line 4 as it is" in f.withheld for f in run.findings)


def test_unused_comments() -> None:
    run = check("a.sh", f"# v2migrate: ignore[current-user, job-tests] -- x\n{ME}\necho circleci # v2migrate: ignore\n")
    assert [(f.rule, f.status, f.klass, f.fix) for f in run.findings] == [("unused-suppression", "wrong", "manual", None)] * 2
    assert [f.message for f in run.findings] == [
        "there is no finding of job-tests here; remove it from the comment",
        "there is no finding here; remove the comment",
    ]
    assert len({f.fingerprint for f in run.findings}) == 2


def test_an_unused_comment_in_a_file_without_any_call() -> None:
    assert rules(check("a.sh", "echo  # v2migrate: ignore-file[current-user]\n")) == ["unused-suppression"]


def test_an_unknown_rule_is_told() -> None:
    run = check("a.sh", f"# v2migrate: ignore[curent-user]\n{ME}")
    assert [f.message for f in run.findings if f.rule == "unused-suppression"] == [
        "no rule is called curent-user; did you mean current-user?"
    ]


def test_a_comment_is_not_unused_in_a_run_that_does_not_look_for_its_rule() -> None:
    text = f"{IGNORE}\n{ME}echo # v2migrate: ignore\n"
    assert rules(check("a.sh", text, select=frozenset({"projects"}))) == []
    assert rules(check("a.sh", f"{IGNORE}\n{ME}", ignore=frozenset({"current-user"}))) == []


def test_unused_comments_can_be_ignored() -> None:
    assert rules(check("a.sh", "echo # v2migrate: ignore\n", ignore=frozenset({"unused-suppression"}))) == []


@pytest.mark.parametrize("name", ["README.md", "notes.rst", "notes.txt"])
def test_texts_about_comments_are_left_alone(name: str) -> None:
    assert rules(check(name, "Write `# v2migrate: ignore[rule]` beside a call of CircleCI.\n")) == []


def test_strings_about_comments_are_left_alone() -> None:
    assert rules(check("a.py", 'TEXT = """\n# v2migrate: ignore[x]\n"""  # circleci\n')) == []

"""jq filters: what they read, and that the rewritten filter selects the same from the new answer (by running jq)."""

from __future__ import annotations

import functools
import json
import shutil
import subprocess
from typing import Any

import pytest

from v2migrate.languages.shell.jq import lower_filter, lower_filters, write_reads
from v2migrate.request import Answer, Change, Read
from v2migrate.source import Source, Span, Step, apply_edits, render
from v2migrate.template import Hole, Piece, Template, Text

BUILDS: list[dict[str, Any]] = [
    {"build_num": 31, "status": "running", "branch": "main", "url": "https://a/31", "path": "out/x.xml", "failed": None,
     "workflows": {"workflow_id": "aaaa-1111", "job_name": "build"}, "steps": [{"name": "s1", "actions": [{"o": "u1"}]}]},
    {"build_num": 30, "status": "success", "branch": "main", "url": "https://a/30", "path": "out/y.tar", "failed": True,
     "workflows": {"workflow_id": "bbbb-2222", "job_name": "package"}, "steps": []},
    {"build_num": 29, "status": "failed", "branch": "dev", "url": "https://a/29", "path": "z.xml", "failed": False,
     "workflows": {"workflow_id": "cccc-3333", "job_name": "build"}, "steps": [{"name": "s2", "actions": []}]},
]  # fmt: skip
FIELDS = {
    "build_num": "number",
    "workflows.workflow_id": "latest_workflow.id",
    "workflows.job_name": "name",
    "path": "file",
    "failed": "flags.failed",
}


def moved(build: dict[str, Any]) -> dict[str, Any]:
    """A build in the new shape of FIELDS."""
    flows = build["workflows"]
    steps = [{"name": s["name"], "acts": s["actions"]} for s in build["steps"]]
    return {"number": build["build_num"], "status": build["status"], "branch": build["branch"], "url": build["url"],
            "file": build["path"], "name": flows["job_name"], "latest_workflow": {"id": flows["workflow_id"]}, "steps": steps,
            "flags": {"failed": build["failed"]}}  # fmt: skip


def new_path(read: Read) -> tuple[str, ...]:
    """Where a field of FIELDS stands now."""
    names = [s for s in read.path if s != "[]"]
    if names[:2] == ["steps", "actions"]:
        return tuple("acts" if s == "actions" else s for s in read.path)
    target = FIELDS.get(".".join(names))
    return (*read.path[: len(read.path) - len(names)], *target.split(".")) if target else read.path


def quoted(text: str) -> tuple[Source, Template, Span]:
    """`jq 'text'` as a file."""
    data = f"jq '{text}'".encode()
    span = Span("f", 3, len(data))
    return Source("f", data), Template((Text(text, Span("f", 4, len(data) - 1)),)), span


def written(source: Source, steps: tuple[Step, ...]) -> str:
    return apply_edits(source.data, render(source, steps)).decode()


@functools.cache
def jq(text: str, data: str) -> str:
    done = subprocess.run(["jq", "-r", "--arg", "b", "main", text], input=data, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else f"{done.stdout}error {done.stderr}"


def migrate(text: str) -> tuple[Answer, str, str]:
    """Answer, new text and problem of a filter, moved to the new shape."""
    source, template, span = quoted(text)
    answer = lower_filter(template, span)
    change = Change(root="items", reads=tuple((r, new_path(r)) for r in answer.reads if not r.inner))
    out = write_reads(answer, change)
    if out.problem:
        return answer, "", out.problem
    return answer, written(source, out.steps)[4:-1], ""


SAME = {
    ".[0].build_num": ".items[0].number",
    ".[0] | .build_num": ".items[0] | .number",
    ".[0]|.build_num": ".items[0]|.number",
    ".[].build_num": ".items[].number",
    ".[]|.build_num": ".items[]|.number",
    ".[]?.build_num": ".items[]?.number",
    ".[0]?.build_num?": ".items[0]?.number?",
    '.[0]["build_num"]': '.items[0]["number"]',
    '.[0]."build_num"': '.items[0]."number"',
    ". | length": ".items | length",
    "length": ".items | length",
    "first.build_num": ".items | first.number",
    "last | .build_num": ".items | last | .number",
    "first(.[]).build_num": ".items | first(.[]).number",
    "map(.build_num) | max": ".items | map(.number) | max",
    "map(.build_num)": ".items | map(.number)",
    "[.[] | .build_num] | sort | .[0]": "[.items[] | .number] | sort | .[0]",
    '[.[]|select(.branch=="main" and .workflows.job_name=="package")][0].build_num':
        '[.items[]|select(.branch=="main" and .name=="package")][0].number',
    '.[]|select(.build_num<31 and (.status|test("running|pending|success")))|.build_num':
        '.items[]|select(.number<31 and (.status|test("running|pending|success")))|.number',
    '.[] | select( .path | contains( "xml" ) ) | .url': '.items[] | select( .file | contains( "xml" ) ) | .url',
    '.[] | select(.path | endswith("xml")) | .url': '.items[] | select(.file | endswith("xml")) | .url',
    'map(select(.["path"] == "z.xml")) | .[0]["url"]': '.items | map(select(.["file"] == "z.xml")) | .[0]["url"]',
    ".[0].workflows.workflow_id": ".items[0].latest_workflow.id",
    ".[0].workflows | .workflow_id": ".items[0].latest_workflow | .id",
    '.[] | "\\(.workflows | .workflow_id[-4:])"': '.items[] | "\\(.latest_workflow | .id[-4:])"',
    '.[] | "\\(.status) \\(.workflows.workflow_id)"': '.items[] | "\\(.status) \\(.latest_workflow.id)"',
    '"\\(.[0].url)"': '"\\(.items[0].url)"',
    ".[0].url, .[1].url": ".items[0].url, .items[1].url",
    ".[0].build_num - .[1].build_num": ".items[0].number - .items[1].number",
    '.[7].url // "none"': '.items[7].url // "none"',
    ".[-1:] | .[0].build_num": ".items[-1:] | .[0].number",
    ".[-1].build_num": ".items[-1].number",
    ".[1:][0].build_num": ".items[1:][0].number",
    "[.[] | {build_num, url}]": "[.items[] | {build_num: .number, url}]",
    ".[] | {n: .build_num, w: .workflows.workflow_id}": ".items[] | {n: .number, w: .latest_workflow.id}",
    "map({build_num}) | .[0].build_num": ".items | map({build_num: .number}) | .[0].build_num",
    "sort_by(.build_num) | .[0].url": ".items | sort_by(.number) | .[0].url",
    "sort_by(.build_num)[0].url": ".items | sort_by(.number)[0].url",
    "group_by(.branch) | map(length)": ".items | group_by(.branch) | map(length)",
    "group_by(.branch)[] | .[0].build_num": ".items | group_by(.branch)[] | .[0].number",
    "max_by(.build_num).url": ".items | max_by(.number).url",
    "min_by(.build_num) | .workflows.job_name": ".items | min_by(.number) | .name",
    "unique_by(.branch) | .[].branch": ".items | unique_by(.branch) | .[].branch",
    'any(.status == "running")': '.items | any(.status == "running")',
    'any(.[]; .status == "running")': '.items | any(.[]; .status == "running")',
    'if length > 2 then .[0].build_num else "few" end': '.items | if length > 2 then .[0].number else "few" end',
    'if .[0].status == "failed" then 1 elif .[1].status == "success" then 2 else 3 end':
        'if .items[0].status == "failed" then 1 elif .items[1].status == "success" then 2 else 3 end',
    ".[] as $x | $x.build_num": ".items[] as $x | $x.number",
    ". as $all | $all[0].build_num": ".items as $all | $all[0].number",
    ". as $all | .[0].build_num": ".items as $all | .items[0].number",
    ".[] | . as $x | $x.workflows.workflow_id": ".items[] | . as $x | $x.latest_workflow.id",
    ".[] | .workflows as $w | $w.workflow_id": ".items[] | .latest_workflow as $w | $w.id",
    ".[] | select(.branch == $b) | .build_num": ".items[] | select(.branch == $b) | .number",
    '.[] | select(.status | IN("success", "failed")) | .url': '.items[] | select(.status | IN("success", "failed")) | .url',
    '.[] | select(.status as $s | ["success", "failed"] | index($s)) | .url':
        '.items[] | select(.status as $s | ["success", "failed"] | index($s)) | .url',
    '.[] | select(contains({status: "success"})) | .url': '.items[] | select(contains({status: "success"})) | .url',
    '.[] | select(has("path")) | .url': '.items[] | select(has("file")) | .url',
    ".[] | [.build_num, .url] | @tsv": ".items[] | [.number, .url] | @tsv",
    ".[] | [.build_num, .url] | @csv": ".items[] | [.number, .url] | @csv",
    'map(.build_num | tostring) | join(",")': '.items | map(.number | tostring) | join(",")',
    "[.[].build_num] | add": "[.items[].number] | add",
    "map(.steps[]) | .[0].actions[].o": ".items | map(.steps[]) | .[0].acts[].o",
    ".[0].steps[].actions[].o": ".items[0].steps[].acts[].o",
    "(.[0] | .url), (.[1] | .url)": "(.items[0] | .url), (.items[1] | .url)",
    "try .[0].url catch .": ".items | try .[0].url catch .",
    "[limit(1; .[].url)]": ".items | [limit(1; .[].url)]",
    "[.[] | .failed]": "[.items[] | .flags.failed]",
    ".[] # all of them\n | .build_num": ".items[] # all of them\n | .number",
    "\n  map(\n    select(.branch == \"main\")\n  )\n  | .[0]\n  | .build_num\n":
        "\n  .items | map(\n    select(.branch == \"main\")\n  )\n  | .[0]\n  | .number\n",
    '.[] | select(.url | split("/") | last | tonumber > 29) | .url':
        '.items[] | select(.url | split("/") | last | tonumber > 29) | .url',
    ". != []": ".items != []",
    "type": ".items | type",
    "{first: .[0].url, n: .[1].build_num}": "{first: .items[0].url, n: .items[1].number}",
    "[.[] | select(.failed | not)] | length": "[.items[] | select(.flags.failed | not)] | length",
    "nth(1).build_num": ".items | nth(1).number",
    "[.[] | .steps[]?.actions] | flatten | .[0].o": "[.items[] | .steps[]?.acts] | flatten | .[0].o",
    "empty": "empty",
}  # fmt: skip


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
@pytest.mark.parametrize("text", SAME)
def test_rewritten_filter_selects_the_same(text: str) -> None:
    answer, new, problem = migrate(text)
    assert (new, problem) == (SAME[text], "")
    assert not answer.escapes
    before = jq(text, json.dumps(BUILDS))
    assert "error" not in before
    assert jq(new, json.dumps({"items": [moved(b) for b in BUILDS]})) == before


def test_every_form_is_seen_again_in_the_new_text() -> None:
    # No filter of the table is read as something else after the rewrite: same number of named reads, one level deeper.
    for text, new in SAME.items():
        _, template, span = quoted(new)
        again = lower_filter(template, span)
        assert not again.escapes, text
        assert all(r.path[0] == "items" for r in again.reads), new


def leaves(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Reads of a filter as dotted paths with their constants."""
    _, template, span = quoted(text)
    return [(".".join(r.path), r.values) for r in lower_filter(template, span).reads if not r.inner]


def test_reads_with_their_constants() -> None:
    text = '[.[]|select(.branch=="x" and .workflows.job_name=="y")][0].build_num'
    assert leaves(text) == [("[].branch", ("x",)), ("[].workflows.job_name", ("y",)), ("[].build_num", ())]
    text = '.[]|select(.status|test("^(running|queued)$"))|.url'
    assert leaves(text) == [("[].status", ("running", "queued")), ("[].url", ())]
    assert leaves('.status != "fixed"') == [("status", ("fixed",))]
    assert leaves('"fixed" == .status') == [("status", ("fixed",))]
    assert leaves('.status as $s | ["a", "b"] | index($s)') == [("status", ("a", "b"))]
    assert leaves('.status | IN("a", "b")') == [("status", ("a", "b"))]
    assert leaves('.status | inside("a b")') == [("status", ("a b",))]
    assert leaves('contains({status: "a"})') == [("status", ("a",))]
    assert leaves('.lifecycle // "x" | . == "done"') == [("lifecycle", ("done",))]
    assert leaves('.status | ascii_downcase == "ok"') == [("status", ("ok",))]


def test_inner_steps_are_reads_of_their_own() -> None:
    _, template, span = quoted(".[0].workflows.workflow_id")
    reads = lower_filter(template, span).reads
    assert [(r.path[1:], r.inner) for r in reads] == [(("workflows",), True), (("workflows", "workflow_id"), False)]
    source = quoted(".[0].workflows.workflow_id")[0]
    assert [source.text(r.key) for r in reads if r.key] == ["workflows", "workflow_id"]
    assert source.text(reads[1].span) == ".workflows.workflow_id"


def test_whole_elements_that_come_out_are_shown() -> None:
    for text in (".", ".[0]", ".[]", "[.[]]", "{x: .[0]}", "map(select(.status))", "sort_by(.status)", ".[] | select(.url)"):
        _, template, span = quoted(text)
        answer = lower_filter(template, span)
        assert answer.shown == (span,), text
        assert answer.roots, text
        assert not answer.escapes, text
    _, template, span = quoted(".[0].url")
    assert lower_filter(template, span).shown == ()


@pytest.mark.parametrize("text", [
    "keys", "def f: .url; .[] | f", "reduce .[] as $x (0; . + 1)", "foreach .[] as $x (0; . + 1)", "..", "[..|.url?]",
    ".[] | @base64", ".[] | tostring", "paths", "walk(.)", "to_entries", ".[0] | keys", ".[0] | length", "getpath([0])",
    ".[$key]", ".[0][$key]", ".[0] == .[1]", ". |= map(.url)", "del(.[0].url)", ".[] as {url: $u} | $u", "input", "inputs",
    "unknown_function",
    ".[0] | with_entries(.value)", "(.[0] + .[1]).url", "label $f | .[]", '"\\(.[0])"', ".[0",
    '.["a', "a b", "x;y", "}", "|", "1 1",
])  # fmt: skip
def test_what_is_not_followed_is_an_escape(text: str) -> None:
    _, template, span = quoted(text)
    assert lower_filter(template, span).escapes


def test_reads_beside_an_escape_are_kept() -> None:
    _, template, span = quoted(".[] | .branch, (.steps | walk(.))")
    answer = lower_filter(template, span)
    assert [r.path[-1] for r in answer.reads] == ["steps", "branch"]
    assert "walk" in answer.escapes[0].how


def test_reading_on_in_what_was_joined_is_not_silent() -> None:
    _, template, span = quoted("(.a + .b) | .c")
    assert lower_filter(template, span).escapes


# --- what the shell puts in -----------------------------------------------------------------------------------------


def mixed(*parts: str | Hole | tuple[str, str], quote: str = '"') -> tuple[Source, Template, Span]:
    """A word of text, holes, and escapes (source, value), in quotes."""
    data, pieces = quote, list[Piece]()
    for part in parts:
        start = len(data)
        if isinstance(part, Hole):
            data += part.expr
            pieces.append(Hole(part.expr, Span("f", start, len(data))))
        elif isinstance(part, tuple):
            data += part[0]
            pieces.append(Text(part[1], Span("f", start, len(data)), exact=False))
        else:
            data += part
            pieces.append(Text(part, Span("f", start, len(data))))
    data += quote
    return Source("f", data.encode()), Template(tuple(pieces)), Span("f", 0, len(data))


ESCAPED = ('\\"', '"')


def test_double_quotes_with_escapes_and_variables() -> None:
    source, template, span = mixed("[.[] | select(.branch == ", ESCAPED, Hole("${B}"), ESCAPED, ")][0].build_num")
    answer = lower_filter(template, span)
    assert [(r.path, r.values) for r in answer.reads] == [(("[]", "branch"), ()), (("[]", "build_num"), ())]
    assert not answer.escapes
    out = write_reads(answer, Change(root="items", reads=((answer.reads[1], ("[]", "number")),)))
    assert written(source, out.steps) == '"[.items[] | select(.branch == \\"${B}\\")][0].number"'


def test_a_name_in_escaped_quotes_is_renamed() -> None:
    source, template, span = mixed(".[0][", ESCAPED, "path", ESCAPED, "]")
    answer = lower_filter(template, span)
    out = write_reads(answer, Change(root="items", reads=((answer.reads[0], ("[]", "file")),)))
    assert written(source, out.steps) == '".items[0][\\"file\\"]"'


def test_variables_as_values() -> None:
    words = ((".[", "].url"), (".[] | select(.build_num < ", ") | .url"), (".[", "+1].url"), (".[] | .n == ", ""))
    for before, after in words:
        answer = lower_filter(*mixed(before, Hole("$N"), after)[1:])
        assert not answer.escapes, before
        assert answer.roots


def test_variables_that_could_be_any_filter() -> None:
    for parts in ((Hole("$F"),), (".[0]", Hole("$F")), (".", Hole("$F")), (".[] | ", Hole("$F")), (Hole("$F"), " | .url"),
                  ("map(", Hole("$F"), ")"), ("[.[0].url, ", Hole("$F"), "]"), (".[0].a", Hole("$F")), (Hole("$F"), "x"),
                  ("{a: ", Hole("$F"), "}"), ("select(", Hole("$F"), ")"),
                  ("if . then ", Hole("$F"), " else . end")):  # fmt: skip
        assert lower_filter(*mixed(*parts)[1:]).escapes, parts


def test_filters_in_a_row() -> None:
    data = b"jq .[0] | jq -r .build_num"
    first = Template((Text(".[0]", Span("f", 3, 7)),)), Span("f", 3, 7)
    second = Template((Text(".build_num", Span("f", 16, 26)),)), Span("f", 16, 26)
    answer = lower_filters([first, second])
    assert [r.path for r in answer.reads] == [("[]", "build_num")]
    assert len(answer.roots) == 1
    assert not answer.shown
    out = write_reads(answer, Change(root="items", reads=((answer.reads[0], ("[]", "number")),)))
    assert written(Source("f", data), out.steps) == "jq .items[0] | jq -r .number"


def test_rows_keep_runs_apart() -> None:
    # Offsets of two texts may meet: `.b` stands at 2, where `.a` ended.
    answer = lower_filters([(Template((Text(".a", Span("f", 0, 2)),)), Span("f", 0, 2)),
                            (Template((Text(". .b", Span("f", 10, 14)),)), Span("f", 10, 14))])  # fmt: skip
    assert [r.span for r in answer.reads] == [Span("f", 0, 2), Span("f", 12, 14)]


def test_a_bare_word_gets_quotes() -> None:
    source, span = Source("f", b"jq length x"), Span("f", 3, 9)
    answer = lower_filter(Template((Text("length", span),)), span)
    out = write_reads(answer, Change(root="items"))
    assert written(source, out.steps) == "jq '.items | length' x"


def test_a_filter_from_elsewhere_whose_quotes_are_not_known() -> None:
    answer = lower_filter(Template((Text("length", Span("f", 50, 56)),)), Span("f", 3, 9))
    assert "quotes" in write_reads(answer, Change(root="items")).problem
    # Text with a blank in it cannot stand there without quotes.
    answer = lower_filter(Template((Text("map(.a) | length", Span("f", 50, 66)),)), Span("f", 3, 9))
    assert not write_reads(answer, Change(root="items")).problem


def test_made_up_text_cannot_be_written() -> None:
    answer = lower_filter(Template((Text(".[0].url", None),)), Span("f", 0, 9))
    assert write_reads(answer, Change(root="items")).problem
    assert not write_reads(answer, Change()).problem


# --- what cannot be written -----------------------------------------------------------------------------------------


def problem(text: str, **new: str) -> str:
    """Why the fields cannot be renamed in a filter."""
    _, template, span = quoted(text)
    answer = lower_filter(template, span)
    reads = tuple((r, (*r.path[: r.path.index(f) if f in r.path else 0], *to.split(".")))
                  for r in answer.reads for f, to in new.items() if not r.inner and r.path[-1] == f)  # fmt: skip
    assert reads
    return write_reads(answer, Change(root="items", reads=reads)).problem


def test_one_name_for_two_fields() -> None:
    assert problem(".[] | (.a, .b) | .name", name="title") == ""
    _, template, span = quoted(".[] | (.a, .b) | .name")
    answer = lower_filter(template, span)
    leaf = next(r for r in answer.reads if r.path == ("[]", "a", "name"))
    assert "two fields" in write_reads(answer, Change(reads=((leaf, ("[]", "a", "title")),))).problem


def test_steps_that_part() -> None:
    _, template, span = quoted('.[] | .workflows | "\\(.workflow_id) \\(.job_name)"')
    answer = lower_filter(template, span)
    reads = tuple((r, new_path(r)) for r in answer.reads if r.path[-1] == "workflow_id")
    assert "part" in write_reads(answer, Change(root="items", reads=reads)).problem


def test_names_that_are_not_in_one_piece() -> None:
    assert migrate(".[0].workflows | .job_name")[2]
    assert migrate(".[0].workflows?.job_name")[2]
    assert migrate('.[0]["failed"]')[2]
    assert migrate(".[0] | has(\"failed\")")[2]
    assert problem(".[0].url", url="web url")


def test_renaming_one_read_twice_is_one_step() -> None:
    source, template, span = quoted(".[0].a as $x | $x == 1 or $x == 2")
    answer = lower_filter(template, span)
    out = write_reads(answer, Change(reads=tuple((r, ("[]", "b")) for r in answer.reads)))
    assert written(source, out.steps)[4:-1] == ".[0].b as $x | $x == 1 or $x == 2"


# --- bounds ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "(" * 5000, "[" * 3000 + "]" * 3000, "-" * 9000 + "1", ".a" * 9000, ".a or " * 3000 + ".b", ".|" * 9000 + ".", '"\\(' * 3000,
    "if " * 4000, "[.,.]|" * 40 + ".", "[.,[.]]|" * 40 + ".", "{a:.,b:[.]}|" * 40 + ".", ".[]" * 6000, "try " * 5000 + ".",
    ". as $a|" * 2000 + ".", "1//" * 4000 + "1", ".x" * 30000, 
    "{a:" * 3000,
])  # fmt: skip
def test_monsters_end_soon_and_speak(text: str) -> None:
    _, template, span = quoted(text)
    assert lower_filter(template, span).escapes


def test_empty_filter_is_the_input() -> None:
    _, template, span = quoted("")
    assert lower_filter(Template(()), span).shown == (span,)
    assert lower_filter(template, span).shown == (span,)

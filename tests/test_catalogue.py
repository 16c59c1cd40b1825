"""The rule files: what the loader refuses and how it says so, what the shipped rules hold, and which rule a call falls under."""

from __future__ import annotations

import dataclasses
import itertools
import re
from pathlib import Path

import pytest

from v2migrate import catalogue
from v2migrate.errors import RuleError
from v2migrate.match import HOLE, Segment, find, walk_path
from v2migrate.request import Answer, Read, Request
from v2migrate.rule import Example, Rule
from v2migrate.rule_reader import read_rule
from v2migrate.source import Span
from v2migrate.template import Hole, Piece, Template, Text

RULES = {rule.id: rule for rule in catalogue.load()}
ON = tuple(rule for rule in RULES.values() if rule.on)
HERE = Span("x.py", 0, 1)

GOOD = '''
title = "Rest"
kind = "endpoint"
status = "legacy"
why = "It rests."

[[source]]
name = "a page"
url = "https://example.com/"
read = 2026-11-21

[[from]]
method = "GET"
path = "/project/{slug}/{build}/artifacts"
versions = ["v1.1"]

[to]
method = "GET"
path = "/project/{slug}/{build}/artifacts"

[answer]
root = "items"

[[caveat]]
when = "always"
note = "mind the gap"

[[example]]
language = "shell"
before = "true"
'''


def read(text: str, name: str = "rest.toml") -> Rule:
    return read_rule(name, text.encode())


# --- the loader -----------------------------------------------------------------------------------------------------


def test_a_good_rule_is_read() -> None:
    rule = read(GOOD)
    assert (rule.id, rule.title, rule.status, rule.on) == ("rest", "Rest", "legacy", True)
    assert str(rule.routes[0]) == "GET /project/{slug}/{build}/artifacts"
    assert rule.codes == (200,)
    assert rule.answer is not None and rule.answer.root == "items"


RUN = GOOD.replace("[answer]", """[run]
path = "/project/{provider}/{organization}/{project}/pipeline/run"
success = 201
needs = "config"

[run.body]
definition_id = "definition-id"
"config.branch" = "body.branch"

[[run.caveat]]
when = "always"
note = "201 is what counts"

[answer]""").replace('note = "mind the gap"', 'note = "mind the gap"\ntrigger = "pipeline"')


def test_a_rule_has_another_target_where_triggers_are_pipeline_runs() -> None:
    rule = read(RUN)
    assert rule.body is None and rule.codes == (200,) and rule.with_run("") != rule == read(RUN)
    run = rule.with_run("the-id")
    assert str(run.to) == "POST /project/{slug}/pipeline/run" and run.to is not None and run.to.raw
    assert run.body == {"definition_id": "text.the-id", "config.branch": "body.branch"}
    assert (run.codes, run.needs, [c.note for c in run.caveats]) == ((201,), "config", ["201 is what counts"])
    plain = read(GOOD)
    assert plain.with_run("the-id") is plain


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"),
    [
        ("/pipeline/run", "/pipeline/walk", "run.path", "an operation of today's v2"),
        ("{provider}/{organization}/{project}", "{slug}", "run.path", "must be /project/{provider}"),
        ("success = 201", "success = 204", "run.success", "one of 200, 201"),
        ("success = 201", "sucess = 201", "run.sucess", "did you mean `success`?"),
        ('needs = "config"', 'needs = "branch"', "run.needs", "no name in [run.body]"),
        ('"definition-id"', '"definition"', "run.body.definition_id", "must be path.NAME"),
        ('"body.branch"', '"path.branch"', "run.body.config.branch", "no [[from]] path has"),
        ('trigger = "pipeline"', 'trigger = "run"', "caveat[0].trigger", "none of pipeline"),
    ],
)
def test_a_mistake_in_run_names_key_and_remedy(old: str, new: str, key: str, remedy: str) -> None:
    assert old in RUN
    with pytest.raises(RuleError) as caught:
        read(RUN.replace(old, new))
    assert key in str(caught.value) and remedy in str(caught.value)


SEVERAL = GOOD.replace("[answer]", """[several]
to = "GET /project/{slug}/job/{build}"
answers = "POST /workflow/{id}/rerun"
helper = "v2_rest"
requests = "2: to rest, and to rest again"
gives = ["status"]

[several.arguments]
limit = "query.limit"

[several.fits]
limit = '[0-9]+'

[several.gone]
steps = "keep v1.1"

[several.python.requests]
v2_rest = '''
def v2_rest(client, url, **options):
    "Rests (v2migrate: rest)."
    return v2_ask(client, url)
'''

[several.shell.curl]
v2_rest = '''
# Rests (v2migrate: rest).
v2_rest() {
  curl "$@"
}
'''

[answer]""")


def test_a_call_can_become_several(tmp_path: Path) -> None:
    several = read(SEVERAL).several
    assert several is not None and several.answers == (202,)
    (tmp_path / "rest.toml").write_text(SEVERAL)
    (rule,) = (rule for rule in catalogue.load(str(tmp_path)) if rule.id == "rest")
    assert rule.several is not None
    python = dict(rule.several.for_client("python.requests"))
    assert set(python) == {"v2_rest", "v2_ask", "V2Refused"}, "what it calls is taken from the rule that has it"
    assert [name for name, _ in rule.several.for_client("shell.curl")] == ["v2_rest"]
    assert not rule.several.for_client("python.urllib")


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"),
    [
        ("/job/{build}", "/jobs/{build}", "to.path", "no operation of today's v2"),
        ('gives = ["status"]', 'like = "retry-job"', "several.like", "name the rule that has the functions, or give them"),
        ('helper = "v2_rest"', 'helper = "v2_best"', "several.helper", "no function of that name"),
        ('requests = "2', 'request = "2', "several.request", "did you mean `requests`?"),
        ("/rerun", "/walk", "several.answers", "an operation of today's v2"),
        ('"query.limit"', '"body.limit"', "several.arguments.limit", "must be path.NAME or query.NAME"),
        ('"query.limit"', '"path.limit"', "several.arguments.limit", "no [[from]] path has"),
        ("limit = '[0-9]+'", "limit = '[0-9+'", "several.fits.limit", "not a regular expression"),
        ("limit = '[0-9]+'", "offset = '[0-9]+'", "several.fits.offset", "is not one of several.arguments"),
        ("several.python.requests", "several.python.reqests", "several.python.reqests", "did you mean `requests`?"),
        ("return v2_ask(client, url)", "return v2_ask(client, url", "several.python.requests.v2_rest", "does not parse"),
        ("def v2_rest(client", "import os\ndef v2_rest(client", "several.python.requests.v2_rest", "nothing before it"),
        ("# Rests (v2migrate: rest).", "# Rests.", "several.shell.curl.v2_rest", "say `v2migrate`"),
    ],
)
def test_a_mistake_in_several_names_key_and_remedy(old: str, new: str, key: str, remedy: str) -> None:
    assert old in SEVERAL
    with pytest.raises(RuleError) as caught:
        read(SEVERAL.replace(old, new))
    assert key in str(caught.value) and remedy in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "key", "remedy"),
    [
        ('title = "Rest"', "title = Rest", "not TOML", "line 2"),
        ('title = "Rest"', "", "title", "missing"),
        ('title = "Rest"', "title = 7", "title", "must be a str"),
        ('status = "legacy"', 'status = "old"', "status", "gone, sunset, legacy, wrong"),
        ('kind = "endpoint"', 'kind = "endpont"', "kind", "'endpont' is none of endpoint"),
        ('why = "It rests."', 'wyh = "It rests."', "wyh", "did you mean `why`?"),
        ('why = "It rests."', "", "why", "missing"),
        ('status = "legacy"', 'status = "sunset"', "deadline", "has a deadline (YYYY-MM-DD)"),
        ('status = "legacy"', 'status = "legacy"\ndeadline = 2027-02-01', "deadline", "and no other"),
        ('status = "legacy"', 'status = "sunset"\ndeadline = "2027-02-01"', "deadline", "must be a date"),
        ('status = "legacy"', 'status = "sunset"\ndeadline = 2027-02-31', "not TOML", "date"),
        ("[[from]]", "[[form]]", "form", "did you mean `from`?"),
        ("[[from]]", "[from]", "from", "write it as [[from]]"),
        ('method = "GET"\npath = "/project/{slug}/{build}/artifacts"\nversions', 'method = "FETCH"\npath = "/x"\nversions',
         "from[0].method", "'FETCH' is none of GET, POST"),
        ('artifacts"\nversions', 'artifacts/"\nversions', "from[0].path", "without a slash at the end"),
        ('versions = ["v1.1"]', 'versions = ["v1.2"]', "from[0].versions", "v1, v1.1, v2"),
        ('versions = ["v1.1"]', "versions = []", "from[0].versions", "name one or more"),
        ('versions = ["v1.1"]', 'version = ["v1.1"]', "from[0].version", "did you mean `versions`?"),
        ('versions = ["v1.1"]', 'versions = ["v1.1"]\nto = "GET /project/{slug}/artifact"', "to.path",
         "no operation of today's v2 API"),
        ('[to]\nmethod = "GET"\npath = "/project/{slug}/{build}/artifacts"', '[to]\nmethod = "GET"\npath = "/workflow/{id}/job"',
         "to.path", "{id} is not in GET /project/{slug}/{build}/artifacts"),
        ('[to]\nmethod = "GET"\npath = "/project/{slug}/{build}/artifacts"',
         '[to]\nmethod = "GET"\npath = "/project/{slug}/job/{build}/artifacts"', "to.path", "nearest is"),
        ('[to]\nmethod = "GET"', '[to]\nmethod = "POST"', "to.path", "POST /project/{slug}/{build}/artifacts is no operation"),
        ('[to]\nmethod = "GET"\npath = "/project/{slug}/{build}/artifacts"\n', "", "manual", "what people are to do instead"),
        ('root = "items"', 'rot = "items"', "answer.rot", "did you mean `root`?"),
        ('root = "items"', "same = 1", "answer.same", "must be a bool"),
        ('root = "items"', "[answer.fields]\na = 1", "answer.fields.a", "must be a string"),
        ('root = "items"', "[answer.fields]\na.b = 'c'", "answer.fields.a", "quote names that hold a dot"),
        ('when = "always"', 'when = "sometimes"', "caveat[0].when", "must be path.X"),
        ('when = "always"', 'when = "body.a and sometimes"', "caveat[0].when", "` and ` between"),
        ('when = "always"', 'when = "always"\nassume = "luck"', "caveat[0].assume", "personal-token"),
        ('when = "always"', 'when = "always"\nclass = "safe"', "caveat[0].class", "unsafe, manual"),
        ('when = "always"', 'when = "always"\nmatches = "("', "caveat[0].matches", "not a regular expression"),
        ('when = "always"', "", "caveat[0].when", "missing"),
        ('language = "shell"', 'language = "bash"', "example[0].language", "python, shell, yaml"),
        ('before = "true"', 'before = "true"\nafter = "false"', "example[0].class", "safe or unsafe"),
        ('before = "true"', 'before = "true"\nclass = "manual"\nafter = "false"', "example[0].class", "safe or unsafe"),
        ('before = "true"', 'after = "false"\nclass = "safe"', "example[0].before", "missing"),
        ("read = 2026-11-21", 'read = "yesterday"', "source[0].read", "must be a date"),
        ('why = "It rests."', 'why = "It rests."\nreads = "a"', "reads", "must be a list"),
        ('why = "It rests."', 'why = "It rests."\nreads-first = [1]', "reads-first", "list of strings"),
        ("[answer]", '[body]\nbranch = "path.branch"\n\n[answer]', "body.branch", "no [[from]] path has a placeholder {branch}"),
        ("[answer]", '[body]\nbranch = "the.branch"\n\n[answer]', "body.branch", "path.NAME, query.NAME or body.NAME"),
        ("[answer]", '[deadlines]\nbranches = "soon"\n\n[answer]', "deadlines.branches", "must be a date"),
    ],
)  # fmt: skip
def test_a_bad_rule_is_refused_with_file_key_and_remedy(old: str, new: str, key: str, remedy: str) -> None:
    assert old in GOOD
    with pytest.raises(RuleError) as caught:
        read(GOOD.replace(old, new, 1))
    assert (caught.value.file, caught.value.key) == ("rest.toml", key)
    assert remedy in caught.value.remedy
    assert str(caught.value) == f"rest.toml: {key}: {caught.value.remedy}"


@pytest.mark.parametrize("name", ["Rest.toml", "re_st.toml", "-rest.toml", "rest-.toml", "re--st.toml", "9rest.toml"])
def test_the_file_name_is_the_id_and_kebab_case(name: str) -> None:
    with pytest.raises(RuleError, match="kebab-case"):
        read(GOOD, name)


def test_text_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(RuleError, match="not TOML"):
        read_rule("rest.toml", b'title = "\xff"')


def test_a_folder_adds_rules_and_wins(tmp_path: Path) -> None:
    (tmp_path / "rest.toml").write_text(GOOD, "utf-8")
    (tmp_path / "job-artifacts.toml").write_text(GOOD, "utf-8")
    loaded = {rule.id: rule for rule in catalogue.load(str(tmp_path))}
    assert loaded["job-artifacts"].title == loaded["rest"].title == "Rest"
    assert len(loaded) == len(RULES) + 1


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="no such folder"):
        catalogue.load(str(tmp_path / "nowhere"))


# --- what is shipped ------------------------------------------------------------------------------------------------

CALLS = [
    ("POST /project/{slug}", "trigger-job"),
    ("POST /project/{slug}/tree/{branch}", "trigger-job-on-branch"),
    ("POST /project/{slug}/build", "trigger-build"),
    ("POST /project/{slug}/{build}/retry", "retry-job"),
    ("POST /project/{slug}/{build}/ssh", "retry-job-with-ssh"),
    ("POST /project/{slug}/{build}/cancel", "cancel-job"),
    ("GET /recent-builds", "recent-builds"),
    ("GET /project/{slug}", "project-builds"),
    ("GET /project/{slug}/tree/{branch}", "branch-builds"),
    ("GET /project/{slug}/{build}", "job-details"),
    ("GET /project/{slug}/{build}/artifacts", "job-artifacts"),
    ("GET /project/{slug}/latest/artifacts", "latest-artifacts"),
    ("GET /project/{slug}/latest/artifacts/0/docs/index.html", "latest-artifact-file"),
    ("GET /project/{slug}/{build}/tests", "job-tests"),
    ("GET /me", "current-user"),
    ("GET /projects", "projects"),
    ("POST /project/{slug}/follow", "follow-project"),
    ("POST /project/{slug}/unfollow", "unfollow-project"),
    ("POST /project/{slug}/enable", "enable-project"),
    ("POST /project/{slug}/ssh-key", "ssh-key-create"),
    ("DELETE /project/{slug}/ssh-key", "ssh-key-delete"),
    ("GET /project/{slug}/checkout-key", "checkout-key-list"),
    ("POST /project/{slug}/checkout-key", "checkout-key-create"),
    ("GET /project/{slug}/checkout-key/{fingerprint}", "checkout-key-get"),
    ("DELETE /project/{slug}/checkout-key/{fingerprint}", "checkout-key-delete"),
    ("GET /project/{slug}/envvar", "envvar-list"),
    ("POST /project/{slug}/envvar", "envvar-create"),
    ("GET /project/{slug}/envvar/{name}", "envvar-get"),
    ("DELETE /project/{slug}/envvar/{name}", "envvar-delete"),
    ("GET /project/{slug}/settings", "project-settings"),
    ("PUT /project/{slug}/settings", "project-settings"),
    ("GET /user/repos/github", "user-repos"),
    ("DELETE /project/{slug}/build-cache", "clear-build-cache"),
    ("POST /project/{slug}/{build}/ssh-users", "ssh-users"),
    ("POST /user/heroku-key", "heroku-key"),
]
"""Every operation of v1 and v1.1, and the rule it falls under."""

PREVIEW = [
    ("GET /workflow/{id}/jobs", "preview-workflow-jobs", ()),
    ("GET /workflow/{id}/job", "preview-job-times", (("items", "[]", "stop_time"),)),
    ("POST /project/{slug}/job/{build}", "preview-cancel-job", ()),
    ("GET /pipeline/{id}", "preview-pipeline-workflows", (("workflows", "[]", "id"),)),
    ("GET /pipeline/{id}", "preview-pipeline-workflows", (("workflow",),)),
    ("GET /project/{slug}/pipelines", "preview-pipelines", ()),
    ("GET /project/{slug}/pipelines/mine", "preview-pipelines", ()),
    ("GET /project/{slug}/pipelines/main", "preview-pipelines", ()),
    ("GET /project/{slug}/scheduled-workflow", "preview-scheduled-workflow", ()),
    ("GET /project/{slug}/job/{build}/tests", "preview-job-tests", ()),
    ("GET /project/{slug}/envvar", "preview-envvar-list", (("[]", "name"),)),
    ("GET /project/{slug}/checkout-key", "preview-checkout-key-list", (("[]",), ("[]", "fingerprint"))),
]

TODAY = [
    ("GET /me", ()),
    ("GET /workflow/{id}/job", (("items", "[]", "started_at"),)),
    ("GET /workflow/{id}", ()),
    ("GET /pipeline/{id}", (("state",),)),
    ("GET /pipeline/{id}/workflow", (("items", "[]", "id"),)),
    ("GET /project/{slug}", ()),
    ("GET /project/{slug}/pipeline", ()),
    ("POST /project/{slug}/pipeline", ()),
    ("POST /project/github/acme/web/pipeline/run", ()),
    ("GET /project/{slug}/schedule", ()),
    ("GET /project/{slug}/job/{build}", ()),
    ("POST /project/{slug}/job/{build}/cancel", ()),
    ("GET /project/{slug}/{build}/artifacts", (("items", "[]", "url"),)),
    ("GET /project/{slug}/{build}/tests", (("items", "[]", "name"),)),
    ("GET /project/{slug}/envvar", (("items", "[]", "name"),)),
    ("GET /project/{slug}/envvar", ()),
    ("GET /project/{slug}/checkout-key", (("items",), ("items", "[]"))),
    ("GET /project/{slug}/checkout-key", (("[]", "type"), ("items", "[]", "type"))),
    ("DELETE /project/{slug}/envvar/{name}", ()),
    ("POST /workflow/{id}/rerun", ()),
]
"""Calls that are right as they are: no rule may find them."""

KNOWN = {rule for _, rule in CALLS} | {rule for _, rule, _ in PREVIEW} | {"announced-job-tests"}


def test_every_rule_of_the_tables_is_shipped() -> None:
    assert RULES.keys() >= KNOWN


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda r: r.id)
def test_a_rule_says_what_people_need(rule: Rule) -> None:
    assert rule.title and not rule.title.endswith(".")
    assert len(rule.why) > 60
    assert rule.sources and all(source.url.startswith("https://") and source.read for source in rule.sources)
    assert rule.status != "sunset" or rule.link.startswith("https://")
    assert "\n" not in rule.manual and not rule.manual.endswith(".")
    for caveat in rule.caveats:
        assert caveat.note or caveat.assume
        assert "\n" not in caveat.note
    if rule.answer is not None and not rule.answer.same:
        assert not rule.answer.fields.keys() & rule.answer.lost.keys(), "a field is mapped or lost, not both"
        assert all(rule.answer.lost.values()), "a lost field says where to look instead"


def test_the_dates_are_the_current_ones() -> None:
    sunset = {rule.id: str(rule.deadline) for rule in RULES.values() if rule.status == "sunset"}
    triggers = ("trigger-job", "trigger-job-on-branch", "trigger-build", "retry-job", "retry-job-with-ssh")
    assert {name: sunset.get(name) for name in triggers} == dict.fromkeys(triggers, "2027-02-01")
    for name in triggers:
        assert {"v1", "v1.1"} == {v for route in RULES[name].routes for v in route.versions}
    for name in ("projects", "project-settings"):
        assert str(RULES[name].deadlines["branches"]) == "2026-12-07"


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_rule_has_the_examples_it_should(name: str) -> None:
    rule = RULES[name]
    examples = rule.examples
    assert any(not e.klass for e in examples), "one look-alike that is not reported"
    for language in ("python", "shell"):
        mine = [e for e in examples if e.language == language]
        written = rule.several is not None and any(client.startswith(language) for client in rule.several.code)
        if written or (rule.to is not None and not rule.manual):
            assert any(e.after is not None and e.after != e.before for e in mine), f"one {language} example that is rewritten"
        else:
            assert any(e.klass == "manual" for e in mine), f"one {language} example that is reported"
            assert all(e.after is None for e in mine)
    for example in examples:
        assert example.before.endswith("\n") and not example.before.startswith("\n")
        assert bool(example.assumes) <= (example.klass == "unsafe")
        assert (example.after is not None) == (example.klass in ("safe", "unsafe"))


@pytest.mark.parametrize("rule", [r for r in RULES.values() if r.answer is not None and r.id in KNOWN], ids=lambda r: r.id)
def test_an_answer_map_is_shown_at_work(rule: Rule) -> None:
    """Where fields change their names, or the list its place, an example reads the answer and says so."""
    assert rule.answer is not None
    moved = {name.rpartition(".")[2] for name, new in rule.answer.fields.items() if name != new}
    if rule.id.startswith("trigger-"):
        return  # what a trigger answers is lost, all but a time that nobody reads
    if moved:
        reads = [re.compile(rf'[."]{word}\b') for word in moved]
        texts = [(e.before, e.after) for e in rule.examples if e.after is not None]
        assert any(read.search(before) and not read.search(after) for before, after in texts for read in reads)
    if rule.answer.root:
        assert any(e.after is not None and rule.answer.root in e.after for e in rule.examples)
    if rule.answer.lost:
        assert any(e.klass == "manual" for e in rule.examples)


@pytest.mark.parametrize(
    "example", [e for r in RULES.values() for e in r.examples if e.language == "python"], ids=lambda e: e.title or e.klass
)
def test_python_examples_are_python(example: Example) -> None:
    compile(example.before, "before", "exec")
    compile(example.after or "", "after", "exec")


# --- which rule a call falls under ----------------------------------------------------------------------------------


def url(text: str) -> Template:
    """A URL with a hole for each `{name}`."""
    pieces: list[Piece] = [
        Hole(part[1:-1]) if part.startswith("{") else Text(part) for part in re.split(r"(\{\w+\})", text) if part
    ]
    return Template(tuple(pieces))


def call(method: str | None, address: str, *reads: tuple[str, ...]) -> Request:
    answer = Answer(tuple(Read(path, HERE) for path in reads))
    return Request(HERE, "python", "requests", method, url(address), answer=answer)


def ids(request: Request, rules: tuple[Rule, ...] = ON) -> list[str]:
    return [match.rule.id for match in find(request, rules)]


def fill(path: str, slug: str) -> str:
    path = path.replace("{slug}", slug).replace("{build}", "42").replace("{branch}", "main").replace("{name}", "REGION")
    return path.replace("{fingerprint}", "c9:0b:1c:4f").replace("{id}", "5034460f-c7c4-4c43-9457-de07e2029e7b")


SLUGS = [("v1.1", "github/acme/web"), ("v1.1", "bb/acme/web"), ("v1.1", "gh/{org}/{repo}"), ("v1.1", "{vcs}/{org}/{repo}"),
         ("v1", "acme/web"), ("v1", "{org}/{repo}")]  # fmt: skip


@pytest.mark.parametrize(("version", "slug"), SLUGS)
@pytest.mark.parametrize(("operation", "rule"), CALLS)
def test_a_call_finds_its_rule(operation: str, rule: str, version: str, slug: str) -> None:
    method, _, path = operation.partition(" ")
    address = f"https://circleci.com/api/{version}{fill(path, slug)}"
    for tail in ("", "/", "?circle-token={token}", "/?limit=1&circle-token=abc", "#top"):
        assert ids(call(method, address + tail)) == [rule], tail


@pytest.mark.parametrize(("operation", "rule"), CALLS)
def test_a_call_to_a_server_finds_its_rule(operation: str, rule: str) -> None:
    """A Server may have any name; then the path has to be one that only CircleCI has."""
    method, _, path = operation.partition(" ")
    path = fill(path, "github/acme/web")
    assert ids(call(method, "https://circleci.example.com/api/v1.1" + path)) == [rule]
    told = [rule] if path.startswith(("/project/", "/recent-builds")) else []
    for base in ("https://ci.example.com/api/v1.1", "{host}/api/v1.1", "http://{host}:8080/api/v1.1"):
        assert ids(call(method, base + path)) == told, base


@pytest.mark.parametrize(("operation", "rule"), [c for c in CALLS if "{build}" in c[0]])
def test_a_build_number_in_a_variable(operation: str, rule: str) -> None:
    method, _, path = operation.partition(" ")
    address = "https://circleci.com/api/v1.1" + path.replace("{build}", "{number}").replace("{slug}", "github/acme/web")
    assert ids(call(method, address)) == [rule]


@pytest.mark.parametrize(
    ("path", "rules"),
    [
        ("v1.1/project/{username}/{project}/{build_num}", ["job-details"]),
        ("v1.1/project/gh/{slug}/{CIRCLE_PREVIOUS_BUILD_NUM}", ["job-details"]),
        ("v1.1/project/{slug}/{jobNumber}", ["job-details"]),
        ("v1/project/{slug}/{build}", ["job-details"]),
        ("v1.1/project/{vcs}/{org}/{repo}", ["project-builds"]),
        ("v1.1/project/{vcs}/{org}/{build_tool}", ["project-builds"]),
        ("v1.1/project/github/{org}/{numbers}", ["project-builds"]),
    ],
)
def test_the_name_of_the_last_value_tells_a_build_from_a_project(path: str, rules: list[str]) -> None:
    assert ids(call("GET", f"https://circleci.com/api/{path}")) == rules
    assert ids(call("POST", f"https://circleci.com/api/{path}/cancel")) == ["cancel-job"]


@pytest.mark.parametrize(("operation", "rule", "reads"), PREVIEW)
def test_a_call_to_the_preview_finds_its_rule(operation: str, rule: str, reads: tuple[tuple[str, ...], ...]) -> None:
    method, _, path = operation.partition(" ")
    for slug in ("gh/acme/web", "gh/{org}/{repo}", "{slug}"):
        assert ids(call(method, "https://circleci.com/api/v2" + fill(path, slug), *reads)) == [rule]


@pytest.mark.parametrize(("operation", "reads"), TODAY)
def test_a_call_that_is_right_finds_none(operation: str, reads: tuple[tuple[str, ...], ...]) -> None:
    method, _, path = operation.partition(" ")
    for slug in ("gh/acme/web", "gh/{org}/{repo}", "{vcs}/{org}/{repo}", "{slug}", "{org}/{repo}"):
        assert ids(call(method, "https://circleci.com/api/v2" + fill(path, slug), *reads)) == [], slug


def test_the_announced_move_is_off_by_default() -> None:
    tests = call("GET", "https://circleci.com/api/v2/project/gh/acme/web/42/tests")
    assert ids(tests) == []
    assert ids(tests, tuple(RULES.values())) == ["announced-job-tests"]
    assert not RULES["announced-job-tests"].on and RULES["announced-job-tests"].to is None


@pytest.mark.parametrize(
    ("method", "path", "rules"),
    [
        ("GET", "v1.1/project/github/acme/web/latest", []),  # `latest` is no build number
        ("GET", "v1.1/project/github/acme/web/latest/tests", []),
        ("GET", "v1.1/project/github/acme/web/{number}/artifacts", ["job-artifacts"]),
        ("GET", "v1.1/project/{slug}/latest/artifacts", ["latest-artifacts"]),
        ("GET", "v1.1/project/{one}/{two}", ["job-details", "project-builds"]),  # the name of a hole never decides
        ("GET", "v1.1/project/{slug}/{number}/artifacts", ["job-artifacts"]),
        ("GET", "v1.1/project/github/{one}/{two}", ["project-builds"]),  # `org/repo` in one variable is rare
        ("GET", "v1.1/project/github/{org}/{repo}", ["project-builds"]),
        ("GET", "v1.1/project/{slug}", ["project-builds"]),
        ("GET", "v1/project/acme/web/42", ["job-details"]),
        ("GET", "v1/project/acme/web/settings", ["project-settings"]),
        ("POST", "v1.1/project/github/acme/web/build", ["trigger-build"]),
        ("POST", "v1.1/project/{vcs}/{org}/{repo}/build", ["trigger-build"]),
        ("POST", "v1.1/project/github/acme/web/tree/feature/x", ["trigger-job-on-branch"]),
        ("POST", "v1.1/project/github/acme/web/tree/feature%2Fx", ["trigger-job-on-branch"]),
        ("POST", "v1.1/project/github/acme/web/tree/{branch}", ["trigger-job-on-branch"]),
        ("GET", "v1.1/project/github/acme/web/tree/build", ["branch-builds"]),
        ("GET", "v1.1/project/github%2Facme%2Fweb/42", ["job-details"]),
        ("GET", "v1.1/project/acme/web/42", []),  # v1.1 wants the provider
        ("GET", "v1.1/project/github/acme/web/42/43", []),
        ("GET", "v1.1/project/github/acme/web/42/cancel", []),  # another method
        ("DELETE", "v1.1/project/github/acme/web", []),
        ("GET", "v3/projects", []),
        (None, "v1.1/project/github/acme/web/42/cancel", ["cancel-job"]),
        (None, "v1.1/project/github/acme/web/tree/main", ["trigger-job-on-branch", "branch-builds"]),
        (None, "v1.1/project/github/acme/web", ["trigger-job", "project-builds"]),
        (None, "v1.1/project/github/acme/web/envvar/X", ["envvar-delete", "envvar-get"]),
        ("GET", "{version}/me", ["current-user"]),
    ],
)
def test_the_more_literal_path_wins(method: str | None, path: str, rules: list[str]) -> None:
    assert ids(call(method, f"https://circleci.com/api/{path}")) == rules


@pytest.mark.parametrize(
    "address",
    [
        "https://circleci.com/gh/acme/web/42",
        "https://circleci.com/gh/acme/web.svg?style=svg&circle-token=abc",
        "https://app.circleci.com/pipelines/github/acme/web/42",
        "https://42-gh.circle-artifacts.com/api/v1.1/me",
        "https://runner.circleci.com/api/v2/me",
        "https://circleci.com/docs/api",
    ],
)
def test_other_addresses_of_circleci_find_none(address: str) -> None:
    assert ids(call("GET", address)) == []


def test_the_match_knows_the_places() -> None:
    (match,) = find(call("POST", "https://circleci.com/api/v1/project/{org}/web/tree/feature%2Fx/?circle-token={t}"), ON)
    slug, branch = match.place("slug"), match.place("branch")
    assert slug is not None and branch is not None
    assert match.address.text(branch) == "feature%2Fx"
    assert match.address.text(slug).endswith("/web")
    assert (match.address.version, match.address.slash) == ("v1", True)


def test_a_parameter_tells_a_list_of_builds_from_a_build() -> None:
    hole = Hole("x")
    parts = (Text("https://circleci.com/api/v1.1/project/"), hole, Text("/"), hole)
    span = Span("x", 0, 1)
    bare = Request(span, "python", "requests", "GET", Template(parts))
    listed = Request(span, "python", "requests", "GET", Template((*parts, Text("?limit=1"))))
    rules = catalogue.load()
    assert [m.rule.id for m in find(bare, rules)] == ["job-details", "project-builds"]
    assert [m.rule.id for m in find(listed, rules)] == ["project-builds"]


def test_what_may_be_a_build_is_what_the_pattern_says() -> None:
    for size in range(5):
        for text in map("".join, itertools.product("1\u0663a-\n\ue000\uf76f\uf770", repeat=size)):
            segments = [Segment(text, 0, size)]
            wanted = re.fullmatch(rf"\d+|{HOLE}|\d*{HOLE}\d*", text) is not None
            assert (walk_path(segments, ["{build}"], "v1.1") is not None) == wanted, ascii(text)


def test_rules_without_examples_are_the_same_but_for_what_people_read() -> None:
    whole, cut = catalogue.load(), catalogue.load(whole=False)
    assert cut == tuple(dataclasses.replace(rule, examples=(), sources=()) for rule in whole)

"""What a rule's examples do before and after the fix, shown by running them with their real client.

Before: the old API as it is today. After: v1 and v1.1 switched off. Both over the same account. Compared are the effects
on the account, the exit status, and what the program itself selects from the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import proofs
import pytest
import spelled
from emulated import PERSONAL, Outcome, compare, new_emulator, run_example
from tools import need, need_module

from v2migrate import catalogue, engine
from v2migrate.emulator.server import Server
from v2migrate.emulator.settings import Settings
from v2migrate.rule import ASSUMPTIONS, Example, Rule
from v2migrate.rule_several import written_out

ONLY_V2 = Settings(off=("v1", "v1.1"))

BEFORE = {
    **{
        rule: Settings(preview=True, v2_query_token=True)
        for rule in (
            "preview-cancel-job",
            "preview-checkout-key-list",
            "preview-envvar-list",
            "preview-job-times",
            "preview-pipeline-workflows",
            "preview-workflow-jobs",
        )
    },
    "query-token": Settings(v2_query_token=True),
}
"""Where the old program did work in another world than today's: the preview of 2019, or a v2 that takes tokens in URLs."""

NEVER_WORKED = {
    "preview-job-tests": "the route was announced and never shipped",
    "preview-pipelines": "the route was listed and never shipped",
    "preview-scheduled-workflow": "the route was announced and struck out",
    "unknown-v2-route": "no such route, ever",
    "success-status": "the operation never answered with that code",
}
"""Old programs that never did what they were for: the new one has to work, and the old one must be seen to fail."""

CANNOT_RUN: dict[tuple[str, str], str] = {}
"""(rule, title of the example) -> why it cannot be run."""

EXAMPLES = [(rule, number, example) for rule in catalogue.load() for number, example in enumerate(rule.examples, 1)]
CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{example.language}-{number}")
    for rule, number, example in EXAMPLES
    if example.after is not None
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


_RAN: dict[tuple[str, str, Settings, str, bool], Outcome] = {}
"""What came of each old program: it runs once, however many new ones it is compared with."""


def both(
    server: Server, folder: Path, example: Example, before: Settings, text: str | None = None, token: str = PERSONAL,
    after_on: Settings = ONLY_V2,
) -> tuple[Outcome, Outcome]:
    """The runs before and after; `text` stands in for the example's own `after`."""
    shapes = "answer-elsewhere" in example.assumes
    wired = "parameters-wired" in example.assumes
    # A branch whose name has to be encoded in a path, where the program does encode it.
    values: dict[str, Any] = {"token": token} | ({"branch": "feature/login"} if "quote(" in example.before else {})
    old = new_emulator(replace(before, any_parameter=wired))
    new = new_emulator(replace(after_on, any_parameter=wired))
    after = example.after if text is None else text
    assert after is not None
    run = (example.language, example.before, old.settings, token, shapes)
    if run not in _RAN:
        _RAN[run] = run_example(server, old, folder / "before", example.language, example.before, shapes, **values)
    return _RAN[run], run_example(server, new, folder / "after", example.language, after, shapes, **values)


def clients(example: Example) -> None:
    """Skips where the example's own client is not installed."""
    if example.language == "python":
        packages = ("requests", "httpx", "aiohttp", "urllib3", "pycircleci", "circleclient", "circleci")
        need_module(*(name for name in packages if re.search(rf"^\s*(import|from) {name}\b", example.before, re.M)))
    else:
        words = re.findall(r"\b(curl|jq|wget|http|python3)\s", example.before)
        need("bash", *sorted(set(words)))


def differences(rule: Rule, example: Example, before: Outcome, after: Outcome) -> list[str]:
    """Where two runs differ, refused requests included: two programs that both fail show nothing."""
    found = compare(before, after, example.assumes)
    found += [f"before: {each}" for each in before.refused] + [f"after: {each}" for each in after.refused]
    if not before.log or not after.log:
        found.append("no request was made")
    return found


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_fix_keeps_behaviour(
    server: Server, tmp_path: Path, rule: Rule, example: Example, request: pytest.FixtureRequest
) -> None:
    proofs.say(request, rule.id, rule.examples.index(example), example.language, example.klass)
    reason = CANNOT_RUN.get((rule.id, example.title))
    if reason is not None:
        pytest.skip(reason)
    clients(example)
    before, after = both(server, tmp_path, example, BEFORE.get(rule.id, Settings()))
    if rule.id in NEVER_WORKED:
        assert after.exit == 0 and not after.refused and (after.effects or after.out), after.told()
        assert before.refused or before.exit != 0, f"it works, although {NEVER_WORKED[rule.id]}\n{before.told()}"
        return
    found = differences(rule, example, before, after)
    if not any(seen.creates for seen in before.log):
        assert not found, "\n".join([*found, "", "before", before.told(), "", "after", after.told()])
        return
    # The code of this call is only documented (200), and code in the wild waits for 201: both have to be tried. A program
    # that compares the code can be right in one of the two worlds alone, which is what `success-code` assumes.
    other = differences(rule, example, *both(server, tmp_path / "201", example, Settings(v1_created=201)))
    fails = [each for each in (found, other) if each]
    if "success-code" in example.assumes:
        assert len(fails) == 1, "\n".join([*found, *other])
    else:
        assert not fails, "\n".join([*found, *other, "", "before", before.told(), "", "after", after.told()])


BY_HAND = [
    pytest.param(rule, example, id=f"{rule.id}-{example.language}-{number}")
    for rule, number, example in EXAMPLES
    if example.klass == "manual" and example.after is None
]


@pytest.mark.parametrize(("rule", "example"), BY_HAND)
def test_what_is_left_by_hand_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: Rule, example: Example, request: pytest.FixtureRequest
) -> None:
    proofs.say(request, rule.id, rule.examples.index(example), example.language, example.klass)
    monkeypatch.chdir(tmp_path)
    path = Path({"python": "x.py", "shell": "x.sh", "yaml": ".circleci/config.yml"}[example.language])
    path.parent.mkdir(exist_ok=True)
    path.write_text(example.before)
    everything = engine.Options(unsafe=True, assume=frozenset(ASSUMPTIONS), extend=frozenset({rule.id}))
    run, _ = engine.fix([str(path)], everything, write=False)
    (finding,) = (each for each in run.findings if each.rule == rule.id)
    assert finding.fix is None and finding.notes and finding.klass == "manual"
    assert not [each for each in run.fixed if each.rule == rule.id]


def test_there_is_a_proof_for_each_example_that_is_changed(request: pytest.FixtureRequest) -> None:
    proofs.expect(request, len(CASES) + len(BY_HAND))
    kinds = [example.klass for _, _, example in EXAMPLES]
    assert len(CASES) == kinds.count("safe") + kinds.count("unsafe") and len(BY_HAND) == kinds.count("manual")


def respelled() -> Iterator[object]:
    """The first Python example of each rule that can be spelled with another client, with each of these."""
    for rule in catalogue.load():
        for name, spell in spelled.CLIENTS.items():
            for example in rule.examples:
                if example.after is not None and example.language == "python" and (text := spell(example.before)):
                    yield pytest.param(rule, example, text, id=f"{rule.id}-{name}")
                    break


@pytest.mark.parametrize(("rule", "example", "text"), list(respelled()))
def test_a_fix_of_the_same_program_with_another_client_keeps_behaviour(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rule: Rule, example: Example, text: str
) -> None:
    need_module("httpx")
    monkeypatch.chdir(tmp_path)
    path = Path("x.py")
    path.write_text(text)
    run, _ = engine.fix(["x.py"], engine.Options(unsafe=True, extend=frozenset({rule.id})), write=True)
    if "several-calls" in example.assumes and "urlopen" in text:
        assert [finding.klass for finding in run.findings] == ["manual"]  # there is no session to hand to a function
        return
    (fixed,) = run.fixed
    assert (fixed.rule, fixed.klass, set(fixed.assumes)) == (rule.id, example.klass, set(example.assumes))
    other = replace(example, before=text, after=path.read_text())
    before, after = both(server, tmp_path, other, BEFORE.get(rule.id, Settings()))
    if rule.id in NEVER_WORKED:
        assert after.exit == 0 and not after.refused, after.told()
    else:
        found = differences(rule, other, before, after)
        assert not found, "\n".join([*found, other.after or "", before.told(), after.told()])


SEVERAL = [
    pytest.param(rule, examples[0], id=f"{rule.id}-{language}")
    for rule in catalogue.load()
    for language in ("python", "shell")
    if (examples := [e for e in rule.examples if e.language == language and "several-calls" in e.assumes])
]


@pytest.mark.parametrize(("rule", "example"), SEVERAL)
def test_several_calls_read_every_page_and_wait_where_they_are_asked_to(
    server: Server, tmp_path: Path, rule: Rule, example: Example
) -> None:
    clients(example)
    # curl waits a second where it is to wait none, so it is asked once.
    crowded = replace(ONLY_V2, page_size=1, busy=4 if example.language == "python" else 1)
    before, after = both(server, tmp_path, example, BEFORE.get(rule.id, Settings()), after_on=crowded)
    found = [each for each in differences(rule, example, before, after) if not each.endswith(": 429")]
    assert not found, "\n".join([*found, "", "before", before.told(), "", "after", after.told()])
    assert any(seen.status == 429 for seen in after.log)


TURNS_NULL = {
    ("job-artifacts", "shell"): "jq fails on `.[0]` of an error message, and gives null for `.items[0]` of it",
}
"""Where an answer that is an error makes the old program fail, and the new one not: (rule, language)."""


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_a_program_that_is_refused_fails_as_before(
    server: Server, tmp_path: Path, rule: Rule, example: Example
) -> None:
    if rule.id in NEVER_WORKED or (rule.id, example.title) in CANNOT_RUN:
        pytest.skip("nothing to compare with")
    clients(example)
    before, after = both(server, tmp_path, example, BEFORE.get(rule.id, Settings()), token="of-nobody")
    assert before.refused and after.refused and not before.effects and not after.effects
    assert (before.exit == after.exit) is ((rule.id, example.language) not in TURNS_NULL), after.told()


def test_the_lists_name_what_exists() -> None:
    ids = {rule.id for rule in catalogue.load()}
    titled = {(rule.id, example.title) for rule in catalogue.load() for example in rule.examples}
    assert set(BEFORE) | set(NEVER_WORKED) <= ids
    assert set(CANNOT_RUN) <= titled


def test_every_safe_example_is_among_the_cases() -> None:
    run = {(case.values[0].id, case.values[1]) for case in CASES}  # type: ignore[union-attr]
    for rule in catalogue.load():
        for example in rule.examples:
            if example.klass == "safe":
                assert example.after is not None and (rule.id, example) in run, f"{rule.id}: {example.title}"


# --- each fix made wrong on purpose has to fail -----------------------------------------------------------------------

SPOILED = {
    "items-forgotten": (r'\["items"\]', ""),
    "items-forgotten-in-jq": (r"\.items(?=\[)|\.items\b(?!\[)", "."),
    "end-is-start": ("stopped_at", "started_at"),
    "start-is-creation": ("started_at", "created_at"),
    "branch-lost": (r'"branch": branch\b', '"branch": "main"'),
    "branch-lost-in-shell": (r"\$\{?BRANCH\}?", "main"),
    "parameters-lost": (r'"parameters": \{[^}]*\}', '"parameters": {}'),
    "number-is-name": (r'\["number"\]', '["name"]'),
    "value-lost": (r'"value": value|\$REGION', '"value": "x"'),
    "token-lost": (r"(?<=Circle-Token: )\$\{?\w+\}?|(?<=-u \")\$\{?\w+\}?", "nobody"),
    "token-lost-in-python": (r'"Circle-Token": \w+', '"Circle-Token": "nobody"'),
}
"""Slips that a rewriter could make: a pattern in the text after the fix -> what it becomes."""


def spoiled() -> Iterator[object]:
    """Every example whose fix can be made wrong in one of these ways."""
    for rule in catalogue.load():
        for number, example in enumerate(rule.examples, 1):
            for name, (pattern, new) in SPOILED.items():
                if example.after and rule.id not in NEVER_WORKED and example.language != "yaml":
                    # The functions of several calls are spoiled below, where some example has to notice.
                    text = re.sub(pattern, new, example.short)
                    text = written_out(text, rule.several) if rule.several is not None else text
                    if text != example.after:
                        yield pytest.param(rule, example, text, id=f"{rule.id}-{example.language}-{number}-{name}")


@pytest.mark.parametrize(("rule", "example", "text"), list(spoiled()))
def test_a_fix_made_wrong_fails(server: Server, tmp_path: Path, rule: Rule, example: Example, text: str) -> None:
    clients(example)
    found = differences(rule, example, *both(server, tmp_path, example, BEFORE.get(rule.id, Settings()), text))
    assert found, f"this would have passed:\n{text}"


IN_FUNCTIONS = [
    ("project-builds", "python", '"stop_time": job.get("stopped_at")', '"stop_time": job.get("started_at")'),
    ("project-builds", "python", 'vcs.get("revision")', 'pipeline["id"]'),
    ("project-builds", "python", '"job_name": job["name"]', '"job_name": workflow["name"]'),
    ("project-builds", "python", '("status", "success")', '("status", "failed")'),
    ("project-builds", "python", "reverse=True", "reverse=False"),
    ("project-builds", "python", '"page-token": page', '"page": page'),
    ("project-builds", "shell", "vcs_revision: $vcs.revision", "vcs_revision: $vcs.branch"),
    ("project-builds", "shell", "[$offset:$end]", "[:$end]"),
    ("branch-builds", "python", '{"branch": branch}', "{}"),
    ("branch-builds", "python", '"outcome": job["status"]', '"outcome": workflow["status"]'),
    ("branch-builds", "shell", "branch=*) branch=", "branch=*) tag="),
    ("recent-builds", "python", '{"org-slug": slug}', '{"org-slug": "gh/other"}'),
    ("latest-artifacts", "python", "number = max(", "number = min("),
    ("latest-artifacts", "shell", "filter=completed", "filter=failed"),
    ("retry-job", "python", 'each.get("job_number") == job["number"]', 'each.get("job_number")'),
    ("retry-job-with-ssh", "python", "enable_ssh=True", "enable_ssh=False"),
    ("retry-job-with-ssh", "shell", "enable_ssh=true", "enable_ssh=false"),
]
"""Slips in the functions that make several calls: (rule, language, text, what it becomes)."""


@pytest.mark.parametrize(("name", "language", "old", "new"), IN_FUNCTIONS)
def test_a_function_made_wrong_fails_in_some_example(
    server: Server, tmp_path: Path, name: str, language: str, old: str, new: str
) -> None:
    rule = next(rule for rule in catalogue.load() if rule.id == name)
    examples = [e for e in rule.examples if e.language == language and e.after and old in e.after]
    assert examples, "no example has this text"
    paged = replace(ONLY_V2, page_size=1 if language == "python" else 20)
    for number, example in enumerate(examples):
        clients(example)
        assert example.after is not None
        text = example.after.replace(old, new)
        if differences(rule, example, *both(server, tmp_path / str(number), example, Settings(), text, after_on=paged)):
            return
    pytest.fail("this would have passed")


# --- the comparison itself: wrong fixes have to fail it -------------------------------------------------------------

DETAILS = """
import requests

def took(token, number):
    build = requests.get(f"https://circleci.com/api/v1.1/project/gh/acme/web/{number}", headers={"Circle-Token": token}).json()
    print(build["stop_time"])
"""
FIXED_DETAILS = DETAILS.replace("v1.1", "v2").replace("web/{number}", "web/job/{number}")
TRIGGER = """
curl -s -X POST -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/gh/acme/web/tree/$BRANCH"
"""
FIXED_TRIGGER = TRIGGER.replace("v1.1", "v2").replace("tree/$BRANCH", "pipeline")
ARTIFACTS = """
curl -s -u "$CIRCLE_TOKEN:" "https://circleci.com/api/v1.1/project/gh/acme/web/$NUMBER/artifacts" | jq -r '.[0].url'
"""
DECLARED = """
import requests

def deploy(token, version):
    requests.post(
        "https://circleci.com/api/v1.1/project/gh/acme/web/tree/develop",
        headers={"Circle-Token": token},
        json={"build_parameters": {"VERSION": version}},
    ).raise_for_status()
"""

WRONG = [
    pytest.param(
        "python", DETAILS, FIXED_DETAILS.replace("stop_time", "started_at"), "printed", id="stop-is-not-start"
    ),
    pytest.param("python", DETAILS, FIXED_DETAILS, "exit status", id="field-kept-its-old-name"),
    pytest.param("shell", TRIGGER, FIXED_TRIGGER, "effects", id="branch-lost"),
    pytest.param("shell", ARTIFACTS, ARTIFACTS.replace("v1.1", "v2"), "printed", id="items-forgotten"),
    pytest.param("shell", ARTIFACTS, ARTIFACTS, "after: GET", id="not-moved"),
    pytest.param(
        "python",
        DECLARED,
        DECLARED.replace("v1.1", "v2").replace("tree/develop", "pipeline").replace("build_parameters", "parameters"),
        "effects",
        id="branch-lost-beside-parameters",
    ),
]
RIGHT = [
    ("python", DETAILS, FIXED_DETAILS.replace("stop_time", "stopped_at")),
    (
        "shell",
        TRIGGER,
        FIXED_TRIGGER.replace("-u", '-H "Content-Type: application/json" -d "{\\"branch\\": \\"$BRANCH\\"}" -u'),
    ),
    ("shell", ARTIFACTS, ARTIFACTS.replace("v1.1", "v2").replace(".[0]", ".items[0]")),
    (
        "python",
        DECLARED,
        DECLARED.replace("v1.1", "v2")
        .replace("tree/develop", "pipeline")
        .replace('"build_parameters"', '"branch": "develop", "parameters"'),
    ),
]


def judged(server: Server, folder: Path, language: str, before: str, after: str) -> list[str]:
    """The differences between two programs, a branch other than the default one being asked for."""
    need_module("requests")
    need("bash", "curl", "jq")
    example = Example(language, before, after, "unsafe", ("all-workflows",))
    rule = catalogue.load()[0]
    old, new = new_emulator(), new_emulator(ONLY_V2)
    return differences(
        rule,
        example,
        run_example(server, old, folder / "before", language, before, branch="develop"),
        run_example(server, new, folder / "after", language, after, branch="develop"),
    )


@pytest.mark.parametrize(("language", "before", "after", "because"), WRONG)
def test_a_wrong_fix_fails(
    server: Server, tmp_path: Path, language: str, before: str, after: str, because: str
) -> None:
    found = judged(server, tmp_path, language, before, after)
    assert any(each.startswith(because) for each in found), found


@pytest.mark.parametrize(("language", "before", "after"), RIGHT)
def test_the_same_fix_made_right_passes(server: Server, tmp_path: Path, language: str, before: str, after: str) -> None:
    assert not judged(server, tmp_path, language, before, after)


PARTED = {
    "python-new-base-wrapper": ({"envvar", "me", "checkout-key", "artifacts"}, {"42", "recent-builds"}),
    "python-new-base-token": ({"envvar", "checkout-key"}, {"web", "me", "recent-builds"}),
    "python-new-base-derived": ({"envvar", "checkout-key", "me"}, {"web", "main", "projects"}),
    "python-new-base-chain": ({"envvar", "checkout-key", "me"}, {"web", "main"}),
}
"""Folders of `testdata/fix` in which some calls get a base of their own: what then asks v2, and what stays on v1.1."""


@pytest.mark.parametrize("name", PARTED)
def test_a_client_with_two_bases_serves_both_apis(server: Server, tmp_path: Path, name: str) -> None:
    """What stays still works on v1.1, what moved asks v2 and no longer v1.1."""
    need_module("requests")
    folder = Path(__file__).parent.parent / "testdata" / "fix" / name
    texts = [(folder / name).read_text() for name in ("before.py", "after.py")]
    before, after = (
        run_example(server, new_emulator(), tmp_path / str(i), "python", text) for i, text in enumerate(texts)
    )
    assert before.exit == 0 and not before.refused, before.told()
    assert not compare(before, after) and not after.refused, after.told()
    assert all("/api/v1.1/" in seen.path for seen in before.log) and len(before.log) == len(after.log)
    moved = {seen.path.partition("?")[0].rpartition("/")[2] for seen in after.log if "/api/v2/" in seen.path}
    stayed = {seen.path.partition("?")[0].rpartition("/")[2] for seen in after.log if "/api/v1.1/" in seen.path}
    assert (moved, stayed) == PARTED[name]


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_a_second_constant_in_another_file_is_read(server: Server, tmp_path: Path, name: str) -> None:
    """`testdata/projects/new-base`: each way to read a constant of another file."""
    need_module("requests")
    folder = Path(__file__).parent.parent / "testdata" / "projects" / "new-base"
    ran = []
    for side in ("before", "after"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "settings.py").write_bytes((folder / side / "settings.py").read_bytes())
        text = (folder / side / f"{name}.py").read_text()
        ran.append(run_example(server, new_emulator(), tmp_path / side, "python", text))
    assert ran[0].exit == 0 and not ran[0].refused and not ran[1].refused, ran[1].told()
    assert not compare(ran[0], ran[1])
    assert {s.path.split("/")[-1] for s in ran[1].log if "/api/v1.1/" in s.path} == ({"projects"} if name == "a" else set())


def test_one_job_is_not_all_workflows_unless_that_is_granted(server: Server, tmp_path: Path) -> None:
    need("bash", "curl")
    _, before, after = RIGHT[1]
    example = Example("shell", before, after, "safe")
    assert any("effects" in each for each in compare(*both(server, tmp_path, example, Settings())))


@pytest.mark.parametrize("fails", ["-f", ""])
def test_artifacts_of_no_build_are_what_curl_is_told_to_make_of_them(server: Server, tmp_path: Path, fails: str) -> None:
    """`curl -f` fails, also where the function that asks v2 finds no build; else an error is an answer like another."""
    need("bash", "curl", "jq")
    url = "https://circleci.com/api/v1.1/project/github/acme/web/latest/artifacts?branch=nobody"
    before = f'curl -s {fails} -H "Circle-Token: $TOKEN" "{url}" > /dev/null || echo failed\n'
    _, changed = engine.fix((), engine.Options(unsafe=True), write=False, given={"a.sh": before.encode()})
    after = changed["a.sh"][1].decode()
    ran = [run_example(server, new_emulator(), tmp_path / side, "shell", text) for side, text in (("b", before), ("a", after))]
    assert ran[0].out == ran[1].out == ("failed\n" if fails else ""), [each.told() for each in ran]
    assert "v2_latest_artifacts" in after and all("/api/v2/" in seen.path for seen in ran[1].log)

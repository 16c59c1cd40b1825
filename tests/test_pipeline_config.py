"""A project's config: what runs of it, and the byte edits that make it take what calls send."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from v2migrate.pipeline_config import reads, runs
from v2migrate.pipeline_config.document import Document
from v2migrate.pipeline_config.patch import patch
from v2migrate.pipeline_config.proof import prove
from v2migrate.pipeline_config.runs import Start, Undecided
from v2migrate.pipeline_config.wants import Unpatchable, Wants, snippet, together
from v2migrate.source import apply_edits

CONFIG = """\
version: 2.1

# who builds it
orbs:
  node: circleci/node@5

jobs:
  build:
    docker:
      - image: cimg/base:current
    steps:
      - run: make
  deploy:   # to the servers
    docker:
      - image: cimg/base:current
    environment:
      # near the users
      REGION: eu
    steps:
      - run: ./deploy.sh "$VERSION" "${REGION}"

workflows:
  main:  # on every push
    jobs:
      - build
      - deploy:
          requires: [build]
# the end
"""


def wired(job: str, *names: str) -> Wants:
    return Wants(dict.fromkeys(names, "string"), (job,), given=dict.fromkeys(names, (job,)))


def wide(*names: str) -> Wants:
    return Wants(dict.fromkeys(names, "string"), wide=frozenset(names))


def made(config: str, wants: Wants, **scripts: str) -> str:
    data = config.encode()
    found = patch("c.yml", data, wants, lambda name: scripts[name].encode() if name in scripts else None)
    after = apply_edits(data, found.edits)
    again = patch("c.yml", after, wants, lambda name: None if name not in scripts else scripts[name].encode())
    assert not again.edits, "a second patch has nothing to do"
    return after.decode()


def refused(config: str, wants: Wants, **scripts: str) -> str:
    with pytest.raises(Unpatchable) as reason:
        made(config, wants, **scripts)
    return str(reason.value)


def changed(before: str, after: str) -> list[str]:
    """The lines that came, in order; none may go."""
    left = iter(after.split("\n"))
    out = []
    for line in before.split("\n"):
        for other in left:
            if other == line:
                break
            out.append(other)
        else:
            raise AssertionError(f"{line!r} is gone")
    return out + list(left)


# --- parameters -------------------------------------------------------------------------------------------------------


def test_a_parameter_is_declared_and_given_to_the_jobs_that_read_it() -> None:
    after = made(CONFIG, wide("VERSION", "REGION"))
    assert after == CONFIG.replace(
        "version: 2.1\n",
        'version: 2.1\n\nparameters:\n  VERSION:\n    type: string\n    default: ""\n'
        "  REGION:\n    type: string\n    default: eu\n",
    ).replace(
        "    environment:\n      # near the users\n      REGION: eu\n",
        "    environment:\n      VERSION: << pipeline.parameters.VERSION >>\n      # near the users\n"
        "      REGION: << pipeline.parameters.REGION >>\n",
    )


def test_crlf_and_a_missing_newline_at_the_end_are_kept() -> None:
    plain = CONFIG.removesuffix("# the end\n").rstrip("\n")
    wants = wired("deploy", "VERSION")
    after = made(plain.replace("\n", "\r\n"), wants)
    assert after.replace("\r\n", "\n") == made(plain, wants)
    assert after.count("\n") == after.count("\r\n")
    assert after.endswith("run-deploy >>\r\n    jobs:\r\n      - deploy")


def test_parameters_come_above_those_that_there_are() -> None:
    declared = "parameters:  # ours\n    # at night\n    nightly:\n        type: boolean\n        default: false\n\n"
    config = CONFIG.replace("# who", declared + "# who")
    lines = changed(config, made(config, wide("VERSION")))
    assert lines == ["    VERSION:", "        type: string", '        default: ""',
                     "      VERSION: << pipeline.parameters.VERSION >>"]  # fmt: skip
    assert "parameters:  # ours\n    VERSION:" in made(config, wide("VERSION"))


def test_a_read_in_a_script_or_in_a_command_counts() -> None:
    config = CONFIG.replace("- run: make", "- run: ./ci/build.sh")
    lines = changed(config, made(config, wide("FLAVOUR"), **{"ci/build.sh": "make -e F=${FLAVOUR:-plain}\n"}))
    assert lines[-2:] == ["    environment:", "      FLAVOUR: << pipeline.parameters.FLAVOUR >>"]
    command = "commands:\n  ship:\n    steps:\n      - when:\n          condition: true\n          steps:\n"
    command += "            - run: echo $FLAVOUR\n\njobs:"
    config = CONFIG.replace("jobs:", command, 1).replace("- run: make", "- ship")
    assert "      FLAVOUR: << pipeline.parameters.FLAVOUR >>" in changed(config, made(config, wide("FLAVOUR")))


def test_what_was_not_seen_is_said() -> None:
    config = CONFIG.replace("- run: make", "- node/install")
    found = patch("c.yml", config.encode(), wide("VERSION"), lambda name: None)
    assert "not seen: whether node/install reads a parameter" in found.notes
    assert "`VERSION` of the project's settings or of a context no longer reaches deploy" in found.notes
    assert "(not seen: what node/install does)" in refused(config, wide("OTHER"))


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("version: 2.1", "version: 2", "of version 2, and pipeline parameters need 2.1"),
        ("version: 2.1", "version: 2.1\nsetup: true", "setup of a dynamic config"),
        ("version: 2.1", "version: 2.1\nparameters: {a: {type: string, default: b}}", "written in braces"),
        ("version: 2.1", "version: 2.1\nparameters:\n  VERSION:\n    type: integer\n    default: 1",
         "declares `VERSION` as integer"),
        ('"$VERSION"', '"$OTHER"', "no job of it is seen to read `VERSION`"),
        ("$VERSION", "${VERSION-latest}", "does not take an empty `VERSION` for none"),
        ("$VERSION", "${VERSION?}", "does not take an empty `VERSION` for none"),
        ("    environment:\n", "    environment: &env\n", ""),
        ("  build:\n", "  build:\n    environment: *env\n", "does not parse"),
        ("      REGION: eu", "      VERSION: $OTHER", "to what cannot be a default"),
        ("      REGION: eu", "      VERSION: true", "to what cannot be a default"),
        ("    environment:\n      # near the users\n      REGION: eu\n", "    environment: {REGION: eu}\n", "written in braces"),
        ("    environment:\n      # near the users\n      REGION: eu\n", "    environment:\n      - REGION: eu\n",
         "is no mapping"),
        ("cimg/base:current\n    environment:", "cimg/base:current\n        environment:\n          VERSION: 1\n    environment:",
         "set by the executor"),
        ("jobs:\n", "x: &x\n  environment:\n    A: b\njobs:\n", ""),
        ("{{", "{{", ""),
    ],
)  # fmt: skip
def test_what_is_not_sure_is_left_alone(old: str, new: str, why: str) -> None:
    config = CONFIG.replace(old, new, 1)
    if why:
        assert why in refused(config, wide("VERSION"))
    else:
        made(config, wide("VERSION"))


def test_what_merge_keys_and_templates_bring_is_left_alone() -> None:
    config = CONFIG.replace("jobs:\n", "x: &x\n  environment:\n    A: b\n\njobs:\n", 1)
    config = config.replace("    environment:\n      # near the users\n      REGION: eu\n", "    <<: *x\n")
    assert "comes from a merge key" in refused(config, wide("VERSION"))
    shared = CONFIG.replace("    environment:\n", "    environment: &env\n") + "x: *env\n"
    assert "shared by an alias" in refused(shared, wide("VERSION"))
    assert "does not parse" in refused("{% if a %}\n" + CONFIG, wide("VERSION"))


# --- jobs -------------------------------------------------------------------------------------------------------------


def test_a_job_gets_a_workflow_and_the_others_keep_out() -> None:
    lines = changed(CONFIG, made(CONFIG, wired("deploy", "VERSION")))
    assert lines == [
        "parameters:", "  VERSION:", "    type: string", '    default: ""', "  run-deploy:", "    type: boolean",
        "    default: false", "", "      VERSION: << pipeline.parameters.VERSION >>",
        "    unless: << pipeline.parameters.run-deploy >>",
        "  run-deploy:", "    when: << pipeline.parameters.run-deploy >>", "    jobs:", "      - deploy",
    ]  # fmt: skip


CONDITIONS = [
    ("when: << pipeline.parameters.p >>", "when:\n      and:\n        - << pipeline.parameters.p >>\n        - not: R"),
    ("unless: << pipeline.parameters.p >>", "unless:\n      or:\n        - << pipeline.parameters.p >>\n        - R"),
    ("when: {not: << pipeline.parameters.p >>}",
     "when:\n      and:\n        - {not: << pipeline.parameters.p >>}\n        - not: R"),
    ("when:\n      and:\n        - << pipeline.parameters.p >>",
     "when:\n      and:\n        - not: R\n        - << pipeline.parameters.p >>"),
    ("when:\n      and: [<< pipeline.parameters.p >>]", "when:\n      and: [{not: R}, << pipeline.parameters.p >>]"),
    ("unless:\n      or: [<< pipeline.parameters.p >>]", "unless:\n      or: [R, << pipeline.parameters.p >>]"),
    ("when:\n      or:\n        - equal: [main, << pipeline.git.branch >>]\n        # or so\n"
     "        - << pipeline.parameters.p >>",
     "when:\n      and:\n        - or:\n            - equal: [main, << pipeline.git.branch >>]\n            # or so\n"
     "            - << pipeline.parameters.p >>\n        - not: R"),
    ("unless:\n        equal: [main, << pipeline.git.branch >>]",
     "unless:\n      or:\n        - equal: [main, << pipeline.git.branch >>]\n        - R"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), CONDITIONS)
def test_a_condition_is_joined(before: str, after: str) -> None:
    declared = "version: 2.1\n\nparameters:\n  p:\n    type: boolean\n    default: true\n"
    config = CONFIG.replace("version: 2.1\n", declared).replace("push\n", f"push\n    {before}\n")
    expected = after.replace("R", "<< pipeline.parameters.run-deploy >>")
    assert f"  main:  # on every push\n    {expected}\n    jobs:\n" in made(config, wired("deploy"))


def test_a_job_that_only_the_program_knows_is_one_enum() -> None:
    after = made(CONFIG, Wants({"VERSION": "string"}, any_job=True))
    config = yaml.safe_load(after)
    assert config["parameters"]["run-job"] == {"type": "enum", "enum": ["none", "build", "deploy"], "default": "none"}
    assert runs.jobs(config, Start({}, "main")) == {"main": ("build", "deploy")}
    assert runs.jobs(config, Start({"run-job": "deploy"}, "topic")) == {"run-deploy": ("deploy",)}
    assert runs.environment(config, "deploy", Start({"run-job": "deploy", "VERSION": "7"})) == {"VERSION": "7", "REGION": "eu"}
    assert runs.environment(config, "build", Start({"VERSION": "7"})) == {}


def test_a_tag_needs_a_filter() -> None:
    config = yaml.safe_load(made(CONFIG, Wants({}, ("deploy",), tag=True)))
    assert runs.jobs(config, Start({"run-deploy": True}, tag="v1")) == {"run-deploy": ("deploy",)}
    assert runs.jobs(config, Start({}, tag="v1")) == {}


def test_several_calls_are_served_by_one_patch() -> None:
    wants = together([wired("deploy", "VERSION"), wired("build"), Wants({}, any_job=True), wide("REGION")])
    config = yaml.safe_load(made(CONFIG, wants))
    for job in ("build", "deploy"):
        for sent in ({f"run-{job}": True}, {"run-job": job}):
            assert runs.jobs(config, Start(sent, "main")) == {f"run-{job}": (job,)}


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("deploy:   #", "ship:   #", "no job `deploy`"),
        ("deploy:   # to the servers\n", "deploy:\n    parameters:\n      to:\n        type: string\n", "needs parameters"),
        ("push\n", "push\n    when: pipeline.git.branch == 'main'\n", "is an expression"),
        ("push\n", "push\n    when: << pipeline.project.type >>\n", "`pipeline.project.type` is not known"),
        ("push\n", "push\n    <<: *w\n", "does not parse"),
        ("    jobs:\n      - build\n", "    jobs:\n      - build: {filters: pipeline.git.tag}\n", "is an expression"),
        ("  main:", "  run-deploy:\n    jobs: [build]\n  main:", "a workflow `run-deploy` already"),
        ("# who", "parameters:\n  run-deploy:\n    type: string\n    default: a\n# who", "a parameter `run-deploy` already"),
    ],
)
def test_a_job_that_would_not_run_alone_for_sure_is_left_alone(old: str, new: str, why: str) -> None:
    assert why in refused(CONFIG.replace(old, new, 1), wired("deploy"))


def test_without_workflows_nothing_can_be_kept_out() -> None:
    config = CONFIG[: CONFIG.index("workflows:")]
    assert "no workflows" in refused(config, wired("deploy"))
    assert changed(config, made(config, wide("VERSION")))


def test_a_workflow_on_a_schedule_stays_as_it_is() -> None:
    night = "  night:\n    triggers:\n      - schedule: {cron: 0 0 * * *, filters: {branches: {only: main}}}\n    jobs: [build]\n"
    config = CONFIG.replace("# the end\n", night)
    assert night in made(config, wired("deploy"))


# --- the check of the result ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("    unless: << pipeline.parameters.run-deploy >>\n", "", "not just the job `deploy` would run"),
        ("default: false", "default: true", "without the new parameters other jobs would run"),
        ("      - deploy\n# the", "      - build\n# the", "not just the job `deploy` would run"),
        ("VERSION: << pipeline.parameters.VERSION >>", "VERSION: << pipeline.parameters.run-deploy >>", "would not reach"),
        ('default: ""', "default: 1", "another `VERSION`"),
        ("REGION: eu", "REGION: us", "more would change"),
        ("- run: make", "- run: make all", "more would change"),
    ],
)
def test_a_patch_that_is_wrong_does_not_pass(old: str, new: str, why: str) -> None:
    wants = wired("deploy", "VERSION")
    after = made(CONFIG, wants)
    assert old in after
    where = {"VERSION": ("deploy",)}
    assert prove(Document(CONFIG.encode()), Document(after.encode()), wants, where) == ""
    assert why in prove(Document(CONFIG.encode()), Document(after.replace(old, new, 1).encode()), wants, where)


# --- the evaluator ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("true", True), ("false", False), ("0", False), ("{and: [true, false]}", False), ("{or: [false, true]}", True),
        ("{not: {or: []}}", True), ("{equal: [main, << pipeline.git.branch >>]}", True), ("{equal: [1, 1.0]}", False),
        ("{matches: {pattern: '^ma.*$', value: << pipeline.git.branch >>}}", True), ("<< pipeline.parameters.flag >>", False),
        ("<< pipeline.parameters.text >>", True), ("<< pipeline.git.tag >>", False), ("x<< pipeline.git.tag >>", True),
    ],
)  # fmt: skip
def test_logic_statements(condition: str, holds: bool) -> None:
    config = yaml.safe_load(
        "parameters: {flag: {type: boolean, default: false}, text: {type: string, default: a}}\n"
        f"workflows: {{w: {{when: {condition}, jobs: [a]}}, u: {{unless: {condition}, jobs: [b]}}}}"
    )
    assert runs.jobs(config, Start({}, "main")) == ({"w": ("a",)} if holds else {"u": ("b",)})


@pytest.mark.parametrize(
    "condition", ["always", "{xor: [true]}", "[true]", "{matches: {pattern: a, value: a}}", "{and: [], or: []}"]
)
def test_what_is_not_known_is_not_decided(condition: str) -> None:
    with pytest.raises(Undecided):
        runs.jobs(yaml.safe_load(f"workflows: {{w: {{when: {condition}, jobs: [a]}}}}"), Start({}, "main"))


@pytest.mark.parametrize(
    ("filters", "branch", "tag", "runs_then"),
    [
        ("", "main", "", True), ("", "", "v1", False), ("branches: {only: main}", "main", "", True),
        ("branches: {only: [/rel.*/]}", "main", "", False), ("branches: {ignore: main}", "main", "", False),
        ("tags: {only: /v.*/}", "", "v1", True), ("tags: {only: /x.*/}", "", "v1", False),
        ("tags: {only: /.*/}, branches: {ignore: /.*/}", "main", "", False),
    ],
)  # fmt: skip
def test_filters(filters: str, branch: str, tag: str, runs_then: bool) -> None:
    config = yaml.safe_load(f"workflows: {{w: {{jobs: [{{a: {{filters: {{{filters}}}}}}}]}}}}")
    assert bool(runs.jobs(config, Start({}, branch, tag))) is runs_then


# --- reads ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "seen", "strict"),
    [
        ("echo $X", True, False), ("echo ${X:-a}", True, False), ("echo ${X-a}", True, True), ("echo $XY", False, False),
        ("echo ${X%%.*}", True, False), ("[ -v X ]", True, True), ("os.environ['X']", True, True),
        ('os.environ.get("X") or "a"', True, False), ('os.environ.get("X", "a")', True, True), ("$(X)", True, False),
        ("process.env.X || 1", True, False), ("process.env.X ?? 1", True, True), ("make X", False, False),
    ],
)  # fmt: skip
def test_reads(text: str, seen: bool, strict: bool) -> None:
    found = reads.of_job({"jobs": {"a": {"steps": [{"run": text}]}}}, "a", lambda name: None)
    assert (found.reads("X"), found.tells_empty("X")) == (seen, strict)


def test_the_snippet_is_yaml_that_does_what_it_says() -> None:
    wants = together([wired("deploy", "VERSION"), Wants({"FORCE": "boolean"}, any_job=True)])
    given: dict[str, Any] = yaml.safe_load(snippet(wants))
    assert set(given) == {"parameters", "jobs", "workflows"}
    assert given["workflows"]["run-deploy"] == {"when": "<< pipeline.parameters.run-deploy >>", "jobs": ["deploy"]}
    assert given["parameters"]["FORCE"] == {"type": "boolean", "default": False}

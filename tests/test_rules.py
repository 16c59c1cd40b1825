"""Every example of every rule, through the real engine: found, classed, rewritten as the rule file says, and only once.

`pytest tests/test_rules.py --update` writes the tool's own text into `after` of the rule files: read every line of it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from v2migrate import catalogue, engine, rule_table
from v2migrate.finding import Finding, Run
from v2migrate.rule import Example, Rule
from v2migrate.rule_several import shortened

NAMES = {"python": "x.py", "shell": "x.sh", "yaml": ".circleci/config.yml"}
RULES = catalogue.load()
CASES = [(rule, number, example) for rule in RULES for number, example in enumerate(rule.examples)]
IDS = [f"{rule.id}-{number}-{example.language}" for rule, number, example in CASES]
EACH = pytest.mark.parametrize(("rule", "number", "example"), CASES, ids=IDS)


def put(example: Example, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(folder)
    path = Path(NAMES[example.language])
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(example.before.encode())
    return path


def options(rule: Rule, *, unsafe: bool = False) -> engine.Options:
    """All rules as they are on by default; a rule that is off is selected."""
    return engine.Options(unsafe=unsafe, select=frozenset() if rule.on else frozenset({rule.id}))


def of(rule: Rule, run: Run) -> list[Finding]:
    assert not [result.problem for result in run.results if result.problem]
    return [finding for finding in run.findings if finding.rule == rule.id]


@EACH
def test_an_example_is_found_and_classed(
    rule: Rule, number: int, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(example, tmp_path, monkeypatch)
    found = of(rule, engine.check([str(path)], options(rule)))
    if not example.klass:
        assert not found
        return
    (finding,) = found
    assert (finding.klass, set(finding.assumes)) == (example.klass, set(example.assumes)), finding
    if rule.kind != "library":  # those have the date of the endpoint behind the method
        assert finding.deadline == rule.deadline or finding.deadline in rule.deadlines.values()
    assert not finding.candidates
    if example.after is not None:
        assert finding.fix is not None, finding.withheld
    else:
        assert finding.fix is None
        assert finding.notes


@EACH
def test_an_example_is_rewritten_once(
    rule: Rule,
    number: int,
    example: Example,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    path = put(example, tmp_path, monkeypatch)
    engine.fix([str(path)], options(rule, unsafe=True), write=True)
    made = path.read_bytes().decode()
    if request.config.getoption("--update") and example.after is not None and made != example.after:
        update(rule, number, made)
    elif example.klass:
        assert made == (example.before if example.after is None else example.after)
    run, changed = engine.fix([str(path)], options(rule, unsafe=True), write=True)
    assert not changed, "a second fix proposes nothing"
    if example.after is not None:
        assert not of(rule, run), "what was rewritten is not reported again"
        assert not [f for f in run.findings if f.status == "sunset"]


@EACH
def test_a_safe_example_is_rewritten_without_being_asked(
    rule: Rule, number: int, example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(example, tmp_path, monkeypatch)
    engine.fix([str(path)], options(rule), write=True)
    made = path.read_bytes().decode()
    if example.klass == "safe":
        assert made == example.after
    elif example.klass:
        assert made == example.before


def test_text_behind_a_variable_moves_with_every_call_or_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`/cancel` would go right behind `$N`, in a URL that another call reads as well."""
    monkeypatch.chdir(tmp_path)
    path = Path("x.sh")
    path.write_text(
        'U="https://circleci.com/api/v2/project/gh/acme/web/job/$N"\n'
        'curl -s -H "Circle-Token: $T" "$U"\n'
        'curl -s -X POST -H "Circle-Token: $T" "$U"\n',
        "utf-8",
    )
    run, changed = engine.fix(["x.sh"], engine.Options(unsafe=True), write=False)
    assert not changed
    (finding,) = run.findings
    assert (finding.rule, finding.fix) == ("preview-cancel-job", None)
    assert "x.sh:2" in finding.withheld


def update(rule: Rule, number: int, made: str) -> None:
    """Put `made` into the `after` of example `number` of the rule's file, which is written as `after = '''`."""
    path = Path(rule_table.folder(), f"{rule.id}.toml")
    parts = re.split(r"(?m)^(?=\[\[example\]\]$)", path.read_bytes().decode())
    assert "'''" not in made
    made = shortened(made, rule.several) if rule.several is not None else made
    part, count = re.subn(r"(?ms)^after = '''\n.*?'''$", lambda _: f"after = '''\n{made}'''", parts[number + 1])
    assert count == 1
    parts[number + 1] = part
    path.write_bytes("".join(parts).encode())


def request_lines(rule: Rule, language: str, folder: Path) -> set[str]:
    """Method and path, values as `{}`, of the calls in a rule's examples in one language that the rule is about."""
    suffix = {"python": "py", "shell": "sh"}[language]
    out = set()
    for number, example in enumerate(e for e in rule.examples if e.language == language and e.klass):
        path = folder / f"x{number}.{suffix}"
        path.write_text(example.before)
        for finding in of(rule, engine.check([str(path)], options(rule))):
            line = re.sub(r"\$\{?\w+\}?|\{[^}]*\}|\d+", "{}", re.sub(r"^.*?/api/v[\d.]+|\?.*", "", finding.url))
            out.add(f"{finding.method} {line}")
    return out


@pytest.mark.parametrize("rule", [r for r in RULES if r.routes and r.kind != "library"], ids=lambda r: r.id)
def test_python_and_shell_lower_to_the_same_request_line(rule: Rule, tmp_path: Path) -> None:
    python, shell = request_lines(rule, "python", tmp_path), request_lines(rule, "shell", tmp_path)
    assert python & shell, f"python: {sorted(python)}; shell: {sorted(shell)}"

"""The work for a file grows as the file does: many findings cost no more each than few. No clock is read (`growth`)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from growth import growth, work

from v2migrate import cli
from v2migrate.report import json, sarif

LIMIT = 2.2
"""Twice the findings may cost so many times as much: 2, and a little for what a sort or a number of more digits takes."""

API = "https://circleci.com/api/v1.1"
GET = 'curl -fsS -H "Circle-Token: $T" {1}/project/gh/acme/web{0}/{0}/artifacts | jq -r ".[].url"'
POST = 'curl -X POST -H "Circle-Token: $T" {1}/project/gh/acme/web{0}/ssh-key'
PYTHON = """\
def f{0}(n):
    r = requests.get({1} + "/project/gh/acme/web/" + n + "/artifacts", headers={{"Circle-Token": t}})
    return [a["url"] for a in r.json()]
"""
SHAPES: dict[str, tuple[str, str, str, str]] = {
    # name: the file, its head, what stands in it again and again, and the base URL in that
    "alone in shell": ("a.sh", "", f"{GET}\n", API),
    "on one base in shell": ("a.sh", f"A={API}\n", f"{GET}\n", "$A"),
    "alone in Python": ("a.py", "import requests\n", PYTHON, f'"{API}"'),
    "on one base in Python": ("a.py", f'import requests\nA = "{API}"\n', PYTHON, "A"),
    "in YAML": ("a.yml", "steps:\n", f"  - run: |\n      {GET}\n", API),
    "left to people": ("a.sh", "", f"{POST}\n", API),
    "kept quiet": ("a.sh", "", f"{POST} # v2migrate: ignore\n", API),
}
RUNS = {
    **{form: ("check", "--output-format", form) for form in ("text", "json", "sarif", "gitlab", "html")},
    "fix": ("fix", "--unsafe-fixes"),
    "diff": ("fix", "--unsafe-fixes", "--diff"),
    "todo": ("fix", "--todo"),
}
PAIRS = (
    *((shape, run) for shape in SHAPES for run in ("html", "fix")),
    *(("on one base in shell", run) for run in ("text", "json", "sarif", "gitlab", "diff")),
    *((shape, "todo") for shape in ("alone in Python", "in YAML", "left to people")),
)
AFTER = ("engine", "plan", "judge", "exempt", "suppress", "source", "own_base", "verify", "diff", "wiring", "baseline",
         "markers/", "report/", "commands/")  # fmt: skip
"""What comes after the analysis."""


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()
    for module in (json, sarif):
        monkeypatch.setattr(module, "MANY_EDITS", 8)


def file_of(shape: str) -> Callable[[int], None]:
    """Writes the file of a shape, with so many calls in it."""
    name, head, call, base = SHAPES[shape]

    def write(count: int) -> None:
        Path(name).write_text(head + "".join(call.format(number, base) for number in range(count)))

    return write


def run_of(shape: str, arguments: tuple[str, ...]) -> Callable[[int], Callable[[], object]]:
    """Makes a run of the command line over the file of a shape."""

    def made(count: int) -> Callable[[], object]:
        file_of(shape)(count)
        return lambda: _quietly("--jobs", "1", *arguments, SHAPES[shape][0])

    return made


def _quietly(*arguments: str) -> None:
    out = io.TextIOWrapper(io.BytesIO(), "utf-8")
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        assert cli.main([arguments[2], *arguments[:2], *arguments[3:]]) in (0, 1)


@pytest.mark.parametrize(("shape", "run"), PAIRS)
def test_what_follows_the_analysis_grows_with_the_findings(shape: str, run: str) -> None:
    run_of(shape, RUNS[run])(2)()
    assert growth(run_of(shape, RUNS[run]), 12, AFTER) <= LIMIT


def test_the_measure_tells_a_line_from_a_square() -> None:
    from v2migrate.source import Cover, Span

    def line(size: int) -> Callable[[], object]:
        return lambda: Cover(Span("a", n, n + 1) for n in range(size))

    def square(size: int) -> Callable[[], object]:
        return lambda: [Cover(Span("a", n, n + 1) for n in range(size)) for _ in range(size)]

    assert growth(line, 50) == pytest.approx(2, abs=0.05)
    assert growth(square, 50) == pytest.approx(4, abs=0.3)
    assert work(line(50), ("plan",)) == 0


def test_the_config_of_the_own_project_is_worked_out_once_for_its_triggers() -> None:
    Path(".git/config").write_text('[remote "origin"]\n\turl = https://github.com/acme/web\n')
    Path(".circleci").mkdir()
    Path(".circleci/config.yml").write_text(
        "version: 2.1\njobs:\n  build:\n    docker: [{image: a}]\n    steps: [checkout]\nworkflows:\n  main:\n    jobs: [build]\n"
    )
    body = """-H "Content-Type: application/json" -d '{"build_parameters": {"V": "x"}}'"""
    call = f'curl -f -X POST -H "Circle-Token: $T" {body} {API}/project/gh/acme/web/tree/main\n'

    def made(count: int) -> Callable[[], object]:
        Path("a.sh").write_text(call * count)
        return lambda: _quietly("--jobs", "1", "check", ".")

    made(2)()
    assert growth(made, 8, (*AFTER, "pipeline_config/")) <= LIMIT
    assert work(made(8), ("pipeline_config/patch",)) > 0

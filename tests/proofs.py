"""What the tests showed of each rule's examples, and the README's table of it. Knows results, and runs nothing.

A test that shows something says so with the property `shown`; after a run of all of them the table is compared with the
README (`--update` writes it). A run of some of the tests has nothing to say about the table.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

README = Path(__file__).parent.parent / "README.md"
SHOWN, ALL = "shown", "all that is to be shown"
_MARKS = re.compile(r"(<!-- proofs -->\n).*?(<!-- end proofs -->)", re.S)
_LANGUAGES = {"python": "Python", "shell": "shell", "yaml": "shell in YAML"}
_KINDS = ("safe", "unsafe", "manual")


class Proofs:
    """A plug-in of pytest's main process: it hears of every test, also of those that other processes run."""

    def __init__(self, update: bool) -> None:
        self._update = update
        self._shown: dict[str, tuple[str, str, str]] = {}
        self._expected = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Takes down what a test that passed has shown."""
        if report.when != "call":
            return
        for name, value in report.user_properties:
            if name == ALL:
                self._expected = int(str(value))
            elif name == SHOWN and report.passed:
                rule, example, language, kind = str(value).split(" ")
                self._shown[f"{rule} {example}"] = (rule, language, kind)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compares the table with the README's, where all of it was shown."""
        if not self._expected or len(self._shown) != self._expected:
            return
        old = README.read_text("utf-8")
        new = _MARKS.sub(lambda m: f"{m[1]}\n{table(self._shown)}\n\n{m[2]}", old)
        if old != new and self._update:
            README.write_text(new, "utf-8")
        elif old != new:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
            print("\nREADME.md: the table of proofs is not what this run has shown; pytest --update writes it")


def say(request: pytest.FixtureRequest, rule: str, example: int, language: str, kind: str) -> None:
    """Notes that the running test shows this of an example, should it pass; `kind`: safe, unsafe or manual."""
    request.node.user_properties.append((SHOWN, f"{rule} {example} {language} {kind}"))


def expect(request: pytest.FixtureRequest, count: int) -> None:
    """Notes how many examples there are to be shown something of."""
    request.node.user_properties.append((ALL, str(count)))


def table(shown: Mapping[str, tuple[str, str, str]]) -> str:
    """The README's table."""
    lines = [
        "| examples in | rules | proved safe | proved under assumptions | left by hand |",
        "| --- | --- | --- | --- | --- |",
    ]
    for language, name in {**_LANGUAGES, "": "all"}.items():
        rows = [row for row in shown.values() if language in (row[1], "")]
        count = Counter(kind for _, _, kind in rows)
        cells = [len({rule for rule, _, _ in rows}), *(count[kind] for kind in _KINDS)]
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)

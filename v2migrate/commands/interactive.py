"""`fix --interactive`: show each fix, ask, remember the answer. Knows a terminal, not how a fix is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import IO, TYPE_CHECKING

from v2migrate.commands.terminal import UNATTENDED, wants_color, width
from v2migrate.errors import UsageError
from v2migrate.finding import FileResult, Finding, Run
from v2migrate.records import replace
from v2migrate.report import text, words
from v2migrate.source import Edit, Source

if TYPE_CHECKING:
    from v2migrate.options import Options

Sources = Callable[[str], Source | None]
_HELP = "y: make this fix    n: leave it    a: make it, and all more of this rule    q: leave it and all that follow"


def start(paths: Sequence[str], options: Options, color: str) -> tuple[Asker, Options]:
    """Who is asked before each fix, and the options with the assumptions that the user grants here.

    Raises UsageError where nobody can be asked.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or any(os.environ.get(name) for name in UNATTENDED):
        raise UsageError("--interactive asks, and there is no terminal to ask on; leave it out")
    from v2migrate import engine

    asker = Asker(sys.stdin, sys.stdout, options, color=wants_color(color, sys.stdout), width=width(sys.stdout))
    run = engine.check(paths, options)
    granted = asker.assumptions(run) if not options.unsafe else ()
    return asker, replace(options, assume=options.assume | frozenset(granted))


class Asker:
    """Asks on `output`, reads answers from `input`. Called by the engine before each fix that it could make."""

    def __init__(self, input: IO[str], output: IO[str], options: Options, *, color: bool = False, width: int = 0) -> None:
        self._input, self._output = input, output
        self._options, self._color, self._width = options, color, width
        self._rules: set[str] = set()
        self._ended = False
        self._answers: dict[tuple[Edit, ...], bool] = {}
        self._refused: set[tuple[str, str, str]] = set()

    def assumptions(self, run: Run) -> tuple[str, ...]:
        """The open assumptions of the run's fixes that the user grants; each is asked for once."""
        from v2migrate.rule import ASSUMPTIONS

        names: Mapping[str, int] = words.open_assumptions(run)
        granted = []
        for name, times in names.items():
            self._write(f"{words.number(times, 'fix').replace('fixs', 'fixes')} assume{'s' if times == 1 else ''} {name}: "
                        f"{ASSUMPTIONS.get(name, '')}\n")  # fmt: skip
            answer = self._ask("Is that so? [y/n/q] ", "ynq", "y: it is    n: it may not be    q: grant none of the rest")
            if answer == "q":
                break
            if answer == "y":
                granted.append(name)
        if names:
            self._write("\n")
        return tuple(granted)

    def __call__(self, finding: Finding, source: Sources) -> bool:
        """Shall the fix of `finding` be made? `source` gives the files as they are now."""
        assert finding.fix is not None
        edits = finding.fix.edits
        # Calls that share text are fixed together: one question for all of them.
        if edits in self._answers:
            return self._answers[edits]
        # A fix that had to wait comes again with other offsets; what was refused once is not asked for again.
        mark = (finding.rule, finding.span.path, finding.url)
        if self._ended or mark in self._refused:
            return False
        if finding.rule not in self._rules:
            answer = self._question(finding, source)
            if answer == "a":
                self._rules.add(finding.rule)
            self._ended = answer == "q"
            if answer in "nq":
                self._refused.add(mark)
            self._answers[edits] = answer in "ya"
        else:
            self._answers[edits] = True
        return self._answers[edits]

    def _question(self, finding: Finding, source: Sources) -> str:
        run = Run((FileResult(finding.span.path, (finding,)),), today=self._options.today)
        for part in text.report(run, source, color=self._color, width=self._width):
            self._write(part)
        return self._ask("Make this fix? [y/n/a/q/?] ", "ynaq", _HELP)

    def _ask(self, prompt: str, answers: str, explained: str) -> str:
        """One of `answers`; the end of the input means quit."""
        while True:
            self._write(prompt)
            self._output.flush()
            line = self._input.readline()
            if not line:
                self._write("\n")
                return "q"
            said = line.strip().lower()
            if said in ("yes", "no", "all", "quit"):
                said = said[0]
            if len(said) == 1 and said in answers:
                return said
            self._write(explained + "\n")

    def _write(self, said: str) -> None:
        self._output.write(said)

"""Whole programs, grown at random, run with their real clients before and after `fix`: what they do has to stay the same.

Knows how two runs are compared, and nothing of how a program is grown. `PYTHONPATH=tests python -m fuzz.programs` runs it.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType

from emulated import PERSONAL, Outcome, compare, mask, new_emulator

from v2migrate import engine
from v2migrate.emulator.server import Server
from v2migrate.emulator.settings import Settings
from v2migrate.finding import Finding
from v2migrate.options import Options

from .grow import Program, grow

OLD = ("v1", "v1.1")
EXCUSES = {"answer-elsewhere": ("exit", "printed"),  "personal-token": ("exit", "printed", "effects")}
"""Assumptions that excuse a difference of these kinds: not all that becomes of the answer was read, or no token was seen."""


@dataclass(frozen=True, slots=True)
class Case:
    """A program before and after a fix. `fixed` are the findings that were fixed, `left` those that were not."""

    name: str
    before: str
    after: str
    fixed: tuple[Finding, ...]
    left: tuple[Finding, ...]

    @property
    def assumes(self) -> frozenset[str]:
        """What the fixes rest on, beyond what is granted to everyone."""
        return frozenset(name for finding in self.fixed for name in finding.assumes)


def cases(program: Program) -> Iterator[tuple[str, Case]]:
    """The program's fix by safe fixes alone, and by all where that is another one; `none`: nothing is fixed."""
    before = program.text.encode()
    seen = before
    for kind, unsafe in (("safe", False), ("unsafe", True)):
        run, changed = engine.fix((), Options(unsafe=unsafe), write=False, given={program.name: before})
        after = changed.get(program.name, (before, before))[1]
        if after != seen:
            yield kind, Case(program.name, program.text, after.decode(), run.fixed, run.findings)
        elif unsafe and after == before:
            yield "none", Case(program.name, program.text, program.text, (), run.findings)
        seen = after


class Bench:
    """One emulator and one nursery of Pythons for many programs. A context manager."""

    def __init__(self) -> None:
        self._server = Server()
        self._folder = tempfile.TemporaryDirectory(prefix="v2migrate-programs-")
        self._numbers = itertools.count()
        self._pythons: subprocess.Popen[str] | None = None

    def __enter__(self) -> Bench:
        self._server.start()
        self._environment = self._server.environment(
            {"PATH": os.environ["PATH"], "HOME": self._folder.name, "LANG": "C.UTF-8", "CIRCLE_TOKEN": PERSONAL,
             "PYTHONDONTWRITEBYTECODE": "1"})  # fmt: skip
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pythons is not None and self._pythons.stdin is not None:
            self._pythons.stdin.close()
            self._pythons.wait()
        self._server.stop()
        self._folder.cleanup()

    def differences(self, case: Case) -> list[str]:
        """Where the two programs differ, in words."""
        assumes = case.assumes
        found = []
        for created in (200, 201):
            old = self.run(case.name, case.before, Settings(v1_created=created), assumes)
            # Where a call is left, it needs the old API: then only a call that was fixed may not be seen there.
            off = () if case.left else OLD
            any_parameter = "parameters-wired" in assumes
            new = self.run(case.name, case.after, Settings(v1_created=created, off=off, any_parameter=any_parameter), assumes)
            found.append(compare(old, new, tuple(assumes)))
            if found[-1]:
                found[-1] += ["", f"before (v1 creates with {created})", old.told(), "", "after", new.told()]
            if not any(seen.creates for seen in old.log):
                break
        if "success-code" in assumes and (len(found) == 1 or not all(found)):
            return []  # right in one of the two worlds, as is assumed; of a call that creates nothing there is one alone
        return list(itertools.chain.from_iterable(found))

    def run(self, name: str, text: str, settings: Settings, assumes: frozenset[str]) -> Outcome:
        """Runs one program against an account of its own."""
        emulator = new_emulator(settings)
        if "answer-elsewhere" in assumes:  # v2 has no such status, which is what it assumes of those that are read
            for job in emulator.account.jobs():
                job.v1_status = job.status
        self._server.emulator = emulator
        folder = Path(self._folder.name) / str(next(self._numbers))
        folder.mkdir()
        if name.endswith(".py"):
            (folder / "program.py").write_text(text)
            exit_ = self._python(folder)
        else:
            (folder / "program.sh").write_text(text)
            with (folder / "stdout").open("wb") as out, (folder / "stderr").open("wb") as err:
                done = subprocess.run(["bash", "program.sh"], cwd=folder, env=self._environment, stdin=subprocess.DEVNULL,
                                      stdout=out, stderr=err, timeout=60, check=False, start_new_session=True)  # fmt: skip
            exit_ = done.returncode
        out_text, err_text = ((folder / stream).read_bytes().decode("utf-8", "replace") for stream in ("stdout", "stderr"))
        files = [p for p in sorted(folder.iterdir()) if p.name not in ("stdout", "stderr", "program.py", "program.sh")]
        out_text += "".join(f"\nfile {p.name}: {p.read_text().rstrip()}" for p in files)
        return Outcome(exit_, mask(out_text, spelled(emulator.bodies)), err_text, tuple(emulator.effects), tuple(emulator.log))

    def _python(self, folder: Path) -> int:
        if self._pythons is None:
            self._pythons = subprocess.Popen([sys.executable, str(Path(__file__).with_name("forked.py"))], text=True,
                                             env=self._environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
        assert self._pythons.stdin is not None and self._pythons.stdout is not None
        self._pythons.stdin.write(f"{folder}\n")
        self._pythons.stdin.flush()
        return int(self._pythons.stdout.readline())


def spelled(bodies: list[str]) -> list[str]:
    """The bodies, and as `jq .` prints them: an answer that is shown as a whole is none that the program selects from."""
    return [*bodies, *(json.dumps(json.loads(body), indent=2, ensure_ascii=False) for body in bodies if body[:1] in "[{")]


def batch(seed: int, first: int, count: int, language: str = "", kept: Path | None = None) -> Counter[str]:
    """Grows `count` programs and compares; what differs is printed, and `kept` in a folder."""
    counts: Counter[str] = Counter()
    with Bench() as bench:
        for number in range(first, first + count):
            program = grow(Random(f"{seed}/{number}"), language)
            counts["programs"] += 1
            for kind, case in cases(program):
                if kind == "none":
                    counts["refused" if case.left else "not seen"] += 1
                    why = sorted({f"{f.rule}: {f.withheld or ' | '.join(f.notes)}" for f in case.left})
                    _note(kept, f"{seed}-{number}-refused", case, why)
                    continue
                counts[kind] += 1
                found = bench.differences(case)
                if found and excused(case, found):
                    counts["excused"] += 1
                    _note(kept, f"{seed}-{number}-{kind}-excused", case, found)
                elif found:
                    counts[f"{kind} differs"] += 1
                    _note(kept, f"{seed}-{number}-{kind}-differs", case, found)
    return counts


def excused(case: Case, found: list[str]) -> bool:
    """Whether the assumptions that the fixes name say that it may differ so."""
    allowed = {kind for name in case.assumes for kind in EXCUSES.get(name, ())}
    kinds = {each.partition(" ")[0] for each in found if each.startswith(("exit status", "printed", "effects"))}
    if {"exit", "printed"} <= allowed & kinds:
        allowed.add("effects")  # it ended before it came to them
    return kinds <= allowed


def _note(kept: Path | None, name: str, case: Case, found: list[str]) -> None:
    if kept is None:
        return
    kept.mkdir(parents=True, exist_ok=True)
    fixed = [f"{f.rule} ({f.klass}; {', '.join(f.assumes)}): {' | '.join(f.notes)}" for f in case.fixed]
    after = [] if case.after == case.before else ["=== after", case.after]
    (kept / name).write_text("\n".join(["=== found", *found, "=== fixed", *fixed, "=== before", case.before, *after]))


def main() -> int:
    """Run batches; the exit code is 1 where something differs."""
    parser = argparse.ArgumentParser(prog="fuzz.programs", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--first", type=int, default=0, help="the number of the first program of the seed")
    parser.add_argument("--count", type=int, default=0, help="so many programs, whatever the time")
    parser.add_argument("--language", choices=("python", "shell"), default="")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-programs"), help="where differences are put")
    asked = parser.parse_args()
    end, counts, first = time.monotonic() + asked.minutes * 60, Counter[str](), asked.first
    while time.monotonic() < end:
        counts += batch(asked.seed, first, asked.count or 100, asked.language, asked.keep)
        first += asked.count or 100
        print(f"seed {asked.seed}, to {first}: {dict(counts)}", flush=True)
        if asked.count:
            break
    return 1 if any("differs" in name for name in counts) else 0


if __name__ == "__main__":
    sys.exit(main())

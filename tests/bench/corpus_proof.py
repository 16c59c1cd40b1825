"""Other people's programs on the emulated CircleCI: each as it was, and as fixed, and what came of it. Measured, not quoted.

    python tests/bench/corpus_proof.py FOLDER [--python VENV] [--only WORD] [--update-readme]

FOLDER holds files of public repositories as `owner+name/path`; they are not part of this project. `corpus_proof.toml` says
for each how it is run: with which arguments, variables, files beside it, and stand-ins for programs that are not CircleCI's
business (`docker`, `adb`). VENV holds the Python packages that they import. All of it runs as `v2migrate prove` runs things:
in a copy, with an empty home and the network shut, and not at all where it cannot be shut.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from v2migrate import engine
from v2migrate.emulator import fixture
from v2migrate.errors import UsageError, V2migrateError
from v2migrate.finding import Finding
from v2migrate.options import Options
from v2migrate.rehearse import proof, run, verdict
from v2migrate.rehearse.calls import token_names
from v2migrate.rule import ASSUMPTIONS

TABLE = Path(__file__).with_suffix(".toml")
README = Path(__file__).parents[2] / "README.md"
MARKS = re.compile(r"(<!-- corpus -->\n).*?(<!-- end corpus -->)", re.S)
SAFE, ASSUMING, MANUAL, DIFFERS, FAILED = "safe", "assuming", "manual", "differs", "not run"
"""What can come of a file: proved, proved with its assumptions granted, nothing to rewrite, differing, not run whole."""

_SECONDS = 60.0


@dataclasses.dataclass(frozen=True)
class Case:
    """A file of the table, what came of it and why, and how many of its calls were seen on the wire."""

    path: str
    came: str
    why: str
    calls: int = 0
    seen: int = 0
    stays: int = 0
    known: str = ""
    """Why it is known to differ, in the table's words."""


def measured(folder: Path, entry: Mapping[str, Any], venv: Path | None) -> Case:
    """Runs one file of the table."""
    repository, _, path = entry["path"].partition("/")
    with tempfile.TemporaryDirectory(prefix="v2migrate-corpus-") as name:
        root = Path(name) / repository.partition("+")[2]
        _lay_out(folder / repository, root, entry)
        account = _account(Path(name), entry.get("account", ""))
        with _inside(root, entry, venv):
            try:
                return _compared(entry, root / path, account)
            except (UsageError, V2migrateError) as error:
                return Case(entry["path"], FAILED, str(error))


def _compared(entry: Mapping[str, Any], file: Path, account: Path | None) -> Case:
    plan = run.Plan(
        ("bash", "-c", f'PATH="$PWD/.stubs:$PATH"; {entry["run"]}'), account=account, settings={"v1_anonymous": True},
        tokens=token_names(["."]), servers=frozenset(entry.get("servers", ())), timeout=_SECONDS,
    )  # fmt: skip
    options = Options(unsafe=True, hosts=plan.servers)
    found, changed = engine.fix([os.path.relpath(file)], options, write=False)
    findings = [f for f in engine.check([os.path.relpath(file)], options).findings if f.method]
    stays = [finding for finding in found.findings if finding.status != "wrong"]
    if not changed:
        settings = {**plan.settings, "any_parameter": True}
        outcome = run.run(dataclasses.replace(plan, settings=settings))
        if why := _not_whole(outcome, entry):
            return Case(entry["path"], FAILED, why)
        why = next((f"{f.rule}: {f.withheld or (f.notes or ('',))[0]}" for f in stays), "no call was found")
        return Case(entry["path"], MANUAL, why, len(findings), _seen(outcome, findings), len(stays))
    safe = all(finding.klass == "safe" for finding in found.fixed)
    if not safe:
        options = dataclasses.replace(options, assume=frozenset(ASSUMPTIONS))
    old, new, origin = proof.versions([file], None, options)
    shown = proof.prove(plan, old, new, origin, options, _world(stays))
    before = shown.worlds[0].before
    calls = (len(findings), _seen(before, findings), len(stays))
    if (why := _not_whole(before, entry)) or shown.code == 2:
        return Case(entry["path"], FAILED, why or shown.why, *calls)
    if shown.code == 1:
        words = [each.text for world in shown.worlds for each in world.differs]
        return Case(entry["path"], DIFFERS, "; ".join(dict.fromkeys(words)), *calls, entry.get("differs", ""))
    assumed = sorted({name for finding in found.fixed for name in finding.assumes})
    return Case(entry["path"], SAFE if safe else ASSUMING, ", ".join(assumed), *calls)


def _world(stays: list[Finding]) -> Mapping[str, object]:
    """What has to answer for the program to run as fixed: what was left as it is goes on asking v1."""
    if any(finding.status == "sunset" for finding in stays):
        return {}
    return proof.AFTER_SUNSET if stays else proof.ONLY_V2


def _not_whole(outcome: run.Outcome, entry: Mapping[str, Any]) -> str:
    """Why a run does not count as one of the whole program; empty: it does."""
    if not outcome.log:
        return f"no request was seen (exit {outcome.exit}: {_last(outcome.err)})"
    if outcome.exit != entry.get("exit", 0):
        return f"it ended with {outcome.exit}: {_last(outcome.err)}"
    # A refusal is no success, whatever the program makes of it.
    refused = [f"{seen.method} {seen.path}: {seen.status}" for seen in outcome.log if seen.status >= 400]
    return f"refused: {refused[0]}" if refused else ""


def _last(text: str) -> str:
    return text.strip().rpartition("\n")[2][:200] or "nothing on stderr"


def _seen(outcome: run.Outcome, findings: list[Finding]) -> int:
    """How many of the calls were made."""
    made = {f.fingerprint for seen in outcome.log if (f := verdict.locate(seen, "", findings)) is not None}
    return sum(any(verdict.locate(seen, "", [f]) is not None for seen in outcome.log) or f.fingerprint in made
               for f in findings)  # fmt: skip


def _lay_out(repository: Path, root: Path, entry: Mapping[str, Any]) -> None:
    """The repository's files, with those that the table adds and the stand-ins, as a git repository with one commit."""
    for old in sorted(repository.rglob("*")):
        if old.is_file():
            new = root / old.relative_to(repository)
            new.parent.mkdir(parents=True, exist_ok=True)
            new.write_bytes(old.read_bytes())
    stubs = {"sleep": "", **entry.get("stubs", {})}
    added = entry.get("files", {}) | {f".stubs/{name}": f"#!/bin/sh\n{text}\n" for name, text in stubs.items()}
    for name, text in added.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if name.startswith(".stubs/") else 0o644)
    who = ("-c", "user.name=a", "-c", "user.email=a@b", "-c", "commit.gpgsign=false")
    origin = f"https://github.com/{repository.name.replace('+', '/', 1)}.git"
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "x"), ("remote", "add", "origin", origin)):
        subprocess.run(("git", "-C", str(root), *who, *command), check=True, capture_output=True)


def _account(folder: Path, more: str) -> Path | None:
    """The shipped account with what the table adds; None: what is lacking is made up."""
    if not more:
        return None
    path = folder / "account.toml"
    path.write_text(Path(fixture.__file__).with_name("account.toml").read_text("utf-8") + more)
    return path


@contextlib.contextmanager
def _inside(root: Path, entry: Mapping[str, Any], venv: Path | None) -> Iterator[None]:
    """In the folder, with the table's variables and nothing of the user's."""
    kept, here = dict(os.environ), Path.cwd()
    path = [*([str(venv / "bin")] if venv else []), kept["PATH"]]
    os.environ.clear()
    os.environ.update({"PATH": os.pathsep.join(path), "LANG": "C.UTF-8", "HOME": kept.get("HOME", "/")})
    os.environ.update({"PYTHONDONTWRITEBYTECODE": "1", **entry.get("env", {})})
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(here)
        os.environ.clear()
        os.environ.update(kept)


def language(path: str) -> str:
    """What a row of the README is about."""
    return "Python" if path.endswith(".py") or "python" in path.rpartition("/")[2] else "shell"


def table(cases: list[Case], day: str) -> str:
    """The README's table."""
    lines = [
        f"Measured on {day}, {len(cases)} files with their drivers in `tests/bench/corpus_proof.toml`:",
        "",
        "| files of others | run whole | proved safe | proved under assumptions | left by hand | differ | could not be run |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in ("shell", "Python", "all"):
        count = collections.Counter(case.came for case in cases if name in (language(case.path), "all"))
        whole = sum(count.values()) - count[FAILED]
        cells = [whole, *(count[each] for each in (SAFE, ASSUMING, MANUAL, DIFFERS, FAILED))]
        lines.append(f"| {name} | {' | '.join(map(str, cells))} |")
    part = sum(case.came in (SAFE, ASSUMING) and case.stays > 0 for case in cases)
    if part:
        lines += ["", f"Of the proved ones, {part} keep calls on v1.1 that stay by hand; the others ask v2 alone."]
    known = collections.Counter(case.known or "for no known reason" for case in cases if case.came == DIFFERS)
    lines += ["", *(f"Of those that differ, {count}: {why}." for why, count in known.items())] if known else []
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Runs the table; 1 where a file differs and the table does not say why."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--python", type=Path, metavar="VENV")
    parser.add_argument("--only", default="", metavar="WORD")
    parser.add_argument("--day", required=False, default="", metavar="YYYY-MM-DD")
    parser.add_argument("--update-readme", action="store_true")
    asked = parser.parse_args(arguments)
    entries = [each for each in tomllib.loads(TABLE.read_text("utf-8"))["file"] if asked.only in each["path"]]
    cases = []
    for entry in entries:
        case = measured(asked.folder.resolve(), entry, asked.python.resolve() if asked.python else None)
        cases.append(case)
        print(f"{case.came:9} {case.seen}/{case.calls} calls, {case.stays} stay  {case.path}  {case.why}", flush=True)
    text = table(cases, asked.day or str(engine.Options().today))
    print(f"\n{text}")
    if asked.update_readme and not asked.only:
        README.write_text(MARKS.sub(lambda m: f"{m[1]}\n{text}\n\n{m[2]}", README.read_text("utf-8")), "utf-8")
    return int(any(case.came == DIFFERS and not case.known for case in cases))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""The torture table: what rewriting tools do to files that are hard to rewrite. Each cell is measured by this run.

    python tests/bench/torture.py [--peers FOLDER] [--only TOOL] [--update-readme]

Each tool gets a statement that its own rules rewrite, in every case of `torture_cases`, beside a plain file with the same
statement. "ok" says that the tool did what is wished for and kept every other byte, the links and the mode; other words say what
it did instead.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import table
from setting import Missing, Setting
from torture_cases import EDIT, EITHER, LEAVE, PYTHON, Case, Laid, harm, lay, python

FORMATTER = Case("formatter not installed")
_AST_GREP = "id: old\nlanguage: python\nrule: {pattern: old_call($X)}\nfix: new_call($X)\n"
_SEMGREP = "rules: [{id: old, languages: [python], severity: INFO, message: m, pattern: old_call($X), fix: new_call($X)}]\n"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that rewrites: how it is called on `.`, what it needs at the top of a file, and what it makes of a statement."""

    name: str
    program: str
    arguments: tuple[str, ...]
    old: str
    new: str
    head: str = ""
    formats: tuple[str, ...] = ()
    each_file: bool = False

    def plain(self, statement: str) -> str:
        """A plain file with a statement in it."""
        return python(self.head, statement)


_OPEN = ('handle = open("names.txt", "r")', 'handle = open("names.txt")')
_CALL = ("answer = old_call(NAME)", "answer = new_call(NAME)")
_VIEW = "def view(request):\n    return request.{}"
_MODEL = "class Model(BaseModel):\n    size: Optional[int]"
_GET = 'answer = requests.get("https://circleci.com/api/{}/me", headers=HEADERS)'
TOOLS = (
    Tool("v2migrate", "v2migrate", ("fix", "--isolated", "."), _GET.format("v1.1"), _GET.format("v2"),
         'import requests\n\nHEADERS = {"Circle-Token": os.environ["CIRCLE_TOKEN"]}'),
    Tool("ruff", "ruff", ("check", "--isolated", "--no-cache", "--select", "UP015", "--fix", "."), *_OPEN),
    Tool("pyupgrade", "pyupgrade", (), *_OPEN, each_file=True),
    Tool("django-upgrade", "django-upgrade", ("--target-version", "4.2"), _VIEW.format('META["HTTP_HOST"]'),
         _VIEW.format('headers["host"]'), each_file=True),
    Tool("bump-pydantic", "bump-pydantic", (".",), _MODEL, f"{_MODEL} = None",
         "from typing import Optional\n\nfrom pydantic import BaseModel"),
    Tool("libcst.tool", "python", ("-m", "libcst.tool", "codemod", "convert_format_to_fstring.ConvertFormatStringCommand", "."),
         'label = "{}!".format(NAME)', 'label = f"{NAME}!"', formats=("--no-format",)),
    Tool("ast-grep", "ast-grep", ("scan", "--rule", "../ast-grep.yml", "--update-all", "."), *_CALL),
    Tool("semgrep", "semgrep",
         ("scan", "--config", "../semgrep.yml", "--metrics=off", "--disable-version-check", "--autofix", "."), *_CALL),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ran:
    """How a tool ended: its exit code, or None if it did not within a minute, and all that it said."""

    code: int | None
    said: str


def run(tool: Tool, setting: Setting, laid: Laid, *, formatter: bool) -> Ran:
    """Run a tool in the folder of a case."""
    program = setting.ours if tool.name == "v2migrate" else setting.peer(tool.program)
    arguments = [*tool.arguments, *(() if formatter else tool.formats)]
    if tool.each_file:
        arguments += sorted(str(path.relative_to(laid.folder)) for path in laid.folder.rglob("*.py"))
    (laid.folder.parent / "ast-grep.yml").write_text(_AST_GREP)
    (laid.folder.parent / "semgrep.yml").write_text(_SEMGREP)
    environment = {**os.environ, **setting.peers_first, "V2MIGRATE_TODAY": "2026-11-21", "NO_COLOR": "1"}
    try:
        done = subprocess.run([program, *arguments], cwd=laid.folder, env=environment, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)  # fmt: skip
    except subprocess.TimeoutExpired:
        return Ran(None, "")
    return Ran(done.returncode, done.stdout.decode("utf-8", "replace"))


def word(case: Case, laid: Laid, ran: Ran, wanted: bytes, *, bystander: bool) -> str:
    """What the cell says. `bystander`: was the plain file beside it rewritten?"""
    after = laid.file.read_bytes()
    told = laid.file.name in ran.said
    trace = "Traceback (most recent call last)" in ran.said or "panicked at" in ran.said
    if ran.code is None:
        said = "hangs"
    elif broken := harm(case, laid, wanted):
        said = broken
    elif after == wanted:
        said = "ok" if case.wish in (EDIT, EITHER) else "edited anyway"
    elif case.links == "outside":
        said = "ok"
    elif case.wish == EDIT:
        said = "not edited, said" if told else "not edited, in silence"
    else:
        said = "ok" if told else "left, in silence"
    if trace:
        said = "traceback" if after == laid.before else f"{said}, traceback"
    return said if bystander else f"{said}; whole run lost"


def cell(tool: Tool, case: Case, setting: Setting, folder: Path) -> str:
    """One cell: lay the case out, run the tool, look."""
    old, wanted = (case.bytes(tool.plain, statement) for statement in (tool.old, tool.new))
    laid = lay(case, folder, "target.py", old)
    beside = laid.folder / "plain.py"
    beside.write_text(tool.plain(tool.old), "utf-8")
    if case is FORMATTER and not tool.formats and tool.name != "v2migrate":
        return "n/a"
    ran = run(tool, setting, laid, formatter=case is FORMATTER)
    return word(case, laid, ran, wanted, bystander=beside.read_text("utf-8") == tool.plain(tool.new))


def measure(tools: Sequence[Tool], setting: Setting) -> dict[str, dict[str, str]]:
    """All cells, by tool and by case. A tool that is not there has none, and the reason is printed."""
    out: dict[str, dict[str, str]] = {}
    for tool in tools:
        cells: dict[str, str] = {}
        try:
            for number, case in enumerate((*PYTHON, FORMATTER)):
                cells[case.name] = cell(tool, case, setting, setting.work / tool.name / str(number))
        except Missing as error:
            print(f"{tool.name}: not run: {error}")
            continue
        out[tool.name] = cells
        print(f"{tool.name}: {sum(c == 'ok' for c in cells.values())} of {len(cells)} ok", flush=True)
    return out


def markdown(cells: dict[str, dict[str, str]], setting: Setting) -> str:
    """The table, with what was measured."""
    out = [f"Measured {table.machine(setting.ours)}; {', '.join(versions(list(cells), setting))}.", "",
           f"| a file with | {' | '.join(cells)} |", "| --- |" + " --- |" * len(cells)]  # fmt: skip
    for case in (*PYTHON, FORMATTER):
        mark = "" if case.wish != LEAVE else " (to be left)"
        said = [column[case.name] for column in cells.values()]
        row = " | ".join(text if text in ("ok", "n/a") else f"**{text}**" for text in said)
        out.append(f"| {case.name}{mark} | {row} |")
    return "\n".join(out)


def versions(names: Sequence[str], setting: Setting) -> list[str]:
    """The peers' versions, as they are pinned."""
    pins = (Path(__file__).parent / "peers-requirements.txt").read_text("utf-8").split()
    named = {"libcst.tool": "libcst", "ast-grep": "ast-grep-cli"}
    return [pin.replace("==", " ") for name in names for pin in pins if pin.startswith(f"{named.get(name, name)}==")]


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    beside = Path(sys.executable).with_name("v2migrate")
    parser.add_argument("--v2migrate", default=str(beside), help="the console script to run (beside this Python)")
    parser.add_argument("--peers", type=Path, help="the folder of the peers' programs, such as PEERS/bin")
    parser.add_argument("--only", default="", help="only this tool")
    parser.add_argument("--update-readme", action="store_true", help="put the table into the README")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="v2migrate-torture-") as work:
        setting = Setting(given.v2migrate, given.peers, None, Path(work))
        cells = measure([tool for tool in TOOLS if given.only in tool.name], setting)
        made = markdown(cells, setting)
    print(made)
    if given.update_readme:
        table.into_readme("torture", made)
    return 0


if __name__ == "__main__":
    sys.exit(main())

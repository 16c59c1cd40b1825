"""The rows of the table of speed: what of ours is measured against what, and how far it should come. Knows the peers."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import setting
from measure import Command
from setting import RULES, Missing, Setting

LITERALS = ("circleci.com/api", "/api/v1.1", "/api/preview", "ircle-")
"""What somebody with ripgrep would search for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `make` gives both commands, without a partner ours alone, which is then told in seconds.

    `reach` is what we want, `limit` what must not be passed; 0 says that the row only tells. Raises Missing.
    """

    bench: str
    partner: str
    reach: float
    limit: float
    make: Callable[[Setting], tuple[Command, Command | None]]
    n: int = 7
    warm: bool = True


def _ours(s: Setting, *arguments: str, cwd: Path | None = None, before: Callable[[], None] | None = None) -> Command:
    return Command((s.ours, *arguments), cwd, before=before)


def _bare(s: Setting) -> Command:
    return Command((s.python, "-I", "-c", "pass"))


def _rg(s: Setting, folder: Path) -> Command:
    named = [part for literal in LITERALS for part in ("-e", literal)]
    return Command((s.peer("rg"), "-lF", "--no-ignore", "--hidden", *named, "."), folder, codes=(0, 1, 2))


def _ruff(s: Setting, folder: Path) -> Command:
    return Command((s.peer("ruff"), "check", "--isolated", "--no-cache", "--quiet", "--select", "UP", "."), folder)


def _ast_grep(s: Setting, folder: Path) -> Command:
    return Command((s.peer("ast-grep"), "scan", "--rule", str(RULES / "ast-grep.yml"), "."), folder)


def _semgrep(s: Setting, folder: Path) -> Command:
    fixed = ("--metrics=off", "--disable-version-check", "--quiet")
    argv = (s.peer("semgrep"), "scan", "--config", str(RULES / "semgrep.yml"), *fixed, ".")
    return Command(argv, folder, s.peers_first)


def _fixit(s: Setting, folder: Path, *command: str, before: Callable[[], None] | None = None) -> Command:
    return Command((s.peer("fixit"), *command, "."), setting.with_fixit(folder), s.peers_first, before)


Peer = Callable[[Setting, Path], Command]


def _start(s: Setting, *arguments: str) -> tuple[Command, Command]:
    return _ours(s, *arguments), _bare(s)


def _hook(s: Setting) -> tuple[Command, Command]:
    program = shutil.which("pre-commit", path=str(Path(s.ours).parent)) or shutil.which("pre-commit")
    if program is None:
        raise Missing("pre-commit is not there (pip install pre-commit)")
    environment = {"PRE_COMMIT_HOME": str(s.work / "pre-commit")}
    ours, theirs = (Command((program, "run", "--all-files"), setting.hooked(s.work, name, entry), environment)
                    for name, entry in (("v2migrate", f"{s.ours} check"), ("nothing", "true")))  # fmt: skip
    return ours, theirs


def _tree(name: str, partner: Peer, s: Setting) -> tuple[Command, Command]:
    folder = s.tree(name)
    return _ours(s, "check", "--exit-zero", cwd=folder), partner(s, folder)


def _hot(kind: str, count: int, partner: Peer, s: Setting) -> tuple[Command, Command]:
    folder = setting.hot_files(s.work, kind, count)
    return _ours(s, "check", cwd=folder), partner(s, folder)


def _hot_fixit(s: Setting) -> tuple[Command, Command]:
    ours, copy = setting.hot_files(s.work, "python", 300), s.work / "fixit"
    setting.laid_anew(ours, copy)
    return _ours(s, "check", cwd=ours), _fixit(s, copy, "lint")


def _fix(s: Setting) -> Command:
    copy = s.work / "fixed-by-us"
    return _ours(s, "fix", "--unsafe-fixes", ".", cwd=copy, before=_anew(s, copy))


def _anew(s: Setting, copy: Path) -> Callable[[], None]:
    again = partial(setting.laid_anew, setting.hot_files(s.work, "python", 300), copy)
    again()
    return again


def _fix_codemod(s: Setting) -> tuple[Command, Command]:
    copy = s.work / "fixed-by-codemod"
    return _fix(s), Command((s.peer("python"), str(RULES / "lean_codemod.py"), "."), copy, before=_anew(s, copy))


def _fix_fixit(s: Setting) -> tuple[Command, Command]:
    copy = s.work / "fixed-by-fixit"
    return _fix(s), _fixit(s, copy, "fix", "--automatic", before=_anew(s, copy))


def _more_files(times: int, s: Setting) -> tuple[Command, Command]:
    some, many = (setting.hot_files(s.work, "python", count) for count in (100, 100 * times))
    return _ours(s, "check", cwd=many), _ours(s, "check", cwd=some)


def _more_lines(times: int, s: Setting) -> tuple[Command, Command]:
    # Four times as many are 420 kB: from 500 kB on a file is read as text alone, which would say nothing of the analysis.
    return _ours(s, "check", setting.long_file(s.work, 3000 * times)), _ours(s, "check", setting.long_file(s.work, 3000))


ROWS = (
    Row("clean file, pre-commit's arguments", "`python -I -c pass`", 1.4, 2.0,
        lambda s: _start(s, "check", setting.clean_file(s.work)), 15),
    Row("`--version`", "`python -I -c pass`", 1.4, 2, lambda s: _start(s, "--version"), 15),
    Row("`--help`", "`python -I -c pass`", 5, 6, lambda s: _start(s, "--help"), 15),
    Row("one file with findings, text", "`python -I -c pass`", 6, 9,
        lambda s: _start(s, "check", setting.one_file(s.work)), 15),
    Row("the hook under `pre-commit run`", "a no-op hook", 1.10, 1.25, _hook, 15),
    Row("mono-S", "`rg -lF` over all files", 1.05, 1.5, partial(_tree, "mono-S", _rg), 9),
    Row("mono-S", "`ruff check --select UP`", 0.85, 1.2, partial(_tree, "mono-S", _ruff), 9),
    Row("mono-S", "ast-grep", 0.33, 0.5, partial(_tree, "mono-S", _ast_grep), 9),
    Row("mono-S", "semgrep", 0.02, 0.04, partial(_tree, "mono-S", _semgrep), 1, warm=False),
    Row("mono", "`rg -lF` over all files", 1.5, 2.0, partial(_tree, "mono", _rg), 7),
    Row("mono", "`ruff check --select UP`", 0.13, 0.2, partial(_tree, "mono", _ruff), 7),
    Row("hot300, `check`", "ast-grep", 3, 5, partial(_hot, "python", 300, _ast_grep), 7),
    Row("hot300, `check`", "semgrep", 0.08, 0.15, partial(_hot, "python", 300, _semgrep), 3, warm=False),
    Row("hot300, `check`", "fixit", 0.035, 0.06, _hot_fixit, 2, warm=False),
    Row("hot300, `fix --unsafe-fixes`", "lean libcst codemod, 2 processes", 0.4, 0.7, _fix_codemod, 3),
    Row("hot300, `fix --unsafe-fixes`", "fixit", 0.1, 0.2, _fix_fixit, 2, warm=False),
    Row("1,000 hot shell files", "ast-grep", 1.5, 3, partial(_hot, "shell", 1000, _ast_grep), 7),
    Row("2x the files", "100 hot files", 2, 2.4, partial(_more_files, 2), 3),
    Row("4x the files", "100 hot files", 4, 4.8, partial(_more_files, 4), 3),
    Row("2x the lines", "a file of 3,000 lines", 2, 2.4, partial(_more_lines, 2), 3),
    Row("4x the lines", "a file of 3,000 lines", 4, 4.8, partial(_more_lines, 4), 3),
    Row("a file of 5 MB with calls, seconds", "", 3, 3, lambda s: (_ours(s, "check", setting.large_file(s.work)), None), 3),
)  # fmt: skip

"""What runs first: ends the runs that have nothing to say, before anything else is loaded. Knows files, but no finding.

Most runs come from a commit hook and find nothing. The command line, settings, rules and reports take longer to load
than such a run takes, so it is over before: where no file named, and none below a folder that is named, holds a byte of
what a finding needs (`anchors`), no rule can find anything. Whatever is not plain (a settings file, an option that is
not among the few below, a file that cannot be read, a terminal to wrap lines for) goes to `cli`, which decides it all
anew and says the same: that is what the tests hold.
"""

from __future__ import annotations

import gc
import os
import sys

from v2migrate.errors import INTERRUPTED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from v2migrate.scan import Scan

ALONE = frozenset({"-q", "--quiet", "--exit-zero", "--isolated", "--force-exclude", "--respect-gitignore", "--no-baseline"})
"""Options of check and fix that change nothing where there is nothing to report, nor anything that is looked into."""

_LEVELS = ("gone", "deadline", "legacy", "any")
_ELSEWHERE = ("V2MIGRATE_CONFIG", "_V2MIGRATE_COMPLETE")
"""Variables that make a run another one."""


def main() -> int:
    """Run the command line of this process; the exit code."""
    arguments = sys.argv[1:]
    done = None
    try:
        if arguments == ["--version"]:
            from v2migrate.version import VERSION

            _print(f"v2migrate {VERSION}\n")
            return 0
        # What follows makes little garbage and much that stays: modules, rules, syntax trees.
        gc.set_threshold(50_000, 20, 20)
        code, done = clean(arguments)
        if code is not None:
            return code
    except OSError:
        pass  # a closed pipe, a full disk, a folder that is gone: it happens again, and is told, where all else is
    except KeyboardInterrupt:
        return INTERRUPTED
    try:
        if arguments[:1] == ["check"] and _usual_day() and (plain := _paths(arguments)) is not None:
            return _check(arguments, plain[0], done)
        from v2migrate import cli

        return cli.main(arguments, done)
    finally:
        # Python looks for garbage once more as it ends, in all that is there: that takes longer than to report a finding.
        gc.freeze()


def _check(arguments: Sequence[str], paths: Sequence[str], done: Scan | None) -> int:
    """A `check` without an option that is not among the few above: the command line's parser would take longer."""
    from v2migrate.ending import ended

    def run() -> int:
        from itertools import pairwise

        from v2migrate.commands.asked import Asked
        from v2migrate.commands.checking import check

        said = frozenset(arguments)
        levels = [level for option, level in pairwise(arguments) if option == "--fail-on"]
        asked = Asked(
            tuple(paths), quiet=bool(said & {"-q", "--quiet"}), exit_zero="--exit-zero" in said,
            isolated="--isolated" in said, no_baseline="--no-baseline" in said,
            respect_gitignore=True if "--respect-gitignore" in said else None,
            force_exclude=True if "--force-exclude" in said else None, fail_on=levels[-1] if levels else None,
        )  # fmt: skip
        return check(asked, done)

    return ended(run)


def clean(arguments: Sequence[str]) -> tuple[int | None, Scan | None]:
    """Do a run that finds nothing, and print what it says: its exit code, or None where it is not that plain.

    With None comes what was read, if all that the arguments name was: the files need not be read again.
    """
    named = _paths(arguments)
    if named is None or not _usual_day():
        return None, None
    paths, quiet, isolated = named
    from v2migrate.project import settings_files

    if not isolated and next(settings_files(paths[0]), ""):
        return None, None
    done = _scan(paths)
    if done is None or done.candidates or done.lost or done.large or done.unreadable:
        return None, done
    said = "" if quiet else _said(done)
    if said is None:
        return None, done
    _print(said)
    return 0, done


def _paths(arguments: Sequence[str]) -> tuple[list[str], bool, bool] | None:
    """The paths of a plain `check` or `fix`, and whether it is quiet or isolated; None where it is not plain."""
    if not arguments or arguments[0] not in ("check", "fix") or any(os.environ.get(name) for name in _ELSEWHERE):
        return None
    paths: list[str] = []
    options = set()
    rest = iter(arguments[1:])
    for argument in rest:
        if argument[:1] != "-":
            paths.append(argument)
        elif argument in ALONE or (argument == "--unsafe-fixes" and arguments[0] == "fix"):
            options.add(argument)
        elif argument != "--fail-on" or next(rest, "") not in _LEVELS:
            return None
    return paths or ["."], bool(options & {"-q", "--quiet"}), "--isolated" in options


def _usual_day() -> bool:
    """Is the day that deadlines are counted from one for certain (`options.today`)?"""
    day = os.environ.get("V2MIGRATE_TODAY", "")
    if not day:
        return True
    year, month, number = [*day.split("-"), "", ""][:3]
    return (len(day), len(year), len(month)) == (10, 4, 2) and (year + month + number).isdecimal() and day.isascii() and (
        year > "0000" and "01" <= month <= "12" and "01" <= number <= "28"
    )


def _scan(paths: Sequence[str]) -> Scan | None:
    """What is in the files; None where one is not there, or is no file or folder that can be read."""
    from v2migrate.scan import scan
    from v2migrate.tree import Tree, plain

    tree = Tree()
    files = []
    for path in paths:
        try:
            kind = os.stat(path).st_mode & 0o170000
        except (OSError, ValueError):
            return None
        if kind == 0o100000:
            files.append(plain(path))
        elif kind == 0o040000 and os.access(path, os.R_OK | os.X_OK):
            tree.below(plain(path))
        else:
            return None
    return scan(files, tree)


def _said(done: Scan) -> str | None:
    """What the run says; None where that takes more than plain text."""
    stream = sys.stdout
    if stream is None:
        return None
    from v2migrate.report import clean as words

    colored = False
    if stream.isatty() or any(os.environ.get(name) for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        from v2migrate.commands.terminal import wants_color

        colored = wants_color("auto", stream)
    (_, what), (_, where) = words.nothing(len(done.files))
    said = f"\x1b[32m{what}\x1b[0m{where}\n" if colored else f"{what}{where}\n"
    if not done.folders:
        return said
    if colored or stream.isatty() or os.environ.get("COLUMNS") or not all(map(_simple, done.folders)):
        return None
    return f"{said}\n{words.SKIPPED}{words.skipped(done.folders)}\n"


def _simple(path: str) -> bool:
    """Is the path shown as it is (`report.printable`)?"""
    return path.isascii() and path.isprintable() and path[:1] != "/"


def _print(text: str) -> None:
    stream = sys.stdout
    if stream is None:
        return
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    stream.write(text)
    stream.flush()

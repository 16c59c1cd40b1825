"""What the command line asks for, as one value, and the engine's options in it. Knows no parser, settings file or engine."""

from __future__ import annotations

from collections.abc import Sequence

from v2migrate.commands.formats import Report
from v2migrate.errors import UsageError
from v2migrate.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.options import Options


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says; None, empty or false where it says nothing."""

    paths: tuple[str, ...] = ()
    output_format: tuple[Report, ...] = ()
    repository: str | None = None
    assume: tuple[str, ...] = ()
    no_assume: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fixable: tuple[str, ...] = ()
    unfixable: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    extend_exclude: tuple[str, ...] = ()
    respect_gitignore: bool | None = None
    force_exclude: bool | None = None
    rules: str | None = None
    jobs: int | None = None
    config: str | None = None
    isolated: bool = False
    fail_on: str | None = None
    baseline: str | None = None
    no_baseline: bool = False
    stdin_filename: str | None = None
    statistics: bool = False
    show_settings: bool = False
    show_files: bool = False
    exit_zero: bool = False
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False

    @property
    def stdin(self) -> str:
        """The name of the file that stands on stdin; empty where files are read as usual. Raises UsageError."""
        if "-" not in self.paths and self.stdin_filename is None:
            return ""
        if self.paths not in ((), ("-",)):
            raise UsageError("- (stdin) and files cannot be checked in one run")
        return self.stdin_filename or "-"


def engine_options(
    *, assume: Sequence[str], no_assume: Sequence[str], select: Sequence[str], ignore: Sequence[str],
    rules: str | None, unsafe: bool = False,
) -> Options:  # fmt: skip
    """The engine's options without any settings file. Raises UsageError for an assumption that does not exist."""
    from v2migrate.options import Options

    granted, taken = assumptions("--assume", assume), assumptions("--no-assume", no_assume)
    for name in sorted(granted & taken):
        raise UsageError(f"{name} is both granted (--assume) and taken back (--no-assume)")
    return Options(
        unsafe=unsafe, assume=granted, no_assume=taken, select=frozenset(names(select)),
        ignore=frozenset(names(ignore)), rules=rules,
    )  # fmt: skip


def assumptions(option: str, values: Sequence[str]) -> frozenset[str]:
    """The assumptions that `option` names. Raises UsageError for one that does not exist."""
    from v2migrate.rule import ASSUMPTIONS

    found = frozenset(names(values))
    for name in sorted(found - set(ASSUMPTIONS)):
        import difflib

        near = difflib.get_close_matches(name, ASSUMPTIONS, 1)
        hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(ASSUMPTIONS)}"
        raise UsageError(f"{option} {name}: no such assumption; {hint}")
    return found


def names(values: Sequence[str]) -> list[str]:
    """`--assume a,b --assume c` names three."""
    return [name.strip() for value in values for name in value.split(",") if name.strip()]

"""What check and fix do alike: what was asked besides findings, stdin, the baseline, and how a run ends. Knows no rule."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from v2migrate.anchors import calls_plainly
from v2migrate.commands.asked import Asked
from v2migrate.commands.resolve import Wanted
from v2migrate.errors import UsageError
from v2migrate.finding import Run
from v2migrate.scan import Scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.commands.output import Rewritten
    from v2migrate.options import Options
    from v2migrate.walk import Ignored


def shows(asked: Asked, wanted: Wanted) -> bool:
    """Show settings or files, where that is asked for instead of a run."""
    if not (asked.show_settings or asked.show_files):
        return False
    import click

    if asked.show_settings:
        from v2migrate.commands.resolve import settings

        for line in settings(wanted):
            click.echo(line)
    if asked.show_files:
        from v2migrate.commands.listing import files

        for line in files(paths(asked), wanted.options):
            click.echo(line)
    return True


def usable(asked: Asked) -> None:
    """Raises UsageError for options that do not go together."""
    if asked.statistics and asked.output_format:
        raise UsageError("--statistics takes the place of a report: leave out --output-format")


def paths(asked: Asked) -> tuple[str, ...]:
    """The named paths; the working directory where there are none."""
    return asked.paths or (".",)


def scanned() -> Scan | None:
    """What was read of the named paths before the command line was (`start`)."""
    import click

    return click.get_current_context().find_object(Scan)


def given(asked: Asked) -> dict[str, bytes] | None:
    """The file on stdin under its name; None where files are read as usual."""
    name = asked.stdin
    return {name: sys.stdin.buffer.read()} if name else None


def known(run: Run, wanted: Wanted, quiet: bool) -> Run:
    """The run without what the baseline knows. What is in the baseline and not found any more is told on stderr."""
    if not wanted.baseline:
        return run
    from v2migrate import baseline

    counts = baseline.read(wanted.baseline)
    options = wanted.options
    gone = baseline.stale(counts, run, options.root, options, Ran(options))
    run = baseline.apply(run, counts, options.root)
    if gone and not quiet:
        times = gone.total()
        _say(f"warning: {wanted.baseline}: {times} finding{'s' if times > 1 else ''} no longer there; "
             f"`v2migrate baseline prune --file {wanted.baseline}` takes {'them' if times > 1 else 'it'} out")  # fmt: skip
    return run


class Ran:
    """Says for a rule whether a run with `options` looks for it."""

    def __init__(self, options: Options) -> None:
        from v2migrate import catalogue

        self._options = options
        self._on = {rule.id: rule.on for rule in catalogue.load(options.rules, whole=False)}

    def __call__(self, rule: str) -> bool:
        return self._options.runs(rule, self._on.get(rule, True))


def publish(
    asked: Asked, run: Run, wanted: Wanted, *, rewritten: Rewritten | None = None, given: dict[str, bytes] | None = None,
    command: str = "check", by_git: Ignored | None = None,
) -> None:  # fmt: skip
    """Write the report, or the statistics, and on stderr what was left out of it. `by_git`: see `asked_ahead`."""
    if asked.statistics:
        import click

        from v2migrate.commands.statistics import table

        for line in table(run):
            click.echo(line)
    else:
        from v2migrate.commands.output import write

        write(run, asked.output_format, repository=asked.repository, paths=asked.paths, rules=wanted.options.rules,
              color=asked.color, quiet=asked.quiet, rewritten=rewritten, command=command, given=given,
              jobs=wanted.options.jobs)  # fmt: skip
    left_out(asked, run, wanted, by_git)


def asked_ahead(asked: Asked, wanted: Wanted, done: Scan | None) -> Ignored | None:
    """What git ignores, asked for before files are looked at where it is likely to be told: where an old URL stands in one
    as it is written most often."""
    from v2migrate.walk import Ignored

    likely = done is not None and any(data is not None and calls_plainly(data) for data in done.candidates.values())
    return Ignored(paths(asked)) if likely and not asked.quiet and wanted.options.scope.gitignore else None


def left_out(asked: Asked, run: Run, wanted: Wanted, by_git: Ignored | None = None) -> None:
    """Say on stderr what could not be written, and what was found and not reported; with --verbose, which files were not
    looked into."""
    from v2migrate.report.printable import visible

    for line in run.unwritten:
        _say(f"error: {visible(line)}")
    if asked.quiet:
        return
    parts = []
    if run.suppressed:
        parts.append(f"{len(run.suppressed)} suppressed by comments")
    if run.baselined:
        parts.append(f"{len(run.baselined)} known to the baseline")
    if parts:
        _say(f"not reported: {', '.join(parts)}")
    if run.unmarked:
        where = ", ".join(dict.fromkeys(visible(f.span.path) for f in run.unmarked[:3])) + " …" * (len(run.unmarked) > 3)
        _say(f"no comment was left at {len(run.unmarked)} finding{'s' if len(run.unmarked) > 1 else ''}, for which there is no "
             f"place for one (Markdown, JSON, text of other kinds, generated files …): {where}")  # fmt: skip
    if not asked.verbose and not run.findings:
        return  # a clean run asks git nothing more
    from v2migrate.report.printable import shown_path
    from v2migrate.walk import Ignored

    tells = wanted.options.scope.gitignore and not asked.stdin
    ignored = (by_git or Ignored(paths(asked))).names() if tells else ()
    if not asked.verbose:
        if ignored:
            _say(f"git ignores {len(ignored)} files and folders here, which were not looked into (-v lists them)")
        return
    for what, names in (("excluded", run.excluded), ("not looked into", run.skipped), ("ignored by git", ignored)):
        if names:
            _say(f"{what}: {_some(map(shown_path, names))}")
    if not run.scanned:
        _say("there was no file to look into")


def exit_code(asked: Asked, run: Run, wanted: Wanted, changes: bool = False) -> int:
    """2 where a file could not be written, or not be looked at though it was read; 1 where something that was asked to
    fail the run is left, or `changes` are to be told; else 0."""
    if run.unwritten or run.failed:
        return 2
    fails = changes or wanted.fail_on.any(run.findings, run.today)
    return 1 if fails and not asked.exit_zero else 0


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:8]) + (f" and {len(listed) - 8} more" if len(listed) > 8 else "")


def _say(text: str) -> None:
    sys.stdout.flush()
    print(f"v2migrate: {text}", file=sys.stderr)

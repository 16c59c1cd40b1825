"""Writing a run in the formats that were asked for, to stdout and to files. Knows reports and streams, not the engine."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from v2migrate.commands.formats import Report, write_report
from v2migrate.commands.terminal import wants_color, width
from v2migrate.finding import Run
from v2migrate.report import text
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.source import Source
from v2migrate.version import VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

    from v2migrate.report.survey import Survey

_LEAST = 250
"""Findings for which one more process is worth its start."""
_SHARE = 5_000
"""Findings of which a process holds the text at a time."""

Rewritten = Mapping[str, tuple[bytes, bytes]]


def sources(
    rewritten: Rewritten | None = None, given: Mapping[str, bytes] | None = None
) -> Callable[[str], Source | None]:
    """The files as a run describes them: read from disk once; those in `rewritten` as they are after fixing, those in
    `given` (from stdin) as they came."""
    known = {path: Source(path, data) for path, data in (given or {}).items()}
    known.update((path, Source(path, new)) for path, (_, new) in (rewritten or {}).items())
    missing: set[str] = set()

    def source(path: str) -> Source | None:
        if path not in known and path not in missing:
            try:
                with open(path, "rb") as file:
                    known[path] = Source(path, file.read())
            except (OSError, ValueError):
                missing.add(path)
        return known.get(path)

    return source


def write(
    run: Run, reports: Sequence[Report] = (), *, color: str, quiet: bool, repository: str | None = None,
    paths: Sequence[str] = (), rules: str | None = None, rewritten: Rewritten | None = None, command: str = "check",
    given: Mapping[str, bytes] | None = None, jobs: int = 1,
) -> None:  # fmt: skip
    """Write the `reports` (none: text on stdout). Where all go to files, the summary goes to stderr.

    `paths` are those of the command line, `repository`, `rules` and `jobs` its options. With `quiet`, files that could not be
    read are still named, on stderr. Raises UsageError for a file that cannot be written.
    """
    reports = reports or (Report("text"),)
    read = sources(rewritten, given)
    about = context(repository, paths, rules) if any(r.format not in ("text", "concise") for r in reports) else Context()
    changed = _counts(rewritten)
    shown = ""
    for report in reports:
        if report.file:
            write_report(report.file, _whole(report.format, run, read, about, changed, command))
            continue
        shown = report.format
        if report.format not in ("text", "concise"):
            print_whole(report.format, _whole(report.format, run, read, about, changed, command))
            continue
        colored, columns = wants_color(color, sys.stdout), width(sys.stdout)
        each = partial(text.report, run, read, color=colored, width=columns, concise=report.format == "concise")
        for part in _shared(each, len(run.findings), jobs):
            sys.stdout.write(part)
        if not quiet:
            sys.stdout.write(text.summarize(run, color=colored, width=columns, fixed=changed, command=command))
    if not shown and not quiet:
        colored, columns = wants_color(color, sys.stderr), width(sys.stderr)
        sys.stderr.write(text.summarize(run, color=colored, width=columns, fixed=changed, command=command))
    if quiet and shown in ("", "text", "concise"):
        _problems(run)


def _shared(each: Callable[..., Iterable[str]], count: int, jobs: int) -> Iterator[str]:
    """What `each` gives for `count` findings, in their order; where they are many, other processes do a share of them.

    `jobs`: so many processes at most; 0: as many as there are cores and work for.
    """
    most = min(count // _LEAST, jobs or count)
    if most > 1:
        from v2migrate.forked import Forked, processes

        most = processes(most)
    if most < 2:
        yield from each()
        return
    size = min(-(-count // most), _SHARE)
    for start in range(0, count, most * size):
        parts = [slice(at, at + size) for at in range(start, min(start + most * size, count), size)]
        helpers = [Forked(lambda part=part: "".join(each(part=part))) for part in parts[1:]]  # type: ignore[misc]
        try:
            yield from each(part=parts[0])
            for part, helper in zip(parts[1:], helpers, strict=True):
                done = helper.found()
                yield from [done] if done is not None else each(part=part)  # one that did not get through leaves it to us
        finally:
            for helper in helpers:
                helper.end()


def print_whole(form: str, text: str) -> None:
    """Write a report to stdout: in UTF-8 where the report itself says so, whatever the terminal has."""
    if form in ("junit", "html", "markdown"):
        _bytes(sys.stdout, text.encode("utf-8", "backslashreplace"))
        sys.stdout.flush()
    else:
        sys.stdout.write(text)


def context(repository: str | None, paths: Sequence[str], rules: str | None) -> Context:
    """What reports say of the repository at the first of `paths`, and the rules they explain."""
    from v2migrate import catalogue
    from v2migrate.commands import repository as found

    root = found.root_of(paths)
    known = {rule.id: rule for rule in catalogue.load(rules)}
    return Context(repository or found.name_of(root), root, found.owners_of(root), known, VERSION)


def _whole(
    form: str, run: Run, read: Sources, about: Context, changed: Mapping[str, tuple[int, int]], command: str
) -> str:
    """A report as one text, as it goes into a file or to a program."""
    if form in ("text", "concise"):
        return text.render(run, read, fixed=changed, command=command, concise=form == "concise")
    if form in ("markdown", "html"):
        from v2migrate.report import survey

        found = survey.survey([survey.of_run(run, read, about)])
        return _page(form, found, about)
    # One module for each format, imported only when it is asked for.
    module = importlib.import_module(f"v2migrate.report.{form}")
    return str(module.render(run, read, about))


def _page(form: str, found: Survey, about: Context) -> str:
    if form == "html":
        from v2migrate.report import html

        return html.render(found, about.rules)
    from v2migrate.report import markdown

    return markdown.render(found)


def write_patch(run: Run, rewritten: Rewritten, *, color: str, quiet: bool) -> None:
    """Write the patch, and nothing else, to stdout, and the summary to stderr."""
    from v2migrate.diff import unified
    from v2migrate.report.printable import place

    for path, (old, new) in sorted(rewritten.items()):
        _bytes(sys.stdout, unified(place(path), old, new))
    sys.stdout.flush()
    outside = [path for path in rewritten if place(path).startswith("../") or os.path.isabs(place(path))]
    if outside:
        print(f"v2migrate: warning: the patch names files outside the working directory ({place(outside[0])}); "
              "git apply refuses it: run v2migrate in a folder above them", file=sys.stderr)  # fmt: skip
    if quiet:
        _problems(run)
    else:
        colored, columns = wants_color(color, sys.stderr), width(sys.stderr)
        end = text.summarize(run, color=colored, width=columns, fixed=_counts(rewritten), command="diff")
        sys.stderr.write(end)


def _problems(run: Run) -> None:
    from v2migrate.report.printable import shown_path, visible

    for result in run.results:
        if result.problem:
            print(f"v2migrate: warning: {shown_path(result.path)}: {visible(result.problem)}", file=sys.stderr)


def _counts(rewritten: Rewritten | None) -> dict[str, tuple[int, int]]:
    from v2migrate.diff import counts

    return {path: counts(old, new) for path, (old, new) in (rewritten or {}).items()}


def _bytes(stream: IO[str], data: bytes) -> None:
    """Bytes as they are: no newline and no encoding may change on the way to `git apply`."""
    stream.flush()
    stream.buffer.write(data)  # type: ignore[attr-defined]

"""The end of the text report: how many, by when, what is left open, what to do before the merge. Knows no code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from v2migrate.finding import SAFE, Run
from v2migrate.report import clean, words
from v2migrate.report.printable import shown_path, visible
from v2migrate.report.rows import Row, wrapped


def summary(run: Run, *, width: int, fixed: Mapping[str, tuple[int, int]], command: str) -> Iterator[Row]:
    """The rows of the summary; one only where nothing was found and nothing went wrong."""
    findings = run.findings
    if fixed:
        yield from _changed(run, fixed, command)
    if findings:
        yield from _found(run, "left" if fixed else "")
        yield from _fixable(run)
    elif not fixed:
        quiet = len(run.suppressed) + len(run.baselined)
        yield clean.nothing(run.scanned, bool(quiet))
    problems = [result for result in run.results if result.problem]
    if problems:
        yield ()
        yield (("manual", f"{words.number(len(problems), 'file')} could not be read or parsed:"),)
        for result in problems:
            head: Row = (("", "  "), ("path", shown_path(result.path)), ("", ": "))
            yield from wrapped(head, visible(result.problem), width)
    if run.skipped:
        yield ()
        yield from wrapped((("dim", clean.SKIPPED),), clean.skipped(list(map(shown_path, run.skipped))), width)
    yield from _open(run, width)
    yield from _tokens(run, width, bool(fixed) and command == "fix")


def _changed(run: Run, fixed: Mapping[str, tuple[int, int]], command: str) -> Iterator[Row]:
    count, files = len(run.fixed), words.number(len(fixed), "file")
    if command == "diff":
        text = f"Would fix {count} in {files}" if count else f"Would rewrite {files}"
    else:
        text = f"Fixed {count} in {files}" if count else f"Rewrote {files}"
    yield (("safe", text), ("", "" if run.findings else "; nothing is left"))
    for path, (added, dropped) in sorted(fixed.items()):
        yield (("", "  "), ("path", shown_path(path)), ("add", f"  +{added}"), ("drop", f" -{dropped}"))


def _found(run: Run, left: str) -> Iterator[Row]:
    findings = run.findings
    classes = words.by_class(findings)
    names = {"manual": "by hand"}
    parts = ", ".join(f"{count} {names.get(name, name)}" for name, count in classes.items() if count)
    head = f"Found {len(findings)}" if not left else f"{len(findings)} {left}"
    ends = ", ".join(words.by_days(run))
    yield (("label", head), ("", f" ({parts})"), ("sunset", f"; {ends}" if ends else ""))
    statuses = ", ".join(f"{count} {name}" for name, count in words.by_status(findings).items() if count)
    where = len({f.span.path for f in findings})
    scanned = f"{where} of {words.number(run.scanned, 'file')}" if run.scanned else words.number(where, "file")
    yield (("dim", f"{statuses}; in {scanned}"),)


def _fixable(run: Run) -> Iterator[Row]:
    fixes = [f for f in run.findings if f.fix is not None]
    safe = sum(f.klass == SAFE for f in fixes)
    more = len(fixes) - safe
    if safe:
        yield (("mark", "[*]"), ("", f" {safe} fixable with `v2migrate fix`"))
    if more:
        other = "more " if safe else ""
        yield (("mark", "[!]"), ("", f" {more} {other}with `v2migrate fix --unsafe-fixes`, to be reviewed"))


def _open(run: Run, width: int) -> Iterator[Row]:
    names = words.open_assumptions(run)
    if not names:
        return
    from v2migrate.rule import ASSUMPTIONS

    yield ()
    yield (("label", "Left open; grant one, and what rests on it alone becomes safe:"),)
    size = max(map(len, names))
    most = max(len(str(count)) for count in names.values())
    for name, count in names.items():
        noun = "fix" if count == 1 else "fixes"
        head: Row = (("", "  --assume "), ("mark", f"{name:<{size}}"), ("dim", f"  {count:>{most}} {noun:<5}  "))
        yield from wrapped(head, ASSUMPTIONS.get(name, ""), width)


def _tokens(run: Run, width: int, done: bool) -> Iterator[Row]:
    names = words.tokens(run)
    if not names:
        return
    kind = "a personal API token" if len(names) == 1 else "personal API tokens"
    text = f"{', '.join(map(visible, names))} must be {kind} (v2 refuses project tokens)"
    yield ()
    yield from wrapped((("unsafe", "Before you merge" + ("" if done else " the fixes") + ":"), ("", " ")), text, width)

"""`--output-format FORMAT` and `FORMAT=FILE`: which reports there are and where each goes. Knows nothing of their contents."""

from __future__ import annotations

import os
from collections.abc import Sequence

from v2migrate.errors import UsageError
from v2migrate.records import dataclass

FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown", "html")


@dataclass(frozen=True, slots=True)
class Report:
    """A report that was asked for. `file` is empty for stdout."""

    format: str
    file: str = ""


def check_targets(reports: Sequence[Report]) -> None:
    """Raises UsageError, before any work is done, where two reports go to one place or a file cannot be written."""
    seen: set[str] = set()
    for report in reports:
        place = os.path.realpath(report.file) if report.file else ""
        if place in seen:
            where = f"to {report.file}" if report.file else "to stdout"
            raise UsageError(f"--output-format: two reports go {where}; give each a file of its own (FORMAT=FILE)")
        seen.add(place)
        if not report.file:
            continue
        folder = os.path.dirname(place)
        if os.path.isdir(place):
            raise UsageError(f"--output-format {report.format}={report.file}: is a folder; name a file in it")
        if not os.path.isdir(folder):
            raise UsageError(f"--output-format {report.format}={report.file}: there is no folder {folder}; create it first")


def write_report(path: str, text: str) -> None:
    """Write a report in UTF-8 over the file at `path`: all of it or nothing. Raises V2migrateError where that cannot be done.

    What is no plain file (a pipe, /dev/stdout) is written to as it stands.
    """
    data = text.encode("utf-8", "backslashreplace")
    target = os.path.realpath(path)
    if not os.path.exists(target) or os.path.isfile(target):
        from v2migrate.writer import write_file

        write_file(path, data)
        return
    try:
        with open(target, "wb") as stream:
            stream.write(data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error

"""`--show-files`: which files a run looks into, and why others are left out. Reads the files, parses none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from v2migrate import walk
from v2migrate.anchors import MAX_SIZE
from v2migrate.files import Files
from v2migrate.options import Options
from v2migrate.report.printable import shown_path


def files(paths: Sequence[str], options: Options) -> Iterator[str]:
    """A line for each file, the path first and behind two blanks what is to be said of it. Raises UsageError."""
    found = walk.read(paths, options.scope)
    problems = Files()
    lines: list[tuple[str, str]] = []
    for path in found.files:
        if path in found.lost:
            lines.append((path, f"skipped: {problems.problem(path)}"))
        else:
            lines.append((path, "" if path in found.candidates else "read: nothing in it speaks of CircleCI or its API"))
    size = MAX_SIZE // 1_000_000
    lines += [(path, f"skipped: larger than {size} MB; name it to have it checked") for path in found.large]
    lines += [(f"{path}/", "skipped: a folder of that name holds other people's code; name it to have it checked")
              for path in found.folders]  # fmt: skip
    lines += [(f"{path}/", "skipped: a folder that cannot be read") for path in found.unreadable]
    lines += [(path, f"skipped: excluded by {pattern.text!r} ({pattern.where})") for path, pattern in found.excluded]
    if options.scope.gitignore:
        lines += [(path, "skipped: ignored by git") for path in walk.Ignored(paths).names()]
    width = min(max((len(shown_path(path)) for path, _ in lines), default=0), 60)
    for path, why in sorted(lines):
        yield f"{shown_path(path):<{width}}  {why}".rstrip()

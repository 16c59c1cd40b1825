"""The tables of the bench as text and as Markdown, and where they stand in the README."""

from __future__ import annotations

import dataclasses
import datetime
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from speed import Line

README = Path(__file__).parents[2] / "README.md"
HEAD = f"{'bench':38} {'partner':34} {'n':>2} {'wall':>7} {'spread':>13} {'cpu':>7} {'reach':>6} {'limit':>6} {'MiB':>4} strain"


def machine(program: str) -> str:
    """The day, the machine and the program in one line."""
    cpuinfo = Path("/proc/cpuinfo")
    models = re.findall(r"model name\s*: (.*)", cpuinfo.read_text()) if cpuinfo.exists() else []
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    ask = [str(Path(program).with_name("python")), "-c", "import platform; print(platform.python_version())"]
    python = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    named = f", {models[0]}" if models and models[0] != "unknown" else ""
    return f"{today}, {platform.system()}, {os.cpu_count()} processors{named}, {memory:.0f} GiB, Python {python}"


def number(value: float | None) -> str:
    """Three digits of a figure."""
    return "" if value is None else f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def figures(line: Line) -> dict[str, Any]:
    """All of a line, for JSON."""
    row, ratio = line.row, line.ratio
    return {"bench": row.bench, "partner": row.partner, "reach": row.reach, "limit": row.limit, "value": line.value,
            "verdict": line.verdict, "ratio": dataclasses.asdict(ratio) if ratio else None, "peak_mib": line.mib,
            "strain": line.strain}  # fmt: skip


def text(line: Line) -> str:
    """One line for a terminal."""
    row, ratio = line.row, line.ratio
    spread = f"{number(ratio.spread[0])}-{number(ratio.spread[1])}" if ratio else ""
    return (
        f"{_plain(row.bench):38} {_plain(row.partner):34} {ratio.n if ratio else '':>2} {number(line.value):>7} {spread:>13} "
        f"{number(ratio.cpu if ratio else None):>7} {row.reach or '':>6} {row.limit or '':>6} {line.mib or 0:4.0f} "
        f"{line.strain:.2f} {line.verdict}"
    )


def markdown(lines: Sequence[Line], program: str) -> str:
    """The table of speed with what it was measured on."""
    out = [f"Measured {machine(program)}.", "",
           "| what | compared with | pairs | ratio | by processor time | reach | limit | MiB | |",
           "| --- | --- | --: | --: | --: | --: | --: | --: | --- |"]  # fmt: skip
    for line in lines:
        ratio = line.ratio
        cells = [line.row.bench, line.row.partner, str(ratio.n) if ratio else "", number(line.value),
                 number(ratio.cpu) if ratio else "", f"{line.row.reach:g}", f"{line.row.limit:g}",
                 f"{line.mib:.0f}" if line.mib else "", line.verdict]  # fmt: skip
        out.append(f"| {' | '.join(cells)} |")
    return "\n".join(out)


def into_readme(name: str, table: str) -> None:
    """Put a table between its two marks in the README."""
    before = README.read_text("utf-8")
    found = re.search(rf"(<!-- {name} -->\n).*?(<!-- end {name} -->)", before, re.S)
    assert found is not None, f"the README has no place for the table {name}"
    README.write_text(f"{before[: found.start()]}{found[1]}\n{table}\n\n{found[2]}{before[found.end() :]}", "utf-8")


def _plain(cell: str) -> str:
    return cell.replace("`", "")

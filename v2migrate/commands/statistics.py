"""`--statistics`: the findings counted by rule. Knows no place and no code."""

from __future__ import annotations

from collections.abc import Iterator

from v2migrate.finding import SAFE, Finding, Run
from v2migrate.report.words import by_days


def table(run: Run) -> Iterator[str]:
    """A line for each rule, the most frequent first: how often, which mark, the rule, what becomes of it; then the sum."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in run.findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    rows = sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0]))
    size, wide = len(str(len(run.findings))), max((len(rule) for rule in by_rule), default=0)
    for rule, found in rows:
        safe = sum(f.fix is not None and f.klass == SAFE for f in found)
        fixes = sum(f.fix is not None for f in found)
        ends = min((f.deadline for f in found if f.deadline is not None), default=None)
        mark = "[*]" if safe else "[!]" if fixes else "[ ]"
        parts = [f"ends {ends}" if ends is not None else found[0].status]
        if fixes:
            parts += [f"{times} {name}" for times, name in ((safe, "safe"), (fixes - safe, "unsafe")) if times]
        if fixes < len(found):
            parts.append(f"{len(found) - fixes} without a fix")
        yield f"{len(found):>{size}}  {mark} {rule:<{wide}}  {', '.join(parts)}"
    ends_soon = by_days(run)
    yield f"{len(run.findings):>{size}}  in all" + (f"; {', '.join(ends_soon)}" if ends_soon else "")

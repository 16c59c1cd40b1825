"""A name for each finding that stays when lines move, when the checkout moves, and whatever the working directory."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from v2migrate.finding import Finding
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources


def fingerprints(findings: Iterable[Finding], sources: Sources, about: Context) -> list[str]:
    """One for each finding, in order, no two the same: from rule, path in the repository, the call's text
    without its blanks, and the count of equal calls before it."""
    seen: Counter[str] = Counter()
    out = []
    for finding in findings:
        source = sources(finding.span.path)
        text = source.text(finding.span) if source is not None else f"{finding.method} {finding.url}"
        mark = "\0".join((finding.rule, about.path(finding.span.path), re.sub(r"\s+", "", text)))
        seen[mark] += 1
        digest = hashlib.sha256(f"{mark}\0{seen[mark]}".encode("utf-8", "surrogateescape"))
        out.append(digest.hexdigest()[:32])
    return out

"""A small run that every report is tried on, and one whose names and code try to break out of each format."""

from __future__ import annotations

from datetime import date

from v2migrate.catalogue import load
from v2migrate.finding import FileResult, Finding, Fix, Run
from v2migrate.report.context import Context
from v2migrate.source import Edit, Source, Span

TODAY = date(2026, 11, 21)
SHELL = b"""\
#!/bin/sh
BASE=https://circleci.com/api/v1.1
# \xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x9a\x80
echo \xe6\x97\xa5; curl --fail -X POST -u "$TOKEN:" "$BASE/project/github/acme/web/tree/main"
curl -s "$BASE/project/github/acme/web/7" | jq .outcome
"""
PYTHON = b"""\
import requests

requests.delete(
    "https://circleci.com/api/v1.1/project/github/acme/web/build-cache",
)
"""
SOURCES = {"ci/deploy.sh": Source("ci/deploy.sh", SHELL), "tools/cache.py": Source("tools/cache.py", PYTHON)}


def span(path: str, first: str, last: str = "") -> Span:
    """From the beginning of `first` to the end of `last` (default: of `first`) in a file of `SOURCES`."""
    data = SOURCES[path].data
    start = data.index(first.encode())
    end = data.index((last or first).encode(), start) + len((last or first).encode())
    return Span(path, start, end)


def edit(path: str, old: str, new: str) -> Edit:
    """The first `old` in the file becomes `new`."""
    return Edit(path, span(path, old).start, old.encode(), new.encode())


TRIGGER = Finding(
    "trigger-job-on-branch", "sunset", span("ci/deploy.sh", "curl --fail", 'tree/main"'),
    "POST /project/{slug}/tree/{branch} (v1.1) stops answering on 2027-02-01; v2 has POST /project/{slug}/pipeline",
    notes=("one job ran before; a v2 pipeline runs every workflow of the branch",), deadline=date(2027, 2, 1),
    klass="unsafe", assumes=("all-workflows",), granted=("personal-token",), method="POST",
    url="https://circleci.com/api/v1.1/project/github/acme/web/tree/main",
    fix=Fix((edit("ci/deploy.sh", "tree/main", "pipeline"), edit("ci/deploy.sh", "api/v1.1", "api/v2"))),
    trail=(span("ci/deploy.sh", "https://circleci.com/api/v1.1"),), tokens=("$TOKEN",),
    link="https://circleci.com/changelog/x", fingerprint="1" * 16,
)  # fmt: skip
DETAILS = Finding(
    "job-details", "legacy", span("ci/deploy.sh", "curl -s", 'web/7"'),
    "GET /project/{slug}/{build} (v1.1) is legacy and has no end date; v2 has GET /project/{slug}/job/{build}",
    klass="unsafe", assumes=("answer-elsewhere",), withheld="`outcome` is read", method="GET",
    url="https://circleci.com/api/v1.1/project/github/acme/web/7", fingerprint="2" * 16,
)  # fmt: skip
GONE = Finding(
    "clear-build-cache", "gone", span("tools/cache.py", "requests.delete(", "\n)"),
    "DELETE /project/{slug}/build-cache (v1.1) is gone; v2 has no such call", method="DELETE",
    url="https://circleci.com/api/v1.1/project/github/acme/web/build-cache", fingerprint="3" * 16,
)  # fmt: skip
RUN = Run(
    (FileResult("ci/deploy.sh", (TRIGGER, DETAILS)), FileResult("tools/cache.py", (GONE,)),
     FileResult("bin/odd", (), "cannot be read: permission denied")),
    scanned=12, today=TODAY,
)  # fmt: skip


def owners(path: str) -> tuple[str, ...]:
    """Who owns what in the small run."""
    return ("@acme/release", "@acme/platform") if path.startswith("ci/") else ()


ABOUT = Context("acme/web", owners=owners, rules={rule.id: rule for rule in load()}, version="1.2.3")

# --- names and code that try to break out ---------------------------------------------------------------------------

EVIL_PATH = "a,b:c%0A::error::x|<script>alert(1)</script>`@team`\x1b[31m'\"&.sh"
EVIL_CODE = (
    "</pre></script><script>alert(1)</script> ::error::boo %0A | ``` ]]> &amp; @everyone [x](javascript:alert(1)) "
    "\x00\x07\x1b]0;t\x07\u202e curl"
)
EVIL_SOURCE = Source(EVIL_PATH, (EVIL_CODE + "\n").encode())
EVIL = Finding(
    "unknown-endpoint", "gone", Span(EVIL_PATH, 0, len(EVIL_CODE.encode())), f"old\r\n::error::{EVIL_CODE}",
    notes=(EVIL_CODE,), withheld=EVIL_CODE, method="GET", url=EVIL_CODE, link="javascript:alert(1)", fingerprint="4" * 16,
    klass="unsafe", fix=Fix((Edit(EVIL_PATH, 0, b"</pre>", b"</script><img src=x onerror=alert(1)>\x1b[0m"),)),
)  # fmt: skip
EVIL_RUN = Run((FileResult(EVIL_PATH, (EVIL,), EVIL_CODE),), 1, TODAY)


def evil_sources(path: str) -> Source | None:
    """The sources of the hostile run."""
    return EVIL_SOURCE if path == EVIL_PATH else None


EVIL_ABOUT = Context("x<script>/|@y", owners=lambda path: ("@a|b<i>", "`x"), version="1")

"""JUnit XML in the shape that CircleCI's test tab reads. Knows findings; the XML is written here, byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from v2migrate.finding import SAFE, FileResult, Finding, Run
from v2migrate.regex import regex
from v2migrate.report import words
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.printable import lines, shown_path, visible
from v2migrate.report.snippet import frame_text, patch_text

_ILLEGAL = regex(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)
"""What XML may not hold, and what it may but steers a terminal, or turns around what people read."""
_QUOTES = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def render(run: Run, sources: Sources, about: Context) -> str:
    """A test suite for each file and a test case for each finding, all failed.

    Files that were rewritten and have nothing left pass, and so do those that could hold a call and hold none. Findings
    that a comment or the baseline keeps quiet are skipped, and so are files that could not be read, with the reason.
    There is always one test case: CircleCI takes an empty file for a mistake.
    """
    quiet: dict[str, list[tuple[Finding, str]]] = {}
    for found, why in ((run.suppressed, "kept quiet by a comment"), (run.baselined, "in the baseline")):
        for finding in found:
            quiet.setdefault(finding.span.path, []).append((finding, why))
    results = {result.path: result for result in run.results}
    results |= {path: FileResult(path) for path in sorted(quiet) if path not in results}
    suites = [_suite(result, run, sources, about, quiet.get(result.path, ())) for result in results.values()]
    named = {*results, *run.changed}
    suites += [_passed(about.path(path), "was moved to v2") for path in run.changed if path not in results]
    suites += [_passed(about.path(path), "makes no call to the old API") for path in run.candidates if path not in named]
    if not suites:
        suites = [_passed("v2migrate", f"no calls to the old API in {words.number(run.scanned, 'file')}", file=False)]
    tests = sum(count for _, count, _ in suites)
    failures = len(run.findings)
    head = _tag("testsuites", name="v2migrate", tests=tests, failures=failures, errors=0, time="0.000")
    body = "".join(text for text, _, _ in suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}>\n{body}</testsuites>\n'


def _suite(
    result: FileResult, run: Run, sources: Sources, about: Context, quiet: Sequence[tuple[Finding, str]]
) -> tuple[str, int, int]:
    path = about.path(result.path)
    cases = [_case(finding, path, run, sources) for finding in result.findings]
    for finding, why in quiet:
        cases.append(f"    {_head(finding, path, sources)}>\n      {_tag('skipped', message=why)}/>\n    </testcase>\n")
    if result.problem:
        case = _tag("testcase", classname="v2migrate.unread", name=f"{shown_path(path)} could be read", file=path, time="0.000")
        cases.append(f"    {case}>\n      {_tag('skipped', message=visible(result.problem))}/>\n    </testcase>\n")
    return _wrap(path, cases, len(result.findings), len(quiet) + int(bool(result.problem)))


def _case(finding: Finding, path: str, run: Run, sources: Sources) -> str:
    message = f"{visible(finding.message)} ({words.status_words(finding, run.today)})"
    failure = _tag("failure", type=finding.rule, message=message)
    head = _head(finding, path, sources)
    return f"    {head}>\n      {failure}>{_text(_detail(finding, run, sources))}</failure>\n    </testcase>\n"


def _head(finding: Finding, path: str, sources: Sources) -> str:
    source = sources(finding.span.path)
    line = source.position(min(finding.span.start, len(source.data)))[0] if source is not None else 1
    name = f"{shown_path(path)}:{line} {visible(finding.message)}"
    return _tag("testcase", classname=f"v2migrate.{finding.rule}", name=name, file=path, line=line, time="0.000")


def _detail(finding: Finding, run: Run, sources: Sources) -> str:
    parts = [frame_text(finding, sources), *(f"note: {lines(note)}\n" for note in finding.notes)]
    if finding.withheld:
        parts.append(f"not rewritten: {visible(finding.withheld)}\n")
    if finding.fix is not None:
        parts.append("fix: v2migrate fix" + ("" if finding.klass == SAFE else " --unsafe-fixes") + "\n")
        parts.append(patch_text(finding, sources))
    if finding.link:
        parts.append(f"see: {visible(finding.link)}\n")
    return "\n" + "".join(parts)


def _passed(path: str, name: str, file: bool = True) -> tuple[str, int, int]:
    where = {"file": path} if file else {}
    title = f"{shown_path(path)} {name}" if file else name
    return _wrap(path, ["    " + _tag("testcase", classname="v2migrate", name=title, **where, time="0.000") + "/>\n"], 0, 0,
                 where)  # fmt: skip


def _wrap(
    path: str, cases: Sequence[str], failures: int, skipped: int, where: dict[str, str] | None = None
) -> tuple[str, int, int]:
    where = {"file": path} if where is None else where
    head = _tag("testsuite", name=path, **where, tests=len(cases), failures=failures, errors=0, skipped=skipped, time="0.000")
    return f"  {head}>\n{''.join(cases)}  </testsuite>\n", len(cases), failures


def _tag(tag: str, /, **attributes: object) -> str:
    return f"<{tag}" + "".join(f' {key}="{_attribute(str(value))}"' for key, value in attributes.items())


def _attribute(text: str) -> str:
    return escape(_ILLEGAL.sub("�", text), _QUOTES)


def _text(text: str) -> str:
    return escape(_ILLEGAL.sub("�", text), {"\r": "&#13;"})

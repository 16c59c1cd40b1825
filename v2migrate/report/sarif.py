"""SARIF 2.1.0, with what GitHub code scanning reads of it. Knows findings and rules; knows no command line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from v2migrate.finding import MANY_EDITS, Finding, Run
from v2migrate.judge import BUILT_IN
from v2migrate.report import catalogue, words
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.identity import fingerprints
from v2migrate.report.mask import mask
from v2migrate.report.printable import json_text, lines, visible
from v2migrate.rule import Rule
from v2migrate.source import Edit, Span

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LONGEST = 1024
"""Characters of a rule's descriptions that GitHub takes."""
_PROBLEM = {words.ERROR: "error", words.WARNING: "warning", words.NOTE: "recommendation"}


def render(run: Run, sources: Sources, about: Context) -> str:
    """One SARIF run as JSON in ASCII. Columns count characters, paths are relative to the repository's root."""
    every = sorted((*run.findings, *run.suppressed, *run.baselined), key=lambda f: f.span)
    quiet = {id(f): "inSource" for f in run.suppressed} | {id(f): "external" for f in run.baselined}
    first = {f.rule: f for f in reversed(every)}
    ids = sorted(first)
    results = []
    told: set[int] = set()
    for finding, mark in zip(every, fingerprints(every, sources, about), strict=True):
        result = _result(finding, mark, ids, run, sources, about)
        # A fix of very many edits stands at the first of its findings only, not at each of them.
        many = finding.fix is not None and len(finding.fix.edits) > MANY_EDITS
        if (not many or id(finding.fix) not in told) and (fix := _fix(finding, sources, about)) is not None:
            result["fixes"] = [fix]
        if many:
            told.add(id(finding.fix))
        if id(finding) in quiet:
            result["suppressions"] = [{"kind": quiet[id(finding)]}]
        results.append(result)
    driver: dict[str, Any] = {
        "name": "v2migrate",
        "informationUri": "https://circleci.com/docs/guides/toolkit/api-v1-migration-guide/",
        "rules": [_rule(first[name], run.today, about) for name in ids],
    }
    if about.version:
        driver |= {"version": about.version}
        if re.fullmatch(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?", about.version):
            driver |= {"semanticVersion": about.version}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": "v2migrate/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
                "invocations": [{"executionSuccessful": True, **_problems(run, about)}],
                "results": results,
            }
        ],
    }
    return json_text(log)


def _problems(run: Run, about: Context) -> dict[str, Any]:
    notes = [
        {
            "level": "warning",
            "message": {"text": visible(result.problem)},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(result.path, about)}}],
        }
        for result in run.results
        if result.problem
    ]
    return {"toolExecutionNotifications": notes} if notes else {}


def _result(
    finding: Finding, fingerprint: str, ids: Sequence[str], run: Run, sources: Sources, about: Context
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": words.severity(finding, run.today),
        "message": {"text": _message(finding, run)},
        "locations": [{"physicalLocation": _physical(finding.span, sources, about)}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
        "properties": {"class": finding.klass, "status": finding.status},
    }
    if finding.deadline is not None:
        result["properties"]["deadline"] = finding.deadline.isoformat()
    if finding.assumes:
        result["properties"]["assumes"] = list(finding.assumes)
    steps = _flow(finding, sources, about)
    if len(steps) > 1:
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _message(finding: Finding, run: Run) -> str:
    said = [visible(finding.message) + ".", words.status_words(finding, run.today) + "."]
    said += [f"Note: {lines(note)}." for note in finding.notes]
    if finding.withheld:
        said.append(f"Not rewritten: {visible(finding.withheld)}.")
    if finding.assumes:
        said.append(f"The fix assumes: {', '.join(finding.assumes)}.")
    # In SARIF, `[text](1)` in a message is a link to a related location.
    return re.sub(r"\[(?=[^\]]*\]\()", r"\\[", "\n".join(said))


def _flow(finding: Finding, sources: Sources, about: Context) -> list[dict[str, Any]]:
    """From where the URL begins to the call: GitHub lets people step through these."""
    steps = [(span, "the URL comes from here") for span in dict.fromkeys(finding.trail) if sources(span.path)]
    if finding.call is not None and sources(finding.call.path):
        steps += [(finding.span, "the URL of the call"), (finding.call, "the call")]
    else:
        steps.append((finding.span, "the call"))
    return [
        {"location": {"physicalLocation": _physical(span, sources, about), "message": {"text": text}}}
        for span, text in steps
    ]


def _fix(finding: Finding, sources: Sources, about: Context) -> dict[str, Any] | None:
    """The fix as replacements; None where it holds a secret, or bytes that no JSON can carry."""
    if finding.fix is None or not finding.fix.edits:
        return None
    changes: dict[str, list[dict[str, Any]]] = {}
    for edit in finding.fix.edits:
        try:
            old, new = edit.old.decode(), edit.new.decode()
        except UnicodeDecodeError:
            return None
        if sources(edit.path) is None or mask(old) != old or mask(new) != new:
            return None
        region = _region(Span(edit.path, edit.start, edit.end), sources)
        changes.setdefault(edit.path, []).append({"deletedRegion": region, **_inserted(edit, new)})
    how = "v2migrate fix" + ("" if finding.klass == "safe" else " --unsafe-fixes")
    made = [{"artifactLocation": _artifact(path, about), "replacements": own} for path, own in changes.items()]
    return {"description": {"text": f"Move the call to v2 ({how})"}, "artifactChanges": made}


def _inserted(edit: Edit, new: str) -> dict[str, Any]:
    return {"insertedContent": {"text": new}} if new else {}


def _physical(span: Span, sources: Sources, about: Context) -> dict[str, Any]:
    return {"artifactLocation": _artifact(span.path, about), "region": _region(span, sources)}


def _artifact(path: str, about: Context) -> dict[str, str]:
    uri = quote(about.path(path), errors="surrogateescape")
    return {"uri": uri, "uriBaseId": _ROOT}


def _region(span: Span, sources: Sources) -> dict[str, int]:
    source = sources(span.path)
    if source is None:
        return {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1}
    line, column = source.position(min(span.start, len(source.data)))
    end_line, end_column = source.position(min(span.end, len(source.data)))
    return {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}


# --- rules ----------------------------------------------------------------------------------------------------------


def _rule(first: Finding, today: date, about: Context) -> dict[str, Any]:
    """The rule of the finding `first`."""
    name = first.rule
    rule = about.rules.get(name)
    level = words.severity(first, today)
    title, full, text, markdown = _help(rule, name, today)
    out: dict[str, Any] = {
        "id": name,
        "name": "".join(part.capitalize() for part in name.split("-")),
        "shortDescription": {"text": _cut(title)},
        "fullDescription": {"text": _cut(full)},
        "help": {"text": text, "markdown": markdown},
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": ["circleci", "migration", first.status],
            "precision": "high" if rule is not None else "medium",
            "problem.severity": _PROBLEM[level],
        },
    }
    if first.link.startswith("https://"):
        out["helpUri"] = first.link
    return out


def _help(rule: Rule | None, name: str, today: date) -> tuple[str, str, str, str]:
    if rule is None:
        title = BUILT_IN.get(name, name)
        return title, title, title, title
    why = " ".join(rule.why.split("\n\n")[0].split()) or rule.title
    text = catalogue.explain(rule, today)
    head = [f"# {rule.title}", "", *(f"- old: `{route}`" for route in dict.fromkeys(map(str, rule.routes)))]
    head += [f"- today's v2: `{rule.to}`" if rule.to else "- v2 has no such call"]
    status = catalogue.STATUS_WORDS[rule.status]
    head += [f"- {rule.status}: {status}" + (f", {rule.deadline.isoformat()}" if rule.deadline else ""), ""]
    body = [rule.why.strip(), ""]
    if rule.manual:
        body += [f"**What to do:** {rule.manual}", ""]
    body += [f"- [{s.name}]({s.url})" if s.url else f"- {s.name}" for s in rule.sources]
    return rule.title, why, text, "\n".join([*head, *body]).rstrip() + "\n"


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

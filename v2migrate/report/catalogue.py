"""The rules as people read them: a table, one rule explained, and the table of the README. Knows no files and no streams."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from datetime import date

from v2migrate.rule import ASSUMPTIONS, Example, Rule
from v2migrate.rule_several import Several

_ORDER = {"sunset": 0, "gone": 1, "wrong": 2, "legacy": 3}
STATUS_WORDS = {
    "sunset": "stops answering on a known date",
    "gone": "does not answer any more",
    "wrong": "a slip on v2 itself",
    "legacy": "keeps working; no end date is known",
}


_PLATFORMS = (
    "Cloud and Server: the rewrite goes to v2, which both have and which CircleCI goes on supporting. On Cloud, CircleCI "
    "recommends API v3 for new code: bearer tokens and UUIDs only, and other names; it is not on Server, and no target here."
)


def what_fix_does(rule: Rule) -> str:
    """`safe`, `unsafe` or `manual`: the best class that an example of the rule shows."""
    shown = {example.klass for example in rule.examples if example.after is not None}
    return "safe" if "safe" in shown else "unsafe" if "unsafe" in shown else "manual"


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """What dies first comes first."""
    return sorted(rules, key=lambda r: (_ORDER[r.status], r.id))


def as_json(rules: Sequence[Rule], today: date) -> str:
    """The contract of `rules --output-format json`."""
    rows = [
        {
            "id": rule.id,
            "title": rule.title,
            "status": rule.status,
            "deadline": rule.deadline.isoformat() if rule.deadline else None,
            "days_left": (rule.deadline - today).days if rule.deadline else None,
            "from": [{"method": r.method, "path": r.path, "versions": list(r.versions)} for r in rule.routes],
            "to": [{"method": rule.to.method, "path": rule.to.path}] if rule.to else [],
            "class": what_fix_does(rule),
            "default": rule.on,
        }
        for rule in in_order(rules)
    ]
    return json.dumps({"rules": rows}, indent=2) + "\n"


def table(rules: Sequence[Rule], today: date) -> str:
    """The table of `v2migrate rules`: id, old, new, status, class, days left."""
    rows = [("RULE", "OLD CALL", "TODAY'S V2", "STATUS", "FIX", "DAYS LEFT")]
    for rule in in_order(rules):
        days = str((rule.deadline - today).days) if rule.deadline else ""
        rows.append(
            (
                rule.id + ("" if rule.on else " (off)"),
                _old(rule),
                _new(rule) or "-",
                rule.status,
                what_fix_does(rule),
                days,
            )
        )
    widths = [max(len(row[i]) for row in rows) for i in range(6)]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows
    )


def markdown(rules: Sequence[Rule]) -> str:
    """The rule table of the README."""
    lines = ["| rule | old call | today's v2 | status | fix |", "| --- | --- | --- | --- | --- |"]
    for rule in in_order(rules):
        status = f"ends {rule.deadline.isoformat()}" if rule.deadline else rule.status
        new = f"`{rule.to}`" if rule.to else _new(rule) or "-"
        lines.append(
            f"| `{rule.id}` | {'<br>'.join(f'`{r}`' for r in _routes(rule)) or '-'} | {new} | {status}"
            f"{'' if rule.on else ', off by default'} | {what_fix_does(rule)} |"
        )
    return "\n".join(lines) + "\n"


def explain(rule: Rule, today: date) -> str:
    """Why the rule is there, what it rewrites and how, what it assumes, and where the facts come from."""
    out = [f"{rule.id}: {rule.title}", ""]
    for route in rule.routes:
        out.append(f"  old    {route}  ({', '.join(route.versions)})")
    out.append(f"  new    {_new(rule) or 'none in v2'}")
    out.append(
        f"  status {rule.status}: {STATUS_WORDS[rule.status]}"
        + (f", {rule.deadline.isoformat()}" if rule.deadline else "")
    )
    if rule.deadline:
        days = (rule.deadline - today).days
        out.append(f"         {days} days left" if days >= 0 else f"         stopped {-days} days ago")
    out.append(
        f"  fix    {what_fix_does(rule)}" + ("" if rule.on else "; the rule is off by default (--select turns it on)")
    )
    out += ["", *_paragraphs(rule.why)]
    if rule.routes:
        out += ["", *_paragraphs(_PLATFORMS)]
    if rule.manual:
        out += ["", "What to do:", *textwrap.wrap(rule.manual, 96, initial_indent="  ", subsequent_indent="  ")]
    if rule.several is not None:
        out += ["", *_several(rule, rule.several)]
    assumes = dict.fromkeys(
        [c.assume for c in rule.caveats if c.assume] + [a for e in rule.examples for a in e.assumes]
    )
    if assumes:
        out += ["", "Assumptions (grant one with --assume NAME):"]
        out += [f"  {name:18} {ASSUMPTIONS[name]}" for name in assumes]
    notes = [c for c in rule.caveats if c.note]
    if notes:
        out += ["", "Caveats:"]
        for caveat in notes:
            when = "" if caveat.when == "always" else f"with {caveat.when}: "
            out += textwrap.wrap(when + caveat.note, 96, initial_indent="  - ", subsequent_indent="    ")
    shown = [e for e in rule.examples if e.klass]
    for example in shown:
        out += ["", *_example(example)]
    if rule.sources:
        out += ["", "Sources:"]
        for source in rule.sources:
            read = f" (read {source.read.isoformat()})" if source.read else ""
            out.append(f"  {source.name}{read}")
            if source.url:
                out.append(f"  {source.url}")
    return "\n".join(out) + "\n"


def _several(rule: Rule, several: Several) -> list[str]:
    """What takes the place of one call: how many, what is gone from the answer, and the functions that make them."""
    first = "Where one call does not do, several take its place" if rule.to else "Several calls take its place"
    said = f"{first}: {several.requests}. They are made by {several.helper}(), which is put into the file once."
    out = textwrap.wrap(said, 96)
    if several.gives:
        out += textwrap.wrap(f"Its answer has the old names for {', '.join(several.gives)}.", 96)
    if several.gone:
        out += textwrap.wrap(f"Gone: {', '.join(several.gone)}.", 96)
    for client, functions in several.code.items():
        out += ["", f"{client.partition('.')[2]} ({client.partition('.')[0]}):", ""]
        out += [f"    {line}".rstrip() for _, source in functions for line in (*source.splitlines(), "")]
    return out


def _new(rule: Rule) -> str:
    return str(rule.to) if rule.to else "several calls" if rule.several else ""


def _example(example: Example) -> list[str]:
    head = f"Example ({example.language}, {example.klass}){': ' + example.title if example.title else ''}"
    before = example.before.strip("\n").splitlines()
    if example.after is None:
        return [head, *(f"    {line}" for line in before)]
    import difflib

    after = (example.short or example.after).strip("\n").splitlines()
    lines = [line for line in difflib.ndiff(before, after) if not line.startswith("?")]
    return [head, *(f"  {line}".rstrip() for line in lines)]


def _paragraphs(text: str) -> list[str]:
    out: list[str] = []
    for paragraph in text.split("\n\n"):
        out += [*textwrap.wrap(" ".join(paragraph.split()), 96), ""]
    return out[:-1]


def _routes(rule: Rule) -> list[str]:
    return list(dict.fromkeys(str(route) for route in rule.routes))


def _old(rule: Rule) -> str:
    routes = _routes(rule)
    return (routes[0] if routes else "-") + (f" (+{len(routes) - 1})" if len(routes) > 1 else "")

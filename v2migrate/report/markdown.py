"""The report as Markdown for a pull request, a job summary or a wiki. Knows findings as reports tell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from v2migrate.report import words
from v2migrate.report.survey import Item, Survey, count

_LIMIT = 60_000
"""Characters: GitHub cuts a comment at 65,536."""
_SIGNS = {words.ERROR: "🔴", words.WARNING: "🟠", words.NOTE: "🔵"}


def render(found: Survey) -> str:
    """Counts, what dies first, a table of all findings, and each one folded with its code and its fix.

    What does not fit into a comment on GitHub is left out from the end, and the report says so.
    """
    items = found.items
    out = list(_head(found))
    if found.many:
        out += _repositories(found)
    if found.history:
        out += _burn_down(found)
    owned = [owner for item in items for owner in item.owners]
    if owned:
        out += ["", "| owner | findings |", "| --- | ---: |"]
        out += [f"| {_code(owner)} | {number} |" for owner, number in count(owned)[:50]]
    size = sum(len(line) + 1 for line in out)
    if items:
        rows = [_row(item, found) for item in items]
        place = "repository | where" if found.many else "where"
        out += ["", f"| | {place} | rule | what | ends | fix |", "| --- |" + " --- |" * (6 if found.many else 5)]
        size = _fill(out, rows, size, 40_000, "the table")
        details = ["\n".join(_detail(item, found)) for item in items]
        _fill(out, details, size, _LIMIT, "the details")
    for scan in found.scans:
        if scan.problems:
            where = f" in {_escape(scan.repository)}" if found.many else ""
            out += ["", f"{words.number(len(scan.problems), 'file')}{where} could not be read or parsed:", ""]
            out += [f"- {_code(path)}: {_escape(message)}" for path, message in scan.problems[:50]]
    return "\n".join(out) + "\n"


def _head(found: Survey) -> Iterator[str]:
    items = found.items
    name = f": {_escape(found.scans[0].repository)}" if len(found.scans) == 1 and found.scans[0].repository else ""
    yield f"## CircleCI API v1 to v2{name}"
    yield ""
    if not items:
        yield f"No calls to CircleCI's old API in {words.number(found.scanned, 'file')}. ✅"
        return
    classes = ", ".join(f"{n} {_CLASS[c]}" for c, n in words.by_class(items).items() if n and c in _CLASS)
    hit = sum(bool(scan.items) for scan in found.scans)
    where = f" in {words.number(hit, 'repository', 'repositories')}" if found.many else ""
    yield f"**{words.number(len(items), 'finding')}**{where}: {classes}."
    ends = words.ends(items, found.today)
    if ends:
        yield ""
        yield f"**{'; '.join(ends)}.**"
    gone = sum(item.status == "gone" and item.deadline is None for item in items)
    if gone:
        yield ""
        yield f"{gone} no longer answer{'s' if gone == 1 else ''}."


_CLASS = {"safe": "fixed by `v2migrate fix`", "unsafe": "need a look (`--unsafe-fixes` or `--assume`)", "manual": "by hand"}


def _repositories(found: Survey) -> Iterator[str]:
    yield ""
    yield "| repository | findings | gone | sunset | wrong | legacy | safe | run of |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
    for scan in sorted(found.scans, key=lambda s: (-len(s.items), s.repository)):
        status, classes = words.by_status(scan.items), words.by_class(scan.items)
        day = scan.date.isoformat() if scan.date != scan.date.min else "-"
        yield (f"| {_escape(scan.repository)} | {len(scan.items)} | {status['gone']} | {status['sunset']} | {status['wrong']} "
               f"| {status['legacy']} | {classes['safe']} | {day} |")  # fmt: skip


def _burn_down(found: Survey) -> Iterator[str]:
    yield ""
    yield "| date | repositories | findings left | gone | sunset |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for point in found.history:
        yield (f"| {point.date.isoformat()} | {point.repositories} | {point.total} | {point.status.get('gone', 0)} "
               f"| {point.status.get('sunset', 0)} |")  # fmt: skip


def _row(item: Item, found: Survey) -> str:
    sign = _SIGNS[words.severity(item, found.today)]
    cells = [sign, *((_escape(item.repository),) if found.many else ()), _code(f"{item.path}:{item.line}"), _code(item.rule),
             _escape(item.message), _when(item, found), _fix(item)]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


def _when(item: Item, found: Survey) -> str:
    days = words.days_left(item, found.today)
    if item.deadline is None:
        return item.status
    return item.deadline.isoformat() + (f" ({words.number(days, 'day')})" if days is not None and days >= 0 else "")


def _fix(item: Item) -> str:
    if item.fixable:
        return "safe" if item.klass == "safe" else "unsafe"
    return "by hand" if item.klass == "manual" else "withheld"


def _detail(item: Item, found: Survey) -> Iterator[str]:
    where = f"{item.repository}: {item.path}" if found.many else item.path
    yield ""
    yield f"<details><summary><code>{_html(where)}:{item.line}</code> {_html(item.rule)}</summary>"
    yield ""
    yield f"{_escape(item.message)}. {_escape(words.status_words(item, found.today))}."
    if item.frame:
        yield from ("", *_fence(item.frame))
    notes = [*item.notes, *((f"not rewritten: {item.withheld}",) if item.withheld else ())]
    notes += [f"the fix assumes {', '.join(item.assumes)}"] if item.assumes else []
    if notes:
        yield ""
        for note in notes:
            head, _, block = note.partition("\n")
            yield f"- {_escape(head)}"
            if block:
                yield from ("", *(f"  {line}" for line in "\n".join(_fence(block)).split("\n")), "")
    if item.diff:
        yield from ("", f"The fix ({item.klass}):", "", *_fence(item.diff))
    if item.link:
        yield from ("", f"[What CircleCI says](<{item.link.replace('<', '%3C').replace('>', '%3E')}>)")
    yield ""
    yield "</details>"


def _fill(out: list[str], parts: list[str], size: int, limit: int, what: str) -> int:
    for number, part in enumerate(parts):
        if size + len(part) + 1 > limit and number:
            out += ["", f"… {len(parts) - number} more left out of {what}; the HTML report has them all."]
            break
        out.append(part)
        size += len(part) + 1
    return size


def _fence(text: str) -> list[str]:
    """A code block whose fence is longer than any run of backticks in it."""
    ticks = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
    return [f"{ticks}text", text, ticks]


def _code(text: str) -> str:
    """A code span that is safe in a table: a bar cannot be had in one there unless escaped, which GitHub takes back."""
    ticks = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}".replace("|", "\\|")


def _escape(text: str) -> str:
    """Text that Markdown shows as it is: no link, no table cell, no tag, nobody mentioned, no issue referred to."""
    text = re.sub(r"([\\`*_\[\]<>|~&]|#(?=\d)|^[-+#=])", r"\\\1", text).replace("://", ":\\//")
    return text.replace("@", "@\u200b")


def _html(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return re.sub(r"([\\`*_\[\]|~])", lambda m: f"&#{ord(m[0])};", text).replace("@", "@\u200b")

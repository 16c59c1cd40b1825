"""The findings on the HTML page: filters, folded cards, and the rules behind them. Knows findings as reports tell them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby

from v2migrate.report import code_html, words
from v2migrate.report.markup import Markup, join, tag
from v2migrate.report.survey import Item, Survey, count
from v2migrate.rule import ASSUMPTIONS, Rule

STATUS = {"gone": "gone", "sunset": "has a date", "wrong": "wrong on v2", "legacy": "no end date"}
CLASS = {"safe": "safe", "unsafe": "to review", "manual": "by hand"}


def findings(found: Survey, items: Sequence[Item], rules: Mapping[str, Rule]) -> Markup:
    """All findings under their headings, with the filters above them."""
    seen: dict[str, int] = {}
    groups = []
    for (name, when), own in groupby(items, key=lambda i: group(i, found)):
        cards = [_card(item, found, rules, seen) for item in own]
        groups.append(tag("section", {"class": "group"}, tag("h3", {}, name, " ", tag("small", {}, when),
                          tag("span", {"class": "count"}, len(cards))), *cards))  # fmt: skip
    return tag("section", {"id": "findings", "aria-labelledby": "findings-title", "tabindex": -1},
        tag("h2", {"id": "findings-title"}, "Findings"), _filters(found, items), *groups,
        tag("p", {"id": "none", "class": "none", "hidden": True}, "Nothing fits these filters."),
    )  # fmt: skip


def _filters(found: Survey, items: Sequence[Item]) -> Markup:
    status = [_chip("status", n, STATUS.get(n, n), c) for n, c in words.by_status(items).items() if c]
    classes = [_chip("class", n, CLASS.get(n, n), c) for n, c in words.by_class(items).items() if c]
    selects = [_select("rule", "rule", (i.rule for i in items)), _select("folder", "folder", (i.folder for i in items)),
               _select("owner", "owner", (o for i in items for o in (i.owners or ("-",)))),
               _select("repository", "repository", (i.repository for i in items))]  # fmt: skip
    return tag("form", {"id": "filters", "class": "filters", "role": "search", "hidden": True},
        tag("label", {"class": "search"}, tag("span", {"class": "sr"}, "Search"),
            tag("input", {"type": "search", "id": "q", "autocomplete": "off", "spellcheck": "false",
                          "placeholder": "Search paths, code, notes …   ( / )"})),
        tag("div", {"class": "chips", "role": "group", "aria-label": "Status"}, *status),
        tag("div", {"class": "chips", "role": "group", "aria-label": "Fix"}, *classes),
        tag("div", {"class": "selects"}, *selects),
        tag("div", {"class": "state"},
            tag("output", {"id": "shown", "for": "q"}, f"{len(items)} of {len(items)}"),
            tag("button", {"type": "button", "id": "all"}, "Open all"),
            tag("button", {"type": "reset", "id": "clear"}, "Clear")),
    )  # fmt: skip


def value_label(kind: str, name: str) -> str:
    """What a filter's value is called."""
    return {"owner": {"": "nobody", "-": "nobody"}, "folder": {".": "top folder"}}.get(kind, {}).get(name, name)


def _chip(kind: str, value: str, label: str, number: int) -> Markup:
    return tag("button", {"type": "button", "class": f"chip k-{value}", "data-filter": kind, "data-value": value,
                          "aria-pressed": "false"}, label, " ", tag("span", {"class": "n"}, number))  # fmt: skip


def _select(kind: str, label: str, names: Iterable[str]) -> Markup | None:
    ranked = count(names)
    if len(ranked) < 2:
        return None
    options = [tag("option", {"value": name}, f"{value_label(kind, name)} ({number})") for name, number in ranked]
    return tag("label", {}, tag("span", {}, label), tag("select", {"data-select": kind},
               tag("option", {"value": ""}, "all"), *options))  # fmt: skip


def _card(item: Item, found: Survey, rules: Mapping[str, Rule], seen: dict[str, int]) -> Markup:
    anchor = "f-" + "".join(c for c in item.fingerprint if c.isalnum())
    seen[anchor] = seen.get(anchor, 0) + 1
    data: dict[str, str | int | bool] = {
        "class": "finding", "id": anchor if seen[anchor] == 1 else f"{anchor}-{seen[anchor]}", "data-status": item.status,
        "data-class": item.klass, "data-rule": item.rule, "data-folder": item.folder, "data-repository": item.repository,
        "data-owner": "\n".join(item.owners) or "-",
    }  # fmt: skip
    folder, slash, name = item.path.rpartition("/")
    badge = tag("span", {"class": f"badge k-{item.klass}"}, _fix_words(item))
    head = tag("summary", {},
        tag("span", {"class": f"dot k-{item.status}", "title": item.status}, tag("span", {"class": "sr"}, item.status + ": ")),
        tag("span", {"class": "path"}, tag("i", {}, f"{item.repository}/") if found.many else None, f"{folder}{slash}",
            tag("b", {}, name), f":{item.line}"),
        tag("span", {"class": "rule"}, item.rule), badge,
        tag("span", {"class": "message"}, item.message),
    )  # fmt: skip
    return tag("details", data, head, tag("div", {"class": "body"}, *_body(item, found, rules.get(item.rule))))


def _fix_words(item: Item) -> str:
    if item.fixable:
        return "safe fix" if item.klass == "safe" else "fix to review"
    return "fix withheld" if item.klass != "manual" else "by hand"


def _body(item: Item, found: Survey, rule: Rule | None) -> Iterator[Markup | None]:
    yield tag("p", {"class": "status"}, tag("b", {}, words.status_words(item, found.today)), ". ",
              tag("code", {}, f"{item.method} {item.url}".strip()) if item.url else None)  # fmt: skip
    if item.frame:
        yield code_html.frame(item.frame)
    notes: list[Markup] = []
    for note in item.notes:
        head, _, block = note.partition("\n")
        notes.append(tag("li", {}, head, tag("pre", {}, block) if block else None))
    if item.withheld:
        notes.insert(0, tag("li", {}, tag("b", {}, "Not rewritten: "), item.withheld))
    if item.candidates:
        notes.insert(0, tag("li", {}, tag("b", {}, "Could be: "), ", ".join(item.candidates)))
    if notes:
        yield tag("ul", {"class": "notes"}, *notes)
    if item.diff:
        command = "v2migrate fix" if item.klass == "safe" else "v2migrate fix --unsafe-fixes"
        yield tag("h4", {}, "The fix ", tag("code", {}, command))
        yield code_html.patch(item.diff)
    if item.assumes:
        yield tag("h4", {}, "Right if" if item.diff else "It would assume that")
        yield tag("ul", {"class": "notes"}, *(tag("li", {}, ASSUMPTIONS.get(name, name), " ",
                  tag("code", {}, f"--assume {name}")) for name in item.assumes))  # fmt: skip
    if rule is not None:
        yield tag("h4", {}, "Why")
        yield tag("p", {}, _prose(rule.why.split("\n\n")[0]))
        if item.klass == "manual" and rule.manual and rule.manual not in item.notes:
            yield tag("p", {}, tag("b", {}, "What to do: "), _prose(rule.manual))
    links = [tag("a", {"href": f"#rule-{item.rule}"}, "All of this rule")] if rule is not None else []
    if item.link:
        links.append(tag("a", {"href": item.link, "rel": "noreferrer noopener"}, "What CircleCI says"))
    if item.owners:
        links.append(tag("span", {}, "Owned by " + ", ".join(item.owners)))
    yield tag("p", {"class": "links"}, *(join(link, " ") for link in links)) if links else None


def rules_section(items: Sequence[Item], rules: Mapping[str, Rule]) -> Markup | None:
    """Each rule that was found, in full; None where none of them is known."""
    entries = []
    for name, number in count(i.rule for i in items):
        rule = rules.get(name)
        if rule is None:
            continue
        parts = [tag("p", {}, _prose(part)) for part in rule.why.split("\n\n")]
        calls = [tag("li", {}, tag("code", {}, str(route))) for route in dict.fromkeys(map(str, rule.routes))]
        new = tag("p", {}, "Today's v2: ", tag("code", {}, str(rule.to))) if rule.to else None
        sources = [tag("li", {}, tag("a", {"href": s.url, "rel": "noreferrer noopener"}, s.name)
                       if s.url.startswith("https://") else s.name, f" (read {s.read.isoformat()})" if s.read else "")
                   for s in rule.sources]  # fmt: skip
        entries.append(tag("details", {"class": "about", "id": f"rule-{name}"},
            tag("summary", {}, tag("span", {"class": f"dot k-{rule.status}"}), tag("b", {}, name), " ", rule.title, " ",
                tag("span", {"class": "count"}, number)),
            tag("div", {"class": "body"}, tag("ul", {"class": "calls"}, *calls) if calls else None, new, *parts,
                tag("p", {}, tag("b", {}, "What to do: "), _prose(rule.manual)) if rule.manual else None,
                tag("ul", {"class": "notes"}, *sources) if sources else None)))  # fmt: skip
    return tag("section", {"class": "rules"}, tag("h2", {}, "The rules"), *entries) if entries else None


def group(item: Item, found: Survey) -> tuple[str, str]:
    """The heading that a finding stands under, and what to say beside it. Findings come sorted by these."""
    rank, days = words.urgency(item, found.today)
    if item.deadline is not None and found.today != date.min:
        days = (item.deadline - found.today).days
        if days > 0:
            return f"Stops on {day_words(item.deadline)}", f"{words.number(days, 'day')} left"
        return f"Stopped on {day_words(item.deadline)}", "today" if not days else f"{words.number(-days, 'day')} ago"
    if rank == 0:
        return "Already gone", "answers an error today"
    if rank <= 2:
        return "Stops" + (f" on {day_words(item.deadline)}" if item.deadline else ""), "has an end date"
    if rank == 3:
        return "Wrong on v2", "a slip that today's v2 does not forgive"
    return "Keeps working", "no end date is known"


def _prose(text: str) -> Markup:
    """A paragraph as rule files write it: what stands between backticks is code."""
    parts = " ".join(text.split()).split("`")
    return join(*(tag("code", {}, part) if index % 2 else part for index, part in enumerate(parts)))


def day_words(day: date) -> str:
    """`1 February 2027`."""
    return f"{day.day} {day:%B} {day.year}"

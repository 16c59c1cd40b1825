"""The report as one HTML page that needs nothing but itself. Knows findings as reports tell them; reads no source file."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from importlib import resources
from itertools import groupby

from v2migrate.report import chart, words
from v2migrate.report.html_findings import CLASS, STATUS, day_words, findings, group, rules_section, value_label
from v2migrate.report.markup import Markup, join, tag
from v2migrate.report.survey import Item, Survey, count
from v2migrate.rule import Rule

_MOST_BARS = 12


def render(found: Survey, rules: Mapping[str, Rule]) -> str:
    """The page. `rules` are explained where findings of theirs are shown; others are shown without."""
    items = found.items
    style, script = _asset("page.css"), _asset("page.js")
    policy = (f"default-src 'none'; style-src 'sha256-{_digest(style)}'; script-src 'sha256-{_digest(script)}'; "
              "base-uri 'none'; form-action 'none'")  # fmt: skip
    title = _title(found)
    page = tag("html", {"lang": "en"},
        tag("head", {},
            tag("meta", {"charset": "utf-8"}),
            tag("meta", {"http-equiv": "Content-Security-Policy", "content": policy}),
            tag("meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"}),
            tag("meta", {"name": "color-scheme", "content": "light dark"}),
            tag("meta", {"name": "generator", "content": f"v2migrate {found.version}".strip()}),
            tag("title", {}, title),
            tag("style", {}, Markup(style)),
        ),
        tag("body", {},
            tag("a", {"class": "skip", "href": "#findings"}, "Skip to the findings"),
            _header(found, title),
            tag("main", {}, *_main(found, items, rules)),
            _footer(found),
            tag("script", {}, Markup(script)),
        ),
    )  # fmt: skip
    return "<!doctype html>\n" + page.text + "\n"


def _asset(name: str) -> str:
    return resources.files("v2migrate.report").joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _title(found: Survey) -> str:
    if len(found.scans) == 1:
        return f"CircleCI API v1 to v2: {found.scans[0].repository}"
    return f"CircleCI API v1 to v2: {words.number(len(found.scans), 'repository', 'repositories')}"


def _main(found: Survey, items: Sequence[Item], rules: Mapping[str, Rule]) -> Iterator[Markup | None]:
    yield _summary(found, items)
    if not items:
        yield tag("p", {"class": "done"}, f"No calls to CircleCI's old API in {words.number(found.scanned, 'file')}.")
    else:
        yield tag("div", {"class": "grid"}, *_panels(found, items))
        yield findings(found, items, rules)
    yield _problems(found)
    if items:
        yield rules_section(items, rules)


# --- what it comes to -----------------------------------------------------------------------------------------------


def _header(found: Survey, title: str) -> Markup:
    main, _, name = title.partition(": ")
    day = day_words(found.today) if found.today != date.min else ""
    return tag("header", {"class": "top"},
        tag("div", {}, tag("p", {"class": "eyebrow"}, main), tag("h1", {}, name)),
        tag("p", {"class": "meta"}, f"{words.number(found.scanned, 'file')} looked into", f" on {day}" if day else ""),
        tag("button", {"id": "theme", "type": "button", "hidden": True}, "Theme: auto"),
    )  # fmt: skip


def _summary(found: Survey, items: Sequence[Item]) -> Markup:
    fixable = sum(i.fixable for i in items)
    review = sum(i.fixable and i.klass != "safe" for i in items)
    files = words.number(len({(i.repository, i.path) for i in items}), "file")
    withheld = sum(not i.fixable and i.klass != "manual" for i in items)
    tiles = [
        (len(items), "findings" if len(items) != 1 else "finding", f"in {files}", ""),
        (fixable - review, "safe to fix", "v2migrate fix", "safe"),
        (review, "after review", "--unsafe-fixes, or --assume", "unsafe"),
        (len(items) - fixable, "left to people", f"{withheld} of them with a fix withheld" if withheld else "by hand", "manual"),
    ]
    return tag("section", {"class": "hero", "aria-label": "Summary"},
        _countdown(found, items),
        tag("dl", {"class": "tiles"}, *(
            tag("div", {"class": f"tile {kind}"}, tag("dt", {}, label),
                tag("dd", {}, tag("b", {}, number), tag("small", {}, hint)))
            for number, label, hint, kind in tiles
        )),
    )  # fmt: skip


def _countdown(found: Survey, items: Sequence[Item]) -> Markup:
    day = found.next_deadline
    dead = sum(words.urgency(i, found.today)[0] == 0 for i in items)
    if day is None or found.today == date.min:
        if dead:
            return tag("div", {"class": "countdown late"}, tag("b", {"class": "big"}, dead),
                       tag("p", {}, "calls" if dead != 1 else "call", " to endpoints that do not answer any more"))
        return tag("div", {"class": "countdown calm"}, tag("b", {"class": "big"}, "✓" if not items else "0"),
                   tag("p", {}, "Nothing found here has an end date."))  # fmt: skip
    left, hit = (day - found.today).days, sum(i.deadline == day for i in items)
    written = tag("small", {"class": "written", "hidden": True}, f"{words.number(left, 'day')} when this was written")
    soon = " soon" if left <= words.SOON else ""
    return tag("div", {"class": f"countdown{soon}"},
        tag("b", {"class": "big", "data-deadline": day.isoformat(), "data-days": left}, left),
        tag("p", {},
            tag("span", {"data-unit": True}, "day" if left == 1 else "days"), " until ",
            tag("strong", {}, words.number(hit, "call")), " stop" + ("s" if hit == 1 else "") + " answering",
            tag("time", {"datetime": day.isoformat()}, day_words(day)), written,
            tag("small", {}, f"{words.number(dead, 'call')} already without an answer") if dead else None,
        ),
    )  # fmt: skip


def _panels(found: Survey, items: Sequence[Item]) -> Iterator[Markup | None]:
    yield _panel("What dies first", _deadlines(found, items), "wide")
    if len(found.history) > 1:
        yield _panel("Burn-down", _burn_down(found), "wide")
    if found.many:
        yield _panel("By repository", _repositories(found), "wide")
    yield _panel("By rule", _bars("rule", items, ((i, i.rule) for i in items)))
    yield _panel("By folder", _bars("folder", items, ((i, i.folder) for i in items)))
    owned = [(i, owner) for i in items for owner in (i.owners or ("",))]
    if any(owner for _, owner in owned):
        yield _panel("By owner", _bars("owner", items, owned))


def _panel(title: str, body: Markup, kind: str = "") -> Markup:
    return tag("section", {"class": f"panel {kind}".strip()}, tag("h2", {}, title), body)


def _deadlines(found: Survey, items: Sequence[Item]) -> Markup:
    groups = [(head, list(own)) for head, own in groupby(items, key=lambda i: group(i, found))]
    most = max(len(own) for _, own in groups)
    rows = []
    for (name, when), own in groups:
        classes = words.by_class(own)
        said = [tag("span", {"class": f"key k-{c}"}, f"{n} {CLASS.get(c, c)}") for c, n in classes.items() if n]
        rows.append(tag("tr", {}, tag("th", {"scope": "row"}, name, tag("small", {}, when)), tag("td", {"class": "n"}, len(own)),
                        tag("td", {"class": "b"}, chart.bar(list(classes.items()), most)), tag("td", {"class": "said"}, *said)))
    return tag("table", {"class": "dies"}, tag("tbody", {}, *rows))


def _bars(kind: str, items: Sequence[Item], pairs: Iterable[tuple[Item, str]]) -> Markup:
    """A list of bars, each a button that shows its findings alone."""
    own: dict[str, list[Item]] = {}
    for item, name in pairs:
        own.setdefault(name, []).append(item)
    ranked = count(name for name, found in own.items() for _ in found)
    most = ranked[0][1]
    rows = []
    for name, number in ranked:
        parts = [(c, n) for c, n in words.by_class(own[name]).items()]
        label = value_label(kind, name)
        data: dict[str, str | int | bool] = {"type": "button", "class": "pick", "data-filter": kind,
                                             "data-value": name or "-", "aria-pressed": "false"}  # fmt: skip
        rows.append(tag("li", {}, tag("button", data, tag("span", {"class": "name", "title": label}, label),
                                      tag("span", {"class": "n"}, number), chart.bar(parts, most))))  # fmt: skip
    first = tag("ol", {"class": "bars"}, *rows[:_MOST_BARS])
    if len(rows) <= _MOST_BARS:
        return first
    more = tag("details", {"class": "more"}, tag("summary", {}, f"{len(rows) - _MOST_BARS} more"),
               tag("ol", {"class": "bars"}, *rows[_MOST_BARS:]))  # fmt: skip
    return join(first, more)


def _repositories(found: Survey) -> Markup:
    head = ["repository", "findings", "gone", "has a date", "wrong", "no end", "safe", "unread", "run of"]
    most = max((len(s.items) for s in found.scans), default=1)
    rows = []
    for scan in sorted(found.scans, key=lambda s: (-len(s.items), s.repository)):
        status, classes = words.by_status(scan.items), words.by_class(scan.items)
        name = tag("button", {"type": "button", "class": "pick", "data-filter": "repository", "data-value": scan.repository,
                              "aria-pressed": "false"}, scan.repository)  # fmt: skip
        numbers = [len(scan.items), status["gone"], status["sunset"], status["wrong"], status["legacy"], classes["safe"],
                   len(scan.problems)]  # fmt: skip
        day = scan.date.isoformat() if scan.date != date.min else "–"
        cells = [tag("td", {"class": "n zero" if not n else "n"}, n) for n in numbers]
        rows.append(tag("tr", {}, tag("th", {"scope": "row"}, name, chart.bar(list(status.items()), most)), *cells,
                        tag("td", {"class": "n"}, day)))  # fmt: skip
    return tag("div", {"class": "scroll", "tabindex": 0, "role": "group", "aria-label": "Repositories"},
               tag("table", {"class": "repos"}, tag("thead", {}, tag("tr", {}, *(tag("th", {"scope": "col"}, h) for h in head))),
                   tag("tbody", {}, *rows)))  # fmt: skip


def _burn_down(found: Survey) -> Markup:
    names = ("gone", "sunset", "wrong", "legacy")
    picture = chart.burn_down([(p.date, p.status) for p in found.history], names)
    legend = tag("p", {"class": "legend"}, *(tag("span", {"class": f"key k-{n}"}, STATUS[n]) for n in names
                                             if any(p.status.get(n) for p in found.history)))  # fmt: skip
    head = tag("tr", {}, *(tag("th", {"scope": "col"}, h) for h in ("day", "repositories", "left", *(STATUS[n] for n in names))))
    rows = [tag("tr", {}, tag("th", {"scope": "row"}, p.date.isoformat()), tag("td", {"class": "n"}, p.repositories),
                tag("td", {"class": "n"}, p.total), *(tag("td", {"class": "n"}, p.status.get(n, 0)) for n in names))
            for p in found.history]  # fmt: skip
    table = tag("details", {"class": "more"}, tag("summary", {}, "As a table"), tag("table", {}, tag("thead", {}, head),
                tag("tbody", {}, *rows)))  # fmt: skip
    return join(picture, legend, table)


def _problems(found: Survey) -> Markup | None:
    rows = [(scan, path, message) for scan in found.scans for path, message in scan.problems]
    if not rows:
        return None
    cells = [tag("li", {}, tag("code", {}, f"{scan.repository}/{path}" if found.many else path), " ", message)
             for scan, path, message in rows]  # fmt: skip
    return tag("section", {"class": "panel wide"}, tag("h2", {}, "Could not be read or parsed"),
               tag("ul", {"class": "notes"}, *cells))  # fmt: skip


def _footer(found: Survey) -> Markup:
    keys = (("/", "search"), ("j", "next"), ("k", "previous"), ("Enter", "open"), ("x", "open all"), ("Esc", "clear"))
    tokens = list(dict.fromkeys(token for scan in found.scans for token in scan.tokens))
    before = None
    if tokens:
        shown = [join(", " if i else "", tag("code", {}, token)) for i, token in enumerate(tokens)]
        before = tag("p", {}, tag("b", {}, "Before you merge the fixes: "), *shown, " must be ",
                     "a personal API token" if len(tokens) == 1 else "personal API tokens", " (v2 refuses project tokens).")
    return tag("footer", {}, before,
        tag("p", {"id": "keys", "hidden": True}, *(join(tag("kbd", {}, key), f" {what}  ") for key, what in keys)),
        tag("p", {}, f"Made by v2migrate {found.version}".strip(), ". This page loads nothing and sends nothing."))  # fmt: skip

"""The HTML page as text: what is on it, that it loads nothing, that nothing in code or names becomes markup."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from report_case import ABOUT, DETAILS, EVIL_ABOUT, EVIL_RUN, GONE, RUN, SOURCES, TODAY, TRIGGER, evil_sources

from v2migrate.finding import FileResult, Run
from v2migrate.report import chart, code_html
from v2migrate.report.html import render
from v2migrate.report.markup import Markup, join, tag
from v2migrate.report.survey import of_run, survey

VOID = {"meta", "input", "br"}


class Tree(HTMLParser):
    """Checks that tags are balanced; collects tags, links, ids and text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.text += "" if tag in ("b", "i", "code") else " "
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.text += data

    def all(self, name: str, key: str) -> list[str]:
        return [attrs[key] or "" for tag, attrs in self.tags if (not name or tag == name) and key in attrs]


def page(run: Run = RUN) -> str:
    return render(survey([of_run(run, SOURCES.get, ABOUT)]), ABOUT.rules)


def test_what_is_on_the_page() -> None:
    text = page()
    tree = Tree(text)
    said = " ".join(tree.text.split())
    for part in (
        "CircleCI API v1 to v2 acme/web",
        "12 files looked into on 21 November 2026",
        "72 days until 1 call stops answering 1 February 2027",
        "1 call already without an answer",
        "What dies first Already gone answers an error today 1 1 by hand "
        "Stops on 1 February 2027 72 days left 1 1 to review Keeps working no end date is known 1 1 to review",
        "By rule clear-build-cache 1 job-details 1 trigger-job-on-branch 1",
        "By folder ci 2 tools 1",
        "By owner @acme/platform 2 @acme/release 2 nobody 1",
        "ci/deploy.sh:4 trigger-job-on-branch fix to review",
        "Right if every workflow of the branch may run where one job ran before --assume all-workflows",
        "Why POST /project/…/tree/{branch} started one job",
        "Not rewritten: `outcome` is read",
        "Could not be read or parsed bin/odd cannot be read: permission denied",
        "Before you merge the fixes: $TOKEN must be a personal API token",
        'curl --fail -X POST -u "$TOKEN:" "$BASE/project/github/acme/web/pipeline"',
        "Made by v2migrate 1.2.3. This page loads nothing and sends nothing.",
    ):
        assert part in said, part
    assert [a["data-rule"] for t, a in tree.tags if a.get("class") == "finding"] == [
        "clear-build-cache", "trigger-job-on-branch", "job-details"]  # fmt: skip
    ids = tree.all("", "id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in tree.all("a", "href") if h.startswith("#")} <= set(ids)


def test_it_loads_nothing_and_runs_only_its_own_script() -> None:
    text = page()
    tree = Tree(text)
    assert not tree.all("", "src") and not tree.all("", "srcset") and not tree.all("", "style")
    assert {name for name, _ in tree.tags} & {"link", "img", "iframe", "object", "embed", "base", "audio", "video"} == set()
    assert all(h.startswith(("#", "https://circleci.com/", "https://")) for h in tree.all("a", "href"))
    assert "url(" not in text and "@import" not in text
    policy = tree.all("meta", "content")[0]
    for name in ("style", "script"):
        (body,) = re.findall(f"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not [key for _, attrs in tree.tags for key in attrs if key.startswith("on")]


def test_nothing_in_code_or_names_becomes_markup() -> None:
    text = render(survey([of_run(EVIL_RUN, evil_sources, EVIL_ABOUT)]), {})
    tree = Tree(text)
    assert [name for name, _ in tree.tags].count("script") == 1
    assert not {"img", "i", "iframe"} & {name for name, _ in tree.tags}
    assert text.replace("\n", "").isprintable()
    assert "</pre></script><script>alert(1)</script>" in tree.text and "onerror=alert(1)" in tree.text
    assert not [h for h in tree.all("a", "href") if not h.startswith("#")]
    assert "@a|b<i>" in tree.text


def test_nothing_found() -> None:
    said = " ".join(Tree(page(Run((), 3, TODAY))).text.split())
    assert "No calls to CircleCI's old API in 3 files." in said and "0 findings in 0 files" not in said.lower()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2027, 1, 31), "1 day until 1 call stops answering"),
        (date(2027, 2, 1), "0 days until 1 call stops answering"),
        (date(2027, 2, 2), "2 calls to endpoints that do not answer any more"),
        (date.min, "1 call to endpoints that do not answer any more"),
    ],
)
def test_the_countdown(day: date, said: str) -> None:
    assert said in " ".join(Tree(page(dataclasses.replace(RUN, today=day))).text.split())


def test_what_has_no_date_and_is_not_gone_is_calm() -> None:
    run = Run((FileResult("ci/deploy.sh", (DETAILS,)),), 1, TODAY)
    assert "Nothing found here has an end date." in page(run)


def test_soon_looks_different() -> None:
    assert 'class="countdown"' in page() and 'class="countdown soon"' in page(dataclasses.replace(RUN, today=date(2027, 1, 2)))


def test_equal_findings_have_anchors_of_their_own() -> None:
    run = Run((FileResult("ci/deploy.sh", (GONE, dataclasses.replace(GONE))),), 1, TODAY)
    ids = Tree(page(run)).all("details", "id")
    assert ids[:2] == ["f-" + "3" * 16, "f-" + "3" * 16 + "-2"]


def test_several_repositories_and_days() -> None:
    scans = []
    for name, day, findings in (("a/b", date(2026, 9, 1), (TRIGGER, GONE)), ("a/b", date(2026, 10, 1), (GONE,)),
                                ("c/d", date(2026, 10, 5), (TRIGGER,))):  # fmt: skip
        run = Run((FileResult("ci/deploy.sh", findings),), 4, day)
        scans.append(of_run(run, SOURCES.get, dataclasses.replace(ABOUT, repository=name)))
    tree = Tree(render(survey(scans, TODAY), ABOUT.rules))
    said = " ".join(tree.text.split())
    assert "CircleCI API v1 to v2 2 repositories" in said and "c/d/ci/deploy.sh:4" in said
    assert "As a table day repositories left gone has a date wrong on v2 no end date 2026-09-01 1 2 1 1 0 0" in said
    assert tree.all("svg", "aria-label") == ["Findings left, from 2 on 2026-09-01 to 2 on 2026-10-05"]


# --- the parts ------------------------------------------------------------------------------------------------------


def test_markup_escapes_all_but_itself() -> None:
    made = tag("a", {"href": '"><b>', "hidden": True, "id": False}, "<&>", Markup("<b>"), None, 3)
    assert made.text == '<a href="&quot;&gt;&lt;b&gt;" hidden>&lt;&amp;&gt;<b>3</a>'
    assert join("'", tag("br")).text == "&#x27;<br>"


def test_a_folded_line_of_a_patch_stays_added() -> None:
    text = code_html.patch("1 |   a\n2 | - b\n  | + c\n  |   more of c\n3 |   d\n...\n ::: x.py").text
    kinds = re.findall(r'<span class="(l[^"]*)">', text)
    assert kinds == ["l", "l drop", "l add", "l add", "l", "l where", "l where"]


def test_a_frame_marks_underlines_not_code() -> None:
    text = code_html.frame("  |\n4 | a --- b\n  |   --- here\n5 | c ^^^\n  |   ^^^").text
    assert text.count('class="second"') == 1 and text.count('class="under"') == 1


def test_charts_have_round_steps_and_do_not_divide_by_nothing() -> None:
    day = date(2026, 11, 1)
    points = [(day, {"gone": 0}), (date(2026, 11, 1), {"gone": 0})]
    assert "NaN" not in chart.burn_down(points, ("gone",)).text
    text = chart.burn_down([(day, {"gone": 7}), (date(2026, 12, 1), {"gone": 113})], ("gone",)).text
    assert re.findall(r'text-anchor="end">(\d+)<', text) == ["0", "50", "100", "150"]
    assert chart.bar([("safe", 0), ("manual", 1)], 4).text.count("<rect") == 1

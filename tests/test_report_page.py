"""The HTML page in a real browser: no complaint, no request, filters, keys, dark and light, print."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from browser import Browser, browser
from report_case import ABOUT, EVIL_ABOUT, EVIL_RUN, RUN, SOURCES, evil_sources
from tools import need

from v2migrate.report.html import render
from v2migrate.report.survey import of_run, survey

SHOWN = "[...document.querySelectorAll('.finding:not([hidden])')].map(c => c.dataset.rule).join()"
GONE, TRIGGER, DETAILS = "clear-build-cache", "trigger-job-on-branch", "job-details"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    need("chromium", "bash")
    with browser() as found:
        yield found


@pytest.fixture
def page(tmp_path: Path, chromium: Browser) -> Iterator[Path]:
    file = tmp_path / "report.html"
    file.write_text(render(survey([of_run(RUN, SOURCES.get, ABOUT)]), ABOUT.rules), "utf-8")
    chromium.events.clear()
    yield file
    assert chromium.complaints() == []
    assert {url.partition("#")[0] for url in chromium.requests()} <= {"about:blank", file.as_uri()}


def test_search_and_filters(page: Path, chromium: Browser) -> None:
    chromium.open(page)
    assert chromium.js(SHOWN) == f"{GONE},{TRIGGER},{DETAILS}"

    def search(text: str) -> None:
        chromium.js(f"q.value = {text!r}; q.dispatchEvent(new Event('input')); 0")

    search("JQ deploy.sh")
    assert chromium.js(SHOWN) == f"{TRIGGER},{DETAILS}"  # both show the line with jq: one in its patch
    search("no such text")
    assert chromium.js(SHOWN) == "" and chromium.js("document.getElementById('none').hidden") is False
    chromium.js("document.getElementById('clear').click()")
    chromium.js("new Promise(done => setTimeout(done))")
    assert chromium.js("shown.textContent") == "3 of 3"
    chromium.js("document.querySelector('.chip[data-value=gone]').click()")
    assert chromium.js(SHOWN) == GONE and chromium.js("location.hash") == "#status=gone"
    chromium.js("document.querySelector('.chip[data-value=sunset]').click()")
    assert chromium.js(SHOWN) == f"{GONE},{TRIGGER}"
    chromium.js("document.querySelector('.pick[data-value=\"@acme/release\"]').click()")
    assert chromium.js(SHOWN) == TRIGGER
    assert chromium.js("document.querySelectorAll('.group:not([hidden])').length") == 1
    assert chromium.js("document.querySelector('[data-select=owner]').value") == "@acme/release"


def test_a_view_can_be_passed_on(page: Path, chromium: Browser) -> None:
    chromium.open(page, "#q=curl&class=unsafe&rule=job-details")
    assert chromium.js(SHOWN) == DETAILS and chromium.js("q.value") == "curl"
    chromium.open(page, "#f-" + "3" * 16)
    assert chromium.js("document.querySelector('.finding[open]').dataset.rule") == GONE
    chromium.open(page, "#%")
    assert chromium.js("shown.textContent") == "3 of 3"


def test_keys(page: Path, chromium: Browser) -> None:
    chromium.open(page)
    focus = "document.activeElement.closest('.finding')?.dataset.rule || document.activeElement.id"
    chromium.press("j")
    chromium.press("j")
    assert chromium.js(focus) == TRIGGER
    chromium.press("Enter")
    assert chromium.js("document.querySelector('.finding[open]').dataset.rule") == TRIGGER
    chromium.press("k")
    assert chromium.js(focus) == GONE
    chromium.press("/")
    assert chromium.js(focus) == "q" and chromium.js("q.value") == ""
    chromium.press("x")
    assert chromium.js("q.value") == "x"
    chromium.press("Escape")
    assert chromium.js("q.value + document.activeElement.tagName") == "BODY"
    chromium.press("x")
    assert chromium.js("document.querySelectorAll('.finding[open]').length") == 3
    chromium.press("x")
    assert chromium.js("document.querySelectorAll('.finding[open]').length") == 0


def test_dark_light_and_print(page: Path, chromium: Browser) -> None:
    chromium.open(page)
    color = "getComputedStyle(document.body).backgroundColor"
    assert chromium.picture().startswith(b"\x89PNG") and chromium.js(color) == "rgb(246, 247, 249)"
    chromium.picture(dark=True)
    assert chromium.js(color) == "rgb(16, 19, 24)"
    chromium.js("theme.click(); 0")
    assert chromium.js("theme.textContent") == "Theme: light" and chromium.js(color) == "rgb(246, 247, 249)"
    chromium.js("theme.click(); theme.click(); 0")
    chromium.picture(media="print")
    assert chromium.js("getComputedStyle(document.getElementById('filters')).display") == "none"
    assert chromium.js("document.querySelector('.finding .patch').checkVisibility()") is True
    chromium.picture()
    assert chromium.js("document.querySelector('.finding .patch').checkVisibility()") is False


def test_nothing_is_wider_than_a_phone(page: Path, chromium: Browser) -> None:
    chromium.open(page)
    chromium.js("all.click(); 0")
    for width in (360, 800, 1280):
        chromium.picture(width=width)
        assert chromium.js("document.documentElement.scrollWidth") <= width


def test_what_people_use_has_a_name(page: Path, chromium: Browser) -> None:
    chromium.open(page)
    nodes = chromium.call("Accessibility.getFullAXTree")["nodes"]
    roles = ("button", "combobox", "searchbox", "link", "image", "DisclosureTriangle")
    named = [(n["role"]["value"], n.get("name", {}).get("value", "")) for n in nodes if not n.get("ignored")]
    assert len([r for r, _ in named if r in roles]) > 20
    assert [pair for pair in named if pair[0] in roles and not pair[1].strip()] == []


def test_the_countdown_goes_on(tmp_path: Path, chromium: Browser) -> None:
    import dataclasses

    run = dataclasses.replace(RUN, today=date(2000, 1, 1))
    trigger = dataclasses.replace(run.findings[0], deadline=date(2999, 1, 1))
    run = dataclasses.replace(run, results=(dataclasses.replace(run.results[0], findings=(trigger,)),))
    file = tmp_path / "old.html"
    file.write_text(render(survey([of_run(run, SOURCES.get, ABOUT)]), {}), "utf-8")
    chromium.open(file)
    then = (date(2999, 1, 1) - date(2000, 1, 1)).days
    assert 300_000 < int(chromium.js("document.querySelector('.big').textContent")) < then
    assert chromium.js("document.querySelector('.written').checkVisibility()") is True


def test_hostile_code_does_nothing(tmp_path: Path, chromium: Browser) -> None:
    file = tmp_path / "evil.html"
    file.write_text(render(survey([of_run(EVIL_RUN, evil_sources, EVIL_ABOUT)]), {}), "utf-8")
    chromium.events.clear()
    chromium.open(file)
    assert chromium.complaints() == []
    assert chromium.js("document.scripts.length + document.images.length") == 1
    assert not [e for e in chromium.events if e.get("method") == "Page.javascriptDialogOpening"]


def test_a_complaint_would_be_heard(tmp_path: Path, chromium: Browser) -> None:
    file = tmp_path / "bad.html"
    file.write_text("<!doctype html><meta http-equiv=Content-Security-Policy content=\"default-src 'none'\"><script>1</script>")
    chromium.events.clear()
    chromium.open(file)
    assert chromium.complaints() != []

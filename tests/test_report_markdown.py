"""Markdown for pull requests: the whole report, its limits, and text that would be taken for markup."""

from __future__ import annotations

import dataclasses
import re

from markdown_it import MarkdownIt
from report_case import ABOUT, EVIL_ABOUT, EVIL_RUN, RUN, SOURCES, TODAY, evil_sources

from v2migrate.finding import FileResult, Run
from v2migrate.report.context import Context
from v2migrate.report.frame import Sources
from v2migrate.report.markdown import render
from v2migrate.report.survey import of_run, survey


def markdown(run: Run, sources: Sources = SOURCES.get, about: Context = ABOUT) -> str:
    return render(survey([of_run(run, sources, about)]))


def test_markdown() -> None:
    text = markdown(RUN)
    head, _, details = text.partition("\n<details>")
    assert head == """\
## CircleCI API v1 to v2: acme/web

**3 findings**: 2 need a look (`--unsafe-fixes` or `--assume`), 1 by hand.

**1 stops answering in 72 days.**

1 no longer answers.

| owner | findings |
| --- | ---: |
| `@acme/platform` | 2 |
| `@acme/release` | 2 |

| | where | rule | what | ends | fix |
| --- | --- | --- | --- | --- | --- |
| 🔴 | `tools/cache.py:3` | `clear-build-cache` | DELETE /project/{slug}/build-cache (v1.1) is gone; v2 has no such call \
| gone | by hand |
| 🟠 | `ci/deploy.sh:4` | `trigger-job-on-branch` | POST /project/{slug}/tree/{branch} (v1.1) stops answering on 2027-02-01; \
v2 has POST /project/{slug}/pipeline | 2027-02-01 (72 days) | unsafe |
| 🔵 | `ci/deploy.sh:5` | `job-details` | GET /project/{slug}/{build} (v1.1) is legacy and has no end date; \
v2 has GET /project/{slug}/job/{build} | legacy | withheld |
"""
    second = details.split("</details>")[1]
    assert second == """

<details><summary><code>ci/deploy.sh:4</code> trigger-job-on-branch</summary>

POST /project/{slug}/tree/{branch} (v1.1) stops answering on 2027-02-01; v2 has POST /project/{slug}/pipeline. \
sunset: stops answering on 2027-02-01, 72 days left.

```text
  |
2 | BASE=https://circleci.com/api/v1.1
  |      ----------------------------- the URL comes from here
...
4 | echo 日; curl --fail -X POST -u "$TOKEN:" "$BASE/project/github/acme/web/tree/main"
  |          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
```

- one job ran before; a v2 pipeline runs every workflow of the branch
- the fix assumes all-workflows

The fix (unsafe):

```text
1 |   #!/bin/sh
2 | - BASE=https://circleci.com/api/v1.1
  | + BASE=https://circleci.com/api/v2
3 |   # é 日 🚀
4 | - echo 日; curl --fail -X POST -u "$TOKEN:" "$BASE/project/github/acme/web/tree/main"
  | + echo 日; curl --fail -X POST -u "$TOKEN:" "$BASE/project/github/acme/web/pipeline"
5 |   curl -s "$BASE/project/github/acme/web/7" | jq .outcome
```

[What CircleCI says](<https://circleci.com/changelog/x>)

"""
    assert text.endswith("1 file could not be read or parsed:\n\n- `bin/odd`: cannot be read: permission denied\n")


def test_nothing_found() -> None:
    text = markdown(Run((), 3, TODAY))
    assert text == "## CircleCI API v1 to v2: acme/web\n\nNo calls to CircleCI's old API in 3 files. ✅\n"


def test_it_fits_into_a_comment_and_says_what_it_left_out() -> None:
    (result, *_) = RUN.results
    many = tuple(dataclasses.replace(result.findings[0], message=f"{n} " + "x" * 200) for n in range(400))
    text = markdown(Run((FileResult("ci/deploy.sh", many),), 1, TODAY))
    assert len(text) < 65_000
    assert "more left out of the table; the HTML report has them all." in text
    assert "more left out of the details; the HTML report has them all." in text


def test_hostile_text_stays_text() -> None:
    text = markdown(EVIL_RUN, evil_sources, EVIL_ABOUT)
    assert text.replace("\n", "").replace("\u200b", "").isprintable()
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    assert "<script" not in html and "<img" not in html and "href=\"javascript" not in html
    assert html.count("<details>") == html.count("</details>") == 1
    rows = [line for line in text.splitlines() if line.startswith("| 🔴")]
    assert html.count("<tr>") == 2 * 2 + 1 and len(rows) == 1  # two tables: heads, two owners, one finding
    assert html.count("<td") == 2 * 2 + 6
    # A name that GitHub would tell somebody about is not to be found outside code.
    outside = re.sub(r"<code.*?</code>", "", html, flags=re.DOTALL)
    assert "@y" not in outside and "@everyone" not in outside and "@team" not in outside

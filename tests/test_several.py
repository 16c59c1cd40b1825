"""One call to several: which forms of a call a function can take the place of, where its code goes, and that it goes in once."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2migrate import engine
from v2migrate.finding import Finding

URL = "https://circleci.com/api/v1.1/project/gh/acme/web"
AGAIN = f"""
def again(token, number):
    requests.post(f"{URL}/{{number}}/retry", headers={{"Circle-Token": token}})
"""
CURL = f'curl -f -X POST -u "$TOKEN:" "{URL}/$NUMBER/retry"\n'


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()


def check(name: str, text: str) -> Finding:
    """The one finding in a file."""
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_text(text)
    (finding,) = engine.check([name], engine.Options()).findings
    return finding


def fixed(name: str, text: str) -> str:
    """The file after the fix, which a second fix leaves as it is."""
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).write_bytes(text.encode())
    engine.fix([name], engine.Options(unsafe=True), write=True)
    made = Path(name).read_bytes().decode()
    run, changed = engine.fix([name], engine.Options(unsafe=True), write=True)
    assert not changed and not run.findings
    return made


def test_the_finding_says_how_many_calls_and_what_is_gone() -> None:
    finding = check("a.sh", CURL)
    assert finding.klass == "unsafe" and finding.assumes == ("several-calls",)
    notes = "\n".join(finding.notes)
    assert "one request becomes several (3: " in notes and "gone from the answer: build_num" in notes and "needs jq" in notes


def test_functions_go_in_once_for_all_rules() -> None:
    ssh = AGAIN.replace("/retry", "/ssh").replace("again", "debug")
    made = fixed("a.py", "import requests\n" + AGAIN + AGAIN.replace("again", "more") + ssh)
    for name in ("def v2_ask(", "class V2Refused(", "def v2_retry_job(", "def v2_retry_job_with_ssh(", "import time\n"):
        assert made.count(name) == 1
    assert made.count("v2_retry_job(requests, f") == 2 and made.count("v2_retry_job_with_ssh(requests, f") == 1
    later = fixed("a.py", made + AGAIN.replace("again", "later"))
    assert later.startswith(made) and later.count("def v2_") == 3 and "v1.1" not in later


def test_functions_go_into_each_step_of_a_config_once() -> None:
    step = "          command: |\n            set -e\n            " + CURL + "            " + CURL.replace("$NUMBER", "$OTHER")
    text = "jobs:\n  again:\n    steps:\n      - run:\n" + step + "      - run:\n" + step
    made = fixed(".circleci/config.yml", text)
    assert made.count("            v2_retry_job() (\n") == 2 == made.count("            set -e\n            # Asks ")
    assert made.count("            v2_retry_job -f -u ") == 4


def test_windows_line_ends_are_kept() -> None:
    made = fixed("a.py", ("import requests\n" + AGAIN).replace("\n", "\r\n"))
    assert made.count("\n") == made.count("\r\n") > 20


def test_a_comment_above_the_code_stays_there() -> None:
    made = fixed("a.sh", "#!/bin/sh\n# The license.\n\nset -eu\n\n# Once more.\n" + CURL)
    assert made.startswith("#!/bin/sh\n# The license.\n\nset -eu\n\n# Asks CircleCI")
    assert ")\n\n# Once more.\nv2_retry_job" in made


PYTHON = [
    ("v2_ask = 1\n" + AGAIN, "the name v2_ask is taken"),
    (AGAIN.replace("requests.post", "post"), "not written as a name in front of the call"),
    (AGAIN.replace("def again", "async def again").replace("requests.post", "await httpx.AsyncClient().post"), "async client"),
    (AGAIN.replace("requests.post(", "requests.post(stream=True, url="), "takes stream="),
    (AGAIN.replace('headers={"Circle-Token": token}', "**options"), "not seen"),
    (AGAIN.replace("headers=", 'json={"a": 1}, headers='), "sends a body"),
    (AGAIN.replace("?", "").replace("/retry", "/retry?x=1"), "the query's `x` has no place"),
    (AGAIN.replace("requests.post(", "print(requests.post(") + "    .text[5])", "is read as text"),
    (AGAIN + "import os\n", "no place for a function above the call"),
]


@pytest.mark.parametrize(("text", "because"), PYTHON)
def test_other_forms_in_python_are_left_to_people(text: str, because: str) -> None:
    first = "from requests import post\n" if " post(" in text else "import httpx\nimport requests\n"
    finding = check("a.py", first + text.replace(" .text", ".text").replace("})\n.", "})."))
    assert finding.klass == "manual" and finding.fix is None and not finding.assumes
    assert "POST /workflow/{id}/rerun" in finding.notes[0]
    assert any(because in note for note in finding.notes), finding.notes


SHELL = [
    ("x.sh", CURL.replace("-f", '-f -w "%{http_code}"'), "several calls cannot take -w"),
    ("x.sh", CURL.replace("-f", "-f -o out.json"), "the answer is written to a file"),
    ("x.sh", CURL.replace("curl -f", "sudo curl -f"), "does not begin with curl"),
    ("x.sh", CURL.replace("curl -f", "curl $OPTIONS -f"), "OPTIONS"),
    ("x.sh", "v2_retry_job=1\n" + CURL, "the name v2_retry_job is taken"),
    ("x.sh", "#!/usr/bin/fish\n" + CURL, "not one that functions are written for"),
    ("x.sh", CURL.replace("\n", " | grep -q build_num\n"), "the answer goes to grep"),
    ("Makefile", "again:\n\t" + CURL.replace("$", "$$"), "functions are not added to code in this place"),
    ("x.yml", "run: " + CURL.replace(": ", ":"), "functions are not added to code in this place"),
]


@pytest.mark.parametrize(("name", "text", "because"), SHELL)
def test_other_forms_in_shell_are_left_to_people(name: str, text: str, because: str) -> None:
    finding = check(name, text)
    assert finding.klass == "manual" and finding.fix is None and not finding.assumes
    assert "POST /workflow/{id}/rerun" in finding.notes[0]
    assert any(because in note for note in finding.notes), finding.notes


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\nimport sys\n\nimport requests\n", "import os\nimport sys\nimport time\n\nimport requests\n\n\nclass"),
        ("import zlib\n\nimport requests\n", "import time\nimport zlib\n\nimport requests\n\n\nclass"),
        ("import os  # x\r\nimport requests\r\n", "import os  # x\r\nimport time\r\nimport requests\r\n\r\n\r\nclass"),
        ('"""\nimport os\n"""\nimport requests\n', '"""\nimport os\n"""\nimport requests\nimport time\n\n\nclass'),
        ("import requests\n\ndef f():\n    import time\n", "import requests\nimport time\n\n\nclass"),
        ("import os, time\nimport requests\n", "import os, time\nimport requests\n\n\nclass"),
    ],
)
def test_an_import_goes_beside_its_like(before: str, after: str) -> None:
    newline = "\r\n" if "\r\n" in before else "\n"
    assert fixed("a.py", before + AGAIN.replace("\n", newline)).startswith(after)


@pytest.mark.parametrize(
    "line", ["from datetime import date, time", "from x import (\n    y,\n    time,\n)", "time: int = 3", "time, x = 1, 2"]
)
def test_a_name_that_is_another_things_is_not_taken(line: str) -> None:
    finding = check("a.py", f"import requests\n{line}\n{AGAIN}")
    assert finding.fix is None and "the name time is taken" in " ".join((finding.withheld, *finding.notes))


def test_functions_in_a_step_have_the_newlines_of_the_file() -> None:
    """YAML takes each of them for one, so the shell sees none that differ."""
    step = f"jobs:\n  again:\n    steps:\n      - run: |\n          echo again\n          {CURL}"
    made = fixed(".circleci/config.yml", step.replace("\n", "\r\n"))
    assert made.count("v2_retry_job") > 1 and made.count("\n") == made.count("\r\n")
    assert made.replace("\r\n", "\n") == fixed(".circleci/other.yml", step)

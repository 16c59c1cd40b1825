"""Changes written into shell code inside of other files: spelled as the host wants it, and read back the same."""

from __future__ import annotations

import subprocess

import pytest
import yaml

from v2migrate import verify
from v2migrate.hosts import regions
from v2migrate.languages.shell import lower, write
from v2migrate.request import Change, Entry, Header, Object, Scalar
from v2migrate.source import Edit, Source, apply_edits, render
from v2migrate.template import Hole, Template, Text, text

URL = "https://circleci.com/api/v1.1/project/gh/o/r/7/cancel"
TOKEN = Change(headers=(Header("Circle-Token", Template((Hole("$T"),))),))
BODY = Change(body=Object((Entry("branch", Scalar("string", "", Template((Text("x-"), Hole("$B"))))),)))


def changed(path: str, code: str, change: Change) -> str:
    """The file after the change, which has to be what the edits mean."""
    source = Source(path, code.encode())
    (region, request) = next((r, q) for r in regions(source) for q in lower(source, r, lambda _: None).requests)
    written = write(source, region, request, change)
    assert not written.problem, written.problem
    edits = render(source, written.steps)
    after = apply_edits(source.data, edits)
    assert verify.still_parses(source, Source(path, after), edits)
    return after.decode()


def test_double_quoted_yaml() -> None:
    after = changed("c.yml", f'- run: "curl -X POST \\"{URL}\\""\n', BODY)
    assert yaml.safe_load(after)[0]["run"] == (
        f'curl -H "Content-Type: application/json" -d "{{\\"branch\\": \\"x-$B\\"}}" -X POST "{URL}"')


def test_single_quoted_yaml() -> None:
    body = Object((Entry("branch", Scalar("string", "", text("m"))),))
    after = changed("c.yml", f"- run: 'curl -X POST ''{URL}'''\n", Change(body=body))
    assert yaml.safe_load(after)[0]["run"] == (
        f"""curl -H 'Content-Type: application/json' -d '{{"branch": "m"}}' -X POST '{URL}'""")


@pytest.mark.parametrize("scalar", [
    f"curl -X POST {URL}", f"|\n    curl -X POST \\\n      {URL}\n", f">\n    curl -X POST\n    {URL}\n",
])  # fmt: skip
def test_other_yaml(scalar: str) -> None:
    after = changed("c.yml", f"- run: {scalar}\n", TOKEN)
    assert "Circle-Token" in yaml.safe_load(after)[0]["run"]


def test_make() -> None:
    assert changed("Makefile", f"a:\n\tcurl -X POST \\\n\t  {URL}\n", TOKEN) == (
        f'a:\n\tcurl -X POST \\\n\t  -H "Circle-Token: $$T" \\\n\t  {URL}\n')


def test_make_runs_it() -> None:
    after = changed("Makefile", f"a:\n\t@B=main; curl -X POST {URL}\n", BODY).replace("curl", "printf '%s\\n'")
    done = subprocess.run(["make", "-f", "-", "a"], input=after, capture_output=True, text=True, check=True)
    assert '{"branch": "x-main"}' in done.stdout.splitlines()


def test_json_form_of_run() -> None:
    assert changed("Dockerfile", f'RUN ["sh", "-c", "curl -X POST {URL}"]\n', TOKEN) == (
        f'RUN ["sh", "-c", "curl -H \\"Circle-Token: $T\\" -X POST {URL}"]\n')


def test_a_quoted_fence() -> None:
    assert changed("a.md", f"> ```sh\n> curl -X POST \\\n>   {URL}\n> ```\n", TOKEN) == (
        f'> ```sh\n> curl -X POST -H "Circle-Token: $T" \\\n>   {URL}\n> ```\n')


def test_a_text_that_the_host_reads_in_another_way_is_told() -> None:
    before = Source("c.yml", b"- run: curl x\n")
    for new in (b" # y", b"  z", b" 'y'"):
        edit = Edit("c.yml", 13, b"", new)
        assert verify.still_parses(before, Source("c.yml", apply_edits(before.data, [edit])), [edit]) is (new != b" # y")
    dollar = Source("Makefile", b"a:\n\tcurl x\n")
    for new, fine in ((b" $$X", True), (b" $X", False)):
        edit = Edit("Makefile", 10, b"", new)
        after = Source("Makefile", apply_edits(dollar.data, [edit]))
        assert verify.still_parses(dollar, after, [edit]) is fine

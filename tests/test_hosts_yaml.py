"""Shell in YAML: which scalars are regions, which bytes are their code, and that an edit there lands in the file."""

from __future__ import annotations

import dataclasses

import pytest
import yaml

from v2migrate.hosts import regions
from v2migrate.languages.shell.code import make, spelled
from v2migrate.source import Region, Source


def code(source: Source, region: Region) -> str:
    """What the shell gets to see."""
    return make(source, dataclasses.replace(region, masks=())).text.decode()


def codes(text: str | bytes, path: str = ".circleci/config.yml") -> list[str]:
    source = Source(path, text.encode() if isinstance(text, str) else text)
    return [code(source, region) for region in regions(source)]


def edited(text: str, old: str, new: str) -> str:
    """The file with `old` replaced by `new` inside the bytes of its regions."""
    source = Source("c.yml", text.encode())
    at = source.data.index(old.encode())
    inside = [r for r in regions(source) if any(s <= at and at + len(old.encode()) <= e for s, e in r.ranges)]
    assert len(inside) == 1
    assert inside[0].writable
    return (source.data[:at] + new.encode() + source.data[at + len(old.encode()) :]).decode()


def test_literal_block() -> None:
    text = "jobs:\n  a:\n    steps:\n      - run: |\n          curl -s \\\n            $URL\n\n          echo ok\n  b: 1\n"
    assert codes(text) == ["curl -s \\\n  $URL\n\necho ok\n"]
    region = regions(Source("c.yml", text.encode()))[0]
    assert (region.language, region.host, region.indent, region.writable) == ("shell", "yaml", b" " * 10, True)
    after = edited(text, "$URL", "$NEW")
    assert yaml.safe_load(after)["jobs"]["a"]["steps"][0]["run"] == "curl -s \\\n  $NEW\n\necho ok\n"


@pytest.mark.parametrize("header", ["|", "|-", "|+", "| # why", "|2-"])
def test_literal_headers(header: str) -> None:
    assert codes(f"run: {header}\n  a\n    b\n") == ["a\n  b\n"]


def test_indent_given_by_number_keeps_leading_blanks() -> None:
    assert codes("run: |2\n    a\n  b\n") == ["  a\nb\n"]


def test_folded_block_has_a_blank_for_each_line_break() -> None:
    text = "run: >-\n  curl -s\n  -X POST\n  $URL\n"
    assert codes(text) == ["curl -s -X POST $URL\n"]
    assert yaml.safe_load(edited(text, "POST", "GET")) == {"run": "curl -s -X GET $URL"}
    assert b"\n" in regions(Source("c.yml", text.encode()))[0].forbidden


def test_folded_block_with_blank_and_indented_lines() -> None:
    assert codes("run: >\n  a\n\n  b\n  c\n\n\n  d\n") == ["a\nb c\n\nd\n"]
    assert codes("run: >\n  a\n    b\n    c\n  d\n") == ["a\n  b\n  c\nd\n"]


def test_plain_scalars() -> None:
    text = "steps:\n  - run: curl -s $URL # not code\n  - run: curl\n      -s\n      $URL2\n"
    assert codes(text) == ["curl -s $URL", "curl -s $URL2"]
    assert yaml.safe_load(edited(text, "$URL2", "$V"))["steps"][1]["run"] == "curl -s $V"
    assert {b": ", b" #", b"\n"} <= set(regions(Source("c.yml", text.encode()))[0].forbidden)


def test_flow_scalars_may_not_get_brackets() -> None:
    region = regions(Source("c.yml", b"{run: curl -s x, a: 1}"))[0]
    assert {b",", b"]", b"}"} <= set(region.forbidden)


def test_quoted_scalars() -> None:
    text = "script:\n  - 'curl -s \"$A\"'\n  - \"curl -s '$B'\"\n"
    assert codes(text, ".gitlab-ci.yml") == ['curl -s "$A"', "curl -s '$B'"]
    assert yaml.safe_load(edited(text, "$B", "$C"))["script"][1] == "curl -s '$C'"


def test_escapes_are_read_and_written() -> None:
    text = "a: {run: 'echo ''x'' y'}\nb: {run: \"echo \\\"x\\\" \\\\ \\/\"}\n"
    source = Source("c.yml", text.encode())
    found = regions(source)
    assert [code(source, r) for r in found] == ["echo 'x' y", 'echo "x" \\ /']
    assert [spelled(source, r, b"'a' \"b\" \\\n") for r in found] == [b"''a'' \"b\" \\\n", b"'a' \\\"b\\\" \\\\\\n"]
    assert [r.forbidden for r in found] == [(b"\n",), ()]


def test_escaped_line_breaks() -> None:
    assert codes('run: "set -e\\ncurl -s x\\n"') == ["set -e\ncurl -s x\n"]
    assert codes('run: "printf \\t a\\r\\n"') == ["printf \t a\n"]
    assert codes('run: "printf \\e a"') == []  # no byte stands for that


def test_quoted_over_several_lines() -> None:
    assert codes("run: 'curl -s\n  -X POST\n\n  x'\n") == ["curl -s -X POST\nx"]
    assert codes('run: "curl -s\n  -X POST"\n') == ["curl -s -X POST"]
    assert codes('run: "curl \\"a\\"\n  -X POST"\n') == ['curl "a" -X POST']
    assert codes('run: "curl a \\\n  -X POST"\n') == []


def test_windows_newlines_and_byte_order_mark() -> None:
    text = "run: |\r\n  curl a \\\r\n    b\r\nscript:\r\n  - x\r\n    y\r\n"
    assert codes(b"\xef\xbb\xbf" + text.encode()) == ["curl a \\\n  b\n", "x y"]


def test_offsets_behind_text_that_is_not_ascii() -> None:
    text = "name: Prüfung – ✓\nrun: |\n  echo ü\n  curl x\n"
    assert codes(text) == ["echo ü\ncurl x\n"]
    assert codes(b"name: \xff\xfe\nrun: curl x\n") == ["curl x"]


def test_where_commands_stand() -> None:
    text = """
machine:
  pre:
    - echo pre
test:
  override:
    - echo one
    - curl -X POST https://h/api/v1/x:
        timeout: 9
deployment:
  prod:
    commands: [echo two]
build:
  before_script: echo three
  script:
    - - echo four
  image: curlimages/curl
steps:
  - run:
      name: curl https://circleci.com/api/v1.1/me
      command: echo five
  - entrypoint: curl -s https://circleci.com/api/v1.1/me
  - other: https://circleci.com/api/v1.1/me
"""
    assert codes(text) == ["echo pre", "echo one", "curl -X POST https://h/api/v1/x", "echo two", "echo three", "echo four",
                           "echo five", "curl -s https://circleci.com/api/v1.1/me"]  # fmt: skip


def test_other_languages_in_a_step_are_no_shell() -> None:
    assert codes("steps:\n  - run: print(1)\n    shell: python\n  - run: ls\n    shell: bash\n") == ["ls"]


def test_each_scalar_counts_once() -> None:
    assert codes("a: &x\n  run: curl 1\nb: *x\nc:\n  run: &y curl 2\nd:\n  run: *y\ne:\n  run: !t\n    curl 3\n") == \
        ["curl 1", "curl 2", "curl 3"]


def test_several_documents() -> None:
    assert codes("run: a\n---\nrun: b\n...\n---\n- run: c\n") == ["a", "b", "c"]


def test_masks() -> None:
    text = "run: |\n  curl << parameters.host >>/<<pipeline.number>> ${{ github.ref }} {{ .Branch }} <<include(a.sh)>>\n"
    text += "  cat << EOF >> f\n"
    source = Source("c.yml", text.encode())
    region = regions(source)[0]
    assert [source.data[s:e].decode() for s, e in region.masks] == [
        "<< parameters.host >>", "<<pipeline.number>>", "${{ github.ref }}", "{{ .Branch }}", "<<include(a.sh)>>",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [
    "run: [curl", "{% if x %}\nrun: curl\n{% endif %}", "\trun: curl",
    "run: \"a", "a: b: c", "- [" * 5000, "{a: " * 3000, "run: *no",
    "", "run", "|", "run: a\rscript: b", "run: |", "run: >", "run: ''", "run: |\n\n\n", "run: >\n\n",
    "? run\n: curl x", "run: \"\\UFFFFFFFF\"",
    "%YAML 9.9\n---\na",
    "run: |\n a\n\tb", "run: |9\n  a", "run: \x00",
])  # fmt: skip
def test_odd_files_give_regions_or_nothing(text: str) -> None:
    codes(text)


def test_every_style_spells_what_the_parser_reads() -> None:
    words = ["a", "a b", "a\nb", "a\n\nb", "a\n  b\nc", " a", "a #b", "it's", '"q"', "\\x", "ü", "a: b",
             "a\n\n\n  b\n\nc\n", "x" * 200 + " y"]  # fmt: skip
    for style in ("|", ">", "'", '"', None):
        for word in words:
            for width in (20, 1000):
                text = yaml.dump({"jobs": [{"run": word}]}, default_style=style, width=width, allow_unicode=True)
                found = "\n".join(codes(text))
                if found:
                    assert [v for v in word.split("\n") if v] == [v for v in found.split("\n") if v], text
                else:
                    assert '"' in text  # an escape that no byte stands for

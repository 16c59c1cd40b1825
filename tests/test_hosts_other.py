"""Which language a file is in, and the code in makefiles, Dockerfiles and Markdown."""

from __future__ import annotations

import dataclasses

import pytest

from v2migrate.hosts import language_of, regions
from v2migrate.languages.shell.code import make, seen, spelled
from v2migrate.source import Region, Source


def code(source: Source, region: Region) -> str:
    return make(source, dataclasses.replace(region, masks=())).text.decode()


def codes(path: str, text: str) -> list[str]:
    source = Source(path, text.encode())
    return [code(source, region) for region in regions(source)]


def masked(path: str, text: str, number: int = 0) -> list[str]:
    source = Source(path, text.encode())
    return [source.data[s:e].decode() for s, e in regions(source)[number].masks]


@pytest.mark.parametrize(("path", "first", "language"), [
    ("a/b.py", "", "python"), ("b.PY", "", "python"), ("b.pyi", "", "python"), ("x.sh", "", "shell"), ("x.zsh", "", "shell"),
    ("c.yml", "", "yaml"), ("c.yaml", "", "yaml"), ("Makefile", "", "makefile"), ("x.mk", "", "makefile"), 
    ("GNUmakefile", "", "makefile"),
    ("Dockerfile", "", "dockerfile"), ("Dockerfile.ci", "", "dockerfile"), ("ci.dockerfile", "", "dockerfile"),
    ("Containerfile", "", "dockerfile"), ("Dockerfile.py", "", "python"), ("README.md", "", "markdown"), 
    ("a.markdown", "", "markdown"),
    ("a.js", "", "text"), ("a", "", "text"), ("a", "text", "text"), ("tool", "#!/bin/sh", "shell"),
    ("tool", "#!/usr/bin/env bash", "shell"),
    ("tool", "#! /usr/bin/env -S bash -e", "shell"), ("tool", "#!/usr/local/bin/zsh -f", "shell"),
    ("tool", "#!/bin/dash", "shell"),
    ("tool", "#!/usr/bin/env python3", "python"), ("tool", "#!/usr/bin/python3.11 -u", "python"),
    ("tool", "#!/usr/bin/ruby", "text"),
    ("tool", "#!/usr/bin/env node", "text"), ("tool", "#!/bin/bash\r", "shell"),
    ("deploy.2", "#!/bin/bash", "shell"),
    ("a.js", "#!/bin/bash", "text"), ("tool", "#!/usr/bin/fish", "text"), ("tool", "#!", "text"), ("C:\\x\\tool.sh", "", "shell"),
])  # fmt: skip
def test_language(path: str, first: str, language: str) -> None:
    assert language_of(path, f"{first}\nrest".encode()) == language


def test_whole_files() -> None:
    assert regions(Source("a.py", b"\xef\xbb\xbfx = 1\n")) == (Region("python", "file", ((3, 9),)),)
    assert regions(Source("a.sh", b"ls\n")) == (Region("shell", "file", ((0, 3),)),)
    assert regions(Source("a.txt", b"ls\n")) == ()


# --- makefiles ------------------------------------------------------------------------------------------------------


def test_recipe_lines() -> None:
    text = "all: dep\n\t@curl -s \\\n\t  -u $$TOKEN: \\\n\t  $(BASE)/x\n\t-@ echo $${A} # c\n\nX = 1\n"
    assert codes("Makefile", text) == ["curl -s \\\n  -u $TOKEN: \\\n  $(BASE)/x\n", "echo ${A} # c\n"]
    assert masked("Makefile", text) == ["$(BASE)"]


def test_a_word_cut_out_of_a_recipe_takes_both_dollars() -> None:
    text = b"a:\n\techo $$A b\n"
    source = Source("Makefile", text)
    (region,) = regions(source)
    made = make(source, region)
    assert made.text == b"echo $A b\n"
    # `$A` for the shell: in the file it begins at the first of the two, and new ones are written twice.
    span = made.span(5, 7)
    assert text[span.start : span.end] == b"$$A"
    assert seen(source, region, span) == b"$A"
    assert spelled(source, region, b"$B") == b"$$B"
    assert region.writable


def test_what_make_fills_in_stays_as_it_is() -> None:
    source = Source("Makefile", b"a:\n\techo $(X) $${Y}\n")
    (region,) = regions(source)
    assert spelled(source, region, b"$(X) $(ls) ${Y}") == b"$(X) $$(ls) $${Y}"


def test_make_variables_that_are_set_once() -> None:
    text = b"API = https://x/api\nP ?= $(API)/p\nQ = 1\nQ += 2\na:\n\tcurl $(P) $(Q) ${API}\n"
    source = Source("Makefile", text)
    names = {name: (text[start:end], elsewhere) for name, (start, end), elsewhere in regions(source)[0].names}
    assert names == {"$(P)": (b"$(API)/p", True), "$(API)": (b"https://x/api", False), "${API}": (b"https://x/api", False)}


def test_calls_in_variables_and_inside_recipes() -> None:
    text = "N := $(shell curl -s $(URL) | jq '.[0]')\na:\n\techo $(shell http x/$(shell cat f)/y) $@\n# Y = $(shell curl z)\n"
    assert codes("Makefile", text) == ["curl -s $(URL) | jq '.[0]'", "echo $(shell http x/$(shell cat f)/y) $@\n",
                                       "http x/$(shell cat f)/y", "cat f"]  # fmt: skip
    assert masked("Makefile", text, 0) == ["$(URL)"]
    assert masked("Makefile", text, 1) == ["$(shell http x/$(shell cat f)/y)", "$@"]
    assert [r.writable for r in regions(Source("Makefile", text.encode()))] == [True] * 4
    assert [b"#" in r.forbidden for r in regions(Source("Makefile", text.encode()))] == [True, False, True, True]


# --- Dockerfiles ----------------------------------------------------------------------------------------------------


def test_the_json_form_of_a_shell() -> None:
    text = 'RUN ["sh", "-c", "echo \\"a\\" $B"]\nRUN ["curl", "x"]\nCMD ["/bin/bash", "-lc", "ls \\u0041"]\n'
    assert codes("Dockerfile", text) == ['echo "a" $B']


def test_run_with_continuations_and_comments() -> None:
    text = "FROM x\nRUN --mount=type=cache,target=/c curl -s \\\n    # why\n\n    $URL && \\  \n    ls\nENV A=1\nCMD run it\n"
    assert codes("Dockerfile", text) == ["curl -s \\\n    $URL && \\\n    ls\n", "run it\n"]


def test_json_forms_and_other_escapes_are_left_out() -> None:
    assert codes("Dockerfile", 'RUN ["curl", "x"]\nONBUILD RUN ls\n') == ["ls\n"]
    assert codes("Dockerfile", "# escape=`\nRUN ls\n") == []


def test_heredocs() -> None:
    assert codes("Dockerfile", "RUN <<EOF\ncurl x\nls\nEOF\nUSER me\n") == ["curl x\nls\n"]
    assert codes("Dockerfile", "RUN cat <<'E' > f && ls\nRUN no\nE\nRUN yes\n") == ["cat <<'E' > f && ls\nRUN no\nE\n", "yes\n"]


# --- Markdown -------------------------------------------------------------------------------------------------------


def test_fences() -> None:
    text = "# a\n```bash\ncurl x\n```\n\n- b\n  ~~~ sh\n  curl y \\\n    z\n  ~~~\n```python\nimport x\n```\n```json\n{}\n```\n"
    assert codes("a.md", text) == ["curl x\n", "curl y \\\n  z\n", "import x\n"]
    found = regions(Source("a.md", text.encode()))
    assert [(r.language, r.indent) for r in found] == [("shell", b""), ("shell", b"  "), ("python", b"")]
    assert all(r.writable for r in found)


def test_sessions_hold_answers_too() -> None:
    assert codes("a.md", "```console\n$ curl \\\n    x\n{\"a\": 1}\n$ ls\n```\n") == ["curl \\\n    x\nls\n"]


def test_blocks_without_a_language() -> None:
    call = "curl https://circleci.com/api/v1.1/me\n"
    assert codes("a.md", f"```\n{call}```\n```\ncurl x\n```\n") == [call]


def test_places_to_fill_in_are_masked() -> None:
    text = "```sh\ncurl https://circleci.com/api/v1.1/project/github/<org>/<my repo>?circle-token=<token> < in > out\n```\n"
    assert masked("a.md", text) == ["<org>", "<my repo>", "<token>"]


def test_fences_that_are_none() -> None:
    assert codes("a.md", "``` not `a` fence\n\n```sh\nnever closed\n") == []
    assert codes("a.md", "````sh\n```\nls\n````\n") == ["```\nls\n"]
    assert codes("a.md", "> ```sh\n> ls\n> ```\n") == ["ls\n"]


@pytest.mark.parametrize(("path", "text", "new"), [
    ("Makefile", "a:\n\t@curl \\\n\t  OLD $$X\n", "a:\n\t@curl \\\n\t  NEW $$X\n"),
    ("Dockerfile", "RUN curl \\\n  # x\n  OLD\n", "RUN curl \\\n  # x\n  NEW\n"),
    ("a.md", "- a\n  ```sh\n  $ curl OLD\n  OLD\n  ```\n", "- a\n  ```sh\n  $ curl NEW\n  OLD\n  ```\n"),
])  # fmt: skip
def test_edits_land_in_the_host(path: str, text: str, new: str) -> None:
    source = Source(path, text.encode())
    (region,) = regions(source)
    assert region.writable
    seen = code(source, region)
    (at,) = [s + source.data[s:e].index(b"OLD") for s, e in region.ranges if b"OLD" in source.data[s:e]]
    changed = Source(path, source.data[:at] + b"NEW" + source.data[at + 3 :])
    assert changed.data.decode() == new
    assert code(changed, regions(changed)[0]) == seen.replace("OLD", "NEW")


@pytest.mark.parametrize("path", ["Makefile", "Dockerfile", "a.md", "a.yml"])
@pytest.mark.parametrize("text", [
    "", "\n", "\\", "\t", "\t$", "\t$(", "$(shell", "$(shell x", "\t$($($(" * 3000, "\t" + "$(shell " * 2000, "RUN",
    "RUN \\", "RUN <<E",
    "```", "```sh", "```sh\n```", "> ```\n", "\x00\xff", "\r\n\t@\r\n", "RUN \\\r\n  ls\r\n", "`" * 5000, "<" * 5000,
])  # fmt: skip
def test_odd_files_give_regions_or_nothing(path: str, text: str) -> None:
    source = Source(path, text.encode("latin-1"))
    for region in regions(source):
        last = 0
        for start, end in region.ranges:
            assert last <= start < end <= len(source.data)
            last = end

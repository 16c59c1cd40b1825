"""Bytes to feed to a target: seeds from the rules' examples and testdata/, changed at random. Knows no target."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from hypothesis import strategies as st

ROOT = Path(__file__).parents[2]
Case = tuple[str, bytes]
"""A file's name, which decides how it is read, and its bytes."""

TOKENS = (
    b"'", b'"', b'"""', b"\\", b"\\\n", b"`", b"$(", b")", b"${", b"}", b"${{ ", b" }}", b"<< ", b" >>", b"{", b"[",
    b"]", b"#", b"\n", b"\r\n", b"\r", b"\x00", b"\t", b"\x0c", b"\xef\xbb\xbf", b"\xff", b"\xc3", b"\xe2\x80\xae",
    b"\xf0\x9f\x9a\x80", b"\xee\x80\x80", b"\x1b[31m", b"(" * 150, b"[" * 300, b"{" * 90, b"(" * 120, b"$(" * 60,
    b'"' * 7, b"a" * 400, b"f'{", b'rb"', b"%s", b"{}", b"{0}", b"%(x)s", b".format(", b"\\x2f", b"\\u002f",
    b"\\N{DIGIT ONE}", b"%2F", b"?circle-token=", b"https://circleci.com/api/v1.1/", b"api/v1/", b"api/v2/",
    b"/project/gh/a/b/", b"/tree/main", b"/build", b"/7/cancel", b"curl -X POST ", b" -d @- <<EOF\n", b"EOF\n",
    b" | jq -r '.[0].", b"requests.get(", b"async def f():\n", b"lambda: ", b"*a", b"**k", b"# v2migrate: ignore",
    b"[job-details]", b"---\n", b"- |\n", b">-\n", b"&a ", b"*a", b"!!python/object:os.system ", b"!t ", b"RUN ",
    b"\t@", b"$$", b"$(shell ", b"```sh\n", b"~~~\n", b"> ", b"\ndefine x\n", b"endef\n", b"1e999", b"-1", b"true",
    b"null", b"1979-05-27", b"'''", b"= ", b"[[from]]\n", b"inf", b"nan", b"9" * 5000,
)  # fmt: skip
"""What is put in: the signs that begin and end things, and pieces of calls."""


def examples(*languages: str) -> Iterator[Case]:
    """The examples of all rules in these languages (none: in all), each under a fitting name."""
    names = {"python": "x.py", "shell": "x.sh", "yaml": "x.yml", "makefile": "Makefile", "dockerfile": "Dockerfile",
             "markdown": "x.md"}  # fmt: skip
    for path in sorted((ROOT / "rules").glob("*.toml")):
        for example in tomllib.loads(path.read_text()).get("example", ()):
            language = example["language"]
            if not languages or language in languages:
                yield names.get(language, "x.txt"), example["before"].encode()


def files(*suffixes: str) -> Iterator[Case]:
    """The files under testdata/ whose names end so."""
    for path in sorted((ROOT / "testdata").rglob("*")):
        if path.is_file() and path.name.endswith(suffixes) and path.stat().st_size < 12_000:
            yield path.name, path.read_bytes()


@st.composite
def changed(draw: st.DrawFn, seeds: Sequence[Case]) -> Case:
    """One of the seeds, with a few places changed."""
    name, data = draw(st.sampled_from(seeds))
    raw = bytearray(data)
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(raw)))
        size = draw(st.integers(1, 60))
        match draw(st.integers(0, 8)):
            case 0:
                del raw[at:]
            case 1:
                raw[at:at] = raw[at : at + size]
            case 2:
                del raw[at : at + size]
            case 3:
                raw[at : at + size] = raw[at : at + size][::-1]
            case 4:
                raw[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case 5:
                other = draw(st.sampled_from(seeds))[1]
                cut = draw(st.integers(0, max(len(other) - 1, 0)))
                raw[at:at] = other[cut : cut + size * 4]
            case 6:
                to = draw(st.integers(0, len(raw)))
                raw[to:to] = raw[at : at + size]
            case _:
                raw[at:at] = draw(st.sampled_from(TOKENS))
    if draw(st.integers(0, 9)) == 0:
        raw = raw.replace(b"\n", b"\r\n")
    return name, bytes(raw[:40_000])

"""Files made to hang or to crash what reads them. They run in a process of their own: some of them once took it along."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

import v2migrate
from v2migrate import baseline, config
from v2migrate.errors import V2migrateError
from v2migrate.languages.shell import code
from v2migrate.rule_reader import read_rule

CALL = "requests.get('https://circleci.com/api/v1.1/me?circle-token=' + t{})\n"
ME = "https://circleci.com/api/v1.1/me"
N = 3000
FILES = {
    # libcst's parser calls itself for each level, and was asked where Python's own had said no
    "brackets.py": "import requests\n" + CALL.format(", headers=" + "(" * N + ")" * N),
    "open.py": f"u = '{ME}'\n" + "[" * 40_000,
    "chain.py": "import requests\ntype X = int\n" + CALL.format(", timeout=a" + "()" * N),
    "not.py": "import requests\ntype X = int\n" + CALL.format(", stream=" + "not " * N + "1"),
    "dicts.py": "import requests\n" + CALL.format(", json=" + "{'a':" * N + "1" + "}" * N),
    # the stack of levels in the Python grammar is of one size
    "levels.py": "import requests\n" + "".join(" " * i + "if a:\n" for i in range(700)) + " " * 700 + CALL.format(""),
    "fstrings.py": f"u = '{ME}'\nx = " + "f'{" * 2000 + "\n",
    # the shell grammar takes the square of a run of signs
    "signs.sh": f"curl {ME}\n" + ")" * 60_000,
    "pairs.sh": f"curl {ME}\n" + "()" * 60_000,
    "letters.sh": f"curl {ME}\n" + "[a]" * 30_000,
    "open.sh": f"curl {ME}\n" + "${" * 40_000,
    "quotes.sh": f"curl {ME}\n" + "$('" * 20_000,
    "words.sh": "curl " + "-a x " * 10_000 + ME + "\n",
    "heredocs.sh": f"curl {ME}\n" + "".join(f"cat <<{'E' * 300}{i}\n" for i in range(300)),
    "anchors.yml": f"a: &a [{ME}]\n" + "".join(f"b{i}: &b{i} [*a, *a, *a, *a]\n" for i in range(200)),
    "deep.yml": f"run: curl {ME}\nx: " + "[" * 20_000,
    "blanks.md": f"```sh\ncurl {ME}\n```\n" + "> " * 40_000,
    "Makefile": f"a:\n\tcurl {ME}\n" + "x = $(shell " * 5_000,
    "Dockerfile": f"RUN curl {ME}\nRUN " + "--a=b " * 20_000,
    "deep.json": f'["{ME}", ' + "[" * 40_000,
}  # fmt: skip
RUN = """
import json, sys
from v2migrate import engine
from v2migrate.options import Options
out = {}
for name, text in json.load(sys.stdin).items():
    run, changed = engine.fix((), Options(unsafe=True), write=False, given={name: text.encode()})
    out[name] = len(run.findings) + len(run.fixed)
    print(name, file=sys.stderr, flush=True)
json.dump(out, sys.stdout)
"""


def test_no_file_makes_it_hang_or_crash() -> None:
    """A minute of the processor for all of them, which take a few seconds; those that were cut short took hours."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))

    done = subprocess.run([sys.executable, "-c", RUN], input=json.dumps(FILES), capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 0, f"ended with {done.returncode} behind {done.stderr[-300:]}"
    found = json.loads(done.stdout)
    assert [name for name in FILES if not found[name]] == []


def test_ordinary_runs_of_signs_are_no_tangle() -> None:
    assert not code.tangled(b"# " + b"=" * 5000 + b"\nif [[ ( -n $a ) && ( $b || $c ) ]]; then { (a; b) | c; }; fi\n")
    assert not code.tangled(b"x='" + b'{"a": [1, 2, {"b": []}]}, ' * 2000 + b"'\n")


# --- patterns -------------------------------------------------------------------------------------------------------

UNITS = ("a", " ", "\\", "'", "$", "{", "(", "<a", "a.", "a-", "-a ", "x=1 ", "&x ", "env ", "0", "\n", "--a=b ", "a::", "/a",
         "[a]", "import a,", "_", "> ", "1. ", "json")  # fmt: skip


class Slow(Exception):
    """A pattern took long."""


def patterns() -> Iterator[tuple[str, re.Pattern[str] | re.Pattern[bytes]]]:
    """All patterns that modules hold."""
    for module in pkgutil.walk_packages(v2migrate.__path__, "v2migrate."):
        if not module.name.endswith(("sitecustomize", "__main__")):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    yield f"{module.name}.{name}", value


def test_no_pattern_takes_the_square_of_a_line() -> None:
    """Lines of 20,000 signs: what grows with the line takes less than a hundredth of the time that is given."""

    def ring(number: int, frame: object) -> None:
        raise Slow

    before = signal.signal(signal.SIGVTALRM, ring)
    try:
        for name, pattern in patterns():
            for unit in UNITS:
                line = unit * (20_000 // len(unit)) + "\0"
                signal.setitimer(signal.ITIMER_VIRTUAL, 0.7)
                try:
                    if isinstance(pattern.pattern, bytes):
                        pattern.match(line.encode())
                        pattern.fullmatch(line.encode())
                    else:
                        pattern.match(line)
                        pattern.fullmatch(line)
                except Slow:
                    pytest.fail(f"{name} is slow on {unit!r}")
                finally:
                    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:
        signal.signal(signal.SIGVTALRM, before)


# --- files of settings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["x = " + "9" * 5000, "x = " + "[" * 20_000, "[" * 20_000, "\0"], ids=["long", "deep", "deeper", "nul"]
)
def test_numbers_and_lists_beyond_the_limits_are_one_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("x")
    for file, read in ((folder / "v2migrate.toml", config.load), (folder / "b.json", baseline.read)):
        file.write_text(text)
        with pytest.raises(V2migrateError):
            read(str(file))
    with pytest.raises(V2migrateError):
        read_rule("a.toml", text.encode())


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a*)*b", "^(\\\\w+\\\\s?)*$", "(x{1,9}){2,}"])
def test_a_pattern_of_a_rule_that_can_take_for_ever_is_refused(pattern: str) -> None:
    text = f"""
title = "x"
kind = "endpoint"
status = "legacy"
why = "x"
manual = "x"
[[from]]
method = "GET"
path = "/project/{{slug}}/x"
versions = ["v1.1"]
[[caveat]]
when = "query.a"
note = "x"
matches = "{pattern}"
"""
    with pytest.raises(V2migrateError, match="repeats a group"):
        read_rule("a.toml", text.encode())

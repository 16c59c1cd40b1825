"""What runs before the command line is loaded: it says what the whole command says, and loads next to nothing."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from v2migrate import catalogue, cli, reading, start, walk
from v2migrate.report import clean, rows
from v2migrate.scan import scan
from v2migrate.tree import Tree, plain
from v2migrate.version import VERSION

CALL = 'curl -X POST "https://circleci.com/api/v1.1/project/gh/a/b/1/retry?circle-token=$T"\n'
FILES: dict[str, bytes] = {
    "clean.py": b"def area(circle):\n    return 3\n",
    "old.sh": CALL.encode(),
    "today.sh": b"curl https://circleci.com/api/v2/me\n",
    "word.js": b"// about circleci and its circle-token, without any call\n",
    "old.js": b'fetch("https://circleci.com/api/v1.1/me")\n',
    "recent.ts": b'const ci = "circleci"; get("recent-builds")\n',
    "unused.go": b"package a // v2migrate: ignore\n",
    "taker.py": b"from helper import get\nget('me')\n",
    "empty": b"",
    "latin.py": "# caf\xe9\n".encode("latin-1"),
    "image.png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 300,
    "late.txt": b"x" * 70_000 + b"\n" + CALL.encode(),
    "late_clean.txt": b"x\n" * 40_000,
    "edge.txt": b"x" * 65_536,
    "CAPS.sh": b"CURL HTTPS://CIRCLECI.COM/API/V1.1/ME\n",
    "odd \xe9 name.py": b"x = 1\n",
}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    for name in ("V2MIGRATE_CONFIG", "COLUMNS", "CLICOLOR_FORCE", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, data in FILES.items():
        Path(name).write_bytes(data)
    for name in ("sub/a.py", "vendor/b.sh", "sub/node_modules/c.js", "bad/pyproject.toml", "set/v2migrate.toml", "set/a.sh",
                 "other/pyproject.toml", "other/a.py", "off/v2migrate.toml", "off/a.py"):  # fmt: skip
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text("x = 1\n")
    Path("bad/pyproject.toml").write_text("[tool.v2migrate\n")
    Path("set/v2migrate.toml").write_text('exclude = ["a.sh"]\n')
    Path("other/pyproject.toml").write_text('[project]\nname = "x"\n')
    Path("off/v2migrate.toml").write_text("nope = 1\n")
    os.symlink("old.sh", "link.sh")
    os.symlink("nowhere", "gone.sh")
    os.mkfifo("pipe")
    return tmp_path


def outcome(run: Callable[[], int], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    code = run()
    out, err = capsys.readouterr()
    return code, out, err


def both(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """How the run ends by way of `start`; it must end so without it."""
    monkeypatch.setattr(sys, "argv", ["v2migrate", *arguments])
    theirs = outcome(lambda: cli.main(arguments), capsys)
    ours = outcome(start.main, capsys)
    assert ours == theirs, arguments
    return ours


ONE_BY_ONE = [[name] for name in (
    *FILES, "link.sh", "gone.sh", "pipe", "missing.py", "", "a\0b", "sub", ".", "vendor", "./clean.py", "bad/pyproject.toml",
    "set", "set/a.sh", "other/a.py", "off/a.py", "clean.py/",
)]  # fmt: skip
SHAPES = [
    [], ["clean.py", "./clean.py", "empty"], ["clean.py", "old.sh"], ["-q", "clean.py"], ["clean.py", "--quiet"],
    ["--exit-zero", "clean.py"], ["--exit-zero", "old.sh"], ["--fail-on", "gone", "clean.py"], ["--fail-on", "never", "clean.py"],
    ["clean.py", "--fail-on"], ["--fail-on=gone", "clean.py"], ["--isolated", "set/a.sh"], ["--isolated", "off/a.py"],
    ["--output-format", "json", "clean.py"], ["--output-format", "junit", "clean.py"], ["--statistics", "clean.py"],
    ["-v", "clean.py"], ["--nope", "clean.py"],
    ["--", "clean.py"], ["--", "-q"], ["--exclude", "*.py", "clean.py"],
    ["--no-respect-gitignore", "sub"], ["--select", "nope", "clean.py"], ["--assume", "nope", "clean.py"],
    ["--unsafe-fixes", "clean.py"],
    ["--baseline", "none.json", "clean.py"], ["--no-baseline", "clean.py"], ["--color", "always", "clean.py"], ["--help"],
    ["--show-files", "sub"], ["--config", "off/v2migrate.toml", "clean.py"], ["--diff", "clean.py"], ["-qv", "clean.py"],
    ["-q", "sub", "old.sh"],
    ["--fail-on", "gone", "old.sh"], ["--fail-on", "gone", "--fail-on", "any", "old.sh"], ["-q", "--no-baseline", "old.sh"],
    ["--respect-gitignore", "--force-exclude", "--isolated", "set/a.sh"],
    ["late.txt", "late_clean.txt"], ["--force-exclude", "set/a.sh"], ["--no-force-exclude", "set/a.sh"], ["clean.py", "-i"],
]  # fmt: skip


@pytest.mark.parametrize("arguments", [*ONE_BY_ONE, *SHAPES], ids=lambda a: "_".join(a).replace("\0", "0") or "none")
def test_says_what_the_whole_command_says(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    both(["check", *arguments], monkeypatch, capsys)
    # The first of the two runs may rewrite the file, so the second one could say something else.
    if not any(name in ("old.sh", "link.sh", ".", "late.txt") for name in arguments) and arguments:
        both(["fix", *arguments], monkeypatch, capsys)


@pytest.mark.parametrize("arguments", [[], ["--version"], ["-h"], ["nope"], ["rules"], ["clean.py"], ["--version", "x"]])
def test_other_commands_are_left_to_the_command_line(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    both(arguments, monkeypatch, capsys)


@pytest.mark.parametrize(
    "environment",
    [{"FORCE_COLOR": "1"}, {"FORCE_COLOR": "0"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}, {"CLICOLOR_FORCE": "1"},
     {"COLUMNS": "30"}, {"V2MIGRATE_TODAY": "tomorrow"}, {"V2MIGRATE_TODAY": "2026-02-30"}, {"V2MIGRATE_TODAY": ""},
     {"V2MIGRATE_TODAY": "2027-01-05"}, {"V2MIGRATE_CONFIG": "off/v2migrate.toml"}, {"PATH": ""},
     {"TERM": "dumb", "FORCE_COLOR": "1"}],
    ids=str,
)  # fmt: skip
def test_says_the_same_in_other_surroundings(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    both(["check", "clean.py"], monkeypatch, capsys)
    for name in ("old.sh", "old.js", "recent.ts", "unused.go", "link.sh", "CAPS.sh", "late.txt"):
        Path(name).unlink()
    both(["check", "vendor", "sub", "empty", "word.js"], monkeypatch, capsys)
    both(["check"], monkeypatch, capsys)


def test_green_is_the_green_of_the_summary(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert start.clean(["check", "clean.py"])[0] == 0
    assert capsys.readouterr().out == rows.painter(True)(clean.nothing(1)) != rows.painter(False)(clean.nothing(1))


def test_files_and_folders_that_cannot_be_read(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real_open, real_scandir, real_access = os.open, os.scandir, os.access

    def no_open(path: str, *more: int, **named: int) -> int:
        if str(path).endswith("shut.py"):
            raise PermissionError(13, "Permission denied", path)
        return real_open(path, *more, **named)

    def no_scandir(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return real_scandir(path)

    Path("sub/shut.py").write_text("x = 1\n")
    Path("sub/closed").mkdir()
    monkeypatch.setattr(os, "open", no_open)
    monkeypatch.setattr(os, "scandir", no_scandir)
    assert start.clean(["check", "sub"])[0] is None
    assert start.clean(["check", "sub/shut.py"])[0] is None
    found = scan(["sub/shut.py"], Tree())
    assert (found.files, found.lost) == (["sub/shut.py"], {"sub/shut.py"})
    monkeypatch.setattr(os, "access", lambda path, mode: path != "sub" and real_access(path, mode))
    assert start.clean(["check", "sub"]) == (None, None)


def test_large_files(tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    Path("sub/big.txt").write_text("x")
    os.truncate("sub/big.txt", 5_000_001)
    assert "5 MB" in both(["check", "sub"], monkeypatch, capsys)[1]
    assert "5 MB" in both(["check", "sub/big.txt"], monkeypatch, capsys)[1]


# --- nothing more is loaded, and nothing is read twice ----------------------------------------------------------------

HEAVY = ("click", "rich", "libcst", "tree_sitter", "yaml")
SLOW = (*HEAVY, "re", "subprocess", "pathlib", "dataclasses", "argparse", "tomllib", "v2migrate.cli", "v2migrate.engine")
LOADED = """
import sys
before = set(sys.modules)
from v2migrate.start import main
sys.argv = ["v2migrate", *sys.argv[1:]]
code = main()
print(code, *sorted(set(sys.modules) - before))
"""


def loaded(*arguments: str, code: str = LOADED) -> tuple[str, set[str]]:
    # Without `env`, a process gets what the C library has: readline puts COLUMNS there.
    command = (sys.executable, "-c", code, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    code, *modules = done.stdout.splitlines()[-1].split()
    return code, set(modules)


@pytest.mark.parametrize("arguments", [["check", "clean.py"], ["fix", "clean.py", "word.js"], ["check", "sub"],
                                       ["fix", "-q", "sub"], ["check", "repo"], ["--version"]])  # fmt: skip
def test_a_clean_run_loads_next_to_nothing(tree: Path, arguments: list[str]) -> None:
    subprocess.run(("git", "init", "-q", "repo"), check=True)
    Path("repo/a.py").write_text("x = 1\n")
    code, modules = loaded(*arguments)
    assert code == "0" and not modules & set(SLOW)


SHELL = f"for branch in main; do\n  {CALL.strip()}\ndone\n"
PYTHON = """import requests
base = "https://circleci.com/api/v1.1"
r = requests.post(base + "/project/gh/a/b/tree/" + branch, json={"build_parameters": {"A": "1"}}, headers={"Circle-Token": t})
print(requests.get(f"https://circleci.com/api/v1.1/project/gh/{name}/b/{n}/artifacts", headers=h).json()[0]["url"], r.ok)
"""
YAML = f"jobs:\n  a:\n    steps:\n      - run: |\n          {CALL}"
UNUSED = {"click", "rich", "libcst", "argparse", "dataclasses", "inspect", "pickle", "subprocess", "logging", "tempfile",
          "shutil", "typing", "contextlib", "pathlib", "hashlib", "json", "tomllib", "tokenize", "ast", "http", "urllib.parse",
          "threading", "textwrap", "unicodedata", "symtable", "importlib.util", "importlib.resources"}  # fmt: skip
"""What a check of one file must not load: each of these takes longer than the check needs for what it would use of it."""


@pytest.mark.parametrize(
    ("name", "text", "more"),
    [("a.py", PYTHON, {"yaml", "datetime", "tree_sitter_bash._binding", "v2migrate.languages.shell.lowering"}),
     ("a.sh", SHELL, {"yaml", "datetime", "tree_sitter_python._binding", "v2migrate.languages.python.lower"}),
     ("a.yml", YAML, {"tree_sitter_python._binding", "v2migrate.languages.python.lower"})],
)  # fmt: skip
def test_a_check_of_one_file_loads_what_it_uses(tree: Path, name: str, text: str, more: set[str]) -> None:
    catalogue.write_table("table")
    Path(name).write_text(text)
    with_table = f"from v2migrate import rule_table\nrule_table.FILE = 'table'\n{LOADED}"
    code, modules = loaded("check", name, code=with_table)
    assert code == "1"
    assert sorted(modules & (UNUSED | more | {"v2migrate.rule_reader", "v2migrate.writer", "v2migrate.markers"})) == []


def test_help_loads_no_command(tree: Path) -> None:
    code, modules = loaded("--help")
    assert code == "0" and not modules & {*HEAVY[1:], "v2migrate.commands.check", "v2migrate.engine"}


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_says_of_a_command_what_it_says_of_itself(name: str) -> None:
    command = cli.cli.get_command(cli.cli.make_context("v2migrate", ["rules"]), name)
    assert command is not None and command.get_short_help_str(200) == cli.COMMANDS[name]


def test_the_version_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out == f"v2migrate {VERSION}\n"


OPENED = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(given[0]) if event == "open" else None)
from v2migrate.start import main
sys.argv = ["v2migrate", *sys.argv[1:]]
main()
print(*(path for path in opened if isinstance(path, str)), sep="\\n")
"""


@pytest.mark.parametrize("arguments", [["check", "empty", "today.sh", "word.js"], ["check", "a"], ["fix", "--diff", "a"]])
def test_each_file_is_opened_once(tree: Path, arguments: list[str]) -> None:
    names = ("clean.py", "today.sh", "word.js", "latin.py", "empty", "old.sh")
    Path("a").mkdir()
    for name in names:
        Path("a", name).write_bytes(FILES[name])
    done = subprocess.run((sys.executable, "-c", OPENED, *arguments), capture_output=True, text=True, check=True)
    opened = [plain(path) for path in done.stdout.splitlines()]
    looked = walk.files(arguments[-1:] if arguments[-1] == "a" else arguments[1:])
    # What is reported is read again for the code that is shown, and Python for what it imports once there is a call.
    again = {"a/old.sh", "a/clean.py", "a/latin.py"}
    assert {name: opened.count(name) for name in looked if name not in again} == {n: 1 for n in looked if n not in again}


# --- what is found --------------------------------------------------------------------------------------------------


def planted(random_: random.Random, number: int) -> tuple[str, str]:
    """A file with a call, spelled in one of many ways, and its name."""
    calls = (
        CALL,
        'import requests\nrequests.get(f"https://circleci.com/api/v1.1/project/github/{org}/{repo}/{n}/artifacts")\n',
        'BASE = "https://circleci.com/api/v1.1"\nimport requests\nrequests.get(BASE + "/me")\n',
        'import requests\nrequests.post("https://" + "circleci.com" + "/api/" + "v1.1" + "/project/gh/a/b/1/cancel")\n',
        "from pycircleci.api import Api\nApi(token).get_recent_builds()\n",
        "HTTPS://CircleCI.com/api/v1/project/a/b\n",
    )
    shell = '#!/bin/sh\nH=https://circleci.com\ncurl -fsS -u "$T:" "$H/api/v1.1/project/gh/a/b/1/tests"\n'
    kinds = (
        (".sh", shell), ("", shell), (".py", calls[1]), (".py", calls[2]), (".py", calls[3]), (".py", calls[4]),
        (".js", 'fetch("https://circleci.com/api/v1.1/me")\n'), (".rb", 'x = "https://circleci.com/api/v1.1/projects"\n'),
        (".md", f"```sh\n{CALL}```\n"), (".yml", f"jobs:\n  a:\n    steps:\n      - run: {CALL}"), (".mk", f"x:\n\t{CALL}"),
        (".txt", CALL), (".dockerfile", f"FROM x\nRUN {CALL}"), (".json", '{"u": "https://circleci.com/api/v1.1/me"}\n'),
    )  # fmt: skip
    end, text = random_.choice(kinds)
    return f"planted_{number}{end}", "# x\n" * random_.choice((0, 3, 20_000)) + text if end not in ("", ".yml", ".json") else text


def test_all_that_is_planted_in_a_tree_is_found_by_any_number_of_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    random_ = random.Random(7)
    subprocess.run(("git", "init", "-q"), check=True)
    wanted = set()
    for number in range(700):
        folder = Path(random_.choice(("a", "b/c", "b/d", ".circleci", "e/f/g")))
        folder.mkdir(parents=True, exist_ok=True)
        if number % 10:
            end = random_.choice(("py", "js", "sh", "md", "txt"))
            (folder / f"{number}.{end}").write_text("nothing\n" * random_.randint(0, 9))
        else:
            name, text = planted(random_, number)
            (folder / name).write_text(text)
            wanted.add(plain(str(folder / name)))
    (tmp_path / "b/c/ignored.sh").write_text(CALL)
    (tmp_path / ".gitignore").write_text("ignored.sh\n")
    subprocess.run(("git", "add", "a", "e"), check=True)  # the others are new
    found = walk.read(["."])
    assert set(found.candidates) == wanted and found.files == walk.files(["."])
    for count in (4, 1, 2):
        monkeypatch.setattr("v2migrate.shares._processes", lambda _, count=count: count)
        assert walk.read(["."]) == found
    code, out, _ = both(["check", "--output-format", "concise"], monkeypatch, capsys)
    assert code == 1 and {line.partition(":")[0] for line in out.splitlines() if ":" in line} >= wanted
    for name in wanted:
        Path(name).unlink()
    assert both(["check"], monkeypatch, capsys)[0] == 0


def test_of_a_binary_file_the_head_is_looked_at(tree: Path) -> None:
    rest = b"\xff" * 70_000 + CALL.encode()
    for name, data in {"late.bin": b"\x00" + rest, "early.bin": b"\x00" + CALL.encode() + rest, "text.bin": rest}.items():
        Path("sub", name).write_bytes(data)
    below = Tree()
    below.from_disk("sub")
    found = scan([], below)
    assert found.files == ["sub/a.py", "sub/early.bin", "sub/late.bin", "sub/text.bin"]
    # What is kept is all of a file or nothing.
    assert found.candidates == {"sub/early.bin": None, "sub/text.bin": rest}
    assert list(scan(["sub/late.bin"], Tree()).candidates) == ["sub/late.bin"]


def test_files_that_are_searched_together_are_told_apart(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("v2migrate.reading._BATCH", 300)
    wanted = {}
    for number in range(40):
        data = (b"x" * (number * 7) + CALL.encode() + b"y" * number) if number % 5 == 0 else b"z" * (number * 11)
        # Half a word at a file's end, the other half at the next one's beginning.
        name = f"sub/{number:02}.{('sh', 'txt', 'py')[number % 3]}"
        Path(name).write_bytes(b"leci.com/" + data + b" https://circ" if number % 5 else data)
        if number % 5 == 0:
            wanted[name] = data
    below = Tree()
    below.from_disk("sub")
    assert scan([], below).candidates == wanted


@pytest.mark.parametrize("library", [True, False])
def test_large_files_and_zeros_among_small_files(tree: Path, monkeypatch: pytest.MonkeyPatch, library: bool) -> None:
    if not library:
        monkeypatch.setitem(sys.modules, "ctypes", None)
        monkeypatch.setattr("v2migrate.reading._readv", reading._read_to)
    monkeypatch.setattr("v2migrate.shares._FORK", 1)
    monkeypatch.setattr("v2migrate.shares._processes", lambda _: 1)
    wanted = {}
    for number, size in enumerate((5, 65_536, 9, 65_535, 400_000, 3, 65_537, 131_072, 900_000, 70_000)):
        for end in ("sh", "txt"):
            name = f"sub/{number}.{end}"
            before = b"\0\n" if size < 10 else b"x"
            data = before * (size // len(before))
            if number != 5:
                wanted[name] = data = data[: -len(CALL)] + CALL.encode() if size > 10 else data + CALL.encode()
            Path(name).write_bytes(data)
    below = Tree()
    below.from_disk("sub")
    assert scan([], below).candidates == wanted


def test_a_second_process_that_dies_leaves_its_share(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [f"sub/{number}.sh" for number in range(900)]
    monkeypatch.setattr("v2migrate.shares._processes", lambda _: 3)
    for name in names:
        Path(name).write_text(CALL)
    import marshal

    monkeypatch.setattr(marshal, "dump", lambda *_: os._exit(9))
    assert list(scan(names, Tree()).candidates) == sorted(names)
    monkeypatch.setattr(os, "fork", lambda: (_ for _ in ()).throw(BlockingIOError(11, "no room")))
    assert list(scan(names, Tree()).candidates) == sorted(names)

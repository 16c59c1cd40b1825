"""What is read is never run, and links are not followed out of the paths that were named: canaries that would sing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools import need

from v2migrate import engine
from v2migrate.cli import main
from v2migrate.options import Options

CALL = 'curl -f -X POST -u "$T:" https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel\n'
PYTHON = "import os, requests\nopen('sung', 'a').write('code')\nrequests.get('https://circleci.com/api/v1.1/me')\n"
SING = "import os\nopen({!r}, 'a').write(__name__ + ' ')\n"
NAMES = ("yaml", "tree_sitter", "tree_sitter_python", "json", "click", "rich", "libcst", "tomllib", "re", "subprocess", "typing",
         "multiprocessing", "pickle", "signal", "dataclasses", "sitecustomize", "usercustomize", "conftest", "setup")  # fmt: skip


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "checked"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def canaries(folder: Path) -> Path:
    """Modules of all names that the program imports, in `folder`; each of them sings into the file that is returned."""
    song = folder.parent / "sung"
    for name in NAMES:
        (folder / f"{name}.py").write_text(SING.format(str(song)))
    for name in ("yaml", "click"):
        (folder / "lib" / name).mkdir(parents=True)
        (folder / "lib" / name / "__init__.py").write_text(SING.format(str(song)))
    return song


@pytest.mark.parametrize(
    "how",
    [[sys.executable, "-m", "v2migrate"], [str(Path(sys.executable).parent / "v2migrate")]],
    ids=["python -m", "console script"],
)
@pytest.mark.parametrize(
    "arguments",
    [["check", ".", "--output-format", "sarif"], ["fix", "--unsafe-fixes", "."], ["check", ".", "--output-format", "html"]],
    ids=lambda a: " ".join(a[:2]) if a[0] == "fix" else a[-1],
)
def test_modules_beside_the_checked_files_are_not_imported(here: Path, how: list[str], arguments: list[str]) -> None:
    song = canaries(here)
    (here / "a.py").write_text(PYTHON)
    (here / "a.yml").write_text(f"on: push\njobs:\n  a:\n    steps:\n      - run: |\n          {CALL}")
    done = subprocess.run([*how, *arguments], capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    assert not song.exists(), song.read_text()
    assert not (here / "sung").exists()


def test_processes_that_are_started_anew_import_nothing_of_the_checked_folder(here: Path) -> None:
    song = canaries(here)
    for name in "abcd":
        (here / f"{name}.sh").write_text(CALL)
    code = (
        "import sys; sys.path.pop(0)\nfrom v2migrate import looks\nfrom v2migrate.cli import main\n"
        "looks.start_method = lambda: 'spawn'\nsys.exit(main(['check', '--jobs', '2', '--fail-on', 'any', '.']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 1 and "Found 4" in done.stdout and done.stderr == "", done
    assert not song.exists(), song.read_text()


@pytest.mark.parametrize(
    "tag",
    ["!!python/object/apply:os.system ['touch sung']", "!!python/object/new:os.system ['touch sung']",
     "!!python/name:os.system", "!!python/module:sung", "!Ref x"],
)  # fmt: skip
def test_tags_of_yaml_make_nothing(here: Path, tag: str) -> None:
    (here / "sung.py").write_text(PYTHON)
    text = f"a: {tag}\nsteps:\n  - run: |\n      {CALL}"
    for write in (False, True):
        _, changed = engine.fix((), Options(), write=False, given={"a.yml": text.encode()})
        assert b"job/7/cancel" in changed["a.yml"][1]
        (here / "b.yml").write_text(text)
        engine.fix(["b.yml"], Options(), write=write)
    assert not (here / "sung").exists() and "job/7/cancel" in (here / "b.yml").read_text()


def test_code_is_read_and_not_run(here: Path) -> None:
    (here / "a.py").write_text(PYTHON)
    (here / "a.sh").write_text("touch sung; $(touch sung)\n" + CALL)
    (here / "Makefile").write_text("X := $(shell touch sung)\na:\n\t" + CALL)
    (here / "v2migrate.toml").write_text('extend-exclude = ["$(touch sung)", "`touch sung`"]\n')
    assert main(["fix", "--unsafe-fixes", "."]) in (0, 1)
    assert not (here / "sung").exists()


def test_git_runs_nothing_of_the_repository(here: Path) -> None:
    """A repository's own settings name programs that git runs for a listing; ours must not give them the chance."""
    need("git")
    song = here.parent / "sung"
    program = here.parent / "program"
    program.write_text(f"#!/bin/sh\necho $0 >> {song}\n")
    program.chmod(0o755)
    subprocess.run(["git", "init", "-q"], check=True)
    (here / "a.sh").write_text(CALL)
    (here / ".gitattributes").write_text("*.sh filter=f diff=f\n")
    (here / ".gitignore").write_text("ignored/\n")
    subprocess.run(["git", "add", "-A"], check=True)
    for hook in ("post-index-change", "pre-commit", "post-checkout", "fsmonitor-watchman", "query-watchman"):
        (here / ".git" / "hooks").mkdir(exist_ok=True)
        (here / ".git" / "hooks" / hook).write_text(program.read_text())
        (here / ".git" / "hooks" / hook).chmod(0o755)
    keys = (
        "core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass", "core.alternateRefsCommand",
        "filter.f.clean", "filter.f.smudge", "filter.f.process", "diff.f.textconv", "diff.f.command", "diff.external",
        "credential.helper", "uploadpack.packObjectsHook", "alias.ls-files",
    )  # fmt: skip
    for key in keys:
        subprocess.run(["git", "config", key, str(program)], check=True)
    (here / "a.sh").write_text(CALL + "#\n")
    for command in ("check .", "check . -v", "check . --output-format html", "tokens .", "fix ."):
        assert main(command.split()) in (0, 1)
    assert not song.exists(), song.read_text()


# --- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("git", [False, True])
def test_fix_does_not_follow_links_out_of_the_folder(here: Path, git: bool) -> None:
    outside = here.parent / "outside"
    outside.mkdir()
    (outside / "a.sh").write_text(CALL)
    (here / "real").mkdir()
    (here / "real" / "b.sh").write_text(CALL)
    (here / "file.sh").symlink_to(outside / "a.sh")
    (here / "inside.sh").symlink_to("real/b.sh")
    (here / "folder").symlink_to(outside)
    (here / "loop").symlink_to("loop")
    (here / "round").symlink_to(".")
    (here / "nowhere").symlink_to("none")
    if git:
        need("git")
        subprocess.run(["git", "init", "-q"], check=True)
        subprocess.run(["git", "add", "-A"], check=True)
    assert main(["fix", "."]) == 0
    assert (outside / "a.sh").read_text() == CALL
    assert "job/7/cancel" in (here / "real" / "b.sh").read_text()
    assert (here / "inside.sh").is_symlink() and (here / "file.sh").is_symlink() and (here / "folder").is_symlink()


def test_a_folder_that_git_knows_and_that_became_a_link_is_not_followed(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need("git")
    (here / "ci").mkdir()
    (here / "ci" / "a.sh").write_text(CALL)
    subprocess.run(["git", "init", "-q"], check=True)
    subprocess.run(["git", "add", "-A"], check=True)
    os.rename("ci", "../outside")
    (here / "ci").symlink_to("../outside")
    main(["fix", "."])
    assert (here.parent / "outside" / "a.sh").read_text() == CALL
    capsys.readouterr()
    assert main(["fix", "--diff", "."]) in (0, 1)
    assert capsys.readouterr().out == ""


def test_a_link_that_is_named_is_what_was_asked_for(here: Path) -> None:
    (here.parent / "a.sh").write_text(CALL)
    (here / "link.sh").symlink_to("../a.sh")
    assert main(["fix", "link.sh"]) == 0
    assert (here / "link.sh").is_symlink() and "job/7/cancel" in (here.parent / "a.sh").read_text()


def test_a_file_reached_by_two_names_is_fixed_once(here: Path) -> None:
    (here / "a.sh").write_text(CALL)
    (here / "b.sh").symlink_to("a.sh")
    os.link("a.sh", "c.sh")
    assert main(["fix", "a.sh", "b.sh", "c.sh"]) == 0
    fixed = CALL.replace("v1.1", "v2").replace("web/7", "web/job/7")
    assert [(here / name).read_text() for name in ("a.sh", "b.sh", "c.sh")] == [fixed] * 3

"""Every file under testdata/: what must be silent is, what must be fixed is, byte for byte. `--update` rewrites.

    ok/FILE                         nothing may be reported
    fix/NAME/{before,after}.EXT     `fix --unsafe-fixes` makes after from before; `report` holds the findings
    projects/NAME/before/… after/…  the same for several files
    broken/FILE                     cannot be parsed or decoded; `FILE.report` holds what is still said
"""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from v2migrate import engine
from v2migrate.files import Files
from v2migrate.finding import Run

ROOT = Path(__file__).parent.parent / "testdata"
UNSAFE = engine.Options(unsafe=True)


def names(kind: str, folders: bool = False) -> list[str]:
    found = sorted((ROOT / kind).rglob("*")) if not folders else sorted((ROOT / kind).iterdir())
    return [str(p.relative_to(ROOT / kind)) for p in found if (p.is_dir() if folders else p.is_file() and p.suffix != ".report")]


def report(run: Run) -> str:
    """The findings, a line each, and the problems."""
    files, lines = Files(), []
    for result in run.results:
        for f in result.findings:
            source = files.source(result.path)
            assert source is not None
            line, column = source.position(f.span.start)
            assumes = f" ({', '.join(f.assumes)})" if f.assumes else ""
            why = f" -- {f.withheld}" if f.withheld else ""
            lines.append(f"{result.path}:{line}:{column}: {f.rule} {f.klass}{assumes}{why}")
        if result.problem:
            lines.append(f"{result.path}: {result.problem}")
    return "".join(line + "\n" for line in lines)


def expect(path: Path, actual: bytes, update: bool) -> None:
    if update:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(actual)
    assert path.is_file(), f"{path} is missing; --update writes it"
    assert actual.decode("utf-8", "replace") == path.read_bytes().decode("utf-8", "replace")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", names("ok"))
def test_ok_is_silent(name: str, here: Path) -> None:
    target = here / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(ROOT / "ok" / name, target)
    assert report(engine.check(["."], engine.Options())) == ""


@pytest.mark.parametrize("name", names("fix", folders=True))
def test_fix(name: str, here: Path, request: pytest.FixtureRequest) -> None:
    folder = ROOT / "fix" / name
    (before,) = folder.glob("before.*")
    file = here / f"x{before.suffix}"
    shutil.copy(before, file)
    check_folder(here, folder / "report", request)
    expect(folder / f"after{before.suffix}", file.read_bytes(), request.config.getoption("--update"))
    assert file.stat().st_mode == before.stat().st_mode


@pytest.mark.parametrize("name", names("projects", folders=True))
def test_project(name: str, here: Path, request: pytest.FixtureRequest) -> None:
    folder = ROOT / "projects" / name
    shutil.copytree(folder / "before", here, dirs_exist_ok=True)
    check_folder(here, folder / "report", request)
    for file in sorted(p for p in here.rglob("*") if p.is_file()):
        expect(folder / "after" / file.relative_to(here), file.read_bytes(), request.config.getoption("--update"))


@pytest.mark.parametrize("name", names("broken"))
def test_broken_is_told_and_left_alone(name: str, here: Path, request: pytest.FixtureRequest) -> None:
    shutil.copy(ROOT / "broken" / name, here / name)
    told = report(engine.check(["."], engine.Options()))
    assert told, "a file that cannot be read must be named"
    expect(ROOT / "broken" / f"{name}.report", told.encode(), request.config.getoption("--update"))
    engine.fix(["."], UNSAFE, write=True)
    assert (here / name).read_bytes() == (ROOT / "broken" / name).read_bytes()


def check_folder(here: Path, expected: Path, request: pytest.FixtureRequest) -> None:
    """Check the report, fix, and hold the promises of every fix: nothing fixed is reported again, the second fix is idle."""
    before = engine.check(["."], UNSAFE)
    expect(expected, report(before).encode(), request.config.getoption("--update"))
    run, changed = engine.fix(["."], UNSAFE, write=True)
    applied = {(f.rule, f.fingerprint) for f in before.findings if f.fix is not None}
    left = engine.check(["."], UNSAFE)
    assert not applied & {(f.rule, f.fingerprint) for f in left.findings}
    assert report(left) == report(dataclasses.replace(run, changed=()))
    assert all(f.fix is None for f in left.findings)
    bytes_now = {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    again, rewritten = engine.fix(["."], UNSAFE, write=True)
    assert not rewritten and bytes_now == {p: p.read_bytes() for p in here.rglob("*") if p.is_file()}
    assert report(again) == report(left)
    assert set(changed) == {f.path for finding in before.findings if finding.fix for f in finding.fix.edits}

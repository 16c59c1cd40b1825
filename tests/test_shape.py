"""The direction of imports, and other promises about the shape of the code."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "v2migrate"
LAYERS = [
    ["records", "regex", "compiled", "ranges"],
    ["errors", "project", "remote", "closer", "contains", "forked", "tree", "version"],
    ["anchors"],
    ["imports", "ending", "reading"],
    ["shares"],
    ["scan"],
    ["source", "scope", "writer"],
    ["template", "suppress", "fitting"],
    ["request"],
    ["rule_several"],
    ["rule", "finding"],
    ["rule_table"],
    ["operations"],
    ["routes", "rule_reader"],
    ["options", "config_fail_on", "context"],
    ["config_keys"],
    ["config"],
    ["languages", "hosts", "catalogue", "files", "diff", "pipeline_config"],
    ["match", "verify", "walk"],
    ["draft", "place"],
    ["rewrite_url", "rewrite_config"],
    ["rewrite_body", "rewrite_answer"],
    ["rewrite_several"],
    ["rewrite", "slips", "own_base", "touching"],
    ["plan"],
    ["judge", "libraries"],
    ["look", "exempt", "baseline"],
    ["looked"],
    ["packed"],
    ["workers"],
    ["looks"],
    ["wiring", "markers", "applying"],
    ["engine"],
    ["emulator"],
    ["report"],
    ["rehearse"],
    ["commands"],
    ["cli", "codemod"],
    ["start"],
    ["__main__"],
]
LEVEL = {name: number for number, names in enumerate(LAYERS) for name in names}
HEAVY = {
    "click": {"cli", "commands"},
    "rich": {"report", "commands"},
    "libcst": {"verify", "codemod"},
    "tree_sitter": {"languages"},
    "tree_sitter_python": {"languages"},
    "tree_sitter_bash": {"languages"},
    "yaml": {"hosts", "verify", "pipeline_config", "markers"},
    "aiohttp": {"emulator"}, "trustme": {"emulator"},
}
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p.name != "__init__.py" or p.stat().st_size)


def part(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """Dotted names of what a module imports, at its top and inside functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "v2migrate":
                found.update(f"v2migrate.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    here = part(path)
    if here == "__init__":
        return
    for name in imports(path):
        if name.startswith("v2migrate."):
            there = name.split(".")[1]
            assert there == here or LEVEL[there] < LEVEL[here], f"{here} may not know {there}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_heavy_packages_stay_where_they_belong(path: Path) -> None:
    for name in imports(path):
        allowed = HEAVY.get(name.split(".")[0])
        assert allowed is None or part(path) in allowed, f"{part(path)} may not import {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), "the first line says what the module is"


def test_no_file_for_everything() -> None:
    assert not {"utils", "util", "common", "base", "helpers", "misc", "manager"} & {p.stem for p in MODULES}


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="a source distribution")
def test_the_top_level_is_what_was_settled() -> None:
    tracked = subprocess.run(("git", "ls-files", "-z"), cwd=ROOT, capture_output=True, check=True).stdout.decode()
    top = {name.split("/")[0] for name in tracked.split("\0") if name and not name.startswith(".")}
    assert top == {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "v2migrate", "rules", "tests", "testdata"}

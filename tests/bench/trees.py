"""Lays out the two big trees of the bench, `mono-S` and `mono`, from the public repositories that trees.toml names.

    python tests/bench/trees.py TREES [--mirrors FOLDER]

Each tree is one git work tree with the files of all its repositories committed, each repository in a folder of its own. The git
directory stands beside the tree, so that a search over "all files" does not meet it. Repositories come from bare clones under
`--mirrors` (`OWNER+NAME`, `OWNER/NAME`, with or without `repo`, `.git` behind it), else from the network. A tree that is there is
left as it is.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

NAMES = {"mono-S": ("small",), "mono": ("small", "full")}
"""Tree -> the tables of trees.toml that it is made of."""


def repositories(tree: str) -> dict[str, str]:
    """The repositories of a tree with their commits."""
    tables = tomllib.loads((Path(__file__).parent / "trees.toml").read_text("utf-8"))
    return {name: commit for table in NAMES[tree] for name, commit in tables[table].items()}


def made(trees: Path, tree: str) -> bool:
    """Is a tree there, and whole? Its last step is the commit."""
    return (trees / tree / ".git").exists() and (trees / f"{tree}.git" / "logs" / "HEAD").is_file()


def build(tree: str, trees: Path, mirrors: Path | None) -> None:
    """Lay out one tree. Raises CalledProcessError where git cannot get a repository."""
    work, git = trees / tree, trees / f"{tree}.git"
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(git, ignore_errors=True)
    work.mkdir(parents=True)
    for name, commit in repositories(tree).items():
        into = work / name.replace("/", "-")
        into.mkdir()
        clone = _mirror(mirrors, name) or _fetched(trees / "clones", name, commit)
        index = {"GIT_INDEX_FILE": str(trees / f"{tree}.index")}
        _git("--git-dir", clone, "--work-tree", into, "read-tree", commit, more=index)
        # A clone may lack large files; git checks out the others, and says so by its exit code.
        _git("--git-dir", clone, "--work-tree", into, "checkout-index", "--quiet", "--all", more=index, check=False)
        (trees / f"{tree}.index").unlink()
        print(f"{tree}: {name} at {commit[:12]}, {sum(len(files) for _, _, files in os.walk(into))} files", flush=True)
    _git("init", "--quiet", f"--separate-git-dir={git}", work)
    _git("-C", work, "-c", "core.compression=0", "-c", "core.safecrlf=false", "add", "--all", "--force")
    _git("-C", work, "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0", "commit", "--quiet",
         "--no-verify", "--message", f"{tree}")  # fmt: skip


def _mirror(mirrors: Path | None, name: str) -> Path | None:
    """The bare clone of a repository among the mirrors."""
    if mirrors is not None:
        for folder in (name.replace("/", "+"), name, f"{name}.git"):
            for inner in ("", "repo", ".git", "repo/.git"):
                if (mirrors / folder / inner / "HEAD").is_file():
                    return mirrors / folder / inner
    return None


def _fetched(clones: Path, name: str, commit: str) -> Path:
    """One commit of a repository, from the network."""
    into = clones / name.replace("/", "+")
    if not (into / "HEAD").is_file():
        _git("init", "--quiet", "--bare", into)
    _git("--git-dir", into, "fetch", "--quiet", "--depth=1", f"https://github.com/{name}", commit)
    return into


def _git(*arguments: str | Path, more: Mapping[str, str] | None = None, check: bool = True) -> None:
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_LFS_SKIP_SMUDGE": "1", **(more or {})}
    subprocess.run(["git", *map(str, arguments)], check=check, env={**os.environ, **quiet}, stdin=subprocess.DEVNULL,
                   stderr=None if check else subprocess.DEVNULL)  # fmt: skip


def main() -> int:
    """The command line: 1 where a tree could not be made."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("trees", type=Path, help="the folder to lay the trees out in")
    parser.add_argument("--mirrors", type=Path, help="a folder with bare clones; without it the network is asked")
    given = parser.parse_args()
    for tree in NAMES:
        if made(given.trees, tree):
            print(f"{tree}: is there")
            continue
        try:
            build(tree, given.trees.resolve(), given.mirrors and given.mirrors.resolve())
        except subprocess.CalledProcessError as error:
            print(f"{tree}: not made: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

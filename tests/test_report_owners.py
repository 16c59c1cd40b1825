"""CODEOWNERS as GitHub and GitLab read it, and what a repository is called."""

from __future__ import annotations

from pathlib import Path

import pytest

from v2migrate.commands.repository import name_of, owners_of, root_of
from v2migrate.report.owners import parse

GITHUB = """
# who owns what
*           @acme/everyone
*.js        @acme/web   # inline
/build/logs/ @doc
docs/*      docs@example.com
apps/       @acme/apps
/scripts/**/deploy.sh @acme/release
/vendor
a\\ b.sh     @blank
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("Makefile", ("@acme/everyone",)),
        ("x/y.js", ("@acme/web",)),
        ("build/logs/a/b", ("@doc",)),
        ("x/build/logs/a", ("@acme/everyone",)),
        ("docs/start.md", ("docs@example.com",)),
        ("docs/deep/start.md", ("@acme/everyone",)),
        ("x/apps/a/b.sh", ("@acme/apps",)),
        ("scripts/deploy.sh", ("@acme/release",)),
        ("scripts/a/b/deploy.sh", ("@acme/release",)),
        ("vendor/x", ()),
        ("a b.sh", ("@blank",)),
        ("appsx/a", ("@acme/everyone",)),
    ],
)
def test_github(path: str, owners: tuple[str, ...]) -> None:
    assert parse(GITHUB)(path) == owners


def test_gitlab_has_sections_with_owners_of_their_own() -> None:
    owners = parse("* @top\n[Release][2] @release\n/ci/\n/ci/x.sh @x\n^[Docs] @docs\n*.md\n")
    assert owners("ci/a.sh") == ("@top", "@release")
    assert owners("ci/x.sh") == ("@top", "@x")
    assert owners("ci/a.md") == ("@top", "@release", "@docs")


def test_lines_that_make_no_sense_do_no_harm() -> None:
    owners = parse("!x @a\n[ @b\n((( @c\n*** @d\n\x00 @e\n")
    assert owners("x") == ("@d",)
    assert parse("")("x") == ()


def test_the_file_is_found_from_the_root(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/CODEOWNERS").write_text("* @docs")
    assert root_of((str(tmp_path / "docs"),)) == str(tmp_path.resolve())
    assert owners_of(str(tmp_path))("x") == ("@docs",)
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_bytes(b"* @git\xff")
    assert owners_of(str(tmp_path))("x") == ("@git�",)
    assert owners_of("")("x") == ()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("git@github.com:acme/web.git", "acme/web"),
        ("https://github.com/acme/web", "acme/web"),
        ("https://user:secret@gitlab.com/acme/team/web.git/", "acme/team/web"),
        ("ssh://git@host:22/acme/web.git", "acme/web"),
        ("/srv/git/web.git", "here"),
        ("../web", "here"),
    ],
)
def test_a_repository_is_called_by_its_remote(tmp_path: Path, url: str, name: str) -> None:
    root = tmp_path / "here"
    (root / ".git").mkdir(parents=True)
    config = f'[remote "up"]\n\turl = git@x:a/b\n[remote "origin"]\n\turl = {url}\n[branch "main"]\n\turl = no\n'
    (root / ".git/config").write_text(config)
    assert name_of(str(root)) == name


def test_work_trees_and_folders_without_git_have_a_name_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git = tmp_path / "main/.git"
    (git / "worktrees/w").mkdir(parents=True)
    (git / "config").write_text('[remote "origin"]\n\turl = git@github.com:acme/web.git\n')
    (git / "worktrees/w/commondir").write_text("../..\n")
    (tmp_path / "w").mkdir()
    (tmp_path / "w/.git").write_text(f"gitdir: {git}/worktrees/w\n")
    assert name_of(str(tmp_path / "w")) == "acme/web"
    (tmp_path / "plain").mkdir()
    monkeypatch.chdir(tmp_path / "plain")
    assert name_of("") == "plain"

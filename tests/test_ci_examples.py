"""The examples for CI services in the README and the action: their YAML is well-formed, and their commands run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from tools import need

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S)
OLD = "curl -f -X POST -u $T: https://circleci.com/api/v1.1/project/gh/acme/web/tree/main\n"


def example(key: str) -> Any:
    """The one example that holds `key` at its top."""
    found = [block for text in BLOCKS if key in (block := yaml.safe_load(text))]
    assert found, f"the README has no example with {key}"
    return found[0]


def run(command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a step as the service would; `pip` does nothing, since the package is there already."""
    need("bash")
    tools = cwd.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "pip").write_text("#!/bin/sh\nexit 0\n")
    (tools / "pip").chmod(0o755)
    path = os.pathsep.join([str(tools), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, **environment}
    return subprocess.run(["bash", "-eo", "pipefail", "-c", command], cwd=cwd, env=environment, capture_output=True, text=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "deploy.sh").write_text(OLD)
    return folder


def test_the_circleci_job_fails_and_leaves_test_results(repository: Path) -> None:
    job = example("workflows")["jobs"]["old-api"]
    steps = [step["run"] for step in job["steps"] if "run" in step]
    assert [run(step, repository).returncode for step in steps] == [0, 0, 1]
    assert "trigger-job-on-branch" in (repository / "test-results/v2migrate.xml").read_text()
    assert job["steps"][-1]["store_test_results"]["path"] == "test-results"


def test_the_inline_orb_runs_what_its_parameters_say(repository: Path) -> None:
    command = example("orbs")["orbs"]["v2migrate"]["commands"]["check"]
    step = command["steps"][-1]["run"].replace("<< parameters.paths >>", command["parameters"]["paths"]["default"])
    done = run(step, repository)
    assert done.returncode == 1 and "deploy.sh:1:1: trigger-job-on-branch" in done.stdout


def test_the_gitlab_job_leaves_its_report(repository: Path) -> None:
    job = example("old-api")["old-api"]
    assert [run(step, repository).returncode for step in job["script"]] == [0, 1]
    assert (repository / job["artifacts"]["reports"]["codequality"]).is_file()


def test_the_github_action_annotates(repository: Path, tmp_path: Path) -> None:
    uses = [text for text in BLOCKS if "uses:" in text]
    action = yaml.safe_load((ROOT / ".github/actions/v2migrate/action.yml").read_text())
    install, check = action["runs"]["steps"]
    assert "pip" in install["run"] and "GITHUB_ACTION_PATH" in install["run"]
    assert (ROOT / ".github/actions/v2migrate/../../../pyproject.toml").is_file(), "the action installs its own repository"
    binary = tmp_path / "v2migrate/bin"
    binary.mkdir(parents=True)
    (binary / "v2migrate").symlink_to(Path(sys.executable).parent / "v2migrate")
    done = run(check["run"], repository, RUNNER_TEMP=str(tmp_path), PATHS=".", ARGS="--fail-on deadline")
    assert done.returncode == 1 and done.stdout.startswith("::")
    assert uses and "uses: v2migrate/v2migrate/.github/actions/v2migrate@" in uses[0]


def test_the_hook_example_names_a_hook_that_exists() -> None:
    hooks = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    shown = {hook["id"] for repo in example("repos")["repos"] for hook in repo["hooks"]}
    assert shown <= hooks

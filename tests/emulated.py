"""Programs run against the emulated CircleCI, and how two runs are compared. No tests in here."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import yaml

from v2migrate.emulator.account import Account, Effect
from v2migrate.emulator.api import Emulator, Seen, Wire
from v2migrate.emulator.exchange import Call
from v2migrate.emulator.fixture import read_account
from v2migrate.emulator.server import Server
from v2migrate.emulator.settings import Settings

PERSONAL, OF_PROJECT, STATUS = "personal-of-ada", "project-of-web", "status-of-web"
SLUG = "gh/acme/web"
_DRIVER = Path(__file__).parent / "drive_example.py"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run: exit status, what it printed (raw bodies masked), what it changed, what it asked for."""

    exit: int
    out: str
    err: str
    effects: tuple[Effect, ...]
    log: tuple[Seen, ...]

    @property
    def refused(self) -> list[str]:
        """The requests that were answered with an error."""
        return [f"{seen.method} {seen.path}: {seen.status}" for seen in self.log if seen.status >= 400]

    def told(self) -> str:
        """All of it as text, for a failing test."""
        lines = [f"exit {self.exit}", *(f"effect {e.what} {dict(e.arguments)}" for e in self.effects)]
        lines += [f"{seen.method} {seen.path} -> {seen.status}" for seen in self.log]
        return "\n".join([*lines, self.out, self.err])


def names(account: Account, token: str = PERSONAL) -> dict[str, Any]:
    """Plausible values by the names that programs give to parameters and variables, in lower case."""
    project = account.project(SLUG)
    job = account.job(project, 42)
    key = next(iter(project.keys))
    groups: dict[str, Any] = {
        "token api_token circle_token circleci_token session_token ci_token personal_token circle_ci_token circle_api_token "
        "circleci_api_token circle_api_user_token": token,
        "branch ref git_branch circle_branch target_branch": "develop",  # not the default one, or a lost branch would pass
        "number build build_num build_number job_number num n": 42,
        "workflow workflow_id": job.workflow.id,
        "pipeline pipeline_id": job.workflow.pipeline.id,
        "job job_id": job.id,
        "org owner user username organization circle_project_username": "acme",
        "repo project reponame repository circle_project_reponame": "web",
        "slug project_slug": SLUG,
        "vcs vcs_type vcs_provider": "github",
        "name var variable key_name env_name": "REGION",
        "value secret region": "eu-central",
        "fingerprint key": key,
        "version tag release": "v1.2",
        "commit sha revision circle_sha1": "c0ffee" * 6 + "c0ff",
        "parameters params build_parameters": {"VERSION": "1"},
        "limit": 3,
    }
    return {name: value for group, value in groups.items() for name in group.split()}


def new_emulator(settings: Settings | None = None) -> Emulator:
    """A fresh account behind these settings."""
    return Emulator(read_account(), settings or Settings())


def run_example(
    server: Server,
    emulator: Emulator,
    folder: Path,
    language: str,
    text: str,
    shapes: bool = False,
    token: str = PERSONAL,
    **values: Any,
) -> Outcome:
    """Runs an example (python, shell, or yaml with `run` steps) in `folder` against `emulator`.

    `values` replace entries of the table of names, `token` is what the program authenticates with; `shapes`: of lists and
    dicts only the type is printed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = {**names(emulator.account, token), **values}
    (folder / "token").write_text(token)
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
    environment |= {name: str(table[name.lower()]) for name in _words(text) if name.lower() in table}
    environment["V2MIGRATE_ARGUMENTS"] = json.dumps(table)
    environment["V2MIGRATE_SHAPES"] = "1" if shapes else ""
    if language == "python":
        (folder / "example.py").write_text(text)
        command = [sys.executable, str(_DRIVER)]
    else:
        script = text if language == "shell" else "\n".join(_steps(yaml.safe_load(text)))
        (folder / "example.sh").write_text(script)
        command = ["bash", *([] if language == "shell" else ["-eo", "pipefail"]), "example.sh"]
    return run(server, emulator, command, folder, environment)


def run(
    server: Server, emulator: Emulator, command: list[str], folder: Path, environment: Mapping[str, str]
) -> Outcome:
    """Runs a command against `emulator`."""
    server.emulator = emulator
    done = subprocess.run(
        command,
        cwd=folder,
        env=server.environment(dict(environment)),
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # without a terminal, curl cannot ask for a password there
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    out = mask(done.stdout, emulator.bodies)
    return Outcome(done.returncode, out, done.stderr, tuple(emulator.effects), tuple(emulator.log))


def mask(text: str, bodies: list[str]) -> str:
    """`text` with each whole body that the emulator sent replaced: what goes to the terminal as it came is not selected."""
    for body in sorted(bodies, key=len, reverse=True):
        if len(body) > 2:
            text = text.replace(body, "<body>")
    return text


def compare(before: Outcome, after: Outcome, assumes: tuple[str, ...] = ()) -> list[str]:
    """Where two runs differ, in words; empty: they behave the same.

    `assumes` are granted: one job and all workflows, a revision and its branch are then the same start.
    """
    out = []
    if before.exit != after.exit:
        out.append(f"exit status {before.exit} became {after.exit}")
    if before.out != after.out:
        out.append(f"printed {before.out!r} became {after.out!r}")
    old, new = ([_plain(e, assumes) for e in run.effects] for run in (before, after))
    if old != new:
        out.append(f"effects {old} became {new}")
    return out


def _plain(effect: Effect, assumes: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    arguments = dict(effect.arguments)
    for name, part in (("all-workflows", "runs"), ("head-revision", "revision")):
        if name in assumes:
            arguments.pop(part, None)
    return effect.what, arguments


def _words(text: str) -> set[str]:
    """Names that could be variables of the environment."""
    return set(re.findall(r"\b[A-Z][A-Z0-9_]*\b", text))


def _steps(document: Any) -> list[str]:
    """The commands of all `run` steps in a document."""
    if isinstance(document, dict):
        own = document.get("run")
        command = own.get("command", "") if isinstance(own, dict) else own
        found = [textwrap.dedent(command)] if isinstance(command, str) else []
        return found + [step for value in document.values() for step in _steps(value)]
    if isinstance(document, list):
        return [step for item in document for step in _steps(item)]
    return []


# --- without a socket -------------------------------------------------------------------------------------------------

HEADER = {"circle-token": PERSONAL}
V1_PROJECT, V2_PROJECT = "/api/v1.1/project/github/acme/web", "/api/v2/project/gh/acme/web"


def ask(emulator: Emulator, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Wire:
    """An answer without a socket; a body is sent as JSON, text as a form."""
    plain, _, query = path.partition("?")
    sent = dict(HEADER if headers is None else headers)
    if body is not None:
        sent["content-type"] = "application/x-www-form-urlencoded" if isinstance(body, str) else "application/json"
    data = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return emulator.answer(Call(method, plain, dict(parse_qsl(query)), sent, data))


def read(emulator: Emulator, path: str) -> Any:
    """What a GET answers, which has to be a success."""
    wire = ask(emulator, "GET", path)
    assert wire.status == 200, wire.text
    return json.loads(wire.text)


def at(day: str, **settings: Any) -> Emulator:
    """An emulator on another day."""
    return Emulator(read_account(now=datetime.fromisoformat(day).replace(tzinfo=UTC)), Settings(**settings))


def nameless(method: str, path: str) -> str:
    """An operation with nameless placeholders."""
    return re.sub(r"\{[^}]*\}", "{}", f"{method} {path}")

"""An account from a TOML file. Knows the file's keys, and nothing of what is asked of the account later."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from v2migrate.emulator.account import Account, Artifact, CheckoutKey, Pipeline, Project, TestResult, Token, User
from v2migrate.pipeline_config.document import Document

_OWN = Path(__file__).parent / "account.toml"


def read_account(path: Path | None = None, now: datetime | None = None) -> Account:
    """The account in `path` (default: the one that is shipped) at `now` (default: the file's own time).

    Raises KeyError or TOMLDecodeError for a file that is no fixture, Unpatchable for a config in it that is no YAML.
    """
    table = tomllib.loads((path or _OWN).read_text("utf-8"))
    account = Account(now or table["now"])
    for entry in table["user"]:
        account.users[entry["login"]] = User(account.new_id("user"), **entry)
    for entry in table["token"]:
        account.tokens[entry["value"]] = Token(**entry)
    for entry in table["project"]:
        project = _project(account, entry)
        account.projects[project.slug] = project
    for entry in table.get("pipeline", ()):
        _pipeline(account, entry)
    return account


def _project(account: Account, entry: dict[str, Any]) -> Project:
    keys = [_key(account, entry["slug"], key) for key in entry.pop("key", ())]
    schedules = [_schedule(account, entry, each) for each in entry.pop("schedule", ())]
    config = entry.pop("config", None)
    return Project(
        config=Document(config.encode()).plain if config is not None else None,
        id=account.new_id("project"),
        organization_id=account.new_id("organization"),
        keys={key.fingerprint: key for key in keys},
        schedules=schedules,
        **entry,
    )


def _key(account: Account, slug: str, entry: dict[str, Any]) -> CheckoutKey:
    text = f"ssh-rsa {entry['fingerprint'].replace(':', '')} {slug}"
    return CheckoutKey(public_key=text, created_at=account.now - timedelta(days=90), **entry)


def _schedule(account: Account, project: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    user = next(iter(account.users.values()))
    at = (account.now - timedelta(days=9)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return {
        "id": account.new_id("schedule"),
        "name": entry["name"],
        "description": entry["description"],
        "project-slug": project["slug"],
        "timetable": {
            "per-hour": 1,
            "hours-of-day": entry["hours-of-day"],
            "days-of-week": entry["days-of-week"],
        },
        "parameters": {"branch": entry["branch"]},
        "actor": {"id": user.id, "login": user.login, "name": user.name, "avatar_url": user.avatar_url},
        "created-at": at,
        "updated-at": at,
    }


def _pipeline(account: Account, entry: dict[str, Any]) -> Pipeline:
    project = account.project(entry["project"])
    user = next(iter(account.users.values()))
    at = account.now - timedelta(hours=entry["hours_ago"])
    pipeline = account.add_pipeline(
        project, user, entry["branch"], None, created_at=at, subject=entry["subject"], trigger="webhook"
    )
    for part in entry["workflow"]:
        workflow = account.add_workflow(pipeline, part["name"], part["status"])
        before: list[str] = []
        for each in part["jobs"]:
            job = account.add_job(workflow, each["name"], each.get("number", 0), each["status"])
            job.v1_status = each.get("v1_status", each["status"])
            job.type = each.get("type", "build")
            job.number = each.get("number")
            job.dependencies = list(before)
            before.append(job.id)
            job.artifacts = [
                Artifact(path, f"https://output.circle-artifacts.com/output/job/{job.id}/artifacts/0/{path}")
                for path in each.get("artifacts", ())
            ]
            job.tests = [TestResult(**test) for test in each.get("tests", ())]
    return pipeline

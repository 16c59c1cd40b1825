"""How v1 and v1.1 write things down: builds, projects, keys. Knows no request."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from v2migrate.emulator.account import Account, Artifact, CheckoutKey, Job, Project, TestResult, User

BRANCHES_GO = date(2026, 12, 7)
BRANCH_BROWNOUTS = (date(2026, 11, 17), date(2026, 12, 1))
"""When `branches` is left out of project lists and settings (CircleCI changelog, read 2026-11-21)."""


def stamp(at: datetime | None) -> str | None:
    """A time as the API writes it."""
    return None if at is None else at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def build_summary(job: Job) -> dict[str, Any]:
    """A build as lists have it."""
    pipeline = job.workflow.pipeline
    vcs, org, name = pipeline.project.parts
    over = job.stopped_at is not None
    lasted = (
        int((job.stopped_at - job.started_at).total_seconds() * 1000) if job.stopped_at and job.started_at else None
    )
    return {
        "build_num": job.number,
        "build_url": f"https://circleci.com/{pipeline.project.slug}/{job.number}",
        "status": job.v1_status,
        "lifecycle": "finished" if over else job.v1_status,
        "outcome": ("success" if job.v1_status == "fixed" else job.v1_status) if over else None,
        "canceled": job.status == "canceled",
        "failed": job.status == "failed" if over else None,
        "branch": pipeline.branch,
        "vcs_tag": pipeline.tag,
        "vcs_type": "github" if vcs == "gh" else "bitbucket",
        "vcs_url": pipeline.project.external_url,
        "vcs_revision": pipeline.revision,
        "username": org,
        "reponame": name,
        "subject": pipeline.subject,
        "body": "",
        "committer_name": pipeline.actor.name,
        "committer_email": f"{pipeline.actor.login}@example.com",
        "author_name": pipeline.actor.name,
        "why": pipeline.trigger if pipeline.trigger != "webhook" else "github",
        "queued_at": stamp(job.created_at),
        "usage_queued_at": stamp(job.created_at),
        "start_time": stamp(job.started_at),
        "stop_time": stamp(job.stopped_at),
        "build_time_millis": lasted,
        "parallel": 1,
        "retry_of": job.retry_of,
        "build_parameters": {**pipeline.parameters, "CIRCLE_JOB": job.name},
        "user": {"login": pipeline.actor.login, "name": pipeline.actor.name, "is_user": True},
        "workflows": {
            "job_name": job.name,
            "job_id": job.id,
            "workflow_id": job.workflow.id,
            "workflow_name": job.workflow.name,
            "upstream_job_ids": list(job.dependencies),
        },
        "has_artifacts": bool(job.artifacts),
    }


def build_details(job: Job) -> dict[str, Any]:
    """A build on its own, with its steps."""
    action = {
        "index": 0,
        "step": 0,
        "name": job.name,
        "status": job.status,
        "exit_code": 1 if job.status == "failed" else 0,
        "failed": job.status == "failed",
        "start_time": stamp(job.started_at),
        "end_time": stamp(job.stopped_at),
        "output_url": f"https://circle-production-action-output.example.com/{job.id}-0",
    }
    commit = job.workflow.pipeline
    return {
        **build_summary(job),
        "steps": [{"name": job.name, "actions": [action]}] if job.started_at else [],
        "all_commit_details": [{"commit": commit.revision, "subject": commit.subject, "branch": commit.branch}],
        "circle_yml": {"string": "version: 2.1\n"},
        "messages": [],
        "ssh_disabled": True,
        "node": None,
        "previous": None,
        "previous_successful_build": None,
    }


def artifact(item: Artifact) -> dict[str, Any]:
    """An artifact; `pretty_path` only ever differed in form."""
    return {"path": item.path, "pretty_path": item.path, "node_index": item.node_index, "url": item.url}


def test_result(test: TestResult) -> dict[str, Any]:
    """A test's outcome, the same in v1.1 and v2."""
    return {
        "message": test.message,
        "source": test.source,
        "run_time": test.run_time,
        "file": test.file,
        "result": test.result,
        "name": test.name,
        "classname": test.classname,
    }


def checkout_key(key: CheckoutKey) -> dict[str, Any]:
    """A checkout key."""
    return {
        "public_key": key.public_key,
        "type": key.type,
        "fingerprint": key.fingerprint,
        "preferred": key.preferred,
        "time": stamp(key.created_at),
    }


def variable(name: str, value: str) -> dict[str, Any]:
    """An environment variable; the value is masked but for its end, in v1.1 as in v2."""
    return {"name": name, "value": "xxxx" + value[-4:]}


def user(person: User, account: Account) -> dict[str, Any]:
    """The user of a token."""
    slugs = [p for p in account.projects.values() if p.followed]
    return {
        "login": person.login,
        "name": person.name,
        "avatar_url": person.avatar_url,
        "admin": False,
        "basic_email_prefs": "smart",
        "days_left_in_trial": 0,
        "trial_end": "2020-01-01T00:00:00.000Z",
        "user_key_fingerprint": None,
        "selected_email": f"{person.login}@example.com",
        "projects": {p.external_url: {"on_dashboard": True} for p in slugs},
    }


def project(item: Project, account: Account, shallow: bool) -> dict[str, Any]:
    """A project as lists have it; `branches` goes on its day, or where the request asks for it."""
    vcs, org, name = item.parts
    out: dict[str, Any] = {
        "vcs_url": item.external_url,
        "vcs_type": "github" if vcs == "gh" else "bitbucket",
        "username": org,
        "reponame": name,
        "default_branch": item.default_branch,
        "following": item.followed,
        "followed": item.followed,
        "oss": item.oss,
    }
    if has_branches(account, shallow):
        out["branches"] = {branch: {"is_using_workflows": True} for branch in item.branches}
    return out


def has_branches(account: Account, shallow: bool) -> bool:
    """Whether `branches` is still in project lists and settings today."""
    today = account.now.date()
    return not shallow and today < BRANCHES_GO and today not in BRANCH_BROWNOUTS

"""What can be done to an account, each change with its effect noted. Knows no HTTP and no version of the API."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from v2migrate.emulator.account import (
    FINISHED,
    Account,
    CheckoutKey,
    Invalid,
    Job,
    Missing,
    Pipeline,
    Project,
    User,
    Workflow,
)
from v2migrate.pipeline_config import runs

_TYPES = {"string": str, "boolean": bool, "integer": int}


def start_job(
    account: Account,
    project: Project,
    actor: User,
    branch: str | None,
    tag: str | None,
    parameters: Mapping[str, Any],
    job: str | None,
    revision: str | None,
) -> Job:
    """Starts one job, as v1's triggers do: `job`, or the one that CIRCLE_JOB names, or `build`. Raises Missing."""
    branch, tag = _ref(project, branch, tag)
    given = dict(parameters)
    name = str(job or given.pop("CIRCLE_JOB", "build"))
    if not project.has_job(name):
        raise Missing(f"Job {name} not found in the config")
    more = {"revision": revision} if revision else {}
    effect = {**_trigger(project, branch, tag, given, revision), "runs": f"job {name}"}
    if project.config is not None:
        effect |= {"parameters": None, "runs": {name: {**_environment(project, name, {}), **_as_text(given)}}}
    account.record("trigger", **effect)
    pipeline = account.add_pipeline(project, actor, branch, tag, parameters=given, **more)
    return account.add_job(account.add_workflow(pipeline, name), name)


def start_pipeline(
    account: Account,
    project: Project,
    actor: User,
    branch: str | None,
    tag: str | None,
    parameters: Mapping[str, Any],
    *,
    any_parameter: bool = False,
    hidden: int = 0,
    revision: str | None = None,
) -> Pipeline:
    """Starts a pipeline with every workflow of the config. Raises Missing and Invalid (a parameter that is not declared)."""
    if branch is not None and tag is not None:
        raise Invalid("Branch and tag are mutually exclusive.")
    branch, tag = _ref(project, branch, tag)
    if not any_parameter:
        check_parameters(project, parameters)
    effect = {**_trigger(project, branch, tag, parameters, revision), "runs": "all workflows"}
    plan: Mapping[str, Sequence[str]] = project.plan
    if project.config is not None:
        plan = _planned(project, branch, tag, parameters)
        jobs = [job for each in plan.values() for job in each]
        effect |= {"parameters": None, "runs": {job: _environment(project, job, parameters) for job in jobs}}
    account.record("trigger", **effect)
    more = {"revision": revision} if revision else {}
    pipeline = account.add_pipeline(project, actor, branch, tag, parameters=dict(parameters), hidden=hidden, **more)
    for name, planned in plan.items():
        workflow = account.add_workflow(pipeline, name)
        for job in planned:
            account.add_job(workflow, job)
    return pipeline


def check_parameters(project: Project, parameters: Mapping[str, Any]) -> None:
    """Refuses what CircleCI refuses: names the config does not declare, values of another type, texts that are too long."""
    for name, value in parameters.items():
        declared = _declared(project).get(name)
        if declared is None:
            raise Invalid(f"Unexpected argument(s): {name}")
        kind = _TYPES.get(declared, str)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Invalid(f"Type error for argument {name}: expected type: {declared}, actual value: {value!r}")
        listed = runs.declared(project.config)[name].get("enum") if project.config is not None else None
        if listed is not None and value not in listed:
            raise Invalid(f"Type error for argument {name}: expected one of {listed}, actual value: {value!r}")
        if isinstance(value, str) and len(value) > 512:
            raise Invalid(f"Value of {name} is longer than 512 characters")


def _declared(project: Project) -> Mapping[str, str]:
    """The types of the pipeline parameters, by name."""
    if project.config is None:
        return project.parameters
    return {name: str(about.get("type")) for name, about in runs.declared(project.config).items()}


def _planned(
    project: Project, branch: str | None, tag: str | None, parameters: Mapping[str, Any]
) -> dict[str, tuple[str, ...]]:
    """The workflows of the project's config that run, with their jobs. Raises Invalid for a config that is not understood."""
    try:
        return runs.jobs(project.config, runs.Start(parameters, branch or "", tag or ""))
    except runs.Undecided as reason:
        raise Invalid(f"The config is not emulated: {reason}") from None


def _environment(project: Project, job: str, parameters: Mapping[str, Any]) -> dict[str, str]:
    """What the project's config sets for a job."""
    try:
        return runs.environment(project.config, job, runs.Start(parameters))
    except runs.Undecided as reason:
        raise Invalid(f"The config is not emulated: {reason}") from None


def _as_text(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Build parameters of v1 as the environment variables that they became."""
    return {name: value if isinstance(value, str) else json.dumps(value) for name, value in parameters.items()}


def rerun(
    account: Account, workflow: Workflow, actor: User, jobs: Sequence[Job], ssh: bool = False, from_failed: bool = False
) -> Workflow:
    """A new workflow in the same pipeline with the given jobs (none: all, or those from the failed one on)."""
    chosen = list(jobs)
    if not chosen:
        chosen = [job for job in workflow.jobs if not from_failed or job.status != "success"]
    again = account.add_workflow(workflow.pipeline, workflow.name)
    again.started_by, again.created_at = actor.id, account.now
    for job in chosen:
        new = account.add_job(again, job.name)
        new.retry_of = job.number
    account.record(
        "rerun",
        project=workflow.pipeline.project.slug,
        workflow=workflow.id,
        jobs=sorted(job.name for job in chosen),
        ssh=ssh or None,
    )
    return again


def cancel_job(account: Account, job: Job, actor: User) -> None:
    """Cancels one job; one that is over stays as it is."""
    account.record("cancel job", project=job.workflow.pipeline.project.slug, number=job.number)
    if job.status not in FINISHED:
        job.status = job.v1_status = "canceled"
        job.stopped_at, job.canceled_by = account.now, actor.id


def cancel_workflow(account: Account, workflow: Workflow, actor: User) -> None:
    """Cancels a workflow and its jobs."""
    account.record("cancel workflow", project=workflow.pipeline.project.slug, workflow=workflow.id)
    for job in workflow.jobs:
        if job.status not in FINISHED:
            job.status = job.v1_status = "canceled"
            job.stopped_at, job.canceled_by = account.now, actor.id
    if workflow.status not in FINISHED:
        workflow.status, workflow.stopped_at, workflow.canceled_by = "canceled", account.now, actor.id


def approve(account: Account, workflow: Workflow, request: str) -> None:
    """Lets a job on hold go on. Raises Missing."""
    for job in workflow.jobs:
        if job.type == "approval" and job.id == request:
            account.record("approve", project=workflow.pipeline.project.slug, job=job.name)
            job.status, job.stopped_at = "success", account.now
            return
    raise Missing("Approval request not found")


def set_variable(account: Account, project: Project, name: str, value: str) -> None:
    """Creates or replaces an environment variable."""
    account.record("set variable", project=project.slug, name=name, value=value)
    project.envvars[name] = value


def delete_variable(account: Account, project: Project, name: str) -> None:
    """Removes an environment variable. Raises Missing."""
    if name not in project.envvars:
        raise Missing("Environment variable not found.")
    account.record("delete variable", project=project.slug, name=name)
    del project.envvars[name]


def add_key(account: Account, project: Project, kind: str) -> CheckoutKey:
    """Creates a checkout key; `kind` is deploy-key or github-user-key."""
    count = len(project.keys)
    digest = hashlib.md5(f"{project.slug}/{kind}/{count}".encode(), usedforsecurity=False).hexdigest()
    fingerprint = ":".join(digest[i : i + 2] for i in range(0, 32, 2))
    key = CheckoutKey(fingerprint, kind, f"ssh-rsa {digest} {project.slug}", account.now)
    account.record("add key", project=project.slug, type=kind)
    project.keys[fingerprint] = key
    return key


def delete_key(account: Account, project: Project, fingerprint: str) -> None:
    """Removes a checkout key. Raises Missing."""
    if fingerprint not in project.keys:
        raise Missing("Checkout key not found")
    account.record("delete key", project=project.slug, fingerprint=fingerprint)
    del project.keys[fingerprint]


def follow(account: Account, project: Project, what: str) -> None:
    """Follows, unfollows or enables a project."""
    account.record(what, project=project.slug)
    project.followed = what != "unfollow"


def change_settings(account: Account, project: Project, settings: Mapping[str, Any]) -> None:
    """Changes advanced settings."""
    account.record("change settings", project=project.slug, settings=dict(settings))
    project.settings.update(settings)


def _ref(project: Project, branch: str | None, tag: str | None) -> tuple[str | None, str | None]:
    if branch is None and tag is None:
        branch = project.default_branch
    if not project.has_ref(branch, tag):
        raise Missing("Tag not found" if tag is not None else "Branch not found")
    return branch, tag


def _trigger(
    project: Project, branch: str | None, tag: str | None, parameters: Mapping[str, Any], revision: str | None
) -> dict[str, Any]:
    return {
        "project": project.slug,
        "branch": branch,
        "tag": tag,
        "revision": revision,
        "parameters": dict(parameters),
    }

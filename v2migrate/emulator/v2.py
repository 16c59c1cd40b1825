"""Pipelines, workflows and jobs of v2. Knows today's v2, and nothing of its preview."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from v2migrate.emulator import changes, v2_shapes
from v2migrate.emulator.account import Job, Missing, Pipeline, Project
from v2migrate.emulator.exchange import Answer, Refused, object_field, text_field, v2_body
from v2migrate.emulator.routes import Operations, Visit
from v2migrate.emulator.v1_shapes import test_result

V2 = Operations(slug_length=3)
T = TypeVar("T")
_ACCEPTED = {"message": "Accepted."}


def paged(visit: Visit, items: Sequence[T], shape: Callable[[T], Any]) -> Answer:
    """A page of `items`; the token of the next one is opaque."""
    start = 0
    if token := visit.call.query.get("page-token"):
        try:
            start = int(base64.urlsafe_b64decode(token).decode().removeprefix("from:"))
        except (binascii.Error, ValueError):
            raise Refused(400, "Invalid page-token.") from None
    end = start + visit.settings.page_size
    more = base64.urlsafe_b64encode(f"from:{end}".encode()).decode() if end < len(items) else None
    return Answer(200, v2_shapes.page([shape(item) for item in items[start:end]], more))


# --- pipelines ------------------------------------------------------------------------------------------------------


@V2.add("GET", "/pipeline")
def pipelines(visit: Visit) -> Answer:
    """The pipelines of an organization."""
    slug = visit.call.query.get("org-slug")
    if slug is None and visit.call.query.get("mine") != "true":
        raise Refused(400, "org-slug is required")
    return paged(visit, _pipelines(visit, lambda p: slug in (None, _org(p.project))), v2_shapes.pipeline)


@V2.add("GET", "/project/{project}/pipeline")
def project_pipelines(visit: Visit) -> Answer:
    """The pipelines of a project, of one branch if that is asked for."""
    project, branch = visit.project, visit.call.query.get("branch")
    found = _pipelines(visit, lambda p: p.project is project and branch in (None, p.branch))
    return paged(visit, found, v2_shapes.pipeline)


@V2.add("GET", "/project/{project}/pipeline/mine")
def own_pipelines(visit: Visit) -> Answer:
    """The pipelines of a project that the user started."""
    project, login = visit.project, visit.user.login
    found = _pipelines(visit, lambda p: p.project is project and p.actor.login == login)
    return paged(visit, found, v2_shapes.pipeline)


@V2.add("GET", "/project/{project}/pipeline/{build}")
def pipeline_by_number(visit: Visit) -> Answer:
    """A pipeline by its number."""
    project, number = visit.project, visit.number
    for pipeline in visit.account.pipelines:
        if pipeline.project is project and pipeline.number == number:
            return Answer(200, v2_shapes.pipeline(pipeline))
    raise Missing("Pipeline not found")


@V2.add("POST", "/project/{project}/pipeline")
def trigger_pipeline(visit: Visit) -> Answer:
    """Starts a pipeline: every workflow of the config."""
    body = _only(v2_body(visit.call), "branch", "tag", "parameters")
    started = _start(visit, visit.project, text_field(body, "branch"), text_field(body, "tag"), body)
    return Answer(201, v2_shapes.started(started))


@V2.add("POST", "/project/{provider}/{organization}/{name}/pipeline/run")
def run_pipeline(visit: Visit) -> Answer:
    """Starts a pipeline by its definition; 200 means that nothing was started. Needs the slug in three plain segments."""
    values = visit.values
    project = visit.account.project(f"{values['provider']}/{values['organization']}/{values['name']}")
    body = _only(v2_body(visit.call), "definition_id", "config", "checkout", "parameters")
    config, checkout = object_field(body, "config"), object_field(body, "checkout")
    if config.get("branch") != checkout.get("branch") or config.get("tag") != checkout.get("tag"):
        raise Refused(400, "Only one ref for config and checkout is emulated")
    branch, tag = text_field(checkout, "branch"), text_field(checkout, "tag")
    ref = branch or ""
    if "[skip ci]" in ref or "[ci skip]" in ref:
        return Answer(200, {"message": "Ignoring pipeline due to CI skip in the commit"})
    started = _start(visit, project, branch, tag, body)
    return Answer(201, v2_shapes.started(started))


@V2.add("GET", "/pipeline/{pipeline}")
def pipeline(visit: Visit) -> Answer:
    """A pipeline."""
    return Answer(200, v2_shapes.pipeline(visit.account.pipeline(visit.values["pipeline"])))


@V2.add("GET", "/pipeline/{pipeline}/config")
def pipeline_config(visit: Visit) -> Answer:
    """The config that a pipeline ran with."""
    visit.account.pipeline(visit.values["pipeline"])
    return Answer(200, {"source": "version: 2.1\n", "compiled": "version: 2\n"})


@V2.add("GET", "/pipeline/{pipeline}/values")
def pipeline_values(visit: Visit) -> Answer:
    """A pipeline's values and parameters."""
    found = visit.account.pipeline(visit.values["pipeline"])
    return Answer(200, {"pipeline.number": found.number, "pipeline.id": found.id, **found.parameters})


@V2.add("GET", "/pipeline/{pipeline}/workflow")
def pipeline_workflows(visit: Visit) -> Answer:
    """A pipeline's workflows; a new pipeline has none for a moment."""
    found = visit.account.pipeline(visit.values["pipeline"])
    if found.hidden:
        found.hidden -= 1
        return Answer(200, v2_shapes.page([]))
    return paged(visit, found.workflows, v2_shapes.workflow)


def _pipelines(visit: Visit, fits: Callable[[Pipeline], bool]) -> list[Pipeline]:
    return sorted((p for p in visit.account.pipelines if fits(p)), key=lambda p: p.created_at, reverse=True)


def _org(project: Project) -> str:
    return "/".join(project.parts[:2])


def _start(visit: Visit, project: Project, branch: str | None, tag: str | None, body: dict[str, Any]) -> Pipeline:
    settings = visit.settings
    try:
        return changes.start_pipeline(
            visit.account,
            project,
            visit.user,
            branch,
            tag,
            object_field(body, "parameters"),
            any_parameter=settings.any_parameter,
            hidden=settings.workflow_delay,
        )
    except Missing as error:
        raise Refused(400, str(error)) from None


def _only(body: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in body:
        if name not in names:
            raise Refused(400, f"Unexpected request body provided: {name}.")
    return body


# --- workflows and jobs ---------------------------------------------------------------------------------------------


@V2.add("GET", "/workflow/{workflow}")
def workflow(visit: Visit) -> Answer:
    """A workflow."""
    return Answer(200, v2_shapes.workflow(visit.account.workflow(visit.values["workflow"])))


@V2.add("GET", "/workflow/{workflow}/job")
def workflow_jobs(visit: Visit) -> Answer:
    """A workflow's jobs; no page token is documented, so they come on one page."""
    found = visit.account.workflow(visit.values["workflow"])
    return Answer(200, v2_shapes.page([v2_shapes.workflow_job(job) for job in found.jobs]))


@V2.add("POST", "/workflow/{workflow}/rerun")
def rerun_workflow(visit: Visit) -> Answer:
    """Runs a workflow again: all of it, from the failed job, or some jobs by their UUID."""
    found = visit.account.workflow(visit.values["workflow"])
    body = _only(v2_body(visit.call), "jobs", "from_failed", "enable_ssh", "sparse_tree")
    ids = body.get("jobs") or []
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise Refused(400, "jobs must be a list of job ids")
    if ids and body.get("from_failed"):
        raise Refused(400, "from_failed and jobs are mutually exclusive.")
    if (body.get("enable_ssh") or body.get("sparse_tree")) and not ids:
        raise Refused(400, "enable_ssh and sparse_tree require jobs.")
    by_id = {job.id: job for job in found.jobs}
    if any(each not in by_id for each in ids):
        raise Refused(404, "Job not found")
    again = changes.rerun(
        visit.account,
        found,
        visit.user,
        [by_id[each] for each in ids],
        ssh=bool(body.get("enable_ssh")),
        from_failed=bool(body.get("from_failed")),
    )
    return Answer(202, {"workflow_id": again.id})


@V2.add("POST", "/workflow/{workflow}/cancel")
def cancel_workflow(visit: Visit) -> Answer:
    """Cancels a workflow."""
    changes.cancel_workflow(visit.account, visit.account.workflow(visit.values["workflow"]), visit.user)
    return Answer(202, _ACCEPTED)


@V2.add("POST", "/workflow/{workflow}/approve/{request}")
def approve_job(visit: Visit) -> Answer:
    """Lets a job on hold go on."""
    changes.approve(visit.account, visit.account.workflow(visit.values["workflow"]), visit.values["request"])
    return Answer(202, _ACCEPTED)


@V2.add("GET", "/project/{project}/job/{build}")
def job_details(visit: Visit) -> Answer:
    """A job by its number."""
    return Answer(200, v2_shapes.job_details(_job(visit)))


@V2.add("POST", "/project/{project}/job/{build}/cancel")
def cancel_job(visit: Visit) -> Answer:
    """Cancels a job by its number."""
    changes.cancel_job(visit.account, _job(visit), visit.user)
    return Answer(200, {"message": "Job cancelled successfully."})


@V2.add("POST", "/jobs/{job}/cancel")
def cancel_job_by_id(visit: Visit) -> Answer:
    """Cancels a job by its UUID."""
    for found in visit.account.workflows():
        for job in found.jobs:
            if job.id == visit.values["job"]:
                changes.cancel_job(visit.account, job, visit.user)
                return Answer(200, {"message": "Job cancelled successfully."})
    raise Missing("Job not found")


@V2.add("GET", "/project/{project}/{build}/artifacts")
def job_artifacts(visit: Visit) -> Answer:
    """A job's artifacts."""
    return Answer(200, v2_shapes.page([v2_shapes.artifact(item) for item in _job(visit).artifacts]))


@V2.add("GET", "/project/{project}/{build}/tests")
def job_tests(visit: Visit) -> Answer:
    """A job's tests; the route has no `job/` segment, whatever was announced."""
    return Answer(200, v2_shapes.page([test_result(test) for test in _job(visit).tests]))


def _job(visit: Visit) -> Job:
    return visit.account.job(visit.project, visit.number)

"""Builds, artifacts, tests and triggers of v1 and v1.1. Knows that those two differ in their slugs alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from v2migrate.emulator import changes, v1_shapes
from v2migrate.emulator.account import FINISHED, Invalid, Job
from v2migrate.emulator.exchange import Answer, Refused, object_field, text_field, v1_body
from v2migrate.emulator.routes import Operations, Visit

V1_1 = Operations(slug_length=3)
V1 = V1_1.with_slugs_of(2)

_FILTERS: Mapping[str, Callable[[Job], bool]] = {
    "completed": lambda job: job.status in FINISHED,
    "successful": lambda job: job.status == "success",
    "failed": lambda job: job.status == "failed",
    "running": lambda job: job.status == "running",
}


def created(visit: Visit, body: Any) -> Answer:
    """The answer to a call that made something: its code is only documented."""
    return Answer(visit.settings.v1_created, body)


@V1_1.add("GET", "/recent-builds")
def recent_builds(visit: Visit) -> Answer:
    """The last builds of all projects."""
    return _page(visit, visit.account.jobs())


@V1_1.add("GET", "/project/{project}")
def project_builds(visit: Visit) -> Answer:
    """The last builds of a project."""
    return _page(visit, visit.account.jobs(visit.project))


@V1_1.add("GET", "/project/{project}/tree/{branch}")
def branch_builds(visit: Visit) -> Answer:
    """The last builds of a branch; a slash in its name has to be encoded."""
    branch = visit.values["branch"]
    return _page(visit, [job for job in visit.account.jobs(visit.project) if job.workflow.pipeline.branch == branch])


@V1_1.add("GET", "/project/{project}/{build}")
def job_details(visit: Visit) -> Answer:
    """One build."""
    return Answer(200, v1_shapes.build_details(_job(visit)))


@V1_1.add("GET", "/project/{project}/{build}/artifacts")
def job_artifacts(visit: Visit) -> Answer:
    """The artifacts of a build, as a bare list."""
    return Answer(200, [v1_shapes.artifact(item) for item in _job(visit).artifacts])


@V1_1.add("GET", "/project/{project}/latest/artifacts")
def latest_artifacts(visit: Visit) -> Answer:
    """The artifacts of the last build of a branch that passes the filter."""
    return Answer(200, [v1_shapes.artifact(item) for item in _latest(visit).artifacts])


@V1_1.add("GET", "/project/{project}/latest/artifacts/{index}/{path+}")
def latest_artifact_file(visit: Visit) -> Answer:
    """Sends the client on to one file of the last build. Seen in the wild, never in the reference."""
    for item in _latest(visit).artifacts:
        if item.path == visit.values["path"] and str(item.node_index) == visit.values["index"]:
            return Answer(302, None, {"Location": item.url})
    raise Refused(404, "Artifact not found")


@V1_1.add("GET", "/project/{project}/{build}/tests")
def job_tests(visit: Visit) -> Answer:
    """The tests of a build."""
    return Answer(200, {"tests": [v1_shapes.test_result(test) for test in _job(visit).tests], "exceptions": []})


@V1_1.add("POST", "/project/{project}", sunset=True, creates=True)
def trigger_job(visit: Visit) -> Answer:
    """Starts one job."""
    return _start(visit, None)


@V1_1.add("POST", "/project/{project}/tree/{branch}", sunset=True, creates=True)
def trigger_job_on_branch(visit: Visit) -> Answer:
    """Starts one job on the branch that the path names."""
    return _start(visit, visit.values["branch"])


@V1_1.add("POST", "/project/{project}/build", sunset=True, creates=True)
def trigger_build(visit: Visit) -> Answer:
    """Starts a pipeline as a push would; takes no parameters, needs a personal token, answers with two words."""
    if visit.token is None or visit.token.kind != "personal":
        raise Refused(403, "Permission denied")
    body = v1_body(visit.call)
    changes.start_pipeline(
        visit.account,
        visit.project,
        visit.user,
        text_field(body, "branch"),
        text_field(body, "tag"),
        {},
        revision=text_field(body, "revision"),
        hidden=visit.settings.workflow_delay,
    )
    return created(visit, {"status": 200, "body": "Build created"})


@V1_1.add("POST", "/project/{project}/{build}/retry", sunset=True, creates=True)
def retry_job(visit: Visit) -> Answer:
    """Runs a job once more."""
    return _again(visit, ssh=False)


@V1_1.add("POST", "/project/{project}/{build}/ssh", sunset=True, creates=True)
def retry_job_with_ssh(visit: Visit) -> Answer:
    """Runs a job once more, with a shell to log in to."""
    return _again(visit, ssh=True)


@V1_1.add("POST", "/project/{project}/{build}/cancel")
def cancel_job(visit: Visit) -> Answer:
    """Cancels a job and tells how it stands."""
    job = _job(visit)
    changes.cancel_job(visit.account, job, visit.user)
    return Answer(200, v1_shapes.build_details(job))


def _job(visit: Visit) -> Job:
    return visit.account.job(visit.project, visit.number)


def _page(visit: Visit, jobs: list[Job]) -> Answer:
    chosen = visit.call.query.get("filter")
    if chosen:
        jobs = [job for job in jobs if chosen in _FILTERS and _FILTERS[chosen](job)]
    try:
        limit = min(100, int(visit.call.query.get("limit", 30)))
        offset = int(visit.call.query.get("offset", 0))
    except ValueError:
        raise Refused(400, "limit and offset are numbers") from None
    return Answer(200, [v1_shapes.build_summary(job) for job in jobs[offset : offset + limit]])


def _latest(visit: Visit) -> Job:
    branch = visit.call.query.get("branch")
    chosen = _FILTERS.get(visit.call.query.get("filter", "completed"), _FILTERS["completed"])
    for job in visit.account.jobs(visit.project):
        if chosen(job) and branch in (None, job.workflow.pipeline.branch):
            return job
    raise Refused(404, "Build not found")


def _start(visit: Visit, branch: str | None) -> Answer:
    body = v1_body(visit.call)
    parameters = object_field(body, "build_parameters")
    tag, branch = text_field(body, "tag"), branch or text_field(body, "branch")
    job, revision = text_field(body, "job"), text_field(body, "revision")
    if tag and branch:
        raise Invalid("Branch and tag are mutually exclusive.")
    new = changes.start_job(visit.account, visit.project, visit.user, branch, tag, parameters, job, revision)
    return created(visit, v1_shapes.build_details(new))


def _again(visit: Visit, ssh: bool) -> Answer:
    job = _job(visit)
    again = changes.rerun(visit.account, job.workflow, visit.user, [job], ssh=ssh)
    return created(visit, v1_shapes.build_details(again.jobs[0]))

"""v2 as it was in the preview of 2019, where that differed. Knows what the announcements of that year changed or removed."""

from __future__ import annotations

from typing import Any

from v2migrate.emulator import changes, v1_shapes, v2_shapes
from v2migrate.emulator.account import Job
from v2migrate.emulator.exchange import Answer
from v2migrate.emulator.routes import Operations, Visit

PREVIEW = Operations(slug_length=3)


@PREVIEW.add("GET", "/workflow/{workflow}/job")
@PREVIEW.add("GET", "/workflow/{workflow}/jobs")
def workflow_jobs(visit: Visit) -> Answer:
    """A workflow's jobs, at both spellings of the path, with the old names of their times."""
    found = visit.account.workflow(visit.values["workflow"])
    return Answer(200, v2_shapes.page([_job(job) for job in found.jobs]))


@PREVIEW.add("GET", "/pipeline/{pipeline}")
def pipeline(visit: Visit) -> Answer:
    """A pipeline, its workflows within."""
    found = visit.account.pipeline(visit.values["pipeline"])
    return Answer(200, {**v2_shapes.pipeline(found), "workflows": [{"id": each.id} for each in found.workflows]})


@PREVIEW.add("POST", "/project/{project}/job/{build}")
def cancel_job(visit: Visit) -> Answer:
    """Cancels a job; `/cancel` was added to the path on 2019-10-17."""
    changes.cancel_job(visit.account, visit.account.job(visit.project, visit.number), visit.user)
    return Answer(202, {"message": "Job cancelled successfully."})


@PREVIEW.add("GET", "/project/{project}/envvar")
def envvar_list(visit: Visit) -> Answer:
    """Environment variables as a bare list."""
    return Answer(200, [v1_shapes.variable(name, value) for name, value in visit.project.envvars.items()])


@PREVIEW.add("GET", "/project/{project}/checkout-key")
def checkout_key_list(visit: Visit) -> Answer:
    """Checkout keys as a bare list, with the old name of their time."""
    return Answer(200, [v1_shapes.checkout_key(key) for key in visit.project.keys.values()])


def _job(job: Job) -> dict[str, Any]:
    new = v2_shapes.workflow_job(job)
    new["start_time"], new["stop_time"] = new.pop("started_at"), new.pop("stopped_at")
    return new

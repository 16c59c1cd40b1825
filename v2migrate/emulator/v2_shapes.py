"""How v2 writes things down. Knows no request. Keys follow what goes over the wire where the specification spells otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from v2migrate.emulator.account import Artifact, CheckoutKey, Job, Pipeline, Project, User, Workflow
from v2migrate.emulator.v1_shapes import stamp

PROVIDERS = {"gh": "GitHub", "bb": "Bitbucket"}


def page(items: Sequence[Any], token: str | None = None) -> dict[str, Any]:
    """A list."""
    return {"next_page_token": token, "items": list(items)}


def user(person: User) -> dict[str, Any]:
    """The user of a token."""
    return {"id": person.id, "login": person.login, "name": person.name, "avatar_url": person.avatar_url}


def project(item: Project) -> dict[str, Any]:
    """A project."""
    vcs, org, name = item.parts
    return {
        "slug": item.slug,
        "id": item.id,
        "name": name,
        "organization_name": org,
        "organization_slug": f"{vcs}/{org}",
        "organization_id": item.organization_id,
        "vcs_info": {
            "vcs_url": item.external_url,
            "provider": PROVIDERS[vcs],
            "default_branch": item.default_branch,
        },
    }


def started(pipeline: Pipeline) -> dict[str, Any]:
    """The answer to a trigger: `number` is the pipeline's."""
    return {
        "number": pipeline.number,
        "state": "pending",
        "id": pipeline.id,
        "created_at": stamp(pipeline.created_at),
    }


def pipeline(item: Pipeline) -> dict[str, Any]:
    """A pipeline."""
    vcs: dict[str, Any] = {
        "provider_name": PROVIDERS[item.project.parts[0]],
        "origin_repository_url": item.project.external_url,
        "target_repository_url": item.project.external_url,
        "revision": item.revision,
        "commit": {"subject": item.subject, "body": ""},
    }
    vcs |= {"branch": item.branch} if item.branch is not None else {}
    vcs |= {"tag": item.tag} if item.tag is not None else {}
    return {
        "id": item.id,
        "number": item.number,
        "project_slug": item.project.slug,
        "state": item.state,
        "errors": [],
        "created_at": stamp(item.created_at),
        "updated_at": stamp(item.created_at),
        "trigger_parameters": dict(item.parameters),
        "trigger": {
            "type": item.trigger,
            "received_at": stamp(item.created_at),
            "actor": {"login": item.actor.login, "avatar_url": item.actor.avatar_url},
        },
        "vcs": vcs,
    }


def workflow(item: Workflow) -> dict[str, Any]:
    """A workflow."""
    out: dict[str, Any] = {
        "id": item.id,
        "name": item.name,
        "status": item.status,
        "created_at": stamp(item.created_at),
        "stopped_at": stamp(item.stopped_at),
        "pipeline_id": item.pipeline.id,
        "pipeline_number": item.pipeline.number,
        "project_slug": item.pipeline.project.slug,
        "started_by": item.started_by,
    }
    return out | ({"canceled_by": item.canceled_by} if item.canceled_by else {})


def workflow_job(item: Job) -> dict[str, Any]:
    """A job as its workflow lists it: an approval has no number, and what waits has its creation as start."""
    out: dict[str, Any] = {
        "id": item.id,
        "name": item.name,
        "status": item.status,
        "type": item.type,
        "project_slug": item.workflow.pipeline.project.slug,
        "dependencies": list(item.dependencies),
        "started_at": stamp(item.started_at or item.created_at),
        "stopped_at": stamp(item.stopped_at),
    }
    out |= {"job_number": item.number} if item.number is not None else {"approval_request_id": item.id}
    return out | ({"canceled_by": item.canceled_by} if item.canceled_by else {})


def job_details(item: Job) -> dict[str, Any]:
    """A job by its number: it has no id there, and no steps."""
    owner = item.workflow.pipeline.project
    lasted = None
    if item.stopped_at and item.started_at:
        lasted = int((item.stopped_at - item.started_at).total_seconds() * 1000)
    return {
        "number": item.number,
        "name": item.name,
        "status": item.status,
        "web_url": f"https://circleci.com/{owner.slug}/{item.number}",
        "created_at": stamp(item.created_at),
        "queued_at": stamp(item.created_at),
        "started_at": stamp(item.started_at or item.created_at),
        "stopped_at": stamp(item.stopped_at),
        "duration": lasted,
        "parallelism": 1,
        "parallel_runs": [{"index": 0, "status": item.status}],
        "executor": {"resource_class": "medium", "type": "docker"},
        "messages": [],
        "contexts": [],
        "organization": {"name": owner.parts[1]},
        "project": {
            "id": owner.id,
            "slug": owner.slug,
            "name": owner.parts[2],
            "external_url": owner.external_url,
        },
        "pipeline": {"id": item.workflow.pipeline.id},
        "latest_workflow": {"id": item.workflow.id, "name": item.workflow.name},
    }


def artifact(item: Artifact) -> dict[str, Any]:
    """An artifact."""
    return {"path": item.path, "node_index": item.node_index, "url": item.url}


def checkout_key(key: CheckoutKey) -> dict[str, Any]:
    """A checkout key. The specification spells `public-key` and `created-at`; replies that people pasted do not."""
    return {
        "public_key": key.public_key,
        "type": key.type,
        "fingerprint": key.fingerprint,
        "preferred": key.preferred,
        "created_at": stamp(key.created_at),
    }

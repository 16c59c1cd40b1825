"""One CircleCI account in memory: what is in it, and how it changes. Knows no HTTP, no version of the API, and no real time."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

_SPACE = uuid.UUID("6f1d3c52-90a4-5c1e-9f3b-2a8e4d7b1c60")
_SHORT = {"github": "gh", "bitbucket": "bb"}
FINISHED = ("success", "failed", "canceled", "timedout", "infrastructure_fail", "not_run")


class Missing(LookupError):
    """The account has no such thing; the text is the API's message."""


class Invalid(ValueError):
    """A change that the account refuses; the text is the API's message."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A change that was made: what was done, and to what, in words that are the same for every version of the API."""

    what: str
    arguments: Mapping[str, Any]


@dataclass(slots=True)
class User:
    """A person; `id` is a UUID."""

    id: str
    login: str
    name: str
    avatar_url: str


@dataclass(frozen=True, slots=True)
class Token:
    """An API token. A personal one has a `user`; a project one has a `project` and a `scope` (admin, read-only, status)."""

    value: str
    kind: str
    user: str
    project: str = ""
    scope: str = "admin"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A file that a job stored."""

    path: str
    url: str
    node_index: int = 0


@dataclass(frozen=True, slots=True)
class TestResult:
    """One test of a job."""

    __test__ = False  # the name is CircleCI's, not pytest's

    name: str
    classname: str
    result: str = "success"
    run_time: float = 0.0
    file: str = ""
    source: str = "pytest"
    message: str | None = None


@dataclass(slots=True)
class CheckoutKey:
    """A key that jobs check code out with; `type` is deploy-key or github-user-key."""

    fingerprint: str
    type: str
    public_key: str
    created_at: datetime
    preferred: bool = True


@dataclass(slots=True, eq=False)
class Project:
    """A project. `parameters` are the pipeline parameters its config declares (name -> type), `plan` its workflows' jobs.

    With `config`, a `.circleci/config.yml` as data, that decides instead of both, under the parameters that are sent.
    """

    slug: str
    id: str
    organization_id: str
    default_branch: str
    branches: list[str]
    tags: list[str] = field(default_factory=list)
    pulls: list[int] = field(default_factory=list)
    oss: bool = False
    parameters: dict[str, str] = field(default_factory=dict)
    plan: dict[str, list[str]] = field(default_factory=dict)
    envvars: dict[str, str] = field(default_factory=dict)
    keys: dict[str, CheckoutKey] = field(default_factory=dict)
    ssh_keys: list[tuple[str, str]] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    schedules: list[dict[str, Any]] = field(default_factory=list)
    followed: bool = True
    config: dict[str, Any] | None = None

    @property
    def parts(self) -> tuple[str, str, str]:
        """Provider, organization and name."""
        vcs, org, name = self.slug.split("/")
        return vcs, org, name

    @property
    def external_url(self) -> str:
        """The repository's page."""
        vcs, org, name = self.parts
        return f"https://{'github.com' if vcs == 'gh' else 'bitbucket.org'}/{org}/{name}"

    def has_ref(self, branch: str | None, tag: str | None) -> bool:
        """Whether a branch (or `pull/N/head`) or a tag exists."""
        if tag is not None:
            return tag in self.tags
        pull = (branch or "").split("/")
        if pull[0] == "pull" and len(pull) in (2, 3):
            return pull[1].isdigit() and int(pull[1]) in self.pulls
        return branch in self.branches

    def has_job(self, name: str) -> bool:
        """Whether the config has a job of this name."""
        if self.config is not None:
            return name in (self.config.get("jobs") or {})
        return any(name in jobs for jobs in self.plan.values())


@dataclass(slots=True, eq=False)
class Job:
    """A job. `number` is None for an approval; `v1_status` is what v1 calls its status (`fixed` is only known there)."""

    id: str
    name: str
    number: int | None
    workflow: Workflow
    status: str
    v1_status: str
    created_at: datetime
    started_at: datetime | None
    stopped_at: datetime | None
    type: str = "build"
    artifacts: list[Artifact] = field(default_factory=list)
    tests: list[TestResult] = field(default_factory=list)
    dependencies: list[str] = field(default_factory=list)
    retry_of: int | None = None
    canceled_by: str | None = None


@dataclass(slots=True, eq=False)
class Workflow:
    """A workflow of a pipeline."""

    id: str
    name: str
    pipeline: Pipeline
    status: str
    created_at: datetime
    stopped_at: datetime | None
    started_by: str
    jobs: list[Job] = field(default_factory=list)
    canceled_by: str | None = None


@dataclass(slots=True, eq=False)
class Pipeline:
    """A pipeline; `hidden` counts the reads of its workflows that still come back empty."""

    id: str
    number: int
    project: Project
    branch: str | None
    tag: str | None
    revision: str
    subject: str
    created_at: datetime
    actor: User
    trigger: str = "api"
    parameters: dict[str, Any] = field(default_factory=dict)
    state: str = "created"
    workflows: list[Workflow] = field(default_factory=list)
    hidden: int = 0


class Account:
    """Everything that the tokens of one fixture can see. `now` moves by one second with each change and not otherwise."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.users: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.projects: dict[str, Project] = {}
        self.pipelines: list[Pipeline] = []
        self.effects: list[Effect] = []
        self._counts: dict[str, int] = {}

    def new_id(self, kind: str) -> str:
        """The next UUID of a kind; the same in every run."""
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return str(uuid.uuid5(_SPACE, f"{kind}/{self._counts[kind]}"))

    def record(self, what: str, **arguments: Any) -> None:
        """Notes a change and lets a second pass."""
        self.effects.append(Effect(what, {k: v for k, v in arguments.items() if v is not None}))
        self.now += timedelta(seconds=1)

    # --- looking things up ------------------------------------------------------------------------------------------

    def project(self, slug: str) -> Project:
        """The project of a slug, long (`github/…`) or short (`gh/…`). Raises Missing."""
        vcs, _, rest = slug.partition("/")
        found = self.projects.get(f"{_SHORT.get(vcs, vcs)}/{rest}")
        if found is None:
            raise Missing("Project not found")
        return found

    def workflows(self) -> Iterator[Workflow]:
        """All workflows, oldest first."""
        for pipeline in self.pipelines:
            yield from pipeline.workflows

    def jobs(self, project: Project | None = None) -> list[Job]:
        """All jobs with a number (of one project), newest first."""
        found = [
            job
            for workflow in self.workflows()
            if project is None or workflow.pipeline.project is project
            for job in workflow.jobs
            if job.number is not None
        ]
        return sorted(found, key=lambda job: (job.created_at, job.number or 0), reverse=True)

    def job(self, project: Project, number: int) -> Job:
        """The job with this number. Raises Missing."""
        for job in self.jobs(project):
            if job.number == number:
                return job
        raise Missing("Job not found")

    def pipeline(self, pipeline_id: str) -> Pipeline:
        """The pipeline with this id. Raises Missing."""
        for pipeline in self.pipelines:
            if pipeline.id == pipeline_id:
                return pipeline
        raise Missing("Pipeline not found")

    def workflow(self, workflow_id: str) -> Workflow:
        """The workflow with this id. Raises Missing."""
        for workflow in self.workflows():
            if workflow.id == workflow_id:
                return workflow
        raise Missing("Workflow not found")

    # --- making things ----------------------------------------------------------------------------------------------

    def add_pipeline(self, project: Project, actor: User, branch: str | None, tag: str | None, **more: Any) -> Pipeline:
        """A new pipeline without workflows; numbers count up within the project."""
        number = 1 + max((p.number for p in self.pipelines if p.project is project), default=0)
        ref = hashlib.sha1(f"{project.slug}@{tag or branch}".encode(), usedforsecurity=False).hexdigest()
        fields = {"revision": ref, "subject": f"Work on {tag or branch}", "created_at": self.now, **more}
        pipeline = Pipeline(self.new_id("pipeline"), number, project, branch, tag, actor=actor, **fields)
        self.pipelines.append(pipeline)
        return pipeline

    def add_workflow(self, pipeline: Pipeline, name: str, status: str = "running") -> Workflow:
        """A new workflow without jobs."""
        at = pipeline.created_at
        stopped = at + timedelta(minutes=10) if status in FINISHED else None
        workflow = Workflow(self.new_id("workflow"), name, pipeline, status, at, stopped, pipeline.actor.id)
        pipeline.workflows.append(workflow)
        return workflow

    def add_job(self, workflow: Workflow, name: str, number: int | None = None, status: str = "queued") -> Job:
        """A new job; without a number it gets the project's next one."""
        at = workflow.created_at
        project = workflow.pipeline.project
        numbers = (job.number or 0 for job in self.jobs(project))
        number = number if number is not None else 1 + max(numbers, default=0)
        stopped = at + timedelta(minutes=3) if status in FINISHED else None
        job = Job(self.new_id("job"), name, number, workflow, status, status, at, None, stopped)
        if status in FINISHED or status == "running":
            job.started_at = at + timedelta(seconds=5)
        workflow.jobs.append(job)
        return job

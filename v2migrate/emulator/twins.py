"""Projects, branches and jobs that the account does not have, made up when a program asks for them. Knows no HTTP.

A rehearsal cannot know what a user's account holds. What is made up is a twin of the account's first project, and is
listed (`made_up`), so that nobody takes it for a fact.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import timedelta

from v2migrate.emulator.account import FINISHED, Account, Job, Pipeline, Project, Workflow

_SHORT = {"github": "gh", "gh": "gh", "bitbucket": "bb", "bb": "bb"}
_READS = 2
"""So many reads see a new workflow run; then it has succeeded, or a program that waits for it would wait for ever."""


@dataclasses.dataclass(slots=True, eq=False)
class Twin(Project):
    """A made-up project: it has every branch, tag and job that it is asked for."""

    def has_ref(self, branch: str | None, tag: str | None) -> bool:
        """Always."""
        return True

    def has_job(self, name: str) -> bool:
        """Always."""
        return True


class Twins:
    """Makes up what `account` lacks. `branch` is the default branch of the projects made up."""

    def __init__(self, account: Account, branch: str) -> None:
        self.made_up: list[str] = []
        self._account = account
        self._model = next(iter(account.projects.values()))
        self._branch = branch or self._model.default_branch
        self._known = {workflow.id for workflow in account.workflows()}
        self._reads: dict[str, int] = {}

    def prepare(self, method: str, path: str, values: Mapping[str, str], query: Mapping[str, str]) -> None:
        """Makes up what a call to the operation at the template `path` is about to ask for."""
        slug = values.get("project") or (
            f"{values['provider']}/{values['organization']}/{values['name']}" if "provider" in values else ""
        )
        vcs, _, rest = slug.partition("/")
        project: Project | None = None
        if vcs in _SHORT and rest.count("/") == 1:
            slug = f"{_SHORT[vcs]}/{rest}"
            project = self._account.projects.get(slug) or self._add_project(slug)
        if isinstance(project, Twin):
            branch = values.get("branch") or query.get("branch")
            if method == "GET" and branch:
                self._see_branch(project, branch)
            if "build" in values and "/pipeline/" not in path:
                self._see_job(project, int(values["build"]))
        if method == "GET":
            self._go_on()

    def _add_project(self, slug: str) -> Twin:
        model, account = self._model, self._account
        fields = {field.name: getattr(model, field.name) for field in dataclasses.fields(Project)}
        fields |= {"slug": slug, "id": account.new_id("project"), "default_branch": self._branch}
        fields |= {name: dict(fields[name]) for name in ("parameters", "plan", "envvars", "keys", "settings")}
        fields |= {"branches": [self._branch], "schedules": []}
        project = account.projects[slug] = Twin(**fields)
        self.made_up.append(f"project {slug}")
        for pipeline in [p for p in account.pipelines if p.project is model]:
            self._copy(pipeline, project, self._branch, numbers=True)
        return project

    def _see_branch(self, project: Twin, branch: str) -> None:
        own = [p for p in self._account.pipelines if p.project is project]
        if any(p.branch == branch for p in own):
            return
        self.made_up.append(f"builds of branch {branch} of {project.slug}")
        self._copy(self._good(own), project, branch, numbers=False)

    def _see_job(self, project: Twin, number: int) -> None:
        jobs = self._account.jobs(project)
        if any(job.number == number for job in jobs):
            return
        self.made_up.append(f"job {number} of {project.slug}")
        own = [p for p in self._account.pipelines if p.project is project]
        copy = self._copy(self._good(own), project, self._branch, numbers=False)
        # The job that has most to show: tests and artifacts.
        chosen = max(self._jobs(copy), key=lambda job: (len(job.tests), len(job.artifacts)))
        chosen.number = number

    def _good(self, pipelines: Iterable[Pipeline]) -> Pipeline:
        pipelines = list(pipelines)
        good = [p for p in pipelines if p.workflows and all(w.status == "success" for w in p.workflows)]
        return (good or pipelines)[0]

    def _jobs(self, pipeline: Pipeline) -> list[Job]:
        return [job for workflow in pipeline.workflows for job in workflow.jobs if job.number is not None]

    def _copy(self, model: Pipeline, project: Project, branch: str, numbers: bool) -> Pipeline:
        account = self._account
        new = account.add_pipeline(
            project, model.actor, branch, None, created_at=model.created_at, subject=model.subject, trigger=model.trigger
        )
        for workflow in model.workflows:
            mine = account.add_workflow(new, workflow.name, workflow.status)
            self._known.add(mine.id)
            for job in workflow.jobs:
                copy = account.add_job(mine, job.name, job.number if numbers else None, job.status)
                copy.number = copy.number if job.number is not None else None
                copy.v1_status, copy.type = job.v1_status, job.type
                copy.artifacts, copy.tests = list(job.artifacts), list(job.tests)
        return new

    def _go_on(self) -> None:
        """What the program started goes on while it looks."""
        for workflow in self._account.workflows():
            if workflow.id in self._known or workflow.status in FINISHED:
                continue
            self._reads[workflow.id] = self._reads.get(workflow.id, 0) + 1
            if self._reads[workflow.id] > _READS:
                self._finish(workflow)

    def _finish(self, workflow: Workflow) -> None:
        for job in workflow.jobs:
            if job.status not in FINISHED:
                job.status = job.v1_status = "success"
                job.started_at = job.started_at or job.created_at + timedelta(seconds=5)
                job.stopped_at = job.created_at + timedelta(minutes=3)
        workflow.status, workflow.stopped_at = "success", workflow.created_at + timedelta(minutes=10)

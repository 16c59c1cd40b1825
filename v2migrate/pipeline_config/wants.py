"""What calls that start pipelines want of a config: parameters to pass on, and jobs to run alone. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from v2migrate.records import dataclass, field
from v2migrate.regex import regex

ANY_JOB = "run-job"
"""The enum parameter that takes the name of a job."""
NO_JOB = "none"
"""Its value where no job is named."""
NAME = regex(r"[A-Za-z][A-Za-z0-9_-]*\Z")
"""What CircleCI takes as a parameter's name."""


class Unpatchable(Exception):
    """Why a config is left as it is, in words that complete "the config is not changed: …"."""


def switch(job: str) -> str:
    """The boolean parameter that has one job run alone."""
    return f"run-{job}"


@dataclass(frozen=True, slots=True)
class Wants:
    """`parameters` are sent by name with the type of what is sent; `jobs` are run alone by name; `any_job`: by a name that
    only the program knows. `wide` are the parameters of calls that name no job, `given` the jobs that calls name along with
    a parameter. `tag`: the pipelines may be of a tag."""

    parameters: Mapping[str, str] = field(default_factory=dict)
    jobs: tuple[str, ...] = ()
    wide: frozenset[str] = frozenset()
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    any_job: bool = False
    tag: bool = False

    @property
    def one_job(self) -> bool:
        """Is one job picked?"""
        return bool(self.jobs) or self.any_job


def together(wants: Iterable[Wants]) -> Wants:
    """What several calls want. A parameter that has two types is a string: the check of the result shows the other."""
    parameters: dict[str, str] = {}
    jobs: dict[str, None] = {}
    wide: set[str] = set()
    given: dict[str, tuple[str, ...]] = {}
    any_job = tag = False
    for one in wants:
        wide |= one.wide
        for name, to in one.given.items():
            given[name] = tuple(dict.fromkeys((*given.get(name, ()), *to)))
        for name, kind in one.parameters.items():
            parameters[name] = kind if parameters.get(name, kind) == kind else "string"
        jobs.update(dict.fromkeys(one.jobs))
        any_job, tag = any_job or one.any_job, tag or one.tag
    return Wants(parameters, tuple(jobs), frozenset(wide), given, any_job, tag)


def snippet(wants: Wants) -> str:
    """What to put into a config by hand, as YAML."""
    out = ["parameters:"]
    for name, kind in wants.parameters.items():
        default = {"boolean": "false", "integer": "0"}.get(kind, '""')
        seen = "as without it; jobs see 1 or 0" if kind == "boolean" else "what jobs saw without it"
        out += [f"  {name}:", f"    type: {kind}", f"    default: {default}  # {seen}"]
    for job in wants.jobs:
        out += [f"  {switch(job)}:", "    type: boolean", "    default: false"]
    if wants.any_job:
        out += [f"  {ANY_JOB}:", "    type: enum", f"    enum: [{NO_JOB}, JOB]  # and each job that may be named",
                f"    default: {NO_JOB}"]  # fmt: skip
    if wants.parameters:
        known = wants.jobs or ("JOB",)
        out += ["jobs:"]
        for job in known:
            out += [f"  {job}:" + ("" if wants.jobs else "  # each job that reads them"), "    environment:"]
            out += [f"      {name}: << pipeline.parameters.{name} >>" for name in wants.parameters]
    if wants.one_job:
        out += ["workflows:"]
        for job in wants.jobs:
            out += [f"  {switch(job)}:", f"    when: << pipeline.parameters.{switch(job)} >>", "    jobs:", f"      - {job}"]
        if wants.any_job:
            out += [f"  {switch('JOB')}:  # one for each", "    when:",
                    f"      equal: [JOB, << pipeline.parameters.{ANY_JOB} >>]", "    jobs:", "      - JOB"]  # fmt: skip
        out += ["  OTHER:  # every other workflow"]
        terms = [f"<< pipeline.parameters.{switch(job)} >>" for job in wants.jobs]
        terms += [f"not: {{equal: [{NO_JOB}, << pipeline.parameters.{ANY_JOB} >>]}}"] if wants.any_job else []
        out += ["    unless:", "      or:", *(f"        - {term}" for term in terms)]
    return "\n".join(out)

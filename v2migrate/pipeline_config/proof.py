"""The check that a changed config does what calls want and, without them, what it did. Knows plain data and `runs`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from copy import deepcopy

from v2migrate.pipeline_config import runs
from v2migrate.pipeline_config.document import Document
from v2migrate.pipeline_config.runs import Start, Undecided
from v2migrate.pipeline_config.wants import ANY_JOB, NO_JOB, Wants, switch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PROBE = "v2migrate probe"
_REFS = ({"branch": "main"}, {"branch": "topic/x"}, {"tag": "v1.0"})
_SOURCES = ("api", "webhook")
_MOST = 256


def prove(before: Document, after: Document, wants: Wants, wired: Mapping[str, tuple[str, ...]]) -> str:
    """What is not right about `after`; empty where all is.

    Without the new parameters the same jobs run with the same environment; with them just the job, with the values.
    """
    old, new = before.plain, after.plain
    if _rest(old, wants, wired) != _rest(new, wants, wired):
        return "more would change than is meant"
    if any(runs.declared(new).get(name) != about for name, about in runs.declared(old).items()):
        return "a parameter that it has would change"
    try:
        if wants.one_job:
            for given, ref in _starts(old):
                if runs.jobs(old, Start(given, **ref)) != runs.jobs(new, Start(given, **ref)):
                    return "without the new parameters other jobs would run than before"
            for job, sent in _picks(new, wants):
                for ref in _REFS if wants.tag else _REFS[:2]:
                    if runs.jobs(new, Start(sent, **ref)) != {switch(job): (job,)}:
                        return f"not just the job `{job}` would run"
        for name, jobs in wired.items():
            for job in jobs:
                _environment(old, new, name, job, [each for each, to in wired.items() if job in to])
    except Undecided as reason:
        return str(reason)
    return ""


def _environment(old: Any, new: Any, name: str, job: str, names: list[str]) -> None:
    """Raises Undecided where a parameter does not reach the job, or where the job sees something else without it."""
    before, idle = runs.environment(old, job, Start({})), runs.environment(new, job, Start({}))
    about = runs.declared(new).get(name, {})
    probe: Any = {"boolean": True, "integer": 7}.get(about.get("type", ""), _PROBE)
    with_it = runs.environment(new, job, Start({name: probe}))
    if with_it != {**idle, name: "1" if probe is True else str(probe)}:
        raise Undecided(f"`{name}` would not reach the job `{job}`")
    if {**dict.fromkeys(names, ""), **before} != idle:
        raise Undecided(f"the job `{job}` would see another `{name}` where nobody sends one")


def _picks(config: Any, wants: Wants) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each job that can be picked, and what is sent to pick it."""
    for job in wants.jobs:
        yield job, {switch(job): True}
    if wants.any_job:
        for job in runs.declared(config)[ANY_JOB]["enum"]:
            if job != NO_JOB:
                yield job, {ANY_JOB: job}


def _starts(config: Any) -> Iterator[tuple[dict[str, Any], dict[str, str]]]:
    """Ways to start a pipeline of a config, with what its parameters and its conditions tell apart."""
    choices: list[list[tuple[str, Any]]] = []
    for name, about in runs.declared(config).items():
        if about.get("type") == "boolean":
            choices.append([(name, True), (name, False)])
        elif about.get("type") == "enum":
            choices.append([(name, value) for value in about.get("enum") or ()])
    given = [dict(each) for each in itertools.islice(itertools.product(*choices), _MOST)]
    for ref in _REFS:
        for source in _SOURCES:
            yield from ((each, {**ref, "source": source}) for each in given)


def _rest(config: Any, wants: Wants, wired: Mapping[str, tuple[str, ...]]) -> Any:
    """A config without what a patch may change."""
    rest = deepcopy(config)
    rest.pop("parameters", None)
    for name, jobs in wired.items():
        for job in jobs:
            about = rest["jobs"].get(job) or {}
            found = about.get("environment")
            if isinstance(found, dict):
                found.pop(name, None)
                if not found:
                    del about["environment"]
    workflows = rest.get("workflows")
    if wants.one_job and isinstance(workflows, dict):
        picked = {switch(job) for job in rest.get("jobs") or {}}
        for name in [*workflows]:
            if name in picked:
                del workflows[name]
            elif isinstance(workflows[name], dict):
                workflows[name].pop("when", None)
                workflows[name].pop("unless", None)
    return rest

"""What a request wants of the config of the project that it starts, and the parameters that it sends then.

Knows rules and requests; knows no config file.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from v2migrate.draft import Draft
from v2migrate.match import Match
from v2migrate.pipeline_config.wants import ANY_JOB, Wants, switch
from v2migrate.records import replace
from v2migrate.request import Array, Entry, Object, Request, Scalar, Value, walk_entries
from v2migrate.rule import Config
from v2migrate.source import Span
from v2migrate.template import text

_KINDS = {"bool": "boolean", "number": "integer"}
_ENVIRONMENT = r"os\.(?:environ(?:\.get)?|getenv)\s*[\[(]\s*[\"']%s[\"']\s*[\])]"


def wants(request: Request, match: Match, kept: Collection[str] = ()) -> Wants | None:
    """What the request wants; None where it sends no parameters, or they were not all seen.

    Values are sent as text, as the environment variables were that they came as (a boolean parameter would come as 1 or
    0), but for the names in `kept`.
    """
    config = match.rule.config
    if config is None or request.body is None:
        return None
    there = {".".join(("body", *path)): entry.value for path, entry in walk_entries(request.body.value)}
    found = there.get(config.parameters)
    if not isinstance(found, Object) or found.open or not found.entries or _objects(found):
        return None
    kinds: dict[str, str] = {}
    jobs: tuple[str, ...] = ()
    any_job = False
    for entry in found.entries:
        if f"{config.parameters}.{entry.key}" == config.job:
            name = _constant(entry.value)
            jobs, any_job = ((name,), False) if name else ((), True)
        else:
            kind = entry.value.kind if isinstance(entry.value, Scalar) else ""
            kinds[entry.key] = _KINDS.get(kind, "string") if entry.key in kept else "string"
    wide = frozenset() if jobs or any_job else frozenset(kinds)
    given = {name: jobs for name in kinds} if jobs else {}
    return Wants(kinds, jobs, wide, given, any_job, bool(config.tag) and config.tag in there)


def typed(request: Request, match: Match) -> frozenset[str]:
    """The names of the parameters that are sent as numbers, or as true or false."""
    config = match.rule.config
    body = request.body.value if request.body is not None else None
    return frozenset(path[-1] for path, entry in walk_entries(body)
                     if config is not None and ".".join(("body", *path[:-1])) == config.parameters
                     and isinstance(entry.value, Scalar) and entry.value.kind in _KINDS)  # fmt: skip


def parameters(entry: Entry, config: Config, out: Draft, wants: Wants | None) -> Entry:
    """The old object of parameters as it is sent now; refused where one of them is no plain value."""
    value = entry.value
    if not isinstance(value, Object):
        return entry
    for name in _objects(value):
        out.refuse(f"`{name}` is an object, a list or null; a pipeline parameter is text, a number, or true or false")
    if wants is None:
        return entry
    job = config.job.rpartition(".")[2]
    return replace(entry, value=replace(value, entries=tuple(_sent(each, job, wants) for each in value.entries)))


def _sent(entry: Entry, job: str, wants: Wants) -> Entry:
    value = entry.value
    if job and entry.key == job:
        if wants.any_job:
            return replace(entry, key=ANY_JOB)
        return replace(entry, key=switch(wants.jobs[0]), value=Scalar("bool", "true", None, _span(value)))
    if isinstance(value, Scalar) and value.kind in _KINDS and wants.parameters.get(entry.key) == "string":
        return replace(entry, value=Scalar("string", "", text(_shown(value)), value.span, value.scope))
    return entry


def _objects(value: Object) -> list[str]:
    """The names of what cannot be sent as a parameter."""
    return [each.key for each in value.entries
            if not isinstance(each.value, Scalar) or each.value.kind == "null"]  # fmt: skip


def _constant(value: Value) -> str:
    """The text of a value that is known; empty where it is not."""
    if isinstance(value, Scalar) and value.kind == "string" and value.template is not None and value.template.constant:
        return value.template.flat
    return ""


def _shown(value: Scalar) -> str:
    shown = value.source or (value.template.flat if value.template is not None else "")
    return shown.lower() if value.kind == "bool" else shown


def _span(value: Value) -> Span | None:
    return value.span if isinstance(value, Scalar | Array | Object) else None


# --- which project ----------------------------------------------------------------------------------------------------


def own_project(request: Request, match: Match, remotes: Collection[tuple[str, str]]) -> bool:
    """Is the project that is called shown to be the repository at hand: by one of its `remotes` (host and `owner/name`), or
    by the variables that CircleCI gives a job for its own project?"""
    place = match.place("slug")
    if place is None:
        return False
    start, parts = place[0], []
    for part in match.address.text(place).split("/"):
        parts.append(request.url.slice(start, start + len(part)))
        start += len(part) + 1
    vcs = parts.pop(0) if len(parts) == 3 else text("gh")
    if len(parts) != 2 or (vcs.constant and vcs.flat.lower() not in ("gh", "github", "bb", "bitbucket")):
        return False
    variables = ("CIRCLE_PROJECT_USERNAME", "CIRCLE_PROJECT_REPONAME")
    own = [len(part.pieces) == 1 and len(part.holes) == 1 and _reads(part.holes[0].expr, name)
           for part, name in zip(parts, variables, strict=True)]  # fmt: skip
    if all(own):
        return True
    provider = ("bitbucket" if vcs.flat.lower().startswith("b") else "github") if vcs.constant else ""
    for host, path in remotes:
        names = path.lower().split("/")
        if len(names) != 2 or provider not in host:
            continue
        if all(mine or (part.constant and part.flat.lower() == name)
               for mine, part, name in zip(own, parts, names, strict=True)):  # fmt: skip
            return True
    return False


def _reads(expr: str, name: str) -> bool:
    """Is the source of a value a read of this environment variable?"""
    return re.fullmatch(rf"\${name}|\$\{{{name}(:?[-?][^{{}}$]*)?\}}|{_ENVIRONMENT % name}", expr.strip()) is not None

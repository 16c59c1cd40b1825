"""What runs of a config: the jobs under given parameters, and the environment of each. Knows plain data, and no YAML.

A small evaluator: `when` and `unless` of workflows with logic statements over pipeline parameters, branch, tag and source,
and branch and tag filters of jobs. Whatever else would decide (expressions, other pipeline values) is Undecided.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from v2migrate.records import dataclass
from v2migrate.regex import regex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REFERENCE = regex(r"<<\s*([\w.-]+)\s*>>")
_PREFIX = "pipeline.parameters."


class Undecided(Exception):
    """What decides here is not known, in words."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a pipeline starts: what is sent, and the branch or the tag it is for."""

    parameters: Mapping[str, Any]
    branch: str = ""
    tag: str = ""
    source: str = "api"


def declared(config: Any) -> dict[str, dict[str, Any]]:
    """The pipeline parameters that a config declares."""
    found = config.get("parameters") if isinstance(config, dict) else None
    found = found if isinstance(found, dict) else {}
    return {str(name): dict(about) for name, about in found.items() if isinstance(about, dict)}


def jobs(config: Any, start: Start) -> dict[str, tuple[str, ...]]:
    """The jobs that run, by workflow; a workflow without any is left out. Raises Undecided."""
    values = _values(config, start)
    workflows = config.get("workflows")
    if not isinstance(workflows, dict):
        return {"workflow": ("build",)} if "build" in (config.get("jobs") or {}) else {}
    out = {}
    for name, workflow in workflows.items():
        if not isinstance(workflow, dict) or "triggers" in workflow:
            continue  # `version: 2`, or a workflow on a schedule, which no call starts
        if "when" in workflow and not _true(workflow["when"], values):
            continue
        if "unless" in workflow and _true(workflow["unless"], values):
            continue
        entries = workflow.get("jobs")
        entries = entries if isinstance(entries, list) else []
        run = tuple(job for entry in entries for job in _entry(entry, start))
        if run:
            out[str(name)] = run
    return out


def environment(config: Any, job: str, start: Start) -> dict[str, str]:
    """The environment that a job sets itself, parameters filled in (booleans come as 1 and 0). Raises Undecided."""
    found = ((config.get("jobs") or {}).get(job) or {}).get("environment")
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Undecided(f"the environment of {job} is no mapping")
    values = _values(config, start)
    return {str(name): _text(_filled(value, values) if isinstance(value, str) else value) for name, value in found.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return "" if value is None else str(value)


def _values(config: Any, start: Start) -> dict[str, Any]:
    known = declared(config)
    values = {f"{_PREFIX}{name}": about.get("default") for name, about in known.items()}
    values.update((f"{_PREFIX}{name}", value) for name, value in start.parameters.items())
    return {**values, "pipeline.git.branch": start.branch, "pipeline.git.tag": start.tag,
            "pipeline.trigger_source": start.source}  # fmt: skip


def _filled(text: str, values: Mapping[str, Any]) -> Any:
    """A text with its references filled in; the value itself where the text is one reference alone."""
    whole = _REFERENCE.fullmatch(text.strip())
    if whole is not None:
        return _value(whole[1], values)
    filled = _REFERENCE.sub(lambda found: str(_value(found[1], values)), text)
    if "<<" in filled:
        raise Undecided(f"`{text}` is more than a reference")
    return filled


def _value(name: str, values: Mapping[str, Any]) -> Any:
    if name not in values:
        raise Undecided(f"`{name}` is not known")
    return values[name]


# --- logic statements -------------------------------------------------------------------------------------------------


def _true(statement: Any, values: Mapping[str, Any]) -> bool:
    """Does a logic statement hold?"""
    if isinstance(statement, str):
        if "<<" not in statement:
            raise Undecided(f"`{statement}` is an expression")
        return bool(_filled(statement, values))
    if statement is None or isinstance(statement, bool | int | float):
        return bool(statement)
    if not isinstance(statement, dict) or len(statement) != 1:
        raise Undecided("a condition is no logic statement")
    ((word, inner),) = statement.items()
    if word == "not":
        return not _true(inner, values)
    if word in ("and", "or") and isinstance(inner, list):
        held = [_true(each, values) for each in inner]
        return all(held) if word == "and" and held else any(held)
    if word == "equal" and isinstance(inner, list) and inner:
        given = [_filled(each, values) if isinstance(each, str) else each for each in inner]
        return all(type(each) is type(given[0]) and each == given[0] for each in given)
    if word == "matches" and isinstance(inner, dict) and set(inner) == {"pattern", "value"}:
        pattern = str(inner["pattern"])
        if not (pattern.startswith("^") and pattern.endswith("$")):
            raise Undecided(f"the pattern `{pattern}` is not anchored")
        return _matches(pattern, str(_filled(str(inner["value"]), values)))
    raise Undecided(f"`{word}` is no logic statement that is known")


def _matches(pattern: str, text: str) -> bool:
    try:
        return re.fullmatch(pattern, text) is not None
    except re.error:
        raise Undecided(f"`{pattern}` is no pattern") from None


# --- the jobs of a workflow -------------------------------------------------------------------------------------------


def _entry(entry: Any, start: Start) -> tuple[str, ...]:
    """The job of an entry, if its filters let it run."""
    if isinstance(entry, str):
        return (entry,) if not start.tag else ()
    if not isinstance(entry, dict) or len(entry) != 1:
        raise Undecided("an entry of a workflow is no job")
    ((name, about),) = entry.items()
    about = about if isinstance(about, dict) else {}
    filters = about.get("filters") or {}
    if not isinstance(filters, dict):
        raise Undecided(f"the filter of {name} is an expression")
    if start.tag:
        return (str(name),) if "tags" in filters and _passes(filters["tags"], start.tag) else ()
    return (str(name),) if "branches" not in filters or _passes(filters["branches"], start.branch) else ()


def _passes(filter_: Any, name: str) -> bool:
    if not isinstance(filter_, dict):
        raise Undecided("a filter is no mapping")
    if "only" in filter_ and not any(_is(each, name) for each in _listed(filter_["only"])):
        return False
    return not any(_is(each, name) for each in _listed(filter_.get("ignore")))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _is(pattern: Any, name: str) -> bool:
    text = str(pattern)
    if len(text) > 1 and text.startswith("/") and text.endswith("/"):
        return _matches(text[1:-1], name)
    return text == name

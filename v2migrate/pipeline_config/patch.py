"""Byte edits that make a config take what calls send: parameters, the environment of jobs, workflows for single jobs.

What cannot be edited for sure, or does not prove right in the end (`proof`), is Unpatchable, with the reason.
"""

from __future__ import annotations

from v2migrate.errors import EditConflict
from v2migrate.pipeline_config import reads, runs, workflows
from v2migrate.pipeline_config.document import Document, Key
from v2migrate.pipeline_config.proof import prove
from v2migrate.pipeline_config.wants import ANY_JOB, NAME, NO_JOB, Unpatchable, Wants, switch
from v2migrate.records import dataclass
from v2migrate.source import Edit, apply_edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FITS = {"string": ("string",), "boolean": ("boolean",), "integer": ("integer",)}


@dataclass(frozen=True, slots=True)
class Patch:
    """Edits of the config, none where it has all already; `wired` are the jobs that get each parameter."""

    edits: tuple[Edit, ...]
    wired: tuple[tuple[str, tuple[str, ...]], ...] = ()
    notes: tuple[str, ...] = ()


def patch(path: str, data: bytes, wants: Wants, read: reads.Reader) -> Patch:
    """The edits that give the config at `path` what is wanted. Raises Unpatchable."""
    doc = Document(data)
    _usable(doc)
    return _Maker(path, doc, wants, read).made()


def _usable(doc: Document) -> None:
    version = doc.plain.get("version")
    if str(version) != "2.1":
        raise Unpatchable(f"it is of version {version}, and pipeline parameters need 2.1")
    if doc.plain.get("setup"):
        raise Unpatchable("it is the setup of a dynamic config: what it continues with has to declare the parameters as well")
    doc.block(doc.root, "the config")


class _Maker:
    """Collects the edits of one config."""

    def __init__(self, path: str, doc: Document, wants: Wants, read: reads.Reader) -> None:
        self.path, self.doc, self.wants = path, doc, wants
        self.root = {key.name: key for key in doc.block(doc.root, "the config")}
        self.jobs = self._jobs()
        self.readings = {job: reads.of_job(doc.plain, job, read) for job in self.jobs}
        self.edits: list[Edit] = []
        self.wired: dict[str, tuple[str, ...]] = {}
        self.notes: list[str] = []

    def made(self) -> Patch:
        """The patch, proved. Raises Unpatchable."""
        new: dict[str, list[str]] = {}
        alone = self._alone()
        inserts: dict[str, list[str]] = {}
        for name, kind in self.wants.parameters.items():
            default = self._parameter(name, kind, alone, inserts)
            if default is not None:
                new[name] = ["type: string", f"default: {default}"]
        for job in self.wants.jobs:
            if self._undeclared(switch(job), "boolean", False):
                new[switch(job)] = ["type: boolean", "default: false"]
        if self.wants.any_job:
            listed = ", ".join([NO_JOB, *alone])
            if self._undeclared(ANY_JOB, "enum", NO_JOB):
                new[ANY_JOB] = ["type: enum", f"enum: [{listed}]", f"default: {NO_JOB}"]
        if self.wants.wide or (self.wants.any_job and self.wants.parameters):
            others = dict.fromkeys(step for job in self.jobs for step in self.readings[job].unseen)
            if others:
                self.notes.append(f"not seen: whether {', '.join(others)} read{'s' * (len(others) == 1)} a parameter")
        for job, lines in inserts.items():
            self._environment(job, lines)
        self._declare(new)
        if self.wants.one_job:
            self.edits += self._workflows(alone)
        return self._proved()

    def _proved(self) -> Patch:
        edits = tuple(sorted(self.edits))
        try:
            after = apply_edits(self.doc.data, edits)
        except EditConflict:
            raise Unpatchable("the edits that it needs overlap") from None
        changed = prove(self.doc, Document(after), self.wants, self.wired)
        if changed:
            raise Unpatchable(changed)
        return Patch(edits, tuple(self.wired.items()), tuple(self.notes))

    # --- jobs ---------------------------------------------------------------------------------------------------------

    def _jobs(self) -> dict[str, Key]:
        key = self.root.get("jobs")
        if key is None or not self.doc.is_mapping(key.value):
            raise Unpatchable("it has no jobs of its own")
        return {job.name: job for job in self.doc.block(key.value, "`jobs`") if job.name != "<<"}

    def _alone(self) -> tuple[str, ...]:
        """The jobs that a workflow of their own is for. Those that need parameters cannot be named alone."""
        can = tuple(name for name in self.jobs if NAME.match(name) and name != NO_JOB and not self._needs(name))
        for job in self.wants.jobs:
            if job not in self.jobs:
                raise Unpatchable(f"it has no job `{job}`")
            if job not in can:
                raise Unpatchable(f"the job `{job}` needs parameters" if NAME.match(job)
                                  else f"`{job}` cannot stand in the name of a parameter")  # fmt: skip
        if not self.wants.any_job:
            return self.wants.jobs
        left = [name for name in self.jobs if name not in can]
        if not can:
            raise Unpatchable("no job of it can run alone")
        if left:
            self.notes.append(f"cannot be named by {ANY_JOB}: {', '.join(left)}")
        return can

    def _needs(self, job: str) -> bool:
        about = (self.doc.plain["jobs"].get(job) or {}).get("parameters")
        return any(not (isinstance(each, dict) and "default" in each) for each in (about or {}).values())

    # --- parameters ---------------------------------------------------------------------------------------------------

    def _undeclared(self, name: str, kind: str, default: Any) -> bool:
        """Does the parameter have to be declared? Raises Unpatchable where there is another one of that name."""
        known = runs.declared(self.doc.plain).get(name)
        if known is None:
            return True
        if known.get("type") != kind or known.get("default") != default:
            raise Unpatchable(f"it has a parameter `{name}` already, of another kind")
        return False

    def _parameter(self, name: str, kind: str, alone: tuple[str, ...], inserts: dict[str, list[str]]) -> str | None:
        """Wire one parameter; its default where it has to be declared."""
        if not NAME.match(name):
            raise Unpatchable(f"`{name}` is no name for a parameter")
        known = runs.declared(self.doc.plain).get(name)
        if known is not None and kind not in _FITS.get(str(known.get("type")), ()):
            raise Unpatchable(f"it declares `{name}` as {known.get('type')}, and the call sends a {kind}")
        reference = f"<< pipeline.parameters.{name} >>"
        must = self.wants.given.get(name, ())  # v1.1 gave it to the job that ran, whatever that does with it
        may = self.jobs if name in self.wants.wide else alone if self.wants.any_job else ()
        to = (*must, *(job for job in may if job not in must and self.readings[job].reads(name)))
        if not to and known is not None and f"pipeline.parameters.{name}".encode() in self.doc.data:
            return None  # it is passed on in a way of its own
        if not to:
            unseen = [step for job in self.jobs for step in self.readings[job].unseen]
            more = f" (not seen: what {', '.join(dict.fromkeys(unseen))} does)" if unseen else ""
            raise Unpatchable(f"no job of it is seen to read `{name}`{more}")
        before = {job: self._set(job, name) for job in to}
        if all(value is not None and value.value == reference for value in before.values()) and known is not None:
            self.wired[name] = to
            return None
        if known is not None:
            raise Unpatchable(f"it declares `{name}` already, and does not give it to {', '.join(to)}")
        literals = {self._literal(job, name, node) for job, node in before.items() if node is not None}
        if len(literals) > 1 or (literals and None in before.values()):
            raise Unpatchable(f"its jobs give `{name}` different values")
        for job, node in before.items():
            if node is not None:
                start, end = self.doc.span(node)
                self.edits.append(Edit(self.path, start, self.doc.data[start:end], reference.encode()))
            elif self.readings[job].tells_empty(name):
                raise Unpatchable(f"the job `{job}` does not take an empty `{name}` for none")
            else:
                inserts.setdefault(job, []).append(f"{name}: {reference}")
        self.wired[name] = to
        self.notes.append(f"`{name}` of the project's settings or of a context no longer reaches {', '.join(to)}")
        return next(iter(literals), '""')

    def _set(self, job: str, name: str) -> Any:
        """The node of what a job sets a variable to. Raises Unpatchable where something else may set it."""
        node = self.jobs[job].value
        about = self.doc.plain["jobs"][job]
        executors = self.doc.plain.get("executors")
        if _sets(about.get("docker"), name) or _sets(about.get("machine"), name) or _sets(executors, name):
            raise Unpatchable(f"`{name}` is set by the executor of a job")
        keys = {key.name: key.value for key in self.doc.block(node, f"the job `{job}`")}
        for merged in self.doc.merges(node):
            if "environment" in self.doc.keys(merged) and "environment" not in keys:
                raise Unpatchable(f"the environment of the job `{job}` comes from a merge key")
        if "environment" not in keys:
            return None
        inner = {key.name: key.value for key in self.doc.block(keys["environment"], f"the environment of the job `{job}`")}
        if "<<" in inner and name not in inner and name in (about.get("environment") or {}):
            raise Unpatchable(f"`{name}` of the job `{job}` comes from a merge key")
        return inner.get(name)

    def _literal(self, job: str, name: str, node: Any) -> str:
        """What a job sets a variable to, as it is written, for a default."""
        value = self.doc.plain["jobs"][job]["environment"][name]
        start, end = self.doc.span(node)
        text = self.doc.data[start:end].decode("utf-8", "replace")
        plain = type(node).__name__ == "ScalarNode" and "\n" not in text and not self.doc.aliased(node)
        if isinstance(value, int) and not isinstance(value, bool) and plain and str(value) == text:
            return f'"{text}"'  # a string as all of them, with the same text
        if not isinstance(value, str) or not plain or "<<" in value or text[:1] in "&!*" or "$" in value:
            raise Unpatchable(f"the job `{job}` sets `{name}` to what cannot be a default")
        return text

    # --- edits --------------------------------------------------------------------------------------------------------

    def _insert(self, at: int, lines: list[str]) -> None:
        newline = self.doc.newline
        text = "".join(line + newline if line else newline for line in lines)
        if at == len(self.doc.data) and not self.doc.data.endswith(b"\n"):
            text = newline + text.removesuffix(newline)
        self.edits.append(Edit(self.path, at, b"", text.encode()))

    def _environment(self, job: str, lines: list[str]) -> None:
        """More variables for a job, above what it sets."""
        key = self.jobs[job]
        keys = self.doc.block(key.value, f"the job `{job}`")
        found = next((each for each in keys if each.name == "environment"), None)
        if found is not None:
            inner = self.doc.block(found.value, f"the environment of the job `{job}`")
            self._insert(self.doc.next_line(found.start), [" " * inner[0].column + line for line in lines])
            return
        indent = keys[0].column
        deeper = indent + max(indent - key.column, 1)
        self._insert(self.doc.next_line(key.start), [" " * indent + "environment:", *(" " * deeper + line for line in lines)])

    def _declare(self, new: dict[str, list[str]]) -> None:
        """Declare parameters, above those that there are, or below the version."""
        if not new:
            return
        found = self.root.get("parameters")
        step = self.jobs[next(iter(self.jobs))].column or 2
        if found is not None:
            inner = self.doc.block(found.value, "`parameters`")
            step = inner[0].column
            below = self.doc.next_line(found.start)
        else:
            below = self.doc.next_line(self.root["version"].start)
        lines = []
        for name, about in new.items():
            lines += [" " * step + f"{name}:", *(" " * (2 * step) + line for line in about)]
        if found is None:
            following = self.doc.data[below : self.doc.next_line(below)]
            lines = [*([""] if not following.strip() else []), "parameters:", *lines]
        self._insert(below, lines)

    def _workflows(self, alone: tuple[str, ...]) -> list[Edit]:
        key = self.root.get("workflows")
        if key is None:
            raise Unpatchable("it has no workflows")
        return workflows.edits(self.path, self.doc, key, self.wants, alone)


def _sets(part: Any, name: str) -> bool:
    """Does an `environment` in a part of the config set the variable?"""
    if isinstance(part, list):
        return any(_sets(each, name) for each in part)
    if not isinstance(part, dict):
        return False
    found = part.get("environment")
    listed = any(isinstance(each, dict) and name in each for each in found) if isinstance(found, list) else False
    return listed or (isinstance(found, dict) and name in found) or any(_sets(each, name) for each in part.values())

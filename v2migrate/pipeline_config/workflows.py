"""Byte edits that give single jobs workflows of their own, and keep the other workflows out of the way meanwhile."""

from __future__ import annotations

import re

from v2migrate.pipeline_config import runs
from v2migrate.pipeline_config.document import Document, Key
from v2migrate.pipeline_config.wants import ANY_JOB, NO_JOB, Unpatchable, Wants, switch
from v2migrate.source import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def edits(path: str, doc: Document, workflows: Key, wants: Wants, alone: tuple[str, ...]) -> list[Edit]:
    """The edits; `alone` are the jobs that get a workflow. Raises Unpatchable."""
    maker = _Maker(path, doc, wants)
    found = doc.block(workflows.value, "`workflows`")
    if any(key.name == "<<" for key in found):
        raise Unpatchable("its workflows come from a merge key")
    own = {switch(job): _own(job, wants) for job in alone}
    for key in found:
        if key.name in own:
            if doc.plain["workflows"][key.name] != own.pop(key.name):
                raise Unpatchable(f"it has a workflow `{key.name}` already, of another kind")
        elif doc.is_mapping(key.value) and "triggers" not in doc.keys(key.value):
            maker.hold(key)
    maker.add(found, tuple(job for job in alone if switch(job) in own))
    return maker.edits


def _when(job: str, wants: Wants) -> str:
    """The condition under which a job runs alone, as text for a line."""
    picked = f"equal: [{job}, << pipeline.parameters.{ANY_JOB} >>]"
    switched = f"<< pipeline.parameters.{switch(job)} >>"
    if job in wants.jobs and wants.any_job:
        return f"or: [{switched}, {{{picked}}}]"
    return switched if job in wants.jobs else picked


def _own(job: str, wants: Wants) -> dict[str, Any]:
    """The workflow of a job alone, as data."""
    picked = {"equal": [job, f"<< pipeline.parameters.{ANY_JOB} >>"]}
    switched = f"<< pipeline.parameters.{switch(job)} >>"
    when: Any = switched if job in wants.jobs else picked
    if job in wants.jobs and wants.any_job:
        when = {"or": [switched, picked]}
    entry: Any = {job: {"filters": {"tags": {"only": "/.*/"}}}} if wants.tag else job
    return {"when": when, "jobs": [entry]}


class _Maker:
    """Collects the edits of one config."""

    def __init__(self, path: str, doc: Document, wants: Wants) -> None:
        self.path, self.doc, self.wants = path, doc, wants
        self.edits: list[Edit] = []
        self.terms = [f"<< pipeline.parameters.{switch(job)} >>" for job in wants.jobs]
        if wants.any_job:
            self.terms.append(f"not: {{equal: [{NO_JOB}, << pipeline.parameters.{ANY_JOB} >>]}}")

    def put(self, start: int, end: int, text: str) -> None:
        self.edits.append(Edit(self.path, start, self.doc.data[start:end], text.replace("\n", self.doc.newline).encode()))

    def hold(self, workflow: Key) -> None:
        """Keep a workflow from running while a single job is asked for."""
        what = f"the workflow `{workflow.name}`"
        keys = {key.name: key for key in self.doc.block(workflow.value, what)}
        if "<<" in keys:
            raise Unpatchable(f"{what} takes something in by a merge key")
        if self._idle(self.doc.plain["workflows"][workflow.name]):
            return
        condition = keys.get("unless") or keys.get("when")
        if condition is None:
            self._condition(workflow, next(iter(keys.values())).column)
            return
        either = condition.name == "unless"
        word = "or" if either else "and"
        terms = [t for t in self.terms if t not in self._has(condition, either)]
        if not terms:
            return
        terms = terms if either else [f"not: {t}" if t.startswith("<<") else t[6:-1] for t in terms]
        self._join(condition, word, terms)

    def _idle(self, workflow: Any) -> bool:
        """Does the workflow run only where a boolean parameter of its own is sent?"""
        found = re.fullmatch(r"<<\s*pipeline\.parameters\.([\w-]+)\s*>>", str(workflow.get("when")))
        return found is not None and runs.declared(self.doc.plain).get(found[1], {}).get("default") is False

    def _has(self, condition: Key, either: bool) -> list[str]:
        """The terms that a condition has already."""
        start, end = condition.start, self.doc.last(condition.value)
        text = self.doc.data[start:end].decode("utf-8", "replace")
        return [t for t in self.terms if (t if either else f"not: {t}" if t.startswith("<<") else t[6:-1]) in text]

    def _condition(self, workflow: Key, indent: int) -> None:
        """A condition for a workflow that has none."""
        pad = " " * indent
        if len(self.terms) == 1 and self.terms[0].startswith("<<"):
            text = f"{pad}unless: {self.terms[0]}\n"
        elif len(self.terms) == 1:
            text = f"{pad}when:\n{pad}  equal: [{NO_JOB}, << pipeline.parameters.{ANY_JOB} >>]\n"
        else:
            text = f"{pad}unless:\n{pad}  or:\n" + "".join(f"{pad}    - {term}\n" for term in self.terms)
        at = self.doc.next_line(workflow.start)
        self.put(at, at, text)

    def _join(self, condition: Key, word: str, terms: list[str]) -> None:
        """More terms for a condition: items of the list that it is, or it and they become items of one."""
        node, pad = condition.value, " " * condition.column
        if self.doc.aliased(node):
            raise Unpatchable("a condition is shared by an alias")
        inner = self.doc.keys(node)
        rows = "".join(f"{pad}    - {term}\n" for term in terms)
        if type(node).__name__ == "ScalarNode" or node.flow_style:
            start, end = self.doc.span(node)
            old = self.doc.data[start:end].decode("utf-8", "replace")
            if "\n" in old or not old.strip() or old[:1] in "&!*|>":
                raise Unpatchable("a condition goes over several lines")
            self.put(start, end, f"\n{pad}  {word}:\n{pad}    - {old}")
            self._bare(condition.start, start)
            self._below(end, rows)
            return
        if list(inner) == [word] and type(inner[word]).__name__ == "SequenceNode":
            items = inner[word]
            if self.doc.aliased(items) or not items.value:
                raise Unpatchable("a condition is shared by an alias")
            if items.flow_style:
                at = self.doc.span(items)[0] + 1
                self.put(at, at, "".join((term if term.startswith("<<") else f"{{{term}}}") + ", " for term in terms))
                return
            first = self.doc.span(items.value[0])[0]
            line = self.doc.data.rfind(b"\n", 0, first) + 1
            dash = self.doc.data[line:first]
            if not dash.strip(b" ").startswith(b"-"):
                raise Unpatchable("a condition is not written an item a line")
            depth = len(dash) - len(dash.lstrip(b" "))
            self.put(line, line, "".join(f"{' ' * depth}- {term}\n" for term in terms))
            return
        self._deeper(condition, word, rows)

    def _bare(self, start: int, end: int) -> None:
        """The blank between a key and its value goes, now that the value begins on a line of its own."""
        text = self.doc.data[start:end]
        blank = len(text) - len(text.rstrip(b" "))
        if blank:
            self.put(end - blank, end, "")

    def _deeper(self, condition: Key, word: str, rows: str) -> None:
        """A condition in block style becomes an item: each of its lines moves to the right."""
        keys = self.doc.block(condition.value, "a condition")
        pad, at = " " * condition.column, keys[0].line
        end = self.doc.last(condition.value)
        if keys[0].column <= condition.column:
            raise Unpatchable("a condition is not indented")
        self.put(at, keys[0].start, f"{pad}  {word}:\n{pad}    - ")
        by = condition.column + 6 - keys[0].column
        line = self.doc.next_line(at)
        while line < end:
            following = self.doc.next_line(line)
            if self.doc.data[line:following].strip():
                if by > 0:
                    self.put(line, line, " " * by)
                elif by < 0:
                    self.put(line, line - by, "")
            line = following
        self._below(end, rows)

    def _below(self, end: int, rows: str) -> None:
        """Put lines below the one of a byte."""
        behind = self.doc.next_line(end)
        rows = rows if self.doc.data[:behind].endswith(b"\n") else "\n" + rows.removesuffix("\n")
        self.put(behind, behind, rows)

    def add(self, found: list[Key], alone: tuple[str, ...]) -> None:
        """Workflows for the jobs, below those that there are."""
        if not alone:
            return
        if not found:
            raise Unpatchable("it has no workflows")
        pad = " " * found[0].column
        text = ""
        for job in alone:
            when = _when(job, self.wants)
            text += f"{pad}{switch(job)}:\n"
            text += f"{pad}  when: {when}\n" if when.startswith("<<") else f"{pad}  when:\n{pad}    {when}\n"
            text += f"{pad}  jobs:\n{pad}    - {job}"
            if self.wants.tag:
                text += f":\n{pad}        filters:\n{pad}          tags:\n{pad}            only: /.*/"
            text += "\n"
        self._below(max(self.doc.last(key.value) for key in found), text)

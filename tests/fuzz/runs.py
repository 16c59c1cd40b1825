"""Whole runs over any bytes: what `fix` promises, and that every report of it is one."""

from __future__ import annotations

import ast
import importlib
import json
import shutil
import subprocess
import warnings
from xml.etree import ElementTree

import yaml

from v2migrate import diff, engine
from v2migrate.hosts import language_of
from v2migrate.options import Options
from v2migrate.report import html, markdown, survey, text
from v2migrate.report.context import Context
from v2migrate.source import Source

BASH = shutil.which("bash")


def fixed(name: str, data: bytes) -> None:
    """The engine: what parsed still does, lines without an edit stay as they are, and a second fix finds nothing to do."""
    options = Options(unsafe=True, assume=frozenset({"all-workflows"}))
    before = engine.check((), options, given={name: data})
    touched: set[int] = set()
    for finding in before.findings:
        assert 0 <= finding.span.start <= finding.span.end <= len(data)
        for edit in finding.fix.edits if finding.fix is not None else ():
            assert data[edit.start : edit.end] == edit.old
            first, last = (data.count(b"\n", 0, at) for at in (edit.start, edit.end))
            touched.update(range(first, last + 1))
    _, changed = engine.fix((), options, write=False, given={name: data})
    if name not in changed:
        return
    old, new = changed[name]
    assert old == data
    for a, b, _, _ in diff.blocks(diff.lines(old), diff.lines(new)):
        assert touched & set(range(a, max(b, a + 1))) or a - 1 in touched, f"line {a + 1} has no edit"
    if 0 < data.count(b"\n") == data.count(b"\r\n"):  # a file of one line has no newlines to keep
        assert new.count(b"\n") == new.count(b"\r\n")
    assert parses(name, new) or not parses(name, old), "does not parse any more"
    _, again = engine.fix((), options, write=False, given={name: new})
    assert not again, f"a second fix finds more: {again[name][1]!r}"


def parses(name: str, data: bytes) -> bool:
    """What the language's own parser says; for shell, bash's."""
    language = language_of(name, data)
    if language == "python":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                ast.parse(data)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                return False
        return True
    if language == "yaml":
        try:
            list(yaml.parse(data, Loader=yaml.SafeLoader))
        except (yaml.YAMLError, ValueError, RecursionError):
            return False
        return True
    if language == "shell" and BASH:
        return subprocess.run([BASH, "-n"], input=data, capture_output=True, check=False).returncode == 0
    return True


def reported(name: str, data: bytes) -> None:
    """Every format can tell of it, is what its readers take it for, and says nothing that could steer a terminal."""
    run = engine.check((), Options(), given={name: data})
    source = Source(name, data)

    def sources(path: str) -> Source | None:
        return source if path == name else None

    about = Context("acme/web", version="1")
    said = {form: importlib.import_module(f"v2migrate.report.{form}").render(run, sources, about)
            for form in ("json", "sarif", "junit", "github", "gitlab")}  # fmt: skip
    found = survey.survey([survey.of_run(run, sources, about)])
    said |= {"text": text.render(run, sources), "concise": text.render(run, sources, concise=True),
             "markdown": markdown.render(found), "html": html.render(found, {})}  # fmt: skip
    for form in ("json", "sarif", "gitlab"):
        json.loads(said[form])
    ElementTree.fromstring(said["junit"])
    assert all(line.startswith("::") for line in said["github"].splitlines())
    for form, shown in said.items():
        odd = {c for c in shown if (ord(c) < 0x20 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 or "\u202a" <= c <= "\u202e"}
        assert not odd, f"{form} holds {odd}"

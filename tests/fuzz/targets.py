"""What is fuzzed. A target takes a file's name and any bytes, and raises for a broken promise; errors for users are none."""

from __future__ import annotations

import contextlib
import os
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from v2migrate import baseline, config, diff
from v2migrate.config_keys import as_toml
from v2migrate.errors import EditConflict, V2migrateError
from v2migrate.hosts import regions
from v2migrate.languages import lower
from v2migrate.languages.shell import code as codes
from v2migrate.languages.shell import words
from v2migrate.languages.shell.jq import lower_filter, write_reads
from v2migrate.rehearse.run import account
from v2migrate.request import Change
from v2migrate.rule_reader import read_rule
from v2migrate.source import Source, Span, apply_edits, render
from v2migrate.template import Hole, Piece, Template, Text

from . import mutate, runs
from .mutate import ROOT, Case

Check = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Target:
    """A function to feed, and the seeds to change."""

    check: Check
    seeds: Sequence[Case]


@cache
def folder() -> Path:
    """A folder of this process for targets that read files."""
    return Path(tempfile.mkdtemp(prefix="v2migrate-fuzz-"))


def rules(name: str, data: bytes) -> None:
    """The rule loader: a rule that can be used, or an error that names file, key and remedy."""
    with contextlib.suppress(V2migrateError):
        rule = read_rule(name, data)
        rule.on_server()
        rule.with_run("0d5b2c6e-8f6c-4a6a-9d93-4f1e3a0c7a11")


def settings(name: str, data: bytes) -> None:
    """The settings loader; what is loaded can be shown as TOML."""
    file = folder() / name
    file.write_bytes(data)
    with contextlib.suppress(V2migrateError):
        for value in config.load(str(file)).values.values():
            as_toml(value)
        config.find(str(file))


def code(name: str, data: bytes) -> None:
    """Hosts, regions and the lowering of Python and shell: all that is found lies in the file, in order."""
    source = Source(name, data)
    for region in regions(source):
        at = 0
        for start, end in region.ranges:
            assert at <= start <= end <= len(data), (region.ranges, len(data))
            at = end
        for start, end in region.masks:
            assert 0 <= start <= end <= len(data), (region.masks, len(data))
        for request in lower(source, region, lambda path: None).requests:
            for span in (request.span, *request.url.spans):
                assert 0 <= span.start <= span.end <= len(data)
            for piece in request.url.pieces:
                if isinstance(piece, Text) and piece.span is not None and piece.exact:
                    assert data[piece.span.start : piece.span.end] == piece.value.encode("utf-8", "surrogateescape")


def shell_words(name: str, data: bytes) -> None:
    """The splitting of shell words: parts follow one another and stay inside, text of exact parts is the file's."""
    source = Source(name, data)
    for region in regions(source):
        made = codes.make(source, region)
        size = len(made.text)
        for parts in (words.split_word(made, 0, size), words.split_text(made, 0, size),
                      words.split_default(made, 0, size, '"'), words.literal(made, 0, size)):  # fmt: skip
            at = 0
            for part in parts:
                assert at <= part.start <= part.end <= size, (part, at, size)
                at = part.end
                if isinstance(part, words.Lit):
                    words.texts(made, part)


def jq(name: str, data: bytes) -> None:
    """jq filters: what they read, and that a rewrite of it fits the file."""
    text = data.decode("utf-8", "replace")
    raw = f"jq '{text}'".encode()
    source, span = Source("f", raw), Span("f", 3, len(raw))
    answer = lower_filter(Template((Text(text, Span("f", 4, len(raw) - 1)),)), span)
    reads = tuple((read, (*read.path[:-1], "renamed")) for read in answer.reads if not read.inner and read.path)
    written = write_reads(answer, Change(root="items", reads=reads))
    if not written.problem:
        with contextlib.suppress(EditConflict):
            apply_edits(raw, render(source, written.steps))


def fixture(name: str, data: bytes) -> None:
    """The emulator's account."""
    file = folder() / name
    file.write_bytes(data)
    with contextlib.suppress(V2migrateError):
        account(file)


def baselines(name: str, data: bytes) -> None:
    """Baseline files; what was read can be written and is read the same."""
    file = folder() / name
    file.write_bytes(data)
    with contextlib.suppress(V2migrateError):
        counts = baseline.read(str(file))
        baseline.write(str(file), counts)
        assert baseline.read(str(file)) == counts


def patches(name: str, data: bytes) -> None:
    """Patches: applied as they say, they make the new file from the old one."""
    random = Random(zlib.crc32(data))
    lines = diff.lines(data)
    new = list(lines)
    for _ in range(random.randint(1, 6)):
        at = random.randint(0, len(new))
        new[at : at + random.choice((0, 0, 1, 3))] = random.sample(lines, min(len(lines), random.choice((0, 1, 2)))) or [b"x\n"]
    after = b"".join(new)
    patch = diff.unified(name, data, after)
    assert _patched(data, patch) == after
    added, gone = diff.counts(data, after)
    assert added - gone == len(diff.lines(after)) - len(lines)


def _patched(data: bytes, patch: bytes) -> bytes:
    """A patch applied by its own numbers; its context must fit."""
    old, out, at = diff.lines(data), list[bytes](), 0
    rows = patch.split(b"\n")[2:-1]
    for number, row in enumerate(rows):
        bare = number + 1 < len(rows) and rows[number + 1].startswith(b"\\")
        line = row[1:] + (b"" if bare else b"\n")
        if row.startswith(b"@@ -"):
            start, _, count = row[4:].split(b" ")[0].partition(b",")
            first = int(start) - (count != b"0")
            out += old[at:first]
            at = first
        elif row.startswith(b"+"):
            out.append(line)
        elif not row.startswith(b"\\"):
            assert old[at] == line, (old[at], line)
            at += 1
            out += [line] if row.startswith(b" ") else []
    return b"".join([*out, *old[at:]])


def templates(name: str, data: bytes) -> None:
    """Strings with holes: any part can be cut out, and a replacement makes the text that it says."""
    random = Random(zlib.crc32(data))
    text = data.decode("utf-8", "replace")
    raw = text.encode()
    cuts = sorted(random.randint(0, len(text)) for _ in range(random.randint(0, 6)))
    pieces: list[Piece] = []
    for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True):
        span = Span("x", len(text[:a].encode()), len(text[:b].encode()))
        kind = random.randint(0, 5)
        pieces.append(Hole("h", span) if kind == 0 else Text(text[a:b], span if kind < 5 else None, kind != 1))
    template = Template(tuple(pieces))
    flat = template.flat
    a, b = sorted(random.randint(0, len(flat)) for _ in range(2))
    assert template.slice(a, b).flat.replace("\ue000", "") in flat or template.slice(a, b).holes
    assert len(template.slice(a, b).flat) == b - a
    steps = template.replace(a, b, random.choice(("", "/v2", "x")))
    if steps is not None:
        with contextlib.suppress(EditConflict):
            apply_edits(raw, render(Source("x", raw), steps))
    template.show()


_JQ = (
    ".[0].build_num", ".[]|.build_num", '.[0]["build_num"]', "map(.build_num) | max", "first(.[]).build_num", "length",
    '[.[]|select(.branch=="main" and .workflows.job_name=="package")][0].build_num', '.[] | "\\(.workflows | .id[-4:])"',
    "[.[] | {build_num, url}]", "group_by(.branch)[] | .[0].n", 'if length > 2 then .[0].n elif . then 1 else "few" end',
    "reduce .[] as $b (0; . + $b.n)", ". as [$a, {b: $c}] | $a.n", "try error catch .", "def f(x): x + 1; f(.[0].n)",
    ".. | .url? // empty", "to_entries[] | .value.n", '@base64 "\\(.a)"', "input | .[1:][0].n", "paths(type == \"number\")",
    "del(.[0]) | .[].a |= 1", "limit(3; .[]) | select(.status | test(\"x|y\"; \"i\"))", "label $f | break $f",
)  # fmt: skip
_SETTINGS = b"""extend = "../shared/v2migrate.toml"
assume = ["all-workflows"]
no-assume = ["personal-token"]
extend-exclude = ["generated/", "*.min.js", "a/**/b"]
select = ["job-details"]
per-file-ignores = { "docs/*" = ["job-details"] }
fail-on = "deadline<30d"
platform = "server"
wrappers = { "http.get_json" = "GET" }
api-hosts = ["ci.example.org"]
trigger = "pipeline-run"
definition-id = "0d5b2c6e-8f6c-4a6a-9d93-4f1e3a0c7a11"
respect-gitignore = false
rules = "our-rules"
baseline = ".v2migrate-baseline.json"
"""
_BASELINE = b"""{
  "version": 1,
  "findings": [
    {"path": "a.sh", "rule": "job-details", "fingerprint": "0123456789abcdef", "count": 2},
    {"path": "b/c.py", "rule": "trigger-job", "fingerprint": "fedcba9876543210", "count": 1}
  ]
}
"""
_PYTHON = (*mutate.examples("python"), *mutate.files(".py"))
_SHELL = (*mutate.examples("shell"), *mutate.files(".sh"))
_HOSTS = (*mutate.files(".yml", ".yaml", ".mk", ".md", "Dockerfile", ".dockerfile"),
          *mutate.examples("yaml", "makefile", "dockerfile", "markdown"))  # fmt: skip
_ALL = (*_PYTHON, *_SHELL, *_HOSTS, *mutate.files(".js", ".go", ".rb", ".json", ".j2"))
TARGETS = {
    "rules": Target(rules, [(p.name, p.read_bytes()) for p in sorted((ROOT / "rules").glob("*.toml"))]),
    "settings": Target(settings, [("v2migrate.toml", _SETTINGS), ("pyproject.toml", b"[tool.v2migrate]\n" + _SETTINGS)]),
    "python": Target(code, _PYTHON),
    "shell": Target(code, _SHELL),
    "hosts": Target(code, _HOSTS),
    "words": Target(shell_words, [*_SHELL, *_HOSTS]),
    "jq": Target(jq, [("f.jq", text.encode()) for text in _JQ]),
    "fixture": Target(fixture, [("account.toml", (ROOT / "v2migrate/emulator/account.toml").read_bytes())]),
    "baseline": Target(baselines, [("baseline.json", _BASELINE)]),
    "patches": Target(patches, _ALL),
    "templates": Target(templates, _ALL),
    "fix": Target(runs.fixed, _ALL),
    "reports": Target(runs.reported, _ALL),
}
"""By name. `fix` is the whole engine, the rest are parts of it that can be fed faster."""
os.environ.setdefault("V2MIGRATE_TODAY", "2026-11-21")

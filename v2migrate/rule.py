"""What a rule says, as plain data: which requests it means, and what today's API wants instead. Knows no language."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from v2migrate.compiled import date
from v2migrate.records import dataclass, field, replace
from v2migrate.rule_several import Several

STATUSES = ("gone", "sunset", "legacy", "wrong")
SLIPS = ("query-token", "token-user", "success-status")
"""What a rule of kind auth or status can ask for with `detect`: mistakes in any call to v2, whatever its path."""

KINDS = ("endpoint", "answer", "status", "auth", "route", "library")
VERSIONS = ("v1", "v1.1", "v2")

ASSUMPTIONS: Mapping[str, str] = {
    "personal-token": "the token is a personal API token (v2 refuses project tokens and calls without one)",
    "all-workflows": "every workflow of the branch may run where one job ran before",
    "parameters-wired": "the target's .circleci/config.yml declares the parameters and its jobs use them",
    "answer-elsewhere": "the code that the answer escapes to copes with the new answer",
    "base-overridden": "nobody replaces the default base URL by one that still ends in the old version",
    "head-revision": "the revision that was asked for is the newest of the branch, which is what v2 starts",
    "success-code": "the success code that is waited for is what v1.1 sends (its documents say 200, programs wait for 201)",
    "several-calls": "one call may become several",
    "new-base": "calls on a shared base URL may part: those that move get a base of their own",
}
"""Every assumption a fix may rest on, with its meaning for `--assume`."""

DEFAULT_ASSUMED = frozenset({"personal-token"})
"""Granted without asking: the code has to change this way whatever the token is (`--no-assume` takes it back)."""


@functools.lru_cache(maxsize=1024)  # asked for each route of each rule at every call
def _segments(path: str) -> tuple[str, ...]:
    return tuple(path.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class Route:
    """Method and path template of an operation; `versions` are those whose calls are meant."""

    method: str
    path: str
    versions: tuple[str, ...] = ()
    to: str = ""
    """`METHOD /path` of v2 for this route alone, where the rule's own `to` does not fit (same placeholders)."""
    raw: bool = False
    """`{slug}` must be three path segments here: v2 does not take it with `%2F` (pipeline/run)."""

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's segments: words, or placeholders in braces."""
        return _segments(self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class AnswerMap:
    """How the answer changes.

    `same`: it does not, as far as programs read it. `root`: the old bare list now stands under this key. `elements`: the
    fields below belong to the elements of the list under this key, before and after. `fields` maps dotted old names to
    new ones (equal: unchanged); `lost` maps those that v2 has no form of to the reason. Other fields count as lost.
    `values` maps `field=value` to why v2 never has that value.
    """

    same: bool = False
    root: str = ""
    elements: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    lost: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Caveat:
    """Something to say, or to assume, `when` a part of the request is there (`body.a.b`, `query.x`, `answer.x`, `always`).

    Two places with ` and ` between them: when both are there.
    `literal`: only if the value is known text (true) or not (false). `matches`: only if the text that is known matches.
    `encoding`: only if the body is sent this way (`json`, `form`).
    """

    when: str
    note: str = ""
    assume: str = ""
    klass: str = ""
    literal: bool | None = None
    matches: str = ""
    encoding: str = ""
    trigger: str = ""
    """`pipeline`: not to be said where triggers become `pipeline/run`."""
    unless: str = ""
    """`parameters`, `job`: not to be said where the target's config is changed along, to take these (see Config)."""


@dataclass(frozen=True, slots=True)
class Run:
    """What the rule's calls become with `trigger = "pipeline-run"`. `body` maps as the rule's own, with dotted names
    (`config.branch`) for nested ones, and the place `definition-id` for the setting. `needs`: a name that the body must
    have. `success` is the code that means success; `caveats` come on top of the rule's."""

    to: Route
    success: int
    body: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    caveats: tuple[Caveat, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """What a call relies on in the `.circleci/config.yml` of the project `{slug}`. `parameters` is the body's object whose
    fields were environment variables of the job, and become pipeline parameters; `job` the field in it that named the one
    job to run. `tag` is the place of the tag that is built, for which jobs need a filter."""

    parameters: str
    job: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A test and a piece of documentation. No `after`: must stay as it is. No `klass`: must not be reported at all."""

    language: str
    before: str
    after: str | None = None
    klass: str = ""
    assumes: tuple[str, ...] = ()
    title: str = ""
    short: str = ""
    """`after` as it stands in the rule file, where a line may stand for functions that are put in."""


@dataclass(frozen=True, slots=True)
class FactSource:
    """Where a fact comes from and when it was read."""

    name: str
    url: str = ""
    read: date | None = None


@dataclass(frozen=True, slots=True)
class LibraryMove:
    """The method of the same library that calls v2. `positional`: so many leading arguments are the same in both; `rename`
    maps argument names, `keep` are those that stay; a call with any other argument is not rewritten. `add` are arguments
    that are written where the call does not give them, with their source. `hint`: there is no such method, do this."""

    to: str = ""
    positional: int = 0
    rename: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    add: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""


@dataclass(frozen=True, slots=True)
class LibraryMap:
    """A client library: the modules it is imported by, and for each method the id of the rule of the endpoint it calls.

    `moves` says for a method what takes its place.
    """

    modules: tuple[str, ...]
    methods: Mapping[str, str]
    moves: Mapping[str, LibraryMove] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule file. `query` maps old parameter names to new ones (empty: dropped); `body` maps new names to where their
    value comes from (`path.branch`, `body.build_parameters`, `query.x`, `text.` and the text itself), absent: the body
    stays; `drop` names old body fields that are left out; `reads`: only calls whose answer is read for one of these fields
    are meant; `reads_first`: only those whose answer is read at all, and every time by one of these names first (`[]`: as
    a bare list)."""

    id: str
    title: str
    kind: str
    status: str
    why: str
    routes: tuple[Route, ...]
    to: Route | None = None
    deadline: date | None = None
    reads: tuple[str, ...] = ()
    reads_first: tuple[str, ...] = ()
    detect: str = ""
    library: LibraryMap | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, str] | None = None
    drop: tuple[str, ...] = ()
    answer: AnswerMap | None = None
    codes: tuple[int, ...] = ()
    caveats: tuple[Caveat, ...] = ()
    examples: tuple[Example, ...] = ()
    sources: tuple[FactSource, ...] = ()
    link: str = ""
    on: bool = True
    """Is it reported? In a rule file: where nothing is selected; in a run: in this one."""
    takes: tuple[str, ...] = ()
    """Query parameters that only this endpoint takes: they tell it from one whose path could be the same."""
    manual: str = ""
    """Why calls of this kind are never rewritten (empty: they are, where that can be shown right)."""
    deadlines: Mapping[str, date] = field(default_factory=dict)
    """Fields of the answer with a date of their own, on CircleCI Cloud: `branches` goes on 2026-12-07."""
    run: Run | None = None
    needs: str = ""
    """A name that the new body must have."""
    several: Several | None = None
    """The calls that take this one's place, where `to` has not all that is read, or is absent."""
    config: Config | None = None

    server: str = ""
    """What is to be said of the call where all that is called is CircleCI Server."""

    def on_server(self) -> Rule:
        """The rule as it is on CircleCI Server: with what is said of it there, without the dates that are Cloud's."""
        said = (Caveat("always", self.server),) if self.server else ()
        return replace(self, caveats=(*self.caveats, *said), deadlines={})

    def with_run(self, definition_id: str) -> Rule:
        """The rule with its `run` in the place of its own target; itself where it has none."""
        run = self.run
        if run is None:
            return self
        body = {name: f"text.{definition_id}" if place == "definition-id" else place for name, place in run.body.items()}
        caveats = (*(c for c in self.caveats if c.trigger != "pipeline"), *run.caveats)
        return replace(self, to=run.to, body=body, codes=(run.success,), needs=run.needs, caveats=caveats)

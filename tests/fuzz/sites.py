"""Calls of the old API that a generated program can make: drawn from the rules, with values of the emulator's account.

Knows the rules' routes and what the emulated v1 and v1.1 answer, and no language. A name of a path that the table below
lacks leaves its rule out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any
from urllib.parse import quote

from v2migrate import catalogue
from v2migrate.emulator.api import Emulator
from v2migrate.emulator.exchange import Call
from v2migrate.emulator.fixture import read_account
from v2migrate.rule import Route, Rule

TOKEN = "personal-of-ada"
HOST = "https://circleci.com"

_PATH = {
    "slug": ("gh/acme/web", "github/acme/web", "github/acme/web"),
    "build": ("42", "42", "41", "43", "44", "40"),
    "branch": ("main", "develop", "feature/login", "main"),
    "fingerprint": ("c9:0b:1c:4f:d5:65:56:b9:ad:88:f9:81:2b:37:74:2f",),
    "name": ("REGION", "DEPLOY_KEY"),
}
_QUERY = {
    "limit": ("1", "3", "5", "30"),
    "offset": ("0", "1"),
    "filter": ("completed", "successful", "failed", "running"),
    "shallow": ("true",),
    "branch": ("main", "develop"),
}
_BODIES: Mapping[str, tuple[Mapping[str, Any] | None, ...]] = {
    "trigger-build": (None, {"branch": "develop"}, {"tag": "v1.2"}, {"branch": "main", "revision": "c0ffee"}),
    "trigger-job": (None, {"branch": "develop"}, {"build_parameters": {"VERSION": "7"}}, {"tag": "v1.2"},
                    {"branch": "main", "build_parameters": {"VERSION": "7", "DEPLOY_ENV": "prod"}}),
    "trigger-job-on-branch": (None, {}, {"build_parameters": {"VERSION": "7"}}, {"build_parameters": {"DEPLOY_ENV": "x y"}},
                              {"build_parameters": {"VERSION": "1", "DEPLOY_ENV": "qa"}}, {"revision": "c0ffee"}),
    "envvar-create": ({"name": "REGION", "value": "eu-central"}, {"name": "NEW_ONE", "value": "it's \"here\""}),
    "checkout-key-create": ({"type": "deploy-key"},),
}  # fmt: skip
_MISSING = {"slug": "gh/acme/gone", "build": "999", "fingerprint": "aa:bb", "name": "NO_SUCH", "branch": "no-branch"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a path: text, or a value that the program has a name for. `value` is as people say it, not encoded."""

    value: str
    name: str = ""

    @property
    def wire(self) -> str:
        """As it stands in a URL."""
        return quote(self.value, safe="") if self.name == "branch" else self.value


@dataclass(frozen=True, slots=True)
class Site:
    """One call. `parts` follow the version, joined by slashes; `sample` is what is answered, `kept` the fields that today's
    v2 has too (dotted, without the indices of lists)."""

    rule: str
    version: str
    method: str
    parts: tuple[Part, ...]
    query: Mapping[str, str]
    body: Mapping[str, Any] | None
    status: int
    sample: Any
    kept: frozenset[str] = field(default_factory=frozenset)

    @property
    def path(self) -> str:
        """The path behind the version."""
        return "/".join(part.wire for part in self.parts)


def draw(random: Random) -> Site:
    """A call at random; now and then one whose answer is an error."""
    rules = _rules() if random.random() < 0.6 else [rule for rule in _rules() if rule.routes[0].method == "GET"]
    rule = random.choice(rules)
    routes = [route for route in rule.routes if set(route.versions) & {"v1", "v1.1"}]
    route = random.choice(routes)
    version = "v1" if "v1" in route.versions and random.random() < 0.12 else "v1.1"
    lacks = random.choice(list(_MISSING)) if random.random() < 0.06 else ""
    parts = _parts(random, route, version, lacks)
    names = [*(n for n in rule.takes if n in _QUERY), *(["branch", "filter"] if rule.id == "latest-artifacts" else [])]
    query = {name: random.choice(_QUERY[name]) for name in names if random.random() < 0.4}
    body = random.choice(_BODIES.get(rule.id, (None,)))
    return _answered(rule, version, route.method, parts, query, body)


def _answered(
    rule: Rule, version: str, method: str, parts: tuple[Part, ...], query: Mapping[str, str], body: Mapping[str, Any] | None
) -> Site:
    path = "/".join(part.wire for part in parts)
    sent = json.dumps(body).encode() if body is not None else b""
    headers = {"circle-token": TOKEN, "content-type": "application/json", "accept": "application/json"}
    wire = Emulator(read_account()).answer(Call(method, f"/api/{version}/{path}", dict(query), headers, sent))
    sample = json.loads(wire.text) if wire.text else None
    return Site(rule.id, version, method, parts, query, body, wire.status, sample, _kept(rule))


def _parts(random: Random, route: Route, version: str, lacks: str) -> tuple[Part, ...]:
    out = []
    for segment in route.path.strip("/").split("/"):
        name = segment[1:-1] if segment.startswith("{") else ""
        value = (_MISSING[name] if name == lacks else random.choice(_PATH[name])) if name else segment
        if name == "slug":
            vcs, org, repo = value.split("/")
            out += [] if version == "v1" else [Part(vcs)]
            out += [Part(org, random.choice(("", "org"))), Part(repo, random.choice(("", "repo")))]
        else:
            out.append(Part(value, name))
    return tuple(out)


def _kept(rule: Rule) -> frozenset[str]:
    answer = set() if rule.answer is None else {*rule.answer.fields, *(("*",) if rule.answer.same else ())}
    return frozenset(answer | set(rule.several.gives if rule.several else ()))


@cache
def _rules() -> tuple[Rule, ...]:
    """The rules whose calls can be rewritten and drawn."""
    out = []
    for rule in catalogue.load():
        named = {s[1:-1] for route in rule.routes for s in route.path.split("/") if s.startswith("{")}
        if rule.kind == "endpoint" and rule.on and (rule.to or rule.several) and named <= set(_PATH):
            out.append(rule)
    return tuple(out)

"""How the emulated API behaves where documents leave room, or where a test wants another day. Knows no operation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

PERSONAL, PROJECT = "personal", "project"
HOSTS = ("circleci.com", "app.circleci.com", "www.circleci.com")
"""The hosts that the API answers at."""
ARTIFACTS = "circle-artifacts.com"
"""Files that jobs stored are under this domain, which is no part of the API."""


def emulated(host: str, servers: Collection[str] = ()) -> bool:
    """Whether a host is one that the emulator stands in for: the API's, that of artifacts, and `servers` of one's own."""
    name = host.lower().rstrip(".")
    return name in HOSTS or name in servers or name.endswith(f".{ARTIFACTS}")


@dataclass(frozen=True, slots=True)
class Settings:
    """The switches.

    `off`: versions that are gone altogether (each answers 410). `brownout`: the ten sunset endpoints answer 410 whatever
    the date. `v1_created`: the code of v1/v1.1 calls that create something; the reference says 200, and code in the wild
    waits for 201, so both have to be tried. `v2_query_token`: whether `?circle-token=` authenticates on v2 (on paper it
    does and is deprecated; reports say it does not). `v1_anonymous`: public projects can be read without a token.
    `any_parameter`: pipeline parameters count as declared (what `parameters-wired` assumes). `edn`: v1/v1.1 answer EDN to
    a request without an Accept header, as the reference says; code in the wild reads JSON there. `page_size`: items on a
    page of v2. `workflow_delay`: so many reads of a new pipeline's workflows come back empty. `preview`: v2 as it was in
    the preview of 2019. `any_token`: a token that the account does not know is taken for a personal one. `servers`: hosts of
    CircleCI Servers, where the API may stand below a path. `busy`: so many requests to v2 are answered 429, each to be sent
    again at once.
    """

    off: tuple[str, ...] = ()
    brownout: bool = False
    v1_created: int = 200
    v2_query_token: bool = False
    v1_anonymous: bool = False
    any_parameter: bool = False
    edn: bool = False
    page_size: int = 20
    workflow_delay: int = 0
    preview: bool = False
    any_token: bool = False
    servers: tuple[str, ...] = ()
    busy: int = 0

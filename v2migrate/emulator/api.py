"""The emulated API: a request goes in, an answer comes out. Knows versions, dates and who may ask; no sockets."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from v2migrate.emulator import v1_project, v2_project  # noqa: F401 (importing them adds their operations)
from v2migrate.emulator.access import admit_v1, admit_v2
from v2migrate.emulator.account import Account, Effect, Invalid, Missing
from v2migrate.emulator.exchange import Answer, Call, Refused, v1_text, v2_text
from v2migrate.emulator.fixture import read_account
from v2migrate.emulator.preview import PREVIEW
from v2migrate.emulator.routes import Operation, Operations, Visit
from v2migrate.emulator.settings import ARTIFACTS, Settings
from v2migrate.emulator.twins import Twins
from v2migrate.emulator.v1 import V1, V1_1
from v2migrate.emulator.v2 import V2

ANNOUNCED = date(2026, 10, 7)
SUNSET = date(2027, 2, 1)
"""When the trigger and rerun endpoints of v1 and v1.1 go (CircleCI changelog, read 2026-11-21)."""

_SECRET = ("token", "auth", "cookie")


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came, and what became of it. `path` has its query, without the token; so have the headers.

    `operation` is the template (`POST /project/{project}/build`), empty for a path that none fits.
    `sunset`: it is one of those that go.
    """

    method: str
    path: str
    status: int
    headers: Mapping[str, str]
    version: str = ""
    operation: str = ""
    creates: bool = False
    sunset: bool = False


@dataclass(frozen=True, slots=True)
class Wire:
    """An answer as it goes out."""

    status: int
    text: str
    media_type: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class Emulator:
    """The three versions over one account. `log` and `bodies` grow with every request; the account's clock is the date."""

    account: Account = field(default_factory=read_account)
    settings: Settings = field(default_factory=Settings)
    log: list[Seen] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    twins: Twins | None = None
    """Makes up what the account lacks (None: nothing is)."""

    @property
    def effects(self) -> list[Effect]:
        """Every change that was made to the account, in order."""
        return self.account.effects

    def answer(self, call: Call) -> Wire:
        """The answer to a request, whatever it is; nothing is raised."""
        if call.host.lower().endswith(f".{ARTIFACTS}"):
            return self._stored(call)
        version, path = _version(call, self.settings.servers)
        operation: Operation | None = None
        try:
            if version in self.settings.off:
                raise Refused(410, f"API {version} has been removed.")
            found = self._find(version, call.method, path)
            if found is None:
                raise Refused(404, "Not found")
            operation, values = found
            if version == "v2" and self._turned_away():
                raise Refused(429, "Too many requests.", {"Retry-After": "0"})
            result = self._run(Visit(self.account, self.settings, call, version, values), operation)
        except Refused as error:
            result = Answer(error.status, {"message": error.message}, error.headers)
        except Missing as error:
            result = Answer(404, {"message": str(error)})
        except Invalid as error:
            result = Answer(400, {"message": str(error)})
        headers = dict(result.headers)
        if operation is not None and operation.sunset and result.status != 410:
            headers |= _notice()
        text, media = v2_text(result.body) if version == "v2" else v1_text(result.body, call, self.settings.edn)
        self._note(call, result.status, version, operation)
        self.bodies.append(text)
        return Wire(result.status, text, media, headers)

    def _stored(self, call: Call) -> Wire:
        """A file that a job stored. It is no call to the API, and is not among the log's."""
        jobs = (job for workflow in self.account.workflows() for job in workflow.jobs)
        found = next((a for job in jobs for a in job.artifacts if a.url.partition("://")[2] == call.host + call.path), None)
        if found is None:
            return Wire(404, "", "text/plain", {})
        return Wire(200, f"what is in {found.path}\n", "application/octet-stream", {})

    def _turned_away(self) -> bool:
        """Is there too much to do just now? Every second request is let through, until all that were to wait have."""
        waited = sum(seen.status == 429 for seen in self.log)
        return waited < self.settings.busy and not (self.log and self.log[-1].status == 429)

    def _find(self, version: str, method: str, path: list[str]) -> tuple[Operation, dict[str, str]] | None:
        method = "GET" if method == "HEAD" else method
        if version == "v2" and self.settings.preview:
            found = PREVIEW.find(method, path)
            if found is not None:
                return found
        operations = VERSIONS.get(version)
        return operations.find(method, path) if operations is not None else None

    def _run(self, visit: Visit, operation: Operation) -> Answer:
        if operation.sunset and (self.settings.brownout or visit.account.now.date() >= SUNSET):
            raise Refused(410, "This endpoint has been removed. Use API v2 or v3.")
        if self.twins is not None:
            self.twins.prepare(visit.call.method, operation.path, visit.values, visit.call.query)
        visit.token = admit_v2(visit) if visit.version == "v2" else admit_v1(visit)
        return operation.run(visit)

    def _note(self, call: Call, status: int, version: str, operation: Operation | None) -> None:
        query = "&".join(
            f"{k}={'***' if 'token' in k.lower() and k != 'page-token' else v}" for k, v in call.query.items()
        )
        headers = {k: v for k, v in call.headers.items() if not any(word in k for word in _SECRET)}
        named = "" if operation is None else f"{operation.method} {operation.path}"
        creates = operation is not None and operation.creates and version != "v2"
        path = call.path + (f"?{query}" if query else "")
        sunset = operation is not None and operation.sunset
        self.log.append(Seen(call.method, path, status, headers, version, named, creates, sunset))


VERSIONS: Mapping[str, Operations] = {"v1": V1, "v1.1": V1_1, "v2": V2}


def _version(call: Call, servers: Collection[str]) -> tuple[str, list[str]]:
    """The version in the path and what follows it; no version for a path outside the API."""
    segments = call.segments
    if call.host.lower() in servers and "api" in segments:
        segments = segments[segments.index("api") :]
    if len(segments) >= 2 and segments[0] == "api" and segments[1] in VERSIONS:
        return segments[1], segments[2:]
    return "", segments


def _notice() -> dict[str, str]:
    """The headers that announce the end of an endpoint. Their exact values are not documented: these follow the RFCs."""
    announced = datetime(ANNOUNCED.year, ANNOUNCED.month, ANNOUNCED.day, tzinfo=UTC)
    sunset = datetime(SUNSET.year, SUNSET.month, SUNSET.day, tzinfo=UTC)
    return {
        "Deprecation": f"@{int(announced.timestamp())}",
        "Sunset": sunset.strftime("%a, %d %b %Y %H:%M:%S GMT"),
    }

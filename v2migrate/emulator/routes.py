"""Operations and how a path finds its own. Knows path templates, and not what an operation does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from v2migrate.emulator.account import Account, Project, Token, User
from v2migrate.emulator.exchange import Answer, Call, Refused
from v2migrate.emulator.settings import Settings


@dataclass(slots=True)
class Visit:
    """One request being answered: what was asked (`values`: the path's placeholders), by whom, of which account."""

    account: Account
    settings: Settings
    call: Call
    version: str
    values: dict[str, str] = field(default_factory=dict)
    token: Token | None = None

    @property
    def project(self) -> Project:
        """The project that the path names. Raises Missing."""
        return self.account.project(self.values["project"])

    @property
    def user(self) -> User:
        """Who the token belongs to."""
        if self.token is None:
            raise Refused(401, "You must log in first.")
        return self.account.users[self.token.user]

    @property
    def number(self) -> int:
        """The job number that the path names."""
        return int(self.values["build"])


@dataclass(frozen=True, slots=True)
class Operation:
    """A method and a path template. `{project}` is a slug, `{build}` digits, `{…+}` the rest; others are one segment.

    `sunset`: it is one of those that go on 2027-02-01. `creates`: its success code on v1 is only documented.
    """

    method: str
    path: str
    run: Callable[[Visit], Answer]
    sunset: bool = False
    creates: bool = False

    @property
    def segments(self) -> list[str]:
        """The template's segments."""
        return self.path.strip("/").split("/")


Handler = Callable[[Visit], Answer]


class Operations:
    """The operations of one version, added with a decorator: `@v2.add("GET", "/me")`."""

    def __init__(self, slug_length: int) -> None:
        self.slug_length = slug_length
        self._all: list[Operation] = []

    def __iter__(self) -> Iterator[Operation]:
        return iter(self._all)

    def add(
        self, method: str, path: str, *, sunset: bool = False, creates: bool = False
    ) -> Callable[[Handler], Handler]:
        """A decorator that makes a function the operation at this method and path."""

        def keep(run: Handler) -> Handler:
            self._all.append(Operation(method, path, run, sunset, creates))
            return run

        return keep

    def with_slugs_of(self, length: int) -> Operations:
        """The same operations for slugs of another length (v1 has no vcs segment)."""
        other = Operations(length)
        other._all = self._all
        return other

    def find(self, method: str, segments: Sequence[str]) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a path means and its placeholders' values; the template with more words wins."""
        best: tuple[int, Operation, dict[str, str]] | None = None
        for operation in self._all:
            if operation.method != method:
                continue
            values = _fit(operation.segments, list(segments), self.slug_length)
            if values is not None:
                words = sum(not part.startswith("{") for part in operation.segments)
                if best is None or words > best[0]:
                    best = (words, operation, values)
        return None if best is None else best[1:]


def _fit(template: list[str], segments: list[str], slug_length: int) -> dict[str, str] | None:
    values: dict[str, str] = {}
    at = 0
    for part in template:
        if part.endswith("+}"):
            values[part[1:-2]] = "/".join(segments[at:])
            return values if at < len(segments) else None
        if at >= len(segments):
            return None
        if part == "{project}":
            taken = segments[at : at + slug_length]
            if taken[0].count("/") == slug_length - 1 > 0:  # gh%2Facme%2Fweb
                taken = [taken[0]]
            elif len(taken) < slug_length or any("/" in each for each in taken):
                return None
            slug = "/".join(taken)
            values["project"] = slug if slug_length == 3 else f"gh/{slug}"
            at += len(taken)
            continue
        word = segments[at]
        at += 1
        if part.startswith("{"):
            if not word or (part == "{build}" and not word.isdigit()):
                return None
            values[part[1:-1]] = word
        elif part != word:
            return None
    return values if at == len(segments) else None

"""Routes found by their method and the words at both ends of their paths. Knows no URL, and not what a placeholder takes."""

from __future__ import annotations

from collections.abc import Iterable

from v2migrate.rule import Route


class Routes:
    """Routes by number, for many questions which of them a call may mean: most are told by their ends, without a walk."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._rows: dict[tuple[str, str, str], list[int]] = {}
        for number, route in enumerate(routes):
            first, last = (word if word[:1] != "{" else "" for word in (route.segments[0], route.segments[-1]))
            self._rows.setdefault((route.method, first, last), []).append(number)
        self._methods = tuple(dict.fromkeys(method for method, _, _ in self._rows))

    def at(self, method: str | None, first: str, last: str) -> list[int]:
        """The numbers of the routes of a method (None: any) whose paths may begin and end with these words, in order."""
        rows = self._rows
        ends = ((first, last), ("", last), (first, ""), ("", ""))
        methods = (method,) if method is not None else self._methods
        found = [number for each in methods for end in ends for number in rows.get((each, *end), ())]
        found.sort()
        return found

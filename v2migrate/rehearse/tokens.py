"""The list of tokens as text: name, places, and the call that tells its kind. Knows no file and no value of a token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from v2migrate.rehearse.calls import LITERAL, TokenUse
from v2migrate.report.printable import shown_path, visible

_ASK = 'curl -sS -o /dev/null -w "%{{http_code}}\\n" -H "Circle-Token: {}" {}/api/v2/me'


def render(uses: Iterable[TokenUse]) -> str:
    """The list; literals last, since they have to become variables first."""
    groups: dict[tuple[str, bool], list[TokenUse]] = {}
    for use in uses:
        groups.setdefault((use.name, use.environment), []).append(use)
    ordered = sorted(groups.items(), key=lambda item: (item[0][0] == LITERAL, not item[0][1], item[0][0]))
    return "\n".join(_lines(ordered)) + "\n"


def _lines(groups: list[tuple[tuple[str, bool], list[TokenUse]]]) -> Iterator[str]:
    if not groups:
        yield "No call to CircleCI that carries a token was found."
        return
    for (name, environment), uses in groups:
        if name == LITERAL:
            yield "a token written into the source (move it to a variable, and revoke it if it was ever pushed)"
        else:
            yield visible(name) + ("" if environment else " (a name in the code; where its value comes from was not seen)")
        for use in uses:
            yield f"  {shown_path(use.path)}:{use.line}: {use.form}: {visible(use.call)}"
        for server in dict.fromkeys(use.server for use in uses):
            yield "  " + _ASK.format(f"${visible(name)}" if environment else "$TOKEN", visible(server))
        yield ""
    yield "200: a personal token, which is what v2 wants. 401: a project token, or one that is no longer valid."

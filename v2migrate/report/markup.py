"""HTML built from Python: every text is escaped unless it was made here. Knows tags; knows no report."""

from __future__ import annotations

import html

from v2migrate.records import dataclass


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML that is safe to be put into a page as it is."""

    text: str


Child = Markup | str | int | None

_VOID = frozenset({"meta", "input", "br"})


def tag(name: str, attributes: dict[str, str | int | bool] | None = None, /, *children: Child) -> Markup:
    """An element. An attribute that is False is left out, one that is True has no value; None children are left out."""
    out = [f"<{name}"]
    for key, value in (attributes or {}).items():
        if value is True:
            out.append(f" {key}")
        elif value is not False:
            out.append(f' {key}="{html.escape(str(value))}"')
    out.append(">")
    if name in _VOID:
        return Markup("".join(out))
    out += [join(*children).text, f"</{name}>"]
    return Markup("".join(out))


def join(*children: Child) -> Markup:
    """Children one behind the other."""
    return Markup("".join(c.text if isinstance(c, Markup) else html.escape(str(c)) for c in children if c is not None))

"""The nodes of a jq filter, with offsets into its text. Knows nothing of answers, shells or files."""

from __future__ import annotations

from v2migrate.records import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """`.`; `implied` where it is not written (the `.a` of a field has none of its own)."""

    start: int
    end: int
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """`.name`, `."name"`, `["name"]`. The name's text stands at `name_start` to `name_end`; `plain` is the first form.

    `step` is where the dot or bracket stands.
    """

    start: int
    end: int
    base: Node
    name: str
    name_start: int
    name_end: int
    plain: bool
    step: int


@dataclass(frozen=True, slots=True)
class Index:
    """`x[i]`."""

    start: int
    end: int
    base: Node
    index: Node


@dataclass(frozen=True, slots=True)
class Slice:
    """`x[i:j]`."""

    start: int
    end: int
    base: Node
    bounds: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Iterate:
    """`x[]`."""

    start: int
    end: int
    base: Node


@dataclass(frozen=True, slots=True)
class String:
    """A string: its known parts and the filters of `\\(…)`; None is a hole of the template. `format` is its `@uri`."""

    start: int
    end: int
    parts: tuple[str | Node | None, ...]
    escaped: bool = False
    format: str = ""

    @property
    def value(self) -> str | None:
        """The string where it is a constant."""
        known = [p for p in self.parts if isinstance(p, str)]
        return "".join(known) if len(known) == len(self.parts) else None


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, true, false, null, a format (`@tsv`), `..`, a hole: `kind` says which."""

    start: int
    end: int
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name`."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Call:
    """`name` or `name(f; g)`."""

    start: int
    end: int
    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """`(f)` or, with `array`, `[f]`; no body is `[]`."""

    start: int
    end: int
    body: Node | None
    array: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """One entry of an object; no value: short for `name: .name` (or `$name`). `plain`: the key is a bare word."""

    key: Node
    value: Node | None
    plain: bool


@dataclass(frozen=True, slots=True)
class Record:
    """`{a, b: .c}`."""

    start: int
    end: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """`f op g`: pipe, comma, `//`, comparison, arithmetic, and, or."""

    start: int
    end: int
    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Bind:
    """`source as $name | body`."""

    start: int
    end: int
    source: Node
    name: str
    body: Node


@dataclass(frozen=True, slots=True)
class Fold:
    """`reduce source as $name (init; update)` and `foreach`."""

    start: int
    end: int
    source: Node
    name: str
    steps: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """`if … then … elif … else … end`; without else the input itself comes out."""

    start: int
    end: int
    tests: tuple[Node, ...]
    results: tuple[Node, ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True)
class Try:
    """`try f catch g`, and `-f` (a number of f)."""

    start: int
    end: int
    body: Node
    handler: Node | None = None
    negative: bool = False


Node = (Identity | Field | Index | Slice | Iterate | String | Literal | Variable | Call | Group | Record | Binary | Bind
        | Fold | Branch | Try)  # fmt: skip

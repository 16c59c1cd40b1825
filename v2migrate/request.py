"""One call to a web API as plain data, whatever the language: what is sent, and what the program reads from the answer.

Front-ends (`languages`) make these values from syntax and write a `Change` back; rules are matched against them. Nothing
here knows a language or an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator

from v2migrate.records import dataclass, field
from v2migrate.source import Item, ItemList, Region, Span, Step
from v2migrate.template import Template

# --- what is sent ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value of a body. `kind`: string (then `template`), number, bool, null, or expr (only the program knows it).

    `source` is how the language spells the whole value (with quotes), `scope` where that is visible (see Hole).
    """

    kind: str
    source: str
    template: Template | None = None
    span: Span | None = None
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Array:
    """A list in a body."""

    items: tuple[Value, ...]
    source: str = ""
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """`key: value` in an object. `key_span` covers the key's text without quotes where that may be replaced as it is.

    `item` is the entry's place in a list that may be edited; None for one that has to be written anew.
    """

    key: str
    value: Value
    key_span: Span | None = None
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object, a dict, form fields. `list` is where entries can be added and dropped in place (None: nowhere).

    `open`: it has entries that were not seen (`**extra`, a variable merged in).
    """

    entries: tuple[Entry, ...]
    list: ItemList | None = None
    span: Span | None = None
    open: bool = False

    def get(self, key: str) -> Entry | None:
        """The entry with this key, if there is one."""
        return next((e for e in self.entries if e.key == key), None)


Value = Scalar | Array | Object


@dataclass(frozen=True, slots=True)
class Body:
    """What a request carries. `encoding`: json, form, multipart, or unknown (then `value` is None or a Scalar expr).

    Form keys such as `build_parameters[X]` come as nested objects. `span` is all of it in the call (the `data=…` argument,
    the words `-d …`). `typed`: a `Content-Type: application/json` header goes with it, or the client adds it (`json=`).
    """

    encoding: str
    value: Value | None
    span: Span | None = None
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Param:
    """A query parameter given apart from the URL (`params={…}`, `-G -d a=b`). `item`: its place where it can be dropped."""

    name: str
    value: Template
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """A request header. `span` is where it stands, None for one that is to be added."""

    name: str
    value: Template
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the call where something may be written; only the front-end that made it knows what `name` means.

    `scope` is the scope of the code at that place (see Hole.scope).
    """

    name: str
    span: Span
    list: ItemList | None = None
    scope: str = ""


# --- what is read from the answer -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Read:
    """A field read from the answer: `resp.json()[0]["url"]` and `jq '.[0].url'` both have the path `("[]", "url")`.

    `[]` is any element. `span` is the whole read, `key` the text of the last name where it can be replaced as it is;
    `values` are the constants that the field is compared with. Each named step is a read of its own: `b["workflows"]["id"]`
    gives `("workflows",)` with `inner` set (it is only a step on the way) and `("workflows", "id")`.
    """

    path: tuple[str, ...]
    span: Span
    key: Span | None = None
    values: tuple[str, ...] = ()
    inner: bool = False


@dataclass(frozen=True, slots=True)
class Root:
    """Where the decoded answer begins to be read: here the front-end can put `["items"]` or `.items` once for all reads.

    `form` is the front-end's word for how to write it there.
    """

    span: Span
    form: str = ""


@dataclass(frozen=True, slots=True)
class Escape:
    """Where the answer goes out of sight, and `how`, in words that complete "the answer …" ("is returned", "is passed to f")."""

    span: Span
    how: str


TESTED = "is tested or gone through inside the helper function"
"""An escape of an answer that is taken for a list there: to one that is an object before and after, it does nothing."""


@dataclass(frozen=True, slots=True)
class StatusTest:
    """A comparison of the answer's status with a constant. `equal`: the branch for `==`; `span` is the number's text."""

    code: int
    span: Span
    equal: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What the program does with the answer. All empty: nothing is read (or it only reaches the terminal: `shown`).

    `told`: where the code of the answer, and nothing else of it, is printed.
    """

    reads: tuple[Read, ...] = ()
    roots: tuple[Root, ...] = ()
    escapes: tuple[Escape, ...] = ()
    status: tuple[StatusTest, ...] = ()
    shown: tuple[Span, ...] = ()
    told: tuple[Span, ...] = ()
    opaque: bool = field(default=False, kw_only=True)
    """The call gives something that is made of the answer, and what that is was not seen."""


@dataclass(frozen=True, slots=True)
class Handed:
    """How a call hands a base to the `function` that sends its request, where that reads the name for all its callers.

    `steps` let the function take one (none where it does already; other callers go on as before); `list` are the arguments
    of the call, to which `before`, the name of the base and nothing else is added.
    """

    function: Span
    steps: tuple[Step, ...]
    list: ItemList
    before: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A statement that can be written a second time, right behind, for another name.

    It gives `name` (a part of it) its value. `fresh` is a name that nothing has yet, or that the statement right behind
    gives (`taken`). `reads` are places in it that read the name of the copy before this one. `derived`: the statement
    cannot be repeated, and this one makes the value from the first one's, with old text `{0}` replaced by new text `{1}`.
    """

    statement: Span
    name: Span
    fresh: str
    taken: bool = False
    reads: tuple[Span, ...] = ()
    derived: str = ""
    origin: Span | None = None
    """Where the old text stands of a value that is derived."""


@dataclass(frozen=True, slots=True)
class Base:
    """The name that holds the beginning of a URL, for several calls: with it one call can get a beginning of its own.

    `copies` are the statements that make it, from the one with the text on: a constant, or one made of another. `reads`
    are the places where this call reads the last one's name, `fresh` is what it will read there, and `brought` are the
    steps by which it can (an import). `usable`: the reads serve no other call that is not known by its own Base, and each
    statement can be copied. `handed`: the read serves all callers of a function.
    """

    copies: tuple[Copy, ...]
    reads: tuple[Span, ...]
    fresh: str
    brought: tuple[Step, ...] = ()
    usable: bool = True
    handed: Handed | None = None


# --- the call -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Request:
    """One call site.

    `method` is upper case, None where it was not seen. `url` is the whole URL with its query where that is written into
    it. `params` are query parameters given apart. `auth` names how a token goes along other than by header or query
    (`basic`, `none`, or `unknown`: a client object that may carry one), or what goes in its place (`cookies`, `certificate`);
    `user` is the text given as user (`curl -u`), whose slot is called `user`. `gaps` say in words what could not be seen.
    `trail` are the places the URL comes from, for code frames. `notices`: would the program notice an HTTP error (None:
    not known). `overridable`: the base URL is a default that the environment or a caller can replace. `wrapper`: the
    call inside a helper function through which this call site goes. `holds` are other places that read a piece of this
    URL and could not be followed: the piece must not change. `comment`: the call is commented out. `frozen`: why this
    call cannot be edited whatever the rule (empty: it can). `base`: the name that holds the start of the URL, if one does.
    """

    span: Span
    language: str
    client: str
    method: str | None
    url: Template
    params: tuple[Param, ...] = ()
    headers: tuple[Header, ...] = ()
    auth: str = "none"
    user: Template | None = None
    body: Body | None = None
    answer: Answer = field(default_factory=Answer)
    slots: tuple[Slot, ...] = ()
    gaps: tuple[str, ...] = ()
    trail: tuple[Span, ...] = ()
    notices: bool | None = None
    overridable: bool = False
    wrapper: Span | None = None
    holds: tuple[Span, ...] = ()
    comment: bool = False
    frozen: str = ""
    base: Base | None = None

    def slot(self, name: str) -> Slot | None:
        """The slot of that name, if the call has one."""
        return next((s for s in self.slots if s.name == name), None)


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that takes the place of a call: it is given the call's client, its URL and its options.

    `code` has, for each `LANGUAGE.CLIENT`, the functions to be put into the file (name and source); `arguments` are further
    named values.
    """

    name: str
    code: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    arguments: tuple[tuple[str, Template], ...] = ()

    def functions(self, client: str) -> tuple[tuple[str, str], ...]:
        """The functions for a `LANGUAGE.CLIENT`; empty: there are none for it."""
        return dict(self.code).get(client, ())


@dataclass(frozen=True, slots=True)
class Change:
    """What a rule wants done to a request, in terms of the request. A front-end's `write` turns it into steps.

    `url` replaces `flat[start:end]` of the URL by plain text; `drop_params` are names in `params`; `headers` are added;
    `body` is the new body (an Object to be sent as JSON): its entries keep `item` and `key_span` where they come from
    the old one, so a writer can rename, drop and add in place. `root` is put at every `answer.roots`; `reads` gives reads
    their new path; `status` gives tests their new code; `user_colon` puts the missing colon behind `user`.
    """

    url: tuple[tuple[int, int, str], ...] = ()
    drop_params: tuple[str, ...] = ()
    headers: tuple[Header, ...] = ()
    body: Object | None = None
    root: str = ""
    reads: tuple[tuple[Read, tuple[str, ...]], ...] = ()
    status: tuple[tuple[StatusTest, int], ...] = ()
    user_colon: bool = False
    helper: Helper | None = None
    """The call itself is to be one of this function."""


@dataclass(frozen=True, slots=True)
class Written:
    """A change as steps on files, or why it cannot be written (`problem`, in words that complete "not rewritten: …")."""

    steps: tuple[Step, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Lowered:
    """What a front-end saw in one region: the calls, and why it could not be read (`problem`; empty: it could).

    `inner` are calls in code of another language that stands in strings of this region, each with its own region.
    """

    requests: tuple[Request, ...] = ()
    problem: str = ""
    inner: tuple[tuple[Region, Request], ...] = ()


def nest(fields: list[Entry]) -> tuple[Entry, ...]:
    """Form fields as nested objects: `a[b]=1` becomes `a: {b: 1}`; a field keeps its item at the innermost entry."""
    out: dict[str, Entry | list[Entry]] = {}
    for entry in fields:
        head, bracket, rest = entry.key.partition("[")
        if bracket and rest.endswith("]") and head:
            inner = out.setdefault(head, [])
            if isinstance(inner, list):
                inner.append(Entry(rest[:-1], entry.value, None, entry.item))
                continue
        out[entry.key] = entry
    return tuple(e if isinstance(e, Entry) else Entry(key, Object(tuple(e))) for key, e in out.items())


def walk_entries(value: Value | None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """All entries of a body with their paths, outermost first."""
    if isinstance(value, Object):
        for entry in value.entries:
            yield (*path, entry.key), entry
            yield from walk_entries(entry.value, (*path, entry.key))

"""What an expression can be worth while the front-end looks through a program: text with holes, or an object it knows."""

from __future__ import annotations

from v2migrate.languages.python.scopes import Class, Function, Module
from v2migrate.records import dataclass, field
from v2migrate.source import Span
from v2migrate.template import Hole, Template

TYPE_CHECKING = False
if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(eq=False, slots=True)
class Frame:
    """The names' values for one look into a function (`function` None: module level).

    `given` are the arguments by parameter. `bound`: a call site is known, so that a parameter without an argument has its
    default. `outer` is the frame of the function around.
    """

    module: Module
    function: Function | None = None
    given: dict[str, tuple[Given, ...]] = field(default_factory=dict)
    bound: bool = False
    receiver: Value | None = None
    outer: Frame | None = None
    depth: int = 0

    def of(self, function: Function | None) -> Frame | None:
        """The frame of `function` in this chain of frames."""
        at: Frame | None = self
        while at is not None:
            if at.function is function:
                return at
            at = at.outer
        return None


@dataclass(eq=False, slots=True)
class Given:
    """An argument, to be looked at when it is needed: the expression and where its names live.

    `default`: it is the parameter's default. `several` are the arguments in a `*args`, `named` those in a `**kwargs`
    (`open`: more may be in it).
    """

    node: Node | None
    frame: Frame
    default: bool = False
    several: tuple[Given, ...] | None = None
    named: dict[str, Given] | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Text with holes. `defaults` are the spans of text that the environment or a caller can replace.

    `brought`: it is an argument, spelled as at the call site.
    """

    template: Template
    defaults: frozenset[Span] = frozenset()
    brought: bool = False

    @property
    def hole(self) -> Hole | None:
        """The hole, where this is one hole and no more."""
        pieces = self.template.pieces
        return pieces[0] if len(pieces) == 1 and isinstance(pieces[0], Hole) else None


@dataclass(frozen=True, slots=True)
class Nothing:
    """None, True or False (`source`)."""

    source: str


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class of the project; `frame` is the look into its constructor (None: not seen)."""

    cls: Class
    frame: Frame | None = None


@dataclass(eq=False, slots=True)
class Bound:
    """A function of the project, with its receiver where it is a method."""

    function: Function
    receiver: Value | None = None
    outer: Frame | None = None


@dataclass(eq=False, slots=True)
class ClassRef:
    """A class of the project."""

    cls: Class


@dataclass(eq=False, slots=True)
class ModuleRef:
    """A module of the project."""

    module: Module


@dataclass(frozen=True, slots=True)
class External:
    """Something of another library, or a builtin, by its full dotted name."""

    name: str


@dataclass(eq=False, slots=True)
class Made:
    """What a call of an external name gave: `requests.Session()`."""

    name: str
    call: Node
    frame: Frame


@dataclass(eq=False, slots=True)
class Method:
    """An attribute of such an object: `requests.Session().get`."""

    owner: Made
    name: str


@dataclass(eq=False, slots=True)
class Display:
    """A list, tuple, set or dict written out."""

    node: Node
    frame: Frame


@dataclass(eq=False, slots=True)
class Pack:
    """What arrived in a `*args` or `**kwargs`."""

    given: Given


@dataclass(eq=False, slots=True)
class Partial:
    """`functools.partial(target, …)`: the call site's arguments come behind those of `call`."""

    target: Value
    call: Node
    frame: Frame


Value = Known | Nothing | Instance | Bound | ClassRef | ModuleRef | External | Made | Method | Display | Pack | Partial


def plain(name: str) -> str:
    """A library name without its compatibility package: `six.moves.urllib.request` is `urllib.request`."""
    for prefix in ("six.moves.", "future.moves.", "future.backports."):
        if name.startswith(prefix):
            return name[len(prefix) :]
    return name

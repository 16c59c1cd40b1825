"""The functions of jq: which parts of their input they hand on, and which they look at. Knows no answer's fields."""

from __future__ import annotations

import re
from collections.abc import Callable

from v2migrate.languages.shell import jq_syntax as syntax
from v2migrate.languages.shell.jq_values import (
    NUMBER,
    PLAIN,
    Made,
    Many,
    Opaque,
    Path,
    Value,
    Values,
    apart,
    constants,
    made,
    many,
)
from v2migrate.request import Read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from v2migrate.languages.shell.jq_reads import Names, Reader

Nodes = tuple[syntax.Node, ...]
_TEXTED = "is turned into text by jq"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# The input, or a list of its elements, comes out.
_SAME = _words("sort reverse unique values nulls booleans numbers strings arrays objects iterables scalars debug")
_ONE = _words("first last add min max")
_BY = _words("sort_by unique_by group_by min_by max_by")
_FREE = _words("now env input_filename infinite nan halt")
_TESTS = _words("not type isinfinite isnan isnormal")
_COMPARE = _words("test startswith endswith index rindex indices contains inside IN match")
_MAKE_NUMBER = _words(
    "tonumber index rindex floor ceil round sqrt fabs abs utf8bytelength mktime fromdate fromdateiso8601"
)
_MAKE_TEXT = _words(
    """tostring ascii_downcase ascii_upcase ascii explode implode ltrimstr rtrimstr trim ltrim rtrim splits split join
    capture scan sub gsub todate todateiso8601 dateadd datesub date strptime strftime strflocaltime gmtime localtime
    pow log log2 log10 exp significand fromjson tojson error halt_error"""
)
TAKE_VALUES = _COMPARE | _MAKE_NUMBER | _MAKE_TEXT | {"limit", "nth", "skip", "has", "range"}
"""Functions whose arguments are values, so that a variable of the shell there is one too."""


def call(reader: Reader, node: syntax.Call, dot: Values, names: Names) -> Values:
    """What the function gives for the input `dot`; one that is not known lets its input escape."""
    name, args = node.name, node.args
    special = _SPECIAL.get((name, len(args)))
    if special is not None:
        return special(reader, args, dot, names)
    if not args:
        if name in _SAME:
            return apart(dot)
        if name in _ONE:
            return reader.elements(dot)
        if name in _FREE:
            return PLAIN
        if name in _TESTS:
            reader.use(dot, whole="")
            return PLAIN
    if name in _BY and len(args) == 1:
        elements = reader.elements(dot)
        reader.use(reader.run(args[0], elements, names))
        if name == "group_by":
            return reader.few((many((many(elements),)),))
        return elements if name.startswith("m") else apart(dot)
    if name in ("any", "all") and len(args) <= 2:
        inner = reader.run(args[0], dot, names) if len(args) == 2 else reader.elements(dot)
        reader.use(reader.run(args[-1], inner, names) if args else inner, whole="")
        return PLAIN
    if name in _COMPARE and args:
        return _compare(reader, name, args, dot, names)
    if name in _MAKE_TEXT or name in _MAKE_NUMBER:
        return _text(reader, name, args, dot, names)
    for arg in args:
        reader.use(reader.run(arg, dot, names), whole="")
    return reader.lost(dot, f"is read by a jq function that is not followed ({name})")


def _text(reader: Reader, name: str, args: Nodes, dot: Values, names: Names) -> Values:
    """A function that makes a text, a number or a list of those."""
    if name in ("tostring", "ascii_downcase") and not any(isinstance(v, Path) and v.whole for v in dot):
        return dot  # so that a comparison with the text still knows the field
    for arg in args:
        reader.use(reader.operand(arg, dot, names))
    reader.use(dot, whole="" if name in ("error", "halt_error") else _TEXTED)
    return NUMBER if name in _MAKE_NUMBER else PLAIN


def _compare(reader: Reader, name: str, args: Nodes, dot: Values, names: Names) -> Values:
    """A function that holds its input against its argument."""
    given = [reader.operand(arg, dot, names) for arg in args]
    if name == "contains" and isinstance(args[0], syntax.Record):
        _contains(reader, dot, args[0])
        return PLAIN
    here = tuple(word for c in constants(dot) for word in _alternatives(c, name))
    for values in given:
        # `["a", "b"] | index(.status)`: the constants stand before the pipe.
        reader.use(values, here)
    reader.use(dot, tuple(word for values in given for c in constants(values) for word in _alternatives(c, name)))
    return NUMBER if name in _MAKE_NUMBER else PLAIN


def _alternatives(constant: str, function: str) -> tuple[str, ...]:
    """What a constant is compared with: the alternatives of a simple regular expression, or itself."""
    if function not in ("test", "match"):
        return (constant,)
    inner = constant.removeprefix("^").removesuffix("$")
    if inner.startswith("(") and inner.endswith(")"):
        inner = inner[1:-1].removeprefix("?:")
    return tuple(word for word in inner.split("|") if re.fullmatch(r"[\w /:-]+", word))


def _contains(reader: Reader, dot: Values, pattern: syntax.Record) -> None:
    """`contains({a: "x"})` reads `.a`."""
    for value in dot:
        for pair in pattern.pairs:
            name = pair.key.value if isinstance(pair.key, syntax.String) else None
            flat = pair.value is not None and not isinstance(pair.value, syntax.Record)
            if not isinstance(value, Path) or name is None or not flat:
                reader.lost((value,), "is compared as a whole by a jq filter")
                continue
            edge = 0 if pair.plain else 1
            key = reader.exact(pair.key.start + edge, pair.key.end - edge)
            if reader.flat[pair.key.start + edge : pair.key.end - edge] != name:
                key = None
            mark = Read((*value.steps, name), reader.exact(pattern.start, pattern.end) or reader.span, key)
            constant = pair.value.value if isinstance(pair.value, syntax.String) else None
            reader.use((Path(mark.path, (*value.marks, mark)),), () if constant is None else (constant,))


# --- functions of their own kind ------------------------------------------------------------------------------------


def _select(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    reader.use(reader.run(args[0], dot, names), whole="")
    return apart(dot)


def _map(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    return reader.few((many(reader.run(args[0], reader.elements(dot), names)),))


def _length(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    for value in dot:
        counted = isinstance(value, Path) and bool(value.steps)
        inner, steps = (value.items, 1) if isinstance(value, Many) else ((value,), 0)
        if any(isinstance(each, Path) and each.whole and len(each.steps) == steps for each in inner):
            reader.reads.append(Read(("[]",), reader.span))  # of the input, which may be no list
        reader.use((value,), whole="has the fields of an element counted by jq" if counted else "")
    return NUMBER


def _keys(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    for value in dot:
        if isinstance(value, Path):
            reader.use((value,), whole="has its field names read by jq")
    return PLAIN


def _to_entries(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    if any((isinstance(v, Path) and v.whole) or isinstance(v, Opaque) for v in dot):
        return reader.lost(dot, "has its field names read by jq")
    reader.use(dot)
    return reader.few((many((made([("key", PLAIN), ("value", reader.elements(dot))]),)),))


def _has(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    arg = args[0]
    if isinstance(arg, syntax.Literal) and arg.kind == "number":
        reader.use(dot, whole="")
    elif isinstance(arg, syntax.String) and arg.value is not None and not arg.format:
        base = syntax.Identity(arg.start, arg.start, True)
        node = syntax.Field(arg.start, arg.end, base, arg.value, arg.start + 1, arg.end - 1, False, arg.start)
        reader.use(reader.name(dot, node))
    else:
        reader.use(reader.operand(arg, dot, names))
        return reader.lost(dot, "is read under a name that only the running program knows")
    return PLAIN


def _nothing(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    return ()


def _given(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    return reader.run(args[0], dot, names)


def _isempty(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    reader.use(reader.run(args[0], dot, names), whole="")
    return PLAIN


def _some(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    reader.use(reader.operand(args[0], dot, names))
    return reader.run(args[1], dot, names)


def _nth(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    reader.use(reader.operand(args[0], dot, names))
    return reader.elements(dot)


def _range(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    for arg in args:
        reader.use(reader.operand(arg, dot, names))
    return NUMBER


def _flatten(reader: Reader, args: Nodes, dot: Values, names: Names) -> Values:
    """Inner lists made by the filter are taken apart; a list of the input stays as it is."""
    out: list[Value] = []
    for value in dot:
        if isinstance(value, Many):
            inner = list(value.items)
            while any(isinstance(v, Many) for v in inner):
                inner = [w for v in inner for w in (v.items if isinstance(v, Many) else (v,))]
            out.append(many(reader.few(inner)))
        elif isinstance(value, Made):
            out += reader.lost((value,), "is read by a jq function that is not followed (flatten)")
        else:
            out.append(value)
    return tuple(out)


_Special = Callable[["Reader", Nodes, Values, "Names"], Values]
_SPECIAL: dict[tuple[str, int], _Special] = {
    ("select", 1): _select,
    ("map", 1): _map,
    ("map_values", 1): _map,
    ("length", 0): _length,
    ("keys", 0): _keys,
    ("keys_unsorted", 0): _keys,
    ("to_entries", 0): _to_entries,
    ("has", 1): _has,
    ("empty", 0): _nothing,
    ("first", 1): _given,
    ("last", 1): _given,
    ("isempty", 1): _isempty,
    ("limit", 2): _some,
    ("nth", 2): _some,
    ("skip", 2): _some,
    ("nth", 1): _nth,
    ("range", 1): _range,
    ("range", 2): _range,
    ("range", 3): _range,
    ("flatten", 0): _flatten,
    ("flatten", 1): _flatten,
}

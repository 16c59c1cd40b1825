"""Random programs: a URL in random forms lowers to one template, edits touch no other bytes, and no text makes lowering fail."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from tools import need_module

from v2migrate import engine
from v2migrate.languages.python import lower
from v2migrate.languages.python.tree import whole
from v2migrate.options import Options
from v2migrate.source import Source
from v2migrate.template import Text

need_module("hypothesis")

from hypothesis import HealthCheck, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402

ROOT = Path(__file__).parent.parent / "testdata"
FAST = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)

# --- one URL in random forms ---

Part = tuple[str, str]
"""("text", its value) or ("hole", a name)."""

NAMES = ["org", "repo", "number", "branch", "token"]
PARTS = st.lists(
    st.one_of(
        st.tuples(st.just("hole"), st.sampled_from(NAMES)),
        st.tuples(st.just("text"), st.text(string.ascii_lowercase + "/-_.", min_size=1, max_size=8)),
    ),
    min_size=1,
    max_size=6,
)


class Writer:
    """Spells parts in random ways; constants and variables it needs go into `before`."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.constants: list[str] = []
        self.statements: list[str] = []
        self.count = 0

    def name(self, upper: bool) -> str:
        self.count += 1
        return f"{'C' if upper else 'v'}{self.count}"

    def quote(self, value: str) -> str:
        return repr(value) if self.draw(st.booleans()) else '"' + value + '"'

    def spell(self, parts: list[Part], depth: int) -> str:
        if len(parts) == 1 and parts[0][0] == "hole":
            return parts[0][1]
        text = len(parts) == 1
        forms = ["literal"] if text else ["fstring", "format", "percent", "plus", "named", "indexed"]
        if depth < 4:
            forms += ["constant" if text else "variable", "nested", "bracketed", "joined"]
        return str(getattr(self, self.draw(st.sampled_from(forms)))(parts, depth + 1))

    def literal(self, parts: list[Part], depth: int) -> str:
        value = parts[0][1]
        if len(value) > 1 and self.draw(st.booleans()):  # implicit concatenation
            return f"({self.quote(value[:1])} {self.quote(value[1:])})"
        return self.quote(value)

    def constant(self, parts: list[Part], depth: int) -> str:
        name = self.name(True)
        self.constants.append(f"{name} = {self.quote(parts[0][1])}")
        return name

    def variable(self, parts: list[Part], depth: int) -> str:
        name, value = self.name(False), self.spell(parts, depth)
        self.statements.append(f"{name} = {value}")
        return name

    def bracketed(self, parts: list[Part], depth: int) -> str:
        return f"({self.spell(parts, depth)})"

    def nested(self, parts: list[Part], depth: int) -> str:
        if len(parts) < 2:
            return self.bracketed(parts, depth)
        at = self.draw(st.integers(1, len(parts) - 1))
        left, right = self.spell(parts[:at], depth), self.spell(parts[at:], depth)
        if self.draw(st.booleans()):
            return f"{left} + {right}"
        return f"f'{{{self.inner(left)}}}{{{self.inner(right)}}}'"

    def inner(self, expression: str) -> str:
        """An expression as it can stand in an f-string in every Python: by a name."""
        if expression.isidentifier():
            return expression
        name = self.name(False)
        self.statements.append(f"{name} = {expression}")
        return name

    def joined(self, parts: list[Part], depth: int) -> str:
        return f"''.join([{', '.join(self.spell([p], depth) for p in parts)}])"

    def plus(self, parts: list[Part], depth: int) -> str:
        return " + ".join(self.spell([p], depth) for p in parts)

    def fstring(self, parts: list[Part], depth: int) -> str:
        return 'f"' + "".join("{%s}" % v if kind == "hole" else v for kind, v in parts) + '"'

    def format(self, parts: list[Part], depth: int) -> str:
        shape = "".join("{}" if kind == "hole" else v for kind, v in parts)
        return f"{self.quote(shape)}.format({', '.join(v for kind, v in parts if kind == 'hole')})"

    def indexed(self, parts: list[Part], depth: int) -> str:
        names = list(dict.fromkeys(v for kind, v in parts if kind == "hole"))
        shape = "".join("{%d}" % names.index(v) if kind == "hole" else v for kind, v in parts)
        return f"{self.quote(shape)}.format({', '.join(names)})"

    def named(self, parts: list[Part], depth: int) -> str:
        names = list(dict.fromkeys(v for kind, v in parts if kind == "hole"))
        shape = "".join("{%s}" % v if kind == "hole" else v for kind, v in parts)
        return f"{self.quote(shape)}.format({', '.join(f'{n}={n}' for n in names)})"

    def percent(self, parts: list[Part], depth: int) -> str:
        shape = "".join("%s" if kind == "hole" else v for kind, v in parts)
        holes = [v for kind, v in parts if kind == "hole"]
        return f"({self.quote(shape)} % ({', '.join(holes)}{',' if len(holes) == 1 else ''}))" if holes else self.quote(shape)


@st.composite
def programs(draw: st.DrawFn) -> tuple[str, str]:
    """A program with one call, and the URL that it sends to as `Template.show` writes it."""
    parts: list[Part] = [("text", "https://circleci.com/api/v1.1/project/gh/"), *draw(PARTS)]
    merged: list[Part] = []
    for kind, value in parts:
        if merged and kind == "text" and merged[-1][0] == "text":
            merged[-1] = ("text", merged[-1][1] + value)
        else:
            merged.append((kind, value))
    writer = Writer(draw)
    url = writer.spell(merged, 0)
    lines = ["import requests", *writer.constants, "", f"def call({', '.join(NAMES)}):"]
    lines += [f"    {s}" for s in writer.statements]
    lines += [f"    return requests.get({url})", ""]
    return "\n".join(lines), "".join(v if kind == "text" else "{%s}" % v for kind, v in merged)


@FAST
@given(programs())
def test_a_url_in_any_form_is_one_template(made: tuple[str, str]) -> None:
    code, url = made
    ast.parse(code)
    source = Source("x.py", code.encode())
    lowered = lower(source, whole(source), lambda path: None)
    assert [(r.method, r.url.show()) for r in lowered.requests] == [("GET", url)], code
    for piece in lowered.requests[0].url.pieces:
        if isinstance(piece, Text) and piece.span is not None and piece.exact:
            assert source.text(piece.span) == piece.value


# --- edits ---

ROUTES = ["/{n}/cancel", "/{n}/artifacts", "/tree/{b}", "/envvar", "/{n}/tests", "/build"]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A program with one call to rewrite among lines that nobody may touch."""
    lines = ["x = 1  # https://circleci.com/docs", 'NOTE = """a\n  b"""', "", "def g():\n\tpass"]
    lines += ["y = {'a': [1,2 ,3]}", "z=lambda a:a"]
    filler = st.sampled_from(lines)
    before, behind = draw(st.lists(filler, max_size=4)), draw(st.lists(filler, max_size=4))
    url = "https://circleci.com/api/v1.1/project/gh/acme/web" + draw(st.sampled_from(ROUTES))
    token = draw(st.sampled_from(["", "?circle-token={t}"]))
    verb = "post" if "cancel" in url or "build" in url or "tree" in url else "get"
    headers = draw(st.sampled_from(["", ', headers={"Accept": "application/json"}', ", timeout=3"]))
    call = f'requests.{verb}(f"{url}{token}"{headers})'
    return "\n".join(["import requests", *before, "def f(n, b, t):", f"    {call}", *behind, ""]), [*before, *behind]


@FAST
@given(edited(), st.sampled_from(["\n", "\r\n"]))
def test_edits_touch_nothing_else(made: tuple[str, list[str]], newline: str) -> None:
    code, _ = made
    data = code.replace("\n", newline).encode()
    _, changed = engine.fix(["x.py"], Options(unsafe=True), write=False, given={"x.py": data})
    new = changed.get("x.py", (data, data))[1]
    ast.parse(new)
    assert new.count(b"\r\n") == (new.count(b"\n") if newline == "\r\n" else 0)
    head, _, tail = data.partition(b"    requests.")
    assert new.startswith(head)
    assert new.endswith(tail.partition(newline.encode())[2])


# --- broken text ---

FILES = sorted(p for p in ROOT.rglob("*.py"))


@settings(FAST, max_examples=150)
@given(st.data())
def test_no_text_makes_lowering_fail(data: st.DataObject) -> None:
    raw = bytearray(data.draw(st.sampled_from(FILES)).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        if not raw:
            break
        at = data.draw(st.integers(0, len(raw) - 1))
        kind = data.draw(st.sampled_from(["cut", "double", "byte", "swap", "drop"]))
        size = data.draw(st.integers(1, 40))
        if kind == "cut":
            del raw[at:]
        elif kind == "double":
            raw[at:at] = raw[at : at + size]
        elif kind == "drop":
            del raw[at : at + size]
        elif kind == "swap":
            raw[at : at + size] = raw[at : at + size][::-1]
        else:
            raw[at] = data.draw(st.integers(0, 255))
    source = Source("x.py", bytes(raw))
    lowered = lower(source, whole(source), lambda path: None)
    for request in lowered.requests:
        assert 0 <= request.span.start <= request.span.end <= len(raw)


@pytest.mark.parametrize("text", ["", "\ufeff", "\x00", "\x0c" * 50, "(" * 5000, "f'{" * 300, "a = " * 2000])
def test_odd_files(text: str) -> None:
    source = Source("x.py", (text + "\n# circleci.com/api/v1.1/project/").encode())
    lower(source, whole(source), lambda path: None)

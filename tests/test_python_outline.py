"""The outline of a Python file says of no definition that it stands, begins or ends where Python sees it otherwise."""

from __future__ import annotations

import ast
import inspect
import random
import textwrap
from types import ModuleType

import pytest

from v2migrate.languages.python import outline, parts, scopes
from v2migrate.languages.python.tree import whole
from v2migrate.source import Source

PLAIN = "import os\n\ndef one(a):\n    return a\n\nclass Two:\n    x = 1\n\n    def inner(self):\n        pass\n\nVALUE = 3\n"
TRICKY = {
    "closing brackets": "x = 1\ndef one(\n    a,\n) -> (\n    int\n):\n    return [\n    a,\n]\ny = 2\n",
    "code within brackets": "x = 1\ndef one():\n    return [\n1, 2,\n]\ndef two():\n    pass\n",
    "text at the margin": 'x = 1\ndef one():\n    """\nclass Not:\n    text\n@nor\n"""\n    return 1\ndef two():\n    pass\n',
    "a definition in a string": 'x = """\ndef one():\n    pass\n"""\ndef two():\n    pass\n',
    "a lambda behind one": 'x = ("""\ndef lambda""", lambda: 0)\ndef two():\n    pass\n',
    "its end looks like one": 'x = 1\ndef one():\n    return """\ndef two(): \'\'\' """\ndef three():\n    pass\n',
    "decorators": "x = 1\n@a(\n    1,\n)\n@b\n# why\ndef one():\n    pass\n\ndef two():\n    pass\n",
    "a backslash": "x = 1\ndef one():\n    pass\nif x and \\\nx:\n    pass\ndef two():\n    pass\n",
    "a backslash before it": "x = 1\n\\\ndef one():\n    pass\n",
    "comments with quotes": "x = 1\ndef one():\n    # it's one\n    return 'a' # \"\n# don't\n\ny = 1\n",
    "quotes in strings": "x = 1\ndef one():\n    return \"'\" + '\"' + '\\'' + r'\\\\'\ny = 1\n",
    "a form feed": "x = 1\ndef one():\n    pass\n\x0cy = 1\ndef two():\n    pass\n",
    "carriage returns": "x = 1\r\ndef one():\r\n    pass\r\ny = 1\r\n",
    "lone carriage returns": "x = 1\rdef one():\r    pass\n\ndef two():\n    pass\n",
    "asynchronous": "x = 1\nasync def one():\n    pass\nasync  def two():\n    pass\n",
    "in a condition": "if True:\n    def one():\n        pass\nelse:\n    def one():\n        pass\ndef two():\n    pass\n",
    "on one line": "x = 1\ndef one(): return (1,\n2)\nclass Two: pass\ny = 1\n",
    "twice": "x = 1\ndef one():\n    pass\ndef one():\n    pass\ny = 1\n",
    "other letters": "x = 'é'\ndef one():\n    return 'é'\ndef naïve():\n    pass\ndef two():\n    pass\n",
    "an encoding": "# coding: latin-1\nx = 1\ndef one():\n    pass\n",
    "no Python": "x = 1\ndef one():\n    print 1\n",
}


def check(code: str) -> list[str]:
    """The names of the definitions that the outline has, each compared with the syntax tree."""
    data = code.encode()
    found = outline.outline(data)
    tables = outline.tables(data, found)
    if tables is None:
        return []
    body = ast.parse(data).body
    lines = [0, *(at + 1 for at, byte in enumerate(data) if byte == ord("\n"))]
    for one in found.definitions:
        (at,) = [n for n, node in enumerate(body) if node.lineno == one.line]
        node = body[at]
        assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        assert node.name == one.name == tables[one.line].name and not node.decorator_list
        assert one.start == lines[node.lineno - 1]
        assert node.end_lineno is not None and lines[node.end_lineno - 1] < one.end
        behind = body[at + 1] if at + 1 < len(body) else None
        first = min([behind.lineno, *(d.lineno for d in getattr(behind, "decorator_list", ()))]) if behind is not None else 0
        assert one.end <= (lines[first - 1] if first else len(data))
        nothing = data[lines[node.end_lineno] : one.end] if node.end_lineno < len(lines) else b""
        assert all(not line.strip() or line.lstrip().startswith(b"#") for line in nothing.split(b"\n"))
    return [one.name for one in found.definitions]


def test_definitions_end_where_the_next_statement_begins() -> None:
    assert check(PLAIN) == ["one", "Two"]
    first, second = outline.outline(PLAIN.encode()).definitions
    assert PLAIN[first.start : first.end] == "def one(a):\n    return a\n\n"
    assert PLAIN[second.end :] == "VALUE = 3\n"


@pytest.mark.parametrize("code", TRICKY.values(), ids=TRICKY)
def test_what_is_not_clear_is_left(code: str) -> None:
    check(code)
    check(PLAIN + code + PLAIN.replace("one", "three"))


@pytest.mark.parametrize(("name", "names"), [
    ("closing brackets", ["one"]), ("code within brackets", ["two"]), ("decorators", ["two"]), ("comments with quotes", ["one"]),
    ("quotes in strings", ["one"]), ("carriage returns", ["one"]), ("asynchronous", ["one", "two"]), ("on one line", ["Two"]),
    ("a definition in a string", []), ("a lambda behind one", []), ("no Python", []), ("lone carriage returns", []),
])  # fmt: skip
def test_what_is_clear_is_told(name: str, names: list[str]) -> None:
    assert check(TRICKY[name]) == names


@pytest.mark.parametrize("module", [textwrap, inspect, ast, random], ids=lambda m: m.__name__)
def test_a_module_of_the_library(module: ModuleType) -> None:
    assert len(check(inspect.getsource(module))) > 1


CALL = 'def call():\n    return requests.get(f"https://circleci.com/api/v1.1/me")\n'


@pytest.mark.parametrize("module", [textwrap, inspect, random], ids=lambda m: m.__name__)
def test_what_is_parsed_is_as_it_is_among_all(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source("a.py", (inspect.getsource(module) + CALL).encode())
    partly = scopes.parse_part.__wrapped__(source, whole(source))
    monkeypatch.setattr(parts, "silent", lambda _: [])
    fully = scopes.parse_part.__wrapped__(source, whole(source))
    assert partly.unparsed and not fully.unparsed
    assert [str(function.node) for function in partly.functions] == [str(function.node) for function in fully.functions]
    for name in ("calls", "strings", "imports"):
        ours, theirs = ([(n.start_byte, n.end_byte) for n in getattr(module, name)] for module in (partly, fully))
        assert ours == theirs


@pytest.mark.parametrize(("more", "names"), [
    (CALL, ["call"]),
    ("API = rest_0()\n" + CALL.replace("requests", "API"), ["rest_0", "call"]),
    ("from .others import *\n", ["rest_0", "rest_1"]),
    ("x = 1\n" + CALL.replace("https", "{rest_1()}"), ["rest_1", "call"]),
])  # fmt: skip
def test_what_others_name_is_parsed_after_all(more: str, names: list[str]) -> None:
    rest = "".join(f"def rest_{n}(items):\n    # {'much text ' * 60}\n    return [item for item in items]\n\n" for n in range(2))
    source = Source("a.py", f"import requests\n{rest}{more}".encode())
    module = scopes.parse_part(source, whole(source))
    assert len(module.unparsed) == 2
    assert [function.name for function in module.functions] == names
    for function in module.functions:
        node = module.node_at(function.node.start_byte, function.node.end_byte)
        assert node is not None and node == function.node
        assert module.parent(function.node) is not None


def test_a_name_in_what_was_not_parsed_is_found() -> None:
    rest = f"def rest(items):\n    # {'much text ' * 60}\n    return urllib(items, 'urllib')\n"
    source = Source("a.py", f"import urllib\n{rest}{CALL}".encode())
    module = scopes.parse_part(source, whole(source))
    at = source.data.index(b"urllib(")
    node = module.node_at(at, at + 6)
    assert node is not None and (node.type, node.text) == ("identifier", b"urllib")
    at = source.data.index(b"'urllib'") + 1
    node = module.node_at(at, at + 6)
    assert node is not None and node.type == "string_content"


def test_a_class_gives_what_it_binds() -> None:
    code = b"""x = 1
class One(dict):
    a, b = x, 2
    __c = 3
    for d in range(2):
        e = used
    class Two:
        f: int
    def g(self):
        h = [i for i in self]
        def j(): pass
"""
    tables = outline.tables(code, outline.outline(code))
    assert tables is not None
    names = set(outline.given(tables[2]))
    assert names >= {"One", "Two", "a", "b", "__c", "d", "e", "f", "g", "j"}
    assert not names & {"x", "used", "range", "h", "i", "listcomp", "__"}

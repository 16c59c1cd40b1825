"""A program that uses requests, spelled with another client. Knows what the rules' examples use of requests, and no rule."""

from __future__ import annotations

import ast
import re

_HTTPX = (
    (r"\brequests\.Session\(\)", "httpx.Client()"),
    (r"\.ok\b", ".is_success"),
    (r"\brequests\b", "httpx"),
)


def in_httpx(text: str) -> str:
    """The program with httpx; empty where it uses nothing of requests."""
    if not re.search(r"^import requests$", text, re.M):
        return ""
    for pattern, new in _HTTPX:
        text = re.sub(pattern, new, text)
    return text


def in_urllib(text: str) -> str:
    """The program with urllib.request; empty where it uses more of requests than has a plain spelling there."""
    if not re.search(r"^import requests$", text, re.M):
        return ""
    spell = _Urllib()
    tree = spell.visit(ast.parse(text))
    return "" if spell.unknown else ast.unparse(ast.fix_missing_locations(tree)) + "\n"


CLIENTS = {"httpx": in_httpx, "urllib": in_urllib}


class _Urllib(ast.NodeTransformer):
    """`requests.get(url, headers=h).json()` becomes `json.load(urlopen(Request(url, headers=h)))`, which raises by itself."""

    def __init__(self) -> None:
        self.unknown = False

    def visit_Import(self, node: ast.Import) -> ast.AST | list[ast.stmt]:
        if node.names[0].name != "requests":
            return node
        return ast.parse("import json\nfrom urllib.request import Request, urlopen").body

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        value = node.value
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "raise_for_status":
            held = value.func.value
            return ast.Pass() if isinstance(held, ast.Name) else ast.Expr(self.visit(held))
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.unknown |= node.attr in ("ok", "status_code", "text", "content", "raise_for_status", "Session", "codes")
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        called = node.func
        if isinstance(called, ast.Attribute) and called.attr == "json" and not node.args:
            return ast.Call(ast.parse("json.load", mode="eval").body, [self.visit(called.value)], [])
        if not (isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.value.id == "requests"):
            return self.generic_visit(node)
        given = {each.arg: each.value for each in node.keywords}
        headers = given.get("headers", node)
        plain = isinstance(headers, ast.Dict) and set(given) <= {"headers", "json"} and len(node.args) == 1
        if not plain or called.attr not in ("get", "post", "delete", "put", "patch"):
            self.unknown = True
            return node
        keywords = [ast.keyword("headers", headers)]
        if "json" in given:
            dumped = ast.Call(ast.parse("json.dumps", mode="eval").body, [given["json"]], [])
            keywords.append(ast.keyword("data", ast.Call(ast.Attribute(dumped, "encode", ast.Load()), [], [])))
            assert isinstance(headers, ast.Dict)
            headers.keys.append(ast.Constant("Content-Type"))
            headers.values.append(ast.Constant("application/json"))
        if called.attr != "get":
            keywords.append(ast.keyword("method", ast.Constant(called.attr.upper())))
        request = ast.Call(ast.Name("Request", ast.Load()), [node.args[0]], keywords)
        return ast.Call(ast.Name("urlopen", ast.Load()), [request], [])

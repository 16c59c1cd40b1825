"""One rule file, checked key by key: each complaint names the file, the key and what to do. Knows no folder."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from v2migrate.errors import RuleError
from v2migrate.operations import nameless, operations
from v2migrate.records import replace
from v2migrate.regex import regex
from v2migrate.rule import (
    ASSUMPTIONS,
    KINDS,
    SLIPS,
    STATUSES,
    VERSIONS,
    AnswerMap,
    Caveat,
    Config,
    Example,
    FactSource,
    LibraryMap,
    LibraryMove,
    Route,
    Rule,
    Run,
)
from v2migrate.rule_several import Functions, Several

CLIENTS = {"python": ("requests", "urllib"), "shell": ("curl",)}
"""The clients, by language, that calls which become several can be written for."""

_SEVERAL = ("to", "helper", "requests", "answers", "arguments", "fits", "gives", "gone", "values", "notes", "needs", "like")
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
_ENDLESS = regex(r"\((?:[^()\\]|\\.){0,200}[+*}](?:[^()\\]|\\.){0,200}\)[+*{]")
"""A group with a repetition in it that is repeated itself. A pattern without one takes at most a power of the text."""
_PLACES = regex(r"(path|query|body)\.[\w.-]+|always|answer(\.[\w.\[\]-]+)?|body|query\.[\w-]+")


_TESTS = ("[[example]]", "[[source]]")
"""Tables that only people and tests read. They stand at a rule's end, and are half of its text."""


def read_rule(name: str, data: bytes, whole: bool = True) -> Rule:
    """The rule in the TOML text `data`; `name` is its file name. Raises RuleError.

    Not `whole`: one of ours, that the tests read whole; it comes without its examples and sources, and its patterns
    are compiled, its functions parsed, when they are needed.
    """
    try:
        text = data.decode("utf-8")
        table = tomllib.loads(text if whole else _without_tests(text))
    except (ValueError, RecursionError) as error:  # what tomllib and Python's own limits say
        raise RuleError(name, "not TOML", str(error)) from None
    stem = name.removesuffix(".toml")
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", stem):
        raise RuleError(
            name, "file name", "a rule's id is its file name in kebab-case: use a-z, 0-9 and single hyphens"
        )
    rule = _Reader(name, whole).rule(stem, table)
    return rule if whole else replace(rule, examples=(), sources=())


def _without_tests(text: str) -> str:
    head, _, rest = text.partition(f"\n{_TESTS[0]}")
    tables = (line for line in rest.split("\n") if line.startswith("["))
    # A string of several lines may hold such a line too: then nothing is cut off.
    if any(line.rstrip() not in _TESTS for line in tables) or head.count('"""') % 2 or head.count("'''") % 2:
        return text
    return head


class _Reader:
    """Checks a rule's table key by key; each complaint names the file, the key and what to do."""

    def __init__(self, file: str, whole: bool = True) -> None:
        self.file, self.whole = file, whole

    def fail(self, key: str, remedy: str) -> RuleError:
        return RuleError(self.file, key, remedy)

    def known(self, table: Any, key: str, names: Iterable[str]) -> dict[str, Any]:
        if not isinstance(table, dict):
            raise self.fail(key, "must be a table")
        names = list(names)
        for name in table:
            if name not in names:
                near = difflib.get_close_matches(name, names, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"known here are {', '.join(names)}"
                raise self.fail(f"{key}.{name}".lstrip("."), f"unknown key; {hint}")
        return table

    def take(self, table: dict[str, Any], key: str, kind: type, at: str = "", default: Any = ...) -> Any:
        value = table.get(key, default)
        if value is ...:
            raise self.fail(f"{at}{key}", "is missing")
        if value is not default and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise self.fail(f"{at}{key}", f"must be a {kind.__name__}")
        return value

    def words(self, table: dict[str, Any], key: str, at: str = "") -> tuple[str, ...]:
        value = self.take(table, key, list, at, [])
        if not all(isinstance(v, str) for v in value):
            raise self.fail(f"{at}{key}", "must be a list of strings")
        return tuple(value)

    def mapping(self, table: dict[str, Any], key: str, at: str = "") -> dict[str, str]:
        value = self.take(table, key, dict, at, {})
        for name, item in value.items():
            if not isinstance(item, str):
                raise self.fail(f"{at}{key}.{name}", "must be a string (quote names that hold a dot)")
        return dict(value)

    def choice(self, table: dict[str, Any], key: str, allowed: Iterable[str], at: str = "", default: Any = ...) -> str:
        value = self.take(table, key, str, at, default)
        if value not in allowed and value is not default:
            raise self.fail(f"{at}{key}", f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    def rule(self, stem: str, table: dict[str, Any]) -> Rule:
        self.known(
            table,
            "",
            (
                "title",
                "kind",
                "status",
                "deadline",
                "why",
                "link",
                "default",
                "manual",
                "reads",
                "reads-first",
                "takes",
                "from",
                "to",
                "detect",
                "library",
                "query",
                "body",
                "drop",
                "answer",
                "caveat",
                "example",
                "source",
                "deadlines",
                "run",
                "server",
                "several",
                "config",
            ),
        )
        status = self.choice(table, "status", STATUSES)
        deadline = self.take(table, "deadline", date, default=None)
        if (status == "sunset") != (deadline is not None):
            raise self.fail("deadline", "a rule with status sunset, and no other, has a deadline (YYYY-MM-DD)")
        routes = self.each(table, "from", self.old_route)
        kind = self.choice(table, "kind", KINDS)
        detect = self.choice(table, "detect", SLIPS, default="")
        if (kind in ("auth", "status")) != bool(detect):
            raise self.fail("detect", f"a rule of kind auth or status, and no other, has one of {', '.join(SLIPS)}")
        library = self.library(table["library"]) if "library" in table else None
        if (kind == "library") != (library is not None):
            raise self.fail("library", "a rule of kind library, and no other, has [library] with modules and methods")
        if bool(routes) == bool(detect or library):
            raise self.fail(
                "from", "at least one [[from]] with method, path and versions is needed (none with `detect`)"
            )
        to = self.new_route(table["to"], routes) if "to" in table else None
        manual = self.take(table, "manual", str, default="")
        if to is None and not manual and not detect and not library and not any(r.to for r in routes):
            raise self.fail("manual", "a rule without [to] says here what people are to do instead")
        codes = tuple(operations()[nameless(str(to))]["codes"]) if to else ()
        return Rule(
            id=stem,
            title=self.take(table, "title", str),
            kind=kind,
            status=status,
            why=self.take(table, "why", str).strip(),
            routes=routes,
            to=to,
            deadline=deadline,
            reads=self.words(table, "reads"),
            reads_first=self.words(table, "reads-first"),
            detect=detect,
            library=library,
            query=self.mapping(table, "query"),
            body=self.body(table, routes) if "body" in table else None,
            drop=self.words(table, "drop"),
            takes=self.words(table, "takes"),
            answer=self.answer(table["answer"]) if "answer" in table else None,
            codes=codes,
            caveats=self.each(table, "caveat", self.caveat),
            examples=self.each(table, "example", self.example),
            sources=self.each(table, "source", self.source),
            link=self.take(table, "link", str, default=""),
            on=self.take(table, "default", bool, default=True),
            manual=manual,
            deadlines=self.dates(table),
            server=self.take(table, "server", str, default=""),
            run=self.run(table["run"], routes) if "run" in table else None,
            several=self.several(table["several"], routes) if "several" in table else None,
            config=self.config(table["config"], routes) if "config" in table else None,
        )

    def each(self, table: dict[str, Any], key: str, read: Callable[[Any, str], Any]) -> tuple[Any, ...]:
        value = table.get(key, [])
        if not isinstance(value, list):
            raise self.fail(key, f"write it as [[{key}]]")
        return tuple(read(item, f"{key}[{number}].") for number, item in enumerate(value))

    def dates(self, table: dict[str, Any]) -> dict[str, date]:
        value = self.take(table, "deadlines", dict, default={})
        for name, day in value.items():
            if not isinstance(day, date):
                raise self.fail(f"deadlines.{name}", "must be a date (YYYY-MM-DD)")
        return dict(value)

    def path(self, table: dict[str, Any], at: str) -> str:
        path = str(self.take(table, "path", str, at))
        if not re.fullmatch(r"(/([\w.-]+|\{[a-z-]+\}))+", path):
            raise self.fail(f"{at}path", f"{path!r} must be /words/and/{{placeholders}} without a slash at the end")
        return path

    def old_route(self, table: Any, at: str) -> Route:
        self.known(table, at.rstrip("."), ("method", "path", "versions", "to"))
        versions = self.words(table, "versions", at)
        if not versions or any(v not in VERSIONS for v in versions):
            raise self.fail(f"{at}versions", f"name one or more of {', '.join(VERSIONS)}")
        path, to = self.path(table, at), self.take(table, "to", str, at, "")
        if to:
            method, _, new = to.partition(" ")
            self.new_route({"method": method, "path": new}, (Route(method, path),))
        return Route(self.choice(table, "method", _METHODS, at), path, versions, to)

    def new_route(self, table: Any, routes: tuple[Route, ...]) -> Route:
        self.known(table, "to", ("method", "path"))
        to = Route(self.choice(table, "method", _METHODS, "to."), self.path(table, "to."), ("v2",))
        for hole in re.findall(r"\{([a-z-]+)\}", to.path):
            for route in routes:
                if "{%s}" % hole not in route.path:
                    raise self.fail(
                        "to.path", f"{{{hole}}} is not in {route}: a placeholder of [to] must come from [[from]]"
                    )
        if nameless(str(to)) not in operations():
            near = difflib.get_close_matches(nameless(str(to)), operations(), 1, 0.5)
            hint = f"; nearest is {near[0]}" if near else ""
            raise self.fail("to.path", f"{to} is no operation of today's v2 API{hint}")
        return to

    def run(self, table: Any, routes: tuple[Route, ...]) -> Run:
        self.known(table, "run", ("path", "success", "body", "needs", "caveat"))
        path = self.path(table, "run.")
        short = re.sub(r"\{provider\}/\{organization\}/\{project\}", "{slug}", path)
        codes = operations().get(nameless(f"POST {path}"), {}).get("codes", ())
        if short == path or not codes or not all("{slug}" in route.path for route in routes):
            raise self.fail("run.path", "must be /project/{provider}/{organization}/{project}/…, an operation of today's v2")
        success = self.take(table, "success", int, "run.")
        if success not in codes:
            raise self.fail("run.success", f"must be one of {', '.join(map(str, codes))}, which v2 answers")
        body = self.body(table, routes, "run.")
        needs = self.take(table, "needs", str, "run.", "")
        if needs and needs not in {name.split(".")[0] for name in body}:
            raise self.fail("run.needs", f"{needs!r} is no name in [run.body]")
        to = Route("POST", short, ("v2",), raw=True)
        return Run(to, success, body, needs, self.each(table, "caveat", self.caveat))

    def several(self, table: Any, routes: tuple[Route, ...]) -> Several:
        at = "several."
        self.known(table, "several", (*_SEVERAL, *CLIENTS))
        method, _, path = self.take(table, "to", str, at).partition(" ")
        to = self.new_route({"method": method, "path": path}, routes)
        answers = nameless(self.take(table, "answers", str, at, str(to)))
        if answers not in operations():
            raise self.fail(f"{at}answers", "must be an operation of today's v2 API, as METHOD /path")
        arguments, fits = self.mapping(table, "arguments", at), self.mapping(table, "fits", at)
        for name, place in arguments.items():
            if not re.fullmatch(r"(path|query)\.[\w-]+", place):
                raise self.fail(f"{at}arguments.{name}", f"{place!r} must be path.NAME or query.NAME")
            if place.startswith("path.") and not any("{%s}" % place[5:] in r.path for r in routes):
                raise self.fail(f"{at}arguments.{name}", f"no [[from]] path has a placeholder {{{place[5:]}}}")
        for name, pattern in fits.items():
            if name not in arguments:
                raise self.fail(f"{at}fits.{name}", "is not one of several.arguments")
            self.pattern(pattern, f"{at}fits.{name}")
        helper = self.take(table, "helper", str, at)
        code = {f"{language}.{client}": self.functions(functions, f"{at}{language}.{client}", language)
                for language, clients in CLIENTS.items() if language in table
                for client, functions in self.known(table[language], at + language, clients).items()}  # fmt: skip
        like = self.take(table, "like", str, at, "")
        if bool(like) == bool(code):
            raise self.fail(f"{at}like", "name the rule that has the functions, or give them under several.LANGUAGE.CLIENT")
        if not like and not any(helper == name for functions in code.values() for name, _ in functions):
            raise self.fail(f"{at}helper", f"no function of that name stands under several.LANGUAGE.CLIENT.{helper}")
        return Several(
            str(to), helper, self.take(table, "requests", str, at), tuple(operations()[answers]["codes"]), arguments, fits,
            self.words(table, "gives", at), self.mapping(table, "gone", at), self.mapping(table, "values", at), code,
            self.take(table, "notes", str, at, ""), self.mapping(table, "needs", at), like,
        )  # fmt: skip

    def functions(self, table: Any, at: str, language: str) -> Functions:
        out = []
        for name, source in self.mapping({"": table}, "", at).items():
            text = source.strip("\n") + "\n"
            if not re.fullmatch(r"v2_[a-z0-9_]+|V2[A-Za-z0-9]+", name):
                raise self.fail(f"{at}.{name}", "a function's name begins with v2_, a class's with V2")
            head = rf"(?:def|class) {name}\(" if language == "python" else rf"(?:#.*\n)*{name}\(\)"
            if not re.match(head, text) or "v2migrate" not in text:
                raise self.fail(f"{at}.{name}", f"must define {name} and nothing before it, and say `v2migrate` in its comment")
            if language == "python" and self.whole:
                import ast

                try:
                    ast.parse(text)
                except SyntaxError as error:
                    raise self.fail(f"{at}.{name}", f"does not parse as Python: {error}") from None
            out.append((name, text))
        return tuple(out)

    def pattern(self, text: str, at: str) -> None:
        try:
            if self.whole:
                re.compile(text)
        except re.error as error:
            raise self.fail(at, f"not a regular expression: {error}") from None
        if _ENDLESS.search(text):
            raise self.fail(at, "repeats a group that repeats something, which can take for ever; leave one of the two out")

    def config(self, table: Any, routes: tuple[Route, ...]) -> Config:
        self.known(table, "config", ("parameters", "job", "tag"))
        parameters = self.take(table, "parameters", str, "config.")
        job, tag = self.take(table, "job", str, "config.", ""), self.take(table, "tag", str, "config.", "")
        if not re.fullmatch(r"body\.[\w-]+", parameters):
            raise self.fail("config.parameters", f"{parameters!r} must be body.NAME, the object that holds the parameters")
        if job and not re.fullmatch(rf"{re.escape(parameters)}\.[\w-]+", job):
            raise self.fail("config.job", f"{job!r} must be a field of {parameters}")
        if tag and not re.fullmatch(r"(path|body)\.[\w-]+", tag):
            raise self.fail("config.tag", f"{tag!r} must be path.NAME or body.NAME")
        if not all("{slug}" in route.path for route in routes):
            raise self.fail("config", "only a call whose path names the project by {slug} has a config")
        return Config(parameters, job, tag)

    def body(self, table: dict[str, Any], routes: tuple[Route, ...], at: str = "") -> dict[str, str]:
        body = self.mapping(table, "body", at)
        for name, place in body.items():
            if at and place == "definition-id":
                continue
            if not re.fullmatch(r"(path|query|body)\.[\w.-]+", place):
                raise self.fail(f"{at}body.{name}", f"{place!r} must be path.NAME, query.NAME or body.NAME")
            if place.startswith("path.") and not any("{%s}" % place[5:] in r.path for r in routes):
                raise self.fail(f"{at}body.{name}", f"no [[from]] path has a placeholder {{{place[5:]}}}")
        return body

    def answer(self, table: Any) -> AnswerMap:
        self.known(table, "answer", ("same", "root", "elements", "fields", "lost", "values"))
        return AnswerMap(
            self.take(table, "same", bool, "answer.", False),
            self.take(table, "root", str, "answer.", ""),
            self.take(table, "elements", str, "answer.", ""),
            self.mapping(table, "fields", "answer."),
            self.mapping(table, "lost", "answer."),
            self.mapping(table, "values", "answer."),
        )

    def library(self, table: Any) -> LibraryMap:
        self.known(table, "library", ("modules", "methods", "moves"))
        modules, methods = self.words(table, "modules", "library."), self.mapping(table, "methods", "library.")
        if not modules or not methods:
            raise self.fail("library", "name at least one module and one method")
        moves = self.take(table, "moves", dict, "library.", {})
        for name in moves:
            if name not in methods:
                raise self.fail(f"library.moves.{name}", "is not one of library.methods")
        return LibraryMap(modules, methods, {name: self.move(move, f"library.moves.{name}.") for name, move in moves.items()})

    def move(self, table: Any, at: str) -> LibraryMove:
        self.known(table, at.rstrip("."), ("to", "positional", "rename", "keep", "add", "hint"))
        move = LibraryMove(
            self.take(table, "to", str, at, ""), self.take(table, "positional", int, at, 0),
            self.mapping(table, "rename", at), self.words(table, "keep", at), self.mapping(table, "add", at),
            self.take(table, "hint", str, at, ""),
        )  # fmt: skip
        if bool(move.to) == bool(move.hint):
            raise self.fail(f"{at}to", "give the method that takes its place, or a hint, not both")
        return move

    def caveat(self, table: Any, at: str) -> Caveat:
        self.known(table, at.rstrip("."), ("when", "note", "assume", "class", "literal", "matches", "encoding", "trigger",
                                      "unless"))  # fmt: skip
        when = self.take(table, "when", str, at)
        if not all(_PLACES.fullmatch(place) for place in when.split(" and ")):
            places = "path.X, query.X, body.X, answer.X, answer or always"
            raise self.fail(f"{at}when", f"{when!r} must be {places}, or two of them with ` and ` between")
        matches = self.take(table, "matches", str, at, "")
        self.pattern(matches, f"{at}matches")
        return Caveat(
            when,
            self.take(table, "note", str, at, ""),
            self.choice(table, "assume", ASSUMPTIONS, at, ""),
            self.choice(table, "class", ("unsafe", "manual"), at, ""),
            self.take(table, "literal", bool, at, None),
            matches,
            self.choice(table, "encoding", ("json", "form"), at, ""),
            self.choice(table, "trigger", ("pipeline",), at, ""),
            self.choice(table, "unless", ("parameters", "job"), at, ""),
        )

    def example(self, table: Any, at: str) -> Example:
        self.known(table, at.rstrip("."), ("language", "before", "after", "class", "assumes", "title"))
        klass = self.choice(table, "class", ("safe", "unsafe", "manual"), at, "")
        after = self.take(table, "after", str, at, None)
        if after is not None and klass not in ("safe", "unsafe"):
            raise self.fail(f"{at}class", "an example with `after` is safe or unsafe")
        return Example(
            self.choice(table, "language", ("python", "shell", "yaml"), at),
            self.take(table, "before", str, at),
            after,
            klass,
            self.words(table, "assumes", at),
            self.take(table, "title", str, at, ""),
            after or "",
        )

    def source(self, table: Any, at: str) -> FactSource:
        self.known(table, at.rstrip("."), ("name", "url", "read"))
        return FactSource(
            self.take(table, "name", str, at),
            self.take(table, "url", str, at, ""),
            self.take(table, "read", date, at, None),
        )



"""What the Python front-end sees of an answer: fields, roots, escapes, status tests."""

from __future__ import annotations

import textwrap

import pytest

from v2migrate.languages.python.answer import follow
from v2migrate.languages.python.scopes import callee_name, parse_module
from v2migrate.request import Answer
from v2migrate.source import Source, Span


class Seen:
    """An Answer as text of the file it was found in."""

    def __init__(self, code: str, answer: Answer, source: Source) -> None:
        def text(span: Span | None) -> str | None:
            return source.text(span) if span is not None else None

        self.answer = answer
        self.reads = {".".join(r.path): text(r.span) for r in answer.reads if not r.inner}
        self.steps = {".".join(r.path): text(r.span) for r in answer.reads if r.inner}
        self.keys = {".".join(r.path): text(r.key) for r in answer.reads}
        self.values = {".".join(r.path): r.values for r in answer.reads if r.values}
        self.roots = [(text(r.span), r.form) for r in answer.roots]
        self.escapes = [e.how for e in answer.escapes]
        self.status = [(s.code, text(s.span), s.equal) for s in answer.status]
        self.shown = [text(s) for s in answer.shown]


def see(code: str, *, call: str = "get", nth: int = 0, body: bool = False) -> Seen:
    """What is read from the `nth` call whose callee's last name is `call`."""
    code = textwrap.dedent(code).lstrip("\n")
    source = Source("a.py", code.encode())
    module = parse_module(source)
    node = [c for c in module.calls if callee_name(c) == call][nth]
    return Seen(code, follow(module, node, "body" if body else "response"), source)


READS = {
    "chain": ('x = requests.get(u).json()[0]["url"]', {"[].url": 'requests.get(u).json()[0]["url"]'}),
    "variable": ('r = requests.get(u)\nd = r.json()\nprint(d["a"]["b"])', {"a.b": 'd["a"]["b"]'}),
    "get": ('d = requests.get(u).json()\nif d.get("state", None): pass', {"state": 'd.get("state", None)'}),
    "loads text": ('r = requests.get(u)\nd = json.loads(r.text)\nuse(d["a"])', {"a": 'd["a"]'}),
    "loads content": ('d = json.loads(requests.get(u).content.decode("utf-8"))\nuse(d[-1]["a"])', {"[].a": 'd[-1]["a"]'}),
    "load file": ("with urlopen.get(u) as f:\n    d = json.load(f)\nuse(d['a'])", {"a": "d['a']"}),
    "read": ("d = simplejson.loads(o.get(u).read())\nuse(d['a'])", {"a": "d['a']"}),
    "loop": ('for b in requests.get(u).json():\n    use(b["a"], b["c"])', {"[].a": 'b["a"]', "[].c": 'b["c"]'}),
    "slice": ('for b in requests.get(u).json()[:3]: use(b["a"])', {"[].a": 'b["a"]'}),
    "comprehension": (
        'n = [b["n"] for b in requests.get(u).json() if b["s"] == "x"]',
        {"[].n": 'b["n"]', "[].s": 'b["s"]'},
    ),
    "of a comprehension": (
        'bs = [b for b in requests.get(u).json() if b["s"]]\nuse(bs[0]["n"])',
        {"[].s": 'b["s"]', "[].n": 'bs[0]["n"]'},
    ),
    "dict comprehension": (
        'm = {a["path"]: a for a in requests.get(u).json()}\nfor k, v in m.items(): use(v["url"])',
        {"[].path": 'a["path"]', "[].url": 'v["url"]'},
    ),
    "sorted": ('s = sorted(requests.get(u).json(), key=lambda b: b["n"])', {"[].n": 'b["n"]'}),
    "itemgetter key": ('s = max(requests.get(u).json(), key=itemgetter("n"))["q"]', {"[].n": 'itemgetter("n")'}),
    "itemgetter": ('d = requests.get(u).json()\nuse(operator.itemgetter("n")(d))', {"n": 'operator.itemgetter("n")'}),
    "map": ('for n in map(lambda b: b["n"], requests.get(u).json()): use(n)', {"[].n": 'b["n"]'}),
    "filter": (
        'for b in filter(lambda b: b["ok"], requests.get(u).json()): use(b["n"])',
        {"[].ok": 'b["ok"]', "[].n": 'b["n"]'},
    ),
    "any": ('if any(b["s"] == "x" for b in requests.get(u).json()): pass', {"[].s": 'b["s"]'}),
    "next": ('b = next(b for b in requests.get(u).json() if b["s"])\nuse(b["n"])', {"[].s": 'b["s"]', "[].n": 'b["n"]'}),
    "next default": ('b = next((b for b in requests.get(u).json()), None)\nuse(b["n"])', {"[].n": 'b["n"]'}),
    "enumerate": ('for i, b in enumerate(requests.get(u).json()): use(b["n"])', {"[].n": 'b["n"]'}),
    "zip": ('for i, b in zip(xs, requests.get(u).json()): use(b["n"])', {"[].n": 'b["n"]'}),
    "reversed list": ('for b in reversed(list(requests.get(u).json())): use(b["n"])', {"[].n": 'b["n"]'}),
    "index in range": (
        'd = requests.get(u).json()\nfor i in range(len(d)):\n    use(d[i]["n"])',
        {"[].n": 'd[i]["n"]'},
    ),
    "constant key": ('K = "n"\nuse(requests.get(u).json()[K])', {"n": "requests.get(u).json()[K]"}),
    "in a dict": ('d = requests.get(u).json()\nif "message" in d: pass', {"message": '"message" in d'}),
    "walrus": ('if (d := requests.get(u).json()) and d["a"]: pass', {"a": 'd["a"]'}),
    "unpacking": ("a, b = requests.get(u).json()\nuse(a['n'])", {"[].n": "a['n']"}),
    "tuple": ("r, x = requests.get(u), 1\nuse(r.json()['n'])", {"n": "r.json()['n']"}),
    "f-string": ("d = requests.get(u).json()\nprint(f\"{d['n']:>3}\")", {"n": "d['n']"}),
    "percent": ('print("%s" % requests.get(u).json()["n"])', {"n": 'requests.get(u).json()["n"]'}),
    "or": ('d = requests.get(u).json() or []\nuse(d[0]["n"])', {"[].n": 'd[0]["n"]'}),
    "conditional": ('d = requests.get(u).json() if x else None\nuse(d["n"])', {"n": 'd["n"]'}),
    "extend": ('a = []\na.extend(requests.get(u).json())\nfor b in a: use(b["n"])', {"[].n": 'b["n"]'}),
    "augment": ('a = []\na += requests.get(u).json()\nfor b in a: use(b["n"])', {"[].n": 'b["n"]'}),
    "append": ('a = []\na.append(requests.get(u).json())\nfor b in a: use(b["n"])', {"n": 'b["n"]'}),
    "store": ('a = {}\na[k] = requests.get(u).json()\nuse(a["z"]["n"])', {"n": 'a["z"]["n"]'}),
    "unused": ('url = requests.get(u).json()["n"]', {"n": 'requests.get(u).json()["n"]'}),
    "lower": ('if requests.get(u).json()["n"].lower() == "x": pass', {"n": 'requests.get(u).json()["n"]'}),
    "async": (
        "async def f():\n    async with s.get(u) as r:\n        d = await r.json()\n        use(d['n'])\n",
        {"n": "d['n']"},
    ),
    "nested function": ("def f():\n    d = requests.get(u).json()\n    def g():\n        use(d['n'])\n    g()", {"n": "d['n']"}),
    "two steps": ('w = requests.get(u).json()["workflows"]\nuse(w["id"])', {"workflows.id": 'w["id"]'}),
}


@pytest.mark.parametrize("name", READS)
def test_reads(name: str) -> None:
    code, expected = READS[name]
    seen = see(code)
    assert expected.items() <= seen.reads.items()
    assert seen.escapes == []


def test_key_is_the_text_inside_plain_quotes_only() -> None:
    seen = see('K = "c"\nd = requests.get(u).json()\nuse(d["a"], d[u"b"], d[K], d.get(\'e\'), d["\\x66"])')
    assert seen.keys == {"a": "a", "b": None, "c": None, "e": "e"}
    assert seen.escapes == ["is read with a key that is not constant"]


def test_a_step_on_the_way_is_a_read_of_its_own() -> None:
    seen = see('b = requests.get(u).json()\nw = b["workflows"]\nuse(w["id"], b["x"][0]["y"])\nuse(b["z"], b["z"]["t"])\n')
    assert seen.steps == {"workflows": 'b["workflows"]', "x": 'b["x"]', "z": 'b["z"]'}
    assert seen.reads.keys() == {"workflows.id", "x.[].y", "z", "z.t"}


def test_values_a_field_is_compared_with() -> None:
    seen = see(
        """
        for b in requests.get(u).json():
            s = b["status"]
            if s == "fixed" or s in ("success", "no_tests") or "a" != b["outcome"]:
                pass
        """
    )
    assert seen.values == {"[].status": ("fixed", "success", "no_tests"), "[].outcome": ("a",)}


def test_values_in_a_match() -> None:
    seen = see('match requests.get(u).json()["s"]:\n    case "a" | "b":\n        use("c")\n')
    assert seen.values == {"s": ("a", "b")}


ROOTS = {
    "json": ("d = requests.get(u).json()", "requests.get(u).json()", "python"),
    "loads": ("d = json.loads(requests.get(u).text)", "json.loads(requests.get(u).text)", "python"),
    "await": ("async def f():\n    return len(await (await s.get(u)).json())", "await (await s.get(u)).json()", "python"),
    "await in brackets": ("async def f():\n    use((await r.get(u).json())[0])", "(await r.get(u).json())", "python"),
    "in an f-string": ("print(f\"{requests.get(u).json()[0]['a']}\")", "requests.get(u).json()", "python'"),
    "imported loads": (
        "from json import loads\nd = loads(requests.get(u).text)",
        "loads(requests.get(u).text)",
        "python",
    ),
}


@pytest.mark.parametrize("name", ROOTS)
def test_roots(name: str) -> None:
    code, span, form = ROOTS[name]
    assert see(code).roots == [(span, form)]


def test_each_decoding_is_a_root_of_its_own() -> None:
    seen = see('r = requests.get(u)\nif r.json():\n    use(r.json()["a"])\n')
    assert len(seen.roots) == 2


def test_the_call_is_the_root_where_it_returns_the_body() -> None:
    seen = see('for b in self.get("/x"):\n    use(b["a"])\n', body=True)
    assert seen.roots == [('self.get("/x")', "python")]
    assert seen.reads == {"[].a": 'b["a"]'}


ESCAPES = {
    "returned": ("def f():\n    return requests.get(u).json()", ["is returned by f()"]),
    "response returned": ("def f():\n    return requests.get(u)", ["is returned by f()"]),
    "passed": ("save(requests.get(u).json())", ["is passed to save()"]),
    "method": ("self.db.save(requests.get(u).json())", ["is passed to self.db.save()"]),
    "attribute": ("self.x = requests.get(u).json()", ["is stored in self.x"]),
    "attribute of many": (
        "class A:\n    def f(self):\n        self.x = requests.get(u).json()\n    def g(self):\n        self.x = h()\n",
        ["is stored in self.x"],
    ),
    "container": ("x.y[k] = requests.get(u).json()", ["is stored in x.y"]),
    "yielded": ("def f():\n    yield requests.get(u).json()", ["is yielded by f()"]),
    "text": ("t = requests.get(u).text\nm = re.findall('x', t)", ["is read as text"]),
    "content": ("open(p, 'w').write(requests.get(u).content)", ["is read as text"]),
    "in text": ("if 'x' in requests.get(u).text: pass", ["is read as text"]),
    "key": ("use(requests.get(u).json()[k])", ["is read with a key that is not constant"]),
    "get key": ("d = requests.get(u).json()\nuse(d.get(k))", ["is read with a key that is not constant"]),
    "items": ("for k, v in requests.get(u).json().items(): pass", ["is used with .items()"]),
    "compared": ("assert requests.get(u).json() == expected", ["is compared as a whole"]),
    "dict": ("x = {'a': requests.get(u).json()}", ["is stored in a dict"]),
    "splat": ("f(**requests.get(u).json())", ["is merged into other data"]),
    "dumped": ("f.write(json.dumps(requests.get(u).json()))", ["is read as text"]),
    "unknown attribute": ("x = requests.get(u).payload", ["is read as .payload"]),
    "callback": ("def f(cb):\n    cb(requests.get(u).json())", ["is passed to cb()"]),
    "gathered": ("async def f():\n    await asyncio.gather(s.get(u), s.get(v))", ["is passed to asyncio.gather()"]),
}


@pytest.mark.parametrize("name", ESCAPES)
def test_escapes(name: str) -> None:
    code, expected = ESCAPES[name]
    assert see(code).escapes == expected


STATUS = {
    "==": ("if requests.get(u).status_code == 200: pass", [(200, "200", True)]),
    "reversed": ("if 201 == requests.get(u).status_code: pass", [(201, "201", True)]),
    "!=": ("r = requests.get(u)\nif r.status_code != 201: pass", [(201, "201", False)]),
    "in": ("if requests.get(u).status_code in (200, 201): pass", [(200, "200", True), (201, "201", True)]),
    "not in": ("if requests.get(u).status_code not in [200]: pass", [(200, "200", False)]),
    "codes": ("if requests.get(u).status_code == requests.codes.ok: pass", [(200, "requests.codes.ok", True)]),
    "HTTPStatus": ("if o.get(u).status == HTTPStatus.CREATED: pass", [(201, "HTTPStatus.CREATED", True)]),
    "getcode": ("c = o.get(u).getcode()\nif c == 202: pass", [(202, "202", True)]),
    "assertEqual": ("self.assertEqual(requests.get(u).status_code, 200)", [(200, "200", True)]),
    "match": ("match requests.get(u).status_code:\n    case 200:\n        pass\n", [(200, "200", True)]),
    "range": ("if 200 <= requests.get(u).status_code < 300: pass", []),
    "ok": ("r = requests.get(u)\nr.raise_for_status()\nassert r.ok", []),
}


@pytest.mark.parametrize("name", STATUS)
def test_status(name: str) -> None:
    code, expected = STATUS[name]
    seen = see(code)
    assert seen.status == expected
    assert seen.escapes == [] and seen.reads == {}


SHOWN = {
    "print": "print(requests.get(u).json())",
    "log": "self.logger.info('%s', requests.get(u).json())",
    "text": "print(requests.get(u).text)",
    "pretty": "d = requests.get(u).json()\nprint(json.dumps(d, indent=2))",
    "f-string": "r = requests.get(u)\nlogging.error(f'failed: {r.text}')",
    "raise": "r = requests.get(u)\nraise RuntimeError('no: ' + r.text)",
    "write": "sys.stdout.write(requests.get(u).text)",
}


@pytest.mark.parametrize("name", SHOWN)
def test_shown(name: str) -> None:
    seen = see(SHOWN[name])
    assert len(seen.shown) == 1
    assert seen.escapes == [] and seen.reads == {}


def test_nothing_is_read() -> None:
    assert see("requests.get(u)").answer == Answer()
    assert see("r = requests.get(u)\nif r: len(r.text)\n").answer == Answer()


# --- through functions ---


def test_a_returned_answer_is_followed_to_the_callers() -> None:
    seen = see(
        """
        class Api:
            def fetch(self, path):
                return requests.get(BASE + path).json()

            def first(self):
                return self.fetch("/a")[0]

        def main():
            api = Api()
            print(api.first()["url"])
        """
    )
    assert seen.reads == {"[].url": 'api.first()["url"]'}
    assert seen.escapes == []


def test_an_async_function_that_returns_the_answer() -> None:
    seen = see(
        """
        async def fetch(s):
            async with s.get(u) as r:
                return await r.json()

        async def main(s):
            print((await fetch(s))[0]["url"])
        asyncio.run(main(s))
        """
    )
    assert seen.reads == {"[].url": '(await fetch(s))[0]["url"]'}
    assert seen.escapes == []


def test_an_argument_is_followed_into_the_parameter() -> None:
    seen = see(
        """
        def name(build, sep):
            return build["a"] + sep

        for b in requests.get(u).json():
            use(name(b, "-"))
            use(name(sep="-", build=b))
        """
    )
    assert seen.reads == {"[].a": 'build["a"]'}
    assert seen.escapes == []


def test_a_method_gets_its_argument_behind_self() -> None:
    seen = see(
        """
        class A:
            def show(self, data):
                print(data["a"])
            def run(self):
                self.show(requests.get(u).json())
        """
    )
    assert seen.reads == {"a": 'data["a"]'}


def test_returns_go_back_to_the_call_they_came_from() -> None:
    seen = see(
        """
        def first(data):
            return data[0]

        print(first(requests.get(u).json())["mine"])
        print(first(other())["theirs"])
        """
    )
    assert set(seen.reads) == {"[].mine"}


def test_an_attribute_set_once_is_followed_in_its_class() -> None:
    seen = see(
        """
        class A:
            def __init__(self):
                self.data = requests.get(u).json()
            def f(self):
                return self.data["a"]
        """
    )
    assert seen.reads == {"a": 'self.data["a"]'}
    assert seen.escapes == []


def test_an_attribute_read_from_outside_is_an_escape_too() -> None:
    seen = see(
        """
        class A:
            def __init__(self):
                self.data = requests.get(u).json()
        print(A().data["a"])
        """
    )
    assert "is stored in self.data" in seen.escapes


def test_recursion_ends() -> None:
    seen = see(
        """
        def walk(node, depth):
            for child in node["children"]:
                walk(child, depth + 1)
            return node

        def again(n):
            d = walk(requests.get(u).json(), 0)
            return again(n - 1)
        """
    )
    assert "children" in seen.reads


def test_a_name_that_is_set_in_thousands_of_places_is_not_followed() -> None:
    code = "d = requests.get(u).json()\n" + "".join(f"d = [x for x in d if x['k{i}']]\n" for i in range(3000))
    assert see(code).escapes == ["is stored in d, which is set in too many places"]


def test_many_uses_are_bounded() -> None:
    code = "d = requests.get(u).json()\n" + "".join(f"use(d['k{i}'])\n" for i in range(6000))
    assert see(code).escapes == ["is used in more places than were followed"]


def test_deep_nesting_does_not_recurse() -> None:
    assert see("x = " + "(" * 3000 + "requests.get(u).json()" + ")" * 3000 + "['a']\n").reads.keys() == {"a"}


# --- the order of statements ---


def test_a_name_that_is_used_again_belongs_to_the_last_call() -> None:
    code = 'r = requests.get(u)\nuse(r.json()["a"])\nr = requests.get(v)\nuse(r.json()["b"])\n'
    assert see(code).reads.keys() == {"a"}
    assert see(code, nth=1).reads.keys() == {"b"}


def test_the_other_branch_is_not_reached() -> None:
    code = """
    if x:
        r = requests.get(u)
        use(r.json()["a"])
    else:
        r = requests.get(v)
        use(r.json()["b"])
    """
    assert see(code).reads.keys() == {"a"}
    assert see(code, nth=1).reads.keys() == {"b"}


def test_what_two_calls_come_to_is_not_to_be_edited() -> None:
    code = """
    if x:
        r = requests.get(u)
    else:
        r = requests.get(v)
    for b in r.json():
        use(b["a"])
    if r.status_code == 200: pass
    """
    seen = see(code)
    assert seen.roots == [("r.json()", "shared")]
    assert seen.keys == {"[].a": None}
    assert seen.status == [(200, "", True)]


def test_a_function_that_decodes_for_several_calls_is_not_to_be_edited() -> None:
    seen = see(
        """
        def decode(r):
            return r.json()

        print(decode(requests.get(u))["a"])
        print(decode(requests.get(v))["b"])
        """
    )
    assert seen.roots == [("r.json()", "shared")]
    assert seen.reads.keys() == {"a"}


def test_a_field_that_is_mixed_with_others_later_can_be_edited_where_it_is_read() -> None:
    seen = see('url = requests.get(u).json()["url"]\nif x:\n    url = f()\nuse(url)\n')
    assert seen.keys == {"url": "url"}


def test_an_empty_start_value_does_not_count_as_another_call() -> None:
    seen = see('d = None\nif x:\n    d = requests.get(u).json()\nif d:\n    use(d[0]["a"])\n')
    assert seen.roots == [("requests.get(u).json()", "python")]
    assert seen.keys == {"[].a": "a"}


def test_a_loop_brings_a_value_back_to_its_top() -> None:
    seen = see('d = None\nwhile True:\n    if d:\n        use(d["a"])\n    d = requests.get(u).json()\n')
    assert seen.reads == {"a": 'd["a"]'}


TOLD = {
    "printed": ("r = requests.post(u)\nprint(r.status_code)", ["r.status_code"]),
    "in text": ('r = requests.post(u)\nx = f"got {r.status_code}"', ["r.status_code"]),
    "formatted": ('r = requests.post(u)\nx = "got %s" % r.status_code', ["r.status_code"]),
    "returned": ("def f():\n    return requests.post(u).status_code", ["requests.post(u).status_code"]),
    "logged": ("r = requests.post(u)\nlog.info('got %s', r.status_code)", ["r.status_code"]),
    "passed on": ("r = requests.post(u)\nreport(r.status_code)", ["r.status_code"]),
    "in a dict": ("r = requests.post(u)\nx = {'code': r.status_code}", ["r.status_code"]),
    "kept": ("class A:\n    def f(self):\n        self.code = requests.post(u).status_code", ["self.code"]),
    "compared with a value": ("r = requests.post(u)\nif r.status_code == wanted: pass", ["wanted"]),
    "compared with a code": ("r = requests.post(u)\nif r.status_code == 200: pass", []),
    "compared with a range": ("r = requests.post(u)\nif r.status_code in range(200, 300) or r.status_code // 100 == 2: pass", []),
    "in a failure": (
        "r = requests.post(u)\nif not r.ok:\n    print(r.status_code)\nif r.status_code >= 400:\n    print(r.status_code)\n"
        "if r.status_code != 200:\n    print(r.status_code)\nif r.ok:\n    pass\nelse:\n    print(r.status_code)", [],
    ),
    "in an error": ("try:\n    r = requests.post(u)\nexcept E:\n    print(r.status_code)\nraise E(f'got {r.status_code}')", []),
    "in a success": ("r = requests.post(u)\nif r.ok:\n    print(r.status_code)", ["r.status_code"]),
}  # fmt: skip


@pytest.mark.parametrize("name", TOLD)
def test_where_the_code_of_the_answer_is_told(name: str) -> None:
    code, told = TOLD[name]
    seen = see(code, call="post")
    assert [textwrap.dedent(code)[s.start : s.end] for s in seen.answer.told] == told

"""A Python file is looked at in time that grows as it does, whatever its calls share. No clock is read (`growth`)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from growth import growth

from v2migrate import catalogue
from v2migrate.languages.python import answer_names, curl_calls, order
from v2migrate.look import look
from v2migrate.source import Source

LIMIT = 2.2
"""See `test_growth`."""

API = "https://circleci.com/api/v1.1"
HEAD = f'import os\nimport urllib.request\n\nimport requests\n\nTOKEN = os.environ["CIRCLE_TOKEN"]\nBASE = "{API}"\n\n'
SHAPES = {
    # name: the head, and what stands in the file again and again
    "functions": (HEAD, """
def last_{0}(user, project):
    response = requests.get(BASE + "/project/github/" + user + "/" + project, auth=(TOKEN, ""))
    return [b["build_num"] for b in response.json() if b["status"] == "success"]

def show_{0}(org, repo, number):
    data = requests.get(f"{{BASE}}/project/github/{{org}}/{{repo}}/{{number}}", params={{"circle-token": TOKEN}}).json()
    print(data["status"])
"""),
    "one variable": (HEAD, """
response = requests.get(BASE + "/project/github/acme/web/{0}", params={{"circle-token": TOKEN}})
print(response.json()["status"])
"""),
    "one helper": (f"""{HEAD}
def call(path, **params):
    return requests.get("{API}/" + path, params=params, auth=(TOKEN, "")).json()
""", """
def use_{0}(org, repo):
    data = call("project/github/%s/%s/{0}" % (org, repo))
    return data["status"]
print(call("me")["login"], {0})
"""),
    "calls in calls": (f"""{HEAD}
def get(path):
    return requests.get("{API}/" + path)
""", """
x = get(get(get(get("me"))))
"""),
    "classes": (HEAD, f"""
class Client{{0}}:
    def __init__(self, token):
        self.base = "{API}"
        self.session = requests.Session()
        self.session.headers["Circle-Token"] = token
    def get(self, path):
        return self.session.get(self.base + path)
    def me(self):
        return self.get("/me").json()["login"]
"""),
    "other functions": (HEAD + "requests.get(BASE + '/me')\n", """
def other_{0}(items):
    return [item.get("name") for item in items]
class Other{0}(Exception):
    def __init__(self, value):
        super().__init__(value)
        self.value = value
"""),
    "urllib": (HEAD, """
def recent_{0}(limit=20):
    request = urllib.request.Request(BASE + "/recent-builds?limit=%d" % limit)
    request.add_header("Circle-Token", TOKEN)
    with urllib.request.urlopen(request) as stream:
        return stream.read()
"""),
}  # fmt: skip


def run_of(shape: str) -> Callable[[int], Callable[[], object]]:
    """Makes a look at a file of a shape."""
    head, more = SHAPES[shape]
    rules = catalogue.load()

    def made(count: int) -> Callable[[], object]:
        source = Source("a.py", (head + "".join(more.format(number) for number in range(count))).encode())
        return lambda: look(source, lambda _: None, rules)

    return made


@pytest.mark.parametrize("shape", SHAPES)
def test_the_look_at_a_python_file_grows_with_it(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # What bounds the places that set one variable, low enough to be met here.
    monkeypatch.setattr(order, "_MAX", 4)
    monkeypatch.setattr(answer_names, "_MOST_PAIRS", 40)
    run_of(shape)(7)()  # what the first run alone takes
    assert growth(run_of(shape), 8) <= LIMIT


def test_a_file_is_searched_for_commands_once(monkeypatch: pytest.MonkeyPatch) -> None:
    searched: list[int] = []

    class Pattern:
        def search(self, data: bytes) -> None:
            searched.append(len(data))

    monkeypatch.setattr(curl_calls, "_MENTION", Pattern())
    run_of("functions")(9)()
    assert len(searched) == 1

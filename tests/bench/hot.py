"""Makes files that call the old API among other code, and says on which lines they do. Random by seed: the same files each time.

Knows neither v2migrate nor any peer. A mark at the end of a line of a pattern says that a call is there; it is taken out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_MARK = "@@"
_NOUNS = ("archive", "branch", "bucket", "chart", "cluster", "event", "folder", "ledger", "metric", "mirror", "parcel", "queue",
          "region", "schema", "shard", "stage", "stream", "tenant", "ticket", "worker")  # fmt: skip
_VERBS = ("apply", "check", "clean", "count", "drain", "gather", "merge", "pack", "publish", "rank", "rotate", "split", "trim")


@dataclass(frozen=True, slots=True)
class Hot:
    """A file's name, its text, and the lines (from 1) of the calls in it."""

    name: str
    text: str
    lines: tuple[int, ...]


def files(seed: int, kind: str, count: int, lines: tuple[int, int], calls: tuple[int, int]) -> list[Hot]:
    """`count` files of a kind (a key of KINDS), each of about so many lines with so many calls."""
    pick = random.Random(f"{seed} {kind}")
    return [KINDS[kind](pick, number, pick.randint(*lines), pick.randint(*calls)) for number in range(count)]


def write(folder: Path, made: Sequence[Hot]) -> None:
    """The files below a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in made:
        (folder / file.name).write_text(file.text, "utf-8")


def _file(name: str, text: str) -> Hot:
    lines = text.split("\n")
    calls = tuple(number for number, line in enumerate(lines, 1) if line.endswith(_MARK))
    return Hot(name, "\n".join(line.removesuffix(_MARK) for line in lines), calls)


def _name(pick: random.Random) -> str:
    return f"{pick.choice(_VERBS)}_{pick.choice(_NOUNS)}_{pick.choice(_NOUNS)}_{pick.randint(1, 99)}"


# --- Python ---------------------------------------------------------------------------------------------------------

_PYTHON_HEAD = '''"""Tasks around {0}."""

import json
import os
import urllib.request

import requests

TOKEN = os.environ["CIRCLE_TOKEN"]
HEADERS = {{"Circle-Token": TOKEN, "Accept": "application/json"}}
'''
_PYTHON_CALLS = (
    '''def {0}(organization, repository, number):
    address = f"https://circleci.com/api/v1.1/project/github/{{organization}}/{{repository}}/{{number}}/artifacts"
    answer = requests.get(address, headers=HEADERS, timeout=30)@@
    answer.raise_for_status()
    return [item["url"] for item in answer.json()]
''',
    '''{0}_API = "https://circleci.com/api/v1.1"


def {0}(project, branch):
    body = {{"build_parameters": {{"TARGET": "{1}"}}}}
    answer = requests.post({0}_API + "/project/gh/" + project + "/tree/" + branch, json=body, headers=HEADERS)@@
    print(answer.status_code)
''',
    '''def {0}(user, repository, number):
    template = "https://circleci.com/api/v1.1/project/{{host}}/{{user}}/{{repository}}/{{number}}/cancel?circle-token={{token}}"
    requests.post(template.format(host="github", user=user, repository=repository, number=number, token=TOKEN))@@
''',
    '''def {0}(limit=20):
    request = urllib.request.Request("https://circleci.com/api/v1.1/recent-builds?limit=%d" % limit)@@
    request.add_header("Circle-Token", TOKEN)
    with urllib.request.urlopen(request) as stream:
        return json.load(stream)
''',
    '''class {0}:
    root = "https://circleci.com/api/v1.1"

    def __init__(self):
        self.http = requests.Session()
        self.http.headers["Circle-Token"] = TOKEN

    def names(self, project):
        found = self.http.get("/".join([self.root, "project/github", project, "envvar"]))@@
        return [item["name"] for item in found.json()]

    def who(self):
        return self.http.get(self.root + "/me").json()["login"]@@
''',
    '''def {0}(slug):
    return requests.get("https://circleci.com/api/preview/project/" + slug + "/envvar", headers=HEADERS).json()@@
''',
)
_PYTHON_REST = (
    '''def {0}(items, limit=50, *, strict: bool = False):
    """What of the items counts towards {1}."""
    kept = {{}}
    for position, item in enumerate(items):
        if item is None or position >= limit:
            continue
        label = "%s/%s" % (item.get("group", "{1}"), position)
        kept.setdefault(label, []).append([part for part in item.get("parts", ()) if part > 3])
    if strict and not kept:
        raise ValueError(f"nothing in {{len(items)}} items")
    return dict(sorted(kept.items()))
''',
    '''class {0}(Exception):
    """Raised where {1} is out of range."""

    bounds = (1, 250)

    def __init__(self, value, unit="MB"):
        super().__init__(value, unit)
        self.value = value
        self.unit = unit or os.environ.get("UNIT", "MB")

    @property
    def inside(self):
        low, high = self.bounds
        return low <= self.value < high  # half open

    def __str__(self):
        try:
            return "{{0:.1f}} {{1}}".format(self.value, self.unit)
        except (TypeError, ValueError) as error:
            return repr(error)
''',
    '''def {0}(path: str) -> list[tuple[str, int]]:
    rows = []
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            key, _, value = line.partition("=")
            if not key.startswith("#") and value.strip().isdigit():
                rows.append((key.strip(), int(value)))
    while rows and rows[-1][1] == 0:
        rows.pop()  # {1}
    assert all(number >= 0 for _, number in rows), f"negative in {{path!r}}"
    return sorted(rows, key=lambda row: (-row[1], row[0]))
''',
)


def _plain(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    """Without a call, and without a word of CircleCI."""
    return _file(f"plain_{number:05}.py", "\n\n".join(["import json\nimport os\n", *_rest(pick, lines)]))


def _rest(pick: random.Random, lines: int) -> list[str]:
    """Other code of about so many lines."""
    blocks = []
    while lines > 0:
        blocks.append(_filled(pick, pick.choice(_PYTHON_REST)))
        lines -= blocks[-1].count("\n") + 2
    return blocks


def _python(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    blocks = [_filled(pick, pick.choice(_PYTHON_CALLS)) for _ in range(calls)]
    blocks += _rest(pick, lines - sum(block.count("\n") + 2 for block in blocks) - 12)
    pick.shuffle(blocks)
    head = _PYTHON_HEAD.format(_name(pick))
    return _file(f"task_{number:05}.py", "\n\n".join([head, *blocks]))


def _filled(pick: random.Random, pattern: str) -> str:
    return pattern.format(_name(pick), _name(pick))


# --- shell, and what holds shell ------------------------------------------------------------------------------------

_SHELL_CALLS = (
    r'''curl --fail --silent -X POST -u "${{CIRCLE_TOKEN}}:" -H "Content-Type: application/json" \@@
  -d '{{"build_parameters": {{"CIRCLE_JOB": "{0}"}}}}' \
  "https://circleci.com/api/v1.1/project/github/${{ORGANIZATION}}/${{REPOSITORY}}/tree/${{BRANCH:-main}}"
''',
    '''{0}_url="https://circleci.com/api/v1.1/project/github/acme/web"
curl -s "${{{0}_url}}/$BUILD/artifacts?circle-token=$CIRCLE_TOKEN" | jq -r '.[].url' > "/tmp/{1}.txt"@@
''',
    '''wget -qO- --header="Circle-Token: $CIRCLE_TOKEN" "https://circleci.com/api/v1.1/project/gh/acme/web/$BUILD/tests" > {0}@@
''',
    '''curl -X POST -H "Circle-Token: $CIRCLE_TOKEN" "https://circleci.com/api/v1.1/project/github/acme/web/$BUILD/cancel"@@
''',
    '''{0}=$(curl -sS -H "Circle-Token: $CIRCLE_TOKEN" https://circleci.com/api/v1.1/me | jq -r .login)@@
''',
)
_SHELL_REST = '''{0}() {{
  local folder="$1" seen=0
  if [[ -z "$folder" || ! -d "$folder" ]]; then
    echo "usage: {0} FOLDER" >&2
    return 2
  fi
  for entry in "$folder"/*.log; do
    case "$entry" in
      *{1}*) continue ;;
      *) seen=$((seen + 1)) ;;
    esac
    grep -q "{1}" "$entry" && sed -i -e 's/old/new/g' "$entry"
  done
  while read -r line; do printf '%s\\n' "${{line##*/}}"; done < <(find "$folder" -name '*.txt')
  echo "$seen"
}}
'''


def _commands(pick: random.Random, lines: int, calls: int) -> str:
    blocks = [_filled(pick, pick.choice(_SHELL_CALLS)) for _ in range(calls)]
    while sum(block.count("\n") + 1 for block in blocks) + 3 < lines:
        blocks.append(_filled(pick, _SHELL_REST))
    pick.shuffle(blocks)
    return "\n".join(blocks)


def _shell(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    return _file(f"task_{number:05}.sh", "#!/usr/bin/env bash\nset -euo pipefail\n\n" + _commands(pick, lines, calls))


def _yaml(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    head = f"version: 2.1\njobs:\n  {_name(pick)}:\n    docker:\n      - image: cimg/base:current\n    steps:\n"
    code = "".join(f"            {line}\n" if line else "\n" for line in _commands(pick, lines, calls).splitlines())
    return _file(f"task_{number:05}.yml", f"{head}      - run:\n          name: {_name(pick)}\n          command: |\n{code}")


def _make(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    call = '\t@curl -X POST -u $$CIRCLE_TOKEN: "https://circleci.com/api/v1.1/project/github/acme/web/tree/main"@@\n'
    return _file(f"task_{number:05}.mk", "\n".join(f"{_name(pick)}:\n{call}" for _ in range(calls)))


def _docker(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    call = (
        "RUN curl -sS -H 'Circle-Token: none' https://circleci.com/api/v1.1/project/gh/acme/web/latest/artifacts \\@@\n"
        f" && touch /{_name(pick)}\n"
    )
    return _file(f"Dockerfile.task_{number:05}", "FROM debian:stable\n" + call * calls)


def _markdown(pick: random.Random, number: int, lines: int, calls: int) -> Hot:
    code = _commands(pick, 0, calls)
    python = _filled(pick, _PYTHON_CALLS[-1])
    return _file(f"task_{number:05}.md", f"# {_name(pick)}\n\n```bash\n{code}```\n\nor\n\n```python\n{python}```\n")


KINDS: dict[str, Callable[[random.Random, int, int, int], Hot]] = {
    "plain": _plain, "python": _python, "shell": _shell, "yaml": _yaml, "make": _make, "docker": _docker, "markdown": _markdown,
}  # fmt: skip
"""The kinds of files that can be made."""

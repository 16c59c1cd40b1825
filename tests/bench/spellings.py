"""Thirteen spellings of one call: which of them v2migrate, semgrep and ast-grep find and rewrite. Measured, not quoted.

    python tests/bench/spellings.py [FOLDER OF semgrep AND ast-grep]

Each spelling is a file of its own, so that none helps another. semgrep gets a rule with constant propagation and one with
taint tracking, ast-grep one that asks each string for the old version: the best that each can say about a URL. "found" means
that the line of the *call* is reported; "rewritten" that the file, as fixed, sends GET to /api/v2/me when it is run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

OLD = "https://circleci.com/api/v1.1"
SPELLINGS = {
    "literal": 'requests.get("https://circleci.com/api/v1.1/me", headers=H)  # call',
    "constant +": f'API = "{OLD}"\nrequests.get(API + "/me", headers=H)  # call',
    "f-string": f'API = "{OLD}"\nrequests.get(f"{{API}}/me", headers=H)  # call',
    "percent": f'API = "{OLD}"\nrequests.get("%s/me" % API, headers=H)  # call',
    "format": f'API = "{OLD}"\nrequests.get("{{}}/me".format(API), headers=H)  # call',
    "imported": 'from settings import API\nrequests.get(API + "/me", headers=H)  # call',
    "default argument": f'def me(api="{OLD}"):\n    return requests.get(api + "/me", headers=H)  # call\n\n\nme()',
    "wrapper": (
        'def get(path):\n    return requests.get("https://circleci.com/api/" + "v1.1" + path, headers=H)\n\n\n'
        'get("/me")  # call'
    ),
    "class attribute": (
        f'class Client:\n    api = "{OLD}"\n\n    def me(self):\n'
        '        return requests.get(self.api + "/me", headers=H)  # call\n\n\nClient().me()'
    ),
    "instance, session": (
        f'class Client:\n    def __init__(self):\n        self.api = "{OLD}"\n        self.http = requests.Session()\n\n'
        '    def me(self):\n        return self.http.get(self.api + "/me", headers=H)  # call\n\n\nClient().me()'
    ),
    "join": f'API = "{OLD}"\nrequests.get("/".join([API, "me"]), headers=H)  # call',
    "urljoin": f'from urllib.parse import urljoin\n\nAPI = "{OLD}/"\nrequests.get(urljoin(API, "me"), headers=H)  # call',
    "environment": f'API = os.environ.get("CIRCLE_API", "{OLD}")\nrequests.get(API + "/me", headers=H)  # call',
}
HEAD = 'import os\n\nimport requests\n\nH = {"Circle-Token": os.environ["CIRCLE_TOKEN"]}\n'
SETTINGS = f'API = "{OLD}"\n'
SEMGREP = r"""
rules:
  - id: propagated
    languages: [python]
    message: v1.1
    severity: ERROR
    patterns:
      - pattern: $CLIENT.get($URL, ...)
      - metavariable-pattern: {metavariable: $URL, language: python, patterns: [{pattern: '"=~/api\/v1\.1/"'}]}
  - id: tainted
    languages: [python]
    message: v1.1
    severity: ERROR
    mode: taint
    pattern-sources: [{pattern: '"=~/api\/v1\.1/"'}]
    pattern-sinks: [{patterns: [{pattern: '$CLIENT.get($URL, ...)'}, {focus-metavariable: $URL}]}]
"""
AST_GREP = r"""
id: old
language: python
rule: {pattern: '$CLIENT.get($URL, $$$REST)', has: {stopBy: end, kind: string, regex: 'api/v1\.1'}}
fix: ""
"""


def write(folder: Path) -> dict[str, Path]:
    """The files of all spellings by name."""
    out = {}
    for number, (name, code) in enumerate(SPELLINGS.items()):
        inner = folder / f"s{number:02}"
        inner.mkdir()
        (inner / "settings.py").write_text(SETTINGS, "utf-8")
        out[name] = inner / "use.py"
        out[name].write_text(f"{HEAD}{code}\n", "utf-8")
    return out


def call_line(code: str) -> int:
    """The line marked as the call, from 1."""
    return next(i for i, line in enumerate(code.splitlines(), 1) if line.endswith("# call"))


def rewritten(file: Path) -> bool:
    """Does the program, run with a stand-in for requests, send exactly GET …/api/v2/me?"""
    stand_in = (
        "class Session:\n    def get(self, url, **more):\n        print('GET', url)\n\n\nget = Session().get\n"
    )
    (file.parent / "requests.py").write_text(stand_in, "utf-8")
    done = subprocess.run(
        [sys.executable, file.name], cwd=file.parent, capture_output=True, text=True, timeout=60, check=False,
        env={**os.environ, "CIRCLE_TOKEN": "t"},
    )  # fmt: skip
    (file.parent / "requests.py").unlink()
    return done.stdout.strip() == "GET https://circleci.com/api/v2/me"


def by_v2migrate(files: dict[str, Path]) -> dict[str, tuple[bool, bool]]:
    """Found and rewritten by this project, `--unsafe-fixes` included."""
    from v2migrate import engine
    from v2migrate.files import Files
    from v2migrate.options import Options

    out = {}
    for name, file in files.items():
        run = engine.check([str(file.parent)], Options(unsafe=True))
        source = Files().source(str(file))
        assert source is not None
        places = [s for f in run.findings for s in (f.span, f.call or f.span)]
        lines = {source.position(s.start)[0] for s in places if s.path == str(file)}
        before = {p: p.read_bytes() for p in file.parent.iterdir()}
        engine.fix([str(file.parent)], Options(unsafe=True), write=True)
        out[name] = (call_line(file.read_text("utf-8")) in lines, rewritten(file))
        for path, data in before.items():
            path.write_bytes(data)
    return out


def by_semgrep(program: str, files: dict[str, Path], folder: Path) -> dict[str, tuple[bool, bool]]:
    """Found by semgrep's constant propagation or taint tracking; rewritten as by ast-grep."""
    rules = folder / "semgrep.yml"
    rules.write_text(SEMGREP, "utf-8")
    done = subprocess.run(
        [program, "scan", "--config", str(rules), "--json", "--metrics=off", "--quiet", "--disable-version-check",
         "--no-git-ignore", "."],
        cwd=folder, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    found: dict[str, set[int]] = {}
    for result in json.loads(done.stdout)["results"]:
        found.setdefault(str((folder / result["path"]).resolve()), set()).add(result["start"]["line"])
    return _by_replacement(files, found)


def by_ast_grep(program: str, files: dict[str, Path], folder: Path) -> dict[str, tuple[bool, bool]]:
    """Found by ast-grep where the call holds the text; rewritten by replacing the version in the string, where that suffices."""
    rule = folder / "ast-grep.yml"
    rule.write_text(AST_GREP, "utf-8")
    done = subprocess.run(
        [program, "scan", "--rule", str(rule), "--json=compact", "."], cwd=folder, capture_output=True, text=True, timeout=600,
        check=False,
    )  # fmt: skip
    found: dict[str, set[int]] = {}
    for match in json.loads(done.stdout or "[]"):
        found.setdefault(str((folder / match["file"]).resolve()), set()).add(match["range"]["start"]["line"] + 1)
    return _by_replacement(files, found)


def _by_replacement(files: dict[str, Path], found: dict[str, set[int]]) -> dict[str, tuple[bool, bool]]:
    """Each reported call with the version replaced in the text of its line."""
    out = {}
    for name, file in files.items():
        code = file.read_text("utf-8")
        hit = call_line(code) in found.get(str(file.resolve()), set())
        if hit:
            line = code.splitlines()[call_line(code) - 1]
            file.write_text(code.replace(line, line.replace("api/v1.1", "api/v2")), "utf-8")
        out[name] = (hit, hit and rewritten(file))
        file.write_text(code, "utf-8")
    return out


def main(tools: str = "") -> None:
    """Prints the table."""
    path = os.pathsep.join([tools, os.environ.get("PATH", "")]) if tools else None
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        files = write(folder)
        columns = {"v2migrate": by_v2migrate(files)}
        for name, measure in (("semgrep", by_semgrep), ("ast-grep", by_ast_grep)):
            program = shutil.which(name, path=path)
            if program is None:
                print(f"{name} is not installed: not measured")
            else:
                columns[name] = measure(program, files, folder)
    words = {(True, True): "rewritten", (True, False): "found", (False, False): "-", (False, True): "rewritten, not reported"}
    print("| spelling | " + " | ".join(columns) + " |")
    print("|--|" + "--|" * len(columns))
    for name in SPELLINGS:
        print(f"| {name} | " + " | ".join(words[column[name]] for column in columns.values()) + " |")
    totals = [f"{sum(f for f, _ in c.values())} found, {sum(r for _, r in c.values())} rewritten" for c in columns.values()]
    print(f"| of {len(SPELLINGS)} | " + " | ".join(totals) + " |")


if __name__ == "__main__":
    main(*sys.argv[1:2])

"""Shell programs as people write them, grown at random around calls of the old API. Knows bash, curl and wget."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random

from .reads_python import pieces
from .reads_shell import reads
from .sites import HOST, Site

_HEADS: Sequence[list[str]] = (
    [], ["#!/bin/bash"], ["#!/usr/bin/env bash", "set -e"], ["#!/bin/bash", "set -euo pipefail"], ["set -o pipefail"],
)  # fmt: skip
_HEADERS = (
    '-H "Circle-Token: $CIRCLE_TOKEN"', '--header "Circle-Token: ${CIRCLE_TOKEN}"', '-H "Circle-Token:$CIRCLE_TOKEN"',
    '-H"Circle-Token: $CIRCLE_TOKEN"',
)  # fmt: skip
_USERS = (
    '-u "$CIRCLE_TOKEN:"', "-u ${CIRCLE_TOKEN}:", '--user "${CIRCLE_TOKEN}:"', '-u"$CIRCLE_TOKEN:"',
    '--basic -u "$CIRCLE_TOKEN:"',
)  # fmt: skip
_SET = ("{n}={v}", "{n}='{v}'", '{n}="{v}"', "export {n}={v}", "{n}=${{{n}:-{v}}}", "readonly {n}={v}", ': "${{{n}:={v}}}"')
_TYPED = (
    "-H 'Content-Type: application/json' ", '--header "Content-Type: application/json" ', "-H Content-Type:application/json ",
)  # fmt: skip


class Shell:
    """One program, whose `text` is made at the start."""

    def __init__(self, random: Random, sites: Sequence[Site]) -> None:
        self.random = random
        self.lines: list[str] = [*random.choice(_HEADS)]
        self.auth = random.choice(("header", "header", "user", "url", "url", "get", "variable"))
        self.client = "wget" if random.random() < 0.12 else "curl"
        self.known: dict[str, str] = {}
        if random.random() < 0.25:
            self._function(sites)
        else:
            for site in sites:
                self._use(self._command(site), site)
        self.text = "\n".join(self.lines) + "\n"

    def _use(self, command: str, site: Site) -> None:
        random, chance = self.random, self.random.random()
        if command.startswith("curl") and (site.sample is None or chance < (0.15 if site.method == "GET" else 0.45)):
            self.lines.append(random.choice(pieces("shell")["codes"]).format(c=command))
        elif site.sample is None or (site.method != "GET" and chance < 0.65):
            self.lines.append(random.choice(("{}", "{} > /dev/null", "{} || exit 1", "{} && echo sent")).format(command))
        else:
            self.lines.append(reads(random, command, site.sample, site.kept))

    # --- one call -----------------------------------------------------------------------------------------------------

    def _name(self, name: str, value: str) -> str:
        """A variable with this value, or the value itself."""
        random = self.random
        if self.known.get(name, value) != value or random.random() < 0.45:
            return value
        if name not in self.known:
            self.known[name] = value
            self.lines.append(random.choice(_SET).format(n=name, v=value))
        return random.choice((f"${{{name}}}", f"${{{name}}}", f"${name}"))

    def _path(self, site: Site) -> str:
        names = {"build": "NUMBER"}
        return "/".join(
            self._name(names.get(part.name, part.name.upper()), part.wire) if part.name else part.value for part in site.parts
        )

    def _url(self, site: Site, query: Sequence[str]) -> str:
        random, start = self.random, f"{HOST}/api/{site.version}"
        if random.random() < 0.5:
            start = self._name(random.choice(("API", "BASE_URL", "CIRCLE_API")), start)
        elif random.random() < 0.2:
            start = f"{self._name('HOST', HOST)}/api/{site.version}"
        given = [*query, *([f"circle-token={random.choice(('$CIRCLE_TOKEN', '${CIRCLE_TOKEN}'))}"] if self.auth == "url" else [])]
        url = f"{start}/{self._path(site)}" + ("?" + "&".join(given) if given else "")
        if "$" not in url and random.random() < 0.4:
            return f"'{url}'" if "?" in url or random.random() < 0.5 else url
        return f'"{url}"'

    def _command(self, site: Site) -> str:
        random = self.random
        if self.client == "wget" and site.body is None:
            return self._wget(site)
        query = [f"{name}={value}" for name, value in site.query.items()]
        words: list[str] = []
        if self.auth == "header" or (self.auth == "get" and site.method != "GET"):
            words.append(random.choice(_HEADERS))
        elif self.auth == "user":
            words.append(random.choice(_USERS))
        elif self.auth == "variable":
            if self.known.setdefault("AUTH", "") != "made":
                self.known["AUTH"] = "made"
                self.lines.append('AUTH="Circle-Token: $CIRCLE_TOKEN"')
            words.append('-H "$AUTH"')
        elif self.auth == "get":
            token = random.choice(('-d "circle-token=$CIRCLE_TOKEN"', '--data-urlencode "circle-token=$CIRCLE_TOKEN"'))
            words += [random.choice(("-G", "--get")), *(f'-d "{each}"' for each in query), token]
            query = []
        if random.random() < 0.25:
            words.append(random.choice(("-H 'Accept: application/json'", '-H "Accept: application/json"')))
        words += [self._sent(site)] if site.body is not None else []
        if site.method != "GET" and not (site.method == "POST" and site.body and random.random() < 0.5):
            words.append(random.choice(("-X {}", "-X{}", "--request {}")).format(site.method))
        elif site.method == "GET" and random.random() < 0.1:
            words.append("-X GET")
        words.append(self._url(site, query))
        random.shuffle(words)
        glue = " \\\n  " if random.random() < 0.1 else " "
        return glue.join(["curl", random.choice(pieces("shell")["flags"]), *words])

    def _sent(self, site: Site) -> str:
        random = self.random
        assert site.body is not None
        text = json.dumps(site.body, separators=random.choice(((",", ":"), (", ", ": "))))
        flat = all(isinstance(value, str) for value in site.body.values())
        kind = random.choice(("raw", "raw", "double", "file", "form", "jq"))
        header, flag = random.choice(_TYPED), random.choice(("-d", "--data", "--data-raw", "--data-binary"))
        if kind == "form" and site.body and "'" not in text:
            fields = {f"build_parameters[{k}]": v for k, v in site.body.get("build_parameters", {}).items()}
            fields |= {k: v for k, v in site.body.items() if not isinstance(v, dict)}
            return " ".join(f"-d '{name}={value}'" for name, value in fields.items())
        if kind == "double" and "'" not in text:
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            for name, value in site.body.items():
                if isinstance(value, str) and f'\\"{value}\\"' in escaped:
                    escaped = escaped.replace(f'\\"{value}\\"', f'\\"{self._name(name.upper(), value)}\\"')
            return f'{header}{flag} "{escaped}"'
        if kind == "file" and "'" not in text:
            spell = random.choice(("echo '{}' > body.json", "cat > body.json <<'EOF'\n{}\nEOF", "cat <<EOF > body.json\n{}\nEOF"))
            self.lines.append(spell.format(text))
            return f"{header}{flag.replace('--data-raw', '--data')} @body.json"
        if kind == "jq" and site.body and flat:
            given = " ".join(f"--arg {name} {quoted(value)}" for name, value in site.body.items())
            return f"{header}{flag} \"$(jq -n {given} '{{{', '.join(f'{name}: ${name}' for name in site.body)}}}')\""
        return f"{header if random.random() < 0.9 else ''}{flag} {quoted(text)}"

    def _wget(self, site: Site) -> str:
        words = [self.random.choice(("-qO-", "-q -O -", "--quiet -O -"))]
        words += ['--header "Circle-Token: $CIRCLE_TOKEN"'] if self.auth != "url" else []
        words += [] if site.method == "GET" else ["--post-data ''"] if site.method == "POST" else [f"--method={site.method}"]
        return " ".join(["wget", *words, self._url(site, [f"{name}={value}" for name, value in site.query.items()])])

    def _function(self, sites: Sequence[Site]) -> None:
        """All calls through a function that takes the path, and maybe the method."""
        random = self.random
        method = random.random() < 0.5 or any(site.method != "GET" for site in sites)
        auth = random.choice((*_HEADERS[:2], *_USERS[:3]))
        more = any(site.body is not None for site in sites) or random.random() < 0.5
        if random.random() < 0.4:
            verb, path, rest = ('-X "$1" ', "$2", '"${@:3}" ') if method else ("", "$1", '"${@:2}" ')
            lines = []
        else:
            verb, path, rest = "-X $method " if method else "", "$path", '"$@" '
            lines = ["local method=$1 path=$2", "shift 2"] if method else ['local path="$1"', "shift"]
        call = f'curl -s {verb}{auth} {rest if more else ""}"{HOST}/api/{sites[0].version}/{path}"'
        kind = "{c}" if random.random() < 0.5 else random.choice(pieces("shell")["functions"])
        lines += kind.format(c=call).split("\n")
        self.lines.append("\n".join(["ask() {", *(f"  {line}" for line in lines), "}"]))
        for site in sites:
            query = "?" + "&".join(f"{name}={value}" for name, value in site.query.items()) if site.query else ""
            path = self._path(site)
            given = f' -H "Content-Type: application/json" -d {quoted(json.dumps(site.body))}' if site.body is not None else ""
            self._use(f'ask {site.method + " " if method else ""}"{path}{query}"{given}', site)


def quoted(text: str) -> str:
    """A word in single quotes."""
    return "'" + text.replace("'", "'\\''") + "'"

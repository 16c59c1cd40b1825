"""Python programs as people write them, grown at random around calls of the old API. Knows syntax and client libraries."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random

from .reads_python import pieces, reads
from .sites import HOST, Site
from .spell_python import dictionary, spelled

_TOKENS = ('os.environ["CIRCLE_TOKEN"]', 'os.getenv("CIRCLE_TOKEN")', 'os.environ.get("CIRCLE_TOKEN", "")')
_JOINED = (
    'f"{BASE}/{path}"', 'BASE + "/" + path', '"%s/%s" % (BASE, path)', '"{}/{}".format(BASE, path)', "urljoin(BASE + '/', path)",
    "os.path.join(BASE, path)", '"/".join((BASE, path))',
)  # fmt: skip
_SIGNED = (
    'self.session.headers["Circle-Token"] = token', "self.session.auth = (token, '')",
    'self.session.headers.update({"Circle-Token": token})', 'self.session.params = {"circle-token": token}',
)  # fmt: skip


class Python:
    """One program, whose `text` is made at the start."""

    def __init__(self, random: Random, sites: Sequence[Site]) -> None:
        self.random = random
        self.imports = {"json", "os", "sys"}
        self.constants: list[str] = []
        self.body: list[str] = []
        self.client = random.choice(("requests", "requests", "requests", "session", "session", "httpx", "urllib", "curl"))
        self.auth = random.choice(("header", "header", "header", "basic", "params", "url", "constant"))
        self.named: dict[str, str] = {}
        self.base = ""
        random.choice((self._plain, self._plain, self._functions, self._wrapper, self._class))(sites)
        if random.random() < 0.2 and not any(line.startswith(("def ", "class ")) for line in self.body):
            main = [f"def main():\n{_indent(line)}" if n == 0 else _indent(line) for n, line in enumerate(self.body)]
            self.body = [*main, "", "", 'if __name__ == "__main__":', "    main()"]
        names = sorted(name for name in self.imports if " " not in name)
        head = [*(f"import {name}" for name in names), *sorted(self.imports - set(names))]
        self.text = "\n".join([*head, "", f"TOKEN = {random.choice(_TOKENS)}", *self.constants, "", *self.body, ""])

    # --- the parts of a call ------------------------------------------------------------------------------------------

    def _url(self, site: Site, base: str | None = None, suffix: Sequence[tuple[str, str]] = ()) -> str:
        """An expression for the URL; `base` one for what stands before the path (none: it is spelled here)."""
        start = f"{HOST}/api/{site.version}"
        parts: list[tuple[str, str]] = []  # text, or an expression
        if base is None:
            if self.random.random() < 0.4 or self.base not in ("", site.version):
                parts.append((start, ""))
            else:
                if not self.base:
                    apart = f'HOST = "{HOST}"\nBASE = HOST + "/api/{site.version}"'
                    self.constants.append(apart if self.random.random() < 0.3 else f'BASE = "{start}"')
                    self.base = site.version
                parts.append(("", "BASE"))
        for part in site.parts:
            separate = [("/", "")] if parts else []
            parts += [*separate, self._piece(part.value, part.wire, part.name)]
        return spelled(self.random, [*parts, *suffix])

    def _piece(self, plain: str, wire: str, name: str) -> tuple[str, str]:
        if not name or self.random.random() < 0.4:
            return wire, ""
        name = name if name != "build" else self.random.choice(("number", "build_num", "n"))
        value = plain if not plain.isdigit() or self.random.random() < 0.4 else int(plain)
        if self.named.setdefault(name, repr(value)) != repr(value):
            return wire, ""
        if name == "branch" and (wire != plain or self.random.random() < 0.5):
            self.imports.add("from urllib.parse import quote")
            return "", f"quote({name}, safe='')" if wire != plain else f"quote({name})"
        return "", name

    def _given(self, site: Site, auth: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
        """What the URL ends with, and the call's keyword arguments."""
        random = self.random
        given: dict[str, str] = {}
        query, tail = dict(site.query), ""
        if query and random.random() < 0.5:
            query, tail = {}, "&".join(f"{name}={value}" for name, value in query.items())
        params = {json.dumps(k): v if v.isdigit() and random.random() < 0.5 else repr(v) for k, v in query.items()}
        headers: dict[str, str] = {}
        if auth == "params":
            params['"circle-token"'] = "TOKEN"
        elif auth == "header":
            headers['"Circle-Token"'] = "TOKEN"
        elif auth == "basic":
            given["auth"] = '(TOKEN, "")'
        if random.random() < 0.25:
            headers['"Accept"'] = '"application/json"'
        if site.body is not None:
            self._sent(site.body, given, headers)
        if params:
            given["params"] = dictionary(params)
        if headers:
            given["headers"] = dictionary(headers)
        if auth == "constant":
            if not any("HEADERS" in line for line in self.constants):
                self.constants.append('HEADERS = {"Circle-Token": TOKEN, "Accept": "application/json"}')
            given["headers"] = "HEADERS" if not headers else f"{{**HEADERS, {given['headers'][1:-1]}}}"
        suffix = [(f"?{tail}", "")] if tail else []
        if auth == "url":
            suffix += [("&circle-token=" if tail else "?circle-token=", ""), ("", "TOKEN")]
            if "params" in given and self.client == "httpx":  # which would take the URL's query away
                suffix, given["params"] = [], given["params"][:-1] + ', "circle-token": TOKEN}'
        return suffix, given

    def _sent(self, body: Mapping[str, object], given: dict[str, str], headers: dict[str, str]) -> None:
        kind = self.random.choice(("json", "json", "dumps", "form"))
        if kind == "form" and not any(isinstance(value, dict) for value in body.values()) and self.client != "urllib":
            given["data"] = repr(dict(body))
        elif kind == "dumps" or self.client == "urllib":
            given["data"] = f"json.dumps({dict(body)!r})"
            headers['"Content-Type"'] = '"application/json"'
        else:
            given["json"] = repr(dict(body))

    def _call(self, site: Site) -> str:
        """An expression for the answer: a response of the library, or of `urlopen`."""
        random = self.random
        suffix, given = self._given(site, self.auth)
        sender = {"httpx": "httpx", "session": "session"}.get(self.client, "requests")
        self.imports.add("httpx" if sender == "httpx" else "requests")
        if sender == "session" and not any(line.startswith("session") for line in self.constants):
            self.constants.append("session = requests.Session()")
            if "headers" in given and random.random() < 0.5:
                self.constants.append(f"session.headers.update({given.pop('headers')})")
            elif "auth" in given and random.random() < 0.5:
                self.constants.append(f"session.auth = {given.pop('auth')}")
        if sender == "httpx" and "json.dumps" in given.get("data", ""):
            given["content"] = given.pop("data")
        if random.random() < 0.15:
            given["timeout"] = "10"
        words = [f"{name}={value}" for name, value in given.items()]
        random.shuffle(words)
        url = self._url(site, suffix=suffix)
        if random.random() < 0.15:
            return f"{sender}.request({', '.join([repr(site.method), url, *words])})"
        return f"{sender}.{site.method.lower()}({', '.join([url, *words])})"

    def _urllib(self, site: Site) -> str:
        self.imports |= {"urllib.request"}
        suffix, given = self._given(site, self.auth if self.auth != "basic" else "header")
        if "params" in given:
            self.imports.add("from urllib.parse import urlencode")
            suffix += [("&" if suffix else "?", ""), ("", f"urlencode({given['params']})")]
        words = [f"headers={given['headers']}"] if "headers" in given else []
        words += [f"data={given['data']}.encode()"] if "data" in given else []
        if site.method not in ("GET", "POST") or (site.method == "POST" and ("data" not in given or self.random.random() < 0.5)):
            words.append(f'method="{site.method}"')
        opened = f"urllib.request.urlopen(urllib.request.Request({', '.join([self._url(site, suffix=suffix), *words])}))"
        return self.random.choice(("json.loads({}.read())", "json.load({})")).format(opened)

    def _curl(self, site: Site) -> str:
        self.imports.add("subprocess")
        suffix, given = self._given(site, self.random.choice(("url", "header")))
        words = ['"curl"', '"-s"', *([f'"-X", "{site.method}"'] if site.method != "GET" else [])]
        words += ['"-H", f"Circle-Token: {TOKEN}"'] if "TOKEN" in given.get("headers", "") else []
        if site.body is not None:
            words += ['"-H", "Content-Type: application/json"', f'"-d", {json.dumps(site.body)!r}']
        if "params" in given:
            suffix += [("&" if suffix else "?", ""), ("&".join(f"{k}={v}" for k, v in site.query.items()), "")]
        words.append(self._url(site, suffix=suffix))
        run = self.random.choice(("subprocess.check_output([{}])", "subprocess.run([{}], capture_output=True, text=True).stdout"))
        return f"json.loads({run.format(', '.join(words))})"

    # --- whole programs -----------------------------------------------------------------------------------------------

    def _plain(self, sites: Sequence[Site]) -> None:
        for number, site in enumerate(sites):
            steps = self._steps(site, f"data{number or ''}", f"response{number or ''}")
            self.body += [*self._names(), *steps]

    def _names(self) -> list[str]:
        done = {line.split(" = ")[0] for line in self.body}
        return [f"{name} = {value}" for name, value in self.named.items() if name not in done]

    def _steps(self, site: Site, data: str, response: str) -> list[str]:
        """Sends, checks, reads."""
        random = self.random
        if self.client in ("urllib", "curl"):
            asked = self._urllib(site) if self.client == "urllib" else self._curl(site)
            return [asked] if site.sample is None else [f"{data} = {asked}", *self._reads(data, site)]
        call, chance = self._call(site), random.random()
        if site.sample is None or (site.method != "GET" and chance < 0.35):
            return random.choice(([call], [f"{response} = {call}", self._check(response)]))
        if chance < 0.2:
            return self._reads(f"{call}.json()", site) if chance < 0.08 else [f"{data} = {call}.json()", *self._reads(data, site)]
        decoded = random.choice((f"{response}.json()", f"{response}.json()", f"json.loads({response}.text)"))
        check = [self._check(response)] if random.random() < 0.5 else []
        if random.random() < 0.3:
            return [f"{response} = {call}", *check, *self._reads(decoded, site)]
        return [f"{response} = {call}", *check, f"{data} = {decoded}", *self._reads(data, site)]

    def _reads(self, expression: str, site: Site) -> list[str]:
        return reads(self.random, expression, site.sample, site.kept)

    def _check(self, response: str) -> str:
        check = self.random.choice(pieces("python")["checks"]).format(r=response)
        if self.client == "httpx":
            check = check.replace(".ok", ".is_success").replace("requests.codes.is_success", "httpx.codes.OK")
        return check

    def _functions(self, sites: Sequence[Site]) -> None:
        """Each call in a function that returns the answer."""
        random = self.random
        self.client = self.client if self.client != "curl" else "requests"
        for number, site in enumerate(sites):
            self.named = {}
            if self.client == "urllib":
                lines = [f"return {self._urllib(site)}"]
            elif site.sample is None or self.client == "httpx":
                lines = [f"return {self._call(site)}{'' if site.sample is None else '.json()'}"]
            else:
                lines = [random.choice(pieces("python")["helpers-json"]).format(s=self._call(site))]
            default = random.random() < 0.3
            heads = [f"{name}={value}" if default else name for name, value in self.named.items()]
            self.body += [f"def ask{number}({', '.join(heads)}):", *map(_indent, lines), "", ""]
            asked = f"ask{number}({'' if default and random.random() < 0.5 else ', '.join(self.named.values())})"
            if site.sample is None:
                self.body.append(asked)
            elif random.random() < 0.3:
                self.body += self._reads(asked, site)
            else:
                self.body += [f"data{number} = {asked}", *self._reads(f"data{number}", site)]
        self.named = {}

    def _wrapper(self, sites: Sequence[Site]) -> None:
        """One function that all calls go through, with the path, and maybe the method, as arguments."""
        random = self.random
        self.imports.add("requests")
        self.constants.append(f'BASE = "{HOST}/api/{sites[0].version}"')
        signed = {"basic": 'auth=(TOKEN, "")', "params": 'params={"circle-token": TOKEN}'}
        sent = signed.get(self.auth, 'headers={"Circle-Token": TOKEN, "Accept": "application/json"}')
        more, passed = random.choice((("", ""), (", **kwargs", ", **kwargs"), (", body=None", ", json=body")))
        if any(site.body is not None for site in sites) and not more:
            more, passed = ", **kwargs", ", **kwargs"
        url = random.choice(_JOINED)
        if "urljoin" in url:
            self.imports.add("from urllib.parse import urljoin")
        method, sender = self._sender(sites, "requests", url)
        kind = random.choice(("json", "json", "json", "response", "text"))
        inside = random.choice(pieces("python")[f"helpers-{kind}"]).format(s=f"{sender}, {sent}{passed})")
        self.body += [f"def call({'method, ' if method else ''}path{more}):", _indent(inside), "", ""]
        for number, site in enumerate(sites):
            self._through("call", site, number, method, "body" if "body=" in more else "json", kind)

    def _sender(self, sites: Sequence[Site], client: str, url: str) -> tuple[bool, str]:
        """Whether the helper takes the method, and how it begins to send."""
        first = sites[0].method
        if self.random.random() < 0.5 or any(site.method != first for site in sites):
            return True, f"{client}.request(method, {url}"
        return False, f"{client}.{first.lower()}({url}"

    def _through(self, function: str, site: Site, number: int, method: bool, body: str, kind: str) -> None:
        query = "?" + "&".join(f"{k}={v}" for k, v in site.query.items()) if site.query else ""
        given = [*([repr(site.method)] if method else []), self._url(site, base="", suffix=[(query, "")] if query else [])]
        given += [f"{body}={dict(site.body)!r}"] if site.body is not None else []
        asked = f"{function}({', '.join(given)})"
        self.body += self._names()
        if site.sample is None or (site.method != "GET" and self.random.random() < 0.3):
            self.body.append(asked)
            return
        answer = {"json": asked, "response": f"{asked}.json()", "text": f"json.loads({asked})"}[kind]
        self.body += [f"data{number} = {answer}", *self._reads(f"data{number}", site)]

    def _class(self, sites: Sequence[Site]) -> None:
        """A client class with a base URL and a method that sends."""
        random = self.random
        self.imports.add("requests")
        base, keep = f'"{HOST}/api/{sites[0].version}"', random.random() < 0.5
        head = "" if keep else random.choice((f", base={base}", ""))
        setup = ["self.session = requests.Session()", random.choice(_SIGNED)]
        setup += [] if keep else ["self.base = base" if head else f"self.base = {base}"]
        url = random.choice(_JOINED).replace("BASE", "self.base")
        if "urljoin" in url:
            self.imports.add("from urllib.parse import urljoin")
        method, sender = self._sender(sites, "self.session", url)
        kind = random.choice(("json", "json", "response"))
        inside = random.choice(pieces("python")[f"helpers-{kind}"]).format(s=f"{sender}, **kwargs)")
        lines = [*([f"base = {base}", ""] if keep else []), f"def __init__(self, token{head}):", *map(_indent, setup), "",
                 f"def call(self, {'method, ' if method else ''}path, **kwargs):", _indent(inside)]  # fmt: skip
        self.body += ["class Client:", *map(_indent, lines), "", "", "client = Client(TOKEN)"]
        for number, site in enumerate(sites):
            self._through("client.call", site, number, method, "json", kind)


def _indent(text: str) -> str:
    return "\n".join("    " + line if line else line for line in text.split("\n"))

"""The command lines of curl, wget, HTTPie and `circleci api` as data: which options there are and what they mean.

Knows no endpoint and no shell syntax: it sees words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from v2migrate.languages.shell.argv import Word, lone_hole
from v2migrate.languages.shell.values import Values
from v2migrate.records import dataclass, field
from v2migrate.regex import regex
from v2migrate.template import Template


@dataclass(frozen=True, slots=True)
class Table:
    """A client's options. `short` are the letters that take a value, `long` the names that do; `means` maps to our words."""

    short: str
    long: frozenset[str]
    means: dict[str, str]
    joined: bool = False
    """`--name=value` is understood."""


# curl(1): options that take an argument.
_CURL_LONG = [
    "abstract-unix-socket", "alt-svc", "aws-sigv4", "cacert", "capath", "cert", "cert-type", "ciphers",
    "config", "connect-timeout", "connect-to", "continue-at", "cookie", "cookie-jar", "create-file-mode",
    "crlfile", "curves", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "delegation",
    "dns-servers", "dump-header", "egd-file", "engine", "etag-compare", "etag-save", "expect100-timeout",
    "form", "form-string", "ftp-account", "ftp-method", "ftp-port", "happy-eyeballs-timeout-ms",
    "haproxy-clientip", "header", "hostpubmd5", "hsts", "interface", "ipfs-gateway", "json", "keepalive-time",
    "key", "key-type", "krb", "libcurl", "limit-rate", "local-port", "login-options", "mail-auth", "mail-from",
    "mail-rcpt", "max-filesize", "max-redirs", "max-time", "netrc-file", "noproxy", "oauth2-bearer", "output",
    "output-dir", "parallel-max", "pass", "pinnedpubkey", "preproxy", "proto", "proto-default", "proto-redir",
    "proxy", "proxy-header", "proxy-user", "proxy1.0", "pubkey", "quote", "random-file", "range", "rate",
    "referer", "request", "request-target", "resolve", "retry", "retry-delay", "retry-max-time",
    "sasl-authzid", "service-name", "socks4", "socks4a", "socks5", "socks5-hostname", "speed-limit",
    "speed-time", "stderr", "telnet-option", "tftp-blksize", "time-cond", "tls-max", "tls13-ciphers",
    "tlsuser", "tlspassword", "trace", "trace-ascii", "unix-socket", "upload-file", "url", "url-query", "user",
    "user-agent", "write-out", "variable", "expand-data", "expand-url", "expand-header",
]
CURL = Table("AbCcDdEeFHKmoPQrTtUuwXxYyz", frozenset(_CURL_LONG), {
    "X": "method", "request": "method", "d": "data", "data": "data", "data-ascii": "data", "data-binary": "data",
    "data-raw": "raw", "data-urlencode": "urlencode", "json": "json", "F": "form", "form": "form", "form-string": "form",
    "H": "header", "header": "header", "u": "user", "user": "user", "G": "get", "get": "get", "I": "head", "head": "head",
    "T": "upload", "upload-file": "upload", "url": "url", "K": "config", "config": "config", "o": "output",
    "output": "output", "O": "remote", "remote-name": "remote", "f": "fail", "fail": "fail", "fail-with-body": "fail",
    "w": "write", "write-out": "write", "oauth2-bearer": "bearer", "url-query": "query", "n": "netrc", "netrc": "netrc",
    "netrc-file": "netrc", "netrc-optional": "netrc",
    "i": "include", "include": "include", ":": "next", "next": "next", "J": "remote-header", "b": "cookies", "cookie": "cookies",
    "E": "certificate", "cert": "certificate",
})
WGET = Table("oaeitOTwQUBlARDIXP", frozenset([
    "method", "body-data", "body-file", "post-data", "post-file", "header", "output-document", "output-file",
    "append-output", "user", "password", "http-user", "http-password", "timeout", "tries", "user-agent",
    "referer", "wait", "base", "execute", "input-file", "quota", "directory-prefix", "load-cookies",
    "save-cookies", "dns-timeout", "connect-timeout", "read-timeout", "limit-rate", "waitretry", "certificate",
    "ca-certificate", "private-key", "secure-protocol", "config",
]), {
    "method": "method", "body-data": "raw", "post-data": "post", "post-file": "file", "body-file": "file", "header": "header",
    "O": "output", "output-document": "output", "user": "user", "http-user": "user", "i": "config",
    "input-file": "config", "config": "config",
    "S": "include", "server-response": "include", "load-cookies": "cookies", "certificate": "certificate",
}, True)
HTTPIE = Table("aAops", frozenset([
    "auth", "auth-type", "print", "style", "output", "session", "session-read-only", "verify", "timeout",
    "proxy", "raw", "max-redirects", "cert", "cert-key", "boundary", "pretty", "default-scheme",
    "response-charset", "response-mime", "format-options", "bearer",
]), {
    "a": "user", "auth": "user", "f": "as-form", "form": "as-form", "multipart": "multipart", "o": "output",
    "output": "output", "raw": "raw", "check-status": "fail", "bearer": "bearer", "session": "netrc",
    "session-read-only": "netrc", "cert": "certificate",
}, True)
TABLES = {"curl": CURL, "wget": WGET, "http": HTTPIE, "https": HTTPIE, "xh": HTTPIE, "xhs": HTTPIE}
_WORDS = regex(r'"\$(@|\{@\}|\{\w+\[@\]\})"')
_METHOD = regex(r"[A-Za-z]{3,10}\Z")
_ITEM = regex(r"(?P<key>(?:[^:=@\\]|\\.)+?)(?P<op>:=@|:=|==|=@|=|:|@)", re.S)


@dataclass(frozen=True, slots=True)
class Value:
    """What an option is given: a word from `offset` of its text on. `first` to `last` are the words that go together."""

    word: Word
    offset: int
    first: int
    last: int

    def get(self, values: Values, *, inline: bool = False, follow: bool = False) -> Template:
        """The value's template."""
        whole = self.word.value(values, inline=inline, follow=follow and not self.offset)
        return whole.slice(self.offset, len(whole.flat)) if self.offset else whole


@dataclass(slots=True)
class Call:
    """One request of a command line: the options by meaning, in order."""

    client: str
    options: list[tuple[str, Value]] = field(default_factory=list)
    urls: list[Value] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    gaps: list[str] = field(default_factory=list)

    def all(self, *names: str) -> list[tuple[str, Value]]:
        """The options with one of these meanings, in order."""
        return [o for o in self.options if o[0] in names]

    def last(self, name: str) -> Value | None:
        """The last option of a meaning: it wins."""
        found = self.all(name)
        return found[-1][1] if found else None


def parse(values: Values, argv: list[Word], at: int) -> list[Call]:
    """The calls of a command line whose client is the word number `at`."""
    client = _name(values, argv[at])
    if client == "circleci":
        return _circleci(values, argv, at)
    table = TABLES[client]
    calls = [Call("curl" if table is CURL else "wget" if table is WGET else "httpie")]
    plain: list[Value] = []
    i = at + 1
    ended = False
    while i < len(argv):
        word = argv[i]
        flat = word.value(values).flat
        if ended or not flat.startswith("-") or flat == "-":
            plain.append(Value(word, 0, i, i))
        elif flat == "--":
            ended = True
        elif flat.startswith("--"):
            i = _long(calls, table, argv, i, flat, values)
        else:
            i = _short(calls, table, argv, i, flat, values)
        if calls[-1].client == "curl" and "next" in calls[-1].flags:
            calls[-1].flags.discard("next")
            calls[-1].urls += plain
            plain = []
            calls.append(Call("curl"))
        i += 1
    last = calls[-1]
    if last.client == "httpie":
        _items(values, last, plain)
    else:
        last.urls += plain
    return calls


def _name(values: Values, word: Word) -> str:
    value = word.value(values)
    return value.flat.rsplit("/", 1)[-1]


def find_client(values: Values, argv: list[Word]) -> int | None:
    """The index of the word that names a client we know, behind `sudo`, `time`, `retry 3` and such."""
    for i, word in enumerate(argv[:12]):
        value = word.value(values)
        name = value.flat.rsplit("/", 1)[-1] if value.constant else ""
        if name in TABLES:
            return i
        if name == "circleci" and i + 1 < len(argv) and argv[i + 1].value(values).flat == "api":
            return i
        if i == 0 and not _PREFIX.fullmatch(name):
            return None
    return None


@lru_cache(maxsize=1024)
def may_call(first: str) -> bool:
    """Can a command be a client's call whose first word is written so? What the shell puts together may be anything."""
    if not _PLAIN.fullmatch(first):
        return True
    name = first.rsplit("/", 1)[-1]
    return name in TABLES or name == "circleci" or _PREFIX.fullmatch(name) is not None


_PLAIN = regex(r"[\w./:@%+,=-]+")
_PREFIX = regex(r"sudo|time|env|command|exec|nohup|nice|timeout|builtin|xargs|!|docker|.*retry.*|.*wait.*|chronic|"
                     r"caffeinate|ssh|parallel|watch|noglob|proxychains4?|op|stdbuf|setsid|.*attempt.*|eval|kubectl|then|do")


def _long(calls: list[Call], table: Table, argv: list[Word], i: int, flat: str, values: Values) -> int:
    name, equals, _ = flat[2:].partition("=")
    if not table.joined or not equals:
        name = flat[2:]
    means = table.means.get(name, "")
    call = calls[-1]
    if name in table.long:
        if table.joined and equals:
            _take(call, means, Value(argv[i], len(name) + 3, i, i))
            return i
        if i + 1 < len(argv):
            _take(call, means, Value(argv[i + 1], 0, i, i + 1))
        return i + 1
    if means:
        call.flags.add(means)
    elif any("\ue000" <= c <= "\uf8ff" for c in flat):
        call.gaps.append(f"an option is written as {argv[i].raw}")
    return i


def _short(calls: list[Call], table: Table, argv: list[Word], i: int, flat: str, values: Values) -> int:
    call = calls[-1]
    for k, letter in enumerate(flat[1:], 1):
        means = table.means.get(letter, "")
        if letter in table.short:
            if k + 1 < len(flat):
                _take(call, means, Value(argv[i], k + 1, i, i))
                return i
            if i + 1 < len(argv):
                _take(call, means, Value(argv[i + 1], 0, i, i + 1))
            return i + 1
        if means:
            call.flags.add(means)
        elif "\ue000" <= letter <= "\uf8ff":
            call.gaps.append(f"an option is written as {argv[i].raw}")
            return i
    return i


def _take(call: Call, means: str, value: Value) -> None:
    if means == "url":
        call.urls.append(value)
    elif means:
        call.options.append((means, value))


def _items(values: Values, call: Call, plain: list[Value]) -> None:
    """HTTPie: `[METHOD] URL [ITEM…]`."""
    if len(plain) > 1:
        first = plain[0].get(values, follow=True).flat
        if _METHOD.match(first) and (first.isupper() or "/" in plain[1].get(values, inline=True).flat):
            call.options.append(("method", plain.pop(0)))
    if not plain:
        return
    call.urls.append(plain[0])
    for value in plain[1:]:
        flat = value.get(values).flat
        found = _ITEM.match(flat)
        if found is None:
            call.gaps.append(f"what {value.word.raw} adds to the call is not seen")
            continue
        call.options.append(({"==": "item-query", ":": "item-header", "=": "item-string", ":=": "item-json"}.get(
            found["op"], "item-file"), value))


def item_parts(value: Template) -> tuple[str, Template]:
    """Key and value of an HTTPie item."""
    flat = value.flat
    found = _ITEM.match(flat)
    assert found is not None
    return re.sub(r"\\(.)", r"\1", found["key"]), value.slice(found.end(), len(flat))


def _circleci(values: Values, argv: list[Word], at: int) -> list[Call]:
    call = Call("circleci")
    for i, word in enumerate(argv[at + 2 :], at + 2):
        flat = word.value(values, inline=True).flat
        if _METHOD.match(flat) and flat.isupper():
            call.options.append(("method", Value(word, 0, i, i)))
        elif "/" in flat and not flat.startswith("-") and not call.urls:
            call.urls.append(Value(word, 0, i, i))
        else:
            call.gaps.append(f"what {word.raw} adds to the call is not seen")
    return [call]


def unknown_words(values: Values, call: Call) -> list[Value]:
    """Words beside the URL that are nothing but an expansion: they can hold options."""
    lone = [v for v in call.urls if v.word.lone or _WORDS.fullmatch(v.word.raw)]
    return [v for v in lone if v.word.bound is None and lone_hole(v.get(values, inline=True)) is not None]


def header_of(value: Template) -> tuple[str, Template] | None:
    """Name and value of a header line; None where the name is not seen."""
    flat = value.flat
    name, colon, rest = flat.partition(":")
    if not colon or any("\ue000" <= c <= "\uf8ff" for c in name):
        return None
    start = len(name) + 1 + len(rest) - len(rest.lstrip())
    return name.strip(), value.slice(start, len(flat))


def fields_of(value: Template) -> list[tuple[Template, Template]]:
    """`a=b&c=d` as pairs of key and value."""
    flat = value.flat
    out = []
    at = 0
    for part in flat.split("&"):
        key, equals, _ = part.partition("=")
        out.append((value.slice(at, at + len(key)), value.slice(at + len(key) + len(equals), at + len(part))))
        at += len(part) + 1
    return out

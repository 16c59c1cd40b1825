"""Calls that send no token: v1.1 lets them pass for public projects, v2 never does, so a rewrite would break what works."""

from __future__ import annotations

import pytest

from v2migrate import engine
from v2migrate.finding import Finding
from v2migrate.options import Options

URL = "https://circleci.com/api/v1.1/project/gh/acme/web/7/cancel"
LIST = "https://circleci.com/api/v1.1/project/gh/acme/web/7/artifacts"


def look(name: str, text: str) -> Finding:
    granted = Options(unsafe=True, assume=frozenset({"personal-token"}))
    run, changed = engine.fix((), granted, write=False, given={name: text.encode()})
    (finding,) = engine.check((), Options(), given={name: text.encode()}).findings
    assert bool(changed) == (finding.fix is not None) and len(run.findings) == (finding.fix is None)
    return finding


def python(body: str, top: str = "") -> Finding:
    lines = "".join(f"    {line}\n" for line in body.replace("URL", repr(URL)).splitlines())
    imports = "import http.client, httpx, requests, urllib.request\nfrom other import AUTH, HEADERS, make, session, sign\n"
    return look("a.py", f"{imports}{top}\ndef go(t, **kw):\n{lines}")


@pytest.mark.parametrize("text", [
    "curl -f -X POST URL", "curl -f -X POST -H 'Accept: application/json' 'URL?x=1'", "http --check-status POST URL",
    'call() { curl -f "$@"; }\ncall -X POST URL', "curl -s LIST | jq '.[0].url'",
    "curl -f -X POST https://circleci.com/api/v1.1/project/gh/acme/web/tree/main",
    "curl -f -X POST https://circleci.com/api/v1.1/project/gh/acme/web/7/retry",
])  # fmt: skip
def test_a_shell_call_without_a_token_is_not_rewritten(text: str) -> None:
    finding = look("a.sh", text.replace("URL", URL).replace("LIST", LIST) + "\n")
    told = "the call sends no token, and v2 answers 401 without one, also for public projects"
    assert finding.fix is None and told in " ".join((finding.withheld, *finding.notes))
    if finding.klass != "manual":
        assert finding.withheld.endswith("let it send a personal API token (v1.1 takes it, too), then run this again")


@pytest.mark.parametrize("body", [
    "requests.post(URL).raise_for_status()",
    "requests.post(URL, headers={'Accept': 'application/json'}).raise_for_status()",
    "s = requests.Session()\ns.headers['Accept'] = 'application/json'\ns.post(URL).raise_for_status()",
    "r = urllib.request.Request(URL, method='POST')\nr.add_header('Accept', 'text/plain')\nurllib.request.urlopen(r)",
    "urllib.request.urlopen(urllib.request.Request(URL, method='POST'))",
])  # fmt: skip
def test_a_python_call_without_a_token_is_not_rewritten(body: str) -> None:
    finding = python(body)
    assert finding.fix is None and finding.withheld.startswith("the call sends no token")


@pytest.mark.parametrize(("sent", "texts"), [
    ("cookies", ("curl -f -b jar -X POST URL", "curl -f --cookie a=b -X POST URL", "curl -f -H 'Cookie: a=b' -X POST URL",
                 "wget -q -O - --load-cookies=jar --method=POST URL",
                 "requests.post(URL, cookies=t).raise_for_status()",
                 "requests.post(URL, headers={'Cookie': t}).raise_for_status()")),
    ("a client certificate", ("curl -f -E me.pem -X POST URL", "curl -f --cert me.pem -X POST URL",
                              "http --check-status --cert=me.pem POST URL",
                              "requests.post(URL, cert='me.pem').raise_for_status()")),
    ("no token", ("requests.post(URL, cert=None, cookies=None).raise_for_status()",)),
])  # fmt: skip
def test_what_goes_in_place_of_a_token_is_said(sent: str, texts: tuple[str, ...]) -> None:
    for text in texts:
        finding = python(text) if "(" in text else look("a.sh", text.replace("URL", URL) + "\n")
        assert finding.fix is None and finding.withheld.startswith(f"the call sends {sent}"), text
        assert ("(v2's documents know tokens alone)" in finding.withheld) is (sent != "no token")


def test_a_token_beside_cookies_is_a_token() -> None:
    assert look("a.sh", f"curl -f -b jar -H 'Circle-Token: $T' -X POST {URL}\n").fix is not None
    assert python("requests.post(URL, cookies=kw, headers={'Circle-Token': t}).raise_for_status()").fix is not None


@pytest.mark.parametrize("text", [
    "curl -f -K conf -X POST URL", "curl -f -n -X POST URL", "curl -f --netrc-optional -X POST URL",
    "curl -f $OPTS -X POST URL",
    'curl -f "${opts[@]}" -X POST URL', 'curl -f "$@" -X POST URL', 'curl -f -H "$AUTH" -X POST URL',
    "curl -f -H @auth -X POST URL",
    'curl -f -X POST "URL?$AUTH"', 'curl -f -X POST "URL?a=1&$AUTH"', "curl -f $(auth) -X POST URL",
    "http --check-status --session=ci POST URL", "wget -q -O /dev/null --config=ci --method=POST URL",
])  # fmt: skip
def test_a_shell_call_that_was_not_seen_whole_may_send_one(text: str) -> None:
    assert look("a.sh", text.replace("URL", URL) + "\n").fix is not None


@pytest.mark.parametrize("body", [
    "requests.post(URL, **kw).raise_for_status()",
    "requests.post(URL, headers=HEADERS).raise_for_status()",
    "session.post(URL).raise_for_status()",
    "requests.post(URL, auth=AUTH).raise_for_status()",
    "requests.post(URL, params=AUTH).raise_for_status()",
    "requests.post(URL.replace('//', f'//{t}:@')).raise_for_status()",
    "requests.post(f'https://{t}:@circleci.com/api/v1.1/project/gh/acme/web/7/cancel').raise_for_status()",
    "h = {'Accept': 'text/plain'}\nsign(h)\nrequests.post(URL, headers=h).raise_for_status()",
    "h = {'Accept': 'text/plain', **make(t)}\nrequests.post(URL, headers=h).raise_for_status()",
    "s = requests.Session()\ns.headers.update(make(t))\ns.post(URL).raise_for_status()",
    "s = requests.Session()\ns.params = make(t)\ns.post(URL).raise_for_status()",
    "with httpx.Client(headers=make(t)) as c:\n    c.post(URL).raise_for_status()",
    "r = urllib.request.Request(URL, method='POST')\nsign(r)\nurllib.request.urlopen(r)",
    "r = urllib.request.Request(URL, method='POST')\nr.add_header(*make(t))\nurllib.request.urlopen(r)",
    "o = urllib.request.build_opener()\no.addheaders = make(t)\no.open(urllib.request.Request(URL, method='POST'))",
    "urllib.request.install_opener(make(t))\nurllib.request.urlopen(urllib.request.Request(URL, method='POST'))",
    "h = http.client.HTTPSConnection('circleci.com')\nh.putrequest('POST', '/api/v1.1/project/gh/acme/web/7/cancel')\n"
    "h.putheader(*make(t))\nh.endheaders()",
])  # fmt: skip
def test_a_python_call_that_was_not_seen_whole_may_send_one(body: str) -> None:
    finding = python(body)
    assert "sends no token" not in " ".join((finding.withheld, *finding.notes))

"""The emulated CircleCI over real sockets, with real clients."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from emulated import (
    PERSONAL,
    V1_PROJECT,
    at,
    new_emulator,
    run,
)
from tools import need, need_module

from v2migrate.emulator.server import Server
from v2migrate.emulator.settings import Settings


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def clean_environment(folder: Path) -> dict[str, str]:
    """An environment without anything of the user's."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "*", "TOKEN": PERSONAL}


CLIENTS = {
    "requests": "import requests\nprint(requests.get(URL, headers=H).json()['login'])",
    "httpx": "import httpx\nprint(httpx.get(URL, headers=H).json()['login'])",
    "urllib": "import json\nfrom urllib.request import Request, urlopen\n"
    "print(json.load(urlopen(Request(URL, headers=H)))['login'])",
    "http.client": "import http.client, json\nc = http.client.HTTPSConnection('circleci.com')\n"
    "c.request('GET', '/api/v2/me', headers=H)\nprint(json.load(c.getresponse())['login'])",
    "urllib3": "import os, urllib3\nca = os.environ['SSL_CERT_FILE']\n"
    "print(urllib3.PoolManager(ca_certs=ca).request('GET', URL, headers=H).json()['login'])",
    "aiohttp": "import aiohttp, asyncio\n"
    "async def ask():\n"
    "    async with aiohttp.ClientSession() as s, s.get(URL, headers=H) as r:\n"
    "        print((await r.json())['login'])\n"
    "asyncio.run(ask())",
}


@pytest.mark.parametrize("client", CLIENTS)
def test_python_clients_reach_it_and_nothing_else(server: Server, tmp_path: Path, client: str) -> None:
    need_module(client)
    head = "import os\nURL = 'https://circleci.com/api/v2/me'\nH = {'Circle-Token': os.environ['TOKEN']}\n"
    emulator = new_emulator()
    outcome = run(
        server, emulator, [sys.executable, "-c", head + CLIENTS[client]], tmp_path, clean_environment(tmp_path)
    )
    assert outcome.out == "ada\n", outcome.told()
    assert [seen.operation for seen in outcome.log] == ["GET /me"]


def test_curl_and_wget_reach_it(server: Server, tmp_path: Path) -> None:
    need("curl", "wget", "bash")
    script = (
        'curl -sf -H "Circle-Token: $TOKEN" https://circleci.com/api/v2/me >/dev/null && '
        'wget -qO- --header "Circle-Token: $TOKEN" https://circleci.com/api/v2/me >/dev/null && echo both'
    )
    outcome = run(server, new_emulator(), ["bash", "-c", script], tmp_path, clean_environment(tmp_path))
    assert outcome.out == "both\n" and len(outcome.log) == 2, outcome.told()


def test_headers_and_codes_arrive_at_curl(server: Server, tmp_path: Path) -> None:
    need("curl")
    command = ["curl", "-si", "-X", "POST", "-u", f"{PERSONAL}:", f"https://circleci.com{V1_PROJECT}/tree/main"]
    outcome = run(server, new_emulator(), command, tmp_path, clean_environment(tmp_path))
    assert "Sunset: Mon, 01 Feb 2027" in outcome.out and "200 OK" in outcome.out
    late = run(server, at("2027-02-01"), [*command, "--fail"], tmp_path, clean_environment(tmp_path))
    assert late.exit == 22 and not late.effects


@pytest.mark.parametrize(
    "url", ["https://example.com/", "http://circleci.com/api/v1.1/me", "https://circleci.com:8443/"]
)
def test_the_proxy_leads_nowhere_else(server: Server, tmp_path: Path, url: str) -> None:
    need("curl")
    outcome = run(server, new_emulator(), ["curl", "-sf", url], tmp_path, clean_environment(tmp_path))
    assert outcome.exit != 0 and not outcome.log
    assert server.refused


def test_other_names_do_not_resolve_in_python(server: Server, tmp_path: Path) -> None:
    code = "import socket\ntry:\n    socket.create_connection(('example.com', 443))\nexcept OSError as e:\n    print(e)"
    outcome = run(server, new_emulator(), [sys.executable, "-c", code], tmp_path, clean_environment(tmp_path))
    assert "not reachable from a rehearsal" in outcome.out


def test_tokens_stay_out_of_the_log(server: Server, tmp_path: Path) -> None:
    need("curl")
    url = f"https://circleci.com{V1_PROJECT}/42?circle-token={PERSONAL}&limit=1"
    command = ["curl", "-s", "-u", f"{PERSONAL}:", "-H", f"Circle-Token: {PERSONAL}", "-A", "me", url]
    outcome = run(server, new_emulator(), command, tmp_path, clean_environment(tmp_path))
    (seen,) = outcome.log
    assert PERSONAL not in repr(seen) and seen.headers["user-agent"] == "me"
    assert seen.path.endswith("/42?circle-token=***&limit=1")


def test_percent_signs_in_a_path_arrive_as_they_were_sent(server: Server, tmp_path: Path) -> None:
    need("curl")
    command = ["curl", "-sf", "-u", f"{PERSONAL}:", f"https://circleci.com{V1_PROJECT}/tree/feature%2Flogin"]
    outcome = run(server, new_emulator(), command, tmp_path, clean_environment(tmp_path))
    assert outcome.log[0].path.endswith("feature%2Flogin") and outcome.exit == 0


OWN = "ci.acme.example"
SERVER_CALLS = {
    "curl": 'curl -sf -H "Circle-Token: $TOKEN" https://ci.acme.example/circleci/api/v1.1/me',
    "curl-plain": 'curl -sf -H "Circle-Token: $TOKEN" http://ci.acme.example:8080/api/v1.1/me',
    "wget-plain": 'wget -qO- --header "Circle-Token: $TOKEN" http://ci.acme.example/api/v1.1/me',
    "http.client": "PYTHON http.client.HTTPSConnection",
    "http.client-plain": "PYTHON http.client.HTTPConnection",
}


@pytest.mark.parametrize("call", SERVER_CALLS)
def test_a_server_of_ones_own_is_emulated_too(tmp_path: Path, call: str) -> None:
    need("bash", "curl", "wget")
    text = SERVER_CALLS[call]
    if text.startswith("PYTHON "):
        code = (
            f"import http.client, os, sys\nc = {text[7:]}('{OWN}')\n"
            "c.request('GET', '/api/v1.1/me', headers={'Circle-Token': os.environ['TOKEN']})\n"
            "sys.exit(c.getresponse().status != 200)"
        )
        command = [sys.executable, "-c", code]
    else:
        command = ["bash", "-c", text]
    emulator = new_emulator(Settings(servers=(OWN,)))
    with Server(servers=(OWN,)) as running:
        outcome = run(running, emulator, command, tmp_path, clean_environment(tmp_path))
        assert outcome.exit == 0 and [seen.operation for seen in outcome.log] == ["GET /me"], outcome.told()
        # CircleCI itself still is, and without TLS it leads to itself.
        ask = ["curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %{redirect_url}"]
        direct = ["--noproxy", "*", "--connect-to", f"::127.0.0.1:{running.plain_port}", "http://circleci.com/api/v1.1/me"]
        other = run(running, new_emulator(), [*ask, *direct], tmp_path, clean_environment(tmp_path))
        assert other.out == "301 https://circleci.com/api/v1.1/me" and not other.log


@pytest.mark.parametrize("client", ["curl", "urllib"])
def test_files_that_jobs_stored_can_be_fetched(server: Server, tmp_path: Path, client: str) -> None:
    need("bash", "curl", "jq")
    ask = f'curl -sf -u "$TOKEN:" https://circleci.com{V1_PROJECT}/42/artifacts | jq -r ".[0].url"'
    fetch = {
        "curl": 'curl -sf "$url"; curl -sf "${url}x" || echo "no such file"',
        "urllib": f"{sys.executable} -c 'import sys,urllib.request as u;print(u.urlopen(sys.argv[1]).read().decode())' $url",
    }[client]
    outcome = run(server, new_emulator(), ["bash", "-c", f"url=$({ask}); {fetch}"], tmp_path, clean_environment(tmp_path))
    assert outcome.out.startswith("what is in coverage/index.html\n"), outcome.told()
    assert ("no such file" in outcome.out) is (client == "curl")
    assert [seen.operation for seen in outcome.log] == ["GET /project/{project}/{build}/artifacts"]


def test_it_starts_and_stops_and_starts_again() -> None:
    for _ in range(2):
        with Server() as running:
            ports, pem = (running.port, running.proxy_port), running.certificate
            assert pem.is_file()
        assert not pem.exists()
        for port in ports:
            with pytest.raises(OSError):
                socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_program_that_hangs_on_does_not_keep_it(tmp_path: Path) -> None:
    with Server() as running:
        # A client that opens a connection and says nothing.
        held = subprocess.Popen(
            [sys.executable, "-c", "import socket,sys\ns=socket.create_connection(('127.0.0.1',int(sys.argv[1])))\n"
             "print('open',flush=True)\nsys.stdin.read()", str(running.proxy_port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert held.stdout is not None and held.stdout.readline() == b"open\n"
    held.communicate(timeout=10)
    assert held.returncode == 0


def test_a_setting_is_plain_data() -> None:
    assert replace(Settings(), page_size=3) == Settings(page_size=3)

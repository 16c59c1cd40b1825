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

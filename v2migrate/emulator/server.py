"""The emulator on a socket: HTTPS for the API's hosts, a proxy before it, and the environment that leads programs there."""

from __future__ import annotations

import asyncio
import re
import tempfile
import threading
from pathlib import Path
from types import TracebackType

from aiohttp import web

from v2migrate.emulator.api import Emulator, Seen
from v2migrate.emulator.certificates import authority
from v2migrate.emulator.exchange import Call
from v2migrate.emulator.proxy import Proxy
from v2migrate.emulator.settings import HOSTS

_PROXIED = re.compile(r"^\w+://[^/]*")  # a request through a proxy has its whole URL
_REROUTE = Path(__file__).parent / "reroute"
_CLEARED = ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy", "CURL_HOME")


class Server:
    """Serves an emulator from a thread of its own. A context manager; `emulator` can be exchanged between two programs.

    `usual_ports`: listen on 443 (and 80) too, for clients that know no proxy. `servers`: hosts besides CircleCI's.
    """

    def __init__(
        self, emulator: Emulator | None = None, usual_ports: bool = False, servers: tuple[str, ...] = ()
    ) -> None:
        self.emulator = emulator or Emulator()
        self.port = self.plain_port = self.proxy_port = 0
        self._usual_ports, self._servers = usual_ports, servers
        self._proxy = Proxy(lambda: ("127.0.0.1", self.port), lambda: ("127.0.0.1", self.plain_port), servers)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulated CircleCI", daemon=True)
        self._folder = tempfile.TemporaryDirectory(prefix="v2migrate-emulator-")
        self._runner: web.AppRunner | None = None

    @property
    def log(self) -> list[Seen]:
        """The requests of the present emulator, in order."""
        return self.emulator.log

    @property
    def refused(self) -> list[str]:
        """What programs asked the proxy for that is not the API."""
        return self._proxy.refused

    @property
    def certificate(self) -> Path:
        """The authority's certificate, for clients that take a file."""
        return Path(self._folder.name) / "authority.pem"

    def start(self) -> Server:
        """Listens on free ports of the loopback. Raises OSError where that cannot be had."""
        authority().write(self.certificate)
        self._thread.start()
        try:
            asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        except OSError:
            self.stop()
            raise
        (Path(self._folder.name) / "wgetrc").write_text(
            f"ca_certificate = {self.certificate}\nuse_proxy = on\nhttps_proxy = http://127.0.0.1:{self.proxy_port}\n"
        )
        return self

    def stop(self) -> None:
        """Closes every connection and ends the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._folder.cleanup()

    def __enter__(self) -> Server:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def environment(self, inherited: dict[str, str]) -> dict[str, str]:
        """`inherited` with what leads curl, wget, requests, httpx, aiohttp and urllib to the emulator.

        Programs that heed neither a proxy nor PYTHONPATH are not held by this; the caller has to shut the network.
        """
        proxy, pem = f"http://127.0.0.1:{self.proxy_port}", str(self.certificate)
        out = {name: value for name, value in inherited.items() if name not in _CLEARED}
        out |= {name: proxy for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")}
        out |= {name: pem for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")}
        out["WGETRC"] = str(Path(self._folder.name) / "wgetrc")
        out["V2MIGRATE_EMULATOR"] = f"127.0.0.1:{self.port}:{self.plain_port}"
        out["V2MIGRATE_EMULATED"] = ",".join((*HOSTS, *self._servers))
        out["PYTHONPATH"] = ":".join(filter(None, (str(_REROUTE), inherited.get("PYTHONPATH"))))
        return out

    async def _listen(self) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        context = authority().server_context(self._servers)
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=context).start()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port, self.plain_port = (int(address[1]) for address in self._runner.addresses)
        if self._usual_ports:
            await web.TCPSite(self._runner, "127.0.0.1", 443, ssl_context=context).start()
            await web.TCPSite(self._runner, "127.0.0.1", 80).start()
        self.proxy_port = await self._proxy.start()

    async def _close(self) -> None:
        await self._proxy.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    async def _answer(self, request: web.Request) -> web.Response:
        host = re.sub(r":\d+$", "", request.host)
        if not request.secure and host.lower() not in self._servers:
            return web.Response(status=301, headers={"Location": f"https://{host}{request.raw_path}"})
        wire = self.emulator.answer(
            Call(
                request.method,
                _PROXIED.sub("", request.raw_path).partition("?")[0],
                {name: value for name, value in request.query.items()},
                {name.lower(): value for name, value in request.headers.items()},
                await request.read(),
                host,
            )
        )
        headers = {**wire.headers, "Content-Type": f"{wire.media_type};charset=utf-8"}
        return web.Response(status=wire.status, body=wire.text.encode(), headers=headers)

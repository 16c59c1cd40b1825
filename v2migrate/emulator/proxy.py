"""A proxy that leads the emulated hosts to the emulator and refuses every other. Knows nothing of what passes through."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from v2migrate.emulator.settings import emulated

_LINE_LIMIT = 64 * 1024


class Proxy:
    """`refused` lists what was asked for and is not emulated.

    `tls` and `plain` say where the emulator listens; without TLS only `servers` of one's own are called.
    """

    def __init__(
        self, tls: Callable[[], tuple[str, int]], plain: Callable[[], tuple[str, int]], servers: Collection[str] = ()
    ) -> None:
        self._tls, self._plain, self._servers = tls, plain, servers
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self.refused: list[str] = []

    async def start(self) -> int:
        """Listens on a free port of the loopback and returns it."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LINE_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Stops listening and cuts what is still open."""
        if self._server is not None:
            self._server.close()
        for writer in list(self._open):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            method, target = [*head.split(b"\r\n", 1)[0].decode("latin-1").split(" "), ""][:2]
            if method == "CONNECT" and self._secure(target):
                writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
                await self._join(reader, writer, self._tls(), b"")
            elif method != "CONNECT" and urlsplit(target).hostname in self._servers:
                await self._join(reader, writer, self._plain(), head)
            else:
                self.refused.append(f"{method} {target.partition('?')[0]}")
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # the client went away, or does not speak HTTP
        finally:
            self._open.discard(writer)
            writer.close()

    def _secure(self, target: str) -> bool:
        """Whether a tunnel to `host:port` is one to the emulator; a Server may have a port of its own."""
        host, _, port = target.rpartition(":")
        return emulated(host, self._servers) and (port == "443" or host.lower() in self._servers)

    async def _join(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: tuple[str, int], first: bytes
    ) -> None:
        up_reader, up_writer = await asyncio.open_connection(*upstream)
        self._open.add(up_writer)
        try:
            up_writer.write(first)
            await asyncio.gather(_copy(reader, up_writer), _copy(up_reader, writer))
        finally:
            self._open.discard(up_writer)
            up_writer.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(_LINE_LIMIT):
            target.write(data)
            await target.drain()
    with contextlib.suppress(ConnectionError, OSError, RuntimeError):
        target.close()

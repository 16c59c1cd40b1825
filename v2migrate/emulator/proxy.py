"""A CONNECT proxy that leads the API's hosts to the emulator and refuses every other. Knows nothing of what passes through."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from v2migrate.emulator.settings import HOSTS

_LINE_LIMIT = 64 * 1024


class Proxy:
    """`refused` lists what was asked for and is not the API."""

    def __init__(self, upstream: Callable[[], tuple[str, int]]) -> None:
        self._upstream = upstream
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
            host, _, port = target.rpartition(":")
            if method != "CONNECT" or host.lower() not in HOSTS or port != "443":
                self.refused.append(f"{method} {target.partition('?')[0]}")
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
                await writer.drain()
                return
            await self._join(reader, writer)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            pass  # the client went away, or does not speak HTTP
        finally:
            self._open.discard(writer)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(*self._upstream())
        self._open.add(up_writer)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
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

"""A throw-away certificate authority and a certificate for the API's hosts. Knows no protocol above TLS."""

from __future__ import annotations

import functools
import ssl
from pathlib import Path

import trustme

from v2migrate.emulator.settings import ARTIFACTS, HOSTS


class Authority:
    """Signs for the emulated hosts; whoever is given `write`'s file believes it, and nobody else does."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self._leaves: dict[tuple[str, ...], trustme.LeafCert] = {}

    def server_context(self, servers: tuple[str, ...] = ()) -> ssl.SSLContext:
        """What the server speaks TLS with, `servers` being hosts besides CircleCI's."""
        if servers not in self._leaves:
            self._leaves[servers] = self._authority.issue_cert(*HOSTS, f"*.{ARTIFACTS}", *servers, "127.0.0.1")
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._leaves[servers].configure_cert(context)
        return context

    def write(self, path: Path) -> None:
        """Writes the authority's own certificate for clients."""
        self._authority.cert_pem.write_to_path(str(path))


@functools.cache
def authority() -> Authority:
    """The one authority of this process: making keys takes longer than anything else here."""
    return Authority()

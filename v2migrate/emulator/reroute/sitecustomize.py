"""Loaded by each Python started under the emulator: the emulated hosts are its address, all others do not resolve.

Holds what heeds no proxy (http.client, urllib3, aiohttp's default session). Knows names only: a connection to an address
written as numbers passes, so this is no fence. Imports nothing of the project: the program may run in any Python.
"""

import importlib.machinery
import importlib.util
import os
import socket
import sys

_ARTIFACTS = ".circle-artifacts.com"
_OWN = ("localhost", "127.0.0.1", "::1", "", None)


def _reroute() -> None:
    address, _, ports = os.environ.get("V2MIGRATE_EMULATOR", "").partition(":")
    if not ports:
        return
    tls, _, plain = ports.partition(":")
    hosts = os.environ.get("V2MIGRATE_EMULATED", "").split(",")
    real = socket.getaddrinfo

    def getaddrinfo(host, service, *more, **named):  # type: ignore[no-untyped-def]
        name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
        if name in _OWN or (isinstance(name, str) and name.startswith("127.")):
            return real(host, service, *more, **named)
        plainly = name.lower().rstrip(".") if isinstance(name, str) else ""
        if plainly in hosts or plainly.endswith(_ARTIFACTS):
            # A port of its own: which protocol is spoken there, only its number can tell.
            port = tls if str(service) == "https" or str(service).endswith("443") else plain
            return real(address, int(port), *more, **named)
        raise socket.gaierror(socket.EAI_NONAME, f"{name} is not reachable from a rehearsal")

    setattr(socket, "getaddrinfo", getaddrinfo)  # noqa: B010 (a plain assignment would have to have its exact type)


def _next() -> None:
    """Loads the sitecustomize that this one stands before, if there is one."""
    here = os.path.dirname(os.path.abspath(__file__))
    path = [entry for entry in sys.path if os.path.abspath(entry or ".") != here]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


_reroute()
_next()

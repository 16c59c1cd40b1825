"""Shuts this process, and all it starts, off from every network but its own loopback. Knows Linux, and no program.

A fence against accidents, not against a program that wants out: files outside stay writable.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import stat
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

_NEWNS, _NEWUSER, _NEWNET = 0x00020000, 0x10000000, 0x40000000
_BIND, _REC, _PRIVATE = 0x1000, 0x4000, 0x40000
_DEATH_SIGNAL = 1
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_SOCKET_FOLDERS = ("/run", "/tmp/.X11-unix")


class Uncontained(Exception):
    """This system does not let us shut the network; the text says why, in words that complete "… because"."""


def contain(folder: Path, hosts: tuple[str, ...]) -> None:
    """Moves this process into a network of its own in which only the loopback is up.

    `hosts` get the loopback's address, whatever a program resolves names with. Local sockets (Docker, D-Bus, agents) are
    covered, since behind them may be a process that has the network. `folder` is a place for one file. Has to be called
    before a thread starts. Raises Uncontained, and then the process must not go on.
    """
    if sys.platform != "linux":
        raise Uncontained(f"{sys.platform} has no network namespaces")
    sockets = list(_local_sockets())
    uid, gid = os.getuid(), os.getgid()
    try:
        _call("unshare", _NEWUSER | _NEWNET | _NEWNS)
    except OSError as error:
        if uid != 0:
            raise Uncontained(f"unshare is refused ({error.strerror})") from None
        try:
            _call("unshare", _NEWNET | _NEWNS)
        except OSError as again:
            raise Uncontained(f"unshare is refused ({again.strerror})") from None
    else:
        _map(uid, gid)
    try:
        _call("mount", b"none", b"/", None, _REC | _PRIVATE, None)
        _loopback_up()
        for path in sockets:
            _cover(path, "/dev/null")
        _resolve(folder, hosts)
    except OSError as error:
        raise Uncontained(f"the namespace cannot be set up ({error.strerror})") from None
    if len(names := [name for _, name in socket.if_nameindex() if name != "lo"]):
        others = [name for name in names if _flags(name) & _UP]
        if others:
            raise Uncontained(f"the network {others[0]} is still there")


def end_with_parent() -> None:
    """Has this process interrupted when the one that started it dies, so that no command is left running."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if sys.platform == "linux":
        _call("prctl", _DEATH_SIGNAL, int(signal.SIGTERM), 0, 0, 0)


def _map(uid: int, gid: int) -> None:
    """Everybody keeps the own number; rights in the namespace end with the first program that is started."""
    try:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    except OSError as error:
        raise Uncontained(f"the user cannot be mapped ({error.strerror})") from None


def _loopback_up() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH22x", b"lo", _flags("lo") | _UP)
        fcntl.ioctl(any_socket, _SET_FLAGS, request)


def _flags(name: str) -> int:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sH22x", name.encode(), 0))
    return int(struct.unpack("16sH22x", answer)[1])


def _resolve(folder: Path, hosts: tuple[str, ...]) -> None:
    """Names for programs that know no proxy (Node, Go, Java): they come to port 443 of the loopback."""
    target = Path("/etc/hosts")
    if not target.is_file():
        return
    own = folder / "hosts"
    own.write_text(f"127.0.0.1 localhost {' '.join(hosts)}\n::1 localhost\n" + target.read_text(errors="replace"))
    _cover(str(target), str(own))


def _local_sockets() -> Iterator[str]:
    """Paths of the sockets that processes of this machine listen on, as far as they can be seen."""
    found: set[str] = set()
    try:
        lines = Path("/proc/net/unix").read_text(errors="surrogateescape").splitlines()[1:]
        found.update(path for line in lines if (path := line.split(maxsplit=7)[-1]).startswith("/"))
    except OSError:
        pass  # without /proc the folders below still are looked into
    for top in _SOCKET_FOLDERS:
        for folder, _, names in os.walk(top):
            found.update(os.path.join(folder, name) for name in names)
    for path in sorted(found):
        try:
            if stat.S_ISSOCK(os.stat(path).st_mode):
                yield path
        except OSError:
            continue  # gone, or not for us to see: the program will not see it either


def _cover(path: str, other: str) -> None:
    try:
        _call("mount", os.fsencode(other), os.fsencode(path), None, _BIND, None)
    except FileNotFoundError:
        return  # it went away meanwhile


def _call(name: str, *arguments: object) -> None:
    """A function of the C library (Python has `os.unshare` from 3.12 on, and no `mount`). Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))

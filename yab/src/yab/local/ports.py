"""Local ports: the same key of the same clone gets the same free port, run after run."""

from __future__ import annotations

import socket
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from yab.errors import MissingError
from yab.local.model import HOST

# Below Linux's and macOS's ephemeral ranges, so that no outgoing connection takes one of ours.
FIRST, COUNT = 20_000, 10_000


class Allocator:
    """Gives ports and remembers them; `known` are those of a product that already runs."""

    def __init__(self, root: Path, known: Mapping[str, int] | None = None) -> None:
        self.root = root
        self.known = known or {}
        self.given: dict[str, int] = {}

    def __call__(self, key: str) -> int:
        """A port for `key`, counted up from a hash of clone and key. MissingError when none is free."""
        if key not in self.given:
            self.given[key] = self.known.get(key) or self._free(key)
        return self.given[key]

    def _free(self, key: str) -> int:
        start = zlib.crc32(f"{self.root}|{key}".encode())
        taken = set(self.given.values())
        for step in range(COUNT):
            port = FIRST + (start + step) % COUNT
            if port not in taken and is_free(port):
                return port
        raise MissingError("local ports", f"none of {FIRST}–{FIRST + COUNT - 1} is free", "end what uses them")


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def check_public(port: int, next_free: Callable[[int], bool] = is_free) -> None:
    """Raises MissingError that says who holds the public port and how to choose another."""
    if is_free(port):
        return
    other = next((number for number in range(port + 1, port + 100) if next_free(number)), port + 1)
    raise MissingError(
        f"port {port}",
        f"already taken by {holder(port) or 'another process'}",
        f"stop it, or choose another port: yab up --port {other}",
    )


def holder(port: int) -> str | None:
    """`name (pid N)` of the process that listens on the port, None where this user cannot see it."""
    import psutil

    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        if connection.status == psutil.CONN_LISTEN and connection.pid and tuple(connection.laddr)[1:2] == (port,):
            try:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
            except psutil.NoSuchProcess:
                return None
    return None

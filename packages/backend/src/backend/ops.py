"""The port that only the cluster reaches: metrics, and the health of processes that have no other port.

A few lines of HTTP on asyncio: a second web server would cost more memory than all it serves.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from backend.errors import CommandError, Exit

TIMEOUT = 5.0
"""Seconds a client may take to send its request."""
LIMIT = 16 * 1024
"""Bytes a request's head may have."""


@dataclass(frozen=True)
class Answer:
    """What a path answers."""

    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "application/json"


Routes = Mapping[str, Callable[[], Awaitable[Answer]]]


async def start(bind: str, routes: Routes) -> asyncio.Server:
    """Serves `routes` by GET on `bind`. Raises CommandError when the port is taken."""
    host, port = split_address(bind)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(TIMEOUT):
                answer = await _respond(await reader.readuntil(b"\r\n\r\n"), routes)
                writer.write(_head(answer) + answer.body)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the client went away, or speaks no HTTP
        finally:
            writer.close()

    try:
        return await asyncio.start_server(connected, host, port, limit=LIMIT)
    except OSError as error:
        raise cannot_listen("METRICS_BIND", bind, error) from None


async def _respond(request: bytes, routes: Routes) -> Answer:
    method, _, rest = request.partition(b" ")
    path = rest.split(b" ", 1)[0].split(b"?", 1)[0].decode("latin-1")
    route = routes.get(path)
    if route is None:
        return Answer(b'{"status":"not found"}\n', HTTPStatus.NOT_FOUND)
    if method not in {b"GET", b"HEAD"}:
        return Answer(b'{"status":"method not allowed"}\n', HTTPStatus.METHOD_NOT_ALLOWED)
    answer = await route()
    return answer if method == b"GET" else Answer(b"", answer.status, answer.content_type)


def _head(answer: Answer) -> bytes:
    return (
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}\r\n"
        f"Content-Type: {answer.content_type}\r\nContent-Length: {len(answer.body)}\r\nConnection: close\r\n\r\n"
    ).encode("latin-1")


def split_address(address: str) -> tuple[str, int]:
    """`HOST:PORT`, `[::1]:80` too, in its parts."""
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def cannot_listen(variable: str, address: str, error: OSError) -> CommandError:
    """The error of a port that is taken, or not ours to take."""
    return CommandError(
        variable,
        f"cannot listen on {address}: {os.strerror(error.errno or 0)}",
        "stop what uses the port, or give another one",
        Exit.MISSING,
    )

"""`python -m backend serve`: the API on granian, in one process, or in several under one parent."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from backend import config, logs, ops
from backend.config import Settings
from backend.memory import return_large_blocks
from backend.multiproc import shared_folder
from backend.orphan import die_with_parent

if TYPE_CHECKING:
    from fastapi import FastAPI

STOP_TIMEOUT = 25
"""Seconds that requests under way have after SIGTERM; less than the pod's terminationGracePeriodSeconds."""
_MULTIPROC = "PROMETHEUS_MULTIPROC_DIR"


def serve() -> None:
    """Serves until SIGTERM or SIGINT. Raises CommandError when a port is taken."""
    settings = config.load()
    logs.configure(settings.log_level, settings.log_format)
    _check_free(settings.bind)
    if settings.web_concurrency == 1:
        os.environ.pop(_MULTIPROC, None)  # prometheus_client would write files that nobody needs
        _run(_serve_here(settings))
    else:
        _serve_in_children(settings)


def _check_free(bind: str) -> None:
    """granian shares its port with whoever asks (SO_REUSEPORT): two servers would answer in turn, unnoticed."""
    host, port = ops.split_address(bind)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ops.cannot_listen("BIND", bind, error) from None


def _run(main: Coroutine[None, None, None]) -> None:
    """asyncio.run on uvloop, where there is one."""
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main)


async def _serve_here(settings: Settings) -> None:
    """API and metrics in this process: half the memory of a parent and one child."""
    from granian.constants import Interfaces
    from granian.server.embed import Server

    from backend.app import create_app
    from backend.metrics import CONTENT_TYPE, render

    async def metrics() -> ops.Answer:
        return ops.Answer(render(), content_type=CONTENT_TYPE)

    return_large_blocks()
    host, port = ops.split_address(settings.bind)
    server = Server(create_app(settings), host, port, interface=Interfaces.ASGI, websockets=False, log_enabled=False)
    server.workers_kill_timeout = STOP_TIMEOUT
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, server.stop)
    async with await ops.start(settings.metrics_bind, {"/metrics": metrics}):
        await server.serve()


def _serve_in_children(settings: Settings) -> None:
    """A parent that starts children anew when they fail, and adds up their metrics."""
    # Not fork: this process has threads.
    multiprocessing.set_start_method("spawn")
    from granian.constants import Interfaces
    from granian.server import Server

    host, port = ops.split_address(settings.bind)
    server = Server(
        "backend.serve:child_app",
        host,
        port,
        interface=Interfaces.ASGI,
        factory=True,
        workers=settings.web_concurrency,
        websockets=False,
        log_enabled=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_TIMEOUT,
    )
    with shared_folder(settings.prometheus_multiproc_dir) as folder:
        os.environ[_MULTIPROC] = str(folder)
        with _metrics_in_a_thread(settings.metrics_bind, folder):
            server.serve()


def child_app() -> "FastAPI":
    """The application of one child, called in it."""
    parent = multiprocessing.parent_process()
    if parent is not None and parent.pid is not None:
        die_with_parent(parent.pid)
    return_large_blocks()
    from backend.app import create_app

    settings = config.load()
    logs.configure(settings.log_level, settings.log_format)
    return create_app(settings)


@contextlib.contextmanager
def _metrics_in_a_thread(bind: str, folder: Path) -> Iterator[None]:
    """The children's sums on the metrics port while the main thread minds the children."""
    from backend.metrics import CONTENT_TYPE, render

    async def metrics() -> ops.Answer:
        return ops.Answer(render(folder), content_type=CONTENT_TYPE)

    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(ops.start(bind, {"/metrics": metrics}))
    thread = threading.Thread(target=loop.run_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()

"""Commands of the backend as real processes, on free ports, ended with the block that started them."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from embedded_postgres import execute, free_port

PATIENCE = 20.0
"""Seconds that a machine under load may take for what takes a moment."""


@dataclass(frozen=True)
class Answer:
    """What a GET was answered; status 0 when nothing listens."""

    status: int
    body: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Process:
    """A running command."""

    popen: subprocess.Popen[bytes]
    bind: str
    metrics_bind: str
    log: Path

    def get(self, path: str) -> Answer:
        """GETs from the API's port."""
        return get(self.bind, path)

    def ops(self, path: str) -> Answer:
        """GETs from the metrics port."""
        return get(self.metrics_bind, path)

    def logged(self) -> list[dict[str, Any]]:
        """Its log so far; fails on a line that is not JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Sends a signal and waits; the exit code."""
        self.popen.send_signal(how)
        return self.popen.wait(timeout=PATIENCE)


@contextmanager
def running(command: str, **env: str) -> Iterator[Process]:
    """Runs `python -m backend COMMAND` on free ports; kills it at the end if it still runs."""
    bind, metrics_bind = (f"127.0.0.1:{free_port()}" for _ in range(2))
    ports = {"BIND": bind, "METRICS_BIND": metrics_bind}
    with tempfile.TemporaryDirectory(prefix="backend-") as folder:
        log = Path(folder, "log")
        with log.open("wb") as stderr:
            popen = subprocess.Popen(argv(command), env=environment(**ports, TMPDIR=folder, **env), stderr=stderr)
        try:
            yield Process(popen, bind, metrics_bind, log)
        finally:
            popen.kill()
            popen.wait()


def argv(command: str) -> list[str]:
    """The argv of a command line such as `create-admin --if-none`."""
    return [sys.executable, "-m", "backend", *command.split()]


def environment(**env: str) -> dict[str, str]:
    """Nothing of the backend's settings but `env`."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **env}


def run(command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(argv(command), env=environment(**env), capture_output=True, text=True, timeout=PATIENCE)


def get(bind: str, path: str) -> Answer:
    """One GET on a connection of its own."""
    connection = http.client.HTTPConnection(bind, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, answer.read().decode(), headers)
    except OSError:
        return Answer(0, "", {})
    finally:
        connection.close()


def until(condition: Callable[[], object], patience: float = PATIENCE) -> float:
    """Waits for a condition; the seconds it took. Fails when it does not come true."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, "it did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began


def query(url: str, statement: str) -> list[asyncpg.Record]:
    """Runs one statement in a database."""
    return asyncio.run(execute(url, statement))

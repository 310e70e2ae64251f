"""The real command line run in a tiny project."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from tiny import Tiny

YAB = [sys.executable, "-m", "yab"]


@dataclass(frozen=True)
class Answer:
    """What the gateway answered."""

    status: int
    body: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


@dataclass
class Bench:
    """A tiny project with the means to run `yab` in it and to ask its gateway."""

    tiny: Tiny

    @property
    def root(self) -> Path:
        return self.tiny.root

    def yab(self, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run([*YAB, *words], cwd=self.root, capture_output=True, text=True, timeout=90)
        if code is not None:
            assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*YAB, *words], cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def get(self, host: str, path: str = "/", port: int | None = None) -> Answer:
        url = f"http://127.0.0.1:{port or self.tiny.port}{path}"
        request = urllib.request.Request(url, headers={"Host": host})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return Answer(response.status, response.read().decode())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(errors="replace"))

    def status(self) -> dict[str, Any]:
        done = self.yab("status", "--json", code=None)
        assert done.stdout, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def row(self, name: str) -> dict[str, Any]:
        return next(row for row in self.status()["rows"] if row["name"] == name)

    def processes(self) -> list[psutil.Process]:
        return processes_of(self.root)


def processes_of(root: Path) -> list[psutil.Process]:
    """All processes that carry the clone's mark, and its supervisors."""
    found = []
    for process in psutil.process_iter():
        try:
            marked = process.environ().get("YAB_CLONE") == str(root)
            supervisor = "yab.local.supervisor" in process.cmdline() and process.cwd() == str(root)
        except psutil.Error:
            continue
        if (marked or supervisor) and process.pid != os.getpid():
            found.append(process)
    return [process for process in found if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def eventually(check: Callable[[], object], seconds: float = 15) -> None:
    """Waits until `check()` is true; fails with its last answer."""
    end = time.monotonic() + seconds
    while not (last := check()):
        assert time.monotonic() < end, f"still {last!r} after {seconds} s"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

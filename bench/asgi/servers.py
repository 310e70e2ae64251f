"""The servers compared: how each is started with this API, on how many processes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".yab/bench/asgi"
APP = "backend.serve:child_app"


def commands(bind: str, workers: int) -> dict[str, list[str]]:
    """The command of each server; the first is what the product runs."""
    python = [sys.executable, "-m"]
    worker = "uvicorn_worker.UvicornWorker"
    host, _, port = bind.partition(":")
    place = ["--host", host, "--port", port, "--workers", str(workers)]
    return {
        "granian": [*python, "backend", "serve"],
        "gunicorn": [*python, "gunicorn", f"{APP}()", "-b", bind, "-w", str(workers), "-k", worker],
        "uvicorn": [*python, "uvicorn", APP, "--factory", *place, "--no-access-log"],
    }


def install() -> None:
    """Puts the other servers into a folder of their own; they share the API's packages."""
    uv = shutil.which("uv", path=f"{os.environ['PATH']}:{ROOT}/.yab/tools/uv/bin")
    pip = [uv, "pip", "install", "--quiet"] if uv else [sys.executable, "-m", "pip", "install", "--quiet"]
    wanted = ROOT / "bench/asgi/requirements.txt"
    if (FOLDER / "requirements.txt").exists() and (FOLDER / "requirements.txt").read_text() == wanted.read_text():
        return
    target = ["--python", sys.executable] if uv else []
    subprocess.run([*pip, *target, "--target", FOLDER, "-r", wanted], check=True)
    shutil.copy(wanted, FOLDER)


@contextmanager
def running(command: list[str], env: Mapping[str, str], url: str) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a server until the block ends; begins when `url` answers 200."""
    with Path(FOLDER, "server.log").open("wb") as log:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=log, stderr=log)
    try:
        _wait(url, process)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while process.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit(f"{url}: never answered\n" + Path(FOLDER, "server.log").read_text())


def memory(process: subprocess.Popen[bytes]) -> float:
    """PSS in MB of a server and its children."""
    parent = psutil.Process(process.pid)
    return float(sum(one.memory_full_info().pss for one in (parent, *parent.children(recursive=True)))) / 1e6

"""Requests on keep-alive connections, as fast as the server answers: wrk where it is installed, else asyncio."""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 32
_UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3}


@dataclass(frozen=True)
class Sample:
    """What one run of load saw: answers a second, and the 99th percentile in ms."""

    rps: float
    p99: float


def load(url: str, cookie: str, seconds: int) -> Sample:
    """Loads `url` for some seconds. Raises SystemExit when an answer is not 200."""
    if wrk := shutil.which("wrk"):
        return _wrk(wrk, url, cookie, seconds)
    return asyncio.run(_python(url, cookie, seconds))


def loader() -> str:
    """Which loader this machine has."""
    return "wrk" if shutil.which("wrk") else "the bundled loader"


def _wrk(wrk: str, url: str, cookie: str, seconds: int) -> Sample:
    command = [
        wrk,
        "--threads=1",
        f"--connections={CONNECTIONS}",
        f"--duration={seconds}s",
        "--latency",
        "--timeout=10s",
    ]
    output = subprocess.run([*command, "-H", f"cookie: {cookie}", url], capture_output=True, text=True).stdout
    rps = re.search(r"Requests/sec:\s+([\d.]+)", output)
    p99 = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    if rps is None or p99 is None or "Non-2xx" in output or "Socket errors" in output:
        raise SystemExit(f"{url}: not every answer was right\n{output}")
    return Sample(float(rps[1]), float(p99[1]) * _UNITS[p99[2]])


async def _python(url: str, cookie: str, seconds: int) -> Sample:
    parts = urlsplit(url)
    request = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookie}\r\n\r\n".encode()
    end = time.perf_counter() + seconds
    address = (parts.hostname or "", parts.port or 80)
    lanes = await asyncio.gather(*(_lane(*address, request, end) for _ in range(CONNECTIONS)))
    times = sorted(duration for lane in lanes for duration in lane)
    return Sample(len(times) / seconds, times[int(len(times) * 0.99)] * 1e3)


async def _lane(host: str, port: int, request: bytes, end: float) -> list[float]:
    """Requests one after the other on one connection; the seconds of each."""
    reader, writer = await asyncio.open_connection(host, port)
    times: list[float] = []
    while (began := time.perf_counter()) < end:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise SystemExit(f"{request.split()[1].decode()}: {head.decode()}")
        length = re.search(rb"content-length: (\d+)", head.lower())
        await reader.readexactly(int(length[1]) if length else 0)
        times.append(time.perf_counter() - began)
    writer.close()
    return times

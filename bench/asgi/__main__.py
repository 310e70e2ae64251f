"""Compares ASGI servers on this API: `/health/`, which touches nothing, and `/api/v1/me`, which asks the database once.

    python -m bench.asgi [--rounds N] [--seconds S] [--workers N]

Each round runs every server once, so that a noisy moment hits all; ratios are taken within a round. All is on
loopback, with a Postgres and ports of its own, and nothing runs on afterwards.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.asgi import servers
from bench.asgi.load import CONNECTIONS, load, loader

ROUTES = ("/health/", "/api/v1/me")
PERSON = {"email": "bench@example.com", "password": "a password of the benchmark"}
Samples = dict[str, dict[str, list[float]]]


def main() -> None:
    """Runs the rounds and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.asgi", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of load on each route")
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    servers.install()
    samples: Samples = defaultdict(lambda: defaultdict(list))
    with database() as url:
        bind = f"127.0.0.1:{free_port()}"
        env = environment(url, bind, options.workers)
        cookie = sign_in(bind, env)
        for number in range(options.rounds):
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
            for name, command in servers.commands(bind, options.workers).items():
                measure(samples[name], command, env, bind, cookie, options.seconds)
    report(samples, options)


def measure(
    into: dict[str, list[float]], command: list[str], env: dict[str, str], bind: str, cookie: str, seconds: int
) -> None:
    """One server in one round."""
    began = time.perf_counter()
    with servers.running(command, env, f"http://{bind}/health/ready") as process:
        into["start"].append(time.perf_counter() - began)
        for route in ROUTES:
            load(f"http://{bind}{route}", cookie, 1)  # warm: connections of the pool, caches
            sample = load(f"http://{bind}{route}", cookie, seconds)
            into[f"{route} rps"].append(sample.rps)
            into[f"{route} p99"].append(sample.p99)
        into["memory"].append(servers.memory(process))


@contextmanager
def database() -> Iterator[str]:
    """A migrated database; its URL."""
    port = free_port()
    env = {**os.environ, "POSTGRES_USER": "app", "POSTGRES_PASSWORD": "bench", "POSTGRES_DB": "app"}
    with tempfile.TemporaryDirectory(prefix="bench-asgi-") as folder:
        data = Path(folder, "data")
        data.mkdir()
        program = [sys.executable, "-m", "yab.local.programs.postgres", "--data", str(data), "--port", str(port)]
        process = subprocess.Popen(program, env=env, stderr=subprocess.DEVNULL)
        try:
            until_listening(port)
            url = f"postgresql://app:bench@127.0.0.1:{port}/app"
            migrate = [sys.executable, "-m", "backend", "migrate"]
            subprocess.run(migrate, env={**os.environ, "DATABASE_URL": url}, check=True, stdout=subprocess.DEVNULL)
            yield url
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)


def until_listening(port: int) -> None:
    """Waits for something that accepts connections."""
    for _ in range(500):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.04)
    raise SystemExit("Postgres did not start")


def environment(url: str, bind: str, workers: int) -> dict[str, str]:
    """What every server gets; the folder of the others comes last, so that all share the API's packages."""
    return {
        **os.environ,
        "DATABASE_URL": url,
        "BIND": bind,
        "METRICS_BIND": f"127.0.0.1:{free_port()}",
        "WEB_CONCURRENCY": str(workers),
        "PYTHONPATH": str(servers.FOLDER),
    }


def sign_in(bind: str, env: dict[str, str]) -> str:
    """Signs up and in; the cookie."""
    with servers.running(next(iter(servers.commands(bind, 1).values())), env, f"http://{bind}/health/ready"):
        post(bind, "/api/v1/accounts", {**PERSON, "name": "Bench"})
        return post(bind, "/api/v1/sessions", PERSON).partition(";")[0]


def post(bind: str, path: str, body: dict[str, str]) -> str:
    """Posts JSON; the cookie that it sets."""
    connection = http.client.HTTPConnection(bind, timeout=10)
    connection.request("POST", path, json.dumps(body), {"content-type": "application/json"})
    answer = connection.getresponse()
    if answer.status != 201:
        raise SystemExit(f"{path}: {answer.status} {answer.read().decode()}")
    return answer.headers.get("set-cookie", "")


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def report(samples: Samples, options: argparse.Namespace) -> None:
    """Prints medians, and medians of each round's ratio to the first server."""
    first = next(iter(samples))
    print(
        f"{options.rounds} rounds of {options.seconds} s, {loader()}, {CONNECTIONS} connections, "
        f"{options.workers} worker(s), {os.cpu_count()} CPUs\n"
    )
    print("| server | route | answers/s | ratio | p99 ms | ready s | PSS MB |\n|---|---|---|---|---|---|---|")
    for name, values in samples.items():
        for route in ROUTES:
            rps = values[f"{route} rps"]
            ratios = [a / b for a, b in zip(rps, samples[first][f"{route} rps"], strict=True)]
            print(
                f"| {name} | `{route}` | {statistics.median(rps):.0f} | {statistics.median(ratios):.2f} "
                f"| {statistics.median(values[f'{route} p99']):.1f} | {statistics.median(values['start']):.2f} "
                f"| {statistics.median(values['memory']):.0f} |"
            )


if __name__ == "__main__":
    main()

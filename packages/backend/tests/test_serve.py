"""`serve` as a process: it starts, stops and crashes, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx
import psutil
import pytest
from api_steps import PASSWORD
from embedded_postgres import free_port
from processes import Process, get, run, running, until

SIGN_IN = {"email": "nobody@example.com", "password": PASSWORD}
both = pytest.mark.parametrize("workers", ["1", "2"])


def ready(process: Process) -> bool:
    return process.get("/health/ready").status == 200


@both
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_server_at_once(database: str, how: signal.Signals, workers: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY=workers) as api:
        until(lambda: ready(api))
        idle = httpx.Client(base_url=f"http://{api.bind}")
        assert idle.get("/health/").status_code == 200  # and its connection stays open
        began = time.monotonic()
        assert api.stop(how) == 0
        assert time.monotonic() - began < 2
        assert not [line for line in api.logged() if line["level"] in {"warning", "error", "critical"}]
        assert {path.name for path in api.log.parent.rglob("*") if path.is_file()} <= {"log", "lock"}


@both
def test_a_request_under_way_is_answered_before_the_server_ends(database: str, workers: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY=workers) as api, ThreadPoolExecutor() as pool:
        until(lambda: ready(api))
        with locked_accounts(database):
            url = f"http://{api.bind}/api/v1/sessions"
            answer = pool.submit(httpx.post, url, json=SIGN_IN, timeout=20)
            time.sleep(0.5)
            api.popen.send_signal(signal.SIGTERM)
            time.sleep(0.5)
            assert api.popen.poll() is None
        assert answer.result().status_code == 401
        assert api.popen.wait(timeout=20) == 0


@contextmanager
def locked_accounts(database: str) -> Iterator[None]:
    """Nobody can read accounts while the block runs."""
    with asyncio.Runner() as loop:
        connection = loop.run(asyncpg.connect(database))
        loop.run(connection.execute("BEGIN; LOCK TABLE accounts"))
        try:
            yield
        finally:
            loop.run(connection.close())


def test_no_worker_outlives_a_killed_parent(database: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY="2") as api:
        until(lambda: ready(api))
        children = psutil.Process(api.popen.pid).children(recursive=True)
        assert len(children) >= 2
        api.stop(signal.SIGKILL)
        until(lambda: not any(child.is_running() and child.status() != "zombie" for child in children), 3)
        assert api.get("/health/").status == 0


def test_a_killed_worker_is_replaced(database: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY="2") as api:
        until(lambda: ready(api))
        children = [child for child in psutil.Process(api.popen.pid).children() if "spawn_main" in str(child.cmdline())]
        children[0].kill()
        until(lambda: all(ready(api) for _ in range(10)))
        assert api.popen.poll() is None
        assert children[1].is_running()


@pytest.mark.parametrize("variable", ["BIND", "METRICS_BIND"])
@both
def test_a_taken_port_is_named(database: str, variable: str, workers: str) -> None:
    ports = {name: f"127.0.0.1:{free_port()}" for name in ("BIND", "METRICS_BIND")}
    with socket.create_server(("127.0.0.1", int(ports[variable].rpartition(":")[2]))):
        ended = run("serve", DATABASE_URL=database, WEB_CONCURRENCY=workers, **ports)
    what, remedy = ended.stderr.splitlines()
    assert what.startswith(f"{variable}: ")
    assert ports[variable] in what
    assert remedy.startswith("→ ")
    assert ended.returncode == 3


def test_a_second_server_does_not_share_the_port_of_the_first(database: str) -> None:
    with running("serve", DATABASE_URL=database) as api:
        until(lambda: ready(api))
        metrics = f"127.0.0.1:{free_port()}"
        assert run("serve", DATABASE_URL=database, BIND=api.bind, METRICS_BIND=metrics).returncode == 3


@both
def test_one_scrape_sums_all_workers(database: str, workers: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY=workers) as api:
        until(lambda: ready(api))
        for _ in range(20):
            assert api.get("/version").status == 200
        line = 'http_requests_total{method="GET",route="/version",status="200"}'
        until(lambda: counted(api, line) == 20)  # counted once the answer is out
        assert get(api.bind, "/metrics").status == 404


def test_counts_outlive_the_worker_that_counted(database: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY="2") as api:
        until(lambda: ready(api))
        for _ in range(20):
            api.get("/version")
        for child in psutil.Process(api.popen.pid).children():
            if "spawn_main" in str(child.cmdline()):
                child.kill()
        until(lambda: ready(api))
        until(
            lambda: counted(api, 'http_requests_total{method="GET",route="/version",status="200"}') == 20
        )  # counted once the answer is out


def test_what_a_killed_server_counted_is_wiped_by_the_next(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    shared = {"DATABASE_URL": database, "WEB_CONCURRENCY": "2", "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    with running("serve", **shared) as api:
        until(lambda: ready(api))
        api.get("/version")
        api.stop(signal.SIGKILL)
    killed = {path for path in folder.iterdir() if path.is_dir()}
    assert killed
    with running("serve", **shared) as api, running("serve", **shared) as other:
        until(lambda: ready(api) and ready(other))
        assert "/version" not in api.ops("/metrics").body
        assert not killed & set(folder.iterdir())
        other.get("/version")  # the second start took nothing from the first
        until(
            lambda: counted(other, 'http_requests_total{method="GET",route="/version",status="200"}') == 1
        )  # counted once the answer is out
        assert api.ops("/metrics").status == 200


def test_paths_that_nobody_serves_make_one_series(database: str) -> None:
    with running("serve", DATABASE_URL=database) as api:
        until(lambda: ready(api))
        for number in range(5):
            api.get(f"/nothing/{number}")
        until(
            lambda: counted(api, 'http_requests_total{method="GET",route="unmatched",status="404"}') == 5
        )  # counted once the answer is out
        assert "/nothing" not in api.ops("/metrics").body


def counted(api: Process, series: str) -> float:
    """The value of one series."""
    lines = [line for line in api.ops("/metrics").body.splitlines() if line.startswith(series)]
    return sum(float(line.rpartition(" ")[2]) for line in lines)


@both
def test_the_log_has_a_line_for_each_request_and_none_for_probes(database: str, workers: str) -> None:
    with running("serve", DATABASE_URL=database, WEB_CONCURRENCY=workers) as api:
        until(lambda: ready(api))
        answer = httpx.post(f"http://{api.bind}/api/v1/sessions", json=SIGN_IN)
        api.get("/nothing")
        api.stop()
        lines = [line for line in api.logged() if line.get("status", 503) != 503]  # a failing probe is told
        assert [(line["method"], line["path"], line["status"]) for line in lines] == [
            ("POST", "/api/v1/sessions", 401),
            ("GET", "/nothing", 404),
        ]
        assert lines[0]["request_id"] == answer.headers["x-request-id"]
        assert lines[0]["level"] == "info"
        assert PASSWORD not in api.log.read_text()


def test_the_version_is_what_the_image_says(database: str) -> None:
    with running("serve", DATABASE_URL=database, APP_VERSION="1.2.3", APP_REVISION="abc") as api:
        until(lambda: ready(api))
        assert api.get("/version").body == '{"version":"1.2.3","revision":"abc"}'

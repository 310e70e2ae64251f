"""The whole product as processes on this machine: what its user relies on."""

from __future__ import annotations

import email
import json
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from email.policy import default
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from running import ADMIN, Product, eventually

from yab.local import state as states

pytestmark = pytest.mark.product


@pytest.fixture
def web(product: Product) -> Iterator[httpx.Client]:
    """A client of the customer web's origin; it keeps cookies."""
    with client(product, "app") as found:
        yield found


def client(product: Product, name: str) -> httpx.Client:
    host = f"{name}.localhost:{product.port}"
    return httpx.Client(
        base_url=f"http://127.0.0.1:{product.port}",
        headers={"Host": host, "Origin": f"http://{host}"},
        timeout=10,
        trust_env=False,
    )


def row(product: Product, component: str) -> dict[str, Any]:
    found = json.loads(product.yab("status", "--json").stdout)
    return next(row for row in found["rows"] if row["component"] == component and row["kind"] == "pod")


def test_smoke_passes_and_says_each_step(product: Product) -> None:
    done = product.yab("smoke", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    steps = json.loads(done.stdout)["steps"]
    assert len(steps) >= 8
    assert all(step["ok"] and step["seconds"] >= 0 for step in steps)


def test_the_administrator_is_made_once(product: Product) -> None:
    assert len(product.admin_password) >= 16
    with client(product, "admin") as admin:
        made = admin.post("/api/v1/sessions", json={"email": ADMIN, "password": product.admin_password})
        assert made.status_code == 201, made.text
        assert admin.get("/api/v1/accounts").status_code == 200
    again = product.yab("run", "api", "--", "python", "-m", "backend", "create-admin", "--if-none")
    assert (again.returncode, again.stdout) == (0, "")


def test_a_lost_password_has_a_command(product: Product, web: httpx.Client) -> None:
    address = f"{uuid.uuid4()}@example.com"
    web.post("/api/v1/accounts", json={"email": address, "password": "first-password-1", "name": "Lost"})
    done = product.yab("run", "api", "--", "python", "-m", "backend", "reset-password", address)
    assert done.returncode == 0, done.stderr
    password = done.stdout.rpartition("password ")[2].strip()
    assert web.post("/api/v1/sessions", json={"email": address, "password": password}).status_code == 201


def test_a_sign_up_sends_one_mail(product: Product, web: httpx.Client) -> None:
    address = f"{uuid.uuid4()}@example.com"
    made = web.post("/api/v1/accounts", json={"email": address, "password": "a-good-password", "name": "Mail"})
    assert made.status_code == 201, made.text
    folder = mailbox(product)

    def mails() -> list[str]:
        found = [email.message_from_bytes(path.read_bytes(), policy=default) for path in folder.glob("*.eml")]
        return [str(mail["To"]) for mail in found if address in str(mail["To"])]

    eventually(mails)
    time.sleep(0.5)
    assert len(mails()) == 1


def mailbox(product: Product) -> Path:
    env = json.loads(product.yab("env", "worker", "--json").stdout)
    return Path(env["MAIL_DIR"])


def test_the_database_killed_under_load_is_a_503_and_heals_by_itself(product: Product, web: httpx.Client) -> None:
    address, password = f"{uuid.uuid4()}@example.com", "a-good-password"
    web.post("/api/v1/accounts", json={"email": address, "password": password, "name": "Load"})
    assert web.post("/api/v1/sessions", json={"email": address, "password": password}).status_code == 201
    session = {"Cookie": "; ".join(f"{name}={value}" for name, value in web.cookies.items())}
    env = json.loads(product.yab("status", "--json").stdout)
    api = next(row for row in env["rows"] if row["component"] == "api" and row["kind"] == "pod")
    seen: set[int] = set()
    end = threading.Event()

    def load() -> None:
        with client(product, "app") as each:
            while not end.is_set():
                seen.add(each.get("/api/v1/me", headers=session).status_code)

    threads = [threading.Thread(target=load) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(2):
            pid = row(product, "postgres")["pids"]["postgres"]
            os.kill(pid, signal.SIGKILL)
            eventually(lambda: direct(api, "/health/ready") == 503)
            assert direct(api, "/health/") == 200
            eventually(lambda: direct(api, "/health/ready") == 200, 30)
    finally:
        end.set()
        for thread in threads:
            thread.join()
    # Never a 500, and nobody was signed out.
    assert seen <= {200, 502, 503}
    assert row(product, "postgres")["restarts"] >= 2
    assert row(product, "api")["pids"] == api["pids"]
    eventually(lambda: web.get("/api/v1/me").status_code == 200)
    eventually(lambda: json.loads(product.yab("status", "--json").stdout)["phase"] == "ready")


@pytest.mark.parametrize("component", ["worker", "api", "web", "admin", "gateway"])
def test_a_killed_child_is_restarted(product: Product, component: str) -> None:
    def look() -> dict[str, Any]:
        rows = json.loads(product.yab("status", "--json").stdout)["rows"]
        return next(row for row in rows if row["component"] == component and row["kind"] in ("pod", "gateway"))

    before = look()
    for pid in before["pids"].values():
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: look()["restarts"] > before["restarts"])
    eventually(lambda: json.loads(product.yab("status", "--json").stdout)["phase"] == "ready")
    assert product.yab("smoke").returncode == 0


def direct(api: dict[str, Any], path: str) -> int:
    """The status of the API itself, past the gateway."""
    return httpx.get(f"http://127.0.0.1:{api['ports']['http']}{path}", timeout=10, trust_env=False).status_code


def test_metrics_have_a_port_of_their_own(product: Product, web: httpx.Client) -> None:
    port = row(product, "api")["ports"]["metrics"]
    assert "http_request" in httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text
    with client(product, "api") as api:
        assert api.get("/metrics").status_code == 404


def test_a_host_serves_only_its_paths(product: Product) -> None:
    with client(product, "api") as api, client(product, "nobody") as nobody, client(product, "app") as app:
        assert api.get("/version").status_code == 200
        assert api.get("/").status_code == 404
        assert nobody.get("/").status_code == 404
        assert app.get("/health/ready").headers["content-type"].startswith("text/html")


def test_psql_reaches_the_database(product: Product) -> None:
    done = product.yab("run", "api", "--", "sh", "-c", 'psql "$DATABASE_URL" -Atc "select 1 + 1"')
    assert (done.stdout, done.returncode) == ("2\n", 0), done.stderr
    done = product.yab("run", "postgres", "--", "psql", "-Atc", "select count(*) > 0 from accounts")
    assert (done.stdout, done.returncode) == ("t\n", 0), done.stderr


def test_nothing_runs_outside_its_parent(product: Product) -> None:
    """Each process of the product is the supervisor's child, so that none outlives it."""
    state = states.running(product.root)
    assert state
    children = {child.pid for child in psutil.Process(state.pid).children()}
    assert {pid for row in state.rows for pid in row.pids.values()} <= children

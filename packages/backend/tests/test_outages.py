"""The API while Postgres is away: it lives, says so, and recovers by itself."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator

import httpx
import pytest
from api_steps import PASSWORD
from embedded_postgres import Postgres
from processes import Process, query, running, until

from backend.migrate import migrate

SIGN_IN = {"email": "nobody@example.com", "password": PASSWORD}


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A server that the test may kill."""
    server = Postgres.create()
    try:
        server.start()
        query(server.url(), "CREATE DATABASE app")
        migrate(server.url("app"))
        yield server
    finally:
        server.remove()


def sign_in(api: Process) -> httpx.Response:
    return httpx.post(f"http://{api.bind}/api/v1/sessions", json=SIGN_IN, timeout=20)


def ready(api: Process) -> bool:
    return api.get("/health/ready").status == 200


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
def test_postgres_lost_and_found(own_postgres: Postgres, how: signal.Signals) -> None:
    with running("serve", DATABASE_URL=own_postgres.url("app")) as api:
        until(lambda: ready(api))
        assert sign_in(api).status_code == 401
        own_postgres.stop(how)
        assert api.get("/health/ready").status == 503
        assert api.get("/health/").status == 200
        answer = sign_in(api)
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == "urn:problem:database-unavailable"
        own_postgres.start()
        until(lambda: ready(api))
        assert [sign_in(api).status_code for _ in range(12)] == [401] * 12
        assert api.stop() == 0


def test_the_api_starts_without_postgres(own_postgres: Postgres) -> None:
    own_postgres.stop()
    with running("serve", DATABASE_URL=own_postgres.url("app")) as api:
        until(lambda: api.get("/health/").status == 200)
        assert api.get("/health/ready").status == 503
        own_postgres.start()
        until(lambda: ready(api))


def test_a_postgres_that_hangs_is_not_waited_for(own_postgres: Postgres) -> None:
    """As when a network drops packets: connections stay open, nothing answers."""
    with running("serve", DATABASE_URL=own_postgres.url("app")) as api:
        until(lambda: ready(api))
        frozen = [own_postgres.process(), *own_postgres.process().children(recursive=True)]
        for process in frozen:
            process.suspend()
        try:
            began = time.monotonic()
            assert api.get("/health/ready").status == 503
            assert time.monotonic() - began < 2, "probes give up after 2 s"
            assert api.get("/health/").status == 200
        finally:
            for process in frozen:
                process.resume()
        until(lambda: ready(api))


def test_a_schema_that_is_too_old_is_not_ready(own_postgres: Postgres) -> None:
    url = own_postgres.url("app")
    with running("serve", DATABASE_URL=url) as api:
        until(lambda: ready(api))
        query(url, "UPDATE alembic_version SET version_num = '0001'")
        answer = api.get("/health/ready")
        assert answer.status == 503
        assert "0001" in answer.body
        query(url, "UPDATE alembic_version SET version_num = '9999'")  # of a newer release, rolling out
        assert ready(api)


def test_a_database_without_a_schema_is_not_ready(empty_database: str) -> None:
    with running("serve", DATABASE_URL=empty_database) as api:
        until(lambda: api.get("/health/").status == 200)
        assert "migrate" in api.get("/health/ready").body

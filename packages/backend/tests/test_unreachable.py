"""Which failures are the database's (503, try again) and which are ours (500)."""

from __future__ import annotations

import httpx
import pytest
from api_steps import sign_up
from embedded_postgres import execute
from fastapi import FastAPI

from backend.app import create_app
from backend.config import Settings

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "url", ["postgresql://app@127.0.0.1:1/app", "postgresql://app@nowhere.invalid/app", "{database}_missing"]
)
async def test_a_database_without_a_way_to_it_is_a_503(settings: Settings, url: str) -> None:
    elsewhere = settings.model_copy(update={"database_url": url.format(database=settings.database_url)})
    app = create_app(elsewhere)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api.test") as client,
    ):
        answer = await sign_up(client, "ada@example.com")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:problem:database-unavailable")
        assert answer.headers["retry-after"]
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/health/")).status_code == 200


async def test_connections_that_the_server_ended_are_replaced_unnoticed(
    client: httpx.AsyncClient, database: str
) -> None:
    await sign_up(client, "ada@example.com")
    await execute(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'backend'")
    assert (await sign_up(client, "eve@example.com")).status_code == 201
    assert (await client.get("/health/ready")).status_code == 200


@pytest.mark.parametrize("bug", [FileNotFoundError("of ours"), ValueError("of ours")])
async def test_our_own_mistakes_are_a_500_with_the_id_of_the_log(
    app: FastAPI, client: httpx.AsyncClient, bug: Exception
) -> None:
    def fail() -> None:
        raise bug

    app.add_api_route("/fails", fail)
    answer = await client.get("/fails")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert "of ours" not in answer.text


async def test_a_wrong_statement_is_our_mistake(client: httpx.AsyncClient, database: str) -> None:
    await execute(database, "DROP TABLE sessions")
    assert (await client.get("/api/v1/me", headers={"cookie": "session=x"})).status_code == 500

"""Signing in and out: the cookie, what is stored of it, how long it lasts, and who may send it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from api_steps import sign_in, sign_up
from embedded_postgres import execute
from fastapi import FastAPI

from backend.app import create_app
from backend.config import Settings

pytestmark = pytest.mark.anyio
HOUR = timedelta(hours=1)


async def test_signing_in_sets_a_cookie_for_this_host_alone(client: httpx.AsyncClient) -> None:
    await sign_up(client, "ada@example.com")
    answer = await sign_in(client, " ADA@example.com ")
    assert answer.status_code == 201
    assert answer.json()["email"] == "ada@example.com"
    name, *attributes = answer.headers["set-cookie"].lower().split("; ")
    assert name.startswith("session=")
    assert {"httponly", "samesite=lax", "path=/", "max-age=2592000"} <= set(attributes)
    assert not any(attribute.startswith(("domain", "secure")) for attribute in attributes)


async def test_over_https_the_cookie_is_secure_and_prefixed(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"public_url": "https://app.example.dev"}))
    async with app.router.lifespan_context(app), browser_of(app, "https://app.example.dev") as client:
        await sign_up(client, "ada@example.com")
        cookie = (await sign_in(client, "ada@example.com")).headers["set-cookie"]
        assert cookie.startswith("__Host-session=")
        assert "; secure" in cookie.lower()
        assert (await client.get("/api/v1/me")).status_code == 200


def browser_of(app: FastAPI, address: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=address)


async def test_a_wrong_password_and_an_unknown_address_look_the_same(client: httpx.AsyncClient) -> None:
    await sign_up(client, "ada@example.com")
    wrong = await sign_in(client, "ada@example.com", "something else")
    unknown = await sign_in(client, "nobody@example.com", "something else")
    assert wrong.status_code == unknown.status_code == 401
    assert body_of(wrong) == body_of(unknown)
    assert "set-cookie" not in wrong.headers


def body_of(answer: httpx.Response) -> dict[str, object]:
    """The body without what names the one request."""
    return {key: value for key, value in answer.json().items() if key != "request_id"}


async def test_an_unknown_address_takes_as_long_as_a_wrong_password(client: httpx.AsyncClient) -> None:
    await sign_up(client, "ada@example.com")

    async def seconds(email: str) -> float:
        began = time.perf_counter()
        await sign_in(client, email, "something else")
        return time.perf_counter() - began

    pairs = [(await seconds("ada@example.com"), await seconds("nobody@example.com")) for _ in range(7)]
    known, unknown = (statistics.median(column) for column in zip(*pairs, strict=True))
    assert 0.5 < unknown / known < 2


@pytest.mark.parametrize("email", ["no address", "a\x00b@example.com", ""])
async def test_no_address_is_merely_unknown(client: httpx.AsyncClient, email: str) -> None:
    assert (await sign_in(client, email)).status_code == 401


async def test_signing_out_ends_the_session_not_only_the_cookie(member: httpx.AsyncClient) -> None:
    token = member.cookies["session"]
    answer = await member.delete("/api/v1/sessions/current")
    assert answer.status_code == 204
    assert "session" not in member.cookies
    assert (await member.get("/api/v1/me", headers={"cookie": f"session={token}"})).status_code == 401


async def test_signing_out_ends_no_other_session(member: httpx.AsyncClient, open_client: Opener) -> None:
    other = await open_client()
    await sign_in(other, "ada@example.com")
    await other.delete("/api/v1/sessions/current")
    assert (await member.get("/api/v1/me")).status_code == 200


async def test_signing_out_signed_out(client: httpx.AsyncClient) -> None:
    assert (await client.delete("/api/v1/sessions/current")).status_code == 204


async def test_the_database_does_not_know_the_token(member: httpx.AsyncClient, settings: Settings) -> None:
    [row] = await execute(settings.database_url, "SELECT token_hash FROM sessions")
    assert row["token_hash"].hex() != member.cookies["session"]
    assert member.cookies["session"].encode() not in row["token_hash"]


async def test_a_session_ends_after_30_days_unused(member: httpx.AsyncClient, settings: Settings) -> None:
    assert await remaining(settings) > timedelta(days=30) - HOUR
    await execute(settings.database_url, "UPDATE sessions SET expires_at = now() - interval '1 second'")
    assert (await member.get("/api/v1/me")).status_code == 401


async def test_use_prolongs_a_session_and_its_cookie(member: httpx.AsyncClient, settings: Settings) -> None:
    await execute(settings.database_url, "UPDATE sessions SET expires_at = now() + interval '10 days'")
    answer = await member.get("/api/v1/me")
    assert "max-age=2592000" in answer.headers["set-cookie"].lower()
    assert await remaining(settings) > timedelta(days=30) - HOUR


async def test_use_does_not_write_on_every_request(member: httpx.AsyncClient, settings: Settings) -> None:
    before = await remaining(settings)
    answer = await member.get("/api/v1/me")
    assert "set-cookie" not in answer.headers
    assert await remaining(settings) <= before


async def remaining(settings: Settings) -> timedelta:
    [row] = await execute(settings.database_url, "SELECT expires_at FROM sessions")
    left: timedelta = row["expires_at"] - datetime.now(UTC)
    return left


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://api.test", 204),
        ("http://evil.test", 403),
        ("http://api.test.evil.test", 403),
        ("http://api.test:8081", 403),
        ("null", 403),
    ],
)
async def test_a_change_under_a_cookie_comes_from_the_same_origin(
    member: httpx.AsyncClient, origin: str, status: int
) -> None:
    answer = await member.delete("/api/v1/me", headers={"origin": origin})
    assert answer.status_code == status


async def test_reading_needs_no_origin(member: httpx.AsyncClient) -> None:
    assert (await member.get("/api/v1/me", headers={"origin": "http://evil.test"})).status_code == 200


async def test_another_site_is_refused_where_the_browser_tells_only_that(member: httpx.AsyncClient) -> None:
    answer = await member.delete("/api/v1/me", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


Opener = Callable[[], Awaitable[httpx.AsyncClient]]

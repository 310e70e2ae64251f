"""Fixtures named for what a test needs: a database, the application, a signed-in client, a running process."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import anyio
import httpx
import pytest
from api_steps import sign_in, sign_up
from embedded_postgres import Postgres, execute
from fastapi import FastAPI

from backend.app import create_app
from backend.config import Settings
from backend.migrate import migrate

TEMPLATE = "migrated"
_numbers = itertools.count()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server of the whole run, with one migrated database to copy."""
    server = Postgres.create()
    try:
        server.start()
        anyio.run(execute, server.url(), f"CREATE DATABASE {TEMPLATE}")
        migrate(server.url(TEMPLATE))
        yield server
    finally:
        server.remove()


@pytest.fixture
def empty_database(postgres: Postgres) -> Iterator[str]:
    """The URL of a database without a schema."""
    yield from _create(postgres, "template0")


@pytest.fixture
def database(postgres: Postgres) -> Iterator[str]:
    """The URL of a migrated database that only this test uses."""
    yield from _create(postgres, TEMPLATE)


@pytest.fixture(scope="module")
def module_database(postgres: Postgres) -> Iterator[str]:
    """The URL of a migrated database that the tests of one module share."""
    yield from _create(postgres, TEMPLATE)


def _create(postgres: Postgres, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    anyio.run(execute, postgres.url(), f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    yield postgres.url(name)
    anyio.run(execute, postgres.url(), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def settings(database: str) -> Settings:
    return Settings(database_url=database, app_version="1.2.3", app_revision="abc")


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    """The application, opened as a server opens it."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        yield application


@pytest.fixture
async def open_client(app: FastAPI) -> AsyncIterator[Callable[[], Awaitable[httpx.AsyncClient]]]:
    """Opens clients, each with cookies of its own: each is another browser."""
    async with AsyncExitStack() as stack:

        async def open_one() -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            return await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://api.test"))

        yield open_one


@pytest.fixture
async def client(open_client: Callable[[], Awaitable[httpx.AsyncClient]]) -> httpx.AsyncClient:
    """A browser where nobody is signed in."""
    return await open_client()


@pytest.fixture
async def member(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """The browser of Ada, a member who is signed in."""
    await sign_up(client, "ada@example.com")
    await sign_in(client, "ada@example.com")
    return client


@pytest.fixture
async def administrator(
    open_client: Callable[[], Awaitable[httpx.AsyncClient]], settings: Settings
) -> httpx.AsyncClient:
    """The browser of a signed-in administrator."""
    browser = await open_client()
    await sign_up(browser, "root@example.com")
    await execute(settings.database_url, "UPDATE accounts SET role = 'administrator' WHERE email = 'root@example.com'")
    await sign_in(browser, "root@example.com")
    return browser

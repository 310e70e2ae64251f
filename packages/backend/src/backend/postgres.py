"""asyncpg, in one place: how to connect, and which errors mean that the database does not answer."""

import asyncpg  # type: ignore[import-untyped]

CONNECT_TIMEOUT = 5.0
"""Seconds until a connection attempt fails: a request answers 503 rather than wait for a database that is gone."""
STATEMENT_TIMEOUT = 30.0
"""Seconds a statement may take."""


class CannotConnectError(Exception):
    """The engine found no way to the database: nothing listens, it is starting, full, or refuses the password."""


UNREACHABLE = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)
Connection = asyncpg.Connection


async def connect(url: str, patience: float = CONNECT_TIMEOUT) -> asyncpg.Connection:
    """A connection. asyncpg reads the URL itself: `sslmode`, several hosts and the like mean what libpq says.

    `patience` is in seconds. Raises one of UNREACHABLE.
    """
    return await asyncpg.connect(
        url, timeout=patience, command_timeout=STATEMENT_TIMEOUT, server_settings={"application_name": "backend"}
    )


async def schema_version(connection: asyncpg.Connection) -> str:
    """The migration the database is at; empty before the first. Asks first: a failing query would fill the log."""
    if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
        return ""
    return await connection.fetchval("SELECT version_num FROM alembic_version") or ""

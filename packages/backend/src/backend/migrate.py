"""`python -m backend migrate`: brings the schema to the newest migration, one runner at a time."""

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from backend import postgres
from backend.errors import CommandError
from backend.migrations import head

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

LOCK = 7_246_015_334
"""Key of the advisory lock: a second runner waits until the first is done."""


def migrate(database_url: str) -> list[str]:
    """Runs what is missing; tells what ran, a line each. Raises CommandError when the database refuses."""
    try:
        present = asyncio.run(_schema(database_url))
    except postgres.UNREACHABLE as error:
        raise unreachable(database_url, error) from None
    if present == head():
        return [f"schema {present} is the newest"]
    if present > head():
        return [f"schema {present} is newer than this version's {head()}: left as it is"]
    try:
        return asyncio.run(_upgrade(database_url))
    except (*postgres.UNREACHABLE, postgres.CannotConnectError) as error:
        raise _failed(error) from None


def unreachable(database_url: str, error: BaseException) -> CommandError:
    """The error that names the database's host, never its password."""
    parts = urlsplit(database_url)
    place = f"{parts.hostname}:{parts.port or 5432}{parts.path}"
    return CommandError(
        "DATABASE_URL",
        f"no connection to {place}: {_first_line(error)}",
        "start Postgres there, or correct the address",
    )


def _failed(error: BaseException) -> CommandError:
    return CommandError(
        "migrate", _first_line(error), "nothing of the failed migration remains; mend it, then run it again"
    )


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


async def _schema(database_url: str) -> str:
    connection = await postgres.connect(database_url)
    try:
        return await postgres.schema_version(connection)
    finally:
        await connection.close()


async def _upgrade(database_url: str, revision: str = "head") -> list[str]:
    """Alembic's upgrade, on one connection that holds the lock."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    from backend.database import create_engine

    engine = create_engine(database_url)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
            await connection.commit()
            return await connection.run_sync(run_alembic, "upgrade", revision)
    except DBAPIError as error:
        raise _failed(error.orig or error) from None
    finally:
        await engine.dispose()


def alembic_config(connection: "Connection") -> "Config":
    """What alembic.ini would say."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "backend:migrations")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


def run_alembic(connection: "Connection", direction: str, revision: str) -> list[str]:
    """Runs `alembic upgrade|downgrade revision` on `connection`; one line for each migration."""
    from alembic import command

    lines: list[str] = []
    config = alembic_config(connection)
    config.attributes["on_version_apply"] = lambda step, **_: lines.append(
        f"{step.up_revision_id} {step.up_revision.doc}" if step.is_upgrade else f"undone: {step.up_revision_id}"
    )
    getattr(command, direction)(config, revision)
    return lines

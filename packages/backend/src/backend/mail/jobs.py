"""Jobs of mail: put into the queue by whoever causes them."""

import uuid

import asyncpg
from pgqueuer.adapters.persistence.queries import Queries

from backend.database import Session

WELCOME = "mail.welcome"
"""Entrypoint of the welcome mail; its payload is the account's id."""


async def enqueue_welcome(session: Session, account_id: uuid.UUID) -> None:
    """Queues the mail on the session's own connection, so in its transaction."""
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, asyncpg.Connection)
    queries = Queries.from_asyncpg_connection(connection)
    await queries.enqueue(WELCOME, account_id.bytes, dedupe_key=f"welcome-{account_id}")

"""The queue's row belongs to the transaction that causes it, and pgqueuer itself takes it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from api_steps import sign_up
from embedded_postgres import execute
from pgqueuer.adapters.persistence.queries import Queries
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.schemas import NewAccount
from backend.accounts.service import create_account
from backend.config import Settings
from backend.database import create_engine, session_factory
from backend.mail.jobs import WELCOME, enqueue_welcome
from backend.queue import enqueue

pytestmark = pytest.mark.anyio
ADA = NewAccount(email="ada@example.com", password="correct horse battery", name="Ada")
SEEN = "SELECT (SELECT count(*) FROM accounts) AS accounts, (SELECT count(*) FROM pgqueuer) AS jobs"


@pytest.fixture
async def session(database: str) -> AsyncIterator[AsyncSession]:
    engine = create_engine(database)
    async with session_factory(engine)() as opened:
        yield opened
    await engine.dispose()


async def seen(database: str) -> tuple[int, int]:
    """Accounts and jobs that another connection sees."""
    [row] = await execute(database, SEEN)
    return row["accounts"], row["jobs"]


async def test_job_and_account_are_one_transaction(session: AsyncSession, database: str) -> None:
    account = await create_account(session, ADA)
    await enqueue_welcome(session, account.id)
    assert await seen(database) == (0, 0)
    await session.commit()
    assert await seen(database) == (1, 1)


async def test_what_is_rolled_back_sends_no_mail(session: AsyncSession, database: str) -> None:
    account = await create_account(session, ADA)
    await enqueue_welcome(session, account.id)
    await session.rollback()
    assert await seen(database) == (0, 0)


async def test_a_refused_sign_up_queues_nothing(client: httpx.AsyncClient, settings: Settings) -> None:
    await sign_up(client, "ada@example.com")
    assert (await sign_up(client, "ada@example.com")).status_code == 409
    assert await seen(settings.database_url) == (1, 1)


async def test_of_sign_ups_at_once_one_wins(client: httpx.AsyncClient, settings: Settings) -> None:
    answers = await asyncio.gather(*(sign_up(client, "ada@example.com") for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
    assert await seen(settings.database_url) == (1, 1)


async def test_a_second_job_of_the_same_key_is_none(session: AsyncSession, database: str) -> None:
    for _ in range(2):
        await enqueue(session, WELCOME, "key", b"payload")
    await session.commit()
    assert await seen(database) == (0, 1)


async def test_the_row_is_the_one_pgqueuer_writes(session: AsyncSession, database: str) -> None:
    """The API writes it in plain SQL: whatever pgqueuer changes about its rows must show here."""
    account_id = uuid.uuid4()
    await enqueue_welcome(session, account_id)
    await session.commit()
    connection = await asyncpg.connect(database)
    queries = Queries.from_asyncpg_connection(connection)
    await queries.enqueue([WELCOME], [account_id.bytes], [0], dedupe_key=[f"other-{account_id}"])
    columns = "priority, status, entrypoint, payload, queue_manager_id, attempts, slot, coalesce(headers, 'null')"
    ours, theirs = await connection.fetch(f"SELECT {columns} FROM pgqueuer ORDER BY id")
    assert dict(ours) == dict(theirs)
    ours, theirs = await connection.fetch("SELECT status, priority, entrypoint FROM pgqueuer_log ORDER BY id")
    assert dict(ours) == dict(theirs)
    await connection.close()

"""Jobs of mail, named by those who cause them and by the worker."""

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from backend.queue import enqueue

WELCOME = "mail.welcome"
"""Entrypoint of the welcome mail; its payload is the account's id."""


def welcome_key(account_id: uuid.UUID) -> str:
    """The mail's key: an account is welcomed once."""
    return f"welcome-{account_id}"


async def enqueue_welcome(session: AsyncSession, account_id: uuid.UUID) -> None:
    """Queues the mail in the session's transaction."""
    await enqueue(session, WELCOME, welcome_key(account_id), account_id.bytes)

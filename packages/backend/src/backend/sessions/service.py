"""Session tokens: made, looked up, prolonged, ended."""

import hashlib
import secrets
import uuid
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Account
from backend.database import utcnow
from backend.sessions.models import LoginSession

LIFETIME = timedelta(days=30)
"""Without use a session ends after this; use prolongs it."""
PROLONG_EVERY = timedelta(hours=1)
"""A session in use is prolonged at most so often: one write an hour, not one a request."""


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def start_session(session: AsyncSession, account_id: uuid.UUID) -> str:
    """The token of a new session; removes the account's sessions that ended."""
    token = secrets.token_urlsafe(32)
    now = utcnow()
    await session.execute(
        delete(LoginSession).where(LoginSession.account_id == account_id, LoginSession.expires_at <= now)
    )
    session.add(LoginSession(token_hash=_hash(token), account_id=account_id, expires_at=now + LIFETIME))
    await session.commit()
    return token


async def find_account(session: AsyncSession, token: str) -> tuple[Account, bool] | None:
    """Whose session it is, and whether it was prolonged; None when it is unknown or has ended."""
    now = utcnow()
    query = (
        select(Account, LoginSession.expires_at)
        .join(LoginSession, LoginSession.account_id == Account.id)
        .where(LoginSession.token_hash == _hash(token), LoginSession.expires_at > now)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None:
        return None
    account, expires_at = row
    prolong = expires_at < now + LIFETIME - PROLONG_EVERY
    if prolong:
        await session.execute(
            update(LoginSession).where(LoginSession.token_hash == _hash(token)).values(expires_at=now + LIFETIME)
        )
        await session.commit()
    return account, prolong


async def end_session(session: AsyncSession, token: str) -> None:
    """Ends the session, if there is one."""
    await session.execute(delete(LoginSession).where(LoginSession.token_hash == _hash(token)))
    await session.commit()

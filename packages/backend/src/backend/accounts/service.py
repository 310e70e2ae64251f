"""Accounts: created, listed, removed."""

import uuid
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus

from sqlalchemy import select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from backend.accounts.models import Account, Role
from backend.accounts.passwords import hash_password
from backend.accounts.schemas import NewAccount
from backend.problems import ProblemError


async def create_account(session: AsyncSession, new: NewAccount, role: Role = Role.MEMBER) -> Account:
    """Adds the account, not yet committed. Raises ProblemError 409 when the e-mail address is taken."""
    account = Account(email=new.email, name=new.name, role=role, password_hash=await hash_password(new.password))
    session.add(account)
    try:
        await session.flush()
    except IntegrityError:
        await session.rollback()
        raise ProblemError(HTTPStatus.CONFLICT, "email-taken", "An account with this email exists.") from None
    return account


async def list_accounts(session: AsyncSession, limit: int, cursor: str | None) -> tuple[Sequence[Account], str | None]:
    """A page, the newest first, and the cursor of the next one."""
    query = select(Account).order_by(Account.created_at.desc(), Account.id.desc()).limit(limit + 1)
    if cursor:
        query = query.where(tuple_(Account.created_at, Account.id) < _decode(cursor))
    rows = (await session.scalars(query)).all()
    page = rows[:limit]
    return page, _encode(page[-1]) if len(rows) > limit else None


def _encode(account: Account) -> str:
    return urlsafe_b64encode(f"{account.created_at.isoformat()} {account.id}".encode()).decode()


def _decode(cursor: str) -> tuple[datetime, uuid.UUID]:
    """The place that `_encode` wrote. Raises ProblemError 422 for anything else."""
    try:
        created_at, _, account_id = urlsafe_b64decode(cursor).decode().partition(" ")
        place = datetime.fromisoformat(created_at)
        place.astimezone()
        return place, uuid.UUID(account_id)
    except (ValueError, OverflowError):
        detail = "`cursor` is not one that this API gave."
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-cursor", detail) from None

"""Commands for operators: the first administrator, a lost password."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from backend import postgres
from backend.accounts.models import Account, Role
from backend.accounts.passwords import hash_password
from backend.accounts.schemas import Email, NewAccount
from backend.accounts.service import create_account
from backend.config import load
from backend.database import create_engine, session_factory
from backend.errors import CommandError, Exit
from backend.migrate import unreachable
from backend.problems import ProblemError
from backend.sessions.models import LoginSession

_T = TypeVar("_T")
_ONE_ADMINISTRATOR = 7_246_015_335
"""Key of the advisory lock: two `create-admin --if-none` at once make one administrator."""


def create_admin(email: str, if_none: bool) -> list[str]:
    """Creates an administrator; the line with the password, or none when `if_none` and there is one.

    Raises CommandError when the e-mail address is none, or taken.
    """
    return _run(lambda session: _create_admin(session, _email(email), if_none))


def reset_password(email: str) -> str:
    """Gives the account a new password and ends its sessions; the line with the password. Raises CommandError."""
    return _run(lambda session: _reset_password(session, _email(email)))


async def _create_admin(session: AsyncSession, email: str, if_none: bool) -> list[str]:
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_ADMINISTRATOR})
    administrators = select(func.count()).where(Account.role == Role.ADMINISTRATOR)
    if if_none and await session.scalar(administrators):
        return []
    password = _password()
    new = NewAccount(email=email, password=password, name="Administrator")
    try:
        await create_account(session, new, Role.ADMINISTRATOR)
    except ProblemError:
        raise CommandError(email, "an account has this address", "choose another with --email") from None
    await session.commit()
    return [f"administrator {email}, password {password}"]


async def _reset_password(session: AsyncSession, email: str) -> str:
    account = await session.scalar(select(Account).where(Account.email == email))
    if account is None:
        raise CommandError(email, "no account has this address", "check its spelling, or sign up with it")
    password = _password()
    account.password_hash = await hash_password(password)
    await session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
    await session.commit()
    return f"{account.role} {email}, password {password}"


def _password() -> str:
    """20 characters, 120 bits."""
    return secrets.token_urlsafe(15)


def _email(value: str) -> str:
    try:
        return TypeAdapter[str](Email).validate_python(value)
    except ValidationError:
        raise CommandError(value, "is not an e-mail address", "write it as name@example.com", Exit.USAGE) from None


def _run(work: Callable[[AsyncSession], Awaitable[_T]]) -> _T:
    """Runs `work` with a session; the database's failures become a CommandError."""
    url = load().database_url

    async def run() -> _T:
        engine = create_engine(url)
        try:
            async with session_factory(engine)() as session:
                return await work(session)
        finally:
            await engine.dispose()

    try:
        return asyncio.run(run())
    except ProgrammingError:
        remedy = "run `python -m backend migrate` first"
        raise CommandError("database", "its schema is missing or too old", remedy) from None
    except (*postgres.UNREACHABLE, postgres.CannotConnectError, DBAPIError) as error:
        raise unreachable(url, error) from None

"""The mail that a new account gets."""

import asyncio
import uuid
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from backend.accounts.models import Account
from backend.config import Settings
from backend.database import utcnow
from backend.mail.jobs import welcome_key
from backend.mail.models import SentMail
from backend.mail.transport import Transport

_TEXT = """\
Hello {name},

your account is ready. Sign in here:

    {url}/

If you did not create it, ignore this message.
"""


def render(settings: Settings, name: str, email: str, key: str) -> EmailMessage:
    """The message; `key` makes its Message-ID."""
    message = EmailMessage(SMTP)
    message["From"] = settings.mail_from
    message["To"] = Address(name, *email.rsplit("@", 1))
    message["Subject"] = "Welcome"
    message["Date"] = format_datetime(utcnow())
    message["Message-ID"] = f"<{key}@{settings.mail_from.rpartition('@')[2].strip('>')}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(_TEXT.format(name=name, url=settings.public_url.rstrip("/")))
    return message


async def send_welcome(
    settings: Settings, sessions: async_sessionmaker[AsyncSession], transport: Transport, account_id: uuid.UUID
) -> bool:
    """Welcomes the account, once; whether it did now. No mail when the account is gone.

    The row of `sent_mails` is written first and committed last: a second worker with the same job waits for it, and a
    worker that dies takes it back with its transaction.
    """
    key = welcome_key(account_id)
    async with sessions.begin() as session:
        account = await session.get(Account, account_id)
        if account is None:
            return False
        mark = insert(SentMail).values(key=key).on_conflict_do_nothing().returning(SentMail.key)
        if await session.scalar(mark) is None:
            return False
        message = render(settings, account.name, account.email, key)
        await asyncio.to_thread(transport.send, message, key)
    return True

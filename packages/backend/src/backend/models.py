"""All tables, for Alembic."""

from backend.accounts.models import Account
from backend.mail.models import SentMail
from backend.sessions.models import LoginSession

__all__ = ["Account", "LoginSession", "SentMail"]

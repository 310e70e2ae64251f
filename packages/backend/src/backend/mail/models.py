"""Table of the mails that were sent."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base, utcnow


class SentMail(Base):
    """A mail that was handed over. Its key keeps a repeated job from sending it again."""

    __tablename__ = "sent_mails"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    sent_at: Mapped[datetime] = mapped_column(default=utcnow)

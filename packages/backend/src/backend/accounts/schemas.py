"""What the routes of accounts read and write."""

import uuid
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.accounts.models import Role

# Neither control characters nor NUL, which Postgres cannot store.
_LINE = r"^[^\x00-\x1f\x7f]+$"
# What browsers take for <input type=email> (HTML standard), with a dot in the domain.
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_EMAIL = rf"^[a-zA-Z0-9.!#$%&'*+/=?^_`{{|}}~-]+@{_LABEL}(?:\.{_LABEL})+$"

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        to_lower=True,
        max_length=254,
        pattern=_EMAIL,
    ),
    Field(json_schema_extra={"format": "email"}, examples=["ada@example.com"]),
]
Password = Annotated[
    str, StringConstraints(min_length=10, max_length=128), Field(json_schema_extra={"format": "password"})
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_LINE)]


class NewAccount(BaseModel):
    """A person who signs up."""

    email: Email
    password: Password
    name: Name


class Account(BaseModel):
    """An account as the API shows it."""

    model_config = ConfigDict(from_attributes=True)

    id: uuid.UUID
    email: str
    name: str
    role: Role
    created_at: datetime


class AccountPage(BaseModel):
    """Accounts, the newest first. `next_cursor` gives the next page, null on the last."""

    items: list[Account]
    next_cursor: str | None

"""Who asks: dependencies of routes that need a signed-in account."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request, Response

from backend.accounts.models import Account, Role
from backend.dependencies import Session
from backend.problems import ProblemError
from backend.sessions.cookie import Token, set_cookie
from backend.sessions.service import find_account


async def _current_account(request: Request, response: Response, session: Session, token: Token) -> Account:
    found = await find_account(session, token) if token else None
    if found is None or token is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "not-signed-in", "Sign in first.")
    account, prolonged = found
    if prolonged:
        set_cookie(response, request.app.state.settings, token)
    return account


CurrentAccount = Annotated[Account, Depends(_current_account)]


async def _administrator(account: CurrentAccount) -> Account:
    if account.role != Role.ADMINISTRATOR:
        raise ProblemError(HTTPStatus.FORBIDDEN, "administrators-only", "Only administrators may do this.")
    return account


Administrator = Annotated[Account, Depends(_administrator)]

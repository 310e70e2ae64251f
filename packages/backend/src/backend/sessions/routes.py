"""Routes: sign in, sign out."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, StringConstraints
from sqlalchemy import select

from backend.accounts.models import Account as Row
from backend.accounts.passwords import verify_password
from backend.accounts.schemas import Account
from backend.dependencies import Session
from backend.problems import ProblemError, responses
from backend.sessions import service
from backend.sessions.cookie import Token, clear_cookie, set_cookie

router = APIRouter(prefix="/api/v1/sessions", tags=["sessions"])


class Credentials(BaseModel):
    """A person who signs in. Nothing but the length is checked: whatever is wrong gets the same 401."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True, max_length=254)]
    password: Annotated[str, StringConstraints(max_length=200)]


@router.post(
    "", operation_id="createSession", status_code=HTTPStatus.CREATED, responses=responses(HTTPStatus.UNAUTHORIZED)
)
async def create_session(body: Credentials, request: Request, response: Response, session: Session) -> Account:
    """Signs in: sets the session cookie."""
    account = None
    if "\x00" not in body.email:  # Postgres knows no such text
        account = await session.scalar(select(Row).where(Row.email == body.email))
    await session.close()  # no connection is held while the password is hashed
    if not await verify_password(account.password_hash if account else None, body.password) or account is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "wrong-credentials", "The email or the password is wrong.")
    token = await service.start_session(session, account.id)
    set_cookie(response, request.app.state.settings, token)
    return Account.model_validate(account)


@router.delete("/current", operation_id="deleteCurrentSession", status_code=HTTPStatus.NO_CONTENT)
async def delete_current_session(request: Request, response: Response, session: Session, token: Token) -> None:
    """Signs out: ends the session and clears the cookie. Answers the same when nobody was signed in."""
    if token:
        await service.end_session(session, token)
    clear_cookie(response, request.app.state.settings)

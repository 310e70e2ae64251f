"""Routes: sign up, see and delete oneself, list all."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from backend.accounts import service
from backend.accounts.schemas import Account, AccountPage, NewAccount
from backend.dependencies import Session
from backend.mail.jobs import enqueue_welcome
from backend.problems import responses
from backend.sessions.cookie import clear_cookie
from backend.sessions.current import Administrator, CurrentAccount

router = APIRouter(prefix="/api/v1", tags=["accounts"])


@router.post(
    "/accounts", operation_id="createAccount", status_code=HTTPStatus.CREATED, responses=responses(HTTPStatus.CONFLICT)
)
async def create_account(body: NewAccount, session: Session) -> Account:
    """Signs up. The welcome mail is a job of the same transaction: both happen, or neither."""
    account = await service.create_account(session, body)
    await enqueue_welcome(session, account.id)
    await session.commit()
    return Account.model_validate(account)


@router.get("/me", operation_id="getMe", responses=responses(HTTPStatus.UNAUTHORIZED))
async def get_me(account: CurrentAccount) -> Account:
    """The signed-in account."""
    return Account.model_validate(account)


@router.delete(
    "/me",
    operation_id="deleteMe",
    status_code=HTTPStatus.NO_CONTENT,
    responses=responses(HTTPStatus.UNAUTHORIZED),
)
async def delete_me(request: Request, response: Response, session: Session, account: CurrentAccount) -> None:
    """Deletes the signed-in account, and with it all its sessions."""
    await session.delete(account)
    await session.commit()
    clear_cookie(response, request.app.state.settings)


@router.get(
    "/accounts",
    operation_id="listAccounts",
    responses=responses(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
)
async def list_accounts(
    session: Session,
    _: Administrator,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
) -> AccountPage:
    """All accounts, the newest first, for administrators."""
    page, next_cursor = await service.list_accounts(session, limit, cursor)
    return AccountPage(items=[Account.model_validate(account) for account in page], next_cursor=next_cursor)

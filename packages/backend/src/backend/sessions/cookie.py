"""The session cookie: host-only, unreadable for scripts, not sent with requests that other sites cause."""

from typing import Annotated

from fastapi import Depends, Request, Response

from backend.config import Settings
from backend.sessions.service import LIFETIME


def cookie_name(settings: Settings) -> str:
    """`__Host-session` where the product is public over HTTPS; browsers refuse that prefix over http."""
    return "__Host-session" if settings.secure_cookies else "session"


def set_cookie(response: Response, settings: Settings, token: str) -> None:
    """Signs the browser in."""
    response.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings) -> None:
    """Makes the browser forget."""
    response.delete_cookie(
        cookie_name(settings), path="/", secure=settings.secure_cookies, httponly=True, samesite="lax"
    )


async def _token(request: Request) -> str | None:  # async: FastAPI would run it in a thread otherwise
    return request.cookies.get(cookie_name(request.app.state.settings))


Token = Annotated[str | None, Depends(_token)]

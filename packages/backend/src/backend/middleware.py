"""What happens around every request: an id, the Origin check, one access line, metrics."""

import re
import time
import uuid
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.health import PROBES
from backend.logs import get_logger
from backend.metrics import observe_request
from backend.problems import bug_response, problem_response

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
logger = get_logger("backend.access")


class RequestMiddleware:
    """Pure ASGI: Starlette's BaseHTTPMiddleware would cost a task and a queue for each request."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Runs the application for one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        scope["request_id"] = request_id
        started = time.perf_counter()
        status = 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        try:
            if _is_cross_site(scope["method"], headers):
                detail = "The request comes from another site."
                refuse = problem_response(Request(scope), HTTPStatus.FORBIDDEN, detail, "cross-site")
                await refuse(scope, receive, send_with_id)
            else:
                await self.app(scope, receive, send_with_id)
        except Exception as error:
            if status:  # half of the answer is out: the server cuts the connection
                raise
            await bug_response(Request(scope), error)(scope, receive, send_with_id)
        finally:
            seconds = time.perf_counter() - started
            observe_request(scope["method"], _template(scope), status, seconds)
            _log(scope, status, seconds)


def _request_id(headers: Headers) -> str:
    """The gateway's id, when it has the form of one."""
    given = headers.get("x-request-id", "")
    return given if _ID.fullmatch(given) else uuid.uuid4().hex


def _is_cross_site(method: str, headers: Headers) -> bool:
    """Whether a browser of another origin sends a change under a cookie.

    SameSite=Lax keeps other sites out, but not other hosts of the same site; programs send neither cookie nor Origin.
    """
    if method in _SAFE or "cookie" not in headers:
        return False
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
    return urlsplit(origin).netloc != headers.get("host")


def _template(scope: Scope) -> str:
    """The route's template, so that ids in paths make no new time series; `unmatched` without a route."""
    route = scope.get("route")
    return getattr(route, "path", "unmatched")


def _log(scope: Scope, status: int, seconds: float) -> None:
    path = scope["path"]
    write = logger.debug if path in PROBES and status < 400 else logger.info
    client = scope.get("client")
    write(
        f"{scope['method']} {path} {status}",
        method=scope["method"],
        path=path,
        status=status,
        duration_ms=round(seconds * 1000, 1),
        client=client[0] if client else None,
    )

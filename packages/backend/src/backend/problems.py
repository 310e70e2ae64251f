"""Every error is a problem detail (RFC 9457), `application/problem+json`."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from backend.logs import get_logger
from backend.postgres import CannotConnectError

MEDIA_TYPE = "application/problem+json"
logger = get_logger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field: a JSON pointer into the body (`#/email`), or `#/` and a parameter's name."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. Programs read `type`, people `detail`; `request_id` finds the request in the log."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[FieldError] | None = None


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(self, status: HTTPStatus, kind: str, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.status, self.kind, self.detail, self.errors = status, kind, detail, errors


def problem_response(
    request: Request,
    status: HTTPStatus,
    detail: str,
    kind: str | None = None,
    errors: Sequence[FieldError] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """The answer; `kind` becomes the URN `urn:problem:<kind>`."""
    problem = Problem(
        type=f"urn:problem:{kind}" if kind else "about:blank",
        title=status.phrase,
        status=status,
        detail=detail,
        instance=request.url.path,
        request_id=request.scope["request_id"],
        errors=list(errors) or None,
    )
    return JSONResponse(problem.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def responses(*statuses: HTTPStatus) -> dict[int | str, dict[str, object]]:
    """What a route may answer besides success, for the OpenAPI document."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {int(s): {"description": s.phrase, "content": {MEDIA_TYPE: schema}} for s in statuses}


def install(app: FastAPI) -> None:
    """Turns every exception of `app` into a problem."""
    app.add_exception_handler(ProblemError, _on_problem)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    for unavailable in (CannotConnectError, DBAPIError, PoolTimeoutError, ConnectionError, TimeoutError):
        app.add_exception_handler(unavailable, _on_database)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return problem_response(request, error.status, error.detail, error.kind, error.errors)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's only one: a body that it cannot decode
        return _invalid(request, [FieldError(pointer="#", detail="JSON in UTF-8 is expected")])
    status = HTTPStatus(error.status_code)
    return problem_response(request, status, status.description or error.detail, headers=dict(error.headers or {}))


async def _on_invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    errors = [FieldError(pointer=_pointer(e), detail=_words(e)) for e in error.errors()]
    return _invalid(request, errors)


def _invalid(request: Request, errors: Sequence[FieldError]) -> JSONResponse:
    detail = "The request has mistakes; `errors` names them."
    return problem_response(request, HTTPStatus.UNPROCESSABLE_ENTITY, detail, "invalid-request", errors)


def _words(error: dict[str, Any]) -> str:
    """The mistake as a person reads it beside a form's field; pydantic's own words for the rest."""
    bounds = error.get("ctx") or {}
    return {
        "missing": "This is required.",
        "string_too_short": "Use at least {min_length} characters.",
        "string_too_long": "Use at most {max_length} characters.",
    }.get(error["type"], "{msg}").format(msg=error["msg"], **bounds)


def _pointer(error: dict[str, Any]) -> str:
    """Where the mistake is; the whole body when that is no JSON."""
    return "#" if error["type"] == "json_invalid" else "#" + "".join(f"/{part}" for part in error["loc"][1:])


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, SQLAlchemyError) and not _lost_connection(error):
        return bug_response(request, error)
    logger.warning("database unreachable", error=f"{type(error).__name__}: {error}"[:300])
    detail = "The database does not answer. Try again in a moment."
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return problem_response(request, status, detail, "database-unavailable", headers={"Retry-After": "2"})


def _lost_connection(error: SQLAlchemyError) -> bool:
    """Whether the database is the cause, not the statement: no connection, or SQLSTATE class 08, 53 or 57."""
    if not isinstance(error, DBAPIError):
        return True
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or state[:2] in {"08", "53", "57"}


def bug_response(request: Request, error: Exception) -> JSONResponse:
    """The answer to an exception that nobody expected; its traceback goes into the log."""
    logger.error("request failed", exc_info=error)
    detail = "Something went wrong on our side; the log has it under the request's id."
    return problem_response(request, HTTPStatus.INTERNAL_SERVER_ERROR, detail)

"""For probes and people: lives, can serve, which version."""

from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel

from backend.problems import ProblemError, responses

router = APIRouter(tags=["operations"])
PROBES = frozenset({"/health/", "/health/ready"})
"""Paths that probes ask every second."""


class Health(BaseModel):
    """All is well."""

    status: Literal["ok"] = "ok"


class Version(BaseModel):
    """What runs."""

    version: str
    revision: str


@router.get("/health/", operation_id="getHealth")
async def health() -> Health:
    """The process lives. Touches nothing else, so that no outage of another part restarts it."""
    return Health()


@router.get("/health/ready", operation_id="getReadiness", responses=responses(HTTPStatus.SERVICE_UNAVAILABLE))
async def ready(request: Request) -> Health:
    """It can serve: the database answers, and its schema is new enough."""
    if problem := await request.app.state.readiness.problem():
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "not-ready", f"Not ready: {problem}.")
    return Health()


@router.get("/version", operation_id="getVersion")
async def version(request: Request) -> Version:
    """The release that answers."""
    settings = request.app.state.settings
    return Version(version=settings.app_version, revision=settings.app_revision)

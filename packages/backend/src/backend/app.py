"""The HTTP application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from backend import health, problems
from backend.accounts.routes import router as accounts_router
from backend.config import Settings
from backend.database import create_engine, session_factory
from backend.middleware import RequestMiddleware
from backend.readiness import Readiness
from backend.sessions.routes import router as sessions_router

DESCRIPTION = "Errors are problem details (RFC 9457). A browser is signed in by the cookie that `POST /sessions` sets."


def create_app(settings: Settings) -> FastAPI:
    """The application, with nothing opened yet: its lifespan opens and closes what it uses."""
    app = FastAPI(
        title="API",
        version="1",
        description=DESCRIPTION,
        docs_url="/api/docs",
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.settings = settings
    for router in (accounts_router, sessions_router, health.router):
        app.include_router(router)
    problems.install(app)
    app.add_middleware(RequestMiddleware)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    engine = create_engine(settings.database_url)
    app.state.sessions = session_factory(engine)
    app.state.readiness = Readiness(settings.database_url)
    yield
    await app.state.readiness.close()
    await engine.dispose()


def _openapi(app: FastAPI) -> dict[str, object]:
    """The document: FastAPI's, with its own shape of validation errors replaced by ours."""
    if app.openapi_schema:
        return app.openapi_schema
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    problem = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas |= problem.pop("$defs") | {"Problem": problem}
    invalid = problems.responses(HTTPStatus.UNPROCESSABLE_ENTITY)[422]
    default = {**invalid, "description": "Any other problem"}
    for path in document["paths"].values():
        for operation in path.values():
            if "422" in operation["responses"]:
                operation["responses"]["422"] = invalid
            operation["responses"]["default"] = default
    app.openapi_schema = document
    return document

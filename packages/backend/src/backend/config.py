"""Settings from environment variables: one field a variable, as README.md lists them."""

import functools
import os
import tempfile
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.cpu import cpu_limit
from backend.errors import CommandError, Exit


def _url(*schemes: str) -> AfterValidator:
    """A URL with a host and one of `schemes`; the value itself never enters the message: it may hold a password."""

    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.hostname:
            raise ValueError(f"is not a URL that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value

    return AfterValidator(check)


def _address(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        raise ValueError("is not HOST:PORT")
    return value


Address = Annotated[str, AfterValidator(_address)]


class Settings(BaseSettings):
    """What the environment says. An empty variable counts as absent."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", populate_by_name=True)

    database_url: Annotated[str, _url("postgresql", "postgres")] = Field(
        description="Where Postgres is: `postgresql://user:password@host:5432/name`"
    )
    public_url: Annotated[str, _url("http", "https")] = Field(
        default="http://app.localhost:8080",
        description="Address of the customer web; `https` makes session cookies Secure",
    )
    bind: Address = Field(default="0.0.0.0:8000", description="Where `serve` listens, `HOST:PORT`")
    metrics_bind: Address = Field(
        default="0.0.0.0:9090",
        description="Where metrics are (and the worker's health), `HOST:PORT`",
    )
    web_concurrency: int = Field(
        default_factory=cpu_limit,
        ge=1,
        le=64,
        validation_alias=AliasChoices("web_concurrency", "gunicorn_workers"),
        description="Processes that serve; by default the CPU limit of the cgroup, else 1. Also `GUNICORN_WORKERS`",
    )
    smtp_url: Annotated[str, _url("smtp", "smtps")] | None = Field(
        default=None,
        description="Mail server: `smtp://user:password@host:587` (STARTTLS) or `smtps://…`",
    )
    mail_dir: Path | None = Field(
        default=None, description="A folder where each mail becomes a file `.eml`, instead of a mail server"
    )
    mail_from: str = Field(default="no-reply@example.com", description="The sender of all mail")
    job_lease_seconds: float = Field(
        default=15, gt=0, description="After how long a dead worker's job goes to another one"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least level logged"
    )
    log_format: Literal["json", "console"] = Field(default="json", description="One JSON object a line, or for people")
    app_version: str = Field(default="0.0.0", description="The version that `/version` tells; baked into the image")
    app_revision: str = Field(default="unknown", description="The commit that `/version` tells; baked into the image")
    prometheus_multiproc_dir: Path = Field(
        default_factory=lambda: Path(tempfile.gettempdir(), f"prometheus-{os.getuid()}"),
        description="Where several processes share their metrics; a folder of its own below",
    )

    @property
    def secure_cookies(self) -> bool:
        """Whether the product is public over HTTPS."""
        return urlsplit(self.public_url).scheme == "https"


@functools.cache
def load() -> Settings:
    """The process's settings. Raises CommandError (exit 2) that names the first wrong variable."""
    try:
        return Settings.model_validate({})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        variable = _spelling(name.upper())
        missing = first["type"] == "missing"
        what = "is not set" if missing else _words(first["msg"])
        description = Settings.model_fields[name].description or "see packages/backend/README.md"
        raise CommandError("environment", f"{variable} {what}", f"set it: {description}", Exit.USAGE) from None


def _spelling(variable: str) -> str:
    """The name under which the environment gives `variable`."""
    other = "GUNICORN_WORKERS"
    return other if variable == "WEB_CONCURRENCY" and not os.environ.get(variable) and other in os.environ else variable


def _words(message: str) -> str:
    """pydantic's message as the end of a sentence."""
    return message.removeprefix("Value error, ").replace("Input should", "should")

"""Settings: what the environment may say, what is said about mistakes, and that README.md lists them all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from backend.config import Settings, load
from backend.errors import CommandError, Exit

README = Path(__file__).parents[1] / "README.md"
URL = "postgresql://app:s3cret@db:5432/app"


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("GUNICORN_WORKERS", raising=False)
    load.cache_clear()


def test_the_readme_lists_every_variable_and_default() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|", README.read_text(), re.MULTILINE))
    assert rows == {name.upper(): default_of(name) for name in Settings.model_fields}


def default_of(name: str) -> str:
    field = Settings.model_fields[name]
    if field.default_factory is not None:
        return "computed"
    if field.default is PydanticUndefined:
        return "required"
    return "none" if field.default is None else f"`{field.default}`"


def test_every_variable_says_what_it_means() -> None:
    assert all(field.description for field in Settings.model_fields.values())


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv("SMTP_URL", "")
    monkeypatch.setenv("LOG_LEVEL", "")
    assert (load().smtp_url, load().log_level) == (None, "info")


@pytest.mark.parametrize("name", ["WEB_CONCURRENCY", "GUNICORN_WORKERS"])
def test_both_names_of_the_number_of_processes_work(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    monkeypatch.setenv(name, "3")
    assert load().web_concurrency == 3


@pytest.mark.parametrize(
    ("public_url", "secure"), [("https://app.example.dev", True), ("http://app.localhost:8080", False)]
)
def test_cookies_are_secure_where_the_product_is_public_over_https(public_url: str, secure: bool) -> None:
    assert Settings(database_url=URL, public_url=public_url).secure_cookies is secure


@pytest.mark.parametrize(
    ("variable", "value", "what"),
    [
        ("DATABASE_URL", None, "is not set"),
        ("DATABASE_URL", "mysql://app:s3cret@db/app", "postgresql://"),
        ("DATABASE_URL", "postgresql://", "postgresql://"),
        ("PUBLIC_URL", "app.example.dev", "http://"),
        ("BIND", "8000", "HOST:PORT"),
        ("BIND", "0.0.0.0:99999", "HOST:PORT"),
        ("METRICS_BIND", "localhost:", "HOST:PORT"),
        ("SMTP_URL", "http://user:s3cret@mail", "smtp://"),
        ("WEB_CONCURRENCY", "0", "greater than"),
        ("WEB_CONCURRENCY", "many", "integer"),
        ("GUNICORN_WORKERS", "many", "integer"),
        ("LOG_LEVEL", "loud", "debug"),
        ("LOG_FORMAT", "xml", "console"),
        ("JOB_LEASE_SECONDS", "0", "greater than"),
    ],
)
def test_a_mistake_is_named_and_never_shows_the_value(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str | None, what: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", URL)
    if value is None:
        monkeypatch.delenv(variable)
    else:
        monkeypatch.setenv(variable, value)
    with pytest.raises(CommandError) as caught:
        load()
    first, second = str(caught.value).splitlines()
    assert caught.value.code == Exit.USAGE
    assert first.startswith(f"environment: {variable} ")
    assert what in first
    assert second.startswith("→ ")
    assert "s3cret" not in str(caught.value)

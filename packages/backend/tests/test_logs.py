"""Logs: one JSON object a line, one line a request, no line for a healthy probe."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from api_steps import PASSWORD, sign_up

from backend import logs

pytestmark = pytest.mark.anyio
Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture(autouse=True)
def restored_root() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def lines() -> Lines:
    """Gives a function: the objects logged so far."""
    stream = io.StringIO()
    logs.configure("info", "json", stream)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the client's own lines
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


async def test_a_request_is_one_line_with_its_id(client: httpx.AsyncClient, lines: Lines) -> None:
    answer = await client.get("/api/v1/me", headers={"x-request-id": "given-1"})
    (line,) = lines()
    assert answer.headers["x-request-id"] == line["request_id"] == answer.json()["request_id"] == "given-1"
    assert (line["method"], line["path"], line["status"], line["level"]) == ("GET", "/api/v1/me", 401, "info")
    assert line["duration_ms"] >= 0


@pytest.mark.parametrize("given", ["a b", "x" * 65, "a\\nb", "<script>", ""])
async def test_an_id_that_could_forge_a_line_is_replaced(client: httpx.AsyncClient, lines: Lines, given: str) -> None:
    answer = await client.get("/version", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


async def test_healthy_probes_are_silent(client: httpx.AsyncClient, lines: Lines) -> None:
    assert (await client.get("/health/")).status_code == 200
    assert (await client.get("/health/ready")).status_code == 200
    assert lines() == []


async def test_no_secret_is_logged(client: httpx.AsyncClient, lines: Lines) -> None:
    await sign_up(client, "ada@example.com")
    answer = await client.post("/api/v1/sessions", json={"email": "ada@example.com", "password": PASSWORD})
    await client.get("/api/v1/me?token=in-the-query")
    text = json.dumps(lines())
    assert "/api/v1/me" in text
    for secret in (PASSWORD, client.cookies["session"], "in-the-query"):
        assert secret not in text
    assert answer.status_code == 201


def test_the_standard_library_logs_the_same_way(lines: Lines) -> None:
    logging.getLogger("somewhere").warning("three %s", "words", extra={"more": 1})
    (line,) = lines()
    assert (line["event"], line["level"], line["logger"], line["more"]) == ("three words", "warning", "somewhere", 1)


def test_an_exception_is_one_line(lines: Lines) -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logs.get_logger("here").exception("failed")
    (line,) = lines()
    assert "ValueError" in line["exception"]


def test_console_is_for_people() -> None:
    stream = io.StringIO()
    logs.configure("info", "console", stream)
    logs.get_logger("here").info("hello", number=1)
    logs.get_logger("here").debug("too much")
    text = stream.getvalue()
    assert "hello" in text
    assert "number=1" in text
    assert "too much" not in text

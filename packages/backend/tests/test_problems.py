"""Every error is a problem detail with the request's id, whoever raised it."""

from __future__ import annotations

import httpx
import pytest
from api_steps import PASSWORD
from fastapi import FastAPI

pytestmark = pytest.mark.anyio


def problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """The body of an answer that must be a problem."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = answer.json()
    assert {"type", "title", "status", "detail", "instance", "request_id"} <= body.keys()
    assert body["status"] == status
    assert body["request_id"] == answer.headers["x-request-id"]
    return body


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/nothing", "/api/v1/me/", "/health"])
async def test_a_path_that_nobody_serves(client: httpx.AsyncClient, path: str) -> None:
    assert problem(await client.get(path), 404)["instance"] == path


async def test_a_method_that_a_route_has_not(client: httpx.AsyncClient) -> None:
    answer = await client.put("/api/v1/me")
    problem(answer, 405)
    assert {"GET", "DELETE"} & set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"email": "a@b.c"}'])
async def test_a_body_that_makes_no_sense(client: httpx.AsyncClient, content: bytes) -> None:
    answer = await client.post("/api/v1/accounts", content=content, headers={"content-type": "application/json"})
    assert problem(answer, answer.status_code)["status"] in {400, 422}


async def test_a_body_of_another_type(client: httpx.AsyncClient) -> None:
    problem(await client.post("/api/v1/accounts", data={"email": "a@b.c"}), 422)


async def test_a_huge_body_is_refused(client: httpx.AsyncClient) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD, "name": "x" * 20_000_000}
    answer = await client.post("/api/v1/accounts", json=body)
    assert problem(answer, answer.status_code)["status"] in {413, 422}
    assert len(answer.content) < 10_000


async def test_a_bug_is_a_problem_that_tells_nothing(app: FastAPI, client: httpx.AsyncClient) -> None:
    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError("the secret is hunter2")

    answer = await client.get("/bug")
    problem(answer, 500)
    assert "hunter2" not in answer.text


async def test_the_gateways_id_is_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nothing", headers={"x-request-id": "from-the-gateway.1"})
    assert problem(answer, 404)["request_id"] == "from-the-gateway.1"


@pytest.mark.parametrize("given", ["", "two words", "x" * 200, '"}{', "<script>"])
async def test_an_id_that_is_none_is_replaced(client: httpx.AsyncClient, given: str) -> None:
    answer = await client.get("/nothing", headers={"x-request-id": given})
    assert problem(answer, 404)["request_id"] != given


async def test_good_answers_have_an_id_too(client: httpx.AsyncClient) -> None:
    first, second = [(await client.get("/health/")).headers["x-request-id"] for _ in range(2)]
    assert first
    assert first != second


async def test_a_mistake_in_a_field_is_told_in_a_persons_words(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/accounts", json={"email": "a@b.c", "password": "short"})
    errors = problem(answer, 422)["errors"]
    assert {"pointer": "#/password", "detail": "Use at least 10 characters."} in errors  # type: ignore[operator]
    assert {"pointer": "#/name", "detail": "This is required."} in errors  # type: ignore[operator]

"""Signing up, reading and deleting oneself, and the administrator's list."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from api_steps import PASSWORD, sign_in, sign_up
from embedded_postgres import execute

from backend.config import Settings

pytestmark = pytest.mark.anyio


async def test_sign_up_answers_with_the_account(client: httpx.AsyncClient) -> None:
    answer = await sign_up(client, "ada@example.com")
    assert answer.status_code == 201
    account = answer.json()
    assert account.keys() == {"id", "email", "name", "role", "created_at"}
    assert (account["email"], account["name"], account["role"]) == ("ada@example.com", "Ada Lovelace", "member")


async def test_sign_up_does_not_sign_in(client: httpx.AsyncClient) -> None:
    await sign_up(client, "ada@example.com")
    assert (await client.get("/api/v1/me")).status_code == 401


@pytest.mark.parametrize("spelling", ["ada@example.com", "ADA@example.com", "  Ada@Example.COM "])
async def test_an_address_is_taken_however_it_is_spelled(client: httpx.AsyncClient, spelling: str) -> None:
    await sign_up(client, "ada@example.com")
    answer = await sign_up(client, spelling)
    assert answer.status_code == 409
    assert answer.json()["type"] == "urn:problem:email-taken"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"email": "ada"}, "#/email"),
        ({"email": "a b@example.com"}, "#/email"),
        ({"email": "ada@example.com\x00"}, "#/email"),
        ({"email": f"{'a' * 250}@example.com"}, "#/email"),
        ({"password": "123456789"}, "#/password"),
        ({"password": "x" * 129}, "#/password"),
        ({"name": ""}, "#/name"),
        ({"name": "Ada\x00"}, "#/name"),
        ({"name": None}, "#/name"),
    ],
)
async def test_a_mistake_is_named_by_its_field(client: httpx.AsyncClient, change: dict[str, Any], pointer: str) -> None:
    body = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada"} | change
    answer = await client.post("/api/v1/accounts", json=body)
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("password", ["1234567890", "x" * 128, "pässwörter 🔑🔑"])
async def test_passwords_may_be_of_10_to_128_characters(client: httpx.AsyncClient, password: str) -> None:
    assert (await sign_up(client, "ada@example.com", password)).status_code == 201
    assert (await sign_in(client, "ada@example.com", password)).status_code == 201


async def test_a_refused_password_is_not_repeated(client: httpx.AsyncClient) -> None:
    answer = await sign_up(client, "ada@example.com", "hunter2")
    assert answer.status_code == 422
    assert "hunter2" not in answer.text


async def test_only_a_hash_of_the_password_is_kept(client: httpx.AsyncClient, settings: Settings) -> None:
    await sign_up(client, "ada@example.com")
    [row] = await execute(settings.database_url, "SELECT accounts::text AS everything FROM accounts")
    assert PASSWORD not in row["everything"]
    assert "$argon2id$" in row["everything"]


async def test_me(member: httpx.AsyncClient) -> None:
    answer = await member.get("/api/v1/me")
    assert answer.status_code == 200
    assert answer.json()["email"] == "ada@example.com"


async def test_delete_me_ends_the_account_and_all_its_sessions(member: httpx.AsyncClient, settings: Settings) -> None:
    await sign_in(member, "ada@example.com")
    assert (await member.delete("/api/v1/me")).status_code == 204
    assert "session" not in member.cookies
    assert await execute(settings.database_url, "SELECT 1 FROM sessions") == []
    assert (await sign_in(member, "ada@example.com")).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/accounts"])
async def test_a_stranger_gets_401(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:problem:not-signed-in"


async def test_members_may_not_list_accounts(member: httpx.AsyncClient) -> None:
    assert (await member.get("/api/v1/accounts")).status_code == 403


async def test_pages_show_every_account_once_the_newest_first(administrator: httpx.AsyncClient) -> None:
    for number in range(4):
        await sign_up(administrator, f"person{number}@example.com")
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        query = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await administrator.get("/api/v1/accounts", params=query)).json()
        seen += [account["email"] for account in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [*(f"person{number}@example.com" for number in (3, 2, 1, 0)), "root@example.com"]


async def test_an_account_made_meanwhile_moves_no_page(administrator: httpx.AsyncClient) -> None:
    await sign_up(administrator, "first@example.com")
    page = (await administrator.get("/api/v1/accounts", params={"limit": 1})).json()
    await sign_up(administrator, "second@example.com")
    following = {"limit": 1, "cursor": page["next_cursor"]}
    [account] = (await administrator.get("/api/v1/accounts", params=following)).json()["items"]
    assert account["email"] == "root@example.com"


async def test_accounts_of_the_same_moment_are_all_listed(administrator: httpx.AsyncClient, settings: Settings) -> None:
    for number in range(3):
        await sign_up(administrator, f"person{number}@example.com")
    await execute(settings.database_url, "UPDATE accounts SET created_at = now()")
    first = (await administrator.get("/api/v1/accounts", params={"limit": 3})).json()
    rest = (await administrator.get("/api/v1/accounts", params={"cursor": first["next_cursor"]})).json()
    assert len({account["id"] for account in first["items"] + rest["items"]}) == 4


@pytest.mark.parametrize("cursor", ["x", "ÿ", "MjAyNi0xMS0yNCBhYmM=", "OTk5OS0xMi0zMVQyMzo1OTo1OS0yMzo1OSBhYmM="])
async def test_a_cursor_that_was_never_given_is_refused(administrator: httpx.AsyncClient, cursor: str) -> None:
    answer = await administrator.get("/api/v1/accounts", params={"cursor": cursor})
    assert answer.status_code == 422


@pytest.mark.parametrize("limit", ["0", "201", "many"])
async def test_a_limit_out_of_range_is_refused(administrator: httpx.AsyncClient, limit: str) -> None:
    assert (await administrator.get("/api/v1/accounts", params={"limit": limit})).status_code == 422

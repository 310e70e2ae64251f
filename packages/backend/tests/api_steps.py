"""What people do with the API, in the words of the tests."""

from __future__ import annotations

import httpx

PASSWORD = "correct horse battery"


async def sign_up(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    body = {"email": email, "password": password, "name": "Ada Lovelace"}
    return await client.post("/api/v1/accounts", json=body)


async def sign_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/api/v1/sessions", json={"email": email, "password": password})

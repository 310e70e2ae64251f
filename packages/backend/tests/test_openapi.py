"""The API keeps what its OpenAPI document promises, whatever it is sent; and the document keeps its names."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
import schemathesis
from api_steps import PASSWORD
from hypothesis import HealthCheck, Phase, settings
from processes import Process, query, running, until
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.app import create_app
from backend.config import Settings

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = {
    ("POST", "/api/v1/accounts"): "createAccount",
    ("GET", "/api/v1/accounts"): "listAccounts",
    ("POST", "/api/v1/sessions"): "createSession",
    ("DELETE", "/api/v1/sessions/current"): "deleteCurrentSession",
    ("GET", "/api/v1/me"): "getMe",
    ("DELETE", "/api/v1/me"): "deleteMe",
}


DOCUMENT = create_app(Settings(database_url="postgresql://app@127.0.0.1:1/app")).openapi()
# The account that asks must live on: nobody deletes it, nor signs it out.
schema = schemathesis.openapi.from_dict(DOCUMENT).exclude(operation_id=["deleteMe", "deleteCurrentSession"])


def test_names_of_operations_are_kept() -> None:
    """The client of the webs is generated from them."""
    found = {
        (method.upper(), path): operation["operationId"]
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
        if path.startswith("/api/")
    }
    assert found == OPERATIONS


def test_every_error_is_a_problem() -> None:
    for operations in DOCUMENT["paths"].values():
        for operation in operations.values():
            errors = {code: answer for code, answer in operation["responses"].items() if code >= "400"}
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values())


def test_the_document_and_its_page_are_served(api: Process) -> None:
    assert api.get("/api/openapi.json").status == 200
    assert "text/html" in api.get("/api/docs").headers["content-type"]


@pytest.fixture(scope="module")
def api(module_database: str) -> Iterator[Process]:
    with running("serve", DATABASE_URL=module_database, WEB_CONCURRENCY="1") as process:
        until(lambda: process.get("/health/ready").status == 200)
        yield process


@pytest.fixture(scope="module")
def cookie(api: Process, module_database: str) -> str:
    """Of an administrator, for whom every route is open."""
    person = {"email": "root@example.com", "password": PASSWORD, "name": "Root"}
    httpx.post(f"http://{api.bind}/api/v1/accounts", json=person)
    query(module_database, "UPDATE accounts SET role = 'administrator'")
    return httpx.post(f"http://{api.bind}/api/v1/sessions", json=person).headers["set-cookie"].partition(";")[0]


@schema.parametrize()
@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_a_promise(case: schemathesis.Case, api: Process, cookie: str) -> None:
    for headers in ({}, {"cookie": cookie}):
        case.call_and_validate(base_url=f"http://{api.bind}", headers=headers, checks=CHECKS)

"""The same few checks on every target, through the front door: what a first user would do.

Names like `*.localhost` are not resolved by Python, so a connection goes to an address that the target
gives, with the public host in its header.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from http.cookies import SimpleCookie

TIMEOUT = 10.0
ANSWER = 300


@dataclass(frozen=True)
class Front:
    """The front door: where to connect, and the public hosts of the API and of the webs."""

    address: str
    port: int
    api: str
    webs: tuple[str, ...]
    scheme: str = "http"


@dataclass(frozen=True)
class Step:
    """One check: whether it held, how long it took, and what came back where it did not."""

    name: str
    ok: bool
    seconds: float
    detail: str = ""


class StepFailedError(Exception):
    """A check that did not hold; the text says what came back."""


@dataclass
class _Client:
    """A browser's part: one host, its cookies, its origin."""

    front: Front
    host: str
    cookies: dict[str, str] = field(default_factory=dict)

    def send(self, method: str, path: str, body: object = None) -> tuple[int, str, str]:
        """(status, content type, text) of one request; redirects are not followed."""
        kind = HTTPSConnection if self.front.scheme == "https" else HTTPConnection
        connection = kind(self.front.address, self.front.port, timeout=TIMEOUT)
        public = f"{self.host}:{self.front.port}"
        headers = {"Host": public, "Origin": f"{self.front.scheme}://{public}", "Accept": "*/*"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        try:
            connection.request(method, path, data, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            raise StepFailedError(f"{method} {path}: {error or type(error).__name__}") from error
        finally:
            connection.close()
        self._keep_cookies(response)
        return response.status, response.headers.get_content_type(), text

    def expect(self, status: int, method: str, path: str, body: object = None) -> str:
        """The text of an answer that must have the given status."""
        got, _, text = self.send(method, path, body)
        if got != status:
            raise StepFailedError(f"{method} {self.host}{path}: {got}, expected {status}: {_short(text)}")
        return text

    def _keep_cookies(self, response: HTTPResponse) -> None:
        for header in response.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(header).items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)


def run(front: Front) -> list[Step]:
    """All checks in order; the account that they make is removed whatever fails."""
    return list(_steps(front))


def _steps(front: Front) -> Iterator[Step]:
    api = _Client(front, front.api)
    for host in front.webs:
        yield _step(f"{host} shows its page", partial(_page, _Client(front, host)))
        yield _step(f"{host} is configured", partial(_config, _Client(front, host)))
    yield _step("an unknown host gets 404", lambda: _Client(front, f"nobody.{front.api}").expect(404, "GET", "/"))
    yield _step("the API is ready", lambda: api.expect(200, "GET", "/health/ready"))
    yield _step("the API tells its version", lambda: api.expect(200, "GET", "/version"))
    if front.webs:
        yield from _journey(_Client(front, front.webs[0]))


def _journey(web: _Client) -> Iterator[Step]:
    email = f"smoke-{secrets.token_hex(6)}@example.com"
    password = secrets.token_urlsafe(18)
    who = {"email": email, "password": password}
    made = _step("sign up", lambda: web.expect(201, "POST", "/api/v1/accounts", {**who, "name": "Smoke"}))
    yield made
    if not made.ok:
        return
    try:
        yield _step("sign in", lambda: web.expect(201, "POST", "/api/v1/sessions", who))
        yield _step("read oneself", lambda: _is_me(web, email))
        yield _step("sign out", lambda: web.expect(204, "DELETE", "/api/v1/sessions/current"))
        yield _step("a stranger is nobody", lambda: web.expect(401, "GET", "/api/v1/me"))
    finally:
        removed = _step("delete the account", lambda: _remove(web, who))
    yield removed


def _page(web: _Client) -> None:
    status, kind, text = web.send("GET", "/")
    if (status, kind) != (200, "text/html"):
        raise StepFailedError(f"GET {web.host}/: {status} {kind}: {_short(text)}")


def _config(web: _Client) -> None:
    text = web.expect(200, "GET", "/config.js")
    if "self.__CONFIG__" not in text:
        raise StepFailedError(f"GET {web.host}/config.js: does not set self.__CONFIG__: {_short(text)}")


def _is_me(web: _Client, email: str) -> None:
    found = json.loads(web.expect(200, "GET", "/api/v1/me"))
    if found.get("email") != email:
        raise StepFailedError(f"GET /api/v1/me: is {found.get('email')}, expected {email}")


def _remove(web: _Client, who: dict[str, str]) -> None:
    web.expect(201, "POST", "/api/v1/sessions", who)
    web.expect(204, "DELETE", "/api/v1/me")


def _step(name: str, check: Callable[[], object]) -> Step:
    began = time.monotonic()
    try:
        check()
    except (StepFailedError, ValueError) as error:
        return Step(name, False, time.monotonic() - began, str(error))
    return Step(name, True, time.monotonic() - began)


def _short(text: str) -> str:
    try:
        found = json.loads(text)
        text = str(found.get("detail") or found.get("title") or text)
    except (ValueError, AttributeError):
        pass
    return " ".join(text.split())[:ANSWER]

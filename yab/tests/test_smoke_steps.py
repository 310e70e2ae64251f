"""The smoke checks against a small stand-in of the front door, and what they say when it misbehaves."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator

import pytest

from yab import smoke


class FrontDoor(http.server.BaseHTTPRequestHandler):
    """Answers as the product does; `broken` names a request that answers 500 instead."""

    accounts: dict[str, str] = {}
    broken: str = ""

    def answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = json.loads(self.rfile.read(length) or b"{}")
        request = f"{self.command} {self.path}"
        host = self.headers["Host"].partition(":")[0]
        if request == self.broken:
            return self.reply(500, {"title": "Broken", "detail": "on purpose"})
        if host == "app.test" and self.path == "/":
            return self.reply(200, None, "<!doctype html>", "text/html")
        if host == "app.test" and self.path == "/config.js":
            return self.reply(200, None, "self.__CONFIG__ = {};", "text/javascript")
        if host == "api.test" and self.path in ("/health/ready", "/version"):
            return self.reply(200, {})
        return self.reply(*self.api(request, body)) if host == "app.test" else self.reply(404, {})

    def api(self, request: str, body: dict[str, str]) -> tuple[int, object]:
        me = self.headers.get("Cookie", "").partition("session=")[2]
        match request:
            case "POST /api/v1/accounts":
                self.accounts[body["email"]] = body["password"]
                return 201, {}
            case "POST /api/v1/sessions" if self.accounts.get(body["email"]) == body["password"]:
                self.cookie = f"session={body['email']}; Path=/"
                return 201, {}
            case "GET /api/v1/me" if me in self.accounts:
                return 200, {"email": me}
            case "DELETE /api/v1/sessions/current" if me:
                self.cookie = "session=; Max-Age=0; Path=/"
                return 204, None
            case "DELETE /api/v1/me" if me:
                del self.accounts[me]
                return 204, None
        return 401, {"title": "Nobody"}

    def reply(self, status: int, found: object, text: str = "", kind: str = "application/json") -> None:
        data = (text or ("" if found is None else json.dumps(found))).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(data)))
        if cookie := getattr(self, "cookie", None):
            self.send_header("set-cookie", cookie)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def front() -> Iterator[smoke.Front]:
    FrontDoor.accounts, FrontDoor.broken = {}, ""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), FrontDoor)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield smoke.Front("127.0.0.1", server.server_port, "api.test", ("app.test",))
    server.shutdown()
    server.server_close()


def test_all_steps_hold_and_nothing_is_left(front: smoke.Front) -> None:
    steps = smoke.run(front)
    assert [step.name for step in steps if not step.ok] == []
    assert len(steps) == 11
    assert FrontDoor.accounts == {}


@pytest.mark.parametrize(
    ("broken", "step"),
    [
        ("GET /", "app.test shows its page"),
        ("GET /config.js", "app.test is configured"),
        ("GET /health/ready", "the API is ready"),
        ("GET /version", "the API tells its version"),
        ("POST /api/v1/accounts", "sign up"),
        ("GET /api/v1/me", "read oneself"),
        ("DELETE /api/v1/sessions/current", "sign out"),
        ("DELETE /api/v1/me", "delete the account"),
    ],
)
def test_what_fails_is_named_with_its_answer(front: smoke.Front, broken: str, step: str) -> None:
    FrontDoor.broken = broken
    failed = [each for each in smoke.run(front) if not each.ok]
    assert failed[0].name == step
    assert "500" in failed[0].detail
    if broken != "DELETE /api/v1/me":
        assert FrontDoor.accounts == {}, "the account is removed whatever fails"


def test_a_door_that_is_shut_is_said() -> None:
    steps = smoke.run(smoke.Front("127.0.0.1", 1, "api.test", ()))
    assert not any(step.ok for step in steps)
    assert "refused" in steps[0].detail

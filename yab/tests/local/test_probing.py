"""Probes against real servers, and the kubelet's thresholds."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import anyio
import pytest

from yab.local.model import Action, Exec, Grpc, HttpGet, Probe, Sleep, TcpSocket
from yab.local.probing import Change, Result, check, verdicts


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status = int(self.path.strip("/") or 200)
        body = (self.headers.get("X-Say") or "fine").encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield int(server.getsockname()[1])


@pytest.fixture
def closed() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def once(action: Action, root: Path = Path("/"), timeout: float = 2) -> Result:
    return anyio.run(check, action, {"A": "1"}, root, timeout)


@pytest.mark.parametrize(("path", "ok"), [("/200", True), ("/302", True), ("/404", False), ("/503", False)])
def test_http_succeeds_from_200_to_399(port: int, path: str, ok: bool) -> None:
    result = once(Action(http=HttpGet(port, path)))
    assert (result.ok, result.detail) == (ok, f"GET :{port}{path}: {path.strip('/')} fine")


def test_http_sends_its_headers(port: int) -> None:
    assert once(Action(http=HttpGet(port, "/200", headers={"X-Say": "hello"}))).detail.endswith("hello")


def test_a_refused_connection_and_a_silent_one_are_told_apart(closed: int, silent: int) -> None:
    assert once(Action(http=HttpGet(closed))).detail == f"GET :{closed}/: connection refused"
    assert once(Action(http=HttpGet(silent)), timeout=0.2).detail == f"GET :{silent}/: no answer within 0.2 s"


def test_tcp(port: int, closed: int) -> None:
    assert once(Action(tcp=TcpSocket(port))).ok
    assert not once(Action(tcp=TcpSocket(closed))).ok


def test_exec_has_the_containers_environment_and_folder(tmp_path: Path) -> None:
    (tmp_path / "here").touch()
    assert once(Action(exec=Exec(["sh", "-c", "test -e here && test $A = 1"])), tmp_path).ok
    failed = once(Action(exec=Exec(["sh", "-c", "echo bad; exit 4"])), tmp_path)
    assert failed.detail == "sh -c echo bad; exit 4: exit code 4 bad"
    assert "command not found" in once(Action(exec=Exec(["no-such-program"])), tmp_path).detail


def test_exec_is_ended_by_its_time_out(tmp_path: Path) -> None:
    result = once(Action(exec=Exec(["sh", "-c", "exec sleep 60"])), tmp_path, timeout=0.2)
    assert not result.ok


def test_sleep() -> None:
    assert once(Action(sleep=Sleep(0.01))).ok


def changes(answers: list[bool], probe: Probe) -> list[Change]:
    """What a probe says about the given answers, one a look."""
    left = iter(answers)

    async def collect() -> list[Change]:
        found: list[Change] = []
        with anyio.move_on_after(5):
            async for change in verdicts(probe, ask(left)):
                found.append(change)
                if len(found) == 2 or change.holds is False:
                    break
        return found

    return anyio.run(collect)


def ask(left: Iterator[bool]) -> Callable[[], Awaitable[Result]]:
    async def once_more() -> Result:
        return Result(next(left, False), "said")

    return once_more


def test_it_holds_after_as_many_successes_as_asked() -> None:
    probe = Probe(Action(sleep=Sleep(0)), period=0.01, success_threshold=3, failure_threshold=2)
    assert changes([True, True, False, True, True, True, False, False], probe) == [
        Change(True, "said"),
        Change(False, "said"),
    ]


def test_failures_count_once_a_period_while_it_starts() -> None:
    probe = Probe(Action(sleep=Sleep(0)), period=0.3, failure_threshold=2)

    async def seconds() -> float:
        began = anyio.current_time()
        async for change in verdicts(probe, ask(iter(()))):
            assert not change.holds
            break
        return anyio.current_time() - began

    assert anyio.run(seconds) >= 0.6


def test_a_server_that_dies_in_the_middle_is_a_failure_not_an_error() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def hang_up() -> None:
            for _ in range(2):
                connection, _ = server.accept()
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                connection.close()  # with a reset

        threading.Thread(target=hang_up, daemon=True).start()
        assert not once(Action(http=HttpGet(port))).ok
        assert not once(Action(grpc=Grpc(port))).ok

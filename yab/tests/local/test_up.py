"""The local target as its user meets it: real processes, the real gateway, tiny charts."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import pytest
from localbench import Bench, eventually, free_port

pytestmark = pytest.mark.product


def test_a_deployment_answers_at_its_host_and_an_unknown_host_gets_404(bench: Bench) -> None:
    bench.tiny.server("api")
    done = bench.yab("up", "--detach")
    assert f"http://api.localhost:{bench.tiny.port}" in done.stdout
    assert bench.get("api.localhost").json["pod"] == "tiny-api-0"
    assert bench.get("nobody.localhost").status == 404
    assert bench.get("api.localhost").json["host"] == "api.localhost"


def test_status_is_ready_and_down_leaves_nothing(bench: Bench) -> None:
    bench.tiny.server("api")
    bench.yab("up", "--detach")
    assert bench.status()["phase"] == "ready"
    bench.yab("status", code=0)
    bench.yab("down")
    assert bench.processes() == []
    assert bench.yab("status", code=1).stderr.startswith(str(bench.root))
    assert "nothing was running" in bench.yab("down").stdout


def test_replicas_share_the_traffic_of_the_gateway_and_of_their_service(bench: Bench) -> None:
    bench.tiny.server("api", replicas=3)
    bench.tiny.server("web", env="- {name: API, value: 'http://tiny-api/x'}")
    bench.yab("up", "--detach")
    assert {bench.get("api.localhost").json["pod"] for _ in range(12)} == {f"tiny-api-{n}" for n in range(3)}
    address = bench.get("web.localhost").json["env"]["API"]
    port = int(address.removeprefix("http://127.0.0.1:").partition("/")[0])
    assert {bench.get("x", port=port).json["pod"] for _ in range(12)} == {f"tiny-api-{n}" for n in range(3)}


def test_a_pod_that_is_not_ready_gets_no_traffic_and_returns(bench: Bench) -> None:
    bad = bench.root / "bad"
    bench.tiny.server("api", env=f"- {{name: BAD_FILE, value: '{bad}'}}")
    bench.yab("up", "--detach")
    bad.touch()
    eventually(lambda: bench.get("api.localhost").body == "no available server\n")
    assert bench.get("api.localhost").status == 503
    assert bench.status()["phase"] == "degraded"
    assert "readiness probe: GET" in bench.row("tiny-api-0")["detail"]
    bad.unlink()
    eventually(lambda: bench.get("api.localhost").status == 200)


def test_streamed_responses_arrive_in_pieces(bench: Bench) -> None:
    bench.tiny.server("api")
    bench.yab("up", "--detach")
    with socket.create_connection(("127.0.0.1", bench.tiny.port), timeout=10) as stream:
        stream.sendall(b"GET /stream HTTP/1.1\r\nHost: api.localhost\r\nConnection: close\r\n\r\n")
        seen: dict[str, float] = {}
        text = ""
        while data := stream.recv(4096):
            text += data.decode()
            for word in ("one", "three"):
                if word in text:
                    seen.setdefault(word, time.monotonic())
    assert seen["three"] - seen["one"] > 0.4


def test_web_sockets_pass_the_gateway(bench: Bench) -> None:
    (bench.root / "programs" / "ws.py").write_text(
        "import socketserver, sys\n"
        "class H(socketserver.StreamRequestHandler):\n"
        "    def handle(self):\n"
        "        lines = []\n"
        "        while (line := self.rfile.readline().strip()): lines.append(line.lower())\n"
        "        if not any(l.startswith(b'upgrade: websocket') for l in lines):\n"
        "            self.wfile.write(b'HTTP/1.1 200 OK\\r\\ncontent-length: 0\\r\\n\\r\\n'); return\n"
        "        self.wfile.write(b'HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\n'\n"
        "                         b'Connection: Upgrade\\r\\n\\r\\n')\n"
        "        self.wfile.write(self.rfile.read(5))\n"
        "class S(socketserver.ThreadingTCPServer): allow_reuse_address = True\n"
        "S(('127.0.0.1', int(sys.argv[1])), H).serve_forever()\n"
    )
    bench.tiny.server("api", local='command = ["python", "programs/ws.py", "{port:http}"]')
    bench.yab("up", "--detach")
    with socket.create_connection(("127.0.0.1", bench.tiny.port), timeout=10) as stream:
        stream.sendall(
            b"GET / HTTP/1.1\r\nHost: api.localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += stream.recv(4096)
        assert answer.startswith(b"HTTP/1.1 101")
        stream.sendall(b"hello")
        rest = answer.partition(b"\r\n\r\n")[2]
        while len(rest) < 5:
            rest += stream.recv(16)
    assert rest == b"hello"


def test_a_change_of_a_source_replaces_the_process(bench: Bench) -> None:
    (bench.root / "src").mkdir()
    local = 'command = ["python", "programs/server.py", "{port:http}"]\nwatch = ["src"]'
    bench.tiny.server("api", local=local)
    bench.yab("up", "--detach")
    before = bench.get("api.localhost").json["pid"]
    (bench.root / "src" / "code.py").write_text("x = 1\n")

    def replaced() -> bool:
        answer = bench.get("api.localhost")
        return answer.status == 200 and answer.json["pid"] != before

    eventually(replaced)
    assert bench.row("tiny-api-0")["restarts"] == 0


def test_no_watch_leaves_the_process_alone(bench: Bench) -> None:
    (bench.root / "src").mkdir()
    local = 'command = ["python", "programs/server.py", "{port:http}"]\nwatch = ["src"]'
    bench.tiny.server("api", local=local)
    bench.yab("up", "--detach", "--no-watch")
    before = bench.get("api.localhost").json["pid"]
    (bench.root / "src" / "code.py").write_text("x = 1\n")
    time.sleep(1)
    assert bench.get("api.localhost").json["pid"] == before


def test_only_the_named_component_and_what_it_needs(bench: Bench) -> None:
    bench.tiny.server("base")
    bench.tiny.server("api", needs='needs = ["base"]')
    bench.tiny.server("other")
    bench.yab("up", "api", "--detach")
    assert {row["component"] for row in bench.status()["rows"]} == {"base", "api", "gateway"}
    done = bench.yab("up", "nonsense", code=2)
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr


def test_run_and_env_give_the_components_environment(bench: Bench) -> None:
    bench.tiny.server("base")
    bench.tiny.server("api", env="- {name: BASE, value: 'http://tiny-base:80/x'}")
    bench.yab("up", "--detach")
    expected = bench.get("api.localhost").json["env"]["BASE"]
    assert expected.startswith("http://127.0.0.1:")
    assert f"export BASE={expected}" in bench.yab("env", "api").stdout
    code = "import os; print(os.environ['BASE']); raise SystemExit(7)"
    done = bench.yab("run", "api", "--", "python", "-c", code, code=7)
    assert done.stdout.strip() == expected
    assert "command not found" in bench.yab("run", "api", "--", "no-such-program", code=3).stderr


def test_logs_are_prefixed_and_chosen_by_component(bench: Bench) -> None:
    bench.tiny.server("api")
    bench.tiny.server("web")
    bench.yab("up", "--detach")
    bench.get("web.localhost", "/only-web")
    eventually(lambda: "request /only-web" in bench.yab("logs", "web").stdout)
    assert "tiny-web-0 │ request /only-web" in bench.yab("logs").stdout
    assert "only-web" not in bench.yab("logs", "api").stdout


def test_two_clones_run_side_by_side_and_the_port_can_be_chosen(bench: Bench, tmp_path: Path) -> None:
    from tiny import Tiny

    other = Bench(Tiny(tmp_path / "second", bench.tiny.port))
    for each in (bench, other):
        each.tiny.server("api", env=f"- {{name: PUBLIC_URL, value: 'http://api.localhost:{bench.tiny.port}/'}}")
    bench.yab("up", "--detach")
    done = other.yab("up", "--detach", code=3)
    assert f"port {bench.tiny.port}: already taken by traefik (pid " in done.stderr
    assert "yab up --port " in done.stderr
    port = free_port()
    try:
        other.yab("up", "--detach", "--port", str(port))
        assert other.get("api.localhost", port=port).json["env"]["PUBLIC_URL"] == f"http://api.localhost:{port}/"
        assert bench.get("api.localhost").status == 200
    finally:
        other.yab("down")

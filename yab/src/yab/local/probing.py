"""Carries out probes and lifecycle actions as the kubelet does."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

import anyio
import h11
from anyio.abc import SocketStream

from yab.local import launch
from yab.local.model import HOST, Action, Grpc, HttpGet, Probe

# Seconds between two looks at something that is not up yet: often at first, then sparing.
EAGER, EAGER_FOR, PATIENT = 0.05, 10, 0.5
ANSWER = 200


@dataclass(frozen=True)
class Result:
    """A probe's verdict; `detail` says what was asked and what came back."""

    ok: bool
    detail: str


@dataclass(frozen=True)
class Change:
    """The probe crossed a threshold: it holds now, or it does not any more."""

    holds: bool
    detail: str


async def check(action: Action, env: dict[str, str], root: Path, timeout: float) -> Result:  # noqa: ASYNC109
    """Does it once. A refused connection, a bad answer and a time-out are results, not errors."""
    what = describe(action)
    try:
        with anyio.fail_after(timeout):
            return await _do(action, env, root, what)
    except TimeoutError:
        return Result(False, f"{what}: no answer within {timeout:g} s")
    except Exception as error:
        # A server that dies in the middle of a question breaks it in many ways; none of them is ours.
        return Result(False, f"{what}: {_reason(error)}")


async def verdicts(probe: Probe, once: Callable[[], Awaitable[Result]]) -> AsyncIterator[Change]:
    """Yields each time the probe crosses its success or failure threshold.

    Until it holds, it is asked far more often than its period, so that what starts in 80 ms is ready in
    80 ms; failures still count once a period, so a slow start has the time its chart gives it.
    """
    await anyio.sleep(probe.initial_delay)
    holds: bool | None = None
    successes = failures = 0
    began = counted = anyio.current_time()
    while True:
        result = await once()
        now = anyio.current_time()
        if result.ok:
            successes, failures = successes + 1, 0
            if successes >= probe.success_threshold and holds is not True:
                holds = True
                yield Change(True, result.detail)
        else:
            successes = 0
            if holds or now - counted >= probe.period:
                failures, counted = failures + 1, now
            if failures >= probe.failure_threshold and holds is not False:
                holds = False
                yield Change(False, result.detail)
        pause = EAGER if now - began < EAGER_FOR else PATIENT
        await anyio.sleep(probe.period if holds and result.ok else min(pause, probe.period))


def describe(action: Action) -> str:
    """What a probe asks, in a few words."""
    if action.http:
        return f"GET :{action.http.port}{action.http.path}"
    if action.tcp:
        return f"connect to :{action.tcp.port}"
    if action.grpc:
        return f"gRPC health of :{action.grpc.port}"
    if action.exec:
        return " ".join(action.exec.command)[:ANSWER]
    return "sleep"


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError) or isinstance(error.__cause__, ConnectionRefusedError):
        return "connection refused"
    return str(error) or type(error).__name__


async def _do(action: Action, env: dict[str, str], root: Path, what: str) -> Result:
    if action.http:
        return await _http(action.http, what)
    if action.tcp:
        await (await anyio.connect_tcp(HOST, action.tcp.port)).aclose()
        return Result(True, f"{what}: connected")
    if action.grpc:
        return await _grpc(action.grpc, what)
    if action.exec:
        return await _exec(action.exec.command, env, root, what)
    await anyio.sleep(action.sleep.seconds if action.sleep else 0)
    return Result(True, what)


async def _http(http: HttpGet, what: str) -> Result:
    async with await _connect(http) as stream:
        connection = h11.Connection(h11.CLIENT)
        headers = {"Host": f"{HOST}:{http.port}", "User-Agent": "kube-probe/yab", "Accept": "*/*"}
        headers |= {"Connection": "close"} | http.headers
        request = h11.Request(method="GET", target=http.path, headers=list(headers.items()))
        await stream.send(connection.send(request) + connection.send(h11.EndOfMessage()))
        status, body = await _answer(connection, stream)
    text = body.decode(errors="replace").strip()[:ANSWER]
    return Result(200 <= status < 400, f"{what}: {status} {text}".rstrip())


async def _connect(http: HttpGet) -> SocketStream:
    if http.scheme != "https":
        return await anyio.connect_tcp(HOST, http.port)
    # The kubelet does not verify certificates either (Kubernetes docs, "HTTP probes").
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return await anyio.connect_tcp(HOST, http.port, tls=True, ssl_context=context)  # type: ignore[return-value]


async def _answer(connection: h11.Connection, stream: SocketStream) -> tuple[int, bytes]:
    status, body = 0, b""
    while len(body) < ANSWER:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            try:
                connection.receive_data(await stream.receive())
            except anyio.EndOfStream:
                connection.receive_data(b"")
        elif isinstance(event, h11.Response):
            status = event.status_code
        elif isinstance(event, h11.Data):
            body += bytes(event.data)
        elif not isinstance(event, h11.InformationalResponse):
            break
    return status, body


async def _exec(command: list[str], env: dict[str, str], root: Path, what: str) -> Result:
    whole = launch.environment(root, env)
    program = launch.executable(command, root, whole["PATH"])
    if program is None:
        return Result(False, f"{what}: {command[0]}: command not found")
    async with await anyio.open_process(
        [program, *command[1:]], stdin=DEVNULL, stdout=PIPE, stderr=STDOUT, env=whole, cwd=root
    ) as process:
        output = b""
        if process.stdout:
            async for chunk in process.stdout:
                output += chunk
        code = await process.wait()
    text = output.decode(errors="replace").strip()[-ANSWER:]
    return Result(code == 0, f"{what}: exit code {code} {text}".rstrip())


async def _grpc(grpc: Grpc, what: str) -> Result:
    """One unary call over HTTP/2 with prior knowledge (grpc.health.v1); SERVING is field 1 = 1."""
    import httpx

    name = grpc.service.encode()
    message = b"\n" + bytes([len(name)]) + name if name else b""
    async with httpx.AsyncClient(http1=False, http2=True, timeout=None, trust_env=False) as client:  # noqa: S113
        try:
            response = await client.post(
                f"http://{HOST}:{grpc.port}/grpc.health.v1.Health/Check",
                content=b"\0" + len(message).to_bytes(4, "big") + message,
                headers={"content-type": "application/grpc", "te": "trailers"},
            )
        except httpx.HTTPError as error:
            return Result(False, f"{what}: {error}")
    ok = response.status_code == 200 and response.content[5:] == b"\x08\x01"
    status = response.headers.get("grpc-status", "")
    return Result(ok, f"{what}: {'SERVING' if ok else f'not serving {status}'.rstrip()}")

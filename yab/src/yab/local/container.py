"""Keeps one container's process alive, as the kubelet does: probes, restarts with back-off, stops."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import anyio

from yab.errors import FailedError
from yab.local import probing
from yab.local.logs import PodLog
from yab.local.model import Action, Container, Probe
from yab.local.process import Process, explain
from yab.local.state import Failure, Status

BACK_OFF, LONGEST_BACK_OFF = 0.25, 30.0
CRASHES = 3
CALM = 60.0


@dataclass(frozen=True)
class Hub:
    """What a runner tells upwards: something changed; a fact that cannot heal."""

    root: Path
    changed: Callable[[], None]
    fact: Callable[[Failure], None]


class ContainerRunner:
    """Runs a container until `stop`; `ready` and `status` say how it is."""

    def __init__(self, container: Container, pod: str, log: PodLog, hub: Hub, restart: str, grace: float) -> None:
        self.container = container
        self.pod = pod
        self.status: Status = "waiting"
        self.detail = ""
        self.ready = False
        self.started = anyio.Event()
        self.restarts = 0
        self.first_ready = anyio.Event()
        self.exit_code: int | None = None
        self.process: Process | None = None
        self._log, self._hub = log, hub
        self._restart, self._grace = restart, grace
        self._stopping = anyio.Event()
        self._wake = anyio.Event()
        self._renew = False
        self._back_off = BACK_OFF

    @property
    def was_ready(self) -> bool:
        """Whether it has been ready once."""
        return self.first_ready.is_set()

    async def run(self) -> int | None:
        """Starts it again and again as its restart policy says; the last exit code, None when stopped."""
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self.exit_code = await self._once()
            except FailedError as error:
                self._hub.fact(Failure(error.where, error.what, error.todo))
                if not self.was_ready:
                    self._set("failed", error.what)
                    return 127
                # It ran before: its program may be back soon (`npm ci` while it runs).
                await self._back_off_after(error.what, 0)
                continue
            if self._stopping.is_set():
                break
            if self._renew:
                self._renew = False
                continue
            if not self._restarts_after(self.exit_code):
                self._set("done" if self.exit_code == 0 else "failed", explain(self.exit_code))
                return self.exit_code
            await self._back_off_after(explain(self.exit_code), time.monotonic() - began)
        self._set("stopped")
        return None

    def rearm(self) -> None:
        """Makes it ready to run again, as a retried Job does."""
        self._stopping, self._wake, self.started = anyio.Event(), anyio.Event(), anyio.Event()

    async def stop(self) -> None:
        """preStop, the stop signal, SIGKILL when the pod's grace is over; all of it within the grace."""
        self._stopping.set()
        self._wake.set()
        if process := self.process:
            with anyio.move_on_after(self._grace) as scope:
                if self.container.pre_stop:
                    await self._act(self.container.pre_stop, self._grace)
                await process.stop(max(scope.deadline - anyio.current_time(), 0))
            process.kill()

    async def renew(self) -> None:
        """Replaces the process because its source changed: no back-off, not counted as a crash."""
        self._back_off = BACK_OFF
        self._wake.set()
        if process := self.process:
            self._renew = True
            self._set("starting", "source changed")
            await process.stop(min(self._grace, 5))

    def kill(self) -> None:
        """Ends it at once."""
        self._stopping.set()
        self._wake.set()
        if self.process:
            self.process.kill()

    def _restarts_after(self, code: int) -> bool:
        return self._restart == "Always" or (self._restart == "OnFailure" and code != 0)

    async def _once(self) -> int:
        self._set("starting", self.detail if self.restarts else "")
        self.process = process = await Process.start(self.container, self._hub.root)
        self._hub.changed()
        if self._stopping.is_set():
            process.kill()
        try:
            return await self._accompany(process)
        finally:
            process.kill()
            self.process = None

    async def _accompany(self, process: Process) -> int:
        """Logs and probes the process until it ends; its exit code."""
        logged = anyio.Event()

        async def log() -> None:
            await process.log(lambda text: self._log.write(self.container.name, text))
            logged.set()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(log)
            tasks.start_soon(self._watch_health, process)
            code = await process.wait()
            # Output still in the pipe belongs to the log; a grandchild of another session may hold it open.
            with anyio.move_on_after(0.5):
                await logged.wait()
            tasks.cancel_scope.cancel()
        return code

    async def _watch_health(self, process: Process) -> None:
        if self.container.post_start:
            result = await self._act(self.container.post_start, self._grace)
            if not result.ok:
                self._set("starting", f"postStart: {result.detail}")
                await process.stop(self._grace)
                return
        if self.container.startup and not await self._has_started(self.container.startup, process):
            return
        self.started.set()
        async with anyio.create_task_group() as tasks:
            if self.container.liveness:
                tasks.start_soon(self._keep_alive, self.container.liveness, process)
            if self.container.readiness:
                await self._keep_ready(self.container.readiness)
            else:
                self._set("ready")

    async def _has_started(self, probe: Probe, process: Process) -> bool:
        async for change in probing.verdicts(probe, lambda: self._ask(probe)):
            if change.holds:
                return True
            self._set("starting", f"startup probe: {change.detail}")
            if not self.was_ready:
                self._hub.fact(
                    self._failure(f"the startup probe failed {probe.failure_threshold} times: {change.detail}")
                )
            await process.stop(probe.grace or self._grace)
        return False

    async def _keep_ready(self, probe: Probe) -> None:
        async for change in probing.verdicts(probe, lambda: self._ask(probe)):
            if change.holds:
                self._set("ready")
            else:
                self._set("unready" if self.was_ready else "starting", f"readiness probe: {change.detail}")

    async def _keep_alive(self, probe: Probe, process: Process) -> None:
        async for change in probing.verdicts(probe, lambda: self._ask(probe)):
            if not change.holds:
                self._set("unready", f"liveness probe: {change.detail}")
                await process.stop(probe.grace or self._grace)
                return

    async def _ask(self, probe: Probe) -> probing.Result:
        return await probing.check(probe.action, self.container.env, self._hub.root, probe.timeout)

    async def _act(self, action: Action, limit: float) -> probing.Result:
        return await probing.check(action, self.container.env, self._hub.root, limit)

    async def _back_off_after(self, why: str, lasted: float) -> None:
        self.restarts += 1
        if lasted > CALM:
            self._back_off = BACK_OFF
        if not self.was_ready and self.restarts == CRASHES:
            self._hub.fact(self._failure(f"crashed {CRASHES} times before it was ready: {why}"))
        self._set("back-off", f"{why}, again in {self._back_off:g} s")
        self._wake = anyio.Event()
        with anyio.move_on_after(self._back_off):
            await self._wake.wait()
        self.detail = why
        self._back_off = min(self._back_off * 2, LONGEST_BACK_OFF)

    def _failure(self, what: str) -> Failure:
        return Failure(
            self.container.where,
            f"{self.pod}: {what}",
            "mend the cause shown in its last lines, then: yab up",
            self._log.tail(self.container.name),
        )

    def _set(self, status: Status, detail: str = "") -> None:
        self.status, self.detail = status, detail
        self.ready = status == "ready"
        if self.ready:
            self.first_ready.set()
        self._hub.changed()

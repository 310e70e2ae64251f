"""The process that runs a plan: it starts components in order, keeps them alive and stops them in order.

It is a process of its own, apart from the command that started it: the front end renders (Helm's
library costs memory) and may end; this one stays small. `python -m yab.local.supervisor PLAN LOCK [PIPE]`.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path

import anyio
import msgspec
from anyio.abc import TaskGroup

from yab.local import facts
from yab.local import state as states
from yab.local.component import ComponentRunner
from yab.local.container import Hub
from yab.local.gateway_runner import GatewayRunner
from yab.local.model import Plan
from yab.local.state import Failure, State


class Supervisor:
    """Runs one plan. `run` returns the exit code: 0 stopped on request, 1 failed."""

    def __init__(self, plan: Plan, allocated: dict[str, int]) -> None:
        self.plan = plan
        self.root = Path(plan.root)
        self.state = State(
            os.getpid(),
            time.time(),
            plan.port,
            addresses=plan.addresses,
            limits=plan.limits,
            allocated=allocated,
            watch=plan.watch,
        )
        hub = Hub(self.root, self._on_change, self._on_fact)
        logs = states.log_folder(self.root)
        self.gateway = GatewayRunner(plan, logs, hub)
        self.components = {entry.name: ComponentRunner(entry, logs, hub) for entry in plan.components}
        self._changed = anyio.Event()
        self._stop = anyio.Event()
        self._healthy_once = False

    async def run(self, parent: int | None) -> int:
        """Runs until a signal, the parent's end, or a fact that cannot heal before all were ready."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._obey_signals)
            tasks.start_soon(self._write_state)
            if parent is not None:
                tasks.start_soon(self._follow_parent, parent)
            if self.plan.watch:
                tasks.start_soon(self._watch_sources)
            async with anyio.create_task_group() as running:
                self._start(running)
                await self._stop.wait()
                self.state.phase = "stopping"
                self._on_change()
                await self._stop_in_order()
                running.cancel_scope.cancel()
            tasks.cancel_scope.cancel()
        self.state.phase = "failed" if self.state.failure else "stopped"
        self._save()
        return 1 if self.state.failure else 0

    def give_up(self, error: BaseException) -> int:
        """Leaves word of an error of yab itself; the processes have been ended with their tasks."""
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        what = f"internal error: {type(error).__name__}: {error}"
        where = states.folder(self.root) / states.SUPERVISOR_LOG
        self.state.failure = Failure("supervisor", what, f"report it with {where}, then: yab up")
        self.state.phase = "failed"
        self._save()
        return 1

    def _start(self, running: TaskGroup) -> None:
        for runner in self._runners():
            running.start_soon(self._guarded, runner.run, self.components)
        running.start_soon(self._time_out)

    async def _guarded(
        self,
        run: Callable[[dict[str, ComponentRunner]], Awaitable[None]],
        components: dict[str, ComponentRunner],
    ) -> None:
        try:
            await run(components)
        except Exception as error:
            failure = facts.find(error)
            if failure is None:
                raise
            self._on_fact(failure)

    def _runners(self) -> list[GatewayRunner | ComponentRunner]:
        return [self.gateway, *self.components.values()]

    def _on_change(self) -> None:
        self._changed.set()

    def _on_fact(self, failure: Failure) -> None:
        # Once all were ready, no failure of a component ends `up`: it is restarted and shown.
        if not self._healthy_once and not self.state.failure and not self._stop.is_set():
            self.state.failure = failure
            self._stop.set()

    async def _time_out(self) -> None:
        limits = [self.plan.wait, *(w.deadline for entry in self.plan.components for w in entry.workloads)]
        await anyio.sleep(min(limits))
        late = [runner for runner in self.components.values() if not runner.ready.is_set()]
        if late:
            row = next((row for row in late[0].rows() if row.status not in ("ready", "done")), None)
            self._on_fact(
                Failure(
                    late[0].plan.release,
                    f"not ready within {min(limits):g} s" + (f": {row.detail}" if row and row.detail else ""),
                    "read its log: yab logs " + late[0].plan.name + ", or give it longer: yab up --wait SECONDS",
                    late[0].tail(),
                )
            )

    async def _write_state(self) -> None:
        while True:
            await self._changed.wait()
            self._changed = anyio.Event()
            self._refresh()
            self._save()
            await anyio.sleep(0.03)

    def _refresh(self) -> None:
        rows = [row for runner in self.components.values() for row in runner.rows()]
        self.state.rows = [*rows, self.gateway.refresh()]
        ready = {pod.pod.name for runner in self.components.values() for pod in runner.pods if pod.ready}
        self.gateway.publish(ready)
        well = self.gateway.ready and all(
            runner.ready.is_set() and runner.is_well() for runner in self.components.values()
        )
        if well and not self._healthy_once:
            self._healthy_once = True
            self.state.ready_after = time.time() - self.state.started
            gc.collect()
        if self.state.phase in ("starting", "ready", "degraded"):
            self.state.phase = "ready" if well else "degraded" if self._healthy_once else "starting"

    def _save(self) -> None:
        # A full disk must not end what runs; the next change tries again.
        with suppress(OSError):
            states.write(self.root, self.state)

    async def _obey_signals(self) -> None:
        with anyio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGHUP) as signals:
            async for _ in signals:
                if self._stop.is_set():
                    self._kill_all()
                self._stop.set()

    async def _follow_parent(self, descriptor: int) -> None:
        await anyio.wait_readable(descriptor)
        self._stop.set()

    async def _watch_sources(self) -> None:
        from watchfiles import awatch

        wanted = sorted({str(self.root / path) for runner in self.components.values() for path in runner.watched()})
        existing = [path for path in wanted if Path(path).exists()]
        if not existing:
            return
        async for changes in awatch(*existing, debounce=200, step=20, stop_event=self._stop):
            paths = [os.path.relpath(path, self.root) for _, path in changes]
            async with anyio.create_task_group() as tasks:
                for runner in self.components.values():
                    tasks.start_soon(runner.renew, paths)

    async def _stop_in_order(self) -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.gateway.stop)
            for name, runner in self.components.items():
                users = [other for other in self.components.values() if name in other.plan.needs]
                tasks.start_soon(runner.stop, users)

    def _kill_all(self) -> None:
        for runner in self._runners():
            runner.kill()


def main(arguments: Iterable[str]) -> int:
    """Reads the plan file, takes over the lock that the front end holds, and runs."""
    plan_file, lock, *pipe = arguments
    os.set_inheritable(int(lock), False)
    path = Path(plan_file)
    plan, allocated = msgspec.json.decode(path.read_bytes(), type=tuple[Plan, dict[str, int]])
    path.unlink()  # it holds secrets
    parent = int(pipe[0]) if pipe else None
    supervisor = Supervisor(plan, allocated)
    try:
        return anyio.run(supervisor.run, parent)
    except Exception as error:
        traceback.print_exception(error)
        return supervisor.give_up(error)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

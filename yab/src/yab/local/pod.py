"""A pod: its volumes made, its init containers run one after the other, its containers kept together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import anyio

from yab.errors import FailedError
from yab.local.container import ContainerRunner, Hub
from yab.local.logs import PodLog
from yab.local.model import Container, Pod, Volume
from yab.local.state import Row


class PodRunner:
    """Runs a pod until `stop`. Its `row` is what `yab status` shows."""

    def __init__(self, pod: Pod, component: str, logs: Path, hub: Hub, kind: str = "pod") -> None:
        self.pod = pod
        self._hub = hub
        self._log = PodLog(logs, pod.name)
        self._init = [self._runner(container, init=True) for container in pod.init]
        self._main = [self._runner(container) for container in pod.containers]
        self.waits_for = ""
        self._ending = False
        self.row = Row(pod.name, component, kind, ports=_ports(pod.containers))

    def _runner(self, container: Container, *, init: bool = False) -> ContainerRunner:
        restart = self.pod.restart
        if init:
            restart = "Always" if container.sidecar else "Never" if restart == "Never" else "OnFailure"
        return ContainerRunner(container, self.pod.name, self._log, self._hub, restart, self.pod.grace)

    @property
    def ready(self) -> bool:
        """Whether every container is ready."""
        return all(runner.ready for runner in self._main)

    async def has_been_ready(self) -> None:
        """Waits until every container has been ready once."""
        for runner in self._main:
            await runner.first_ready.wait()

    async def run(self) -> list[int | None]:
        """Runs it until it is stopped or all its containers are done; their exit codes."""
        if self._ending:
            return []
        make_volumes(self.pod.volumes)
        for runner in (*self._init, *self._main):
            runner.rearm()
        codes: dict[str, int | None] = {}

        async def keep(runner: ContainerRunner) -> None:
            codes[runner.container.name] = await runner.run()

        async with anyio.create_task_group() as tasks:
            for runner in self._init:
                if runner.container.sidecar:
                    tasks.start_soon(keep, runner)
                    await runner.started.wait()
                elif (code := await runner.run()) != 0:
                    tasks.cancel_scope.cancel()
                    return [code]
            async with anyio.create_task_group() as main:
                for runner in self._main:
                    main.start_soon(keep, runner)
            await self._stop(self._init)
        return [codes.get(runner.container.name) for runner in self._main]

    async def stop(self) -> None:
        """Stops all containers together; it will not run again."""
        self._ending = True
        await self._stop((*self._main, *self._init))

    async def _stop(self, runners: Iterable[ContainerRunner]) -> None:
        async with anyio.create_task_group() as tasks:
            for runner in runners:
                tasks.start_soon(runner.stop)

    def kill(self) -> None:
        """Ends everything at once."""
        self._ending = True
        for runner in (*self._main, *self._init):
            runner.kill()

    async def renew(self, paths: list[str]) -> None:
        """Replaces the containers that watch one of the changed paths."""
        for runner in self._main:
            folders = [Path(folder) for folder in runner.container.watch]
            if any(Path(path).is_relative_to(folder) for folder in folders for path in paths):
                await runner.renew()

    def tail(self) -> list[str]:
        """The last lines of whatever failed, or else of the first container."""
        runners = [*self._init, *self._main]
        failed = [runner for runner in runners if runner.exit_code not in (0, None)] or runners
        return self._log.tail(failed[-1].container.name)

    def refresh(self) -> Row:
        """Brings the row up to date with the containers."""
        runners = [*self._init, *self._main]
        self.row.pids = {r.container.name: r.process.pid for r in runners if r.process}
        self.row.restarts = sum(runner.restarts for runner in runners)
        shown = next((runner for runner in self._main if not runner.ready), self._main[0])
        active = [runner for runner in self._init if runner.status not in ("done", "ready")]
        if shown.status == "waiting" and active:
            shown = active[0]
        # A Job is never ready: it runs, and is done.
        self.row.status = "running" if self.row.kind == "job" and shown.status == "ready" else shown.status
        name = f"{shown.container.name}: " if len(runners) > 1 and shown.detail else ""
        self.row.detail = name + shown.detail if shown.status != "waiting" else self.waits_for
        return self.row


def make_volumes(volumes: list[Volume]) -> None:
    """Makes a pod's folders anew, with their files; persistent ones are kept as they are.

    Raises FailedError where the disk refuses.
    """
    for volume in volumes:
        path = Path(volume.path)
        try:
            if not volume.persistent:
                shutil.rmtree(path, ignore_errors=True)
            path.mkdir(parents=True, exist_ok=True)
            for name, text in (volume.files or {}).items():
                _write(path / name, text, 0o600 if volume.secret else 0o644)
        except OSError as error:
            raise FailedError(
                str(path), f"cannot be written: {error.strerror}", "free some space, or mend its permissions"
            ) from error


def _write(path: Path, text: str, mode: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(text.encode("utf-8", "surrogateescape"))


def _ports(containers: list[Container]) -> dict[str, int]:
    return {
        name: port
        for container in containers
        for name, port in container.ports.items()
        if not name.isdigit() or list(container.ports.values()).count(port) == 1
    }

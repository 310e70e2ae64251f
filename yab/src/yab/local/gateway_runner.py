"""Runs the gateway beside the pods and tells it which of them are ready."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import anyio

from yab.local import gateway, probing
from yab.local import state as states
from yab.local.container import ContainerRunner, Hub
from yab.local.logs import PodLog
from yab.local.model import Action, Container, HttpGet, Plan, Probe
from yab.local.state import Row

NAME = "gateway"


class GatewayRunner:
    """Traefik as one more process of the local target."""

    def __init__(self, plan: Plan, logs: Path, hub: Hub) -> None:
        self._plan, self._hub = plan, hub
        self._config = states.folder(Path(plan.root)) / "gateway.yaml"
        self._published = ""
        self._applied: tuple[str, int | None] = ("", None)
        probe = Probe(Action(http=HttpGet(plan.ping_port, "/ping")), period=1)
        container = Container(NAME, gateway.command(plan, str(self._config)), {}, NAME, startup=probe, readiness=probe)
        self._runner = ContainerRunner(container, NAME, PodLog(logs, NAME), hub, "Always", grace=5)
        self._row = Row(NAME, NAME, "gateway", ports={"web": plan.port})

    @property
    def ready(self) -> bool:
        """Whether it answers, and with the routes that were published last."""
        return self._runner.ready and self._applied == self._wanted

    @property
    def _wanted(self) -> tuple[str, int | None]:
        """What must be confirmed: these routes, by this process; a restarted one reads them anew."""
        return self._published, self._runner.process.pid if self._runner.process else None

    async def run(self, _others: Mapping[str, object]) -> None:
        """Keeps it running until `stop`."""
        self.publish(set())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._confirm)
            await self._runner.run()
            tasks.cancel_scope.cancel()

    async def _confirm(self) -> None:
        """Asks the gateway for the mark of the published routes until it knows it."""
        while True:
            wanted = self._wanted
            if wanted != self._applied:
                action = Action(http=HttpGet(self._plan.ping_port, gateway.mark_path(wanted[0])))
                if (await probing.check(action, {}, Path(self._plan.root), 1)).ok:
                    self._applied = wanted
                    self._hub.changed()
            await anyio.sleep(0.02 if wanted != self._applied else 0.1)

    async def stop(self) -> None:
        """Stops it."""
        await self._runner.stop()

    def kill(self) -> None:
        """Ends it at once."""
        self._runner.kill()

    def publish(self, ready: set[str]) -> None:
        """Writes the routes to the pods that are ready; Traefik reads the file when it changes."""
        config = gateway.dynamic(self._plan, ready)
        mark = hashlib.sha256(json.dumps(config).encode()).hexdigest()[:12]
        if mark == self._published:
            return
        # A full disk leaves the last routes in place; the next change tries again.
        with suppress(OSError):
            states.write_private(self._config, json.dumps(gateway.marked(config, mark)).encode())
            self._published = mark

    def refresh(self) -> Row:
        """Brings the row up to date."""
        runner, row = self._runner, self._row
        row.status, row.detail, row.restarts = runner.status, runner.detail, runner.restarts
        row.pids = {NAME: runner.process.pid} if runner.process else {}
        row.started = row.started or time.time()
        if runner.ready and row.settled is None:
            row.settled = time.time()
        return row

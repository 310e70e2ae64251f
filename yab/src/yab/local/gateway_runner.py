"""Runs the gateway beside the pods and tells it which of them are ready."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from yab.local import gateway
from yab.local import state as states
from yab.local.container import ContainerRunner, Hub
from yab.local.logs import PodLog
from yab.local.model import Action, Container, HttpGet, Plan, Probe
from yab.local.state import Row

NAME = "gateway"


class GatewayRunner:
    """Traefik as one more process of the local target."""

    def __init__(self, plan: Plan, logs: Path, hub: Hub) -> None:
        self._plan = plan
        self._config = states.folder(Path(plan.root)) / "gateway.yaml"
        self._published: dict[str, object] | None = None
        probe = Probe(Action(http=HttpGet(plan.ping_port, "/ping")), period=1)
        container = Container(
            NAME, gateway.command(plan, str(self._config)), {}, NAME, startup=probe, readiness=probe
        )
        self._runner = ContainerRunner(container, NAME, PodLog(logs, NAME), hub, "Always", grace=5)
        self._row = Row(NAME, NAME, "gateway", ports={"web": plan.port})

    @property
    def ready(self) -> bool:
        """Whether it answers."""
        return self._runner.ready

    async def run(self, _others: Mapping[str, object]) -> None:
        """Keeps it running until `stop`."""
        self.publish(set())
        await self._runner.run()

    async def stop(self) -> None:
        """Stops it."""
        await self._runner.stop()

    def kill(self) -> None:
        """Ends it at once."""
        self._runner.kill()

    def publish(self, ready: set[str]) -> None:
        """Writes the routes to the pods that are ready; Traefik reads the file when it changes."""
        config = gateway.dynamic(self._plan, ready)
        if config == self._published:
            return
        # A full disk leaves the last routes in place; the next change tries again.
        with suppress(OSError):
            states.write_private(self._config, json.dumps(config).encode())
            self._published = config

    def refresh(self) -> Row:
        """Brings the row up to date."""
        runner, row = self._runner, self._row
        row.status, row.detail, row.restarts = runner.status, runner.detail, runner.restarts
        row.pids = {NAME: runner.process.pid} if runner.process else {}
        row.started = row.started or time.time()
        if runner.ready and row.settled is None:
            row.settled = time.time()
        return row

"""One component of the running product: its build, its jobs, its workloads, in their order."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from pathlib import Path

import anyio

from yab.local import once
from yab.local.container import Hub
from yab.local.facts import Unhealable
from yab.local.logs import PodLog
from yab.local.model import Build, ComponentPlan, Job, Pod, Workload
from yab.local.pod import PodRunner
from yab.local.process import explain
from yab.local.state import Failure, Row

JOB_BACK_OFF = 0.5


class ComponentRunner:
    """Runs a component once its needs are ready. `ready` is set when all of it has been ready once."""

    def __init__(self, plan: ComponentPlan, logs: Path, hub: Hub) -> None:
        self.plan = plan
        self.ready = anyio.Event()
        self._stopped = anyio.Event()
        self._logs, self._hub = logs, hub
        self._build_row = Row(f"{plan.release}-build", plan.name, "build") if plan.build else None
        self._before = [self._pod(job.pod, "job") for job in plan.before]
        self._after = [self._pod(job.pod, "job") for job in plan.after]
        self._groups = [(workload, [self._pod(pod, "pod") for pod in workload.pods]) for workload in plan.workloads]
        self.pods = [pod for _, group in self._groups for pod in group]
        self._ending = False

    def _pod(self, pod: Pod, kind: str) -> PodRunner:
        return PodRunner(pod, self.plan.name, self._logs, self._hub, kind)

    async def run(self, others: Mapping[str, ComponentRunner]) -> None:
        """Builds while it waits for what it needs; then the jobs before, the workloads, the jobs after.

        Raises Unhealable when a build or a job fails.
        """
        async with anyio.create_task_group() as tasks:
            if self.plan.build and self._build_row:
                tasks.start_soon(self._build, self.plan.build, self._build_row)
            await self._wait_for([others[name] for name in self.plan.needs if name in others])
            for job, pod in zip(self.plan.before, self._before, strict=True):
                self._say(self.pods, f"waits for {job.name}")
                await self._complete(job, pod)
            self._say(self.pods, "waits for its build" if self.plan.build else "")
        async with anyio.create_task_group() as tasks:
            for workload, group in self._groups:
                tasks.start_soon(self._run_workload, workload, group)
            for pod in self.pods:
                await pod.has_been_ready()
            try:
                await self._finish()
            except Unhealable as fact:
                # Raised further it would cancel the pods; reported, it lets them stop in order.
                self._hub.fact(fact.failure)

    async def _finish(self) -> None:
        for job, pod in zip(self.plan.after, self._after, strict=True):
            await self._complete(job, pod)
        if self.plan.first_run:
            await once.first_run(self.plan.first_run, self.plan.name, self._hub.root)
        self.ready.set()
        self._hub.changed()

    def is_well(self) -> bool:
        """Whether all its pods are ready now."""
        return all(pod.ready for pod in self.pods)

    def watched(self) -> set[str]:
        """The folders whose changes replace its processes."""
        return {path for pod in self.pods for container in pod.pod.containers for path in container.watch}

    async def renew(self, paths: list[str]) -> None:
        """Replaces what watches the changed paths."""
        for pod in self.pods:
            await pod.renew(paths)

    async def stop(self, users: Iterable[ComponentRunner]) -> None:
        """Stops it once all components that need it have stopped."""
        self._ending = True
        for user in users:
            await user._stopped.wait()
        async with anyio.create_task_group() as tasks:
            for pod in self._all_pods():
                tasks.start_soon(pod.stop)
        self._stopped.set()

    def kill(self) -> None:
        """Ends all of it at once."""
        self._ending = True
        for pod in self._all_pods():
            pod.kill()

    def tail(self) -> list[str]:
        """The last log lines of what is not ready."""
        late = [pod for pod in self.pods if not pod.ready]
        return late[0].tail() if late else []

    def rows(self) -> list[Row]:
        """What `yab status` shows, jobs before pods, with the times at which things settled."""
        rows = [self._build_row] if self._build_row else []
        rows += [pod.refresh() for pod in self._all_pods()]
        now = time.time()
        for row in rows:
            if row.status != "waiting" and row.started is None:
                row.started = now
            if row.status in ("ready", "done") and row.settled is None:
                row.settled = now
        return rows

    def _all_pods(self) -> list[PodRunner]:
        return [*self._before, *self.pods, *self._after]

    async def _wait_for(self, needed: Iterable[ComponentRunner]) -> None:
        waiting = [other for other in needed if not other.ready.is_set()]
        while waiting:
            self._say(self._all_pods(), f"waits for {', '.join(other.plan.name for other in waiting)}")
            await waiting.pop(0).ready.wait()
        self._say(self._all_pods(), "")

    def _say(self, pods: Iterable[PodRunner], waits_for: str) -> None:
        """Lets the rows of pods that have not begun say what they wait for."""
        for pod in pods:
            pod.waits_for = waits_for
        self._hub.changed()

    async def _build(self, build: Build, row: Row) -> None:
        log = PodLog(self._logs, row.name)
        row.status = "building"
        self._hub.changed()
        ran = await once.build(build, self.plan.name, self._hub.root, lambda text: log.write("build", text))
        row.status, row.detail = "done", "" if ran else "nothing changed"
        self._hub.changed()

    async def _run_workload(self, workload: Workload, group: list[PodRunner]) -> None:
        async with anyio.create_task_group() as tasks:
            for pod in group:
                tasks.start_soon(pod.run)
                if workload.ordered:
                    await pod.has_been_ready()

    async def _complete(self, job: Job, pod: PodRunner) -> None:
        """Runs a Job until it succeeds; Unhealable after its last retry or its deadline."""
        why = f"not done within {job.deadline} s"
        with anyio.move_on_after(job.deadline):
            for attempt in range(job.backoff_limit + 1):
                codes = await pod.run()
                if self._ending or all(code == 0 for code in codes):
                    return
                why = ", ".join(explain(code) for code in codes if code)
                if attempt < job.backoff_limit:
                    await anyio.sleep(JOB_BACK_OFF * 2**attempt)
        todo = f"mend the cause shown in its last lines, then: yab up (whole log: yab logs {self.plan.name})"
        raise Unhealable(Failure(pod.pod.containers[0].where, f"{job.name} failed: {why}", todo, pod.tail()))

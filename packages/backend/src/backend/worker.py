"""`python -m backend worker`: runs the jobs of the queue, and outlives every failure of the database."""

import asyncio
import json
import signal
import uuid
from contextlib import suppress
from datetime import timedelta
from http import HTTPStatus

import uvloop
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.models import Job
from sqlalchemy.ext.asyncio import AsyncEngine

from backend import config, logs, ops, postgres
from backend.config import Settings
from backend.database import create_engine, session_factory
from backend.mail.jobs import WELCOME
from backend.mail.transport import Transport, choose
from backend.mail.welcome import send_welcome
from backend.metrics import CONTENT_TYPE, JOBS, QUEUE_DEPTH, render
from backend.readiness import Readiness

MAX_ATTEMPTS = 12
"""After so many failures, over about an hour, a job is held for a person (`pgq failed`, `pgq requeue`)."""
_PAUSE = 1.0
logger = logs.get_logger(__name__)


def work() -> None:
    """Works until SIGTERM or SIGINT; jobs under way are finished. Raises CommandError for wrong settings only."""
    settings = config.load()
    logs.configure(settings.log_level, settings.log_format)
    worker = Worker(settings, choose(settings))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(worker.run())


class Worker:
    """One process's share of the queue."""

    def __init__(self, settings: Settings, outbox: Transport) -> None:
        self.settings = settings
        self.outbox = outbox
        self.readiness = Readiness(settings.database_url)
        self.stopping = asyncio.Event()
        self.manager: QueueManager | None = None
        self.problem: str | None = None

    async def run(self) -> None:
        """Serves the metrics port and works, connecting anew whenever the database was lost."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.stop)
        routes = {"/health/": self._health, "/health/ready": self._ready, "/metrics": self._metrics}
        engine = create_engine(self.settings.database_url, pool_size=5)
        async with await ops.start(self.settings.metrics_bind, routes):
            while not self.stopping.is_set():
                await self._attempt(engine)
        await engine.dispose()
        await self.readiness.close()

    def stop(self) -> None:
        """Takes no more jobs; `run` returns when those under way are done."""
        self.stopping.set()
        if self.manager is not None:
            self.manager.shutdown.set()

    async def _attempt(self, engine: AsyncEngine) -> None:
        """Works while the database lasts; then, or while it is not ready, a pause."""
        problem = await self.readiness.problem()
        if problem is None:
            try:
                await self._work(engine)
            except Exception as error:  # whatever it is, the worker goes on
                problem = f"{type(error).__name__}: {error}"
        if problem is not None and problem != self.problem:
            logger.warning("waiting for the database", problem=problem)
        self.problem = problem
        with suppress(TimeoutError):
            await asyncio.wait_for(self.stopping.wait(), _PAUSE)

    async def _work(self, engine: AsyncEngine) -> None:
        connection = await postgres.connect(self.settings.database_url)
        lease = timedelta(seconds=self.settings.job_lease_seconds)
        try:
            manager = QueueManager(Queries(AsyncpgDriver(connection)))
            self._register(manager, engine)
            self.manager = manager
            if self.stopping.is_set():
                return
            logger.info("working")
            # A dead worker's job makes no notification: the queue is asked again within a third of the lease.
            await manager.run(
                dequeue_timeout=min(lease / 3, timedelta(seconds=5)),
                heartbeat_timeout=lease,
                shutdown_on_listener_failure=True,
            )
        finally:
            self.manager = None
            connection.terminate()

    def _register(self, manager: QueueManager, engine: AsyncEngine) -> None:
        sessions = session_factory(engine)

        def with_retries(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
            return DatabaseRetryEntrypointExecutor(parameters, max_attempts=MAX_ATTEMPTS)

        @manager.entrypoint(WELCOME, on_failure="hold", executor_factory=with_retries)
        async def welcome(job: Job) -> None:
            account_id = uuid.UUID(bytes=job.payload)
            try:
                sent = await send_welcome(self.settings, sessions, self.outbox, account_id)
            except Exception as error:
                JOBS.labels(WELCOME, "failed").inc()
                logger.warning(
                    "job failed", job=WELCOME, account=str(account_id), attempt=job.attempts, error=str(error)
                )
                raise
            JOBS.labels(WELCOME, "done").inc()
            logger.info("job done", job=WELCOME, account=str(account_id), sent=sent)

    async def _health(self) -> ops.Answer:
        return _status(HTTPStatus.OK, "ok")

    async def _ready(self) -> ops.Answer:
        problem = await self.readiness.problem()
        if problem is None and self.manager is None:
            problem = "not connected to the queue yet"
        return _status(HTTPStatus.SERVICE_UNAVAILABLE, problem) if problem else _status(HTTPStatus.OK, "ok")

    async def _metrics(self) -> ops.Answer:
        if self.manager is not None:
            with suppress(*postgres.UNREACHABLE):  # without the database no depth, but all the rest
                await self._measure(self.manager)
        return ops.Answer(render(), content_type=CONTENT_TYPE)

    async def _measure(self, manager: QueueManager) -> None:
        statistics = await manager.queries.queue_size()
        QUEUE_DEPTH.clear()
        for row in statistics:
            QUEUE_DEPTH.labels(row.entrypoint, row.status).inc(row.count)


def _status(code: HTTPStatus, text: str) -> ops.Answer:
    return ops.Answer(json.dumps({"status": text}).encode() + b"\n", code)

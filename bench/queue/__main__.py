"""Kills workers while they work, and counts what became of the jobs; then measures how fast jobs run undisturbed.

    python -m bench.queue [--jobs N] [--workers N] [--kill-every S] [--lease S]

As soon as all workers are ready one is killed with SIGKILL, at a random moment, and replaced. No job may be lost, and
each mail is recorded as sent once. A mail that a killed worker had handed over unrecorded is handed over again, with
the same Message-ID.
"""

from __future__ import annotations

import argparse
import random
import signal
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from email.message import Message
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "packages/backend/tests"))

from embedded_postgres import Postgres
from processes import Process, query, running, until
from smtp_sink import SmtpSink

from backend.migrate import migrate

MAIL_SECONDS = 0.1
ENQUEUE = """
    WITH person AS (
        INSERT INTO accounts (id, email, name, role, password_hash, created_at)
        SELECT gen_random_uuid(), gen_random_uuid() || '@example.com', 'Person', 'member', '', now()
        FROM generate_series(1, {jobs}) RETURNING id
    )
    INSERT INTO pgqueuer (priority, status, entrypoint, payload, dedupe_key)
    SELECT 0, 'queued', 'mail.welcome', uuid_send(id), 'welcome-' || id FROM person
"""


class SlowServer(SmtpSink):
    """A mail server that takes its time, so that most kills hit a job; it remembers when each mail came."""

    def __init__(self) -> None:
        super().__init__()
        self.came: dict[str, list[float]] = {}

    def answer(self, message: Message) -> tuple[str, bool]:
        """Accepts after a while."""
        self.came.setdefault(message["Message-ID"], []).append(time.monotonic())
        time.sleep(MAIL_SECONDS)
        return super().answer(message)


def main() -> None:
    """Runs both parts on a Postgres of their own."""
    parser = argparse.ArgumentParser(prog="python -m bench.queue", description=__doc__)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kill-every", type=float, default=1.0, help="seconds at most, once all work")
    parser.add_argument("--lease", type=float, default=2.0, help="seconds")
    parser.add_argument("--undisturbed", type=int, default=3000, help="jobs of the second part")
    options = parser.parse_args()
    server = Postgres.create()
    try:
        server.start()
        for name, part in (("kills", with_kills), ("speed", undisturbed)):
            query(server.url(), f"CREATE DATABASE {name}")
            migrate(server.url(name))
            part(server.url(name), options)
    finally:
        server.remove()


def with_kills(database: str, options: argparse.Namespace) -> None:
    """Prints how many jobs were lost, repeated, and how late the repeated ones were."""
    with SlowServer() as server, ExitStack() as stack:
        settings = {"DATABASE_URL": database, "SMTP_URL": server.url, "JOB_LEASE_SECONDS": str(options.lease)}

        def start() -> Process:
            return stack.enter_context(running("worker", **settings))

        workers = [start() for _ in range(options.workers)]
        query(database, ENQUEUE.format(jobs=options.jobs))
        kills = 0
        while unfinished(database):
            until(lambda: all(worker.ops("/health/ready").status == 200 for worker in workers))
            time.sleep(random.uniform(0, options.kill_every))
            victim = workers.pop(random.randrange(len(workers)))
            victim.stop(signal.SIGKILL)
            workers.append(start())
            kills += 1
            if kills > 500:
                raise SystemExit(f"{unfinished(database)} jobs are not done after 500 kills")
        recorded = query(database, "SELECT count(*) AS mails FROM sent_mails")[0]["mails"]
        waits = [times[-1] - times[0] for times in server.came.values() if len(times) > 1]
        print(
            f"{options.jobs} jobs, {options.workers} workers, {kills} SIGKILLs, lease {options.lease:g} s: "
            f"{options.jobs - len(server.came)} lost, {recorded} recorded as sent, "
            f"{len(waits)} handed over again after {statistics.median(waits or [0]):.1f} s (median), "
            f"{max(waits, default=0):.1f} s (longest)"
        )


def undisturbed(database: str, options: argparse.Namespace) -> None:
    """Prints jobs a second of one worker that writes mails into a folder."""
    query(database, ENQUEUE.format(jobs=options.undisturbed))
    with tempfile.TemporaryDirectory() as folder, running("worker", DATABASE_URL=database, MAIL_DIR=folder):
        until(lambda: unfinished(database) < options.undisturbed, 60)
        began, first = time.monotonic(), unfinished(database)
        until(lambda: not unfinished(database), 300)
        took = time.monotonic() - began
        print(f"one worker, undisturbed: {first / took:.0f} jobs/s (each a transaction and a file)")


def unfinished(database: str) -> int:
    """Jobs that wait or run."""
    return int(query(database, "SELECT count(*) AS jobs FROM pgqueuer")[0]["jobs"])


if __name__ == "__main__":
    main()

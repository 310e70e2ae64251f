"""`worker` as a process: it waits, works, hesitates with the mail server, dies, and loses no job."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest
from embedded_postgres import Postgres
from processes import Process, query, run, running, until
from smtp_sink import SmtpSink

from backend.migrate import migrate

LEASE = 1.0
SIGN_UP = """
    WITH person AS (
        INSERT INTO accounts (id, email, name, role, password_hash, created_at)
        SELECT gen_random_uuid(), 'person' || n || '@example.com', 'Person ' || n, 'member', '', now()
        FROM generate_series(1, {count}) n RETURNING id
    )
    INSERT INTO pgqueuer (priority, status, entrypoint, payload, dedupe_key)
    SELECT 0, 'queued', 'mail.welcome', uuid_send(id), 'welcome-' || id FROM person
"""


def ready(process: Process) -> bool:
    return process.ops("/health/ready").status == 200


def left(database: str) -> int:
    """Jobs not yet done."""
    return len(query(database, "SELECT 1 FROM pgqueuer"))


def test_mail_becomes_files(database: str, tmp_path: Path) -> None:
    query(database, SIGN_UP.format(count=3))
    with running("worker", DATABASE_URL=database, MAIL_DIR=str(tmp_path / "mail")) as worker:
        until(lambda: left(database) == 0)
        assert worker.stop() == 0
    mails = [path.read_text() for path in sorted((tmp_path / "mail").iterdir())]
    assert sorted(line for mail in mails for line in mail.splitlines() if line.startswith("To: ")) == [
        f"To: Person {number} <person{number}@example.com>" for number in (1, 2, 3)
    ]


def test_a_job_that_runs_again_sends_no_second_mail(database: str) -> None:
    with SmtpSink() as sink, running("worker", DATABASE_URL=database, SMTP_URL=sink.url):
        query(database, SIGN_UP.format(count=1))
        until(lambda: left(database) == 0)
        query(
            database,
            "INSERT INTO pgqueuer (priority, status, entrypoint, payload)"
            " SELECT 0, 'queued', 'mail.welcome', uuid_send(id) FROM accounts",
        )
        until(lambda: left(database) == 0)
        assert len(sink.accepted) == 1


def test_a_job_whose_account_is_gone_is_done(database: str) -> None:
    query(database, SIGN_UP.format(count=1))
    query(database, "DELETE FROM accounts")
    with SmtpSink() as sink, running("worker", DATABASE_URL=database, SMTP_URL=sink.url):
        until(lambda: left(database) == 0)
        assert sink.accepted == []


def test_a_refused_mail_is_tried_again(database: str) -> None:
    with SmtpSink() as sink, running("worker", DATABASE_URL=database, SMTP_URL=sink.url) as worker:
        sink.refusals = ["451 come back later"]
        query(database, SIGN_UP.format(count=1))
        until(lambda: left(database) == 0)
        assert len(sink.accepted) == 1
        metrics = worker.ops("/metrics").body
    assert 'jobs_total{entrypoint="mail.welcome",outcome="failed"} 1.0' in metrics
    assert 'jobs_total{entrypoint="mail.welcome",outcome="done"} 1.0' in metrics


def test_a_mail_server_that_is_gone_holds_up_nothing_else(database: str) -> None:
    with running("worker", DATABASE_URL=database, SMTP_URL="smtp://127.0.0.1:1") as worker:
        query(database, SIGN_UP.format(count=1))
        until(lambda: 'outcome="failed"' in worker.ops("/metrics").body)
        assert ready(worker)
        assert left(database) == 1


def test_the_job_of_a_killed_worker_is_done_by_another_within_its_lease(database: str) -> None:
    """The kill test that chose the queue."""
    settings = {"DATABASE_URL": database, "JOB_LEASE_SECONDS": str(LEASE)}
    with SmtpSink() as sink:
        settings["SMTP_URL"] = sink.url
        sink.hold()
        with running("worker", **settings) as doomed:
            query(database, SIGN_UP.format(count=1))
            assert sink.received.acquire(timeout=20)  # the mail server has the message, and has not answered
            with running("worker", **settings) as other:
                until(lambda: ready(other))
                doomed.stop(signal.SIGKILL)
                sink.release()
                assert until(lambda: left(database) == 0) < 3 * LEASE
        assert len(sink.accepted) == 1
        assert len(sink.tried) == 2
    assert query(database, "SELECT count(*) AS mails FROM sent_mails")[0]["mails"] == 1


SLOW_COMMIT = (
    "CREATE FUNCTION hesitate() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(2); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER hesitate AFTER INSERT ON sent_mails DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION hesitate()",
)


def test_a_worker_killed_between_mail_and_commit_leaves_one_file(database: str, tmp_path: Path) -> None:
    settings = {"DATABASE_URL": database, "JOB_LEASE_SECONDS": str(LEASE), "MAIL_DIR": str(tmp_path)}
    for statement in SLOW_COMMIT:
        query(database, statement)
    query(database, SIGN_UP.format(count=1))
    with running("worker", **settings) as doomed:
        until(lambda: list(tmp_path.glob("*.eml")))
        assert left(database) == 1
        doomed.stop(signal.SIGKILL)
    with running("worker", **settings):
        until(lambda: left(database) == 0)
    assert len(list(tmp_path.iterdir())) == 1


def test_two_workers_share_the_jobs_and_send_each_mail_once(database: str) -> None:
    with SmtpSink() as sink:
        settings = {"DATABASE_URL": database, "SMTP_URL": sink.url}
        with running("worker", **settings) as one, running("worker", **settings) as other:
            until(lambda: ready(one) and ready(other))
            query(database, SIGN_UP.format(count=60))
            until(lambda: left(database) == 0)
        assert len({message["Message-ID"] for message in sink.accepted}) == len(sink.accepted) == 60


def test_a_job_that_takes_longer_than_the_lease_keeps_it(database: str) -> None:
    settings = {"DATABASE_URL": database, "JOB_LEASE_SECONDS": str(LEASE)}
    with SmtpSink() as sink:
        settings["SMTP_URL"] = sink.url
        with running("worker", **settings) as one, running("worker", **settings) as other:
            until(lambda: ready(one) and ready(other))
            sink.hold()
            query(database, SIGN_UP.format(count=1))
            time.sleep(3 * LEASE)
            sink.release()
            until(lambda: left(database) == 0)
        assert len(sink.accepted) == len(sink.tried) == 1


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_worker_at_once(database: str, tmp_path: Path, how: signal.Signals) -> None:
    with running("worker", DATABASE_URL=database, MAIL_DIR=str(tmp_path)) as worker:
        until(lambda: ready(worker))
        began = time.monotonic()
        assert worker.stop(how) == 0
        assert time.monotonic() - began < 2
        assert not [line for line in worker.logged() if line["level"] in {"warning", "error", "critical"}]


def test_a_job_under_way_is_finished_before_the_worker_ends(database: str) -> None:
    with SmtpSink() as sink, running("worker", DATABASE_URL=database, SMTP_URL=sink.url) as worker:
        sink.hold()
        query(database, SIGN_UP.format(count=1))
        assert sink.received.acquire(timeout=20)
        worker.popen.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert worker.popen.poll() is None
        sink.release()
        assert worker.popen.wait(timeout=20) == 0
        assert len(sink.accepted) == 1
        assert left(database) == 0


def test_it_waits_for_the_schema(empty_database: str, tmp_path: Path) -> None:
    with running("worker", DATABASE_URL=empty_database, MAIL_DIR=str(tmp_path)) as worker:
        until(lambda: worker.ops("/health/").status == 200)
        answer = worker.ops("/health/ready")
        assert answer.status == 503
        assert "migrate" in answer.body
        migrate(empty_database)
        until(lambda: ready(worker))


def test_it_waits_for_the_database_and_outlives_its_loss(tmp_path: Path) -> None:
    server = Postgres.create()
    try:
        with running("worker", DATABASE_URL=server.url("app"), MAIL_DIR=str(tmp_path / "mail")) as worker:
            until(lambda: worker.ops("/health/").status == 200)
            assert not ready(worker)
            server.start()
            query(server.url(), "CREATE DATABASE app")
            migrate(server.url("app"))
            until(lambda: ready(worker))
            for how in (signal.SIGQUIT, signal.SIGINT):
                server.stop(how)
                assert until(lambda: not ready(worker)) < 5
                assert worker.ops("/health/").status == 200
                server.start()
                until(lambda: ready(worker))
            query(server.url("app"), SIGN_UP.format(count=1))
            until(lambda: left(server.url("app")) == 0)
            assert worker.stop() == 0
    finally:
        server.remove()


def test_the_queue_is_measured(database: str) -> None:
    query(database, SIGN_UP.format(count=3))
    with running("worker", DATABASE_URL=database, SMTP_URL="smtp://127.0.0.1:1") as worker:
        until(lambda: 'queue_depth{entrypoint="mail.welcome",status="queued"} 3.0' in worker.ops("/metrics").body)


def test_mail_must_go_somewhere(database: str) -> None:
    ended = run("worker", DATABASE_URL=database)
    assert ended.returncode == 2
    assert ended.stderr.startswith("environment: neither SMTP_URL nor MAIL_DIR is set\n→ ")

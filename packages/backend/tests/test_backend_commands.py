"""The commands that end: what they print, their exit codes, and their two-line errors."""

from __future__ import annotations

import json
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from embedded_postgres import free_port
from processes import argv, environment, query, run, running, until

from backend import config
from backend.__main__ import main


def sign_in(database: str, email: str, password: str) -> int:
    """The status of a sign-in."""
    with running("serve", DATABASE_URL=database) as api:
        until(lambda: api.get("/health/ready").status == 200)
        body = {"email": email, "password": password}
        return httpx.post(f"http://{api.bind}/api/v1/sessions", json=body).status_code


@pytest.mark.parametrize("command", ["serve", "worker", "migrate", "create-admin", "reset-password a@example.com"])
def test_without_a_database_every_command_says_so(command: str) -> None:
    ended = run(command)
    assert ended.returncode == 2
    what, remedy = ended.stderr.splitlines()
    assert what == "environment: DATABASE_URL is not set"
    assert remedy.startswith("→ ")
    assert ended.stdout == ""


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://app:hunter2@db/app"),
        ("DATABASE_URL", "hunter2"),
        ("BIND", "8000"),
        ("BIND", "0.0.0.0:99999"),
        ("METRICS_BIND", "localhost"),
        ("PUBLIC_URL", "app.example.dev"),
        ("WEB_CONCURRENCY", "0"),
        ("WEB_CONCURRENCY", "many"),
        ("GUNICORN_WORKERS", "-1"),
        ("SMTP_URL", "mail.example.dev"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("JOB_LEASE_SECONDS", "0"),
    ],
)
def test_a_wrong_variable_is_named_and_its_value_is_not_repeated(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@127.0.0.1:1/app")
    monkeypatch.setenv(variable, value)
    config.load.cache_clear()
    assert main(["serve"]) == 2
    what, remedy = capsys.readouterr().err.splitlines()
    assert re.match(f"environment: {variable}\\b", what)
    assert remedy.startswith("→ ")
    assert "hunter2" not in what + remedy


@pytest.mark.parametrize("command", ["migrate", "create-admin", "reset-password a@example.com"])
def test_an_unreachable_database_is_named_without_its_password(command: str) -> None:
    port = free_port()
    ended = run(command, DATABASE_URL=f"postgresql://app:hunter2@127.0.0.1:{port}/app")
    assert ended.returncode == 1
    what, remedy = ended.stderr.splitlines()
    assert f"127.0.0.1:{port}/app" in what
    assert remedy.startswith("→ ")
    assert "hunter2" not in ended.stderr


@pytest.mark.parametrize("words", ["", "dance", "serve --port 80", "reset-password"])
def test_wrong_usage_ends_with_2(words: str) -> None:
    assert run(words).returncode == 2


def test_migrate_prints_a_line_for_each_migration(empty_database: str) -> None:
    first = run("migrate", DATABASE_URL=empty_database)
    assert first.returncode == 0, first.stderr
    assert [line.split()[0] for line in first.stdout.splitlines()] == ["0001", "0002"]
    again = run("migrate", DATABASE_URL=empty_database)
    assert (again.returncode, len(again.stdout.splitlines())) == (0, 1)


def test_two_migrations_at_once_take_turns(empty_database: str) -> None:
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(lambda _: run("migrate", DATABASE_URL=empty_database), range(3)))
    assert [(one.returncode, one.stderr) for one in ended] == [(0, "")] * 3
    assert sum("accounts and sessions" in one.stdout for one in ended) == 1


def test_a_failing_migration_leaves_nothing(empty_database: str) -> None:
    query(empty_database, "CREATE TABLE sessions (mine text)")
    ended = run("migrate", DATABASE_URL=empty_database)
    assert ended.returncode == 1
    what, remedy = ended.stderr.splitlines()
    assert "sessions" in what
    assert remedy.startswith("→ ")
    assert query(empty_database, "SELECT 1 FROM pg_tables WHERE tablename = 'accounts'") == []


def test_create_admin_makes_one_that_can_sign_in(database: str) -> None:
    first = run("create-admin --if-none", DATABASE_URL=database)
    words = first.stdout.split()
    assert words[:3] == ["administrator", "admin@example.com,", "password"]
    assert sign_in(database, "admin@example.com", words[3]) == 201
    again = run("create-admin --if-none", DATABASE_URL=database)
    assert (again.returncode, again.stdout) == (0, "")


def test_create_admin_takes_any_address_but_a_taken_one(database: str) -> None:
    ended = run("create-admin --email Ada@Example.com", DATABASE_URL=database)
    assert ended.stdout.startswith("administrator ada@example.com, password ")
    assert run("create-admin --email ada@example.com", DATABASE_URL=database).returncode == 1
    assert run("create-admin --email ada", DATABASE_URL=database).returncode == 2


def test_two_at_once_make_one_administrator(database: str) -> None:
    with ThreadPoolExecutor() as pool:
        ended = list(pool.map(lambda _: run("create-admin --if-none", DATABASE_URL=database), range(3)))
    assert [one.returncode for one in ended] == [0, 0, 0]
    assert sum("password" in one.stdout for one in ended) == 1


def test_create_admin_before_the_schema_says_what_to_do(empty_database: str) -> None:
    ended = run("create-admin", DATABASE_URL=empty_database)
    assert ended.returncode == 1
    assert "migrate" in ended.stderr.splitlines()[1]


def test_reset_password_gives_a_new_one_and_ends_sessions(database: str) -> None:
    run("create-admin", DATABASE_URL=database)
    query(database, "INSERT INTO sessions SELECT '\\x00', id, now(), now() + interval '1 day' FROM accounts")
    ended = run("reset-password ADMIN@example.com", DATABASE_URL=database)
    assert ended.returncode == 0
    assert query(database, "SELECT 1 FROM sessions") == []
    assert sign_in(database, "admin@example.com", ended.stdout.split()[-1]) == 201


def test_reset_password_of_nobody(database: str) -> None:
    ended = run("reset-password nobody@example.com", DATABASE_URL=database)
    assert ended.returncode == 1
    assert ended.stderr.startswith("nobody@example.com: ")


def test_openapi_is_the_same_every_time_and_needs_no_settings() -> None:
    first, second = run("openapi"), run("openapi")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    json.loads(first.stdout)


def test_a_reader_that_goes_away_is_no_error() -> None:
    command = subprocess.Popen(argv("openapi"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    assert command.stdout is not None
    assert command.stderr is not None
    command.stdout.close()
    assert command.stderr.read() == b""
    command.wait(timeout=20)

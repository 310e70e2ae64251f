"""The stand-ins for images: a real Postgres and a real NGINX, as whoever runs the tests."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from localbench import eventually, free_port

from yab.local.launch import postgres_bin
from yab.local.programs import nginx, postgres
from yab.local.secrets import ensure
from yab.project import Component, Project

BIN = postgres_bin()[0]
ROOT = Path(__file__).parents[3]
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="what root must not do is tested as root")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A folder that only its owner may enter, like /root, with a space in its path."""
    parent = tmp_path / "my home"
    parent.mkdir(mode=0o700)
    return parent


@contextmanager
def running(data: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Postgres on a free port, ready."""
    data.mkdir(parents=True, exist_ok=True)
    port = free_port()
    process = start(data, port, **env)
    try:
        eventually(lambda: process.poll() is not None or sql(port, "select 1") == "1")
        assert process.poll() is None, process.communicate()[0]
        yield process, port
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)


def start(data: Path, port: int, **env: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "yab.local.programs.postgres", "--data", str(data), "--port", str(port)],
        env={**os.environ, "POSTGRES_USER": "app", "POSTGRES_DB": "shop", "POSTGRES_PASSWORD": "pa ss", **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def sql(port: int, statement: str, password: str = "pa ss") -> str:
    done = subprocess.run(
        [BIN / "psql", "-h", "127.0.0.1", "-p", str(port), "-U", "app", "-d", "shop", "-Atc", statement],
        env={**os.environ, "PGPASSWORD": password},
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


def test_it_makes_the_role_and_the_database_and_asks_for_the_password(closed: Path) -> None:
    with running(closed / "data") as (_, port):
        assert sql(port, "select current_user || ' ' || current_database()") == "app shop"
        assert sql(port, "select 1", password="wrong") == ""
        assert sql(port, "show server_encoding") == "UTF8"


def test_data_survives_a_kill(closed: Path) -> None:
    data = closed / "data"
    with running(data, PGDATA=str(data / "pgdata")) as (process, port):
        sql(port, "create table t as select generate_series(1, 1000) n")
        process.kill()
        process.wait()
    with running(data, PGDATA=str(data / "pgdata")) as (_, port):
        assert sql(port, "select count(*) from t") == "1000"
    assert (data / "pgdata" / "PG_VERSION").exists()


@needs_root
def test_root_gives_postgres_to_nobody_and_changes_no_parent(closed: Path) -> None:
    before = {path: path.stat().st_mode for path in (closed, closed.parent)}
    users = Path("/etc/passwd").read_text()
    with running(closed / "data") as (process, _):
        uid = int(Path(f"/proc/{process.pid}/status").read_text().partition("Uid:\t")[2].split()[0])
        assert uid != 0
    assert {path: path.stat().st_mode for path in before} == before
    assert closed.stat().st_uid == 0
    assert Path("/etc/passwd").read_text() == users


def test_a_first_start_that_was_interrupted_leaves_no_half_database(closed: Path) -> None:
    data = closed / "data"
    data.mkdir()
    process = start(data, free_port(), PGDATA=str(data / "pgdata"))
    eventually(lambda: list(data.glob("pgdata.new*")) or process.poll() is not None)
    process.kill()
    process.wait()
    assert not (data / "pgdata" / "PG_VERSION").exists()
    with running(data, PGDATA=str(data / "pgdata")) as (_, port):
        assert sql(port, "select 1") == "1"
    assert not list(data.glob("pgdata.new*"))


def test_data_of_another_version_is_refused(closed: Path) -> None:
    data = closed / "data"
    data.mkdir()
    (data / "PG_VERSION").write_text("14\n")
    process = start(data, free_port())
    output = process.communicate(timeout=20)[0]
    assert process.returncode == 1
    assert f"{data}: was made by Postgres 14, this machine has 18\n→ " in output


def test_data_that_another_server_uses_is_refused(closed: Path) -> None:
    with running(closed / "data") as (first, _):
        second = start(closed / "data", free_port())
        output = second.communicate(timeout=20)[0]
        assert second.returncode == 1
        assert f"another Postgres uses it (pid {first.pid})" in output


def test_the_images_environment_is_read_with_its_defaults() -> None:
    data = Path("/data")
    assert postgres.Settings.of(data, {}) == postgres.Settings("postgres", "", "postgres", data)
    found = postgres.Settings.of(data, {"POSTGRES_USER": "a", "PGDATA": "/data/x"})
    assert (found.database, found.data) == ("a", Path("/data/x"))


@contextmanager
def web(folder: Path) -> Iterator[int]:
    """NGINX with the webs' own server configuration on a small bundle; its port."""
    www, config, temp = folder / "www", folder / 'con"fig', folder / "temp dir"
    for path, text in (
        (www / "index.html", "<!doctype html>page"),
        (www / "assets" / "app.abc.js", "1;" * 2000),
        (config / "config.js", "self.__CONFIG__ = {};"),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    temp.mkdir()
    port = free_port()
    words = ["--port", str(port), "--www", str(www), "--config", str(config), "--temp", str(temp)]
    command = [sys.executable, "-m", "yab.local.programs.nginx", *words, "--server", "docker/nginx.default.conf"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        eventually(lambda: process.poll() is not None or get(port, "/healthz")[0] == 200)
        assert process.poll() is None, process.communicate()[0]
        yield port
    finally:
        process.terminate()
        assert process.wait(timeout=10) == 0


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
    except OSError:
        return 0, {}, b""


def test_nginx_serves_a_bundle_as_the_image_will(closed: Path) -> None:
    with web(closed) as port:
        assert get(port, "/some/route")[2] == b"<!doctype html>page"
        assert get(port, "/config.js")[2] == b"self.__CONFIG__ = {};"
        assert get(port, "/assets/gone.js")[0] == 404
        status, headers, body = get(port, "/assets/app.abc.js", **{"Accept-Encoding": "gzip"})
        assert (status, headers["Content-Encoding"]) == (200, "gzip")
        assert "immutable" in headers["Cache-Control"]
        assert len(body) < 200
        assert "no-store" in get(port, "/")[1]["Cache-Control"]


def test_nginx_without_a_bundle_says_how_to_build_it(tmp_path: Path) -> None:
    words = [word for name in ("www", "config", "temp", "server") for word in (f"--{name}", str(tmp_path))]
    done = subprocess.run(
        [sys.executable, "-m", "yab.local.programs.nginx", "--port", "1", *words], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, f"{tmp_path}: has no index.html\n→ build it: npm run build\n")


def test_a_path_is_a_quoted_nginx_string() -> None:
    assert nginx.quoted(Path('/a "b"/c')) == '"/a \\"b\\"/c"'


def project(root: Path, **secrets: dict[str, str]) -> Project:
    components = {name: Component(name, Path("charts") / name, secrets=found) for name, found in secrets.items()}
    return Project(root, "shop", "shop", {}, components)


def test_secrets_are_made_once_and_kept(tmp_path: Path) -> None:
    made = project(tmp_path, db={"PASSWORD": "{random:32}"}, api={"URL": "pg://{secret:db.PASSWORD}@db"})
    first = ensure(tmp_path, made)
    assert first["api-env"]["URL"] == f"pg://{first['db-env']['PASSWORD']}@db"
    assert len(first["db-env"]["PASSWORD"]) == 32
    assert ensure(tmp_path, made) == first
    folder = tmp_path / ".yab" / "secrets"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.glob("*.json"))


def test_new_secrets_join_the_old_ones_and_changed_texts_take_effect(tmp_path: Path) -> None:
    first = ensure(tmp_path, project(tmp_path, db={"A": "{random:8}"}))
    second = ensure(tmp_path, project(tmp_path, db={"A": "x-{random:8}", "B": "{random:8}"}))
    assert second["db-env"]["A"] == "x-" + first["db-env"]["A"]
    assert len(second["db-env"]["B"]) == 8


def test_a_damaged_file_and_a_ring_are_named(tmp_path: Path) -> None:
    from yab.errors import ConfigError

    with pytest.raises(ConfigError, match=r"refers to itself: a\.X → b\.Y → a\.X"):
        ensure(tmp_path, project(tmp_path, a={"X": "{secret:b.Y}"}, b={"Y": "{secret:a.X}"}))
    path = tmp_path / ".yab" / "secrets" / "random.json"
    path.write_text(json.dumps(["no"]))
    with pytest.raises(ConfigError, match=r"random\.json: is damaged"):
        ensure(tmp_path, project(tmp_path, a={"X": "{random:4}"}))

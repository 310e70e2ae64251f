"""What the `postgres` image's entrypoint does, with the Postgres of this machine.

    python -m yab.local.programs.postgres --data DIR --port N

Environment as the image's: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, PGDATA (below DIR).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from yab.local.launch import postgres_bin
from yab.local.programs.common import become, can_reach, dropping, fail, unprivileged_user

OLDEST = 15
SYSTEM = (
    "/usr/lib/postgresql/*/bin",
    "/usr/local/opt/postgresql*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/pgsql/bin",
)
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "shared_buffers": "32MB",
    "log_min_messages": "warning",
    "log_line_prefix": "",
    # The shared memory of a killed server must not outlive it in /dev/shm.
    "dynamic_shared_memory_type": "mmap",
}


@dataclass(frozen=True)
class Settings:
    """What the image reads from its environment."""

    user: str
    password: str
    database: str
    data: Path

    @classmethod
    def of(cls, data: Path, env: Mapping[str, str]) -> Settings:
        """The settings of an environment, with the image's defaults."""
        user = env.get("POSTGRES_USER") or "postgres"
        below = Path(env.get("PGDATA") or data)
        return cls(user, env.get("POSTGRES_PASSWORD", ""), env.get("POSTGRES_DB") or user, below)


def server(bin_folder: Path, data: Path, port: int) -> list[str]:
    """The server's argv."""
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    return [str(bin_folder / "postgres"), "-D", str(data), "-p", str(port), *options]


def initdb(bin_folder: Path, data: Path, user: str, password_file: Path) -> list[str]:
    """initdb's argv: passwords required, UTF-8, the same collation on every machine."""
    return [
        str(bin_folder / "initdb"),
        f"--pgdata={data}",
        f"--username={user}",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]


def find_bin() -> Path:
    """The folder with `postgres` and `initdb`: the embedded one, else a system's of at least 15."""
    on_path = shutil.which("postgres")
    places = [*postgres_bin(), *([Path(on_path).resolve().parent] if on_path else [])]
    places += [Path(found) for pattern in SYSTEM for found in sorted(glob(pattern), reverse=True)]  # noqa: PTH207
    for place in places:
        if (place / "initdb").exists() and _major(place) >= OLDEST:
            return place
    return fail("postgres", f"no Postgres ≥ {OLDEST} on this machine", "run: make setup", 3)


def _major(bin_folder: Path) -> int:
    if bin_folder in postgres_bin():
        return 18
    done = subprocess.run([bin_folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    words = done.stdout.split()
    return int(words[2].split(".")[0]) if len(words) > 2 and words[2][0].isdigit() else 0


def main() -> None:
    """Makes the database on the first start, then becomes the server."""
    parser = argparse.ArgumentParser(prog="python -m yab.local.programs.postgres")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    options = parser.parse_args()
    settings, bin_folder = Settings.of(options.data, os.environ), find_bin()
    prefix = _prefix(bin_folder, options.data)
    try:
        _check(settings.data, bin_folder)
        if not (settings.data / "PG_VERSION").exists():
            _create(settings, bin_folder, prefix)
    except OSError as error:
        fail(
            str(settings.data),
            f"cannot be written: {error.strerror}",
            "free some space, or mend its permissions",
        )
    become([*prefix, *server(bin_folder, settings.data, options.port)])


def _prefix(bin_folder: Path, data: Path) -> list[str]:
    """How root runs Postgres, which refuses to be root; nothing for other users."""
    if os.getuid() != 0:
        return []
    user = unprivileged_user()
    os.chown(data, user.pw_uid, user.pw_gid)
    plain = dropping(user, read_all=False)
    return plain if can_reach(plain, bin_folder / "postgres", data) else dropping(user, read_all=True)


def _check(data: Path, bin_folder: Path) -> None:
    version = data / "PG_VERSION"
    if not version.exists():
        return
    found, ours = version.read_text().strip(), _major(bin_folder)
    if found != str(ours):
        todo = "back it up with that version; or start anew: yab down --volumes"
        fail(str(data), f"was made by Postgres {found}, this machine has {ours}", todo)
    with suppress(FileNotFoundError, ValueError, IndexError, ProcessLookupError):
        pid = int((data / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
        if "postgres" in _name(pid):
            fail(str(data), f"another Postgres uses it (pid {pid})", f"stop it: kill -INT {pid}")


def _name(pid: int) -> str:
    done = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout


def _create(settings: Settings, bin_folder: Path, prefix: Sequence[str]) -> None:
    """initdb beside the final place, then one rename: an interrupted start leaves no half database."""
    home = settings.data.parent
    home.mkdir(parents=True, exist_ok=True)
    for leftover in home.glob(f"{settings.data.name}.new*"):
        _remove(leftover)
    new = Path(tempfile.mkdtemp(prefix=f"{settings.data.name}.new", dir=home))
    password = new / "password"
    password.write_text(settings.password or "postgres")
    if prefix:
        user = unprivileged_user()
        for path in (new, password):
            os.chown(path, user.pw_uid, user.pw_gid)
    _run([*prefix, *initdb(bin_folder, new / "data", settings.user, password)])
    if settings.database != "postgres":
        single = [str(bin_folder / "postgres"), "--single", "-D", str(new / "data"), "postgres"]
        _run([*prefix, *single], f'CREATE DATABASE "{settings.database}";\n')
    if settings.data.exists():
        settings.data.rmdir()
    (new / "data").rename(settings.data)
    shutil.rmtree(new)


def _remove(folder: Path) -> None:
    """Removes a folder even while the initdb of a killed start is still ending in it."""
    for _ in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


def _run(argv: Sequence[str], stdin: str = "") -> None:
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        errors = [line for line in lines if "error" in line.lower() or "fatal" in line.lower()] or lines
        fail(
            "postgres",
            f"could not make its database: {errors[-1] if errors else done.returncode}",
            "mend that",
        )


if __name__ == "__main__":
    main()

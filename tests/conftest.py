"""The whole product, started once for all tests that need it: built bundles, no reloaders, a free port."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
YAB = [sys.executable, "-m", "yab"]
ADMIN = "admin@example.com"
# What a clone is made of; installed packages are linked, not copied.
LINKED = (".venv", "node_modules")


@dataclass(frozen=True)
class Product:
    """A running product: where it answers, and its administrator."""

    root: Path
    port: int
    admin_email: str
    admin_password: str

    def url(self, name: str) -> str:
        """The address of `app`, `admin` or `api` as a browser uses it (Python does not resolve it)."""
        return f"http://{name}.localhost:{self.port}"

    def yab(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs `yab` in the product's clone."""
        return run(self.root, *words)


def run(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs `yab` in a clone."""
    return subprocess.run([*YAB, *words], cwd=root, capture_output=True, text=True, timeout=300)


def clone(folder: Path) -> Path:
    """A copy of the tracked and new files of this clone, with its installed packages linked."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    for name in LINKED:
        if (ROOT / name).exists():
            (folder / name).symlink_to(ROOT / name)
    tools = ROOT / ".yab" / "tools"
    if tools.exists():
        (folder / ".yab").mkdir()
        (folder / ".yab" / "tools").symlink_to(tools)
    return folder


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A clone of its own (its path has a space) with the product running in it."""
    root = clone(tmp_path_factory.mktemp("product") / "a clone")
    port = free_port()
    started = run(root, "up", "--detach", "--no-watch", "--port", str(port), "--json")
    try:
        assert started.returncode == 0, started.stdout + started.stderr
        notice = json.loads(started.stdout)["notice"]
        yield Product(root, port, ADMIN, notice.rpartition("password ")[2].strip())
    finally:
        stopped = run(root, "down")
        assert stopped.returncode == 0, stopped.stderr

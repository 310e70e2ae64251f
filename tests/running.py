"""A clone of the product to run tests in, and the means to drive it."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

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


def eventually(check: Callable[[], object], seconds: float = 20) -> None:
    """Waits until `check()` is true; fails with its last answer."""
    end = time.monotonic() + seconds
    while not (last := check()):
        assert time.monotonic() < end, f"still {last!r} after {seconds} s"
        time.sleep(0.05)

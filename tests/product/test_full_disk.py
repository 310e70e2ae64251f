"""A disk that is full, or read-only: a clear error, nothing damaged, and all well once there is space."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from running import clone, eventually, free_port, run

pytestmark = [
    pytest.mark.product,
    pytest.mark.skipif(os.getuid() != 0, reason="a small file system of its own needs root"),
]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A clone whose `.yab` is a file system of 200 MB."""
    root = clone(tmp_path / "clone")
    state = root / ".yab"
    state.mkdir(exist_ok=True)
    for link in state.iterdir():
        link.unlink()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200m", "tmpfs", str(state)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine cannot mount a tmpfs")
    yield root
    run(root, "down")
    subprocess.run(["umount", "-l", str(state)], check=True)


def sign_up(port: int, number: int) -> int:
    body = {"email": f"full-{number}@example.com", "password": "a-good-password", "name": "Full"}
    headers = {"Host": f"app.localhost:{port}"}
    url = f"http://127.0.0.1:{port}/api/v1/accounts"
    return httpx.post(url, json=body, headers=headers, timeout=20, trust_env=False).status_code


def fill(path: Path) -> None:
    """Writes until the disk is full."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(b"x" * 2**20):
            pass


def test_a_disk_that_fills_up_is_a_503_and_heals(small: Path) -> None:
    port = free_port()
    started = run(small, "up", "--detach", "--no-watch", "--port", str(port))
    assert started.returncode == 0, started.stdout + started.stderr
    assert sign_up(port, 1) == 201
    filler = small / ".yab" / "filler"
    fill(filler)
    # Postgres still has room in pages and segments that exist: some more sign-ups may succeed.
    refused = next(number for number in range(2, 400) if sign_up(port, number) != 201)
    assert sign_up(port, refused) == 503
    # What can be read is still served, and nothing has been given up.
    assert run(small, "status", "--json").stdout.startswith("{")
    filler.unlink()
    eventually(lambda: sign_up(port, refused) == 201)
    assert sign_up(port, 1) == 409, "what was written before is still there"
    assert run(small, "smoke").returncode == 0


def test_a_read_only_disk_is_named(small: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small / ".yab")], check=True)
    done = run(small, "up", "--detach", "--port", str(free_port()))
    subprocess.run(["mount", "-o", "remount,rw", str(small / ".yab")], check=True)
    assert done.returncode == 1
    assert "cannot be written: Read-only file system\n→ " in done.stderr

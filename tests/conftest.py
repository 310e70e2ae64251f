"""The whole product, started once for all tests that need it: built bundles, no reloaders, a free port."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import ADMIN, Product, clone, free_port, run


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


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A clone with the product running from its sources, and its public port."""
    root, port = clone(tmp_path_factory.mktemp("watched") / "clone"), free_port()
    done = run(root, "up", "--detach", "--port", str(port))
    try:
        assert done.returncode == 0, done.stdout + done.stderr
        yield root, port
    finally:
        assert run(root, "down").returncode == 0

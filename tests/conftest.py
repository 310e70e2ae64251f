"""The whole product, started once for all tests that need it: built bundles, no reloaders, a free port."""

from __future__ import annotations

import json
from collections.abc import Iterator

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

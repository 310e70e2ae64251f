"""A tiny project in a folder whose name has a space."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from localbench import YAB, Bench, free_port
from tiny import Tiny


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(Tiny(tmp_path / "my clone", free_port()))
    yield made
    subprocess.run([*YAB, "down"], cwd=made.root, capture_output=True, timeout=60)
    left = made.processes()
    for process in left:
        process.kill()
    assert not left, f"left running: {left}"

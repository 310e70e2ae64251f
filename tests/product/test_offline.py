"""After the first setup no network is needed: the product starts and answers in a namespace without one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, clone

pytestmark = pytest.mark.product

SCRIPT = """
ip link set lo up
python=$1
! "$python" -c 'import socket; socket.create_connection(("192.0.2.1", 80), 2)' 2> /dev/null || exit 9
"$python" -m yab up --detach --no-watch && "$python" -m yab smoke
code=$?
"$python" -m yab down
exit $code
"""


@pytest.mark.skipif(os.getuid() != 0, reason="a network namespace of its own needs root")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="util-linux' unshare is not on this machine")
def test_the_product_starts_without_a_network(tmp_path: Path) -> None:
    root = clone(tmp_path / "clone")
    command = ["unshare", "--net", "sh", "-c", SCRIPT, "sh", sys.executable]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=200)
    if "unshare failed" in done.stderr or "Operation not permitted" in done.stderr:
        pytest.skip("this machine gives no network namespace")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(os.getuid() != 0, reason="a network namespace of its own needs root")
def test_a_second_setup_needs_no_network() -> None:
    if not (ROOT / ".yab/tools/setup.key").exists():
        pytest.skip("this clone was not set up by make setup")
    done = subprocess.run(["unshare", "--net", "make", "setup"], cwd=ROOT, capture_output=True, text=True, timeout=60)
    if "unshare" in done.stderr and done.returncode:
        pytest.skip("this machine gives no network namespace")
    assert (done.returncode, done.stderr) == (0, "")

"""Processes that a killed supervisor left behind: found by their mark, ended before the next start."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from yab.local.launch import MARK

GRACE = 3.0


def end(root: Path) -> int:
    """Ends every process of this clone's local target; how many there were.

    Call it with the clone's lock held: then nothing that carries the mark has a supervisor. They get
    SIGTERM, and SIGKILL after three seconds.
    """
    import psutil

    found = [process for process in psutil.process_iter() if _is_ours(process, str(root))]
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(found, timeout=GRACE)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=GRACE)
    return len(found)


def _is_ours(process: object, root: str) -> bool:
    import psutil

    assert isinstance(process, psutil.Process)
    try:
        return process.pid not in _family() and process.environ().get(MARK) == root
    except (psutil.Error, OSError):
        return False


def _family() -> Iterable[int]:
    """This process and those above it: `yab run api -- yab up` must not end itself."""
    import psutil

    return {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}

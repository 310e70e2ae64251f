"""The front end's view of a supervisor: wait until it is ready, follow it, stop it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from yab.errors import FailedError
from yab.local import orphans
from yab.local import state as states
from yab.local.process import explain
from yab.local.start import Started
from yab.local.state import Failure, State

LOOK = 0.03
PATIENCE = 10.0


def until_settled(root: Path, started: Started) -> Iterator[State]:
    """Yields the state as it changes until all is ready or it has ended.

    Raises FailedError when the supervisor itself is gone without a word.
    """
    last: State | None = None
    while True:
        ended = started.process.poll() is not None
        state = states.read(root)
        if state and state != last:
            yield state
            last = state
        if state and (state.phase in ("ready", "degraded") or (ended and state.phase in ("failed", "stopped"))):
            return
        if ended:
            raise _gone(root, started.process.returncode)
        time.sleep(LOOK)


def stop(pid: int, is_gone: Callable[[], bool], patience: float = 60) -> None:
    """Asks a supervisor to stop and waits; asks again, then kills it, when it takes too long."""
    for sign, limit in ((signal.SIGTERM, patience), (signal.SIGTERM, PATIENCE), (signal.SIGKILL, PATIENCE)):
        with suppress(ProcessLookupError):
            os.kill(pid, sign)
        end = time.monotonic() + limit
        while time.monotonic() < end:
            if is_gone():
                return
            time.sleep(LOOK)


def down(root: Path) -> bool:
    """Stops this clone's local target, or what is left of a killed one; whether there was anything."""
    state = states.read(root)
    if states.is_locked(root):
        if state is None:
            raise FailedError(str(root), "is just being started", "try again in a second")
        stop(state.pid, lambda: not states.is_locked(root))
        return True
    if state is None or state.phase in ("stopped", "failed"):
        return False
    found = orphans.end(root)
    state.phase = "stopped"
    states.write(root, state)
    return bool(found)


def error_of(failure: Failure) -> FailedError:
    """A supervisor's failure as the error that the command line shows, its last log lines with it."""
    return FailedError(failure.where, failure.what, failure.todo)


def _gone(root: Path, code: int) -> FailedError:
    path = states.folder(root) / states.SUPERVISOR_LOG
    return FailedError("supervisor", f"ended unexpectedly: {explain(code)}", f"read {path}, then: yab up")

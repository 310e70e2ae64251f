"""What runs now, as the supervisor writes it and every other command reads it.

`.yab/run/lock` is held (flock) as long as a supervisor lives, so a stale state file never misleads.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

SUPERVISOR_LOG = "supervisor.err"

Status = Literal[
    "waiting", "building", "running", "starting", "ready", "unready", "back-off", "done", "failed", "stopped"
]
Phase = Literal["starting", "ready", "degraded", "stopping", "stopped", "failed"]


@dataclass
class Row:
    """One line of `yab status`: a build, a job, a pod or the gateway. Times are Unix seconds."""

    name: str
    component: str
    kind: str
    status: Status = "waiting"
    detail: str = ""
    restarts: int = 0
    started: float | None = None
    settled: float | None = None
    pids: dict[str, int] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Failure:
    """Why `up` ended: the place, the cause, the last log lines and what to do."""

    where: str
    what: str
    todo: str
    log: list[str] = field(default_factory=list)


@dataclass
class State:
    """The whole local target at one moment."""

    pid: int
    started: float
    port: int
    phase: Phase = "starting"
    ready_after: float | None = None
    addresses: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    allocated: dict[str, int] = field(default_factory=dict)
    failure: Failure | None = None
    watch: bool = False


def folder(root: Path) -> Path:
    """Where the supervisor keeps its files; removed state is no loss."""
    return root / ".yab" / "run"


def log_folder(root: Path) -> Path:
    """One log file a pod."""
    return root / ".yab" / "logs"


def write(root: Path, state: State) -> None:
    """Replaces the state file in one step. OSError where the disk is full or read-only."""
    write_private(folder(root) / "state.json", msgspec.json.encode(state))


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that only its owner reads, whole or not at all."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    temporary.replace(path)


def read(root: Path) -> State | None:
    """The last state that was written, None where there is none (or one of another version)."""
    try:
        return msgspec.json.decode((folder(root) / "state.json").read_bytes(), type=State)
    except (OSError, msgspec.DecodeError):
        return None


def running(root: Path) -> State | None:
    """The state of a living supervisor, None when none runs."""
    return read(root) if is_locked(root) else None


def is_locked(root: Path) -> bool:
    """Whether a supervisor (or an `up` that is about to start one) holds this clone."""
    lock = acquire(root)
    if lock is None:
        return True
    os.close(lock)
    return False


def acquire(root: Path) -> int | None:
    """Takes the clone's lock: a file descriptor that holds it, None when somebody else does."""
    path = folder(root)
    path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor

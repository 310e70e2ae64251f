"""What a diagnosis says, and how patient it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a rollout fails of."""

    IMAGE = "image"
    CRASH = "crash"
    MIGRATION = "migration"
    UNSCHEDULABLE = "unschedulable"
    SECRET = "secret"  # noqa: S105 - the word, not a password
    CONFIG = "config"
    QUOTA = "quota"
    ADMISSION = "admission"
    PROBE = "probe"
    VOLUME = "volume"
    DEADLINE = "deadline"


@dataclass(frozen=True)
class Fact:
    """A reason why waiting is of no use."""

    kind: Kind
    object: str  # `Pod/yab-api-6c…`
    namespace: str
    cause: str  # one line
    next: str  # the one command or action that helps most
    since: datetime | None  # the container state, condition or event that shows it; patience comes on top
    pod: str | None = None  # the pod whose logs help, None where there are none
    container: str | None = None  # and its container
    previous: bool = False  # whether it is the logs of the container's last run


@dataclass(frozen=True)
class Patience:
    """How long what may heal is waited for, in seconds where no other unit is named."""

    ready: float  # a container that runs, but whose readiness probe fails
    crashes: int = 2  # restarts of a container, or pods lost by a node
    unschedulable: float = 3.0  # a pod without a node, a full quota, a ServiceAccount that is not there yet
    scaling: float = 300.0  # a pod for which an autoscaler adds a node
    volume: float = 30.0  # a volume that does not attach, mount or bind

"""What the local target is going to run: plain data between planning and executing.

The plan crosses a process border (the front end renders, the supervisor runs), so it is made of frozen
dataclasses that msgspec writes and reads. Times are seconds, ports are TCP ports on 127.0.0.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

HOST = "127.0.0.1"


@dataclass(frozen=True)
class HttpGet:
    """An HTTP GET that succeeds with a status of 200–399 (Kubernetes API, Probe v1)."""

    port: int
    path: str = "/"
    scheme: str = "http"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TcpSocket:
    """A connection that must be accepted."""

    port: int


@dataclass(frozen=True)
class Exec:
    """A command that must exit with 0."""

    command: list[str]


@dataclass(frozen=True)
class Grpc:
    """A `grpc.health.v1.Health/Check` call that must answer SERVING."""

    port: int
    service: str = ""


@dataclass(frozen=True)
class Sleep:
    """A preStop pause (KEP-3960)."""

    seconds: float


@dataclass(frozen=True)
class Action:
    """Exactly one thing that a probe or a lifecycle hook does."""

    http: HttpGet | None = None
    tcp: TcpSocket | None = None
    exec: Exec | None = None
    grpc: Grpc | None = None
    sleep: Sleep | None = None


@dataclass(frozen=True)
class Probe:
    """A probe with the kubelet's fields and defaults."""

    action: Action
    initial_delay: float = 0
    period: float = 10
    timeout: float = 1
    success_threshold: int = 1
    failure_threshold: int = 3
    grace: float | None = None


@dataclass(frozen=True)
class Container:
    """One process: what is started, with which environment, and how it is watched."""

    name: str
    command: list[str]
    env: dict[str, str]
    where: str
    ports: dict[str, int] = field(default_factory=dict)
    watch: list[str] = field(default_factory=list)
    stop_signal: str = "SIGTERM"
    startup: Probe | None = None
    readiness: Probe | None = None
    liveness: Probe | None = None
    post_start: Action | None = None
    pre_stop: Action | None = None
    sidecar: bool = False


@dataclass(frozen=True)
class Volume:
    """A folder of this clone that stands for a pod's volume."""

    path: str
    files: dict[str, str] | None = None
    secret: bool = False
    persistent: bool = False


@dataclass(frozen=True)
class Pod:
    """One replica: its containers share volumes and are ready together."""

    name: str
    containers: list[Container]
    init: list[Container] = field(default_factory=list)
    volumes: list[Volume] = field(default_factory=list)
    grace: float = 30
    restart: Literal["Always", "OnFailure", "Never"] = "Always"


@dataclass(frozen=True)
class Workload:
    """A Deployment, StatefulSet or DaemonSet; `ordered` starts its pods one after the other."""

    kind: str
    name: str
    pods: list[Pod]
    ordered: bool = False
    deadline: float = 600


@dataclass(frozen=True)
class Job:
    """A Job that must complete; hook Jobs come before their release's workloads."""

    name: str
    pod: Pod
    backoff_limit: int = 6
    deadline: float | None = None


@dataclass(frozen=True)
class Build:
    """A command that makes what the component's processes serve, run when its inputs changed."""

    command: list[str]
    inputs: list[str]
    outputs: list[str]


@dataclass(frozen=True)
class ComponentPlan:
    """Everything of one component, in the order in which it runs."""

    name: str
    release: str
    needs: list[str] = field(default_factory=list)
    build: Build | None = None
    before: list[Job] = field(default_factory=list)
    workloads: list[Workload] = field(default_factory=list)
    after: list[Job] = field(default_factory=list)
    first_run: Container | None = None


@dataclass(frozen=True)
class Backend:
    """Where a Service's traffic goes: one pod's port."""

    pod: str
    port: int


@dataclass(frozen=True)
class ServicePort:
    """One port of a Service; `listen` is the gateway's own port for it where several pods share it."""

    service: str
    port: int
    backends: list[Backend]
    listen: int | None = None

    @property
    def address(self) -> int:
        """The port on this machine that reaches the Service."""
        return self.listen or self.backends[0].port


@dataclass(frozen=True)
class Match:
    """What a route answers: a host (None: any), a path and, for HTTPRoutes, headers, method and query."""

    host: str | None
    path: str = "/"
    kind: Literal["Prefix", "Exact", "RegularExpression"] = "Prefix"
    headers: dict[str, str] = field(default_factory=dict)
    method: str | None = None
    query: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """A Service's port with a weight among its siblings."""

    service: str
    port: int
    weight: int = 1


@dataclass(frozen=True)
class Route:
    """A match and where it leads."""

    match: Match
    targets: list[Target]


@dataclass(frozen=True)
class Plan:
    """All that the supervisor needs; it reads nothing else of the project."""

    root: str
    port: int
    ping_port: int
    components: list[ComponentPlan]
    services: list[ServicePort]
    routes: list[Route]
    addresses: dict[str, str] = field(default_factory=dict)
    limits: list[str] = field(default_factory=list)
    watch: bool = False
    wait: float = 120

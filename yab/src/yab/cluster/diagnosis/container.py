"""A container of a pod: what was asked for, and what the kubelet says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene
from yab.cluster.reading import Object, containers, items, line, mapping, name, namespace, number, text, time, value


@dataclass(frozen=True)
class Container:
    """One container with the pod it is in and the moment it is looked at."""

    scene: Scene
    pod: Object
    name: str
    spec: Object
    status: Object

    @property
    def image(self) -> str:
        """The image as the pod asks for it."""
        return text(self.spec, "image") or text(self.status, "image")

    @property
    def waiting(self) -> str:
        """Why it does not run, as one word of the kubelet; empty where it is not waiting."""
        return text(self.status, "state", "waiting", "reason")

    @property
    def message(self) -> str:
        """What the kubelet adds to that word, as one line."""
        return line(text(self.status, "state", "waiting", "message"))

    @property
    def ended(self) -> Object:
        """How its last run ended, empty while the first one goes on."""
        return mapping(self.status, "state", "terminated") or mapping(self.status, "lastState", "terminated")

    @property
    def started(self) -> datetime | None:
        """When its present run began."""
        return time(self.status, "state", "running", "startedAt")

    @property
    def ready(self) -> bool:
        """Whether the kubelet holds it for ready."""
        return value(self.status, "ready") is True

    @property
    def restarts(self) -> int:
        """How often it was started again."""
        return number(self.status, "restartCount")

    @property
    def component(self) -> str:
        """The component that yab knows it by."""
        return text(self.pod, "metadata", "labels", "app.kubernetes.io/name") or self.name

    @property
    def of_hook(self) -> bool:
        """Whether it is of a Job that Helm runs as a hook."""
        job = self.scene.job_of(self.pod)
        return job is not None and is_hook(job)

    @property
    def has_logs(self) -> bool:
        """Whether a run of it ever wrote something: a container that did not start has no log."""
        ran = text(self.ended, "reason") not in ("StartError", "ContainerCannotRun") if self.ended else False
        return ran or bool(mapping(self.status, "state", "running"))

    def noticed(self, *reasons: str, saying: str = "") -> datetime | None:
        """When events of these reasons about it began, if their message says that."""
        events = self.scene.told(self.pod, *reasons)
        about = (event for event in events if event.container in ("", self.name) and saying in event.message)
        return min((event.first for event in about if event.first), default=None)

    def fact(self, kind: Kind, cause: str, next_: str, since: datetime | None) -> Fact:
        """A fact about the container, with its logs where it has some."""
        logs: dict[str, Any] = {}
        if self.has_logs:
            previous = bool(mapping(self.status, "lastState", "terminated")) and not value(
                self.status, "state", "terminated"
            )
            logs = {"pod": name(self.pod), "container": self.name, "previous": previous}
        return Fact(kind, f"Pod/{name(self.pod)}", namespace(self.pod), line(cause), next_, since, **logs)


def containers_of(pod: Object, scene: Scene) -> Iterator[Container]:
    """The containers of a pod that the kubelet speaks of, in the order in which they start."""
    specs = {text(spec, "name"): spec for spec in containers(mapping(pod, "spec"))}
    for group in ("initContainerStatuses", "containerStatuses"):
        for status in items(pod, "status", group):
            called = text(status, "name")
            yield Container(scene, pod, called, specs.get(called, {}), status)


def is_hook(job: Object) -> bool:
    """Whether Helm runs the Job as a hook of the release."""
    return "helm.sh/hook" in mapping(job, "metadata", "annotations")

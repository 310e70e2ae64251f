"""What a rollout looks like at one moment, reduced to what can fail: the pods of the new revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from yab.cluster.diagnosis.events import Event, Events
from yab.cluster.diagnosis.fact import Patience
from yab.cluster.reading import Object, condition, controller, mapping, name, namespace, number, text, value

REVISION = "deployment.kubernetes.io/revision"


@dataclass(frozen=True)
class Scene:
    """Everything that a rule may look at."""

    pods: tuple[Object, ...]
    events: Events
    deployments: tuple[Object, ...]  # that are not yet what they should be
    makers: tuple[Object, ...]  # ReplicaSets and StatefulSets that make pods of the new revision
    jobs: tuple[Object, ...]  # that did not succeed yet
    patience: Patience
    now: datetime

    @classmethod
    def at(
        cls,
        pods: Sequence[Object],
        events: Iterable[Object],
        workloads: Sequence[Object],
        jobs: Sequence[Object],
        patience: Patience,
        now: datetime,
    ) -> Scene:
        """The scene that the API server's objects show. Workloads have their `kind`."""
        makers = tuple(makers_of_new_pods(workloads))
        unfinished = tuple(job for job in jobs if text(condition(job, "Complete"), "status") != "True")
        return cls(
            pods=tuple(pod for pod in pods if is_new(pod, makers, unfinished)),
            events=Events(events),
            deployments=tuple(item for item in workloads if text(item, "kind") == "Deployment" and rolls(item)),
            makers=makers,
            jobs=unfinished,
            patience=patience,
            now=now,
        )

    def lasts(self, since: datetime | None, seconds: float) -> bool:
        """Whether something that began then has gone on for longer than that."""
        return since is not None and (self.now - since).total_seconds() >= seconds

    def told(self, pod: Object, *reasons: str) -> list[Event]:
        """The events of these reasons about a pod, the latest first."""
        return self.events.about("Pod", pod, *reasons)

    def job_of(self, pod: Object) -> Object | None:
        """The Job that made the pod."""
        return next((job for job in self.jobs if made_by(pod, "Job", job)), None)


def makers_of_new_pods(workloads: Sequence[Object]) -> Iterator[Object]:
    """The newest ReplicaSet of each Deployment that rolls, and the StatefulSets that do."""
    for workload in workloads:
        if text(workload, "kind") == "Deployment" and rolls(workload):
            newest = newest_replica_set(workload, workloads)
            if newest is not None:
                yield newest
        elif text(workload, "kind") == "StatefulSet" and rolls(workload) and observed(workload):
            yield workload


def newest_replica_set(deployment: Object, workloads: Sequence[Object]) -> Object | None:
    """The ReplicaSet of the Deployment's present template, None until the controller has made it.

    The controller writes one revision on both. Before it has seen the new template, both still carry the
    old one, so nothing is known.
    """
    if not observed(deployment):
        return None
    sets = [
        item for item in workloads if text(item, "kind") == "ReplicaSet" and made_by(item, "Deployment", deployment)
    ]
    current = _revision(deployment)
    if current:
        return next((item for item in sets if _revision(item) == current), None)
    return max(sets, key=_revision, default=None)


def is_new(pod: Object, makers: Iterable[Object], jobs: Iterable[Object]) -> bool:
    """Whether a pod is of the new revision, or a Job's, and is not being deleted."""
    if value(pod, "metadata", "deletionTimestamp"):
        return False
    return any(_of_revision(pod, maker) for maker in makers) or any(made_by(pod, "Job", job) for job in jobs)


def observed(workload: Object) -> bool:
    """Whether its controller has seen the present spec."""
    return number(workload, "status", "observedGeneration") >= number(workload, "metadata", "generation")


def wanted(workload: Object) -> int:
    """How many pods it should have."""
    return number(workload, "spec", "replicas", default=1)


def rolls(workload: Object) -> bool:
    """Whether it is not yet what it should be: as `kubectl rollout status` sees it."""
    if not observed(workload):
        return True
    status, count = mapping(workload, "status"), wanted(workload)
    if text(workload, "kind") == "StatefulSet":
        same = text(status, "currentRevision") == text(status, "updateRevision")
        return not same or number(status, "readyReplicas") < count
    updated = number(status, "updatedReplicas")
    return updated < count or number(status, "replicas") > updated or number(status, "availableReplicas") < count


def made_by(item: Object, kind: str, owner: Object) -> bool:
    """Whether an object is the controller of another."""
    reference = controller(item)
    if text(reference, "kind") != kind or namespace(item) != namespace(owner):
        return False
    uid = text(owner, "metadata", "uid")
    return text(reference, "name") == name(owner) and text(reference, "uid") in ("", uid or text(reference, "uid"))


def _of_revision(pod: Object, maker: Object) -> bool:
    if text(maker, "kind") == "ReplicaSet":
        return made_by(pod, "ReplicaSet", maker)
    revision = text(pod, "metadata", "labels", "controller-revision-hash")
    return made_by(pod, "StatefulSet", maker) and revision == text(maker, "status", "updateRevision")


def _revision(item: Object) -> int:
    written = text(item, "metadata", "annotations", REVISION)
    return int(written) if written.isdecimal() else 0

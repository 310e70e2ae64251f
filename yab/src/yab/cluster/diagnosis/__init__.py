"""Why a rollout cannot succeed, told from what the API server says.

Every rule is a pure function from a `Scene` to facts; `diagnose` chooses the one to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from yab.cluster.diagnosis.configuration import configuration_fact
from yab.cluster.diagnosis.container import Container, containers_of
from yab.cluster.diagnosis.crashes import crash_fact
from yab.cluster.diagnosis.evictions import eviction_facts
from yab.cluster.diagnosis.fact import Fact, Kind, Patience
from yab.cluster.diagnosis.images import image_fact
from yab.cluster.diagnosis.jobs import job_facts
from yab.cluster.diagnosis.probes import killed_fact, unready_fact
from yab.cluster.diagnosis.progress import deadline_facts, waiting
from yab.cluster.diagnosis.refusals import refusal_facts
from yab.cluster.diagnosis.scene import Scene
from yab.cluster.diagnosis.scheduling import scheduling_facts
from yab.cluster.diagnosis.volumes import volume_facts
from yab.cluster.reading import Object

__all__ = ["Fact", "Kind", "Patience", "diagnose", "waiting"]

_RULES = (job_facts, refusal_facts, scheduling_facts, volume_facts, eviction_facts, deadline_facts)
# The first that speaks is the cause; what comes later in this order follows from it.
_CONTAINER_RULES = (image_fact, configuration_fact, killed_fact, crash_fact, unready_fact)
_LAST = datetime.max.replace(tzinfo=UTC)


def diagnose(
    pods: Sequence[Object],
    events: Sequence[Object],
    workloads: Sequence[Object],
    jobs: Sequence[Object],
    *,
    patience: Patience,
    now: datetime,
) -> Fact | None:
    """The first fact that cannot heal by waiting, None while there is none.

    Takes the release's objects as the API server's JSON: `workloads` are its Deployments, StatefulSets
    and ReplicaSets, each with its `kind` (the items of a List have none: add it), `events` are core/v1,
    `now` is aware of its time zone. Only pods of the new revision and of Jobs count.
    """
    scene = Scene.at(pods, events, workloads, jobs, patience, now)
    return min(_facts(scene), key=_order, default=None)


def _facts(scene: Scene) -> Iterator[Fact]:
    for rule in _RULES:
        yield from rule(scene)
    for pod in scene.pods:
        for container in containers_of(pod, scene):
            fact = _first(container)
            if fact is not None:
                yield fact


def _first(container: Container) -> Fact | None:
    return next((fact for rule in _CONTAINER_RULES if (fact := rule(container)) is not None), None)


def _order(fact: Fact) -> tuple[bool, datetime, str, str]:
    return fact.kind is Kind.DEADLINE, fact.since or _LAST, fact.object, fact.container or ""

"""No object, however partial, makes a diagnosis fail."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kube_objects import (
    NOW,
    PATIENCE,
    Json,
    condition,
    container,
    deployment,
    ended,
    event,
    job,
    owner,
    pod,
    replica_set,
    runs,
    stateful_set,
    waits,
)  # fmt: skip

from yab.cluster.diagnosis import Fact, diagnose, waiting
from yab.cluster.requirements import missing

WORKLOADS = [
    deployment(conditions=[condition("Progressing", "False", "ProgressDeadlineExceeded")]),
    replica_set(
        replicas=0,
        conditions=[
            condition("ReplicaFailure", "True", "FailedCreate", message="x is forbidden: exceeded quota: q, y")
        ],
    ),
    stateful_set(replicas=0),
]
JOBS = [job(conditions=[condition("Failed", "True", "BackoffLimitExceeded")], failed=2)]
PODS = [
    pod(container(state=waits("ErrImagePull", "x: not found")), name="image"),
    pod(container(state=waits("CreateContainerConfigError", 'secret "s" not found')), name="secret"),
    pod(container(state=waits("CrashLoopBackOff", "x"), last=ended(137, "OOMKilled", message="x"), restarts=3), name="crash"),
    pod(container(state=waits("RunContainerError", 'exec: "x": permission denied')), name="start"),
    pod(container(state=runs(99)), name="probe", conditions=[condition("ContainersReady", "False", seconds=99)]),
    pod(name="node", conditions=[condition("PodScheduled", "False", "Unschedulable", message="0/1 nodes are available: 1 Insufficient cpu.")]),
    pod(name="claim", conditions=[condition("PodScheduled", "False", "Unschedulable", 40, "unbound PersistentVolumeClaims")],
        spec={"volumes": [{"persistentVolumeClaim": {"claimName": "data"}}]}),
    pod(name="evicted", phase="Failed", reason="Evicted", message='EmptyDir volume "v" exceeds the limit "1Mi"'),
    pod(container("m", {"terminated": ended(1)}), name="job", by=owner("Job", "yab-api-migrate")),
]  # fmt: skip
EVENTS = [
    event(PODS[4], "Pod", "Killing", "Container api failed startup probe, will be restarted"),
    event(PODS[4], "Pod", "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503"),
    event(PODS[0], "Pod", "FailedMount", 'for volume "v" : references non-existent secret key: k', first=99),
    event(
        {"metadata": {"name": "data", "namespace": "apps"}},
        "PersistentVolumeClaim",
        "ProvisioningFailed",
        "x",
        first=99,
    ),
    event(WORKLOADS[2], "StatefulSet", "FailedCreate", "violates PodSecurity"),
]
ODD = [
    None,
    "",
    "2026-11-24T12:00:00Z",
    "0001-01-01T00:00:00+23:59",
    0,
    -1,
    1.5,
    True,
    [],
    {},
    [None],
    ["x"],
    {"a": None},
]


def spoiled(item: Any, chance: float, dice: random.Random) -> Any:
    """The object with fields taken away, or with what an API server never gives in their place."""
    if dice.random() < chance:
        return dice.choice(ODD)
    if isinstance(item, dict):
        return {key: spoiled(part, chance, dice) for key, part in item.items() if dice.random() >= chance}
    return [spoiled(part, chance, dice) for part in item] if isinstance(item, list) else item


def objects(items: list[Json], chance: float, dice: random.Random) -> list[Json]:
    return [found for found in (spoiled(item, chance, dice) for item in items) if isinstance(found, dict)]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.sampled_from([0.005, 0.02, 0.1, 0.4]))
def test_partial_objects_never_raise(dice: random.Random, chance: float) -> None:
    pods, events, workloads, jobs = (objects(items, chance, dice) for items in (PODS, EVENTS, WORKLOADS, JOBS))
    found = diagnose(pods, events, workloads, jobs, patience=PATIENCE, now=NOW)
    if found is not None:
        assert isinstance(found, Fact)
        assert found.cause
        assert "\n" not in found.cause + found.next
        assert found.next
    assert "\n" not in waiting(pods, workloads)
    missing([*pods, *workloads, *jobs], {}, {})


@pytest.mark.parametrize("lonely", PODS, ids=lambda item: item["metadata"]["name"])
def test_every_example_above_is_a_fact_while_it_is_whole(lonely: Json) -> None:
    """So that the property walks through every rule."""
    rolling = [deployment(), replica_set()]
    assert (
        diagnose([lonely], EVENTS, rolling, JOBS if lonely is PODS[-1] else [], patience=PATIENCE, now=NOW) is not None
    )

"""Whose pods count: those of the new revision, and of the release's Jobs."""

from __future__ import annotations

from typing import Any

import pytest
from kube_objects import (
    Json,
    container,
    deployment,
    ended,
    event,
    fact,
    job,
    owner,
    pod,
    replica_set,
    stateful_set,
    told,
    waits,
)

from yab.cluster.diagnosis import Kind, waiting

CRASH = container(state=waits("CrashLoopBackOff"), last=ended(1), restarts=5)


def test_a_pod_of_the_old_revision_that_crashes_stops_nothing() -> None:
    assert told(pod(CRASH, by=owner("ReplicaSet", "yab-api-rev1"))) is None
    assert fact(pod(CRASH, by=owner("ReplicaSet", "yab-api-rev2"))).kind is Kind.CRASH


def test_a_rollback_makes_an_old_replica_set_the_newest() -> None:
    back = replica_set(revision=1)
    back["metadata"]["annotations"] = {"deployment.kubernetes.io/revision": "3"}
    workloads = [deployment(revision=3), back, replica_set(revision=2)]
    assert told(pod(CRASH, by=owner("ReplicaSet", "yab-api-rev2")), workloads=workloads) is None
    assert told(pod(CRASH, by=owner("ReplicaSet", "yab-api-rev1")), workloads=workloads)


@pytest.mark.parametrize("revision", [2, 10])
def test_without_a_revision_on_the_deployment_the_highest_counts(revision: int) -> None:
    top = deployment(revision=revision)
    top["metadata"]["annotations"] = {}
    workloads = [top, replica_set(revision=1), replica_set(revision=revision)]
    assert told(pod(CRASH, by=owner("ReplicaSet", "yab-api-rev1")), workloads=workloads) is None
    assert told(pod(CRASH, by=owner("ReplicaSet", f"yab-api-rev{revision}")), workloads=workloads)


def test_until_the_controller_saw_the_new_template_nothing_is_known() -> None:
    crashing = pod(CRASH, by=owner("ReplicaSet", "yab-api-rev2"))
    workloads = [deployment(observedGeneration=1), replica_set(revision=2)]
    assert told(crashing, workloads=workloads) is None


def test_until_the_new_replica_set_is_listed_nothing_is_known() -> None:
    crashing = pod(CRASH, by=owner("ReplicaSet", "yab-api-rev1"))
    assert told(crashing, workloads=[deployment(revision=2), replica_set(revision=1)]) is None


def test_a_deployment_that_is_as_it_should_be_has_no_facts() -> None:
    done = deployment(replicas=1, updatedReplicas=1, availableReplicas=1)
    done["status"]["replicas"] = 1
    assert told(pod(CRASH), workloads=[done, replica_set()]) is None


def test_old_pods_that_are_available_do_not_make_a_rollout_done() -> None:
    surging = deployment(replicas=2, updatedReplicas=2, availableReplicas=2)
    surging["status"]["replicas"] = 4
    assert told(pod(CRASH), workloads=[surging, replica_set()])


def test_a_pod_that_is_being_deleted_does_not_count() -> None:
    leaving = pod(CRASH)
    leaving["metadata"]["deletionTimestamp"] = "2026-11-24T12:00:00Z"
    assert told(leaving) is None


def test_replica_sets_of_another_deployment_or_namespace_do_not_count() -> None:
    foreign = replica_set(revision=2)
    foreign["metadata"]["ownerReferences"] = [owner("Deployment", "other")]
    assert told(pod(CRASH), workloads=[deployment(), foreign]) is None
    elsewhere = pod(CRASH)
    elsewhere["metadata"]["namespace"] = "other"
    assert told(elsewhere) is None


def postgres(hash_: str, **more: Any) -> Json:
    found = pod(CRASH, by=owner("StatefulSet", "yab-postgres"), name="yab-postgres-0", **more)
    found["metadata"]["labels"]["controller-revision-hash"] = hash_
    return found


def test_a_stateful_set_counts_pods_of_its_update_revision() -> None:
    assert told(postgres("one"), workloads=[stateful_set()]) is None
    assert fact(postgres("two"), workloads=[stateful_set()]).object == "Pod/yab-postgres-0"
    assert told(postgres("two"), workloads=[stateful_set(observedGeneration=1)]) is None
    done = stateful_set(currentRevision="two", readyReplicas=1)
    assert told(postgres("two"), workloads=[done]) is None


def test_events_of_the_pod_that_had_the_same_name_do_not_count() -> None:
    broken = postgres("two")
    broken["status"]["containerStatuses"] = [container(state=waits("ContainerCreating"))]
    before = postgres("one")
    before["metadata"]["uid"] = "another"
    message = 'MountVolume.SetUp failed for volume "x" : secret "gone" not found'
    assert told(broken, [event(before, "Pod", "FailedMount", message)], [stateful_set()]) is None
    assert told(broken, [event(broken, "Pod", "FailedMount", message)], [stateful_set()])


def test_a_job_of_an_earlier_release_with_the_same_name_does_not_count() -> None:
    before = owner("Job", "yab-api-migrate")
    before["uid"] = "another"
    lost = container(state={"terminated": ended(127)})
    assert told(pod(lost, by=before), jobs=[job()]) is None
    assert told(pod(lost, by=owner("Job", "yab-api-migrate")), jobs=[job()])


def ready(by: str = "yab-api-rev2", name: str = "a") -> Json:
    return pod(by=owner("ReplicaSet", by), name=name, conditions=[{"type": "Ready", "status": "True"}])


def test_waiting_counts_new_pods_in_one_line() -> None:
    workloads = [deployment(replicas=3), replica_set()]
    unscheduled = pod(name="c", conditions=[{"type": "PodScheduled", "status": "False"}])
    pods = [ready(), ready("yab-api-rev1", "old"), pod(container(), name="b"), unscheduled]
    assert waiting(pods, workloads) == "1 of 3 ready, 1 starting, 1 without a node, 3 old"
    assert waiting([pod(CRASH)], workloads) == "0 of 3 ready, 1 restarting, 2 to come, 3 old"


def test_waiting_counts_what_is_done() -> None:
    done = deployment(replicas=2, updatedReplicas=2, availableReplicas=2)
    done["status"]["replicas"] = 2
    assert waiting([ready()], [done, replica_set()]) == "2 of 2 ready"
    assert waiting([], [done, stateful_set(replicas=0)]) == "2 of 3 ready, 1 to come"
    assert waiting([], []) == "0 of 0 ready"

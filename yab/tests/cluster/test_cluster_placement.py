"""Pods without a node, without a volume, or thrown out of both."""

from __future__ import annotations

import pytest
from kube_objects import API, Json, ago, condition, container, event, fact, pod, told, waits

from yab.cluster.diagnosis import Kind
from yab.cluster.reading import time

CREATING = container(state=waits("ContainerCreating"))
# Kubernetes 1.37 (1.36 and before name the taint in braces).
FULL = (
    "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 Insufficient cpu. no new claims to deallocate, preemption: "
    "0/3 nodes are available: 1 Preemption is not helpful for scheduling, 2 No preemption victims found for incoming pod."
)


def pending(message: str, seconds: float = 4, **more: object) -> Json:
    return pod(
        conditions=[condition("PodScheduled", "False", "Unschedulable", seconds, message)], phase="Pending", **more
    )


def test_too_little_cpu_is_told_in_words() -> None:
    found = fact(pending(FULL))
    assert found.kind is Kind.UNSCHEDULABLE
    assert (
        found.cause
        == "no node takes the pod: a taint that it does not tolerate on 1 of 3, too little free cpu on 2 of 3 (it requests 200m)"
    )
    assert found.next == "add a node, or lower resources.requests.cpu"
    assert found.since == time({"at": ago(4)}, "at")


@pytest.mark.parametrize(
    ("reason", "cause", "todo"),
    [
        ("1 Insufficient memory", "too little free memory on 1 of 1 (it requests 256Mi)", "resources.requests.memory"),
        ("1 Insufficient example.com/gpu", "too little free example.com/gpu on 1 of 1", "resources.requests.example.com/gpu"),
        ("1 Too many pods", "no room for one more pod on 1 of 1", "add a node"),
        ("1 node(s) had untolerated taint {node.kubernetes.io/disk-pressure: }", "does not tolerate {node.kubernetes.io/disk-pressure: } on 1", "taint"),
        ("1 node(s) didn't match Pod's node affinity/selector", "labels that its nodeSelector", "kubectl label node"),
        ("1 node(s) were unschedulable", "a cordon on 1 of 1", "kubectl uncordon"),
        ("1 node(s) didn't match pod anti-affinity rules", "a pod that it keeps away from", "add a node"),
        ("1 node(s) didn't match pod topology spread constraints", "a topology spread", "topologySpreadConstraints"),
        ("1 node(s) didn't have free ports for the requested pod ports", "another pod with its hostPort", "hostPort"),
        ("1 something new", "something new on 1 of 1", "kubectl -n apps describe pod yab-api-rev2-x"),
    ],
)  # fmt: skip
def test_every_reason_of_the_scheduler(reason: str, cause: str, todo: str) -> None:
    found = fact(
        pending(
            f"0/1 nodes are available: {reason}. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
        )
    )
    assert cause in found.cause
    assert "preemption" not in found.cause
    assert todo in found.next


def test_a_message_of_another_form_is_quoted() -> None:
    assert (
        fact(pending("no nodes available to schedule pods")).cause
        == "no node takes the pod: no nodes available to schedule pods"
    )


def test_a_node_may_come() -> None:
    assert told(pending(FULL, seconds=2)) is None, "within patience"
    coming = pending(FULL, seconds=200)
    for reason in ("TriggeredScaleUp", "Nominated"):
        assert told(coming, [event(coming, "Pod", reason, "pod triggered scale-up")]) is None
    late = pending(FULL, seconds=301)
    assert told(late, [event(late, "Pod", "TriggeredScaleUp", "pod triggered scale-up")])
    assert told(pending(FULL, nominatedNodeName="worker")) is None, "room is being made"


UNBOUND = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling."
SPEC = {"containers": [API], "volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]}
CLAIM: Json = {"metadata": {"name": "data", "namespace": "apps", "uid": None}}


@pytest.mark.parametrize(
    ("reason", "message", "cause"),
    [
        ("ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found', "StorageClass fast does not exist"),
        (
            "FailedBinding",
            "no persistent volumes available for this claim and no storage class is set",
            "no storage class is set",
        ),
    ],
)
def test_a_claim_that_cannot_be_bound_counts_at_once(reason: str, message: str, cause: str) -> None:
    found = fact(pending(UNBOUND, seconds=1, spec=SPEC), [event(CLAIM, "PersistentVolumeClaim", reason, message)])
    assert found.kind is Kind.VOLUME
    assert found.cause.startswith("PersistentVolumeClaim data is not bound: ")
    assert cause in found.cause
    assert found.next == "choose one of `kubectl get storageclass`"


def test_a_claim_that_is_being_provisioned_has_time() -> None:
    hiccup = event(CLAIM, "PersistentVolumeClaim", "ProvisioningFailed", "rpc error: the cloud is busy")
    assert told(pending(UNBOUND, seconds=29, spec=SPEC), [hiccup]) is None
    assert "the cloud is busy" in fact(pending(UNBOUND, seconds=31, spec=SPEC), [hiccup]).cause
    assert fact(pending(UNBOUND, seconds=31, spec=SPEC)).kind is Kind.VOLUME


VOLUMES = {
    "containers": [API],
    "volumes": [
        {"name": "config", "configMap": {"name": "api-config"}},
        {"name": "keys", "secret": {"secretName": "api-keys"}},
        {"name": "all", "projected": {"sources": []}},
    ],
}


@pytest.mark.parametrize(
    ("message", "kind", "cause"),
    [
        ('MountVolume.SetUp failed for volume "config" : configmap "api-config" not found', Kind.CONFIG, "ConfigMap apps/api-config does not exist"),
        ('MountVolume.SetUp failed for volume "keys" : secret "api-keys" not found', Kind.SECRET, "Secret apps/api-keys does not exist"),
        ('MountVolume.SetUp failed for volume "keys" : references non-existent secret key: tls.key', Kind.SECRET, "Secret apps/api-keys has no key tls.key"),
        ('MountVolume.SetUp failed for volume "config" : configmap references non-existent config key: a.toml', Kind.CONFIG, "ConfigMap apps/api-config has no key a.toml"),
        ('MountVolume.SetUp failed for volume "all" : references non-existent secret key: x', Kind.SECRET, "a Secret of volume all has no key x"),
    ],
)  # fmt: skip
def test_a_file_that_is_not_there_counts_at_once(message: str, kind: Kind, cause: str) -> None:
    broken = pod(CREATING, spec=VOLUMES)
    found = fact(broken, [event(broken, "Pod", "FailedMount", message, seconds=1)])
    assert (found.kind, found.cause) == (kind, cause)


@pytest.mark.parametrize("reason", ["FailedMount", "FailedAttachVolume", "FailedMapVolume"])
def test_a_disk_has_time_to_attach(reason: str) -> None:
    broken = pod(CREATING)
    message = 'Multi-Attach error for volume "pvc-1" Volume is already exclusively attached to one node and can\'t be attached to another'
    assert told(broken, [event(broken, "Pod", reason, message, first=29)]) is None
    found = fact(broken, [event(broken, "Pod", reason, message, first=31)])
    assert found.kind is Kind.VOLUME
    assert "Multi-Attach" in found.cause


def test_a_mount_that_failed_before_the_container_ran_is_over() -> None:
    message = 'MountVolume.SetUp failed for volume "config" : configmap "api-config" not found'
    running = pod(container(state={"running": {"startedAt": ago(1)}}))
    assert told(running, [event(running, "Pod", "FailedMount", message)]) is None
    slow = pod(CREATING)
    late = 'MountVolume.SetUp failed for volume "config" : failed to sync configmap cache: timed out waiting for the condition'
    assert told(slow, [event(slow, "Pod", "FailedMount", late)]) is None


def evicted(message: str, name: str = "a", reason: str = "Evicted") -> Json:
    return pod(name=name, phase="Failed", reason=reason, message=message)


@pytest.mark.parametrize(
    ("message", "kind", "cause"),
    [
        (
            'Container api exceeded its local ephemeral storage limit "256Mi". ',
            Kind.CRASH,
            "limit of ephemeral storage (256Mi)",
        ),
        (
            "Pod ephemeral local storage usage exceeds the total limit of containers 256Mi. ",
            Kind.CRASH,
            "limit of ephemeral storage (256Mi)",
        ),
        (
            'Usage of EmptyDir volume "tmp" exceeds the limit "64Mi". ',
            Kind.VOLUME,
            "volume tmp holds more than its limit (64Mi)",
        ),
    ],
)
def test_an_eviction_for_a_limit_of_the_pod_counts_at_once(message: str, kind: Kind, cause: str) -> None:
    found = fact(evicted(message))
    assert found.kind is kind
    assert cause in found.cause


def test_a_node_in_need_may_evict_once() -> None:
    low = "The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. "
    assert told(evicted(low)) is None
    found = fact([evicted(low), evicted("Pod was rejected", "b", "OutOfmemory")])
    assert found.kind is Kind.UNSCHEDULABLE
    assert "low on resource: memory" in found.cause
    assert told([evicted("Pod was terminated", "a", "Terminated"), evicted("x", "b", "NodeShutdown")]) is None

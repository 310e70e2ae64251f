"""Pods that are never created, Jobs that fail, and rollouts that run out of time."""

from __future__ import annotations

import pytest
from kube_objects import (
    Json,
    ago,
    condition,
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
)  # fmt: skip

from yab.cluster.diagnosis import Kind
from yab.cluster.reading import time

POD = 'pods "yab-api-rev2-x" is forbidden: '
QUOTA = (
    POD
    + "exceeded quota: small, requested: requests.cpu=200m,pods=1, used: requests.cpu=900m,pods=3, limited: requests.cpu=1,pods=3"
)
SECURITY = POD + (
    'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false '
    '(container "api" must set securityContext.allowPrivilegeEscalation=false)'
)


def refused(message: str, seconds: float = 4) -> list[Json]:
    failure = condition("ReplicaFailure", "True", "FailedCreate", seconds, message)
    return [deployment(), replica_set(replicas=0, conditions=[failure])]


@pytest.mark.parametrize(
    ("message", "kind", "cause", "todo"),
    [
        (QUOTA, Kind.QUOTA, "quota small is used up: requested requests.cpu=200m,pods=1, used requests.cpu=900m,pods=3, limited to requests.cpu=1,pods=3", "ResourceQuota small"),
        (POD + "failed quota: small: must specify limits.cpu for: api", Kind.QUOTA, "quota small wants every container to state limits.cpu for: api", "resources"),
        (POD + "insufficient quota to consume: pods", Kind.QUOTA, "no quota allows it to consume: pods", "ResourceQuota"),
        (POD + "maximum memory usage per Container is 256Mi, but limit is 512Mi", Kind.QUOTA, "a LimitRange refuses it: maximum memory usage", "limitrange"),
        (SECURITY, Kind.ADMISSION, 'it violates Pod Security "restricted:latest": allowPrivilegeEscalation != false (container "api"', "namespace apps"),
        (POD + "ValidatingAdmissionPolicy 'digests' with binding 'all' denied request: images need a digest", Kind.ADMISSION, "ValidatingAdmissionPolicy digests denies it: images need a digest", "validatingadmissionpolicy digests"),
        ('admission webhook "check.example" denied the request: no owner label', Kind.ADMISSION, "webhook check.example denies it: no owner label", "check.example"),
        (POD + 'error looking up service account apps/yab-api: serviceaccount "yab-api" not found', Kind.ADMISSION, "ServiceAccount yab-api does not exist", "create serviceaccount yab-api"),
        (POD + "no PriorityClass with name high was found", Kind.ADMISSION, "PriorityClass high does not exist", "priorityClassName"),
        ('Pod "yab-api-rev2-x" is invalid: spec.containers[0].image: Required value', Kind.CONFIG, "it is invalid: spec.containers[0].image: Required value", "values"),
        (POD + "seccomp may not be set", Kind.ADMISSION, "it is forbidden: seccomp may not be set", "cluster"),
    ],
)  # fmt: skip
def test_a_refused_pod(message: str, kind: Kind, cause: str, todo: str) -> None:
    found = fact(workloads=refused(message))
    assert (found.object, found.namespace, found.kind) == ("ReplicaSet/yab-api-rev2", "apps", kind)
    assert found.cause.startswith(f"its pod is refused: {cause}")
    assert todo in found.next
    assert found.since == time({"at": ago(4)}, "at")


@pytest.mark.parametrize(
    "message", [QUOTA, POD + 'error looking up service account apps/x: serviceaccount "x" not found']
)
def test_what_others_make_room_for_has_a_moment(message: str) -> None:
    assert told(workloads=refused(message, seconds=2)) is None


def test_a_policy_says_the_same_again() -> None:
    assert told(workloads=refused(SECURITY, seconds=0))


@pytest.mark.parametrize(
    "message",
    [
        'Internal error occurred: failed calling webhook "check.example": Post "https://check": context deadline exceeded',
        POD + "status unknown for quota: small, resources: pods",
        POD + "not yet ready to handle request",
        "Timeout: request did not complete within requested timeout - context deadline exceeded",
        "etcdserver: leader changed",
    ],
)
def test_a_busy_api_server_is_waited_for(message: str) -> None:
    assert told(workloads=refused(message)) is None


def test_events_tell_where_no_condition_does() -> None:
    workloads = [deployment(), replica_set(replicas=0)]
    events = [
        event(workloads[1], "ReplicaSet", "FailedCreate", f"(combined from similar events): Error creating: {SECURITY}")
    ]
    assert fact(events=events, workloads=workloads).kind is Kind.ADMISSION
    assert told(events=events, workloads=[deployment(), replica_set(replicas=1)]) is None, "it has its pod by now"


def test_a_stateful_sets_refusal_is_its_last_word() -> None:
    top = stateful_set(replicas=0)
    message = f"create Pod yab-postgres-0 in StatefulSet yab-postgres failed error: {SECURITY}"
    events = [event(top, "StatefulSet", "FailedCreate", message, seconds=20)]
    assert fact(events=events, workloads=[top]).object == "StatefulSet/yab-postgres"
    events.append(event(top, "StatefulSet", "SuccessfulCreate", "create Pod yab-postgres-0 successful", seconds=10))
    assert told(events=events, workloads=[top]) is None


def test_a_hooks_pod_may_be_refused() -> None:
    hook = job()
    events = [event(hook, "Job", "FailedCreate", f"Error creating: {SECURITY}")]
    assert fact(events=events, workloads=[], jobs=[hook]).object == "Job/yab-api-migrate"
    assert told(events=events, workloads=[], jobs=[job(active=1)]) is None


def failed(reason: str, type_: str = "Failed", message: str = "") -> Json:
    return condition(type_, "True", reason, 5, message)


def tries() -> list[Json]:
    by = owner("Job", "yab-api-migrate")
    first = container("migrations", {"terminated": ended(1, seconds=20, message="the first")})
    last = container("migrations", {"terminated": ended(1, seconds=6, message='error: relation "users" exists\n')})
    return [pod(first, by=by, name="m-1", phase="Failed"), pod(last, by=by, name="m-2", phase="Failed")]


def test_a_failed_migration_points_at_the_last_try() -> None:
    found = fact(tries(), jobs=[job(conditions=[failed("BackoffLimitExceeded")], failed=2)])
    assert (found.kind, found.object) == (Kind.MIGRATION, "Job/yab-api-migrate")
    assert found.cause == 'hook yab-api-migrate failed 2 times: exit code 1: error: relation "users" exists'
    assert (found.pod, found.container, found.previous) == ("m-2", "migrations", False)
    assert found.since == time({"at": ago(5)}, "at")


def test_a_job_counts_as_failed_while_its_pods_still_end() -> None:
    hook = job(conditions=[failed("BackoffLimitExceeded", "FailureTarget")], failed=1)
    assert fact(jobs=[hook]).cause == "hook yab-api-migrate failed, and its pods are gone"


def test_a_job_that_is_no_hook_crashes() -> None:
    assert fact(jobs=[job("nightly", hook=False, conditions=[failed("BackoffLimitExceeded")])]).kind is Kind.CRASH


def test_a_migration_that_takes_too_long_tells_the_deadline() -> None:
    found = fact(jobs=[job(conditions=[failed("DeadlineExceeded")])])
    assert found.cause == "hook yab-api-migrate did not end within 300 s (activeDeadlineSeconds)"
    assert "activeDeadlineSeconds" in found.next


def test_any_other_failure_of_a_job_is_quoted() -> None:
    found = fact(
        jobs=[job(conditions=[failed("PodFailurePolicy", message="Container migrations failed with exit code 42")])]
    )
    assert found.cause == "hook yab-api-migrate failed: Container migrations failed with exit code 42"


def test_a_job_that_goes_on_or_is_done_is_no_fact() -> None:
    assert told(tries(), jobs=[job(failed=1)]) is None
    assert told(tries(), jobs=[job(conditions=[failed("", "Complete")], failed=1)]) is None


def late() -> Json:
    return deployment(conditions=[condition("Progressing", "False", "ProgressDeadlineExceeded", 90)])


def test_the_progress_deadline() -> None:
    found = fact(workloads=[late(), replica_set()])
    assert (found.kind, found.object) == (Kind.DEADLINE, "Deployment/yab-api")
    assert found.cause == "no pod became ready within 600 s (progressDeadlineSeconds)"
    unseen = late()
    unseen["metadata"]["generation"] = 3
    assert told(workloads=[unseen, replica_set()]) is None, "it is of the rollout before"


def test_any_cause_comes_before_the_deadline_that_follows_from_it() -> None:
    crashing = pod(container(state=waits("CrashLoopBackOff"), last=ended(1), restarts=9))
    assert fact(crashing, workloads=[late(), replica_set()]).kind is Kind.CRASH


def test_of_two_facts_the_earlier_is_told() -> None:
    crashes = [
        pod(container(state=waits("CrashLoopBackOff"), last=ended(1, seconds=age), restarts=2), name=name)
        for name, age in (("a", 3), ("b", 30), ("c", 9))
    ]
    assert fact(crashes).object == "Pod/b"

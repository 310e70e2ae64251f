"""What the API server gives for the objects of a rollout, as Kubernetes 1.37 and containerd 2.3 write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from yab.cluster.diagnosis import Fact, Patience, diagnose

Json = dict[str, Any]

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
PATIENCE = Patience(ready=30)


def ago(seconds: float) -> str:
    return (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def deployment(name: str = "yab-api", revision: int = 2, replicas: int = 2, **status: Any) -> Json:
    """A Deployment half way through a rollout, unless `status` says otherwise."""
    return {
        "kind": "Deployment",
        "metadata": {
            "name": name,
            "namespace": "apps",
            "uid": f"uid-{name}",
            "generation": revision,
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
        },
        "spec": {"replicas": replicas, "progressDeadlineSeconds": 600},
        "status": {
            "observedGeneration": revision,
            "replicas": replicas + 1,
            "updatedReplicas": 1,
            "readyReplicas": replicas,
            "availableReplicas": replicas,
            **status,
        },
    }


def replica_set(of: str = "yab-api", revision: int = 2, **status: Any) -> Json:
    name = f"{of}-rev{revision}"
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": name,
            "namespace": "apps",
            "uid": f"uid-{name}",
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [owner("Deployment", of)],
        },
        "spec": {"replicas": 1},
        "status": {"replicas": 1, **status},
    }


def stateful_set(name: str = "yab-postgres", update: str = "two", **status: Any) -> Json:
    return {
        "kind": "StatefulSet",
        "metadata": {"name": name, "namespace": "apps", "uid": f"uid-{name}", "generation": 2},
        "spec": {"replicas": 1},
        "status": {
            "observedGeneration": 2,
            "replicas": 1,
            "readyReplicas": 0,
            "currentRevision": "one",
            "updateRevision": update,
            **status,
        },
    }


def job(
    name: str = "yab-api-migrate", *, hook: bool = True, conditions: list[Json] | None = None, **status: Any
) -> Json:
    annotations = {"helm.sh/hook": "pre-install,pre-upgrade"} if hook else {}
    return {
        "metadata": {"name": name, "namespace": "apps", "uid": f"uid-{name}", "annotations": annotations},
        "spec": {"backoffLimit": 1, "activeDeadlineSeconds": 300},
        "status": {"conditions": conditions or [], **status},
    }


def owner(kind: str, name: str) -> Json:
    return {"kind": kind, "name": name, "uid": f"uid-{name}", "controller": True}


def container(
    name: str = "api", state: Json | None = None, last: Json | None = None, restarts: int = 0, **more: Any
) -> Json:
    return {
        "name": name,
        "image": "ghcr.io/yourorg/api:sha-1",
        "ready": False,
        "restartCount": restarts,
        "state": state or {"waiting": {"reason": "ContainerCreating"}},
        "lastState": {"terminated": last} if last else {},
        **more,
    }


def waits(reason: str, message: str = "") -> Json:
    return {"waiting": {"reason": reason, "message": message}}


def runs(seconds: float = 20) -> Json:
    return {"running": {"startedAt": ago(seconds)}}


def ended(code: int, reason: str = "Error", seconds: float = 2, message: str = "") -> Json:
    return {
        "exitCode": code,
        "reason": reason,
        "finishedAt": ago(seconds),
        "containerID": "containerd://1",
        "message": message,
    }


def condition(type_: str, status: str, reason: str = "", seconds: float = 10, message: str = "") -> Json:
    times = {"lastTransitionTime": ago(seconds)}
    return {"type": type_, "status": status, "reason": reason, "message": message, **times}


def pod(
    *containers: Json,
    by: Json | None = None,
    name: str = "",
    conditions: list[Json] | None = None,
    spec: Json | None = None,
    **status: Any,
) -> Json:
    """A pod of the new ReplicaSet of yab-api, unless another owner is given."""
    by = by or owner("ReplicaSet", "yab-api-rev2")
    name = name or f"{by['name']}-x"
    return {
        "metadata": {
            "name": name,
            "namespace": "apps",
            "uid": f"uid-{name}",
            "labels": {"app.kubernetes.io/name": "api"},
            "ownerReferences": [by],
        },
        "spec": spec or {"containers": [API]},
        "status": {"conditions": conditions or [], "containerStatuses": list(containers), **status},
    }


API: Json = {
    "name": "api",
    "image": "ghcr.io/yourorg/api:sha-1",
    "resources": {"requests": {"cpu": "200m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
    "startupProbe": {"httpGet": {"path": "/health/", "port": "http"}, "timeoutSeconds": 2},
    "readinessProbe": {"httpGet": {"path": "/health/ready", "port": "http"}, "timeoutSeconds": 2},
    "livenessProbe": {"tcpSocket": {"port": 8000}},
}


def event(
    of: Json, kind: str, reason: str, message: str, seconds: float = 5, container: str = "", first: float | None = None
) -> Json:
    """An event as the kubelet and the controllers write it."""
    about = {"kind": kind, **{key: of["metadata"].get(key) for key in ("name", "namespace", "uid")}}
    if container:
        about["fieldPath"] = f"spec.containers{{{container}}}"
    began = ago(seconds if first is None else first)
    times = {"firstTimestamp": began, "lastTimestamp": ago(seconds), "eventTime": None}
    return {"metadata": {"namespace": "apps"}, "involvedObject": about, "reason": reason, "message": message, **times}


def told(
    pods: list[Json] | Json = [],  # noqa: B006 - never changed
    events: list[Json] = [],  # noqa: B006
    workloads: list[Json] | None = None,
    jobs: list[Json] = [],  # noqa: B006
    patience: Patience = PATIENCE,
) -> Fact | None:
    """What is told of a rollout of yab-api."""
    if workloads is None:
        workloads = [deployment(), replica_set(revision=1), replica_set(revision=2)]
    return diagnose(pods if isinstance(pods, list) else [pods], events, workloads, jobs, patience=patience, now=NOW)


def fact(*args: Any, **kwargs: Any) -> Fact:
    found = told(*args, **kwargs)
    assert found is not None
    return found

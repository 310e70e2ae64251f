"""Pods that a node threw out, or did not let in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene
from yab.cluster.reading import Object, condition, line, name, namespace, text, time

# A limit of the pod's own: its next pod will meet it too.
_LIMIT = re.compile(
    r'ontainer (?P<container>\S+) exceeded its local ephemeral storage limit "(?P<limit>[^"]+)"'
    r"|usage exceeds the total limit of containers (?P<total>\S+)\."
    r'|EmptyDir volume "(?P<volume>[^"]+)" exceeds the limit "(?P<size>[^"]+)"'
)


def eviction_facts(scene: Scene) -> Iterator[Fact]:
    """Evictions for a limit of the pod, and any refusal by nodes that repeats itself.

    Messages: kubernetes pkg/kubelet/eviction/helpers.go; reasons OutOf…: pkg/kubelet/lifecycle/predicate.go.
    """
    lost = [pod for pod in scene.pods if text(pod, "status", "phase") == "Failed" and _thrown_out(pod)]
    for pod in lost:
        found = _LIMIT.search(text(pod, "status", "message"))
        if found or len(lost) >= scene.patience.crashes:
            yield _fact(pod, found)


def _thrown_out(pod: Object) -> bool:
    reason = text(pod, "status", "reason")
    return reason == "Evicted" or reason.startswith("OutOf")


def _fact(pod: Object, limit: re.Match[str] | None) -> Fact:
    message = line(text(pod, "status", "message")) or text(pod, "status", "reason")
    if limit is None:
        kind, cause, todo = (
            Kind.UNSCHEDULABLE,
            f"nodes throw the pod out: {message}",
            "add a node, or lower resources.requests",
        )
    elif limit["volume"]:
        cause = f"volume {limit['volume']} holds more than its limit ({limit['size']}), so the pod is evicted"
        kind, todo = Kind.VOLUME, "write less there, or raise the volume's sizeLimit"
    else:
        size = limit["limit"] or limit["total"]
        cause = f"it wrote more than its limit of ephemeral storage ({size}), so the pod is evicted"
        kind, todo = Kind.CRASH, "write less to the disk, or raise resources.limits.ephemeral-storage"
    since = time(condition(pod, "DisruptionTarget"), "lastTransitionTime")
    return Fact(kind, f"Pod/{name(pod)}", namespace(pod), line(cause), todo, since)

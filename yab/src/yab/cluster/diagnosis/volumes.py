"""Volumes that a pod cannot have: a claim that stays unbound, a disk that does not attach, a file that is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from yab.cluster.diagnosis.configuration import HEALS, absent
from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.diagnosis.scene import Scene
from yab.cluster.reading import Object, condition, items, line, name, namespace, text, time, value

_OF_VOLUME = re.compile(
    r"PersistentVolume|persistentvolumeclaim|persistent volumes|free storage|pvc\(s\)|volume zone|volume count"
)
_NO_CLASS = re.compile(r'storageclass\S* "(?P<name>[^"]+)" not found', re.I)
_NO_KEY = re.compile(
    r'for volume "(?P<volume>[^"]+)".*references non-existent (?P<kind>secret|config) key: (?P<key>\S+)'
)


def is_of_volume(message: str) -> bool:
    """Whether it is for a volume that the scheduler found no node."""
    return bool(_OF_VOLUME.search(message))


def volume_facts(scene: Scene) -> Iterator[Fact]:
    """Pods that wait for their volumes in vain."""
    for pod in scene.pods:
        fact = _unbound(pod, scene) or _unmounted(pod, scene)
        if fact is not None:
            yield fact


def _unbound(pod: Object, scene: Scene) -> Fact | None:
    scheduled = condition(pod, "PodScheduled")
    message, since = line(text(scheduled, "message")), time(scheduled, "lastTransitionTime")
    if text(scheduled, "reason") != "Unschedulable" or not is_of_volume(message):
        return None
    waited = scene.lasts(since, scene.patience.volume)
    for claim in _claims(pod):
        for event in scene.events.about("PersistentVolumeClaim", claim, "ProvisioningFailed", "FailedBinding"):
            unknown = _NO_CLASS.search(event.message)
            if unknown or waited or "no storage class is set" in event.message:
                cause = f"StorageClass {unknown['name']} does not exist" if unknown else event.message
                return _fact(pod, f"PersistentVolumeClaim {name(claim)} is not bound: {cause}", event.first)
    return _fact(pod, f"no node can have the pod's volumes: {message}", since) if waited else None


def _claims(pod: Object) -> Iterator[Object]:
    for volume in items(pod, "spec", "volumes"):
        claim = text(volume, "persistentVolumeClaim", "claimName")
        if claim:
            yield {"metadata": {"name": claim, "namespace": namespace(pod)}}


def _unmounted(pod: Object, scene: Scene) -> Fact | None:
    """What the kubelet and the attach controller say (kubernetes pkg/volume) while no container was created."""
    if _began(pod):
        return None
    for event in scene.told(pod, "FailedMount", "FailedAttachVolume", "FailedMapVolume"):
        told = absent(event.message, namespace(pod)) or _no_key(event.message, pod)
        if told and not HEALS.search(event.message):
            kind, cause, todo = told
            return Fact(kind, f"Pod/{name(pod)}", namespace(pod), line(cause), todo, event.first)
        if scene.lasts(event.first, scene.patience.volume):
            return _fact(pod, event.message, event.first)
    return None


def _began(pod: Object) -> bool:
    statuses = items(pod, "status", "initContainerStatuses") + items(pod, "status", "containerStatuses")
    waits = ("", "ContainerCreating", "PodInitializing")
    idle = all(
        text(item, "state", "waiting", "reason") in waits and not value(item, "state", "running") for item in statuses
    )
    return not idle or any(value(item, "state", "terminated") for item in statuses)


def _no_key(message: str, pod: Object) -> tuple[Kind, str, str] | None:
    found = _NO_KEY.search(message)
    if found is None:
        return None
    kind, what = (Kind.SECRET, "Secret") if found["kind"] == "secret" else (Kind.CONFIG, "ConfigMap")
    source = _source(pod, found["volume"], what)
    whole = f"{what} {namespace(pod)}/{source}" if source else f"a {what} of volume {found['volume']}"
    return kind, f"{whole} has no key {found['key']}", f"add key {found['key']} to {what} {source}".rstrip()


def _source(pod: Object, volume: str, what: str) -> str:
    """The object that a volume shows, empty where it shows several."""
    path = ("secret", "secretName") if what == "Secret" else ("configMap", "name")
    return next((text(item, *path) for item in items(pod, "spec", "volumes") if text(item, "name") == volume), "")


def _fact(pod: Object, cause: str, since: datetime | None) -> Fact:
    todo = (
        "choose one of `kubectl get storageclass`"
        if "torage" in cause
        else f"see `kubectl -n {namespace(pod)} get pvc`"
    )
    return Fact(Kind.VOLUME, f"Pod/{name(pod)}", namespace(pod), line(cause), todo, since)

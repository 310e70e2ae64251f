"""Containers that Kubernetes cannot create: a Secret, a ConfigMap, a key or a user that is not there."""

from __future__ import annotations

import re

from yab.cluster.diagnosis.container import Container
from yab.cluster.diagnosis.fact import Fact, Kind
from yab.cluster.reading import line, namespace

# The kubelet's caches and the runtime answer late on a busy node, and in time when asked again.
HEALS = re.compile(
    r"timed out|deadline exceeded|failed to sync|not registered|is reserved for|connection refused", re.I
)
_ABSENT = re.compile(r'\b(?P<kind>secret|configmap) "(?P<name>[^"]+)" not found', re.I)
_KEY = re.compile(r"couldn't find key (?P<key>\S+) in (?P<kind>Secret|ConfigMap) [^/\s]+/(?P<name>\S+)")
_ROOT = re.compile(r"runAsNonRoot and image (?P<what>will run as root|has non-numeric user \([^)]*\))")


def configuration_fact(container: Container) -> Fact | None:
    """A container that is not created (kubernetes pkg/kubelet/kuberuntime/kuberuntime_container.go)."""
    if container.waiting not in ("CreateContainerConfigError", "CreateContainerError", "PreCreateHookError"):
        return None
    if HEALS.search(container.message):
        return None
    since = container.noticed("Failed", saying=container.message)
    told = absent(container.message, namespace(container.pod)) or _as_root(container)
    if told is None:
        todo = f"correct container {container.name} in the values of {container.component}"
        told = Kind.CONFIG, f"container {container.name} cannot be created: {container.message}", todo
    kind, cause, next_ = told
    return container.fact(kind, cause, next_, since)


def absent(message: str, of: str) -> tuple[Kind, str, str] | None:
    """Kind, cause and cure, if a message of the kubelet says that a Secret, ConfigMap or key is missing.

    `of` is the pod's namespace, where they belong.
    """
    found = _KEY.search(message)
    if found:
        what, which, key = _proper(found["kind"]), found["name"], found["key"]
        return _kind(what), f"{what} {of}/{which} has no key {key}", f"add key {key} to {what} {which}"
    found = _ABSENT.search(message)
    if found:
        what, which = _proper(found["kind"]), found["name"]
        generic = "generic " if what == "Secret" else ""
        command = f"`kubectl -n {of} create {what.lower()} {generic}{which} --from-literal=KEY=VALUE`"
        return _kind(what), f"{what} {of}/{which} does not exist", command
    return None


def _as_root(container: Container) -> tuple[Kind, str, str] | None:
    found = _ROOT.search(container.message)
    if found is None:
        return None
    cause = f'image "{container.image}" {found["what"]}, which runAsNonRoot forbids'
    return (
        Kind.CONFIG,
        line(cause),
        f"end the Dockerfile of {container.component} with a numeric `USER`, or set runAsUser",
    )


def _proper(kind: str) -> str:
    return "Secret" if kind.lower() == "secret" else "ConfigMap"


def _kind(kind: str) -> Kind:
    return Kind.SECRET if kind == "Secret" else Kind.CONFIG

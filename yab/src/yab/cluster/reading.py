"""Reading the API server's JSON, where any field may be absent or null: never an exception, always a type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

Object = Mapping[str, Any]

LONGEST = 400
WORKLOADS_OF_ONE_TEMPLATE = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")


def value(source: object, *path: str) -> object:
    """What lies at the path, None where it leads nowhere."""
    for key in path:
        source = source.get(key) if isinstance(source, Mapping) else None
    return source


def mapping(source: object, *path: str) -> Object:
    """The object at the path, an empty one where there is none."""
    found = value(source, *path)
    return found if isinstance(found, Mapping) else {}


def items(source: object, *path: str) -> list[Object]:
    """The objects of the list at the path."""
    found = value(source, *path)
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def text(source: object, *path: str) -> str:
    """The text at the path, empty where there is none."""
    found = value(source, *path)
    return found if isinstance(found, str) else ""


def number(source: object, *path: str, default: int = 0) -> int:
    """The whole number at the path."""
    found = value(source, *path)
    return found if isinstance(found, int) else default


def time(source: object, *path: str) -> datetime | None:
    """The RFC 3339 time at the path."""
    try:
        found = datetime.fromisoformat(text(source, *path))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def name(source: Object) -> str:
    """The object's name."""
    return text(source, "metadata", "name")


def namespace(source: Object) -> str:
    """The object's namespace."""
    return text(source, "metadata", "namespace") or "default"


def condition(source: Object, type_: str) -> Object:
    """The object's condition of a type, an empty one where it has none."""
    found = (item for item in items(source, "status", "conditions") if text(item, "type") == type_)
    return next(found, {})


def controller(source: Object) -> Object:
    """The owner reference of the controller that made the object."""
    owners = items(source, "metadata", "ownerReferences")
    return next((owner for owner in owners if value(owner, "controller")), owners[0] if owners else {})


def pod_spec(workload: Object) -> Object:
    """The spec of the pods that an object makes, or is; an empty one where it makes none."""
    kind = text(workload, "kind")
    if kind == "Pod":
        return mapping(workload, "spec")
    if kind == "CronJob":
        return mapping(workload, "spec", "jobTemplate", "spec", "template", "spec")
    return mapping(workload, "spec", "template", "spec") if kind in WORKLOADS_OF_ONE_TEMPLATE else {}


def containers(spec: Object) -> Iterator[Object]:
    """The containers of a pod's spec, in the order in which they start."""
    yield from items(spec, "initContainers")
    yield from items(spec, "containers")


def line(message: str) -> str:
    """A message as one line of at most `LONGEST` characters, without the counter of repeated events."""
    words = re.sub(r"\s+", " ", message.removeprefix("(combined from similar events): ")).strip()
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"

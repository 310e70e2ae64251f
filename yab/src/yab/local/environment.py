"""The environment a container gets: env, envFrom, valueFrom and `$(VAR)`, as the kubelet resolves them."""

from __future__ import annotations

import re
import socket
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from yab.errors import ConfigError
from yab.local.model import HOST
from yab.local.quantity import in_units

_REFERENCE = re.compile(r"\$(?:\$|\(([A-Za-z_.\-][\w.\-]*)\))")
_QUOTED_KEY = re.compile(r"metadata\.(labels|annotations)\['(.+)'\]")


@dataclass(frozen=True)
class Sources:
    """The ConfigMaps and Secrets of a namespace by name, each as key → text."""

    config_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def of(self, kind: str) -> Mapping[str, Mapping[str, str]]:
        """All objects of a kind, `ConfigMap` or `Secret`."""
        return self.config_maps if kind == "ConfigMap" else self.secrets


@dataclass(frozen=True)
class Identity:
    """What the downward API tells a container about its pod."""

    name: str
    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    service_account: str = "default"

    def field(self, path: str) -> str | None:
        """The value of a `fieldRef.fieldPath`, None for one that pods do not have."""
        if match := _QUOTED_KEY.fullmatch(path):
            values = self.labels if match[1] == "labels" else self.annotations
            return values.get(match[2], "")
        return {
            "metadata.name": self.name,
            "metadata.namespace": self.namespace,
            "metadata.uid": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.name}.{self.namespace}")),
            "spec.nodeName": socket.gethostname(),
            "spec.serviceAccountName": self.service_account,
            "status.hostIP": HOST,
            "status.hostIPs": HOST,
            "status.podIP": HOST,
            "status.podIPs": HOST,
        }.get(path)


def resolve(container: Mapping[str, Any], sources: Sources, pod: Identity, where: str) -> dict[str, str]:
    """The container's variables: envFrom first, env over it, `$(VAR)` expanded in order.

    Raises ConfigError that names the missing ConfigMap, Secret, key or field.
    """
    values: dict[str, str] = {}
    for index, entry in enumerate(container.get("envFrom") or []):
        values |= _from_source(entry, sources, f"{where}.envFrom[{index}]")
    for index, entry in enumerate(container.get("env") or []):
        value = _value(entry, container, sources, pod, f"{where}.env[{index}]")
        if value is not None:
            values[entry["name"]] = expand(value, values) if "value" in entry else value
    return values


def expand(text: str, values: Mapping[str, str]) -> str:
    """`$(NAME)` replaced by its value, unknown names left alone, `$$` an escaped `$`."""

    def found(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$"
        return values.get(match[1], match.group())

    return _REFERENCE.sub(found, text)


def _from_source(entry: Mapping[str, Any], sources: Sources, where: str) -> dict[str, str]:
    prefix = entry.get("prefix", "")
    for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
        if reference := entry.get(key):
            data = sources.of(kind).get(reference["name"])
            if data is None:
                if reference.get("optional"):
                    return {}
                raise _missing(where, kind, reference["name"])
            return {f"{prefix}{name}": value for name, value in data.items()}
    return {}


def _value(
    entry: Mapping[str, Any], container: Mapping[str, Any], sources: Sources, pod: Identity, where: str
) -> str | None:
    source = entry.get("valueFrom")
    if not source:
        return str(entry.get("value") or "")
    for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
        if reference := source.get(key):
            return _key(reference, kind, sources, where)
    if reference := source.get("fieldRef"):
        value = pod.field(reference["fieldPath"])
        if value is None:
            raise ConfigError(
                where, f"fieldPath {reference['fieldPath']} is not a field of a pod", "see the downward API"
            )
        return value
    if reference := source.get("resourceFieldRef"):
        return in_units(container.get("resources") or {}, reference)
    return None


def _key(reference: Mapping[str, Any], kind: str, sources: Sources, where: str) -> str | None:
    name, key = reference["name"], reference["key"]
    data = sources.of(kind).get(name)
    if data is not None and key in data:
        return data[key]
    if reference.get("optional"):
        return None
    raise _missing(where, kind, name, key if data is not None else None)


def _missing(where: str, kind: str, name: str, key: str | None = None) -> ConfigError:
    what = f"{kind} {name} has no key {key}" if key else f"there is no {kind} {name}"
    component = name.rsplit("-", 1)[0]
    todo = (
        f"add it to [components.{component}.secrets] in yab.toml"
        if kind == "Secret"
        else "add it to the chart's values, or mark the reference optional"
    )
    return ConfigError(where, what, todo)

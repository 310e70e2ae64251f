"""Typed views of rendered objects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The order in which Helm installs kinds (helm pkg/release/util/kind_sorter.go); others come last.
INSTALL_ORDER = (
    "PriorityClass",
    "Namespace",
    "NetworkPolicy",
    "ResourceQuota",
    "LimitRange",
    "PodSecurityPolicy",
    "PodDisruptionBudget",
    "ServiceAccount",
    "Secret",
    "SecretList",
    "ConfigMap",
    "StorageClass",
    "PersistentVolume",
    "PersistentVolumeClaim",
    "CustomResourceDefinition",
    "ClusterRole",
    "ClusterRoleList",
    "ClusterRoleBinding",
    "ClusterRoleBindingList",
    "Role",
    "RoleList",
    "RoleBinding",
    "RoleBindingList",
    "Service",
    "DaemonSet",
    "Pod",
    "ReplicationController",
    "ReplicaSet",
    "Deployment",
    "HorizontalPodAutoscaler",
    "StatefulSet",
    "Job",
    "CronJob",
    "IngressClass",
    "Ingress",
    "APIService",
)
HOOK = "helm.sh/hook"


@dataclass(frozen=True)
class Manifest:
    """One object: `raw` as Kubernetes takes it, `template` the file it comes from."""

    raw: Mapping[str, Any]
    template: str

    @property
    def kind(self) -> str:
        """The object's kind."""
        return str(self.raw.get("kind", ""))

    @property
    def name(self) -> str:
        """The object's name."""
        return str(self._metadata.get("name", ""))

    @property
    def namespace(self) -> str | None:
        """The namespace that the object names itself, if any."""
        return self._metadata.get("namespace")

    @property
    def labels(self) -> Mapping[str, str]:
        """The object's labels."""
        return self._metadata.get("labels") or {}

    @property
    def annotations(self) -> Mapping[str, str]:
        """The object's annotations."""
        return self._metadata.get("annotations") or {}

    @property
    def _metadata(self) -> Mapping[str, Any]:
        return self.raw.get("metadata") or {}

    @property
    def order(self) -> tuple[int, str, str, str]:
        """Sorts as Helm installs."""
        known = INSTALL_ORDER.index(self.kind) if self.kind in INSTALL_ORDER else len(INSTALL_ORDER)
        return known, self.kind, self.name, self.template


@dataclass(frozen=True)
class Hook:
    """An object that Helm creates at an event of the release, in the order of `weight`."""

    manifest: Manifest
    events: tuple[str, ...]
    weight: int

    @classmethod
    def of(cls, manifest: Manifest) -> Hook:
        """The hook that a manifest's annotations describe. ValueError for a weight that is no number."""
        events = tuple(event.strip() for event in manifest.annotations[HOOK].split(","))
        return cls(manifest, events, int(manifest.annotations.get(f"{HOOK}-weight", "0")))

    @property
    def order(self) -> tuple[int, str, tuple[int, str, str, str]]:
        """Sorts as Helm runs hooks (pkg/action/hooks.go): the name comes before the kind."""
        return self.weight, self.manifest.name, self.manifest.order


@dataclass(frozen=True)
class Release:
    """A component as Helm would install it: objects in install order, hooks by weight and name."""

    component: str
    name: str
    namespace: str
    manifests: tuple[Manifest, ...]
    hooks: tuple[Hook, ...]

"""What this machine cannot honour of the rendered objects, each said once, plainly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Raw = Mapping[str, Any]

RUN = {
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "HTTPRoute",
    "Ingress",
    "Job",
    "PersistentVolumeClaim",
    "Pod",
    "ReplicaSet",
    "Secret",
    "Service",
    "StatefulSet",
}
MEANINGLESS_HERE = {"Namespace", "Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ServiceAccount"}
KNOWN = {
    "NetworkPolicy": "network policies are not enforced: every process can reach every other",
    "HorizontalPodAutoscaler": "autoscaling does not happen: minReplicas run",
    "PodDisruptionBudget": "disruption budgets have no meaning on one machine",
    "CronJob": "cron jobs are not scheduled: run one with `yab run COMPONENT -- COMMAND`",
}


def limits(objects: Iterable[Raw]) -> list[str]:
    """One sentence for each thing that a cluster would do and this machine will not, in a fixed order."""
    objects = list(objects)
    kinds = {str(raw.get("kind")) for raw in objects}
    found = [text for kind, text in KNOWN.items() if kind in kinds]
    unknown = sorted(kinds - RUN - MEANINGLESS_HERE - KNOWN.keys())
    if unknown:
        found.append(f"these kinds need a cluster and are left out: {', '.join(unknown)}")
    return found + [text for text, applies in FEATURES.items() if any(map(applies, objects))]


def _pod_spec(raw: Raw) -> Raw:
    template = (raw.get("spec") or {}).get("template") or {}
    return template.get("spec") or {}


def _any_container(raw: Raw, test: Callable[[Raw], bool]) -> bool:
    spec = _pod_spec(raw)
    return any(test(entry) for key in ("initContainers", "containers") for entry in spec.get(key) or [])


def _has_limits(raw: Raw) -> bool:
    return _any_container(raw, lambda container: bool((container.get("resources") or {}).get("limits")))


def _is_confined(raw: Raw) -> bool:
    return bool(_pod_spec(raw).get("securityContext")) or _any_container(
        raw, lambda container: bool(container.get("securityContext"))
    )


def _has_tls(raw: Raw) -> bool:
    return raw.get("kind") == "Ingress" and bool(raw["spec"].get("tls"))


def _has_filters(raw: Raw) -> bool:
    rules = raw["spec"].get("rules") or [] if raw.get("kind") == "HTTPRoute" else []
    return any(rule.get("filters") for rule in rules)


def _has_odd_service(raw: Raw) -> bool:
    return raw.get("kind") == "Service" and (
        not raw["spec"].get("selector")
        or any(port.get("protocol", "TCP") != "TCP" for port in raw["spec"].get("ports") or [])
    )


FEATURES: dict[str, Callable[[Raw], bool]] = {
    "resource limits are not enforced": _has_limits,
    "security contexts (user, read-only root) are not enforced: processes run as you": _is_confined,
    "TLS ends nowhere: the gateway speaks HTTP": _has_tls,
    "HTTPRoute filters are ignored": _has_filters,
    "Services without a selector, and UDP ports, are left out": _has_odd_service,
}

"""Probes and lifecycle hooks of a container spec as data, with ports that exist on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yab.errors import ConfigError
from yab.local.addresses import Places
from yab.local.model import Action, Exec, Grpc, HttpGet, Probe, Sleep, TcpSocket


def probe(container: Mapping[str, Any], name: str, places: Places, where: str) -> Probe | None:
    """The probe under `name` (`readinessProbe`, …) with the defaults of the Kubernetes API."""
    spec = container.get(name)
    if not spec:
        return None
    return Probe(
        action(spec, places, f"{where}.{name}"),
        initial_delay=spec.get("initialDelaySeconds", 0),
        period=spec.get("periodSeconds", 10),
        timeout=spec.get("timeoutSeconds", 1),
        success_threshold=spec.get("successThreshold", 1),
        failure_threshold=spec.get("failureThreshold", 3),
        grace=spec.get("terminationGracePeriodSeconds"),
    )


def lifecycle(container: Mapping[str, Any], name: str, places: Places, where: str) -> Action | None:
    """The hook under `lifecycle.name` (`postStart`, `preStop`)."""
    spec = (container.get("lifecycle") or {}).get(name)
    return action(spec, places, f"{where}.lifecycle.{name}") if spec else None


def action(spec: Mapping[str, Any], places: Places, where: str) -> Action:
    """What a probe or hook does. Raises ConfigError for a port that the container does not have."""
    if http := spec.get("httpGet"):
        return Action(http=_http(http, places, where))
    if tcp := spec.get("tcpSocket"):
        return Action(tcp=TcpSocket(_port(tcp["port"], places, where)))
    if grpc := spec.get("grpc"):
        return Action(grpc=Grpc(_port(grpc["port"], places, where), grpc.get("service") or ""))
    if command := (spec.get("exec") or {}).get("command"):
        return Action(exec=Exec([places.rewrite(str(word)) for word in command]))
    return Action(sleep=Sleep((spec.get("sleep") or {}).get("seconds", 0)))


def _http(spec: Mapping[str, Any], places: Places, where: str) -> HttpGet:
    headers = {header["name"]: header["value"] for header in spec.get("httpHeaders") or []}
    if host := spec.get("host"):
        headers.setdefault("Host", host)
    return HttpGet(
        _port(spec["port"], places, where),
        spec.get("path") or "/",
        str(spec.get("scheme") or "HTTP").lower(),
        headers,
    )


def _port(port: str | int, places: Places, where: str) -> int:
    local = places.ports.get(str(port))
    if local is not None:
        return local
    if isinstance(port, int):
        return port
    known = ", ".join(sorted(places.ports)) or "none"
    raise ConfigError(where, f"the container has no port named {port}", f"use one of: {known}")

"""Ingress and HTTPRoute objects as routes of the gateway (Kubernetes Ingress v1, Gateway API v1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from yab.local.model import Match, Route, ServicePort, Target

_PATHS: dict[str, Literal["Prefix", "Exact", "RegularExpression"]] = {
    "Exact": "Exact",
    "RegularExpression": "RegularExpression",
}


def routes(objects: Iterable[Mapping[str, Any]], services: Mapping[str, Mapping[str, int]]) -> list[Route]:
    """All routes of the given objects, the same match once (an Ingress and an HTTPRoute often agree).

    `services` maps a Service's name to its ports by name and number; routes to Services that are not
    running here (`yab up api`) are left out.
    """
    found: dict[str, Route] = {}
    for raw in objects:
        reader = {"Ingress": _ingress, "HTTPRoute": _http_route}.get(str(raw.get("kind")))
        for match, wanted in reader(raw) if reader else ():
            targets = [
                Target(service, services[service][port], weight)
                for service, port, weight in wanted
                if port in services.get(service, {})
            ]
            if targets:
                found.setdefault(repr(match), Route(match, targets))
    return list(found.values())


def hosts(routes: Iterable[Route]) -> list[str]:
    """The named hosts of the routes, each once: those with a page for people first, wildcards left out."""
    routes = [route for route in routes if route.match.host and not route.match.host.startswith("*")]
    pages = [route.match.host for route in routes if route.match.path == "/"]
    return list(dict.fromkeys(str(name) for name in (*pages, *(route.match.host for route in routes))))


def ports_by_name(services: Iterable[ServicePort], names: Mapping[tuple[str, int], str]) -> dict[str, dict[str, int]]:
    """Service → its ports by number and by name, both as text."""
    found: dict[str, dict[str, int]] = {}
    for service in services:
        ports = found.setdefault(service.service, {})
        ports[str(service.port)] = service.port
        if name := names.get((service.service, service.port)):
            ports[name] = service.port
    return found


_Wanted = tuple[Match, list[tuple[str, str, int]]]


def _ingress(raw: Mapping[str, Any]) -> Iterable[_Wanted]:
    spec = raw["spec"]
    if default := spec.get("defaultBackend"):
        yield Match(None), [_backend(default)]
    for rule in spec.get("rules") or []:
        for path in (rule.get("http") or {}).get("paths") or []:
            kind = _PATHS.get(path.get("pathType", ""), "Prefix")
            yield Match(rule.get("host"), path.get("path") or "/", kind), [_backend(path["backend"])]


def _backend(backend: Mapping[str, Any]) -> tuple[str, str, int]:
    service = backend["service"]
    port = service["port"]
    return service["name"], str(port.get("name") or port.get("number")), 1


def _http_route(raw: Mapping[str, Any]) -> Iterable[_Wanted]:
    spec = raw["spec"]
    for host in spec.get("hostnames") or [None]:
        for rule in spec.get("rules") or []:
            targets = [
                (ref["name"], str(ref["port"]), int(ref.get("weight", 1)))
                for ref in rule.get("backendRefs") or []
                if ref.get("kind", "Service") == "Service" and int(ref.get("weight", 1)) > 0
            ]
            for match in rule.get("matches") or [{}]:
                yield _http_match(host, match), targets


def _http_match(host: str | None, match: Mapping[str, Any]) -> Match:
    path = match.get("path") or {}
    return Match(
        host,
        path.get("value", "/"),
        _PATHS.get(path.get("type", ""), "Prefix"),
        headers={header["name"]: header["value"] for header in match.get("headers") or []},
        method=match.get("method"),
        query={query["name"]: query["value"] for query in match.get("queryParams") or []},
    )

"""The gateway's configuration as data: Traefik's command line and its dynamic file.

The same Traefik is the ingress of the test cluster. What it serves changes with the pods' readiness:
only ready pods are listed, a Service without one answers 503, a host that nobody claims 404.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from yab.local.model import HOST, Match, Plan, Route, ServicePort


def command(plan: Plan, config: str) -> list[str]:
    """Traefik's argv: the public entry point, one for each shared Service port, and its own ping."""
    entry_points = {"web": plan.port, "ping": plan.ping_port} | {
        _entry_point(service): service.listen for service in plan.services if service.listen
    }
    addresses = [f"--entrypoints.{name}.address={HOST}:{port}" for name, port in entry_points.items()]
    return [
        "traefik",
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        # Its warnings are advice about options of its own, the same at every start.
        "--log.level=ERROR",
        "--log.nocolor=true",
        "--ping=true",
        "--ping.entrypoint=ping",
        f"--providers.file.filename={config}",
        "--providers.file.watch=true",
        # A pod that became ready is served at once; the default waits two seconds.
        "--providers.providersthrottleduration=20ms",
        "--entrypoints.web.transport.respondingtimeouts.readtimeout=0s",
        *addresses,
        *(f"--entrypoints.{name}.http.aliasheadersstrategy=reject" for name in entry_points),
    ]


def dynamic(plan: Plan, ready: Collection[str]) -> dict[str, Any]:
    """The dynamic configuration that serves the pods named in `ready`."""
    services = {(service.service, service.port): service for service in plan.services}
    http: dict[str, Any] = {"routers": {}, "services": {}}
    for number, route in enumerate(plan.routes):
        name = f"route-{number}"
        http["routers"][name] = {
            "rule": rule(route.match),
            "priority": priority(route.match),
            "entryPoints": ["web"],
            "service": name,
        }
        http["services"] |= _http_services(name, route, services, ready)
    tcp = _tcp((service for service in plan.services if service.listen), ready)
    found = {"http": {key: value for key, value in http.items() if value}} if plan.routes else {}
    return found | ({"tcp": tcp} if tcp else {})


def marked(config: dict[str, Any], mark: str) -> dict[str, Any]:
    """The configuration with a route of its own that only answers once all of it is in force."""
    router = {"rule": f"Path(`{mark_path(mark)}`)", "entryPoints": ["ping"], "service": "ping@internal"}
    http = config.get("http", {})
    return config | {"http": http | {"routers": http.get("routers", {}) | {"mark": router}}}


def mark_path(mark: str) -> str:
    """Where the mark is asked for, on the gateway's own port."""
    return f"/applied/{mark}"


def rule(match: Match) -> str:
    """A match in Traefik's rule language; `Prefix` compares whole path elements (Ingress v1)."""
    parts = [_host(match.host)] if match.host else []
    parts.append(_path(match))
    parts += [f"Header({_quote(name)}, {_quote(value)})" for name, value in match.headers.items()]
    parts += [f"Query({_quote(name)}, {_quote(value)})" for name, value in match.query.items()]
    if match.method:
        parts.append(f"Method({_quote(match.method)})")
    return " && ".join(parts)


def priority(match: Match) -> int:
    """Named hosts before wildcards before none, exact paths before prefixes, then the longest path."""
    host = 0 if match.host is None else 1 if match.host.startswith("*") else 2
    extra = len(match.headers) + len(match.query) + (match.method is not None)
    return host * 1_000_000 + (match.kind == "Exact") * 500_000 + len(match.path) * 100 + extra + 1


def _host(host: str) -> str:
    if not host.startswith("*."):
        return f"Host({_quote(host)})"
    return f"HostRegexp({_quote(rf'^[^.]+{re.escape(host[1:])}$')})"


def _path(match: Match) -> str:
    if match.kind == "Exact":
        return f"Path({_quote(match.path)})"
    if match.kind == "RegularExpression":
        return f"PathRegexp({_quote(match.path)})"
    prefix = match.path.rstrip("/")
    if not prefix:
        return "PathPrefix(`/`)"
    return f"(Path({_quote(prefix)}) || PathPrefix({_quote(prefix + '/')}))"


def _quote(text: str) -> str:
    return f"`{text}`"


def _http_services(
    name: str, route: Route, services: dict[tuple[str, int], ServicePort], ready: Collection[str]
) -> dict[str, Any]:
    pools = {}
    for target in route.targets:
        backends = services[target.service, target.port].backends
        servers = [{"url": f"http://{HOST}:{backend.port}"} for backend in backends if backend.pod in ready]
        pools[f"{name}-{target.service}-{target.port}"] = {
            "loadBalancer": {
                "servers": servers,
                "passHostHeader": True,
                "responseForwarding": {"flushInterval": "1ms"},
            }
        }
    weighted = [{"name": pool, "weight": target.weight} for pool, target in zip(pools, route.targets, strict=True)]
    return pools | {name: {"weighted": {"services": weighted}}}


def _tcp(services: Iterable[ServicePort], ready: Collection[str]) -> dict[str, Any]:
    routers, pools = {}, {}
    for service in services:
        name = _entry_point(service)
        servers = [{"address": f"{HOST}:{backend.port}"} for backend in service.backends if backend.pod in ready]
        if servers:
            routers[name] = {"rule": "HostSNI(`*`)", "entryPoints": [name], "service": name}
            pools[name] = {"loadBalancer": {"servers": servers}}
    return {"routers": routers, "services": pools} if routers else {}


def _entry_point(service: ServicePort) -> str:
    return f"svc-{service.service}-{service.port}"

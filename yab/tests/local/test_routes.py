from typing import Any

import pytest

from yab.local.gateway import priority, rule
from yab.local.model import Match, Target
from yab.local.routes import hosts, routes

SERVICES = {"api": {"80": 80, "http": 80}, "web": {"8080": 8080}}


def ingress(*paths: dict[str, Any], host: str | None = "a.localhost") -> dict[str, Any]:
    rule_: dict[str, Any] = {"http": {"paths": list(paths)}}
    return {"kind": "Ingress", "spec": {"rules": [rule_ | ({"host": host} if host else {})]}}


def path(value: str, kind: str = "Prefix", service: str = "api", **port: Any) -> dict[str, Any]:
    backend = {"service": {"name": service, "port": port or {"name": "http"}}}
    return {"path": value, "pathType": kind, "backend": backend}


def test_an_ingress_becomes_a_route_a_path() -> None:
    found = routes([ingress(path("/"), path("/x", "Exact", number=80))], SERVICES)
    assert [(route.match.path, route.match.kind) for route in found] == [("/", "Prefix"), ("/x", "Exact")]
    assert found[0].targets == [Target("api", 80)]


def test_routes_to_services_that_do_not_run_are_left_out() -> None:
    assert routes([ingress(path("/", service="other"))], SERVICES) == []


def test_the_same_match_of_ingress_and_http_route_is_one_route() -> None:
    http_route = {
        "kind": "HTTPRoute",
        "spec": {
            "hostnames": ["a.localhost"],
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                    "backendRefs": [{"name": "api", "port": 80}],
                }
            ],
        },
    }
    assert len(routes([ingress(path("/")), http_route], SERVICES)) == 1


def test_an_http_route_keeps_weights_headers_method_and_query() -> None:
    raw = {
        "kind": "HTTPRoute",
        "spec": {
            "hostnames": ["a.localhost", "b.localhost"],
            "rules": [
                {
                    "matches": [
                        {
                            "path": {"type": "Exact", "value": "/v"},
                            "method": "GET",
                            "headers": [{"name": "X-A", "value": "1"}],
                            "queryParams": [{"name": "q", "value": "2"}],
                        }
                    ],
                    "backendRefs": [
                        {"name": "api", "port": 80, "weight": 9},
                        {"name": "web", "port": 8080, "weight": 1},
                        {"name": "web", "port": 8080, "weight": 0},
                    ],
                }
            ],
        },
    }
    found = routes([raw], SERVICES)
    assert hosts(found) == ["a.localhost", "b.localhost"]
    assert found[0].match == Match("a.localhost", "/v", "Exact", {"X-A": "1"}, "GET", {"q": "2"})
    assert found[0].targets == [Target("api", 80, 9), Target("web", 8080, 1)]


@pytest.mark.parametrize(
    ("match", "expected"),
    [
        (Match("a.b", "/"), "Host(`a.b`) && PathPrefix(`/`)"),
        (Match("a.b", "/api/"), "Host(`a.b`) && (Path(`/api`) || PathPrefix(`/api/`))"),
        (Match(None, "/x", "Exact"), "Path(`/x`)"),
        (Match("*.b.c", "/"), r"HostRegexp(`^[^.]+\.b\.c$`) && PathPrefix(`/`)"),
        (Match(None, "^/v[0-9]", "RegularExpression"), "PathRegexp(`^/v[0-9]`)"),
        (Match(None, "/", method="GET"), "PathPrefix(`/`) && Method(`GET`)"),
        (Match(None, "/", headers={"A": "1"}), "PathPrefix(`/`) && Header(`A`, `1`)"),
        (Match(None, "/", query={"q": "1"}), "PathPrefix(`/`) && Query(`q`, `1`)"),
    ],
)
def test_rules(match: Match, expected: str) -> None:
    assert rule(match) == expected


def test_the_more_specific_match_wins() -> None:
    order = [
        Match("a.b", "/api", "Exact"),
        Match("a.b", "/api/"),
        Match("a.b", "/", method="GET"),
        Match("a.b", "/"),
        Match("*.b", "/api"),
        Match(None, "/"),
    ]
    assert sorted(order, key=priority, reverse=True) == order

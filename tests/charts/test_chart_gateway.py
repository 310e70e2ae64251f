"""HTTPRoutes, of which no schema is at hand offline: what the Gateway API asks of them (v1, HTTPRoute)."""

from __future__ import annotations

from chart_rendering import PROJECT, of_kind, release

GATEWAY = {"gateway": {"enabled": True, "parentRefs": [{"name": "public", "namespace": "ingress"}]}}


def test_each_host_has_a_route_of_its_own_name() -> None:
    routes = of_kind(release("api", GATEWAY), "HTTPRoute")
    assert {route["metadata"]["name"]: route["spec"]["hostnames"] for route in routes} == {
        PROJECT.release("api"): ["api.localhost"],
        f"{PROJECT.release('api')}-app-localhost": ["app.localhost"],
        f"{PROJECT.release('api')}-admin-localhost": ["admin.localhost"],
    }


def test_paths_are_prefixes() -> None:
    for route in of_kind(release("api", GATEWAY), "HTTPRoute"):
        for rule in route["spec"]["rules"]:
            assert rule.keys() == {"matches", "backendRefs"}
            for match in rule["matches"]:
                assert match["path"]["type"] == "PathPrefix"
                assert match["path"]["value"].startswith("/")


def test_a_listener_can_be_named() -> None:
    listener = {"name": "public", "namespace": "ingress", "sectionName": "https", "port": 443}
    [route] = of_kind(release("web", {"gateway": {"enabled": True, "parentRefs": [listener]}}), "HTTPRoute")
    assert route["spec"]["parentRefs"] == [listener]

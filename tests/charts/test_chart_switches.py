"""What each switch of the values adds and takes away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from chart_rendering import PROJECT, ROUTED, SCALED, container, environment, everything, of_kind, release, workload

GATEWAY = {"gateway": {"enabled": True, "parentRefs": [{"name": "public", "namespace": "ingress"}]}}
SCALING = {"autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 9, "targetCPUUtilizationPercentage": 60}}
# In the worker of `local` mail is one pod's folder.
MANY: dict[str, Any] = {"worker": {"mailDir": {"storage": "emptyDir"}}}


@pytest.mark.parametrize("more", [{}, {"autoscaling": {"enabled": True}}, {"podDisruptionBudget": {"enabled": True}}])
def test_a_disabled_chart_renders_nothing(chart: str, more: dict[str, Any]) -> None:
    switches = more if chart in SCALED else {}
    assert everything(release(chart, {"enabled": False, **switches})) == []


@pytest.mark.parametrize("routed", ROUTED)
def test_a_disabled_chart_has_no_routes(routed: str) -> None:
    assert everything(release(routed, {"enabled": False, **GATEWAY})) == []


@pytest.mark.parametrize("scaled", SCALED)
def test_the_autoscaler_owns_the_number_of_pods(scaled: str) -> None:
    fixed = release(scaled)
    assert of_kind(fixed, "HorizontalPodAutoscaler") == []
    assert workload(fixed)["spec"]["replicas"] == 1

    found = release(scaled, {**SCALING, **MANY.get(scaled, {})})
    [scaler] = of_kind(found, "HorizontalPodAutoscaler")
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": workload(found)["metadata"]["name"]}
    assert scaler["spec"]["scaleTargetRef"] == target
    assert (scaler["spec"]["minReplicas"], scaler["spec"]["maxReplicas"]) == (3, 9)
    assert scaler["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 60
    assert "replicas" not in workload(found)["spec"]


@pytest.mark.parametrize("scaled", SCALED)
def test_a_disruption_budget_chooses_the_pods(scaled: str) -> None:
    assert of_kind(release(scaled), "PodDisruptionBudget") == []
    budget = {"enabled": True, "minAvailable": 2}
    found = release(scaled, {"replicaCount": 3, "podDisruptionBudget": budget, **MANY.get(scaled, {})})
    [pdb] = of_kind(found, "PodDisruptionBudget")
    assert pdb["spec"]["minAvailable"] == 2
    assert pdb["spec"]["selector"] == workload(found)["spec"]["selector"]


@pytest.mark.parametrize("routed", ROUTED)
def test_ingress_and_gateway_say_the_same_and_go_separately(routed: str) -> None:
    both = release(routed, GATEWAY)
    assert _gateway_rules(both) == _ingress_rules(both) != set()
    assert _gateway_rules(release(routed)) == set()
    assert _ingress_rules(release(routed, {**GATEWAY, "ingress": {"enabled": False}})) == set()


@pytest.mark.parametrize("routed", ROUTED)
def test_an_http_route_attaches_to_the_gateway_and_leads_to_the_service(routed: str) -> None:
    found = release(routed, GATEWAY)
    [service] = of_kind(found, "Service")
    ports = {port["port"] for port in service["spec"]["ports"] if port["name"] == "http"}
    for route in of_kind(found, "HTTPRoute"):
        assert route["apiVersion"] == "gateway.networking.k8s.io/v1"
        assert route["spec"]["parentRefs"] == GATEWAY["gateway"]["parentRefs"]
        for rule in route["spec"]["rules"]:
            [backend] = rule["backendRefs"]
            assert backend["name"] == service["metadata"]["name"]
            assert backend["port"] in ports


@pytest.mark.parametrize("routed", ROUTED)
def test_the_class_annotations_and_certificates_of_an_ingress(routed: str) -> None:
    issuer = {"cert-manager.io/cluster-issuer": "own"}
    [ingress] = of_kind(
        release(routed, {"ingress": {"className": "contour", "tls": True, "annotations": issuer}}), "Ingress"
    )
    assert ingress["spec"]["ingressClassName"] == "contour"
    assert ingress["metadata"]["annotations"] == issuer
    assert [entry["secretName"] for entry in ingress["spec"]["tls"]] == [f"{PROJECT.release(routed)}-tls"]


@pytest.mark.parametrize("routed", ROUTED)
def test_without_a_class_the_cluster_chooses(routed: str) -> None:
    [ingress] = of_kind(release(routed, {"ingress": {"className": ""}}), "Ingress")
    assert "ingressClassName" not in ingress["spec"]


@pytest.mark.parametrize("name", ["api", "worker"])
def test_configuration_is_the_environment_of_the_process(name: str) -> None:
    found = release(name, {"config": {"LOG_LEVEL": "debug"}})
    [config] = of_kind(found, "ConfigMap")
    assert config["metadata"]["name"] == f"{name}-config"
    assert config["data"]["LOG_LEVEL"] == "debug"
    assert container(found)["envFrom"] == [{"configMapRef": {"name": f"{name}-config"}}]


@pytest.mark.parametrize("name", ["web", "admin"])
def test_configuration_is_a_script_of_the_page(name: str) -> None:
    found = release(name, {"config": {"productName": "</script>"}})
    [config] = of_kind(found, "ConfigMap")
    script = config["data"]["config.js"].strip()
    assert script.startswith("self.__CONFIG__ = ")
    assert script.endswith(";")
    assert json.loads(script.removeprefix("self.__CONFIG__ = ").removesuffix(";"))["productName"] == "</script>"
    assert "</script>" not in script
    [mount] = [each for each in container(found)["volumeMounts"] if each["mountPath"] == "/srv/config"]
    assert "subPath" not in mount
    [volume] = [
        each for each in workload(found)["spec"]["template"]["spec"]["volumes"] if each["name"] == mount["name"]
    ]
    assert volume["configMap"]["name"] == config["metadata"]["name"]


@pytest.mark.parametrize("name", SCALED)
def test_a_changed_configuration_replaces_the_pods_and_nothing_else_does(name: str) -> None:
    key = "productName" if name in ("web", "admin") else "LOG_LEVEL"
    before, after, same = (
        workload(release(name, values))["spec"]["template"]
        for values in ({}, {"config": {key: "warning"}}, {"ingress": {"tls": True}} if name in ROUTED else {})
    )
    assert before["metadata"]["annotations"] != after["metadata"]["annotations"]
    assert before == same


def test_secrets_are_named_key_by_key() -> None:
    found = release("api", {"secret": {"name": "s", "required": ["A"], "optional": ["B"]}})
    assert container(found)["env"] == [
        {"name": "A", "valueFrom": {"secretKeyRef": {"name": "s", "key": "A"}}},
        {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "B", "optional": True}}},
    ]


def test_no_chart_makes_a_secret(env: str) -> None:
    for found in environment(env):
        assert of_kind(found, "Secret") == []


def _ingress_rules(found: Any) -> set[tuple[str, str]]:
    return {
        (rule["host"], path["path"])
        for ingress in of_kind(found, "Ingress")
        for rule in ingress["spec"]["rules"]
        for path in rule["http"]["paths"]
    }


def _gateway_rules(found: Any) -> set[tuple[str, str]]:
    return {
        (host, match["path"]["value"])
        for route in of_kind(found, "HTTPRoute")
        for host in route["spec"]["hostnames"]
        for rule in route["spec"]["rules"]
        for match in rule["matches"]
    }

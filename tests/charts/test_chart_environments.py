"""Every environment as a cluster would see it: valid objects that find each other."""

from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest
from chart_rendering import PROJECT, environment, everything, of_kind, pod_templates

MINORS = ("1.35", "1.36", "1.37")
LABELS = ("name", "instance", "component", "part-of", "version", "managed-by")


def test_an_environment_has_a_release_for_each_of_its_components(env: str) -> None:
    assert {found.component for found in environment(env)} == {each.name for each in PROJECT.components_of(env)}


@pytest.mark.parametrize("minor", MINORS)
def test_objects_are_valid(env: str, minor: str) -> None:
    for found in environment(env):
        for manifest in everything(found):
            if "gateway.networking.k8s.io" not in manifest.raw["apiVersion"]:
                kubernetes_validate.validate(dict(manifest.raw), minor, strict=True)


def test_objects_carry_the_labels_of_the_contract(env: str) -> None:
    for found in environment(env):
        for manifest in everything(found):
            labels = manifest.labels
            assert {f"app.kubernetes.io/{name}" for name in LABELS} <= labels.keys(), manifest.name
            assert labels["app.kubernetes.io/instance"] == found.name
            assert labels["app.kubernetes.io/part-of"] == PROJECT.name
            assert labels["app.kubernetes.io/managed-by"] == "Helm"


def test_pods_carry_the_labels_that_their_owner_selects(env: str) -> None:
    for found in environment(env):
        for manifest in found.manifests:
            if manifest.kind in ("Deployment", "StatefulSet"):
                wanted = manifest.raw["spec"]["selector"]["matchLabels"]
                assert wanted == {
                    "app.kubernetes.io/name": found.component,
                    "app.kubernetes.io/instance": found.name,
                    # Keeps the migrations' pods, of the same name and instance, out of Service and Deployment.
                    "app.kubernetes.io/component": found.component,
                }
                assert wanted.items() <= manifest.raw["spec"]["template"]["metadata"]["labels"].items()


def test_no_two_objects_have_one_name(env: str) -> None:
    names = [
        (manifest.kind, found.namespace, manifest.name) for found in environment(env) for manifest in everything(found)
    ]
    assert len(names) == len(set(names))


def test_a_service_is_named_as_its_release_and_selects_only_the_workload(env: str) -> None:
    templates = [(name, template) for found in environment(env) for name, template in pod_templates(found)]
    for found in environment(env):
        for service in of_kind(found, "Service"):
            assert service["metadata"]["name"] == found.name
            selector = service["spec"]["selector"].items()
            selected = [
                (name, template) for name, template in templates if selector <= template["metadata"]["labels"].items()
            ]
            assert [name for name, _ in selected] == [f"{_workload_kind(found)}/{found.name}"]
            assert {port["targetPort"] for port in service["spec"]["ports"]} <= _ports(selected[0][1])


def test_every_route_leads_to_a_service_port(env: str) -> None:
    ports = {
        (service["metadata"]["name"], key)
        for found in environment(env)
        for service in of_kind(found, "Service")
        for port in service["spec"]["ports"]
        for key in (port["name"], port["port"])
    }
    for found in environment(env):
        for ingress in of_kind(found, "Ingress"):
            for rule in ingress["spec"]["rules"]:
                for path in rule["http"]["paths"]:
                    backend = path["backend"]["service"]
                    [port] = backend["port"].values()
                    assert (backend["name"], port) in ports


def test_the_front_door_is_the_table_of_the_design(env: str) -> None:
    domain = PROJECT.environments[env].domain
    release = PROJECT.release
    assert _front_door(env) == {
        (f"api.{domain}", "/api/"): release("api"),
        (f"api.{domain}", "/health/"): release("api"),
        (f"api.{domain}", "/version"): release("api"),
        (f"app.{domain}", "/api/"): release("api"),
        (f"app.{domain}", "/"): release("web"),
        (f"admin.{domain}", "/api/"): release("api"),
        (f"admin.{domain}", "/"): release("admin"),
    }


def test_hosts_have_certificates_where_the_scheme_is_https(env: str) -> None:
    https = PROJECT.environments[env].scheme == "https"
    for found in environment(env):
        for ingress in of_kind(found, "Ingress"):
            certified = {host for entry in ingress["spec"].get("tls", []) for host in entry["hosts"]}
            hosts = {rule["host"] for rule in ingress["spec"]["rules"]}
            assert certified == (hosts if https else set())


def test_metrics_are_on_no_route(env: str) -> None:
    for found in environment(env):
        for ingress in of_kind(found, "Ingress"):
            for rule in ingress["spec"]["rules"]:
                for path in rule["http"]["paths"]:
                    assert path["backend"]["service"]["port"] == {"name": "http"}


def _front_door(env: str) -> dict[tuple[str, str], str]:
    door: dict[tuple[str, str], str] = {}
    for found in environment(env):
        for ingress in of_kind(found, "Ingress"):
            for rule in ingress["spec"]["rules"]:
                for path in rule["http"]["paths"]:
                    assert path["pathType"] == "Prefix"
                    assert (rule["host"], path["path"]) not in door
                    door[rule["host"], path["path"]] = path["backend"]["service"]["name"]
    return door


def _workload_kind(found: Any) -> str:
    return "StatefulSet" if of_kind(found, "StatefulSet") else "Deployment"


def _ports(template: Any) -> set[str | int]:
    return {
        key
        for container in template["spec"]["containers"]
        for port in container.get("ports", [])
        for key in (port["name"], port["containerPort"])
    }

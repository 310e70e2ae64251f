"""Pods as Pod Security `restricted` and the design ask for them, hooks included."""

from __future__ import annotations

from typing import Any

import pytest
from chart_rendering import ENVIRONMENTS, SCALED, container, environment, pod_templates, release, workload

TEMPLATES = [
    pytest.param(template, id=f"{env}-{name}")
    for env in ENVIRONMENTS
    for found in environment(env)
    for name, template in pod_templates(found)
]


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_pod_is_restricted(template: Any) -> None:
    pod = template["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] >= 10000
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    for each in pod["containers"]:
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_container_can_write_to_tmp_and_has_requests_and_limits(template: Any) -> None:
    pod = template["spec"]
    empty = {volume["name"] for volume in pod["volumes"] if "emptyDir" in volume}
    for each in pod["containers"]:
        [tmp] = [mount["name"] for mount in each["volumeMounts"] if mount["mountPath"] == "/tmp"]
        assert tmp in empty
        for kind in ("requests", "limits"):
            assert {"cpu", "memory"} <= each["resources"][kind].keys()


def test_the_image_decides_what_runs(chart: str) -> None:
    assert not {"command", "args"} & container(release(chart)).keys()


def test_a_digest_decides_where_there_is_a_tag_too(chart: str) -> None:
    digest = "sha256:" + "a" * 64
    image = container(release(chart, {"image": {"repository": "r", "tag": "t", "digest": digest}}))["image"]
    assert image == f"r:t@{digest}"


def test_every_probe_asks_a_port_that_the_container_has(chart: str) -> None:
    found = container(release(chart))
    ports = {port["name"] for port in found["ports"]}
    for name in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = found[name].get("httpGet") or found[name].get("tcpSocket")
        assert asked is None or asked["port"] in ports


def test_health_says_the_process_lives_and_ready_that_it_can_serve() -> None:
    for chart, port in (("api", "http"), ("worker", "metrics")):
        found = container(release(chart))
        assert found["startupProbe"]["httpGet"] == {"path": "/health/", "port": port}
        assert found["readinessProbe"]["httpGet"] == {"path": "/health/ready", "port": port}
        assert found["livenessProbe"]["httpGet"] == {"path": "/health/", "port": port}


@pytest.mark.parametrize("chart", SCALED)
def test_a_rollout_keeps_every_pod_until_its_successor_is_ready(chart: str) -> None:
    strategy = workload(release(chart))["spec"]["strategy"]
    assert strategy["rollingUpdate"]["maxUnavailable"] == 0


@pytest.mark.parametrize("chart", SCALED)
def test_replicas_spread_without_blocking(chart: str) -> None:
    for constraint in workload(release(chart))["spec"]["template"]["spec"]["topologySpreadConstraints"]:
        assert constraint["whenUnsatisfiable"] == "ScheduleAnyway"


@pytest.mark.parametrize("chart", SCALED)
def test_pre_stop_sleeps_within_the_grace_and_is_left_out_at_zero(chart: str) -> None:
    found = release(chart, {"preStopSeconds": 7, "terminationGracePeriodSeconds": 30})
    assert container(found)["lifecycle"] == {"preStop": {"sleep": {"seconds": 7}}}
    assert workload(found)["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] == 30
    assert "lifecycle" not in container(release(chart, {"preStopSeconds": 0}))

"""Namespaces and overlays: what `kubectl apply -k` installs, and names that agree with yab.toml."""

from __future__ import annotations

import shutil
import subprocess
from typing import Any

import kubernetes_validate
import pytest
import yaml
from chart_rendering import ENVIRONMENTS, PROJECT, ROOT, chart_values

OVERLAYS = ROOT / "k8s" / "overlays"
LEVELS = {"apps": "restricted", "ingress": "baseline", "observability": "privileged", "ops": "restricted"}
NAMESPACES: list[Any] = list(yaml.safe_load_all((ROOT / "k8s" / "base" / "namespaces.yaml").read_text()))


def test_namespaces_have_a_pod_security_level() -> None:
    enforced = "pod-security.kubernetes.io/enforce"
    assert {each["metadata"]["name"]: each["metadata"]["labels"][enforced] for each in NAMESPACES} == LEVELS


@pytest.mark.parametrize("namespace", NAMESPACES, ids=lambda each: each["metadata"]["name"])
def test_a_namespace_is_valid_and_labelled(namespace: Any) -> None:
    kubernetes_validate.validate(namespace, "1.37", strict=True)
    assert namespace["metadata"]["labels"]["app.kubernetes.io/part-of"] == PROJECT.name


def test_every_component_lives_in_a_namespace_that_exists() -> None:
    assert {component.namespace for component in PROJECT.components.values()} <= LEVELS.keys()


def test_there_is_an_overlay_for_every_environment() -> None:
    assert sorted(path.name for path in OVERLAYS.iterdir()) == ENVIRONMENTS


def test_values_are_for_components_that_the_environment_has(env: str) -> None:
    written = {path.stem for path in (OVERLAYS / env / "values").iterdir()}
    assert written == {component.name for component in PROJECT.components_of(env)}


def test_an_overlay_says_only_what_differs(env: str) -> None:
    for path in (OVERLAYS / env / "values").iterdir():
        own = chart_values(path.stem)
        assert _repeated(yaml.safe_load(path.read_text()), own) == [], path


def test_kubectl_builds_the_overlay(env: str) -> None:
    if not shutil.which("kubectl"):
        pytest.skip("kubectl is not installed")
    built = subprocess.run(["kubectl", "kustomize", str(OVERLAYS / env)], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    found = {(each["kind"], each["metadata"]["name"]) for each in yaml.safe_load_all(built.stdout)}
    assert found >= {("Namespace", name) for name in LEVELS}


def _repeated(over: dict[str, Any], own: dict[str, Any], path: str = "") -> list[str]:
    """Keys whose value in the overlay is the chart's own."""
    found = []
    for key, value in over.items():
        if isinstance(value, dict) and isinstance(own.get(key), dict):
            found += _repeated(value, own[key], f"{path}{key}.")
        elif key in own and own[key] == value:
            found.append(f"{path}{key}")
    return found

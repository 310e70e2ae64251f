"""The migrations run before anything of their release exists, and no Service sends them requests."""

from __future__ import annotations

from typing import Any

import pytest
from chart_rendering import everything, of_kind, release


@pytest.fixture
def job(env: str) -> Any:
    [found] = of_kind(release("api", env=env), "Job")
    return found


def test_they_run_before_every_installation_and_upgrade(env: str) -> None:
    [hook] = release("api", env=env).hooks
    assert hook.manifest.kind == "Job"
    assert set(hook.events) == {"pre-install", "pre-upgrade"}
    assert hook.manifest.annotations["helm.sh/hook-delete-policy"] == "before-hook-creation"


def test_they_use_nothing_of_their_release(job: Any, env: str) -> None:
    own = {(each.kind, each.name) for each in everything(release("api", env=env)) if each.kind != "Job"}
    assert not own & set(_used(job["spec"]["template"]["spec"]))
    assert "serviceAccountName" not in job["spec"]["template"]["spec"]


def test_they_have_the_configuration_and_the_secret_of_the_api(job: Any, env: str) -> None:
    [config] = of_kind(release("api", env=env), "ConfigMap")
    given = {each["name"]: each for each in job["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert {name: given[name]["value"] for name in config["data"]} == config["data"]
    assert given["DATABASE_URL"]["valueFrom"]["secretKeyRef"] == {"name": "api-env", "key": "DATABASE_URL"}


def test_a_dollar_in_the_configuration_stays_as_it_is() -> None:
    """A ConfigMap's variables are not expanded, literal ones are: `$$(` means `$(`."""
    [job] = of_kind(release("api", {"config": {"MAIL_FROM": "$(HOME)@example.com"}}), "Job")
    [given] = [each for each in job["spec"]["template"]["spec"]["containers"][0]["env"] if each["name"] == "MAIL_FROM"]
    assert given["value"] == "$$(HOME)@example.com"


def test_they_end(job: Any) -> None:
    assert job["spec"]["backoffLimit"] == 1
    assert job["spec"]["activeDeadlineSeconds"] == 300
    assert job["spec"]["template"]["spec"]["restartPolicy"] == "Never"


def test_they_run_the_image_of_the_api(job: Any, env: str) -> None:
    [deployment] = of_kind(release("api", env=env), "Deployment")
    [migrations] = job["spec"]["template"]["spec"]["containers"]
    assert migrations["image"] == deployment["spec"]["template"]["spec"]["containers"][0]["image"]
    assert migrations["command"] == ["python", "-m", "backend", "migrate"]
    assert "ports" not in migrations


def test_no_service_and_no_budget_chooses_their_pods(job: Any) -> None:
    labels = job["spec"]["template"]["metadata"]["labels"].items()
    found = release("api", {"replicaCount": 2, "podDisruptionBudget": {"enabled": True}})
    selectors = [service["spec"]["selector"] for service in of_kind(found, "Service")]
    for kind in ("PodDisruptionBudget", "Deployment"):
        selectors += [each["spec"]["selector"]["matchLabels"] for each in of_kind(found, kind)]
    assert len(selectors) == 3
    assert not any(selector.items() <= labels for selector in selectors)


def test_they_can_be_switched_off() -> None:
    assert release("api", {"migrations": {"enabled": False}}).hooks == ()


def _used(pod: Any) -> set[tuple[str, str]]:
    """Every ConfigMap and Secret of which a pod asks for something."""
    used = {("ServiceAccount", pod.get("serviceAccountName", "default"))}
    for container in pod["containers"]:
        for source in container.get("envFrom", []):
            used |= {("ConfigMap", ref["name"]) for ref in [source.get("configMapRef")] if ref}
            used |= {("Secret", ref["name"]) for ref in [source.get("secretRef")] if ref}
        for variable in container.get("env", []):
            origin = variable.get("valueFrom", {})
            used |= {("ConfigMap", ref["name"]) for ref in [origin.get("configMapKeyRef")] if ref}
            used |= {("Secret", ref["name"]) for ref in [origin.get("secretKeyRef")] if ref}
    for volume in pod["volumes"]:
        used |= {("ConfigMap", ref["name"]) for ref in [volume.get("configMap")] if ref}
        used |= {("Secret", ref["secretName"]) for ref in [volume.get("secret")] if ref}
        used |= {("PersistentVolumeClaim", ref["claimName"]) for ref in [volume.get("persistentVolumeClaim")] if ref}
    return used

"""Names that the charts repeat: the product, its addresses, ports and secrets as yab.toml has them."""

from __future__ import annotations

import pytest
import yaml
from chart_rendering import CHARTS, PROJECT, ROOT, SCALED, chart_values, container, of_kind, release, workload


def test_a_chart_is_named_as_its_component(chart: str) -> None:
    metadata = yaml.safe_load((ROOT / "charts" / chart / "Chart.yaml").read_text())
    assert metadata["name"] == chart
    assert chart_values(chart)["partOf"] == PROJECT.name


def test_a_chart_uses_the_library_as_it_is_now(chart: str) -> None:
    library = yaml.safe_load((ROOT / "charts" / "common" / "Chart.yaml").read_text())
    metadata = yaml.safe_load((ROOT / "charts" / chart / "Chart.yaml").read_text())
    assert library["type"] == "library"
    wanted = {"name": "common", "version": library["version"], "repository": "file://../common"}
    assert metadata["dependencies"] == [wanted]


@pytest.mark.parametrize("name", ["api", "worker"])
def test_links_in_mail_lead_to_the_customer_web(name: str, env: str) -> None:
    [config] = of_kind(release(name, env=env), "ConfigMap")
    assert config["data"]["PUBLIC_URL"] == PROJECT.environments[env].public_url("app")


@pytest.mark.parametrize("name", ["web", "admin"])
def test_a_web_knows_its_environment_and_product(name: str, env: str) -> None:
    [config] = of_kind(release(name, env=env), "ConfigMap")
    page = yaml.safe_load(config["data"]["config.js"].strip().removeprefix("self.__CONFIG__ = ").removesuffix(";"))
    assert page == {"productName": PROJECT.name, "environment": env, "apiBase": "/api/v1"}


@pytest.mark.parametrize("name", sorted(set(CHARTS) - {"web", "admin"}))
def test_the_local_secrets_are_those_that_the_pods_need(name: str) -> None:
    secret = chart_values(name)["secret"]
    needed = {each["name"] for each in container(release(name))["env"] if "secretKeyRef" in each.get("valueFrom", {})}
    assert secret["name"] == f"{name}-env"
    assert needed == PROJECT.components[name].secrets.keys()


def test_the_database_answers_where_its_address_says() -> None:
    address = PROJECT.components["api"].secrets["DATABASE_URL"]
    [service] = of_kind(release("postgres"), "Service")
    [port] = service["spec"]["ports"]
    environment = of_kind(release("postgres"), "ConfigMap")[0]["data"]
    assert address.startswith(f"postgresql://{environment['POSTGRES_USER']}:")
    place = f"@{service['metadata']['name']}:{port['port']}/{environment['POSTGRES_DB']}"
    assert address.endswith(place)


def test_the_local_commands_use_ports_and_folders_that_the_pods_have(chart: str) -> None:
    local = PROJECT.components[chart].local
    assert local is not None
    found = container(release(chart))
    words = " ".join([*local.command, *(local.dev or []), *local.env.values()])
    for port in _placeholders(words, "port"):
        assert port in {each["name"] for each in found["ports"]}
    for folder in _placeholders(words, "mount"):
        assert folder in {each["mountPath"] for each in found["volumeMounts"]}


@pytest.mark.parametrize("name", SCALED)
def test_staging_and_production_wait_for_their_pins(name: str) -> None:
    for env in ("staging", "production"):
        tag = container(release(name, env=env))["image"].partition(":")[2]
        assert tag == "unpinned" or tag.startswith("sha-")


@pytest.mark.parametrize("name", SCALED)
def test_production_survives_the_loss_of_a_node(name: str) -> None:
    found = release(name, env="production")
    assert of_kind(found, "PodDisruptionBudget")
    replicas = workload(found)["spec"].get("replicas")
    fewest = replicas or of_kind(found, "HorizontalPodAutoscaler")[0]["spec"]["minReplicas"]
    assert fewest >= 2


def test_production_sends_real_mail() -> None:
    for env in ("staging", "production"):
        variables = {each["name"]: each for each in container(release("worker", env=env))["env"]}
        assert "optional" not in variables["SMTP_URL"]["valueFrom"]["secretKeyRef"]
        assert "MAIL_DIR" not in variables


def _placeholders(text: str, kind: str) -> set[str]:
    opened = f"{{{kind}:"
    return {part.partition("}")[0] for part in text.split(opened)[1:]}

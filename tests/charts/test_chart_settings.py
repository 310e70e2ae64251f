"""The charts' variables and the backend's settings are the same list."""

from __future__ import annotations

import json
import re
from typing import Any, get_args

import pytest
from chart_rendering import ROOT, chart_values, container, release

from backend.config import Settings

DEFINITIONS: dict[str, Any] = json.loads((ROOT / "charts" / "common" / "definitions.json").read_text())
CONFIG = DEFINITIONS["backendConfig"]["properties"]
FIELDS = {name.upper(): field for name, field in Settings.model_fields.items()}
# Set by the Secret, by `mailDir`, or by the image, whose ports and folders the chart knows.
NOT_CONFIG = {
    "DATABASE_URL",
    "SMTP_URL",
    "MAIL_DIR",
    "BIND",
    "METRICS_BIND",
    "APP_VERSION",
    "APP_REVISION",
    "PROMETHEUS_MULTIPROC_DIR",
}


def test_config_takes_every_setting_that_nothing_else_gives() -> None:
    assert CONFIG.keys() == FIELDS.keys() - NOT_CONFIG


@pytest.mark.parametrize("name", ["LOG_LEVEL", "LOG_FORMAT"])
def test_choices_are_the_same(name: str) -> None:
    assert tuple(CONFIG[name]["enum"]) == get_args(FIELDS[name].annotation)


@pytest.mark.parametrize("chart", ["api", "worker"])
def test_secrets_are_settings(chart: str) -> None:
    secret = chart_values(chart)["secret"]
    assert {*secret["required"], *secret["optional"]} <= FIELDS.keys()


@pytest.mark.parametrize("chart", ["api", "worker"])
def test_the_readme_names_only_settings(chart: str) -> None:
    text = (ROOT / "charts" / chart / "README.md").read_text()
    section = text.partition("## Environment variables")[2].partition("\n## ")[0]
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", section))
    assert documented <= FIELDS.keys()
    assert chart_values(chart)["config"].keys() | set(chart_values(chart)["secret"]["required"]) <= documented


def test_a_pod_gets_settings_that_the_backend_takes(env: str) -> None:
    for chart in ("api", "worker"):
        found = release(chart, env=env)
        [config] = [each.raw["data"] for each in found.manifests if each.kind == "ConfigMap"]
        given = {each["name"]: each.get("value") for each in container(found)["env"]}
        values = {**given, **config, "DATABASE_URL": "postgresql://app:x@db:5432/app"}
        fields = {name.lower(): value for name, value in values.items() if value is not None}
        assert Settings(**fields).public_url == config["PUBLIC_URL"]

"""What the charts refuse though each value alone is fine: a case for every `fail` of every template."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from chart_rendering import PROJECT, ROOT, release

from yab.errors import ConfigError
from yab.manifests import charts, helm

API, WORKER = "api", "worker"
HOST = PROJECT.environments["local"].host(API)
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (API, {"image": {"tag": ""}}, "image.tag: is not set: give an immutable tag (sha-…) or image.digest"),
    (API, {"image": {"tag": "latest"}}, "image.tag: latest changes without a rollout: give an immutable tag (sha-…)"),
    (
        API,
        {"preStopSeconds": 10, "terminationGracePeriodSeconds": 10},
        "terminationGracePeriodSeconds: 10 leaves no time to finish requests after preStopSeconds (10)",
    ),
    (
        API,
        {"secret": {"optional": ["DATABASE_URL"]}},
        "secret.optional: DATABASE_URL is in secret.required too: remove one",
    ),
    (
        API,
        {"probes": {"readiness": {"path": None, "port": None}}},
        "probes.readiness: give it a port (with or without a path) or a command",
    ),
    (
        API,
        {"probes": {"readiness": {"command": ["true"]}}},
        "probes.readiness: has a command besides a port or path: keep one of them",
    ),
    (
        API,
        {"probes": {"liveness": {"port": "grpc"}}},
        "probes.liveness.port: there is no port grpc: use one of http, metrics",
    ),
    (
        API,
        {"ingress": {"extraRules": [{"host": HOST, "path": "/api/"}]}},
        f"ingress.extraRules: {HOST}/api/ is there twice: remove one",
    ),
    (
        API,
        {"gateway": {"enabled": True}},
        "gateway.parentRefs: an HTTPRoute needs a Gateway: add {name: NAME, namespace: NAMESPACE}",
    ),
    (
        API,
        {"autoscaling": {"enabled": True, "minReplicas": 3, "maxReplicas": 2}},
        "autoscaling.maxReplicas: 2 is less than minReplicas (3)",
    ),
    (
        API,
        {"replicaCount": 1, "podDisruptionBudget": {"enabled": True}},
        "podDisruptionBudget.minAvailable: 1 of 1 replicas would block every drain: run more replicas or keep fewer",
    ),
    (
        API,
        {
            "podDisruptionBudget": {"enabled": True, "minAvailable": 4},
            "autoscaling": {"enabled": True, "minReplicas": 4},
        },
        "podDisruptionBudget.minAvailable: 4 of 4 replicas would block every drain: run more replicas or keep fewer",
    ),
    (
        WORKER,
        {"mailDir": {"storage": "none"}},
        "mailDir.storage: none loses all mail: add SMTP_URL to secret.required, or use emptyDir or persistent",
    ),
    (
        WORKER,
        {"secret": {"required": ["DATABASE_URL", "SMTP_URL"]}},
        "mailDir.storage: persistent and SMTP_URL in secret: mail goes to one of them, remove the other",
    ),
    (
        WORKER,
        {"replicaCount": 2},
        "mailDir.storage: persistent is one pod's folder: set replicaCount to 1 or use emptyDir",
    ),
]
MISUSED = [
    ('"text"', "common.metadata: takes a dict with root"),
    ("(dict)", "common.metadata: missing argument root"),
    ('(dict "root" . "nam" "x")', "common.metadata: unknown argument nam"),
]


@pytest.mark.parametrize(("chart", "values", "message"), REFUSED, ids=[case[2][:60] for case in REFUSED])
def test_values_that_contradict_each_other(chart: str, values: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as refused:
        release(chart, values)
    assert str(refused.value).endswith(f": {message}")


@pytest.mark.parametrize(("argument", "message"), MISUSED)
def test_a_misused_helper_says_so(tmp_path: Path, argument: str, message: str) -> None:
    shutil.copytree(ROOT / "charts" / "common", tmp_path / "common")
    chart = tmp_path / "own"
    (chart / "templates").mkdir(parents=True)
    shutil.copy(ROOT / "charts" / "web" / "Chart.yaml", chart)
    (chart / "templates" / "object.yaml").write_text(f'{{{{ include "common.metadata" {argument} }}}}')
    with pytest.raises(helm.RenderFailedError) as refused:
        helm.render(charts.assembled(chart, tmp_path / "cache"), "own", "apps", {})
    assert str(refused.value).endswith(message)


def test_there_is_a_case_for_every_fail() -> None:
    messages = [message for *_, message in REFUSED] + [message for _, message in MISUSED]
    for path, words in _fails():
        pattern = re.escape(words).replace("%s", ".+").replace("%d", r"\d+").replace("%v", ".+")
        assert any(re.fullmatch(pattern, message) for message in messages), f"{path}: no test refuses `{words}`"


def _fails() -> list[tuple[str, str]]:
    """(template, format of the message) of every call of `fail`."""
    found = [
        (str(path.relative_to(ROOT)), words)
        for path in sorted((ROOT / "charts").glob("*/templates/**/*"))
        if path.is_file()
        for words in re.findall(r'\bfail \(?(?:printf )?"([^"]+)"', path.read_text())
    ]
    assert found
    return found

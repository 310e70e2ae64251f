"""What the schemas refuse, each named by the path of the value: every unknown key, every wrong type, every bad text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chart_rendering import CHARTS, chart_values, release

from yab.errors import ConfigError, Problems

# Maps whose keys are the user's own.
FREE = {"ports", "ingress.annotations", "serviceAccount.annotations"}
DIGEST = "sha256:" + "A" * 64
BAD: list[tuple[str, str, Any]] = [
    ("api", "partOf", "My Product"),
    ("api", "image.repository", "https://ghcr.io/yourorg/api"),
    ("api", "image.tag", "sha-1 2"),
    ("api", "image.tag", "t" * 129),
    ("api", "image.digest", DIGEST),
    ("api", "image.pullPolicy", "Sometimes"),
    ("api", "image.pullSecrets", ["a", "a"]),
    ("api", "replicaCount", -1),
    ("api", "replicaCount", 1.5),
    ("api", "resources.requests.cpu", "half"),
    ("api", "resources.limits.cpu", 0),
    ("api", "resources.limits.memory", "256m"),
    ("api", "resources.limits.memory", "512MB"),
    ("api", "resources.requests.ephemeral-storage", 64),
    ("api", "config.PUBLIC_URL", "app.example.dev"),
    ("api", "config.PUBLIC_URL", "https://app.example.dev/"),
    ("api", "config.LOG_LEVEL", "verbose"),
    ("api", "config.LOG_FORMAT", "xml"),
    ("api", "config.WEB_CONCURRENCY", 4),
    ("api", "config.WEB_CONCURRENCY", "0"),
    ("api", "secret.name", "Api_Env"),
    ("api", "secret.required", ["database-url"]),
    ("api", "secret.required", ["A", "A"]),
    ("api", "secret.optional", "SMTP_URL"),
    ("api", "migrations.command", []),
    ("api", "migrations.command", "python -m backend migrate"),
    ("api", "migrations.backoffLimit", -1),
    ("api", "migrations.activeDeadlineSeconds", 0),
    ("api", "ports.http", 65536),
    ("api", "ports.http", "8000"),
    ("api", "ports", {"Http": 8000}),
    ("api", "service.port", 0),
    ("api", "ingress.host", "https://api.example.dev"),
    ("api", "ingress.host", "api.example.dev:8080"),
    ("api", "ingress.host", "API.example.dev"),
    ("api", "ingress.path", "api/"),
    ("api", "ingress.tls", "true"),
    ("api", "ingress.className", "Nginx"),
    ("api", "ingress.annotations", {"nginx.ingress.kubernetes.io/proxy-body-size": 8}),
    ("api", "ingress.extraRules.0.path", "version"),
    ("api", "gateway.parentRefs", [{"namespace": "ingress"}]),
    ("api", "gateway.parentRefs", [{"name": "public", "hostname": "x"}]),
    ("api", "autoscaling.minReplicas", 0),
    ("api", "autoscaling.targetCPUUtilizationPercentage", 170),
    ("api", "podDisruptionBudget.minAvailable", "50%"),
    ("api", "podDisruptionBudget.minAvailable", 0),
    ("api", "probes.startup.periodSeconds", 0),
    ("api", "probes.startup.path", "health"),
    ("api", "probes.startup.port", 8000),
    ("api", "probes.startup.failureThreshold", 0),
    ("api", "probes.startup.httpGet", {"path": "/"}),
    ("api", "probes.ready", {"port": "http"}),
    ("api", "preStopSeconds", -1),
    ("api", "terminationGracePeriodSeconds", 0),
    ("api", "priorityClassName", "High_Priority"),
    ("api", "common", {"image": {"tag": "x"}}),
    ("worker", "config.MAIL_FROM", "nobody"),
    ("worker", "config.MAIL_DIR", "/var/mail"),
    ("worker", "config.DATABASE_URL", "postgresql://user:password@host/db"),
    ("worker", "mailDir.storage", "hostPath"),
    ("worker", "mailDir.path", "mail"),
    ("worker", "mailDir.size", 256),
    ("worker", "ingress", {"enabled": True}),
    ("web", "config.environment", "Production!"),
    ("web", "config.apiBase", "https:api"),
    ("web", "config.productName", ""),
    ("admin", "config.API_KEY", "secret"),
    ("postgres", "config.PGDATA", "/var/lib/postgresql/data"),
    ("postgres", "config.POSTGRES_USER", 'app"'),
    ("postgres", "storage.size", "big"),
    ("postgres", "replicaCount", 2),
]
WRONG: dict[type, Any] = {bool: "yes", int: "many", str: [1], list: {"0": "x"}, dict: "x"}


def nodes(values: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """(path, value) of every key of the values, at every depth."""
    for key, value in values.items():
        yield above + key, value
        if isinstance(value, dict):
            yield from nodes(value, f"{above}{key}.")


def at(path: str, value: Any) -> Any:
    """Values that only say something at the path; a number in it is the place in a list of rules."""
    key, _, rest = path.partition(".")
    below = at(rest, value) if rest else value
    return [{"host": "x", **below}] if key.isdigit() else {key: below}


def findings(chart: str, values: dict[str, Any]) -> list[tuple[str, str]]:
    """(path, what is wrong) of all that the chart refuses; empty where it takes the values."""
    try:
        release(chart, values)
    except (ConfigError, Problems) as caught:
        errors = getattr(caught, "errors", [caught])
        return [(error.where.rpartition(": ")[2], error.what) for error in errors]
    return []


ALL = [(chart, path, value) for chart in CHARTS for path, value in nodes(chart_values(chart))]


@pytest.mark.parametrize(("chart", "path", "value"), ALL, ids=lambda each: each if isinstance(each, str) else "")
def test_a_wrong_type_is_refused(chart: str, path: str, value: Any) -> None:
    assert path in [where for where, _ in findings(chart, at(path, WRONG[type(value)]))]


@pytest.mark.parametrize(
    ("chart", "path"),
    [(chart, path) for chart, path, value in ALL if isinstance(value, dict) and path not in FREE]
    + [(chart, "") for chart in CHARTS],
)
def test_an_unknown_key_is_refused(chart: str, path: str) -> None:
    unknown = f"{path}.replicas".removeprefix(".")
    assert findings(chart, at(unknown, 1)) == [(unknown, "unknown key")]


@pytest.mark.parametrize(("chart", "path", "value"), BAD)
def test_a_bad_value_is_refused(chart: str, path: str, value: Any) -> None:
    assert any(where.startswith(path) or path.startswith(where) for where, _ in findings(chart, at(path, value)))


@pytest.mark.parametrize(("chart", "path", "value"), ALL, ids=lambda each: each if isinstance(each, str) else "")
def test_a_removed_key_is_not_needed_or_missed_by_name(chart: str, path: str, value: Any) -> None:
    """`key: null` in an overlay removes the key. No template trips over it."""
    for where, what in findings(chart, at(path, None)):
        assert path.partition(".")[0] in f"{where} {what}"
        assert "nil" not in what

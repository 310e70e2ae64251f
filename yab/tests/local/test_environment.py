import os

import pytest

from yab.errors import ConfigError
from yab.local.environment import Identity, Sources, expand, resolve

SOURCES = Sources({"web-config": {"A": "1", "B": "two"}}, {"api-env": {"PASSWORD": "s3cret"}})
POD = Identity("yab-api-0", "apps", {"app": "api"}, {"note": "x"}, "runner")


def env(*entries: dict[str, object], **more: object) -> dict[str, str]:
    return resolve({"env": list(entries), **more}, SOURCES, POD, "charts/api Deployment/x")


def test_env_wins_over_env_from_and_prefixes_are_kept() -> None:
    found = env(
        {"name": "A", "value": "own"},
        envFrom=[
            {"configMapRef": {"name": "web-config"}},
            {"prefix": "S_", "secretRef": {"name": "api-env"}},
        ],
    )
    assert found == {"A": "own", "B": "two", "S_PASSWORD": "s3cret"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ({"configMapKeyRef": {"name": "web-config", "key": "B"}}, "two"),
        ({"secretKeyRef": {"name": "api-env", "key": "PASSWORD"}}, "s3cret"),
        ({"fieldRef": {"fieldPath": "metadata.name"}}, "yab-api-0"),
        ({"fieldRef": {"fieldPath": "metadata.namespace"}}, "apps"),
        ({"fieldRef": {"fieldPath": "metadata.labels['app']"}}, "api"),
        ({"fieldRef": {"fieldPath": "metadata.annotations['none']"}}, ""),
        ({"fieldRef": {"fieldPath": "status.podIP"}}, "127.0.0.1"),
        ({"fieldRef": {"fieldPath": "spec.serviceAccountName"}}, "runner"),
        ({"resourceFieldRef": {"resource": "limits.memory", "divisor": "1Mi"}}, "256"),
        ({"resourceFieldRef": {"resource": "limits.cpu"}}, "1"),
        ({"resourceFieldRef": {"resource": "requests.cpu", "divisor": "1m"}}, "0"),
    ],
)
def test_value_from(source: dict[str, object], expected: str) -> None:
    resources = {"limits": {"memory": "256Mi", "cpu": "500m"}}
    assert env({"name": "X", "valueFrom": source}, resources=resources) == {"X": expected}


def test_a_limit_that_is_not_set_is_the_machines_own() -> None:
    source = {"resourceFieldRef": {"resource": "limits.cpu"}}
    assert env({"name": "X", "valueFrom": source}) == {"X": str(os.cpu_count())}


def test_references_expand_in_order_and_unknown_ones_stay() -> None:
    found = env(
        {"name": "LATE", "value": "$(HOST):$(PORT)"},
        {"name": "HOST", "value": "h"},
        {"name": "URL", "value": "http://$(HOST)/$$(HOST)"},
    )
    assert found == {"LATE": "$(HOST):$(PORT)", "HOST": "h", "URL": "http://h/$(HOST)"}


def test_expand_leaves_what_is_no_reference() -> None:
    assert expand("$HOME $(A) $5", {"A": "x"}) == "$HOME x $5"


@pytest.mark.parametrize(
    ("entry", "where", "what"),
    [
        ({"configMapKeyRef": {"name": "gone", "key": "A"}}, "env[0]", "there is no ConfigMap gone"),
        (
            {"configMapKeyRef": {"name": "web-config", "key": "Z"}},
            "env[0]",
            "ConfigMap web-config has no key Z",
        ),
        ({"secretKeyRef": {"name": "api-env", "key": "Z"}}, "env[0]", "Secret api-env has no key Z"),
        ({"fieldRef": {"fieldPath": "spec.x"}}, "env[0]", "fieldPath spec.x is not a field of a pod"),
    ],
)
def test_what_is_missing_is_named(entry: dict[str, object], where: str, what: str) -> None:
    with pytest.raises(ConfigError) as raised:
        env({"name": "X", "valueFrom": entry})
    assert raised.value.where == f"charts/api Deployment/x.{where}"
    assert raised.value.what == what


def test_a_missing_source_of_env_from_is_named() -> None:
    with pytest.raises(ConfigError, match="there is no Secret gone"):
        env(envFrom=[{"secretRef": {"name": "gone"}}])


def test_optional_references_may_be_missing() -> None:
    optional = {"secretKeyRef": {"name": "api-env", "key": "Z", "optional": True}}
    gone = {"secretRef": {"name": "gone", "optional": True}}
    assert env({"name": "X", "valueFrom": optional}, envFrom=[gone]) == {}

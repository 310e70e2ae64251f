"""Secrets, ConfigMaps and keys that nobody supplies."""

from __future__ import annotations

from typing import Any

import pytest

from yab.cluster.requirements import missing

Json = dict[str, Any]


def workload(
    kind: str = "Deployment",
    name: str = "yab-api",
    namespace: str | None = "apps",
    container: Json | None = None,
    **spec: Any,
) -> Json:
    containers = [{"name": "api", **(container or {})}]
    template = {"spec": {"containers": containers, **spec}}
    inner: Json = {"template": template}
    if kind == "CronJob":
        inner = {"jobTemplate": {"spec": inner}}
    if kind == "Pod":
        inner = template["spec"]
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"kind": kind, "metadata": metadata, "spec": inner}


def variable(key: str, field: str = "secretKeyRef", name: str = "api-env", **more: Any) -> Json:
    return {"name": key, "valueFrom": {field: {"name": name, "key": key, **more}}}


def lines(objects: list[Json], secrets: dict = {}, configmaps: dict = {}) -> list[str]:  # noqa: B006 - never changed
    return [str(found) for found in missing(objects, secrets, configmaps)]


API = workload(container={"env": [variable("DATABASE_URL"), variable("SMTP_URL", optional=True)]})


def test_a_key_that_is_missing_in_a_secret_that_is_there() -> None:
    (found,) = missing([API], {("apps", "api-env"): {"OTHER"}}, {})
    assert (
        str(found) == "Secret apps/api-env: key DATABASE_URL is missing, needed by Deployment yab-api (container api)"
    )
    assert (found.object, found.key, found.where) == (
        "Secret apps/api-env",
        "DATABASE_URL",
        "Deployment yab-api (container api)",
    )
    assert found.todo == """kubectl -n apps patch secret api-env -p '{"stringData":{"DATABASE_URL":"…"}}'"""


@pytest.mark.parametrize("namespace", ["other", "apps"])
def test_a_secret_counts_in_its_own_namespace(namespace: str) -> None:
    assert (lines([API], {(namespace, "api-env"): {"DATABASE_URL"}}) == []) == (namespace == "apps")


@pytest.mark.parametrize(("field", "supplies"), [("data", True), ("stringData", True), ("binaryData", False)])
def test_rendered_secrets_supply_too(field: str, supplies: bool) -> None:
    secret = {"kind": "Secret", "metadata": {"name": "api-env", "namespace": "apps"}, field: {"DATABASE_URL": "x"}}
    assert (lines([API, secret]) == []) == supplies
    assert lines([API, secret], {("apps", "api-env"): {"OTHER"}}) == lines([API, secret]), "cluster and rendered add up"


def test_rendered_config_maps_supply_too() -> None:
    needs = workload(container={"env": [variable("A", "configMapKeyRef", "c"), variable("B", "configMapKeyRef", "c")]})
    rendered = {
        "kind": "ConfigMap",
        "metadata": {"name": "c", "namespace": "apps"},
        "data": {"A": ""},
        "binaryData": {"B": ""},
    }
    assert lines([needs, rendered]) == []
    assert lines([needs], configmaps={("apps", "c"): {"A"}}) == [
        "ConfigMap apps/c: key B is missing, needed by Deployment yab-api (container api)"
    ]
    assert len(lines([needs], secrets={("apps", "c"): {"A", "B"}})) == 2, "a Secret of the same name is another thing"


@pytest.mark.parametrize(
    ("spec", "line"),
    [
        ({"container": {"envFrom": [{"secretRef": {"name": "s"}}]}}, "Secret apps/s is missing, needed by Deployment yab-api (container api)"),
        ({"container": {"envFrom": [{"configMapRef": {"name": "c"}}]}}, "ConfigMap apps/c is missing, needed by Deployment yab-api (container api)"),
        ({"initContainers": [{"name": "wait", "env": [variable("K", name="s")]}]}, "Secret apps/s: key K is missing, needed by Deployment yab-api (container wait)"),
        ({"volumes": [{"name": "v", "secret": {"secretName": "s"}}]}, "Secret apps/s is missing, needed by Deployment yab-api (volume v)"),
        ({"volumes": [{"name": "v", "secret": {"secretName": "s", "items": [{"key": "K"}]}}]}, "Secret apps/s: key K is missing, needed by Deployment yab-api (volume v)"),
        ({"volumes": [{"name": "v", "configMap": {"name": "c", "items": [{"key": "K"}]}}]}, "ConfigMap apps/c: key K is missing, needed by Deployment yab-api (volume v)"),
        ({"volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "s"}}]}}]}, "Secret apps/s is missing, needed by Deployment yab-api (volume v)"),
        ({"volumes": [{"name": "v", "projected": {"sources": [{"configMap": {"name": "c", "items": [{"key": "K"}]}}]}}]}, "ConfigMap apps/c: key K is missing, needed by Deployment yab-api (volume v)"),
        ({"imagePullSecrets": [{"name": "s"}]}, "Secret apps/s is missing, needed by Deployment yab-api (imagePullSecrets)"),
    ],
)  # fmt: skip
def test_every_way_to_need_one(spec: Json, line: str) -> None:
    assert lines([workload(**spec)]) == [line]


@pytest.mark.parametrize(
    "spec",
    [
        {"container": {"envFrom": [{"secretRef": {"name": "s", "optional": True}}]}},
        {"container": {"env": [variable("K", optional=True), {"name": "A", "value": "a"}]}},
        {"volumes": [{"name": "v", "configMap": {"name": "c", "optional": True}}]},
        {
            "volumes": [
                {
                    "name": "v",
                    "projected": {"sources": [{"secret": {"name": "s", "optional": True, "items": [{"key": "K"}]}}]},
                }
            ]
        },
        {"volumes": [{"name": "v", "emptyDir": {}}]},
    ],
)
def test_what_is_optional_is_not_needed(spec: Json) -> None:
    assert lines([workload(**spec)]) == []


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob", "Pod"])
def test_every_kind_that_makes_pods(kind: str) -> None:
    assert len(lines([workload(kind, container={"env": [variable("K")]})])) == 1


def test_all_at_once_sorted_and_each_once() -> None:
    env = {"env": [variable("B"), variable("A")]}
    objects = [
        workload(name="yab-worker", container=env),
        workload(name="yab-api", container=env),
        workload("Job", "yab-api-migrate", container={"env": [variable("A"), variable("A", "configMapKeyRef", "z")]}),
    ]
    found = missing(objects, {}, {})
    assert [str(item) for item in found] == [
        "ConfigMap apps/z: key A is missing, needed by Job yab-api-migrate (container api)",
        "Secret apps/api-env: key A is missing, needed by Deployment yab-api (container api), "
        "Deployment yab-worker (container api), Job yab-api-migrate (container api)",
        "Secret apps/api-env: key B is missing, needed by Deployment yab-api (container api), Deployment yab-worker (container api)",
    ]
    create = "kubectl -n apps create secret generic api-env --from-literal=A=… --from-literal=B=…"
    assert [item.todo for item in found] == ["kubectl -n apps create configmap z --from-literal=A=…", create, create]


def test_a_certificate_is_a_warning_and_comes_last() -> None:
    ingress = {
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "apps"},
        "spec": {"tls": [{"secretName": "a-tls"}]},
    }
    found = missing([ingress, API], {}, {})
    assert [item.warning for item in found] == [False, True]
    assert str(found[1]) == "Secret apps/a-tls is missing, needed by Ingress web"
    assert found[1].todo == "kubectl -n apps create secret tls a-tls --cert=… --key=…"
    assert missing([ingress], {("apps", "a-tls"): set()}, {}) == []


def test_how_a_pull_secret_is_made() -> None:
    (found,) = missing([workload(imagePullSecrets=[{"name": "s"}])], {}, {})
    assert found.todo.startswith("kubectl -n apps create secret docker-registry s --docker-server=")


def test_the_namespace_of_objects_that_name_none() -> None:
    objects = [workload(namespace=None, container={"env": [variable("K")]})]
    assert missing(objects, {}, {}, namespace="shop")[0].object == "Secret shop/api-env"
    assert missing(objects, {("default", "api-env"): {"K"}}, {}) == []
